"""The round years to come: what plans of several years name long before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.model import Event, Occurrence, Prominence, YearClass
from calendar_service.core.occurrences import select
from calendar_service.core.selection import Order, Selection
from calendar_service.errors import InvalidRangeError

YEARS = 3  # as the guidance of the Party's centre for 2023-2025 looks ahead
LONGEST_YEARS = 10


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


def milestones(
    events: Iterable[Event], first_year: int, last_year: int, selection: Selection
) -> list[Occurrence]:
    """Return the round years of core and sector events in some years, by day.

    Round are năm tròn and năm lẻ 5 by the decrees' classes; *selection* may name other
    prominences or one class alone.
    """
    wanted = replace(
        selection,
        prominence=selection.prominence or (Prominence.CORE, Prominence.SECTOR),
        year_class=selection.year_class or (YearClass.TRON, YearClass.LE_5),
        order=Order.DATE,
    )
    return select(events, date(first_year, 1, 1), date(last_year, 12, 31), wanted)
