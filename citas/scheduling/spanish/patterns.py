"""A small language for rules: patterns over word classes, compiled to regular expressions.

`"el? day:NUM de month:MONTH"` matches an optional *el*, a number, *de* and a month. Names are the
classes of `lexicon.CLASSES` and the kinds of `tokens`; `name:CLASS` keeps the symbol for the action;
`( | ) ? *` mean what they mean in regular expressions, and `!( )` says that it must not follow. As
one symbol is one character, matching is fast and linear in practice (no nested repetition is used).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from citas.scheduling.spanish.nodes import (
    Bounds,
    Clock,
    Days,
    LocalHour,
    Moment,
    Node,
    Noise,
    PartOfDay,
    Pick,
    Shift,
    Soonest,
    Zone,
)
from citas.scheduling.spanish.tokens import (
    CLASS_CHARS,
    KIND_CHARS,
    MONTH_OF,
    ORDINAL_OF,
    UNKNOWN,
    WEEKDAY_OF,
    Symbol,
    stands,
)

Made = Node | tuple[Node, ...] | None
_NODE_CHARS: Final = {
    Days: KIND_CHARS["D"],
    Clock: KIND_CHARS["T"],
    PartOfDay: KIND_CHARS["P"],
    Bounds: KIND_CHARS["B"],
    Moment: KIND_CHARS["M"],
    Soonest: KIND_CHARS["S"],
    Shift: KIND_CHARS["V"],
    Pick: KIND_CHARS["Q"],
    Zone: KIND_CHARS["Z"],
    LocalHour: KIND_CHARS["L"],
}
_TIMES: Final = "__"
"""A name may be used in several branches of one pattern: its groups are numbered after this."""
_NAME: Final = re.compile(r"(?:(\w+):)?(\w+)")


def compiled(pattern: str) -> str:
    """The regular expression of a pattern.

    >>> compiled("x?")
    '[x]?'
    """

    seen: dict[str, int] = {}

    def name(match: re.Match[str]) -> str:
        chars = f"[{CLASS_CHARS[match[2]]}]"
        if not match[1]:
            return chars
        seen[match[1]] = seen.get(match[1], 0) + 1
        return f"(?P<{match[1]}{_TIMES}{seen[match[1]]}>{chars})"

    plain = re.sub(r"(?<!!)\(", "(?:", pattern).replace("!(", "(?!")
    pieces = re.split(r"(\(\?[:!])", plain)
    return "".join(p if p in ("(?:", "(?!") else _NAME.sub(name, p).replace(" ", "") for p in pieces)


def starts(pattern: str) -> frozenset[str]:
    """The characters that a match of the pattern can begin with.

    >>> starts("x? NOISE") == frozenset(CLASS_CHARS["x"] + CLASS_CHARS["NOISE"])
    True
    """
    pieces = iter([*re.findall(r"!\(|[()|?*]|[\w:]+", pattern), ")"])
    return _alternatives(pieces)[0]


def _alternatives(pieces: Iterator[str]) -> tuple[frozenset[str], bool]:
    """What can begin here, up to the closing bracket, and whether all of it may be absent."""
    found: frozenset[str] = frozenset()
    empty = False
    first: frozenset[str] = frozenset()  # of the branch at hand
    absent = True  # whether all of the branch so far may be absent
    item: tuple[frozenset[str], bool] = (frozenset(), True)
    for piece in pieces:
        if piece in ("?", "*"):
            item = (item[0], True)
            continue
        first, absent = (first | item[0] if absent else first), absent and item[1]
        item = (frozenset(), True)
        if piece in (")", "|"):
            found, empty = found | first, empty or absent
            first, absent = frozenset(), True
            if piece == ")":
                return found, empty
        elif piece == "(":
            item = _alternatives(pieces)
        elif piece == "!(":
            _alternatives(pieces)  # it looks ahead and takes nothing
        else:
            item = (_members(piece.rpartition(":")[2]), False)
    raise ValueError("a bracket is not closed")


def _members(name: str) -> frozenset[str]:
    chars = CLASS_CHARS[name]
    return _EVERY - frozenset(chars[1:]) if chars.startswith("^") else frozenset(chars)


_EVERY: Final = frozenset("".join(chars for chars in CLASS_CHARS.values() if not chars.startswith("^")))


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule's action sees: the symbols under its names, and the day it is."""

    match: re.Match[str]
    symbols: Sequence[Symbol]
    now: datetime

    @property
    def today(self) -> date:
        """The company's date at the moment of the message."""
        return self.now.date()

    def has(self, name: str) -> bool:
        """Whether that optional symbol is there."""
        return self._start(name) >= 0

    def _start(self, name: str) -> int:
        """Where that symbol is; -1 when it is not there."""
        groups = self.match.re.groupindex
        number = 1
        while group := groups.get(f"{name}{_TIMES}{number}"):
            if (start := self.match.start(group)) >= 0:
                return start
            number += 1
        return -1

    def symbol(self, name: str) -> Symbol:
        """The symbol under that name."""
        return self.symbols[self._start(name)]

    def number(self, name: str, default: int = 0) -> int:
        """The number under that name; *una* is 1."""
        if not self.has(name):
            return default
        symbol = self.symbol(name)
        return symbol.numbers[0] if symbol.numbers else ORDINAL_OF.get(symbol.word, 1)

    def node(self, name: str) -> Node:
        """The node that earlier rules made of that symbol."""
        node = self.symbol(name).node
        if node is None:
            raise LookupError(f"{name} is a word, not a node")
        return node

    def before(self, *names: str) -> bool:
        """Whether a symbol of one of these classes stands before the match."""
        return stands(self.symbols, self.match.start() - 1, *names)

    def after(self, *names: str) -> bool:
        """Whether one stands after it."""
        return stands(self.symbols, self.match.end(), *names)

    def earlier(self, *names: str) -> bool:
        """Whether one stands earlier in the same clause."""
        for at in range(self.match.start() - 1, -1, -1):
            if stands(self.symbols, at, "comma", "stop"):
                return False
            if stands(self.symbols, at, *names):
                return True
        return False

    @property
    def alone(self) -> bool:
        """Whether the match is a clause of its own, between commas, stops or the ends of the text."""
        first = self.match.start() == 0 or self.before("comma", "stop")
        return first and (self.match.end() == len(self.symbols) or self.after("comma", "stop"))

    @property
    def following(self) -> Symbol | None:
        """The symbol after the match."""
        end = self.match.end()
        return self.symbols[end] if end < len(self.symbols) else None

    @property
    def weekday(self) -> int:
        """The weekday under `w`, Monday 0."""
        return WEEKDAY_OF[self.symbol("w").word]

    @property
    def month(self) -> int:
        """The month under `month`."""
        return MONTH_OF[self.symbol("month").word]

    @property
    def month_start(self) -> date:
        """The first of the month under `month` (the next such), of the next under `next`, else of this."""
        if self.has("month"):
            year = self.number("year") or self.today.year + (self.month < self.today.month)
            return date(year, self.month, 1)
        first = self.today.replace(day=1)
        return (first + timedelta(days=31)).replace(day=1) if self.has("next") else first

    @property
    def ordinal(self) -> int:
        """The ordinal under `nth`; -1 is the last."""
        return self.number("nth")


Action = Callable[[Found], Made]


@dataclass(slots=True)
class RuleBook:
    """Rules in order of precedence; the first that matches and makes something wins."""

    patterns: list[str] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __call__(self, *patterns: str) -> Callable[[Action], Action]:
        """Decorates the action of these patterns."""

        def register(action: Action) -> Action:
            self.patterns.extend(patterns)
            self.actions.extend([action] * len(patterns))
            return action

        return register

    def means(self, node: Node, *patterns: str) -> None:
        """These patterns mean that node, whatever the day."""
        self(*patterns)(lambda _: node)

    def __add__(self, other: "RuleBook") -> "RuleBook":
        """These rules, then the other's, as one pass."""
        return RuleBook(self.patterns + other.patterns, self.actions + other.actions)

    def compile(self) -> "Cascade":
        """The rules, ready to run."""
        return Cascade(tuple(self.patterns), tuple(self.actions))


Rule = tuple[re.Pattern[str], Action]


class Cascade:
    """Runs one book of rules over the symbols, left to right, replacing what matches by nodes.

    At each symbol only the rules that can begin with it are tried, in their order of precedence.
    """

    __slots__ = ("_by_start",)

    def __init__(self, patterns: tuple[str, ...], actions: tuple[Action, ...]) -> None:
        by_start: dict[str, list[Rule]] = {}
        for pattern, action in zip(patterns, actions, strict=True):
            rule = (re.compile(compiled(pattern)), action)
            for char in starts(pattern):
                by_start.setdefault(char, []).append(rule)
        self._by_start = by_start

    def run(self, symbols: list[Symbol], now: datetime) -> list[Symbol]:
        """The symbols after the rules."""
        chars = "".join([symbol.char for symbol in symbols])
        result: list[Symbol] = []
        at = 0
        while at < len(symbols):
            rules = self._by_start.get(chars[at])
            made, at = _apply(rules, chars, at, symbols, now) if rules else ([symbols[at]], at + 1)
            result.extend(made)
        return result


def _apply(
    rules: Sequence[Rule], chars: str, at: int, symbols: list[Symbol], now: datetime
) -> tuple[list[Symbol], int]:
    """What the first rule that makes something makes here, and where to go on."""
    for regex, action in rules:
        match = regex.match(chars, at)
        if match and match.end() > at:
            made = action(Found(match, symbols, now))
            if made is not None:
                nodes = made if isinstance(made, tuple) else (made,)
                first, last = symbols[at], symbols[match.end() - 1]
                return [_made(node, first, last) for node in nodes], match.end()
    return [symbols[at]], at + 1


def _made(node: Node, first: Symbol, last: Symbol) -> Symbol:
    if isinstance(node, Noise):
        return Symbol(UNKNOWN, first.start, last.end)
    return Symbol(_NODE_CHARS[type(node)], first.start, last.end, first.word, node=node)
