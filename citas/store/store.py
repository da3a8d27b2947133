"""The store as the rest of the service sees it: opened once, closed at the end."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import URL

from citas.errors import StoreError, StoreLocked
from citas.store import migrations
from citas.store.database import Database, lock
from citas.store.deliveries import Deliveries
from citas.store.engine import make_engine, parse_url, sole_owner, sqlite_file
from citas.store.leases import Leases
from citas.store.ledger import Ledger
from citas.store.requests import Requests
from citas.store.review import Review
from citas.store.sessions import Sessions

MIGRATION_S = 300


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that survives a restart. Each method is one short transaction."""

    database: Database
    sessions: Sessions
    ledger: Ledger
    requests: Requests
    deliveries: Deliveries
    leases: Leases
    review: Review

    async def ping(self) -> None:
        """Write something. Raises `StoreError` if the database cannot be written now."""
        async with self.database.transaction() as connection:
            touch = text("UPDATE alembic_version SET version_num = version_num")
            await connection.execute(touch)


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """The store behind a database URL, with its tables brought up to date.

    Makes a SQLite file, and its directory, readable by us alone. Raises `ConfigError` for a URL we
    cannot use, `StoreLocked` if another process has the file, `StoreError` if nothing answers.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    with sole_owner(file) if file else nullcontext():
        await _migrate(parsed)
        engine = make_engine(parsed)
        try:
            store = _store_on(Database(engine))
            if file:
                await store.leases.end_all()
            yield store
        finally:
            await engine.dispose()


@asynccontextmanager
async def open_for_operator(url: str) -> AsyncIterator[Store]:
    """The store for a command that an operator runs, whether or not a service has it open.

    A SQLite file that nobody owns is owned while the command lasts, as a service would. One with an owner is
    opened beside it: the tables are left as they are, leases go on, and only the owner checkpoints. The owner
    keeps other *services* out; a command writes a row or two under the same `BEGIN IMMEDIATE`, which SQLite
    itself keeps apart. A server is shared by design. Raises what `open_store` does, and `StoreError` if there
    is no such file or its tables are of another version.
    """
    parsed = parse_url(url)
    file = sqlite_file(parsed)
    if file and not file.exists():
        raise StoreError(f"there is no database at {file}")
    async with AsyncExitStack() as stack:
        try:
            store = await stack.enter_async_context(open_store(url) if file else _open_beside(parsed))
        except StoreLocked:
            store = await stack.enter_async_context(_open_beside(parsed))
        yield store


@asynccontextmanager
async def _open_beside(url: URL) -> AsyncIterator[Store]:
    engine = make_engine(url, beside=True)
    try:
        database = Database(engine)
        async with database.transaction() as connection:
            await connection.run_sync(migrations.check)
        yield _store_on(database)
    finally:
        await engine.dispose()


def _store_on(database: Database) -> Store:
    return Store(
        database,
        Sessions(database),
        Ledger(database),
        Requests(database),
        Deliveries(database),
        Leases(database),
        Review(database),
    )


async def _migrate(url: URL) -> None:
    engine = make_engine(url, statement_s=MIGRATION_S)
    try:
        async with Database(engine).transaction() as connection:
            await lock(connection, "citas.migrations")
            await connection.run_sync(migrations.upgrade)
    finally:
        await engine.dispose()
