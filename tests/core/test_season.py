"""The index by month holds every event that may fall in a range, however it is dated."""

from datetime import date

import pytest

from calendar_service.core.dates import Month
from calendar_service.core.model import Kind
from calendar_service.core.occurrences import list_month, occurrences_between, select
from calendar_service.core.selection import Order, Selection

EVERYTHING = Selection(all=True, order=Order.DATE)


def names(occurrences):
    return [(occurrence.on, occurrence.event.id) for occurrence in occurrences]


@pytest.mark.parametrize("year", [1900, 1985, 2023, 2024, 2033, 2100])
def test_the_index_finds_in_every_month_what_a_look_at_every_event_finds(shipped, year):
    for number in range(1, 13):
        month = Month(year, number)
        looked = [
            occurrence
            for occurrence in occurrences_between(list(shipped.events), month.first, month.last)
            if EVERYTHING.holds_event(occurrence.event)
        ]

        found = select(shipped.events, month.first, month.last, EVERYTHING)

        assert names(found) == names(looked)


def test_a_range_of_days_over_the_turn_of_a_year_keeps_lunar_days_of_both(make_event):
    eve = make_event("giao thừa", None, id="giao-thua", kind=Kind.LUNAR_FESTIVAL)

    found = select((eve,), date(2023, 12, 15), date(2024, 2, 10), EVERYTHING)

    assert names(found) == [(date(2024, 2, 9), "giao-thua")]


def test_the_same_events_are_read_anew_for_another_selection(make_event):
    birth = make_event(id="sinh", kind=Kind.BIRTH)
    events = (birth, make_event(id="truyen-thong"))
    july = Month(2023, 7)

    everything = list_month(events, july, Selection())
    births = list_month(events, july, Selection(kind=(Kind.BIRTH,)))

    assert [item.event.id for item in everything.items] == ["sinh", "truyen-thong"]
    assert [item.event.id for item in births.items] == ["sinh"]


def test_equal_registries_with_other_events_do_not_share_an_index(make_event):
    july = Month(2023, 7)
    for name in ("mot", "hai"):
        month_list = list_month((make_event(id=name),), july, Selection())

        assert [item.event.id for item in month_list.items] == [name]
