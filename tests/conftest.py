"""What every test run shares."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.logs import logging_restored

# A property is about values, not about how busy the machine is.
settings.register_profile("citas", deadline=None)
settings.load_profile("citas")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """What a test sets up to log, or mutes, ends with it: logging is the process's, not the test's."""
    with logging_restored():
        yield
