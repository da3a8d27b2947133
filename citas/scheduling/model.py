"""The vocabulary of appointments in time. Values only: frozen, comparable, no I/O."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

MINUTES_PER_DAY = 24 * 60


class Availability(StrEnum):
    """What the calendar says of a slot. `UNKNOWN` is an answer of its own, never "free", never "full"."""

    FREE = "free"
    BUSY = "busy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One appointment in time: `start` ≤ t < `end`, both aware, in the company's zone."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: datetime, minutes: int) -> "Slot":
        """The slot of `minutes` length that begins at `start` (elapsed time, so right across DST)."""
        zone = start.tzinfo
        end = datetime.fromtimestamp(start.timestamp() + minutes * 60, tz=zone)
        return cls(start, end)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of a day in minutes after midnight: 0 ≤ `start` < `end` ≤ 1440."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= MINUTES_PER_DAY:
            raise ValueError(f"not a window of a day: {self.start}-{self.end}")

    @classmethod
    def between(cls, start: time, end: time) -> "Window":
        """The window from `start` to `end`; an `end` of 00:00 means midnight at the day's end."""
        return cls(minute_of(start), minute_of(end) or MINUTES_PER_DAY)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch that cannot be booked, on one date or (`date` is None) every day."""

    date: date | None
    window: Window


DayHours = tuple[Window, ...] | None
"""Open windows of one weekday in order; `()` is closed; `None` is unreadable, hence unknown."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A company's week (Monday first), its blocks, and what of its data could not be read."""

    week: tuple[DayHours, ...]
    blocks: tuple[Block, ...] = ()
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    def on(self, day: date) -> DayHours:
        """The open windows of that date's weekday, before blocks."""
        return self.week[day.weekday()]

    def blocks_on(self, day: date) -> tuple[Block, ...]:
        """The blocks that touch that date, daily ones included."""
        return tuple(b for b in self.blocks if b.date is None or b.date == day)


def minute_of(moment: time | datetime) -> int:
    """Minutes after midnight on the wall clock."""
    return moment.hour * 60 + moment.minute


def at_minute(day: date, minute: int, like: datetime) -> datetime:
    """The aware moment `minute` minutes after midnight of `day`, in the zone of `like`."""
    midnight = datetime.combine(day, time(), tzinfo=like.tzinfo)
    return midnight + timedelta(minutes=minute)
