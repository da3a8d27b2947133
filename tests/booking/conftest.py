"""Fixtures of the booking tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.booking.support import Bench, open_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A desk on Wednesday 11 March 2026, 10:15 in Lima."""
    async with open_bench(tmp_path) as opened:
        yield opened
