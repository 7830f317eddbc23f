"""Mails without a foreign key, and an index that alone tells which are of no use any more.

A plan enters mails from the table of subscribers, so that the check of every row was work for
nothing; who erases a person deletes the mails by a statement of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_WAITS = sa.text("ready_at IS NOT NULL")


def upgrade() -> None:
    """Drop the foreign key, and index waiting mails by both of their times."""
    op.drop_index("ix_deliveries_ready_at", "deliveries")
    autoincrement = {"sqlite_autoincrement": True}
    with (
        _numbers_kept(),
        op.batch_alter_table("deliveries", table_kwargs=autoincrement) as table,
    ):
        table.drop_constraint("fk_deliveries_subscriber_id", type_="foreignkey")
    op.create_index(
        "ix_deliveries_ready_at_expires_at",
        "deliveries",
        ["ready_at", "expires_at"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )


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
