"""What operators read and settle, also while a service has the file open."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from citas.errors import OperationRefused, StoreError
from citas.store.model import Booking, BookingState, Claimed, RequestKind, SessionKey
from citas.store.review import Resolution
from citas.store.store import Store, open_for_operator, open_store
from tests.store.samples import ANA, HOUR, MINUTE, NOW, OTHER_EMPRESA, OTHER_SESSION, TEN, claim, leased

MEET = "https://meet.google.com/abc-defg-hij"


async def made(store: Store, state: BookingState | None, session: SessionKey = ANA, hour: int = 0) -> Booking:
    result = await store.ledger.claim(claim(session, TEN + hour * HOUR), NOW + hour * MINUTE)
    assert isinstance(result, Claimed)
    if state is None:
        return result.booking
    return await store.ledger.record(result.booking.id, state, NOW + hour * MINUTE)


def found(booking: Booking, state: BookingState = BookingState.CREATED) -> Resolution:
    """What somebody found an hour later."""
    return Resolution(booking.ref, state, NOW + HOUR, NOW + HOUR - MINUTE, MEET, "visto en el calendario")


async def test_that_an_unknown_booking_is_resolved_with_its_step_and_its_request_closed(store: Store) -> None:
    booking = await made(store, BookingState.UNKNOWN)
    await store.requests.add_once(ANA, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, booking.ref)
    moving = await store.requests.add(ANA, RequestKind.MOVE, "Mover", NOW, booking.ref)

    resolved = await store.review.resolve(found(booking))

    assert (resolved.state, resolved.meet_link) == (BookingState.CREATED, MEET)
    step = (await store.review.by_ref(booking.ref)).steps[-1]
    assert (step.state, step.actor, step.note) == (resolved.state, "operator", "visto en el calendario")
    assert await store.requests.all_open() == (moving,)


async def test_that_a_rejected_resolution_frees_the_slot(store: Store) -> None:
    booking = await made(store, BookingState.UNKNOWN)

    await store.review.resolve(found(booking, BookingState.REJECTED))

    assert isinstance(await store.ledger.claim(claim(OTHER_SESSION), NOW + HOUR), Claimed)


async def test_that_an_abandoned_claim_may_be_resolved_and_a_young_one_not(store: Store) -> None:
    booking = await made(store, None)

    with pytest.raises(OperationRefused, match="right now"):
        await store.review.resolve(replace(found(booking), abandoned_before=NOW))

    assert (await store.review.resolve(found(booking))).state is BookingState.CREATED


@pytest.mark.parametrize("state", [BookingState.CREATED, BookingState.REJECTED, BookingState.NOT_SENT])
async def test_that_what_is_known_is_not_resolved(store: Store, state: BookingState) -> None:
    booking = await made(store, state)

    with pytest.raises(OperationRefused, match=f"is {state} already"):
        await store.review.resolve(found(booking, BookingState.REJECTED))

    assert await store.ledger.of_session(ANA) == (booking,)


async def test_that_a_reference_nobody_has_is_refused(store: Store) -> None:
    with pytest.raises(OperationRefused, match="AC-NADA"):
        await store.review.by_ref("AC-NADA")
    with pytest.raises(OperationRefused, match="AC-NADA"):
        await store.review.resolve(Resolution("AC-NADA", BookingState.CREATED, NOW, NOW))


async def test_that_of_two_resolutions_at_once_one_is_kept(store: Store) -> None:
    booking = await made(store, BookingState.UNKNOWN)

    results = await asyncio.gather(
        *(
            store.review.resolve(replace(found(booking, state), note=state))
            for state in (BookingState.CREATED, BookingState.REJECTED)
        ),
        return_exceptions=True,
    )

    assert sorted(type(r).__name__ for r in results) == ["Booking", "OperationRefused"]


async def test_that_bookings_are_found_by_state_and_empresa_oldest_first(store: Store) -> None:
    unknown = await made(store, BookingState.UNKNOWN)
    sent = await made(store, None, hour=1)
    created = await made(store, BookingState.CREATED, hour=2)
    theirs = await made(store, BookingState.UNKNOWN, OTHER_EMPRESA)

    async def refs(state: BookingState | None, empresa: int | None) -> list[str]:
        return [r.booking.ref for r in await store.review.of_state(state, empresa)]

    assert await refs(None, 7) == [unknown.ref, sent.ref]
    assert await refs(None, None) == [unknown.ref, theirs.ref, sent.ref]
    assert await refs(BookingState.CREATED, None) == [created.ref]
    each = [r.booking.ref async for r in store.review.each(7, NOW + MINUTE)]
    assert each == [sent.ref, created.ref]


async def test_that_a_request_about_a_booking_is_made_once_for_good(store: Store) -> None:
    ask = store.requests.add_once
    asked = [await ask(ANA, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, "AC-7KQ2") for _ in range(2)]
    (request,) = await store.requests.all_open()
    await store.requests.close(request.id, NOW)

    assert asked == [True, False]
    assert not await ask(ANA, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, "AC-7KQ2"), "it was seen"
    assert await ask(ANA, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, "AC-OTRA")


async def test_that_askers_at_once_make_one_request(store: Store) -> None:
    asks = (
        store.requests.add_once(ANA, RequestKind.UNKNOWN_BOOKING, "Verificar", NOW, "AC-7KQ2")
        for _ in range(10)
    )

    assert sum(await asyncio.gather(*asks)) == 1


async def test_that_an_operator_works_beside_a_running_service(url: str) -> None:
    async with open_store(url) as service, open_for_operator(url) as operator:
        lease = await leased(service)
        booking = await made(service, BookingState.UNKNOWN)

        async def serve() -> None:
            for hour in range(1, 20):
                await made(service, BookingState.CREATED, OTHER_EMPRESA, hour)

        await asyncio.gather(serve(), operator.review.resolve(found(booking)))

        assert (await service.ledger.of_session(ANA))[0].state is BookingState.CREATED
        await service.leases.renew(lease, HOUR)  # it did not end with the operator's coming


async def test_that_only_the_owner_checkpoints(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'citas.sqlite'}"
    async with open_store(url) as service, open_for_operator(url) as operator:
        pages = {}
        for name, store in (("service", service), ("operator", operator)):
            async with store.database.transaction() as connection:
                result = await connection.exec_driver_sql("PRAGMA wal_autocheckpoint")
                pages[name] = result.scalar_one()

    assert pages["operator"] == 0
    assert pages["service"] > 0


async def test_that_a_file_nobody_has_open_is_the_operators_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'citas.sqlite'}"
    async with open_store(url) as service:
        booking = await made(service, BookingState.UNKNOWN)

    async with open_for_operator(url) as operator:
        with pytest.raises(StoreError, match="another process"):
            async with open_store(url):
                pass
        assert (await operator.review.by_ref(booking.ref)).booking == booking


async def test_that_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'typo.sqlite'}"
    for _ in range(2):
        with pytest.raises(StoreError, match="no database"):
            async with open_for_operator(url):
                pass


async def test_that_tables_of_another_version_are_left_to_their_service(url: str) -> None:
    async with open_store(url) as service:
        async with service.database.transaction() as connection:
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        with pytest.raises(StoreError, match=r"another version.*0001"):
            async with open_for_operator(url):
                pass
