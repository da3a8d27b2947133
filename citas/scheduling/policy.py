"""May an appointment begin at this moment? The checks in their order, each refusal with its reason.

Only the company's own rules are asked here; whether the slot is really free is the calendar's answer
(`citas.booking.availability`).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from citas.scheduling.model import OpeningHours, Slot, Window, minute_of
from citas.scheduling.openings import exists, is_after, open_windows, starts_on


class Reason(StrEnum):
    """Why a slot cannot be booked. The values name the cause in metrics and in the tools' answers."""

    UNREADABLE = "unreadable"
    NONEXISTENT = "nonexistent"
    PAST = "past"
    HOURS_UNKNOWN = "hours_unknown"
    CLOSED = "closed"
    OUTSIDE_HOURS = "outside_hours"
    PASSES_CLOSING = "passes_closing"
    BLOCKED = "blocked"
    OFF_GRID = "off_grid"
    FULL = "full"
    TAKEN = "taken"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Fits:
    """The company's rules allow this slot."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Refusal:
    """They do not, and why. `windows` are the day's hours, where they are the reason."""

    reason: Reason
    day: date | None = None
    windows: tuple[Window, ...] = ()


def check(start: datetime, duration: int, hours: OpeningHours, now: datetime) -> Fits | Refusal:
    """Whether an appointment of `duration` minutes may begin at `start` (aware, company's zone)."""
    day = start.date()
    if not exists(start):
        return Refusal(Reason.NONEXISTENT, day)
    if not is_after(start, now):
        return Refusal(Reason.PAST, day)
    windows = hours.on(day)
    if windows is None:
        return Refusal(Reason.HOURS_UNKNOWN, day)
    if not windows:
        return Refusal(Reason.CLOSED, day)
    return _check_minutes(start, duration, hours, windows)


def _check_minutes(
    start: datetime, duration: int, hours: OpeningHours, windows: tuple[Window, ...]
) -> Fits | Refusal:
    day, minute = start.date(), minute_of(start)
    end = minute + duration
    inside = [w for w in windows if w.start <= minute < w.end]
    if not inside:
        return Refusal(Reason.OUTSIDE_HOURS, day, windows)
    if all(end > w.end for w in inside):
        return Refusal(Reason.PASSES_CLOSING, day, windows)
    left = open_windows(hours, day) or ()
    if not any(w.start <= minute and end <= w.end for w in left):
        return Refusal(Reason.BLOCKED, day, left)
    if start.second or start.microsecond or minute not in (starts_on(hours, day, duration) or ()):
        return Refusal(Reason.OFF_GRID, day, windows)
    return Fits(Slot.of(start, duration))
