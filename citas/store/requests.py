"""What the company's people are asked to do."""

from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.store.database import Database, lock
from citas.store.model import HumanRequest, RequestKind, SessionKey
from citas.store.schema import key_columns, of_session, requests, session_key

log = structlog.get_logger(__name__)

OPEN = requests.c.closed_at.is_(None)


class Requests:
    """Hand-offs and changes that only a person can make."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        key: SessionKey,
        kind: RequestKind,
        summary: str,
        now: datetime,
        booking_ref: str | None = None,
    ) -> HumanRequest:
        """Store a request; it stays open until it is closed."""
        async with self._database.transaction() as connection:
            return await _add(connection, key, kind, summary, now, booking_ref)

    async def add_once(
        self, key: SessionKey, kind: RequestKind, summary: str, now: datetime, booking_ref: str
    ) -> bool:
        """Store a request about a booking, unless there is or was one of its kind; whether it was stored.

        A closed one counts: a person has seen it.
        """
        same = and_(requests.c.kind == kind, requests.c.booking_ref == booking_ref)
        async with self._database.transaction() as connection:
            await lock(connection, "citas.requests", key.id_empresa)
            if await connection.scalar(select(requests.c.id).where(same).limit(1)) is not None:
                return False
            await _add(connection, key, kind, summary, now, booking_ref)
            return True

    async def open_of(self, key: SessionKey) -> tuple[HumanRequest, ...]:
        """The session's open requests, oldest first."""
        return await self._read(and_(OPEN, of_session(requests, key)))

    async def all_open(self) -> tuple[HumanRequest, ...]:
        """Every open request of every empresa, oldest first."""
        return await self._read(OPEN)

    async def close(self, request_id: int, now: datetime) -> bool:
        """Mark it done; False if it was not open."""
        done = update(requests).where(OPEN, requests.c.id == request_id).values(closed_at=now)
        async with self._database.transaction() as connection:
            return (await connection.execute(done)).rowcount == 1

    async def _read(self, where: ColumnElement[bool]) -> tuple[HumanRequest, ...]:
        async with self._database.transaction() as connection:
            return await _read(connection, where)


async def _add(
    connection: AsyncConnection,
    key: SessionKey,
    kind: RequestKind,
    summary: str,
    now: datetime,
    booking_ref: str | None,
) -> HumanRequest:
    new_row = insert(requests).values(
        **key_columns(key), kind=kind, summary=summary, booking_ref=booking_ref, created_at=now
    )
    return _request((await connection.execute(new_row.returning(requests))).mappings().one())


async def close_requests_about(connection: AsyncConnection, booking_ref: str, now: datetime) -> None:
    """Close what was asked about whether this booking exists; a wish to move or cancel it stays open."""
    about = and_(OPEN, requests.c.booking_ref == booking_ref, requests.c.kind == RequestKind.UNKNOWN_BOOKING)
    await connection.execute(update(requests).where(about).values(closed_at=now))


async def open_requests_of(connection: AsyncConnection, key: SessionKey) -> tuple[HumanRequest, ...]:
    """The session's open requests, oldest first."""
    return await _read(connection, and_(OPEN, of_session(requests, key)))


async def _read(connection: AsyncConnection, where: ColumnElement[bool]) -> tuple[HumanRequest, ...]:
    query = select(requests).where(where).order_by(requests.c.id)
    return tuple(_request(row) for row in (await connection.execute(query)).mappings())


def _request(row: RowMapping) -> HumanRequest:
    return HumanRequest(
        id=row["id"],
        session=session_key(row),
        kind=_kind(row["kind"], row["id"]),
        summary=row["summary"],
        created_at=row["created_at"],
        booking_ref=row["booking_ref"],
    )


def _kind(text: str, request_id: int) -> RequestKind:
    """An unreadable kind is still something for a person to see."""
    try:
        return RequestKind(text)
    except ValueError:
        log.warning("a stored kind of request cannot be read; it counts as a handoff", request=request_id)
        return RequestKind.HANDOFF
