"""The connection to the back end breaks, on real sockets; and what it is like when all is well again.

===  ====================================================================
A9   CREAR_EVENTO that never left: told so, and the claim serves again
A10  no answer after it was sent
A11  an event that lands after we gave up
A14  a company's data away for ten minutes
===  ====================================================================
"""

import asyncio
import socket
from pathlib import Path

import pytest

from citas.agent import phrases
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from citas.store.model import BookingState
from evals.stage import Clock
from tests.faults.support import CALENDAR_PATH, CHECK, CREATE, RECAP, facing, on_a_socket
from tests.maravia.support import (
    Behaviour,
    breaking_off,
    dripping,
    listening,
    php,
    replying,
    resetting,
    silent,
)
from tests.sandbox.conftest import until

GENEROUS_SECONDS = 20
# What every call of a scene may take, the healthy ones before the fault too: a busy machine needs room.
BACK_END_SECONDS = 5
CONTEXT, SEARCH = "OBTENER_CONTEXTO_NEGOCIO", "BUSCAR_PRODUCTOS_SERVICIOS_CITAS"
ASKS_PRICE = "¿cuánto cuesta la asesoría?"


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a9_that_a_booking_that_was_refused_the_connection_is_made_by_a_later_yes(
    tmp_path: Path,
) -> None:
    clock, port = Clock(), free_port()
    state = SandboxState(None, clock)
    calendar = f"http://127.0.0.1:{port}/servicio/{CALENDAR_PATH}"
    async with (
        on_a_socket(state) as base,
        facing(tmp_path, clock=clock, sandbox=state, back_end=base, calendar=calendar) as scene,
    ):
        await scene.says(RECAP)
        reply = await scene.says("sí")
        assert reply.text == phrases.FAILED
        assert (await scene.row()).state is BookingState.NOT_SENT
        assert await scene.requests() == ()
        assert await scene.counted("api_calls_total", endpoint=CREATE, result="not_sent") == 2
        async with on_a_socket(state, port):
            assert "¿Confirmo la cita?" in (await scene.says("sí")).text  # our question was another one
            await scene.assert_confirmed(await scene.says("sí"))
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("booking_not_sent_total") == 1


async def not_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a handshake with plain text."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize("address", ["a name nobody has", "no TLS there", "a handshake without an end"])
async def test_a9_that_a_booking_that_cannot_reach_the_calendar_is_not_made(
    tmp_path: Path, address: str
) -> None:
    clock = Clock()
    state = SandboxState(None, clock)
    talk = silent if address == "a handshake without an end" else not_tls
    async with on_a_socket(state) as base, listening(talk) as port:
        host = "calendario.invalid" if address == "a name nobody has" else f"127.0.0.1:{port}"
        calendar = f"https://{host}/{CALENDAR_PATH}"
        async with facing(
            tmp_path,
            clock=clock,
            sandbox=state,
            back_end=base,
            calendar=calendar,
            api_timeout=BACK_END_SECONDS,
        ) as scene:
            await scene.says(RECAP)
            assert (await scene.says("sí")).text == phrases.FAILED
            row = await scene.row()
            assert row.state is BookingState.NOT_SENT
            assert not row.state.holds_slot
            assert await scene.counted("api_calls_total", endpoint=CREATE, result="not_sent") == 2
            assert await scene.counted("booking_not_sent_total") == 1


@pytest.mark.parametrize(
    "behave",
    [silent, resetting, dripping, breaking_off, replying(b'{"success": true', claim=200)],
    ids=["silence", "a reset", "a drip", "a broken chunk", "a short body"],
)
async def test_a10_that_a_booking_without_an_answer_is_told_as_unknown(
    tmp_path: Path, behave: Behaviour
) -> None:
    clock = Clock()
    state = SandboxState(None, clock)
    async with (
        on_a_socket(state) as base,
        php(behave) as stub,
        facing(
            tmp_path,
            clock=clock,
            sandbox=state,
            back_end=base,
            calendar=stub.base,
            api_timeout=BACK_END_SECONDS,
        ) as scene,
    ):
        await scene.says(RECAP)
        async with asyncio.timeout(GENEROUS_SECONDS):
            reply = await scene.says("sí")
        await scene.assert_verifying(reply)
        await scene.says("sí")
        assert [post["codOpe"] for post in stub.posts] == [CREATE]
        assert await scene.counted("api_calls_total", endpoint=CREATE, result="unknown") == 1
        assert await scene.counted("booking_unknown_total") == 1


async def test_a11_that_an_event_that_lands_late_is_looked_into_and_never_asked_for_again(
    tmp_path: Path,
) -> None:
    clock = Clock()
    state = SandboxState(None, clock)
    async with (
        on_a_socket(state) as base,
        facing(tmp_path, clock=clock, sandbox=state, back_end=base, api_timeout=BACK_END_SECONDS) as scene,
    ):
        await scene.says(RECAP)
        scene.spoil(CREATE, Fault.SLOW, times=1, seconds=BACK_END_SECONDS + 1)
        await scene.assert_verifying(await scene.says("sí"))
        await until(state.events)
        clock.advance(minutes=10)  # long enough for the back end to have ended what it was at
        reply = await scene.says("¿quedó mi cita?")
        assert (await scene.row()).ref in reply.text
        assert len(state.events()) == 1
        assert scene.world.calls(CREATE) == 1
        assert await scene.counted("reconcile_total", result="busy") == 1


async def test_a14_that_a_companys_data_come_back_with_one_probe(tmp_path: Path) -> None:
    async with facing(tmp_path) as scene:
        for operation in (CONTEXT, SEARCH):
            scene.spoil(operation, Fault.STATUS_503)
        for _ in range(5):
            assert "S/" not in (await scene.says(ASKS_PRICE, scene.newcomer())).text
        asked = {operation: scene.world.calls(operation) for operation in (CONTEXT, SEARCH)}
        for operation in asked:
            assert await scene.counted("breaker_state", endpoint=operation) == 2
        assert (await scene.checks())["maravia"] == "degraded"

        scene.world.seconds.advance(20)  # within the cool-down nothing is asked, and everybody is answered
        assert "S/" not in (await scene.says(ASKS_PRICE, scene.newcomer())).text
        assert "¿Confirmo la cita?" in (await scene.says(RECAP, scene.newcomer())).text
        assert {operation: scene.world.calls(operation) for operation in asked} == asked

        scene.world.seconds.advance(600)  # still down: one probe, and open again
        customers = [scene.newcomer(), scene.newcomer(102)]
        replies = await asyncio.gather(*(scene.says(ASKS_PRICE, c) for c in customers))
        assert not [reply for reply in replies if "S/" in reply.text]
        assert {op: scene.world.calls(op) - before for op, before in asked.items()} == {CONTEXT: 1, SEARCH: 1}
        assert await scene.counted("breaker_state", endpoint=CONTEXT) == 2

        scene.world.sandbox.faults.clear()
        scene.world.seconds.advance(600)
        assert "S/ 150" in (await scene.says(ASKS_PRICE, scene.newcomer())).text
        assert {op: scene.world.calls(op) - before for op, before in asked.items()} == {CONTEXT: 2, SEARCH: 2}
        for operation in asked:
            assert await scene.counted("breaker_state", endpoint=operation) == 0
        assert (await scene.checks())["maravia"] == "ok"
        assert scene.world.calls(CHECK) > 0
