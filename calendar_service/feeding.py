"""Feeds from components that are made once, each with its history."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from calendar_service.core.campaign_wording import step_description, step_title
from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.dates import LAST_YEAR
from calendar_service.core.feeds import Feed, Variant, short_span, steps_of_feed
from calendar_service.core.model import Event, Occurrence, Registry, YearClass
from calendar_service.core.occurrences import occurrences_of
from calendar_service.core.selection import Selection
from calendar_service.core.wording import NO_COMPONENTS, anniversary_line, description
from calendar_service.feed_history import FeedHistory, Published
from calendar_service.formats.ics import (
    Stamp,
    component,
    notice_component,
    occurrence_uid,
    prepare_component,
    step_changed,
    step_component,
    step_uid,
    wrap,
)
from calendar_service.recent import Recent
from calendar_service.services import Services

# Modules of store/ are imported where they are used: without a database SQLAlchemy, which takes
# long to import, is not needed.
# Components in all their variants, of 1 to 1.5 kB each with what they are made of.
KEPT_PARTS = 40_000


@dataclass(slots=True)
class _Part(Published):
    """One component: what it was made of, and its bytes.

    One that prepares *day* is on a day of its own, and has the history of what it prepares.
    """

    on: date
    year_class: YearClass | None
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
    does not change; a feed is a join of them.

    Attributes:
        history: What feeds said before.
    """

    def __init__(self, services: Services, *, remembers: bool = True) -> None:
        self.services = services
        self.history = FeedHistory(services, remembers=remembers)
        # By year the parts of an event in one variant, of a step; what each was made of.
        self._units: Recent[tuple[object, dict[int, list[_Part]]]] = Recent(KEPT_PARTS)

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
        stamps, lasting = self.history.stamps_of(parts)
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
        return self.history.stamps_of(_occurrence_part(each, 0) for each in occurrences)

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
