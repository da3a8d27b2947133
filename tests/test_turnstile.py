"""One at a time per key, in order, and only so many waiting."""

import asyncio
from typing import TypeVar

import pytest

from citas.errors import SessionBusy
from citas.turnstile import Turnstile

T = TypeVar("T")


def soon() -> float:
    """Later than any test here takes, on the event loop's clock."""
    return asyncio.get_running_loop().time() + 60


async def visit(turnstile: Turnstile, key: str, passed: list[T], what: T, gate: asyncio.Event) -> None:
    """Wait for the key, note `what` in `passed`, and stay inside until the gate opens."""
    async with turnstile.pass_through(key, until=soon()):
        passed.append(what)
        await gate.wait()


async def settled() -> None:
    """Let every task come to its next wait."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_that_callers_of_one_key_pass_in_the_order_they_came() -> None:
    turnstile, order = Turnstile(waiting=20), list[int]()
    gate = asyncio.Event()
    gate.set()
    await asyncio.gather(*(visit(turnstile, "a", order, n, gate) for n in range(20)))
    assert order == list(range(20))


async def test_that_only_one_is_inside() -> None:
    turnstile, inside, most = Turnstile(waiting=20), 0, 0

    async def work() -> None:
        nonlocal inside, most
        async with turnstile.pass_through("a", until=soon()):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(20)))
    assert most == 1


async def test_that_keys_do_not_wait_for_each_other() -> None:
    turnstile, gate, passed = Turnstile(waiting=0), asyncio.Event(), list[str]()
    tasks = [asyncio.create_task(visit(turnstile, k, passed, k, gate)) for k in "abc"]
    await settled()
    assert passed == ["a", "b", "c"]
    gate.set()
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("waiting", [0, 1, 3])
async def test_that_one_more_than_may_wait_is_turned_away(waiting: int) -> None:
    turnstile, gate, passed = Turnstile(waiting=waiting), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(visit(turnstile, "a", passed, 1, gate)) for _ in range(waiting + 1)]
    await settled()
    with pytest.raises(SessionBusy):
        await visit(turnstile, "a", passed, 99, gate)
    gate.set()
    await asyncio.gather(*tasks)
    assert passed == [1] * (waiting + 1)


async def test_that_who_gives_up_waiting_makes_room_and_is_skipped() -> None:
    turnstile, gate, passed = Turnstile(waiting=1), asyncio.Event(), list[str]()
    first = asyncio.create_task(visit(turnstile, "a", passed, "first", gate))
    second = asyncio.create_task(visit(turnstile, "a", passed, "second", gate))
    await settled()
    second.cancel()
    await settled()
    third = asyncio.create_task(visit(turnstile, "a", passed, "third", gate))
    gate.set()
    await asyncio.gather(first, third)
    assert passed == ["first", "third"]


async def test_that_nobody_waits_longer_than_they_may() -> None:
    turnstile, gate, passed = Turnstile(waiting=3), asyncio.Event(), list[str]()
    first = asyncio.create_task(visit(turnstile, "a", passed, "first", gate))
    await settled()
    with pytest.raises(SessionBusy):
        async with turnstile.pass_through("a", until=asyncio.get_running_loop().time() + 0.01):
            passed.append("too late")
    gate.set()
    await first
    assert passed == ["first"]
    assert not turnstile._locks


async def test_that_a_failure_inside_opens_the_way() -> None:
    turnstile = Turnstile(waiting=0)
    for _ in range(3):
        with pytest.raises(LookupError):
            async with turnstile.pass_through("a", until=soon()):
                raise LookupError
    async with turnstile.pass_through("a", until=soon()):
        pass


async def test_that_nothing_is_kept_of_a_key_nobody_uses() -> None:
    turnstile, gate = Turnstile(waiting=5), asyncio.Event()
    tasks = [asyncio.create_task(visit(turnstile, str(n % 3), list[int](), n, gate)) for n in range(9)]
    await settled()
    tasks[4].cancel()
    gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not turnstile._locks
