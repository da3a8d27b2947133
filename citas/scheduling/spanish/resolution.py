"""From what was asked for to company-local dates and times: hours settle, the past drops out."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from citas.scheduling.model import MINUTES_PER_DAY, OpeningHours, minute_of
from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.model import Candidate, Kind, Span
from citas.scheduling.spanish.nodes import NOON, Bounds, Clock, Days, Half, PartOfDay
from citas.scheduling.spanish.reading import Segment

DAYTIME = range(9, 13)
"""Hours said without am or pm that mean the day even when no opening hours say so."""


@dataclass(frozen=True, slots=True)
class Option:
    """One reading of one segment, company-local."""

    date: dt.date | None
    minute: int | None
    stated: datetime | None = None
    fold: int = 0

    @property
    def candidate(self) -> Candidate:
        """As the outside sees it."""
        at = None if self.minute is None else time(self.minute // 60, self.minute % 60, fold=self.fold)
        return Candidate(self.date, at)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one segment comes to."""

    kind: Kind
    options: tuple[Option, ...] = ()
    span: Span | None = None
    asap: bool = False


@dataclass(frozen=True, slots=True)
class Resolver:
    """Everything a segment is resolved against. `zones` are those its hours may be on."""

    now: datetime
    hours: OpeningHours | None
    pending: date | None
    zones: tuple[tzinfo, ...]

    @property
    def today(self) -> date:
        """The company's date."""
        return self.now.date()

    def resolve(self, segment: Segment) -> Outcome:
        """What one segment comes to."""
        if segment.moment is not None:
            return self._moment(segment.moment.at)
        day = segment.day
        if day is None and self.pending is not None and not segment.soonest:
            day = Days((self.pending,))
        if day is not None and day.problem in (Kind.IMPOSSIBLE, Kind.PAST):
            return self._gone(day, segment)
        clock = _clock_of(segment)
        if clock is not None:
            return self._clock(day, clock)
        if segment.bounds is not None:
            return self._bounds(day, segment.bounds, segment.part)
        if segment.soonest is not None or segment.part is not None:
            return self._part(day, segment)
        return self._day(day or Days())

    def _gone(self, day: Days, segment: Segment) -> Outcome:
        """A day that is past or does not exist, with the hour that was said for another in its place.

        A day gone by is named once; only what is still to come is a reading to choose from.
        """
        clock = _clock_of(segment)
        options = [Option(d, None) for d in day.dates]
        if clock is not None and clock.is_possible:
            options = []
            for on in day.dates:
                found = [o for minute in clock.readings() for o in self._placed(on, minute)]
                settled = self._settled(found, clock)
                gone = all(self._is_past(option) for option in settled)
                options += [Option(on, None)] if gone and len(settled) > 1 else settled
        return Outcome(day.problem or Kind.PAST, tuple(options))

    def _moment(self, at: datetime) -> Outcome:
        kind = Kind.PAST if at < self.now.astimezone(UTC) else Kind.RESOLVED
        local = at.astimezone(self.now.tzinfo)
        return Outcome(kind, (Option(local.date(), minute_of(local), fold=local.fold),))

    def _day(self, day: Days) -> Outcome:
        if day.is_stretch:
            return Outcome(Kind.RANGE, span=Span(day.first, day.last, 0, MINUTES_PER_DAY))
        if day.hour is not None:
            return self._day_or_hour(day, day.hour)
        return _named(day, [Option(d, None) for d in day.dates])

    def _day_or_hour(self, day: Days, hour: int) -> Outcome:
        """ "Jueves 4", when the 4th is no Thursday: Thursday at 4, or the 4th."""
        others = [Option(d, None) for d in day.dates if d.weekday() != day.weekday]
        timed = self._clock(calendar.on_weekday(self.today, day.weekday or 0), Clock(hour))
        return Outcome(Kind.AMBIGUOUS, (*timed.options, *others))

    def _clock(self, day: Days | None, clock: Clock) -> Outcome:
        if not clock.is_possible:
            return Outcome(Kind.IMPOSSIBLE)
        if day is not None and day.is_stretch:
            return self._clock_in_stretch(day, clock)
        dates: Sequence[date | None] = day.dates if day is not None else (None,)
        options: list[Option] = []
        gone: list[Option] = []
        later: list[Option] = []
        for on in dates:
            found = [o for minute in clock.readings() for o in self._placed(on, minute)]
            meant = self._settled(found, clock)
            upcoming = [option for option in meant if not self._is_past(option)]
            gone += [option for option in meant if option not in upcoming]
            options += upcoming
            later += [o for o in found if o not in meant and not self._is_past(o) and self._opens(o)]
        if options:
            return _named(day, options)
        if gone:
            return Outcome(Kind.PAST, (gone[0], *later))
        return Outcome(Kind.IMPOSSIBLE, tuple(Option(d, None) for d in dates))

    def _clock_in_stretch(self, day: Days, clock: Clock) -> Outcome:
        found = [o for m in clock.readings() for o in self._placed(None, m)]
        settled = self._settled(found, clock)
        minutes = sorted({option.minute for option in settled if option.minute is not None})
        first = self._first_day(day, minutes[-1] + 1)
        if first and day.last and first > day.last:
            return Outcome(Kind.PAST, (Option(day.last, minutes[-1]),))
        span = Span(first, day.last, minutes[0], minutes[0] + 1)
        if len(minutes) > 1:
            return Outcome(Kind.AMBIGUOUS, tuple(settled), replace(span, to_minute=minutes[-1] + 1))
        return Outcome(Kind.RANGE, tuple(settled), span)

    def _first_day(self, day: Days, end: int) -> date | None:
        """The first day of a stretch on which hours that end at minute `end` are still to come."""
        gone = day.first == self.today and end <= minute_of(self.now)
        return self.today + timedelta(days=1) if gone else day.first

    def _placed(self, on: date | None, minute: int) -> list[Option]:
        """A wall time on the stated clock as company-local options; none when it does not exist."""
        day = on + timedelta(days=minute // MINUTES_PER_DAY) if on else None
        at = time(minute % MINUTES_PER_DAY // 60, minute % 60)
        options: list[Option] = []
        for zone in self.zones:
            for local, stated in self._moments(day, at, zone):
                fold = local.fold if stated else 0
                option = Option(local.date() if day else None, minute_of(local), stated, fold)
                if option not in options:
                    options.append(option)
        return options

    def _moments(
        self, day: date | None, at: time, zone: tzinfo
    ) -> Iterable[tuple[datetime, datetime | None]]:
        company = self.now.tzinfo
        if zone == company and day is None:
            yield datetime.combine(self.today, at), None
            return
        said = datetime.combine(day or self.pending or self.today, at, tzinfo=zone)
        if said.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != said.replace(tzinfo=None):
            return
        folds = (0, 1) if zone != company else (0,)
        for moment in dict.fromkeys(said.replace(fold=f).astimezone(UTC) for f in folds):
            stated = moment.astimezone(zone) if zone != company else None
            yield moment.astimezone(company), stated

    def _is_past(self, option: Option) -> bool:
        if option.date is None:
            return False
        if option.minute is None or option.date != self.today:
            return option.date < self.today
        at = datetime.combine(option.date, time(option.minute // 60, option.minute % 60))
        last = at.replace(tzinfo=self.now.tzinfo, fold=1)
        return last.astimezone(UTC) < self.now.astimezone(UTC)

    def _settled(self, options: list[Option], clock: Clock) -> list[Option]:
        """The readings of an hour that opening hours allow; all when they do not tell."""
        if len(options) < 2 or clock.half is not None or len(clock.readings()) < 2:
            return options
        for windows, slack in self._open_windows(options[0].date):
            fitting = [o for o in options if o.minute is not None and _within(o.minute, windows, slack)]
            if fitting:
                as_written = [o for o in fitting if _said_minute(o) == clock.readings()[0]]
                if options[0].stated and clock.hour in DAYTIME and not as_written:
                    return options  # ten in the morning there is the night here: only they can tell
                return as_written if clock.padded and as_written else fitting
        if clock.hour in DAYTIME or (clock.padded and self.hours is None):
            return [o for o in options if _said_minute(o) == clock.readings()[0]] or options
        return options

    def _opens(self, option: Option) -> bool:
        """Whether the company is open then, as far as is known."""
        if self.hours is None or option.minute is None or option.date is None:
            return True
        return any(w.start <= option.minute < w.end for w in self.hours.on(option.date) or ())

    def _open_windows(self, day: date | None) -> Iterable[tuple[list[tuple[int, int]], int]]:
        """That day's windows, then the week's, then the week's with closing time, as minutes."""
        if self.hours is None:
            return
        if day is not None:
            yield [(w.start, w.end) for w in self.hours.on(day) or ()], 0
        week = [(w.start, w.end) for windows in self.hours.week for w in windows or ()]
        yield week, 0
        yield week, 1

    def _bounds(self, day: Days | None, bounds: Bounds, part: PartOfDay | None) -> Outcome:
        half = bounds.half or (part.half if part else None)
        after, before = bounds.after, bounds.before
        if before and half and not before.half:  # "de 11 a 1 de la tarde": it is the end that is said of
            before = replace(before, half=half)
        elif after and half and not after.half:
            after = replace(after, half=half)
        anchor = after or before
        if anchor is None:
            return Outcome(Kind.NOTHING)
        if after and before and len(before.readings()) == 1 and len(after.readings()) > 1:
            after = anchor = _same_half(after, before)
        on = day.dates[0] if day and day.dates else None
        starts = [o for m in anchor.readings() for o in self._placed(None, m)]
        if (
            on == self.today
            and (after is None or before is None)
            and not anchor.half
            and anchor.hour not in DAYTIME
        ):
            starts = [s for s in starts if s.minute and s.minute > minute_of(self.now)] or starts
        settled = self._daytime(self._settled(starts, anchor))
        if on is not None:
            settled = self._settled([replace(s, date=on) for s in settled], anchor)
        stretches = [self._stretch(_said_minute(o) or 0, after, before, bounds.steps) for o in settled]
        if part is not None and (after is None or before is None):
            stretches = [_clipped(stretch, part) for stretch in stretches]
        return self._ranged(day, stretches, asap=False)

    def _daytime(self, options: list[Option]) -> list[Option]:
        """A stretch that opening hours do not settle begins or ends by day: nobody means 4 in the night."""
        by_day = [o for o in options if o.minute is not None and 7 * 60 <= o.minute < 19 * 60]
        return by_day if self.hours is None and by_day else options

    def _stretch(
        self, minute: int, after: Clock | None, before: Clock | None, steps: bool
    ) -> tuple[int, int]:
        if after is None:
            return 0, minute or MINUTES_PER_DAY
        if before is None:
            return minute, MINUTES_PER_DAY
        ends = [m for m in before.readings() if m > minute]
        end = min(ends) if ends else MINUTES_PER_DAY
        return minute, min(end + 1, MINUTES_PER_DAY) if steps else end

    def _part(self, day: Days | None, segment: Segment) -> Outcome:
        part = segment.part or PartOfDay(0, MINUTES_PER_DAY)
        start, end = part.from_minute, part.to_minute
        if segment.soonest and day is None:
            day = Days.between(self.today, None)
        windows = self._windows_of(day)
        if part.edge and windows:
            opening, closing = windows[0][0], windows[-1][1]
            start, end = (opening, opening + 120) if part.edge < 0 else (closing - 120, closing)
        return self._ranged(day, [(start, end)], asap=segment.soonest is not None)

    def _windows_of(self, day: Days | None) -> list[tuple[int, int]]:
        if self.hours is None or day is None or len(day.dates) != 1:
            return []
        return [(w.start, w.end) for w in self.hours.on(day.dates[0]) or ()]

    def _ranged(self, day: Days | None, stretches: list[tuple[int, int]], *, asap: bool) -> Outcome:
        """Stretches of hours on days; what of today went by is left out."""
        named = day.dates if day else ()
        placed = [self._here(on, *hours) for on in named or (None,) for hours in stretches]
        placed = [(on, max(start, self._earliest(on)), end) for on, start, end in placed]
        upcoming = [p for p in placed if p[1] < p[2] and (p[0] is None or p[0] >= self.today)]
        if not upcoming:
            return Outcome(Kind.PAST, (Option(self.today, None),))
        dates = tuple(dict.fromkeys(d for d, _, _ in upcoming if d))
        hours = {(start, end) for d, start, end in upcoming if d != self.today or len(dates) < 2}
        if len(hours) != 1:
            return Outcome(Kind.AMBIGUOUS, tuple(Option(d, start) for d, start, _ in upcoming))
        start, end = hours.pop()
        options = tuple(Option(d, None) for d in dates)
        if len(dates) > 1:
            kind = day.problem if day and day.problem else Kind.AMBIGUOUS
            return Outcome(kind, options, Span(None, None, start, end))
        if dates:
            return Outcome(Kind.RANGE, options, Span(dates[0], dates[0], start, end), asap)
        first = self._first_day(day, end) if day else None
        last = day.last if day else None
        if first and last and first > last:
            return Outcome(Kind.PAST, (Option(last, None),))
        return Outcome(Kind.RANGE, options, Span(first, last, start, end), asap)

    def _here(self, on: date | None, start: int, end: int) -> tuple[date | None, int, int]:
        """A stretch of hours of the stated clock's day on the company's, cut at its midnight."""
        zone = self.zones[0]
        if zone == self.now.tzinfo:
            return on, start, end
        noon = datetime.combine(on or self.pending or self.today, time(12), tzinfo=zone).astimezone(UTC)
        there, here = noon.astimezone(zone), noon.astimezone(self.now.tzinfo)
        shift = here.replace(tzinfo=None) - there.replace(tzinfo=None)
        start, end = (minute + int(shift.total_seconds() // 60) for minute in (start, end))
        days = -1 if end <= 0 else 1 if start >= MINUTES_PER_DAY else 0
        start, end = start - days * MINUTES_PER_DAY, end - days * MINUTES_PER_DAY
        return on and on + timedelta(days=days), max(0, start), min(MINUTES_PER_DAY, end)

    def _earliest(self, on: date | None) -> int:
        """The first minute of that day that is not past."""
        return minute_of(self.now) if on == self.today else 0


def _clock_of(segment: Segment) -> Clock | None:
    """The segment's hour, in the part of the day that was named beside it."""
    clock, part = segment.clock, segment.part
    if clock and part and part.half and clock.half is None:
        return replace(clock, half=part.half)
    return clock


def _clipped(stretch: tuple[int, int], part: PartOfDay) -> tuple[int, int]:
    """ "En la mañana, antes de las 11": both, as far as they meet."""
    start, end = max(stretch[0], part.from_minute), min(stretch[1], part.to_minute)
    return (start, end) if start < end else stretch


def _same_half(after: Clock, before: Clock) -> Clock:
    """ "De 3 a 5 pm": the first hour is in the half that puts it before the second."""
    end = before.readings()[0]
    starts = [minute for minute in after.readings() if minute < end]
    best = max(starts, default=after.readings()[0])
    return Clock(best // 60, best % 60, Half.AM if best < NOON else Half.PM)


def _said_minute(option: Option) -> int | None:
    """The minute on the clock the customer spoke of."""
    return minute_of(option.stated) if option.stated else option.minute


def _within(minute: int, windows: list[tuple[int, int]], slack: int) -> bool:
    return any(start <= minute < end + slack for start, end in windows)


def _named(day: Days | None, options: list[Option]) -> Outcome:
    unique = tuple({option.candidate: option for option in reversed(options)}.values())[::-1]
    if day is not None and day.problem is Kind.CONTRADICTORY:
        return Outcome(Kind.CONTRADICTORY, unique)
    return Outcome(Kind.RESOLVED if len(unique) == 1 else Kind.AMBIGUOUS, unique)
