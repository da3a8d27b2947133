import asyncio
from datetime import datetime

import pytest

from citas.errors import DeliveryConflict, FenceLost
from citas.store.model import Delivery, Fresh, Running, SessionKey, StoredReply
from citas.store.store import Store
from tests.store.samples import ANA, HOUR, MINUTE, NOW, OTHER_EMPRESA, leased, turn


async def begin(store: Store, now: datetime = NOW, key: SessionKey = ANA, digest: str = "digest") -> Delivery:
    return await store.deliveries.begin(key, "wamid.1", digest, now, stale_after=2 * MINUTE)


async def test_that_a_new_message_is_fresh_and_then_running(store: Store) -> None:
    assert await begin(store) == Fresh()
    assert await begin(store, NOW + MINUTE) == Running(NOW)


async def test_that_of_ten_deliveries_at_once_one_is_fresh(store: Store) -> None:
    results = await asyncio.gather(*(begin(store) for _ in range(10)))

    assert sorted(type(r).__name__ for r in results) == ["Fresh"] + ["Running"] * 9


async def test_that_an_answered_message_replays_its_reply(store: Store) -> None:
    await begin(store)
    await store.sessions.append(await leased(store), turn("hola", message_id="wamid.1"))

    assert await begin(store, NOW + 24 * HOUR) == StoredReply("HOLA", None)


async def test_that_an_answered_message_can_be_neither_answered_again_nor_abandoned(
    store: Store,
) -> None:
    lease = await leased(store)
    await begin(store)
    await store.sessions.append(lease, turn("hola", message_id="wamid.1"))

    await store.deliveries.abandon(ANA, "wamid.1")
    with pytest.raises(FenceLost):
        await store.sessions.append(lease, turn("otra vez", message_id="wamid.1"))

    assert await begin(store) == StoredReply("HOLA", None)
    assert await store.sessions.customer_words(ANA) == ("hola",)


async def test_that_the_same_id_with_another_text_is_a_conflict(store: Store) -> None:
    await begin(store)

    with pytest.raises(DeliveryConflict):
        await begin(store, digest="another")

    assert await begin(store) == Running(NOW)


async def test_that_an_abandoned_message_may_come_again(store: Store) -> None:
    await begin(store)

    await store.deliveries.abandon(ANA, "wamid.1")

    assert await begin(store, digest="another") == Fresh()


async def test_that_a_message_left_running_is_taken_over_once(store: Store) -> None:
    await begin(store)

    assert await begin(store, NOW + 2 * MINUTE) == Fresh()
    assert await begin(store, NOW + 3 * MINUTE) == Running(NOW + 2 * MINUTE)


async def test_that_the_same_id_in_another_empresa_is_another_message(store: Store) -> None:
    await begin(store)

    assert await begin(store, key=OTHER_EMPRESA, digest="another") == Fresh()
