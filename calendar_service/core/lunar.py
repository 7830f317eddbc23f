"""Vietnamese lunar dates and Gregorian dates, each from the other.

The calendar is read from a table, so a date either exists in it or is refused. It runs
on the clocks of Hà Nội: UTC+8 until 31/12/1967, UTC+7 from 1/1/1968 on (decision 121-CP
of 8/8/1967). A Chinese calendar differs on 3.9 % of the days from 1968 to 2100.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

from calendar_service.core.lunar_table import FIRST_LUNAR_YEAR, LUNAR_YEARS
from calendar_service.errors import InvalidLunarDateError, LunarRangeError

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2101, 1, 28)

STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
BRANCHES = (
    "Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi",
)  # fmt: skip

LAST_LUNAR_YEAR = FIRST_LUNAR_YEAR + len(LUNAR_YEARS) - 1
_START = attrgetter("start")


@dataclass(frozen=True, slots=True, kw_only=True)
class LunarDate:
    """A day of the Vietnamese lunar calendar; `to_solar` tells whether it exists.

    Attributes:
        year: The lunar year, named by the Gregorian year in which its Tết falls. Its
            months 11 and 12 may lie in the next Gregorian year.
        month: 1 to 12.
        day: 1 to 30.
        leap: True in the leap month, which follows the month of the same number.
    """

    year: int
    month: int
    day: int
    leap: bool = False

    def __str__(self) -> str:
        """Return day, month and lunar year, e.g. "29/12/2025" or "1/6/2025 (leap)"."""
        return f"{self.day}/{self.month}/{self.year}" + " (leap)" * self.leap


class _Month(NamedTuple):
    """A month of the table; *start* is the ordinal of its first day."""

    year: int
    number: int
    leap: bool
    start: int
    length: int


def to_lunar(on: date) -> LunarDate:
    """Return the lunar date of a Gregorian day.

    Args:
        on: A day from 1900-01-01, which is 1/12/1899, to 2101-01-28, the last of 2100.

    Raises:
        LunarRangeError: *on* is outside those days.
    """
    ordinal = on.toordinal()
    if not FIRST_DAY.toordinal() <= ordinal <= LAST_DAY.toordinal():
        raise LunarRangeError(f"day {on:%d/%m/%Y}")
    months = _months(on.year) if on.year <= LAST_LUNAR_YEAR else ()
    if not months or ordinal < months[0].start:  # before Tết
        months = _months(on.year - 1)
    month = months[bisect_right(months, ordinal, key=_START) - 1]
    day = ordinal - month.start + 1
    return LunarDate(year=month.year, month=month.number, day=day, leap=month.leap)


def to_solar(lunar: LunarDate) -> date:
    """Return the Gregorian day of a lunar date.

    Raises:
        InvalidLunarDateError: The calendar has no such day: 30/12 of a year that ends
            on the 29th, a leap month in a year without it.
        LunarRangeError: The day is before 1900-01-01 or after 2101-01-28.
    """
    month = _month(lunar.year, lunar.month, lunar.leap, what=str(lunar))
    if not 1 <= lunar.day <= month.length:
        name = f"{'leap ' * lunar.leap}month {lunar.month} of {lunar.year}"
        remedy = f"{name} has {month.length} days; give a day from 1 to {month.length}"
        if lunar.day == 30:
            full = ", ".join(f"{m}{' (leap)' * leap}" for m, leap in full_months(lunar.year))
            remedy += f": in {lunar.year} months {full} have 30"
        raise InvalidLunarDateError(str(lunar), (lunar.year, lunar.month, lunar.leap), remedy)
    ordinal = month.start + lunar.day - 1
    if ordinal < FIRST_DAY.toordinal():
        raise LunarRangeError(f"lunar date {lunar}")
    return date.fromordinal(ordinal)


@lru_cache(maxsize=512)  # a list of a month asks for each lunar event again
def month_length(year: int, month: int, leap: bool = False) -> int:
    """Return the number of days of a lunar month, 29 or 30.

    Raises:
        InvalidLunarDateError: The year has no such month.
        LunarRangeError: The table has no such year.
    """
    what = f"{month}/{year}" + " (leap)" * leap
    return _month(year, month, leap, what=what).length


def full_months(year: int) -> list[tuple[int, bool]]:
    """Return the months of a lunar year that have 30 days, each with whether it is the leap one.

    Raises:
        LunarRangeError: The table has no such year.
    """
    return [(month.number, month.leap) for month in _months(year) if month.length == 30]


def leap_month(year: int) -> int | None:
    """Return the number of the leap month of a lunar year, None in a year without one.

    Raises:
        LunarRangeError: The table has no such year.
    """
    return _integer(year) & 0xF or None


def year_name(year: int) -> str:
    """Return the can chi of a lunar year, any from 1 on: "Quý Mão" for 2023."""
    return f"{STEMS[(year - 4) % 10]} {BRANCHES[(year - 4) % 12]}"


def _month(year: int, number: int, leap: bool, *, what: str) -> _Month:
    """Return a month of the table, or refuse it under the name *what*."""
    the_leap_month = leap_month(year)  # refuses a year outside the table
    for month in _months(year):
        if month.number == number and month.leap == leap:
            return month
    if not 1 <= number <= 12:
        remedy = "give a month from 1 to 12"
    elif the_leap_month is None:
        remedy = f"{year} has no leap month; leave out the leap mark"
    else:
        remedy = f"{year}'s leap month is {the_leap_month}; give that or leave out the leap mark"
    raise InvalidLunarDateError(what, (year, number, leap), remedy)


def _integer(year: int) -> int:
    """Return the table's integer of a lunar year."""
    if not 0 <= year - FIRST_LUNAR_YEAR < len(LUNAR_YEARS):
        raise LunarRangeError(f"lunar year {year}")
    return LUNAR_YEARS[year - FIRST_LUNAR_YEAR]


@cache
def _months(year: int) -> tuple[_Month, ...]:
    """Return the months of a lunar year in order, without a gap; read on first use."""
    return tuple(_decode(year, _integer(year)))


def _decode(year: int, integer: int) -> Iterator[_Month]:
    """Yield the months of one year; lunar_table.py describes the bits."""
    names = [(number, False) for number in range(1, 13)]
    if leap := integer & 0xF:
        names.insert(leap, (leap, True))
    start = date(year, 1, 1).toordinal() + (integer >> 17)
    for index, (number, is_leap) in enumerate(names):
        length = 29 + (integer >> 4 + index & 1)
        yield _Month(year, number, is_leap, start, length)
        start += length
