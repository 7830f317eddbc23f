"""The ledger: which mail is due to whom, who holds it, and what became of it.

A row is one mail to one person. `ready_at` is its due time, then the end of a lease, then
NULL for ever, so the rows of a dead worker become ready again by themselves. Each write
after the claim is fenced by the worker's name: who lost the lease changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)

from calendar_service.core.delivery import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Receipt,
    delivery_key,
)
from calendar_service.core.states import SubscriberState
from calendar_service.store.database import insert_into
from calendar_service.store.schema import deliveries, profiles, subscribers

LEASE = timedelta(minutes=10)  # longer than a batch with every mail at its time-out
CONFIRM_GAP = timedelta(minutes=15)
CONFIRMS_A_DAY = 3
CONFIRM_GOOD_FOR = timedelta(hours=72)
MAX_REPLY = 500
# Who cancelled, in the place of a worker: one of us, or the person by another choice.
BY_HAND, BY_CHOICE = "by hand", "by choice"
_HELD = (DeliveryState.CLAIMED.value, DeliveryState.SENDING.value)
_DELIVERY = (
    deliveries.c.id,
    deliveries.c.kind,
    deliveries.c.subscriber_id,
    deliveries.c.slot,
    deliveries.c.state,
    deliveries.c.worker,
    deliveries.c.attempts,
    deliveries.c.expires_at,
)

# Built once, since it is run for every mail; the values to set are named when it is run.
# Not IN, whose list SQLAlchemy writes out anew at each run.
_STILL_HELD = or_(*(deliveries.c.state == state for state in _HELD))
_FENCED = update(deliveries).where(
    deliveries.c.id == bindparam("held_id"),
    deliveries.c.worker == bindparam("held_by"),
    deliveries.c.attempts == bindparam("held_attempts"),
    _STILL_HELD,
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written of a mail that a worker holds."""

    delivery: Delivery
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a claimed mail is for, as of now, and the choice it is about."""

    delivery_id: int
    subscriber_id: int
    email: str
    email_key: str
    state: SubscriberState
    choice_key: str


def enter_confirmation(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """Enter a mail that asks to confirm an address; return False when there were enough.

    At most one in CONFIRM_GAP and CONFIRMS_A_DAY in a day, so that nobody can flood a
    third person by signing up in their name. Also False when the person is erased by now.
    """
    slot = int(now.timestamp() // CONFIRM_GAP.total_seconds())
    recent = select(func.count()).where(
        deliveries.c.subscriber_id == subscriber_id,
        deliveries.c.kind == DeliveryKind.CONFIRM.value,
        deliveries.c.created_at > now - timedelta(days=1),
    )
    too_soon = recent.where(deliveries.c.created_at > now - CONFIRM_GAP)
    row = select(
        literal(DeliveryKind.CONFIRM.value),
        subscribers.c.id,
        literal(-slot),
        literal(DeliveryState.PENDING.value),
        literal(now, deliveries.c.ready_at.type),
        literal(now + CONFIRM_GOOD_FOR, deliveries.c.expires_at.type),
        literal(now, deliveries.c.created_at.type),
        literal(now, deliveries.c.updated_at.type),
    ).where(
        subscribers.c.id == subscriber_id,
        recent.scalar_subquery() < CONFIRMS_A_DAY,
        too_soon.scalar_subquery() == 0,
    )
    row = row.with_for_update(read=True, key_share=True)  # who erases the person waits for us
    names = "kind subscriber_id slot state ready_at expires_at created_at updated_at"
    statement = insert_into(connection, deliveries).from_select(names.split(), row)
    entered = statement.on_conflict_do_nothing().returning(deliveries.c.id)
    return connection.execute(entered).first() is not None


def expire(connection: Connection, now: datetime) -> int:
    """Mark every mail that is of no use any more; return how many."""
    statement = (
        update(deliveries)
        .where(deliveries.c.ready_at <= now, deliveries.c.expires_at <= now)
        .values(state=DeliveryState.EXPIRED.value, ready_at=None, updated_at=now)
    )
    return int(connection.execute(statement).rowcount)


def hold_doubtful(connection: Connection, now: datetime) -> int:
    """Set aside the mails that a dead worker was handing over; return how many.

    Whether they arrived nobody knows; by the policy "hold" a person decides.
    """
    statement = (
        update(deliveries)
        .where(deliveries.c.ready_at <= now, deliveries.c.state == DeliveryState.SENDING.value)
        .values(state=DeliveryState.DOUBT.value, ready_at=None, updated_at=now)
    )
    return int(connection.execute(statement).rowcount)


def claim(
    connection: Connection, worker: str, now: datetime, limit: int, *, hold: bool = False
) -> list[Delivery]:
    """Take up to *limit* mails that are ready, and hold them for LEASE.

    With *hold* those that a dead worker was handing over are left to hold_doubtful().
    Commit before sending: no transaction stays open over SMTP.
    """
    takeable = deliveries.c.state != DeliveryState.SENDING.value if hold else true()
    ready = (
        select(deliveries.c.id)
        .where(deliveries.c.ready_at <= now, takeable)
        .order_by(deliveries.c.ready_at)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer and ignores it
        .cte("ready")
    )
    take = (
        update(deliveries)
        .where(deliveries.c.id.in_(select(ready.c.id)))
        .values(
            state=DeliveryState.CLAIMED.value,
            worker=worker,
            ready_at=now + LEASE,
            attempts=deliveries.c.attempts + 1,
            updated_at=now,
        )
        .returning(*_DELIVERY)
    )
    return [_delivery(row._mapping) for row in connection.execute(take)]


def recipients(connection: Connection, held: Iterable[Delivery]) -> dict[int, Recipient]:
    """Return whom the mails *held* are for, by the number of the delivery."""
    query: Select[Any] = (
        select(
            deliveries.c.id,
            subscribers.c.id,
            subscribers.c.email,
            subscribers.c.email_key,
            subscribers.c.state,
            profiles.c.choice_key,
        )
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(profiles, profiles.c.id == subscribers.c.profile_id)
        .where(deliveries.c.id.in_([delivery.id for delivery in held]))
    )
    found = {}
    for number, person, email, email_key, state, choice_key in connection.execute(query):
        found[number] = Recipient(
            number, person, email, email_key, SubscriberState(state), choice_key
        )
    return found


def mark_sending(
    connection: Connection, held: Sequence[Delivery], worker: str, now: datetime
) -> set[int]:
    """Note that mails are about to be handed over; return those whose lease still holds."""
    statement = (
        update(deliveries)
        .where(
            tuple_(deliveries.c.id, deliveries.c.attempts).in_(
                [(delivery.id, delivery.attempts) for delivery in held]
            ),
            deliveries.c.worker == worker,
            _STILL_HELD,
        )
        .values(state=DeliveryState.SENDING.value, updated_at=now)
        .returning(deliveries.c.id)
    )
    return set(connection.execute(statement).scalars())


def settled(delivery: Delivery, state: DeliveryState, receipt: Receipt | None = None) -> Note:
    """Return the note of what became of a mail, for good."""
    return Note(delivery, {"state": state.value, "ready_at": None, **_reply(receipt)})


def retried(delivery: Delivery, ready_at: datetime, receipt: Receipt) -> Note:
    """Return the note that a mail was tried and waits until *ready_at*."""
    return Note(delivery, {**_waiting(ready_at), **_reply(receipt)})


def given_back(delivery: Delivery, ready_at: datetime) -> Note:
    """Return the note that a mail waits again and was not tried, which is no attempt."""
    attempts = max(1, delivery.attempts - 1)  # at 0 the plan would reset ready_at
    return Note(delivery, {**_waiting(ready_at), "attempts": attempts})


def write(connection: Connection, notes: Iterable[Note], now: datetime) -> int:
    """Write what became of held mails; return of how many, those of a lost lease left out."""
    alike: dict[tuple[str, ...], list[dict[str, object]]] = defaultdict(list)
    for note in notes:
        fence = {
            "held_id": note.delivery.id,
            "held_by": note.delivery.worker,
            "held_attempts": note.delivery.attempts,
        }
        alike[tuple(note.values)].append({**fence, **note.values, "updated_at": now})
    return sum(connection.execute(_FENCED, rows).rowcount for rows in alike.values())


def sent_since(connection: Connection, moment: datetime) -> int:
    """Return how many mails went out since *moment*."""
    query = select(func.count()).where(
        deliveries.c.state.in_([DeliveryState.SENT.value, DeliveryState.BOUNCED.value]),
        deliveries.c.updated_at >= moment,
    )
    return int(connection.execute(query).scalar_one())


def entries(
    connection: Connection,
    *,
    subscriber_id: int | None = None,
    state: str | None = None,
    limit: int,
) -> list[tuple[datetime, str, str, int, int, str, str]]:
    """Return what became of mails, the newest first.

    Each is when, state, address, attempts, the relay's code and reply, and the key.
    """
    query = (
        select(
            deliveries.c.updated_at,
            deliveries.c.state,
            subscribers.c.email,
            deliveries.c.attempts,
            deliveries.c.smtp_code,
            deliveries.c.smtp_reply,
            deliveries.c.subscriber_id,
            deliveries.c.slot,
        )
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .order_by(deliveries.c.updated_at.desc(), deliveries.c.id.desc())
        .limit(limit)
    )
    if subscriber_id is not None:
        query = query.where(deliveries.c.subscriber_id == subscriber_id)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return [(*row[:-2], delivery_key(*row[-2:])) for row in connection.execute(query)]


def cancel_by_hand(
    connection: Connection, now: datetime, *, subscriber_id: int | None = None
) -> int:
    """Cancel the mails that wait, of everybody or of one subscriber; return how many.

    They stay cancelled: planning brings back only what it cancelled itself.
    """
    whose = true() if subscriber_id is None else deliveries.c.subscriber_id == subscriber_id
    return cancel(connection, whose, now, worker=BY_HAND)


def cancel(connection: Connection, which: Any, now: datetime, worker: str | None = None) -> int:
    """Cancel those of the mails *which* that wait, in the name of *worker*; return how many."""
    statement = (
        update(deliveries)
        .where(which, deliveries.c.state == DeliveryState.PENDING.value)
        .values(state=DeliveryState.CANCELLED.value, ready_at=None, worker=worker, updated_at=now)
    )
    return int(connection.execute(statement).rowcount)


def _waiting(ready_at: datetime) -> dict[str, object]:
    return {"state": DeliveryState.PENDING.value, "ready_at": ready_at, "worker": None}


def _reply(receipt: Receipt | None) -> dict[str, object]:
    if receipt is None:
        return {}
    return {"smtp_code": receipt.code, "smtp_reply": receipt.reply[:MAX_REPLY]}


def _delivery(row: Any) -> Delivery:
    values = {column.name: row[column.name] for column in _DELIVERY}
    kind, state = DeliveryKind(values.pop("kind")), DeliveryState(values.pop("state"))
    return Delivery(kind=kind, state=state, **values)
