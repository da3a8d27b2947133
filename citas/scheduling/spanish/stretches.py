"""Rules for stretches of days: weeks, weekends, months, "los próximos tres días"."""

from datetime import date, timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.dates import NEXT_MONTH
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, monday_of
from citas.scheduling.spanish.patterns import Found, RuleBook
from citas.scheduling.spanish.tokens import MONTH_OF
from citas.scheduling.spanish.weekdays import COMING, NEXT_WEEK

rules = RuleBook()


@rules(
    "ESTE (WEEKEND | WEEK_END de SEMANA)",
    "(el | del)? (WEEKEND | WEEK_END de SEMANA) !(que VIENE | PROXIMO | ENTRANTE)",
)
def weekend(m: Found) -> Days:
    saturday = monday_of(m.today) + timedelta(days=5)
    return Days.between(max(saturday, m.today), saturday + timedelta(days=1))


@rules("(el | del)? OTRO (WEEKEND | WEEK_END de SEMANA)")
def other_weekend(m: Found) -> Days:
    saturday = monday_of(m.today) + timedelta(days=12)
    return Days.between(saturday, saturday + timedelta(days=1))


@rules(
    "(el | del)? PROXIMO (WEEKEND | WEEK_END de SEMANA)",
    f"(el | del)? (WEEKEND | WEEK_END de SEMANA) {COMING}",
)
def coming_weekend(m: Found) -> Days:
    """This one or the next; said at the weekend, the next."""
    saturday = monday_of(m.today) + timedelta(days=5)
    if m.today.weekday() >= 5:
        return Days.between(saturday + timedelta(days=7), saturday + timedelta(days=8))
    return Days(tuple(saturday + timedelta(days=shift) for shift in (0, 1, 7, 8)))


@rules("la? SEMANA del a:NUM al b:NUM (de month:MONTH)?")
def week_from_to(m: Found) -> Days | None:
    """ "La semana del 16 al 20"."""
    days = [m.number(name) for name in "ab"]
    on = [
        calendar.on_date(m.today, d, m.month) if m.has("month") else calendar.on_day(m.today, d) for d in days
    ]
    if any(day.problem or not day.dates for day in on):
        return None
    first, last = (day.dates[0] for day in on)
    return calendar.left_of(first, last, m.today) if first <= last else None


@rules("la? SEMANA del (dom:NUM | w:WEEKDAY dom:NUM) (de month:MONTH)?")
def week_of_date(m: Found) -> Days:
    day = m.number("dom")
    said = calendar.on_date(m.today, day, m.month) if m.has("month") else calendar.on_day(m.today, day)
    if not said.dates or said.problem:
        return said
    monday = monday_of(said.dates[0])
    return Days.between(max(monday, m.today), monday + timedelta(days=6))


@rules("(en | de)? SEMANA GONE", "la SEMANA GONE")
def last_week(m: Found) -> Days:
    return Days((monday_of(m.today) - timedelta(days=7),), problem=Kind.PAST)


@rules(f"(en | de | para)? {NEXT_WEEK}")
def next_week(m: Found) -> Days:
    return calendar.week_of(m.today, 1)


@rules("(en | de | para)? la? (SEMANA SUBSIGUIENTE | SUBSIGUIENTE SEMANA)")
def week_after_next(m: Found) -> Days:
    return calendar.week_of(m.today, 2)


@rules("entre SEMANA", "(el | un)? DIA de SEMANA")
def working_week(m: Found) -> Days:
    """ "Entre semana": what is left of Monday to Friday, else the next ones."""
    monday = monday_of(m.today)
    if m.today.weekday() > 4:
        monday += timedelta(days=7)
    return Days.between(max(monday, m.today), monday + timedelta(days=4))


@rules("(en | de)? ESTA MISMO? SEMANA", "en la SEMANA !(del | de)")
def this_week(m: Found) -> Days:
    return calendar.week_of(m.today, 0)


@rules(
    "(a | al | para | en | el)* (part:START | part:MIDDLE | part:FIN) (de | del) "
    "(ESTE? MES (que next:VIENE)? | month:MONTH | next:PROXIMO MES)"
)
def part_of_month(m: Found) -> Days | None:
    """Of this month when none is named, of the next when this month's is gone."""
    first, last = _part(m.symbol("part").word, m.month_start)
    if last < m.today and not m.has("month"):
        first, last = _part(m.symbol("part").word, calendar.shifted(m.today, 1))
    return calendar.left_of(first, last, m.today)


def _part(word: str, month: date) -> tuple[date, date]:
    """Beginning to the 10th, middle 11th to 20th, *fines* from the 21st, *fin* the last seven days."""
    end = calendar.end_of_month(month)
    if word.startswith(("ini", "prin", "com")):
        return month, month.replace(day=10)
    if word.startswith("m"):
        return month.replace(day=11), month.replace(day=20)
    return (end - timedelta(days=6) if word == "fin" else month.replace(day=21)), end


@rules(
    f"(en | de)? la? nth:NTH SEMANA del {NEXT_MONTH}",
    "(en | de)? la? nth:NTH SEMANA (de month:MONTH | (del | de ESTE) MES)",
)
def week_of_month(m: Found) -> Days | None:
    """ "La primera semana de junio": the 1st to the 7th."""
    month = m.month_start
    days = calendar.nth_week(month, m.ordinal)
    return calendar.left_of(*days, m.today) if days else Days(problem=Kind.IMPOSSIBLE)


@rules("la? nth:NTH QUINCENA (de (month:MONTH | ESTE? MES) | del MES)?")
def half_month(m: Found) -> Days | None:
    if m.ordinal not in (1, 2, -1):
        return None
    month = m.month_start
    first, last = (
        (month, month.replace(day=15))
        if m.ordinal == 1
        else (month.replace(day=16), calendar.end_of_month(month))
    )
    return calendar.left_of(first, last, m.today)


@rules("ESTE MES", "en el MES")
def this_month(m: Found) -> Days:
    return Days.between(m.today, calendar.end_of_month(m.today))


@rules("(el | en el | para el | de el | del)? (PROXIMO MES | OTRO MES | MES (que VIENE | ENTRANTE))")
def next_month(m: Found) -> Days:
    first = calendar.shifted(m.today, 1)
    return Days.between(first, calendar.end_of_month(first))


@rules("(el | en el)? (PROXIMO ANO | ANO (que VIENE | ENTRANTE | PROXIMO))")
def next_year(m: Found) -> Days:
    return Days.between(date(m.today.year + 1, 1, 1), date(m.today.year + 1, 12, 31))


@rules("(en | para) month:MONTH (o | y) other:MONTH")
def one_month_or_another(m: Found) -> Days:
    """ "En mayo o junio": both, and what lies between."""
    first = m.month_start
    other = MONTH_OF[m.symbol("other").word]
    last = date(first.year + (other < first.month), other, 1)
    return Days.between(max(first, m.today), calendar.end_of_month(last))


@rules(
    "(en | para | DESDE | MES de | ESTE)? month:MONTH (del | de) (next:PROXIMO ANO | ANO que next:VIENE)",
    "(en | para | DESDE | MES de | ESTE) month:MONTH ((de | del)? year:YEAR)?",
)
def whole_month(m: Found) -> Days | None:
    year = m.today.year + (m.month < m.today.month)
    if m.has("year") or m.has("next"):
        year = m.number("year") or m.today.year + 1
    first = date(year, m.month, 1)
    last = calendar.end_of_month(first)
    return calendar.left_of(first, last, m.today)


@rules(
    "(en | DESDE)? (el | las)? (PROXIMO n:NUM | n:NUM PROXIMO) unit:LONG_UNIT",
    "n:NUM unit:LONG_UNIT que VIENE",
)
def coming_days(m: Found) -> Days:
    count = m.number("n") * (7 if m.symbol("unit").word.startswith("s") else 1)
    return Days.between(m.today, m.today + timedelta(days=count))


@rules("CUALQUIER DIA", "el DIA que SUITS")
def any_day(m: Found) -> Days:
    return Days.between(m.today, None)
