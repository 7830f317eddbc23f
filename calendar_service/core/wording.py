"""What the service says: lines, paragraphs, dates and titles, as letters write them.

Vietnamese first; the English forms stand beside it. The forms are those of monthly
letters of provincial Party committees.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from calendar_service.core.dates import FIRST_YEAR, Month, PartialDate
from calendar_service.core.days import LunarDay, SolarDay
from calendar_service.core.leave import days_by_law
from calendar_service.core.lunar import LunarDate, to_lunar, year_name
from calendar_service.core.model import (
    Alternative,
    Announcement,
    Event,
    Group,
    Kind,
    MonthList,
    Observed,
    Occurrence,
    Prominence,
    YearClass,
)
from calendar_service.core.regions import NAMES, SUCCESSORS
from calendar_service.core.sources import Source

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
YEAR_CLASSES = {
    YearClass.TRON: "năm tròn",
    YearClass.LE_5: "năm lẻ 5",
    YearClass.KHAC: "năm khác",
}
KINDS = {
    Kind.GREAT_DAY: "Ngày lễ lớn",
    Kind.FOUNDING: "Ngày thành lập",
    Kind.TRADITION: "Ngày truyền thống",
    Kind.HISTORY: "Sự kiện lịch sử",
    Kind.BIRTH: "Ngày sinh",
    Kind.DEATH: "Ngày mất",
    Kind.PROVINCE: "Tỉnh, thành phố",
    Kind.OBSERVANCE: "Ngày hưởng ứng",
    Kind.INTERNATIONAL: "Ngày quốc tế",
    Kind.LUNAR_FESTIVAL: "Lễ, Tết âm lịch",
    Kind.DAY_OFF: "Nghỉ lễ, Tết",
}
KINDS_EN = {
    Kind.GREAT_DAY: "Great days",
    Kind.FOUNDING: "Founding days",
    Kind.TRADITION: "Days of tradition",
    Kind.HISTORY: "History",
    Kind.BIRTH: "Births",
    Kind.DEATH: "Deaths",
    Kind.PROVINCE: "Provinces and cities",
    Kind.OBSERVANCE: "Observances",
    Kind.INTERNATIONAL: "International days",
    Kind.LUNAR_FESTIVAL: "Lunar festivals",
    Kind.DAY_OFF: "Public holidays",
}
GROUPS = {
    Group.NATIONAL: "Cả nước",
    Group.REGION: "Địa phương",
    Group.SECTOR: "Ngành",
    Group.INTERNATIONAL: "Quốc tế",
}
OBSERVED = {
    Observed.EVERY_YEAR: "mọi năm",
    Observed.EVERY_5: "năm có số lần kỷ niệm tận cùng là 0 hoặc 5",
    Observed.EVERY_10: "năm có số lần kỷ niệm tận cùng là 0",
}
AWAITED, AWAITED_EN = "chưa có thông báo", "not announced yet"
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
UPCOMING = "hướng tới kỷ niệm"
NO_COMPONENTS = {
    "vi": "Lịch này hiện chưa có mục nào, hãy xem lại lựa chọn",
    "en": "This calendar holds nothing at present, please look at your choice again",
}
TAKEN_OUT = {
    "vi": "Lịch này đã được đưa ra khỏi danh mục, hãy hủy đăng ký hoặc chọn lịch khác",
    "en": "This calendar was taken out of the register, please unsubscribe or choose another",
}
UNREADABLE_CHOICE = {
    "vi": "Lựa chọn của lịch này không đọc được, hãy chọn lại: {}",
    "en": "The choice of this calendar cannot be read, please choose again: {}",
}
PROMINENCES = {
    Prominence.CORE: "Công văn thường nêu",
    Prominence.SECTOR: "Văn bản của ngành nêu",
    Prominence.REFERENCE: "Ít nêu, để tham khảo",
}
SOURCES = {"document": "Văn bản có số", "page": "Trang mạng", "date only": "Chỉ có tên và ngày"}
UPCOMING_DAYS = "hướng tới"  # what is kept without being an anniversary
_COMMEMORATED = {
    Kind.FOUNDING,
    Kind.TRADITION,
    Kind.HISTORY,
    Kind.BIRTH,
    Kind.DEATH,
    Kind.PROVINCE,
}
_QUARTERS = ("I", "II", "III", "IV")


def number_text(number: int) -> str:
    """Return a whole number as it is written in Vietnamese: 1.324."""
    return f"{number:,}".replace(",", ".")


def place_text(region: str) -> str:
    """Return a province's name, of a merged one with where it is now.

    "Tiền Giang (nay thuộc Đồng Tháp)".
    """
    successor = SUCCESSORS.get(region)
    return f"{NAMES[region]} (nay thuộc {NAMES[successor]})" if successor else NAMES[region]


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


def anniversary_line(occurrence: Occurrence) -> str:
    """Return the line of a letter for *occurrence*.

    "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"; without a count
    "Ngày Quốc tế Hạnh phúc (20/3)"; a lunar day with its solar one, "Giỗ Tổ Hùng Vương
    (10/3 âm lịch, tức 29/4/2023)"; leave that nobody announced yet with a word of it,
    "Nghỉ Quốc khánh (02/9; chưa có thông báo)".
    """
    count = f"{occurrence.years} năm " if occurrence.years else ""
    awaited = f"; {AWAITED}" if occurrence.is_awaited else ""
    return f"{count}{occurrence.name} ({range_text(occurrence)}{awaited})"


def english_line(occurrence: Occurrence) -> str | None:
    """Return the line in English, None when the event has no English name.

    "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)"; what is known
    by its month alone, "54 years (December 1972 - December 2026)".
    """
    if occurrence.name_en is None:
        return None
    founded = occurrence.event.founded
    if occurrence.years is None or founded is None:
        awaited = f"; {AWAITED_EN}" if occurrence.is_awaited else ""
        return f"{occurrence.name_en} ({_english_day(occurrence)}{awaited})"
    count = _english_count(occurrence.years, "year")
    return f"{occurrence.name_en}: {count} ({_english_range(occurrence, founded)})"


def line_in(occurrence: Occurrence, lang: str) -> str:
    """Return the line in *lang*, "vi" or "en"; Vietnamese where there is no English."""
    return (lang == "en" and english_line(occurrence)) or anniversary_line(occurrence)


def title_line(occurrence: Occurrence, lang: str = "vi") -> str:
    """Return the line as a title has it, its day without years.

    "76 năm Ngày Thương binh - Liệt sỹ (27/7)", "Giỗ Tổ Hùng Vương (10/3 âm lịch, tức
    29/4)", "War Invalids and Martyrs Day, 76 years (27 July)".
    """
    if lang == "en" and occurrence.name_en:
        years = f", {_english_count(occurrence.years, 'year')}" if occurrence.years else ""
        when = _english_day(occurrence, with_year=False)
        return f"{occurrence.name_en}{years} ({when})"
    count = f"{occurrence.years} năm " if occurrence.years else ""
    when = _span(occurrence)
    if occurrence.lunar:
        when = f"{_lunar_span(occurrence, occurrence.lunar)}, tức {when}"
    return f"{count}{occurrence.name} ({when})"


def paragraph(month_list: MonthList) -> str:
    """Return the list of a month as one paragraph, ready to paste into a letter."""
    parts = ["; ".join(map(anniversary_line, month_list.items))] if month_list.items else []
    for words, occurrences in upcoming_groups(month_list.upcoming):
        parts.append(f"{words} {'; '.join(map(anniversary_line, occurrences))}")
    return "; ".join(parts)


def list_text(month_list: MonthList, lang: str = "vi") -> str:
    """Return the list of a month one line an item, the next month's first days last."""
    lines = [line_in(occurrence, lang) for occurrence in month_list.items]
    for title, occurrences in upcoming_groups(month_list.upcoming, lang):
        lines.append(f"{title[0].upper()}{title[1:]}:")
        lines += [line_in(occurrence, lang) for occurrence in occurrences]
    return "\n".join(lines)


def upcoming_groups(
    upcoming: Sequence[Occurrence], lang: str = "vi"
) -> list[tuple[str, list[Occurrence]]]:
    """Return the next month's first days under the words that stand before them.

    "hướng tới kỷ niệm" is for anniversaries; to Tết or a day of action one looks forward
    ("hướng tới") without it.
    """
    if lang == "en":
        return [("looking ahead", list(upcoming))] if upcoming else []
    groups: dict[str, list[Occurrence]] = {UPCOMING: [], UPCOMING_DAYS: []}
    for occurrence in upcoming:
        commemorated = occurrence.years or occurrence.event.kind in _COMMEMORATED
        groups[UPCOMING if commemorated else UPCOMING_DAYS].append(occurrence)
    return [(words, found) for words, found in groups.items() if found]


def generated_title(event: Event) -> str:
    """Return the title of the campaign that follows from *event*: "Kỷ niệm Ngày …"."""
    if _is_responded_to(event):
        return f"Hưởng ứng {event.name}"
    return event.name if event.kind is Kind.LUNAR_FESTIVAL else f"Kỷ niệm {event.name}"


def generated_slogan(event: Event) -> str | None:
    """Return the slogan that follows from *event*, a template; None for lunar feasts.

    What is mourned, and what may be, is remembered, not cheered.
    """
    if event.kind is Kind.LUNAR_FESTIVAL:
        return None
    if _is_responded_to(event):
        return "Hưởng ứng {name}!"
    remembered = event.kind in (Kind.HISTORY, Kind.BIRTH, Kind.DEATH, Kind.INTERNATIONAL)
    head = "Kỷ niệm" if remembered else "Nhiệt liệt chào mừng"
    return f"{head} {{n}} năm {{name}} ({{range}})!" if event.founded else f"{head} {{name}}!"


def _is_responded_to(event: Event) -> bool:
    """Return whether a day calls for a response; an international one with a count is kept."""
    if event.kind is Kind.INTERNATIONAL:
        return event.founded is None
    return event.kind is Kind.OBSERVANCE


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
        return f"In {_english_count(days, 'day')}" if days else "Today"
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


def event_text(event: Event, occurrences: Iterable[Occurrence], lang: str = "vi") -> str:
    """Return an event with its notes and sources, then its occurrences, one a line."""
    kept = OBSERVED[event.observed] if event.observed is not Observed.EVERY_YEAR else None
    about = (event.note, event.counted_from, f"Nêu trong {kept}." if kept else None)
    return "\n".join(
        [
            f"{event.name} ({rule_text(event)})",
            *(text for text in about if text),
            *(f"Cách tính khác: {alternative_text(other)}" for other in event.alternatives),
            *sources_text(event.sources),
            "",
            *(line_in(occurrence, lang) for occurrence in occurrences),
        ]
    )


def description(occurrence: Occurrence, lang: str = "vi") -> str:
    """Return what a calendar entry says of an occurrence: line, founding, class, sources.

    In English the English line comes first; sources are named as they are.
    """
    founded, year_class = occurrence.event.founded, occurrence.year_class
    both = [anniversary_line(occurrence), english_line(occurrence)]
    lines = [
        *(reversed(both) if lang == "en" else both),
        f"Tính từ: {founded_text(founded)}" if founded else None,
        YEAR_CLASSES[year_class].capitalize() if year_class else None,
        leave_text(occurrence),
        *sources_text(occurrence.sources),
    ]
    return "\n".join(line for line in lines if line)


def announcement_text(announcement: Announcement) -> str:
    """Return "Nghỉ bù 02/01/2023. Nghỉ 31/8/2026, làm bù Thứ Bảy 22/8/2026.", "" for neither."""
    parts = []
    if announcement.compensatory:
        parts.append(f"Nghỉ bù {', '.join(map(date_text, announcement.compensatory))}.")
    for off, worked in announcement.swaps:
        weekday = WEEKDAYS[worked.weekday()]
        parts.append(f"Nghỉ {date_text(off)}, làm bù {weekday} {date_text(worked)}.")
    return " ".join(parts)


def leave_text(occurrence: Occurrence) -> str:
    """Return what was announced beside the days, or that nothing was and what the law gives.

    "Chưa có thông báo của năm 2027; luật cho nghỉ 5 ngày (Bộ luật Lao động 2019, Điều 112)."
    """
    if occurrence.announcement:
        return announcement_text(occurrence.announcement)
    if not occurrence.is_awaited:
        return ""
    days = days_by_law(occurrence)
    law = f"; luật cho nghỉ {days} ngày ({LABOUR_CODE})" if days else ""
    return f"{AWAITED.capitalize()} của năm {occurrence.cycle_year}{law}."


def leave_line(occurrence: Occurrence, lang: str = "vi") -> str:
    """Return the line of leave with what was announced beside it; swaps in Vietnamese alone."""
    told = leave_text(occurrence) if lang == "vi" else ""
    return f"{line_in(occurrence, lang)}{': ' if told else ''}{told}"


def leave_title(year: int, lang: str = "vi") -> str:
    """Return "Ngày nghỉ lễ, Tết năm 2026" or "Public holidays of 2026"."""
    return f"Public holidays of {year}" if lang == "en" else f"Ngày nghỉ lễ, Tết năm {year}"


def alternative_text(other: Alternative) -> str:
    """Return "từ 1946: các báo, khi kể từ bản Hiến pháp đầu tiên"."""
    return f"từ {founded_text(other.founded)}: {other.who}"


def sources_text(sources: Iterable[Source]) -> list[str]:
    """Return sources, a line each."""
    return [f"Nguồn: {source_text(source)}" for source in sources]


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


def source_text(source: Source) -> str:
    """Return a source in one line: title, number, date, address."""
    number = source.number if source.number and source.number not in source.title else None
    when = f"ngày {date_text(source.dated)}" if source.dated else None
    return ", ".join(part for part in (source.title, number, when, source.url) if part)


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
        return _span(occurrence)
    since = founded_text(founded)
    if occurrence.years is None:
        return since
    days = f"; {_span(occurrence)}" if _needs_span(occurrence, founded) else ""
    return f"{since} - {founded_text(_as_precise(founded, occurrence.on))}{days}"


def _span(occurrence: Occurrence) -> str:
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
        return f"{_lunar_span(occurrence, lunar)}, {solar}"
    day = founded.full
    if day is None or day.year < FIRST_YEAR:
        base = lunar.year - occurrence.years
        return f"{base} - {lunar.year}; {_lunar_span(occurrence, lunar)}, {solar}"
    return f"{lunar_year_text(to_lunar(day))} - {lunar_year_text(lunar)}, {solar}"


def _lunar_span(occurrence: Occurrence, lunar: LunarDate) -> str:
    if occurrence.ends is None:
        return lunar_text(lunar)
    last = to_lunar(occurrence.ends)
    return f"{lunar.day}/{lunar.month} - {lunar_text(last)}"


def _english_day(occurrence: Occurrence, *, with_year: bool = True) -> str:
    """Return the day or span in English, with the lunar day of a lunar event."""
    text = _english_date(occurrence.on, with_year=with_year)
    if occurrence.ends:
        text += f" to {_english_date(occurrence.ends, with_year=with_year)}"
    if occurrence.lunar:
        text += f", lunar {occurrence.lunar.day}/{occurrence.lunar.month}"
    return text


def _english_range(occurrence: Occurrence, founded: PartialDate) -> str:
    """Return both ends as precisely as the first is known, and the days that are not said yet.

    "1789 - 2026; 17 February 2026, lunar 1/1" for a lunar day of a year alone.
    """
    since, lunar = _english_founded(founded), occurrence.lunar
    if lunar and founded.full is None and occurrence.years:
        base = lunar.year - occurrence.years
        return f"{base} - {lunar.year}; {_english_day(occurrence)}"
    if lunar:
        return f"{since} - {_english_day(occurrence)}"
    until = _english_founded(_as_precise(founded, occurrence.on))
    if not _needs_span(occurrence, founded):
        return f"{since} - {until}"
    return f"{since} - {until}; {_english_day(occurrence, with_year=False)}"


def _english_date(on: date, *, with_year: bool = True) -> str:
    return f"{on.day} {on:%B}" + (f" {on.year}" if with_year else "")


def _english_count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _english_founded(founded: PartialDate) -> str:
    if founded.month is None:
        return str(founded.year)
    month = f"{date(2000, founded.month, 1):%B} {founded.year}"
    return month if founded.day is None else f"{founded.day} {month}"
