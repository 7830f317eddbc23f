"""Bounces: what came back of the mails that were handed over, and what follows from it."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, distinct, func, select, update

from calendar_service.core.delivery import DeliveryState
from calendar_service.store.database import insert_into
from calendar_service.store.deliveries import MAX_REPLY
from calendar_service.store.schema import bounces, deliveries, subscribers
from calendar_service.store.suppressions import suppress

BOUNCED = "bounced"
SOFT_ALLOWED = 3  # so many mails that did not arrive, within SOFT_WITHIN, end it
SOFT_WITHIN = timedelta(days=14)
_HANDED_OVER = (DeliveryState.SENT.value, DeliveryState.DOUBT.value)


def record_bounce(
    connection: Connection,
    delivery_id: int,
    *,
    hard: bool,
    status: str,
    reply: str,
    salt: str,
    now: datetime,
) -> bool:
    """Note a bounce; return False when it is known already, or nobody has this delivery.

    A hard one makes the delivery bounced and suppresses the address, as does the last of
    SOFT_ALLOWED soft ones. Mails that wait are left to the check at their claim.

    Args:
        connection: A transaction; commit is the caller's.
        delivery_id: Which mail came back.
        hard: Whether the address takes no mail, for good.
        status: The code of RFC 3463, such as "5.1.1".
        reply: The receiver's words, without any address.
        salt: That of the suppressions.
        now: When it was read; the time in a report can be anything.
    """
    person = connection.execute(
        select(subscribers.c.id, subscribers.c.email_key)
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
        .where(deliveries.c.id == delivery_id)
        .with_for_update(of=subscribers)  # else two soft ones at once do not see each other
    ).one_or_none()
    if person is None or not _enter(connection, delivery_id, hard, status, now):
        return False
    if hard:
        connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.state.in_(_HANDED_OVER))
            .values(
                state=DeliveryState.BOUNCED.value,
                smtp_reply=f"{status} {reply}"[:MAX_REPLY],
                updated_at=now,
            )
        )
    if hard or _soft_since(connection, person.id, now - SOFT_WITHIN) >= SOFT_ALLOWED:
        suppress(connection, person.email_key, salt, BOUNCED, now)
    return True


def _enter(
    connection: Connection, delivery_id: int, hard: bool, status: str, now: datetime
) -> bool:
    entered = connection.execute(
        insert_into(connection, bounces)
        .values(delivery_id=delivery_id, hard=hard, status=status, at=now)
        .on_conflict_do_nothing(index_elements=["delivery_id", "status"])
        .returning(bounces.c.id)
    )
    return entered.first() is not None


def _soft_since(connection: Connection, subscriber_id: int, moment: datetime) -> int:
    """Return how many mails to a subscriber came back softly since *moment*."""
    query = (
        select(func.count(distinct(bounces.c.delivery_id)))
        .join(deliveries, deliveries.c.id == bounces.c.delivery_id)
        .where(
            deliveries.c.subscriber_id == subscriber_id,
            bounces.c.hard.is_(False),
            bounces.c.at > moment,
        )
    )
    return int(connection.execute(query).scalar_one())
