"""Faults that only a real socket shows: refused, silent, reset, dripping, cut off (A9 to A11, A15)."""

import asyncio
import socket

import pytest

from citas.errors import MaraviaUnavailable
from citas.maravia.model import Created, NotSent, Rejected, Unknown
from citas.maravia.transport import Limits
from citas.scheduling.model import Availability
from tests.maravia.support import (
    CALENDAR,
    EVENT,
    SLOT,
    Behaviour,
    breaking_off,
    dripping,
    endpoints,
    listening,
    maravia,
    php,
    replying,
    resetting,
    silent,
)

YES = b'{"success": true, "message": "ok", "contexto_negocio": "Hola", "disponible": true}'
QUICKLY = 1.0  # room for a request on a busy machine


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_that_an_event_is_created_over_a_real_connection() -> None:
    async with php(replying(YES)) as server, maravia(server.base) as client:
        assert await client.create_event(EVENT) == Created(None, "ok")
        assert len(server.posts) == 1


async def test_that_every_event_goes_on_a_fresh_connection_and_reads_share_one() -> None:
    async with php(replying(YES)) as server, maravia(server.base) as client:
        await client.create_event(EVENT)
        await client.create_event(EVENT)
        assert server.connections == 2
        await client.business_context(7)
        await client.business_context(7)
        assert server.connections == 3


async def test_that_a_refused_connection_is_not_sent_a9() -> None:
    async with maravia(f"http://127.0.0.1:{closed_port()}/") as client:
        assert await client.create_event(EVENT) == NotSent("ConnectError")
        assert await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN


async def test_that_a_failed_tls_handshake_is_not_sent_a9() -> None:
    async def not_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with listening(not_tls) as port, maravia(f"https://127.0.0.1:{port}/") as client:
        assert await client.create_event(EVENT) == NotSent("ConnectError")


async def test_that_a_handshake_that_never_ends_is_not_sent_a9() -> None:
    async with (
        listening(silent) as port,
        maravia(f"https://127.0.0.1:{port}/", api_timeout=QUICKLY) as client,
    ):
        assert await client.create_event(EVENT) == NotSent("ConnectTimeout")


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        resetting,
        dripping,
        breaking_off,
        replying(b'{"success": true', claim=200),
        replying(YES, claim=1000),
        replying(b"", status="200"),
        replying(YES, status="503 Service Unavailable"),
        replying(YES, status="nonsense"),
    ],
    ids=["silent", "reset", "drip", "chunk", "cut", "short", "empty", "503", "no-status"],
)
async def test_that_doubt_after_sending_is_unknown_and_never_sent_again_a10(
    behave: Behaviour,
) -> None:
    async with php(behave) as server, maravia(server.base, api_timeout=QUICKLY) as client:
        assert isinstance(await client.create_event(EVENT), Unknown)
        assert len(server.posts) == 1


@pytest.mark.parametrize("behave", [silent, resetting, dripping, breaking_off])
async def test_that_the_same_faults_make_a_read_unavailable_a12(behave: Behaviour) -> None:
    async with php(behave) as server, maravia(server.base, api_timeout=QUICKLY) as client:
        with pytest.raises(MaraviaUnavailable):
            await client.business_context(7)
        assert await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN
        assert len(server.posts) <= 4


async def test_that_an_event_that_lands_late_was_posted_once_a11() -> None:
    landed = asyncio.Event()

    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the client has given up
        landed.set()
        await replying(YES)(reader, writer)

    async with php(late) as server, maravia(server.base, api_timeout=QUICKLY) as client:
        assert isinstance(await client.create_event(EVENT), Unknown)
        await asyncio.wait_for(landed.wait(), 5)
        assert len(server.posts) == 1


async def test_that_a_redirect_is_not_followed_a7() -> None:
    async with php(replying(YES)) as login:
        moved = replying(b"", status="302 Found", headers=f"location: {login.base}\r\n")
        async with (
            php(moved) as server,
            maravia(server.base, allow=(*endpoints(server.base).urls, *endpoints(login.base).urls)) as client,
        ):
            assert await client.create_event(EVENT) == Rejected("HTTP 302", auth=True)
            with pytest.raises(MaraviaUnavailable):
                await client.business_context(7)
        assert login.posts == []


async def test_that_no_address_is_contacted_that_is_not_configured_i11() -> None:
    async with php(replying(YES)) as server:
        others = ("http://127.0.0.1:1/", server.base.replace("http:", "https:"))
        async with maravia(server.base, allow=others) as client:
            assert await client.create_event(EVENT) == NotSent("EgressDenied")
            assert await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN
        assert server.connections == 0


async def test_that_a_huge_body_is_not_read_to_its_end_a15() -> None:
    chunk, sent = b"x" * 65_536, 0

    async def flood(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 52428800\r\n\r\n")
        while sent < 52_428_800:
            writer.write(chunk)
            await writer.drain()
            sent += len(chunk)

    async with php(flood) as server, maravia(server.base, limits=Limits(body=100_000)) as client:
        assert isinstance(await client.create_event(EVENT), Unknown)
        assert sent < 20_000_000


async def test_that_a_stale_connection_costs_a_read_nothing() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await replying(YES)(reader, writer)
        writer.close()  # without having said so

    async with php(once) as server, maravia(server.base) as client:
        for _ in range(3):
            assert await client.business_context(7) == "Hola"
