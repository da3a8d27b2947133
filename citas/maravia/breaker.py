"""A circuit breaker that lets exactly one probe through, however many callers are waiting.

::

    closed --failures in a row--> open --one caller after the cool-down--> half_open
    half_open --its call was answered--> closed        half_open --it failed--> open
"""

import random
from collections.abc import Callable
from enum import Enum, StrEnum


class BreakerState(StrEnum):
    """Where a breaker stands; the value is what metrics show."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Permit(Enum):
    """The right to make one call. Only a probe's outcome moves a breaker that is not closed."""

    NORMAL = "normal"
    PROBE = "probe"


class Breaker:
    """Stops calls to an operation that keeps failing. For one event loop; nothing here awaits.

    `failures` in a row open it; after `cool_down` seconds, stretched by up to a quarter so that
    replicas do not probe together, one call may go and decides. `clock` is monotonic, in seconds.
    """

    def __init__(self, failures: int, cool_down: float, clock: Callable[[], float]) -> None:
        self._threshold = failures
        self._cool_down = cool_down
        self._clock = clock
        self._failures = 0
        self._probe_from = 0.0
        self._state = BreakerState.CLOSED

    @property
    def state(self) -> BreakerState:
        """The state now. It stays `open` until a caller really probes."""
        return self._state

    def admit(self, *, may_probe: bool = True) -> Permit | None:
        """The right to call now, or None. Each permit must be settled, whatever happens."""
        if self._state is BreakerState.CLOSED:
            return Permit.NORMAL
        if may_probe and self._cooled_down():
            self._state = BreakerState.HALF_OPEN
            return Permit.PROBE
        return None

    def settle(self, permit: Permit, healthy: bool | None) -> None:
        """Record how a call ended: answered, failed, or (None) given up before either was known."""
        if permit is Permit.NORMAL and self._state is not BreakerState.CLOSED:
            return  # it left before the breaker opened; only the probe speaks for the present
        if healthy:
            self._close()
        elif healthy is None and permit is Permit.PROBE:
            self._state = BreakerState.OPEN  # the cool-down is over, so the next caller probes
        elif healthy is False:
            self._failures += 1
            if permit is Permit.PROBE or self._failures >= self._threshold:
                self._open()

    def trip(self) -> None:
        """Open at once: what was answered will not be otherwise in a moment, however often it is asked."""
        self._open()

    def stand_in(self) -> None:
        """Another operation found the back end well: close, if the cool-down is over.

        For an operation that must never be a probe itself.
        """
        if self._cooled_down():
            self._close()

    def _cooled_down(self) -> bool:
        return self._state is BreakerState.OPEN and self._clock() >= self._probe_from

    def _close(self) -> None:
        self._state = BreakerState.CLOSED
        self._failures = 0

    def _open(self) -> None:
        self._state = BreakerState.OPEN
        self._probe_from = self._clock() + self._cool_down * random.uniform(1.0, 1.25)
