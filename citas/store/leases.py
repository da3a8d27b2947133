"""Who may write a session now. The database's clock ends a lease; a fence number never repeats."""

import asyncio
from datetime import timedelta
from weakref import WeakValueDictionary

from sqlalchemy import BigInteger, ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from citas.errors import FenceLost, SessionBusy
from citas.store.database import Database, upsert
from citas.store.model import Lease, SessionKey
from citas.store.schema import key_columns, leases, of_session

POLL_S = 0.05


class clock_ms(FunctionElement[int]):  # noqa: N801  named like the SQL function it stands for
    """The database's clock, in milliseconds since 1970."""

    type = BigInteger()
    inherit_cache = True


@compiles(clock_ms, "sqlite")
def _sqlite_clock(_element: clock_ms, _compiler: SQLCompiler, **_: object) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(clock_ms, "postgresql")
def _postgresql_clock(_element: clock_ms, _compiler: SQLCompiler, **_: object) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


class Leases:
    """Leases of sessions. Waiters of one process are served in order of arrival."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queues: WeakValueDictionary[SessionKey, asyncio.Lock] = WeakValueDictionary()

    async def acquire(self, key: SessionKey, holder: str, ttl: timedelta, *, wait: timedelta) -> Lease:
        """The lease, as soon as nobody holds it. Raises `SessionBusy` after `wait`."""
        deadline = asyncio.get_running_loop().time() + wait.total_seconds()
        queue = self._queues.setdefault(key, asyncio.Lock())
        try:
            async with asyncio.timeout_at(deadline):
                await queue.acquire()
        except TimeoutError:
            raise SessionBusy("other messages of this session came first") from None
        try:
            return await self._poll(key, holder, ttl, deadline)
        finally:
            queue.release()

    async def _poll(self, key: SessionKey, holder: str, ttl: timedelta, deadline: float) -> Lease:
        while (fence := await self._take(key, holder, ttl)) is None:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                raise SessionBusy("this session is answering another message")
            await asyncio.sleep(min(POLL_S, left))
        return Lease(key, fence, holder)

    async def _take(self, key: SessionKey, holder: str, ttl: timedelta) -> int | None:
        """The new fence number, or None while somebody's lease lasts."""
        async with self._database.transaction() as connection:
            insert = upsert(connection, leases).values(
                **key_columns(key),
                fence=1,
                holder=holder,
                expires_ms=clock_ms() + _milliseconds(ttl),
            )
            take = insert.on_conflict_do_update(
                index_elements=[leases.c.id_empresa, leases.c.session],
                set_={
                    "fence": leases.c.fence + 1,
                    "holder": insert.excluded.holder,
                    "expires_ms": insert.excluded.expires_ms,
                },
                where=leases.c.expires_ms <= clock_ms(),
            )
            fence: int | None = await connection.scalar(take.returning(leases.c.fence))
            return fence

    async def renew(self, lease: Lease, ttl: timedelta) -> None:
        """Let the lease last `ttl` from now. Raises `FenceLost` if it is no longer ours."""
        async with self._database.transaction() as connection:
            extend = update(leases).where(_is_held(lease))
            result = await connection.execute(extend.values(expires_ms=clock_ms() + _milliseconds(ttl)))
            if result.rowcount == 0:
                raise FenceLost(f"fence {lease.fence} was overtaken")

    async def end_all(self) -> None:
        """End every lease. Only for the sole owner of the database: whoever held one is gone."""
        async with self._database.transaction() as connection:
            await connection.execute(update(leases).values(holder=None, expires_ms=0))

    async def release(self, lease: Lease) -> None:
        """Let the next one in. Does nothing if the lease was lost."""
        async with self._database.transaction() as connection:
            end = update(leases).where(_is_held(lease))
            await connection.execute(end.values(holder=None, expires_ms=0))


async def check_fence(connection: AsyncConnection, lease: Lease) -> None:
    """Raise `FenceLost` unless the lease is ours; it stays so until the transaction ends."""
    held = select(leases.c.fence).where(_is_held(lease)).with_for_update()
    if await connection.scalar(held) is None:
        raise FenceLost(f"fence {lease.fence} was overtaken")


def _is_held(lease: Lease) -> ColumnElement[bool]:
    return and_(
        of_session(leases, lease.session),
        leases.c.fence == lease.fence,
        leases.c.holder == lease.holder,
    )


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
