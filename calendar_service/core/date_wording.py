"""When something is, in words: dates, lunar days, spans of days, titles of months and years."""

from collections.abc import Sequence
from datetime import date

from calendar_service.core.dates import FIRST_YEAR, Month, PartialDate
from calendar_service.core.days import LunarDay, SolarDay
from calendar_service.core.lunar import LunarDate, to_lunar, year_name
from calendar_service.core.model import Event, Occurrence

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_QUARTERS = ("I", "II", "III", "IV")


def day_text(day: int, month: int, year: int | None = None) -> str:
    """Return 09/7/1960: days below 10 and months 1 and 2 get a zero.

    Source: Nghị định 30/2020/NĐ-CP, phụ lục I, on the date of a document; letters write
    the dates of anniversaries the same way.
    """
    text = f"{day:02d}/{month:02d}" if month <= 2 else f"{day:02d}/{month}"
    return text if year is None else f"{text}/{year}"


def date_text(on: date) -> str:
    """Return the Gregorian day as letters write it, such as 09/7/1960."""
    return day_text(on.day, on.month, on.year)


def long_date_text(on: date, lang: str = "vi") -> str:
    """Return "Thứ Năm, ngày 27 tháng 7 năm 2023" or "Thursday, 27 July 2023"."""
    if lang == "en":
        return f"{on:%A}, {_english_date(on)}"
    month = f"{on.month:02d}" if on.month <= 2 else str(on.month)
    return f"{WEEKDAYS[on.weekday()]}, ngày {on.day:02d} tháng {month} năm {on.year}"


def founded_text(founded: PartialDate) -> str:
    """Return a founding date as precisely as it is known: 09/7/1960, 02/1943 or 1943."""
    if founded.month is None:
        return str(founded.year)
    if founded.day is None:
        month = f"{founded.month:02d}" if founded.month <= 2 else str(founded.month)
        return f"{month}/{founded.year}"
    return day_text(founded.day, founded.month, founded.year)


def lunar_text(lunar: LunarDate) -> str:
    """Return "10/3 âm lịch", with "nhuận" for a leap month."""
    leap = " nhuận" if lunar.leap else ""
    return f"{lunar.day}/{lunar.month}{leap} âm lịch"


def lunar_year_text(lunar: LunarDate) -> str:
    """Return the lunar day with its year's name: "21/7 Giáp Thìn 2024"."""
    leap = " nhuận" if lunar.leap else ""
    return f"{lunar.day}/{lunar.month}{leap} {year_name(lunar.year)} {lunar.year}"


def lunar_day_text(lunar: LunarDate, lang: str = "vi") -> str:
    """Return a lunar day with its year: "1/1/2025 âm lịch, năm Ất Tỵ"."""
    if lang == "en":
        leap = " (leap month)" if lunar.leap else ""
        return f"lunar {lunar.day}/{lunar.month}/{lunar.year}{leap}, year {year_name(lunar.year)}"
    leap = " (tháng nhuận)" if lunar.leap else ""
    return f"{lunar.day}/{lunar.month}/{lunar.year} âm lịch{leap}, năm {year_name(lunar.year)}"


def month_title(month: Month, lang: str = "vi") -> str:
    """Return "Tháng 7 năm 2023" or "July 2023"."""
    return f"{month.first:%B %Y}" if lang == "en" else f"Tháng {month.month} năm {month.year}"


def year_title(year: int) -> str:
    """Return "Năm 2023"."""
    return f"Năm {year}"


def outlook_title(months: Sequence[Month], lang: str = "vi") -> str:
    """Return the title of a month, a quarter or a year: "Quý III năm 2023", "2024"."""
    first = months[0]
    if len(months) == 1:
        return month_title(first, lang)
    if len(months) == 12:
        return str(first.year) if lang == "en" else year_title(first.year)
    quarter = (first.month - 1) // 3
    if lang == "en":
        return f"Q{quarter + 1} {first.year}"
    return f"Quý {_QUARTERS[quarter]} năm {first.year}"


def days_left_text(days: int, lang: str = "vi") -> str:
    """Return "Còn 14 ngày" or "In 14 days"; for the day itself "Hôm nay" or "Today"."""
    if lang == "en":
        return f"In {english_count(days, 'day')}" if days else "Today"
    return f"Còn {days} ngày" if days else "Hôm nay"


def takes_place_text(on: date, lang: str = "vi") -> str:
    """Return "Diễn ra: thứ Năm, 27/7/2023" or "Takes place: Thursday, 27 July 2023"."""
    if lang == "en":
        return f"Takes place: {long_date_text(on, lang)}"
    weekday = WEEKDAYS[on.weekday()].replace("Thứ", "thứ")  # within a line; Chủ nhật stays
    return f"Diễn ra: {weekday}, {date_text(on)}"


def range_title(first: date, last: date) -> str:
    """Return "23/11/2026 - 22/12/2026"."""
    return f"{date_text(first)} - {date_text(last)}"


def rule_text(event: Event) -> str:
    """Return when the event is kept, in words, whatever the year."""
    day = event.day
    if isinstance(day, SolarDay):
        return day_text(day.day, day.month)
    if isinstance(day, LunarDay):
        if day.day == 30:
            return f"ngày cuối tháng {day.month} âm lịch"
        return f"{day.day}/{day.month} âm lịch"
    nth = {1: "đầu tiên", 2: "thứ hai", 3: "thứ ba", 4: "thứ tư", -1: "cuối cùng"}
    return f"{WEEKDAYS[day.weekday]} {nth[day.nth]} của tháng {day.month}"


def lunar_of(on: date) -> str:
    """Return the small lunar date of a calendar's day: "10/6", "1/7" for a month's first."""
    lunar = to_lunar(on)
    return f"{lunar.day}/{lunar.month}" + (" nhuận" if lunar.leap else "")


def range_text(occurrence: Occurrence) -> str:
    """Return what stands in the brackets of a line: "27/7/1947 - 27/7/2023"."""
    founded = occurrence.event.founded
    if occurrence.lunar:
        return _lunar_when(occurrence, occurrence.lunar)
    if founded is None:
        return span_text(occurrence)
    since = founded_text(founded)
    if occurrence.years is None:
        return since
    days = f"; {span_text(occurrence)}" if _needs_span(occurrence, founded) else ""
    return f"{since} - {founded_text(_as_precise(founded, occurrence.on))}{days}"


def span_text(occurrence: Occurrence) -> str:
    """Return the day without a year, or the first and last day of a span."""
    on = day_text(occurrence.on.day, occurrence.on.month)
    if occurrence.ends is None:
        return on
    return f"{on} - {day_text(occurrence.ends.day, occurrence.ends.month)}"


def _as_precise(founded: PartialDate, on: date) -> PartialDate:
    """Return *on* with the parts that the founding date has: "12/1958 - 12/2018"."""
    day = on.day if founded.day is not None else None
    month = on.month if founded.month is not None else None
    return PartialDate(on.year, month, day)


def _needs_span(occurrence: Occurrence, founded: PartialDate) -> bool:
    """Return whether the days are more than the month that "04/1930 - 04/2026" says."""
    on, ends = occurrence.on, occurrence.ends
    said = founded.month == on.month and founded.day is None
    return ends is not None and not (said and on.day == 1 and ends == Month.of(on).last)


def _lunar_when(occurrence: Occurrence, lunar: LunarDate) -> str:
    ends = f" - {date_text(occurrence.ends)}" if occurrence.ends else ""
    solar = f"tức {date_text(occurrence.on)}{ends}"
    founded = occurrence.event.founded
    if founded is None or occurrence.years is None:
        return f"{lunar_span_text(occurrence, lunar)}, {solar}"
    day = founded.full
    if day is None or day.year < FIRST_YEAR:
        base = lunar.year - occurrence.years
        return f"{base} - {lunar.year}; {lunar_span_text(occurrence, lunar)}, {solar}"
    return f"{lunar_year_text(to_lunar(day))} - {lunar_year_text(lunar)}, {solar}"


def lunar_span_text(occurrence: Occurrence, lunar: LunarDate) -> str:
    """Return the lunar day, or the first and last one of a span: "1/1 - 3/1 âm lịch"."""
    if occurrence.ends is None:
        return lunar_text(lunar)
    last = to_lunar(occurrence.ends)
    return f"{lunar.day}/{lunar.month} - {lunar_text(last)}"


def english_day(occurrence: Occurrence, *, with_year: bool = True) -> str:
    """Return the day or span in English, with the lunar day of a lunar event."""
    text = _english_date(occurrence.on, with_year=with_year)
    if occurrence.ends:
        text += f" to {_english_date(occurrence.ends, with_year=with_year)}"
    if occurrence.lunar:
        text += f", lunar {occurrence.lunar.day}/{occurrence.lunar.month}"
    return text


def english_range(occurrence: Occurrence, founded: PartialDate) -> str:
    """Return both ends as precisely as the first is known, and the days that are not said yet.

    "1789 - 2026; 17 February 2026, lunar 1/1" for a lunar day of a year alone.
    """
    since, lunar = _english_founded(founded), occurrence.lunar
    if lunar and founded.full is None and occurrence.years:
        base = lunar.year - occurrence.years
        return f"{base} - {lunar.year}; {english_day(occurrence)}"
    if lunar:
        return f"{since} - {english_day(occurrence)}"
    until = _english_founded(_as_precise(founded, occurrence.on))
    if not _needs_span(occurrence, founded):
        return f"{since} - {until}"
    return f"{since} - {until}; {english_day(occurrence, with_year=False)}"


def _english_date(on: date, *, with_year: bool = True) -> str:
    return f"{on.day} {on:%B}" + (f" {on.year}" if with_year else "")


def english_count(number: int, noun: str) -> str:
    """Return "1 day" or "14 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _english_founded(founded: PartialDate) -> str:
    if founded.month is None:
        return str(founded.year)
    month = f"{date(2000, founded.month, 1):%B} {founded.year}"
    return month if founded.day is None else f"{founded.day} {month}"
