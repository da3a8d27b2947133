"""What this layer needs of the service beneath it, and when it is opened and closed."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from citas.answering import Answer
from citas.api.limits import Turns
from citas.conversation import Incoming


class Conversing(Protocol):
    """Answers one message at a time."""

    async def answer(self, incoming: Incoming) -> Answer:
        """The reply. Raises only `AdmissionError` or `StoreError`, and then nothing happened."""
        ...


class Service(Protocol):
    """The running service, as `citas.bootstrap.runtime` makes it."""

    @property
    def conversation(self) -> Conversing:
        """The one conversation of the process."""
        ...

    async def readiness(self) -> Mapping[str, str]:
        """Each part's state; ready means that "store" is "ok" and nothing is "draining"."""
        ...

    def drain(self) -> None:
        """Take no new turns from now on."""
        ...


OpenService = Callable[[], AbstractAsyncContextManager[Service]]


class Lifetime:
    """Opens the service when the server starts; lets running turns end before closing it."""

    def __init__(self, open_service: OpenService, turns: Turns, *, drain_seconds: float) -> None:
        self._open = open_service
        self._turns = turns
        self._drain_seconds = drain_seconds
        self._service: Service | None = None

    @property
    def service(self) -> Service:
        """The open service. Raises `RuntimeError` outside of `span`."""
        if self._service is None:
            raise RuntimeError("the application was not started: its lifespan has not run")
        return self._service

    @asynccontextmanager
    async def span(self, _app: object) -> AsyncIterator[None]:
        """The lifespan of the ASGI application."""
        async with self._open() as service:
            self._service = service
            try:
                yield
            finally:
                service.drain()
                await self._turns.drain(self._drain_seconds)
                self._service = None
