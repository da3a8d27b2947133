"""The composition root: settings in, a running service out. The only place where things are wired."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import structlog
from prometheus_client import CollectorRegistry
from pydantic_ai import Agent
from pydantic_ai.models import Model

from citas.agent.build import Models, Tuning, build_agent
from citas.agent.deps import CitasDeps, Services
from citas.agent.prompt import Prompt
from citas.agent.provider import ProviderAccess, open_model
from citas.agent.watched import WatchedModel
from citas.answering import Answerer
from citas.booking.availability import AvailabilityDesk
from citas.booking.business import Business
from citas.booking.commit import Booker
from citas.booking.reconcile import Patience, Reconciler
from citas.conversation import Conversation, Limits
from citas.errors import StoreError
from citas.maravia.calls import CallReport, Operation, Result
from citas.maravia.client import Endpoints, Maravia
from citas.maravia.transport import connect
from citas.settings import Settings
from citas.store.model import ClaimLimits
from citas.store.store import Store, open_store
from citas.telemetry import BackendMetrics, BookingMetrics, TurnMetrics, session_tag

log = structlog.get_logger(__name__)

RECONCILE_EVERY_SECONDS = 60.0
# The booking key must be the same after a restart, and serves without a secret. The hash that stands for a
# session in the logs hides a phone number only with one.
_KEY_WITHOUT_SECRET = b"agent-citas booking key"


@dataclass(frozen=True, slots=True)
class Outside:
    """What tests, demo and evals put in the place of the world: the back end's network, the model, the time.

    `clock` tells the moment; `monotonic` seconds, by which caches age and breakers cool down.
    `booker` is there for a test that wants to see a worse one caught, `agent` for evals, which compare
    prompts and open many services.
    """

    backend: httpx.AsyncBaseTransport | None = None
    model: Model | None = None
    clock: Callable[[], datetime] | None = None
    monotonic: Callable[[], float] = time.monotonic
    booker: Callable[..., Booker] = Booker
    agent: Agent[CitasDeps, str] | None = None


@dataclass(slots=True)
class Runtime:
    """The running service."""

    settings: Settings
    conversation: Conversation
    services: Services
    store: Store
    maravia: Maravia
    provider: WatchedModel | None = None
    draining: bool = False

    async def readiness(self) -> Mapping[str, str]:
        """Each part's state. Only the store decides: without back end or model we still answer."""
        breakers = self.maravia.breakers().values()
        return {
            "store": await self._store_state(),
            "maravia": "ok" if all(state == "closed" for state in breakers) else "degraded",
            "model": self._model_state(),
            "service": "draining" if self.draining else "ok",
        }

    def drain(self) -> None:
        """Take no new turns from now on."""
        self.draining = True
        self.conversation.drain()

    def _model_state(self) -> str:
        if self.settings.offline:
            return "offline"
        trouble = self.provider.trouble if self.provider else None
        return f"degraded: {trouble}" if trouble else self.settings.openai_model

    async def _store_state(self) -> str:
        try:
            await self.store.ping()
        except StoreError as error:
            return f"down: {type(error).__name__}"
        return "ok"


@asynccontextmanager
async def runtime(
    settings: Settings, registry: CollectorRegistry, outside: Outside | None = None
) -> AsyncIterator[Runtime]:
    """Open everything in order, and close it in reverse once no event is on its way any more."""
    outside = outside or Outside()
    clock = outside.clock or make_clock(settings)
    secret = settings.session_hash_key.get_secret_value().encode() or _KEY_WITHOUT_SECRET
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(settings.database_url))
        maravia = await _open_maravia(settings, registry, outside, stack)
        schedule_ttl = settings.schedule_cache_ttl_minutes * 60.0
        business = Business(maravia, schedule_ttl=schedule_ttl, clock=outside.monotonic)
        accept = settings.booking_on_unverified == "accept"
        desk = AvailabilityDesk(maravia, store.ledger, accept_unverified=accept)
        metrics = BookingMetrics(registry)
        booker = outside.booker(
            maravia,
            business,
            desk,
            store.ledger,
            store.requests,
            clock=clock,
            secret=secret,
            api_timeout=settings.api_timeout,
            limits=_claim_limits(settings),
            metrics=metrics,
        )
        stack.push_async_callback(booker.drain)
        reconciler = _reconciler(settings, maravia, store, booker, clock, metrics)
        # A SQLite file is ours alone; on PostgreSQL another process may still wait for its answers.
        await reconciler.settle(alone=settings.database_url.startswith("sqlite"))
        await stack.enter_async_context(_reconciling(reconciler))
        services = Services(business, desk, booker, store.requests, reconciler)
        turn_metrics = TurnMetrics(registry)
        model = outside.model or await _open_primary(settings, stack)
        primary = WatchedModel(model, turn_metrics, outside.monotonic) if model else None
        answerer = Answerer(
            outside.agent or build_agent(Prompt(), _tuning(settings)),
            Models(primary, settings.offline_fallback, settings.model_turns_per_session_day),
            store,
            turn_metrics,
            messages=settings.max_messages_history,
        )
        conversation = Conversation(
            answerer,
            services,
            store,
            Limits(settings.turn_timeout, settings.max_messages_history),
            clock=clock,
            holder=f"{os.getpid()}-{secrets.token_hex(4)}",
            tag=lambda key: session_tag(secret, key.id_empresa, key.session),
        )
        yield Runtime(settings, conversation, services, store, maravia, primary)


def make_clock(settings: Settings) -> Callable[[], datetime]:
    """Aware "now" in the companies' zone; standing still where `CITAS_NOW` says so."""
    frozen, zone = settings.frozen_now, settings.zone
    if frozen is not None:
        return lambda: frozen
    return lambda: datetime.now(zone)


def _claim_limits(settings: Settings) -> ClaimLimits:
    return ClaimLimits(
        per_contact=settings.bookings_per_contact_day,
        per_empresa=settings.bookings_per_empresa_day,
        attempts=settings.booking_attempts_per_session_day,
    )


def _reconciler(
    settings: Settings,
    maravia: Maravia,
    store: Store,
    booker: Booker,
    clock: Callable[[], datetime],
    metrics: BookingMetrics,
) -> Reconciler:
    return Reconciler(
        maravia,
        store.ledger,
        store.requests,
        clock=clock,
        is_under_way=booker.is_under_way,
        patience=Patience(settings.claim_patience, timedelta(seconds=settings.reconcile_after_seconds)),
        metrics=metrics,
    )


@asynccontextmanager
async def _reconciling(reconciler: Reconciler) -> AsyncIterator[None]:
    """While the service runs: nothing stays unresolved without a person knowing."""

    async def reconcile() -> None:
        while True:
            try:
                await reconciler.look()
                await asyncio.sleep(RECONCILE_EVERY_SECONDS)
                await reconciler.settle()
            except Exception:
                # The edge of a task that must outlive whatever breaks in one round.
                log.exception("reconciling failed unexpectedly")
                await asyncio.sleep(RECONCILE_EVERY_SECONDS)

    task = asyncio.create_task(reconcile())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await reconciler.close()


async def _open_maravia(
    settings: Settings, registry: CollectorRegistry, outside: Outside, stack: AsyncExitStack
) -> Maravia:
    endpoints = Endpoints(
        calendar=settings.api_calendar_url,
        scheduling=settings.api_agendar_reunion_url,
        information=settings.api_informacion_url,
        faqs=settings.api_preguntas_frecuentes_url,
    )
    connections = await stack.enter_async_context(
        connect(settings.api_timeout, allow=endpoints.urls, transport=outside.backend)
    )
    metrics = BackendMetrics(registry)

    def observe(report: CallReport) -> None:
        metrics.observe(report.operation, report.seconds, report.result, dirty=report.dirty)
        if report.odd:
            metrics.odd_shape()
        if _left_open(report):
            metrics.availability_unknown()
        # All of them: an answered check may also close the breaker of the booking after it.
        for operation, state in maravia.breakers().items():
            metrics.breaker(operation, state)

    maravia = Maravia(connections, endpoints, settings.zone, observe=observe, clock=outside.monotonic)
    return maravia


def _left_open(report: CallReport) -> bool:
    """Whether this was a question for a slot that the calendar did not answer."""
    answered = report.result is Result.OK and not report.odd
    return report.operation is Operation.CHECK and not answered and report.result is not Result.CANCELLED


async def _open_primary(settings: Settings, stack: AsyncExitStack) -> Model | None:
    if settings.offline:
        return None
    access = ProviderAccess(
        model=settings.openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        timeout=settings.openai_timeout,
    )
    return await stack.enter_async_context(open_model(access))


def _tuning(settings: Settings) -> Tuning:
    return Tuning(settings.openai_temperature, settings.max_tokens, settings.openai_timeout)
