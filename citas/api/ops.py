"""For those who operate the service: is it alive, may it get traffic, what has it been doing."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from citas import __version__
from citas.api.gate import Gate
from citas.api.runtime import Lifetime


class Operations:
    """`/health`, `/ready` and `/metrics`. The parts get `patience` seconds to tell their state."""

    def __init__(
        self,
        lifetime: Lifetime,
        gate: Gate,
        registry: CollectorRegistry,
        *,
        patience: float = 3.0,
    ) -> None:
        self._lifetime = lifetime
        self._patience = patience
        self._gate = gate
        self._registry = registry

    def router(self) -> APIRouter:
        """The three routes."""
        router = APIRouter(tags=["operations"])
        router.get("/health", summary="The process is alive")(self.health)
        router.get("/ready", summary="Traffic may be sent", response_model=None)(self.ready)
        router.get("/metrics", summary="Prometheus exposition", response_model=None)(self.metrics)
        return router

    async def health(self) -> dict[str, str]:
        """Says only that the process answers; nothing outside of it is asked."""
        return {"status": "ok", "agent": "citas", "version": __version__}

    async def ready(self) -> Response:
        """503 while the store is down or the service drains. A provider that is down is shown, but
        costs no readiness: it would take all replicas away at once."""
        checks = await self._checks()
        ready = checks.get("store") == "ok" and "draining" not in checks.values()
        return JSONResponse(
            {"status": "ready" if ready else "not ready", "checks": dict(checks)},
            status_code=200 if ready else 503,
        )

    async def metrics(self, request: Request) -> Response:
        """The series. Takes the same token as the chat, when one is set."""
        self._gate.authenticate(request)
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _checks(self) -> Mapping[str, str]:
        try:
            async with asyncio.timeout(self._patience):
                return await self._lifetime.service.readiness()
        except TimeoutError:
            return {"store": f"down: no answer in {self._patience:g} s"}
