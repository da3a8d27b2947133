import asyncio
from datetime import timedelta

import pytest

from citas.errors import FenceLost, SessionBusy
from citas.store.model import Lease
from citas.store.store import Store
from tests.store.samples import ANA, HOUR, OTHER_EMPRESA, leased, turn

AT_ONCE = timedelta()
PATIENT = timedelta(seconds=20)
SHORT = timedelta(milliseconds=120)


async def acquire(store: Store, holder: str, wait: timedelta, ttl: timedelta = HOUR) -> Lease:
    return await store.leases.acquire(ANA, holder, ttl, wait=wait)


async def test_that_a_held_session_is_busy(store: Store) -> None:
    await leased(store)

    with pytest.raises(SessionBusy):
        await acquire(store, "second", AT_ONCE)
    with pytest.raises(SessionBusy):
        await acquire(store, "second", SHORT)


async def test_that_sessions_do_not_hold_up_one_another(store: Store) -> None:
    first = await leased(store, ANA)
    second = await leased(store, OTHER_EMPRESA)

    assert (first.session, second.session) == (ANA, OTHER_EMPRESA)


async def test_that_fences_rise_and_survive_the_release(store: Store) -> None:
    fences = []
    for _ in range(3):
        lease = await leased(store)
        fences.append(lease.fence)
        await store.leases.release(lease)

    assert fences == sorted(set(fences))


async def test_that_waiters_are_served_in_order(store: Store) -> None:
    served: list[str] = []

    async def serve(holder: str) -> None:
        lease = await acquire(store, holder, PATIENT)
        served.append(holder)
        await store.leases.release(lease)

    first = await leased(store)
    waiters = []
    for holder in "abcd":
        waiters.append(asyncio.create_task(serve(holder)))
        await asyncio.sleep(0)
    await store.leases.release(first)
    await asyncio.gather(*waiters)

    assert served == list("abcd")


async def test_that_a_waiter_behind_another_gives_up_in_time(store: Store) -> None:
    await leased(store)
    ahead = asyncio.create_task(acquire(store, "ahead", PATIENT))
    await asyncio.sleep(0)

    with pytest.raises(SessionBusy):
        await acquire(store, "behind", SHORT)

    ahead.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ahead


async def test_that_two_holders_never_work_at_once(store: Store) -> None:
    working: set[int] = set()

    async def work(number: int) -> None:
        lease = await acquire(store, f"worker-{number}", PATIENT)
        working.add(number)
        assert working == {number}
        await store.sessions.append(lease, turn(f"m{number}"))
        working.remove(number)
        await store.leases.release(lease)

    await asyncio.gather(*(work(number) for number in range(8)))

    assert (await store.sessions.load(ANA, last=20)).turn_count == 8


async def test_that_an_expired_lease_is_taken_over_and_its_holder_finds_out(store: Store) -> None:
    zombie = await acquire(store, "zombie", AT_ONCE, ttl=timedelta(milliseconds=50))

    owner = await acquire(store, "owner", PATIENT)

    assert owner.fence > zombie.fence
    with pytest.raises(FenceLost):
        await store.leases.renew(zombie, HOUR)
    await store.leases.release(zombie)
    with pytest.raises(SessionBusy):
        await acquire(store, "third", AT_ONCE)


async def test_that_a_renewed_lease_lasts(store: Store) -> None:
    lease = await acquire(store, "first", AT_ONCE, ttl=timedelta())

    await store.leases.renew(lease, HOUR)

    with pytest.raises(SessionBusy):
        await acquire(store, "second", SHORT)


async def test_that_a_released_lease_cannot_be_renewed(store: Store) -> None:
    lease = await leased(store)
    await store.leases.release(lease)

    with pytest.raises(FenceLost):
        await store.leases.renew(lease, HOUR)
