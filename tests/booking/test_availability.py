"""Free, not free and unknown: what the desk says, and what it offers instead."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citas.booking.availability import PROBES_PER_SEARCH, Free, NotFree, Wish
from citas.sandbox.company import Span
from citas.sandbox.faults import Fault
from citas.scheduling.model import Availability, OpeningHours, Slot
from citas.scheduling.policy import Reason
from citas.store.model import NewClaim, SessionKey
from tests.booking.support import CHECK, LIMA, NOW, QUIPU, THURSDAY_4PM, Bench, open_bench

ALL_DAY = 24 * 60


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Lima."""
    return datetime(2026, 3, day, hour, minute, tzinfo=LIMA)


async def hours_of(bench: Bench) -> OpeningHours:
    hours = await bench.business.fresh_hours(101)
    assert hours is not None
    return hours


async def checked(bench: Bench, start: datetime) -> Free | NotFree:
    return await bench.desk.check(QUIPU, start, await hours_of(bench), NOW)


def starts(slots: tuple[Slot, ...]) -> list[datetime]:
    return [slot.start for slot in slots]


async def test_that_a_free_slot_has_the_length_of_the_request(bench: Bench) -> None:
    half_hours = replace(QUIPU, duracion_cita_minutos=30)
    answer = await bench.desk.check(half_hours, THURSDAY_4PM, await hours_of(bench), NOW)
    assert answer == Free(Slot(THURSDAY_4PM, at(12, 16, 30)))


async def test_that_a_slot_taken_in_the_calendar_is_refused_with_its_neighbours(bench: Bench) -> None:
    answer = await checked(bench, at(12, 15))
    assert isinstance(answer, NotFree)
    assert answer.refusal.reason is Reason.TAKEN
    assert starts(answer.alternatives) == [at(12, 14), at(12, 16)]


async def test_that_our_own_ledger_is_believed_before_the_calendar(bench: Bench) -> None:
    claim = NewClaim(
        key="k",
        session=SessionKey(101, "another"),
        resource=QUIPU.resource,
        start=at(12, 15, 30),
        end=at(12, 16, 30),
        customer_name="Otra Persona",
        customer_email="otra@example.com",
        evidence="{}",
    )
    await bench.store.ledger.claim(claim, NOW)
    assert await bench.desk.probe(QUIPU, Slot.of(THURSDAY_4PM, 60)) is Availability.BUSY
    assert bench.calls(CHECK) == 0


@pytest.mark.parametrize(
    "fault", [Fault.STATUS_500, Fault.EMPTY, Fault.HTML_LOGIN, Fault.TRUNCATED, Fault.NO_SUCCESS, Fault.NAN]
)
async def test_that_an_unclear_answer_is_neither_free_nor_full(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CHECK, fault, times=None)
    answer = await checked(bench, THURSDAY_4PM)
    assert isinstance(answer, NotFree)
    assert answer.refusal.reason is Reason.UNVERIFIED
    assert answer.alternatives == ()


async def test_that_without_hours_nothing_is_asked_and_nothing_offered(bench: Bench) -> None:
    answer = await bench.desk.check(QUIPU, THURSDAY_4PM, None, NOW)
    assert isinstance(answer, NotFree)
    assert answer.refusal.reason is Reason.UNVERIFIED
    assert bench.calls(CHECK) == 0


async def test_that_a_closed_day_is_answered_with_the_days_around_it(bench: Bench) -> None:
    answer = await checked(bench, at(15, 10))
    assert isinstance(answer, NotFree)
    assert answer.refusal.reason is Reason.CLOSED
    assert starts(answer.alternatives) == [at(14, 10), at(16, 10)]


async def test_that_a_past_moment_is_answered_with_the_next_slots_from_now(bench: Bench) -> None:
    answer = await checked(bench, at(9, 10))
    assert isinstance(answer, NotFree)
    assert answer.refusal.reason is Reason.PAST
    assert starts(answer.alternatives) == [at(11, 11), at(11, 12)]


async def test_that_an_hour_gone_by_today_is_answered_with_later_ones(bench: Bench) -> None:
    answer = await checked(bench, at(11, 9))
    assert isinstance(answer, NotFree)
    assert starts(answer.alternatives) == [at(11, 11), at(11, 12)]


async def test_that_alternatives_that_could_not_be_checked_are_not_offered(bench: Bench) -> None:
    bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)
    answer = await checked(bench, at(15, 10))
    assert isinstance(answer, NotFree)
    assert answer.alternatives == ()


async def test_that_a_search_goes_from_the_earliest_or_the_nearest(bench: Bench) -> None:
    hours = await hours_of(bench)
    earliest = await bench.desk.find(QUIPU, Wish(date(2026, 3, 12)), hours, NOW, 2)
    assert starts(earliest.slots) == [at(12, 9), at(12, 10)]
    near = await bench.desk.find(QUIPU, Wish(date(2026, 3, 12), near=at(12, 17)), hours, NOW, 2)
    assert starts(near.slots) == [at(12, 16), at(12, 17)]


async def test_that_a_search_keeps_to_the_wished_part_of_the_day(bench: Bench) -> None:
    wish = Wish(date(2026, 3, 12), days=2, from_minute=14 * 60, to_minute=16 * 60)
    found = await bench.desk.find(QUIPU, wish, await hours_of(bench), NOW, 9)
    assert starts(found.slots) == [at(12, 14), at(13, 14), at(13, 15)]


async def test_that_a_search_stops_asking_a_calendar_that_does_not_answer(bench: Bench) -> None:
    hours = await hours_of(bench)
    bench.sandbox.faults.add(CHECK, Fault.TRUNCATED, times=None)
    found = await bench.desk.find(QUIPU, Wish(date(2026, 3, 12), days=14), hours, NOW, 3)
    assert found.slots == ()
    assert found.unverified
    assert bench.calls(CHECK) == 4


async def test_that_one_unclear_answer_among_clear_ones_is_told(bench: Bench) -> None:
    hours = await hours_of(bench)
    bench.sandbox.faults.add(CHECK, Fault.TRUNCATED, times=1)
    found = await bench.desk.find(QUIPU, Wish(date(2026, 3, 12)), hours, NOW, 3)
    assert len(found.slots) == 3
    assert found.unverified


async def test_that_a_search_which_gave_up_early_does_not_say_that_all_is_full(bench: Bench) -> None:
    for hour in range(24):
        for day in range(12, 26):
            bench.sandbox.take(101, at(day, hour))
    quarter_hours = replace(QUIPU, duracion_cita_minutos=15)
    hours = await hours_of(bench)
    found = await bench.desk.find(quarter_hours, Wish(date(2026, 3, 12), days=14), hours, NOW, 3)
    assert found.slots == ()
    assert found.unverified
    assert bench.calls(CHECK) == PROBES_PER_SEARCH


async def test_that_a_full_day_searched_to_its_end_is_full(bench: Bench) -> None:
    for hour in range(24):
        bench.sandbox.take(101, at(12, hour))
    found = await bench.desk.find(QUIPU, Wish(date(2026, 3, 12)), await hours_of(bench), NOW, 3)
    assert found.slots == ()
    assert not found.unverified


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    wanted=st.integers(-3 * ALL_DAY, 20 * ALL_DAY),
    taken=st.lists(st.integers(0, 15 * 24), max_size=40),
)
def test_that_every_slot_offered_is_free_in_the_calendar_and_still_to_come(
    wanted: int, taken: list[int]
) -> None:
    async def ask() -> None:
        with tempfile.TemporaryDirectory() as directory:
            async with open_bench(Path(directory)) as bench:
                for hours_on in taken:
                    bench.sandbox.take(101, at(11, 0) + timedelta(hours=hours_on))
                answer = await checked(bench, NOW + timedelta(minutes=wanted))
                found = (answer.slot,) if isinstance(answer, Free) else answer.alternatives
                assert len(found) <= 2
                for slot in found:
                    local = Span(slot.start.replace(tzinfo=None), slot.end.replace(tzinfo=None))
                    assert not bench.sandbox.busy("empresa-101", local)
                    assert slot.start > NOW

    asyncio.run(ask())


async def test_that_one_answer_never_costs_more_questions_than_a_search(bench: Bench) -> None:
    for day in range(11, 32):
        for hour in range(9, 18):
            bench.sandbox.take(101, at(day, hour))
    hours = await hours_of(bench)
    answer = await bench.desk.check(QUIPU, THURSDAY_4PM, hours, NOW)
    assert isinstance(answer, NotFree)
    assert (
        bench.calls(CHECK) <= PROBES_PER_SEARCH + 4 + 1
    )  # the last batch may pass the bound; the slot itself
