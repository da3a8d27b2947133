"""What the sandbox remembers: events, taken slots, the calls it received and the faults to come."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from citas.sandbox.company import Company, Span, Taken, seed
from citas.sandbox.faults import Faults

CALLS_KEPT = 10_000
MEET_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the calendar. `start` and `end` are naive, in the company's local time."""

    id: int
    calendar: str
    empresa: int | None
    usuario_id: int
    id_prospecto: str
    titulo: str
    start: datetime
    end: datetime
    correo_cliente: str
    correo_usuario: str
    meet_link: str | None

    @property
    def span(self) -> Span:
        """The stretch it occupies."""
        return Span(self.start, self.end)


@dataclass(slots=True)
class Call:
    """A request as it came. `created` is set, once it happens, to the id of the event it made."""

    operation: str
    payload: dict[str, JsonValue]
    at: datetime
    fault: str | None = None
    created: int | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What CREAR_EVENTO asks for; times naive local."""

    usuario_id: int
    id_prospecto: str
    titulo: str
    span: Span
    correo_cliente: str
    correo_usuario: str


@dataclass(slots=True)
class _Kept:
    """The part that outlives the process."""

    events: list[Event] = field(default_factory=list)
    taken: dict[str, list[Taken]] = field(default_factory=dict)


class SandboxState:
    """One stand-in back end. With a `path`, events and taken slots survive a restart.

    `now` gives aware moments. The real back end may not look for overlaps before it creates an
    event; `allow_overlap` makes this one as careless. Made for one event loop, and one process per
    `path`; a crash of the process loses nothing, a crash of the machine may. Raises `ValueError`
    when the file is not one of ours.
    """

    def __init__(
        self,
        path: Path | None = None,
        now: Callable[[], datetime] | None = None,
        *,
        allow_overlap: bool = False,
        companies: tuple[Company, ...] | None = None,
    ) -> None:
        self.faults = Faults()
        self.allow_overlap = allow_overlap
        self._now = now or _utc_now
        self._path = path
        self._companies = {c.id_empresa: c for c in (seed() if companies is None else companies)}
        self._calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._kept = _load(path)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The last requests, oldest first. Not kept over a restart."""
        return tuple(self._calls)

    def events(self, empresa: int | None = None, *, usuario_id: int | None = None) -> tuple[Event, ...]:
        """The events in the order they were made, of one empresa or seller if named."""
        return tuple(
            e
            for e in self._kept.events
            if empresa in {None, e.empresa} and usuario_id in {None, e.usuario_id}
        )

    def company(self, id_empresa: int) -> Company | None:
        """The empresa, if there is one."""
        return self._companies.get(id_empresa)

    def chatbot(self, id_chatbot: int) -> Company | None:
        """The empresa whose FAQs go by that id."""
        return next((c for c in self._companies.values() if c.id_chatbot == id_chatbot), None)

    def employer(self, usuario_id: int) -> Company | None:
        """The empresa that seller works for: CREAR_EVENTO names no other."""
        return next((c for c in self._companies.values() if usuario_id in c.sellers), None)

    def now(self) -> datetime:
        """The present moment, aware."""
        moment = self._now()
        if moment.tzinfo is None:
            raise ValueError("the sandbox's clock must give aware moments")
        return moment

    def busy(self, calendar: str, span: Span) -> bool:
        """Whether an event or a taken slot of that calendar overlaps the span."""
        return any(taken.overlaps(span) for taken in self._spans(calendar))

    def taken_in(self, empresa: int) -> tuple[Span, ...]:
        """All that is taken in an empresa's calendar: seeded, taken since, and the events."""
        return tuple(self._spans(calendar_name(empresa)))

    def take(self, empresa: int, start: datetime, minutes: int = 60) -> None:
        """Somebody else takes a slot: naive `start` is local, an aware one is converted."""
        company = self.company(empresa)
        if company is None:
            raise ValueError(f"no such empresa: {empresa}")
        taken = Taken(company.local(start), minutes)
        self._kept.taken.setdefault(calendar_name(empresa), []).append(taken)
        self._save()

    def create(self, new: NewEvent) -> Event | None:
        """Make the event and save it; None when its calendar is busy then.

        Sellers of one empresa share its calendar. A seller nobody knows has one of their own.
        """
        company = self.employer(new.usuario_id)
        empresa = company.id_empresa if company else None
        calendar = calendar_name(empresa) if empresa else f"usuario-{new.usuario_id}"
        if not self.allow_overlap and self.busy(calendar, new.span):
            return None
        number = len(self._kept.events) + 1
        event = Event(
            id=number,
            calendar=calendar,
            empresa=empresa,
            usuario_id=new.usuario_id,
            id_prospecto=new.id_prospecto,
            titulo=new.titulo,
            start=new.span.start,
            end=new.span.end,
            correo_cliente=new.correo_cliente,
            correo_usuario=new.correo_usuario,
            meet_link=meet_link(number) if company and company.meet == "linked" else None,
        )
        self._kept.events.append(event)
        self._save()
        return event

    def receive(self, operation: str, payload: dict[str, JsonValue], fault: str | None = None) -> Call:
        """Log a request the moment it comes."""
        call = Call(operation, payload, self.now(), fault)
        self._calls.append(call)
        return call

    def reset(self) -> None:
        """Back to the seed: no events, no calls, no faults."""
        self.faults.clear()
        self._calls.clear()
        self._kept = _Kept()
        self._save()

    def _spans(self, calendar: str) -> Iterator[Span]:
        yield from (taken.span for taken in self._seeded(calendar))
        yield from (taken.span for taken in self._kept.taken.get(calendar, ()))
        yield from (event.span for event in self._kept.events if event.calendar == calendar)

    def _seeded(self, calendar: str) -> tuple[Taken, ...]:
        found = (c for c in self._companies.values() if calendar_name(c.id_empresa) == calendar)
        return next((c.taken for c in found), ())

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_bytes(TypeAdapter(_Kept).dump_json(self._kept, indent=1))
        fresh.replace(self._path)


def calendar_name(empresa: int) -> str:
    """The name of the calendar an empresa's sellers share."""
    return f"empresa-{empresa}"


def meet_link(number: int) -> str:
    """The Meet link of event `number`: always the same, and no other event's."""
    # Multiplying by a number prime to the alphabet's size permutes the codes, so none comes twice.
    code = number * 68_719_476_767 % 26**MEET_LETTERS
    letters = "".join(chr(ord("a") + code // 26**n % 26) for n in range(MEET_LETTERS))
    return f"https://meet.google.com/{letters[:3]}-{letters[3:7]}-{letters[7:]}"


def _load(path: Path | None) -> _Kept:
    if path is None or not path.exists():
        return _Kept()
    try:
        return TypeAdapter(_Kept).validate_json(path.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{path} is not a sandbox's memory; delete it to start from the seed") from error


def _utc_now() -> datetime:
    return datetime.now(UTC)
