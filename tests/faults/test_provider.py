"""The provider of the model fails, on a real socket.

===  ==================================================================
B1   it limits our rate
B2   it breaks, hangs, trickles, or the turn's time runs out
B3   it fails after the event was created
B9   it refuses
B11  the key is not valid, the model is gone, or it is down for good
===  ==================================================================
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from citas.agent import phrases
from citas.agent.watched import COOL_DOWN_SECONDS, FAILURES_IN_A_ROW
from citas.store.model import SessionKey
from tests.e2e.openai.support import ASKS_WHEN, BOOK, CHECK, DATA, OFFER, SLOT, WISH
from tests.faults.support import A_WAIT, CREATE, Scene, facing
from tests.openai_server import (
    Drops,
    Fails,
    Garbage,
    Hangs,
    OpenAIServer,
    Refuses,
    Says,
    Step,
    Trickles,
    serve_openai,
)

GENEROUS_SECONDS = 20
HELLO = Says("Hola, ¿en qué te puedo ayudar?")
BREAKS: dict[str, tuple[Step, str]] = {
    "a 500": (Fails(500, "server_error"), "server"),
    "a 502": (Fails(502, "bad_gateway"), "server"),
    "a 503": (Fails(503, "overloaded"), "server"),
    "a reset": (Drops(), "connection"),
    "silence": (Hangs(), "timeout"),
    "a trickle": (Trickles(), "timeout"),
    "a page": (Garbage(content_type="text/html"), "unreadable"),
}
REFUSED: dict[str, tuple[Step, str]] = {
    "the key is wrong": (Fails(401, "invalid_api_key"), "auth"),
    "the key may not": (Fails(403, "forbidden"), "auth"),
    "the model is gone": (Fails(404, "model_not_found"), "not_found"),
}


@pytest.fixture
async def provider() -> AsyncIterator[OpenAIServer]:
    """A scripted provider. After the test its script must have been played out."""
    async with serve_openai() as served:
        yield served
        served.assert_played_out()


async def assert_kept(scene: Scene, *texts: str) -> None:
    """The first customer's messages are stored, and with them what was really replied."""
    customer = scene.customers[0]
    record = await scene.world.service.store.sessions.load(SessionKey(101, str(customer.session)), last=10)
    assert [turn.customer_text for turn in record.turns] == list(texts)
    assert [turn.reply for turn in record.turns] == customer.heard


def in_a_second() -> str:
    """The moment, as a header tells it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)


@pytest.mark.parametrize("wait", ["1", "a date"])
async def test_b1_that_a_wait_that_fits_is_waited(tmp_path: Path, provider: OpenAIServer, wait: str) -> None:
    headers = {"Retry-After": in_a_second() if wait == "a date" else wait}
    async with facing(tmp_path, provider=provider) as scene:
        provider.script(Fails(429, "rate_limit_exceeded", headers), HELLO)
        assert (await scene.says(WISH)).text == HELLO.text
        assert len(provider.requests) == 2


@pytest.mark.parametrize("wait", ["7", "600", "Wed, 11 Mar 2099 10:15:00 GMT"])
@pytest.mark.parametrize("fallback", [True, False])
async def test_b1_that_a_wait_that_does_not_fit_is_not_waited(
    tmp_path: Path, provider: OpenAIServer, wait: str, *, fallback: bool
) -> None:
    async with facing(tmp_path, provider=provider, offline_fallback=fallback, openai_timeout=A_WAIT) as scene:
        provider.always = Fails(429, "rate_limit_exceeded", {"Retry-After": wait})
        async with asyncio.timeout(GENEROUS_SECONDS):
            reply = await scene.says(WISH)
        assert (SLOT in reply.text) if fallback else (reply.text == phrases.FAILED)
        assert 1 <= len(provider.requests) <= 2
        assert await scene.counted("llm_errors_total") == 1
        # A limit may be told by the deadline that ended the wait for it.
        limited = await scene.counted("llm_errors_total", kind="429")
        assert limited + await scene.counted("llm_errors_total", kind="timeout") == 1
        provider.always = None
        provider.script(HELLO)
        await scene.says("sigo aquí")
        assert [m.text for m in provider.last.of("user")] == [WISH, "sigo aquí"]
        await assert_kept(scene, WISH, "sigo aquí")


async def test_b1_that_a_rate_limit_is_counted_as_one(tmp_path: Path, provider: OpenAIServer) -> None:
    async with facing(tmp_path, provider=provider) as scene:
        provider.always = Fails(429, "rate_limit_exceeded", {"Retry-After": "1"})
        assert SLOT in (await scene.says(WISH)).text
        assert len(provider.requests) == 2
        assert await scene.counted("llm_errors_total", kind="429") == 1


@pytest.mark.parametrize(("fault", "kind"), BREAKS.values(), ids=BREAKS)
@pytest.mark.parametrize("fallback", [True, False])
async def test_b2_that_a_provider_that_breaks_costs_one_retry_and_no_more(
    tmp_path: Path, provider: OpenAIServer, fault: Step, kind: str, *, fallback: bool
) -> None:
    patience = A_WAIT if kind == "timeout" else 20
    async with facing(
        tmp_path, provider=provider, offline_fallback=fallback, openai_timeout=patience
    ) as scene:
        provider.always = fault
        async with asyncio.timeout(GENEROUS_SECONDS):
            reply = await scene.says(WISH)
        assert (SLOT in reply.text) if fallback else (reply.text == phrases.FAILED)
        assert 1 <= len(provider.requests) <= 2
        assert scene.world.calls(CREATE) == 0
        assert await scene.rows() == ()
        await assert_kept(scene, WISH)
        assert await scene.counted("llm_errors_total", kind=kind) == 1
        assert await scene.counted("llm_errors_total") == 1


async def test_b2_that_one_failure_is_made_good_by_the_retry(tmp_path: Path, provider: OpenAIServer) -> None:
    async with facing(tmp_path, provider=provider) as scene:
        provider.script(Fails(500, "server_error"), HELLO)
        assert (await scene.says(WISH)).text == HELLO.text
        assert await scene.counted("llm_errors_total") == 0


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


async def overslept(tmp_path: Path, loop: LeapingLoop, *, fallback: bool) -> None:
    """A model that has used up the turn's time when its first answer comes."""

    async def answer(_messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        loop.ahead += 1000
        return ModelResponse([ToolCallPart("check_availability", {"date": "2026-03-12", "time": "16:00"})])

    async with facing(tmp_path, model=FunctionModel(answer), offline_fallback=fallback) as scene:
        reply = await scene.says(WISH)
        assert (SLOT in reply.text) if fallback else (reply.text == phrases.FAILED)
        assert await scene.rows() == ()
        await assert_kept(scene, WISH)
        assert await scene.counted("turn_deadline_total") == 1


@pytest.mark.parametrize("fallback", [True, False])
def test_b2_that_a_turn_ends_when_its_time_is_over(tmp_path: Path, *, fallback: bool) -> None:
    loop = LeapingLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(overslept(tmp_path, loop, fallback=fallback))


@pytest.mark.parametrize(("fault", "kind"), [*BREAKS.values(), *REFUSED.values()], ids=[*BREAKS, *REFUSED])
@pytest.mark.parametrize("fallback", [True, False])
async def test_b3_that_a_booking_is_confirmed_by_code_when_the_model_fails_after_it(
    tmp_path: Path, provider: OpenAIServer, fault: Step, kind: str, *, fallback: bool
) -> None:
    patience = A_WAIT if kind == "timeout" else 20
    async with facing(
        tmp_path, provider=provider, offline_fallback=fallback, openai_timeout=patience
    ) as scene:
        provider.script(CHECK, OFFER)
        await scene.says(WISH)
        provider.script(BOOK)
        provider.always = fault
        await scene.assert_confirmed(await scene.says(DATA))
        assert scene.world.calls(CREATE) == 1
        await assert_kept(scene, WISH, DATA)
        assert await scene.counted("llm_errors_total") == 1
        assert await scene.counted("fallback_confirm_total") == 1


@pytest.mark.parametrize(
    "fault",
    [
        Refuses("I can't help with that."),
        Says(None, "content_filter"),
        Says("Claro, tu cita", "content_filter"),
    ],
    ids=["a refusal", "a filter", "a filter half way"],
)
@pytest.mark.parametrize("fallback", [True, False])
async def test_b9_that_a_refusal_is_answered_by_code(
    tmp_path: Path, provider: OpenAIServer, fault: Step, *, fallback: bool
) -> None:
    async with facing(tmp_path, provider=provider, offline_fallback=fallback) as scene:
        provider.script(fault)
        reply = await scene.says("Hola, quiero una cita")
        assert reply.text in ({ASKS_WHEN} if fallback else {phrases.FAILED, phrases.TO_PERSON})
        assert await scene.rows() == ()
        await assert_kept(scene, "Hola, quiero una cita")
        assert await scene.counted("llm_refusal_total") == 1


@pytest.mark.parametrize(("fault", "kind"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("fallback", [True, False])
async def test_b11_that_a_provider_that_will_not_have_us_is_not_asked_again_and_again(
    tmp_path: Path, provider: OpenAIServer, fault: Step, kind: str, *, fallback: bool
) -> None:
    async with facing(tmp_path, provider=provider, offline_fallback=fallback) as scene:
        assert (await scene.checks())["model"] == "gpt-4o-mini"
        provider.always = fault
        for _ in range(3):
            reply = await scene.says(WISH, scene.newcomer())
            assert (SLOT in reply.text) if fallback else (reply.text == phrases.FAILED)
        assert len(provider.requests) == 1  # not even a retry
        assert await scene.counted("llm_errors_total", kind=kind) == 1
        assert (await scene.checks())["model"] == f"degraded: {kind}"

        scene.world.seconds.advance(2 * COOL_DOWN_SECONDS)
        await asyncio.gather(*(scene.says(WISH, scene.newcomer()) for _ in range(3)))
        assert len(provider.requests) == 2  # one probe, and closed to all others

        provider.always = HELLO
        scene.world.seconds.advance(2 * COOL_DOWN_SECONDS)
        assert (await scene.says(WISH, scene.newcomer())).text == HELLO.text
        assert (await scene.says(WISH, scene.newcomer())).text == HELLO.text
        assert len(provider.requests) == 4
        assert (await scene.checks())["model"] == "gpt-4o-mini"


@pytest.mark.parametrize("fallback", [True, False])
async def test_b11_that_a_provider_that_is_down_is_left_alone_after_a_while(
    tmp_path: Path, provider: OpenAIServer, *, fallback: bool
) -> None:
    async with facing(tmp_path, provider=provider, offline_fallback=fallback, openai_timeout=A_WAIT) as scene:
        provider.always = Hangs()
        await asyncio.gather(*(scene.says(WISH, scene.newcomer()) for _ in range(FAILURES_IN_A_ROW - 1)))
        assert (await scene.checks())["model"] == "gpt-4o-mini"
        await scene.says(WISH, scene.newcomer())
        assert (await scene.checks())["model"] == "degraded: timeout"
        reply = await scene.says(WISH, scene.newcomer())
        assert (SLOT in reply.text) if fallback else (reply.text == phrases.FAILED)
        assert len(provider.requests) == FAILURES_IN_A_ROW
        assert await scene.counted("llm_errors_total", kind="timeout") == FAILURES_IN_A_ROW

        provider.always = HELLO
        scene.world.seconds.advance(2 * COOL_DOWN_SECONDS)
        assert (await scene.says(WISH, scene.newcomer())).text == HELLO.text
        assert (await scene.checks())["model"] == "gpt-4o-mini"


async def test_b11_that_a_request_refused_for_what_it_said_is_no_outage(
    tmp_path: Path, provider: OpenAIServer
) -> None:
    async with facing(tmp_path, provider=provider) as scene:
        provider.always = Fails(400, "invalid_image_url")
        for _ in range(FAILURES_IN_A_ROW + 1):
            await scene.says(WISH, scene.newcomer())
        assert len(provider.requests) == FAILURES_IN_A_ROW + 1
        assert await scene.counted("llm_errors_total", kind="rejected") == FAILURES_IN_A_ROW + 1
        assert (await scene.checks())["model"] == "gpt-4o-mini"
