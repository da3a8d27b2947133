"""Every change of a booking leaves a step in its own transaction, and a damaged row silences nobody."""

from dataclasses import replace

import pytest
import structlog
from sqlalchemy import text

from citas.errors import StoreError
from citas.store.model import (
    Actor,
    Booking,
    BookingState,
    BookingStep,
    Claimed,
    RequestKind,
    TakenByOther,
)
from citas.store.store import Store
from tests.store.samples import ANA, HOUR, MINUTE, NOW, OTHER_SESSION, TEN, claim, leased, turn


async def claimed(store: Store) -> Booking:
    result = await store.ledger.claim(claim(), NOW)
    assert isinstance(result, Claimed)
    return result.booking


async def trail(store: Store, booking: Booking) -> tuple[BookingStep, ...]:
    return (await store.ledger.trails([booking.id]))[booking.id]


async def told_of(steps: tuple[BookingStep, ...]) -> list[tuple[str, str, str]]:
    return [(step.state.value, step.actor, step.note) for step in steps]


async def test_that_a_claim_its_outcome_and_each_look_leave_a_step(store: Store) -> None:
    booking = await claimed(store)
    await store.ledger.record(booking.id, BookingState.UNKNOWN, NOW + MINUTE, detail="timeout")
    assert await store.ledger.looked(booking.id, "busy", NOW + 2 * MINUTE, before=0)
    await store.ledger.record(booking.id, BookingState.CREATED, NOW + 3 * MINUTE, actor=Actor.RECONCILER)

    steps = await trail(store, booking)

    assert await told_of(steps) == [
        ("sent", "service", "claimed"),
        ("unknown", "service", "timeout"),
        ("unknown", "reconciler", "calendar: busy"),
        ("created", "reconciler", ""),
    ]
    assert [step.at for step in steps] == [NOW + minute * MINUTE for minute in range(4)]
    assert [step.look for step in steps] == [None, None, "busy", None]


async def test_that_a_look_changes_nothing_of_the_booking(store: Store) -> None:
    booking = await claimed(store)
    unknown = await store.ledger.record(booking.id, BookingState.UNKNOWN, NOW + MINUTE, detail="timeout")

    await store.ledger.looked(booking.id, "free", NOW + HOUR, before=0)

    assert await store.ledger.of_session(ANA) == (unknown,)


async def test_that_one_look_is_noted_once_however_many_took_it(store: Store) -> None:
    booking = await claimed(store)
    await store.ledger.record(booking.id, BookingState.UNKNOWN, NOW)

    noted = [await store.ledger.looked(booking.id, "busy", NOW, before=0) for _ in range(3)]

    assert noted == [True, False, False]
    assert await store.ledger.looked(booking.id, "free", NOW, before=1)


@pytest.mark.parametrize("state", [None, BookingState.CREATED, BookingState.REJECTED])
async def test_that_what_is_not_unknown_is_not_looked_at(store: Store, state: BookingState | None) -> None:
    booking = await claimed(store)
    if state:
        await store.ledger.record(booking.id, state, NOW)

    assert not await store.ledger.looked(booking.id, "busy", NOW, before=0)


async def test_that_without_its_step_there_is_no_claim_and_no_outcome(store: Store) -> None:
    booking = await claimed(store)
    async with store.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE booking_steps RENAME TO elsewhere"))

    with pytest.raises(StoreError):
        await store.ledger.record(booking.id, BookingState.CREATED, NOW)
    with pytest.raises(StoreError):
        await store.ledger.claim(claim(OTHER_SESSION, TEN + HOUR), NOW)

    assert await store.ledger.of_session(ANA) == (booking,)
    assert await store.ledger.of_session(OTHER_SESSION) == ()


async def test_that_a_refused_move_leaves_no_step(store: Store) -> None:
    booking = await claimed(store)
    await store.ledger.record(booking.id, BookingState.CREATED, NOW)

    with pytest.raises(StoreError):
        await store.ledger.record(booking.id, BookingState.REJECTED, NOW)

    assert len(await trail(store, booking)) == 2


async def test_that_what_a_reply_tells_is_stored_with_its_turn(store: Store) -> None:
    booking = await claimed(store)
    lease = await leased(store)

    await store.sessions.append(lease, replace(turn(), told=((booking.id, BookingState.UNKNOWN),)))

    assert (await store.sessions.load(ANA, last=1)).bookings == (replace(booking, told=BookingState.UNKNOWN),)


async def test_that_what_is_told_of_another_sessions_booking_is_not_stored(store: Store) -> None:
    booking = await claimed(store)
    lease = await leased(store, OTHER_SESSION)

    await store.sessions.append(lease, replace(turn(), told=((booking.id, BookingState.CREATED),)))

    assert await store.ledger.of_session(ANA) == (booking,)


async def test_that_a_turn_that_cannot_be_saved_has_told_nothing(store: Store) -> None:
    booking = await claimed(store)
    told = replace(turn(), told=((booking.id, BookingState.CREATED),), message_id="never begun")

    with pytest.raises(StoreError):
        await store.sessions.append(await leased(store), told)

    assert await store.ledger.of_session(ANA) == (booking,)


async def damage(store: Store, table: str, column: str) -> None:
    """Words that no version of ours writes."""
    async with store.database.transaction() as connection:
        await connection.execute(text(f"UPDATE {table} SET {column} = 'qué?'"))


@pytest.mark.parametrize("before", [None, BookingState.CREATED, BookingState.REJECTED])
async def test_that_a_damaged_state_counts_as_unknown_and_holds_its_slot(
    store: Store, before: BookingState | None
) -> None:
    booking = await claimed(store)
    if before:
        await store.ledger.record(booking.id, before, NOW)
    await damage(store, "bookings", "state")

    with structlog.testing.capture_logs() as logged:
        record = await store.sessions.load(ANA, last=1)

    assert [row.state for row in record.bookings] == [BookingState.UNKNOWN]
    assert logged == [{"event": logged[0]["event"], "where": booking.ref, "log_level": "warning"}]
    assert [row.ref for row in await store.ledger.unresolved()] == [booking.ref]
    assert await store.ledger.claim(claim(OTHER_SESSION), NOW) == TakenByOther()
    resolved = await store.ledger.record(booking.id, BookingState.CREATED, NOW)
    assert resolved.state is BookingState.CREATED


async def test_that_a_damaged_trail_and_a_damaged_word_told_can_be_read(store: Store) -> None:
    booking = await claimed(store)
    for table, column in (("booking_steps", "state"), ("booking_steps", "actor"), ("bookings", "told")):
        await damage(store, table, column)

    (step,) = await trail(store, booking)

    assert (step.state, step.actor) == (BookingState.UNKNOWN, "qué?")
    assert (await store.ledger.of_session(ANA))[0].told is BookingState.UNKNOWN


async def test_that_a_damaged_kind_of_request_is_a_handoff(store: Store) -> None:
    await store.requests.add(ANA, RequestKind.CANCEL, "Cancelar", NOW)
    await damage(store, "requests", "kind")

    with structlog.testing.capture_logs() as logged:
        (request,) = (await store.sessions.load(ANA, last=1)).requests

    assert request.kind is RequestKind.HANDOFF
    assert len(logged) == 1
    assert "Cancelar" not in str(logged)


async def test_that_a_trail_of_nothing_is_nothing(store: Store) -> None:
    assert await store.ledger.trails([]) == {}
    assert await store.ledger.trails([99]) == {99: ()}
