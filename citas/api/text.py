"""Cleaning of what strangers write, before anything reads, stores or shows it. Pure.

Dropped: NUL and control characters, lone surrogates, invisible and bidirectional controls, Unicode
tags, noncharacters. Kept: line breaks, tabs, accents, scripts of every kind, and the joiners that
hold an emoji together.
"""

import re
import unicodedata

_MAX_MARKS = 4
"""Marks on one letter that real scripts need; more are stacked to break screens."""

_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_EMOJI = "\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_STRAY_JOINER = re.compile(f"(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])")
_VARIATION_RUN = re.compile("([\ufe0e\ufe0f])[\ufe0e\ufe0f]+")
_KEPT_FORMATS = frozenset("\n\t\u200d\ufe0e\ufe0f")
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def clean(text: str) -> str:
    """The same text in NFC, fit to be stored, shown to a model and sent back; may be empty."""
    text = _LINE_BREAKS.sub("\n", text)
    text = "".join(char for char in text if not _is_dropped(char))
    text = _VARIATION_RUN.sub(r"\1", text)
    text = _STRAY_JOINER.sub("", text)
    return _limit_marks(unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """`clean` text with every run of white space as one space: fit for a sentence of a prompt."""
    return " ".join(clean(text).split())


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, never cut between a character and what belongs to it."""
    if len(text) <= limit:
        return text
    cut = limit
    while cut and (_clings(text[cut]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return text[:cut].rstrip()


def _is_dropped(char: str) -> bool:
    if char in _KEPT_FORMATS:
        return False
    if unicodedata.category(char) in _DROPPED_CATEGORIES or char in _INVISIBLE_LETTERS:
        return True
    code = ord(char)
    nonchar = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    # Variation selectors beyond the two of emojis, and unassigned tag characters, can smuggle text.
    return nonchar or 0xFE00 <= code <= 0xFE0D or 0xE0000 <= code <= 0xE0FFF


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"}


def _clings(char: str) -> bool:
    return char == "\u200d" or _is_mark(char) or "\U0001f3fb" <= char <= "\U0001f3ff"


def _limit_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return "".join(kept)
