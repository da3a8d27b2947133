"""Rules for days counted from today, and for feasts: hoy, pasado mañana, "de hoy en ocho", Navidad."""

from datetime import timedelta
from typing import Final

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.dates import NOT_A_DAY, NOT_AN_HOUR
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Days, Shift
from citas.scheduling.spanish.parts import MORNING
from citas.scheduling.spanish.patterns import Found, Made, RuleBook
from citas.scheduling.spanish.tokens import CLASS_CHARS

rules = RuleBook()


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
    if m.has("w"):
        return Days((calendar.coming_easter(m.today, m.weekday - 6),))
    sunday = calendar.coming_easter(m.today, 0)
    return Days.between(max(sunday - timedelta(days=6), m.today), sunday)


@rules(
    "(de | DESDE)? HOY en (n:NUM | n:ONE) unit:UNIT", "(n:NUM | n:ONE) unit:UNIT (a partir de | DESDE) HOY"
)
def from_today(m: Found) -> Days | None:
    """ "De hoy en dos semanas", "tres días a partir de hoy"."""
    unit = m.symbol("unit").word
    return None if unit.startswith(("min", "h")) else calendar.later(m.today, m.number("n"), unit)


@rules("(el | del)? w:WEEKDAY de feast:FEAST")
def movable_feast(m: Found) -> Days | None:
    """ "Domingo de Ramos", "lunes de carnaval": so many days from Easter."""
    shift = _FROM_EASTER.get((m.symbol("feast").word, m.weekday))
    if shift is None:
        return None
    return Days((calendar.coming_easter(m.today, shift),))


_FROM_EASTER: Final = {
    ("ramos", 6): -7,
    ("gloria", 5): -1,
    ("pascua", 6): 0,
    ("resurreccion", 6): 0,
    ("pascua", 0): 1,
    ("carnaval", 0): -48,
    ("carnaval", 1): -47,
    ("ceniza", 2): -46,
}
"""Days from Easter Sunday, by the feast's name and its weekday."""


@rules("ANTIER")
def yesterday(m: Found) -> Days:
    """ "Ayer", "anoche"; "anteayer" is a day more."""
    days = 1 if m.match.group() in CLASS_CHARS["YESTERDAY"] else 2
    return Days((m.today - timedelta(days=days),), problem=Kind.PAST)


@rules("TRAS PASADO? MANANA")
def in_three_days(m: Found) -> Days:
    return Days((m.today + timedelta(days=3),))


@rules("PASADO MANANA", "OVERMORROW", "(el | del)? DIA DESPUES de MANANA")
def day_after_tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=2),))


@rules(
    "(de | del)? (t:HOY | MANANA | (el | ESTE)? w:WEEKDAY) en eight:NUM DIA?",
    "(de | del)? (t:HOY | MANANA | (el | ESTE)? w:WEEKDAY) en un SEMANA",
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


@rules(f"(t:HOY | MANANA) (comma | el | DIA)* dom:DOM {NOT_A_DAY} {NOT_AN_HOUR}")
def day_with_its_number(m: Found) -> Days | None:
    """ "Mañana 31": it must be the 31st; a small number may be an hour."""
    day, said = m.today + timedelta(days=0 if m.has("t") else 1), m.number("dom")
    if said == day.day:
        return Days((day,))
    other = calendar.on_day(m.today, said)
    return Days((day, *other.dates), problem=Kind.CONTRADICTORY) if said > 24 and said <= 31 else None


@rules("(t:HOY | MANANA) de MANANA")
def that_morning(m: Found) -> Made:
    """ "Mañana de mañana": tomorrow morning, as the River Plate says it."""
    return Days((m.today + timedelta(days=0 if m.has("t") else 1),)), MORNING


@rules("HOY en el DIA", "HOY MISMO?", "(el | en el)? DIA de HOY", "(el | en el)? DIA de la FECHA")
def today(m: Found) -> Days:
    return Days((m.today,))


@rules("(el | del)? w:WEEKDAY (de | a la | en la | por la | porla) MANANA")
def weekday_morning(m: Found) -> Made:
    return calendar.on_weekday(m.today, m.weekday), MORNING


rules.means(
    Shift(days=1),
    "(el | al | en el)? PROXIMO DIA !(NUM | de | del)",
    "(el | al)? DIA SIGUIENTE !(NUM | de | del)",
)


@rules("para el? PASADO !(el | la | las | de)")
def for_day_after_tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=2),))


@rules("(el | del)? DIA de MANANA", "MANANA MISMO", "a? MANANA")
def tomorrow(m: Found) -> Days:
    return Days((m.today + timedelta(days=1),))


@rules("(en | dentro de) n:NUM DIA HABIL")
def in_some_workdays(m: Found) -> Days:
    return Days((calendar.workdays_later(m.today, m.number("n")),))
