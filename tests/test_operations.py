"""`citas bookings` and `requests`: masked unless asked, clear when refused, beside a running service."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from citas.booking.evidence import Evidence
from citas.errors import CitasError, OperationRefused
from citas.main import app
from citas.store.model import Booking, BookingState, Claimed, NewClaim, RequestKind, SessionKey
from citas.store.store import Store, open_store

LIMA = ZoneInfo("America/Lima")
NOW = datetime(2026, 3, 11, 10, 15, tzinfo=LIMA)
THURSDAY_4PM = datetime(2026, 3, 12, 16, 0, tzinfo=LIMA)
ANA = SessionKey(101, "51987654321")
OTHER = SessionKey(102, "51900000001")
MEET = "https://meet.google.com/abc-defg-hij"
PRIVATE = ("Ana", "Torres", "ana@example.com", "51987654321", "987 654 321")


@dataclass(frozen=True)
class Desk:
    """A database file with bookings in it, and the command that looks at it."""

    url: str

    def run(self, *arguments: str) -> str:
        """What a command prints; an error of ours is raised."""
        given = [*arguments, "--database", self.url]
        result = CliRunner().invoke(app, given, env={"CITAS_NOW": NOW.isoformat(), "OPENAI_API_KEY": ""})
        if isinstance(result.exception, CitasError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    def booking(
        self,
        state: BookingState | None,
        *,
        session: SessionKey = ANA,
        hours: int = 0,
        age: timedelta = timedelta(hours=3),
        availability: str = "free",
    ) -> Booking:
        """One more booking, made `age` ago."""
        return asyncio.run(
            self._booking(state, session, THURSDAY_4PM + timedelta(hours=hours), age, availability)
        )

    async def _booking(
        self, state: BookingState | None, session: SessionKey, start: datetime, age: timedelta, available: str
    ) -> Booking:
        async with open_store(self.url) as store:
            return await claim(store, state, session, start, NOW - age, available)


async def claim(
    store: Store,
    state: BookingState | None,
    session: SessionKey,
    start: datetime,
    then: datetime,
    available: str = "free",
) -> Booking:
    kept = Evidence("mañana a las 4, soy Ana Torres", start, available, then, "sí, al 987 654 321")
    wanted = NewClaim(
        key=f"{session.session} {start}",
        session=session,
        resource=f"empresa-{session.id_empresa}",
        start=start,
        end=start + timedelta(hours=1),
        customer_name="Ana Torres",
        customer_email="ana@example.com",
        evidence=kept.dumps(),
    )
    result = await store.ledger.claim(wanted, then)
    assert isinstance(result, Claimed)
    if state is None:
        return result.booking
    row = await store.ledger.record(result.booking.id, state, then, detail="HTTP 500")
    if state is BookingState.UNKNOWN:
        await store.requests.add_once(
            session, RequestKind.UNKNOWN_BOOKING, f"Verificar {row.ref}", then, row.ref
        )
    return row


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty database."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'citas.sqlite'}"

    async def make() -> None:
        async with open_store(url):
            pass

    asyncio.run(make())
    return Desk(url)


def test_that_the_unresolved_are_listed_oldest_first_with_what_the_calendar_said(desk: Desk) -> None:
    young = desk.booking(BookingState.UNKNOWN, availability="unknown")
    old = desk.booking(None, hours=-3, age=timedelta(days=3))
    desk.booking(BookingState.CREATED, hours=5)

    async def look() -> None:
        async with open_store(desk.url) as store:
            await store.ledger.looked(young.id, "free", NOW, before=0)
            await store.ledger.looked(young.id, "busy", NOW, before=1)

    asyncio.run(look())

    lines = desk.run("bookings", "list").splitlines()
    assert [line.split()[0] for line in lines] == ["ref", old.ref, young.ref]
    assert lines[1].split() == [old.ref, "sent", "2026-03-12", "13:00", "101", "3", "d", "-"]
    assert lines[2].split() == [
        young.ref, "unknown", "2026-03-12", "16:00", "101", "3", "h", "busy", "unverified",
    ]  # fmt: skip


def test_that_a_list_can_be_narrowed_and_read_by_programs(desk: Desk) -> None:
    mine = desk.booking(BookingState.CREATED)
    theirs = desk.booking(BookingState.CREATED, session=OTHER)
    unknown = desk.booking(BookingState.UNKNOWN, hours=2)

    def refs(*options: str) -> list[str]:
        return [line["ref"] for line in json.loads(desk.run("bookings", "list", "--json", *options))]

    assert refs("--state", "created") == [mine.ref, theirs.ref]
    assert refs("--state", "created", "--empresa", "102") == [theirs.ref]
    assert refs("--state", "all") == [mine.ref, theirs.ref, unknown.ref]
    assert refs() == [unknown.ref]
    assert refs("--state", "rejected") == []
    assert desk.run("bookings", "list", "--state", "rejected") == "no bookings\n"


def test_that_nothing_names_the_customer_unless_it_is_asked_for(desk: Desk) -> None:
    ref = desk.booking(BookingState.UNKNOWN).ref
    commands = (
        ["bookings", "list"],
        ["bookings", "list", "--json"],
        ["bookings", "show", ref],
        ["bookings", "show", ref, "--json"],
        ["bookings", "export"],
        ["requests", "list"],
        ["requests", "list", "--json"],
    )

    for command in commands:
        printed = desk.run(*command)
        assert ref in printed
        assert [word for word in PRIVATE if word in printed] == []
    for command in (["bookings", "show", ref], ["bookings", "show", ref, "--json"], ["bookings", "export"]):
        printed = desk.run(*command, "--unmasked")
        assert [word for word in PRIVATE if word not in printed] == []


def test_that_a_booking_is_shown_with_its_steps(desk: Desk) -> None:
    ref = desk.booking(BookingState.UNKNOWN).ref

    shown = desk.run("bookings", "show", ref)
    told = json.loads(desk.run("bookings", "show", ref, "--json"))

    assert "phrase: mañana a las 4, soy A. T." in shown
    assert "unknown   service     HTTP 500" in shown
    assert [step["state"] for step in told["steps"]] == ["sent", "unknown"]
    assert told["slot"]["start"] == "2026-03-12T16:00:00-05:00"


def test_that_an_operator_settles_an_unknown_booking_and_its_request(desk: Desk) -> None:
    ref = desk.booking(BookingState.UNKNOWN).ref
    assert ref in desk.run("requests", "list")

    printed = desk.run("bookings", "resolve", ref, "created", "--link", MEET, "--note", "está en la agenda")

    assert printed.startswith(f"{ref} is created now")
    told = json.loads(desk.run("bookings", "show", ref, "--json"))
    assert (told["outcome"]["state"], told["outcome"]["meet_link"]) == ("created", MEET)
    assert (told["steps"][-1]["actor"], told["steps"][-1]["note"]) == ("operator", "está en la agenda")
    assert desk.run("requests", "list") == "no requests\n"
    assert desk.run("bookings", "list") == "no bookings\n"


def test_that_an_abandoned_claim_is_settled_and_one_under_way_is_not(desk: Desk) -> None:
    abandoned = desk.booking(None).ref
    under_way = desk.booking(None, hours=2, age=timedelta(seconds=5)).ref

    with pytest.raises(OperationRefused, match="right now"):
        desk.run("bookings", "resolve", under_way, "rejected")
    assert "is rejected now" in desk.run("bookings", "resolve", abandoned, "rejected")


@pytest.mark.parametrize(
    ("outcome", "link"),
    [
        ("created", "http://meet.google.com/abc-defg-hij"),
        ("created", "https://meet.google.com.example.com/abc"),
        ("created", "https://user@meet.google.com/abc"),
        ("created", "https://meet.google.com/"),
        ("created", "https://[meet.google.com/abc"),
        ("rejected", MEET),
    ],
)
def test_that_a_link_that_is_none_of_a_created_meeting_is_refused(
    desk: Desk, outcome: str, link: str
) -> None:
    ref = desk.booking(BookingState.UNKNOWN).ref

    with pytest.raises(OperationRefused, match=r"https://meet\.google\.com"):
        desk.run("bookings", "resolve", ref, outcome, "--link", link)

    assert ref in desk.run("bookings", "list")


def test_that_what_is_known_or_not_there_is_refused(desk: Desk) -> None:
    ref = desk.booking(BookingState.CREATED).ref

    with pytest.raises(OperationRefused, match=f"{ref} is created already"):
        desk.run("bookings", "resolve", ref, "rejected")
    with pytest.raises(OperationRefused, match="AC-NADA"):
        desk.run("bookings", "show", "AC-NADA")
    with pytest.raises(OperationRefused, match="no open request 99"):
        desk.run("requests", "close", "99")


def test_that_a_request_is_closed_once(desk: Desk) -> None:
    desk.booking(BookingState.UNKNOWN)
    (waiting,) = json.loads(desk.run("requests", "list", "--json"))

    assert json.loads(desk.run("requests", "list", "--json", "--empresa", "102")) == []
    assert desk.run("requests", "close", str(waiting["id"])) == f"request {waiting['id']} is closed\n"
    with pytest.raises(OperationRefused):
        desk.run("requests", "close", str(waiting["id"]))


def test_that_an_export_has_one_record_a_line_from_a_day_on(desk: Desk) -> None:
    old = desk.booking(BookingState.CREATED, age=timedelta(days=2))
    new = desk.booking(BookingState.REJECTED, hours=2)
    theirs = desk.booking(BookingState.CREATED, session=OTHER)

    def refs(*options: str) -> list[str]:
        return [json.loads(line)["ref"] for line in desk.run("bookings", "export", *options).splitlines()]

    assert refs() == [old.ref, new.ref, theirs.ref]
    assert refs("--since", "2026-03-11") == [new.ref, theirs.ref]
    assert refs("--since", "2026-03-11", "--empresa", "101") == [new.ref]
    assert refs("--since", "2026-03-12") == []


def test_that_it_works_beside_a_running_service(desk: Desk) -> None:
    """The service's store is held by this process, the command is another: as in production."""

    async def serve() -> tuple[BookingState, int]:
        async with open_store(desk.url) as service:
            row = await claim(service, BookingState.UNKNOWN, ANA, THURSDAY_4PM, NOW - timedelta(hours=1))
            command = asyncio.create_task(run("bookings", "resolve", row.ref, "created", database=desk.url))
            written = 0
            while not command.done():
                start = THURSDAY_4PM + timedelta(days=1 + written)
                await claim(service, BookingState.CREATED, OTHER, start, NOW)
                written += 1
            assert (await command).returncode == 0
            return (await service.ledger.of_session(ANA))[0].state, written

    state, written = asyncio.run(serve())
    assert state is BookingState.CREATED
    assert written > 0


async def run(*arguments: str, database: str) -> subprocess.CompletedProcess[str]:
    """The command as a process."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "citas.main", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_that_a_refusal_is_one_line_and_exit_code_two(desk: Desk) -> None:
    done = asyncio.run(run("bookings", "show", "AC-NADA", database=desk.url))

    assert done.returncode == 2
    assert done.stderr == "citas: there is no booking AC-NADA\n"
    assert done.stdout == ""


def test_that_a_warning_does_not_spoil_what_programs_read(desk: Desk) -> None:
    desk.booking(BookingState.UNKNOWN)

    async def damage() -> None:
        async with open_store(desk.url) as store, store.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE bookings SET state = 'qué?'")

    asyncio.run(damage())
    done = asyncio.run(run("bookings", "list", "--json", database=desk.url))

    assert [line["state"] for line in json.loads(done.stdout)] == ["unknown"]
    assert "cannot be read" in done.stderr
