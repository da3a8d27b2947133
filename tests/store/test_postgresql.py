"""What only a server can do: serve several replicas, and go away."""

import asyncio
import tempfile
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from citas.errors import FenceLost, StoreError
from citas.store.model import BookingState, Claimed, RequestKind, SessionKey, TakenByOther
from citas.store.store import Store, open_store
from tests.store.conftest import PostgresServer
from tests.store.samples import ANA, HOUR, MINUTE, NOW, TEN, claim, leased, turn

MILLISECOND = timedelta(milliseconds=1)
SOCKET = ".s.PGSQL.5432"


@pytest.fixture
async def url(postgres: PostgresServer) -> str:
    return await postgres.emptied()


class Line:
    """The way to the server. Setting `cut` breaks it once, around the next COMMIT:

    "before" the server gets it, or "after" the server did it and before the client knows.
    """

    def __init__(self, server: Path) -> None:
        self._server = server
        self.cut = ""

    async def carry(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """One connection, until an end closes or the cut comes."""
        server, to_server = await asyncio.open_unix_connection(self._server / SOCKET)
        answers = asyncio.create_task(_pump(server, to_client))
        while data := await client.read(65_536):
            cut = self.cut if b"COMMIT" in data else ""
            if cut:
                self.cut = ""
                answers.cancel()
                await asyncio.wait([answers])
            if cut != "before":
                to_server.write(data)
            if cut:
                if cut == "after":
                    await server.read(65_536)
                break
        answers.cancel()
        to_server.close()
        to_client.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError), closing(writer):  # a cut connection ends the pump: that is the test
        while data := await reader.read(65_536):
            writer.write(data)


@pytest.fixture
def socket_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="citas-line-") as path:  # short, as a socket's must be
        yield Path(path)


@pytest.fixture
async def line(postgres: PostgresServer, socket_dir: Path) -> AsyncIterator[Line]:
    carrier = Line(postgres.socket_dir)
    async with await asyncio.start_unix_server(carrier.carry, socket_dir / SOCKET):
        yield carrier


@pytest.fixture
async def store(url: str, line: Line, socket_dir: Path, postgres: PostgresServer) -> AsyncIterator[Store]:
    """A store that reaches the server through `line`."""
    async with open_store(postgres.url(socket_dir)) as opened:
        yield opened


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_that_a_claim_cut_at_its_commit_is_made_once(store: Store, line: Line, cut: str) -> None:
    line.cut = cut

    result = await store.ledger.claim(claim(), NOW)

    assert line.cut == ""
    assert isinstance(result, Claimed)
    assert await store.ledger.of_session(ANA) == (result.booking,)


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_that_an_outcome_cut_at_its_commit_is_recorded(store: Store, line: Line, cut: str) -> None:
    result = await store.ledger.claim(claim(), NOW)
    assert isinstance(result, Claimed)
    line.cut = cut

    booking = await store.ledger.record(result.booking.id, BookingState.CREATED, NOW)

    assert line.cut == ""
    assert booking.state is BookingState.CREATED
    assert await store.ledger.of_session(ANA) == (booking,)


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_that_a_turn_cut_at_its_commit_is_saved_once(store: Store, line: Line, cut: str) -> None:
    lease = await leased(store)
    await store.deliveries.begin(ANA, "wamid.1", "digest", NOW, stale_after=HOUR)
    line.cut = cut

    number = await store.sessions.append(lease, turn("hola", message_id="wamid.1"))

    assert line.cut == ""
    assert number == 1
    assert await store.sessions.customer_words(ANA) == ("hola",)


async def test_that_idle_connections_the_server_ended_are_replaced(
    store: Store, postgres: PostgresServer
) -> None:
    await store.ping()
    outsider = await postgres.connect()
    ended = await outsider.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'citas'"
    )
    await outsider.close()
    assert ended > 0

    await store.ping()


async def test_that_a_server_that_is_not_there_is_a_store_error(
    postgres: PostgresServer, socket_dir: Path
) -> None:
    with pytest.raises(StoreError):
        async with open_store(postgres.url(socket_dir)):
            pass


async def test_that_a_database_that_is_not_there_is_a_store_error(
    postgres: PostgresServer,
) -> None:
    absent = postgres.url().replace("/postgres?", "/absent?")

    with pytest.raises(StoreError, match="absent"):
        async with open_store(absent):
            pass


async def test_that_an_error_does_not_quote_the_row(store: Store) -> None:
    phone = "51987654321"
    async with store.database.transaction() as connection:
        await connection.exec_driver_sql("ALTER TABLE requests ADD CHECK (summary = '')")

    with pytest.raises(StoreError) as error:
        await store.requests.add(ANA, RequestKind.HANDOFF, f"Llamar al {phone}", NOW)

    shown = "".join(traceback.format_exception(error.value))
    assert "requests" in shown
    assert phone not in shown


async def test_that_replicas_do_not_share_a_slot(url: str) -> None:
    async with open_store(url) as one, open_store(url) as two:
        rivals = [SessionKey(7, f"5190000{number:04}") for number in range(30)]

        results = await asyncio.gather(
            *(
                (one, two)[number % 2].ledger.claim(claim(rival, TEN + number * MINUTE), NOW)
                for number, rival in enumerate(rivals)
            )
        )

        assert sum(isinstance(r, Claimed) for r in results) == 1
        assert results.count(TakenByOther()) == 29


async def test_that_replicas_take_turns_and_lose_none(url: str) -> None:
    async with open_store(url) as one, open_store(url) as two:

        async def work(replica: Store, number: int) -> None:
            lease = await replica.leases.acquire(ANA, f"worker-{number}", HOUR, wait=MINUTE)
            await replica.sessions.append(lease, turn(f"m{number}"))
            await replica.leases.release(lease)

        await asyncio.gather(*(work((one, two)[number % 2], number) for number in range(10)))

        words = await one.sessions.customer_words(ANA)
        assert sorted(words) == [f"m{number}" for number in range(10)]


async def test_that_a_paused_replica_cannot_write_when_it_wakes(url: str) -> None:
    async with open_store(url) as paused, open_store(url) as awake:
        zombie = await paused.leases.acquire(ANA, "paused", 50 * MILLISECOND, wait=MINUTE)
        owner = await awake.leases.acquire(ANA, "awake", HOUR, wait=MINUTE)

        with pytest.raises(FenceLost):
            await paused.sessions.append(zombie, turn("from the dead"))

        assert await awake.sessions.append(owner, turn("alive")) == 1
