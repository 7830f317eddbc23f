"""Day rules: on which Gregorian day an event falls in a given year.

Editors write a rule as people do: ``27/7``, ``10/3 âm lịch``, ``giao thừa``,
``last day of 7 âm lịch``, ``second Sunday of May``.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from calendar_service.core.lunar import LunarDate, month_length, to_solar
from calendar_service.core.text import nfc
from calendar_service.errors import InvalidDateError, InvalidDayRuleError

LEAP_YEAR = 2000
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS = {name: number for number, name in enumerate(_DAYS.split())}
_NAMES = "january february march april may june july august september october november december"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SOLAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")
_LUNAR = re.compile(r"([0-9]{1,2})/([0-9]{1,2}) âm lịch")
_LUNAR_LAST = re.compile(r"last day of ([0-9]{1,2}) âm lịch")
_LUNAR_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_FLOATING = re.compile(r"([a-z]+) ([a-z]+) of ([a-z]+)")


@dataclass(frozen=True, slots=True)
class SolarDay:
    """A day and month of the Gregorian calendar, 1/1 to 31/12.

    29/2 is kept on 28/2 in years that lack it: the month ends there, as Bộ luật Dân sự
    2015 điều 148 ends a term in the last day of a month that lacks the day.
    """

    day: int
    month: int

    def falls_on(self, year: int) -> date:
        """Return the day in the Gregorian *year*."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            if (self.day, self.month) != (29, 2):
                raise
            return date(year, 2, 28)


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day and month of the Vietnamese lunar calendar, 1/1 to 30/12.

    Day 30 is kept on day 29 of a month that has no 30th, as custom has it, so that 30/12
    is always the eve of Tết. Feasts are kept in the regular month, not the leap one.
    """

    day: int
    month: int

    def in_year(self, lunar_year: int) -> LunarDate:
        """Return the lunar date in *lunar_year*, which the lunar table must cover."""
        day = min(self.day, month_length(lunar_year, self.month))
        return LunarDate(year=lunar_year, month=self.month, day=day)

    def falls_on(self, lunar_year: int) -> date:
        """Return the Gregorian day in *lunar_year*; it may lie in the next January."""
        return to_solar(self.in_year(lunar_year))


@dataclass(frozen=True, slots=True)
class FloatingDay:
    """The n-th or last given weekday of a Gregorian month.

    Attributes:
        nth: 1 to 4, or -1 for the last one.
        weekday: 0 Monday to 6 Sunday.
        month: 1 to 12.
    """

    nth: int
    weekday: int
    month: int

    def falls_on(self, year: int) -> date:
        """Return the day in the Gregorian *year*."""
        return _floats_to(self.nth, self.weekday, self.month, year)


DayRule = SolarDay | LunarDay | FloatingDay


def parse_day_rule(text: str) -> DayRule:
    """Return the rule that *text* gives, having found a day by it.

    Raises:
        InvalidDayRuleError: *text* is no rule, or no day ever falls on it.
    """
    words = " ".join(nfc(text).lower().split())
    if words == "giao thừa":
        return LunarDay(30, 12)
    if match := _SOLAR.fullmatch(words):
        return _solar(text, int(match[1]), int(match[2]))
    if match := _LUNAR.fullmatch(words):
        return _lunar(text, int(match[1]), int(match[2]))
    if match := _LUNAR_LAST.fullmatch(words):
        return _lunar(text, 30, int(match[1]))
    if match := _FLOATING.fullmatch(words):
        return _floating(text, *match.groups())
    raise InvalidDayRuleError(
        text, "write it as 27/7, '10/3 âm lịch', 'giao thừa' or 'second Sunday of May'"
    )


def parse_lunar_date(text: str, *, leap: bool = False) -> LunarDate:
    """Return the lunar date that *text* gives as day/month/lunar year; it may not exist.

    Raises:
        InvalidDateError: *text* is written otherwise.
    """
    match = _LUNAR_DATE.fullmatch(text.strip())
    if not match:
        remedy = "write a Gregorian day as 2025-01-29, or a lunar one day first, as 1/1/2025"
        raise InvalidDateError(text, remedy)
    day, month, year = (int(part) for part in match.groups())
    return LunarDate(year=year, month=month, day=day, leap=leap)


@lru_cache(maxsize=4096)  # dateutil takes ten times as long as all other rules
def _floats_to(nth: int, on_weekday: int, month: int, year: int) -> date:
    # Here, since few events float, and lists without them start sooner.
    from dateutil.relativedelta import relativedelta, weekday

    last = {"day": 31} if nth < 0 else {}
    return date(year, month, 1) + relativedelta(weekday=weekday(on_weekday)(nth), **last)  # type: ignore[arg-type]


def _solar(text: str, day: int, month: int) -> SolarDay:
    if not 1 <= month <= 12:
        raise InvalidDayRuleError(text, "the month must be from 1 to 12, after the day")
    longest = _LONGEST[month - 1]
    if not 1 <= day <= longest:
        raise InvalidDayRuleError(text, f"month {month} has days from 1 to {longest}")
    return SolarDay(day, month)


def _lunar(text: str, day: int, month: int) -> LunarDay:
    if not 1 <= month <= 12:
        raise InvalidDayRuleError(text, "a lunar month is from 1 to 12")
    if not 1 <= day <= 30:
        raise InvalidDayRuleError(text, "a lunar month has at most 30 days")
    return LunarDay(day, month)


def _floating(text: str, ordinal: str, day_name: str, month_name: str) -> FloatingDay:
    for word, known in ((ordinal, _ORDINALS), (day_name, _WEEKDAYS), (month_name, _MONTHS)):
        if word not in known:
            raise InvalidDayRuleError(text, f"{word!r} must be one of {', '.join(known)}")
    return FloatingDay(_ORDINALS[ordinal], _WEEKDAYS[day_name], _MONTHS[month_name])
