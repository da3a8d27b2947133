"""SQLite without a thread between: for processes that do nothing but play cases.

The service gives each statement to a thread, so that a slow disk keeps nobody waiting. A case has few
customers and its file is in memory; handing every statement over and back then takes a third of its time.
"""

from collections.abc import Callable
from typing import TypeVar

import aiosqlite.core

T = TypeVar("T")


def run_in_the_loops_thread() -> None:
    """From now on this process's SQLite connections do their work at once, where it is asked for.

    A transaction then runs from BEGIN to COMMIT without anybody else's turn between, so none can wait for
    another. The file, the statements and their order stay what they are.
    """
    for name, instead in (("_execute", _at_once), ("_connect", _connected)):
        setattr(aiosqlite.core.Connection, name, instead)


async def _at_once(_: aiosqlite.core.Connection, work: Callable[..., T], *args: object, **named: object) -> T:
    return work(*args, **named)


async def _connected(self: aiosqlite.core.Connection) -> aiosqlite.core.Connection:
    if self._connection is None:
        self._connection = self._connector()
    return self
