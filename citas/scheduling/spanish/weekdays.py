"""Rules for weekdays: "el viernes", "el próximo", "el otro", "el de la semana que viene"."""

from datetime import timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, monday_of
from citas.scheduling.spanish.patterns import Found, RuleBook
from citas.scheduling.spanish.tokens import WEEKDAY_OF

rules = RuleBook()

NEXT_WEEK = "la? ((PROXIMO | OTRO) SEMANA | SEMANA (que VIENE | ENTRANTE | PROXIMO | OTRO))"
_AFTER_NEXT_WEEK = "(la SUBSIGUIENTE | la? SEMANA SUBSIGUIENTE | la? SUBSIGUIENTE SEMANA)"
COMING = "(que VIENE | PROXIMO | ENTRANTE)"


@rules(
    f"(el | del)? w:WEEKDAY (o | y) el? other:WEEKDAY comma? (de | en | por)? {NEXT_WEEK}",
    f"(de | en)? {NEXT_WEEK} comma? el? w:WEEKDAY (o | y) el? other:WEEKDAY",
)
def weekdays_next_week(m: Found) -> Days:
    """ "Sábado o domingo de la próxima semana"."""
    monday = monday_of(m.today) + timedelta(days=7)
    days = (m.weekday, WEEKDAY_OF[m.symbol("other").word])
    return Days(tuple(monday + timedelta(days=day) for day in days))


@rules("(en | dentro de) n:NUM w:WEEKDAY mas?")
def in_some_weekdays(m: Found) -> Days:
    """ "En dos lunes": the second from now."""
    near = calendar.next_weekday(m.today + timedelta(days=1), m.weekday)
    return Days((near + timedelta(days=7 * (m.number("n") - 1)),))


@rules(
    "(el | del)? w:WEEKDAY de la (PROXIMO | OTRO | que VIENE) !(x | SEMANA | QUINCENA)",
    f"(el | del)? w:WEEKDAY comma? (de | en | por)? {NEXT_WEEK}",
    f"(de | en)? {NEXT_WEEK} comma? el? w:WEEKDAY",
)
def weekday_next_week(m: Found) -> Days:
    return Days((monday_of(m.today) + timedelta(days=7 + m.weekday),))


@rules(
    f"(el | del)? w:WEEKDAY (de | en)? {_AFTER_NEXT_WEEK}",
    "(el | del)? w:WEEKDAY dentro? (de | en) weeks:NUM UNIT",
)
def weekday_after_next_week(m: Found) -> Days | None:
    """ "El lunes de la semana subsiguiente", "el lunes en tres semanas"."""
    if m.has("weeks") and not m.symbols[m.match.end() - 1].word.startswith("sem"):
        return None
    weeks = m.number("weeks", default=2)
    return Days((monday_of(m.today) + timedelta(weeks=weeks, days=m.weekday),))


@rules("(el | del)? w:WEEKDAY comma? (de | en) ESTA (MISMO)? SEMANA", "ESTA SEMANA comma? el? w:WEEKDAY")
def weekday_this_week(m: Found) -> Days:
    return calendar.exactly(monday_of(m.today) + timedelta(days=m.weekday), m.today)


@rules("(el | del)? w:WEEKDAY GONE", "(el | del) GONE w:WEEKDAY")
def weekday_past(m: Found) -> Days:
    return Days((calendar.next_weekday(m.today, m.weekday) - timedelta(days=7),), problem=Kind.PAST)


@rules("(el | del)? w:WEEKDAY SUBSIGUIENTE", "(el | del)? SUBSIGUIENTE w:WEEKDAY")
def weekday_after_next(m: Found) -> Days:
    coming = calendar.coming_weekday(m.today, m.weekday)
    return Days(tuple(day + timedelta(days=7) for day in coming.dates))


@rules("(el | del)? OTRO w:WEEKDAY")
def other_weekday(m: Found) -> Days:
    """ "El otro viernes" is next week's; both weeks' when the nearest is already next week."""
    near = calendar.next_weekday(m.today, m.weekday)
    following = near + timedelta(days=7)
    in_this_week = near < monday_of(m.today) + timedelta(days=7)
    return Days((following,) if in_this_week else (near, following))


@rules("ESTE MISMO? w:WEEKDAY (que VIENE)?")
def this_weekday(m: Found) -> Days:
    return Days((calendar.next_weekday(m.today, m.weekday),))


@rules(
    "(el | del)? PROXIMO w:WEEKDAY",
    f"(el | del)? w:WEEKDAY {COMING}",
)
def coming_weekday(m: Found) -> Days:
    return calendar.coming_weekday(m.today, m.weekday)


@rules("(el | del)? w:SHORT_WEEKDAY")
def short_weekday(m: Found) -> Days | None:
    """ "Ma", "lu": two letters are a weekday only when they are all that is said."""
    return calendar.on_weekday(m.today, m.weekday) if m.alone and m.match.start() == 0 else None


@rules("(el | del)? w:WEEKDAY")
def weekday(m: Found) -> Days:
    return calendar.on_weekday(m.today, m.weekday)
