"""Every day and hour that a text names, where it names them. For texts that tell of time, not ask for it:
what `understand` gives is what a customer wants, what `mentioned` gives is all that was said."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from citas.scheduling.model import MINUTES_PER_DAY, minute_of
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Bounds, Clock, Days, Moment
from citas.scheduling.spanish.recognition import recognise
from citas.scheduling.spanish.tokens import bounded


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day, or a stretch of days, at `start`:`end` of the text.

    `dates` are those it may be; a bare weekday has `weekday` set and may be any of its dates. A stretch has
    `first` or `last` instead (inclusive; None is open). `problem` says that it contradicts itself ("jueves
    13" when that is a Friday), names no date, or a past one.
    """

    start: int
    end: int
    dates: tuple[dt.date, ...] = ()
    weekday: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    problem: Kind | None = None

    @property
    def is_stretch(self) -> bool:
        """Whether it is a stretch of days, not one day."""
        return not self.dates and self.problem is None

    def may_be(self, day: dt.date) -> bool:
        """Whether that date is one it may mean."""
        if self.is_stretch:
            return (self.first or dt.date.min) <= day <= (self.last or dt.date.max)
        return day in self.dates or day.weekday() == self.weekday


@dataclass(frozen=True, slots=True)
class HourMention:
    """An hour: every minute of the day it may be (both readings of "a las 4")."""

    start: int
    end: int
    minutes: frozenset[int]


@dataclass(frozen=True, slots=True)
class HoursMention:
    """A stretch of hours: the minutes it may begin and end at; an empty set is open."""

    start: int
    end: int
    begins: frozenset[int]
    ends: frozenset[int]


Mention = DayMention | HourMention | HoursMention


def mentioned(text: str, now: dt.datetime) -> tuple[Mention, ...]:
    """The days and hours in a text, in order, as they read at `now` (aware, the company's zone).

    Of a text over 1,000 characters only the two ends are read: give it sentence by sentence.
    """
    found: list[Mention] = []
    for symbol in recognise(bounded(text), now):
        found += _of(symbol.node, symbol.start, symbol.end, now)
    return tuple(found)


def _of(node: object, start: int, end: int, now: dt.datetime) -> Iterator[Mention]:
    match node:
        case Days():
            weekday = node.weekday if node.day_number is None else None
            yield DayMention(start, end, node.dates, weekday, node.first, node.last, node.problem)
        case Clock():
            yield HourMention(start, end, _minutes(node))
        case Bounds():
            yield HoursMention(start, end, _minutes(node.after), _minutes(node.before))
        case Moment():
            local = node.at.astimezone(now.tzinfo)
            yield DayMention(start, end, (local.date(),))
            yield HourMention(start, end, frozenset({minute_of(local)}))
        case _:
            return


def _minutes(clock: Clock | None) -> frozenset[int]:
    return frozenset(m % MINUTES_PER_DAY for m in clock.readings()) if clock else frozenset()
