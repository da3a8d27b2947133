"""The provider's model under watch: in time, counted, and left alone while asking it is of no use.

A provider whose key is refused will refuse it again, and one that is down costs each customer its timeout. So
after such failures it is not asked for a while; then one turn's question is the probe that decides.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum

import structlog
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    ModelTimeoutError,
    UnexpectedModelBehavior,
)
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, ToolReturnPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from citas.maravia.breaker import Breaker, BreakerState
from citas.telemetry import TurnMetrics

log = structlog.get_logger(__name__)

FAILURES_IN_A_ROW = 5
COOL_DOWN_SECONDS = 60.0


class Failure(StrEnum):
    """Why a request to the provider failed; the value is what metrics and `/ready` show."""

    LIMITED = "429"
    AUTH = "auth"
    NOT_FOUND = "not_found"
    SERVER = "server"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"


_FOR_GOOD = frozenset({Failure.AUTH, Failure.NOT_FOUND})
_BY_STATUS = {
    401: Failure.AUTH,
    402: Failure.LIMITED,
    403: Failure.AUTH,
    404: Failure.NOT_FOUND,
    408: Failure.TIMEOUT,
    429: Failure.LIMITED,
}


class WatchedModel(WrapperModel):
    """The provider's model, one for the whole process. `clock` is monotonic, in seconds."""

    def __init__(self, wrapped: Model, metrics: TurnMetrics, clock: Callable[[], float]) -> None:
        super().__init__(wrapped)
        self._metrics = metrics
        self._breaker = Breaker(FAILURES_IN_A_ROW, COOL_DOWN_SECONDS, clock)
        self._last_failure: Failure | None = None

    @property
    def trouble(self) -> str | None:
        """Why the provider is not asked at present; None while it is."""
        return None if self._breaker.state is BreakerState.CLOSED else self._last_failure

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask the provider within the settings' `timeout`, unless it is known to be of no use."""
        self._count_refused_calls(messages, model_request_parameters)
        permit = self._breaker.admit()
        if permit is None:
            raise ModelAPIError(self.model_name, f"not asked for now: {self._last_failure}")
        healthy: bool | None = None
        failure: Failure | None = None
        try:
            response = await self._in_time(messages, model_settings, model_request_parameters)
            healthy = True
        except (ModelAPIError, UnexpectedModelBehavior) as error:
            failure = failure_of(error)
            # A request that was refused for what it said came from a provider that answers.
            healthy = failure is Failure.REJECTED
            raise
        finally:
            self._breaker.settle(permit, healthy)
            if failure is not None:
                self._failed(failure)
        self._count_no_reply(response)
        return response

    async def _in_time(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """One deadline over attempts, waits between them and a body that trickles.

        Kept here and not by the framework: its own deadline cancels this model, which could not be told from
        a customer's turn that ended.
        """
        limit = (model_settings or {}).get("timeout")
        seconds = float(limit) if isinstance(limit, int | float) else None
        try:
            async with asyncio.timeout(seconds):
                return await super().request(messages, model_settings, model_request_parameters)
        except TimeoutError as error:
            raise ModelRequestTimeout(self.model_name, seconds or 0.0) from error

    def _failed(self, failure: Failure) -> None:
        self._metrics.llm_errors.labels(failure).inc()
        self._last_failure = failure
        if failure in _FOR_GOOD:
            self._breaker.trip()
        if self._breaker.state is BreakerState.OPEN:
            log.error("the provider is not asked for a while", failure=failure.value)

    def _count_no_reply(self, response: ModelResponse) -> None:
        """The framework asks again for a reply without any text; the guard, which counts what it is shown,
        never sees it."""
        if response.finish_reason == "content_filter":
            self._metrics.llm_refusal.inc()
        elif not response.text and not response.tool_calls:
            self._metrics.reply_guard.labels("empty").inc()

    def _count_refused_calls(self, messages: list[ModelMessage], offered: ModelRequestParameters) -> None:
        """The framework sends a call with unusable arguments back; that is seen in what it asks next."""
        known = {tool.name for tool in offered.function_tools}
        last = messages[-1] if messages else None
        for part in last.parts if isinstance(last, ModelRequest) else ():
            if isinstance(part, ToolReturnPart) and part.outcome == "retried" and part.tool_name in known:
                self._metrics.tool_args_invalid.inc()


def failure_of(error: ModelAPIError | UnexpectedModelBehavior) -> Failure:
    """The kind of a failed request."""
    if isinstance(error, UnexpectedModelBehavior):
        return Failure.UNREADABLE
    if isinstance(error, ModelRequestTimeout | ModelTimeoutError):
        return Failure.TIMEOUT
    if isinstance(error, ModelHTTPError):
        if error.status_code >= 500:
            return Failure.SERVER
        return _BY_STATUS.get(error.status_code, Failure.REJECTED)
    return Failure.CONNECTION if isinstance(error, ModelConnectionError) else Failure.SERVER
