"""What only a file can do: belong to one process, be locked, be full, outlive a kill."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from citas.errors import ConfigError, StoreError, StoreLocked
from citas.store.model import BookingState, Claimed
from citas.store.store import open_store
from tests.store.samples import ANA, MINUTE, NOW, claim, leased, turn

HOLDER = """
import asyncio, sys
from citas.store.store import open_store
from tests.store.samples import NOW, claim

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.ledger.claim(claim(), NOW)
        print("claimed", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "citas.sqlite"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}?timeout=0.2"


@asynccontextmanager
async def other_process(url: str) -> AsyncIterator[None]:
    """A process that holds the store open after one claim, and is killed in the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"claimed\n"
        yield
    finally:
        process.kill()
        await process.communicate()


async def test_that_a_second_process_is_told_and_a_killed_one_leaves_its_claim(url: str, file: Path) -> None:
    async with other_process(url):
        with pytest.raises(StoreLocked, match=str(file)):
            async with open_store(url):
                pass

    async with open_store(url) as store:
        (booking,) = await store.ledger.of_session(ANA)
        assert booking.state is BookingState.SENT
        assert await store.ledger.unresolved(NOW + MINUTE) == (booking,)


async def test_that_one_process_cannot_open_a_file_twice(url: str) -> None:
    async with open_store(url):
        with pytest.raises(StoreLocked):
            async with open_store(url):
                pass


async def test_that_what_is_made_is_for_our_eyes_only(url: str, file: Path) -> None:
    async with open_store(url) as store:
        await store.ping()
        made = {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()}

    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert set(made) >= {"citas.sqlite", "citas.sqlite-wal", "citas.sqlite.lock"}
    assert set(made.values()) == {0o600}


async def test_that_committed_work_is_flushed_to_disk(url: str) -> None:
    async with open_store(url) as store, store.database.transaction() as connection:
        settings = {}
        for name in ("journal_mode", "synchronous", "foreign_keys"):
            result = await connection.exec_driver_sql(f"PRAGMA {name}")
            settings[name] = result.scalar_one()

    full = 2
    assert settings == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}


async def test_that_the_busy_timeout_is_five_seconds_unless_the_url_says_other(
    file: Path,
) -> None:
    url = f"sqlite:///{file}"
    async with open_store(url) as store, store.database.transaction() as connection:
        result = await connection.exec_driver_sql("PRAGMA busy_timeout")
        assert result.scalar_one() == 5000


async def test_that_a_lock_from_outside_is_waited_for(file: Path) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        outsider = sqlite3.connect(file, isolation_level=None)
        outsider.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.ledger.claim(claim(), NOW))
        await asyncio.sleep(0.2)
        assert not waiting.done()

        outsider.close()

        assert isinstance(await waiting, Claimed)


async def test_that_a_lock_that_stays_is_an_error_and_then_all_is_well(url: str, file: Path) -> None:
    async with open_store(url) as store:
        outsider = sqlite3.connect(file, isolation_level=None)
        outsider.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await store.ping()
        with pytest.raises(StoreError, match="locked"):
            await store.ledger.claim(claim(), NOW)

        outsider.close()

        assert isinstance(await store.ledger.claim(claim(), NOW), Claimed)


async def test_that_a_cancelled_wait_leaves_a_working_store(file: Path) -> None:
    async with open_store(f"sqlite:///{file}") as store:
        outsider = sqlite3.connect(file, isolation_level=None)
        outsider.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(store.ledger.claim(claim(), NOW))
        await asyncio.sleep(0.2)
        waiting.cancel()
        outsider.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        await store.ping()


async def test_that_a_full_disk_leaves_no_claim(url: str) -> None:
    async with open_store(url) as store:
        async with store.database.transaction() as connection:
            pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        big = turn("x" * 100_000)

        with pytest.raises(StoreError, match="full"):
            await store.sessions.append(await leased(store), big)

        assert (await store.sessions.load(ANA, last=1)).turn_count == 0


@pytest.fixture
def diary(file: Path) -> Iterator[None]:
    """Something else has the file's name, and keeps it."""
    file.parent.mkdir()
    file.write_bytes(b"Dear diary, " * 1000)
    yield
    assert file.read_bytes() == b"Dear diary, " * 1000


@pytest.mark.usefixtures("diary")
async def test_that_a_file_that_is_no_database_is_left_as_it_is(url: str) -> None:
    with pytest.raises(StoreError, match="not a database"):
        async with open_store(url):
            pass


async def test_that_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, no directory")

    with pytest.raises(StoreError, match=r"cannot open .*citas\.sqlite"):
        async with open_store(f"sqlite:///{tmp_path}/var/citas.sqlite"):
            pass


@pytest.mark.parametrize(
    "url",
    [
        "",
        "citas.sqlite",
        "mysql://u:hunter2@db/citas",
        "postgresql://u:hunter2@db:port/citas",
        "sqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///file:citas?mode=memory&uri=true",
    ],
)
async def test_that_a_url_we_cannot_use_is_the_operators_to_mend(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL") as refused:
        async with open_store(url):
            pass

    assert "hunter2" not in str(refused.value)


async def test_that_a_session_is_free_after_its_holder_was_killed(url: str) -> None:
    hour = timedelta(hours=1)
    async with open_store(url) as store:
        left = await store.leases.acquire(ANA, "killed", hour, wait=timedelta())
    async with open_store(url) as store:
        taken = await store.leases.acquire(ANA, "next", hour, wait=timedelta())
    assert taken.fence > left.fence
