"""Feeds from components that are made once, each with its history."""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from calendar_service.core.campaign_wording import step_description, step_title
from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.feeds import Feed, Variant, former_uids, span_of, steps_of_feed
from calendar_service.core.model import Event, Occurrence, Registry, YearClass
from calendar_service.core.occurrences import occurrences_of
from calendar_service.core.wording import NO_COMPONENTS, anniversary_line, description
from calendar_service.errors import DatabaseError
from calendar_service.formats.ics import (
    Stamp,
    component,
    notice_component,
    occurrence_uid,
    prepare_component,
    stamp_of,
    step_changed,
    step_component,
    step_uid,
    wrap,
)
from calendar_service.services import Services

# Modules of store/ are imported where they are used: without a database SQLAlchemy, which takes
# long to import, is not needed.
if TYPE_CHECKING:
    from sqlalchemy import Connection

_T = TypeVar("_T")

log = logging.getLogger(__name__)

KEPT_UNITS = 60_000  # an event's year in one variant, some 1 kB each


@dataclass(slots=True)
class _Part:
    """One component: what it was made of, its bytes, and its state for the history.

    It is on a day of its own where it prepares *day*.
    """

    uid: str
    day: date
    on: date
    ends: date
    changed: date
    year_class: YearClass | None
    digest: bytes
    made_of: tuple[Any, ...]
    made: tuple[Stamp, bytes] | None = None


class Made(NamedTuple):
    """The bytes of a feed, and whether they may be kept.

    They may not where the history could not be asked just now: SEQUENCE may be too low.
    """

    data: bytes
    lasting: bool


class FeedMaker:
    """Makes the bytes of feeds.

    A component is made once, by the icalendar package, and kept for as long as its event
    does not change; a feed is a join of them. What was published is kept in the database,
    so that a corrected date raises SEQUENCE in whatever process and after any restart;
    where there is none the registry's own dates have to do.
    """

    def __init__(self, services: Services, *, remembers: bool = True) -> None:
        self.services = services
        self.remembers = remembers
        self._units: OrderedDict[tuple[Any, ...], tuple[Any, list[_Part]]] = OrderedDict()
        self._stamps: dict[str, tuple[bytes, Stamp]] = {}

    def make(self, feed: Feed, registry: Registry, today: date, variant: Variant) -> Made:
        """Return the iCalendar bytes of a feed.

        They depend on the registry, the span of the feed and the history alone.
        """
        if feed.of_campaigns:
            parts = self._steps(feed, registry, today, variant)
        else:
            parts = self._occurrences(feed, registry, today, variant)
        title = feed.title_en if variant.lang == "en" else feed.title
        if not parts:
            return Made(self.notice(title, NO_COMPONENTS[variant.lang], today), lasting=True)
        stamps, lasting = self._stamps_of(parts)
        data = wrap(title, [self._bytes(part, variant, stamps[part.uid]) for part in parts])
        return Made(data, lasting)

    def notice(self, title: str, text: str, today: date) -> bytes:
        """Return a feed of one entry that says *text*, on the first day of the year."""
        on = date(today.year, 1, 1)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        notice = notice_component(text, on, f"notice-{digest}-{today.year}", self._base_url)
        return wrap(title, [notice.to_ical(sorted=False)])

    @property
    def _base_url(self) -> str:
        return self.services.settings.base_url

    def _occurrences(
        self, feed: Feed, registry: Registry, today: date, variant: Variant
    ) -> list[_Part]:
        chosen = [event for event in registry.events if feed.selection.holds_event(event)]
        span = span_of(feed, registry, today)
        parts = [
            part
            for year in range(span.first.year, span.last.year + 1)
            for event in chosen
            for part in self._of_event(event, year, variant)
            if span.first <= part.day <= span.last
            and feed.selection.holds_class(part.year_class)
            and feed.selection.holds_day(event, part.day)
        ]
        return sorted(parts, key=lambda part: part.on)

    def _of_event(self, event: Event, year: int, variant: Variant) -> list[_Part]:
        """Return the parts of an event's year, made anew only when the event changed."""
        key = (event.id, year, variant)
        kept = self._units.get(key)
        if kept is not None and (kept[0] is event or kept[0] == event):
            if kept[0] is not event:
                self._units[key] = (event, kept[1])  # the next comparison is by identity
            return kept[1]
        parts = []
        for occurrence in occurrences_of(event, year, year):
            parts.append(_occurrence_part(occurrence, 0))
            if variant.prepare:
                parts.append(_occurrence_part(occurrence, variant.prepare))
        self._keep(key, event, parts)
        return parts

    def _steps(self, feed: Feed, registry: Registry, today: date, variant: Variant) -> list[_Part]:
        parts = []
        for edition, step in steps_of_feed(feed, registry, today):
            key = (edition.campaign.id, edition.year, step, variant)
            kept = self._units.get(key)
            if kept is None or (kept[0] is not edition and kept[0] != edition):
                kept = (edition, [_step_part(edition, step)])
            self._keep(key, edition, kept[1])
            parts += kept[1]
        return parts

    def _keep(self, key: tuple[Any, ...], source: object, parts: list[_Part]) -> None:
        self._units[key] = (source, parts)
        while len(self._units) > KEPT_UNITS:
            self._units.popitem(last=False)

    def _stamps_of(self, parts: Iterable[_Part]) -> tuple[dict[str, Stamp], bool]:
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
            self._stamps[uid] = (unknown[uid].digest, stamp)
        return stamps | recorded, True

    def _at_least(self, part: _Part) -> Stamp:
        """Return what is known of a part's stamp without the history."""
        given, known = stamp_of(part.changed), self._stamps.get(part.uid)
        if known is None:
            return given
        return Stamp(
            max(given.changed_at, known[1].changed_at), max(given.sequence, known[1].sequence)
        )

    def _recorded(self, parts: dict[str, _Part]) -> dict[str, Stamp] | None:
        """Return the stamps that the history gives, None when it cannot be asked."""

        def write(connection: "Connection") -> dict[str, Stamp]:
            from calendar_service.store.components import Revision, record

            found = {
                uid: Revision(
                    digest=part.digest, starts=part.on, ends=part.ends,
                    sequence=stamp_of(part.changed).sequence,
                    changed_at=stamp_of(part.changed).changed_at,
                )
                for uid, part in parts.items()
            }  # fmt: skip
            kept = record(connection, found, self._now())
            return {uid: Stamp(state.changed_at, state.sequence) for uid, state in kept.items()}

        return self._in_history(write, {uid: stamp_of(p.changed) for uid, p in parts.items()})

    def since(self, feed: Feed, data: bytes, modified_at: datetime) -> datetime | None:
        """Return since when a named feed has these bytes, an aware UTC datetime.

        None when the history cannot be asked: an older date would hide the next change.

        Args:
            feed: The feed, without a variant.
            data: Its bytes.
            modified_at: Since when, as far as the registry tells.
        """

        def write(connection: "Connection") -> datetime:
            from calendar_service.store.components import record_feed

            digest = hashlib.sha256(data).digest()[:16]
            return record_feed(connection, feed.name, digest, modified_at, self._now())

        return self._in_history(write, modified_at)

    def was_published(self, name: str) -> bool:
        """Return whether a named feed was ever sent, or what it held in another one."""

        def look(connection: "Connection") -> bool:
            from calendar_service.store.components import is_recorded, uids_from

            if is_recorded(connection, name):
                return True
            begins, whole = former_uids(name)
            return bool(begins) and any(map(whole.fullmatch, uids_from(connection, begins)))

        return bool(self._in_history(look, False))

    def _in_history(self, write: Callable[["Connection"], _T], without: _T) -> _T | None:
        """Return what *write* does in a transaction, *without* where there is no database.

        None when the database cannot be used.
        """
        if not self.has_history:
            return without
        from calendar_service.store.database import within_reach

        try:
            engine = self.services.engine
            with within_reach(engine), engine.begin() as connection:
                return write(connection)
        except DatabaseError as error:
            log.error("feeds go by the registry's dates alone for now: %s", error)
            return None

    @property
    def has_history(self) -> bool:
        """Whether there is a database that says what was published."""
        if not self.remembers:
            return False
        from calendar_service.store.database import is_there

        return is_there(self.services.settings.database_url)

    def _now(self) -> datetime:
        return self.services.clock().replace(microsecond=0)  # as exact as HTTP dates

    def _bytes(self, part: _Part, variant: Variant, stamp: Stamp) -> bytes:
        made = part.made
        if made is None or made[0] != stamp:
            # At once, since another thread may make it with another stamp.
            part.made = made = (stamp, _render(part, variant, self._base_url, stamp))
        return made[1]


def _occurrence_part(occurrence: Occurrence, prepare: int) -> _Part:
    uid = occurrence_uid(occurrence) + (f"-prepare-{prepare}" if prepare else "")
    on = occurrence.on - timedelta(days=prepare)
    return _Part(
        uid=uid,
        day=occurrence.on,
        on=on,
        ends=on if prepare else occurrence.ends or on,
        changed=occurrence.event.changed,
        year_class=occurrence.year_class,
        digest=_digest(
            on, occurrence.ends, anniversary_line(occurrence), description(occurrence),
            str(occurrence.event.kind),
        ),
        made_of=(occurrence, prepare),
    )  # fmt: skip


def _step_part(edition: Edition, step: Step) -> _Part:
    title, text = step_title(edition, step), step_description(edition, step)
    return _Part(
        uid=step_uid(edition, step),
        day=step.on,
        on=step.on,
        ends=step.ends or step.on,
        changed=step_changed(edition),
        year_class=None,
        digest=_digest(step.on, step.ends, title, text, step.place),
        made_of=(edition, step),
    )


def _digest(*seen: object) -> bytes:
    return hashlib.sha256(repr(seen).encode()).digest()[:16]


def _render(part: _Part, variant: Variant, base_url: str, stamp: Stamp) -> bytes:
    first, second = part.made_of
    if isinstance(first, Edition):
        entry = step_component(first, second, base_url, as_task=variant.as_tasks, stamp=stamp)
        return bytes(entry.to_ical(sorted=False))
    make = prepare_component if second else component
    return bytes(make(first, base_url, variant, stamp).to_ical(sorted=False))
