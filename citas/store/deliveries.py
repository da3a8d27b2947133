"""Message ids of the gateway, which may deliver one message more than once."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from citas.errors import DeliveryConflict, FenceLost
from citas.store.database import Database, upsert
from citas.store.model import Delivery, Fresh, Running, SessionKey, StoredReply
from citas.store.schema import deliveries, key_columns, of_session


class Deliveries:
    """Each message id is answered once; `Sessions.append` stores the answer with its turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self,
        key: SessionKey,
        message_id: str,
        text_digest: str,
        now: datetime,
        *,
        stale_after: timedelta,
    ) -> Delivery:
        """Whether to answer this message. One left running for `stale_after` is taken over.

        Raises `DeliveryConflict` if the id came before with another text.
        """
        async with self._database.transaction() as connection:
            row = await _count(connection, key, message_id, text_digest, now)
            if row["text_digest"] != text_digest:
                raise DeliveryConflict("this message_id came before with another text")
            if row["reply"] is not None:
                return StoredReply(row["reply"], row["url"])
            if row["seen"] == 1:
                return Fresh()
            if now - row["started_at"] < stale_after:
                return Running(row["started_at"])
            take_over = update(deliveries).where(_running(key, message_id))
            await connection.execute(take_over.values(started_at=now))
            return Fresh()

    async def abandon(self, key: SessionKey, message_id: str) -> None:
        """Forget a message that got no answer, so that it may come again. A stored reply stays."""
        async with self._database.transaction() as connection:
            await connection.execute(delete(deliveries).where(_running(key, message_id)))


async def finish(
    connection: AsyncConnection, key: SessionKey, message_id: str, reply: str, url: str | None
) -> None:
    """Store the answer. Raises `FenceLost` unless the message is being answered."""
    answer = update(deliveries).where(_running(key, message_id)).values(reply=reply, url=url)
    if (await connection.execute(answer)).rowcount == 0:
        raise FenceLost("this message was answered by another turn")


def _running(key: SessionKey, message_id: str) -> ColumnElement[bool]:
    return and_(
        of_session(deliveries, key),
        deliveries.c.message_id == message_id,
        deliveries.c.reply.is_(None),
    )


async def _count(
    connection: AsyncConnection, key: SessionKey, message_id: str, text_digest: str, now: datetime
) -> RowMapping:
    """The message's row with this delivery counted; ours alone until the transaction ends."""
    first = upsert(connection, deliveries).values(
        **key_columns(key), message_id=message_id, text_digest=text_digest, started_at=now, seen=1
    )
    again = first.on_conflict_do_update(
        index_elements=list(deliveries.primary_key), set_={"seen": deliveries.c.seen + 1}
    )
    result = await connection.execute(again.returning(deliveries))
    row: RowMapping = result.mappings().one()
    return row
