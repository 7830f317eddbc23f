"""What holds for every event of the shipped registry in every month from 1900 to 2100."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from calendar_service.core.dates import Month
from calendar_service.core.occurrences import occurrences_between

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)


@pytest.fixture(scope="module")
def by_month(shipped):
    months = [Month(year, number) for year in range(1900, 2101) for number in range(1, 13)]
    return {m: occurrences_between(shipped.events, m.first, m.last) for m in months}


def test_each_occurrence_lies_in_its_month(by_month):
    for month, occurrences in by_month.items():
        for item in occurrences:
            assert (item.on.year, item.on.month) == (month.year, month.month), item


def test_the_count_is_the_year_less_the_founding_year(by_month):
    checked = 0
    for occurrences in by_month.values():
        for item in occurrences:
            founded = item.event.founded
            if founded is None:
                assert item.years is None
                continue
            # A lunar year is named by the Gregorian year of its Tết, so the last two lunar
            # months, which reach into January and February, belong to the year before.
            late = item.lunar is not None and item.on.month <= 2 and item.lunar.month >= 11
            year = item.on.year - 1 if late else item.on.year
            assert item.years == (year - founded.year or None), item
            checked += 1
    assert checked > 10_000


def test_month_by_month_equals_year_by_year_and_all_at_once(by_month, shipped):
    by_year = defaultdict(list)
    for month, occurrences in by_month.items():
        by_year[month.year] += occurrences
    everything = occurrences_between(shipped.events, FIRST, LAST)

    assert [item for year in by_year.values() for item in year] == everything
    for year in (1900, 1968, 2023, 2100):
        days = date(year, 1, 1), date(year, 12, 31)
        assert occurrences_between(shipped.events, *days) == by_year[year]


def test_day_by_day_equals_the_month(by_month, shipped):
    month = Month(2025, 1)
    days = [month.first + timedelta(days=number) for number in range(31)]

    found = [item for day in days for item in occurrences_between(shipped.events, day, day)]

    assert found == by_month[month]


def test_a_solar_event_without_limits_occurs_once_a_year(by_month, shipped):
    counts = defaultdict(int)
    for month, occurrences in by_month.items():
        if 2000 <= month.year <= 2009:
            for item in occurrences:
                counts[item.event.id] += 1

    assert counts["thuong-binh-liet-si"] == 10
    assert counts["quoc-khanh"] == 10
    assert counts["tet-nguyen-dan"] == 10
