"""Rules for clock times: "a las 3 y media", "cuarto para las 5", "15:30 hrs", "en dos horas"."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from citas.scheduling.spanish import calendar
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Bounds, Clock, Days, Half, Moment
from citas.scheduling.spanish.patterns import Found, Made, RuleBook

rules = RuleBook()

_AT = (
    "(a GOLPE de (las | la)? | APPROX de? a? (las | la | alas)? | (a | para)? (eso | unos) de? a? (las | la) "
    "| como? (a | para)? (las | la | alas))"
)
_HALF = "(half:HALF | noon:del (DIA | MEDIODIA) | noon:de MEDIODIA)?"
_MINUTES_AFTER_Y = "(y | con) (m:NUM MINUTO? | quarter:CUARTO | half_hour:MEDIA | pico:PICO)"
_SHORT_OF = "menos (un? quarter:CUARTO | m:NUM MINUTO?)"


def _clock(m: Found, hour: int, minute: int = 0, padded: bool = False) -> Clock:
    half = None
    if m.has("half"):
        half = Half(m.symbol("half").word)
    elif m.has("noon"):
        half = Half.NOON
    return Clock(hour, minute, half, padded)


def _minutes(m: Found) -> int:
    if m.has("quarter"):
        return 15
    return 30 if m.has("half_hour") else m.number("m")


def _spelt(m: Found, name: str) -> bool:
    return m.symbol(name).word.isalpha()


def _before(m: Found, hour: int, minutes: int) -> Clock | None:
    """ "Cinco menos cuarto": the hour keeps its half of the day, so 1 becomes 12:45."""
    if not (0 < minutes < 60 and 0 < hour <= 24):
        return None
    said = _clock(m, hour)
    return Clock(said.hour, 0, said.half, shift=-minutes)


@rules("at:ISO")
def iso_moment(m: Found) -> Made:
    """An ISO date and time; with an offset it is an exact moment."""
    try:
        said = datetime.fromisoformat(m.symbol("at").word.upper().replace(" ", "T"))
    except ValueError:
        return Days(problem=Kind.IMPOSSIBLE)
    if abs(said.year - m.today.year) > calendar.LATEST_YEAR:
        return Days(problem=Kind.IMPOSSIBLE)
    if said.tzinfo is not None:
        return Moment(said.astimezone(UTC))
    return calendar.exactly(said.date(), m.today), Clock(said.hour, said.minute, exact=True)


_SOON = "(en | dentro de | de aca a) (unos | ESTE)?"


@rules("(en | dentro de) un? MES y MEDIO")
def in_a_month_and_a_half(m: Found) -> Made:
    return Days((calendar.same_day_later(m.today, 1) + timedelta(days=15),))


@rules(
    f"{_SOON} (n:NUM | n:ONE | un? pair:PAR de | half_of:MEDIA) unit:UNIT "
    "(y (half_more:MEDIA | quarter:CUARTO | m:NUM MINUTO))?",
    "(en | dentro de) unit:HOUR_UNIT y (half_more:MEDIA | quarter:CUARTO)",
)
def in_a_while(m: Found) -> Made:
    """ "En dos horas", "dentro de tres semanas", "en 15 días" (two weeks to many: both)."""
    count = 2 if m.has("pair") else 0 if m.has("half_of") else m.number("n", default=1)
    half = m.has("half_more") or m.has("half_of")
    unit = m.symbol("unit").word
    if unit.startswith(("min", "h")):
        step = 1 if unit.startswith("min") else 60
        return _minutes_later(m, count * step + (step // 2 if half else _minutes(m)))
    return None if half or m.has("quarter") or m.has("m") else calendar.later(m.today, count, unit)


@rules(f"{_SOON} (n:NUM | ONE) QUARTERS de HOUR_UNIT")
def quarters_of_an_hour(m: Found) -> Made:
    """ "En tres cuartos de hora"."""
    return _minutes_later(m, 15 * m.number("n", default=1))


def _minutes_later(m: Found, minutes: int) -> Moment:
    """The whole minute that far from now."""
    later = m.now.astimezone(UTC) + timedelta(minutes=minutes)
    return Moment(later + timedelta(seconds=-later.second % 60, microseconds=-later.microsecond))


rules.means(Clock(12, 0, Half.NIGHT), "(a | al | de)? MEDIANOCHE", "(a | de)? la? MEDIA NOCHE")


@rules("(a | al)? (MEDIODIA | MEDIO DIA) y (half_hour:MEDIA | quarter:CUARTO)")
def past_noon(m: Found) -> Made:
    return Clock(12, _minutes(m), Half.NOON)


rules.means(Clock(12, 0, Half.NOON), "(a | al)? (MEDIODIA | MEDIO DIA)")


@rules(
    f"(FALTA | a | {_AT})? un? (quarter:CUARTO | m:NUM MINUTO?) para (las | la) h:CLOCK_HOUR {_HALF}",
    f"{_AT}? un? (quarter:CUARTO | m:NUM MINUTO) ANTES de (las | la) h:CLOCK_HOUR {_HALF}",
    f"{_AT}? h:CLOCK_HOUR {_SHORT_OF} {_HALF}",
    f"{_AT}? h:CLOCK_HOUR half:HALF {_SHORT_OF}",
)
def minutes_before(m: Found) -> Made:
    return _before(m, m.number("h"), _minutes(m))


@rules(f"(quarter:CUARTO | m:NUM MINUTO?) PASADAS de? (las | la) h:CLOCK_HOUR {_HALF}")
def minutes_past(m: Found) -> Made:
    return _clock(m, m.number("h"), _minutes(m))


@rules(f"{_AT}? h:CLOCK_HOUR HALF (o | slash) HALF")
def either_half(m: Found) -> Made:
    """ "A las 8 am o pm"."""
    return Clock(m.number("h"))


@rules(
    f"{_AT}? at:CLOCK hrs:HRS? {_HALF}",
    f"{_AT} at:DOT hrs:HRS? {_HALF}",
    "at:DOT hrs:HRS half:HALF?",
    "at:DOT half:HALF",
)
def written(m: Found) -> Made:
    """ "15:30", "3.30 pm", "15h30"; who writes "8.45 hs" counts to 24."""
    symbol = m.symbol("at")
    hour, minute = symbol.numbers[:2]
    counts_to_24 = symbol.word.startswith("0") or (hour > 5 and (m.has("hrs") or "h" in symbol.word.lower()))
    return _clock(m, hour, minute, padded=counts_to_24)


@rules("at:DOT !(x | COUNTED)")
def dotted(m: Found) -> Made:
    """ "15.30" alone is a time when it reads as one to the quarter of an hour."""
    hour, minute = m.symbol("at").numbers[:2]
    return Clock(hour, minute) if 6 <= hour <= 23 and minute % 15 == 0 else None


@rules(
    f"{_AT} at:BIG HRS? {_HALF}",
    f"{_AT} at:YEAR HRS? {_HALF}",
    "(at:BIG | at:YEAR) (HRS half:HALF? | half:HALF)",
)
def compact(m: Found) -> Made:
    """ "1530 hrs", "340pm"."""
    hour, minute = divmod(m.number("at"), 100)
    if not 3 <= len(m.symbol("at").word) <= 4:
        return None
    return _clock(m, hour, minute)


@rules(
    f"{_AT} h:CLOCK_HOUR half:HALF y half_hour:MEDIA",
    "h:NUM half:HALF y half_hour:MEDIA",
    f"{_AT} h:CLOCK_HOUR HRS? {_MINUTES_AFTER_Y} HRS? (en punto)? {_HALF}",
    f"{_AT} h:CLOCK_HOUR HRS m:NUM {_HALF}",
    f"{_AT} h:CLOCK_HOUR (m:NUM MINUTO? | half_hour:MEDIA) HRS? {_HALF}",
    f"h:HOUR (y | con) (quarter:CUARTO | half_hour:MEDIA | pico:PICO) HRS? {_HALF}",
    f"ONE (y | con) (quarter:CUARTO | half_hour:MEDIA) {_HALF}",
    "h:HOUR y? m:NUM half:HALF",
)
def hour_and_minutes(m: Found) -> Made:
    minutes = _minutes(m)
    hour = m.number("h", default=1)
    if m.before("entre"):
        return None
    if m.has("pico"):
        start = _clock(m, hour)
        return Bounds(start, replace(start, hour=hour % 12 + 1), start.half)
    one_digit = m.has("m") and len(m.symbol("m").word) == 1  # "3 4 5 pm" is a list
    if m.has("m") and (minutes < 5 or one_digit):
        return None
    return _clock(m, hour, minutes)


@rules("h:HOUR y m:NUM !(COUNTED | UNIT)", "h:HOUR m:NUM !(COUNTED | UNIT | OPCION)")
def spelt_out(m: Found) -> Made:
    """ "Diez y diez", "nueve treinta": in words, or alone, they are no list of numbers."""
    minutes = m.number("m")
    if m.before("entre", "de"):
        return None
    spelt = _spelt(m, "h") and _spelt(m, "m")
    alone = m.alone and len(m.match.group()) == 3
    told = spelt or m.after("P") or (alone and m.number("h") <= 12)
    return _clock(m, m.number("h"), minutes) if told and minutes >= 10 and minutes % 5 == 0 else None


@rules(f"{_AT} h:CLOCK_HOUR pair:PAIR {_HALF}", "h:HOUR pair:PAIR half:HALF")
def and_a_half(m: Found) -> Made:
    """ "3 1/2 pm"."""
    return _clock(m, m.number("h"), 30) if m.symbol("pair").word.replace(" ", "") == "1/2" else None


@rules(
    f"{_AT} h:CLOCK_HOUR HRS? (en punto)? {_HALF}",
    "h:CLOCK_HOUR HRS? half:HALF",
    "h:HOUR en punto half:HALF?",
    "h:HOUR noon:del (DIA | MEDIODIA)",
)
def hour(m: Found) -> Made:
    """ "A las 3"; "la 2" is an option, not an hour, but "la una" is one."""
    if m.symbols[m.match.start()].word == "la" and m.number("h") != 1:
        return None
    return _clock(m, m.number("h"), padded=m.symbol("h").word.startswith("0"))


@rules("h:HOUR hrs:HRS")
def hour_suffixed(m: Found) -> Made:
    """ "15h", "9 hrs", "15 horas"; "2 horas" is a duration."""
    number, suffix = m.number("h"), m.symbol("hrs").word
    spelt_out = suffix.startswith(("hora", "hra"))
    return Clock(number) if (number >= 13 if spelt_out else number >= 6) and number < 24 else None
