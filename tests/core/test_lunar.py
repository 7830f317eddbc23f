"""The Vietnamese lunar calendar, against dates that documents state."""

from datetime import date, timedelta

import pytest

from calendar_service.core.lunar import (
    LunarDate,
    leap_month,
    month_length,
    to_lunar,
    to_solar,
    year_name,
)
from calendar_service.errors import InvalidLunarDateError, LunarRangeError


def lunar(text: str, leap: bool = False) -> LunarDate:
    day, month, year = (int(part) for part in text.split("/"))
    return LunarDate(year=year, month=month, day=day, leap=leap)


def tet(year: int) -> date:
    return to_solar(LunarDate(year=year, month=1, day=1))


@pytest.mark.parametrize(
    ("year", "day"),
    [
        # In force from 1/1/1968 in the North: https://www.sggp.org.vn/gio-viet-nam-129003.html
        # The six years: http://tuvilyso.net/diendan/get_topic.asp?DIR=N&FID=25&TID=14919
        (1968, date(1968, 1, 29)),
        (1969, date(1969, 2, 16)),
        (1985, date(1985, 1, 21)),
        (2007, date(2007, 2, 17)),
        (2030, date(2030, 2, 2)),
        (2053, date(2053, 2, 18)),
    ],
)
def test_tet_is_the_vietnamese_one_in_the_years_when_the_chinese_one_differs(year, day):
    assert tet(year) == day
    assert to_lunar(day) == LunarDate(year=year, month=1, day=1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # Ngày mất of Hồ Chí Minh: https://hochiminh.nhandan.vn
        ("21/7/1969", date(1969, 9, 2)),
        ("21/7/2024", date(2024, 8, 24)),
        # https://github.com/holidays/definitions/issues/150
        ("10/3/2019", date(2019, 4, 14)),
        # Kế hoạch of Bộ Văn hóa, Thể thao và Du lịch, 2020
        ("10/3/2020", date(2020, 4, 2)),
        ("10/3/2021", date(2021, 4, 21)),
        ("9/8/2022", date(2022, 9, 4)),
        ("10/3/2023", date(2023, 4, 29)),
        ("15/8/2023", date(2023, 9, 29)),
        # A month late in Chinese calendars, which put the leap month of 1987 first
        ("15/7/1987", date(1987, 8, 9)),
    ],
)
def test_a_documented_day_has_its_lunar_date_and_back(text, day):
    assert to_lunar(day) == lunar(text)
    assert to_solar(lunar(text)) == day


@pytest.mark.parametrize(
    ("year", "month"),
    [
        (1984, None),  # China: month 10
        (1985, 2),
        (1987, 7),  # China: month 6
        (2006, 7),
        (2014, 9),
        (2024, None),
        (2025, 6),
        (2033, 11),
    ],
)
def test_a_leap_year_has_its_vietnamese_leap_month(year, month):
    assert leap_month(year) == month


def test_the_leap_month_follows_its_namesake():
    assert to_lunar(date(2025, 7, 24)) == lunar("30/6/2025")
    assert to_lunar(date(2025, 7, 25)) == lunar("1/6/2025", leap=True)
    assert to_lunar(date(2025, 8, 22)) == lunar("29/6/2025", leap=True)
    assert to_lunar(date(2025, 8, 23)) == lunar("1/7/2025")
    assert to_solar(lunar("1/6/2025", leap=True)) == date(2025, 7, 25)


@pytest.mark.parametrize("year", range(2025, 2033))
def test_eight_years_running_the_eve_of_tet_is_a_29th(year):
    # "8 năm liền đón giao thừa vào 29 Tết": https://fresh.buzz/vn/science/
    assert to_lunar(tet(year) - timedelta(days=1)).day == 29
    assert month_length(year - 1, 12) == 29


@pytest.mark.parametrize("year", [2024, 2033])
def test_the_eve_of_tet_is_a_30th_just_before_and_after_those(year):
    assert to_lunar(tet(year) - timedelta(days=1)).day == 30
    assert month_length(year - 1, 12) == 30


@pytest.mark.parametrize(
    ("day", "first_of"),
    [
        (date(1998, 9, 21), "1/8/1998"),  # new moon 00:01:29
        (date(2031, 4, 21), None),  # 23:57:06, leap 3
        (date(2054, 5, 8), "1/4/2054"),  # 00:00:57
        (date(2072, 12, 9), "1/11/2072"),  # 23:59:46
        (date(2077, 11, 16), "1/10/2077"),  # 00:01:01
        (date(2085, 10, 19), "1/9/2085"),  # 00:00:58
    ],
)
def test_a_month_starts_on_the_day_of_a_new_moon_close_to_midnight(day, first_of):
    expected = lunar(first_of) if first_of else lunar("1/3/2031", leap=True)
    assert to_lunar(day) == expected


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2022, 1, 10), "8/12/2021"),
        (date(2022, 12, 30), "8/12/2022"),
        (date(2100, 12, 31), "1/12/2100"),
    ],
)
def test_the_last_month_of_a_lunar_year_may_reach_into_the_next_gregorian_one(day, text):
    assert to_lunar(day) == lunar(text)


def test_the_months_run_on_without_a_gap_where_the_clock_changed():
    assert to_lunar(date(1967, 12, 31)) == lunar("1/12/1967")
    assert to_lunar(date(1968, 1, 28)) == lunar("29/12/1967")
    assert to_lunar(date(1968, 1, 29)) == lunar("1/1/1968")


def test_every_day_goes_to_a_lunar_date_and_back():
    day, end = date(1900, 1, 1), date(2101, 1, 28)
    seen = set()

    while day <= end:
        found = to_lunar(day)
        assert to_solar(found) == day
        seen.add(found)
        day += timedelta(days=1)

    assert len(seen) == 73_442


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (1945, "Ất Dậu"),
        (1954, "Giáp Ngọ"),
        (1968, "Mậu Thân"),
        (1969, "Kỷ Dậu"),
        (2007, "Đinh Hợi"),
        (2023, "Quý Mão"),
        (2024, "Giáp Thìn"),
        (40, "Canh Tý"),  # Hai Bà Trưng rose in the spring of Canh Tý
    ],
)
def test_a_year_bears_its_can_chi(year, name):
    assert year_name(year) == name


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (lunar("30/12/2025"), "month 12 of 2025 has 29 days; give a day from 1 to 29"),
        # New moons of 2025 in Hà Nội: 29/1, 28/2, 29/3, 28/4, 27/5, 25/6, 25/7, 23/8, 22/9,
        # 21/10, 20/11, 20/12; then 19/1 and 17/2.
        (lunar("30/2/2025"), "in 2025 months 1, 3, 6, 7, 9, 10, 11 have 30"),
        (lunar("0/1/2025"), "month 1 of 2025 has 30 days; give a day from 1 to 30"),
        (lunar("31/1/2025"), "give a day from 1 to 30"),
        (lunar("30/6/2025", leap=True), "leap month 6 of 2025 has 29 days"),
        (lunar("1/13/2025"), "give a month from 1 to 12"),
        (lunar("1/0/2025"), "give a month from 1 to 12"),
        (lunar("1/2/2024", leap=True), "2024 has no leap month; leave out the leap mark"),
        (lunar("1/5/2025", leap=True), "2025's leap month is 6; give that"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_a_remedy(wrong, remedy):
    with pytest.raises(InvalidLunarDateError, match=remedy):
        to_solar(wrong)


def test_the_length_of_a_month_that_does_not_exist_is_refused():
    with pytest.raises(InvalidLunarDateError, match=r"2/2024 \(leap\) does not exist"):
        month_length(2024, 2, leap=True)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2101, 1, 29)])
def test_a_day_outside_the_table_is_refused_and_the_range_is_named(day):
    with pytest.raises(LunarRangeError, match="from 1900-01-01 to 2101-01-28"):
        to_lunar(day)


@pytest.mark.parametrize("year", [1898, 2101])
def test_a_lunar_year_outside_the_table_is_refused_and_the_range_is_named(year):
    for ask in (tet, leap_month, lambda y: month_length(y, 1)):
        with pytest.raises(LunarRangeError, match=f"lunar year {year}.*from 1900 to 2100"):
            ask(year)


def test_of_1899_only_the_last_month_is_given_for_it_lies_in_1900():
    assert to_solar(lunar("1/12/1899")) == date(1900, 1, 1)

    with pytest.raises(LunarRangeError, match="lunar date 29/11/1899 is outside"):
        to_solar(lunar("29/11/1899"))


def test_a_lunar_date_writes_itself_as_editors_write_it():
    assert str(lunar("30/12/2024")) == "30/12/2024"
    assert str(lunar("1/6/2025", leap=True)) == "1/6/2025 (leap)"
