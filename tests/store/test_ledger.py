import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from citas.errors import StoreError
from citas.store.ledger import Ledger
from citas.store.model import AlreadyOurs, Booking, BookingState, Claimed, SessionKey, TakenByOther
from citas.store.store import Store
from tests.store.samples import (
    ANA,
    HOUR,
    MINUTE,
    NOW,
    OTHER_EMPRESA,
    OTHER_SESSION,
    TEN,
    claim,
)

DAY = 24 * HOUR
MEET = "https://meet.google.com/abc-defg-hij"


async def claimed(store: Store, session: SessionKey = ANA) -> Booking:
    result = await store.ledger.claim(claim(session), NOW)
    assert isinstance(result, Claimed)
    return result.booking


async def test_that_a_claim_is_stored_as_sent(store: Store) -> None:
    booking = await claimed(store)

    assert booking == Booking(
        id=booking.id,
        ref=booking.ref,
        key=claim().key,
        session=ANA,
        resource="usuario-3",
        start=TEN,
        end=TEN + HOUR,
        customer_name="Ana Pérez",
        customer_email="ana@example.com",
        state=BookingState.SENT,
        meet_link=None,
        detail="",
        evidence=claim().evidence,
        created_at=NOW,
        updated_at=NOW,
    )
    assert await store.ledger.of_session(ANA) == (booking,)


async def test_that_a_reference_is_easy_to_read_aloud(store: Store) -> None:
    booking = await claimed(store)

    prefix, _, code = booking.ref.partition("-")
    assert prefix == "AC"
    assert len(code) == 4
    assert not set(code) & set("01IOabcdefghijklmnopqrstuvwxyz")


async def test_that_a_reference_in_use_is_not_given_twice(store: Store) -> None:
    refs = iter(["AC-AAAA", *["AC-AAAA", "AC-BBBB"] * 20, "AC-CCCC"])
    ledger = Ledger(store.database, new_ref=lambda: next(refs, "AC-AAAA"))

    first = await ledger.claim(claim(), NOW)
    second = await ledger.claim(claim(OTHER_EMPRESA), NOW)

    assert isinstance(first, Claimed)
    assert isinstance(second, Claimed)
    assert (first.booking.ref, second.booking.ref) == ("AC-AAAA", "AC-BBBB")
    with pytest.raises(StoreError, match="unused"):
        await Ledger(store.database, new_ref=lambda: "AC-BBBB").claim(claim(OTHER_SESSION, TEN + HOUR), NOW)


async def test_that_of_thirty_sessions_one_gets_the_slot(store: Store) -> None:
    rivals = [SessionKey(7, f"5190000{number:04}") for number in range(30)]

    results = await asyncio.gather(*(store.ledger.claim(claim(r), NOW) for r in rivals))

    assert sorted(type(r).__name__ for r in results) == ["Claimed"] + ["TakenByOther"] * 29
    assert len(await store.ledger.held(7, "usuario-3", TEN, TEN + HOUR)) == 1


async def test_that_of_twenty_equal_claims_one_is_made_and_the_others_find_it(store: Store) -> None:
    results = await asyncio.gather(*(store.ledger.claim(claim(), NOW) for _ in range(20)))

    made = [r for r in results if isinstance(r, Claimed)]
    found = [r for r in results if isinstance(r, AlreadyOurs)]
    assert len(made) == 1
    assert len(found) == 19
    assert {r.booking for r in found} == {made[0].booking}


@pytest.mark.parametrize("state", [BookingState.CREATED, BookingState.UNKNOWN])
async def test_that_a_slot_stays_held_when_it_may_be_booked(store: Store, state: BookingState) -> None:
    booking = await store.ledger.record((await claimed(store)).id, state, NOW)

    assert await store.ledger.claim(claim(), NOW) == AlreadyOurs(booking)
    assert await store.ledger.claim(claim(OTHER_SESSION), NOW) == TakenByOther()


@pytest.mark.parametrize("state", [BookingState.REJECTED, BookingState.NOT_SENT])
async def test_that_a_slot_is_free_again_when_nothing_was_made(store: Store, state: BookingState) -> None:
    first = await claimed(store)
    await store.ledger.record(first.id, state, NOW)

    again = await claimed(store)

    assert again.id != first.id
    assert await store.ledger.claim(claim(OTHER_SESSION), NOW) == TakenByOther()


async def test_that_a_slot_of_another_length_cannot_overlap(store: Store) -> None:
    await claimed(store)

    for start, length in ((TEN - 30 * MINUTE, HOUR), (TEN + 15 * MINUTE, 15 * MINUTE)):
        assert await store.ledger.claim(claim(OTHER_SESSION, start, length=length), NOW) == TakenByOther()


async def test_that_slots_that_touch_do_not_overlap(store: Store) -> None:
    await claimed(store)

    for start in (TEN - HOUR, TEN + HOUR):
        assert isinstance(await store.ledger.claim(claim(OTHER_SESSION, start), NOW), Claimed)


async def test_that_a_session_cannot_overlap_itself(store: Store) -> None:
    await claimed(store)

    assert await store.ledger.claim(claim(start=TEN + 30 * MINUTE), NOW) == TakenByOther()


async def test_that_a_key_cannot_be_held_twice_even_at_another_time(store: Store) -> None:
    await store.ledger.claim(claim(key="k"), NOW)

    other_time = await store.ledger.claim(claim(OTHER_SESSION, TEN + 5 * HOUR, key="k"), NOW)

    assert other_time == TakenByOther()


async def test_that_other_calendars_do_not_compete(store: Store) -> None:
    await claimed(store)

    elsewhere = (
        claim(OTHER_EMPRESA),
        replace(claim(OTHER_SESSION), resource="usuario-4"),
    )
    for free in elsewhere:
        assert isinstance(await store.ledger.claim(free, NOW), Claimed)
    assert len(await store.ledger.of_session(OTHER_EMPRESA)) == 1


async def test_that_held_sees_overlaps_of_its_calendar_alone(store: Store) -> None:
    booking = await claimed(store)
    held = store.ledger.held

    assert await held(7, "usuario-3", TEN + 59 * MINUTE, TEN + 2 * HOUR) == (booking,)
    assert await held(7, "usuario-3", TEN - HOUR, TEN) == ()
    assert await held(7, "usuario-3", TEN + HOUR, TEN + 2 * HOUR) == ()
    assert await held(7, "usuario-4", TEN, TEN + HOUR) == ()
    assert await held(8, "usuario-3", TEN, TEN + HOUR) == ()
    await store.ledger.record(booking.id, BookingState.REJECTED, NOW)
    assert await held(7, "usuario-3", TEN, TEN + HOUR) == ()


async def test_that_an_outcome_is_recorded_with_its_link(store: Store) -> None:
    booking = await claimed(store)

    created = await store.ledger.record(
        booking.id, BookingState.CREATED, NOW + MINUTE, meet_link=MEET, detail="ok"
    )

    assert created == replace(
        booking,
        state=BookingState.CREATED,
        meet_link=MEET,
        detail="ok",
        updated_at=NOW + MINUTE,
    )
    assert await store.ledger.of_session(ANA) == (created,)


LEGAL = {
    ("sent", "created"),
    ("sent", "rejected"),
    ("sent", "not_sent"),
    ("sent", "unknown"),
    ("unknown", "created"),
    ("unknown", "rejected"),
    ("not_sent", "sent"),
}


async def test_that_only_legal_moves_are_recorded(store: Store) -> None:
    for day, (before, after) in enumerate(product(BookingState, BookingState)):
        session = SessionKey(7, f"51900000{day:03}")
        result = await store.ledger.claim(claim(session, TEN + day * DAY), NOW)
        assert isinstance(result, Claimed)
        booking = result.booking
        if before is not BookingState.SENT:
            booking = await store.ledger.record(booking.id, before, NOW)

        if (before, after) in LEGAL:
            assert (await store.ledger.record(booking.id, after, NOW)).state is after
        else:
            with pytest.raises(StoreError, match=f"cannot go from {before} to {after}"):
                await store.ledger.record(booking.id, after, NOW + MINUTE)
            assert await store.ledger.of_session(session) == (booking,)


async def test_that_an_attempt_cannot_be_sent_again_once_the_slot_is_gone(store: Store) -> None:
    booking = await claimed(store)
    await store.ledger.record(booking.id, BookingState.NOT_SENT, NOW)
    await store.ledger.claim(claim(OTHER_SESSION, TEN + 30 * MINUTE), NOW)

    with pytest.raises(StoreError, match="taken in the meantime"):
        await store.ledger.record(booking.id, BookingState.SENT, NOW)


async def test_that_an_outcome_needs_a_booking(store: Store) -> None:
    with pytest.raises(StoreError, match="no booking 99"):
        await store.ledger.record(99, BookingState.CREATED, NOW)


async def test_that_of_two_outcomes_at_once_one_is_kept(store: Store) -> None:
    booking = await claimed(store)

    results = await asyncio.gather(
        *(
            store.ledger.record(booking.id, state, NOW)
            for state in (BookingState.CREATED, BookingState.REJECTED)
        ),
        return_exceptions=True,
    )

    kept = [r for r in results if isinstance(r, Booking)]
    refused = [r for r in results if isinstance(r, StoreError)]
    assert len(kept) == len(refused) == 1
    assert await store.ledger.of_session(ANA) == (kept[0],)


async def test_that_the_unresolved_come_oldest_first(store: Store) -> None:
    starts = [TEN + hour * HOUR for hour in range(4)]
    states = (BookingState.UNKNOWN, None, BookingState.CREATED, None)
    for age, (start, state) in enumerate(zip(starts, states, strict=True)):
        then = NOW - (age + 1) * MINUTE
        result = await store.ledger.claim(claim(start=start), then)
        assert isinstance(result, Claimed)
        if state:
            await store.ledger.record(result.booking.id, state, then)

    unresolved = await store.ledger.unresolved(NOW - 90 * timedelta(seconds=1))

    assert [b.start for b in unresolved] == [starts[3], starts[1]]
    assert len(await store.ledger.unresolved(NOW)) == 3
