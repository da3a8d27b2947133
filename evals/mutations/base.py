"""One way to break the product."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch


@dataclass(frozen=True, slots=True)
class Mutation:
    """`applied` breaks this process while the context lasts; `watch` are cases that must then fail."""

    name: str
    about: str
    applied: Callable[[], AbstractContextManager[None]]
    watch: tuple[str, ...]


@contextmanager
def replaced(*changes: tuple[object, str, object]) -> Iterator[None]:
    """Each attribute of each owner is another while it lasts. `AttributeError` if there is none such."""
    with ExitStack() as stack:
        for owner, name, value in changes:
            stack.enter_context(patch.object(owner, name, value))
        yield
