"""What operators do with bookings: look through them, and say what became of one that nobody knew."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, true

from citas.errors import OperationRefused
from citas.store.database import Database
from citas.store.ledger import move
from citas.store.model import Actor, Booking, BookingState, BookingStep
from citas.store.requests import close_requests_about
from citas.store.rows import hold_booking, read_bookings, trails
from citas.store.schema import UNRESOLVED, bookings

PAGE = 500


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A booking with its trail."""

    booking: Booking
    steps: tuple[BookingStep, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an operator found of a booking. `abandoned_before` is when a claim must have been sent for
    nobody to be waiting for its answer any more."""

    ref: str
    state: BookingState
    now: datetime
    abandoned_before: datetime
    meet_link: str | None = None
    note: str = ""


class Review:
    """Every empresa's bookings, for the company's own people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_state(self, state: BookingState | None, empresa: int | None) -> tuple[Reviewed, ...]:
        """The bookings in one state, or the unresolved ones, oldest first."""
        wanted = UNRESOLVED if state is None else bookings.c.state == state
        return await self._page(and_(wanted, _of(empresa)), bookings.c.created_at)

    async def each(self, empresa: int | None, since: datetime | None) -> AsyncIterator[Reviewed]:
        """Every booking made since then, in the order they were made; read in pages."""
        wanted = _of(empresa) if since is None else and_(_of(empresa), bookings.c.created_at >= since)
        last = 0
        while page := await self._page(and_(wanted, bookings.c.id > last), limit=PAGE):
            for found in page:
                yield found
            last = page[-1].booking.id

    async def by_ref(self, ref: str) -> Reviewed:
        """One booking. Raises `OperationRefused` if there is none by that reference."""
        found = await self._page(bookings.c.ref == ref)
        if not found:
            raise OperationRefused(f"there is no booking {ref}")
        return found[0]

    async def resolve(self, found: Resolution) -> Booking:
        """Record what an operator found, and close what was asked about it.

        Raises `OperationRefused` unless the outcome is unknown and nobody waits for it.
        """
        return await self._database.settle(lambda: self._resolve(found), lambda: self._resolved(found))

    async def _resolve(self, found: Resolution) -> Booking:
        async with self._database.transaction() as connection:
            booking = await hold_booking(connection, bookings.c.ref == found.ref)
            if booking is None:
                raise OperationRefused(f"there is no booking {found.ref}")
            if booking.state is BookingState.SENT and booking.updated_at >= found.abandoned_before:
                raise OperationRefused(f"{found.ref} is being booked right now; wait for its outcome")
            if booking.state not in {BookingState.SENT, BookingState.UNKNOWN}:
                raise OperationRefused(f"{found.ref} is {booking.state} already")
            changes: dict[str, object] = {
                "state": found.state,
                "meet_link": found.meet_link,
                "detail": found.note,
                "updated_at": found.now,
            }
            resolved = await move(connection, booking, changes, Actor.OPERATOR)
            await close_requests_about(connection, found.ref, found.now)
            return resolved

    async def _resolved(self, found: Resolution) -> Booking | None:
        async with self._database.transaction() as connection:
            booking = await hold_booking(connection, bookings.c.ref == found.ref)
        mine = booking is not None and (booking.state, booking.updated_at) == (found.state, found.now)
        return booking if mine else None

    async def _page(
        self, where: ColumnElement[bool], *order: ColumnElement[datetime], limit: int | None = None
    ) -> tuple[Reviewed, ...]:
        async with self._database.transaction() as connection:
            rows = await read_bookings(connection, where, *order, limit=limit)
            steps: dict[int, tuple[BookingStep, ...]] = {}
            for at in range(0, len(rows), PAGE):
                steps |= await trails(connection, [row.id for row in rows[at : at + PAGE]])
        return tuple(Reviewed(row, steps[row.id]) for row in rows)


def _of(empresa: int | None) -> ColumnElement[bool]:
    return true() if empresa is None else bookings.c.id_empresa == empresa
