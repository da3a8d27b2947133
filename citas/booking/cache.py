"""A bounded cache that asks once at a time and prefers an old answer to none.

`cachetools` bounds it; what it adds is what a busy service with a shaky back end needs: one flight per key,
failures never stored as answers, and the last good value served, marked stale, while the source is down.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache

from citas.errors import MaraviaError

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Cached(Generic[V]):
    """A value, when it was fetched (monotonic seconds), and whether its source is failing now."""

    value: V
    fetched_at: float
    stale: bool = False


class SingleFlightCache(Generic[K, V]):
    """Values that live `ttl` seconds, at most `size` of them, fetched by one caller at a time per key."""

    def __init__(self, *, ttl: float, size: int, clock: Callable[[], float]) -> None:
        self._ttl = ttl
        self._clock = clock
        self._entries: LRUCache[K, Cached[V]] = LRUCache(maxsize=size)
        self._flights: dict[K, asyncio.Task[Cached[V]]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: K, fetch: Callable[[], Awaitable[V]]) -> Cached[V]:
        """The value of `key`, fetched if missing or old. Raises `MaraviaError` if none is known."""
        entry = self._entries.get(key)
        if entry is not None and self._clock() - entry.fetched_at < self._ttl:
            return entry
        return await self.refresh(key, fetch)

    async def refresh(self, key: K, fetch: Callable[[], Awaitable[V]]) -> Cached[V]:
        """Like `get`, but never satisfied with a stored value that the source could replace."""
        flight = self._flights.get(key)
        if flight is None:
            # A task of its own: the caller that started it may be cancelled, the others still wait.
            flight = asyncio.create_task(self._fly(key, fetch))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    async def _fly(self, key: K, fetch: Callable[[], Awaitable[V]]) -> Cached[V]:
        try:
            value = await fetch()
        except MaraviaError:
            known = self._entries.get(key)
            if known is None:
                raise
            return Cached(known.value, known.fetched_at, stale=True)
        entry = Cached(value, self._clock())
        self._entries[key] = entry
        return entry

    def _landed(self, key: K, flight: asyncio.Task[Cached[V]]) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            flight.exception()  # read here, so a flight nobody waits for any more is not reported as lost
