"""The store as the rest of the service sees it: opened once, closed at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.engine import URL

from citas.store import migrations
from citas.store.database import Database, lock
from citas.store.deliveries import Deliveries
from citas.store.engine import make_engine, parse_url, sole_owner, sqlite_file
from citas.store.leases import Leases
from citas.store.ledger import Ledger
from citas.store.requests import Requests
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


def _store_on(database: Database) -> Store:
    return Store(
        database,
        Sessions(database),
        Ledger(database),
        Requests(database),
        Deliveries(database),
        Leases(database),
    )


async def _migrate(url: URL) -> None:
    engine = make_engine(url, statement_s=MIGRATION_S)
    try:
        async with Database(engine).transaction() as connection:
            await lock(connection, "citas.migrations")
            await connection.run_sync(migrations.upgrade)
    finally:
        await engine.dispose()
