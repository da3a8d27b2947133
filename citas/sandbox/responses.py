"""Documents as responses of a PHP server, sound or spoilt by a fault."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Callable, Iterator

from pydantic import JsonValue
from starlette.responses import Response, StreamingResponse

from citas.sandbox.faults import Fault, Planned
from citas.sandbox.operations import Document

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=UTF-8"
LOGIN_PATH = "/login.php"
HUGE_BYTES = 50_000_000
DEEP_LEVELS = 100_000
DRIPS = 10
FOREIGN_MEET_LINK = "https://meet.google.com.reuniones.example/abc-defg-hij"
_LOGIN_PAGE = f"""<!DOCTYPE html>
<html lang="es"><head><title>Iniciar sesión</title></head><body>
<form action="{LOGIN_PATH}" method="post">
<input name="usuario"><input name="clave" type="password"></form>
</body></html>
"""
_WARNING = '<br />\n<b>Warning</b>:  Undefined array key "slots" in <b>ws.php</b> on line 214<br />\n'
_NOTICE = "\n<br />\n<b>Notice</b>:  Undefined variable: sede in <b>ws.php</b> on line 88<br />"

Spoiler = Callable[[Document, float], Response]
"""Makes the response of a document; the number is the seconds it may take."""


class ConnectionDropped(Exception):
    """Breaks off amid a body. A server closes the socket; httpx's `ASGITransport` raises this."""


def respond(document: Document, planned: Planned | None = None) -> Response:
    """The response that carries the document, spoilt as planned."""
    if planned is None:
        return _sound(document)
    return _SPOILERS.get(planned.fault, _timely)(document, planned.seconds)


def login_page() -> Response:
    """What a visitor without a session gets to see."""
    return Response(_LOGIN_PAGE.encode(), headers={"content-type": HTML})


def _sound(document: JsonValue) -> Response:
    return _said(_text(document).encode())


def _timely(document: Document, _seconds: float) -> Response:
    return _sound(document)


def _said(body: bytes, content_type: str = JSON) -> Response:
    return Response(body, headers={"content-type": content_type})


def _text(document: JsonValue) -> str:
    return json.dumps(document, ensure_ascii=False)


def _status(code: int, **headers: str) -> Spoiler:
    body = f"<html><body><h1>{code}</h1></body></html>".encode()

    def spoil(_document: Document, _seconds: float) -> Response:
        return Response(body, code, headers={"content-type": HTML, **headers})

    return spoil


def _rewritten(rewrite: Callable[[Document], JsonValue]) -> Spoiler:
    return lambda document, _seconds: _sound(rewrite(document))


def _success(value: JsonValue) -> Spoiler:
    return _rewritten(lambda document: {**document, "success": value})


def _encoded(encode: Callable[[str], bytes], content_type: str = JSON) -> Spoiler:
    return lambda document, _seconds: _said(encode(_text(document)), content_type)


def _streamed(stream: Callable[[bytes, float], AsyncIterator[bytes]]) -> Spoiler:
    def spoil(document: Document, seconds: float) -> Response:
        body = _text(document).encode()
        headers = {"content-type": JSON, "content-length": str(len(body))}
        return StreamingResponse(stream(body, seconds), headers=headers)

    return spoil


async def _dripping(body: bytes, seconds: float) -> AsyncIterator[bytes]:
    size = -(-len(body) // DRIPS)
    for start in range(0, len(body), size):
        await asyncio.sleep(seconds / DRIPS)
        yield body[start : start + size]


async def _dropped(body: bytes, _seconds: float) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionDropped


def _huge(document: Document, _seconds: float) -> Response:
    def pieces() -> Iterator[bytes]:
        yield _text(document)[:-1].encode() + b', "relleno": "'
        for _ in range(HUGE_BYTES // 100_000):
            yield b"x" * 100_000
        yield b'"}'

    return StreamingResponse(pieces(), headers={"content-type": JSON})


def _deep(text: str) -> bytes:
    nest = "[" * DEEP_LEVELS + "]" * DEEP_LEVELS
    return f'{text[:-1]}, "relleno": {nest}}}'.encode()


def _duplicated(document: Document, _seconds: float) -> Response:
    opposite = json.dumps(document.get("success") is not True)
    return _said(f'{{"success": {opposite}, {_text(document)[1:]}'.encode())


def _two_documents(text: str) -> bytes:
    return f"{text}\n{_text({'success': False, 'message': 'Error al enviar el correo'})}".encode()


def _mapped(value: JsonValue, change: Callable[[JsonValue], JsonValue]) -> JsonValue:
    """The value with every scalar in it changed."""
    if isinstance(value, dict):
        return {k: _mapped(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [_mapped(v, change) for v in value]
    return change(value)


def _number_text(value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _boolean_text(value: JsonValue) -> JsonValue:
    return str(int(value)) if isinstance(value, bool) else value


def _number_nan(value: JsonValue) -> JsonValue:
    return math.nan if isinstance(value, int | float) and not isinstance(value, bool) else value


def _with_nan(document: Document) -> JsonValue:
    # Some answers hold no number, so one is added.
    return _mapped({**document, "tiempo": 0.0}, _number_nan)


def _lists_for_objects(document: Document) -> JsonValue:
    """`[]` for each object inside, or for the whole when there is none: PHP's empty array."""
    if not any(isinstance(v, dict) for v in document.values()):
        return []
    return {k: [] if isinstance(v, dict) else v for k, v in document.items()}


def _foreign_link(document: Document) -> JsonValue:
    if document.get("success") is not True:
        return document
    return {**document, "google_meet_link": FOREIGN_MEET_LINK}


def _without(key: str) -> Spoiler:
    return _rewritten(lambda document: {k: v for k, v in document.items() if k != key})


_SPOILERS: dict[Fault, Spoiler] = {
    Fault.DRIP: _streamed(_dripping),
    Fault.RESET_MID_BODY: _streamed(_dropped),
    Fault.COMMIT_THEN_500: _status(500),
    Fault.STATUS_302: _status(302, location=LOGIN_PATH),
    Fault.STATUS_401: _status(401),
    Fault.STATUS_403: _status(403),
    Fault.STATUS_404: _status(404),
    Fault.STATUS_429: _status(429, **{"retry-after": "30"}),
    Fault.STATUS_500: _status(500),
    Fault.STATUS_502: _status(502),
    Fault.STATUS_503: _status(503, **{"retry-after": "30"}),
    Fault.STATUS_504: _status(504),
    Fault.HTML_LOGIN: lambda _document, _seconds: login_page(),
    Fault.EMPTY: _encoded(lambda _text: b"", HTML),
    Fault.TRUNCATED: _encoded(lambda text: text.encode()[: len(text) // 2]),
    Fault.TWO_DOCUMENTS: _encoded(_two_documents),
    Fault.WARNING_BEFORE: _encoded(lambda text: (_WARNING + text).encode(), HTML),
    Fault.NOTICE_AFTER: _encoded(lambda text: (text + _NOTICE).encode(), HTML),
    Fault.BOM: _encoded(lambda text: text.encode("utf-8-sig")),
    Fault.UTF16: _encoded(lambda text: text.encode("utf-16"), "application/json"),
    Fault.LATIN1: _encoded(lambda text: text.encode("latin-1", "replace"), "application/json"),
    Fault.HTML_CONTENT_TYPE: _encoded(str.encode, HTML),
    Fault.HUGE: _huge,
    Fault.DEEP: _encoded(_deep),
    Fault.DUPLICATE_KEYS: _duplicated,
    Fault.NAN: _rewritten(_with_nan),
    Fault.NUMBERS_AS_STRINGS: _rewritten(lambda document: _mapped(document, _number_text)),
    Fault.BOOLEANS_AS_STRINGS: _rewritten(lambda document: _mapped(document, _boolean_text)),
    Fault.LIST_FOR_OBJECT: _rewritten(_lists_for_objects),
    Fault.MISSING_KEYS: _rewritten(lambda document: {"success": document.get("success")}),
    Fault.NULLS: _rewritten(lambda document: {k: v if k == "success" else None for k, v in document.items()}),
    Fault.NO_SUCCESS: _without("success"),
    Fault.SUCCESS_TEXT_1: _success("1"),
    Fault.SUCCESS_INT_1: _success(1),
    Fault.SUCCESS_TEXT_TRUE: _success("true"),
    Fault.SUCCESS_TEXT_0: _success("0"),
    Fault.SUCCESS_INT_0: _success(0),
    Fault.SUCCESS_TEXT_FALSE: _success("false"),
    Fault.SUCCESS_TEXT_EMPTY: _success(""),
    Fault.SUCCESS_NULL: _success(None),
    Fault.NO_MEET_LINK: _without("google_meet_link"),
    Fault.FOREIGN_MEET_LINK: _rewritten(_foreign_link),
}
