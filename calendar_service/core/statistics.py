"""What the registry holds, counted, and what it lacks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.core.days import LEAP_YEAR, LunarDay
from calendar_service.core.model import Event, Registry
from calendar_service.core.occurrences import occurrences_of
from calendar_service.core.regions import TODAY

SAMPLE_YEAR = 2025  # counts by month need some year; lunar days move by weeks at most
NATIONAL, NO_MONTH = "(national)", "(none)"
ENOUGH = 3  # events of its own that a province should have


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts by name, and gaps.

    Attributes:
        events: How many there are.
        lunar: How many of them are lunar.
        campaigns: How many campaigns somebody wrote.
        months: By "01" to "12"; a lunar event counts in its month of SAMPLE_YEAR, and one
            that is not kept then under NO_MONTH.
        kinds: By kind.
        prominences: By prominence.
        regions: By province or city, NATIONAL for the others.
        sources: By the best source an event has: document, page, or title with a date.
        empty_days: Days of the year, as (month, day), on which nothing solar falls.
        thin_regions: Provinces and cities of today with fewer than ENOUGH events.
    """

    events: int
    lunar: int
    campaigns: int
    months: Mapping[str, int]
    kinds: Mapping[str, int]
    prominences: Mapping[str, int]
    regions: Mapping[str, int]
    sources: Mapping[str, int]
    empty_days: tuple[tuple[int, int], ...]
    thin_regions: tuple[str, ...]


def statistics_of(registry: Registry) -> Statistics:
    """Return what *registry* holds and lacks."""
    events = registry.events
    regions = _counted(event.region or NATIONAL for event in events)
    return Statistics(
        events=len(events),
        lunar=sum(event.is_lunar for event in events),
        campaigns=len(registry.campaigns),
        months=_counted(map(_month, events)),
        kinds=_counted(str(event.kind) for event in events),
        prominences=_counted(str(event.prominence) for event in events),
        regions=regions,
        sources=_counted(map(_best_source, events)),
        empty_days=_empty_days(events),
        thin_regions=tuple(region for region in TODAY if regions.get(region, 0) < ENOUGH),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _month(event: Event) -> str:
    if not isinstance(event.day, LunarDay):
        return f"{event.day.month:02d}"
    found = occurrences_of(event, SAMPLE_YEAR, SAMPLE_YEAR)
    return f"{found[0].on.month:02d}" if found else NO_MONTH


def _best_source(event: Event) -> str:
    if any(source.number for source in event.sources):
        return "document"
    return "page" if any(source.url for source in event.sources) else "date only"


def _empty_days(events: Iterable[Event]) -> tuple[tuple[int, int], ...]:
    taken = {event.day.falls_on(LEAP_YEAR) for event in events if not event.is_lunar}
    first = date(LEAP_YEAR, 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    return tuple((day.month, day.day) for day in days if day not in taken)
