"""The product, broken on purpose: what the suite must notice."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break the product. `applied` breaks it in this process while the context lasts; `watch` are
    cases that must then fail."""

    name: str
    about: str
    applied: Callable[[], AbstractContextManager[object]]
    watch: tuple[str, ...]


MUTATIONS: Mapping[str, Mutation] = {}
