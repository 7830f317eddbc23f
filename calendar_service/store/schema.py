"""The tables, for SQLite and PostgreSQL alike."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both engines; SQLite keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return *value* in UTC, refusing times that do not say their zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time as an aware UTC datetime."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers INTEGER keys alone

# One row for each choice that anybody made; planned_for says for which registry and day.
profiles = Table(
    "profiles",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("choice_key", Text, nullable=False, unique=True),
    Column("planned_for", String(64)),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("email", String(320), nullable=False),
    Column("email_key", String(320), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False, index=True),
    sqlite_autoincrement=True,  # links hold the number: that of an erased person stays free
)

# Proof of consent: what was agreed to, when and how (Luật 91/2025/QH15).
consents = Table(
    "consents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("subscriber_id", ForeignKey("subscribers.id", ondelete="CASCADE"), nullable=False),
    Column("text_version", String(32), nullable=False),
    Column("method", String(200), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Index("ix_consents_subscriber_id", "subscriber_id"),
)

# slot is the day as a number (date.toordinal). entered_at is NULL until the mails of all who
# have the profile are entered; from then on only those are looked at who changed since.
mornings = Table(
    "mornings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("profile_id", ForeignKey("profiles.id", ondelete="CASCADE"), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("entered_at", UtcDateTime),
    UniqueConstraint("profile_id", "on_day"),
    Index("ix_mornings_due_at", "due_at"),
)

# One mail a subscriber and slot, ever: a morning's day, or below 0 a confirmation's time. The
# key also finds the mails of a person. No foreign key: its check of every row took PostgreSQL
# half the time of a plan. Mails are entered from the table of subscribers, and erase() takes
# them along. ready_at is the due time, then the end of a lease, then NULL for ever.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subscriber_id", _Id, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ready_at", UtcDateTime),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("worker", String(64)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("smtp_code", Integer, nullable=False, server_default="0"),
    Column("smtp_reply", String(500), nullable=False, server_default=text("''")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("slot", Integer, nullable=False),
    UniqueConstraint("subscriber_id", "slot"),
    sqlite_autoincrement=True,  # bounces hold the number
)
Index(  # expires_at is there for expire(), which then reads the index alone
    "ix_deliveries_ready_at_expires_at",
    deliveries.c.ready_at,
    deliveries.c.expires_at,
    sqlite_where=deliveries.c.ready_at.is_not(None),
    postgresql_where=deliveries.c.ready_at.is_not(None),
)

# Mails that came back; a report that is read twice has one row.
bounces = Table(
    "bounces",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("hard", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("delivery_id", "status"),
)

# Addresses that must not get mail, as salted hashes, so that an erased one stays erased.
suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", LargeBinary(32), primary_key=True),
    Column("reason", String(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# What feeds have said of each component: its dates and the digest of its text, so that a
# corrected one gets a higher SEQUENCE whoever serves it next.
components = Table(
    "components",
    metadata,
    Column("uid", String(255), primary_key=True),
    Column("digest", LargeBinary(16), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# The last bytes of each named feed, and since when; Last-Modified never goes back.
feeds = Table(
    "feeds",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("digest", LargeBinary(16), nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
)
