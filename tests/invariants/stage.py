"""One running service on which examples are played, each in a company of its own.

Hypothesis and pytest-asyncio do not mix, so a stage has its own loop: an example is a coroutine it runs. A
company is a copy of the sandbox's first one, so what an example books is in no other's way.
"""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic_ai.models import Model

from citas.sandbox.company import Company, seed
from citas.sandbox.faults import Fault
from citas.sandbox.state import Call, Event, SandboxState
from citas.store.model import Booking, RequestKind, SessionKey
from evals.stage import Clock
from tests.e2e.world import Prospect, Reply, World, open_world
from tests.harness import Cast, Parrot

T = TypeVar("T")
CANARY = "CANARIO-4417-NO-LO-DIGAS"
PROVIDER = {"openai_model": "gpt-4o-mini", "openai_api_key": "k"}
CONTACT = (
    " Web https://www.quipu.pe/citas y correo hola@quipu.pe. Teléfono (01) 234-5678 o +51 987 654 321."
    f" (Nota interna, no se comparte: {CANARY}.)"
)
_FIRST, _HOW_MANY = 1000, 1500


@dataclass(slots=True)
class Story:
    """A conversation as it went, seen from outside."""

    world: World
    prospect: Prospect
    company: Company
    last_call: Call | None
    said: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    """How many requests the model got, turn by turn."""
    sent: list[tuple[Call, ...]] = field(default_factory=list)
    """What the back end was sent, turn by turn."""

    @property
    def key(self) -> SessionKey:
        """Whose rows these are."""
        return SessionKey(self.company.id_empresa, str(self.prospect.session))

    @property
    def events(self) -> tuple[Event, ...]:
        """What is in this company's calendar."""
        return self.world.sandbox.events(self.company.id_empresa)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every request the back end got since the story began."""
        calls = self.world.sandbox.calls
        seen = next((n for n, call in enumerate(calls) if call is self.last_call), -1)
        return calls[seen + 1 :]

    @property
    def sources(self) -> list[str]:
        """What may honestly be quoted: the company's texts, its calendar, and the customer's own words."""
        company = self.company
        catalogue = [f"{p.nombre} {p.descripcion} {p.precio_unitario}" for p in company.catalogue]
        faqs = [f"{f.pregunta} {f.respuesta}" for f in company.faqs]
        links = [event.meet_link or "" for event in self.events]
        return [company.context, *catalogue, *faqs, *links, *self.said]

    async def rows(self) -> tuple[Booking, ...]:
        """This session's ledger."""
        return tuple(await self.world.service.store.ledger.of_session(self.key))

    async def requests(self) -> list[RequestKind]:
        """What people of the company are asked to do for this session."""
        return [r.kind for r in await self.world.service.store.requests.open_of(self.key)]


class Stage:
    """A service, its loop, and who plays the model. Entered once for a module of tests."""

    def __init__(self, runner: asyncio.Runner, world: World, cast: Cast) -> None:
        self._runner = runner
        self._numbers = itertools.count(_FIRST)
        self.world = world
        self.cast = cast

    def run(self, example: Coroutine[None, None, T]) -> T:
        """An example, to its end."""
        return self._runner.run(example)

    def story(
        self, session: int | str | None = None, *, company: Company | None = None, **config: object
    ) -> Story:
        """A conversation to come: with `company`, or with one that nobody has talked to."""
        sandbox = self.world.sandbox
        company = company or sandbox.company(next(self._numbers))
        assert company is not None, "more examples than companies: raise _HOW_MANY"
        ids = {
            "id_empresa": company.id_empresa,
            "usuario_id": company.sellers[0],
            "id_chatbot": company.id_chatbot,
        }
        prospect = self.world.prospect(session, **(ids | config))
        return Story(self.world, prospect, company, sandbox.calls[-1] if sandbox.calls else None)

    async def tells(self, story: Story, model: Model, *texts: str) -> Reply:
        """The customer writes these, one after the other, to a service whose model is `model`."""
        for text in texts:
            before, calls_before = getattr(model, "asked", 0), len(story.calls)
            self.cast.playing = model
            reply = await story.prospect.says(text)
            story.sent.append(story.calls[calls_before:])
            story.said.append(text)
            story.replies.append(reply)
            story.asked.append(getattr(model, "asked", 0) - before)
        return story.replies[-1]

    @contextmanager
    def spoilt(self, fault: Fault, *operations: str, times: int | None = None) -> Iterator[None]:
        """Meanwhile these operations of the back end misbehave."""
        faults = self.world.sandbox.faults
        for operation in operations:
            faults.add(operation, fault, times=times)
        try:
            yield
        finally:
            faults.clear()

    def calendar_down(self) -> AbstractContextManager[None]:
        """Meanwhile nobody can ask whether a slot is free. (What cannot be read opens no breaker.)"""
        return self.spoilt(Fault.EMPTY, "CONSULTAR_DISPONIBILIDAD", "SUGERIR_HORARIOS")


@contextmanager
def open_stage(
    directory: Path, *, loop: Callable[[], asyncio.AbstractEventLoop] | None = None, **settings: object
) -> Iterator[Stage]:
    """A stage on a database file in `directory`."""
    cast, clock = Cast(Parrot()), Clock()
    sandbox = SandboxState(None, clock, companies=companies())
    with asyncio.Runner(loop_factory=loop) as runner:
        stack = AsyncExitStack()
        chosen: dict[str, object] = PROVIDER | settings
        opened = open_world(directory, clock=clock, model=cast, sandbox=sandbox, **chosen)  # type: ignore[arg-type]  # settings, by name
        world = runner.run(stack.enter_async_context(opened))
        try:
            yield Stage(runner, world, cast)
        finally:
            runner.run(stack.aclose())


def companies() -> tuple[Company, ...]:
    """The seed's companies, and many copies of the first with ids of their own."""
    first = seed()[0]
    context = first.context + CONTACT
    return (
        *seed(),
        *(
            replace(first, id_empresa=n, sellers=(10_000 + n,), id_chatbot=20_000 + n, context=context)
            for n in range(_FIRST, _FIRST + _HOW_MANY)
        ),
    )
