"""Subscribers: who gets mail, by which choice, and the proof that they agreed to it.

Every change is one guarded UPDATE that says whether it took place; what ends or changes
somebody's mails also cancels those that are not sent yet, in the same transaction.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, Connection, Select, delete, insert, select, update

from calendar_service.core.delivery import DeliveryState, Subscriber
from calendar_service.core.states import SubscriberState
from calendar_service.errors import InvalidAddressError
from calendar_service.store.database import insert_into
from calendar_service.store.deliveries import BY_CHOICE
from calendar_service.store.plans import keep_plans_out
from calendar_service.store.schema import bounces, consents, deliveries, profiles, subscribers
from calendar_service.store.suppressions import ERASED, suppress

MAX_METHOD = 200  # characters of consents.method
_SHOWN = 80  # of a faulty address, in messages
_FETCH = 1000
_OPEN = (DeliveryState.PENDING.value, DeliveryState.CLAIMED.value)
_SUBSCRIBER = (
    subscribers.c.id,
    subscribers.c.email,
    subscribers.c.state,
    profiles.c.choice_key,
    subscribers.c.created_at,
    subscribers.c.confirmed_at,
)


def address(text: str) -> tuple[str, str]:
    """Return an address as mail is sent to it, and the key by which it is known.

    The domain becomes ASCII; the key is in lower case, so that one person has one row.

    Raises:
        InvalidAddressError: It breaks RFC 5321, or has letters beyond ASCII before the @
            (RFC 6531), which most relays cannot take.
    """
    text = text.strip()
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    if text.startswith(("=", "+", "-")):
        raise InvalidAddressError(shown, "spreadsheets and mail programs take it for a command")
    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidAddressError(shown, str(error).rstrip(".")) from None
    email = found.ascii_email or found.normalized
    return email, email.lower()


def sign_up(
    connection: Connection,
    email: str,
    email_key: str,
    choice_key: str,
    *,
    text_version: str,
    method: str,
    now: datetime,
) -> int:
    """Enter somebody who has yet to confirm, and what they agreed to; return the number.

    Whoever is pending or unsubscribed gets the new choice and is pending. Whoever gets
    mail already, or paused it, is left alone: anybody could type that address.
    """
    statement = insert_into(connection, subscribers).values(
        email=email,
        email_key=email_key,
        state=SubscriberState.PENDING.value,
        profile_id=_profile_id(connection, choice_key),
        created_at=now,
        changed_at=now,
    )
    entered = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["email_key"],
            set_={
                name: statement.excluded[name]
                for name in ("email", "state", "profile_id", "changed_at")
            },
            where=_in(SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED),
        ).returning(subscribers.c.id)
    ).scalar()
    if entered is None:
        known = select(subscribers.c.id).where(subscribers.c.email_key == email_key)
        return int(connection.execute(known).scalar_one())
    _record_consent(connection, entered, text_version, method, now)
    return int(entered)


def enter_confirmed(
    connection: Connection,
    email: str,
    email_key: str,
    choice_key: str,
    *,
    text_version: str,
    basis: str,
    now: datetime,
) -> bool:
    """Enter somebody whose consent an administrator holds; False when the address is known.

    The legal *basis* is kept as the way of consent; it has MAX_METHOD characters at most.
    """
    entered = connection.execute(
        insert_into(connection, subscribers)
        .values(
            email=email,
            email_key=email_key,
            state=SubscriberState.CONFIRMED.value,
            profile_id=_profile_id(connection, choice_key),
            created_at=now,
            confirmed_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["email_key"])
        .returning(subscribers.c.id)
    ).scalar()
    if entered is None:
        return False
    _record_consent(connection, entered, text_version, basis, now)
    return True


def find(connection: Connection, subscriber_id: int) -> Subscriber | None:
    """Return the subscriber of this number, None when there is none."""
    return _one(connection, _select().where(subscribers.c.id == subscriber_id))


def find_by_address(connection: Connection, email_key: str) -> Subscriber | None:
    """Return the subscriber of this address, None when there is none."""
    return _one(connection, _select().where(subscribers.c.email_key == email_key))


def list_subscribers(
    connection: Connection, *, state: SubscriberState | None = None
) -> Iterator[Subscriber]:
    """Yield all subscribers, or those of one state, in the order of their sign-up."""
    statement = _select().order_by(subscribers.c.id)
    if state is not None:
        statement = statement.where(_in(state))
    rows = connection.execute(statement, execution_options={"yield_per": _FETCH})
    yield from map(_subscriber, rows)


def confirm(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """Let a pending subscriber get mail; False when there is no such one."""
    return _move(
        connection,
        subscriber_id,
        _in(SubscriberState.PENDING),
        state=SubscriberState.CONFIRMED.value,
        confirmed_at=now,
        changed_at=now,
    )


def change_choice(
    connection: Connection, subscriber_id: int, choice_key: str, now: datetime
) -> bool:
    """Give a confirmed or paused subscriber another choice.

    False when there is no such one, or when it is the choice they have: then their mails
    stay as they are.
    """
    profile_id = _profile_id(connection, choice_key)
    changed = _move(
        connection,
        subscriber_id,
        _in(SubscriberState.CONFIRMED, SubscriberState.PAUSED)
        & (subscribers.c.profile_id != profile_id),
        profile_id=profile_id,
        changed_at=now,
    )
    return changed and _cancel_open(connection, subscriber_id, now, by=BY_CHOICE)


def pause(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """Hold the mails of a confirmed subscriber; False when there is no such one."""
    paused = _move(
        connection,
        subscriber_id,
        _in(SubscriberState.CONFIRMED),
        state=SubscriberState.PAUSED.value,
        changed_at=now,
    )
    return paused and _cancel_open(connection, subscriber_id, now)


def resume(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """Let a paused subscriber get mail again; False when there is no such one."""
    return _move(
        connection,
        subscriber_id,
        _in(SubscriberState.PAUSED),
        state=SubscriberState.CONFIRMED.value,
        changed_at=now,
    )


def unsubscribe(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """End a subscription; False when there is none, or it has ended before."""
    ended = _move(
        connection,
        subscriber_id,
        subscribers.c.state != SubscriberState.UNSUBSCRIBED.value,
        state=SubscriberState.UNSUBSCRIBED.value,
        changed_at=now,
    )
    return ended and _cancel_open(connection, subscriber_id, now)


def erase(connection: Connection, subscriber_id: int, salt: str, now: datetime) -> bool:
    """Forget a person: only a salted hash of the address stays, among the suppressions.

    Consents go with the row, and the mails after it, when nobody enters more: plans wait for
    each other and for this, and enter_confirmation() holds the row. False when there is nobody
    of this number.
    """
    keep_plans_out(connection)
    email_key = connection.execute(
        delete(subscribers)
        .where(subscribers.c.id == subscriber_id)
        .returning(subscribers.c.email_key)
    ).scalar()
    if email_key is None:
        return False
    connection.execute(delete(deliveries).where(deliveries.c.subscriber_id == subscriber_id))
    suppress(connection, email_key, salt, ERASED, now)
    return True


def export_person(connection: Connection, subscriber_id: int) -> dict[str, Any]:
    """Return all that is held of a person, ready for JSON; empty when there is nobody."""
    person = connection.execute(
        select(subscribers, profiles.c.choice_key)
        .join(profiles, profiles.c.id == subscribers.c.profile_id)
        .where(subscribers.c.id == subscriber_id)
    ).one_or_none()
    if person is None:
        return {}
    theirs = select(deliveries.c.id).where(deliveries.c.subscriber_id == subscriber_id)
    parts = (
        (consents, consents.c.subscriber_id == subscriber_id),
        (deliveries, deliveries.c.subscriber_id == subscriber_id),
        (bounces, bounces.c.delivery_id.in_(theirs)),
    )
    held = {
        table.name: [
            _plain(row._mapping)
            for row in connection.execute(select(table).where(whose).order_by(table.c.id))
        ]
        for table, whose in parts
    }
    return {"subscriber": _plain(person._mapping), **held}


def _profile_id(connection: Connection, choice_key: str) -> int:
    """Return the number of a choice, which gets one if it has none."""
    known = select(profiles.c.id).where(profiles.c.choice_key == choice_key)
    found = connection.execute(known).scalar()
    if found is None:
        connection.execute(
            insert_into(connection, profiles)
            .values(choice_key=choice_key)
            .on_conflict_do_nothing(index_elements=["choice_key"])
        )
        found = connection.execute(known).scalar_one()  # ours, or that of who was faster
    return int(found)


def _record_consent(
    connection: Connection, subscriber_id: int, text_version: str, method: str, now: datetime
) -> None:
    connection.execute(
        insert(consents).values(
            subscriber_id=subscriber_id, text_version=text_version, method=method, given_at=now
        )
    )


def _move(
    connection: Connection, subscriber_id: int, guard: ColumnElement[bool], **values: Any
) -> bool:
    statement = update(subscribers).where(subscribers.c.id == subscriber_id, guard)
    return connection.execute(statement.values(**values)).rowcount > 0


def _cancel_open(
    connection: Connection, subscriber_id: int, now: datetime, by: str | None = None
) -> bool:
    """Cancel the mails to a subscriber that no worker is handing over; return True.

    Those that a new choice cancelled, and whose place the plan has yet to fill, go along.
    """
    waits = deliveries.c.state.in_(_OPEN)
    to_come = (deliveries.c.state == DeliveryState.CANCELLED.value) & (
        deliveries.c.worker == BY_CHOICE
    )
    connection.execute(
        update(deliveries)
        .where(deliveries.c.subscriber_id == subscriber_id, waits | to_come)
        .values(state=DeliveryState.CANCELLED.value, ready_at=None, worker=by, updated_at=now)
    )
    return True


def _in(*states: SubscriberState) -> ColumnElement[bool]:
    return subscribers.c.state.in_([state.value for state in states])


def _select() -> Select[Any]:
    return select(*_SUBSCRIBER).join(profiles, profiles.c.id == subscribers.c.profile_id)


def _one(connection: Connection, statement: Select[Any]) -> Subscriber | None:
    row = connection.execute(statement).one_or_none()
    return _subscriber(row) if row else None


def _subscriber(row: Any) -> Subscriber:
    return Subscriber(**dict(row._mapping) | {"state": SubscriberState(row.state)})


def _plain(values: Any) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
