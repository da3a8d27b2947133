"""The logging of the test run, lent to a test and taken back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from citas.telemetry import configure_logs


@contextmanager
def logging_restored() -> Iterator[None]:
    """Whatever is set up inside does not reach the next test of this process."""
    root = logging.getLogger()
    handlers, level, config = list(root.handlers), root.level, structlog.get_config()
    try:
        yield
    finally:
        for handler in set(root.handlers) - set(handlers):
            handler.close()
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**config)


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Everything there is to log, in a file."""
    with logging_restored():
        configure_logs("DEBUG", file)
        yield
