"""Which slots a company's week leaves open on a date, before anyone asks the calendar."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from citas.scheduling.model import Block, OpeningHours, Slot, Window, at_minute, minute_of

GRID_MAX_MINUTES = 60


def open_windows(hours: OpeningHours, day: date) -> tuple[Window, ...] | None:
    """What is left of the day's windows after its blocks; None when the day cannot be read."""
    windows = hours.on(day)
    if windows is None:
        return None
    return _without(windows, hours.blocks_on(day))


def grid_minutes(duration: int) -> int:
    """The step between two starts: the appointment's length, at most one hour."""
    return min(duration, GRID_MAX_MINUTES)


def starts_on(hours: OpeningHours, day: date, duration: int) -> tuple[int, ...] | None:
    """Every start of the day in minutes after midnight, or None when the day cannot be read.

    The grid begins anew where the weekly hours or a daily block begin a stretch; a block of one date
    only removes starts, so that a single closed half hour does not shift that day to odd times.
    """
    windows = hours.on(day)
    if windows is None:
        return None
    daily = tuple(b for b in hours.blocks if b.date is None)
    left = open_windows(hours, day) or ()
    step = grid_minutes(duration)
    starts = {
        start
        for stretch in _without(windows, daily)
        for start in range(stretch.start, stretch.end - duration + 1, step)
        if any(w.start <= start and start + duration <= w.end for w in left)
    }
    return tuple(sorted(starts))


def slots_on(hours: OpeningHours, day: date, duration: int, now: datetime) -> tuple[Slot, ...] | None:
    """The day's slots that begin after `now`, in order; None when the day cannot be read."""
    starts = starts_on(hours, day, duration)
    if starts is None:
        return None
    moments = (at_minute(day, minute, now) for minute in starts)
    return tuple(Slot.of(m, duration) for m in moments if exists(m) and is_after(m, now))


def days_from(first: date, days: int) -> Iterator[date]:
    """`days` dates in order, from `first` on."""
    return (first + timedelta(days=n) for n in range(days))


def nearest(slots: Sequence[Slot], wanted: datetime) -> tuple[Slot, ...]:
    """The slots ordered by how far their wall-clock time is from `wanted`, earlier first on a tie."""
    minute = minute_of(wanted)
    return tuple(sorted(slots, key=lambda s: (abs(minute_of(s.start) - minute), s.start)))


def exists(moment: datetime) -> bool:
    """False for a wall-clock time that a change to summer time, or the end of all calendars, leaves out."""
    try:
        back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    except OverflowError:  # past the last hours of the year 9999
        return False
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def is_after(moment: datetime, other: datetime) -> bool:
    """Compares instants: two datetimes of one zone would otherwise compare by wall clock."""
    return moment.astimezone(UTC) > other.astimezone(UTC)


def _without(windows: Sequence[Window], blocks: Sequence[Block]) -> tuple[Window, ...]:
    left = list(windows)
    for block in blocks:
        left = [piece for window in left for piece in _cut(window, block.window)]
    return tuple(left)


def _cut(window: Window, hole: Window) -> Iterator[Window]:
    if hole.end <= window.start or window.end <= hole.start:
        yield window
        return
    if window.start < hole.start:
        yield Window(window.start, hole.start)
    if hole.end < window.end:
        yield Window(hole.end, window.end)
