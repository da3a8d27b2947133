"""Reads the message as a whole: what is refused, what is corrected, and which parts go together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

from citas.scheduling.spanish import lexicon
from citas.scheduling.spanish.model import Kind
from citas.scheduling.spanish.nodes import (
    Bounds,
    Clock,
    Days,
    LocalHour,
    Moment,
    PartOfDay,
    Pick,
    Soonest,
    Zone,
    monday_of,
)
from citas.scheduling.spanish.tokens import Symbol, is_a

_APOLOGIES = frozenset({"perdon", "disculpa"})
_CORRECTIONS = frozenset(lexicon.CLASSES["BETTER"].split())
_MOVES = frozenset(lexicon.CLASSES["MOVE"].split())
_MOST_NEGATIONS = 5
"""Negations of one clause that are looked into; nobody means more, and it keeps the work linear."""

_TEMPORAL = (Days, Clock, PartOfDay, Bounds, Moment, Soonest, Pick)


@dataclass(slots=True)
class Segment:
    """One thing asked for: a day, an hour or a stretch of hours, any of them missing."""

    day: Days | None = None
    clock: Clock | None = None
    part: PartOfDay | None = None
    bounds: Bounds | None = None
    moment: Moment | None = None
    soonest: Soonest | None = None

    @property
    def has_hours(self) -> bool:
        """Whether it says anything of the hour."""
        return any((self.clock, self.part, self.bounds, self.moment, self.soonest))


@dataclass(slots=True)
class Reading:
    """The message sorted out."""

    segments: list[Segment] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    zone: Zone | None = None
    local: LocalHour | None = None
    correction: bool = False
    doubtful: bool = False
    start: int = 0
    end: int = 0


def sort_out(symbols: Sequence[Symbol]) -> Reading:
    """What the message asks for, in order."""
    reading = Reading(correction=_corrects(symbols))
    alive, reading.doubtful = _alive(symbols)
    alive = _after_correction(symbols, alive)
    alive = _without_the_past(symbols, alive)
    used = [symbols[i] for i in alive]
    if used:
        reading.start, reading.end = used[0].start, max(symbol.end for symbol in used)
    previous = -1
    for i in alive:
        between = symbols[previous + 1 : i] if previous >= 0 else ()
        _add(reading, symbols[i], between)
        previous = i
    _fill(reading.segments)
    return reading


def _node_indices(symbols: Sequence[Symbol]) -> list[int]:
    return [i for i, symbol in enumerate(symbols) if symbol.node is not None]


def _is_temporal(symbol: Symbol) -> bool:
    return isinstance(symbol.node, _TEMPORAL)


def _clauses(symbols: Sequence[Symbol]) -> list[list[int]]:
    """Indices of the symbols of each clause, cut at commas, stops and *pero*."""
    clauses: list[list[int]] = [[]]
    for i, symbol in enumerate(symbols):
        if is_a(symbol, "comma") or is_a(symbol, "stop"):
            clauses.append([])
        elif is_a(symbol, "BUT"):
            clauses.append([i])
        else:
            clauses[-1].append(i)
    return [clause for clause in clauses if clause]


def _alive(symbols: Sequence[Symbol]) -> tuple[list[int], bool]:
    """The nodes that are asked for: not refused, not told of; and whether that is in doubt."""
    dead: set[int] = set()
    doubtful: set[int] = set()
    clauses = _clauses(symbols)
    for clause in clauses:
        dead.update(_told(symbols, clause))
        dead.update(_given_up(symbols, clause))
        dead.update(_excluded(symbols, clause))
        for place in [i for i in clause if is_a(symbols[i], "NO")][:_MOST_NEGATIONS]:
            refused, doubted = _refused(symbols, clause, place)
            dead.update(refused)
            doubtful.update(doubted)
    dead -= _spared(symbols, dead, clauses)
    alive = [i for i in _node_indices(symbols) if i not in dead]
    sure = [i for i in alive if _is_temporal(symbols[i]) and i not in doubtful]
    if sure:
        return [i for i in alive if i not in doubtful], False
    return alive, bool(doubtful)


def _told(symbols: Sequence[Symbol], clause: list[int]) -> set[int]:
    """ "El lunes les escribí", "el jueves viajo": told, unless what is wanted begins after it."""
    telling = [i for i in clause if is_a(symbols[i], "NARRATIVE") or is_a(symbols[i], "BUSY")]
    if not telling:
        return set()
    wanted = next((i for i in clause if i > telling[-1] and is_a(symbols[i], "WANT")), len(symbols))
    return {i for i in clause if i < wanted and _is_temporal(symbols[i])}


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


def _spared(symbols: Sequence[Symbol], dead: set[int], clauses: list[list[int]]) -> set[int]:
    """ "Mañana a las 5 no puedo, a las 6 sí": the hour is refused, not the day."""
    living = [s.node for i, s in enumerate(symbols) if i not in dead]
    if any(isinstance(n, Days) for n in living) or not any(isinstance(n, Clock) for n in living):
        return set()
    for clause in clauses:
        refused = [i for i in clause if i in dead]
        if any(isinstance(symbols[i].node, Clock) for i in refused):
            return {i for i in refused if isinstance(symbols[i].node, Days)}
    return set()


def _refused(symbols: Sequence[Symbol], clause: list[int], place: int) -> tuple[set[int], set[int]]:
    """What a *no* refuses in its clause, and what it may refuse."""
    before = [i for i in clause if i < place and _is_temporal(symbols[i])]
    after = [i for i in clause if i > place]
    if after and is_a(symbols[after[0]], "ASKING"):
        return set(), set()
    following = [i for i in after if _is_temporal(symbols[i])]
    close = bool(before) and place - before[-1] <= 3
    words = [symbols[i] for i in after[:3]]
    unable = any(is_a(w, "UNABLE") or is_a(w, "SUITS") or is_a(w, "BUSY") for w in words)
    if close:
        return set(before), set()
    if unable:
        affirmed = next((i for i in after if is_a(symbols[i], "si")), None)
        return {i for i in following if affirmed is None or i < affirmed - 1}, set()
    if following and following[0] - place <= 2:
        return set(), set(following)
    return set(), set()


def _before_a_time(symbols: Sequence[Symbol], i: int) -> bool:
    """ "Perdón, a las 4": nothing but a comma between."""
    rest = [s for s in symbols[i + 1 : i + 3] if not is_a(s, "comma")]
    return bool(rest) and _is_temporal(rest[0])


def _turns(symbols: Sequence[Symbol], i: int) -> bool:
    """Whether the word corrects what came before: "mejor", but not "el mejor"."""
    if not is_a(symbols[i], "BETTER") and symbols[i].word not in _CORRECTIONS:
        return False
    return i == 0 or symbols[i - 1].word not in ("el", "la", "lo", "los", "las", "un", "una")


def _corrects(symbols: Sequence[Symbol]) -> bool:
    last_time = max((i for i, symbol in enumerate(symbols) if _is_temporal(symbol)), default=-1)
    for i, symbol in enumerate(symbols):
        if _turns(symbols, i) and (symbol.word not in _APOLOGIES or _before_a_time(symbols, i)):
            return True
        if is_a(symbol, "INSTEAD") or symbol.word in _MOVES:
            return True
        if is_a(symbol, "NO") and i < last_time:
            follows = symbols[i + 1] if i + 1 < len(symbols) else None
            if follows is not None and (is_a(follows, "comma") or is_a(follows, "stop")):
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


def _without_the_past(symbols: Sequence[Symbol], alive: list[int]) -> list[int]:
    """Drops days gone by when other days are named: "ayer llamé, quiero mañana"."""
    days = [(i, node) for i in alive if isinstance(node := symbols[i].node, Days)]
    gone = {i for i, node in days if node.problem is Kind.PAST and len(node.dates) == 1}
    return [i for i in alive if i not in gone] if gone and len(gone) < len(days) else alive


def _add(reading: Reading, symbol: Symbol, between: Sequence[Symbol]) -> None:
    """Puts a node where it belongs: beside what it goes with, or as another alternative."""
    node = symbol.node
    if isinstance(node, Zone | LocalHour | Pick):
        _add_aside(reading, node)
        return
    if not reading.segments:
        reading.segments.append(Segment())
    segment = reading.segments[-1]
    joined = any(is_a(s, "o") or is_a(s, "y") or is_a(s, "slash") for s in between)
    match node:
        case Days():
            _add_day(reading, segment, node, joined, len(between))
        case Clock():
            _add_clock(reading, segment, node)
        case PartOfDay() if segment.part is not None and joined:
            reading.segments.append(Segment(part=node))
        case PartOfDay():
            segment.part = node
        case Bounds() if segment.bounds is not None and joined:
            reading.segments.append(Segment(bounds=node))
        case Bounds():
            segment.bounds = _both_bounds(segment.bounds, node) if segment.bounds else node
        case Moment():
            segment.moment = node
        case Soonest():
            segment.soonest = node
        case _:
            pass


def _add_aside(reading: Reading, node: Zone | LocalHour | Pick) -> None:
    match node:
        case Zone() if reading.zone is None or node.governs:
            reading.zone = node
        case LocalHour():
            reading.local = node
        case Pick():
            reading.picks.append(node)
        case _:
            pass


def _both_bounds(first: Bounds, second: Bounds) -> Bounds:
    """ "Después de las 3 y antes de las 5"."""
    return Bounds(first.after or second.after, first.before or second.before)


def _add_day(reading: Reading, segment: Segment, day: Days, joined: bool, gap: int) -> None:
    if segment.day is None and not (joined and segment.has_hours and len(reading.segments) > 1):
        segment.day = day
        return
    if segment.day is not None and not joined:
        together = _together(segment.day, day, adjacent=gap <= 1)
        if together is not None:
            segment.day = together
            return
    reading.segments.append(Segment(day=day))


def _together(first: Days, second: Days, *, adjacent: bool) -> Days | None:
    """Two mentions of one day as one; None when they are two days."""
    for stretch, day in ((first, second), (second, first)):
        if stretch.is_stretch and not day.is_stretch and not day.problem:
            inside = _inside(stretch, day)
            if inside:
                return replace(day, dates=inside)
        if stretch.week and day.weekday is not None:
            return Days((monday_of(stretch.dates[0]) + timedelta(days=day.weekday),))
    common = tuple(d for d in first.dates if d in second.dates)
    if common:
        return replace(first, dates=common, weekday=None)
    if first == second:
        return first
    one_weekday = (first.weekday is None) != (second.weekday is None)
    if adjacent and one_weekday and not (first.problem or second.problem):
        return Days(tuple(sorted({*first.dates[:1], *second.dates[:1]})), problem=Kind.CONTRADICTORY)
    return None


def _inside(stretch: Days, day: Days) -> tuple[date, ...]:
    """The dates of a weekday, or of a day, that lie in a stretch."""
    first, last = stretch.first, stretch.last
    if first is None:
        return ()
    if day.weekday is not None and last is not None and (last - first).days < 32:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(d for d in days if d.weekday() == day.weekday)
    return tuple(d for d in day.dates if d >= first and (last is None or d <= last))


def _add_clock(reading: Reading, segment: Segment, clock: Clock) -> None:
    if segment.clock is None:
        segment.clock = clock
        return
    same = set(segment.clock.readings()) & set(clock.readings())
    if same:
        if len(clock.readings()) < len(segment.clock.readings()):
            segment.clock = clock
        return
    reading.segments.append(Segment(clock=clock))


def _fill(segments: list[Segment]) -> None:
    """What one alternative leaves out, it shares with its neighbours: "jueves o viernes a las 10"."""
    for before, after in pairwise(segments):
        if after.day is None:
            after.day = before.day
    for before, after in reversed(list(pairwise(segments))):
        if before.day is None:
            before.day = after.day
        if not before.has_hours:
            _share_hours(after, before)
        elif before.clock and before.clock.half is None and before.part is None:
            _share_half(after, before)
    for before, after in pairwise(segments):
        if not after.has_hours:
            _share_hours(before, after)
        elif after.clock and after.clock.half is None and after.part is None:
            _share_half(before, after)


def _share_hours(giver: Segment, taker: Segment) -> None:
    taker.clock, taker.part, taker.bounds = giver.clock, giver.part, giver.bounds
    taker.soonest = giver.soonest


def _share_half(giver: Segment, taker: Segment) -> None:
    if giver.clock and giver.clock.half and taker.clock and giver.day == taker.day:
        taker.clock = replace(taker.clock, half=giver.clock.half)
    elif giver.part and giver.part.half and taker.clock and giver.day == taker.day:
        taker.clock = replace(taker.clock, half=giver.part.half)
