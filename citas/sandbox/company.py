"""The companies the sandbox knows: their truth as values, and how the back end tells it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import JsonValue, TypeAdapter

WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
Clock = Literal["24h", "12h"]


class Hours(NamedTuple):
    """A stretch of a day, both ends on the company's wall clock."""

    start: time
    end: time


class Span(NamedTuple):
    """A stretch of one date, both ends naive, in the company's local time."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether both share an instant; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch nobody can book: on one date or (`day` is None) every day."""

    start: time
    end: time
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An appointment that was there before: naive local start, length in minutes."""

    start: datetime
    minutes: int

    @property
    def span(self) -> Span:
        """The stretch it occupies."""
        return Span(self.start, self.start + timedelta(minutes=self.minutes))


@dataclass(frozen=True, slots=True)
class Product:
    """A row of the catalogue; field names and types are the wire's."""

    nombre: str
    precio_unitario: float | str | None
    nombre_categoria: str
    descripcion: str
    nombre_tipo_producto: Literal["Producto", "Servicio"]
    nombre_unidad: str

    @property
    def row(self) -> dict[str, JsonValue]:
        """The row as the back end sends it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Faq:
    """A frequent question; field names are the wire's."""

    pregunta: str
    respuesta: str


@dataclass(frozen=True, slots=True)
class Company:
    """One empresa. In `week` a tuple is open; a text or None is one of the ways to write "closed".

    `meet` is what CREAR_EVENTO tells of Google Calendar: a link, that there is none, or nothing.
    """

    id_empresa: int
    zone: str
    sellers: tuple[int, ...]
    id_chatbot: int
    meet: Literal["linked", "unlinked", "silent"]
    clock: Clock
    block_format: Literal["objects", "texts", "list"]
    week: dict[str, tuple[Hours, ...] | str | None]
    blocks: tuple[Block, ...]
    taken: tuple[Taken, ...]
    context: str
    catalogue: tuple[Product, ...]
    faqs: tuple[Faq, ...]

    def local(self, moment: datetime) -> datetime:
        """The naive wall-clock time there of an aware moment; a naive one is local already."""
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def is_open(self, span: Span) -> bool:
        """Whether the span lies in the opening hours of its date and touches no block."""
        day = span.start.date()
        blocked = (_span(day, b) for b in self.blocks if b.day in {None, day})
        return any(_span(day, hours).holds(span) for hours in self._hours(day)) and not any(
            block.overlaps(span) for block in blocked
        )

    def starts(self, day: date, minutes: int) -> Iterator[datetime]:
        """Where an appointment of that length may begin, from each opening on, at most hourly."""
        step = timedelta(minutes=min(minutes, 60))
        for hours in self._hours(day):
            start, close = _span(day, hours)
            while (span := Taken(start, minutes).span).end <= close:
                if self.is_open(span):
                    yield start
                start += step

    def timetable(self) -> dict[str, JsonValue]:
        """`horario_reuniones` as the back end writes it."""
        days: dict[str, JsonValue] = {f"reunion_{name}": self._day_text(self.week[name]) for name in WEEKDAYS}
        return days | {"horarios_bloqueados": self._blocks_text()}

    def _hours(self, day: date) -> tuple[Hours, ...]:
        hours = self.week[WEEKDAYS[day.weekday()]]
        return hours if isinstance(hours, tuple) else ()

    def _day_text(self, hours: tuple[Hours, ...] | str | None) -> str | None:
        if not isinstance(hours, tuple):
            return hours
        dash = "-" if self.clock == "24h" else " - "
        return ", ".join(dash.join(clock_text(end, self.clock) for end in stretch) for stretch in hours)

    def _blocks_text(self) -> str:
        if self.block_format == "objects":
            return json.dumps([_block_object(b) for b in self.blocks])
        texts = [" ".join(_block_object(b, "-").values()) for b in self.blocks]
        return json.dumps(texts) if self.block_format == "texts" else ", ".join(texts)


@cache
def seed() -> tuple[Company, ...]:
    """The companies of `seed.json`."""
    text = files(__package__).joinpath("seed.json").read_bytes()
    return TypeAdapter(tuple[Company, ...]).validate_json(text)


def clock_text(moment: time | datetime, clock: Clock) -> str:
    """`15:00` or `3:00 PM`."""
    if clock == "24h":
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def _span(day: date, stretch: Hours | Block) -> Span:
    return Span(datetime.combine(day, stretch.start), datetime.combine(day, stretch.end))


def _block_object(block: Block, joint: str = "") -> dict[str, str]:
    """The block's wire fields; with a `joint`, both times in one text."""
    dated = {"fecha": block.day.isoformat()} if block.day else {}
    start, end = f"{block.start:%H:%M}", f"{block.end:%H:%M}"
    if joint:
        return dated | {"horas": joint.join((start, end))}
    return dated | {"inicio": start, "fin": end}
