"""An index of events by the month in which they may fall, so that a list need not see all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from calendar_service.core.kept import kept
from calendar_service.core.later import LaterEvents
from calendar_service.core.model import Event
from calendar_service.core.selection import Selection

Seasons = tuple[tuple[int, ...], ...]


def events_in_season(
    events: Iterable[Event], first: date, last: date, selection: Selection
) -> Sequence[Event]:
    """Return the events of *selection* that may start from *first* to *last*, in their order.

    Judged by month alone. A registry's events are looked through once a selection and then
    read from an index; those of a compiled one that nobody looked at yet are made for the
    months alone, which is all that a command needs; other iterables are looked through
    each time.
    """
    number = min((last.year - first.year) * 12 + last.month - first.month + 1, 12)
    months = [(first.month - 1 + n) % 12 for n in range(number)]
    if isinstance(events, LaterEvents) and not events.is_made:
        found = events.starting_in(month + 1 for month in months)
        return [event for event in found if selection.holds_event(event)]
    index = _kept_index if isinstance(events, (tuple, LaterEvents)) else _index
    held, seasons = index(_Same(tuple(events) if index is _index else events), selection)
    if number == 12:
        return held
    places = {place for month in months for place in seasons[month]}
    return [held[place] for place in sorted(places)]


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Events as the key of a cache: the same sequence, without a look at every event."""

    events: Iterable[Event]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.events is other.events

    def __hash__(self) -> int:
        return id(self.events)


def _index(same: _Same, selection: Selection) -> tuple[tuple[Event, ...], Seasons]:
    """Return the events that are held, and for each month the places of those in it."""
    held = tuple(event for event in same.events if selection.holds_event(event))
    seasons: list[list[int]] = [[] for _ in range(12)]
    for place, event in enumerate(held):
        for month in starting_months(event):
            seasons[month - 1].append(place)
    return held, tuple(map(tuple, seasons))


# Of a registry the lists of some choices, of the one before it while it is replaced.
_kept_index = kept(64)(_index)


def starting_months(event: Event) -> set[int]:
    """Return the months, 1 to 12, in which *event* may start.

    A day of lunar month n falls in the Gregorian month n or one of the two after it.
    """
    begin = event.day.month
    rule = {(begin + later - 1) % 12 + 1 for later in range(3 if event.is_lunar else 1)}
    return rule | {told.on.month for told in event.announced}
