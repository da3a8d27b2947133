"""Every day and hour of a reply must be a fact, in the way it is told.

A slot called free must have been free in this turn; one that is proposed must have been found or shown; one
called taken must have been refused; hours of attention must be the company's; and a question or a doubt may
repeat what the customer named.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from citas.agent.guard.clauses import Clause, Sentence
from citas.agent.guard.facts import Facts
from citas.agent.guard.stance import (
    Says,
    says_all_taken,
    says_everything,
    says_free,
    says_taken,
    stances,
)
from citas.agent.guard.times import Time, is_at, meant, times_in
from citas.booking.contact import fold
from citas.scheduling.model import MINUTES_PER_DAY, OpeningHours, Window, minute_of
from citas.scheduling.openings import open_windows, starts_on
from citas.scheduling.policy import Reason
from citas.scheduling.spanish import DayMention, HoursMention, Kind


def untraced(sentences: Sequence[Sentence], facts: Facts) -> str | None:
    """The first day or hour that is no fact in the way it is told; its words."""
    for time in times_in(sentences, facts.now):
        if not _traces(time, facts):
            return time.words
    heading: Says | None = None
    for sentence in sentences:
        if equated := _equated(sentence, facts.now):
            return equated
        says_at = stances(sentence, heading if sentence.item else None)
        heading = heading if sentence.item else says_at(len(sentence.text)) if sentence.heads else None
        for clause in sentence.clauses:
            if not _traces_as_a_whole(clause, says_at(clause.start), facts):
                return clause.text
    return None


def _among(time: Time, starts: Iterable[datetime], facts: Facts) -> bool:
    """Whether it can be one of these starts; a stretch of hours must be the whole appointment."""
    for day, minute in facts.starts_elsewhere(starts):
        end = (minute + facts.duration) % MINUTES_PER_DAY
        if is_at(time, day, minute) and (time.hours is None or not time.hours.ends or end in time.hours.ends):
            return True
    return False


def _equated(sentence: Sentence, now: datetime) -> str | None:
    """Two days told to be one that are not: "el viernes cae doce de marzo"."""
    days = [m for m in meant(sentence.text, now) if isinstance(m, DayMention) and m.dates]
    for one, other in pairwise(days):
        verb = 3 if fold(sentence.text[other.start :]).startswith("es ") else 0
        between = fold(sentence.text[one.end : other.start + verb])
        if _IS_THE_SAME.fullmatch(between) and not any(map(other.may_be, one.dates)):
            return sentence.text[one.start : other.end]
    return None


def _traces(time: Time, facts: Facts) -> bool:
    if time.day is not None and time.day.problem in _NO_DAY and time.bare:
        return _is_consistent(time.words, facts.now) or fold(time.words) in facts.customer_folded
    if len(time.days) > 1:
        return any(_traces(time.on(day), facts) for day in time.days)
    if not time.bare and _is_an_end(time, facts):
        return True
    match time.says:
        case Says.FREE:
            return _among(time, facts.free, facts) or _some_free(time, facts)
        case Says.TAKEN:
            own = _among(time, facts.booked, facts)  # "reservado para las 4": by this customer
            return own or _is_refused(time, facts) or _is_closed(time, facts)
        case Says.CLOSED:
            shut = _is_closed(time, facts) or _is_refused(time, facts)
            return shut or (time.hours is not None and _of_attention(time, facts))
        case Says.HOURS:
            if time.bare and time.day is not None and time.day.is_stretch:
                return not _some_day_closed(time.day, facts.hours) or _told_by_company(time, facts)
            return _of_attention(time, facts) or _among(time, facts.offered | facts.booked, facts)
        case Says.WITHIN:
            return time.bare or not _is_closed(time, facts)
        case Says.PROPOSES:
            return _may_be_proposed(time, facts) or _echoes(time, facts)
        case Says.DOUBTS | Says.ASKS:
            return _may_be_named(time, facts)


def _is_consistent(words: str, now: datetime) -> bool:
    """Whether the weekday and the number in some words fit together in the next two months; without a
    number nothing is wrong with them ("dos viernes")."""
    folded = fold(words)
    number = re.search(r"\b\d{1,2}\b", folded)
    weekday = next((n for n, name in enumerate(WEEKDAYS) if name in folded), None)
    if number is None:
        return not re.search(r"\b(?:treinta|treinta y uno|veintinueve)\b", folded)
    soon = (now.date() + timedelta(days=n) for n in range(-1, 62))
    month = any(name in folded for name in MONTHS)
    return not month and any(d.day == int(number.group()) and d.weekday() == weekday for d in soon)


def _is_an_end(time: Time, facts: Facts) -> bool:
    """ "Hasta las 5:00 p. m.": where an appointment that begins at a known hour ends."""
    ends = {
        (day, (minute + facts.duration) % MINUTES_PER_DAY)
        for day, minute in facts.starts_elsewhere(facts.offered | facts.booked)
    }
    if time.hours is not None and not time.hours.begins:
        minutes = time.hours.ends
    elif time.hour is not None and time.ends:
        minutes = time.hour.minutes
    else:
        return False
    return any(m in minutes and (time.day is None or time.day.may_be(day)) for day, m in ends)


def _echoes(time: Time, facts: Facts) -> bool:
    """ "Perfecto, a las 10. ¿De qué viernes?": the customer's own hour, on no day or an open one."""
    if time.hour is None or not time.hour.minutes & facts.named.minutes:
        return False
    refused = {minute_of(r.start) for r in facts.refused if r.start}
    open_day = time.day is None or (facts.day_is_open and facts.named.day(time.day))
    return open_day and not time.hour.minutes & refused


def _traces_as_a_whole(clause: Clause, says: Says, facts: Facts) -> bool:
    """What a clause says of the calendar without naming a time."""
    if clause.asks or clause.conditional:
        return True
    if says in {Says.FREE, Says.HOURS, Says.PROPOSES} and not clause.denies and says_everything(clause):
        every_day = says is Says.HOURS and facts.open_every_day
        return every_day or clause.folded.strip() in facts.company_folded
    if says is Says.FREE and says_free(clause):
        return bool(facts.free)
    if says is Says.TAKEN and says_all_taken(clause):
        return any(found.refusal.reason is Reason.FULL for found in facts.refused)
    if says is Says.TAKEN and says_taken(clause):
        return facts.looked and bool(facts.refused)
    return True


def _some_free(time: Time, facts: Facts) -> bool:
    """ "Tengo libre por la mañana": some start in it was found free. "Entre 9 y 12": every one."""
    if time.hours is None:
        return False
    first, last = min(time.hours.begins, default=0), max(time.hours.ends, default=MINUTES_PER_DAY)
    free = [s for s in facts.free if time.day is None or time.day.may_be(s.date())]
    inside = {minute_of(s) for s in free if first <= minute_of(s) <= last}
    if not any(c.isdigit() for c in time.words):
        return bool(inside)
    if facts.hours is None or not free:
        return False
    grid = [m for m in starts_on(facts.hours, free[0].date(), facts.duration) or () if first <= m < last]
    return bool(grid) and inside.issuperset(grid)


def _may_be_proposed(time: Time, facts: Facts) -> bool:
    if _among(time, facts.offered | facts.booked, facts):
        return True
    if time.hours is not None:
        return _of_attention(time, facts) or _some_free(time, facts)
    if time.hour is not None:
        return _told_by_company(time, facts)
    return time.day is None or time.day.is_stretch or not _whole_day_closed(time.day, facts.hours)


def _may_be_named(time: Time, facts: Facts) -> bool:
    """A question or a doubt may repeat what is known, or what the customer named."""
    starts = {r.start for r in facts.refused if r.start} | facts.offered | facts.booked
    if (time.hour is None and time.hours is None) or _among(time, starts, facts):
        return True
    minutes = (
        time.hour.minutes if time.hour else time.hours.begins | time.hours.ends if time.hours else frozenset()
    )
    if time.hours is not None:
        if _shorter(time.hours, facts.duration):
            return False  # no stretch to choose from, and no appointment of ours
        begins = {m for _, m in facts.starts_elsewhere(starts)}
        if time.hours.begins & begins and time.hours.ends:
            return False  # it begins like an appointment and ends otherwise
        return bool(minutes & facts.named.minutes) or _within_attention(time, facts)
    if minutes & facts.named.minutes:
        return time.day is None or facts.named.day(time.day) or time.day.is_stretch
    return time.day is None and _of_attention(time, facts)


def _shorter(hours: HoursMention, minutes: int) -> bool:
    """Whether a stretch, however it is read, is shorter than an appointment."""
    lengths = [(end - begin) % MINUTES_PER_DAY for begin in hours.begins for end in hours.ends]
    return bool(lengths) and all(length < minutes for length in lengths)


def _is_refused(time: Time, facts: Facts) -> bool:
    for found in facts.refused:
        if found.refusal.reason in {Reason.UNVERIFIED, Reason.HOURS_UNKNOWN}:
            continue
        if found.start is not None and _among(time, [found.start], facts):
            return True
        whole_day = found.start is None or time.bare
        day = found.refusal.day
        if whole_day and day is not None and (time.day is None or time.day.may_be(day)):
            return True
    return False


def _windows(time: Time, facts: Facts) -> list[tuple[Window, ...]]:
    """The open windows, with and without blocks, of every day that is meant; of every weekday if none is."""
    return [windows for day in _days(time, facts) for windows in day]


def _days(time: Time, facts: Facts) -> list[tuple[tuple[Window, ...], ...]]:
    """The same by day."""
    hours = facts.hours
    if hours is None:
        return []
    fortnight = [facts.now.date() + timedelta(days=n) for n in range(14)]
    meant = [d for d in fortnight if time.day is None or time.day.may_be(d)]
    if time.day is not None and not time.day.is_stretch:
        meant += [d for d in time.day.dates if d not in meant]
    both = [(hours.on(d), open_windows(hours, d)) for d in meant]
    return [tuple(windows for windows in pair if windows is not None) for pair in both]


def _of_attention(time: Time, facts: Facts) -> bool:
    """Hours of attention: edges of the day's windows, or what the company's own texts say."""
    if time.hour is None and time.hours is None:
        return (
            time.day is None or not _whole_day_closed(time.day, facts.hours) or _told_by_company(time, facts)
        )
    days = [_has_edges(time, windows) for windows in _days(time, facts)]
    every = time.day is not None and time.day.is_stretch
    return (bool(days) and (all(days) if every else any(days))) or _told_by_company(time, facts)


def _has_edges(time: Time, day: tuple[tuple[Window, ...], ...]) -> bool:
    """Whether the hours are where a window of the day, or the whole day, begins and ends."""
    edges = [(w.start, w.end) for windows in day for w in windows]
    edges += [(windows[0].start, windows[-1].end) for windows in day if windows]
    if time.hours is not None:
        begins, ends = time.hours.begins, time.hours.ends
        if not begins or not ends:  # "hasta las 6": the whole day's end, not where a pause begins
            edges = [(windows[0].start, windows[-1].end) for windows in day if windows]
        return any(
            (not begins or a in begins) and (not ends or b % MINUTES_PER_DAY in ends) for a, b in edges
        )
    return time.hour is not None and any(time.hour.minutes & {a, b % MINUTES_PER_DAY} for a, b in edges)


def _within_attention(time: Time, facts: Facts) -> bool:
    """A stretch to choose from ("¿entre 9 y 11?") lies within the day's hours."""
    if time.hours is None:
        return False
    return any(
        (not time.hours.begins or any(w[0].start <= m <= w[-1].end for m in time.hours.begins))
        and (not time.hours.ends or any(w[0].start <= m <= w[-1].end for m in time.hours.ends))
        for w in _windows(time, facts)
        if w
    )


def _told_by_company(time: Time, facts: Facts) -> bool:
    """By its own texts, where its week is not known: they name hours, and days apart from them."""
    if facts.hours is not None:
        return False
    known = facts.company_hours
    if time.hour is not None:
        return bool(time.hour.minutes & known.minutes)
    if time.hours is not None:
        both = (time.hours.begins, time.hours.ends)
        return all(not side or side & known.minutes for side in both)
    return time.day is not None and known.day(time.day)


def _is_closed(time: Time, facts: Facts) -> bool:
    """Whether the company does not attend then, by its week."""
    if facts.hours is None:
        return False
    if time.hour is None and time.hours is None:
        return time.day is not None and _whole_day_closed(time.day, facts.hours)
    days = _windows(time, facts)
    minutes = time.hour.minutes if time.hour else time.hours.begins or time.hours.ends if time.hours else ()
    by_day = [m for m in minutes if 6 * 60 <= m <= 22 * 60] or minutes
    shut = [m for m in by_day if all(not w.start <= m < w.end for windows in days for w in windows)]
    return bool(days) and bool(shut)


def _some_day_closed(stretch: DayMention, hours: OpeningHours | None) -> bool:
    """ "De lunes a domingo", while one of these days is none of attention."""
    return hours is not None and any(hours.on(day) == () for day in _dates(stretch))


def _dates(day: DayMention) -> list[date]:
    if day.is_stretch and day.first and day.last:
        return [day.first + timedelta(days=n) for n in range(min((day.last - day.first).days + 1, 31))]
    return list(day.dates)


def _whole_day_closed(day: DayMention, hours: OpeningHours | None) -> bool:
    if hours is None:
        return False
    dates = _dates(day)
    return bool(dates) and all(open_windows(hours, d) == () for d in dates)


_IS_THE_SAME = re.compile(r"\W*(?:es|cae|seria|sera|estamos a|que es|que cae)\s*(?:el|en|un)?\s*")
WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
MONTHS = tuple("enero febrero marzo abril mayo junio julio agosto tiembre octubre viembre diciembre".split())
_NO_DAY = frozenset({Kind.CONTRADICTORY, Kind.IMPOSSIBLE})
