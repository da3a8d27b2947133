from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from citas.errors import FenceLost, StoreError
from citas.store.model import Fresh, Offer, SessionKey, SessionRecord, Turn
from citas.store.store import Store
from tests.store.samples import (
    ANA,
    HOUR,
    NOW,
    OTHER_EMPRESA,
    OTHER_SESSION,
    TEN,
    claim,
    leased,
    turn,
)

NOTHING = SessionRecord("{}", 0, (), (), ())


async def test_that_an_unknown_session_is_empty(store: Store) -> None:
    assert await store.sessions.load(ANA, last=20) == NOTHING
    assert await store.sessions.customer_words(ANA) == ()


async def test_that_a_turn_comes_back_as_it_was_saved(store: Store) -> None:
    lease = await leased(store)
    said = replace(turn("¿mañana a las 10? 👩‍💻"), url="https://example.com/a", messages=b"\x00[\xff]")

    assert await store.sessions.append(lease, said) == 1

    record = await store.sessions.load(ANA, last=20)
    assert record.turns == (Turn(1, NOW, said.customer_text, said.reply, said.url, said.messages, "replied"),)
    assert record.draft == said.draft
    assert record.turn_count == 1


async def test_that_moments_come_back_aware_and_in_utc(store: Store) -> None:
    lease = await leased(store)

    await store.sessions.append(lease, turn(received_at=TEN, offers=((TEN, TEN + HOUR),)))

    record = await store.sessions.load(ANA, last=1)
    assert record.turns[0].received_at == TEN
    assert record.turns[0].received_at.tzinfo is UTC
    assert record.offers[0].start.tzinfo is UTC


async def test_that_the_last_turns_come_in_order(store: Store) -> None:
    lease = await leased(store)
    for number in range(1, 6):
        assert await store.sessions.append(lease, turn(f"m{number}")) == number

    record = await store.sessions.load(ANA, last=2)

    assert [t.customer_text for t in record.turns] == ["m4", "m5"]
    assert record.turn_count == 5
    assert record.draft == '{"last": "m5"}'


async def test_that_the_customers_words_come_in_order_and_bounded(store: Store) -> None:
    lease = await leased(store)
    for number in range(1, 204):
        await store.sessions.append(lease, turn(f"m{number}"))

    words = await store.sessions.customer_words(ANA)

    assert words == tuple(f"m{number}" for number in range(4, 204))


async def test_that_offers_are_kept_with_the_turn_that_showed_them(store: Store) -> None:
    lease = await leased(store)
    ten, eleven = (TEN, TEN + HOUR), (TEN + HOUR, TEN + 2 * HOUR)
    await store.sessions.append(lease, turn(offers=(ten, eleven, ten)))
    await store.sessions.append(lease, turn(offers=(ten,)))

    record = await store.sessions.load(ANA, last=1)

    assert record.offers == (Offer(*ten, 1), Offer(*eleven, 1), Offer(*ten, 2))


async def test_that_old_offers_are_left_out_once_their_time_has_passed(store: Store) -> None:
    lease = await leased(store)
    past, future = (NOW - HOUR, NOW), (NOW + 100 * HOUR, NOW + 101 * HOUR)
    await store.sessions.append(lease, turn(offers=(past, future)))
    for number in range(49):
        await store.sessions.append(lease, turn(f"m{number}"))
    assert len((await store.sessions.load(ANA, last=1)).offers) == 2

    await store.sessions.append(lease, turn("one more"))

    assert (await store.sessions.load(ANA, last=1)).offers == (Offer(*future, 1),)


async def test_that_a_session_carries_its_bookings(store: Store) -> None:
    await store.ledger.claim(claim(), NOW)

    record = await store.sessions.load(ANA, last=1)

    assert record.bookings == await store.ledger.of_session(ANA)
    assert len(record.bookings) == 1


@pytest.mark.parametrize("stranger", [OTHER_EMPRESA, OTHER_SESSION])
async def test_that_nothing_of_a_session_shows_in_another(store: Store, stranger: SessionKey) -> None:
    lease = await leased(store)
    await store.sessions.append(lease, turn("canary", offers=((TEN, TEN + HOUR),)))
    await store.ledger.claim(claim(), NOW)

    assert await store.sessions.load(stranger, last=20) == NOTHING
    assert await store.sessions.customer_words(stranger) == ()


async def test_that_turns_of_the_same_number_in_two_empresas_do_not_mix(store: Store) -> None:
    for key, text in ((ANA, "uno"), (OTHER_EMPRESA, "dos")):
        assert await store.sessions.append(await leased(store, key), turn(text)) == 1

    assert await store.sessions.customer_words(ANA) == ("uno",)
    assert await store.sessions.customer_words(OTHER_EMPRESA) == ("dos",)


async def test_that_a_turn_under_a_lost_fence_is_not_saved(store: Store) -> None:
    zombie = await store.leases.acquire(ANA, "slow", timedelta(), wait=HOUR)
    owner = await leased(store)

    with pytest.raises(FenceLost):
        await store.sessions.append(zombie, turn("from the dead"))

    assert await store.sessions.append(owner, turn("alive")) == 1


async def test_that_a_turn_after_the_release_is_not_saved(store: Store) -> None:
    lease = await leased(store)
    await store.leases.release(lease)

    with pytest.raises(FenceLost):
        await store.sessions.append(lease, turn())


async def test_that_a_lease_of_one_session_does_not_open_another(store: Store) -> None:
    lease = await leased(store)

    with pytest.raises(FenceLost):
        await store.sessions.append(replace(lease, session=OTHER_EMPRESA), turn())


async def test_that_a_turn_is_saved_whole_or_not_at_all(store: Store) -> None:
    lease = await leased(store)
    naive = datetime(2026, 3, 5, 10)  # noqa: DTZ001  what must be refused
    await store.deliveries.begin(ANA, "wamid.1", "digest", NOW, stale_after=HOUR)
    broken = turn("half", offers=((TEN, TEN + HOUR), (naive, naive)), message_id="wamid.1")

    with pytest.raises(StoreError, match="without a time zone"):
        await store.sessions.append(lease, broken)

    assert await store.sessions.load(ANA, last=20) == NOTHING
    await store.deliveries.abandon(ANA, "wamid.1")
    again = await store.deliveries.begin(ANA, "wamid.1", "digest", NOW, stale_after=HOUR)
    assert again == Fresh()


async def test_that_a_turn_of_a_message_nobody_began_is_not_saved(store: Store) -> None:
    lease = await leased(store)

    with pytest.raises(FenceLost):
        await store.sessions.append(lease, turn(message_id="wamid.never"))

    assert await store.sessions.load(ANA, last=20) == NOTHING


@pytest.mark.parametrize("text", ["a\0b", "a\ud83d"])
async def test_that_text_no_database_can_hold_is_refused(store: Store, text: str) -> None:
    lease = await leased(store)

    with pytest.raises(StoreError, match="text with") as refused:
        await store.sessions.append(lease, turn(text))

    assert text not in str(refused.value)
    assert await store.sessions.load(ANA, last=20) == NOTHING
