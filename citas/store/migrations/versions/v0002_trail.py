"""The trail of every booking, what its customer was told, and unreadable states that hold their slot."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

HELD = sa.text("(state NOT IN ('rejected', 'not_sent'))")
UNRESOLVED = sa.text("(state NOT IN ('rejected', 'not_sent', 'created'))")


def upgrade() -> None:
    """Add the trail, and narrow what frees a slot to the states that say so."""
    _add_told()
    _make_trail()
    _count_what_is_not_freed()
    op.create_index("ix_bookings_day", "bookings", ["id_empresa", "created_at"])


def _add_told() -> None:
    op.add_column("bookings", sa.Column("told", sa.Text(), nullable=True))
    # Before this column every outcome was told in its own turn; none of them is news today.
    op.execute(sa.text("UPDATE bookings SET told = state WHERE state <> 'sent'"))


def _make_trail() -> None:
    op.create_table(
        "booking_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_steps")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_steps_bookings")),
    )
    op.create_index("ix_booking_steps_booking", "booking_steps", ["booking_id"])


def _count_what_is_not_freed() -> None:
    """A damaged state used to be in no index: its slot looked free."""
    slot = ["id_empresa", "resource", "starts_at"]
    for name, columns, where, unique in (
        ("uq_bookings_held_key", ["key"], HELD, True),
        ("uq_bookings_held_slot", slot, HELD, True),
        ("ix_bookings_unresolved", ["updated_at"], UNRESOLVED, False),
    ):
        op.drop_index(name, "bookings")
        op.create_index(name, "bookings", columns, unique=unique, sqlite_where=where, postgresql_where=where)
