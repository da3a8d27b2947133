"""`citas when`: what a phrase means, readably for people and line by line for other programs."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from citas.errors import ConfigError
from citas.scheduling.model import OpeningHours, Window
from citas.scheduling.spanish import (
    Candidate,
    Kind,
    Span,
    Understanding,
    spoken_choice,
    spoken_date,
    spoken_moment,
    spoken_span,
    understand,
)

YEARS = range(1900, 2201)
"""Years that a message may be received in; a calendar of two centuries is enough for appointments."""
_OUT_OF_YEARS = f"must lie between the years {YEARS.start} and {YEARS.stop - 1}"

JsonValue = str | bool | None | list[dict[str, str | None]] | dict[str, str | None]


def moment_of(text: object) -> datetime:
    """The date-time of an ISO text, aware or not; ValueError with what is wrong."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError("must be an ISO date-time such as 2026-03-11T10:15")
    if moment.year not in YEARS:
        raise ValueError(_OUT_OF_YEARS)
    return moment


def hours_of(text: object) -> OpeningHours:
    """Opening hours of every day from "09:00-18:00"; ValueError with what is wrong."""
    try:
        opens, closes = str(text).split("-")
        window = Window.between(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
    except ValueError:
        raise ValueError("must be opening hours such as 09:00-18:00") from None
    return OpeningHours(((window,),) * 7)


def day_of(text: object) -> date:
    """The date of an ISO text; ValueError with what is wrong."""
    try:
        day = date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("must be a date such as 2026-03-13")
    if day.year not in YEARS:
        raise ValueError(_OUT_OF_YEARS)
    return day


Moment = Annotated[datetime, BeforeValidator(moment_of)]


@dataclass(frozen=True, slots=True)
class Company:
    """Whose clock and opening hours a message is read by."""

    zone: ZoneInfo
    hours: OpeningHours | None = None

    @classmethod
    def of(cls, zone: str, hours: str = "") -> "Company":
        """From the command's options. Raises ConfigError naming the one that cannot be read."""
        try:
            known = ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ConfigError(f"--tz {zone!r} is not an IANA time zone such as America/Lima") from None
        try:
            return cls(known, hours_of(hours) if hours else None)
        except ValueError as error:
            raise ConfigError(f"--open {error}") from None

    def moment(self, text: str) -> datetime:
        """The `--now` option as an aware moment on the company's clock. Raises ConfigError."""
        try:
            return self.local(moment_of(text))
        except ValueError as error:
            raise ConfigError(f"--now {error}") from None

    def local(self, moment: datetime) -> datetime:
        """On the company's clock; without an offset it is taken to be there already."""
        return moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def now(self) -> datetime:
        """The clock."""
        return datetime.now(self.zone)


class Line(BaseModel):
    """One line read: a message, and optionally when it came and what was on the table."""

    model_config = ConfigDict(strict=True)

    text: str
    now: Moment | None = None
    open: Annotated[OpeningHours, BeforeValidator(hours_of)] | None = None
    offers: list[Moment] = []
    pending: Annotated[date, BeforeValidator(day_of)] | None = None

    def understood(self, company: Company, now: datetime | None) -> Understanding:
        """What the message means; received `now` (or by the clock) when the line does not say when."""
        received = self.now or now
        return understand(
            self.text,
            company.local(received) if received else company.now(),
            hours=self.open or company.hours,
            offers=[company.local(offer) for offer in self.offers],
            pending=self.pending,
        )


def answer_line(line: bytes, company: Company, now: datetime | None = None) -> bytes:
    """The answer to one line of JSON, as one line of JSON; an unreadable one gets kind "error"."""
    try:
        asked = Line.model_validate_json(line)
    except ValidationError as error:
        answer = _answer("error", error=_first_problem(error))
    else:
        answer = _told(asked.understood(company, now), asked.text)
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def report(text: str, company: Company, now: datetime | None = None) -> str:
    """What a message means, for people: in Spanish as we would say it, then as a program gets it."""
    now = now or company.now()
    found = understand(text, now, hours=company.hours)
    lines = [
        spoken(found, now) or "—",
        f"  kind       {found.kind}{' · as soon as possible' if found.asap else ''}",
        f"  day, time  {_iso(Candidate(found.date, found.time))}",
        *(f"  candidate  {_iso(candidate)}" for candidate in found.candidates),
        f"  words      {found.words or '—'}",
        f"  received   {spoken_date(now.date())} de {now.year}, {now:%H:%M} ({company.zone.key})",
    ]
    if found.stated:
        lines.insert(-1, f"  said as    {found.stated:%Y-%m-%d %H:%M} ({found.zone})")
    return "\n".join(lines)


def spoken(found: Understanding, now: datetime) -> str:
    """An understanding in Spanish, empty when there is nothing to say."""
    if found.candidates and found.kind is not Kind.PAST:
        return spoken_choice(found.candidates, now)
    if found.span is not None:
        return spoken_span(found.span, now)
    if found.date and found.time is not None:
        return spoken_moment(datetime.combine(found.date, found.time, tzinfo=now.tzinfo), now)
    return spoken_choice([Candidate(found.date, found.time)], now, to="").strip()


def _told(found: Understanding, text: str) -> dict[str, JsonValue]:
    return _answer(
        found.kind.value,
        text=text,
        date=_day(found.date),
        time=_clock(found.time),
        candidates=[{"date": _day(c.date), "time": _clock(c.time)} for c in found.candidates],
        words=found.words,
        span=_span(found.span) if found.span else None,
        asap=found.asap,
        correction=found.correction,
        zone=found.zone.key if found.zone else None,
    )


def _answer(kind: str, *, text: str | None = None, **found: JsonValue) -> dict[str, JsonValue]:
    """Every answer has kind, date, time, candidates and text, whatever else it has."""
    empty: dict[str, JsonValue] = {"date": None, "time": None, "candidates": []}
    return {"kind": kind, **empty, "text": text, **found}


def _first_problem(error: ValidationError) -> str:
    """The first thing wrong with a line: the field, and what must be in it."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in problem["loc"])
    what = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def _span(span: Span) -> dict[str, str | None]:
    hours = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in (span.from_minute, span.to_minute)]
    return {"first": _day(span.first_day), "last": _day(span.last_day), "from": hours[0], "to": hours[1]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at is not None else None


def _iso(candidate: Candidate) -> str:
    return " ".join(part for part in (_day(candidate.date), _clock(candidate.time)) if part) or "—"
