"""Rules over what the first rules found: hours beside days, stretches of hours, offers shown."""

from dataclasses import replace
from datetime import date, timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.nodes import Bounds, Clock, Days, Half, PartOfDay, Pick, monday_of
from citas.scheduling.spanish.parts import part_named
from citas.scheduling.spanish.patterns import Found, Made, RuleBook
from citas.scheduling.spanish.tokens import stands
from citas.scheduling.spanish.zones import zone_of

rules = RuleBook()
again = RuleBook()
"""Run once more over what `rules` made: "en la tarde, tipo 3 | o 4"."""


def _x(name: str) -> str:
    return f"(a? (las | la)? ({name}:TIME))"


_NO_HOUR = "!(x | COUNTED | UNIT | DIA | OPCION)"
_ENDS = "!(x | COUNTED | UNIT | de NUM | OPCION | BIG | NUM)"


def _end(m: Found, name: str) -> Clock:
    symbol = m.symbol(name)
    if isinstance(symbol.node, Clock):
        return symbol.node
    return Clock(m.number(name))


def _half(m: Found) -> Half | None:
    if not m.has("part"):
        return None
    part = m.node("part")
    return part.half if isinstance(part, PartOfDay) else None


def _days(m: Found) -> Days | None:
    """The days under `day`, when they are readable."""
    day = m.node("day")
    return day if isinstance(day, Days) and not day.problem else None


def _first(day: Days | None) -> date | None:
    return (day.dates[0] if day.dates else day.first) if day else None


def _last(day: Days | None) -> date | None:
    return (day.dates[0] if day.dates else day.last) if day else None


def _between(m: Found, after: Clock, before: Clock) -> Made:
    if not (after.is_possible and before.is_possible):
        return None
    return Bounds(after, before, _half(m))


@rules(f"en INSTEAD de {_x('a')} {_x('b')}")
def hour_instead(m: Found) -> Made:
    """ "En vez de las 3, a las 4"."""
    return _end(m, "b")


@rules("at:HOUR part:P (o | y) other:P")
def hour_in_either_part(m: Found) -> Made:
    """ "8 de la mañana o de la noche"."""
    return Clock(m.number("at"))


@rules(f"no mas (de | TARDE de | TARDE que) {_x('b')} part:P?", f"no PASE (de | del) {_x('b')} part:P?")
def no_later(m: Found) -> Made:
    """ "No más de las 5", "que no pase de las 5"."""
    end = _end(m, "b")
    return Bounds(None, end, _half(m)) if end.is_possible else None


@rules("no (SEA | UNABLE)? ANTES (de | del)? el? day:D")
def not_before_day(m: Found) -> Made:
    first = _first(_days(m))
    return Days.between(first, None) if first else None


@rules("no (SEA | UNABLE)? DESPUES (de | del)? el? day:D", "no PASE (de | del)? el? day:D")
def not_after_day(m: Found) -> Made:
    last = _last(_days(m))
    return Days.between(m.today, last) if last else None


@rules(
    f"entre {_x('a')} (y | o | a | dash) {_x('b')} part:P?",
    f"(de | DESDE) {_x('a')} (a | hasta) {_x('b')} part:P?",
    "a:T (dash | a | hasta) b:T part:P?",
    "a:HOUR (dash | a | hasta) b:T part:P?",
    f"a:T (dash | a | hasta) b:HOUR {_ENDS}",
    "a:HOUR (dash | a) b:HOUR part:P",
)
def between(m: Found) -> Made:
    """ "De 3 a 5"; but "cambiar de las 3 a las 4" asks for the second."""
    if m.earlier("MOVE"):
        return _end(m, "b")
    return _between(m, _end(m, "a"), _end(m, "b"))


@rules("(day:D comma?)? (entre | de)? (las | la)? pair:PAIR (HRS | half:HALF | part:P)?")
def pair_of_hours(m: Found) -> Made:
    """ "3-4pm", "mañana 10-11"."""
    if "/" in m.symbol("pair").word:
        return None
    a, b = m.symbol("pair").numbers[:2]
    half = Half(m.symbol("half").word) if m.has("half") else _half(m)
    if not (m.has("day") or half) or a > 23 or b > 23:
        return None
    bounds = Bounds(Clock(a), Clock(b), half)
    return (m.node("day"), bounds) if m.has("day") else bounds


@rules("a:D (o | y) el? PASADO !(x)")
def or_the_day_after(m: Found) -> Made:
    """ "Mañana o pasado"."""
    return m.node("a"), Days((m.today + timedelta(days=2),))


@rules("day:D comma? (de | entre)? (las | la)? a:HOUR (a | dash | hasta | y) (las | la)? b:TIME part:P?")
def day_and_hours(m: Found) -> Made:
    """ "Jueves 3 a 5"."""
    hours = _between(m, _end(m, "a"), _end(m, "b"))
    return (m.node("day"), hours) if isinstance(hours, Bounds) else None


@rules(
    "day:D comma? no UNABLE? comma? BUT? (el | la) (OTRO | que PRON? VIENE | PROXIMO) !(WEEKDAY)",
    "day:D que no es ESTE (comma | BUT)* el OTRO",
    "no day:D comma? BUT? (el | la) (OTRO | que PRON? VIENE | PROXIMO) !(WEEKDAY)",
)
def not_that_but_the_next(m: Found) -> Made:
    """ "Este sábado no, el otro": a week later."""
    day = _days(m)
    if day is None or day.day_number is not None:
        return None
    if day.first and day.last and (day.last - day.first).days < 7:
        monday = monday_of(day.first) + timedelta(days=7)
        return Days.between(monday, monday + timedelta(days=6))
    if not day.dates:
        return None
    return Days((calendar.next_weekday(m.today, day.dates[0].weekday()) + timedelta(days=7),))


@rules("de aca (al | a | hasta) el? day:D")
def from_now_to_day(m: Found) -> Made:
    """ "De aquí al viernes"."""
    last = _last(_days(m))
    return Days.between(m.today, last) if last and last >= m.today else None


@rules("(entre | de | del | DESDE) el? a:D (y | al | a | hasta) el? b:D", "a:D (al | a) b:D")
def day_to_day(m: Found) -> Made:
    a, b = m.node("a"), m.node("b")
    if not (isinstance(a, Days) and isinstance(b, Days) and a.dates and b.dates):
        return None
    if a.problem or b.problem:
        return None
    first = a.dates[0]
    last = next((day for day in b.dates if day > first), None)
    if last is None and b.weekday is not None:
        last = calendar.next_weekday(first + timedelta(days=1), b.weekday)
    return Days.between(first, last) if last else None


@rules("del? day:D en ADELANTE", "(DESDE | a partir) (el | del | de)? day:D (en ADELANTE)?")
def from_day(m: Found) -> Made:
    first = _first(_days(m))
    return Days.between(first, None) if first else None


@rules("(n:NUM | un | el) DIA (b:ANTES | DESPUES) (de | del)? el? day:D")
def days_from_day(m: Found) -> Made:
    """ "Un día antes de Navidad"."""
    day, count = _days(m), m.number("n", default=1)
    if day is None or not day.dates:
        return None
    shift = timedelta(days=-count if m.has("b") else count)
    upcoming = tuple(on + shift for on in day.dates if on + shift >= m.today)
    return Days(upcoming) if upcoming else None


@rules("DESPUES (de | del)? el? day:D", "(PASADO | PASANDO) el? day:D")
def after_day(m: Found) -> Made:
    last = _last(_days(m))
    return Days.between(last + timedelta(days=1), None) if last else None


@rules(
    "ANTES (de | del)? el? day:D",
    "until:hasta el? day:D",
    "a mas until:TARDAR el? day:D (a? T)?",
    "day:D T? a mas until:TARDAR",
)
def before_day(m: Found) -> Made:
    until = m.has("until")
    end = _last(_days(m)) if until else _first(_days(m))
    if end and not until:
        end -= timedelta(days=1)
    return Days.between(m.today, end) if end and end >= m.today else None


@rules(
    "MOVE any* (de | del)? el? a:D (al | a | para | hasta | por) any? b:D",
    "MOVE any* a:T comma? b:T",
)
def moved(m: Found) -> Made:
    """ "Cambiar mi cita del viernes al lunes": only the new day is asked for."""
    return m.node("b")


@rules(
    f"DESPUES (de | del) {_x('a')} part:P? (en ADELANTE)?",
    f"(a partir de | DESDE | PASADAS | de)? {_x('a')} part:P? en ADELANTE",
    f"(a partir de | DESDE | mas TARDE de | mas TARDE que) {_x('a')} part:P?",
    f"PASADAS de? {_x('a')} part:P?",
    "PASADO el a:T",
)
def after(m: Found) -> Made:
    end = _end(m, "a")
    return Bounds(end, None, _half(m)) if end.is_possible else None


@rules("DESPUES at:T")
def after_written(m: Found) -> Made:
    """ "Después 4pm"; "después, a las 4" is a later turn of talk."""
    said = m.symbol("at")
    node = said.node
    return Bounds(node, None) if isinstance(node, Clock) and said.word[:1].isdigit() else None


@rules(f"(ANTES (de | del)? | hasta | mas TARDAR | MAXIMO) {_x('b')} part:P?")
def before(m: Found) -> Made:
    end = _end(m, "b")
    return Bounds(None, end, _half(m)) if end.is_possible else None


@rules("(el | la) (said:de | said:del) el? day:D", "(el | la) day:D")
def offer_of_day(m: Found) -> Made:
    """ "La del jueves"; the *del* may be inside the day already."""
    about = m.has("said") or m.symbol("day").word == "del"
    return (Pick(None), m.node("day")) if about else None


@rules("part:LATER_PART day:D")
def part_of_that_day(m: Found) -> Made:
    """ "Tarde del viernes"."""
    day = m.symbol("day")
    return (m.node("day"), part_named(m.symbol("part").word)) if day.word == "del" else None


@rules("PASADO si", "PASADO a la MISMO HORA", "(o | BUT) el? PASADO !(x)", "el? lone:PASADO !(x)")
def day_after_tomorrow_yes(m: Found) -> Made:
    """ "Pasado sí", "o pasado", and "pasado" when nothing else is said in its clause."""
    return None if m.has("lone") and not m.alone else Days((m.today + timedelta(days=2),))


@rules(f"BETTER (a | como)? at:HOUR {_ENDS}")
def better_at(m: Found) -> Made:
    """ "Mejor 11"."""
    return Clock(m.number("at"))


@rules("PASADO (at:T | at:P)")
def day_after_tomorrow_at(m: Found) -> Made:
    """ "Pasado a las 10", "pasado a la tarde"."""
    return Days((m.today + timedelta(days=2),)), m.node("at")


@rules(
    f"a:T comma b:HOUR comma? (o | y) c:HOUR {_ENDS}",
    "a:T comma b:TIME comma? (o | y) c:T",
    f"a:HOUR comma b:HOUR o c:HOUR {_ENDS}",
    "a:HOUR comma? b:HOUR comma? c:T",
)
def three_hours(m: Found) -> Made:
    return _end(m, "a"), _end(m, "b"), _end(m, "c")


@rules("a:HOUR b:T", "a:T comma? b:T")
def one_after_another(m: Found) -> Made:
    """ "Cuatro, cuatro y media": about then; but "no a las 10, a las 11" is a choice."""
    if m.earlier("NO", "REFUSING", "MOVE"):
        return None
    first, last = _end(m, "a"), _end(m, "b")
    if last.half and not first.half:
        first = replace(first, half=last.half)
    gaps = (b - a for a in first.readings() for b in last.readings())
    if not any(0 < gap <= 60 for gap in gaps) or not (first.is_possible and last.is_possible):
        return None
    return Bounds(first, last, last.half, steps=True)


@rules("a:TIME (HALF)? (o | y | slash) (a? (las | la))? b:T")
def one_or_another(m: Found) -> Made:
    """ "A las 3 o 4 de la tarde": both halves of the day are the same."""
    if m.symbol("a").node is not None and m.symbol("b").node is not None:
        return None
    return _end(m, "a"), _end(m, "b")


@rules(f"a:T (o | y | slash) b:HOUR {_NO_HOUR}")
@again(f"a:T (o | y | slash) b:HOUR {_NO_HOUR}")
def hour_or_number(m: Found) -> Made:
    a = _end(m, "a")
    return a, Clock(m.number("b"), 0, None)


@rules("a:HOUR (comma b:HOUR)? (o | slash) c:HOUR part:P")
def hours_of_one_part(m: Found) -> Made:
    """ "3 o 4 de la tarde"."""
    half = _half(m)
    clocks = (Clock(m.number(name), 0, half) for name in "abc" if m.has(name))
    return tuple(clocks) if half else None


@rules("at:DOT part:P")
def dotted_with_part(m: Found) -> Made:
    """ "4,30 de la tarde"."""
    half, (hour, minute) = _half(m), m.symbol("at").numbers[:2]
    return Clock(hour, minute, half) if half and hour <= 12 and minute < 60 else None


@rules(
    "at:T comma? part:P",
    "at:HOUR part:P",
    "part:P comma? at:T !(comma? T)",
    "part:P (como | a las)? at:HOUR !(x | COUNTED | UNIT | T | comma T)",
)
def hour_with_part(m: Found) -> Made:
    clock, half = _end(m, "at"), _half(m)
    if half is None:
        return None
    return clock if clock.half else replace(clock, half=half)


@rules(
    f"day:D comma? at:HOUR (comma b:HOUR)? (o | y | slash) c:HOUR {_ENDS}",
    f"day:D comma? (a | como | APPROX | APPROX de)* at:HOUR {_ENDS}",
)
def hours_beside_day(m: Found) -> Made:
    """ "Mañana 5", "el viernes tipo 10", "mañana 10 u 11"."""
    hours = (Clock(m.number(name)) for name in ("at", "b", "c") if m.has(name))
    return m.node("day"), *hours


@rules(f"at:HOUR {_ENDS}")
def hour_after_a_no(m: Found) -> Made:
    """ "A las 10 no, 11"."""
    at = m.match.start()
    refused = stands(m.symbols, at - 3, "T") and stands(m.symbols, at - 2, "NO")
    return Clock(m.number("at")) if refused and m.before("comma") and m.alone else None


@rules(f"APPROX de? at:HOUR {_ENDS}")
def about(m: Found) -> Made:
    return Clock(m.number("at"))


@rules("at:HOUR (del | de)? el? day:D")
def hour_of_day(m: Found) -> Made:
    return Clock(m.number("at")), m.node("day")


@rules("day:D part:LATER_PART", "day:D part:TARDENOCHE")
def day_with_part(m: Found) -> Made:
    return m.node("day"), part_named(m.symbol("part").word)


@rules("at:T (de | en | stop | comma)? place:PLACE")
def hour_at_place(m: Found) -> Made:
    return m.node("at"), zone_of(m, governs=True)
