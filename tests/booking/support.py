"""A booking desk for a test: the real client over the sandbox, a real database file, clocks that it sets."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from prometheus_client import CollectorRegistry

from citas.booking.availability import AvailabilityDesk, NotFree
from citas.booking.business import Business
from citas.booking.commit import Booker, BookingOutcome, BookingWish
from citas.booking.empresa import Empresa
from citas.booking.reconcile import Patience, Reconciler
from citas.maravia.client import Endpoints, Maravia
from citas.maravia.transport import connect
from citas.sandbox.app import create_sandbox
from citas.sandbox.state import SandboxState
from citas.scheduling.policy import Reason
from citas.store.model import Booking, ClaimLimits, SessionKey
from citas.store.store import Store, open_store
from citas.telemetry import BookingMetrics

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)
THURSDAY_4PM = datetime(2026, 3, 12, 16, 0, tzinfo=LIMA)
FRIDAY_10AM = datetime(2026, 3, 13, 10, 0, tzinfo=LIMA)
MONDAY_10AM = datetime(2026, 3, 16, 10, 0, tzinfo=LIMA)
QUIPU = Empresa(101, usuario_id=7, id_chatbot=501)
COSTA_VERDE = Empresa(102, usuario_id=20, id_chatbot=502)
SERVICE = "http://sandbox.invalid/servicio/"
ENDPOINTS = Endpoints(
    calendar=SERVICE + "ws_calendario.php",
    scheduling=SERVICE + "ws_agendar_reunion.php",
    information=SERVICE + "ws_informacion_ia.php",
    faqs=SERVICE + "ws_preguntas_frecuentes.php",
)
CREATE = "CREAR_EVENTO"
CHECK = "CONSULTAR_DISPONIBILIDAD"
HOURS = "OBTENER_HORARIO_REUNIONES"


@dataclass(slots=True)
class Seconds:
    """A monotonic clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Moment:
    """A wall clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)


class Wire(httpx.AsyncBaseTransport):
    """The network to the sandbox: it can hold an operation's requests back, or fail to connect."""

    def __init__(self, sandbox: SandboxState) -> None:
        self._inner = httpx.ASGITransport(create_sandbox(sandbox))
        self.unreachable: Counter[str] = Counter()
        self.held: dict[str, asyncio.Event] = {}
        self.arrived = asyncio.Event()
        self.attempts: Counter[str] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fields = json.loads(await request.aread())
        operation = str(fields.get("codOpe", "PREGUNTAS_FRECUENTES"))
        self.attempts[operation] += 1
        if self.unreachable[operation]:
            self.unreachable[operation] -= 1
            raise httpx.ConnectError("nobody listens", request=request)
        if gate := self.held.get(operation):
            self.arrived.set()
            await gate.wait()
        return await self._inner.handle_async_request(request)


@dataclass(slots=True)
class Bench:
    """Everything of `citas.booking`, wired."""

    sandbox: SandboxState
    wire: Wire
    maravia: Maravia
    store: Store
    business: Business
    desk: AvailabilityDesk
    booker: Booker
    reconciler: Reconciler
    clock: Moment
    seconds: Seconds
    registry: CollectorRegistry

    def calls(self, operation: str) -> int:
        """How often the back end received an operation."""
        return sum(call.operation == operation for call in self.sandbox.calls)

    def counted(self, series: str, **labels: str) -> float:
        """What a booking series stands at."""
        return self.registry.get_sample_value(f"agent_citas_{series}_total", labels) or 0.0

    async def until_held(self) -> None:
        """Until a request is being held back."""
        async with asyncio.timeout(10):
            await self.wire.arrived.wait()


@asynccontextmanager
async def open_bench(
    directory: Path,
    *,
    sandbox: SandboxState | None = None,
    api_timeout: float = 5.0,
    accept_unverified: bool = False,
    limits: ClaimLimits | None = None,
    turn_seconds: float = 3.0,
) -> AsyncIterator[Bench]:
    """A desk on a database file in `directory`."""
    clock, seconds, registry = Moment(), Seconds(), CollectorRegistry()
    metrics = BookingMetrics(registry)
    state = sandbox or SandboxState(None, clock)
    wire = Wire(state)
    async with (
        open_store(f"sqlite+aiosqlite:///{directory / 'citas.sqlite'}") as store,
        connect(api_timeout, allow=ENDPOINTS.urls, transport=wire) as connections,
    ):
        maravia = Maravia(connections, ENDPOINTS, LIMA, clock=seconds)
        business = Business(maravia, schedule_ttl=300.0, clock=seconds)
        desk = AvailabilityDesk(maravia, store.ledger, accept_unverified=accept_unverified)
        booker = Booker(
            maravia,
            business,
            desk,
            store.ledger,
            store.requests,
            clock=clock,
            secret=b"a test's secret",
            api_timeout=api_timeout,
            limits=limits or ClaimLimits(),
            metrics=metrics,
        )
        reconciler = Reconciler(
            maravia,
            store.ledger,
            store.requests,
            clock=clock,
            is_under_way=booker.is_under_way,
            patience=Patience(
                timedelta(seconds=3 * api_timeout), timedelta(minutes=2), timedelta(seconds=turn_seconds)
            ),
            metrics=metrics,
        )
        yield Bench(state, wire, maravia, store, business, desk, booker, reconciler, clock, seconds, registry)
        await reconciler.close()
        await booker.drain()


def wish(
    session: str = "51900000001",
    start: datetime = THURSDAY_4PM,
    *,
    empresa: Empresa = QUIPU,
    email: str = "ana@example.com",
    time_left: float = 100.0,
) -> BookingWish:
    """An accepted wish of Ana Torres."""
    return BookingWish(
        session=SessionKey(empresa.id_empresa, session),
        empresa=empresa,
        start=start,
        customer_name="Ana Torres",
        customer_email=email,
        phrase="mañana a las 4",
        accepted_with="sí, confirmo",
        time_left=time_left,
    )


async def only_row(bench: Bench, asked: BookingWish | None = None) -> Booking:
    """The one ledger row of the wish's session."""
    (row,) = await bench.store.ledger.of_session((asked or wish()).session)
    return row


def reason(outcome: BookingOutcome) -> Reason:
    """Why a slot was not free."""
    assert isinstance(outcome, NotFree)
    return outcome.refusal.reason
