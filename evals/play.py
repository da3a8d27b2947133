"""Plays a case: its customers write, the world does what the case says, and it all becomes a transcript."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from pydantic_ai import Agent
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ToolCallPart, ToolReturnPart

from citas.agent.build import Tuning, build_agent
from citas.agent.deps import CitasDeps
from citas.agent.prompt import Prompt
from citas.agent.provider import ProviderAccess, open_model
from citas.bootstrap import Outside
from citas.sandbox.faults import ANY, OPERATIONS
from citas.sandbox.state import SandboxState
from citas.settings import OFFLINE
from citas.store.model import SessionKey, Turn
from evals import reading
from evals.case import (
    MAIN,
    Break,
    Case,
    Mend,
    Prospect,
    Restart,
    Say,
    Step,
    Take,
    Together,
    Wait,
    as_say,
)
from evals.customers import Customer
from evals.models import Metered, Wayward
from evals.stage import DATABASE, Clock, Diary, Stage, settings_for
from evals.transcript import Exchange, Named, ToolCall, Transcript, Usage, code_in
from evals.wire import Wire

TURNS_KEPT = 200
FIRST_SESSION = 51_900_000_001
# A slow operation takes this long, and is given up after less.
API_SECONDS = 1
SLOW_SECONDS = 1.5

MakeCustomer = Callable[[Prospect, Case, int], Customer]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is evaluated: a model by its name (`offline`, `openai:gpt-4o-mini`, …), where it answers, for how
    many seconds it is waited for, and the company's prompt, if not our own."""

    model: str = OFFLINE
    api_key: str = ""
    base_url: str | None = None
    timeout: int = 60
    temperature: float = 0.5
    max_tokens: int = 2048
    prompt: Path | None = None


async def play(
    case: Case, subject: Subject, make_customer: MakeCustomer, seed: int = 0, database: bytes = b""
) -> Transcript:
    """The transcript of a case. `seed` varies what a simulated customer does; a script stays as it is.

    `database` is the file to begin with; without one the service makes its own.
    """
    with tempfile.TemporaryDirectory(prefix="citas-evals-", dir=_fast_place()) as directory:
        if database:
            (Path(directory) / DATABASE).write_bytes(database)
        async with _open(case, subject, Path(directory)) as played:
            if case.prospect:
                await played.meet(make_customer(case.prospect, case, seed))
            for step in case.script:
                await played.take_step(step)
            return await played.ended()


@asynccontextmanager
async def _open(case: Case, subject: Subject, directory: Path) -> AsyncIterator["_Played"]:
    clock = Clock(case.now)
    sandbox = SandboxState(None, clock, allow_overlap=case.careless)
    for taken in case.taken:
        sandbox.take(case.empresa, taken)
    wire = Wire(sandbox)
    settings = settings_for(directory, **(_settings(subject, wayward=bool(case.model)) | case.settings))
    async with AsyncExitStack() as stack:
        wayward = Wayward(case.model) if case.model else None
        metered: Metered | None = None
        if wayward is None and subject.model != OFFLINE:
            access = ProviderAccess(subject.model, subject.api_key, subject.base_url, subject.timeout)
            metered = Metered(await stack.enter_async_context(open_model(access)))
        outside = Outside(
            wire, wayward or metered, clock, lambda: clock.now.timestamp(), agent=_agent(subject)
        )
        stage = Stage(settings, outside, sandbox, wire, clock)
        await stage.start()
        stack.push_async_callback(stage.stop)
        played = _Played(case, stage, wayward, metered)
        for fault in case.faults:
            played.break_(fault)
        yield played


def _settings(subject: Subject, *, wayward: bool) -> dict[str, object]:
    return {
        "api_timeout": API_SECONDS,
        "openai_timeout": subject.timeout,
        "openai_temperature": subject.temperature,
        "max_tokens": subject.max_tokens,
        # A provider that fails must not be graded by what our own model says in its place.
        "offline_fallback": wayward or subject.model == OFFLINE,
        "model_turns_per_session_day": 10_000,
        # A slow local model may take its time for each of several requests.
        "chat_timeout": min(300, max(120, 3 * subject.timeout)),
    }


@cache
def _agent(subject: Subject) -> Agent[CitasDeps, str]:
    """Made once in a process, as the service does: it takes as long as a turn."""
    prompt = Prompt(subject.prompt.read_text(encoding="utf-8") if subject.prompt else None)
    return build_agent(prompt, Tuning(subject.temperature, subject.max_tokens, subject.timeout))


def _fast_place() -> str | None:
    """Where files live in memory, if there is such a place: nobody needs a case's database after it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  a fresh directory inside


@dataclass(slots=True)
class _Played:
    """A case while it is played."""

    case: Case
    stage: Stage
    wayward: Wayward | None
    metered: Metered | None
    exchanges: list[Exchange] = field(default_factory=list)
    ids: set[tuple[str, str]] = field(default_factory=set)
    unfair: str = ""

    async def meet(self, customer: Customer) -> None:
        """A simulated customer writes until they are done."""
        text = await customer.writes(None)
        while text is not None:
            await self.say([Say(say=text)])
            text = await customer.writes(self.exchanges[-1].reply)
        self.unfair = customer.unfair

    async def take_step(self, step: Step) -> None:
        """One step of a script."""
        match step:
            case str() | Say():
                await self.say([as_say(step)])
            case Together():
                await self.say([as_say(said) for said in step.together])
            case Wait():
                self.stage.clock.now += step.wait
            case Restart():
                await self.stage.restart()
            case Break():
                self.break_(step)
            case Mend():
                self.stage.sandbox.faults.clear()
                self.stage.wire.unreachable.clear()
            case Take():
                self.stage.sandbox.take(self.case.empresa, step.take, step.minutes)

    def break_(self, step: Break) -> None:
        """Have the next calls of an operation go wrong."""
        if step.fault == "unreachable":
            for operation in OPERATIONS if step.on == ANY else (step.on,):
                self.stage.wire.unreachable[operation] += step.times or 10_000
            return
        self.stage.sandbox.faults.add(
            step.on, step.fault, times=step.times, seconds=SLOW_SECONDS, commits=step.commits
        )

    async def say(self, messages: Sequence[Say]) -> None:
        """Send messages, all at once, and note what came back."""
        if self.wayward:
            self.wayward.message = 1 + sum(e.by == MAIN for e in self.exchanges)
        before = {m.by: self.stage.diary(self.case.empresa_of(m.by)) for m in messages}
        answered = await asyncio.gather(*(self._send(message) for message in messages))
        self.exchanges += [replace(e, named=self._named(e, before[e.by])) for e in answered]

    async def _send(self, message: Say) -> Exchange:
        body: dict[str, object] = {
            "message": message.say,
            "session_id": int(self.session(message.by).session),
            "context": {"config": self._config(message.by)},
        }
        again = False
        if message.id:
            body["message_id"] = message.id
            again = (message.by, message.id) in self.ids
            self.ids.add((message.by, message.id))
        at, began = self.stage.clock.now, time.perf_counter()
        response = await self.stage.service.http.post("/api/chat", json=body)
        seconds = time.perf_counter() - began
        heard = response.json()
        return Exchange(
            message.by,
            message.say,
            response.status_code,
            heard["reply"],
            heard["url"],
            at,
            seconds,
            len(self.stage.sandbox.events()),
            again=again,
        )

    def _config(self, customer: str) -> Mapping[str, object]:
        empresa = self.case.empresa_of(customer)
        company = self.stage.sandbox.company(empresa)
        known: dict[str, object] = {"id_empresa": empresa, "nombre_bot": "Sofía"}
        if company:
            known |= {"usuario_id": company.sellers[-1], "id_chatbot": company.id_chatbot}
        return known | self.case.config

    def session(self, customer: str) -> SessionKey:
        """The session of a customer: numbers count up in the order of the case."""
        number = [MAIN, *self.case.customers].index(customer)
        other = self.case.customers.get(customer)
        session = (other.session if other else None) or FIRST_SESSION + number
        return SessionKey(self.case.empresa_of(customer), str(session))

    def _named(self, exchange: Exchange, before: Diary | None) -> tuple[Named, ...]:
        """The moments a reply names; one that was free when it was asked for was free enough."""
        after = self.stage.diary(self.case.empresa_of(exchange.by))
        if before is None or after is None:
            return ()
        minutes = int(self.case.config.get("duracion_cita_minutos", 60))
        return tuple(
            Named(moment, before.is_free(moment, minutes) or after.is_free(moment, minutes), sentence)
            for sentence in reading.sentences(exchange.reply)
            for moment in reading.moments_in(sentence, self.stage.clock.now)
        )

    async def _with_turns(self, sessions: Mapping[str, SessionKey]) -> Iterator[Exchange]:
        """The exchanges with what was stored of each: its outcome, and the tools that were used."""
        store = self.stage.service.runtime.store
        left = {
            name: list((await store.sessions.load(key, last=TURNS_KEPT)).turns)
            for name, key in sessions.items()
        }

        def with_turn(exchange: Exchange) -> Exchange:
            turn = _taken_from(left[exchange.by], exchange)
            return replace(exchange, outcome=turn.outcome, tools=tuple(_tools(turn))) if turn else exchange

        return map(with_turn, self.exchanges)

    async def ended(self) -> Transcript:
        """All there is to know of the case now that it is over."""
        store = self.stage.service.runtime.store
        sessions = {name: self.session(name) for name in (MAIN, *self.case.customers)}
        bookings = [b for key in dict.fromkeys(sessions.values()) for b in await store.ledger.of_session(key)]
        requests = await store.requests.all_open()
        return Transcript(
            tuple(await self._with_turns(sessions)),
            sessions,
            self.stage.sandbox.events(),
            tuple(bookings),
            tuple(sorted(request.kind for request in requests)),
            tuple(
                code_in(str(call.payload.get("titulo")))
                for call in self.stage.sandbox.calls
                if call.operation == "CREAR_EVENTO"
            ),
            int(self.stage.withheld),
            self.metered.usage if self.metered else Usage(),
            self.unfair,
        )


def _taken_from(turns: list[Turn], exchange: Exchange) -> Turn | None:
    """The turn that answered an exchange, taken out of those that are new."""
    for at, turn in enumerate(turns):
        if turn.reply == exchange.reply and not exchange.again:
            return turns.pop(at)
    return None


def _tools(turn: Turn) -> list[ToolCall]:
    messages: list[ModelMessage] = ModelMessagesTypeAdapter.validate_json(turn.messages)
    parts = [part for message in messages for part in message.parts]
    returned = {p.tool_call_id: p.model_response_str() for p in parts if isinstance(p, ToolReturnPart)}
    return [
        ToolCall(p.tool_name, p.args_as_json_str(), returned.get(p.tool_call_id, ""))
        for p in parts
        if isinstance(p, ToolCallPart)
    ]
