"""The breaker alone, and as the client uses it (row A14)."""

import asyncio

import httpx
import pytest

from citas.errors import MaraviaRefused, MaraviaUnavailable
from citas.maravia.breaker import Breaker, Permit
from citas.maravia.calls import Result
from citas.maravia.model import Created, NotSent, Unknown
from citas.maravia.transport import Limits
from citas.scheduling.model import Availability
from tests.maravia.support import (
    CALENDAR,
    EVENT,
    SLOT,
    Clock,
    Observer,
    Scripted,
    answered,
    maravia,
    printed,
)

COOL = 30.0
LATER = COOL * 1.25
LIMITS = Limits(retry_wait=0.0, breaker_failures=2, breaker_cool_down=COOL)
HOURS, CREATE = "OBTENER_HORARIO_REUNIONES", "CREAR_EVENTO"


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(1, COOL, clock)
    fail(breaker)
    return breaker


def state(breaker: Breaker) -> str:
    return breaker.state


def fail(breaker: Breaker) -> None:
    permit = breaker.admit()
    assert permit
    breaker.settle(permit, healthy=False)


def test_that_only_failures_in_a_row_open_it() -> None:
    breaker = Breaker(2, COOL, Clock())
    fail(breaker)
    breaker.settle(Permit.NORMAL, healthy=True)
    fail(breaker)
    assert state(breaker) == "closed"
    fail(breaker)
    assert state(breaker) == "open"


def test_that_a_breaker_can_be_opened_at_once() -> None:
    clock = Clock()
    breaker = Breaker(5, COOL, clock)
    permit = breaker.admit()
    assert permit
    breaker.settle(permit, healthy=False)
    breaker.trip()
    assert breaker.admit() is None
    clock.now += LATER
    assert breaker.admit() is Permit.PROBE
    assert breaker.admit() is None


def test_that_a_call_given_up_counts_neither_way() -> None:
    breaker = Breaker(2, COOL, Clock())
    fail(breaker)
    breaker.settle(Permit.NORMAL, healthy=None)
    fail(breaker)
    assert state(breaker) == "open"


def test_that_nobody_passes_before_the_cool_down_is_over() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += COOL - 0.01
    assert breaker.admit() is None


def test_that_exactly_one_probe_passes_after_the_cool_down() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += LATER
    assert [breaker.admit() for _ in range(5)] == [Permit.PROBE, None, None, None, None]
    assert state(breaker) == "half_open"


@pytest.mark.parametrize(("healthy", "after"), [(True, "closed"), (False, "open")])
def test_that_the_probe_decides(healthy: bool, after: str) -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += LATER
    assert breaker.admit() is Permit.PROBE
    breaker.settle(Permit.PROBE, healthy=healthy)
    assert state(breaker) == after
    assert breaker.admit() is (Permit.NORMAL if healthy else None)


def test_that_a_probe_given_up_leaves_its_place_to_the_next() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += LATER
    assert breaker.admit() is Permit.PROBE
    breaker.settle(Permit.PROBE, healthy=None)
    assert breaker.admit() is Permit.PROBE


@pytest.mark.parametrize("healthy", [True, False, None])
def test_that_a_late_answer_of_an_older_call_changes_nothing(healthy: bool | None) -> None:
    clock = Clock()
    breaker = Breaker(1, COOL, clock)
    older = breaker.admit()
    assert older
    fail(breaker)
    breaker.settle(older, healthy)
    assert state(breaker) == "open"
    clock.now += LATER
    assert breaker.admit() is Permit.PROBE
    breaker.settle(older, healthy)
    assert state(breaker) == "half_open"


def test_that_a_stand_in_closes_it_only_after_the_cool_down() -> None:
    clock = Clock()
    breaker = opened(clock)
    breaker.stand_in()
    assert state(breaker) == "open"
    clock.now += LATER
    assert breaker.admit(may_probe=False) is None
    breaker.stand_in()
    assert state(breaker) == "closed"


async def test_that_an_outage_opens_one_operation_and_one_probe_ends_it_a14() -> None:
    clock, gate, asked = Clock(), asyncio.Event(), 0
    down = True

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if down:
            raise httpx.ReadTimeout("slow")
        await gate.wait()
        return answered({"success": True})

    observer = Observer()
    transport = httpx.MockTransport(answer)
    async with maravia(transport=transport, limits=LIMITS, clock=clock, observer=observer) as client:
        for _ in range(5):
            with pytest.raises(MaraviaUnavailable):
                await client.opening_hours(7)
        assert asked == 2
        assert client.breakers()[HOURS] == "open"
        assert set(client.breakers().values()) == {"open", "closed"}
        assert observer.results[-1] is Result.BREAKER_OPEN

        down, asked = False, 0
        clock.now += LATER
        calls = [asyncio.create_task(client.opening_hours(7)) for _ in range(20)]
        await asyncio.sleep(0.01)
        assert asked == 1
        assert client.breakers()[HOURS] == "half_open"
        gate.set()
        done = await asyncio.gather(*calls, return_exceptions=True)
        assert sum(isinstance(one, MaraviaUnavailable) for one in done) == 19
        assert client.breakers()[HOURS] == "closed"
        await client.opening_hours(7)


async def test_that_a_failing_probe_is_one_request_without_retry_a14() -> None:
    clock, php = Clock(), Scripted(httpx.Response(503))
    async with maravia(transport=php, limits=LIMITS, clock=clock) as client:
        for _ in range(2):
            with pytest.raises(MaraviaUnavailable):
                await client.opening_hours(7)
        before = len(php.asked)
        clock.now += LATER
        for _ in range(3):
            with pytest.raises(MaraviaUnavailable):
                await client.opening_hours(7)
        assert len(php.asked) == before + 1
        assert client.breakers()[HOURS] == "open"


@pytest.mark.parametrize("step", [answered({"success": False}), printed(b"<html>"), httpx.Response(404)])
async def test_that_a_server_that_answers_never_opens_it(step: httpx.Response) -> None:
    php = Scripted(step)
    async with maravia(transport=php, limits=LIMITS) as client:
        for _ in range(4):
            with pytest.raises((MaraviaRefused, MaraviaUnavailable)):
                await client.opening_hours(7)
        assert len(php.asked) == 4
        assert client.breakers()[HOURS] == "closed"


async def test_that_our_own_full_pool_is_not_held_against_the_server() -> None:
    php = Scripted(httpx.PoolTimeout("full"))
    async with maravia(transport=php, limits=LIMITS) as client:
        for _ in range(4):
            assert await client.create_event(EVENT) == NotSent("PoolTimeout")
            assert await client.availability(CALENDAR, SLOT) is Availability.UNKNOWN
        assert set(client.breakers().values()) == {"closed"}


async def test_that_a_cancelled_probe_leaves_its_place_to_the_next_call() -> None:
    clock, hang = Clock(), False

    async def answer(_: httpx.Request) -> httpx.Response:
        if hang:
            await asyncio.Event().wait()
        raise httpx.ReadTimeout("slow")

    transport = httpx.MockTransport(answer)
    async with maravia(transport=transport, limits=LIMITS, clock=clock) as client:
        for _ in range(2):
            with pytest.raises(MaraviaUnavailable):
                await client.opening_hours(7)
        clock.now += LATER
        hang = True
        task = asyncio.create_task(client.opening_hours(7))
        await asyncio.sleep(0.01)
        assert client.breakers()[HOURS] == "half_open"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert client.breakers()[HOURS] == "open"
        hang = False
        with pytest.raises(MaraviaUnavailable, match="ReadTimeout"):
            await client.opening_hours(7)


async def test_that_creations_in_doubt_open_their_breaker_and_then_nothing_is_sent() -> None:
    clock = Clock()
    php = Scripted(httpx.Response(500), httpx.ConnectError("refused"), answered({"success": True}))
    async with maravia(transport=php, limits=LIMITS, clock=clock) as client:
        assert isinstance(await client.create_event(EVENT), Unknown)
        assert isinstance(await client.create_event(EVENT), NotSent)
        assert client.breakers()[CREATE] == "open"
        assert await client.create_event(EVENT) == NotSent("breaker open")
        clock.now += LATER
        assert await client.create_event(EVENT) == NotSent("breaker open")
        assert len(php.asked) == 2


async def test_that_an_availability_check_probes_for_the_creation() -> None:
    clock = Clock()
    yes = answered({"success": True, "disponible": True})
    php = Scripted(httpx.Response(500), httpx.Response(500), yes)
    async with maravia(transport=php, limits=LIMITS, clock=clock) as client:
        for _ in range(2):
            await client.create_event(EVENT)
        assert await client.availability(CALENDAR, SLOT) is Availability.FREE
        assert client.breakers()[CREATE] == "open"
        clock.now += LATER
        assert await client.availability(CALENDAR, SLOT) is Availability.FREE
        assert client.breakers()[CREATE] == "closed"
        assert await client.create_event(EVENT) == Created(None)
