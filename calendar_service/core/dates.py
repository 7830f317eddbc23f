"""Dates as people in Việt Nam write them: months, and days of limited precision."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.errors import InvalidDateError, InvalidMonthError, InvalidYearError

FIRST_YEAR = 1900
LAST_YEAR = 2100
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY_FIRST = re.compile(r"(?:(?:([0-9]{1,2})/)?([0-9]{1,2})/)?([0-9]{1,4})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of the Gregorian calendar, 1900-01 to 2100-12."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Return the month that *text* names as YYYY-MM.

        Raises:
            InvalidMonthError: *text* is no such month, or lies outside 1900 to 2100.
        """
        match = _MONTH.fullmatch(text)
        if match:
            year, month = int(match[1]), int(match[2])
            if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12:
                return cls(year, month)
        raise InvalidMonthError(text, FIRST_YEAR, LAST_YEAR)

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month in which *day* lies."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Month":
        """The month after this one; its year may be 2101."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Month":
        """The month before this one; its year may be 1899."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def is_listed(self) -> bool:
        """Whether the service answers for this month."""
        return FIRST_YEAR <= self.year <= LAST_YEAR

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day in history as precisely as it is known: day, month or year.

    Attributes:
        year: 1 to 2100; there is no year 0 and no year before it.
        month: 1 to 12, None when only the year is known.
        day: 1 to 31, None when only the month or the year is known.
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Return the date that *text* gives day first: 27/7/1947, 7/1947 or 1947.

        Raises:
            InvalidDateError: *text* is written otherwise, or no such day exists.
        """
        match = _DAY_FIRST.fullmatch(text.strip())
        if not match:
            raise InvalidDateError(text, "write it day first, such as 27/7/1947, 7/1947 or 1947")
        day, month, year = (int(part) if part else None for part in match.groups())
        if year is None or not 1 <= year <= LAST_YEAR:
            raise InvalidDateError(text, f"the year must be from 1 to {LAST_YEAR}")
        if month is not None and len(match[3]) < 3:
            # "27/7/47" means 1947 to its writer; only a bare year may be as old as 40.
            raise InvalidDateError(text, "write the year in full, such as 27/7/1947")
        if month is not None and not 1 <= month <= 12:
            raise InvalidDateError(text, "the month must be from 1 to 12")
        if day is not None and month is not None:
            _require_day(text, year, month, day)
        return cls(year, month, day)

    @property
    def full(self) -> date | None:
        """The day itself, None when it is not known to the day."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def iso(self) -> str:
        """Return YYYY-MM-DD, YYYY-MM or YYYY (ISO 8601 section 5.2)."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def parse_year(text: str) -> int:
    """Return the year that *text* names, 1900 to 2100.

    Raises:
        InvalidYearError: *text* is no such year.
    """
    if re.fullmatch(r"[0-9]{4}", text) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise InvalidYearError(text, FIRST_YEAR, LAST_YEAR)


def parse_day(text: str) -> date:
    """Return the day that *text* names as YYYY-MM-DD or day first as d/m/Y.

    Raises:
        InvalidDateError: *text* is written otherwise, or no such day exists.
    """
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text.strip())
    if iso:
        year, month, day = (int(part) for part in iso.groups())
        if not 1 <= month <= 12:
            raise InvalidDateError(text, "the month must be from 01 to 12")
        _require_day(text, year, month, day)
        return date(year, month, day)
    full = PartialDate.parse(text).full
    if full is None:
        raise InvalidDateError(text, "give the day as well, such as 2023-07-27 or 27/7/2023")
    return full


def _require_day(text: str, year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
    except ValueError:
        remedy = f"month {month} of {year} has no day {day}; give a day that exists"
        raise InvalidDateError(text, remedy) from None
