"""From what a model or a customer says to a moment, a wish or a question; and from a refusal to Spanish."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from citas.agent import phrases
from citas.agent.deps import CitasDeps
from citas.booking.availability import HORIZON_DAYS, NotFree, Wish
from citas.scheduling import openings
from citas.scheduling.model import OpeningHours, Window
from citas.scheduling.policy import Reason, Refusal
from citas.scheduling.spanish import (
    Kind,
    Span,
    Understanding,
    country_of,
    spoken_choice,
    spoken_city,
    spoken_date,
    spoken_minute,
    spoken_moment,
    understand,
)

UNSETTLED = frozenset({Kind.AMBIGUOUS, Kind.CONTRADICTORY, Kind.IMPOSSIBLE})
"""What the customer must be asked about, whatever the model made of it."""


@dataclass(frozen=True, slots=True)
class Question:
    """What must be asked before anything can be looked up: `cause` for code, `text` in Spanish."""

    cause: str
    text: str


def resolve(day: str, hour: str | None, deps: CitasDeps) -> datetime | Wish | Question:
    """The moment or wish that tool arguments mean. Where they differ from the customer's words about the
    day, the customer's words win; where those are open to two readings, the answer is a question."""
    said = deps.reading.when
    if said.kind in UNSETTLED and not _settled(said, day):
        return ask(said, deps.now, deps.draft.elsewhere)
    meant = _understand_arguments(day, hour, deps)
    return of(_as_said(meant, said, hour, deps), deps)


def of(meant: Understanding, deps: CitasDeps) -> datetime | Wish | Question:
    """What an understanding asks the calendar for."""
    today = deps.now.date()
    if meant.kind is Kind.RESOLVED and meant.time is not None:
        day = meant.date or deps.draft.day
        if day is None:
            return Question("day", "¿Qué día te gustaría?")
        return datetime.combine(day, meant.time, tzinfo=deps.now.tzinfo)
    if meant.kind is Kind.RESOLVED and meant.date is not None:
        return Wish(meant.date)
    if meant.kind is Kind.RANGE and meant.span is not None:
        return _wish_of(meant.span, today, deps.draft.day)
    return ask(meant, deps.now, deps.draft.elsewhere)


def ask(meant: Understanding, now: datetime, elsewhere: ZoneInfo | None = None) -> Question:
    """The question that settles an understanding which cannot be looked up. To a customer who counts by
    another clock (`elsewhere`) it says whose hours these are."""
    if meant.kind is Kind.AMBIGUOUS:
        timed = elsewhere is not None and any(c.time for c in meant.candidates)
        whose = f", hora de {spoken_city(now.tzinfo)}" if timed and isinstance(now.tzinfo, ZoneInfo) else ""
        # Two days that the customer named are a choice; two readings of one are a doubt.
        if _named_both(meant):
            return Question("ambiguous", f"¿Cuál prefieres, {spoken_choice(meant.candidates, now)}{whose}?")
        return Question("ambiguous", f"¿Te refieres {spoken_choice(meant.candidates, now, to='al')}{whose}?")
    if meant.kind is Kind.CONTRADICTORY:
        options = spoken_choice(meant.candidates, now, to="al")
        return Question("contradictory", f"Esa fecha no coincide con el día. ¿Te refieres {options}?")
    perhaps = f"¿Te refieres {spoken_choice(meant.candidates, now, to='al')}?" if meant.candidates else ""
    if meant.kind is Kind.IMPOSSIBLE:
        instead = perhaps or "¿Qué día y hora te quedan bien?"
        return Question("impossible", f"«{meant.words}» no existe. {instead}")
    if meant.kind is Kind.PAST:
        instead = perhaps or "¿Qué otro día u hora te queda bien?"
        return Question("past", f"Ese momento ya pasó. {instead}")
    return Question("nothing", "¿Qué día y a qué hora te gustaría?")


def widened(wish: Wish) -> Wish:
    """The next two weeks from the same day on, at any time of the day."""
    return Wish(wish.first_day, HORIZON_DAYS, near=wish.near)


def why_none(wish: Wish, hours: OpeningHours, deps: CitasDeps) -> Refusal:
    """Why a wish found nothing: a closed day is told as such, a full one as full."""
    day = wish.first_day
    if wish.days == 1:
        windows = hours.on(day)
        if windows is None:
            return Refusal(Reason.HOURS_UNKNOWN, day)
        if not windows:
            return Refusal(Reason.CLOSED, day)
        left = openings.starts_on(hours, day, deps.empresa.duracion_cita_minutos) or ()
        if not left:
            return Refusal(Reason.BLOCKED, day)
        if not any(wish.from_minute <= start < wish.to_minute for start in left):
            return Refusal(Reason.OUTSIDE_HOURS, day, windows)
    return Refusal(Reason.FULL, day)


def why(refusal: Refusal, now: datetime) -> str:
    """The reason of a refusal as a customer may read it; one sentence, no alternatives."""
    day = spoken_date(refusal.day, now) if refusal.day else "día pedido"
    windows = hours_text(refusal.windows, now)
    sentences = {
        Reason.UNREADABLE: "No pude entender el día y la hora.",
        Reason.NONEXISTENT: "Esa hora no existe por el cambio de hora.",
        Reason.PAST: "Ese horario ya pasó.",
        Reason.HOURS_UNKNOWN: f"No pude verificar el horario de atención del {day}.",
        Reason.CLOSED: f"El {day} no atendemos.",
        Reason.OUTSIDE_HOURS: f"Ese horario está fuera de la atención: el {day} atendemos {windows}.",
        Reason.PASSES_CLOSING: f"A esa hora la cita pasaría del cierre: el {day} atendemos {windows}.",
        Reason.BLOCKED: f"El {day} a esa hora no hay atención.",
        Reason.OFF_GRID: "Las citas empiezan a otras horas.",
        Reason.FULL: f"El {day} ya no quedan horarios así.",
        Reason.TAKEN: "Ese horario ya está ocupado.",
        Reason.UNVERIFIED: "Ahora no puedo consultar la agenda.",
    }
    return sentences[refusal.reason]


def told(outcome: NotFree, now: datetime) -> str:
    """What a customer reads of a slot that cannot be booked: why, and what could be had instead."""
    if outcome.refusal.reason in {Reason.UNVERIFIED, Reason.HOURS_UNKNOWN}:
        return phrases.NO_CALENDAR
    instead = " o el ".join(f"*{spoken_moment(s.start, now)}*" for s in outcome.alternatives)
    question = f"¿Te sirve el {instead}?" if instead else "¿Qué otro día te queda bien?"
    return f"{why(outcome.refusal, now)} {question}"


def hours_text(windows: tuple[Window, ...], now: datetime) -> str:
    """Windows as a customer reads them: "de 9:00 a. m. a 1:00 p. m. y de 2:00 p. m. a 6:00 p. m."."""
    country = country_of(now)
    return " y de ".join(
        f"{'' if n else 'de '}{spoken_minute(w.start, country)} a {spoken_minute(w.end, country)}"
        for n, w in enumerate(windows)
    )


def _named_both(said: Understanding) -> bool:
    return re.search(r"\b[ou]\b", said.words, re.IGNORECASE) is not None


def _settled(said: Understanding, day: str) -> bool:
    """Whether the model's ISO day is one of those the customer named ("jueves o viernes")."""
    named = {c.date.isoformat() for c in said.candidates if c.date}
    return said.kind is Kind.AMBIGUOUS and _named_both(said) and day in named


def _as_said(meant: Understanding, said: Understanding, hour: str | None, deps: CitasDeps) -> Understanding:
    """What the arguments mean, on the day that the customer named."""
    if said.kind is Kind.RESOLVED and said.date and meant.date != said.date:
        return _understand_arguments(said.date.isoformat(), hour, deps)
    outside = meant.date is not None and said.span is not None and not said.span.covers(meant.date)
    return said if said.kind is Kind.RANGE and outside else meant


def _understand_arguments(day: str, hour: str | None, deps: CitasDeps) -> Understanding:
    exact_day, exact_time = _iso_date(day), _iso_time(hour)
    if exact_day and (exact_time or not hour):
        if exact_day < deps.now.date():
            return Understanding(Kind.PAST, date=exact_day, time=exact_time, words=day)
        return Understanding(Kind.RESOLVED, date=exact_day, time=exact_time, words=day)
    text, pending = (hour or "", exact_day) if exact_day else (f"{day} {hour or ''}", deps.draft.day)
    meant = understand(text, deps.now, hours=deps.profile.hours, offers=deps.last_shown, pending=pending)
    if exact_day and meant.date is None:
        span = meant.span and replace(meant.span, first_day=exact_day, last_day=exact_day)
        return replace(meant, date=exact_day, span=span)
    return meant


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _iso_time(text: str | None) -> time | None:
    try:
        return time.fromisoformat((text or "-").strip()).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        return None


def _wish_of(span: Span, today: date, pending: date | None) -> Wish:
    first = span.first_day or pending
    if first is None or (span.first_day and span.last_day is None):
        return Wish(max(first or today, today), HORIZON_DAYS, span.from_minute, span.to_minute)
    last = span.last_day or first
    days = max(1, (last - first) // timedelta(days=1) + 1)
    return Wish(max(first, today), min(days, 31), span.from_minute, span.to_minute)
