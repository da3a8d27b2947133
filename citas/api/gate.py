"""What a request must show before anything of it is parsed, cheapest check first.

The checks belong to the route and not to a middleware that compares paths: Starlette's pattern for
``/api/chat`` also matches ``/api/chat%0A``, which such a comparison would wave through.
"""

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from citas.api.body import JsonRequest, read_body
from citas.api.errors import HEADERS_TOO_LARGE, NOT_JSON, OVERLOADED, UNAUTHORIZED, Refused
from citas.api.limits import Turns

MAX_HEADERS = 16 * 1024


class Gate:
    """Lets a request in, or raises `Refused`. Without tokens everyone is let in."""

    def __init__(self, tokens: tuple[str, ...], turns: Turns) -> None:
        self._tokens = tuple(token.encode() for token in tokens)
        self._turns = turns

    def authenticate(self, request: Request) -> None:
        """Raises `Refused` (401) unless exactly one credential came and it is one of ours."""
        if not self._tokens:
            return
        given = _credentials(request)
        # Bytes, because `compare_digest` raises on text that is not ASCII; every token is compared,
        # so that the time taken does not tell which one was near.
        if len(given) != 1 or not sum(hmac.compare_digest(given[0], t) for t in self._tokens):
            raise Refused(UNAUTHORIZED)

    async def admit(self, request: Request) -> JsonRequest:
        """The request with its body read. Raises `Refused` (401, 408, 413, 415, 431, 503)."""
        if sum(len(name) + len(value) for name, value in request.headers.raw) > MAX_HEADERS:
            raise Refused(HEADERS_TOO_LARGE)
        self.authenticate(request)
        if not _is_json(request.headers.get("content-type", "")):
            raise Refused(NOT_JSON)
        if self._turns.full:
            raise Refused(OVERLOADED)
        return JsonRequest(request, await read_body(request))


def guarded(gate: Gate) -> type[APIRoute]:
    """The kind of route whose requests pass `gate` first, however their path was spelled."""

    class GuardedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def admitted(request: Request) -> Response:
                return await handle(await gate.admit(request))

            return admitted

    return GuardedRoute


def _credentials(request: Request) -> list[bytes]:
    found = []
    for name, value in request.headers.raw:
        if name == b"x-internal-token":
            found.append(value.strip())
        elif name == b"authorization" and value[:7].lower() == b"bearer ":
            found.append(value[7:].strip())
    return found


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
