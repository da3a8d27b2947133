"""The booking ledger: a claim before the call, its outcome after, and never two for one slot."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.errors import StoreError
from citas.store.database import Database, lock, upsert
from citas.store.model import (
    AlreadyOurs,
    Booking,
    BookingState,
    Claimed,
    ClaimResult,
    NewClaim,
    SessionKey,
    TakenByOther,
)
from citas.store.schema import (
    HOLDS_SLOT,
    UNRESOLVED,
    bookings,
    key_columns,
    of_session,
    session_key,
)

REF_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REF_TRIES = 20
NEXT_STATES = {
    BookingState.SENT: {
        BookingState.CREATED,
        BookingState.REJECTED,
        BookingState.NOT_SENT,
        BookingState.UNKNOWN,
    },
    BookingState.UNKNOWN: {BookingState.CREATED, BookingState.REJECTED},
    BookingState.NOT_SENT: {BookingState.SENT},
    BookingState.CREATED: set(),
    BookingState.REJECTED: set(),
}


def random_ref() -> str:
    """A reference such as ``AC-7KQ2``, without characters that are mistaken for one another."""
    return "AC-" + "".join(secrets.choice(REF_ALPHABET) for _ in range(4))


class Ledger:
    """Every attempt to create an event, and what became of it."""

    def __init__(self, database: Database, new_ref: Callable[[], str] = random_ref) -> None:
        self._database = database
        self._new_ref = new_ref

    async def claim(self, claim: NewClaim, now: datetime) -> ClaimResult:
        """Take the slot for one attempt. When this returns `Claimed`, the row is committed as SENT.

        The calendar must be free of held bookings from `start` to `end`, also of other lengths.
        """
        refs = [self._new_ref() for _ in range(REF_TRIES)]
        return await self._database.settle(
            lambda: self._claim(claim, refs, now), lambda: self._claimed(claim, refs)
        )

    async def _claim(self, claim: NewClaim, refs: list[str], now: datetime) -> ClaimResult:
        async with self._database.transaction() as connection:
            holders = await _rivals(connection, claim)
            for holder in holders:
                if holder.session == claim.session and holder.start == claim.start:
                    return AlreadyOurs(holder)
            if holders:
                return TakenByOther()
            return Claimed(await _insert(connection, claim, refs, now))

    async def _claimed(self, claim: NewClaim, refs: list[str]) -> Claimed | None:
        """The row that an attempt of ours committed before its connection broke."""
        ours = and_(bookings.c.key == claim.key, bookings.c.ref.in_(refs))
        async with self._database.transaction() as connection:
            found = await _read(connection, ours)
        return Claimed(found[0]) if found else None

    async def record(
        self,
        booking_id: int,
        state: BookingState,
        now: datetime,
        *,
        meet_link: str | None = None,
        detail: str = "",
    ) -> Booking:
        """Write the outcome, or send a NOT_SENT attempt again; `StoreError` on any other move."""
        changes: dict[str, object] = {
            "state": state,
            "meet_link": meet_link,
            "detail": detail,
            "updated_at": now,
        }
        return await self._database.settle(
            lambda: self._record(booking_id, state, changes),
            lambda: self._recorded(booking_id, state),
        )

    async def _record(self, booking_id: int, state: BookingState, changes: dict[str, object]) -> Booking:
        async with self._database.transaction() as connection:
            booking = await _one(connection, booking_id)
            if state not in NEXT_STATES[booking.state]:
                raise StoreError(f"{booking.ref} cannot go from {booking.state} to {state}")
            if state is BookingState.SENT and await _rivals(connection, booking):
                raise StoreError(f"the slot of {booking.ref} was taken in the meantime")
            this = bookings.c.id == booking_id
            await connection.execute(update(bookings).where(this).values(**changes))
            return await _one(connection, booking_id)

    async def _recorded(self, booking_id: int, state: BookingState) -> Booking | None:
        async with self._database.transaction() as connection:
            booking = await _one(connection, booking_id)
        return booking if booking.state is state else None

    async def of_session(self, key: SessionKey) -> tuple[Booking, ...]:
        """The session's bookings in every state, oldest first."""
        async with self._database.transaction() as connection:
            return await bookings_of(connection, key)

    async def held(
        self, id_empresa: int, resource: str, start: datetime, end: datetime
    ) -> tuple[Booking, ...]:
        """What holds some of that calendar's time between `start` and `end`."""
        async with self._database.transaction() as connection:
            return await _read(connection, _holding(id_empresa, resource, start, end))

    async def unresolved(self, older_than: datetime) -> tuple[Booking, ...]:
        """SENT and UNKNOWN bookings untouched since before `older_than`, oldest first."""
        waiting = and_(UNRESOLVED, bookings.c.updated_at < older_than)
        async with self._database.transaction() as connection:
            return await _read(connection, waiting, bookings.c.updated_at)


async def bookings_of(connection: AsyncConnection, key: SessionKey) -> tuple[Booking, ...]:
    """The session's bookings in every state, oldest first."""
    return await _read(connection, of_session(bookings, key))


async def _rivals(connection: AsyncConnection, wanted: NewClaim | Booking) -> tuple[Booking, ...]:
    """What holds the slot already; nobody else can take it until this transaction ends."""
    id_empresa = wanted.session.id_empresa
    await lock(connection, wanted.resource, id_empresa)
    same_time = _holding(id_empresa, wanted.resource, wanted.start, wanted.end)
    same_key = and_(HOLDS_SLOT, bookings.c.key == wanted.key)
    return await _read(connection, or_(same_time, same_key))


def _holding(id_empresa: int, resource: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(
        HOLDS_SLOT,
        bookings.c.id_empresa == id_empresa,
        bookings.c.resource == resource,
        bookings.c.starts_at < end,
        bookings.c.ends_at > start,
    )


async def _insert(connection: AsyncConnection, claim: NewClaim, refs: list[str], now: datetime) -> Booking:
    """Insert under the first reference that is not in use."""
    new_row = upsert(connection, bookings).values(
        **key_columns(claim.session),
        key=claim.key,
        resource=claim.resource,
        starts_at=claim.start,
        ends_at=claim.end,
        customer_name=claim.customer_name,
        customer_email=claim.customer_email,
        state=BookingState.SENT,
        detail="",
        evidence=claim.evidence,
        created_at=now,
        updated_at=now,
    )
    unless_used = new_row.on_conflict_do_nothing(index_elements=[bookings.c.ref])
    for ref in refs:
        result = await connection.execute(unless_used.values(ref=ref).returning(bookings))
        if row := result.mappings().one_or_none():
            return _booking(row)
    raise StoreError("found no unused booking reference")


async def _one(connection: AsyncConnection, booking_id: int) -> Booking:
    query = select(bookings).where(bookings.c.id == booking_id).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise StoreError(f"there is no booking {booking_id}")
    return _booking(row)


async def _read(
    connection: AsyncConnection, where: ColumnElement[bool], *order: ColumnElement[datetime]
) -> tuple[Booking, ...]:
    query = select(bookings).where(where).order_by(*order, bookings.c.id)
    return tuple(_booking(row) for row in (await connection.execute(query)).mappings())


def _booking(row: RowMapping) -> Booking:
    return Booking(
        id=row["id"],
        ref=row["ref"],
        key=row["key"],
        session=session_key(row),
        resource=row["resource"],
        start=row["starts_at"],
        end=row["ends_at"],
        customer_name=row["customer_name"],
        customer_email=row["customer_email"],
        state=BookingState(row["state"]),
        meet_link=row["meet_link"],
        detail=row["detail"],
        evidence=row["evidence"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
