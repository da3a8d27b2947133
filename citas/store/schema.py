"""The tables. Every row belongs to a session of an empresa; moments are kept in UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    literal_column,
)
from sqlalchemy.engine import RowMapping
from sqlalchemy.types import TypeDecorator

from citas.store.model import BookingState, SessionKey


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite has no zones, so UTC goes in and UTC is read back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class PlainText(TypeDecorator[str]):
    """Text that both databases can hold. On the rest they differ, so we refuse it first."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        if value is None:
            return None
        if "\0" in value:
            raise ValueError("text with a NUL character")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("text with a lone surrogate")
        return value


def _session(*, primary_key: bool = False) -> tuple[Column[int], Column[str]]:
    return (
        Column("id_empresa", BigInteger, primary_key=primary_key, autoincrement=False, nullable=False),
        Column("session", PlainText, primary_key=primary_key, nullable=False),
    )


def _row_id() -> Column[int]:
    """Only a plain INTEGER key counts up by itself in SQLite."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

sessions = Table(
    "sessions",
    metadata,
    *_session(primary_key=True),
    Column("turn_count", Integer, nullable=False),
    Column("draft", PlainText, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    *_session(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("customer_text", PlainText, nullable=False),
    Column("reply", PlainText, nullable=False),
    Column("url", PlainText),
    Column("messages", LargeBinary, nullable=False),
    Column("outcome", PlainText, nullable=False),
    ForeignKeyConstraint(["id_empresa", "session"], [sessions.c.id_empresa, sessions.c.session]),
)

offers = Table(
    "offers",
    metadata,
    *_session(primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("starts_at", UtcDateTime, primary_key=True),
    Column("ends_at", UtcDateTime, primary_key=True),
    ForeignKeyConstraint(
        ["id_empresa", "session", "turn"], [turns.c.id_empresa, turns.c.session, turns.c.number]
    ),
)

bookings = Table(
    "bookings",
    metadata,
    _row_id(),
    Column("ref", PlainText, nullable=False, unique=True),
    Column("key", PlainText, nullable=False),
    *_session(),
    Column("resource", PlainText, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("customer_name", PlainText, nullable=False),
    Column("customer_email", PlainText, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("meet_link", PlainText),
    Column("detail", PlainText, nullable=False),
    Column("evidence", PlainText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("told", PlainText),
)


def _state_none_of(*states: BookingState) -> ColumnElement[bool]:
    """Literal SQL, not parameters: only so can a query use the partial indexes below."""
    return bookings.c.state.not_in([literal_column(f"'{state}'") for state in states])


# By what they are not, so that a damaged state, which may stand for an event, holds its slot.
HOLDS_SLOT = _state_none_of(BookingState.REJECTED, BookingState.NOT_SENT)
UNRESOLVED = _state_none_of(BookingState.REJECTED, BookingState.NOT_SENT, BookingState.CREATED)


def _partial(name: str, where: ColumnElement[bool], *columns: Column[Any], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


Index("ix_bookings_session", bookings.c.id_empresa, bookings.c.session)
Index("ix_bookings_day", bookings.c.id_empresa, bookings.c.created_at)
_partial("uq_bookings_held_key", HOLDS_SLOT, bookings.c.key, unique=True)
_partial(
    "uq_bookings_held_slot",
    HOLDS_SLOT,
    bookings.c.id_empresa,
    bookings.c.resource,
    bookings.c.starts_at,
    unique=True,
)
_partial("ix_bookings_unresolved", UNRESOLVED, bookings.c.updated_at)

booking_steps = Table(
    "booking_steps",
    metadata,
    _row_id(),
    Column("booking_id", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", PlainText, nullable=False),
    Column("actor", PlainText, nullable=False),
    Column("note", PlainText, nullable=False),
    ForeignKeyConstraint(["booking_id"], [bookings.c.id]),
)
Index("ix_booking_steps_booking", booking_steps.c.booking_id)

requests = Table(
    "requests",
    metadata,
    _row_id(),
    *_session(),
    Column("kind", PlainText, nullable=False),
    Column("summary", PlainText, nullable=False),
    Column("booking_ref", PlainText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)
Index("ix_requests_session", requests.c.id_empresa, requests.c.session)

deliveries = Table(
    "deliveries",
    metadata,
    *_session(primary_key=True),
    Column("message_id", PlainText, primary_key=True),
    Column("text_digest", PlainText, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("reply", PlainText),
    Column("url", PlainText),
)

leases = Table(
    "leases",
    metadata,
    *_session(primary_key=True),
    Column("fence", BigInteger, nullable=False),
    Column("holder", PlainText),
    Column("expires_ms", BigInteger, nullable=False),
)


def of_session(table: Table, key: SessionKey) -> ColumnElement[bool]:
    """The rows of one session."""
    return and_(table.c.id_empresa == key.id_empresa, table.c.session == key.session)


def key_columns(key: SessionKey) -> dict[str, int | str]:
    """The key as column values."""
    return {"id_empresa": key.id_empresa, "session": key.session}


def session_key(row: RowMapping) -> SessionKey:
    """The key of a stored row."""
    return SessionKey(row["id_empresa"], row["session"])
