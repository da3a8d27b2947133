"""The sandbox behind a real server, where connections break and callers hang up."""

import asyncio
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from citas.sandbox.app import create_sandbox
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from tests.sandbox.conftest import CALENDARIO, Caller, thursday_at_four, until

CREAR = "CREAR_EVENTO"


@pytest.fixture
async def remote(state: SandboxState) -> AsyncIterator[Caller]:
    """Speaks to the sandbox over a socket of this machine."""
    config = uvicorn.Config(create_sandbox(state), log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
            yield Caller(http)
        server.should_exit = True
        await serving


async def test_that_it_serves_over_a_socket(remote: Caller, state: SandboxState) -> None:
    free = await remote.is_free("2026-03-12 16:00", "2026-03-12 17:00")
    document = await remote.create("2026-03-12 16:00", "2026-03-12 17:00")

    assert free
    assert document["google_meet_link"] == state.events()[0].meet_link


async def test_that_a_dropped_connection_is_a_protocol_error_for_the_caller(
    remote: Caller, state: SandboxState
) -> None:
    state.faults.add(CREAR, Fault.RESET_MID_BODY)

    with pytest.raises(httpx.RemoteProtocolError):
        await remote.http.post(CALENDARIO, json=thursday_at_four())

    assert len(state.events()) == 1


async def test_that_a_slow_event_lands_after_its_caller_gave_up(remote: Caller, state: SandboxState) -> None:
    state.faults.add(CREAR, Fault.SLOW, seconds=1)

    with pytest.raises(httpx.ReadTimeout):
        await remote.http.post(CALENDARIO, json=thursday_at_four(), timeout=0.1)
    before = state.events()
    await until(state.events)

    assert before == ()
    assert len(state.events()) == 1


async def test_that_a_dripping_body_arrives_in_pieces(remote: Caller, state: SandboxState) -> None:
    state.faults.add(CREAR, Fault.DRIP, seconds=0.1)

    async with remote.http.stream("POST", CALENDARIO, json=thursday_at_four()) as response:
        pieces = [piece async for piece in response.aiter_raw()]

    assert len(pieces) > 1
    assert b'"success": true' in b"".join(pieces)
