"""Components and feeds: what was published, so that SEQUENCE and Last-Modified only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "components",
        sa.Column("uid", sa.String(255), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_components"),
    )
    op.create_table(
        "feeds",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feeds"),
    )
