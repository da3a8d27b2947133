"""Puts what a message asks for together: which hour goes with which day, and what are alternatives."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import (
    Bounds,
    Clock,
    Days,
    LocalHour,
    Moment,
    PartOfDay,
    Pick,
    Shift,
    Soonest,
    Zone,
    monday_of,
)
from citas.scheduling.spanish.polarity import wanted
from citas.scheduling.spanish.tokens import Symbol, is_a


@dataclass(slots=True)
class Segment:
    """One thing asked for: a day, an hour or a stretch of hours, any of them missing."""

    day: Days | None = None
    clock: Clock | None = None
    part: PartOfDay | None = None
    bounds: Bounds | None = None
    moment: Moment | None = None
    soonest: Soonest | None = None

    @property
    def has_hours(self) -> bool:
        """Whether it says anything of the hour."""
        return any((self.clock, self.part, self.bounds, self.moment, self.soonest))


@dataclass(slots=True)
class Reading:
    """The message sorted out."""

    segments: list[Segment] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    refused: tuple[Pick, ...] = ()
    excluded: frozenset[date] = frozenset()
    contrasts: bool = False
    shift: Shift | None = None
    zone: Zone | None = None
    local: LocalHour | None = None
    correction: bool = False
    doubtful: bool = False
    start: int = 0
    end: int = 0


def sort_out(symbols: Sequence[Symbol]) -> Reading:
    """What the message asks for, in order."""
    asked = wanted(symbols)
    reading = Reading(correction=asked.correction, doubtful=asked.doubtful, refused=asked.refused)
    reading.excluded, reading.contrasts = asked.excluded, asked.contrasts
    used = [asked.symbols[i] for i in asked.places]
    if used:
        reading.start, reading.end = used[0].start, max(symbol.end for symbol in used)
    previous = -1
    for i in asked.places:
        between = symbols[previous + 1 : i] if previous >= 0 else ()
        _add(reading, asked.symbols[i], between)
        previous = i
    if reading.picks:  # "la del viernes, al tiro": the hurry says nothing of which
        for segment in reading.segments:
            segment.soonest = None
    _fill(reading.segments)
    return reading


def _add(reading: Reading, symbol: Symbol, between: Sequence[Symbol]) -> None:
    """Puts a node where it belongs: beside what it goes with, or as another alternative."""
    node = symbol.node
    if isinstance(node, Zone | LocalHour | Pick | Shift):
        _add_aside(reading, node)
        return
    if not reading.segments:
        reading.segments.append(Segment())
    segment = reading.segments[-1]
    joined = any(is_a(s, "o") or is_a(s, "y") or is_a(s, "slash") for s in between)
    match node:
        case Days():
            _add_day(reading, segment, node, joined, len(between))
        case Clock():
            _add_clock(reading, segment, node, joined=joined)
        case PartOfDay() if segment.part is not None and not segment.part.meets(node):
            reading.segments.append(Segment(part=node))
        case PartOfDay():
            segment.part = min(segment.part or node, node, key=PartOfDay.length)
        case Bounds() if segment.bounds is not None and joined and not _complete(segment.bounds, node):
            reading.segments.append(Segment(bounds=node))
        case Bounds():
            segment.bounds = _both_bounds(segment.bounds, node) if segment.bounds else node
        case Moment():
            segment.moment = node
        case Soonest():
            segment.soonest = node
        case _:
            pass


def _add_aside(reading: Reading, node: Zone | LocalHour | Pick | Shift) -> None:
    match node:
        case Shift():
            reading.shift = node
        case Zone() if reading.zone is None or node.governs:
            reading.zone = node
        case LocalHour():
            reading.local = node
        case Pick():
            reading.picks.append(node)
        case _:
            pass


def _complete(first: Bounds, second: Bounds) -> bool:
    """Whether one says from when and the other until when."""
    return (first.after is None) == (second.before is None) and first.after != second.after


def _both_bounds(first: Bounds, second: Bounds) -> Bounds:
    """ "Después de las 3 y antes de las 5"."""
    return Bounds(first.after or second.after, first.before or second.before)


def _add_day(reading: Reading, segment: Segment, day: Days, joined: bool, gap: int) -> None:
    if segment.day is None and not (joined and segment.has_hours and len(reading.segments) > 1):
        segment.day = day
        return
    if segment.day is not None and not joined:
        together = _together(segment.day, day, adjacent=gap <= 1)
        if together is not None:
            segment.day = together
            return
    reading.segments.append(Segment(day=day))


def _together(first: Days, second: Days, *, adjacent: bool) -> Days | None:
    """Two mentions of one day as one; None when they are two days."""
    if first.is_stretch and second.is_stretch:
        return _overlap(first, second)
    for stretch, day in ((first, second), (second, first)):
        if stretch.is_stretch and not day.is_stretch and not day.problem:
            inside = _inside(stretch, day)
            if inside:
                return replace(day, dates=inside)
        if stretch.week and day.weekday is not None:
            return Days((monday_of(stretch.dates[0]) + timedelta(days=day.weekday),))
    for weekday, day in ((first, second), (second, first)):
        named = weekday.weekday is not None and day.weekday is None and not day.problem
        if named and [d.weekday() for d in day.dates] == [weekday.weekday]:
            return day  # "el 31 cae martes", and it does
    common = tuple(d for d in first.dates if d in second.dates)
    if common:
        return replace(first, dates=common, weekday=None)
    if first == second:
        return first
    if first.is_stretch or second.is_stretch:
        return None
    one_weekday = (first.weekday is None) != (second.weekday is None)
    if adjacent and one_weekday and not (first.problem or second.problem):
        return Days(tuple(sorted({*first.dates[:1], *second.dates[:1]})), problem=Kind.CONTRADICTORY)
    return None


def _overlap(first: Days, second: Days) -> Days | None:
    """ "La próxima semana, de lunes a miércoles": the days that are in both."""
    starts = [day.first for day in (first, second) if day.first]
    ends = [day.last for day in (first, second) if day.last]
    start, end = max(starts, default=None), min(ends, default=None)
    return None if start and end and start > end else Days.between(start, end)


def _inside(stretch: Days, day: Days) -> tuple[date, ...]:
    """The dates of a weekday, or of a day, that lie in a stretch."""
    first, last = stretch.first, stretch.last
    if first is None:
        return ()
    if day.weekday is not None and last is not None and (last - first).days < 32:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(d for d in days if d.weekday() == day.weekday)
    return tuple(d for d in day.dates if d >= first and (last is None or d <= last))


def _add_clock(reading: Reading, segment: Segment, clock: Clock, *, joined: bool) -> None:
    if segment.clock is None:
        segment.clock = clock
        return
    same = set(segment.clock.readings()) & set(clock.readings())
    if same and not joined:
        if len(clock.readings()) < len(segment.clock.readings()):
            segment.clock = clock
        return
    reading.segments.append(Segment(clock=clock))


def _fill(segments: list[Segment]) -> None:
    """What one alternative leaves out, it shares with its neighbours: "jueves o viernes a las 10"."""
    segments[:] = _crossed(segments) or segments
    for before, after in pairwise(segments):
        if after.day is None:
            after.day = before.day
    for before, after in reversed(list(pairwise(segments))):
        if before.day is None:
            before.day = after.day
        if not before.has_hours:
            _share_hours(after, before)
        elif before.clock and before.clock.half is None and before.part is None:
            _share_half(after, before)
    for before, after in pairwise(segments):
        if not after.has_hours:
            _share_hours(before, after)
        elif after.clock and after.clock.half is None and after.part is None:
            _share_half(before, after)


def _crossed(segments: list[Segment]) -> list[Segment]:
    """ "Jueves o viernes, a las 10 u 11": each of these days at each of these hours."""
    first = next((n for n, segment in enumerate(segments) if segment.has_hours), 0)
    days, hours = segments[: first + 1], segments[first:]
    if len(days) < 2 or len(hours) < 2 or any(s.day is None for s in days):
        return []
    if any(s.day is not None for s in hours[1:]) or any(s.clock is None for s in hours):
        return []
    return [replace(h, day=d.day) for d in days for h in hours]


def _share_hours(giver: Segment, taker: Segment) -> None:
    taker.clock, taker.part, taker.bounds = giver.clock, giver.part, giver.bounds
    taker.soonest = giver.soonest


def _share_half(giver: Segment, taker: Segment) -> None:
    if giver.clock and giver.clock.half and taker.clock and giver.day == taker.day:
        taker.clock = replace(taker.clock, half=giver.clock.half)
    elif giver.part and giver.part.half and taker.clock and giver.day == taker.day:
        taker.clock = replace(taker.clock, half=giver.part.half)
