"""Reading of a JSON body that does not trust its sender: bounded, timed, strict."""

import asyncio
import json
import math
from contextlib import aclosing
from typing import NoReturn

from starlette.requests import Request

from citas.api.errors import (
    BODY_TOO_SLOW,
    MALFORMED,
    TOO_LARGE,
    UNPROCESSABLE,
    Refused,
)

MAX_BODY = 64 * 1024
BODY_SECONDS = 10.0
_MAX_NUMBER = 40
"""Characters; no number we read is longer, and very long ones are slow to convert."""


class JsonRequest(Request):
    """A request whose whole body is here already, and whose JSON is read strictly."""

    def __init__(self, request: Request, body: bytes) -> None:
        super().__init__(request.scope, request.receive)
        self._raw = body

    async def body(self) -> bytes:
        """The body as it came."""
        return self._raw

    async def json(self) -> object:
        """The JSON document. Raises `Refused` (400 unreadable, 422 a number nobody can mean)."""
        return parse_json(self._raw)


async def read_body(request: Request, *, limit: int = MAX_BODY, seconds: float = BODY_SECONDS) -> bytes:
    """At most `limit` bytes that arrive within `seconds`. Raises `Refused` (413, 408)."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise Refused(TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds), aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > limit:
                    raise Refused(TOO_LARGE)
    except TimeoutError:
        raise Refused(BODY_TOO_SLOW) from None
    return bytes(body)


def parse_json(body: bytes) -> object:
    """The one JSON document in `body`, UTF-8, without duplicate keys or numbers beyond reason."""
    try:
        document: object = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_short,
        )
    except (ValueError, RecursionError):
        # Neither the error nor its cause is passed on: both quote what the customer wrote.
        raise Refused(MALFORMED) from None
    return document


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _no_number(_: str) -> NoReturn:
    raise Refused(UNPROCESSABLE.saying("a number is not finite"))


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _short(text: str) -> int:
    if len(text) > _MAX_NUMBER:
        raise Refused(UNPROCESSABLE.saying("a number has too many digits"))
    return int(text)
