"""Days and hours as people put them, written out so that `evals.reading` finds them.

Models say "mañana jueves 12 a las 4 de la tarde" where a machine would say "12 de marzo 16:00". A customer
who reads both alike can talk to any of them.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

MONTHS = tuple(
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)
WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
# An hour below this, with nothing beside it, is of the afternoon: nobody meets at five in the morning.
FIRST_HOUR = 7

_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS)
_DATE = rf"\d{{1,2}} de (?:{_MONTH})"
_NOT_A_DAY = rf"(?!\d|\s*(?:de (?:{_MONTH})|:|[ap]\.?\s?m\b|hs?\b|hrs\b|%|min|dias|de la|/))"
_HALF = r"(?P<half>[ap])\.?\s?m\b\.?|de la (?P<part>manana|tarde|noche)\b|(?P<day>hs?|hrs)\b\.?"

_SHORT = re.compile(r"\b(lun|mar|mie|jue|vie|sab|dom)\b\.?(?=\s*\d)")
_WORDS = ("una", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce")
_WORD = re.compile(rf"(?<=\blas )({'|'.join(_WORDS)})\b|(?<=\bla )una\b(?= de la tarde|\s*pm)")
_NOISE = re.compile(
    r"\S+@\S+|https?://\S+|(?:s/\.?|\$|€)\s*\d[\d.,]*|\d[\d.,]*\s*(?:soles|minutos|min\b|%)"
    r"|\d+\s*(?:horas|dias)\b|\(?\bhasta las? [\d:]+(?:\s*[ap]\.?\s?m\b\.?)?"
    r"|\btermin\w+ a las? [\d:]+(?:\s*[ap]\.?\s?m\b\.?)?|[*_~]"
)
_ISO = re.compile(r"\b20\d\d-(\d\d)-(\d\d)\b")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/\d{2,4})?(?![\d/])")
_SHARED_MONTH = re.compile(rf"\b(\d{{1,2}})(?= (?:o|u|y) (?:al |el |del )?\d{{1,2}} de ({_MONTH})\b)")
_AFTER_TOMORROW = re.compile(r"\bpasado manana\b")
_TOMORROW = re.compile(r"(?<!la )(?<!esta )(?<!media )\bmanana\b")
_TODAY = re.compile(r"\bhoy\b")
_NAMED = re.compile(rf"\b(?:{_WEEKDAY})\s*,?\s*\(?(?={_DATE}\b)")
_NUMBERED = re.compile(
    rf"\b(?:(?:{_WEEKDAY})\s*,?\s*\(?|(?:el|al|del|dia)\s+)(\d{{1,2}})\b{_NOT_A_DAY}\)?|\((\d{{1,2}})\)"
)
_AND_ALSO = re.compile(rf"\b(\d{{1,2}}) de ({_MONTH}) (o|u) (?:al |el |del )?(\d{{1,2}})\b{_NOT_A_DAY}")
_ALONE = re.compile(rf"(?<!de )(?<!los )(?<!a )\b({_WEEKDAY})\b")
_NOON = re.compile(
    r"\b12(?::00)?\s*(?:m\b\.?|del (?:medio)?dia\b|del mediodia\b|de la tarde\b)|\b(?:al |el )?mediodia\b"
)
_HOUR = re.compile(
    rf"(?<![\d:/.,])(?P<hour>\d{{1,2}})(?::(?P<minute>\d\d))?(?P<thirty> y media)?\s*(?:{_HALF})"
    r"|(?<![\d:/.,])(?P<bare>\d{1,2}):(?P<bare_minute>\d\d)(?!\d|\s*[ap]\.?\s?m\b)"
    rf"|(?<=\blas )(?P<said>\d{{1,2}})(?P<said_thirty> y media)?\b(?!\d|:|\s*(?:de (?:{_MONTH})|\w+s\b))"
)
_LISTED = re.compile(
    r"(?<![\d:/.,])(\d{1,2})(?=(?:\s*,\s*|\s*,?\s+(?:y|o|u)\s+)(?:a\s+)?(?:las?\s+)?\d\d:\d\d)"
)
_UNTIL = re.compile(
    r"(?<![-–] )(\d\d:\d\d)\s*(?:a|hasta|[-–](?!\s*\d\d:\d\d\s*[-–]))\s*(?:las?\s+)?\d\d:\d\d"
)
_BACKWARDS = re.compile(rf"(\d\d:\d\d),? (?:del?|el|del dia|para el|de este|este)?\s*({_DATE})\b")
_BY_SHORT = {day[:3]: day for day in WEEKDAYS}
_WHOLE = re.compile(rf"\b(\d{{1,2}}) de ({_MONTH})\b")


def in_full(folded: str, today: date) -> str:
    """A folded text with its days as "12 de marzo" and its hours as "16:00", each day before its hours.

    Of a span of hours only the beginning is left; sums, durations and addresses are dropped.
    """
    text = _WORD.sub(lambda m: str(_WORDS.index(m[0]) + 1), _NOISE.sub(" ", folded))
    text = _SHORT.sub(lambda m: _BY_SHORT[m[1]], text)
    return _with_hours(_with_days(_NOON.sub("12:00", text), today))


def days_in(full: str, today: date) -> tuple[date, ...]:
    """The days of a text that `in_full` gave, each once, in their order."""
    found = (_numbered(int(m[1]), MONTHS.index(m[2]) + 1, today) for m in _WHOLE.finditer(full))
    return tuple(dict.fromkeys(day for day in found if day))


def said_day(day: date) -> str:
    """ "12 de marzo"."""
    return f"{day.day} de {MONTHS[day.month - 1]}"


def _with_days(text: str, today: date) -> str:
    text = _ISO.sub(lambda m: _month_day(m[0], int(m[2]), int(m[1])), text)
    text = _SLASHED.sub(lambda m: _month_day(m[0], int(m[1]), int(m[2])), text)
    text = _SHARED_MONTH.sub(r"\1 de \2", text)
    text = _AFTER_TOMORROW.sub(said_day(today + timedelta(days=2)), text)
    text = _TOMORROW.sub(said_day(today + timedelta(days=1)), text)
    text = _TODAY.sub(said_day(today), text)
    text = _NUMBERED.sub(lambda m: _of_number(m, today), _NAMED.sub("", text))
    text = _AND_ALSO.sub(r"\1 de \2 \3 \4 de \2", text)
    return _ALONE.sub(lambda m: said_day(_next(WEEKDAYS.index(m[1]), today)), text)


def _with_hours(text: str) -> str:
    text = _HOUR.sub(_hour, text)
    while (listed := _LISTED.sub(lambda m: _clock(int(m[1]), 0), text)) != text:
        text = listed
    return _BACKWARDS.sub(r"\2 \1", _UNTIL.sub(r"\1", text))


def _hour(found: re.Match[str]) -> str:
    if found["said"]:
        return _clock(int(found["said"]), 30 if found["said_thirty"] else 0)
    if found["bare"]:
        return _clock(int(found["bare"]), int(found["bare_minute"]))
    minute = 30 if found["thirty"] else int(found["minute"] or 0)
    half = found["half"] or {"manana": "a", "tarde": "p", "noche": "p"}.get(found["part"] or "", "")
    hour = int(found["hour"])
    return f"{hour % 12 + 12 * (half == 'p'):02d}:{minute:02d}" if half else f"{hour:02d}:{minute:02d}"


def _clock(hour: int, minute: int) -> str:
    return f"{hour + 12 if 0 < hour < FIRST_HOUR else hour:02d}:{minute:02d}"


def _month_day(as_it_was: str, day: int, month: int) -> str:
    return f"{day} de {MONTHS[month - 1]}" if 1 <= month <= 12 and 1 <= day <= 31 else as_it_was


def _of_number(found: re.Match[str], today: date) -> str:
    """The next day with that number."""
    number = int(found[1] or found[2])
    month = today.month if number >= today.day else today.month % 12 + 1
    fits = 1 <= number <= monthrange(2024, month)[1]
    return f" {number} de {MONTHS[month - 1]} " if fits else found[0]


def _numbered(day: int, month: int, today: date) -> date | None:
    year = today.year if (month, day) >= (today.month, today.day) else today.year + 1
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _next(weekday: int, today: date) -> date:
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
