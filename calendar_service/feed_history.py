"""What feeds said before: the stamps of their components, and since when they have their bytes."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from calendar_service.core.feeds import former_uids
from calendar_service.errors import DatabaseError
from calendar_service.formats.ics import Stamp, stamp_of
from calendar_service.recent import Recent
from calendar_service.services import Services

if TYPE_CHECKING:
    from sqlalchemy import Connection

_T = TypeVar("_T")

log = logging.getLogger(__name__)

KEPT_STAMPS = 40_000  # of some 0.5 kB each
KEPT_DATES = 5_000  # of feeds
LONG_SECONDS = 1.0  # a database that takes longer to fail is left alone for as long


@dataclass(slots=True)
class Published:
    """A component, as far as its history goes.

    Attributes:
        uid: Its UID before the "@".
        day: The first day of what it stands for, which one that prepares leads up to.
        ends: The last day of it.
        changed: When its entry in the registry changed.
        digest: Of all that it says.
    """

    uid: str
    day: date
    ends: date
    changed: date
    digest: bytes


class FeedHistory:
    """What was published, kept in the database.

    So a corrected date raises SEQUENCE in whatever process and after any restart; where there
    is no database the registry's own dates have to do.
    """

    def __init__(self, services: Services, *, remembers: bool = True) -> None:
        self.services = services
        self.remembers = remembers
        self._stamps: Recent[tuple[bytes, Stamp]] = Recent(KEPT_STAMPS)
        self._since: Recent[tuple[bytes, datetime]] = Recent(KEPT_DATES)
        self._resting_until = 0.0

    def stamps_of(self, parts: Iterable[Published]) -> tuple[dict[str, Stamp], bool]:
        """Return the stamp by UID that the history calls for, and whether it could be asked.

        Where it could not, nothing is kept, so that the next request asks again.
        """
        stamps, unknown = {}, {}
        for part in parts:
            known = self._stamps.get(part.uid)
            if known is not None and known[0] == part.digest:
                stamps[part.uid] = known[1]
            else:
                unknown[part.uid] = part
        recorded = self._recorded(unknown) if unknown else {}
        if recorded is None:
            return stamps | {uid: self._at_least(part) for uid, part in unknown.items()}, False
        for uid, stamp in recorded.items():
            self._stamps.put(uid, (unknown[uid].digest, stamp))
        return stamps | recorded, True

    def _at_least(self, part: Published) -> Stamp:
        """Return what is known of a part's stamp without the history."""
        given, known = stamp_of(part.changed), self._stamps.get(part.uid)
        if known is None:
            return given
        return Stamp(
            max(given.changed_at, known[1].changed_at), max(given.sequence, known[1].sequence)
        )

    def _recorded(self, parts: dict[str, Published]) -> dict[str, Stamp] | None:
        """Return the stamps that the history gives, None when it cannot be asked."""

        def write(connection: "Connection") -> dict[str, Stamp]:
            from calendar_service.store.components import Revision, record

            found = {
                uid: Revision(
                    digest=part.digest, starts=part.day, ends=part.ends,
                    sequence=stamp_of(part.changed).sequence,
                    changed_at=stamp_of(part.changed).changed_at,
                )
                for uid, part in parts.items()
            }  # fmt: skip
            kept = record(connection, found, self._now())
            return {uid: Stamp(state.changed_at, state.sequence) for uid, state in kept.items()}

        return self._ask(write, {uid: stamp_of(p.changed) for uid, p in parts.items()})

    def since(self, name: str, data: bytes, modified_at: datetime) -> datetime | None:
        """Return since when what is called *name* has these bytes, an aware UTC datetime.

        None when the history cannot be asked: an older date would hide the next change.

        Args:
            name: That of a feed without a variant, or REGISTRY.
            data: Its bytes.
            modified_at: Since when, as far as the registry tells.
        """
        digest = hashlib.sha256(data).digest()[:16]
        known = self._since.get(name)
        if known is not None and known[0] == digest:
            return known[1]

        def write(connection: "Connection") -> datetime:
            from calendar_service.store.components import record_feed

            return record_feed(connection, name, digest, modified_at, self._now())

        since = self._ask(write, modified_at)
        if since is not None:
            self._since.put(name, (digest, since))
        return since

    def was_published(self, name: str) -> bool:
        """Return whether a named feed was ever sent, or what it held in another one."""

        def look(connection: "Connection") -> bool:
            from calendar_service.store.components import is_recorded, uids_from

            if is_recorded(connection, name):
                return True
            begins, whole = former_uids(name)
            return bool(begins) and any(map(whole.fullmatch, uids_from(connection, begins)))

        return bool(self._ask(look, False))

    def _ask(self, write: Callable[["Connection"], _T], without: _T) -> _T | None:
        """Return what *write* does in a transaction, *without* where no database was set up.

        None when the database cannot be used. No request waits for one that has just kept
        another waiting.
        """
        if not self.exists:
            return without
        if monotonic() < self._resting_until:
            return None
        from calendar_service.store.database import has_schema, within_reach

        began = monotonic()
        try:
            engine = self.services.engine
            with within_reach(engine), engine.begin() as connection:
                return write(connection) if has_schema(connection) else without
        except DatabaseError as error:
            log.error("feeds go by the registry's dates alone for now: %s", error)
            now = monotonic()
            if now - began > LONG_SECONDS:
                self._resting_until = now + (now - began)
            return None

    @property
    def exists(self) -> bool:
        """Whether there is a database that says what was published."""
        if not self.remembers:
            return False
        from calendar_service.store.database import is_there

        return is_there(self.services.settings.database_url)

    def _now(self) -> datetime:
        return self.services.clock().replace(microsecond=0)  # as exact as HTTP dates
