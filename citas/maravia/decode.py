"""Finds the one JSON object in what PHP printed. Noise is cut away; nothing is guessed."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal

_OBJECT_START = re.compile(r'\{\s*["}]')
"""`{main}` in a PHP stack trace or `{color:red}` in a style is not the start of a JSON object."""

_PAGE = re.compile(r"<\s*(?:!doctype|html|head|body|script|form)\b", re.IGNORECASE)
"""A whole web page is not an answer, even when a script in it holds an object."""

_INSIDE_BEFORE = ('"', "[", "{", ",", ":", "(")
_INSIDE_AFTER = ('"', "]", "}", ",", ":", ")")
"""Next to an object, these say that it is a part of something bigger, cut or not."""


class UnreadableError(ValueError):
    """Not one JSON object. Says why, quotes nothing, and never leaves this package."""


@dataclass(frozen=True, slots=True)
class Document:
    """The fields of the object; `dirty` when it was not alone or not UTF-8."""

    fields: dict[str, object]
    dirty: bool


def read_document(body: bytes) -> Document:
    """The single JSON object in `body`. Raises `UnreadableError`, and nothing else, on any bytes.

    Refused: no object, two of them, cut or nested too deep, a part of something bigger, a web
    page, NaN and infinities, repeated keys. Fractions come as `Decimal`.
    """
    text, clean = _decode(body)
    if not text.strip():
        raise UnreadableError("empty answer")
    first = _OBJECT_START.search(text)
    if first is None:
        raise UnreadableError("no JSON object")
    found, end = _parse(text, first.start())
    before, after = text[: first.start()].strip(), text[end:].strip()
    if _OBJECT_START.search(after):
        raise UnreadableError("more than one JSON object")
    if before.endswith(_INSIDE_BEFORE) or after.startswith(_INSIDE_AFTER):
        raise UnreadableError("the object is a part of something bigger")
    if _PAGE.search(before) or _PAGE.search(after):
        raise UnreadableError("a web page")
    if not isinstance(found, dict):  # pragma: no cover  # an opening brace yields nothing else
        raise UnreadableError("no JSON object")
    return Document(found, dirty=bool(not clean or before or after))


def read_json(text: str) -> object:
    """The JSON value that is all of `text`, as strict as `read_document` in what it raises."""
    value, end = _parse(text, len(text) - len(text.lstrip()))
    if text[end:].strip():
        raise UnreadableError("text after the JSON value")
    return value


def _decode(body: bytes) -> tuple[str, bool]:
    """The text, and whether it was plain UTF-8. What is not Unicode is read as Windows-1252."""
    encoding = json.detect_encoding(body)
    try:
        return body.decode(encoding), encoding == "utf-8"
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace"), False


def _parse(text: str, start: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, start)
    except RecursionError:
        raise UnreadableError("nested too deep") from None
    except (ValueError, ArithmeticError):  # the latter: an exponent beyond what Decimal holds
        raise UnreadableError("broken or truncated JSON") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("repeated key")
    return fields


def _not_a_number(name: str) -> object:
    raise ValueError(name)


# strict=False: texts typed by people may hold raw line breaks and tabs.
_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_not_a_number, object_pairs_hook=_unique, strict=False
)
