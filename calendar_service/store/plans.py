"""Plans: the mornings of each choice, and the mails that come of them.

The mails of a morning are entered for everybody once; `entered_at` says when. From then on
only those are looked at who changed since, so that a plan with nothing new costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from calendar_service.core.delivery import DeliveryKind, DeliveryState
from calendar_service.core.states import SubscriberState
from calendar_service.store.database import insert_into
from calendar_service.store.deliveries import BY_CHOICE, BY_HAND, cancel
from calendar_service.store.schema import deliveries, mornings, profiles, subscribers

AHEAD = timedelta(days=1)  # how early a mail is entered before it is due
# How far back of the last plan changes are looked at again: clocks differ, are set back, and
# a change is written a while after its time was taken.
OVERLAP = timedelta(days=2)
REFRESH = timedelta(hours=1)  # how old entered_at may grow
_COUNTED = {"preserve_rowcount": True}
_PLAN_LOCK = 0x1CA1E9DA6  # any number, as long as nobody else uses it in this database


@dataclass(frozen=True, slots=True)
class Profile:
    """A choice that confirmed subscribers made, and what it was last planned for."""

    id: int
    choice_key: str
    planned_for: str | None


@dataclass(frozen=True, slots=True)
class PlannedMorning:
    """A morning of a profile: the local day, when its mail is due, and until when of use."""

    on_day: date
    due_at: datetime
    expires_at: datetime


def profiles_in_use(connection: Connection) -> list[Profile]:
    """Return every choice that a confirmed subscriber has now."""
    confirmed = exists().where(
        subscribers.c.profile_id == profiles.c.id,
        subscribers.c.state == SubscriberState.CONFIRMED.value,
    )
    columns = profiles.c.id, profiles.c.choice_key, profiles.c.planned_for
    found = connection.execute(select(*columns).where(confirmed).order_by(profiles.c.id))
    return [Profile(*row) for row in found]


def count_by_choice(connection: Connection) -> dict[str, int]:
    """Return how many confirmed subscribers have each choice, by its key."""
    found = connection.execute(
        select(profiles.c.choice_key, func.count().label("number"))
        .join(subscribers, subscribers.c.profile_id == profiles.c.id)
        .where(subscribers.c.state == SubscriberState.CONFIRMED.value)
        .group_by(profiles.c.id, profiles.c.choice_key)
        .order_by(profiles.c.id)
    )
    return {row.choice_key: row.number for row in found}


def plan_profile(
    connection: Connection,
    profile_id: int,
    planned: Sequence[PlannedMorning],
    *,
    first: date,
    planned_for: str,
    now: datetime,
) -> None:
    """Make the mornings of a profile from the day *first* on those that are *planned*.

    The mails of mornings that are gone are cancelled; those of mornings that moved are
    due at the new time. What was sent stays.
    """
    _drop_gone(connection, profile_id, [morning.on_day for morning in planned], first, now)
    if planned:
        rows = [
            {"profile_id": profile_id, "on_day": m.on_day, "slot": m.on_day.toordinal(),
             "due_at": m.due_at, "expires_at": m.expires_at}
            for m in planned
        ]  # fmt: skip
        statement = insert_into(connection, mornings)
        new = statement.excluded
        moved = (mornings.c.due_at != new.due_at) | (mornings.c.expires_at != new.expires_at)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["profile_id", "on_day"],
                set_={"due_at": new.due_at, "expires_at": new.expires_at, "entered_at": None},
                where=moved,
            ),
            rows,
        )
    connection.execute(
        update(profiles).where(profiles.c.id == profile_id).values(planned_for=planned_for)
    )


def _drop_gone(
    connection: Connection, profile_id: int, days: Sequence[date], first: date, now: datetime
) -> None:
    gone = (
        (mornings.c.profile_id == profile_id)
        & (mornings.c.on_day >= first)
        & mornings.c.on_day.not_in(days)
    )
    entered = select(mornings.c.slot).where(gone, mornings.c.entered_at.is_not(None))
    whose = select(subscribers.c.id).where(subscribers.c.profile_id == profile_id)
    if connection.execute(entered.limit(1)).first():
        which = deliveries.c.slot.in_(entered) & deliveries.c.subscriber_id.in_(whose)
        cancel(connection, which, now)
    connection.execute(delete(mornings).where(gone))


def plan_deliveries(connection: Connection, now: datetime) -> int:
    """Enter the mails of all mornings that come due within AHEAD; return how many.

    One mail a person and day, ever. A mail that was cancelled or not yet taken follows the
    person's present choice; what was sent is left alone. Nothing is entered for a time
    before the person's last change, except in the place of a mail that the change itself
    cancelled, nor what is of no use any more. Of several planners one works at a time.
    """
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(select(func.pg_advisory_xact_lock(_PLAN_LOCK)))
    open_now = (mornings.c.due_at <= now + AHEAD) & (mornings.c.expires_at > now)
    entered_at = mornings.c.entered_at
    known = entered_at <= now + OVERLAP
    last = connection.execute(select(func.min(entered_at)).where(open_now, known)).scalar()
    new = open_now & (entered_at.is_(None) | ~known)
    first_due = connection.execute(select(func.min(mornings.c.due_at)).where(new)).scalar()
    count = 0
    if first_due is not None:
        connection.execute(update(mornings).where(new).values(entered_at=now))
        count += _enter_new(connection, open_now & (entered_at == now), now)
    since = [moment for moment in (last and last - OVERLAP, first_due) if moment is not None]
    if since:
        changed = _changed_since(min(since)) & ~_stands()
        count += _enter(connection, open_now & entered_at.is_not(None) & changed, now)
    connection.execute(
        update(mornings).where(open_now, entered_at < now - REFRESH).values(entered_at=now)
    )
    return count


def keep_plans_out(connection: Connection) -> None:
    """Wait for a plan at work, and let none begin before the end of the transaction.

    Whoever erases a person needs it: a plan would enter mails to somebody it still sees.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock_shared(_PLAN_LOCK)))


def _enter_new(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    """Enter the mails of mornings of which nobody has one as yet, as a rule; return how many.

    A plain INSERT: ON CONFLICT costs PostgreSQL half as much again, and a look at the ledger
    makes SQLite write all rows twice. When somebody has a mail of that day, say of a morning
    that moved, the first one ends the attempt. Changes after the due time are not looked at.
    """
    in_time = which & (mornings.c.due_at >= subscribers.c.changed_at)
    statement = _insert(connection, in_time, now).execution_options(**_COUNTED)
    try:
        with connection.begin_nested():
            return int(connection.execute(statement).rowcount)
    except IntegrityError:
        return _enter(connection, which, now)


def _enter(connection: Connection, which: ColumnElement[bool], now: datetime) -> int:
    """Enter mails, or make those that are there follow the plan; return how many."""
    in_time = mornings.c.due_at >= subscribers.c.changed_at
    statement = _insert(connection, which & (in_time | _in_place_of_another()), now)
    new = statement.excluded
    result = connection.execute(
        statement.on_conflict_do_update(
            index_elements=["subscriber_id", "slot"],
            set_={
                "state": new.state,
                "ready_at": new.ready_at,
                "expires_at": new.expires_at,
                "worker": None,
                "updated_at": new.updated_at,
            },
            where=_follows_the_plan(new.ready_at, new.expires_at),
        ).execution_options(**_COUNTED)
    )
    return int(result.rowcount)


def _insert(
    connection: Connection, which: ColumnElement[bool], now: datetime
) -> postgresql.Insert | sqlite.Insert:
    columns = (
        literal(DeliveryKind.MORNING.value).label("kind"),
        subscribers.c.id.label("subscriber_id"),
        mornings.c.slot,
        literal(DeliveryState.PENDING.value).label("state"),
        mornings.c.due_at.label("ready_at"),
        mornings.c.expires_at,
        literal(now, deliveries.c.created_at.type).label("created_at"),
        literal(now, deliveries.c.updated_at.type).label("updated_at"),
    )
    wanted = (
        select(*columns)
        .join_from(mornings, subscribers, mornings.c.profile_id == subscribers.c.profile_id)
        .where(which, subscribers.c.state == SubscriberState.CONFIRMED.value)
    )
    return insert_into(connection, deliveries).from_select([c.name for c in columns], wanted)


def _changed_since(moment: datetime) -> ColumnElement[bool]:
    """Return who changed after *moment*, so put that SQLite begins with their index."""
    changed = subscribers.alias("changed")
    return subscribers.c.id.in_(select(changed.c.id).where(changed.c.changed_at > moment))


def _stands() -> ColumnElement[bool]:
    """Return whether the mail is entered as it should be, or held, or done with.

    Such a row is better not touched: an upsert locks it even to change nothing, and a worker
    that settles a group of mails would have to wait for it.
    """
    return exists().where(
        deliveries.c.subscriber_id == subscribers.c.id,
        deliveries.c.slot == mornings.c.slot,
        ~_follows_the_plan(mornings.c.due_at, mornings.c.expires_at),
    )


def _in_place_of_another() -> ColumnElement[bool]:
    """Return whether the person's other choice cancelled a mail of that day unsent."""
    return exists().where(
        deliveries.c.subscriber_id == subscribers.c.id,
        deliveries.c.slot == mornings.c.slot,
        deliveries.c.state == DeliveryState.CANCELLED.value,
        deliveries.c.worker == BY_CHOICE,
    )


def _follows_the_plan(due_at: ColumnElement[Any], expires_at: ColumnElement[Any]) -> Any:
    """Return which mails the plan may change: waiting ones, and those it cancelled itself."""
    moved = (deliveries.c.expires_at != expires_at) | (
        (deliveries.c.attempts == 0) & (deliveries.c.ready_at != due_at)
    )
    waiting = deliveries.c.state == DeliveryState.PENDING.value
    cancelled = deliveries.c.state == DeliveryState.CANCELLED.value
    by_plan = deliveries.c.worker.is_distinct_from(BY_HAND)
    return or_(and_(waiting, moved), and_(cancelled, by_plan))
