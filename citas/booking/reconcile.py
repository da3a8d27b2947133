"""Bookings that nobody knows the outcome of: put before a person, and looked at in the calendar meanwhile.

Nothing here writes to the calendar or decides what became of a booking. A slot that turned busy may be
somebody else's, and one that is free may be one of several: both are evidence for the person who looks.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from citas.booking.evidence import Evidence
from citas.errors import StoreError
from citas.maravia.client import Maravia
from citas.scheduling.openings import is_after
from citas.store.ledger import Ledger
from citas.store.model import Actor, Booking, BookingState, BookingStep, RequestKind, SessionKey
from citas.store.requests import Requests
from citas.telemetry import BookingMetrics

log = structlog.get_logger(__name__)

LOOKS = 5
LOOKS_AT_ONCE = 20
TIMES_LONGER = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """`claim`: how long the call behind a claim may take, its retry included. `server`: how long the back end
    itself may go on with a request whose answer we did not get; before that, its calendar proves nothing.
    `turn`: how long a turn may be held up."""

    claim: timedelta
    server: timedelta
    turn: timedelta = timedelta(seconds=3)


class Reconciler:
    """Looks after unresolved bookings. Store errors are logged and the rest is done the next time."""

    def __init__(
        self,
        maravia: Maravia,
        ledger: Ledger,
        requests: Requests,
        *,
        clock: Callable[[], datetime],
        is_under_way: Callable[[SessionKey], bool],
        patience: Patience,
        metrics: BookingMetrics,
    ) -> None:
        self._maravia = maravia
        self._ledger = ledger
        self._requests = requests
        self._clock = clock
        self._is_under_way = is_under_way
        self._patience = patience
        self._metrics = metrics
        self._looking: dict[SessionKey, asyncio.Task[None]] = {}

    async def settle(self, *, alone: bool = False) -> int:
        """See that every unresolved booking is before a person; how many were not. Asks no calendar.

        `alone` says that no other process books: a claim without an outcome has nobody who waits for it.
        """
        return sum([await self._settle(booking, alone=alone) for booking in await self._unresolved()])

    async def look(self) -> int:
        """Ask the calendar about the unresolved bookings whose turn it is; how many were asked about."""
        try:
            due = await self._due(await self._unresolved())
        except StoreError as error:
            log.warning("the trail of unresolved bookings could not be read", error=str(error))
            return 0
        for booking, looks in due[:LOOKS_AT_ONCE]:
            await self._look(booking, looks)
        return len(due[:LOOKS_AT_ONCE])

    async def session(self, key: SessionKey, bookings: Sequence[Booking]) -> bool:
        """Both, for one session that is about to have a turn; whether its bookings may have changed.

        Waits for at most `Patience.turn`; what takes longer goes on behind the turn.
        """
        unresolved = any(booking.state in {BookingState.SENT, BookingState.UNKNOWN} for booking in bookings)
        if not unresolved or key in self._looking:
            return False
        task = self._looking[key] = asyncio.create_task(self._session(bookings))
        task.add_done_callback(lambda _: self._looking.pop(key, None))
        await asyncio.wait([task], timeout=self._patience.turn.total_seconds())
        return True

    async def close(self) -> None:
        """Stop looking: a look that was cut short is taken again later."""
        tasks = list(self._looking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _session(self, bookings: Sequence[Booking]) -> None:
        try:
            for booking in bookings:
                await self._settle(booking, alone=False)
            for booking, looks in await self._due(bookings):
                await self._look(booking, looks)
        except StoreError as error:
            log.warning("a session's unresolved bookings could not be looked at", error=str(error))
        except Exception:
            # The edge of a task nobody waits for to its end; the turn goes on with what is stored.
            log.exception("looking at a session's bookings failed unexpectedly")

    async def _unresolved(self) -> tuple[Booking, ...]:
        try:
            return await self._ledger.unresolved()
        except StoreError as error:
            log.warning("unresolved bookings could not be read", error=str(error))
            return ()

    async def _settle(self, booking: Booking, *, alone: bool) -> bool:
        """A claim without an outcome is UNKNOWN once whoever sent it is gone; then it is a person's."""
        now = self._clock()
        waited_for = self._is_under_way(booking.session) or (
            not alone and booking.updated_at >= now - self._patience.claim
        )
        try:
            if booking.state is BookingState.SENT and not waited_for:
                detail = "no outcome was recorded"
                booking = await self._ledger.record(
                    booking.id, BookingState.UNKNOWN, now, detail=detail, actor=Actor.RECONCILER
                )
                self._metrics.recovered_claims.inc()
            if booking.state is BookingState.UNKNOWN:
                return await ask_person(self._requests, booking, now)
        except StoreError as error:
            # Its outcome may have come in this moment: the next look sees it.
            log.warning("an unresolved booking was left as it is", ref=booking.ref, error=str(error))
        return False

    async def _due(self, bookings: Sequence[Booking]) -> list[tuple[Booking, int]]:
        """Those to be asked about now, with how many looks they have had."""
        now = self._clock()
        unknown = [b for b in bookings if b.state is BookingState.UNKNOWN and is_after(b.end, now)]
        old = [b for b in unknown if b.updated_at <= now - self._patience.server]
        trails = await self._ledger.trails([b.id for b in old])
        looks = [(b, [step for step in trails[b.id] if step.look]) for b in old]
        return [(b, len(had)) for b, had in looks if self._is_due(had, now)]

    def _is_due(self, looks: Sequence[BookingStep], now: datetime) -> bool:
        if not looks:
            return True
        wait = self._patience.server * TIMES_LONGER ** len(looks)
        return len(looks) < LOOKS and looks[-1].at <= now - wait

    async def _look(self, booking: Booking, looks: int) -> None:
        question = Evidence.loads(booking.evidence).asked(booking)
        if question is None:
            return
        said = await self._maravia.availability(*question)
        try:
            noted = await self._ledger.looked(booking.id, said.value, self._clock(), before=looks)
        except StoreError as error:
            log.warning("a look at the calendar was not noted", ref=booking.ref, error=str(error))
            return
        if noted:
            self._metrics.reconcile.labels(said.value).inc()
            log.info("unresolved booking looked at", ref=booking.ref, calendar=said.value)


async def ask_person(requests: Requests, booking: Booking, now: datetime) -> bool:
    """Put an unknown booking before a person, once for good; whether it was not there before. `now` is on the
    company's clock, and so is what the person reads."""
    start = booking.start.astimezone(now.tzinfo)
    return await requests.add_once(
        booking.session,
        RequestKind.UNKNOWN_BOOKING,
        f"Verificar si {booking.ref} quedó en el calendario ({start:%Y-%m-%d %H:%M})",
        now,
        booking.ref,
    )
