"""How much is taken on: turns running in this process, and messages per minute of one session."""

import asyncio
import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog
from cachetools import LRUCache

from citas.api.errors import OVERLOADED, TOO_MANY_MESSAGES, Refused
from citas.store.model import SessionKey

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Turns:
    """The turns running now: at most `limit`, each one carried to its end.

    A turn may have an event on its way to the calendar, so a gateway that hangs up, or a server
    that is told to stop, must not cancel it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    @property
    def full(self) -> bool:
        """True while no further turn is taken."""
        return len(self._running) >= self._limit

    async def run(self, turn: Coroutine[Any, Any, T]) -> T:
        """The result of `turn`, which goes on if this call is cancelled. Raises `Refused` (503)."""
        if self.full:
            turn.close()
            raise Refused(OVERLOADED)
        task = asyncio.create_task(turn)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_unheard)
            raise

    async def drain(self, seconds: float) -> None:
        """Wait until no turn is running, but no longer than `seconds`."""
        if not self._running:
            return
        _, left = await asyncio.wait(set(self._running), timeout=seconds)
        if left:
            log.error("turns did not end before the stop", turns=len(left))


def _log_unheard(task: asyncio.Task[Any]) -> None:
    """Nobody awaits this turn any more, so its error would be lost."""
    if not task.cancelled() and (error := task.exception()):
        log.error("a turn failed after its caller left", exc_info=error)


class SessionRate:
    """A token bucket per session, for as many sessions as were seen last."""

    def __init__(
        self, per_minute: int, *, now: Callable[[], float] = time.monotonic, sessions: int = 10_000
    ) -> None:
        self._burst = float(per_minute)
        self._per_second = per_minute / 60
        self._now = now
        self._buckets: LRUCache[SessionKey, tuple[float, float]] = LRUCache(maxsize=sessions)

    def admit(self, key: SessionKey) -> None:
        """Count one message of the session. Raises `Refused` (429) with the seconds to wait."""
        now = self._now()
        left, since = self._buckets.get(key, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        if left < 1:
            wait = math.ceil((1 - left) / self._per_second)
            raise Refused(TOO_MANY_MESSAGES.after(max(1, wait)))
        self._buckets[key] = (left - 1, now)
