"""Turns end whoever leaves; sessions have a rate."""

import asyncio

import pytest
import structlog

from citas.api.errors import Refused
from citas.api.limits import SessionRate, Turns
from citas.store.model import SessionKey

ANA = SessionKey(101, "51900000001")
LUZ = SessionKey(101, "51900000002")


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def retry_after(rate: SessionRate, key: SessionKey) -> int | None:
    with pytest.raises(Refused) as refused:
        rate.admit(key)
    assert refused.value.status_code == 429
    return refused.value.problem.retry_after


def test_that_a_session_is_slowed_down_and_another_is_not() -> None:
    clock = Clock()
    rate = SessionRate(20, now=clock)
    for _ in range(20):
        rate.admit(ANA)

    assert retry_after(rate, ANA) == 3
    rate.admit(LUZ)
    clock.seconds += 3
    rate.admit(ANA)
    assert retry_after(rate, ANA) == 3


def test_that_the_same_number_at_another_company_is_another_session() -> None:
    rate = SessionRate(1, now=Clock())
    rate.admit(ANA)

    rate.admit(SessionKey(202, ANA.session))
    assert retry_after(rate, ANA) == 60


def test_that_a_quiet_hour_gives_one_full_burst_and_not_more() -> None:
    clock = Clock()
    rate = SessionRate(5, now=clock)
    rate.admit(ANA)
    clock.seconds += 3600
    for _ in range(5):
        rate.admit(ANA)

    assert retry_after(rate, ANA) == 12


def test_that_only_so_many_sessions_are_remembered() -> None:
    rate = SessionRate(1, now=Clock(), sessions=2)
    for n in range(1000):
        rate.admit(SessionKey(101, str(n)))

    rate.admit(SessionKey(101, "0"))
    assert retry_after(rate, SessionKey(101, "999"))


async def test_that_a_cancelled_caller_does_not_cancel_the_turn() -> None:
    turns, go, done = Turns(1), asyncio.Event(), asyncio.Event()

    async def turn() -> None:
        await go.wait()
        done.set()

    caller = asyncio.create_task(turns.run(turn()))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert turns.full
    go.set()
    await turns.drain(5)

    assert done.is_set()
    assert len(turns) == 0


async def test_that_a_turn_beyond_the_limit_is_refused_without_being_started() -> None:
    turns, go = Turns(1), asyncio.Event()
    first = asyncio.create_task(turns.run(go.wait()))
    await asyncio.sleep(0)
    with pytest.raises(Refused) as refused:
        await turns.run(go.wait())
    go.set()

    assert refused.value.problem.code == "overloaded"
    assert await first


async def test_that_the_error_of_an_abandoned_turn_is_logged() -> None:
    turns, go = Turns(1), asyncio.Event()

    async def turn() -> None:
        await go.wait()
        raise ValueError("broken")

    with structlog.testing.capture_logs() as logs:
        caller = asyncio.create_task(turns.run(turn()))
        await asyncio.sleep(0)
        caller.cancel()
        go.set()
        await turns.drain(5)
        await asyncio.sleep(0)

    assert [entry["event"] for entry in logs] == ["a turn failed after its caller left"]


async def test_that_draining_gives_up_on_a_turn_that_hangs() -> None:
    turns, never = Turns(1), asyncio.Event()
    caller = asyncio.create_task(turns.run(never.wait()))
    await asyncio.sleep(0)
    with structlog.testing.capture_logs() as logs:
        await turns.drain(0)
    never.set()
    await caller

    assert [entry["turns"] for entry in logs] == [1]
