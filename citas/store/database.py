"""Short transactions whose errors are ours: nothing above this package sees SQLAlchemy."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import BigInteger, Table, Text, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from citas.errors import ConnectionDropped, StoreError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Database:
    """An engine that gives out short transactions."""

    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Commit at the end, roll back on any error. Never nest two: SQLite has one connection."""
        with _our_errors():
            async with self.engine.begin() as connection:
                yield connection

    async def settle(self, attempt: Callable[[], Awaitable[T]], find: Callable[[], Awaitable[T | None]]) -> T:
        """Run `attempt`. If its connection broke, `find` what it committed, else try once more."""
        try:
            return await attempt()
        except ConnectionDropped:
            found = await find()
            return await attempt() if found is None else found


def upsert(connection: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT: alike in both databases, two classes in SQLAlchemy."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


async def lock(connection: AsyncConnection, name: str, number: int = 0) -> None:
    """Until the transaction ends, nobody else is past `lock` with these arguments.

    SQLite needs nothing: there, each transaction excludes all others from its BEGIN.
    """
    if connection.dialect.name == "postgresql":
        lock_id = func.hashtextextended(literal(name, Text), literal(number, BigInteger))
        await connection.execute(select(func.pg_advisory_xact_lock(lock_id)))


@contextmanager
def _our_errors() -> Iterator[None]:
    """Their chain is cut, since a driver's text may quote the row: a phone number, a name."""
    try:
        yield
    except StatementError as error:
        dropped = isinstance(error, DBAPIError) and error.connection_invalidated
        kind = ConnectionDropped if dropped else StoreError
        raise kind(_first_line(error.orig or error)) from None
    except SQLAlchemyError as error:
        raise StoreError(_first_line(error)) from None
    except OSError as error:
        raise ConnectionDropped(_first_line(error)) from None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
