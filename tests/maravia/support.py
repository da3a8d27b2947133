"""Parts that the client's tests share: a PHP server of raw bytes, a scripted transport, one event."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx

from citas.maravia.calls import CallReport, Result
from citas.maravia.client import Endpoints, Maravia
from citas.maravia.model import Calendar, NewEvent
from citas.maravia.transport import Limits, connect
from citas.scheduling.model import Slot

ZONE = ZoneInfo("America/Lima")
CALENDAR = Calendar(id_empresa=7)
SLOT = Slot.of(datetime(2026, 3, 12, 15, 0, tzinfo=ZONE), 60)
EVENT = NewEvent(
    usuario_id=3,
    id_prospecto="5198765432101",
    titulo="Reunión con Ana",
    start=SLOT.start,
    end=SLOT.end,
    correo_cliente="ana@example.com",
    correo_usuario="ventas@example.com",
)
QUICK = Limits(retry_wait=0.0)
BASE = "http://php.test/servicio/"


def endpoints(base: str = BASE) -> Endpoints:
    return Endpoints(
        calendar=base + "ws_calendario.php",
        scheduling=base + "ws_agendar_reunion.php",
        information=base + "ws_informacion_ia.php",
        faqs=base + "ws_preguntas_frecuentes.php",
    )


class Clock:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Observer:
    """Remembers every report."""

    def __init__(self) -> None:
        self.reports: list[CallReport] = []

    def __call__(self, report: CallReport) -> None:
        self.reports.append(report)

    @property
    def results(self) -> list[Result]:
        return [report.result for report in self.reports]


@asynccontextmanager
async def maravia(
    base: str = BASE,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    api_timeout: float = 2.0,
    limits: Limits = QUICK,
    allow: Collection[str] | None = None,
    observer: Observer | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Maravia]:
    """A client of `base`, over the network unless `transport` replaces it."""
    where = endpoints(base)
    allowed = where.urls if allow is None else allow
    async with connect(api_timeout, allow=allowed, transport=transport, limits=limits) as connections:
        yield Maravia(connections, where, ZONE, observe=observer or Observer(), clock=clock or Clock())


class Scripted(httpx.MockTransport):
    """Answers with the given responses or faults in turn, the last one for ever; keeps the requests."""

    def __init__(self, *script: httpx.Response | Exception) -> None:
        super().__init__(self._next)
        self.asked: list[dict[str, object]] = []
        self.urls: list[str] = []
        self._script = list(script)

    def _next(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        self.urls.append(str(request.url))
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)


def answered(fields: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=fields)


def printed(body: bytes, status: int = 200) -> httpx.Response:
    """What PHP sends by default: text/html, whatever the body is."""
    return httpx.Response(status, headers={"content-type": "text/html"}, content=body)


Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Behaviour) -> AsyncIterator[int]:
    """A TCP server on a free port of this machine. On exit every connection and handler ends."""
    handlers: dict[asyncio.StreamWriter, asyncio.Event] = {}

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended = handlers[writer] = asyncio.Event()
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client hung up, as it should in half of these tests
        finally:
            writer.close()
            with suppress(ConnectionError):  # the client may be gone already
                await writer.wait_closed()
            ended.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for writer, ended in handlers.items():
            writer.transport.abort()
            await ended.wait()


class PhpServer:
    """Reads one HTTP request after another, and does to each what it is told."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.base = ""
        self.connections = 0
        self.posts: list[dict[str, object]] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while not writer.is_closing():
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            self.posts.append(json.loads(await reader.readexactly(length)))
            await self.behave(reader, writer)


@asynccontextmanager
async def php(behave: Behaviour) -> AsyncIterator[PhpServer]:
    """A `PhpServer` over real sockets."""
    stub = PhpServer(behave)
    async with listening(stub.talk) as port:
        stub.base = f"http://127.0.0.1:{port}/"
        yield stub


def replying(
    body: bytes, status: str = "200 OK", headers: str = "", *, claim: int | None = None
) -> Behaviour:
    """Send a whole answer; `claim` is the content length told instead of the true one."""
    length = len(body) if claim is None else claim
    head = f"HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n".encode()

    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head + body)
        await writer.drain()
        if claim is not None:
            writer.close()

    return behave


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Accept the request and never answer; ends when the client hangs up."""
    await reader.read()


async def resetting(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the request, then reset the connection."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


async def dripping(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send the headers at once, then spaces one by one: no single read is ever slow."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def breaking_off(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a chunk that ends too early, then close."""
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n")
    writer.write(b'{"success": true}')
    await writer.drain()
    writer.close()
