"""The cache under concurrency, failure and cancellation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.booking.cache import Cached, SingleFlightCache
from citas.errors import MaraviaError, MaraviaUnavailable
from tests.booking.support import Seconds

TTL = 60.0


@dataclass(slots=True)
class Source:
    """What is cached: it counts its fetches, and can be slow, down or broken."""

    fetches: int = 0
    down: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> int:
        self.fetches += 1
        number = self.fetches
        await self.gate.wait()
        if self.down:
            raise MaraviaUnavailable("READ", "down")
        return number


@dataclass(slots=True)
class Cache:
    """A cache of two entries over one source."""

    seconds: Seconds = field(default_factory=Seconds)
    source: Source = field(default_factory=Source)
    of: SingleFlightCache[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.of = SingleFlightCache(ttl=TTL, size=2, clock=self.seconds)

    async def get(self, key: str = "a") -> Cached[int]:
        return await self.of.get(key, self.source)


@pytest.fixture
def slow() -> Cache:
    """A cache whose source answers when its gate opens."""
    return Cache()


@pytest.fixture
def cache() -> Cache:
    """A cache whose source answers at once."""
    made = Cache()
    made.source.gate.set()
    return made


async def gathered(waiting: "list[asyncio.Task[Cached[int]]]") -> list[Cached[int]]:
    return list(await asyncio.gather(*waiting))


async def test_that_fifty_callers_share_one_fetch(slow: Cache) -> None:
    callers = [asyncio.create_task(slow.get()) for _ in range(50)]
    await asyncio.sleep(0)
    slow.source.gate.set()
    assert {answer.value for answer in await gathered(callers)} == {1}
    assert slow.source.fetches == 1


async def test_that_keys_do_not_wait_for_each_other(slow: Cache) -> None:
    first = asyncio.create_task(slow.get("a"))
    await asyncio.sleep(0)

    async def at_once() -> int:
        return 7

    assert (await slow.of.get("b", at_once)).value == 7
    assert not first.done()
    slow.source.gate.set()
    await first


@pytest.mark.parametrize(("age", "fetches"), [(0.0, 1), (TTL - 0.001, 1), (TTL, 2), (TTL + 1, 2)])
async def test_that_a_value_lives_as_long_as_it_should(cache: Cache, age: float, fetches: int) -> None:
    await cache.get()
    cache.seconds.now += age
    assert (await cache.get()).value == fetches
    assert cache.source.fetches == fetches


async def test_that_the_cancelled_first_caller_does_not_spoil_the_others(slow: Cache) -> None:
    callers = [asyncio.create_task(slow.get()) for _ in range(3)]
    await asyncio.sleep(0)
    callers[0].cancel()
    await asyncio.sleep(0)
    slow.source.gate.set()
    assert [answer.value for answer in await gathered(callers[1:])] == [1, 1]
    assert callers[0].cancelled()
    assert slow.source.fetches == 1


async def test_that_a_fetch_nobody_waits_for_any_more_is_kept(slow: Cache) -> None:
    caller = asyncio.create_task(slow.get())
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.sleep(0)
    slow.source.gate.set()
    await asyncio.sleep(0.01)
    assert (await slow.get()).value == 1
    assert slow.source.fetches == 1


async def test_that_a_failure_nobody_waits_for_any_more_is_forgotten(slow: Cache) -> None:
    slow.source.down = True
    caller = asyncio.create_task(slow.get())
    await asyncio.sleep(0)
    caller.cancel()
    slow.source.gate.set()
    await asyncio.sleep(0.01)
    slow.source.down = False
    assert (await slow.get()).value == 2


async def test_that_a_failure_reaches_every_waiting_caller_and_is_not_stored(slow: Cache) -> None:
    slow.source.down = True
    callers = [asyncio.create_task(slow.get()) for _ in range(5)]
    await asyncio.sleep(0)
    slow.source.gate.set()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(o) for o in outcomes] == [MaraviaUnavailable] * 5
    assert len(slow.of) == 0
    slow.source.down = False
    assert (await slow.get()).value == 2


async def test_that_the_old_value_is_served_as_stale_while_the_source_is_down(cache: Cache) -> None:
    fresh = await cache.get()
    cache.source.down = True
    cache.seconds.now += 10 * TTL
    old = await cache.get()
    assert old == Cached(fresh.value, fresh.fetched_at, stale=True)
    cache.source.down = False
    assert await cache.get() == Cached(3, cache.seconds.now)


async def test_that_a_stale_answer_does_not_count_as_fresh(cache: Cache) -> None:
    await cache.get()
    cache.source.down = True
    cache.seconds.now += TTL
    await cache.get()
    await cache.get()
    assert cache.source.fetches == 3


async def test_that_an_error_of_ours_is_not_hidden_behind_an_old_value(cache: Cache) -> None:
    await cache.get()

    async def broken() -> int:
        raise LookupError("a mistake of ours")

    with pytest.raises(LookupError):
        await cache.of.refresh("a", broken)
    assert (await cache.get()).value == 1


async def test_that_the_cache_stays_within_its_bounds(cache: Cache) -> None:
    for number in range(100):
        await cache.get(f"key {number}")
    assert len(cache.of) == 2
    await cache.get("key 99")
    assert cache.source.fetches == 100
    await cache.get("key 97")
    assert cache.source.fetches == 101


async def test_that_refresh_asks_although_a_value_is_known(cache: Cache) -> None:
    await cache.get()
    assert (await cache.of.refresh("a", cache.source)).value == 2
    assert (await cache.get()).value == 2


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.booleans(), st.floats(0, 2 * TTL), st.booleans()), max_size=30
    )
)
def test_that_an_answer_is_always_the_last_good_one_of_its_key(
    steps: list[tuple[str, bool, float, bool]],
) -> None:
    async def play() -> None:
        seconds = Seconds()
        cache = SingleFlightCache[str, int](ttl=TTL, size=8, clock=seconds)
        good: dict[str, tuple[int, float]] = {}
        for number, (key, down, passed, refresh) in enumerate(steps):
            seconds.now += passed
            ask: Callable[[str, Callable[[], Awaitable[int]]], Awaitable[Cached[int]]]
            ask = cache.refresh if refresh else cache.get
            due = refresh or key not in good or seconds.now - good[key][1] >= TTL
            if due and not down:
                good[key] = (number, seconds.now)
            try:
                answer = await ask(key, _source(number, down=down))
            except MaraviaError:
                assert key not in good
                continue
            assert (answer.value, answer.fetched_at) == good[key]
            assert answer.stale == (due and down)

    asyncio.run(play())


def _source(number: int, *, down: bool) -> Callable[[], Awaitable[int]]:
    async def fetch() -> int:
        if down:
            raise MaraviaUnavailable("READ", "down")
        return number

    return fetch
