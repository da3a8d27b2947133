"""Rules for places and whose clock an hour is on: "hora de Madrid", "estoy en Chile", "hora de acá"."""

from zoneinfo import ZoneInfo

from citas.scheduling.spanish import lexicon
from citas.scheduling.spanish.nodes import LocalHour, Zone
from citas.scheduling.spanish.patterns import Found, RuleBook
from citas.scheduling.spanish.tokens import NAMED_ZONE_OF, PLACE_OF

rules = RuleBook()


def zone_of(m: Found, *, governs: bool) -> Zone:
    key = PLACE_OF[m.symbol("place").word]
    keys = (key,) if key else lexicon.MANY_ZONES
    return Zone(tuple(ZoneInfo(key) for key in keys), governs)


@rules("(a | en | con)? (ZONE_HORA (de | del)?)? off:OFFSET")
def utc_offset(m: Found) -> Zone | None:
    """ "GMT-5": POSIX names count the other way round."""
    said = m.symbol("off")
    hours = said.numbers[0] * (1 if "+" in said.word else -1)
    return Zone((ZoneInfo(f"Etc/GMT{-hours:+d}"),), governs=True) if -12 <= hours <= 14 else None


@rules("(a | en | con)? ZONE_HORA (de | del)? el? name:ZONE_NAME ((de | del) PLACE)? !(WEEKDAY | MES | ANO)")
def zone_by_name(m: Found) -> Zone | None:
    """ "Hora del Pacífico", "hora centro de México"."""
    return Zone((ZoneInfo(NAMED_ZONE_OF[m.symbol("name").word]),), governs=True)


@rules(
    "(a | en | con)? ZONE_HORA (de | en | del)? (la | el)? place:PLACE (de PLACE)?",
    "ZONE_HORA place:PLACE",
)
def hour_of_place(m: Found) -> Zone:
    return zone_of(m, governs=True)


@rules(
    "(LIVE | aca) (en | desde | de | por)? (la | el)? place:PLACE",
    "soy de place:PLACE",
    "desde place:PLACE",
)
def living_in(m: Found) -> Zone:
    return zone_of(m, governs=False)


rules.means(
    LocalHour(company=False),
    "(en | a | de)? la? ZONE_HORA de? LOCAL",
    "(en | a | de)? la? ZONE_HORA de mi PAIS",
    "mi ZONE_HORA !(x | de (LUNCH | x))",
)


rules.means(LocalHour(company=True), "(en | a | de)? la? ZONE_HORA de? ALLA")
