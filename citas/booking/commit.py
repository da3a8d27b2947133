"""The write protocol: how a wish becomes at most one event in a calendar that has no undo.

A call that creates an event is sent exactly once, after a durable claim, on a connection of its own, shielded
from whoever stops waiting. Whatever comes back is one of four outcomes, recorded before anyone is told. An
unknown outcome is never sent again by machine: it is told as unknown and put before a person.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from citas.booking.availability import AvailabilityDesk, NotFree
from citas.booking.business import Business
from citas.booking.empresa import Empresa
from citas.errors import StoreError
from citas.maravia.client import Maravia
from citas.maravia.model import Created, CreateOutcome, NewEvent, NotSent, Rejected
from citas.scheduling import policy
from citas.scheduling.model import Availability, Slot
from citas.scheduling.openings import is_after
from citas.scheduling.policy import Reason, Refusal
from citas.store.ledger import Ledger
from citas.store.model import (
    AlreadyOurs,
    Booking,
    BookingState,
    NewClaim,
    RequestKind,
    SessionKey,
    TakenByOther,
)
from citas.store.requests import Requests

ACTIVE_PER_SESSION = 2
RECORD_MARGIN_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class BookingWish:
    """A booking that the customer has accepted. `time_left` is what the turn has, in seconds."""

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
    """Nothing is in the calendar, and why; `needs_person` when trying again would not help."""

    cause: str
    needs_person: bool = False


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
        accept_unverified: bool,
    ) -> None:
        self._maravia = maravia
        self._business = business
        self._desk = desk
        self._ledger = ledger
        self._requests = requests
        self._clock = clock
        self._secret = secret
        self._api_timeout = api_timeout
        self._accept_unverified = accept_unverified
        self._under_way: dict[asyncio.Task[BookingOutcome], SessionKey] = {}

    async def book(self, wish: BookingWish) -> BookingOutcome:
        """Check the wish afresh, claim its slot, send it once, record what came of it."""
        known = await self._already_known(wish)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        began = loop.time()
        # The checks before the claim use the back end too; the call must still fit after them, see below.
        if wish.time_left < 2 * self._api_timeout + RECORD_MARGIN_SECONDS:
            return NotBooked("deadline")
        checked = await self._check(wish)
        if isinstance(checked, NotFree):
            return checked
        left = wish.time_left - (loop.time() - began)
        if left < self._api_timeout + RECORD_MARGIN_SECONDS:
            return NotBooked("deadline")
        return await self._shielded(self._claim_and_send(wish, *checked), wish.session)

    def is_under_way(self, session: SessionKey) -> bool:
        """Whether an event of this session is being claimed or created right now."""
        return session in self._under_way.values()

    async def recover(self, older_than: datetime) -> int:
        """See that whatever is unresolved since before `older_than` is before a person; returns how many
        were not. A claim without an outcome is UNKNOWN from then on: whoever sent it is gone."""
        asked = {request.booking_ref for request in await self._requests.all_open()}
        found = [
            booking
            for booking in await self._ledger.unresolved(older_than)
            if booking.state is BookingState.SENT or booking.ref not in asked
        ]
        for booking in found:
            now = self._clock()
            if booking.state is BookingState.SENT:
                detail = "no outcome was recorded"
                await self._ledger.record(booking.id, BookingState.UNKNOWN, now, detail=detail)
            if booking.ref not in asked:
                await self._ask_person(booking, now)
        return len(found)

    async def drain(self) -> None:
        """Wait for every event being created to have its outcome recorded."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _claim_and_send(
        self, wish: BookingWish, slot: Slot, availability: Availability
    ) -> BookingOutcome:
        """From the claim on nobody's cancellation may come between."""
        claim = await self._ledger.claim(self._claim_of(wish, slot, availability), self._clock())
        if isinstance(claim, AlreadyOurs):
            return _as_outcome(claim.booking)
        if isinstance(claim, TakenByOther):
            return await self._taken(wish)
        return await self._send(wish, claim.booking)

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
        return NotBooked("limit", needs_person=True) if len(active) >= ACTIVE_PER_SESSION else None

    async def _check(self, wish: BookingWish) -> tuple[Slot, Availability] | NotFree:
        now = self._clock()
        hours = await self._business.fresh_hours(wish.empresa.id_empresa)
        unverified = NotFree(Refusal(Reason.UNVERIFIED, wish.start.date()))
        if hours is None:
            return unverified
        verdict = policy.check(wish.start, wish.empresa.duracion_cita_minutos, hours, now)
        if isinstance(verdict, Refusal):
            return await self._refused(wish) or NotFree(verdict)
        state = await self._desk.probe(wish.empresa, verdict.slot)
        if state is Availability.BUSY:
            return await self._taken(wish)
        if state is Availability.UNKNOWN and not self._accept_unverified:
            return unverified
        return verdict.slot, state

    async def _refused(self, wish: BookingWish) -> NotFree | None:
        """The refusal with alternatives, as availability tells it now; None if it would be free."""
        hours = await self._business.fresh_hours(wish.empresa.id_empresa)
        answer = await self._desk.check(wish.empresa, wish.start, hours, self._clock())
        return answer if isinstance(answer, NotFree) else None

    async def _taken(self, wish: BookingWish) -> NotFree:
        taken = NotFree(Refusal(Reason.TAKEN, wish.start.date()))
        refused = await self._refused(wish)
        return replace(refused, refusal=taken.refusal) if refused else taken

    async def _rejected(self, wish: BookingWish) -> NotFree | NotBooked:
        """Taken in the meantime, if the calendar says so now; any other refusal is for people to look at."""
        refused = await self._refused(wish)
        if refused is not None and refused.refusal.reason is Reason.TAKEN:
            return refused
        return NotBooked("rejected", needs_person=True)

    def _claim_of(self, wish: BookingWish, slot: Slot, availability: Availability) -> NewClaim:
        evidence = {
            "phrase": wish.phrase,
            "slot": slot.start.isoformat(),
            "availability": availability.value,
            "accepted_with": wish.accepted_with,
        }
        return NewClaim(
            key=self._key(wish, slot),
            session=wish.session,
            resource=wish.empresa.resource,
            start=slot.start,
            end=slot.end,
            customer_name=wish.customer_name,
            customer_email=wish.customer_email,
            evidence=json.dumps(evidence, ensure_ascii=False),
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

    async def _send(self, wish: BookingWish, booking: Booking) -> BookingOutcome:
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
        return await self._record(wish, booking, outcome)

    async def _record(self, wish: BookingWish, booking: Booking, outcome: CreateOutcome) -> BookingOutcome:
        state, detail = _state_of(outcome)
        link = outcome.meet_link if isinstance(outcome, Created) else None
        now = self._clock()
        try:
            row = await self._ledger.record(booking.id, state, now, meet_link=link, detail=detail)
            if state is BookingState.UNKNOWN:
                await self._ask_person(row, now)
        except StoreError:
            # The row still says SENT, which reads as unknown: nothing is told that is not stored.
            return Verifying(booking)
        if state is BookingState.CREATED:
            return Booked(row)
        if state is BookingState.UNKNOWN:
            return Verifying(row)
        if state is BookingState.NOT_SENT:
            return NotBooked("not_sent")
        if isinstance(outcome, Rejected) and outcome.auth:
            return NotBooked("auth", needs_person=True)
        return await self._rejected(wish)

    async def _ask_person(self, booking: Booking, now: datetime) -> None:
        await self._requests.add(
            booking.session,
            RequestKind.UNKNOWN_BOOKING,
            f"Verificar si {booking.ref} quedó en el calendario ({booking.start:%Y-%m-%d %H:%M})",
            now,
            booking_ref=booking.ref,
        )


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
