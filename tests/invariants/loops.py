"""Two event loops: one that lets its process reach nobody, one whose time flies."""

import asyncio
import selectors
from typing import NoReturn

TIMES = 40.0


class AuditedLoop(asyncio.SelectorEventLoop):
    """Every client of ours that talks over a network goes through its loop. `reached` names who was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: list[str] = []

    async def create_connection(self, *arguments: object, **options: object) -> NoReturn:
        """Refuse."""
        self._refuse(arguments[1:3] or options)

    async def getaddrinfo(self, host: object, port: object, **_options: object) -> NoReturn:
        """Refuse."""
        self._refuse((host, port))

    async def sock_connect(self, _sock: object, address: object) -> NoReturn:
        """Refuse."""
        self._refuse(address)

    def _refuse(self, whom: object) -> NoReturn:
        self.reached.append(repr(whom))
        raise OSError("no network here")


class HastyLoop(asyncio.SelectorEventLoop):
    """A loop whose seconds are short: what takes half a minute by its clock is over in an instant.

    Sleeps, deadlines and time-outs are all measured by the loop's clock, so they keep their proportions; only
    what waits for another thread seems slower than it is.
    """

    def __init__(self) -> None:
        super().__init__(_HastySelector())

    def time(self) -> float:
        """The loop's clock."""
        return super().time() * TIMES


class _HastySelector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout if timeout is None else timeout / TIMES)
