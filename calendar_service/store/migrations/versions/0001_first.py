"""The first schema: subscribers, consents, mornings, deliveries, suppressions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create every table."""
    _create_people()
    _create_ledger()
    op.create_table(
        "suppressions",
        sa.Column("address_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("address_hash", name="pk_suppressions"),
    )


def _create_people() -> None:
    op.create_table(
        "profiles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("choice_key", sa.Text(), nullable=False),
        sa.Column("planned_for", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
        sa.UniqueConstraint("choice_key", name="uq_profiles_choice_key"),
    )
    op.create_table(
        "subscribers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("profile_id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("confirmed_at", _TIME),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("email_key", name="uq_subscribers_email_key"),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_subscribers_profile_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subscribers_profile_id", "subscribers", ["profile_id"])
    op.create_table(
        "consents",
        sa.Column("id", _ID, nullable=False),
        sa.Column("subscriber_id", _ID, nullable=False),
        sa.Column("text_version", sa.String(32), nullable=False),
        sa.Column("method", sa.String(200), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name="fk_consents_subscriber_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_consents_subscriber_id", "consents", ["subscriber_id"])


def _create_ledger() -> None:
    op.create_table(
        "mornings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("profile_id", _ID, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mornings"),
        sa.UniqueConstraint("profile_id", "on_day", name="uq_mornings_profile_id_on_day"),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profiles.id"], name="fk_mornings_profile_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_mornings_due_at", "mornings", ["due_at"])
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, nullable=False),
        sa.Column("dedupe_key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscriber_id", _ID, nullable=False),
        sa.Column("morning_id", _ID),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ready_at", _TIME),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("worker", sa.String(64)),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("smtp_code", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("smtp_reply", sa.String(500), nullable=False, server_default=sa.text("''")),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("dedupe_key", name="uq_deliveries_dedupe_key"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscribers.id"],
            name="fk_deliveries_subscriber_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["morning_id"],
            ["mornings.id"],
            name="fk_deliveries_morning_id",
            ondelete="SET NULL",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_subscriber_id", "deliveries", ["subscriber_id"])
    op.create_index("ix_deliveries_morning_id", "deliveries", ["morning_id"])
    op.create_index(
        "ix_deliveries_ready_at",
        "deliveries",
        ["ready_at"],
        sqlite_where=sa.text("ready_at IS NOT NULL"),
        postgresql_where=sa.text("ready_at IS NOT NULL"),
    )
