"""An index of events by the month in which they may fall, so that a list need not see all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from calendar_service.core.model import Event
from calendar_service.core.selection import Selection

Seasons = tuple[tuple[int, ...], ...]


def events_in_season(
    events: Iterable[Event], first: date, last: date, selection: Selection
) -> Sequence[Event]:
    """Return the events of *selection* that may start from *first* to *last*, in their order.

    Judged by month alone. A tuple, such as a registry's, is looked through once a
    selection and then read from an index; other iterables are looked through each time.
    """
    if not isinstance(events, tuple):
        events = tuple(events)
        held, seasons = _index(_Same(events), selection)
    else:
        held, seasons = _kept_index(_Same(events), selection)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months >= 12:
        return held
    places = {place for n in range(months) for place in seasons[(first.month - 1 + n) % 12]}
    return [held[place] for place in sorted(places)]


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Events as the key of a cache: the same tuple, without a look at every event."""

    events: tuple[Event, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.events is other.events

    def __hash__(self) -> int:
        return id(self.events)


def _index(same: _Same, selection: Selection) -> tuple[tuple[Event, ...], Seasons]:
    """Return the events that are held, and for each month the places of those in it."""
    held = tuple(event for event in same.events if selection.holds_event(event))
    seasons: list[list[int]] = [[] for _ in range(12)]
    for place, event in enumerate(held):
        for month in _months_of(event):
            seasons[month - 1].append(place)
    return held, tuple(map(tuple, seasons))


# Of a registry the lists of some choices, of the one before it while it is replaced.
_kept_index = lru_cache(maxsize=64)(_index)


def _months_of(event: Event) -> set[int]:
    """Return the Gregorian months in which *event* may start.

    A day of lunar month n falls in the Gregorian month n or one of the two after it.
    """
    begin = event.day.month
    rule = {(begin + later - 1) % 12 + 1 for later in range(3 if event.is_lunar else 1)}
    return rule | {told.on.month for told in event.announced}
