"""A whole service for a test: the real app over its real HTTP layer, a real database file, the sandbox."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic_ai.models import Model

from citas.bootstrap import Outside, Runtime
from citas.sandbox.app import create_sandbox
from citas.sandbox.state import Event, SandboxState
from evals.case import WEDNESDAY
from evals.stage import Clock, in_process, settings_for

Config = dict[str, object]
CONFIG: Config = {"id_empresa": 101, "usuario_id": 7, "id_chatbot": 501, "nombre_bot": "Sofía"}


@dataclass(slots=True)
class Seconds:
    """The seconds by which caches age and breakers cool down; they pass only when a test lets them."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let them pass."""
        self.now += seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway gets."""

    status: int
    text: str
    url: str | None


@dataclass(slots=True)
class Prospect:
    """A customer who writes through the gateway."""

    http: httpx.AsyncClient
    session: int | str
    config: Config
    heard: list[str] = field(default_factory=list)

    async def says(self, text: str, *, message_id: str | None = None) -> Reply:
        """Send one message and read the reply."""
        body: dict[str, object] = {
            "message": text,
            "session_id": self.session,
            "context": {"config": self.config},
        }
        if message_id is not None:
            body["message_id"] = message_id
        response = await self.http.post("/api/chat", json=body)
        data = response.json()
        self.heard.append(data["reply"])
        return Reply(response.status_code, data["reply"], data["url"])

    async def writes(self, *texts: str) -> Reply:
        """Send several messages one after the other; the last reply."""
        replies = [await self.says(text) for text in texts]
        return replies[-1]


@dataclass(slots=True)
class World:
    """The service under test and what a test may look at or turn."""

    app: FastAPI
    service: Runtime
    sandbox: SandboxState
    clock: Clock
    seconds: Seconds
    http: httpx.AsyncClient
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(51900000001))

    def prospect(self, session: int | str | None = None, **config: object) -> Prospect:
        """A customer of empresa 101, unless `config` says otherwise."""
        return Prospect(self.http, session or next(self._numbers), CONFIG | config)

    @property
    def events(self) -> tuple[Event, ...]:
        """What is in the calendar."""
        return self.sandbox.events()

    def calls(self, operation: str) -> int:
        """How often the back end received an operation."""
        return sum(call.operation == operation for call in self.sandbox.calls)


@asynccontextmanager
async def open_world(
    directory: Path,
    *,
    clock: Clock | None = None,
    model: Model | None = None,
    sandbox: SandboxState | None = None,
    network: bool = False,
    **settings: object,
) -> AsyncIterator[World]:
    """The service on a database file in `directory`; open it again there to restart it. With `network` the
    back end is where the settings' URLs say, and not the sandbox in this process."""
    clock, seconds = clock or Clock(WEDNESDAY), Seconds()
    state = sandbox or SandboxState(None, clock)
    configured = settings_for(directory, **settings)
    backend = None if network else httpx.ASGITransport(create_sandbox(state))
    outside = Outside(backend, model, clock, seconds)
    async with in_process(configured, outside) as running:
        yield World(running.app, running.runtime, state, clock, seconds, running.http)
