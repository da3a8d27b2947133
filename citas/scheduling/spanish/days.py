"""Rules for days: hoy, weekdays, dates, weeks, months. Each action says which days its words mean."""

from datetime import date, timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, PartOfDay, monday_of
from citas.scheduling.spanish.parts import MORNING
from citas.scheduling.spanish.patterns import Found, Made, RuleBook
from citas.scheduling.spanish.tokens import WEEKDAY_OF, is_a

rules = RuleBook()

NEXT_WEEK = "la? ((PROXIMO | OTRO) SEMANA | SEMANA (que VIENE | ENTRANTE | PROXIMO | OTRO))"
_AFTER_NEXT_WEEK = "la? (SEMANA SUBSIGUIENTE | SUBSIGUIENTE SEMANA | SUBSIGUIENTE)"
COMING = "(que VIENE | PROXIMO | ENTRANTE)"
_NOT_ITS_NUMBER = (
    "!(HALF | HRS | MINUTO | y (MEDIA | CUARTO | NUM) | menos | MEDIA | de PART | del DIA "
    "| del MEDIODIA | COUNTED | en punto)"
)
_NOT_A_DAY = f"!(CLOCK) {_NOT_ITS_NUMBER}"
_NOT_AN_HOUR = "!(P | comma P | (a | dash | o | y) NUM)"


@rules("la? NAVIDAD")
def christmas(m: Found) -> Days:
    return calendar.yearly(m.today, 25, 12)


@rules("NOCHEBUENA")
def christmas_eve(m: Found) -> Days:
    return calendar.yearly(m.today, 24, 12)


@rules("NOCHEVIEJA", "FIN de ANO")
def new_years_eve(m: Found) -> Days:
    return calendar.yearly(m.today, 31, 12)


@rules("ANO NUEVO")
def new_years_day(m: Found) -> Days:
    return calendar.yearly(m.today, 1, 1)


@rules("(la | en)? SEMANA de? HOLY", "(el | del)? w:WEEKDAY HOLY")
def holy_week(m: Found) -> Days:
    sunday = calendar.easter(m.today.year)
    if sunday < m.today:
        sunday = calendar.easter(m.today.year + 1)
    monday = sunday - timedelta(days=6)
    if m.has("w"):
        return calendar.exactly(monday + timedelta(days=m.weekday), m.today)
    return Days.between(max(monday, m.today), sunday)


@rules("ANTIER")
def yesterday(m: Found) -> Days:
    return Days((m.today - timedelta(days=1),), problem=Kind.PAST)


@rules("TRAS PASADO? MANANA")
def in_three_days(m: Found) -> Days:
    return Days((m.today + timedelta(days=3),))


@rules("PASADO MANANA", "OVERMORROW", "(el | del)? DIA DESPUES de MANANA")
def day_after_tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=2),))


@rules(
    "(de | del)? (t:HOY | MANANA | el? w:WEEKDAY) en eight:NUM DIA?",
    "(de | del)? (t:HOY | MANANA | el? w:WEEKDAY) en un SEMANA",
)
def days_from(m: Found) -> Days | None:
    """ "De hoy en ocho" is a week, "en quince" is two: both ends are counted."""
    days = {8: 7, 15: 14, 0: 7}.get(m.number("eight"))
    if days is None:
        return None
    if m.has("w"):
        start = calendar.next_weekday(m.today, m.weekday)
    else:
        start = m.today if m.has("t") else m.today + timedelta(days=1)
    return Days((start + timedelta(days=days),))


@rules("HOY MISMO?", "HOY en el DIA", "(el | en el)? DIA de HOY", "(el | en el)? DIA de la FECHA")
def today(m: Found) -> Days:
    return Days((m.today,))


@rules("(el | del)? w:WEEKDAY (de | a la | en la | por la | porla) MANANA")
def weekday_morning(m: Found) -> Made:
    return calendar.on_weekday(m.today, m.weekday), MORNING


@rules("(t:HOY | MANANA) de MANANA")
def that_morning(m: Found) -> Made:
    """ "Mañana de mañana": tomorrow morning, as the River Plate says it."""
    return Days((m.today + timedelta(days=0 if m.has("t") else 1),)), MORNING


@rules("(el | al | en el)? PROXIMO DIA !(NUM | de | del)", "(el | al)? DIA SIGUIENTE !(NUM | de | del)")
def next_day(m: Found) -> Days:
    return Days((m.today + timedelta(days=1),))


@rules("para el? PASADO !(el | la | las | de)")
def for_day_after_tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=2),))


@rules(f"(t:HOY | MANANA) (comma | el | DIA)* dom:DOM {_NOT_A_DAY} {_NOT_AN_HOUR}")
def day_with_its_number(m: Found) -> Days | None:
    """ "Mañana 31": it must be the 31st; a small number may be an hour."""
    day, said = m.today + timedelta(days=0 if m.has("t") else 1), m.number("dom")
    if said == day.day:
        return Days((day,))
    other = calendar.on_day(m.today, said)
    return Days((day, *other.dates), problem=Kind.CONTRADICTORY) if said > 24 and said <= 31 else None


@rules("(el | del)? DIA de MANANA", "MANANA MISMO", "a? MANANA")
def tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=1),))


@rules(f"(el | del)? w:WEEKDAY (o | y) el? other:WEEKDAY comma? (de | en | por)? {NEXT_WEEK}")
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
    f"(el | del)? w:WEEKDAY (de | en)? {_AFTER_NEXT_WEEK} SEMANA",
    "(el | del)? w:WEEKDAY (de | en)? la? SEMANA SUBSIGUIENTE",
    "(el | del)? w:WEEKDAY (de | en)? la SUBSIGUIENTE",
    "(el | del)? w:WEEKDAY dentro? (de | en) NUM SEMANA",
)
def weekday_after_next_week(m: Found) -> Days | None:
    return Days((monday_of(m.today) + timedelta(days=14 + m.weekday),))


@rules("(el | del)? w:WEEKDAY comma? (de | en) ESTA (MISMO)? SEMANA", "ESTA SEMANA comma? el? w:WEEKDAY")
def weekday_this_week(m: Found) -> Days:
    return calendar.exactly(monday_of(m.today) + timedelta(days=m.weekday), m.today)


@rules("(el | del)? w:WEEKDAY GONE")
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


@rules(
    "(el | un)? nth:NTH w:WEEKDAY (de | del) (month:MONTH ((de | del) year:YEAR)?)",
    "(el | un)? nth:NTH w:WEEKDAY (del | de) (el | ESTE)? MES (next:VIENE)?",
    "(el | un)? nth:NTH w:WEEKDAY (del | de el?) (next:PROXIMO MES | MES que next:VIENE | MES next:ENTRANTE)",
)
def nth_weekday(m: Found) -> Days | None:
    month = m.today.replace(day=1)
    if m.has("month"):
        year = m.number("year") or m.today.year + (m.month < m.today.month)
        month = date(year, m.month, 1)
    elif m.has("next"):
        month = calendar.shifted(m.today, 1)
    found = calendar.nth_weekday(month, m.ordinal, m.weekday)
    return calendar.exactly(found, m.today) if found else Days(problem=Kind.IMPOSSIBLE)


@rules(
    "(el | del)? a:DOM (comma b:DOM)? comma? (o | y) el? c:DOM de month:MONTH",
    "(el | del) a:DOM (comma b:DOM)? comma? (o | y) (el | del) c:DOM " + _NOT_A_DAY,
)
def one_day_or_another(m: Found) -> Days:
    """ "El 14 o 15 de abril": each is a reading."""
    numbers = [m.number(name) for name in "abc" if m.has(name)]
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
    f"(comma? (de | del)? year:YEAR)? {_NOT_ITS_NUMBER}",
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
    "(del | DESDE el | entre el) DIA? a:NUM (al | hasta el | y el) DIA? b:NUM",
    "(del | el)? pair:PAIR de month:MONTH (de year:YEAR)?",
)
def days_of_month(m: Found) -> Days | None:
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
    "(art:el | art:del)? art:DIA? (w:WEEKDAY comma? el?)? said:PAIR !(HALF | HRS | (de | en | por) la)",
)
def day_slash_month(m: Found) -> Days | None:
    day, month = m.symbol("said").numbers[:2]
    word = m.symbol("said").word
    named = m.has("art") or m.has("w")
    dashed = "/" not in word and ("." in word or not 12 < day <= 31)
    if not named and (dashed or (day, month) == (1, 2) or day > 31 or not 1 <= month <= 31):
        return None
    said = calendar.on_date(m.today, day, month, m.number("year") or None)
    return calendar.agreed(m.today, m.weekday, said) if m.has("w") else said


@rules(
    f"(art:el | art:del) DIA? dom:DOM del month:NUM (de year:YEAR)? {_NOT_A_DAY}",
    f"(el | del)? w:WEEKDAY comma? dom:DOM del month:NUM (de year:YEAR)? {_NOT_A_DAY}",
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


@rules(_WEEKDAY_NUMBER + _NOT_ITS_NUMBER)
def weekday_and_its_number(m: Found) -> Days | None:
    """ "Viernes 13", when the 13th is a Friday."""
    said = calendar.on_day(m.today, m.number("dom"))
    after = m.following
    if after and isinstance(after.node, PartOfDay) and after.word == "de" and m.number("dom") <= 12:
        return None
    agreed = said.dates and not said.problem and said.dates[0].weekday() == m.weekday
    return said if agreed else None


@rules(_WEEKDAY_NUMBER + _NOT_A_DAY + _NOT_AN_HOUR)
def weekday_against_number(m: Found) -> Days | None:
    """ "Jueves 13" contradicts itself when the 13th is a Friday; "jueves 4" may be an hour."""
    day = m.number("dom")
    said = calendar.on_day(m.today, day)
    if m.following is not None and is_a(m.following, "para") and day % 5 == 0:
        return None  # "el lunes 15 para las 5" is a quarter to five
    if said.problem or not said.dates:
        return Days(problem=Kind.IMPOSSIBLE) if day > 24 else None
    if said.dates[0].weekday() == m.weekday:
        return None
    clash = calendar.contradiction(m.today, m.weekday, said.dates[0])
    if day > 12:
        return clash
    return Days(clash.dates, weekday=m.weekday, problem=Kind.CONTRADICTORY, hour=day)


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
    alone = all(is_a(symbol, "stop") for symbol in m.symbols[m.match.end() :]) and m.match.start() == 0
    return calendar.on_weekday(m.today, m.weekday) if alone else None


@rules("(el | del)? w:WEEKDAY")
def weekday(m: Found) -> Days:
    return calendar.on_weekday(m.today, m.weekday)


@rules(
    "(el | del)? nth:NTH DIA (del | de) (el | ESTE)? MES",
    "(el | del)? nth:NTH (del | de ESTE) MES",
    "(el | del)? nth:NTH DIA (del | de) month:MONTH",
)
def nth_day(m: Found) -> Days:
    """ "El último día del mes", "el primer día de abril"."""
    if not m.has("month"):
        last = calendar.end_of_month(m.today)
        back = -1 - m.ordinal
        return Days((last - timedelta(days=back),)) if back >= 0 else calendar.on_day(m.today, m.ordinal)
    month = date(m.today.year + (m.month < m.today.month), m.month, 1)
    day = calendar.end_of_month(month).day + 1 + m.ordinal if m.ordinal < 0 else m.ordinal
    return calendar.on_date(m.today, day, month.month, month.year)


@rules("(el | del) DIA? dom:DOM (del | de el? | de) (PROXIMO MES | OTRO MES | MES (que VIENE | ENTRANTE))")
def day_next_month(m: Found) -> Days:
    month = calendar.shifted(m.today, 1)
    return calendar.on_date(m.today, m.number("dom"), month.month, month.year)


@rules("(en | dentro de) n:NUM DIA HABIL")
def in_some_workdays(m: Found) -> Days:
    return Days((calendar.workdays_later(m.today, m.number("n")),))


@rules("(el | del)? nth:NTH DIA HABIL (del MES | de ESTE MES | (de | del) month:MONTH)")
def nth_workday(m: Found) -> Days | None:
    month = m.today.replace(day=1)
    if m.has("month"):
        month = date(m.today.year + (m.month < m.today.month), m.month, 1)
    if m.ordinal < 1:
        last = calendar.end_of_month(month)
        return calendar.exactly(last - timedelta(days=max(0, last.weekday() - 4)), m.today)
    return calendar.exactly(calendar.workdays_later(month - timedelta(days=1), m.ordinal), m.today)


@rules(f"(el | del) DIA? dom:DOM (de ESTE MES | del MES) {_NOT_A_DAY}")
def day_of_this_month(m: Found) -> Days:
    return calendar.on_date(m.today, m.number("dom"), m.today.month, m.today.year)


@rules(f"(el | del) DIA? dom:DOM {_NOT_A_DAY}", f"DIA dom:DOM {_NOT_A_DAY}")
def day_number(m: Found) -> Days | None:
    return calendar.on_day(m.today, m.number("dom"))
