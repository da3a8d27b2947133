"""What was said: append-only turns, what they showed, and the session's draft."""

from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.store.database import Database, upsert
from citas.store.deliveries import finish
from citas.store.leases import check_fence
from citas.store.model import Lease, NewTurn, Offer, SessionKey, SessionRecord, Turn
from citas.store.requests import open_requests_of
from citas.store.rows import bookings_of
from citas.store.schema import bookings, key_columns, of_session, offers, sessions, turns

OFFER_TURNS = 50
OFFER_ROWS = 1000
WORDS = 200
COUNTED_TURNS = 1000


class Sessions:
    """The conversations, each written only by the holder of its lease."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, key: SessionKey, *, last: int, today: datetime | None = None) -> SessionRecord:
        """The session with its last `last` turns; an unknown one is empty.

        Its offers are those of the last 50 turns, and older ones for a time after the last turn. `today` is
        when the day began whose turns are counted, up to 1,000.
        """
        async with self._database.transaction() as connection:
            result = await connection.execute(select(sessions).where(of_session(sessions, key)))
            row = result.mappings().one_or_none()
            turn_count = row["turn_count"] if row else 0
            return SessionRecord(
                draft=row["draft"] if row else "{}",
                turn_count=turn_count,
                turns=await _last_turns(connection, key, last),
                offers=await _offers(connection, key, turn_count),
                bookings=await bookings_of(connection, key),
                requests=await open_requests_of(connection, key),
                turns_today=await _turns_since(connection, key, today, turn_count) if today else 0,
            )

    async def append(self, lease: Lease, turn: NewTurn) -> int:
        """Save the turn with all that belongs to it, or nothing; returns its number, from 1.

        Raises `FenceLost` if the lease, or the delivery of `turn.message_id`, is no longer ours.
        """
        return await self._database.settle(
            lambda: self._append(lease, turn), lambda: self._appended(lease.session, turn)
        )

    async def _append(self, lease: Lease, turn: NewTurn) -> int:
        key = lease.session
        async with self._database.transaction() as connection:
            await check_fence(connection, lease)
            number = await _count_up(connection, key, turn)
            await connection.execute(insert(turns).values(**_turn_columns(key, number, turn)))
            for start, end in dict.fromkeys(turn.offers):
                offer = insert(offers).values(turn=number, starts_at=start, ends_at=end)
                await connection.execute(offer.values(**key_columns(key)))
            for booking_id, state in turn.told:
                mine = and_(of_session(bookings, key), bookings.c.id == booking_id)
                await connection.execute(update(bookings).where(mine).values(told=state))
            if turn.message_id is not None:
                await finish(connection, key, turn.message_id, turn.reply, turn.url)
            return number

    async def _appended(self, key: SessionKey, turn: NewTurn) -> int | None:
        """The number of the last turn stored, if it is this very one."""
        async with self._database.transaction() as connection:
            stored = await _last_turns(connection, key, 1)
        mine = (turn.received_at, turn.customer_text, turn.reply)
        same = (t.number for t in stored if (t.received_at, t.customer_text, t.reply) == mine)
        return next(same, None)

    async def customer_words(self, key: SessionKey) -> tuple[str, ...]:
        """What the customer wrote, in order; of a long session the last 200 messages."""
        words = select(turns.c.customer_text).where(of_session(turns, key))
        latest = words.order_by(turns.c.number.desc()).limit(WORDS)
        async with self._database.transaction() as connection:
            texts = (await connection.scalars(latest)).all()
        return tuple(reversed(texts))


async def _count_up(connection: AsyncConnection, key: SessionKey, turn: NewTurn) -> int:
    first = upsert(connection, sessions).values(
        **key_columns(key), turn_count=1, draft=turn.draft, updated_at=turn.received_at
    )
    count_up = first.on_conflict_do_update(
        index_elements=[sessions.c.id_empresa, sessions.c.session],
        set_={
            "turn_count": sessions.c.turn_count + 1,
            "draft": first.excluded.draft,
            "updated_at": first.excluded.updated_at,
        },
    )
    number: int = await connection.scalar(count_up.returning(sessions.c.turn_count))
    return number


def _turn_columns(key: SessionKey, number: int, turn: NewTurn) -> dict[str, object]:
    return {
        **key_columns(key),
        "number": number,
        "received_at": turn.received_at,
        "customer_text": turn.customer_text,
        "reply": turn.reply,
        "url": turn.url,
        "messages": turn.messages,
        "outcome": turn.outcome,
    }


async def _turns_since(connection: AsyncConnection, key: SessionKey, since: datetime, turn_count: int) -> int:
    lately = turns.c.number > turn_count - COUNTED_TURNS
    query = select(func.count()).where(of_session(turns, key), lately, turns.c.received_at >= since)
    return await connection.scalar(query) or 0


async def _last_turns(connection: AsyncConnection, key: SessionKey, last: int) -> tuple[Turn, ...]:
    query = select(turns).where(of_session(turns, key)).order_by(turns.c.number.desc()).limit(last)
    rows = (await connection.execute(query)).mappings().all()
    return tuple(_turn(row) for row in reversed(rows))


def _turn(row: RowMapping) -> Turn:
    return Turn(
        number=row["number"],
        received_at=row["received_at"],
        customer_text=row["customer_text"],
        reply=row["reply"],
        url=row["url"],
        messages=row["messages"],
        outcome=row["outcome"],
    )


async def _offers(connection: AsyncConnection, key: SessionKey, turn_count: int) -> tuple[Offer, ...]:
    last_received = select(func.max(turns.c.received_at)).where(of_session(turns, key))
    query = (
        select(offers)
        .where(
            of_session(offers, key),
            or_(
                offers.c.turn > turn_count - OFFER_TURNS,
                offers.c.starts_at > last_received.scalar_subquery(),
            ),
        )
        .order_by(offers.c.turn.desc(), offers.c.starts_at.desc())
        .limit(OFFER_ROWS)
    )
    rows = (await connection.execute(query)).mappings().all()
    return tuple(Offer(row["starts_at"], row["ends_at"], row["turn"]) for row in reversed(rows))
