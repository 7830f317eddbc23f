"""Feeds from components that are made once, each with its history."""

import hashlib
import logging
from _thread import allocate_lock  # threading takes longer to import, and holds the same
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from calendar_service.core.campaign_wording import step_description, step_title
from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.dates import LAST_YEAR
from calendar_service.core.feeds import Feed, Variant, former_uids, short_span, steps_of_feed
from calendar_service.core.model import Event, Occurrence, Registry, YearClass
from calendar_service.core.occurrences import occurrences_of
from calendar_service.core.selection import Selection
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
_V = TypeVar("_V")

log = logging.getLogger(__name__)

# Components in all their variants, of 1 to 1.5 kB each with what they are made of, and what
# the history says of them, some 0.5 kB each.
KEPT_PARTS, KEPT_STAMPS = 40_000, 40_000
KEPT_DATES = 5_000  # of feeds
LONG_SECONDS = 1.0  # a database that takes longer to fail is left alone for as long


class Recent(Generic[_V]):
    """What was asked for last, up to a limit; several threads may use it."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._size = 0
        self._kept: OrderedDict[Any, tuple[_V, int]] = OrderedDict()
        self._lock = allocate_lock()

    def get(self, key: object) -> _V | None:
        """Return what is kept under *key*, which is then the last to fall out."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: object, value: _V, size: int = 1) -> None:
        """Keep *value*; what was asked for longest ago falls out for it."""
        with self._lock:
            self._size += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, size)
            while self._size > self.limit:
                self._size -= self._kept.popitem(last=False)[1][1]


@dataclass(slots=True)
class _Part:
    """One component: what it was made of, its bytes, and its state for the history.

    One that prepares *day* is on a day of its own, and has the history of what it prepares.
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
        # By year the parts of an event in one variant, of a step; what each was made of.
        self._units: Recent[tuple[object, dict[int, list[_Part]]]] = Recent(KEPT_PARTS)
        self._stamps: Recent[tuple[bytes, Stamp]] = Recent(KEPT_STAMPS)
        self._since: Recent[tuple[bytes, datetime]] = Recent(KEPT_DATES)
        self._resting_until = 0.0

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

    def stamps(self, occurrences: Iterable[Occurrence]) -> tuple[dict[str, Stamp], bool]:
        """Return what feeds say of occurrences by their UIDs, and whether that may be kept."""
        return self._stamps_of(_occurrence_part(each, 0) for each in occurrences)

    @property
    def _base_url(self) -> str:
        return self.services.settings.base_url

    def _occurrences(
        self, feed: Feed, registry: Registry, today: date, variant: Variant
    ) -> list[_Part]:
        chosen = [event for event in registry.events if feed.selection.holds_event(event)]
        spans = [*feed.spans(today)]
        years = range(min(s.first.year for s in spans), max(s.last.year for s in spans) + 1)
        plain = replace(variant, prepare=None, as_tasks=False)
        found = self._chosen(feed.selection, chosen, years, plain)
        # Counted here, where the days of each event are kept, for it is done for every feed.
        span = short_span(
            feed, today, lambda span: sum(span.first <= part.day <= span.last for part in found)
        )
        if variant.prepare:
            ahead = Variant(prepare=variant.prepare, lang=variant.lang)
            # Nobody prepares for what is over, nor yet for what is far, and feeds must stay small.
            far = LAST_YEAR if feed.of_one else today.year + 1
            years = range(max(years.start, today.year), years.stop)
            more = self._chosen(feed.selection, chosen, years, ahead)
            found += [part for part in more if part.on.year <= far]
        held = [part for part in found if span.first <= part.day <= span.last]
        return sorted(held, key=lambda part: part.on)

    def _chosen(
        self, selection: Selection, events: Iterable[Event], years: range, variant: Variant
    ) -> list[_Part]:
        """Return the parts of events that *selection* holds, in their order."""
        which = repr(variant)  # its hash is kept, that of a variant is not
        return [
            part
            for event in events
            for part in self._of_event(event, years, variant, which)
            if selection.holds_class(part.year_class) and selection.holds_day(event, part.day)
        ]

    def _of_event(self, event: Event, years: range, variant: Variant, which: str) -> list[_Part]:
        """Return the parts of an event's years, made anew only when the event changed.

        They are its days, or, in a variant that prepares, the days of preparation alone.
        """
        kept = self._units.get((event.id, which))
        made = kept[1] if kept and (kept[0] is event or kept[0] == event) else {}
        missing = [year for year in years if year not in made]
        for year in missing:
            occurrences = occurrences_of(event, year, year)
            made[year] = [_occurrence_part(each, variant.prepare or 0) for each in occurrences]
        if missing or kept is None or kept[0] is not event:  # the next comparison is by identity
            size = sum(len(parts) or 1 for parts in [*made.values()])
            self._units.put((event.id, which), (event, made), size)
        return [part for year in years for part in made[year]]

    def _steps(self, feed: Feed, registry: Registry, today: date, variant: Variant) -> list[_Part]:
        parts = []
        for edition, step in steps_of_feed(feed, registry, today):
            key = (edition.campaign.id, edition.year, step, variant.as_tasks)
            kept = self._units.get(key)
            if kept is None or (kept[0] is not edition and kept[0] != edition):
                kept = (edition, {edition.year: [_step_part(edition, step)]})
            self._units.put(key, (edition, kept[1]))  # the next comparison is by identity
            parts += kept[1][edition.year]
        return parts

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
            self._stamps.put(uid, (unknown[uid].digest, stamp))
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
                    digest=part.digest, starts=part.day, ends=part.ends,
                    sequence=stamp_of(part.changed).sequence,
                    changed_at=stamp_of(part.changed).changed_at,
                )
                for uid, part in parts.items()
            }  # fmt: skip
            kept = record(connection, found, self._now())
            return {uid: Stamp(state.changed_at, state.sequence) for uid, state in kept.items()}

        return self._in_history(write, {uid: stamp_of(p.changed) for uid, p in parts.items()})

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

        since = self._in_history(write, modified_at)
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

        return bool(self._in_history(look, False))

    def _in_history(self, write: Callable[["Connection"], _T], without: _T) -> _T | None:
        """Return what *write* does in a transaction, *without* where no database was set up.

        None when the database cannot be used. No request waits for one that has just kept
        another waiting.
        """
        if not self.has_history:
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
        if made is None or (made[0] is not stamp and made[0] != stamp):
            # At once, since another thread may make it with another stamp.
            part.made = made = (stamp, _render(part, variant, self._base_url, stamp))
        return made[1]


def _occurrence_part(occurrence: Occurrence, prepare: int) -> _Part:
    return _Part(
        uid=occurrence_uid(occurrence),
        day=occurrence.on,
        on=occurrence.on - timedelta(days=prepare),
        ends=occurrence.ends or occurrence.on,
        changed=occurrence.event.changed,
        year_class=occurrence.year_class,
        digest=_digest(
            occurrence.on, occurrence.ends, anniversary_line(occurrence),
            description(occurrence), str(occurrence.event.kind),
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
