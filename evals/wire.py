"""The network to the sandbox: an operation may be out of reach, an answer may break off in the middle."""

import json
from collections import Counter

import httpx

from citas.sandbox.app import create_sandbox
from citas.sandbox.responses import ConnectionDropped
from citas.sandbox.state import SandboxState


class Wire(httpx.AsyncBaseTransport):
    """Carries the back end's operations to a sandbox in this process. `unreachable` counts, by operation, the
    calls to come that nobody listens to; `refused` those that were."""

    def __init__(self, sandbox: SandboxState) -> None:
        self._inner = httpx.ASGITransport(create_sandbox(sandbox))
        self.unreachable: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Deliver a request, or fail as a network does."""
        operation = str(json.loads(await request.aread()).get("codOpe", "PREGUNTAS_FRECUENTES"))
        if self.unreachable[operation]:
            self.unreachable[operation] -= 1
            self.refused[operation] += 1
            raise httpx.ConnectError("nobody listens", request=request)
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionDropped:
            raise httpx.RemoteProtocolError("the connection broke", request=request) from None
