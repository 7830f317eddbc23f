"""The lunar table against two witnesses that share nothing with its generator.

The first computes new moons and the Sun's longitude by astronomy-engine (VSOP87 and its
own lunar theory; the table is made from JPL DE405). It may be off by a minute, so on the
four new moons after 2053 within about a minute of midnight, 8/5/2054, 9/12/2072,
16/11/2077 and 19/10/2085, its agreement is no proof. None of them touches a feast.

The second is lunar-vn, a port of Hồ Ngọc Đức's simplified algorithm, at UTC+7. From
2072 it is left aside: it starts the months of 9/12/2072 and 19/10/2085 on another day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from math import floor

import astronomy
import lunar_vn
import pytest

from calendar_service.core.lunar import LunarDate, to_lunar, to_solar

UTC7_FROM = (date(1968, 1, 1) - date(2000, 1, 1)).days - 0.5 - 8 / 24  # days UT from J2000


def zone(ut: float) -> float:
    """Return what the clocks of Hà Nội are ahead of UT, in days."""
    return (7 if ut >= UTC7_FROM else 8) / 24


def new_moons() -> Iterator[date]:
    """Yield the civil days of the new moons, 1898 to 2102."""
    moment = astronomy.Time.Make(1898, 11, 1, 0, 0, 0)
    while moment.ut < 37_600:
        moment = astronomy.SearchMoonPhase(0, moment, 40)
        yield date(2000, 1, 1) + timedelta(floor(moment.ut + 0.5 + zone(moment.ut)))
        moment = moment.AddDays(25)


def sector(day: date) -> int:
    """Return the twelfth of the ecliptic, 0 to 11, where the Sun is as *day* begins."""
    ut = (day - date(2000, 1, 1)).days - 0.5
    return int(astronomy.SunPosition(astronomy.Time(ut - zone(ut))).elon // 30)


@pytest.fixture(scope="module")
def astronomical() -> dict[tuple[int, int, bool], date]:
    """The first days of the months by astronomy, by year, number and leap mark."""
    starts = list(new_moons())
    sectors = [sector(day) for day in starts]
    solstices = [i for i, (a, b) in enumerate(pairwise(sectors)) if a <= 8 < b]
    months = {}
    for first, after in pairwise(solstices):
        number, leaps_due = 11, after - first == 13
        for i in range(first, after):
            leap = leaps_due and sectors[i] == sectors[i + 1]
            if leap:
                leaps_due = False
                number = (number - 2) % 12 + 1
            year = starts[first].year + (number < 11)
            months[year, number, leap] = starts[i]
            number = number % 12 + 1
    return months


@pytest.mark.parametrize(
    ("day", "month"),
    [(1, 1), (10, 3), (15, 7), (15, 8), (23, 12)],
    ids=["Tết", "Giỗ Tổ", "Vu Lan", "Trung thu", "ông Công ông Táo"],
)
def test_a_feast_falls_on_the_day_astronomy_gives_it(astronomical, day, month):
    for year in range(1900, 2101):
        expected = astronomical[year, month, False] + timedelta(day - 1)

        assert to_solar(LunarDate(year=year, month=month, day=day)) == expected


def test_every_month_starts_on_the_day_of_the_astronomical_new_moon(astronomical):
    months = {
        name: first
        for name, first in astronomical.items()
        if date(1900, 1, 1) <= first <= date(2101, 1, 28)
    }

    assert len(months) == 2487  # 73,442 days of 29.530588 days a month
    for (year, month, leap), first in months.items():
        assert to_solar(LunarDate(year=year, month=month, day=1, leap=leap)) == first


def test_every_day_from_1968_to_2071_agrees_with_ho_ngoc_duc_s_algorithm():
    day = date(1968, 1, 1)

    while day < date(2072, 1, 1):
        theirs = lunar_vn.solar_to_lunar(day)
        ours = to_lunar(day)
        assert (ours.day, ours.month, ours.year, ours.leap) == (
            theirs.day,
            theirs.month,
            theirs.year,
            theirs.leap,
        )
        day += timedelta(days=1)
