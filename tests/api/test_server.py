"""The application on a real socket, served as in production."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from citas.api.server import server_config, start_up_notices
from tests.api.support import ScriptedService, assert_problem, build, chat, settings


@dataclass(frozen=True, slots=True)
class Served:
    """A real server at work."""

    host: str
    port: int
    socket: asyncio.Server

    @property
    def is_open(self) -> bool:
        """True while it takes connections. The port cannot tell: once closed it may be another's."""
        return self.socket.is_serving()


@asynccontextmanager
async def served(service: ScriptedService) -> AsyncIterator[Served]:
    """A real server over `service`; it is stopped as SIGTERM would stop it."""
    values = settings(server_host="127.0.0.1")
    server = uvicorn.Server(server_config(build(service), values))
    server.config.port = 0
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    socket = server.servers[0]
    host, port = socket.sockets[0].getsockname()[:2]
    try:
        yield Served(host, port, socket)
    finally:
        server.should_exit = True
        await running


async def megabyte() -> AsyncIterator[bytes]:
    """1 MB in chunks, without a length."""
    for _ in range(64):
        yield b" " * 16_384


async def test_that_a_megabyte_in_chunks_is_refused_and_the_server_lives_on() -> None:  # E2
    async with (
        served(ScriptedService()) as server,
        httpx.AsyncClient(base_url=f"http://{server.host}:{server.port}") as client,
    ):
        large = await client.post(
            "/api/chat", content=megabyte(), headers={"Content-Type": "application/json"}
        )
        small = await client.post("/api/chat", json=chat("mañana"))

    assert_problem(large, 413, "too_large")
    assert small.status_code == 200
    assert "server" not in small.headers
    assert small.headers["x-content-type-options"] == "nosniff"
    assert small.headers["cache-control"] == "no-store"


async def test_that_raw_header_bytes_are_answered() -> None:  # E13
    async with served(ScriptedService()) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        body = json.dumps(chat()).encode()
        writer.write(
            b"POST /api/chat HTTP/1.1\r\nHost: x\r\nX-Internal-Token: \xff\xfe\r\n"
            b"Authorization: Bearer \xf1\r\nX-Request-ID: \xf1\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 200 OK")


async def test_that_the_stop_lets_the_running_turn_finish_and_answer() -> None:  # D1
    service = ScriptedService()
    service.conversation.gate.clear()

    async def finish_once_closed(server: Served) -> None:
        while server.is_open:  # noqa: ASYNC110  there is no event for it
            await asyncio.sleep(0.01)
        service.conversation.gate.set()

    async with httpx.AsyncClient() as client:
        async with served(service) as server:
            url = f"http://{server.host}:{server.port}/api/chat"
            request = asyncio.create_task(client.post(url, json=chat()))
            await service.conversation.heard_some(1)
            finisher = asyncio.create_task(finish_once_closed(server))
        response = await request
        await finisher

    assert response.status_code == 200
    assert service.finished_when_closed == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_that_a_loopback_server_without_token_is_no_news(host: str) -> None:
    assert start_up_notices(settings(server_host=host)) == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "citas.example.com"])
def test_that_an_open_server_without_token_is_announced(host: str) -> None:
    [notice] = start_up_notices(settings(server_host=host))

    assert "INTERNAL_API_TOKEN" in notice
    assert host in notice
    assert start_up_notices(settings(server_host=host, internal_api_token="x")) == ()
