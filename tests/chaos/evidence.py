"""What a run leaves behind, as values: what was said, what the calendar holds, what the ledger says."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from citas.sandbox.state import Call, Event


class Who(NamedTuple):
    """A prospect of an empresa; the session is text, as CREAR_EVENTO carries it."""

    empresa: int
    session: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a prospect gave of themselves, and whose calendar they write to."""

    usuario_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Said:
    """One message and its answer. `events` is how many the sandbox had when the answer came, `at` (aware) the
    moment by the same clock as the ledger's."""

    who: Who
    text: str
    status: int
    reply: str
    url: str | None
    at: datetime
    events: int
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger, read with plain SQL: a misreading of the service cannot hide. Moments aware."""

    ref: str
    who: Who
    start: datetime
    end: datetime
    name: str
    email: str
    state: str
    link: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything about one world, after its end. `asked` are the refs of open requests for a person."""

    orders: Mapping[Who, Order]
    said: tuple[Said, ...]
    events: tuple[Event, ...]
    calls: tuple[Call, ...]
    rows: tuple[Row, ...]
    asked: tuple[str, ...]


_ROWS = (
    "SELECT ref, id_empresa, session, starts_at, ends_at, customer_name, customer_email, state, meet_link,"
    " created_at FROM bookings ORDER BY id"
)
_ASKED = "SELECT booking_ref FROM requests WHERE closed_at IS NULL AND booking_ref IS NOT NULL ORDER BY id"


def ledger_of(database: Path) -> tuple[Row, ...]:
    """The ledger in a SQLite file of the service."""
    with closing(sqlite3.connect(database)) as connection:
        return tuple(
            Row(
                ref=ref,
                who=Who(empresa, session),
                start=_moment(start),
                end=_moment(end),
                name=name,
                email=email,
                state=state,
                link=link,
                created_at=_moment(created),
            )
            for ref, empresa, session, start, end, name, email, state, link, created in connection.execute(
                _ROWS
            )
        )


def asked_of(database: Path) -> tuple[str, ...]:
    """The bookings that open requests in a SQLite file of the service are about."""
    with closing(sqlite3.connect(database)) as connection:
        return tuple(ref for (ref,) in connection.execute(_ASKED))


def _moment(text: str) -> datetime:
    """The database keeps UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
