"""The write protocol: how a wish becomes at most one event in a calendar that has no undo.

A call that creates an event is sent exactly once, after a durable claim, on a connection of its own, shielded
from whoever stops waiting. Whatever comes back is one of four outcomes, recorded before anyone is told. An
unknown outcome is never sent again by machine: it is told as unknown and put before a person.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from citas.booking.availability import AvailabilityDesk, NotFree
from citas.booking.business import Business
from citas.booking.empresa import Empresa
from citas.booking.evidence import AskedCalendar, Evidence
from citas.booking.last_check import Checked, LastCheck
from citas.booking.reconcile import ask_person
from citas.errors import StoreError
from citas.maravia.client import Maravia
from citas.maravia.model import Created, CreateOutcome, NewEvent, NotSent, Rejected
from citas.scheduling.model import Availability, Slot
from citas.scheduling.openings import is_after
from citas.scheduling.policy import Reason
from citas.store.ledger import Ledger
from citas.store.model import (
    AlreadyOurs,
    Booking,
    BookingState,
    ClaimLimits,
    Limit,
    NewClaim,
    OverLimit,
    SessionKey,
    TakenByOther,
)
from citas.store.requests import Requests
from citas.telemetry import BookingMetrics

log = structlog.get_logger(__name__)

RECORD_MARGIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class BookingWish:
    """A booking that the customer has accepted: `phrase` is the message that named the slot,
    `accepted_with` the one that said yes. `time_left` is what the turn has, in seconds."""

    session: SessionKey
    empresa: Empresa
    start: datetime
    customer_name: str
    customer_email: str
    phrase: str
    accepted_with: str
    time_left: float


@dataclass(frozen=True, slots=True)
class Booked:
    """The event is in the calendar. `new` is False when it was there before this wish."""

    booking: Booking
    new: bool = True


@dataclass(frozen=True, slots=True)
class Verifying:
    """It may be in the calendar. Nothing more is sent; a person looks into it."""

    booking: Booking


@dataclass(frozen=True, slots=True)
class NotBooked:
    """Nothing is in the calendar, and why; `needs_person` when trying again would not help. `limit` says
    which bound was reached where the cause is "limit"."""

    cause: str
    needs_person: bool = False
    limit: Limit | None = field(default=None, compare=False)


BookingOutcome = Booked | Verifying | NotFree | NotBooked


class Booker:
    """Carries out booking wishes. One for the whole process; `drain` waits for what is under way."""

    def __init__(
        self,
        maravia: Maravia,
        business: Business,
        desk: AvailabilityDesk,
        ledger: Ledger,
        requests: Requests,
        *,
        clock: Callable[[], datetime],
        secret: bytes,
        api_timeout: float,
        limits: ClaimLimits,
        metrics: BookingMetrics,
    ) -> None:
        self._maravia = maravia
        self._ledger = ledger
        self._requests = requests
        self._clock = clock
        self._secret = secret
        self._api_timeout = api_timeout
        self._last_check = LastCheck(business, desk, clock)
        self._limits = limits
        self._metrics = metrics
        self._under_way: dict[asyncio.Task[BookingOutcome], SessionKey] = {}

    async def book(self, wish: BookingWish) -> BookingOutcome:
        """Check the wish afresh, claim its slot, send it once, record what came of it.

        A store that fails before the claim is stored has let nothing out: no claim, no call.
        """
        try:
            return await self._book(wish)
        except ClaimFailed:
            return self._counted(NotBooked("store"))

    async def _book(self, wish: BookingWish) -> BookingOutcome:
        with _before_the_claim():
            known = await self._already_known(wish)
        if known is not None:
            return self._counted(known)
        loop = asyncio.get_running_loop()
        began = loop.time()
        # The checks before the claim use the back end too; the call must still fit after them, see below.
        if wish.time_left < 2 * self._api_timeout + RECORD_MARGIN_SECONDS:
            return self._counted(NotBooked("deadline"))
        with _before_the_claim():
            checked = await self._last_check(wish.empresa, wish.start)
        if isinstance(checked, NotFree):
            return self._counted(checked)
        left = wish.time_left - (loop.time() - began)
        if left < self._api_timeout + RECORD_MARGIN_SECONDS:
            return self._counted(NotBooked("deadline"))
        return await self._shielded(self._claim_and_send(wish, checked), wish.session)

    def is_under_way(self, session: SessionKey) -> bool:
        """Whether an event of this session is being claimed or created right now."""
        return session in self._under_way.values()

    async def drain(self) -> None:
        """Wait for every event being created to have its outcome recorded."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _claim_and_send(self, wish: BookingWish, checked: Checked) -> BookingOutcome:
        """From the claim on nobody's cancellation may come between."""
        with _before_the_claim():
            claim = await self._ledger.claim(self._claim_of(wish, checked), self._clock(), self._limits)
        if isinstance(claim, AlreadyOurs):
            return _as_outcome(claim.booking)
        if isinstance(claim, OverLimit):
            return self._counted(_over(claim.limit))
        if isinstance(claim, TakenByOther):
            self._metrics.race.inc()
            return self._counted(await self._last_check.taken(wish.empresa, wish.start))
        return self._counted(await self._send(wish, claim.booking, checked))

    def _counted(self, outcome: BookingOutcome) -> BookingOutcome:
        """Refusals are counted here, attempts with an outcome where it is recorded."""
        if isinstance(outcome, (NotFree, NotBooked)):
            self._metrics.failed.labels(_reason(outcome)).inc()
        return outcome

    async def _already_known(self, wish: BookingWish) -> BookingOutcome | None:
        now = self._clock()
        bookings = await self._ledger.of_session(wish.session)
        for booking in bookings:
            if booking.start == wish.start and booking.state is BookingState.CREATED:
                return Booked(booking, new=False)
        for booking in bookings:
            unknown = booking.state in {BookingState.SENT, BookingState.UNKNOWN}
            if unknown and is_after(booking.end, now):
                return Verifying(booking)
        active = [b for b in bookings if b.state.holds_slot and is_after(b.start, now)]
        return _over(Limit.SESSION) if len(active) >= self._limits.per_session else None

    async def _rejected(self, wish: BookingWish) -> NotFree | NotBooked:
        """Taken in the meantime, if the calendar says so now; any other refusal is for people to look at."""
        refused = await self._last_check.refusal(wish.empresa, wish.start)
        if refused is not None and refused.refusal.reason is Reason.TAKEN:
            self._metrics.race.inc()
            return refused
        return NotBooked("rejected", needs_person=True)

    def _claim_of(self, wish: BookingWish, checked: Checked) -> NewClaim:
        empresa, slot = wish.empresa, checked.slot
        evidence = Evidence(
            phrase=wish.phrase,
            slot=slot.start,
            availability=checked.availability.value,
            asked_at=checked.asked_at,
            accepted_with=wish.accepted_with,
            calendar=AskedCalendar(empresa.slots, empresa.agendar_usuario, empresa.agendar_sucursal),
        )
        return NewClaim(
            key=self._key(wish, slot),
            session=wish.session,
            resource=empresa.resource,
            start=slot.start,
            end=slot.end,
            customer_name=wish.customer_name,
            customer_email=wish.customer_email,
            evidence=evidence.dumps(),
        )

    def _key(self, wish: BookingWish, slot: Slot) -> str:
        """Who, which calendar, when: a re-worded request for the same slot is the same booking."""
        start = slot.start.astimezone(UTC).isoformat()
        parts = (wish.session.id_empresa, wish.session.session, wish.empresa.resource, start)
        text = "\x1f".join(map(str, parts))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    async def _shielded(
        self, sending: Coroutine[None, None, BookingOutcome], session: SessionKey
    ) -> BookingOutcome:
        task = asyncio.create_task(sending)
        self._under_way[task] = session
        task.add_done_callback(lambda done: self._under_way.pop(done, None))
        return await asyncio.shield(task)

    async def _send(self, wish: BookingWish, booking: Booking, checked: Checked) -> BookingOutcome:
        event = NewEvent(
            usuario_id=wish.empresa.usuario_id,
            id_prospecto=wish.session.session,
            titulo=f"Cita con {booking.customer_name} ({booking.ref})",
            start=wish.start,
            end=Slot.of(wish.start, wish.empresa.duracion_cita_minutos).end,
            correo_cliente=booking.customer_email,
            correo_usuario=wish.empresa.correo_usuario,
            agendar_usuario=wish.empresa.agendar_usuario,
        )
        outcome = await self._maravia.create_event(event)
        if isinstance(outcome, NotSent):
            # It never left, so a second attempt is the first one.
            outcome = await self._maravia.create_event(event)
        return await self._record(wish, booking, outcome, checked.availability)

    async def _record(
        self, wish: BookingWish, booking: Booking, outcome: CreateOutcome, availability: Availability
    ) -> BookingOutcome:
        state, detail = _state_of(outcome)
        link = outcome.meet_link if isinstance(outcome, Created) else None
        self._count(state, link, availability)
        now = self._clock()
        try:
            row = await self._ledger.record(booking.id, state, now, meet_link=link, detail=detail)
        except StoreError as error:
            # The row still says SENT, which reads as unknown: nothing is told that is not stored.
            log.error("the outcome of a booking was not stored", ref=booking.ref, error=str(error))
            self._metrics.outcome_commit_failed.inc()
            return Verifying(booking)
        if state is BookingState.CREATED:
            return Booked(row)
        if state is BookingState.UNKNOWN:
            return await self._verifying(row, now)
        if state is BookingState.NOT_SENT:
            return NotBooked("not_sent")
        if isinstance(outcome, Rejected) and outcome.auth:
            return NotBooked("auth", needs_person=True)
        return await self._rejected(wish)

    async def _verifying(self, row: Booking, now: datetime) -> Verifying:
        try:
            await ask_person(self._requests, row, now)
        except StoreError as error:
            log.warning("a person is asked at the next look", ref=row.ref, error=str(error))
        return Verifying(row)

    def _count(self, state: BookingState, link: str | None, availability: Availability) -> None:
        """What became of the call, whether or not it can be stored."""
        if state is BookingState.UNKNOWN:
            self._metrics.unknown.inc()
        if state is BookingState.NOT_SENT:
            self._metrics.not_sent.inc()
        if state is BookingState.CREATED:
            self._metrics.success.inc()
            self._metrics.meet_link.labels("present" if link else "missing").inc()
            if availability is Availability.UNKNOWN:
                self._metrics.unverified.inc()


class ClaimFailed(StoreError):
    """The store failed, and no call has gone out."""


@contextmanager
def _before_the_claim() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        log.error("the store failed before a claim", error=str(error))
        raise ClaimFailed(str(error)) from error


def _as_outcome(booking: Booking) -> BookingOutcome:
    if booking.state is BookingState.CREATED:
        return Booked(booking, new=False)
    return Verifying(booking)


def _state_of(outcome: CreateOutcome) -> tuple[BookingState, str]:
    if isinstance(outcome, Created):
        return BookingState.CREATED, outcome.message
    if isinstance(outcome, Rejected):
        return BookingState.REJECTED, outcome.reason
    if isinstance(outcome, NotSent):
        return BookingState.NOT_SENT, outcome.reason
    return BookingState.UNKNOWN, outcome.reason


def _over(limit: Limit) -> NotBooked:
    return NotBooked("limit", needs_person=True, limit=limit)


def _reason(outcome: NotFree | NotBooked) -> str:
    """Why there was no booking, as the series tells it: one of a few words."""
    if isinstance(outcome, NotBooked):
        return f"limit_{outcome.limit}" if outcome.limit else outcome.cause
    reason = outcome.refusal.reason
    return reason.value if reason in {Reason.TAKEN, Reason.UNVERIFIED} else "validation"
