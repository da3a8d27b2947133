"""From text to symbols: one character per word, so that rules are regular expressions over classes.

`read` runs once per message, in linear time, over at most `MAX_TEXT` characters.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from citas.scheduling.spanish import lexicon
from citas.scheduling.spanish.nodes import TEMPORAL, Half, Node

MAX_TEXT: Final = 1000
"""Characters of a message that are read: of a longer one its beginning and its end."""

MAX_SYMBOLS: Final = 180
"""Words and signs that are read, likewise: more come only in a flood of short ones."""

UNKNOWN: Final = "x"
_NUMBER_BASE: Final = 0xF000
_WORD_BASE: Final = 0xE000
_KINDS: Final = (
    "YEAR BIG CLOCK DOT DATE PAIR HALF ISO ORDINAL NOISE OFFSET comma stop dash slash D T P B M S V Q Z L"
).split()
KIND_CHARS: Final = {kind: chr(_NUMBER_BASE + 0x100 + i) for i, kind in enumerate(_KINDS)}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A word, number or sign, or later the node that some of them made. Offsets into the text."""

    char: str
    start: int
    end: int
    word: str = ""
    numbers: tuple[int, ...] = ()
    node: Node | None = None
    capital: bool = False


def is_a(symbol: Symbol, name: str) -> bool:
    """Whether the symbol is of that class."""
    return symbol.char in CLASS_CHARS[name]


def stands(symbols: Sequence[Symbol], at: int, *names: str) -> bool:
    """Whether a symbol of one of these classes stands there; outside the text there is none."""
    if not 0 <= at < len(symbols):
        return False
    return any(symbols[at].char in CLASS_CHARS[name] for name in names)


def is_temporal(symbol: Symbol) -> bool:
    """Whether it stands for a time, or for an offer of one."""
    return isinstance(symbol.node, TEMPORAL)


def fold(word: str) -> str:
    """Lower case without accents: "Miércoles" → "miercoles", "mañana" → "manana"."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _slips(word: str) -> set[str]:
    """Spellings one slip away: a letter lost, two swapped, or one that sounds the same."""
    lost = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    sounds = {"v": "b", "b": "v", "s": "zc", "z": "sc", "c": "sz", "y": "i", "g": "j", "j": "g"}
    heard = {
        word[:i] + other + word[i + 1 :] for i, letter in enumerate(word) for other in sounds.get(letter, "")
    }
    return (lost | swapped | heard) - lexicon.REAL_WORDS


def _with_slips(words: str) -> set[str]:
    known = set(words.split())
    for word in tuple(known):
        if len(word) >= 5:
            known |= _slips(word)
    return known


def _values(table: tuple[str, ...]) -> dict[str, int]:
    return {w: i for i, words in enumerate(table) for w in sorted(_with_slips(words))}


_LONG_WEEKDAYS: Final = _values(lexicon.WEEKDAYS)
WEEKDAY_OF: Final = {**_LONG_WEEKDAYS, **lexicon.SHORT_WEEKDAYS}
MONTH_OF: Final = {word: i + 1 for word, i in _values(lexicon.MONTHS).items()}
PLACE_OF: Final = {
    **{place: zone for zone, places in lexicon.PLACES.items() for place in places.split()},
    **dict.fromkeys(lexicon.MANY_ZONED.split(), ""),
}
"""The zone of a place; empty for a country with several."""
NAMED_ZONE_OF: Final = {name: zone for zone, names in lexicon.NAMED_ZONES.items() for name in names.split()}
_SPELT: Final = {w: n for n, words in lexicon.NUMBERS.items() for w in words.split()}
_UNITS: Final = {**{w: n for w, n in _SPELT.items() if 1 < n < 10}, "uno": 1, "un": 1}
_TENS: Final = {w: n for w, n in _SPELT.items() if n in (30, 40, 50)}
NUMBER_OF: Final = {
    **_SPELT,
    **{f"{t}{y}{u}": tens + unit for t, tens in _TENS.items() for y in "iy" for u, unit in _UNITS.items()},
}
"""Numbers in words: "treinta", and "treintaiuno" written as one."""
ORDINAL_OF: Final = {w: n for n, words in lexicon.ORDINALS.items() for w in words.split()}


def _class_words() -> dict[str, set[str]]:
    classes = {name: set(words.split()) for name, words in lexicon.CLASSES.items()}
    for typed in lexicon.EXTRA_TYPOS:
        slips = _slips(typed)
        for words in classes.values():
            if typed in words:
                words |= slips
    classes["WEEKDAY"] = set(_LONG_WEEKDAYS)
    classes["SHORT_WEEKDAY"] = set(lexicon.SHORT_WEEKDAYS)
    classes["MONTH"] = set(MONTH_OF)
    classes["PLACE"] = set(PLACE_OF)
    classes["ZONE_NAME"] = set(NAMED_ZONE_OF)
    classes["ORD"] = set(ORDINAL_OF)
    classes["PART"] |= classes["MANANA"]
    return classes


_CLASS_WORDS: Final = _class_words()
_VOCABULARY: Final = {
    word: chr(_WORD_BASE + i) for i, word in enumerate(sorted(set().union(*_CLASS_WORDS.values())))
}
_NUMBER_CHARS: Final = "".join(chr(_NUMBER_BASE + n) for n in range(100))
CLASS_CHARS: Final = {
    **{name: "".join(sorted(_VOCABULARY[w] for w in ws)) for name, ws in _CLASS_WORDS.items()},
    **KIND_CHARS,
    "NUM": _NUMBER_CHARS,
    "HOUR": _NUMBER_CHARS[:25],
    "ONE": "".join(_VOCABULARY[w] for w in ("una", "uno", "un")),
    "x": UNKNOWN,
}
CLASS_CHARS["DOM"] = CLASS_CHARS["NUM"] + CLASS_CHARS["ORDINAL"] + CLASS_CHARS["FIRST"]
CLASS_CHARS["CLOCK_HOUR"] = CLASS_CHARS["NUM"] + _VOCABULARY["una"]
CLASS_CHARS["TIME"] = CLASS_CHARS["HOUR"] + _VOCABULARY["una"] + CLASS_CHARS["T"]
CLASS_CHARS["NTH"] = CLASS_CHARS["ORD"] + CLASS_CHARS["ORDINAL"]
CLASS_CHARS["any"] = "^" + "".join(KIND_CHARS[kind] for kind in ("D", "T", "P", "B", "stop", "comma"))
CLASS_CHARS["SPELT_DAY"] = CLASS_CHARS["ORD"] + CLASS_CHARS["ONE"] + CLASS_CHARS["ORDINAL"]

_TOKEN: Final = re.compile(
    r"""
    (?P<noise>https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}\s?@\s?[\w-]{1,64}(?:\.[\w-]{1,64}){0,4}
      |(?:s\s?/\.?|us\$|\$|€|usd|pen|mxn|clp|cop)\s?\d[\d.,]*
      |\d[\d.,]*\s?(?:%|€|\$)|24\s?/\s?7|\d+(?:-\d+){3,})
    |(?P<offset>(?:gmt|utc)\s?[+–-]\s?\d{1,2}(?::?00)?(?![\d:]))
    |(?P<iso>\d{4}-\d\d-\d\d[t\ ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?(?!\d))
    |(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)
      |\d{1,2}\s?(?P<sep>[-/.])\s?\d{1,2}\s?(?P=sep)\s?(?:\d{4}|\d{2})(?!\d)
      |\d{1,2}\ \d{1,2}\ 20\d\d(?!\d))
    |(?P<clock>12(?:[:.]\d{2})?\s?md?\b\.?|\d{1,2}\s?[:;]\s?\d{2}(?::\d{2})?(?!\d)|\d{1,2}h\d{2}(?!\d))
    |(?P<phone>\+\s?\d[\d\ ()-]{6,18}\d|\d{7,}|\d{2,4}(?:[\ -]\d{3,4}){2,3}(?!\d))
    |(?P<pair>\d{1,2}\s?[/–-]\s?\d{1,2}(?!\d)|\d{1,2}\.\d(?!\d))
    |(?P<dot>\d{1,2}[.,]\d{2}(?!\d))
    |(?P<ordinal>\d{1,2}\s?(?:°|º|ª|ro|ra|er|era|ero|do|da|to|ta|mo|ma|vo|va)\b\.?)
    |(?P<half>[ap]\s?m+\b|[ap]\.\s?m\b\.?)
    |(?P<number>\d+)
    |(?P<word>[^\W\d_]+)
    |(?P<comma>,)|(?P<slash>/)|(?P<dash>[–—-])|(?P<stop>[.;:?!¿¡\n…()]+)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REPEATED: Final = re.compile(r"(.)\1{2,}")
_DOUBLED: Final = re.compile(r"(.)\1")
_DIGITS: Final = re.compile(r"\d+")


@lru_cache(maxsize=4096)
def _known(raw: str) -> tuple[str, str, tuple[int, ...]]:
    """The character, folded spelling and value of one word."""
    word = fold(raw)
    for repeated in (_REPEATED, _DOUBLED):
        if word not in _VOCABULARY and word not in NUMBER_OF:
            word = repeated.sub(r"\1", word)
    if word in NUMBER_OF:
        number = NUMBER_OF[word]
        return _NUMBER_CHARS[number], word, (number,)
    for glued, minutes in (("ymedia", 30), ("ycuarto", 15)):
        if word.endswith(glued) and (hour := NUMBER_OF.get(word.removesuffix(glued))):
            return KIND_CHARS["CLOCK"], word, (hour, minutes)
    if word not in _VOCABULARY and len(word) > 6 and word.endswith(("aron", "ieron")):
        return _VOCABULARY["dijo"], word, ()  # "agendaron": told
    if _tells_of_the_past(raw, word):
        return _VOCABULARY["dijo"], word, ()
    return _VOCABULARY.get(word, UNKNOWN), word, ()


def _tells_of_the_past(raw: str, word: str) -> bool:
    """ "Llamé", "pagó", "pedí": the written accent says so; but not "llamaré", "café" or "José"."""
    if raw[-1] not in "éóíÉÓÍ":
        return False
    unknown = word not in _VOCABULARY and len(word) > 3 and not raw[0].isupper()
    return word in lexicon.ACCENTED_PAST or (
        unknown and not word.endswith("re") and word not in lexicon.ACCENTED_NOUNS
    )


def _symbol(match: re.Match[str]) -> Symbol:
    kind = match.lastgroup or ""
    if kind == "sep":
        kind = "date"
    text = match.group()
    start, end = match.span()
    if kind == "word":
        char, word, numbers = _known(text)
        return Symbol(char, start, end, word, numbers, capital=text[0].isupper())
    numbers = tuple(int(n) for n in _DIGITS.findall(text)[:8]) if kind not in _WORDLESS else ()
    if kind == "number":
        return Symbol(_number_char(text), start, end, text, numbers)
    if kind == "half":
        half = Half.AM if text[0] in "aA" else Half.PM
        return Symbol(KIND_CHARS["HALF"], start, end, half.value)
    if kind == "clock" and len(numbers) == 1:  # "12 m": noon
        numbers = (*numbers, 0)
    name = {"phone": "NOISE", "noise": "NOISE"}.get(kind) or (kind if kind in _WORDLESS else kind.upper())
    return Symbol(KIND_CHARS[name], start, end, text, numbers)


_WORDLESS: Final = frozenset({"noise", "phone", "comma", "slash", "dash", "stop"})


def _number_char(digits: str) -> str:
    value = int(digits)
    if len(digits) <= 2:
        return _NUMBER_CHARS[value]
    return KIND_CHARS["YEAR" if len(digits) == 4 and 1900 <= value <= 2199 else "BIG"]


def bounded(text: str) -> str:
    """The part of a message that is read, at most `MAX_TEXT` characters and a line break."""
    text = unicodedata.normalize("NFC", text if len(text) <= MAX_TEXT else _ends(text))
    return text if len(text) <= MAX_TEXT + 1 else _ends(text)


def _ends(text: str) -> str:
    return f"{text[: MAX_TEXT // 2]}\n{text[-MAX_TEXT // 2 :]}"


def read(text: str) -> list[Symbol]:
    """The symbols of a text. Offsets are into the text given."""
    found = list(_TOKEN.finditer(text))
    if len(found) > MAX_SYMBOLS:
        found = found[: MAX_SYMBOLS // 2] + found[-MAX_SYMBOLS // 2 :]
    return _merged(_idioms([_symbol(match) for match in found]))


def _idioms(symbols: list[Symbol]) -> list[Symbol]:
    """Words with *no* that refuse nothing: "o si no", "o sino", "si no" before another wish; "no más"."""
    joined: list[Symbol] = []
    for i, symbol in enumerate(symbols):
        before = [s.word for s in joined[-2:]]
        if symbol.word == "sino" and not any(s.word == "no" for s in joined):
            if before[-1:] in (["o"], ["y"]):
                del joined[-1]
            joined.append(replace(symbol, char=_VOCABULARY["o"], word="o"))
        elif symbol.word == "no" and before[-1:] == ["si"] and (before[0] in "oy" or _wishes(symbols, i + 1)):
            del joined[-1]
            while joined and joined[-1].word in ("o", "y"):
                del joined[-1]
            joined.append(Symbol(_VOCABULARY["o"], symbol.start, symbol.end, "o"))
        elif symbol.word == "menos" and before == ["mas", "o"]:
            first = joined[-2]
            joined[-2:] = [Symbol(_VOCABULARY["masomenos"], first.start, symbol.end, "masomenos")]
        elif symbol.word == "mas" and before[-1:] in (["no"], ["nada"]) and not _compares(symbols, i + 1):
            joined[-1] = Symbol(_VOCABULARY["nomas"], joined[-1].start, symbol.end, "nomas")
        else:
            joined.append(symbol)
    return joined


def _compares(symbols: list[Symbol], i: int) -> bool:
    """ "No más tarde de las 5", but "el viernes no más" (just Friday)."""
    return i < len(symbols) and symbols[i].word in ("tarde", "de", "temprano", "que")


def _wishes(symbols: list[Symbol], i: int) -> bool:
    """Whether a day, an hour or an offer is named at once: "si no, el lunes", not "si no puedo"."""
    while i < len(symbols) and (is_a(symbols[i], "comma") or symbols[i].word in _ARTICLES):
        i += 1
    return i < len(symbols) and any(is_a(symbols[i], name) for name in _WISHED)


_ARTICLES: Final = frozenset({"el", "la", "a", "las", "para", "de", "entonces", "pues"})
_WISHED: Final = (
    "WEEKDAY",
    "MANANA",
    "HOY",
    "PASADO",
    "OVERMORROW",
    "NUM",
    "CLOCK",
    "DATE",
    "PAIR",
    "ORD",
    "OTRO",
    "PROXIMO",
)


def _merged(symbols: list[Symbol]) -> list[Symbol]:
    """Joins "treinta y cinco" to 35 and "dos mil veintiséis" to 2026."""
    merged: list[Symbol] = []
    for symbol in symbols:
        merged.append(symbol)
        if len(merged) >= 2 and (pair := f"{merged[-2].word}_{symbol.word}") in PLACE_OF:
            merged[-2:] = [Symbol(_VOCABULARY[pair], merged[-2].start, symbol.end, pair)]
        elif len(merged) >= 3 and merged[-2].word == "y" and _is_tens(merged[-3]):
            unit = 1 if symbol.word in ("uno", "un") else symbol.numbers[0] if _spelt(symbol) else 0
            if 1 <= unit <= 9:
                merged[-3:] = [_joined(merged[-3], symbol, merged[-3].numbers[0] + unit)]
        elif len(merged) >= 2 and ORDINAL_OF.get(merged[-2].word, 0) in (10, 20, 30):
            if 0 < (unit := ORDINAL_OF.get(symbol.word, 0)) < 10:
                whole = ORDINAL_OF[merged[-2].word] + unit
                joined = _joined(merged[-2], symbol, whole)
                merged[-2:] = [replace(joined, char=KIND_CHARS["ORDINAL"])]
        elif _spelt(symbol) and [s.word for s in merged[-3:-1]] == ["dos", "mil"]:
            merged[-3:] = [_joined(merged[-3], symbol, 2000 + symbol.numbers[0])]
    return merged


def _spelt(symbol: Symbol) -> bool:
    return bool(symbol.numbers) and symbol.word.isalpha()


def _is_tens(symbol: Symbol) -> bool:
    return _spelt(symbol) and symbol.numbers[0] in (20, 30, 40, 50)


def _joined(first: Symbol, last: Symbol, value: int) -> Symbol:
    char = _number_char(str(value))
    return Symbol(char, first.start, last.end, f"{first.word} {last.word}", (value,))
