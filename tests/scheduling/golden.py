"""The golden files of phrases: how they are read, and how an understanding is written in them.

Columns: `text`, `kind`, `date`, `time`, `candidates` (by " | "), `span`, `flags`, `given` and `why`.
Other programs may read it too; lines that begin with # are comments.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from citas.scheduling.model import OpeningHours, Window
from citas.scheduling.spanish import Candidate, Span, Understanding, understand

FILES = tuple(Path(__file__).with_name(name) for name in ("golden_spanish.tsv", "independent_spanish.tsv"))
COLUMNS = ("text", "kind", "date", "time", "candidates", "span", "flags", "given", "why")

_WEEKDAY = (Window(9 * 60, 18 * 60),)
OFFICE = OpeningHours((*(_WEEKDAY,) * 5, (Window(9 * 60, 13 * 60),), ()))
LONG = OpeningHours(((Window(7 * 60, 21 * 60),),) * 7)
HOURS = {"office": OFFICE, "long": LONG, "none": None}
LIMA = ZoneInfo("America/Lima")
WEDNESDAY = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)


@dataclass(frozen=True, slots=True)
class Given:
    """The circumstances of a row: `now=… tz=… hours=… offers=…,… pending=…`, all optional."""

    now: datetime = WEDNESDAY
    hours: OpeningHours | None = OFFICE
    offers: tuple[datetime, ...] = ()
    pending: date | None = None

    @classmethod
    def parse(cls, text: str) -> "Given":
        """The circumstances written in a row."""
        pairs = dict(pair.split("=", 1) for pair in text.split())
        zone = ZoneInfo(pairs.get("tz", "America/Lima"))
        now = datetime.fromisoformat(pairs.get("now", "2026-03-11T10:15")).replace(tzinfo=zone)
        offers = [o for o in pairs.get("offers", "").split(",") if o]
        return cls(
            now,
            HOURS[pairs.get("hours", "office")],
            tuple(datetime.fromisoformat(offer).replace(tzinfo=zone) for offer in offers),
            date.fromisoformat(pairs["pending"]) if "pending" in pairs else None,
        )

    def understand(self, text: str) -> Understanding:
        """What the text means in these circumstances."""
        return understand(text, self.now, hours=self.hours, offers=self.offers, pending=self.pending)


@dataclass(frozen=True, slots=True)
class Row:
    """One phrase and what it means."""

    where: str
    text: str
    expected: tuple[str, ...]
    given: Given
    why: str


def rows(*files: Path) -> list[Row]:
    """Every phrase of these golden files, of all when none is named."""
    return [row for file in files or FILES for row in _rows_of(file)]


def _rows_of(file: Path) -> list[Row]:
    found: list[Row] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if line.startswith("#") or tuple(cells) == COLUMNS:
            continue
        cells += [""] * (len(COLUMNS) - len(cells))
        text, *expected, given, why = cells
        found.append(Row(f"{file.stem}:{number}", text, tuple(expected), Given.parse(given), why))
    return found


def shown(found: Understanding) -> tuple[str, ...]:
    """An understanding as the cells `kind` to `flags`."""
    flags = [name for name in ("asap", "correction") if getattr(found, name)]
    if found.zone is not None:
        flags.append(f"zone={found.zone.key}")
    if found.stated is not None:
        flags.append(f"stated={found.stated:%Y-%m-%dT%H:%M%z}")
    return (
        found.kind.value,
        str(found.date or ""),
        f"{found.time:%H:%M}" if found.time is not None else "",
        " | ".join(_candidate(candidate) for candidate in found.candidates),
        _span(found.span) if found.span else "",
        " ".join(flags),
    )


def _candidate(candidate: Candidate) -> str:
    at = f"{candidate.time:%H:%M}" if candidate.time is not None else ""
    return f"{candidate.date or ''} {at}".strip()


def _span(span: Span) -> str:
    hours = f"{_clock(span.from_minute)}-{_clock(span.to_minute)}"
    if span.first_day is None and span.last_day is None:
        return hours
    return f"{span.first_day or ''}..{span.last_day or ''} {hours}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
