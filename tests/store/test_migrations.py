import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from citas.errors import StoreError
from citas.store.schema import metadata
from citas.store.store import Store, open_store
from tests.store.conftest import PostgresServer
from tests.store.samples import ANA, leased, turn

SQLITE_CATALOG = ["SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"]
POSTGRESQL_CATALOG = [
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT table_name, column_name, data_type, is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
]


async def test_that_the_revisions_make_the_tables_of_the_schema(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
        return list(found)

    async with store.database.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_that_the_definitions_are_the_same_to_the_letter(store: Store) -> None:
    """`compare_metadata` does not see the conditions of partial indexes."""
    async with store.database.transaction() as connection:
        migrated = await connection.run_sync(definitions)
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        assert migrated == await connection.run_sync(definitions)
        assert len(migrated) > 10


def definitions(connection: Connection) -> set[tuple[str, ...]]:
    """Every table's columns and every index, as the database describes them."""
    queries = SQLITE_CATALOG if connection.dialect.name == "sqlite" else POSTGRESQL_CATALOG
    rows = [row for query in queries for row in connection.exec_driver_sql(query)]
    return {tuple(str(value) for value in row) for row in rows}


async def test_that_opening_again_keeps_everything(url: str) -> None:
    async with open_store(url) as store:
        await store.sessions.append(await leased(store), turn("hola"))

    async with open_store(url) as store:
        assert await store.sessions.customer_words(ANA) == ("hola",)


async def test_that_tables_of_a_newer_version_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "citas.sqlite"
    async with open_store(f"sqlite:///{file}"):
        pass
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreError, match="another version"):
        async with open_store(f"sqlite:///{file}"):
            pass


async def test_that_two_replicas_may_start_at_once(postgres: PostgresServer) -> None:
    url = await postgres.emptied()

    async def start() -> None:
        async with open_store(url) as store:
            await store.ping()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(start())
