"""How many bookings there may be: counted in the claim, so that no race and no other replica passes it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from citas.store.model import (
    AlreadyOurs,
    BookingState,
    Claimed,
    ClaimLimits,
    ClaimResult,
    Limit,
    NewClaim,
    OverLimit,
    SessionKey,
    TakenByOther,
)
from citas.store.store import Store, open_store
from tests.store.conftest import PostgresServer
from tests.store.samples import ANA, HOUR, LIMA, MINUTE, OTHER_EMPRESA, TEN, claim

MORNING = datetime(2026, 3, 2, 9, tzinfo=LIMA)
NARROW = ClaimLimits(per_session=2, per_contact=3, per_empresa=5, attempts=4)
WIDE = ClaimLimits(per_session=99, per_contact=99, per_empresa=99, attempts=99)


def nth(number: int, *, session: SessionKey | None = None, email: str = "") -> NewClaim:
    """A claim of an hour of its own, by a session and a contact of its own unless they are named."""
    who = session or SessionKey(7, f"5190000{number:04}")
    contact = email or f"cliente{number}@example.com"
    return replace(claim(who, TEN + number * HOUR), customer_email=contact)


async def made(
    store: Store, wanted: NewClaim, limits: ClaimLimits, state: BookingState | None = None
) -> None:
    result = await store.ledger.claim(wanted, MORNING, limits)
    assert isinstance(result, Claimed)
    if state is not None:
        await store.ledger.record(result.booking.id, state, MORNING)


@pytest.mark.parametrize("state", [None, BookingState.CREATED, BookingState.UNKNOWN])
async def test_that_a_session_holds_two_appointments_to_come(
    store: Store, state: BookingState | None
) -> None:
    for number in range(2):
        await made(store, nth(number, session=ANA), NARROW, state)

    third = nth(2, session=ANA)
    assert await store.ledger.claim(third, MORNING, NARROW) == OverLimit(Limit.SESSION)
    assert isinstance(await store.ledger.claim(third, TEN + 30 * MINUTE, NARROW), Claimed), "one has begun"


async def test_that_a_contact_books_three_times_a_day_in_an_empresa_under_any_session(store: Store) -> None:
    for number, spelling in enumerate(("ana@example.com", "ANA@example.com", "Ana@Example.com")):
        await made(store, nth(number, email=spelling), NARROW)

    fourth = nth(3, email="ana@example.com")
    assert await store.ledger.claim(fourth, MORNING, NARROW) == OverLimit(Limit.CONTACT)
    assert isinstance(await store.ledger.claim(nth(4), MORNING, NARROW), Claimed)
    elsewhere = replace(claim(OTHER_EMPRESA), customer_email="ana@example.com")
    assert isinstance(await store.ledger.claim(elsewhere, MORNING, NARROW), Claimed)


async def test_that_an_empresa_has_a_bound_for_the_day(store: Store) -> None:
    for number in range(5):
        await made(store, nth(number), NARROW)

    assert await store.ledger.claim(nth(5), MORNING, NARROW) == OverLimit(Limit.EMPRESA)
    assert isinstance(await store.ledger.claim(claim(OTHER_EMPRESA), MORNING, NARROW), Claimed)


@pytest.mark.parametrize("state", [BookingState.REJECTED, BookingState.NOT_SENT])
async def test_that_attempts_count_though_nothing_came_of_them(store: Store, state: BookingState) -> None:
    for _ in range(4):
        await made(store, nth(0, session=ANA, email="ana@example.com"), NARROW, state)

    again = nth(0, session=ANA)
    assert await store.ledger.claim(again, MORNING, NARROW) == OverLimit(Limit.ATTEMPTS)
    other = nth(0, email="ana@example.com")
    assert isinstance(await store.ledger.claim(other, MORNING, NARROW), Claimed), "no contact's bound is used"


async def test_that_a_day_begins_at_midnight_of_the_company(store: Store) -> None:
    late = datetime(2026, 3, 2, 23, 59, 59, tzinfo=LIMA)  # already the third of March in UTC
    for number in range(3):
        result = await store.ledger.claim(nth(number, email="ana@example.com"), late, NARROW)
        assert isinstance(result, Claimed)

    fourth = nth(3, email="ana@example.com")
    assert await store.ledger.claim(fourth, late, NARROW) == OverLimit(Limit.CONTACT)
    assert isinstance(await store.ledger.claim(fourth, late + timedelta(seconds=1), NARROW), Claimed)


async def test_that_a_booking_of_ours_is_found_whatever_the_bounds(store: Store) -> None:
    for number in range(2):
        await made(store, nth(number, session=ANA), NARROW)

    again = await store.ledger.claim(nth(1, session=ANA), MORNING, NARROW)
    assert isinstance(again, AlreadyOurs)


async def race(stores: list[Store], claims: list[NewClaim], limits: ClaimLimits) -> list[ClaimResult]:
    """All claims at once, spread over the stores."""
    tasks = (stores[n % len(stores)].ledger.claim(c, MORNING, limits) for n, c in enumerate(claims))
    return await asyncio.gather(*tasks)


@pytest.mark.parametrize(
    ("limits", "email", "session", "limit", "most"),
    [
        (replace(WIDE, per_contact=3), "ana@example.com", None, Limit.CONTACT, 3),
        (replace(WIDE, per_empresa=5), "", None, Limit.EMPRESA, 5),
        (replace(WIDE, per_session=2), "", ANA, Limit.SESSION, 2),
        (replace(WIDE, attempts=4), "", ANA, Limit.ATTEMPTS, 4),
    ],
)
async def test_that_claims_at_once_do_not_pass_a_bound(
    store: Store, limits: ClaimLimits, email: str, session: SessionKey | None, limit: Limit, most: int
) -> None:
    claims = [nth(number, session=session, email=email) for number in range(20)]

    results = await race([store], claims, limits)

    assert sum(isinstance(r, Claimed) for r in results) == most
    assert results.count(OverLimit(limit)) == 20 - most


@pytest.mark.parametrize("email", ["ana@example.com", ""])
async def test_that_replicas_together_do_not_pass_a_bound(postgres: PostgresServer, email: str) -> None:
    """Each claim is for another calendar: only the empresa's own lock makes them count each other."""
    url = await postgres.emptied()
    async with open_store(url) as one, open_store(url) as two:
        claims = [replace(nth(n, email=email), resource=f"usuario-{n}") for n in range(30)]

        results = await race([one, two], claims, replace(WIDE, per_contact=3 if email else 99, per_empresa=5))

    assert sum(isinstance(r, Claimed) for r in results) == (3 if email else 5)


async def test_that_of_fifty_sessions_one_gets_the_slot(store: Store) -> None:
    rivals = [replace(nth(n), start=TEN, end=TEN + HOUR, key=f"key {n}") for n in range(50)]

    results = await race([store], rivals, WIDE)

    assert sum(isinstance(r, Claimed) for r in results) == 1
    assert results.count(TakenByOther()) == 49


async def test_that_of_fifty_sessions_on_two_replicas_one_gets_the_slot(postgres: PostgresServer) -> None:
    url = await postgres.emptied()
    async with open_store(url) as one, open_store(url) as two:
        rivals = [replace(nth(n), start=TEN, end=TEN + HOUR, key=f"key {n}") for n in range(50)]

        results = await race([one, two], rivals, WIDE)

        assert sum(isinstance(r, Claimed) for r in results) == 1
        assert results.count(TakenByOther()) == 49
        assert len(await one.ledger.held(7, "usuario-3", TEN, TEN + HOUR)) == 1
