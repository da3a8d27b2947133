"""Reads opening hours and blocked times as people typed them. The unreadable is told, never guessed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product

from citas.maravia.decode import UnreadableError, read_json
from citas.scheduling.model import MINUTES_PER_DAY, Block, DayHours, OpeningHours, Window

_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_CLOSED = frozenset(
    {
        "",
        "-",
        "--",
        "null",
        "n/a",
        "na",
        "no disponible",
        "no atiende",
        "no atendemos",
        "cerrado",
        "cerrada",
    }
)
_ALL_DAY = frozenset({"24 horas", "24 hrs", "24hrs", "24h", "24 h", "24/7", "las 24 horas", "todo el dia"})
_WHOLE_DAY = Window(0, MINUTES_PER_DAY)

_TIME = (
    r"(\d{1,2})(?:\s?[:.h]\s?(\d{2}))?(?::\d{2})?"  # 9  09:00  9.30  9h30  09:00:00
    r"\s?(?:hrs?\b\.?|horas|h\b)?\s?(?:([ap])\.?\s?m\b\.?)?"  # hrs  h  am  p. m.
)
_RANGE = re.compile(rf"(?:de\s)?(?:las?\s)?{_TIME}\s?(?:-|a|al|hasta|to)\s?(?:las?\s)?{_TIME}", re.ASCII)
_DATE = re.compile(
    r"(?:(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})|(?P<d2>\d{1,2})[-/](?P<m2>\d{1,2})[-/](?P<y2>\d{4}))"
    r"(?:[t,:\s]\s?|$)",
    re.ASCII,
)
_DASHES = re.compile(r"[‐‑‒–—―−~]")
_BETWEEN_WINDOWS = re.compile(r"\s?[,;|/&\n]\s?|\sy\s")
_BETWEEN_BLOCKS = re.compile(r"\s?[,;|\n]\s?")


def opening_hours(fields: Mapping[str, object]) -> OpeningHours:
    """The week and the blocks of an OBTENER_HORARIO_REUNIONES answer.

    A day that is missing or unreadable is None, with a line in `problems`; so is each block that
    cannot be read. Never raises.
    """
    problems: list[str] = []
    stated = fields.get("horario_reuniones")
    by_day = {_fold(key): value for key, value in stated.items()} if isinstance(stated, dict) else {}
    if not by_day:
        problems.append("horario_reuniones: missing")
    week = tuple(_day(f"reunion_{day}", by_day, problems) for day in _DAYS)
    blocked = by_day.get("horarios_bloqueados", fields.get("horarios_bloqueados"))
    return OpeningHours(week, _blocks(blocked, problems), tuple(problems))


def day_hours(value: object) -> DayHours:
    """The open windows in one day's value, merged and in order; `()` closed; None unreadable."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return None
    typed = _fold(value)
    if typed in _CLOSED:
        return ()
    if typed in _ALL_DAY:
        return (_WHOLE_DAY,)
    windows = [_window(part) for part in _BETWEEN_WINDOWS.split(typed.strip(",;|"))]
    readable = [window for window in windows if window]
    return _merged(readable) if len(readable) == len(windows) else None


def _day(key: str, by_day: Mapping[str, object], problems: list[str]) -> DayHours:
    if key not in by_day:
        if by_day:
            problems.append(f"{key}: missing")
        return None
    hours = day_hours(by_day[key])
    if hours is None:
        problems.append(f"{key}: unreadable {_quote(by_day[key])}")
    return hours


def _blocks(value: object, problems: list[str]) -> tuple[Block, ...]:
    blocks = []
    for element in _elements(value):
        try:
            blocks.append(_block(element))
        except ValueError:
            problems.append(f"horarios_bloqueados: unreadable {_quote(element)}")
    return tuple(blocks)


def _elements(value: object) -> Iterable[object]:
    """The single blocks in a list, a JSON text, a comma list, one object, or nothing."""
    if isinstance(value, str):
        typed = _fold(value)
        if typed in _CLOSED:
            return ()
        if not typed.startswith(("[", "{")):
            return _BETWEEN_BLOCKS.split(typed.strip(",;|"))
        try:
            value = read_json(value)
        except UnreadableError:
            return (value,)
    if isinstance(value, dict) and not value.keys() & {"fecha", "inicio", "fin"}:
        value = list(value.values())  # a PHP list with gaps in its indexes
    if isinstance(value, list):
        return value
    return () if value is None else (value,)


def _block(element: object) -> Block:
    """One block from an object or a text. Raises `ValueError` when it cannot be read."""
    if isinstance(element, dict):
        day, start, end = (_fold(element.get(key) or "") for key in ("fecha", "inicio", "fin"))
        element = f"{day} {start}-{end}" if start or end else day
    typed = _fold(element)
    named = _DATE.match(typed)
    day_named = _date_of(named) if named else None
    rest = typed[named.end() :] if named else typed
    if named and (not rest or rest in _ALL_DAY):
        return Block(day_named, _WHOLE_DAY)
    window = _window(rest)
    if window is None:
        raise ValueError("no stretch of time")
    return Block(day_named, window)


def _date_of(match: re.Match[str]) -> date:
    year, month, day = (
        match["y"] or match["y2"],
        match["m"] or match["m2"],
        match["d"] or match["d2"],
    )
    return date(int(year), int(month), int(day))


def _window(typed: str) -> Window | None:
    """One stretch such as `9:00 am - 6:00 pm`.

    When only one end says am or pm, the other is tried as both: `9 - 6 pm` has one reading,
    `1 - 6 pm` has two and is not guessed.
    """
    match = _RANGE.fullmatch(typed.strip())
    if match is None:
        return None
    hour, minute, half, end_hour, end_minute, end_half = match.groups()
    one_sided = (half is None) != (end_half is None)
    readings = {
        _stretch(_minute(hour, minute, first), _minute(end_hour, end_minute, last))
        for first, last in product(_halves(half, hour, one_sided), _halves(end_half, end_hour, one_sided))
    } - {None}
    return readings.pop() if len(readings) == 1 else None


def _halves(half: str | None, hour: str, one_sided: bool) -> tuple[str | None, ...]:
    return ("a", "p") if half is None and one_sided and int(hour) <= 12 else (half,)


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes after midnight, or None. No `half` means a 24-hour clock; `15:00 pm` is 15:00."""
    hours, minutes = int(hour), int(minute or 0)
    if minutes > 59 or hours > 24 or (hours == 24 and (minutes or half)):
        return None
    if half == "a":
        return None if hours > 12 else hours % 12 * 60 + minutes
    if half == "p":
        return None if hours == 0 else (hours if hours >= 12 else hours + 12) * 60 + minutes
    return hours * 60 + minutes


def _stretch(start: int | None, end: int | None) -> Window | None:
    if start is None or end is None or start == end:
        return None
    last = end or MINUTES_PER_DAY
    return Window(start, last) if start < last else None


def _merged(windows: list[Window]) -> tuple[Window, ...]:
    """In order, those that overlap or touch made one."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return tuple(merged)


def _fold(value: object) -> str:
    """Lower case, without accents, plain dashes and single spaces (line breaks stay)."""
    decomposed = unicodedata.normalize("NFKD", _DASHES.sub("-", str(value)))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return "\n".join(" ".join(line.split()) for line in bare.strip().splitlines()).strip(". ")


def _quote(value: object) -> str:
    return ascii(value)[:60]
