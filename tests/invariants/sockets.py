"""A loop that knows whom its process tries to reach, and lets it reach nobody."""

import asyncio
from typing import Any


class AuditedLoop(asyncio.SelectorEventLoop):
    """Every client of ours that talks over a network goes through its loop. `reached` names who was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: list[str] = []

    async def create_connection(self, *args: Any, **options: Any) -> Any:
        """Refuse."""
        raise self._noted(args[1:3] or options)

    async def getaddrinfo(self, host: Any, port: Any, **_options: Any) -> Any:
        """Refuse."""
        raise self._noted((host, port))

    async def sock_connect(self, _sock: Any, address: Any) -> None:
        """Refuse."""
        raise self._noted(address)

    def _noted(self, whom: object) -> OSError:
        self.reached.append(repr(whom))
        return OSError("no network here")
