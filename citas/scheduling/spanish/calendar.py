"""Dates as people name them: which date "el 15", "el viernes" or "el primer lunes" is."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, monday_of

RECENT = timedelta(days=60)
"""A date without a year that went by less than this ago is taken for a slip, not for next year's."""
LATEST_YEAR = 10
"""Years ahead that a date may name."""


def shifted(day: date, months: int) -> date:
    """The first of the month `months` later."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def end_of_month(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def same_day_later(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last."""
    month = shifted(day, months)
    return month.replace(day=min(day.day, end_of_month(month).day))


def exactly(day: date, today: date) -> Days:
    """That date; PAST if it went by."""
    return Days((day,), problem=Kind.PAST if day < today else None)


def full_year(year: int) -> int:
    """The year that two digits mean."""
    return year + 2000 if year < 100 else year


def on_date(today: date, day: int, month: int, year: int | None = None) -> Days:
    """Day and month, maybe with a year.

    Without a year it is the next such date, unless it went by within `RECENT`: then it is PAST, with
    next year's as the second date.
    """
    if year is not None:
        year = full_year(year)
        if year > today.year + LATEST_YEAR:
            return Days(problem=Kind.IMPOSSIBLE)
        found = _date(year, month, day)
        return exactly(found, today) if found else Days(problem=Kind.IMPOSSIBLE)
    if _date(2000, month, day) is None:
        return Days(problem=Kind.IMPOSSIBLE)
    if day == 29 and month == 2:
        return _next_leap_day(today)
    this = date(today.year, month, day)
    following = this if this >= today else date(today.year + 1, month, day)
    gone = this if this < today else date(today.year - 1, month, day)
    if today - gone < RECENT:
        return Days((gone, following), problem=Kind.PAST)
    return Days((following,))


def yearly(today: date, day: int, month: int) -> Days:
    """The next such day: a feast comes every year, so one gone by is never meant."""
    said = on_date(today, day, month)
    return said if said.problem is None else Days(said.dates[1:])


def _next_leap_day(today: date) -> Days:
    """29 February without a year: IMPOSSIBLE when the February to come has none."""
    year = today.year if (today.month, today.day) <= (2, 29) else today.year + 1
    found = _date(year, 2, 29)
    return Days((found,)) if found else Days(problem=Kind.IMPOSSIBLE)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def on_day(today: date, day: int) -> Days:
    """The next "el 15". A day that its month lacks is IMPOSSIBLE, with the next that exists."""
    if not 1 <= day <= 31:
        return Days(problem=Kind.IMPOSSIBLE)
    month = today if day >= today.day else shifted(today, 1)
    found = _date(month.year, month.month, day)
    if found:
        return Days((found,), day_number=day)
    later = _date(shifted(month, 1).year, shifted(month, 1).month, day)
    return Days((later,) if later else (), problem=Kind.IMPOSSIBLE)


def any_of(alternatives: Sequence[Days]) -> Days:
    """Several days named as alternatives; those gone by drop out while another is left."""
    if any(day.problem is Kind.IMPOSSIBLE for day in alternatives):
        return Days(problem=Kind.IMPOSSIBLE)
    upcoming = [day.dates[0] for day in alternatives if not day.problem]
    return Days(tuple(upcoming)) if upcoming else alternatives[0]


def next_weekday(today: date, weekday: int) -> date:
    """The nearest such weekday, today included."""
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def on_weekday(today: date, weekday: int) -> Days:
    """ "El viernes": the coming one. Said of today's weekday, today or in a week."""
    near = next_weekday(today, weekday)
    dates = (near, near + timedelta(days=7)) if near == today else (near,)
    return Days(dates, weekday=weekday)


def coming_weekday(today: date, weekday: int) -> Days:
    """ "El próximo viernes", "el viernes que viene".

    Dialects differ between the nearest and next week's, so when these differ, or the nearest is
    tomorrow, it is both.
    """
    near = next_weekday(today, weekday)
    if near == today:
        return Days((near + timedelta(days=7),))
    following = near + timedelta(days=7)
    in_next_week = monday_of(today) + timedelta(days=7 + weekday)
    if near == in_next_week and near - today > timedelta(days=1):
        return Days((near,))
    return Days((near, following))


def left_of(first: date, last: date, today: date) -> Days:
    """What is left of a stretch of days; PAST when nothing is."""
    if last < today:
        return Days((last,), problem=Kind.PAST)
    return Days.between(max(first, today), last)


def week_of(today: date, weeks: int) -> Days:
    """The Monday to Sunday of the week `weeks` from now; this one begins today."""
    monday = monday_of(today) + timedelta(weeks=weeks)
    return Days.between(max(monday, today), monday + timedelta(days=6))


def nth_weekday(month: date, nth: int, weekday: int) -> date | None:
    """The nth weekday of a month; -1 is the last."""
    last = end_of_month(month)
    if nth < 0:
        return last - timedelta(days=(last.weekday() - weekday) % 7 + 7 * (-nth - 1))
    first = next_weekday(month.replace(day=1), weekday)
    found = first + timedelta(weeks=nth - 1)
    return found if found <= last else None


def nth_week(month: date, nth: int) -> tuple[date, date] | None:
    """The nth seven days of a month, the last seven for -1."""
    last = end_of_month(month)
    first = last - timedelta(days=7 * -nth - 1) if nth < 0 else month + timedelta(days=7 * (nth - 1))
    return (first, min(first + timedelta(days=6), last)) if month <= first <= last else None


def workdays_later(day: date, count: int) -> date:
    """The day that many working days (Monday to Friday) later; earlier when negative."""
    step = 1 if count > 0 else -1
    while count:
        day += timedelta(days=step)
        count -= step * (day.weekday() < 5)
    return day


def coming_easter(today: date, shift: int) -> date:
    """The next day so many days from Easter Sunday."""
    this = easter(today.year) + timedelta(days=shift)
    return this if this >= today else easter(today.year + 1) + timedelta(days=shift)


def later(today: date, count: int, unit: str) -> Days | None:
    """ "Tres días", "dos semanas", "un mes" from today; "15 días" is two weeks to many, so it is both."""
    if unit.startswith("d"):
        idiom = {8: 7, 15: 14}.get(count)
        counts = (idiom, count) if idiom else (count,)
        return Days(tuple(today + timedelta(days=n) for n in counts))
    if unit.startswith("s"):
        return Days((today + timedelta(weeks=count),), week=True)
    if unit.startswith("q"):
        return Days((today + timedelta(weeks=2 * count), today + timedelta(days=15 * count)))
    months = count * (12 if unit.startswith("an") else 1)
    if months > 12 * LATEST_YEAR:
        return Days(problem=Kind.IMPOSSIBLE)
    return Days((same_day_later(today, months),))


def contradiction(today: date, weekday: int, said: date) -> Days:
    """A weekday and a date that do not agree: the nearest such weekday, and the date."""
    options = [said + timedelta(days=shift) for shift in range(-3, 4)]
    named = [day for day in options if day.weekday() == weekday and day >= today]
    both = sorted({*(named or [next_weekday(today, weekday)]), said})
    return Days(tuple(both), problem=Kind.CONTRADICTORY)


def agreed(today: date, weekday: int, said: Days) -> Days:
    """A weekday together with a date."""
    if said.problem in (Kind.IMPOSSIBLE, Kind.CONTRADICTORY) or not said.dates:
        return said
    fitting = tuple(day for day in said.dates if day.weekday() == weekday)
    if fitting:
        return Days(fitting, problem=Kind.PAST if fitting[-1] < today else None)
    upcoming = [day for day in said.dates if day >= today]
    return contradiction(today, weekday, upcoming[0]) if upcoming else said


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= (moon + year % 19 // 11) // 29
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month = (moon + week + 90) // 25
    return date(year, month, (moon + week + month + 19) % 32)
