"""How bytes reach the back end and come back: pools, size cap, allowed hosts. No retries here."""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx

_HEADERS = {
    "accept": "application/json",
    # A compressed body could unpack to far more than the cap in one step, so none is asked for.
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": "agent-citas",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the traffic with the back end. Times in seconds, sizes in bytes."""

    connect: float = 3.0
    body: int = 1024 * 1024
    pool: int = 20
    keepalive: float = 4.0
    """Below the 5 s after which Apache closes an idle connection; a stale one would be reset."""
    retry_wait: float = 0.4
    breaker_failures: int = 5
    breaker_cool_down: float = 30.0


@dataclass(frozen=True, slots=True)
class Connections:
    """Pools kept apart, so that a slow catalogue cannot starve the calendar; see `connect`."""

    information: httpx.AsyncClient
    scheduling: httpx.AsyncClient
    creation: httpx.AsyncClient
    """Keeps no connection: an event is always posted on a fresh one."""
    api_timeout: float
    limits: Limits


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer read to its end. `body` is None when it was over the cap or compressed."""

    status: int
    body: bytes | None

    @property
    def overloaded(self) -> bool:
        """True for 429 and 5xx: the server could not do the work, or not say so."""
        return overloaded(self.status)


class EgressDenied(httpx.TransportError):
    """The address is not among the configured ones; nothing was sent."""


def overloaded(status: int) -> bool:
    """See `Answer.overloaded`."""
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


@asynccontextmanager
async def connect(
    api_timeout: float,
    *,
    allow: Collection[str],
    transport: httpx.AsyncBaseTransport | None = None,
    limits: Limits | None = None,
) -> AsyncIterator[Connections]:
    """Open the pools, close them on exit. `api_timeout` (seconds) bounds one whole operation.

    `allow` holds the URLs whose origins may be contacted; `transport` replaces the network.
    """
    limits = limits or Limits()
    # Reading the certificates takes longer than all else at start, and a stand-in needs none.
    tls = httpx.create_ssl_context() if transport is None else False
    # TCP and TLS each get `connect`: together they must end before the deadline does, so that a
    # server that cannot be reached is known as "never sent".
    reach = min(limits.connect, api_timeout / 2)
    timeout = httpx.Timeout(api_timeout, connect=reach, pool=reach)
    origins = frozenset(_origin(httpx.URL(url)) for url in allow)

    def client(keepalive: int) -> httpx.AsyncClient:
        pool = httpx.Limits(
            max_connections=limits.pool,
            max_keepalive_connections=keepalive,
            keepalive_expiry=limits.keepalive,
        )
        network = transport or httpx.AsyncHTTPTransport(verify=tls, limits=pool, retries=0)
        guarded = _OnlyAllowed(network, origins)
        return httpx.AsyncClient(transport=guarded, timeout=timeout, headers=_HEADERS, follow_redirects=False)

    async with AsyncExitStack() as stack:
        information, scheduling, creation = [
            await stack.enter_async_context(client(keepalive)) for keepalive in (limits.pool, limits.pool, 0)
        ]
        yield Connections(information, scheduling, creation, api_timeout, limits)


async def exchange(
    client: httpx.AsyncClient, url: str, fields: Mapping[str, object], max_body: int
) -> Answer:
    """POST `fields` as JSON once. Raises `httpx.HTTPError`; the caller sets the deadline."""
    # ASCII, so no encoding can be mistaken on the way; PHP reads the \u escapes.
    content = json.dumps(fields).encode("ascii")
    async with client.stream("POST", url, content=content) as response:
        if overloaded(response.status_code):
            return Answer(response.status_code, b"")
        return Answer(response.status_code, await _read(response, max_body))


async def _read(response: httpx.Response, max_body: int) -> bytes | None:
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > max_body:
            return None
    return bytes(body)


class _OnlyAllowed(httpx.AsyncBaseTransport):
    """Refuses every origin but the configured ones, before any connection is made."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, origins: frozenset[tuple[str, str, int | None]]
    ) -> None:
        self._inner = inner
        self._origins = origins

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if _origin(request.url) not in self._origins:
            raise EgressDenied("not a configured address", request=request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
