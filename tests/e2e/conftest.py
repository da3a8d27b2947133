"""Fixtures of the end-to-end tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A running service at the dialogues' moment: Wednesday 11 March 2026, 10:15 in Lima."""
    async with open_world(tmp_path) as opened:
        yield opened
