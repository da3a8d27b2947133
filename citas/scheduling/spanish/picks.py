"""Rules for the offers shown: "la segunda", "opción 2", "la del medio", "esa misma"."""

from citas.scheduling.spanish.nodes import Pick
from citas.scheduling.spanish.patterns import Found, Made, RuleBook

rules = RuleBook()


@rules(
    "(la | el | las)? OPCION (la | el)? (nth:ORD | nth:NUM | nth:ORDINAL)",
    "(la | el) (nth:ORD | nth:ORDINAL) OPCION?",
    "(la | el | las) nth:NUM OPCION?",
    "nth:ORD OPCION",
    "nth:ORDINAL",
)
def nth_offer(m: Found) -> Made:
    """ "La segunda", "opción 2"; "el 2" less surely."""
    n = m.ordinal
    return Pick(n - 1 if n > 0 else n) if n != 0 else None


rules.means(Pick(None, middle=True), "(la | el) (de | del | en)* CENTER")
rules.means(Pick(None, other=True), "(la | el) OTRO !(any)")


rules.means(
    Pick(None),
    "THAT MISMO",
    "(el | la) MISMO !(HORA)",
    "THAT OPCION",
    "THAT me? (SUITS | esta)",
    "THAT !(any)",
)


rules.means(Pick(0), "(CUALQUIER | la que SUITS | el que SUITS)")
