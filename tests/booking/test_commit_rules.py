"""What is refused before anything is claimed or sent: limits, deadline, rules, an unverified slot."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from citas.booking.commit import Booked, NotBooked
from citas.sandbox.faults import Fault
from citas.scheduling.policy import Reason
from tests.booking.support import (
    CHECK,
    CREATE,
    FRIDAY_10AM,
    HOURS,
    LIMA,
    MONDAY_10AM,
    QUIPU,
    THURSDAY_4PM,
    Bench,
    only_row,
    open_bench,
    reason,
    wish,
)


async def test_that_a_third_appointment_to_come_needs_a_person(bench: Bench) -> None:
    for start in (THURSDAY_4PM, FRIDAY_10AM):
        assert isinstance(await bench.booker.book(wish(start=start)), Booked)
    assert await bench.booker.book(wish(start=MONDAY_10AM)) == NotBooked("limit", needs_person=True)
    assert isinstance(await bench.booker.book(wish("another", MONDAY_10AM)), Booked)
    assert bench.calls(CREATE) == 3


async def test_that_appointments_gone_by_do_not_count_for_the_limit(bench: Bench) -> None:
    for start in (THURSDAY_4PM, FRIDAY_10AM):
        await bench.booker.book(wish(start=start))
    bench.clock.advance(days=3)
    assert isinstance(await bench.booker.book(wish(start=MONDAY_10AM)), Booked)


@pytest.mark.parametrize(("left", "begins"), [(12.9, False), (0.0, False), (-5.0, False), (13.1, True)])
async def test_that_nothing_is_begun_that_could_not_be_finished(
    bench: Bench, left: float, begins: bool
) -> None:
    outcome = await bench.booker.book(wish(time_left=left))
    assert isinstance(outcome, Booked) == begins
    if not begins:
        assert outcome == NotBooked("deadline")
        assert not bench.sandbox.calls


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (datetime(2026, 3, 11, 10, 15, tzinfo=LIMA), Reason.PAST),
        (datetime(2026, 3, 10, 10, 0, tzinfo=LIMA), Reason.PAST),
        (datetime(2026, 3, 15, 10, 0, tzinfo=LIMA), Reason.CLOSED),
        (datetime(2026, 3, 12, 20, 0, tzinfo=LIMA), Reason.OUTSIDE_HOURS),
        (datetime(2026, 3, 12, 17, 30, tzinfo=LIMA), Reason.PASSES_CLOSING),
        (datetime(2026, 3, 12, 13, 0, tzinfo=LIMA), Reason.BLOCKED),
        (datetime(2026, 3, 12, 16, 10, tzinfo=LIMA), Reason.OFF_GRID),
        (datetime(2026, 3, 12, 15, 0, tzinfo=LIMA), Reason.TAKEN),
        (datetime(9999, 12, 31, 23, 0, tzinfo=LIMA), Reason.NONEXISTENT),
    ],
)
async def test_that_the_rules_are_checked_again_at_the_last_moment(
    bench: Bench, start: datetime, why: Reason
) -> None:
    assert reason(await bench.booker.book(wish(start=start))) is why
    assert bench.calls(CREATE) == 0
    assert await bench.store.ledger.of_session(wish().session) == ()


async def test_that_hours_that_changed_a_minute_ago_are_respected(bench: Bench) -> None:
    await bench.business.profile(QUIPU)
    bench.sandbox.faults.add(HOURS, Fault.STATUS_500, times=None)
    assert reason(await bench.booker.book(wish())) is Reason.UNVERIFIED
    assert bench.calls(CREATE) == 0


async def test_that_an_unverified_slot_is_not_booked_unless_the_owner_wants_it(bench: Bench) -> None:
    bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
    assert reason(await bench.booker.book(wish())) is Reason.UNVERIFIED
    assert bench.calls(CREATE) == 0


async def test_that_an_owner_may_prefer_bookings_on_unverified_slots(tmp_path: Path) -> None:
    async with open_bench(tmp_path, accept_unverified=True) as bench:
        bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
        assert isinstance(await bench.booker.book(wish()), Booked)
        assert json.loads((await only_row(bench)).evidence)["availability"] == "unknown"


async def test_that_a_taken_slot_stays_taken_when_bookings_on_unverified_ones_are_wanted(
    tmp_path: Path,
) -> None:
    async with open_bench(tmp_path, accept_unverified=True) as bench:
        await bench.booker.book(wish())
        bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
        assert reason(await bench.booker.book(wish("another"))) is Reason.TAKEN
        assert bench.calls(CREATE) == 1
