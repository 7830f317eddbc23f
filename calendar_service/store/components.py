"""The history of what feeds said: SEQUENCE and LAST-MODIFIED of components, dates of feeds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Row, and_, select, update

from calendar_service.store.database import insert_into
from calendar_service.store.schema import components, feeds

_BATCH = 500  # bound values in one statement
_SECOND = timedelta(seconds=1)  # as exact as HTTP and iCalendar dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of a component.

    Attributes:
        digest: 16 bytes that stand for all that its readers see.
        starts: Its first day.
        ends: Its last day, inclusive.
        sequence: SEQUENCE, RFC 5545 section 3.8.7.4.
        changed_at: LAST-MODIFIED, an aware UTC datetime.
    """

    digest: bytes
    starts: date
    ends: date
    sequence: int
    changed_at: datetime


def record(
    connection: Connection, found: Mapping[str, Revision], now: datetime
) -> dict[str, Revision]:
    """Keep the present state of components, and return each as it is to be published.

    A component that differs from what was published last gets a later changed_at, and one
    whose days differ a higher sequence; both are at least what *found* says of its entry.

    Args:
        connection: Of a transaction; the caller commits.
        found: The states by UID, as the registry gives them.
        now: When this is published, an aware UTC datetime.
    """
    kept = _known(connection, found)
    new = [uid for uid in found if uid not in kept]
    if new:
        rows = [{"uid": uid, **_values(found[uid])} for uid in new]
        connection.execute(insert_into(connection, components).on_conflict_do_nothing(), rows)
    changed = [uid for uid, old in kept.items() if old.digest != found[uid].digest]
    for uid in changed:
        _replace(connection, uid, kept[uid], _after(kept[uid], found[uid], now))
    # Another process may have been first: both publish what stands there now.
    return kept | _known(connection, [*new, *changed])


def record_feed(
    connection: Connection, name: str, digest: bytes, modified_at: datetime, now: datetime
) -> datetime:
    """Keep the digest of a feed's bytes, and return since when it has these bytes.

    Args:
        connection: Of a transaction; the caller commits.
        name: The feed's name.
        digest: 16 bytes that stand for its own.
        modified_at: Since when, as far as the registry tells; for a feed seen first.
        now: The present, an aware UTC datetime.
    """
    row = {"name": name, "digest": digest, "modified_at": modified_at}
    connection.execute(insert_into(connection, feeds).values(row).on_conflict_do_nothing())
    kept = select(feeds.c.digest, feeds.c.modified_at).where(feeds.c.name == name)
    old = connection.execute(kept).one()
    if old.digest != digest:
        unchanged = and_(feeds.c.name == name, feeds.c.digest == old.digest)
        later = {"digest": digest, "modified_at": _later(old.modified_at, now)}
        connection.execute(update(feeds).where(unchanged).values(later))
        old = connection.execute(kept).one()  # another process may have been first
    since: datetime = old.modified_at
    return since


def is_recorded(connection: Connection, name: str) -> bool:
    """Return whether a feed of this name was published, without a variant."""
    found = connection.execute(select(feeds.c.name).where(feeds.c.name == name))
    return found.first() is not None


def uids_from(connection: Connection, begins: str) -> list[str]:
    """Return the UIDs published, in whatever feed, that begin with *begins*."""
    theirs = components.c.uid.startswith(begins, autoescape=True)
    return [*connection.execute(select(components.c.uid).where(theirs)).scalars()]


def _after(old: Revision, state: Revision, now: datetime) -> Revision:
    moved = (old.starts, old.ends) != (state.starts, state.ends)
    is_newer = state.changed_at > old.changed_at
    return Revision(
        digest=state.digest,
        starts=state.starts,
        ends=state.ends,
        sequence=max(state.sequence, old.sequence + moved),
        changed_at=state.changed_at if is_newer else _later(old.changed_at, now),
    )


def _later(before: datetime, now: datetime) -> datetime:
    """Return when something changed that was last changed *before*: now, but never sooner.

    Its readers ask by date: a clock that went back, or a second change within a second,
    would hide it from them.
    """
    return max(now, before + _SECOND)


def _known(connection: Connection, uids: Iterable[str]) -> dict[str, Revision]:
    wanted = list(uids)
    found: dict[str, Revision] = {}
    for start in range(0, len(wanted), _BATCH):
        chosen = components.c.uid.in_(wanted[start : start + _BATCH])
        rows = connection.execute(select(components).where(chosen))
        found |= {row.uid: _revision(row) for row in rows}
    return found


def _revision(row: Row[tuple[object, ...]]) -> Revision:
    values = {name: value for name, value in row._mapping.items() if name != "uid"}
    return Revision(**values)


def _replace(connection: Connection, uid: str, old: Revision, new: Revision) -> None:
    unchanged = and_(components.c.uid == uid, components.c.digest == old.digest)
    connection.execute(update(components).where(unchanged).values(_values(new)))


def _values(state: Revision) -> dict[str, object]:
    return {
        "digest": state.digest,
        "starts": state.starts,
        "ends": state.ends,
        "sequence": state.sequence,
        "changed_at": state.changed_at,
    }
