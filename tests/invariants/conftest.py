"""Fixtures of the invariants."""

from collections.abc import Iterator

import pytest

from tests.invariants.stage import Stage, open_stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One service for a whole module: its examples are played in companies of their own."""
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened
