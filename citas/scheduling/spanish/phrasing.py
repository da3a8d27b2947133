"""Dates and times back to natural Spanish, by the habit of each country."""

from datetime import date, datetime, time
from typing import Final

from babel.dates import format_date

CLOCK_24: Final = frozenset({"AR", "BO", "CL", "CU", "ES", "PY", "UY"})
"""Countries that write 15:00; the others write 3:00 p. m."""


def spoken_date(d: date, now: datetime | None = None) -> str:
    """ "viernes 13 de marzo", with "de 2027" when that is not the year of `now`."""
    pattern = "EEEE d 'de' MMMM"
    if now is not None and d.year != now.year:
        pattern += " 'de' y"
    return format_date(d, pattern, locale="es")


def spoken_time(t: time, country: str = "PE") -> str:
    """ "3:00 p. m.", or "15:00" where the clock of 24 hours is the habit."""
    if country.upper() in CLOCK_24:
        return f"{t:%H:%M}"
    return f"{t.hour % 12 or 12}:{t.minute:02d} {'a' if t.hour < 12 else 'p'}. m."


def spoken_moment(at: datetime, now: datetime | None = None, country: str = "PE") -> str:
    """ "viernes 13 de marzo a las 3:00 p. m."; one o'clock is "a la 1:00"."""
    clock = spoken_time(at.time(), country)
    article = "la" if clock.startswith(("1:", "01:")) else "las"
    return f"{spoken_date(at.date(), now)} a {article} {clock}"
