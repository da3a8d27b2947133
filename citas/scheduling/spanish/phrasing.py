"""Dates and times back to natural Spanish, by the habit of each country.

Whose habit it is follows from the zone of the moment at hand, so nobody passes a country around.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date, get_timezone_location

from citas.scheduling.model import MINUTES_PER_DAY
from citas.scheduling.spanish.model import Candidate, Span

CLOCK_24: Final = frozenset({"AR", "BO", "CL", "CU", "ES", "PY", "UY"})
"""Countries that write 15:00; the others write 3:00 p. m."""


def country_of(moment: datetime) -> str:
    """The country whose zone the moment is in ("PE"); empty when the zone belongs to none."""
    zone = moment.tzinfo
    return get_global("zone_territories").get(zone.key, "") if isinstance(zone, ZoneInfo) else ""


def spoken_city(zone: ZoneInfo) -> str:
    """The city that stands for a zone: "Ciudad de México"."""
    return get_timezone_location(zone.key, locale="es", return_city=True)


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
    return spoken_time(_time_at(minute), country)


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
    """The readings named: "el jueves 12 de marzo o el viernes 13 de marzo, a las 10:00 a. m.".

    `to` is the word before a day: "¿Te refieres al jueves …?". Hours that all days share are said once.
    """
    country = country_of(now)
    hours: dict[date | None, list[str]] = {}
    for candidate in candidates:
        said = hours.setdefault(candidate.date, [])
        if candidate.time is not None:
            said.append(spoken_at(candidate.time, country))
    days = {day: f"{to} {spoken_date(day, now)}" if day else "" for day in hours}
    shared = list(hours.values())
    if all(said == shared[0] for said in shared):
        parts = [" o ".join(days.values()), " o ".join(shared[0])]
        return ", ".join(part for part in parts if part)
    return " o ".join(f"{days[day]} {' o '.join(said)}".strip() for day, said in hours.items())


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
    if span.from_minute == 0 and span.to_minute == MINUTES_PER_DAY:
        return ""
    start, end = (_time_at(minute) for minute in (span.from_minute, span.to_minute))
    if span.to_minute == span.from_minute + 1:  # one hour on several days
        return spoken_at(start, country)
    if span.to_minute == MINUTES_PER_DAY:
        return f"desde {_the_hour(start, country)}"
    if span.from_minute == 0:
        return f"hasta {_the_hour(end, country)}"
    return f"de {spoken_time(start, country)} a {spoken_time(end, country)}"


def _the_hour(t: time, country: str) -> str:
    return spoken_at(t, country).removeprefix("a ")


def _time_at(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
