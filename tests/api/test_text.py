"""E3: what is dropped from a text, what is kept, and where it may be cut."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from citas.api.text import clean, one_line, shorten

FAMILY = "👨\u200d👩\u200d👧"
ANY_TEXT = st.text(st.characters(codec=None), max_size=80)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\x00b\x07c", "abc"),
        ("uno\r\ndos\rtres\u2028cuatro", "uno\ndos\ntres\ncuatro"),
        ("a\ud800b\udfffc", "abc"),
        ("\u202eabc\u202c\u2066x\u2069\u200f", "abcx"),
        ("ci\u200bta\ufeff\u00ad", "cita"),
        ("hola\U000e0041\U000e0042\U000e007f", "hola"),
        ("a\ufdd0\uffff", "a"),
        ("a\u200db", "ab"),
        ("x\U000e0100\ufe00", "x"),
        ("man\u0303ana", "mañana"),
    ],
)
def test_that_controls_and_invisible_characters_are_dropped(raw: str, expected: str) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    "text", [FAMILY, "❤️", "👍🏽", "🏳️\u200d🌈", "¿Mañana a las 3?\n\tSí", "日本語", "שלום", "नमस्ते"]
)
def test_that_emojis_and_scripts_are_kept(text: str) -> None:
    assert clean(text) == text


def test_that_stacked_marks_are_limited() -> None:
    assert len(clean("e" + "\u0316" * 500)) == 5


@examples(deadline=None)
@given(ANY_TEXT)
def test_that_cleaning_twice_is_cleaning_once_and_always_encodes(text: str) -> None:
    once = clean(text)

    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    once.encode("utf-8")


@examples(deadline=None)
@given(ANY_TEXT)
def test_that_one_line_has_no_line_break(text: str) -> None:
    line = one_line(text)

    assert line == " ".join(line.split())


def test_that_a_cut_never_splits_an_emoji_or_an_accent() -> None:
    assert shorten("ab" + FAMILY, 4) == "ab"
    assert shorten("a👍🏽", 2) == "a"
    assert shorten("ae\u0316", 2) == "a"
    assert shorten("abc", 3) == "abc"


@examples(deadline=None)
@given(ANY_TEXT, st.integers(0, 50))
def test_that_a_cut_is_a_prefix_within_the_limit(text: str, limit: int) -> None:
    cut = shorten(text, limit)

    assert len(cut) <= limit
    assert text.startswith(cut)
