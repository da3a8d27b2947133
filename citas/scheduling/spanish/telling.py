"""What a message tells of and does not ask for: the past, duties, promises, other events."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import Final

from citas.scheduling.spanish.nodes import Bounds, Clock, Days
from citas.scheduling.spanish.tokens import CLASS_CHARS, Symbol, is_a, is_temporal, stands

_NEAR = 3
"""Words that may stand between a time and the word that says it is taken: "el jueves yo ya viajo"."""
_DUTIES: Final = "".join(CLASS_CHARS[name] for name in ("BUSY", "HOLIDAY", "tengo", "LEAVE"))
_TELLING: Final = "".join(CLASS_CHARS[name] for name in ("PROMISE", "comunico", "caso", "EVENT"))


def told(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "El lunes les escribí": told, unless what is wanted begins after it."""
    telling = [i for i in clause if is_a(symbols[i], "NARRATIVE") or _tells(symbols, i)]
    if not telling:
        return set()
    end = next((i for i in clause if i > telling[-1] and is_a(symbols[i], "WANT")), len(symbols))
    after = {i for i in clause if telling[0] < i < end and is_temporal(symbols[i])}
    return after | _beside(symbols, [i for i in clause if i < telling[0]][::-1], _NEAR)


def _tells(symbols: Sequence[Symbol], i: int) -> bool:
    """ "Te confirmo", "le deposito": not when they will come; "me caso", "la boda es": another event."""
    return symbols[i].char in _TELLING and (
        (stands(symbols, i, "PROMISE") and stands(symbols, i - 1, "PRON"))
        or (stands(symbols, i, "comunico", "caso") and stands(symbols, i - 1, "me"))
        or (stands(symbols, i, "EVENT") and stands(symbols, i + 1, "OCCURS"))
    )


def taken(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "El jueves viajo", "el lunes es feriado", "el martes tengo que ir": the times beside the word."""
    taken: set[int] = set()
    for at, i in enumerate(clause):
        if symbols[i].char not in _DUTIES:
            continue
        busy = stands(symbols, i, "BUSY") and not stands(symbols, i - 1, "NOUN_MARK")
        holiday = stands(symbols, i, "HOLIDAY") and stands(symbols, i - 1, "es")
        if stands(symbols, i, "BUSY") and stands(symbols, i - 2, "en") and stands(symbols, i - 1, "el"):
            busy = True  # "el jueves estoy en el trabajo"
        has_to = stands(symbols, i, "tengo") and _obliged(symbols, i + 1)
        if busy or holiday or has_to:
            taken |= _beside(symbols, clause[:at][::-1], _NEAR)
        if busy:
            taken |= _beside(symbols, clause[at + 1 :], _NEAR)
        if has_to:
            taken |= _of_the_duty(symbols, clause, at)
        if stands(symbols, i, "LEAVE"):  # "salgo del trabajo a las 5": their own hour
            near = _beside(symbols, clause[at + 1 :], _NEAR + 1)
            taken.update(j for j in near if isinstance(symbols[j].node, Clock | Bounds))
    return taken


def _of_the_duty(symbols: Sequence[Symbol], clause: list[int], at: int) -> set[int]:
    """ "El jueves tengo clases hasta las 4": the hours are the duty's, but not another day named after it."""
    skipped = 2 if stands(symbols, clause[at] + 1, "un") else 1
    after = sorted(_beside(symbols, clause[at + 1 + skipped :], _NEAR))
    if not any(is_temporal(symbols[i]) for i in clause[:at]):
        return set(after)
    return set(takewhile(lambda i: not isinstance(symbols[i].node, Days), after))


def _obliged(symbols: Sequence[Symbol], i: int) -> bool:
    """ "(Tengo) médico", "(tengo) un compromiso", "(tengo) que ir"."""
    at = i + 1 if stands(symbols, i, "un") else i
    return stands(symbols, at, "BUSY_THING", "que")


def afterwards(
    symbols: Sequence[Symbol], clauses: list[list[int]], told: set[int]
) -> tuple[Sequence[Symbol], set[int]]:
    """ "El jueves tengo clases hasta las 4, después puedo": from 4 on, that day."""
    for earlier, later in pairwise(clauses):
        word = next((i for i in later if stands(symbols, i, "DESPUES", "ANTES")), None)
        hours = [i for i in earlier if i in told and isinstance(symbols[i].node, Clock | Bounds)]
        if word is None or not hours or any(is_temporal(symbols[i]) for i in later):
            continue
        limit = _limit_of(symbols[hours[-1]].node, after=is_a(symbols[word], "DESPUES"))
        if limit is not None:
            turned = [*symbols]
            turned[hours[-1]] = replace(symbols[hours[-1]], node=limit)
            days = {i for i in earlier if i in told and isinstance(symbols[i].node, Days)}
            return turned, {hours[-1], *days}
    return symbols, set()


def _limit_of(node: object, *, after: bool) -> Bounds | None:
    """The hours after (or before) what a clock or a stretch says."""
    if isinstance(node, Clock):
        return Bounds(node, None) if after else Bounds(None, node)
    if isinstance(node, Bounds) and after:
        return Bounds(node.before or node.after, None, node.half)
    return Bounds(None, node.after or node.before, node.half) if isinstance(node, Bounds) else None


def _beside(symbols: Sequence[Symbol], places: Sequence[int], near: int) -> set[int]:
    """The times that stand near, and those that go with them; the nearest place comes first."""
    found: set[int] = set()
    gap = 0
    for j in places:
        if is_temporal(symbols[j]):
            found.add(j)
            gap = near  # what goes with it stands right beside it
        elif found and stands(symbols, j, "y", "o"):
            gap = near - 1  # "hoy y mañana"
        elif (gap := gap + 1) > near or is_a(symbols[j], "WANT"):
            break
    return found
