"""Bookings and their trail as they are stored. A row that cannot be read must not silence its session."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.errors import StoreError
from citas.store.model import Actor, Booking, BookingState, BookingStep, SessionKey
from citas.store.schema import booking_steps, bookings, of_session, session_key

log = structlog.get_logger(__name__)


async def bookings_of(connection: AsyncConnection, key: SessionKey) -> tuple[Booking, ...]:
    """The session's bookings in every state, oldest first."""
    return await read_bookings(connection, of_session(bookings, key))


async def read_bookings(
    connection: AsyncConnection,
    where: ColumnElement[bool],
    *order: ColumnElement[datetime],
    limit: int | None = None,
) -> tuple[Booking, ...]:
    """Bookings in `order`, then in that of their making."""
    query = select(bookings).where(where).order_by(*order, bookings.c.id).limit(limit)
    return tuple(booking_of(row) for row in (await connection.execute(query)).mappings())


async def hold_booking(connection: AsyncConnection, where: ColumnElement[bool]) -> Booking | None:
    """The one booking, ours alone until the transaction ends."""
    query = select(bookings).where(where).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    return booking_of(row) if row else None


async def hold_booking_by_id(connection: AsyncConnection, booking_id: int) -> Booking:
    """The same; raises `StoreError` if there is none."""
    booking = await hold_booking(connection, bookings.c.id == booking_id)
    if booking is None:
        raise StoreError(f"there is no booking {booking_id}")
    return booking


async def add_step(
    connection: AsyncConnection, booking: Booking, at: datetime, actor: Actor, note: str
) -> None:
    """Append to the trail the state that `booking` is in from now on."""
    step = insert(booking_steps).values(
        booking_id=booking.id, at=at, state=booking.state, actor=actor, note=note
    )
    await connection.execute(step)


async def trails(
    connection: AsyncConnection, booking_ids: Sequence[int]
) -> Mapping[int, tuple[BookingStep, ...]]:
    """The steps of each booking in the order they were taken; a booking without any has an empty trail."""
    found: dict[int, list[BookingStep]] = {booking_id: [] for booking_id in booking_ids}
    if found:
        query = select(booking_steps).where(booking_steps.c.booking_id.in_(found))
        for row in (await connection.execute(query.order_by(booking_steps.c.id))).mappings():
            found[row["booking_id"]].append(_step(row))
    return {booking_id: tuple(steps) for booking_id, steps in found.items()}


def booking_of(row: RowMapping) -> Booking:
    """The value of a row."""
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
        state=_state(row["state"], row["ref"]),
        meet_link=row["meet_link"],
        detail=row["detail"],
        evidence=row["evidence"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        told=None if row["told"] is None else _state(row["told"], row["ref"]),
    )


def _step(row: RowMapping) -> BookingStep:
    return BookingStep(
        id=row["id"],
        booking_id=row["booking_id"],
        at=row["at"],
        state=_state(row["state"], f"step {row['id']}"),
        actor=row["actor"],
        note=row["note"],
    )


def _state(text: str, where: str) -> BookingState:
    """An unreadable state may stand for an event, so nobody knows: it holds its slot, and people look."""
    try:
        return BookingState(text)
    except ValueError:
        log.warning("a stored state cannot be read; it counts as unknown", where=where)
        return BookingState.UNKNOWN
