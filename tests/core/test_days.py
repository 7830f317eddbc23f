from datetime import date

import pytest

from calendar_service.core.days import parse_day_rule, parse_lunar_date
from calendar_service.core.lunar import LunarDate
from calendar_service.errors import InvalidDateError, InvalidDayRuleError


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        # Printed calendars of the years named.
        ("27/7", 2023, date(2023, 7, 27)),
        ("second Sunday of May", 2023, date(2023, 5, 14)),
        ("second Sunday of May", 2026, date(2026, 5, 10)),
        ("third Sunday of June", 2024, date(2024, 6, 16)),
        ("first Saturday of July", 2024, date(2024, 7, 6)),
        ("first Saturday of July", 2023, date(2023, 7, 1)),
        ("last Friday of March", 2024, date(2024, 3, 29)),
        ("last Saturday of February", 2024, date(2024, 2, 24)),
        ("10/3 âm lịch", 2019, date(2019, 4, 14)),
        ("10/3 âm lịch", 2023, date(2023, 4, 29)),
        ("15/7 Âm lịch", 2023, date(2023, 8, 30)),
    ],
)
def test_a_rule_falls_on_the_day_that_calendars_print(rule, year, day):
    assert parse_day_rule(rule).falls_on(year) == day


def test_29_february_is_kept_on_the_28th_in_a_common_year():
    rule = parse_day_rule("29/2")

    assert rule.falls_on(2024) == date(2024, 2, 29)
    assert rule.falls_on(2023) == date(2023, 2, 28)


@pytest.mark.parametrize("rule", ["30/12 âm lịch", "giao thừa", "last day of 12 âm lịch"])
def test_the_eve_of_tet_is_the_29th_in_a_short_month_and_the_30th_in_a_long_one(rule):
    eve = parse_day_rule(rule)

    # Tết was on 10/2/2024 after a month of 30 days, and on 29/1/2025 after one of 29.
    assert eve.falls_on(2023) == date(2024, 2, 9)
    assert eve.falls_on(2024) == date(2025, 1, 28)


def test_a_feast_is_kept_in_the_regular_month_not_in_the_leap_one():
    # 2006 had two seventh months: the regular one from 25/7, the leap one from 24/8.
    assert parse_day_rule("15/7 âm lịch").falls_on(2006) == date(2006, 8, 8)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("31/4", "days from 1 to 30"),
        ("30/2", "days from 1 to 29"),
        ("0/1", "days from 1 to 31"),
        ("27/13", "month must be from 1 to 12"),
        ("31/7 âm lịch", "at most 30 days"),
        ("0/7 âm lịch", "at most 30 days"),
        ("1/13 âm lịch", "lunar month is from 1 to 12"),
        ("fifth Sunday of May", "first, second, third, fourth, last"),
        ("second Someday of May", "monday"),
        ("second Sunday of Mai", "january"),
        ("2023-07-27", "write it as 27/7"),
        ("27 July", "write it as 27/7"),
        ("", "write it as 27/7"),
    ],
)
def test_a_day_that_never_comes_is_refused_with_its_remedy(text, remedy):
    with pytest.raises(InvalidDayRuleError, match=remedy):
        parse_day_rule(text)


def test_a_lunar_date_is_read_day_first():
    assert parse_lunar_date("1/6/2025", leap=True) == LunarDate(
        year=2025, month=6, day=1, leap=True
    )


@pytest.mark.parametrize("text", ["1/1", "1/1/25", "2025-01-01", "mùng 1"])
def test_what_is_no_lunar_date_is_refused(text):
    with pytest.raises(InvalidDateError, match="1/1/2025"):
        parse_lunar_date(text)
