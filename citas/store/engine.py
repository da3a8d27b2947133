"""From a database URL to an engine with the settings we rely on, and the SQLite file it needs."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from citas.errors import ConfigError, StoreError, StoreLocked

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
WAIT_S = 10
CONNECT_S = 5


def parse_url(text: str) -> URL:
    """The URL with its async driver named. Raises `ConfigError`, which never repeats a password."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError("DATABASE_URL: is not a database URL") from None
    driver = DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise ConfigError("DATABASE_URL: must start with sqlite: or postgresql:")
    if driver.startswith("sqlite") and not _names_file(url):
        raise ConfigError("DATABASE_URL: must name a file; memory would forget the bookings")
    return url.set(drivername=driver)


def _names_file(url: URL) -> bool:
    return bool(url.database) and not str(url.database).startswith((":memory:", "file:"))


def sqlite_file(url: URL) -> Path | None:
    """The file behind a SQLite URL; None for a server."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def sole_owner(file: Path) -> Iterator[None]:
    """Own a SQLite file; a new one is for our eyes only. Raises `StoreLocked`, `StoreError`."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        descriptor = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"cannot open {file}: {error.strerror}") from None
    try:
        _lock_or_fail(descriptor, file)
        yield
    finally:
        os.close(descriptor)


def _lock_or_fail(descriptor: int, file: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreLocked(
            f"{file} is open in another process; stop that one, or set DATABASE_URL to PostgreSQL"
        ) from None


def make_engine(url: URL, *, statement_s: int = WAIT_S, beside: bool = False) -> AsyncEngine:
    """An engine for a parsed URL; a server ends any statement that lasts `statement_s` seconds. `beside`
    means that another process owns the SQLite file."""
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url)
        if beside:
            event.listen(engine.sync_engine, "connect", _never_checkpoint)
        return engine
    return _postgresql_engine(url, statement_s)


def _sqlite_engine(url: URL) -> AsyncEngine:
    """One connection: before SQLite 3.51.3, several that write can corrupt a file in WAL mode."""
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": "5"})
    engine = create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=WAIT_S)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not BEGIN; `_begin_immediate` does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _never_checkpoint(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Leave the checkpoints to the file's owner.

    Before SQLite 3.51.3 a file can be corrupted when two processes checkpoint at once, or one begins a
    checkpoint in the very moment in which another's commit starts the log anew. Without ours the first cannot
    happen; the second needs an operator's write, a few a day, within microseconds. Reading does no harm.
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA wal_autocheckpoint=0")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    """A deferred transaction that reads, then writes, fails at once if another wrote in between."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engine(url: URL, statement_s: int) -> AsyncEngine:
    limit_ms = str(statement_s * 1000)
    server_settings = {
        "application_name": "citas",
        "statement_timeout": limit_ms,
        "lock_timeout": limit_ms,
        "idle_in_transaction_session_timeout": limit_ms,
        "synchronous_commit": "on",
    }
    try:
        return create_async_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=0,
            pool_timeout=WAIT_S,
            connect_args={
                "timeout": CONNECT_S,
                "command_timeout": statement_s + 2,  # the server's own limit should speak first
                "server_settings": server_settings,
            },
        )
    except ModuleNotFoundError:
        raise ConfigError("DATABASE_URL: PostgreSQL needs agent-citas[postgres]") from None
