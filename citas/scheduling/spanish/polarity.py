"""What turns a reading round: what of a message is refused, told of, conditional or corrected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Final

from citas.scheduling.spanish import lexicon
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import Bounds, Clock, Days, Moment, PartOfDay, Pick, Soonest
from citas.scheduling.spanish.tokens import CLASS_CHARS, Symbol, is_a, stands

_APOLOGIES = frozenset({"perdon", "disculpa"})
_CORRECTIONS = frozenset(lexicon.CLASSES["BETTER"].split())
_MOVES = frozenset(lexicon.CLASSES["MOVE"].split())
_MOST_NEGATIONS = 5
"""Negations of one clause that are looked into; nobody means more, and it keeps the work linear."""
_NEAR = 3
"""Words that may stand between a time and the word that says it is taken: "el jueves yo ya viajo"."""

_HOURS = (Clock, PartOfDay, Bounds)
_TEMPORAL = (Days, Clock, PartOfDay, Bounds, Moment, Soonest, Pick)


_DUTIES: Final = "".join(CLASS_CHARS[name] for name in ("BUSY", "HOLIDAY", "tengo", "LEAVE"))
_TELLING: Final = "".join(CLASS_CHARS[name] for name in ("PROMISE", "comunico", "caso", "EVENT"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: places in `symbols`, where refused hours are turned round ("no antes de las 4").

    `refused` are offers turned down. `doubtful` when all that is left may have been refused.
    """

    symbols: Sequence[Symbol]
    places: list[int]
    refused: tuple[Pick, ...]
    correction: bool
    doubtful: bool


def wanted(symbols: Sequence[Symbol]) -> Wanted:
    """What of a message is asked for."""
    clauses = _clauses(symbols)
    told: set[int] = set()
    refused: set[int] = set()
    doubtful: set[int] = set()
    for n, clause in enumerate(clauses):
        told |= _told(symbols, clause) | _taken(symbols, clause)
        if n and _better_not(symbols, clause):
            refused.update(i for i in clauses[n - 1] if _is_temporal(symbols[i]))
        told |= _given_up(symbols, clause) | _excluded(symbols, clause)
        for place in [i for i in clause if is_a(symbols[i], "NO")][:_MOST_NEGATIONS]:
            no, perhaps = _refused(symbols, clause, place)
            refused |= no
            doubtful |= perhaps
    symbols, turned = _turned_round(symbols, refused, clauses)
    symbols, afterwards = _afterwards(symbols, clauses, told)
    dead = (told | refused) - turned - afterwards
    dead -= _spared(symbols, dead, clauses)
    alive = [i for i, symbol in enumerate(symbols) if symbol.node is not None and i not in dead]
    alive = _without_the_present(symbols, _moved(symbols, alive))
    sure = any(_is_temporal(symbols[i]) and i not in doubtful for i in alive)
    if sure:
        alive = [i for i in alive if i not in doubtful]
    alive = _without_the_past(symbols, _after_correction(symbols, alive))
    picks = tuple(node for i in sorted(refused) if isinstance(node := symbols[i].node, Pick))
    return Wanted(symbols, alive, picks, _corrects(symbols), not sure and bool(doubtful))


def _is_temporal(symbol: Symbol) -> bool:
    return isinstance(symbol.node, _TEMPORAL)


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


def _told(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "El lunes les escribí": told, unless what is wanted begins after it."""
    telling = [i for i in clause if is_a(symbols[i], "NARRATIVE") or _tells(symbols, i)]
    if not telling:
        return set()
    end = next((i for i in clause if i > telling[-1] and is_a(symbols[i], "WANT")), len(symbols))
    after = {i for i in clause if telling[0] < i < end and _is_temporal(symbols[i])}
    return after | _beside(symbols, [i for i in clause if i < telling[0]][::-1], _NEAR)


def _tells(symbols: Sequence[Symbol], i: int) -> bool:
    """ "Te confirmo", "le deposito": not when they will come; "me caso", "la boda es": another event."""
    return symbols[i].char in _TELLING and (
        (stands(symbols, i, "PROMISE") and stands(symbols, i - 1, "PRON"))
        or (stands(symbols, i, "comunico", "caso") and stands(symbols, i - 1, "me"))
        or (stands(symbols, i, "EVENT") and stands(symbols, i + 1, "OCCURS"))
    )


def _better_not(symbols: Sequence[Symbol], clause: list[int]) -> bool:
    """ "El lunes mejor no": the clause before is refused."""
    first = clause[0]
    no = is_a(symbols[first], "BUT") and stands(symbols, first + 1, "NO")
    return no and not any(_is_temporal(symbols[i]) for i in clause) and len(clause) == 2


def _taken(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
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
    if not any(_is_temporal(symbols[i]) for i in clause[:at]):
        return set(after)
    return set(takewhile(lambda i: not isinstance(symbols[i].node, Days), after))


def _obliged(symbols: Sequence[Symbol], i: int) -> bool:
    """ "(Tengo) médico", "(tengo) un compromiso", "(tengo) que ir"."""
    at = i + 1 if stands(symbols, i, "un") else i
    return stands(symbols, at, "BUSY_THING", "que")


def _afterwards(
    symbols: Sequence[Symbol], clauses: list[list[int]], told: set[int]
) -> tuple[Sequence[Symbol], set[int]]:
    """ "El jueves tengo clases hasta las 4, después puedo": from 4 on, that day."""
    for earlier, later in pairwise(clauses):
        word = next((i for i in later if stands(symbols, i, "DESPUES", "ANTES")), None)
        hours = [i for i in earlier if i in told and isinstance(symbols[i].node, Clock | Bounds)]
        if word is None or not hours or any(_is_temporal(symbols[i]) for i in later):
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
        if _is_temporal(symbols[j]):
            found.add(j)
            gap = near  # what goes with it stands right beside it
        elif found and stands(symbols, j, "y", "o"):
            gap = near - 1  # "hoy y mañana"
        elif (gap := gap + 1) > near or is_a(symbols[j], "WANT"):
            break
    return found


def _given_up(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "En vez del lunes": the first node after it."""
    for at, i in enumerate(clause):
        if is_a(symbols[i], "INSTEAD") and at and symbols[clause[at - 1]].word == "en":
            after = [j for j in clause[at:] if _is_temporal(symbols[j])]
            return set(after[:1])
    return set()


def _excluded(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "Ni el lunes", "menos el martes": what follows."""
    for i in clause:
        refusing, less = is_a(symbols[i], "REFUSING"), is_a(symbols[i], "menos")
        if refusing or less:
            after = [j for j in clause if j > i and _is_temporal(symbols[j])]
            if refusing or (after and after[0] - i <= 2):
                return set(after)
    return set()


def _refused(symbols: Sequence[Symbol], clause: list[int], place: int) -> tuple[set[int], set[int]]:
    """What a *no* refuses in its clause, and what it may refuse."""
    if limit := _limit(symbols, place):
        return {limit}, set()
    if rejected := _rejected(symbols, place):
        return rejected, set()
    if _refuses_nothing(symbols, clause, place):
        return set(), set()
    before = [i for i in clause if i < place and _is_temporal(symbols[i])]
    following = [i for i in clause if i > place and _is_temporal(symbols[i])]
    if stands(symbols, place + 1, "es") and len(following) > 1 and stands(symbols, following[1] - 1, "es"):
        return set(following[:1]), set()  # "no es el 15, es el 16"
    if before[-1:] == [place - 1] and following[:1] == [place + 1] and _alike(symbols, place):
        return set(), set()  # "el lunes no el martes", said for either
    affirmed = next((i for i in clause if i > place and is_a(symbols[i], "si")), None)
    if before[-1:] == [place - 1] and affirmed is None and _contrasts(symbols, place):
        return {i for i in following if i == place + 1}, set()
    if before and place - before[-1] <= 3:
        reason = [i for i in following if stands(symbols, i - 1, "es")]  # "mañana no, es año nuevo"
        return {*before, *reason}, set()
    words = [i for i in clause if i > place][:3]
    if any(stands(symbols, i, "UNABLE", "SUITS", "BUSY") for i in words):
        return {i for i in following if affirmed is None or i < affirmed - 1}, set()
    return set(), set(following) if following and following[0] - place <= 2 else set()


def _refuses_nothing(symbols: Sequence[Symbol], clause: list[int], place: int) -> bool:
    """A *no* that asks ("¿no tienes…?", "a las 11, ¿no?"), is polite ("si no es molestia"), sets a
    condition ("si el lunes no se puede, …") or says who one is ("no soy…")."""
    last = clause[-1] == place
    asks = last and place + 1 < len(symbols) and symbols[place + 1].word.startswith("?")
    return (
        (not last and stands(symbols, place + 1, "ASKING", "TAG", "soy"))
        or stands(symbols, place - 1, "si")
        or (asks and not stands(symbols, place - 1, "ALREADY"))
        or _is_condition(symbols, clause, place)
    )


def _limit(symbols: Sequence[Symbol], place: int) -> int:
    """ "No antes de las 10", "no puedo después de las 12": the place of the hours; 0 for none."""
    at = place + 2 if stands(symbols, place + 1, "SEA", "UNABLE", "SUITS") else place + 1
    return at if at < len(symbols) and _one_sided(symbols[at]) else 0


def _rejected(symbols: Sequence[Symbol], place: int) -> set[int]:
    """ "Que no sea lunes", "no en la mañana", "no la segunda", "no a las 10 sino": what follows at once."""
    at = place + 1
    if stands(symbols, at, "SEA"):
        places = (i for i in (at + 1, at + 2) if i < len(symbols) and _is_temporal(symbols[i]))
        return set(list(places)[:1])
    if at >= len(symbols) or not _is_temporal(symbols[at]):
        return set()
    contrast = stands(symbols, at + 1, "BUT")
    return {at} if contrast or isinstance(symbols[at].node, (PartOfDay, Pick)) else set()


def _one_sided(symbol: Symbol) -> bool:
    """Whether it is hours with only a beginning or only an end."""
    node = symbol.node
    return isinstance(node, Bounds) and (node.after is None) != (node.before is None)


def _is_condition(symbols: Sequence[Symbol], clause: list[int], place: int) -> bool:
    """ "Si el lunes no se puede, …": Monday is wished for; but "si el lunes no puedo" is a refusal."""
    opened = any(
        is_a(symbols[i], "si") and i + 1 < place and _is_temporal(symbols[i + 1]) for i in clause[:3]
    )
    return opened and not any(stands(symbols, i, "UNABLE") for i in (place + 1, place + 2))


def _alike(symbols: Sequence[Symbol], place: int) -> bool:
    """Whether two days, or two hours, stand on both sides of a *no* without a pause, and no *sí* tells."""
    before, after = symbols[place - 1], symbols[place + 1]
    same = type(before.node) is type(after.node) and not after.word[:1].isdigit()
    return same and not any(is_a(symbol, "si") for symbol in symbols[place + 2 : place + 5])


def _contrasts(symbols: Sequence[Symbol], place: int) -> bool:
    """ "18 no 17", "17/3 no 13/7": the first is meant."""
    follows = symbols[place + 1] if place + 1 < len(symbols) else None
    if follows is None or not follows.word[:1].isdigit():
        return False
    return is_a(follows, "NUM") or type(follows.node) is type(symbols[place - 1].node)


def _turned_round(
    symbols: Sequence[Symbol], refused: set[int], clauses: list[list[int]]
) -> tuple[Sequence[Symbol], set[int]]:
    """ "No puedo antes de las 4": from 4 on; and the day named with it stays, if no other day does."""
    turned: dict[int, Symbol] = {}
    for i in refused:
        node = symbols[i].node
        if isinstance(node, Bounds) and _one_sided(symbols[i]):
            turned[i] = replace(symbols[i], node=replace(node, after=node.before, before=node.after))
    if not turned:
        return symbols, set()
    for clause in clauses:
        days = {i for i in clause if i in refused and isinstance(symbols[i].node, Days)}
        if days and turned.keys() & set(clause):
            others = any(isinstance(s.node, Days) and i not in refused for i, s in enumerate(symbols))
            if others:
                return symbols, set()
            return [turned.get(i, s) for i, s in enumerate(symbols)], {*turned, *days}
    return [turned.get(i, s) for i, s in enumerate(symbols)], set(turned)


def _spared(symbols: Sequence[Symbol], dead: set[int], clauses: list[list[int]]) -> set[int]:
    """ "Mañana a las 5 no puedo, a las 6 sí": the hour is refused, not the day."""
    living = [s.node for i, s in enumerate(symbols) if i not in dead]
    if any(isinstance(n, Days) for n in living) or not any(isinstance(n, _HOURS) for n in living):
        return set()
    for clause in clauses:
        refused = [i for i in clause if i in dead]
        if any(isinstance(symbols[i].node, _HOURS) for i in refused):
            return {i for i in refused if isinstance(symbols[i].node, Days)}
    return set()


def _before_a_time(symbols: Sequence[Symbol], i: int) -> bool:
    """ "Perdón, a las 4": nothing but a comma between."""
    rest = [s for s in symbols[i + 1 : i + 3] if not is_a(s, "comma")]
    return bool(rest) and _is_temporal(rest[0])


def _turns(symbols: Sequence[Symbol], i: int) -> bool:
    """Whether the word corrects what came before: "mejor", "no, espera", but not "el mejor"."""
    before = symbols[i - 1] if i else None
    if is_a(symbols[i], "WAIT"):
        return before is not None and (is_a(before, "NO") or is_a(before, "comma"))
    if not is_a(symbols[i], "BETTER") and symbols[i].word not in _CORRECTIONS:
        return False
    return before is None or before.word not in ("el", "la", "lo", "los", "las", "un", "una", "o", "u")


def _corrects(symbols: Sequence[Symbol]) -> bool:
    last_time = max((i for i, symbol in enumerate(symbols) if _is_temporal(symbol)), default=-1)
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
            return [j for j in alive if j > i or not isinstance(symbols[j].node, _HOURS)]
        to = (j for j in alive if j > i and isinstance(symbols[j].node, Days))
        if any(stands(symbols, j - 1, "al", "para") for j in to):
            same_hour = any(s.word == "misma" for s in symbols[i:])
            dropped = Days if same_hour else (Days, *_HOURS)
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
