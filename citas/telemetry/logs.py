"""Structured logs that name nobody. Set up once by the wiring."""

import hashlib
import hmac
import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure_logs(level: str, file: Path | None) -> None:
    """Structured logs on standard error, and in `file` too if one is named: JSON, or text on a terminal."""
    structlog.configure(
        processors=[*_STEPS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handlers: list[logging.Handler] = [_handler(logging.StreamHandler(sys.stderr), sys.stderr)]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(_handler(logging.FileHandler(file, encoding="utf-8"), None))
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    # One line per request of libraries would carry addresses and drown ours.
    for noisy in ("httpx", "httpx2", "httpcore", "httpcore2", "openai", "alembic", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def session_tag(secret: bytes, id_empresa: int, session: str) -> str:
    """A session as logs may show it: a keyed hash, since a plain one of a phone number is guessable."""
    digest = hmac.new(secret, f"{id_empresa}\x1f{session}".encode(), hashlib.sha256)
    return digest.hexdigest()[:12]


def _handler(handler: logging.Handler, stream: TextIO | None) -> logging.Handler:
    human = stream is not None and stream.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=_STEPS,
        )
    )
    return handler


def _where_it_broke(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Types and places of an error and its causes, never their words: those may quote a customer."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else None
    if error is None:
        error = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    if error is not None:
        event["exception"] = "\n".join(_told(error))
    return event


def _told(error: BaseException) -> Iterator[str]:
    """Line by line, the error first and then what it came from."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield f"{type(at).__module__}.{type(at).__qualname__}"
        for frame in traceback.extract_tb(at.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        at = at.__cause__ or at.__context__


_STEPS: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _where_it_broke,
)
"""What every record passes, ours and the libraries' alike."""
