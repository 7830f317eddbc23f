"""The round years to come: what plans of several years name long before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.model import Event, Occurrence, Prominence, YearClass
from calendar_service.core.occurrences import select
from calendar_service.core.selection import Order, Selection
from calendar_service.errors import InvalidRangeError

YEARS = 3  # as the guidance of the Party's centre for 2023-2025 looks ahead
LONGEST_YEARS = 10
_ROUND = (YearClass.TRON, YearClass.LE_5)
_PROMINENCES = (Prominence.CORE, Prominence.SECTOR)


def milestone_years(today: date, first: int | None, last: int | None) -> tuple[int, int]:
    """Return the first and last year to look through: by default those after this one.

    Raises:
        InvalidRangeError: They are in the wrong order, or more than LONGEST_YEARS.
    """
    begin = first or (min(last, today.year + 1) if last else today.year + 1)
    end = last or begin + YEARS - 1
    begin, end = min(max(begin, FIRST_YEAR), LAST_YEAR), min(end, LAST_YEAR)
    if not 0 <= end - begin < LONGEST_YEARS:
        raise InvalidRangeError(begin, end, LONGEST_YEARS, "years")
    return begin, end


class Milestones(NamedTuple):
    """The years of some events whose N is round, by day.

    Attributes:
        by_decree: Năm tròn and năm lẻ 5 by the decrees' classes, or the classes asked for.
        others: What else has an N that ends in 0 or 5. The decrees class no births, deaths
            and victories, and know lẻ 5 of the great days alone; plans name these years
            all the same. None where classes are asked for.
    """

    by_decree: list[Occurrence]
    others: list[Occurrence]


def milestones(
    events: Iterable[Event], first_year: int, last_year: int, selection: Selection
) -> Milestones:
    """Return the round years of core and sector events and, as in letters, of a region's own.

    *selection* may name prominences or one class alone.
    """
    found = _years_of(events, first_year, last_year, selection)
    if selection.year_class:
        return Milestones([o for o in found if o.year_class in selection.year_class], [])
    return Milestones(
        [o for o in found if o.year_class in _ROUND],
        [o for o in found if o.years and o.years % 5 == 0 and o.year_class not in _ROUND],
    )


def _years_of(
    events: Iterable[Event], first_year: int, last_year: int, selection: Selection
) -> list[Occurrence]:
    """Return all years of the events that plans name, by day."""
    days = date(first_year, 1, 1), date(last_year, 12, 31)
    letter = replace(selection, order=Order.DATE, year_class=())
    if selection.prominence:
        return select(events, *days, letter)
    found = select(events, *days, replace(letter, prominence=_PROMINENCES))
    if selection.region:
        known = {id(occurrence.event) for occurrence in found}
        own = select(events, *days, letter)
        found += [o for o in own if o.event.region and id(o.event) not in known]
        found.sort(key=lambda occurrence: occurrence.on)
    return found
