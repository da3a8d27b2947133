"""What turns a reading round: what of a message is refused, told of, conditional or corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from citas.scheduling.spanish import lexicon, refusing, telling
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import HOURS, Bounds, Clock, Days, Moment, PartOfDay, Pick
from citas.scheduling.spanish.tokens import Symbol, is_a, is_temporal, stands

_APOLOGIES = frozenset({"perdon", "disculpa"})
_CORRECTIONS = frozenset(lexicon.CLASSES["BETTER"].split())
_MOVES = frozenset(lexicon.CLASSES["MOVE"].split())
_MOST_NEGATIONS = 5
"""Negations of one clause that are looked into; nobody means more, and it keeps the work linear."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: places in `symbols`, where refused hours are turned round ("no antes de las 4").

    `refused` are offers turned down, `excluded` days; it `contrasts` when something was refused and
    something is left. `doubtful` when all that is left may have been refused.
    """

    symbols: Sequence[Symbol]
    places: list[int]
    refused: tuple[Pick, ...]
    excluded: frozenset[date]
    contrasts: bool
    correction: bool
    doubtful: bool


def wanted(symbols: Sequence[Symbol]) -> Wanted:
    """What of a message is asked for."""
    clauses = _clauses(symbols)
    told: set[int] = set()
    refused: set[int] = set()
    doubtful: set[int] = set()
    for n, clause in enumerate(clauses):
        told |= telling.told(symbols, clause) | telling.taken(symbols, clause)
        told |= refusing.given_up(symbols, clause) | refusing.excluded(symbols, clause)
        if n and refusing.better_not(symbols, clause):
            refused.update(i for i in clauses[n - 1] if is_temporal(symbols[i]))
        for place in [i for i in clause if is_a(symbols[i], "NO")][:_MOST_NEGATIONS]:
            no, perhaps = refusing.refused(symbols, clause, place)
            refused |= no
            doubtful |= perhaps
    symbols, turned = refusing.turned_round(symbols, refused, clauses)
    symbols, afterwards = telling.afterwards(symbols, clauses, told)
    dead = (told | refused) - turned - afterwards
    dead -= _spared(symbols, dead, clauses)
    alive = [i for i, symbol in enumerate(symbols) if symbol.node is not None and i not in dead]
    alive = _without_the_present(symbols, _moved(symbols, alive))
    sure = any(is_temporal(symbols[i]) and i not in doubtful for i in alive)
    if sure:
        alive = [i for i in alive if i not in doubtful]
    alive = _without_the_past(symbols, _after_correction(symbols, alive))
    picks = tuple(node for i in sorted(refused) if isinstance(node := symbols[i].node, Pick))
    off = [symbols[i].node for i in dead | doubtful if i not in alive and i not in told]
    excluded = frozenset(day for node in off if isinstance(node, Days) for day in node.dates)
    contrasts = bool(refused - turned) and any(is_temporal(symbols[i]) for i in alive)
    return Wanted(symbols, alive, picks, excluded, contrasts, _corrects(symbols), not sure and bool(doubtful))


def _clauses(symbols: Sequence[Symbol]) -> list[list[int]]:
    """Indices of the symbols of each clause, cut at commas, stops, *pero*, *porque* and *es que*."""
    clauses: list[list[int]] = [[]]
    for i, symbol in enumerate(symbols):
        if is_a(symbol, "comma") or is_a(symbol, "stop"):
            clauses.append([])
        elif is_a(symbol, "BUT") or is_a(symbol, "BECAUSE") or _says_why(symbols, i):
            clauses.append([i])
        else:
            clauses[-1].append(i)
    return [clause for clause in clauses if clause]


def _says_why(symbols: Sequence[Symbol], i: int) -> bool:
    """ "(Que) es que": a reason follows."""
    return stands(symbols, i, "es") and stands(symbols, i + 1, "que")


def _spared(symbols: Sequence[Symbol], dead: set[int], clauses: list[list[int]]) -> set[int]:
    """ "Mañana a las 5 no puedo, a las 6 sí": the hour is refused, not the day."""
    living = [s.node for i, s in enumerate(symbols) if i not in dead]
    if any(isinstance(n, Days) for n in living) or not any(isinstance(n, HOURS) for n in living):
        return set()
    for clause in clauses:
        refused = [i for i in clause if i in dead]
        if any(isinstance(symbols[i].node, HOURS) for i in refused):
            return {i for i in refused if isinstance(symbols[i].node, Days)}
    return set()


def _before_a_time(symbols: Sequence[Symbol], i: int) -> bool:
    """ "Perdón, a las 4": nothing but a comma between."""
    rest = [s for s in symbols[i + 1 : i + 3] if not is_a(s, "comma")]
    return bool(rest) and is_temporal(rest[0])


def _turns(symbols: Sequence[Symbol], i: int) -> bool:
    """Whether the word corrects what came before: "mejor", "no, espera", but not "el mejor"."""
    before = symbols[i - 1] if i else None
    if is_a(symbols[i], "WAIT"):
        return before is not None and (is_a(before, "NO") or is_a(before, "comma"))
    if symbols[i].word not in _CORRECTIONS:
        return False
    return before is None or before.word not in ("el", "la", "lo", "los", "las", "un", "una", "o", "u")


def _corrects(symbols: Sequence[Symbol]) -> bool:
    last_time = max((i for i, symbol in enumerate(symbols) if is_temporal(symbol)), default=-1)
    for i, symbol in enumerate(symbols):
        if _turns(symbols, i) and (symbol.word not in _APOLOGIES or _before_a_time(symbols, i)):
            return True
        if is_a(symbol, "INSTEAD") or symbol.word in _MOVES:
            return True
        if is_a(symbol, "NO") and i < last_time and stands(symbols, i + 1, "comma", "stop"):
            return True
    return False


def _after_correction(symbols: Sequence[Symbol], alive: list[int]) -> list[int]:
    """ "A las 3, perdón, a las 4": what comes after replaces its like before."""
    for i in range(len(symbols)):
        if not _turns(symbols, i):
            continue
        after = [symbols[j].node for j in alive if j > i]
        new_day = any(isinstance(node, Days) for node in after)
        new_hours = any(isinstance(node, Clock | PartOfDay | Bounds | Moment) for node in after)
        alive = [
            j
            for j in alive
            if j > i
            or not (
                (new_day and isinstance(symbols[j].node, Days))
                or (new_hours and isinstance(symbols[j].node, Clock | PartOfDay | Bounds))
            )
        ]
    return alive


def _moved(symbols: Sequence[Symbol], alive: list[int]) -> list[int]:
    """ "Tengo cita mañana a las 10, ¿se puede pasar al viernes?": the old time is not wished for."""
    for i, symbol in enumerate(symbols):
        if symbol.word not in _MOVES:
            continue
        if any(j == i + 1 and isinstance(symbols[j].node, Clock) for j in alive):  # "se puede mover a las 5"
            return [j for j in alive if j > i or not isinstance(symbols[j].node, HOURS)]
        to = (j for j in alive if j > i and isinstance(symbols[j].node, Days))
        if any(stands(symbols, j - 1, "al", "para") for j in to):
            same_hour = any(s.word == "misma" for s in symbols[i:])
            dropped = Days if same_hour else (Days, *HOURS)
            return [j for j in alive if j > i or not isinstance(symbols[j].node, dropped)]
    return alive


def _without_the_present(symbols: Sequence[Symbol], alive: list[int]) -> list[int]:
    """ "Acá son las 9, ¿me llaman a las 11?": what the clock shows is no wish, when another hour is."""
    hours = [i for i in alive if isinstance(symbols[i].node, Clock)]
    shown = {i for i in hours if stands(symbols, i - 1, "son")}
    told = len(shown) < len(hours) or any(is_a(symbol, "x") for symbol in symbols)
    return [i for i in alive if i not in shown] if told else alive


def _without_the_past(symbols: Sequence[Symbol], alive: list[int]) -> list[int]:
    """Drops days gone by when other days are named: "ayer llamé, quiero mañana"."""
    days = [(i, node) for i in alive if isinstance(node := symbols[i].node, Days)]
    gone = {i for i, node in days if node.problem is Kind.PAST and len(node.dates) == 1}
    return [i for i in alive if i not in gone] if gone and len(gone) < len(days) else alive
