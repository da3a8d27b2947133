"""Dates and times back to natural Spanish, by the habit of each country.

Whose habit it is follows from the zone of the moment at hand, so nobody passes a country around.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date

from citas.scheduling.model import MINUTES_PER_DAY
from citas.scheduling.spanish.model import Candidate, Span

CLOCK_24: Final = frozenset({"AR", "BO", "CL", "CU", "ES", "PY", "UY"})
"""Countries that write 15:00; the others write 3:00 p. m."""


def country_of(moment: datetime) -> str:
    """The country whose zone the moment is in ("PE"); empty when the zone belongs to none."""
    zone = moment.tzinfo
    return get_global("zone_territories").get(zone.key, "") if isinstance(zone, ZoneInfo) else ""


def spoken_date(d: date, now: datetime | None = None) -> str:
    """ "viernes 13 de marzo", with "de 2027" when that is not the year of `now`."""
    pattern = "EEEE d 'de' MMMM"
    if now is not None and d.year != now.year:
        pattern += " 'de' y"
    return format_date(d, pattern, locale="es")


def spoken_time(t: time, country: str = "") -> str:
    """ "3:00 p. m.", or "15:00" where the clock of 24 hours is the habit."""
    if country.upper() in CLOCK_24:
        return f"{t:%H:%M}"
    return f"{t.hour % 12 or 12}:{t.minute:02d} {'a' if t.hour < 12 else 'p'}. m."


def spoken_minute(minute: int, country: str = "") -> str:
    """The same of a minute after midnight; 1440 is the midnight that ends the day."""
    return spoken_time(time(minute // 60 % 24, minute % 60), country)


def spoken_at(t: time, country: str = "") -> str:
    """ "a las 3:00 p. m."; one o'clock is "a la 1:00 p. m."."""
    clock = spoken_time(t, country)
    article = "la" if clock.startswith(("1:", "01:")) else "las"
    return f"a {article} {clock}"


def spoken_moment(at: datetime, now: datetime | None = None, country: str | None = None) -> str:
    """ "viernes 13 de marzo a las 3:00 p. m.", as `country` says it, else the zone of `now` or `at`."""
    habit = country_of(now or at) if country is None else country
    return f"{spoken_date(at.date(), now)} {spoken_at(at.time(), habit)}"


def spoken_choice(candidates: Sequence[Candidate], now: datetime, *, to: str = "el") -> str:
    """The readings named one by one: "el jueves 12 de marzo o el viernes 13 de marzo, a las 10:00".

    `to` is the word before a day: "¿Te refieres al jueves …?". What all share is said once.
    """
    country = country_of(now)
    days = {c.date for c in candidates}
    hours = {c.time for c in candidates}
    if len(days) == 1 and len(hours) > 1:
        at = " o ".join(spoken_at(c.time, country) for c in candidates if c.time is not None)
        day = next(iter(days))
        return f"{to} {spoken_date(day, now)}, {at}" if day else at
    shared = next(iter(hours)) if len(hours) == 1 else None
    named: list[str] = []
    for candidate in candidates:
        said = [f"{to} {spoken_date(candidate.date, now)}"] if candidate.date else []
        if candidate.time is not None and shared is None:
            said.append(spoken_at(candidate.time, country))
        named.append(" ".join(said))
    tail = f", {spoken_at(shared, country)}" if shared is not None else ""
    return (" o ".join(n for n in named if n) + tail).removeprefix(", ")


def spoken_span(span: Span, now: datetime) -> str:
    """ "del lunes 16 de marzo al domingo 22 de marzo, de 12:00 p. m. a 7:00 p. m."."""
    return ", ".join(part for part in (_spoken_days(span, now), _spoken_hours(span, now)) if part)


def _spoken_days(span: Span, now: datetime) -> str:
    first = spoken_date(span.first_day, now) if span.first_day else ""
    last = spoken_date(span.last_day, now) if span.last_day else ""
    if first == last:
        return first
    if first and last:
        return f"del {first} al {last}"
    return f"desde el {first}" if first else f"hasta el {last}"


def _spoken_hours(span: Span, now: datetime) -> str:
    country = country_of(now)
    starts, ends = (spoken_minute(minute, country) for minute in (span.from_minute, span.to_minute))
    if span.from_minute == 0 and span.to_minute == MINUTES_PER_DAY:
        return ""
    if span.to_minute == MINUTES_PER_DAY:
        return f"desde las {starts}"
    return f"hasta las {ends}" if span.from_minute == 0 else f"de {starts} a {ends}"
