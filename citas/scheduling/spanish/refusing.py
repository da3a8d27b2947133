"""What a message turns down: "el viernes no", "ni el lunes", "no puedo antes de las 4"."""

from collections.abc import Sequence
from dataclasses import replace

from citas.scheduling.spanish.nodes import Bounds, Days, PartOfDay, Pick
from citas.scheduling.spanish.tokens import Symbol, is_a, is_temporal, stands


def given_up(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "En vez del lunes": the first node after it."""
    for at, i in enumerate(clause):
        if is_a(symbols[i], "INSTEAD") and at and symbols[clause[at - 1]].word == "en":
            after = [j for j in clause[at:] if is_temporal(symbols[j])]
            return set(after[:1])
    return set()


def excluded(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "Ni el lunes", "menos el martes": what follows."""
    for i in clause:
        refusing, less = is_a(symbols[i], "REFUSING"), is_a(symbols[i], "menos")
        if refusing or less:
            after = [j for j in clause if j > i and is_temporal(symbols[j])]
            if refusing or (after and after[0] - i <= 2):
                return set(after)
    return set()


def better_not(symbols: Sequence[Symbol], clause: list[int]) -> bool:
    """ "El lunes mejor no": the clause before is refused."""
    first = clause[0]
    no = is_a(symbols[first], "BUT") and stands(symbols, first + 1, "NO")
    return no and not any(is_temporal(symbols[i]) for i in clause) and len(clause) == 2


def refused(symbols: Sequence[Symbol], clause: list[int], place: int) -> tuple[set[int], set[int]]:
    """What a *no* refuses in its clause, and what it may refuse."""
    if limit := _limit(symbols, place):
        return {limit}, set()
    if rejected := _rejected(symbols, place):
        return rejected, set()
    if _refuses_nothing(symbols, clause, place):
        return set(), set()
    before = [i for i in clause if i < place and is_temporal(symbols[i])]
    following = [i for i in clause if i > place and is_temporal(symbols[i])]
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
        or (stands(symbols, place + 1, "bien", "tan") and stands(symbols, place + 2, "TARDE"))
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
        places = (i for i in (at + 1, at + 2) if i < len(symbols) and is_temporal(symbols[i]))
        return set(list(places)[:1])
    if at >= len(symbols) or not is_temporal(symbols[at]):
        return set()
    contrast = stands(symbols, at + 1, "BUT")
    return {at} if contrast or isinstance(symbols[at].node, (PartOfDay, Pick)) else set()


def _one_sided(symbol: Symbol) -> bool:
    """Whether it is hours with only a beginning or only an end."""
    node = symbol.node
    return isinstance(node, Bounds) and (node.after is None) != (node.before is None)


def _is_condition(symbols: Sequence[Symbol], clause: list[int], place: int) -> bool:
    """ "Si el lunes no se puede, …": Monday is wished for; but "si el lunes no puedo" is a refusal."""
    opened = any(is_a(symbols[i], "si") and i + 1 < place and is_temporal(symbols[i + 1]) for i in clause[:3])
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


def turned_round(
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
