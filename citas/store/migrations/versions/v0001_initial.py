"""The first tables."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

HELD = sa.text("state IN ('sent', 'created', 'unknown')")
UNRESOLVED = sa.text("state IN ('sent', 'unknown')")


def upgrade() -> None:
    """Make all tables."""
    _make_conversations()
    _make_bookings()
    _make_coordination()


def _make_conversations() -> None:
    op.create_table(
        "sessions",
        *_key(),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        _text("draft"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id_empresa", "session", name=op.f("pk_sessions")),
    )
    op.create_table(
        "turns",
        *_key(),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _moment("received_at"),
        _text("customer_text"),
        _text("reply"),
        _text("url", nullable=True),
        sa.Column("messages", sa.LargeBinary(), nullable=False),
        _text("outcome"),
        sa.PrimaryKeyConstraint("id_empresa", "session", "number", name=op.f("pk_turns")),
        sa.ForeignKeyConstraint(
            ["id_empresa", "session"],
            ["sessions.id_empresa", "sessions.session"],
            name=op.f("fk_turns_sessions"),
        ),
    )
    op.create_table(
        "offers",
        *_key(),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint(
            "id_empresa", "session", "turn", "starts_at", "ends_at", name=op.f("pk_offers")
        ),
        sa.ForeignKeyConstraint(
            ["id_empresa", "session", "turn"],
            ["turns.id_empresa", "turns.session", "turns.number"],
            name=op.f("fk_offers_turns"),
        ),
    )


def _make_bookings() -> None:
    op.create_table(
        "bookings",
        _id(),
        _text("ref"),
        _text("key"),
        *_key(),
        _text("resource"),
        _moment("starts_at"),
        _moment("ends_at"),
        _text("customer_name"),
        _text("customer_email"),
        _text("state"),
        _text("meet_link", nullable=True),
        _text("detail"),
        _text("evidence"),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("ref", name=op.f("uq_bookings_ref")),
    )
    op.create_index("ix_bookings_session", "bookings", ["id_empresa", "session"])
    _make_partial_index("uq_bookings_held_key", ["key"], HELD, unique=True)
    _make_partial_index("uq_bookings_held_slot", ["id_empresa", "resource", "starts_at"], HELD, unique=True)
    _make_partial_index("ix_bookings_unresolved", ["updated_at"], UNRESOLVED, unique=False)


def _make_coordination() -> None:
    op.create_table(
        "requests",
        _id(),
        *_key(),
        _text("kind"),
        _text("summary"),
        _text("booking_ref", nullable=True),
        _moment("created_at"),
        _moment("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index("ix_requests_session", "requests", ["id_empresa", "session"])
    op.create_table(
        "deliveries",
        *_key(),
        _text("message_id"),
        _text("text_digest"),
        _moment("started_at"),
        sa.Column("seen", sa.Integer(), nullable=False),
        _text("reply", nullable=True),
        _text("url", nullable=True),
        sa.PrimaryKeyConstraint("id_empresa", "session", "message_id", name=op.f("pk_deliveries")),
    )
    op.create_table(
        "leases",
        *_key(),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        _text("holder", nullable=True),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id_empresa", "session", name=op.f("pk_leases")),
    )


def _key() -> tuple[sa.Column[int], sa.Column[str]]:
    id_empresa = sa.Column("id_empresa", sa.BigInteger(), autoincrement=False, nullable=False)
    return id_empresa, _text("session")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_partial_index(name: str, columns: list[str], where: sa.TextClause, *, unique: bool) -> None:
    op.create_index(name, "bookings", columns, unique=unique, sqlite_where=where, postgresql_where=where)
