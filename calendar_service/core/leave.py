"""Leave on public holidays: that of a year, and how many days the law gives."""

from collections.abc import Iterable
from datetime import date

from calendar_service.core.model import Event, Kind, Occurrence
from calendar_service.core.occurrences import occurrence_of
from calendar_service.core.season import events_in_season
from calendar_service.core.selection import Selection

_LAW_FROM = 2021
_DAYS_BY_LAW = {
    "nghi-tet-duong-lich": 1,
    "nghi-tet-nguyen-dan": 5,
    "nghi-gio-to-hung-vuong": 1,
    "nghi-chien-thang-30-4": 1,
    "nghi-quoc-te-lao-dong": 1,
    "nghi-quoc-khanh": 2,
}


def days_by_law(occurrence: Occurrence) -> int | None:
    """Return how many days off the law gives, None for what is not in it and before 2021.

    Source: Bộ luật Lao động 45/2019/QH14, điều 112 khoản 1, in force from 1/1/2021.
    """
    if occurrence.on.year < _LAW_FROM:
        return None
    return _DAYS_BY_LAW.get(occurrence.event.id)


def leave_of(events: Iterable[Event], year: int) -> list[Occurrence]:
    """Return the leave of *year*, by day; that for 1 January may begin in the year before."""
    days = date(year, 1, 1), date(year, 12, 31)
    held = events_in_season(events, *days, Selection(kind=(Kind.DAY_OFF,)))
    found = [occurrence for event in held if (occurrence := occurrence_of(event, year))]
    return sorted(found, key=lambda occurrence: occurrence.on)
