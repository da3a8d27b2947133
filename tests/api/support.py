"""A small service to put the API on, and shortcuts to talk to it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from citas.answering import Answer
from citas.api.app import create_app
from citas.conversation import Incoming
from citas.settings import Settings, load


class ScriptedConversation:
    """A conversation without agent or store: it notes what came and answers what it was told to.

    `gate` holds every answer back until it is set; `error` is raised instead of answering.
    """

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.finished = 0
        self.reply = "¡Hola! ¿Qué día te gustaría?"
        self.url: str | None = None
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self._arrival = asyncio.Condition()

    async def answer(self, incoming: Incoming) -> Answer:
        """Note the message, wait for the gate, answer."""
        async with self._arrival:
            self.heard.append(incoming)
            self._arrival.notify_all()
        await self.gate.wait()
        self.finished += 1
        if self.error is not None:
            raise self.error
        return Answer(self.reply, self.url, "replied")

    async def heard_some(self, count: int) -> None:
        """Return once that many messages have arrived."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.heard) >= count)


@dataclass
class ScriptedService:
    """A runtime whose readiness is set by hand, and which remembers how it was closed."""

    conversation: ScriptedConversation = field(default_factory=ScriptedConversation)
    checks: Mapping[str, str] = field(default_factory=lambda: {"store": "ok", "model": "offline"})
    drained: bool = False
    finished_when_closed: int | None = None

    async def readiness(self) -> Mapping[str, str]:
        """What was set."""
        return self.checks

    def drain(self) -> None:
        """Remember it."""
        self.drained = True

    @asynccontextmanager
    async def open(self) -> AsyncIterator["ScriptedService"]:
        """The service itself; notes how many turns were finished when it was closed."""
        yield self
        self.finished_when_closed = self.conversation.finished


BASE: Mapping[str, object] = {
    "openai_model": "offline",
    "internal_api_token": "",
    "internal_api_token_previous": "",
    "max_in_flight": 64,
    "session_rate_per_minute": 6000,
    "docs_enabled": True,
}


def settings(**overrides: object) -> Settings:
    """Settings for a test; the developer's environment plays no part in what matters here."""
    return load(**{**BASE, **overrides})


def build(service: ScriptedService, **overrides: object) -> FastAPI:
    """The application over `service`."""
    return create_app(service.open, settings(**overrides), CollectorRegistry())


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """An HTTP client that reaches `app` without a socket."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://citas.test")


def lifespan_of(app: FastAPI) -> AbstractAsyncContextManager[object]:
    """The application's start and stop."""
    return app.router.lifespan_context(app)


@asynccontextmanager
async def running(service: ScriptedService, **overrides: object) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a started application over `service`."""
    app = build(service, **overrides)
    async with lifespan_of(app), client_of(app) as client:
        yield client


def chat(message: object = "hola", **changes: object) -> dict[str, object]:
    """A valid body of `POST /api/chat`, with changes at its top level."""
    body: dict[str, object] = {
        "message": message,
        "session_id": 51900000001,
        "context": {"config": {"id_empresa": 101}},
    }
    return body | changes


def config(**fields: object) -> dict[str, object]:
    """A `context` whose config carries `fields` beside the company."""
    return {"config": {"id_empresa": 101} | fields}


def assert_problem(response: httpx.Response, status: int, code: str | None = None) -> None:
    """The answer is a whole problem: status, a `reply` for the customer, a code, a request id."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"reply", "url", "error", "request_id"}
    assert body["reply"].strip()
    assert body["url"] is None
    assert set(body["error"]) == {"code", "message"}
    assert body["request_id"] == response.headers["x-request-id"]
    if code is not None:
        assert body["error"]["code"] == code
