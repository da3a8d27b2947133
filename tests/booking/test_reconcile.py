"""Unknown bookings: before a person at once, looked at meanwhile, never decided by machine."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from citas.booking.commit import Booked, Verifying
from citas.booking.reconcile import LOOKS
from citas.sandbox.faults import Fault
from citas.store.model import Booking, BookingState, RequestKind
from tests.booking.support import CHECK, CREATE, THURSDAY_4PM, Bench, only_row, open_bench, wish
from tests.booking.test_commit import break_claims, mend_claims

KEY = wish().session


async def left_unknown(bench: Bench, *, landed: bool = False) -> Booking:
    """A booking whose answer nobody could read; `landed`: the event was made all the same."""
    bench.sandbox.faults.add(CREATE, Fault.COMMIT_THEN_500 if landed else Fault.STATUS_500, times=1)
    assert isinstance(await bench.booker.book(wish()), Verifying)
    return await only_row(bench)


async def left_sent(bench: Bench) -> Booking:
    """A claim whose outcome could not be stored, as after a crash."""
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    await break_claims(bench)
    bench.wire.held[CREATE].set()
    assert isinstance(await booking, Verifying)
    await mend_claims(bench)
    return await only_row(bench)


async def looks(bench: Bench, booking: Booking) -> list[str]:
    """What the calendar said at each look, in order."""
    trail = (await bench.store.ledger.trails([booking.id]))[booking.id]
    return [step.look for step in trail if step.look]


async def test_that_a_claim_without_an_outcome_is_put_before_a_person_at_the_next_start(bench: Bench) -> None:
    await left_sent(bench)

    assert await bench.reconciler.settle(alone=True) == 1

    row = await only_row(bench)
    assert row.state is BookingState.UNKNOWN
    (request,) = await bench.store.requests.all_open()
    assert (request.kind, request.booking_ref) == (RequestKind.UNKNOWN_BOOKING, row.ref)
    assert "2026-03-12 16:00" in request.summary, "on the company's clock"
    assert await bench.reconciler.settle(alone=True) == 0
    assert bench.calls(CREATE) == 1
    assert (bench.counted("recovered_claims"), bench.counted("outcome_commit_failed")) == (1, 1)


async def test_that_beside_other_processes_a_claim_is_given_its_time(bench: Bench) -> None:
    await left_sent(bench)

    assert await bench.reconciler.settle() == 0
    assert (await only_row(bench)).state is BookingState.SENT

    bench.clock.advance(seconds=16)
    assert await bench.reconciler.settle() == 1
    assert (await only_row(bench)).state is BookingState.UNKNOWN


async def test_that_a_claim_under_way_is_left_alone_however_long_it_takes(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    bench.clock.advance(hours=1)

    assert await bench.reconciler.settle(alone=True) == 0
    assert await bench.reconciler.session(KEY, await bench.store.ledger.of_session(KEY))

    assert (await only_row(bench)).state is BookingState.SENT
    bench.wire.held[CREATE].set()
    assert isinstance(await booking, Booked)


async def test_that_a_late_answer_is_recorded_after_the_row_was_called_unknown(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    row = await only_row(bench)
    await bench.store.ledger.record(row.id, BookingState.UNKNOWN, bench.clock())

    bench.wire.held[CREATE].set()

    assert isinstance(await booking, Booked)
    assert (await only_row(bench)).state is BookingState.CREATED


async def test_that_a_request_that_failed_is_made_up_for_and_a_closed_one_is_not_repeated(
    bench: Bench,
) -> None:
    async with bench.store.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE requests RENAME TO elsewhere"))
    await left_unknown(bench)
    async with bench.store.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO requests"))
    assert await bench.store.requests.all_open() == ()

    assert await bench.reconciler.settle() == 1
    (request,) = await bench.store.requests.all_open()
    await bench.store.requests.close(request.id, bench.clock())

    assert await bench.reconciler.settle() == 0
    assert await bench.store.requests.all_open() == ()


@pytest.mark.parametrize(("landed", "said"), [(True, "busy"), (False, "free")])
async def test_that_what_the_calendar_says_is_evidence_and_decides_nothing(
    bench: Bench, landed: bool, said: str
) -> None:
    row = await left_unknown(bench, landed=landed)
    bench.clock.advance(seconds=121)

    assert await bench.reconciler.look() == 1

    assert await looks(bench, row) == [said]
    assert await only_row(bench) == row
    assert bench.counted("reconcile", result=said) == 1
    assert bench.calls(CREATE) == 1
    asked = [call.payload for call in bench.sandbox.calls if call.operation == CHECK][-1]
    assert asked["fecha_inicio"] == "2026-03-12 16:00:00"


async def test_that_a_silent_calendar_is_noted_as_silent(bench: Bench) -> None:
    row = await left_unknown(bench)
    bench.clock.advance(seconds=121)
    bench.sandbox.faults.add(CHECK, Fault.STATUS_500, times=None)

    await bench.reconciler.look()

    assert await looks(bench, row) == ["unknown"]
    assert bench.counted("reconcile", result="unknown") == 1


async def test_that_nothing_is_asked_while_the_server_may_still_be_at_it(bench: Bench) -> None:
    row = await left_unknown(bench)
    bench.clock.advance(seconds=119)

    assert await bench.reconciler.look() == 0

    assert await looks(bench, row) == []


async def test_that_looks_grow_rarer_and_end(bench: Bench) -> None:
    bench.clock.now = THURSDAY_4PM - timedelta(days=10)
    row = await left_unknown(bench)
    counts = []
    for minutes in (2, 9, 2, 48, 2, 248, 3, 1248, 3, 7000):
        bench.clock.advance(minutes=minutes)
        await bench.reconciler.look()
        await bench.reconciler.look()
        counts.append(len(await looks(bench, row)))

    assert counts == [1, 1, 2, 2, 3, 3, 4, 4, LOOKS, LOOKS]


async def test_that_a_slot_gone_by_is_not_asked_about(bench: Bench) -> None:
    row = await left_unknown(bench)
    bench.clock.advance(days=2)

    assert await bench.reconciler.look() == 0

    assert await looks(bench, row) == []


async def test_that_two_who_look_at_once_note_one_look(bench: Bench) -> None:
    row = await left_unknown(bench)
    bench.clock.advance(seconds=121)

    await asyncio.gather(*(bench.reconciler.look() for _ in range(3)))

    assert await looks(bench, row) == ["free"]
    assert bench.counted("reconcile", result="free") == 1


async def test_that_evidence_without_a_calendar_is_not_guessed_at(bench: Bench) -> None:
    row = await left_unknown(bench)
    async with bench.store.database.transaction() as connection:
        await connection.execute(text("UPDATE bookings SET evidence = '{}'"))
    bench.clock.advance(seconds=121)

    await bench.reconciler.look()

    assert await looks(bench, row) == []


async def test_that_a_session_is_looked_after_at_its_next_turn(bench: Bench) -> None:
    row = await left_sent(bench)
    bench.clock.advance(seconds=16)
    assert await bench.reconciler.session(KEY, [row])
    assert (await only_row(bench)).state is BookingState.UNKNOWN
    bench.clock.advance(seconds=121)

    assert await bench.reconciler.session(KEY, [await only_row(bench)])

    assert await looks(bench, row) == ["busy"]


async def test_that_a_session_without_unresolved_bookings_costs_nothing(bench: Bench) -> None:
    await bench.booker.book(wish())
    await break_claims(bench)

    assert not await bench.reconciler.session(KEY, [await only_row(bench)])
    assert not await bench.reconciler.session(KEY, [])


async def test_that_a_slow_calendar_holds_a_turn_up_for_no_more_than_its_bound(tmp_path: Path) -> None:
    async with open_bench(tmp_path, turn_seconds=0.05) as bench:
        row = await left_unknown(bench)
        bench.clock.advance(seconds=121)
        gate = bench.wire.held[CHECK] = asyncio.Event()

        async with asyncio.timeout(2):
            assert await bench.reconciler.session(KEY, [row])
            assert not await bench.reconciler.session(KEY, [row]), "the first look is still out"
            gate.set()
            while await looks(bench, row) != ["free"]:  # noqa: ASYNC110  a row gives no signal
                await asyncio.sleep(0.01)


async def test_that_a_broken_store_never_raises_into_a_turn(bench: Bench) -> None:
    row = await left_unknown(bench)
    bench.clock.advance(seconds=121)
    async with bench.store.database.transaction() as connection:
        for table in ("bookings", "requests", "booking_steps"):
            await connection.execute(text(f"ALTER TABLE {table} RENAME TO gone_{table}"))

    assert await bench.reconciler.settle() == 0
    assert await bench.reconciler.look() == 0
    assert await bench.reconciler.session(KEY, [row])


async def test_that_a_damaged_row_is_looked_after_like_an_unknown_one(bench: Bench) -> None:
    await bench.booker.book(wish())
    async with bench.store.database.transaction() as connection:
        await connection.execute(text("UPDATE bookings SET state = 'qué?'"))
    bench.clock.advance(seconds=121)

    assert await bench.reconciler.settle() == 1
    assert await bench.reconciler.look() == 1

    assert await looks(bench, await only_row(bench)) == ["busy"]
