"""What is one JSON object and what is not (rows A1, A2, A6, A15)."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citas.maravia.decode import UnreadableError, read_document, read_json

WARNING = b"<br />\n<b>Warning</b>: Undefined array key in <b>/a.php</b> on line <b>5</b><br />\n"
TRACE = b"\nPHP Fatal error: Uncaught Error in /a.php:3\nStack trace:\n#0 {main}\n  thrown"
ANSWER = b'{"success": true, "message": "ok", "more": {"success": true}}'
FIELDS = {"success": True, "message": "ok", "more": {"success": True}}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "body",
    [
        WARNING + ANSWER,
        ANSWER + WARNING,
        WARNING + ANSWER + TRACE,
        TRACE + ANSWER,
        b"\xef\xbb\xbf" + ANSWER,
        WARNING + b"\xef\xbb\xbf" + ANSWER,
        ANSWER.decode().encode("utf-16"),
        ANSWER.decode().encode("utf-16-le"),
        ANSWER.decode().encode("utf-16-be"),
        b"<style>b {color: red}</style>" + ANSWER,
    ],
)
def test_that_noise_around_the_object_is_cut_away_and_noted_a1(body: bytes) -> None:
    document = read_document(body)
    assert document.fields == FIELDS
    assert document.dirty


@pytest.mark.parametrize("body", [ANSWER, b"\n  " + ANSWER + b"\r\n"])
def test_that_a_clean_object_is_not_called_dirty(body: bytes) -> None:
    assert not read_document(body).dirty


def test_that_latin_1_bytes_are_read_as_windows_1252_a2() -> None:
    document = read_document(b'{"dia": "Ma\xf1ana", "precio": "\x80 5"}')
    assert document.fields == {"dia": "Mañana", "precio": "€ 5"}
    assert document.dirty


def test_that_fractions_keep_their_digits() -> None:
    assert read_document(b'{"precio": 60.10}').fields == {"precio": Decimal("60.10")}


def test_that_raw_line_breaks_in_texts_are_read() -> None:
    assert read_document(b'{"a": "uno\ndos"}').fields == {"a": "uno\ndos"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"null", "no JSON object"),
        (b"[]", "no JSON object"),
        (b'"{\\"success\\": true}"', "no JSON object"),
        (WARNING, "no JSON object"),
        (ANSWER + ANSWER, "more than one"),
        (ANSWER + b"\n{}", "more than one"),
        (b'[{"success": true}]', "part of something"),
        (b'{{"success": true}}', "part of something"),
        (b'se, "more": {"success": true}}', "part of something"),
        (b'callback({"success": true})', "part of something"),
        (ANSWER + b"}", "part of something"),
        (b"<!DOCTYPE html><html><body>Login</body></html>", "no JSON object"),
        (b'<html><script>var c = {"success": true};</script></html>', "web page"),
        (ANSWER + b"<html>", "web page"),
        (ANSWER[:-1], "broken or truncated"),
        (b'{"success": false, "more": {"success": true}', "broken or truncated"),
        (b'{"success": true, "n": NaN}', "broken"),
        (b'{"success": true, "n": -Infinity}', "broken"),
        (b'{"success": true, "n": 1e9999999999999999999999}', "broken"),
        (b'{"success": true, "n": ' + b"9" * 5000 + b"}", "broken"),
        (b'{"success": false, "success": true}', "broken"),
        (b'{"success": true, "a": {"b": 1, "b": 2}}', "broken"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too deep"),
        (b'{"a":' + b"[" * 100_000, "too deep"),
        (ANSWER.decode().encode("utf-16")[:-3], "no JSON object"),
    ],
)
def test_that_anything_but_one_whole_object_is_refused_a6_a15(body: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        read_document(body)


@given(st.integers(0, len(ANSWER) - 1), st.sampled_from([b"", WARNING]))
def test_that_no_cut_off_answer_is_ever_read(length: int, before: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_document(before + ANSWER[:length])


@given(st.integers(1, len(ANSWER) - 1))
def test_that_no_answer_without_its_beginning_is_ever_read(start: int) -> None:
    with pytest.raises(UnreadableError):
        read_document(ANSWER[start:])


@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\ aé1\x00', max_size=80).map(str.encode))
@settings(max_examples=400, deadline=None)
def test_that_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        document = read_document(body)
    except UnreadableError:
        return
    assert isinstance(document.fields, dict)


@given(st.dictionaries(st.text(), json_values, max_size=4), st.booleans())
@settings(deadline=None)
def test_that_every_object_is_read_back_whole(fields: dict[str, object], escape: bool) -> None:
    body = json.dumps(fields, ensure_ascii=escape).encode()
    assert read_document(body).fields == fields


@pytest.mark.parametrize("text", ["", "[1] 2", "[1", "NaN", "hola"])
def test_that_a_json_text_must_be_json_to_its_end(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_json(text)


def test_that_a_json_text_may_have_spaces_around() -> None:
    assert read_json(' ["a"]\n') == ["a"]
