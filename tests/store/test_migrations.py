import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from citas.errors import StoreError
from citas.store.migrations import upgrade
from citas.store.model import BookingState
from citas.store.schema import metadata
from citas.store.store import Store, open_store
from tests.store.conftest import PostgresServer
from tests.store.samples import ANA, leased, turn

# Not the text of CREATE TABLE: SQLite writes an added column behind the constraints.
SQLITE_CATALOG = [
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    """SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
       FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'""",
    """SELECT t.name, k."table", k."from", k."to"
       FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'""",
    """SELECT t.name, i.origin, c.name FROM sqlite_master t, pragma_index_list(t.name) i,
       pragma_index_info(i.name) c WHERE t.type = 'table' AND i."unique" """,
]
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


async def test_that_bookings_of_the_first_version_are_kept_and_are_no_news(url: str) -> None:
    async with open_store(url) as store, store.database.transaction() as connection:
        await connection.run_sync(back_to_the_first_version)

    async with open_store(url) as store:
        rows = await store.ledger.of_session(ANA)
        steps = await store.ledger.trails([row.id for row in rows])

    assert [(row.state, row.told) for row in rows] == [
        (BookingState.CREATED, BookingState.CREATED),
        (BookingState.UNKNOWN, BookingState.UNKNOWN),
        (BookingState.SENT, None),
    ]
    assert set(steps.values()) == {()}


def back_to_the_first_version(connection: Connection) -> None:
    """Tables of revision 0001 with one booking in each of three states."""
    for table in reversed(metadata.sorted_tables):
        table.drop(connection)
    connection.exec_driver_sql("DROP TABLE alembic_version")
    upgrade(connection, "0001")
    for number, state in enumerate(("created", "unknown", "sent")):
        moment = f"'2026-03-0{number + 1} 10:00:00+00:00'"
        connection.exec_driver_sql(
            "INSERT INTO bookings (ref, key, id_empresa, session, resource, starts_at, ends_at,"
            " customer_name, customer_email, state, detail, evidence, created_at, updated_at)"
            f" VALUES ('AC-000{number}', 'k{number}', 7, '{ANA.session}', 'empresa-7', {moment}, {moment},"
            f" 'Ana Ejemplo', 'ana@example.com', '{state}', '', '{{}}', {moment}, {moment})"
        )


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
