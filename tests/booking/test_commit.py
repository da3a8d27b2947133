"""The write protocol: at most one event for a wish, and never a word about it that is not recorded."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from citas.booking.availability import NotFree
from citas.booking.commit import Booked, NotBooked, Verifying
from citas.sandbox.faults import Fault
from citas.sandbox.state import SandboxState
from citas.scheduling.policy import Reason
from citas.store.model import BookingState, RequestKind, SessionKey
from tests.booking.support import (
    CREATE,
    FRIDAY_10AM,
    MONDAY_10AM,
    QUIPU,
    THURSDAY_4PM,
    Bench,
    only_row,
    open_bench,
    reason,
    wish,
)


async def test_that_a_wish_becomes_one_event_with_exactly_what_was_agreed(bench: Bench) -> None:
    outcome = await bench.booker.book(wish())
    assert isinstance(outcome, Booked)
    assert outcome.new
    (event,) = bench.sandbox.events()
    row = await only_row(bench)
    assert row == outcome.booking
    assert row.state is BookingState.CREATED
    assert row.meet_link == event.meet_link
    assert event.start == datetime(2026, 3, 12, 16, 0)  # noqa: DTZ001  the wire's local time
    assert event.end == datetime(2026, 3, 12, 17, 0)  # noqa: DTZ001  the wire's local time
    assert event.titulo == f"Cita con Ana Torres ({row.ref})"
    assert event.correo_cliente == "ana@example.com"
    assert event.id_prospecto == "51900000001"
    assert event.usuario_id == QUIPU.usuario_id


async def test_that_the_row_keeps_the_evidence_of_what_the_customer_accepted(bench: Bench) -> None:
    await bench.booker.book(wish())
    assert json.loads((await only_row(bench)).evidence) == {
        "phrase": "mañana a las 4",
        "slot": "2026-03-12T16:00:00-05:00",
        "availability": "free",
        "asked_at": "2026-03-11T10:15:00-05:00",
        "accepted_with": "sí, confirmo",
        "calendar": {"slots": 60, "agendar_usuario": 1, "agendar_sucursal": 0},
    }


async def test_that_the_claim_is_durable_before_the_event_is_posted(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    assert (await only_row(bench)).state is BookingState.SENT
    assert not bench.sandbox.events()
    bench.wire.held[CREATE].set()
    assert isinstance(await booking, Booked)


async def test_that_a_caller_who_goes_away_does_not_stop_the_event_or_its_record(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    booking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await booking
    bench.wire.held[CREATE].set()
    await bench.booker.drain()
    assert (await only_row(bench)).state is BookingState.CREATED
    assert len(bench.sandbox.events()) == 1


async def test_that_drain_waits_for_the_outcome_to_be_recorded(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    draining = asyncio.create_task(bench.booker.drain())
    await asyncio.sleep(0.01)
    assert not draining.done()
    bench.wire.held[CREATE].set()
    await draining
    assert (await only_row(bench)).state is BookingState.CREATED
    await booking


@pytest.mark.parametrize(
    "fault",
    [
        Fault.COMMIT_THEN_500,
        Fault.STATUS_429,
        Fault.STATUS_500,
        Fault.STATUS_502,
        Fault.STATUS_503,
        Fault.STATUS_504,
        Fault.HTML_LOGIN,
        Fault.EMPTY,
        Fault.TRUNCATED,
        Fault.TWO_DOCUMENTS,
        Fault.NO_SUCCESS,
        Fault.LIST_FOR_OBJECT,
        Fault.DEEP,
    ],
)
async def test_that_an_unknown_outcome_is_told_and_put_before_a_person(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=None)
    outcome = await bench.booker.book(wish())
    assert isinstance(outcome, Verifying)
    row = await only_row(bench)
    assert row.state is BookingState.UNKNOWN
    (request,) = await bench.store.requests.all_open()
    assert request.kind is RequestKind.UNKNOWN_BOOKING
    assert request.booking_ref == row.ref
    assert row.ref in request.summary


async def test_that_an_unknown_outcome_is_never_posted_again(bench: Bench) -> None:
    bench.sandbox.faults.add(CREATE, Fault.STATUS_500, times=1)
    await bench.booker.book(wish())
    for again in (wish(), wish(email="otra@example.com"), wish(start=FRIDAY_10AM)):
        assert isinstance(await bench.booker.book(again), Verifying)
    assert isinstance(await bench.booker.book(wish("another session")), NotFree)
    assert bench.calls(CREATE) == 1
    assert len(await bench.store.requests.all_open()) == 1


async def test_that_an_unknown_outcome_of_the_past_does_not_shut_the_customer_out(bench: Bench) -> None:
    bench.sandbox.faults.add(CREATE, Fault.STATUS_500, times=1)
    await bench.booker.book(wish())
    bench.clock.advance(days=2)
    assert isinstance(await bench.booker.book(wish(start=MONDAY_10AM)), Booked)


async def test_that_a_slow_answer_is_unknown_and_posted_once(tmp_path: Path) -> None:
    async with open_bench(tmp_path, api_timeout=0.3) as bench:
        bench.sandbox.faults.add(CREATE, Fault.HANG_AFTER_COMMIT, times=None, seconds=5)
        assert isinstance(await bench.booker.book(wish()), Verifying)
        assert (await only_row(bench)).state is BookingState.UNKNOWN
        assert bench.calls(CREATE) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault.SUCCESS_INT_1, Fault.SUCCESS_TEXT_1, Fault.SUCCESS_TEXT_TRUE, Fault.WARNING_BEFORE, Fault.BOM],
)
async def test_that_a_yes_in_any_dialect_of_php_is_a_booking(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=None)
    assert isinstance(await bench.booker.book(wish()), Booked)
    assert (await only_row(bench)).state is BookingState.CREATED


@pytest.mark.parametrize("fault", [Fault.NO_MEET_LINK, Fault.FOREIGN_MEET_LINK])
async def test_that_a_booking_without_a_proper_link_is_a_booking(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=None)
    outcome = await bench.booker.book(wish())
    assert isinstance(outcome, Booked)
    assert outcome.booking.meet_link is None


@pytest.mark.parametrize(
    "fault",
    [
        Fault.REFUSED,
        Fault.SUCCESS_TEXT_0,
        Fault.SUCCESS_INT_0,
        Fault.SUCCESS_TEXT_FALSE,
        Fault.SUCCESS_TEXT_EMPTY,
        Fault.SUCCESS_NULL,
    ],
)
async def test_that_a_refusal_of_a_free_slot_is_not_told_as_taken(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=1)
    assert await bench.booker.book(wish()) == NotBooked("rejected", needs_person=True)
    assert (await only_row(bench)).state is BookingState.REJECTED
    assert isinstance(await bench.booker.book(wish()), Booked), "the claim was let go"


async def test_that_a_slot_taken_between_check_and_call_is_told_with_alternatives(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    bench.sandbox.take(101, THURSDAY_4PM)
    bench.wire.held[CREATE].set()
    outcome = await booking
    assert reason(outcome) is Reason.TAKEN
    assert isinstance(outcome, NotFree)
    assert [slot.start.hour for slot in outcome.alternatives] == [14, 17]
    assert (await only_row(bench)).state is BookingState.REJECTED


@pytest.mark.parametrize("fault", [Fault.STATUS_302, Fault.STATUS_401, Fault.STATUS_403, Fault.STATUS_404])
async def test_that_a_locked_door_is_for_people(bench: Bench, fault: Fault) -> None:
    bench.sandbox.faults.add(CREATE, fault, times=None)
    assert await bench.booker.book(wish()) == NotBooked("auth", needs_person=True)
    assert (await only_row(bench)).state is BookingState.REJECTED
    assert bench.calls(CREATE) == 1


async def test_that_what_never_left_is_sent_once_more(bench: Bench) -> None:
    bench.wire.unreachable[CREATE] = 1
    assert isinstance(await bench.booker.book(wish()), Booked)
    assert bench.wire.attempts[CREATE] == 2
    assert len(bench.sandbox.events()) == 1


async def test_that_what_cannot_leave_twice_is_given_up_and_may_be_asked_again(bench: Bench) -> None:
    bench.wire.unreachable[CREATE] = 2
    assert await bench.booker.book(wish()) == NotBooked("not_sent")
    assert bench.wire.attempts[CREATE] == 2
    assert (await only_row(bench)).state is BookingState.NOT_SENT
    assert isinstance(await bench.booker.book(wish()), Booked)


async def test_that_a_second_attempt_with_an_unknown_end_is_unknown(bench: Bench) -> None:
    bench.wire.unreachable[CREATE] = 1
    bench.sandbox.faults.add(CREATE, Fault.COMMIT_THEN_500)
    assert isinstance(await bench.booker.book(wish()), Verifying)
    assert bench.wire.attempts[CREATE] == 2
    assert len(bench.sandbox.events()) == 1


async def test_that_thirty_sessions_racing_for_one_slot_make_one_event(tmp_path: Path) -> None:
    careless = SandboxState(None, lambda: THURSDAY_4PM - timedelta(days=1), allow_overlap=True)
    async with open_bench(tmp_path, sandbox=careless) as bench:
        asked = [wish(f"session {n}") for n in range(30)]
        outcomes = await asyncio.gather(*(bench.booker.book(each) for each in asked))
        assert sum(isinstance(outcome, Booked) for outcome in outcomes) == 1
        assert {reason(o) for o in outcomes if not isinstance(o, Booked)} == {Reason.TAKEN}
        assert bench.calls(CREATE) == 1


async def test_that_thirty_identical_wishes_at_once_make_one_event(bench: Bench) -> None:
    outcomes = await asyncio.gather(*(bench.booker.book(wish()) for _ in range(30)))
    assert len(bench.sandbox.events()) == 1
    assert bench.calls(CREATE) == 1
    assert all(isinstance(o, (Booked, Verifying)) for o in outcomes)
    assert isinstance(await bench.booker.book(wish()), Booked)


async def test_that_a_rewritten_wish_for_the_same_slot_is_the_same_booking(bench: Bench) -> None:
    first = await bench.booker.book(wish())
    again = await bench.booker.book(replace(wish(email="ana2@example.com"), customer_name="Ana T."))
    assert isinstance(first, Booked)
    assert again == Booked(first.booking, new=False)
    assert bench.calls(CREATE) == 1


async def test_that_the_same_moment_in_another_zone_is_the_same_booking(bench: Bench) -> None:
    await bench.booker.book(wish())
    again = await bench.booker.book(wish(start=THURSDAY_4PM.astimezone(UTC)))
    assert again == Booked(await only_row(bench), new=False)


async def test_that_without_a_claim_nothing_is_posted(bench: Bench) -> None:
    await break_claims(bench)
    assert await bench.booker.book(wish()) == NotBooked("store")
    assert bench.calls(CREATE) == 0


async def test_that_an_outcome_which_cannot_be_stored_is_not_told_as_known(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    await break_claims(bench)
    bench.wire.held[CREATE].set()
    assert isinstance(await booking, Verifying)
    assert len(bench.sandbox.events()) == 1
    assert (await only_row(bench)).state is BookingState.SENT


async def test_that_two_calendars_do_not_block_each_other(bench: Bench) -> None:
    other = replace(QUIPU, usuario_id=20, agendar_usuario=0)
    assert QUIPU.resource != other.resource
    assert isinstance(await bench.booker.book(wish()), Booked)
    outcome = await bench.booker.book(wish("another", empresa=other))
    assert reason(outcome) is Reason.TAKEN, "the calendar itself still says that it is taken"


async def test_that_the_same_session_id_of_another_company_is_another_customer(bench: Bench) -> None:
    await bench.booker.book(wish())
    other = replace(QUIPU, id_empresa=102, usuario_id=20)
    outcome = await bench.booker.book(wish(empresa=other, start=FRIDAY_10AM + timedelta(hours=1)))
    assert isinstance(outcome, Booked)
    assert outcome.booking.session == SessionKey(102, "51900000001")
    assert [e.empresa for e in bench.sandbox.events()] == [101, 102]


async def break_claims(bench: Bench) -> None:
    """The database goes on reading, but no booking can be written any more."""
    async with bench.store.database.transaction() as connection:
        for verb in ("INSERT", "UPDATE"):
            failing = "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            trigger = f"CREATE TRIGGER no_{verb} BEFORE {verb} ON bookings {failing}"
            await connection.execute(text(trigger))


async def mend_claims(bench: Bench) -> None:
    """Bookings can be written again."""
    async with bench.store.database.transaction() as connection:
        for verb in ("INSERT", "UPDATE"):
            await connection.execute(text(f"DROP TRIGGER no_{verb}"))


async def test_that_a_booking_on_its_way_is_known_to_be_under_way(bench: Bench) -> None:
    bench.wire.held[CREATE] = asyncio.Event()
    booking = asyncio.create_task(bench.booker.book(wish()))
    await bench.until_held()
    assert bench.booker.is_under_way(wish().session)
    assert not bench.booker.is_under_way(wish("another").session)
    bench.wire.held[CREATE].set()
    await booking
    await bench.booker.drain()
    assert not bench.booker.is_under_way(wish().session)
