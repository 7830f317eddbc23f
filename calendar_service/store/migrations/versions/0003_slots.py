"""Slots: a lean key of deliveries, and mornings that know whether their mails are entered.

The text key "m:17:2023-06-27" or "c:17:1875456" becomes the number of its day, or of its
quarter of an hour below 0. The morning of a mail is that of its subscriber's profile and slot.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)
# A day as date.toordinal() counts it, from 1 on 0001-01-01.
_ORDINAL = {
    "sqlite": "CAST(julianday({0}) - julianday('0001-01-01') AS INTEGER) + 1",
    "postgresql": "CAST({0} AS DATE) - DATE '0001-01-01' + 1",
}


def upgrade() -> None:
    """Number the days of mornings and mails, and drop what the numbers replace."""
    ordinal = _ORDINAL[op.get_bind().dialect.name]
    op.create_index("ix_subscribers_changed_at", "subscribers", ["changed_at"])
    op.add_column("mornings", sa.Column("slot", sa.Integer()))
    op.add_column("mornings", sa.Column("entered_at", _TIME))
    op.execute(f"UPDATE mornings SET slot = {ordinal.format('on_day')}")  # noqa: S608 - ours
    with op.batch_alter_table("mornings") as mornings:
        mornings.alter_column("slot", existing_type=sa.Integer(), nullable=False)
    op.add_column("deliveries", sa.Column("slot", sa.Integer()))
    op.execute(_slots(ordinal))
    with _numbers_kept():
        _replace_the_key()


@contextmanager
def _numbers_kept() -> Iterator[None]:
    """Let SQLite count on where it was: the number of an erased mail may still bounce."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    counter = "sqlite_sequence WHERE name = 'deliveries'"
    last = op.get_bind().scalar(sa.text(f"SELECT seq FROM {counter}"))  # noqa: S608 - ours
    yield
    if last is not None:
        op.execute(f"DELETE FROM {counter}")  # noqa: S608 - ours
        row = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('deliveries', :last)")
        op.execute(row.bindparams(last=last))


def _slots(ordinal: str) -> str:
    head = "length('m:' || CAST(subscriber_id AS VARCHAR(20)) || ':')"
    tail = f"substr(dedupe_key, {head} + 1)"
    return f"""
        UPDATE deliveries SET slot = CASE kind
            WHEN 'confirm' THEN -CAST({tail} AS INTEGER)
            ELSE {ordinal.format(tail)} END
    """  # noqa: S608 - ours


def _replace_the_key() -> None:
    op.drop_index("ix_deliveries_subscriber_id", "deliveries")
    op.drop_index("ix_deliveries_morning_id", "deliveries")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("slot", existing_type=sa.Integer(), nullable=False)
        table.drop_constraint("uq_deliveries_dedupe_key", type_="unique")
        table.drop_constraint("fk_deliveries_morning_id", type_="foreignkey")
        table.drop_column("dedupe_key")
        table.drop_column("morning_id")
        table.create_unique_constraint(
            "uq_deliveries_subscriber_id_slot", ["subscriber_id", "slot"]
        )
