"""Messages of one session pass one at a time, in the order they came; the rest of the world does not wait."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from citas.errors import SessionBusy


class Turnstile:
    """A first-come-first-served lock per key, for as long as somebody uses the key."""

    def __init__(self, *, waiting: int) -> None:
        self._waiting = waiting
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def pass_through(self, key: Hashable, *, until: float) -> AsyncIterator[None]:
        """Hold the key inside the block. Raises `SessionBusy` if enough callers wait for it already, or if
        its turn does not come before `until` (the event loop's time)."""
        lock, inside = self._locks.get(key, (asyncio.Lock(), 0))
        if inside > self._waiting:
            raise SessionBusy("too many messages of this session are waiting")
        self._locks[key] = (lock, inside + 1)
        try:
            await _acquire(lock, until)
            try:
                yield
            finally:
                lock.release()
        finally:
            _, inside = self._locks[key]
            if inside == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, inside - 1)


async def _acquire(lock: asyncio.Lock, until: float) -> None:
    try:
        async with asyncio.timeout_at(until):
            await lock.acquire()
    except TimeoutError:
        raise SessionBusy("the messages before this one took too long") from None
