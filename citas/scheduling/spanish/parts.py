"""Rules for the parts of the day, and for words that look like time and are not (run first)."""

from typing import Final

from citas.scheduling.spanish.nodes import Days, Half, Noise, PartOfDay, Pick, Shift, Soonest
from citas.scheduling.spanish.patterns import Found, Made, RuleBook
from citas.scheduling.spanish.tokens import is_a

noise = RuleBook()
rules = RuleBook()

DAWN: Final = PartOfDay(0, 6 * 60, Half.DAWN)
MORNING: Final = PartOfDay(6 * 60, 12 * 60, Half.MORNING)
AFTERNOON: Final = PartOfDay(12 * 60, 19 * 60, Half.AFTERNOON)
LATE_AFTERNOON: Final = PartOfDay(16 * 60, 19 * 60, Half.AFTERNOON)
EVENING: Final = PartOfDay(18 * 60, 21 * 60, Half.NIGHT)
NIGHT: Final = PartOfDay(18 * 60, 24 * 60, Half.NIGHT)
LUNCHTIME: Final = PartOfDay(12 * 60, 14 * 60, Half.NOON)
EARLY: Final = PartOfDay(6 * 60, 11 * 60, Half.MORNING, edge=-1)
LATE: Final = PartOfDay(16 * 60, 20 * 60, edge=1)
ANY_TIME: Final = PartOfDay(0, 24 * 60)


def part_named(word: str) -> PartOfDay:
    """The part of day that a word of the class PART names."""
    if word.startswith("t"):
        return LATE_AFTERNOON if word.endswith(("ita", "illa")) else AFTERNOON
    if word.startswith("mananit"):
        return PartOfDay(6 * 60, 10 * 60, Half.MORNING)
    if word.startswith("madru"):
        return DAWN
    return NIGHT if word.startswith("n") else MORNING


noise.means(
    Noise(),
    "GREETING (DIA | PART | SEMANA | WEEKEND | WEEK_END de SEMANA | WEEKDAY)",
    "NAMED stop? (WEEKDAY | MONTH) (WEEKDAY | MONTH)?",
    "NOMBRE (de | es | del) (WEEKDAY | MONTH)",
    "STREET (stop | con | y | de | del)* NUM de MONTH (y NUM de MONTH)?",
    "entre NUM de MONTH y x",
    "(en | por | de) la NUM de MONTH",
    "LABEL (de | del | es | el | stop | OPCION)* (NUM | DOT | BIG | YEAR | PAIR | DATE | CLOCK | ISO)",
    "LIVE en NUM de MONTH",
    "STREET stop? de? (MONTH | WEEKDAY)",
    "(NUM | BIG | DOT | ONE) COUNTED",
    "NUM (a | o | dash) NUM COUNTED",
    "por NOW",
    "hasta NOW",
    "NOW (si | no | x | LIVE)",
    "GREETING (NAVIDAD | ANO NUEVO)",
    "NUM de MONTH BIG",
    "soy del NUM",
    "NINGUNO (de (el | la | las | THAT) (NUM | THAT | OPCION)?)?",
    "(el | la) ORD FIRST_OF_MANY",
    "NOW PRON any",
    "COSTS NOW",
)


@noise(
    "(la | el)? a:ORD (o | y) (la | el)? b:ORD !(WEEKDAY | DIA | SEMANA | QUINCENA | de | del | HOUR_UNIT)"
)
def one_offer_or_another(m: Found) -> Made:
    """ "La primera o la tercera"."""
    places = (m.number(name) for name in "ab")
    return tuple(Pick(n - 1 if n > 0 else n) for n in places)


@noise("(el | la) nth:ORD")
def nth_turned_down(m: Found) -> Made:
    """ "El primero no": an offer, not the first of the month."""
    n = m.ordinal
    return Pick(n - 1 if n > 0 else n) if m.after("NO") else None


@noise("(CUALQUIER de)? (las | el) (n:NUM PLURAL_FIRST | PLURAL_FIRST n:NUM)", "(las | el) n:NUM me? SUIT")
def first_offers(m: Found) -> Made:
    """ "Las dos primeras"."""
    return tuple(Pick(index) for index in range(min(m.number("n"), 5)))


noise.means(Pick(0), "CUALQUIER de (las | el | THAT) (NUM | THAT)?")


@noise("las h:NUM HRS")
def around_the_clock(m: Found) -> Made:
    """ "Abren las 24 horas"."""
    return Noise() if m.number("h") == 24 else None


@noise("nth:ORDINAL flat:x")
def flat(m: Found) -> Made:
    """ "4to B"."""
    return Noise() if len(m.symbol("flat").word) == 1 else None


@noise("hasta (MANANA | el? WEEKDAY) !(a las | a la | las | o | CLOCK)")
def farewell(m: Found) -> Made:
    """ "Hasta el lunes!", but not "puedo hasta el lunes"."""
    return Noise() if m.alone else None


@noise(
    "w:WEEKDAY other:x", "w:MONTH other:x", "other:x w:WEEKDAY", "other:x w:MONTH", "w:MONTH other:WEEKDAY"
)
def full_name(m: Found) -> Made:
    """ "Domingo Pérez", "soy Marta Domingo": both capitalised; but "Agéndenme Lunes" is no name."""
    both = m.symbol("w").capital and m.symbol("other").capital
    family = m.match.group()[0] == m.symbol("w").char or m.before("NAMED")
    return Noise() if both and family else None


@rules("(a | en | por | de)? MEDIA MANANA")
def mid_morning(m: Found) -> Made:
    """ "A media mañana"; but "doce y media mañana" is half past twelve tomorrow."""
    return None if m.before("y") else PartOfDay(10 * 60, 12 * 60, Half.MORNING)


rules.means(PartOfDay(15 * 60, 18 * 60, Half.AFTERNOON), "(a | en | por | de)? MEDIA TARDE")


rules.means(EVENING, "(en | por | a | de)? la? (TARDENOCHE | TARDE dash? NOCHE)")


@rules("(a | en)? (la | las)? nth:NTH HOUR_UNIT (de | en) la part:PART")
def edge_of_part(m: Found) -> Made:
    part = part_named(m.symbol("part").word)
    if m.ordinal == -1:
        return PartOfDay(part.to_minute - 120, part.to_minute, part.half)
    return PartOfDay(part.from_minute, part.from_minute + 120, part.half)


@rules("(a | en | de)? (la | las)? nth:NTH HOUR_UNIT (del DIA)?")
def edge_of_day(m: Found) -> Made:
    return {1: EARLY, -1: LATE}.get(m.ordinal)


rules.means(LATE, "lo mas TARDE (que? POSIBLE)?", "al FIN del DIA")


@rules("HOY mas TARDE", "mas TARDE HOY", "(al | en un) RATO")
def later_today(m: Found) -> Made:
    return Days((m.today,)), ANY_TIME


@rules("ESTA part:LATER_PART")
def this_part(m: Found) -> Made:
    return Days((m.today,)), part_named(m.symbol("part").word)


@rules("ESTA MANANA")
def this_morning(m: Found) -> Made:
    return Days((m.today,)), MORNING


@rules(
    "(en | por | a | de | para | DESDE) (la | las | TODO la) part:PART",
    "(porla | TODO la | la | del | CUALQUIER) part:PART",
    "(en | por | de | para) part:LATER_PART",
)
def part_of_day(m: Found) -> Made:
    return part_named(m.symbol("part").word)


@rules("de MANANA !(en)")
def of_a_morning(m: Found) -> Made:
    """ "Prefiero de mañana"; "la cita de mañana" is tomorrow's."""
    return MORNING if m.alone or m.before("BETTER") else None


@rules("part:DIMINUTIVE_PART", "part:LATER_PART")
def part_alone(m: Found) -> Made:
    """ "Tardecita"; "tarde" only as an answer of its own, for it also means late."""
    word = m.symbol("part").word
    return part_named(word) if m.alone or word.endswith("ita") else None


@rules(
    "(n:NUM | ONE | half:MEDIA) (hours:HOUR_UNIT | MINUTO) "
    "(mas TARDE | DESPUES | back:ANTES | mas back:EARLY) !(de | del | el | la | las)",
    "(n:NUM | ONE) (weeks:SEMANA | DIA) (DESPUES | mas TARDE | back:ANTES) !(de | del | el | la | las)",
)
def shifted(m: Found) -> Made:
    """ "Una hora más tarde", "media hora antes", "una semana después"."""
    sign = -1 if m.has("back") else 1
    count = sign * m.number("n", default=1)
    minute = any(is_a(symbol, "MINUTO") for symbol in m.symbols[m.match.start() : m.match.end()])
    if m.has("hours") or minute:
        step = 60 if m.has("hours") else 1
        return Shift(minutes=sign * 30 if m.has("half") else count * step, later=sign > 0)
    return Shift(days=count * (7 if m.has("weeks") else 1), later=sign > 0)


@rules("mas TARDE !(de | que | POSIBLE)", "comparing:mas EARLY", "(bien | x)? EARLY !(POSIBLE | que POSIBLE)")
def early(m: Found) -> Made:
    """ "Temprano"; "más temprano" and "más tarde" compare with what was offered."""
    if m.before("lo", "el", "la"):
        return EARLY if m.has("comparing") else None
    word = m.symbols[m.match.end() - 1]
    if is_a(word, "TARDE"):
        return Shift()
    return Shift(later=False) if m.has("comparing") else EARLY


rules.means(PartOfDay(13 * 60, 17 * 60, Half.AFTERNOON), "DESPUES (de | del) el? LUNCH")


rules.means(PartOfDay(6 * 60, 13 * 60), "ANTES (de | del) el? LUNCH")


rules.means(PartOfDay(13 * 60, 16 * 60, Half.AFTERNOON), "(a | en)? (la | HORA de la) SIESTA")


rules.means(LUNCHTIME, "(en | a)? la? HORA (del | de) LUNCH")


rules.means(ANY_TIME, "a? CUALQUIER HORA", "TODO el DIA", "a la HORA que SUITS")


rules.means(
    Soonest(),
    "al TOQUE",
    "lo? mas PRONTO (que? POSIBLE)?",
    "lo ANTES (que? POSIBLE)?",
    "CUANTO ANTES",
    "(a la)? MAYOR BREVEDAD POSIBLE?",
    "para YESTERDAY",
    "tan PRONTO como (SEA | se)? (POSIBLE)?",
    "(de | con)? (URGENTE | INMEDIATO)",
    "(el | la) ORD SLOT (FREE | que POSIBLE)",
)


@rules(
    "(para | de)? NOW MISMO?",
    "ALREADY MISMO",
    "en ESTE MISMO? MOMENT",
)
def right_now(m: Found) -> Made:
    return Days((m.today,)), Soonest()
