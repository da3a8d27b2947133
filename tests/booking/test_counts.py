"""What booking attempts came to, as the series tell it, and the bounds as the booker tells them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from citas.booking.commit import Booked, NotBooked
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from citas.scheduling.policy import Reason
from citas.store.model import ClaimLimits, Limit
from tests.booking.support import (
    CHECK,
    CREATE,
    FRIDAY_10AM,
    MONDAY_10AM,
    THURSDAY_4PM,
    Bench,
    open_bench,
    reason,
    wish,
)
from tests.booking.test_commit import break_claims

SERIES = ("success", "unknown", "not_sent", "race", "unverified", "outcome_commit_failed")


def standing(bench: Bench) -> dict[str, float]:
    """The booking series that have counted anything, by their short names."""
    names = {name: name if name.startswith("outcome") else f"booking_{name}" for name in SERIES}
    counts = {name: bench.counted(series) for name, series in names.items()}
    for metric in bench.registry.collect():
        for sample in metric.samples:
            if sample.labels and sample.name.endswith("_total"):
                short = sample.name.removeprefix("agent_citas_").removesuffix("_total")
                counts[f"{short}:{next(iter(sample.labels.values()))}"] = sample.value
    return {name: count for name, count in counts.items() if count}


async def test_that_an_event_and_its_link_are_counted_once(bench: Bench) -> None:
    await bench.booker.book(wish())
    await bench.booker.book(wish())

    assert standing(bench) == {"success": 1, "meet_link:present": 1}


@pytest.mark.parametrize(
    ("fault", "counted"),
    [
        (Fault.NO_MEET_LINK, {"success": 1, "meet_link:missing": 1}),
        (Fault.FOREIGN_MEET_LINK, {"success": 1, "meet_link:missing": 1}),
        (Fault.STATUS_500, {"unknown": 1}),
        (Fault.REFUSED, {"booking_failed:rejected": 1}),
        (Fault.STATUS_401, {"booking_failed:auth": 1}),
    ],
)
async def test_that_each_outcome_is_counted(bench: Bench, fault: Fault, counted: dict[str, float]) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=1)
    await bench.booker.book(wish())

    assert standing(bench) == counted


async def test_that_what_never_left_is_counted(bench: Bench) -> None:
    bench.wire.unreachable[CREATE] = 2
    await bench.booker.book(wish())

    assert standing(bench) == {"not_sent": 1, "booking_failed:not_sent": 1}


async def test_that_an_unverified_booking_is_counted(tmp_path: Path) -> None:
    async with open_bench(tmp_path, accept_unverified=True) as bench:
        bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
        await bench.booker.book(wish())

        assert standing(bench) == {"success": 1, "unverified": 1, "meet_link:present": 1}


async def test_that_refusals_before_the_claim_are_counted_by_why(bench: Bench) -> None:
    await bench.booker.book(wish(start=THURSDAY_4PM + timedelta(minutes=10)))
    await bench.booker.book(wish(time_left=1.0))
    bench.sandbox.take(101, FRIDAY_10AM)
    await bench.booker.book(wish(start=FRIDAY_10AM))
    bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
    await bench.booker.book(wish())

    reasons = ("validation", "deadline", "taken", "unverified")
    assert standing(bench) == {f"booking_failed:{why}": 1 for why in reasons}


async def test_that_a_slot_rejected_as_taken_is_a_race(bench: Bench) -> None:
    gate = bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    bench.sandbox.take(101, THURSDAY_4PM)
    gate.set()

    assert reason(await booking) is Reason.TAKEN
    assert standing(bench) == {"race": 1, "booking_failed:taken": 1}


async def test_that_an_outcome_that_was_not_stored_is_counted(bench: Bench) -> None:
    gate = bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    await break_claims(bench)
    gate.set()
    await booking

    assert standing(bench) == {"success": 1, "meet_link:present": 1, "outcome_commit_failed": 1}


async def test_that_of_fifty_sessions_racing_for_one_slot_one_books_it(tmp_path: Path) -> None:
    careless = SandboxState(None, lambda: THURSDAY_4PM - timedelta(days=1), allow_overlap=True)
    async with open_bench(tmp_path, sandbox=careless) as bench:
        asked = [wish(f"session {n}", email=f"cliente{n}@example.com") for n in range(50)]
        outcomes = await asyncio.gather(*(bench.booker.book(each) for each in asked))

        assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
        assert {reason(o) for o in outcomes if not isinstance(o, Booked)} == {Reason.TAKEN}
        assert bench.calls(CREATE) == 1
        assert bench.counted("booking_success") == 1
        assert bench.counted("booking_failed", reason="taken") == 49


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (ClaimLimits(per_session=1), Limit.SESSION),
        (ClaimLimits(per_contact=1), Limit.CONTACT),
        (ClaimLimits(per_empresa=1), Limit.EMPRESA),
        (ClaimLimits(attempts=1), Limit.ATTEMPTS),
    ],
)
async def test_that_over_a_bound_nothing_is_sent_and_a_person_is_needed(
    tmp_path: Path, limits: ClaimLimits, limit: Limit
) -> None:
    async with open_bench(tmp_path, limits=limits) as bench:
        assert isinstance(await bench.booker.book(wish()), Booked)

        outcome = await bench.booker.book(wish(start=MONDAY_10AM))

        assert outcome == NotBooked("limit", needs_person=True)
        assert isinstance(outcome, NotBooked)
        assert outcome.limit is limit
        assert bench.calls(CREATE) == 1
        assert bench.counted("booking_failed", reason=f"limit_{limit}") == 1


async def test_that_wishes_at_once_do_not_pass_the_sessions_bound(bench: Bench) -> None:
    starts = [FRIDAY_10AM, MONDAY_10AM, *(MONDAY_10AM + timedelta(days=day) for day in (1, 2, 3))]
    asked = [replace(wish(start=start), customer_email=f"a{n}@example.com") for n, start in enumerate(starts)]

    outcomes = await asyncio.gather(*(bench.booker.book(each) for each in asked))

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 2
    assert len(bench.sandbox.events()) == 2
