"""The ASGI application: routes, middleware and error table, put together."""

from collections.abc import MutableMapping
from typing import Any

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from citas import __version__
from citas.api.chat import ChatEndpoint
from citas.api.gate import Gate
from citas.api.limits import SessionRate, Turns
from citas.api.metrics import ApiMetrics
from citas.api.middleware import Envelope
from citas.api.ops import Operations
from citas.api.refusals import Refusals
from citas.api.runtime import Lifetime, OpenService
from citas.settings import Settings

_QUIET = frozenset({"/health", "/ready", "/metrics"})


def create_app(open_service: OpenService, settings: Settings, registry: CollectorRegistry) -> FastAPI:
    """The application; `open_service` is entered when the server starts and left when it stops.

    `registry` gets this layer's series and is what ``/metrics`` shows.
    """
    turns = Turns(settings.max_in_flight)
    lifetime = Lifetime(open_service, turns, drain_seconds=settings.chat_timeout)
    gate = Gate(settings.tokens, turns)
    metrics = ApiMetrics(registry, turns)
    refusals = Refusals(metrics)
    rate = SessionRate(settings.session_rate_per_minute)

    app = FastAPI(
        title="agent_citas",
        description="Answers prospects on WhatsApp, checks the calendar and books the meeting.",
        version=__version__,
        lifespan=lifetime.span,
        docs_url="/docs" if settings.docs_enabled else None,
        openapi_url="/openapi.json" if settings.docs_enabled else None,
        redoc_url=None,
        redirect_slashes=False,
        # `logs` would export exception messages, which may quote customers.
        telemetry={"operation_spans": False, "logs": False, "exclude": _is_quiet},
    )
    refusals.install(app)
    app.include_router(ChatEndpoint(lifetime, turns, rate, metrics).router(gate))
    app.include_router(Operations(lifetime, gate, registry).router())
    app.add_middleware(Envelope, refusals=refusals)
    return app


def _is_quiet(scope: MutableMapping[str, Any]) -> bool:
    return scope.get("path") in _QUIET
