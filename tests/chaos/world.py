"""One service on one database file, its prospects and what fails them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from sqlalchemy import text

from citas.bootstrap import Outside, Runtime
from citas.sandbox.state import CALLS_KEPT, SandboxState
from evals.case import WEDNESDAY
from evals.stage import in_process, settings_for
from evals.wire import Wire
from tests.chaos.evidence import Evidence, Said, Who, asked_of, ledger_of
from tests.chaos.plan import Attempt, Spoilt, StoreFault, companies

AT_ONCE = 8
TRIES_TO_BE_HEARD = 3
UNREACHABLE = "unreachable"
_TABLE = "CREATE TABLE IF NOT EXISTS chaos_faults (session TEXT NOT NULL, point TEXT NOT NULL)"
_TRIGGERS = {
    StoreFault.CLAIM: "INSERT ON bookings",
    StoreFault.OUTCOME: "UPDATE OF state ON bookings",
    StoreFault.REQUEST: "INSERT ON requests",
    StoreFault.TURN: "INSERT ON turns",
}


class Ticking:
    """A clock on which no two moments are the same: a millisecond passes whenever it is read."""

    def __init__(self, now: datetime = WEDNESDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass(slots=True)
class World:
    """The service of one batch. `open` it, close it and open it again: file, sandbox and clock stay."""

    directory: Path
    outside: Outside
    sandbox: SandboxState
    wire: Wire
    clock: Ticking
    said: list[Said] = field(default_factory=list)
    store_faults: Counter[str] = field(default_factory=Counter)
    given_up: int = 0

    @classmethod
    def new(cls, directory: Path, *, careless: bool) -> "World":
        """A world whose calendar does not look for overlaps if it is `careless`."""
        clock = Ticking()
        sandbox = SandboxState(None, clock, allow_overlap=careless, companies=companies())
        wire = Wire(sandbox)
        return cls(directory, Outside(wire, None, clock), sandbox, wire, clock)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Service"]:
        """The service, started on what the one before left behind."""
        settings = settings_for(self.directory, api_timeout=1)
        async with in_process(settings, self.outside) as running:
            service = Service(self, running.runtime, running.http)
            await service.lay_traps()
            yield service

    def evidence(self, attempts: Sequence[Attempt]) -> Evidence:
        """What it all came to; only after the service was closed."""
        calls = self.sandbox.calls
        assert len(calls) < CALLS_KEPT, "the sandbox has forgotten calls: make the batch smaller"
        file = self.directory / "citas.sqlite"
        return Evidence(
            {attempt.who: attempt.order for attempt in attempts},
            tuple(self.said),
            self.sandbox.events(),
            calls,
            ledger_of(file),
            asked_of(file),
        )


@dataclass(frozen=True, slots=True)
class Service:
    """The running service as its prospects see it."""

    world: World
    runtime: Runtime
    http: httpx.AsyncClient

    async def serve(self, attempts: Sequence[Attempt]) -> None:
        """Let the prospects write, several at once."""
        room = asyncio.Semaphore(AT_ONCE)

        async def enter(attempt: Attempt) -> None:
            async with room:
                await self._live(attempt)

        async with asyncio.TaskGroup() as group:
            for attempt in attempts:
                group.create_task(enter(attempt))

    async def say(self, attempt: Attempt, words: str, message_id: str | None = None) -> str:
        """One message of the prospect and its reply, noted as evidence."""
        response = await self.http.post("/api/chat", json=body_of(attempt, words, message_id))
        heard = response.json()
        events = len(self.world.sandbox.events())
        self.world.said.append(
            Said(
                attempt.who,
                words,
                response.status_code,
                heard["reply"],
                heard["url"],
                self.world.clock(),
                events,
                message_id,
            )
        )
        return str(heard["reply"])

    async def lay_traps(self) -> None:
        """Make the database refuse what `chaos_faults` names: a failure of its own, amid a transaction."""
        async with self.runtime.store.database.transaction() as connection:
            await connection.execute(text(_TABLE))
            for point, event in _TRIGGERS.items():
                named = f"SELECT 1 FROM chaos_faults WHERE session = NEW.session AND point = '{point}'"
                failing = f"WHEN EXISTS ({named}) BEGIN SELECT RAISE(ABORT, 'disk full'); END"
                await connection.execute(
                    text(f"CREATE TRIGGER IF NOT EXISTS chaos_{point} BEFORE {event} {failing}")
                )

    async def _live(self, attempt: Attempt) -> None:
        """A conversation from the first word to the last nudge."""
        self._spoil(attempt.before)
        if attempt.chat:
            await self.say(attempt, attempt.chat)
        if await self._is_asked(attempt):
            await self._break_store(attempt)
            self._spoil(attempt.at_yes)
            await self._accept(attempt)
            for nudge in attempt.nudges:
                await self.say(attempt, nudge.text, attempt.message_id if nudge.again else None)
            await self._mend_store(attempt)

    async def _is_asked(self, attempt: Attempt) -> bool:
        """Whether the service asks for their yes. They say what they want until it does, and take another
        slot if theirs is gone."""
        words = attempt.opening
        for _ in range(TRIES_TO_BE_HEARD):
            reply = await self.say(attempt, words)
            if "onfirm" in reply and "?" in reply:
                return True
            words = "la primera" if "ocupado" in reply else attempt.opening
        return False

    async def _accept(self, attempt: Attempt) -> None:
        """Say yes; whoever loses patience hangs up and says it again."""
        if attempt.leaves_after is not None:
            try:
                async with asyncio.timeout(attempt.leaves_after):
                    await self.say(attempt, attempt.accept, attempt.message_id)
            except TimeoutError:
                self.world.given_up += 1
            else:
                return
        await self.say(attempt, attempt.accept, attempt.message_id)

    def _spoil(self, faults: Sequence[Spoilt]) -> None:
        for spoilt in faults:
            if spoilt.fault is None:
                self.world.wire.unreachable[spoilt.operation] += spoilt.times
            else:
                self.world.sandbox.faults.add(
                    spoilt.operation, spoilt.fault, seconds=spoilt.seconds, commits=spoilt.commits
                )

    async def _break_store(self, attempt: Attempt) -> None:
        if attempt.store_fault is None:
            return
        self.world.store_faults[attempt.store_fault] += 1
        await self._execute(
            "INSERT INTO chaos_faults VALUES (:session, :point)", attempt.who, point=str(attempt.store_fault)
        )

    async def _mend_store(self, attempt: Attempt) -> None:
        if attempt.store_fault is not None:
            await self._execute("DELETE FROM chaos_faults WHERE session = :session", attempt.who)

    async def _execute(self, statement: str, who: Who, **values: str) -> None:
        async with self.runtime.store.database.transaction() as connection:
            await connection.execute(text(statement), {"session": who.session, **values})


def body_of(attempt: Attempt, words: str, message_id: str | None) -> dict[str, object]:
    """The request that the gateway would send."""
    empresa = attempt.who.empresa
    config = {
        "id_empresa": empresa,
        "usuario_id": attempt.order.usuario_id,
        "id_chatbot": empresa - 901 + 9501,
        "nombre_bot": "Sofía",
    }
    body: dict[str, object] = {
        "message": words,
        "session_id": int(attempt.who.session),
        "context": {"config": config},
    }
    return body if message_id is None else body | {"message_id": message_id}
