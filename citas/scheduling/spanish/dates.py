"""Rules for dates: "17/3", "17 de marzo", "viernes 13", "el primer lunes de abril"."""

from datetime import timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, PartOfDay
from citas.scheduling.spanish.patterns import Found, RuleBook

rules = RuleBook()

NEXT_MONTH = "(next:PROXIMO MES | next:OTRO MES | MES que next:VIENE | MES next:ENTRANTE)"
NOT_ITS_NUMBER = (
    "!(HALF | HRS | MINUTO | y (MEDIA | CUARTO | NUM) | menos | MEDIA | de PART | del DIA "
    "| del MEDIODIA | COUNTED | en punto)"
)
NOT_A_DAY = f"!(CLOCK) {NOT_ITS_NUMBER}"
NOT_AN_HOUR = "!(P | comma P | (a | dash | o | y) NUM)"
"""What after a number says that it is no day of the month; what says that it is an hour."""


@rules(
    "(el | un)? nth:NTH w:WEEKDAY (de | del) (month:MONTH ((de | del) year:YEAR)?)",
    f"(el | un)? nth:NTH w:WEEKDAY (del | de el?) {NEXT_MONTH}",
    "(el | un)? nth:NTH w:WEEKDAY (del | de) (el | ESTE)? MES",
    "(el | un)? nth:NTH w:WEEKDAY",
)
def nth_weekday(m: Found) -> Days | None:
    """ "El primer lunes de abril"; of this month when none is named, and next month's if that is gone."""
    found = calendar.nth_weekday(m.month_start, m.ordinal, m.weekday)
    if found is None:
        return Days(problem=Kind.IMPOSSIBLE)
    if found >= m.today or m.has("month"):
        return calendar.exactly(found, m.today)
    following = calendar.nth_weekday(calendar.shifted(m.today, 1), m.ordinal, m.weekday)
    return Days((found, following) if following else (found,), problem=Kind.PAST)


@rules(
    "(el | del)? a:DOM (comma b:DOM)? comma? (o | y) el? c:DOM de month:MONTH",
    "(el | del) a:DOM (comma b:DOM)? comma? (o | y) (el | del) c:DOM " + NOT_A_DAY,
    "(el | del) a:DOM (comma b:DOM)? comma? (o | y) bare:DOM " + NOT_A_DAY,
)
def one_day_or_another(m: Found) -> Days | None:
    """ "El 14 o 15 de abril", "el 24 o 25": each is a reading."""
    numbers = [m.number(name) for name in ("a", "b", "c", "bare") if m.has(name)]
    if (m.has("bare") and m.number("bare") <= 12) or m.before("entre"):
        return None
    if m.has("month"):
        said = [calendar.on_date(m.today, number, m.month) for number in numbers]
    else:
        said = [calendar.on_day(m.today, number) for number in numbers]
    return calendar.any_of(said)


@rules(
    "(el | del)? (PROXIMO | ESTE)? w:WEEKDAY comma? (el | para el)? DIA? dom:DOM (de | del | slash | dash)? "
    "(MES de)? month:MONTH comma? ((de | del)? year:YEAR)?",
    "(el | del)? DIA? dom:DOM (de | del | slash | dash)? (MES de)? month:MONTH stop? "
    "(de | del) short:NUM !(COUNTED | MES | de | y)",
    "(el | del)? DIA? dom:DOM (de | del | slash | dash)? (MES de)? month:MONTH stop? "
    "(comma? (de | del | dash | slash)? year:YEAR)?",
    "(el | del)? DIA? dom:SPELT_DAY (de | del) month:MONTH ((de | del)? year:YEAR)?",
    "(el | del)? w:WEEKDAY comma? month:MONTH dom:DOM (comma? (de | del)? year:YEAR)?",
    "(en | de | para | del)? month:MONTH (el | dash)? dom:DOM "
    f"(comma? (de | del)? year:YEAR)? {NOT_ITS_NUMBER}",
)
def day_and_month(m: Found) -> Days | None:
    day = m.number("dom")
    if m.symbol("month").word == "mar" and not m.has("w") and not m.has("year"):
        tuesday = calendar.on_day(m.today, day)  # "mar 21" is as well a Tuesday the 21st
        if tuesday.dates and not tuesday.problem and tuesday.dates[0].weekday() == 1:
            return tuesday
    if day < 1 or (m.has("short") and not 0 <= m.number("short") - m.today.year % 100 <= 10):
        return None
    year = m.number("year") or m.number("short") or None
    said = calendar.on_date(m.today, day, m.month, year)
    return calendar.agreed(m.today, m.weekday, said) if m.has("w") else said


@rules(
    "(del | DESDE el | entre el)? DIA? a:NUM (al | hasta el | y el | dash | a) DIA? b:NUM "
    "(de | del) (month:MONTH (de year:YEAR)? | ESTE? MES)",
    "(del | DESDE el | entre el) DIA? a:NUM (al | hasta el? | a el? | y el?) DIA? b:NUM " + NOT_A_DAY,
    "(del | el)? pair:PAIR de? month:MONTH (de year:YEAR)?",
)
def days_of_month(m: Found) -> Days | None:
    if m.earlier("MOVE") and not m.has("month") and not m.has("pair"):
        return calendar.on_day(m.today, m.number("b"))  # "cambiar la cita del 12 al 19"
    numbers = m.symbol("pair").numbers[:2] if m.has("pair") else (m.number("a"), m.number("b"))
    if m.has("month"):
        year = m.number("year") if m.has("year") else None
        ends = [calendar.on_date(m.today, number, m.month, year) for number in numbers]
    else:
        ends = [calendar.on_day(m.today, number) for number in numbers]
    if any(end.problem is Kind.IMPOSSIBLE or not end.dates for end in ends):
        return Days(problem=Kind.IMPOSSIBLE)
    first, last = max(ends[0].dates[0], m.today), ends[1].dates[0]
    return Days.between(first, last) if first <= last else None


_WEEKDAY_NUMBER = (
    "(el | del)? (PROXIMO | ESTE)? (w:WEEKDAY | w:SHORT_WEEKDAY) (que VIENE)? comma? el? DIA? dom:DOM "
    "(de (MES que VIENE | ESTE? MES) | del MES)? "
)


@rules("(el | del)? DIA? (w:WEEKDAY comma? el?)? said:DATE")
def numeric_date(m: Found) -> Days | None:
    """dd/mm/yyyy or yyyy-mm-dd; never mm/dd."""
    first, second, third = m.symbol("said").numbers[:3]
    day, month, year = (third, second, first) if first > 99 else (first, second, third)
    said = calendar.on_date(m.today, day, month, year)
    return calendar.agreed(m.today, m.weekday, said) if m.has("w") else said


@rules(
    "(art:el | art:del)? art:DIA? (w:WEEKDAY comma? el?)? said:PAIR (comma | de | del)? year:YEAR",
    "(art:el | art:del)? art:DIA? (w:WEEKDAY comma? el?)? said:PAIR "
    "!(HALF | HRS !(stop | CLOCK | HOUR) | (de | en | por) la)",
)
def day_slash_month(m: Found) -> Days | None:
    day, month = m.symbol("said").numbers[:2]
    word = m.symbol("said").word
    named = m.has("art") or m.has("w")
    reads_as_hours = not 12 < day <= 31 and not word.replace(" ", "").partition("-")[2].startswith("0")
    dashed = "/" not in word and ("." in word or reads_as_hours)
    if not named and (dashed or (day, month) == (1, 2) or day > 31 or not 1 <= month <= 31):
        return None
    said = calendar.on_date(m.today, day, month, m.number("year") or None)
    return calendar.agreed(m.today, m.weekday, said) if m.has("w") else said


@rules(
    f"(art:el | art:del) DIA? dom:DOM del month:NUM (de year:YEAR)? {NOT_A_DAY}",
    f"(el | del)? w:WEEKDAY comma? dom:DOM del month:NUM (de year:YEAR)? {NOT_A_DAY}",
)
def day_of_numbered_month(m: Found) -> Days | None:
    """ "El 17 del 3"."""
    day, month = m.number("dom"), m.number("month")
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    said = calendar.on_date(m.today, day, month, m.number("year") or None)
    return calendar.agreed(m.today, m.weekday, said) if m.has("w") else said


@rules("(el | del) DIA? said:DOT !(HALF | HRS)")
def day_dot_month(m: Found) -> Days | None:
    day, month = m.symbol("said").numbers[:2]
    return calendar.on_date(m.today, day, month) if 1 <= month <= 12 else None


@rules(_WEEKDAY_NUMBER + NOT_ITS_NUMBER)
def weekday_and_its_number(m: Found) -> Days | None:
    """ "Viernes 13", when the 13th is a Friday."""
    said = calendar.on_day(m.today, m.number("dom"))
    after = m.following
    if after and isinstance(after.node, PartOfDay) and after.word == "de" and m.number("dom") <= 12:
        return None
    agreed = said.dates and not said.problem and said.dates[0].weekday() == m.weekday
    return said if agreed else None


@rules(_WEEKDAY_NUMBER + NOT_A_DAY + NOT_AN_HOUR)
def weekday_against_number(m: Found) -> Days | None:
    """ "Jueves 13" contradicts itself when the 13th is a Friday; "jueves 4" may be an hour."""
    day = m.number("dom")
    said = calendar.on_day(m.today, day)
    if m.after("para") and day % 5 == 0:
        return None  # "el lunes 15 para las 5" is a quarter to five
    if said.problem or not said.dates:
        return Days(problem=Kind.IMPOSSIBLE) if day > 24 else None
    if said.dates[0].weekday() == m.weekday:
        return None
    clash = calendar.contradiction(m.today, m.weekday, said.dates[0])
    if day > 12:
        return clash
    return Days(clash.dates, weekday=m.weekday, problem=Kind.CONTRADICTORY, hour=day)


@rules(
    "(el | del)? nth:NTH DIA (del | de) (el | ESTE)? MES",
    "(el | del)? nth:NTH (del | de ESTE) MES",
    "(el | del)? nth:NTH DIA (del | de) month:MONTH",
)
def nth_day(m: Found) -> Days:
    """ "El último día del mes", "el primer día de abril"."""
    if not m.has("month"):
        last = calendar.end_of_month(m.today)
        on = last + timedelta(days=1 + m.ordinal) if m.ordinal < 0 else last.replace(day=m.ordinal)
        return calendar.exactly(on, m.today)
    month = m.month_start
    day = calendar.end_of_month(month).day + 1 + m.ordinal if m.ordinal < 0 else m.ordinal
    return calendar.on_date(m.today, day, month.month, month.year)


@rules("(el | del) DIA? dom:DOM (del | de el?) " + NEXT_MONTH)
def day_next_month(m: Found) -> Days:
    month = calendar.shifted(m.today, 1)
    return calendar.on_date(m.today, m.number("dom"), month.month, month.year)


@rules("(el | del)? nth:NTH DIA HABIL (del MES | de ESTE MES | (de | del) month:MONTH)")
def nth_workday(m: Found) -> Days | None:
    month = m.month_start
    edge = month - timedelta(days=1) if m.ordinal > 0 else calendar.shifted(month, 1)
    return calendar.exactly(calendar.workdays_later(edge, m.ordinal), m.today)


@rules(f"(el | del) DIA? dom:DOM (de ESTE MES | del MES) {NOT_A_DAY}")
def day_of_this_month(m: Found) -> Days:
    return calendar.on_date(m.today, m.number("dom"), m.today.month, m.today.year)


@rules(f"(el | del) DIA? dom:DOM {NOT_A_DAY}", f"DIA dom:DOM {NOT_A_DAY}")
def day_number(m: Found) -> Days | None:
    """ "El 20"; "los 3" are three people."""
    if m.symbols[m.match.start()].word == "los":
        return None
    return calendar.on_day(m.today, m.number("dom"))
