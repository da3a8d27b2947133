"""The watch over the provider's model, with models that fail in every way the framework knows."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import CollectorRegistry
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.settings import ModelSettings

from citas.agent.watched import COOL_DOWN_SECONDS, FAILURES_IN_A_ROW, Failure, WatchedModel, failure_of
from citas.telemetry import TurnMetrics
from tests.e2e.world import Seconds

Answer = Callable[[], Awaitable[ModelResponse]]


def watched(answer: Answer) -> tuple[WatchedModel, Seconds]:
    """The watch over a model that answers so, and its seconds."""
    seconds = Seconds()

    async def asked(_messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        return await answer()

    return WatchedModel(FunctionModel(asked), TurnMetrics(CollectorRegistry()), seconds), seconds


async def ask(model: WatchedModel, **settings: float) -> ModelResponse:
    """One request."""
    return await model.request(
        [], ModelSettings(timeout=settings.get("timeout", 5.0)), ModelRequestParameters()
    )


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (ModelHTTPError(429, "m"), Failure.LIMITED),
        (ModelHTTPError(402, "m"), Failure.LIMITED),
        (ModelHTTPError(401, "m"), Failure.AUTH),
        (ModelHTTPError(403, "m"), Failure.AUTH),
        (ModelHTTPError(404, "m"), Failure.NOT_FOUND),
        (ModelHTTPError(408, "m"), Failure.TIMEOUT),
        (ModelHTTPError(400, "m"), Failure.REJECTED),
        (ModelHTTPError(422, "m"), Failure.REJECTED),
        (ModelHTTPError(500, "m"), Failure.SERVER),
        (ModelHTTPError(529, "m"), Failure.SERVER),
        (ModelConnectionError("m", "reset"), Failure.CONNECTION),
        (ModelTimeoutError("m", "slow"), Failure.TIMEOUT),
        (ModelRequestTimeout("m", 5.0), Failure.TIMEOUT),
        (ModelAPIError("m", "?"), Failure.SERVER),
        (UnexpectedModelBehavior("a page"), Failure.UNREADABLE),
    ],
)
def test_that_every_failure_has_a_kind(
    error: ModelAPIError | UnexpectedModelBehavior, failure: Failure
) -> None:
    assert failure_of(error) is failure


async def test_that_only_failures_in_a_row_count() -> None:
    sick = True

    async def answer() -> ModelResponse:
        if sick:
            raise ModelHTTPError(500, "m")
        return ModelResponse([TextPart("Hola")])

    model, _ = watched(answer)
    for sick in (*[True] * (FAILURES_IN_A_ROW - 1), False, *[True] * (FAILURES_IN_A_ROW - 1)):
        if sick:
            with pytest.raises(ModelHTTPError):
                await ask(model)
        else:
            await ask(model)
    assert model.trouble is None


async def test_that_a_turn_that_ends_says_nothing_about_the_provider() -> None:
    async def answer() -> ModelResponse:
        await asyncio.Event().wait()
        raise AssertionError

    model, _ = watched(answer)
    for _ in range(FAILURES_IN_A_ROW):
        task = asyncio.create_task(ask(model))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert model.trouble is None


async def test_that_a_probe_given_up_leaves_the_next_turn_to_probe() -> None:
    hang = False

    async def answer() -> ModelResponse:
        if hang:
            await asyncio.Event().wait()
        raise ModelHTTPError(401, "m")

    model, seconds = watched(answer)
    with pytest.raises(ModelHTTPError):
        await ask(model)
    assert model.trouble == "auth"
    seconds.advance(2 * COOL_DOWN_SECONDS)
    hang = True
    task = asyncio.create_task(ask(model))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    hang = False
    with pytest.raises(ModelHTTPError):
        await ask(model)


async def test_that_a_slow_model_is_cut_off_and_told_as_such() -> None:
    async def answer() -> ModelResponse:
        await asyncio.Event().wait()
        raise AssertionError

    model, _ = watched(answer)
    with pytest.raises(ModelRequestTimeout):
        await ask(model, timeout=0.01)
