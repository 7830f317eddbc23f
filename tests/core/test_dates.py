from datetime import date

import pytest

from calendar_service.core.dates import Month, PartialDate, parse_day, parse_year
from calendar_service.errors import InvalidDateError, InvalidMonthError, InvalidYearError


def test_month_is_read_as_year_and_month():
    assert Month.parse("2023-07") == Month(2023, 7)


def test_month_knows_its_first_and_last_day_in_a_leap_year():
    month = Month.parse("2024-02")

    assert (month.first, month.last) == (date(2024, 2, 1), date(2024, 2, 29))


def test_neighbours_of_a_month_cross_the_year():
    assert Month.parse("2023-12").next == Month(2024, 1)
    assert Month.parse("2023-01").previous == Month(2022, 12)


@pytest.mark.parametrize(
    "text",
    ["2023-7", "2023-13", "2023-00", "07-2023", "2023", "2023-07-27", "1899-12", "2101-01",
     "tháng 7", "", "２０２３-07", "2023-07\n"],
)  # fmt: skip
def test_what_is_no_month_is_refused_and_the_form_is_named(text):
    with pytest.raises(InvalidMonthError, match="YYYY-MM"):
        Month.parse(text)


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("2023-7", "2023-07"), ("7/2023", "2023-07"), ("202307", "2023-07"), ("hè", None),
     ("2023-13", None), ("2200-01", None)],
)  # fmt: skip
def test_a_refused_month_offers_the_month_that_was_probably_meant(text, nearest):
    with pytest.raises(InvalidMonthError) as caught:
        Month.parse(text)

    assert caught.value.nearest == nearest


@pytest.mark.parametrize(
    ("text", "parts", "iso"),
    [
        ("27/7/1947", (1947, 7, 27), "1947-07-27"),
        ("7/1947", (1947, 7, None), "1947-07"),
        ("1947", (1947, None, None), "1947"),
        ("40", (40, None, None), "0040"),
    ],
)
def test_a_founding_date_keeps_the_precision_that_it_is_known_to(text, parts, iso):
    founded = PartialDate.parse(text)

    assert (founded.year, founded.month, founded.day) == parts
    assert founded.iso() == iso


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1947-07-27", "day first"),
        ("31/4/1975", "has no day 31"),
        ("29/2/2023", "has no day 29"),
        ("1/13/1947", "month must be from 1 to 12"),
        ("27/7/47", "year in full"),
        ("0", "from 1 to 2100"),
        ("2101", "from 1 to 2100"),
        ("hôm nay", "day first"),
    ],
)
def test_an_impossible_founding_date_is_refused_with_its_remedy(text, remedy):
    with pytest.raises(InvalidDateError, match=remedy):
        PartialDate.parse(text)


@pytest.mark.parametrize("text", ["2023-07-27", "27/7/2023", " 27/07/2023 "])
def test_a_day_is_read_in_iso_form_or_day_first(text):
    assert parse_day(text) == date(2023, 7, 27)


@pytest.mark.parametrize("text", ["2023-02-29", "2023-13-01", "7/2023", "2023", "27-7-2023"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(InvalidDateError):
        parse_day(text)


@pytest.mark.parametrize("text", ["1899", "2101", "23", "two", "02023"])
def test_a_year_outside_the_calendar_is_refused_and_the_range_is_named(text):
    with pytest.raises(InvalidYearError, match="from 1900 to 2100"):
        parse_year(text)
