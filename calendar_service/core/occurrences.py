"""Events to occurrences: of a month, a year, any range of days."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month, PartialDate
from calendar_service.core.days import LunarDay, SolarDay
from calendar_service.core.lunar import LunarDate, to_lunar, to_solar
from calendar_service.core.model import Event, Group, Kind, MonthList, Occurrence, YearClass
from calendar_service.core.season import events_in_season
from calendar_service.core.selection import Order, Selection

AHEAD_DAYS = 10  # of the next month, which a letter looks forward to
UPCOMING_DAYS = 30
_DECREE_145 = {Kind.GREAT_DAY}
_DECREE_111 = {Kind.FOUNDING, Kind.TRADITION, Kind.PROVINCE, Kind.OBSERVANCE}
_GROUP_ORDER = {group: place for place, group in enumerate(Group)}


def year_class(kind: Kind, years: int) -> YearClass | None:
    """Return the class of a year by the decree that binds events of *kind*.

    Args:
        kind: What the event marks.
        years: The count N, or the Gregorian year where the decree counts by it.

    Returns:
        tròn, lẻ 5 or khác for the seven great days; tròn or khác for founding,
        tradition and observance days, where 5 is a khác year; None for the rest.

    Source: Nghị định 145/2013/NĐ-CP điều 3; Nghị định 111/2018/NĐ-CP.
    """
    if kind not in _DECREE_145 | _DECREE_111:
        return None
    if years % 10 == 0:
        return YearClass.TRON
    if kind in _DECREE_145 and years % 10 == 5:
        return YearClass.LE_5
    return YearClass.KHAC


def occurrence_of(event: Event, cycle_year: int) -> Occurrence | None:
    """Return the occurrence of *event* in a year, None when it is not kept in it.

    In a year whose days were announced these count, whatever the rule and its validity.

    Args:
        event: The registry entry.
        cycle_year: The lunar year for a lunar event, 1899 to 2100; else the Gregorian
            year, 1 to 9999.
    """
    base = _base_year(event)
    years = cycle_year - base if base is not None else None
    if years is not None and (years < 0 or years % event.observed.step):
        return None
    told = next((told for told in event.announced if told.ends.year == cycle_year), None)
    on, ends, lunar = _days_in(event, cycle_year)
    if told:
        on, ends, lunar = told.on, told.ends if told.ends > told.on else None, None
    if years == 0 and _is_before(on, event.founded):
        return None
    if not told and _is_outside(event, on):
        return None
    counted = on.year if event.round_by_calendar_year else years
    return Occurrence(
        event=event,
        on=on,
        ends=ends,
        lunar=lunar,
        years=years or None,
        year_class=year_class(event.kind, counted) if counted else None,
        announcement=told,
    )


def occurrences_between(events: Iterable[Event], first: date, last: date) -> list[Occurrence]:
    """Return the occurrences that start from *first* to *last*, both included, by date.

    Events of one day keep the order of the registry. The range may lie from 1900-01-01
    to 2101-01-28, the last day of the lunar table.
    """
    found = [
        occurrence
        for event in events
        for year in _cycle_years(event, first, last)
        if _may_fall(event, year, first, last)
        and (occurrence := occurrence_of(event, year))
        and first <= occurrence.on <= last
    ]
    return sorted(found, key=lambda occurrence: occurrence.on)


def list_month(events: Iterable[Event], month: Month, selection: Selection) -> MonthList:
    """Return the list of *month* that *selection* asks for."""
    coming = month.next.first
    found = select(events, month.first, coming + timedelta(days=AHEAD_DAYS - 1), selection)
    return MonthList(
        month=month,
        items=tuple(occurrence for occurrence in found if occurrence.on < coming),
        upcoming=tuple(occurrence for occurrence in found if occurrence.on >= coming),
    )


def list_year(events: Iterable[Event], year: int, selection: Selection) -> list[MonthList]:
    """Return the lists of the twelve months of *year*, each as list_month gives it."""
    months = [Month(year, number) for number in range(1, 13)]
    last = months[-1].next.first + timedelta(days=AHEAD_DAYS - 1)
    by_month: dict[Month, list[Occurrence]] = {}
    for occurrence in select(events, months[0].first, last, selection):
        by_month.setdefault(Month.of(occurrence.on), []).append(occurrence)
    return [
        MonthList(
            month=month,
            items=tuple(by_month.get(month, ())),
            upcoming=tuple(
                occurrence
                for occurrence in by_month.get(month.next, ())
                if occurrence.on.day <= AHEAD_DAYS
            ),
        )
        for month in months
    ]


def list_upcoming(
    events: Iterable[Event], today: date, selection: Selection
) -> tuple[date, date, list[Occurrence]]:
    """Return the first and last of the next UPCOMING_DAYS days, and what starts in them."""
    last = today + timedelta(days=UPCOMING_DAYS - 1)
    found = select(events, today, last, replace(selection, order=Order.DATE))
    return today, last, found


def select(
    events: Iterable[Event], first: date, last: date, selection: Selection
) -> list[Occurrence]:
    """Return the occurrences of a range of days that *selection* holds, in its order."""
    chosen = events_in_season(events, first, last, selection)
    occurrences = [
        occurrence
        for occurrence in occurrences_between(chosen, first, last)
        if selection.holds_day(occurrence.event, occurrence.on)
    ]
    if selection.year_class:
        occurrences = [o for o in occurrences if selection.holds_class(o.year_class)]
    if selection.order is Order.LETTER:
        occurrences.sort(key=lambda occurrence: _GROUP_ORDER[occurrence.event.group])
    return occurrences


def occurrences_of(event: Event, first_year: int, last_year: int) -> list[Occurrence]:
    """Return the occurrences of one event that fall in Gregorian years, both included."""
    return occurrences_between([event], date(first_year, 1, 1), date(last_year, 12, 31))


def _base_year(event: Event) -> int | None:
    """Return the year N counts from: for a lunar event the lunar year of the founding."""
    if event.founded is None:
        return None
    day = event.founded.full
    if event.is_lunar and day and FIRST_YEAR <= day.year <= LAST_YEAR:
        return to_lunar(day).year
    return event.founded.year


def _is_before(on: date, founded: PartialDate | None) -> bool:
    """Return whether *on*, a day of the founding year, lies before the founding."""
    return founded is not None and founded.full is not None and on < founded.full


def _is_outside(event: Event, on: date) -> bool:
    """Return whether *on* lies outside of the days on which the event may fall."""
    return bool(
        (event.valid_from and on < event.valid_from)
        or (event.valid_until and on > event.valid_until)
    )


def _days_in(event: Event, cycle_year: int) -> tuple[date, date | None, LunarDate | None]:
    """Return the first and last day by the event's rule, and the lunar date of the first."""
    ends = event.ends.falls_on(cycle_year) if event.ends else None
    if isinstance(event.day, LunarDay):
        lunar = event.day.in_year(cycle_year)
        return to_solar(lunar), ends, lunar
    return event.day.falls_on(cycle_year), ends, None


def _may_fall(event: Event, year: int, first: date, last: date) -> bool:
    """Return False where a fixed day is out of range at a glance, since most are."""
    if not isinstance(event.day, SolarDay) or event.announced:
        return True
    return first <= event.day.falls_on(year) <= last


def _cycle_years(event: Event, first: date, last: date) -> range:
    if not isinstance(event.day, LunarDay):
        # Leave that was announced for 1 January may begin in the year before.
        return range(first.year, last.year + 1 + bool(event.announced))
    # Months 11 and 12 of a lunar year reach into January and February of the next; of
    # 1899 the table holds only month 12.
    begin = first.year - (event.day.month >= 11)
    if begin < FIRST_YEAR and event.day.month < 12:
        begin = FIRST_YEAR
    return range(begin, min(last.year, LAST_YEAR) + 1)
