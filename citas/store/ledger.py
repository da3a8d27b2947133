"""The booking ledger: a claim before the call, its outcome after, and never two for one slot."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.errors import StoreError
from citas.store.database import Database, lock, upsert
from citas.store.limits import passed_by
from citas.store.model import (
    LOOKED,
    Actor,
    AlreadyOurs,
    Booking,
    BookingState,
    BookingStep,
    Claimed,
    ClaimLimits,
    ClaimResult,
    NewClaim,
    OverLimit,
    SessionKey,
    TakenByOther,
)
from citas.store.rows import add_step, booking_of, bookings_of, hold_booking_by_id, read_bookings, trails
from citas.store.schema import HOLDS_SLOT, UNRESOLVED, bookings, key_columns

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
    """Every attempt to create an event, and what became of it. Each change leaves a step in its trail, in the
    same transaction."""

    def __init__(self, database: Database, new_ref: Callable[[], str] = random_ref) -> None:
        self._database = database
        self._new_ref = new_ref

    async def claim(self, claim: NewClaim, now: datetime, limits: ClaimLimits | None = None) -> ClaimResult:
        """Take the slot for one attempt. When this returns `Claimed`, the row is committed as SENT.

        The calendar must be free of held bookings from `start` to `end`, also of other lengths. `now` is on
        the company's clock: its midnight begins the day that `limits` count.
        """
        refs = [self._new_ref() for _ in range(REF_TRIES)]
        return await self._database.settle(
            lambda: self._claim(claim, refs, now, limits), lambda: self._claimed(claim, refs)
        )

    async def _claim(
        self, claim: NewClaim, refs: list[str], now: datetime, limits: ClaimLimits | None
    ) -> ClaimResult:
        async with self._database.transaction() as connection:
            holders = await _rivals(connection, claim)
            for holder in holders:
                if holder.session == claim.session and holder.start == claim.start:
                    return AlreadyOurs(holder)
            if limits and (limit := await passed_by(connection, claim, now, limits)):
                return OverLimit(limit)
            if holders:
                return TakenByOther()
            booking = await _insert(connection, claim, refs, now)
            await add_step(connection, booking, now, Actor.SERVICE, "claimed")
            return Claimed(booking)

    async def _claimed(self, claim: NewClaim, refs: list[str]) -> Claimed | None:
        """The row that an attempt of ours committed before its connection broke."""
        ours = and_(bookings.c.key == claim.key, bookings.c.ref.in_(refs))
        async with self._database.transaction() as connection:
            found = await read_bookings(connection, ours)
        return Claimed(found[0]) if found else None

    async def record(
        self,
        booking_id: int,
        state: BookingState,
        now: datetime,
        *,
        meet_link: str | None = None,
        detail: str = "",
        actor: Actor = Actor.SERVICE,
    ) -> Booking:
        """Write the outcome, or send a NOT_SENT attempt again; `StoreError` on any other move."""
        changes: dict[str, object] = {
            "state": state,
            "meet_link": meet_link,
            "detail": detail,
            "updated_at": now,
        }
        return await self._database.settle(
            lambda: self._record(booking_id, state, changes, actor),
            lambda: self._recorded(booking_id, state),
        )

    async def _record(
        self, booking_id: int, state: BookingState, changes: dict[str, object], actor: Actor
    ) -> Booking:
        async with self._database.transaction() as connection:
            booking = await hold_booking_by_id(connection, booking_id)
            again = (booking.state, state) == (BookingState.NOT_SENT, BookingState.SENT)
            if again and await _rivals(connection, booking):
                raise StoreError(f"the slot of {booking.ref} was taken in the meantime")
            return await move(connection, booking, changes, actor)

    async def _recorded(self, booking_id: int, state: BookingState) -> Booking | None:
        async with self._database.transaction() as connection:
            booking = await hold_booking_by_id(connection, booking_id)
        return booking if booking.state is state else None

    async def looked(self, booking_id: int, said: str, now: datetime, *, before: int) -> bool:
        """Note what the calendar said of an unresolved booking; its state stays as it is.

        False, and nothing noted, if it is resolved by now or had not had just `before` looks: then another
        process looked too.
        """
        async with self._database.transaction() as connection:
            booking = await hold_booking_by_id(connection, booking_id)
            trail = (await trails(connection, [booking_id]))[booking_id]
            looks = sum(step.look is not None for step in trail)
            if booking.state is not BookingState.UNKNOWN or looks != before:
                return False
            await add_step(connection, booking, now, Actor.RECONCILER, LOOKED + said)
            return True

    async def of_session(self, key: SessionKey) -> tuple[Booking, ...]:
        """The session's bookings in every state, oldest first."""
        async with self._database.transaction() as connection:
            return await bookings_of(connection, key)

    async def trails(self, booking_ids: Sequence[int]) -> Mapping[int, tuple[BookingStep, ...]]:
        """The steps of each of these bookings, in order."""
        async with self._database.transaction() as connection:
            return await trails(connection, booking_ids)

    async def held(
        self, id_empresa: int, resource: str, start: datetime, end: datetime
    ) -> tuple[Booking, ...]:
        """What holds some of that calendar's time between `start` and `end`."""
        async with self._database.transaction() as connection:
            return await read_bookings(connection, _holding(id_empresa, resource, start, end))

    async def unresolved(self, older_than: datetime | None = None) -> tuple[Booking, ...]:
        """SENT and UNKNOWN bookings, oldest first; untouched since before `older_than`, if it is given."""
        waiting = and_(UNRESOLVED, bookings.c.updated_at < older_than) if older_than else UNRESOLVED
        async with self._database.transaction() as connection:
            return await read_bookings(connection, waiting, bookings.c.updated_at)


async def move(
    connection: AsyncConnection, booking: Booking, changes: dict[str, object], actor: Actor
) -> Booking:
    """Change a held booking to `changes["state"]` with its step; `StoreError` if it cannot go there.

    The trail's note is `changes["detail"]`, what is known of why.
    """
    state = BookingState(str(changes["state"]))
    if state not in NEXT_STATES[booking.state]:
        raise StoreError(f"{booking.ref} cannot go from {booking.state} to {state}")
    await connection.execute(update(bookings).where(bookings.c.id == booking.id).values(**changes))
    moved = await hold_booking_by_id(connection, booking.id)
    await add_step(connection, moved, moved.updated_at, actor, moved.detail)
    return moved


async def _rivals(connection: AsyncConnection, wanted: NewClaim | Booking) -> tuple[Booking, ...]:
    """What holds the slot already; nobody else of the empresa can claim until this transaction ends.

    Not only this calendar is locked: two claims on two calendars must not count up to the same bound.
    """
    id_empresa = wanted.session.id_empresa
    await lock(connection, "citas.claims", id_empresa)
    same_time = _holding(id_empresa, wanted.resource, wanted.start, wanted.end)
    same_key = and_(HOLDS_SLOT, bookings.c.key == wanted.key)
    return await read_bookings(connection, or_(same_time, same_key))


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
            return booking_of(row)
    raise StoreError("found no unused booking reference")
