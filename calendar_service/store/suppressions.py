"""Addresses that must not get mail, known by a salted hash only.

The salt is the oldest secret key: whoever reads a backup cannot try addresses out, and a
new key in front of it changes nothing.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select

from calendar_service.store.database import insert_into
from calendar_service.store.schema import suppressions

ERASED = "erased"
_BATCH = 500  # bound values in one statement


def address_hash(email_key: str, salt: str) -> bytes:
    """Return what stands for an address: HMAC with SHA-256, RFC 2104."""
    key = hmac.digest(salt.encode(), b"calendar_service.suppressions", hashlib.sha256)
    return hmac.digest(key, email_key.encode(), hashlib.sha256)


def suppress(connection: Connection, email_key: str, salt: str, reason: str, now: datetime) -> None:
    """Let an address get no more mail; of several reasons the last one is kept."""
    row = {
        "address_hash": address_hash(email_key, salt),
        "reason": reason,
        "created_at": now,
    }
    statement = insert_into(connection, suppressions).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["address_hash"],
            set_={
                "reason": statement.excluded.reason,
                "created_at": statement.excluded.created_at,
            },
        )
    )


def suppressed(connection: Connection, email_keys: Iterable[str], salt: str) -> dict[str, str]:
    """Return those of *email_keys* that must not get mail, each with the reason."""
    by_hash = {address_hash(key, salt): key for key in email_keys}
    found: dict[str, str] = {}
    hashes = list(by_hash)
    for start in range(0, len(hashes), _BATCH):
        rows = connection.execute(
            select(suppressions.c.address_hash, suppressions.c.reason).where(
                suppressions.c.address_hash.in_(hashes[start : start + _BATCH])
            )
        )
        found |= {by_hash[row.address_hash]: row.reason for row in rows}
    return found


def lift(connection: Connection, email_key: str, salt: str) -> bool:
    """Let an address get mail again, since its owner confirmed it anew; say if it was held."""
    held = suppressions.c.address_hash == address_hash(email_key, salt)
    return connection.execute(delete(suppressions).where(held)).rowcount > 0
