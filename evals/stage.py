"""The service that a case meets, whole and in this process: app, database file, the sandbox behind it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from citas.api.app import create_app
from citas.bootstrap import Outside, Runtime, runtime
from citas.sandbox.company import Company, Span, Taken
from citas.sandbox.state import SandboxState
from citas.settings import Settings, load
from citas.store.store import open_store
from evals.case import WEDNESDAY
from evals.wire import Wire

SANDBOX = "http://sandbox.invalid/servicio/"
DATABASE = "citas.sqlite"
# Longer than any turn: it is the service that ends one.
PATIENCE = 400.0


@dataclass(frozen=True, slots=True)
class Service:
    """The running service: its app, what is behind it, and a client at its door."""

    app: FastAPI
    runtime: Runtime
    http: httpx.AsyncClient


@asynccontextmanager
async def in_process(
    settings: Settings, outside: Outside, registry: CollectorRegistry | None = None
) -> AsyncIterator[Service]:
    """Start the service without a port, as a server would; stop it at the end."""
    registry = registry or CollectorRegistry()
    opened: list[Runtime] = []

    @asynccontextmanager
    async def open_service() -> AsyncIterator[Runtime]:
        async with runtime(settings, registry, outside) as service:
            opened.append(service)
            yield service

    app = create_app(open_service, settings, registry)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service.invalid", timeout=PATIENCE) as http,
    ):
        yield Service(app, opened[0], http)


def settings_for(directory: Path, **overrides: object) -> Settings:
    """Settings of a service on the sandbox, its database in `directory`, with the offline model.

    What `overrides` does not name has its default, whatever the environment and a `.env` say: a run is the
    same on every machine.
    """
    untouched = {name: field.get_default() for name, field in Settings.model_fields.items()}
    defaults: dict[str, object] = untouched | {
        "openai_model": "offline",
        "database_url": f"sqlite+aiosqlite:///{directory / DATABASE}",
        "api_calendar_url": SANDBOX + "ws_calendario.php",
        "api_agendar_reunion_url": SANDBOX + "ws_agendar_reunion.php",
        "api_informacion_url": SANDBOX + "ws_informacion_ia.php",
        "api_preguntas_frecuentes_url": SANDBOX + "ws_preguntas_frecuentes.php",
        "session_rate_per_minute": 6000,
    }
    return load(**(defaults | overrides))


@cache
def empty_database() -> bytes:
    """A database file with its tables and nothing in them: made once in a process, since making the tables
    takes as long as a turn."""

    async def make(file: Path) -> None:
        async with open_store(f"sqlite+aiosqlite:///{file}"):
            pass

    with tempfile.TemporaryDirectory(prefix="citas-evals-") as directory:
        file = Path(directory) / DATABASE
        asyncio.run(make(file))
        return file.read_bytes()


@dataclass(slots=True)
class Clock:
    """A clock that somebody sets."""

    now: datetime = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)


@dataclass(frozen=True, slots=True)
class Diary:
    """What was taken at one moment, so that a reply can be held against it."""

    company: Company
    now: datetime
    taken: tuple[Span, ...]

    def is_free(self, start: datetime, minutes: int) -> bool:
        """Whether an appointment could begin then: in the future, within the hours, nobody's."""
        wanted = Taken(start, minutes).span
        return (
            start > self.now
            and self.company.is_open(wanted)
            and not any(taken.overlaps(wanted) for taken in self.taken)
        )


@dataclass(slots=True)
class Stage:
    """A service that can be restarted, and the world it stands in: all of it stays but the process."""

    settings: Settings
    outside: Outside
    sandbox: SandboxState
    wire: Wire
    clock: Clock
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _service: Service | None = None
    _counted: float = 0.0

    @property
    def service(self) -> Service:
        """The running service. Raises `RuntimeError` before `start`."""
        if self._service is None:
            raise RuntimeError("the service was not started")
        return self._service

    async def start(self) -> None:
        """Open the service on what is stored."""
        self.registry = CollectorRegistry()
        self._service = await self._open.enter_async_context(
            in_process(self.settings, self.outside, self.registry)
        )

    async def stop(self) -> None:
        """Close it in order."""
        self._counted += self._withheld()
        self._service = None
        await self._open.aclose()

    async def restart(self) -> None:
        """Close it and open it again."""
        await self.stop()
        await self.start()

    @property
    def withheld(self) -> float:
        """How many drafts of replies the guard stopped so far."""
        return self._counted + (self._withheld() if self._service else 0)

    def diary(self, empresa: int) -> Diary | None:
        """What is taken now in an empresa's calendar; None if the sandbox does not know it."""
        company = self.sandbox.company(empresa)
        if company is None:
            return None
        return Diary(company, company.local(self.clock.now), self.sandbox.taken_in(empresa))

    def _withheld(self) -> float:
        return sum(
            sample.value
            for metric in self.registry.collect()
            for sample in metric.samples
            if sample.name == "agent_citas_reply_guard_total"
        )
