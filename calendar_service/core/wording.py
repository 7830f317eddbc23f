"""What the service says: lines, paragraphs, notes and sources, as letters write them.

Vietnamese first; the English forms stand beside it. The forms are those of monthly
letters of provincial Party committees; those of dates stand in date_wording.
"""

from collections.abc import Iterable, Sequence

from calendar_service.core.date_wording import (
    WEEKDAYS,
    date_text,
    english_count,
    english_day,
    english_range,
    founded_text,
    lunar_span_text,
    range_text,
    rule_text,
    span_text,
)
from calendar_service.core.leave import days_by_law
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


def number_text(number: int) -> str:
    """Return a whole number as it is written in Vietnamese: 1.324."""
    return f"{number:,}".replace(",", ".")


def place_text(region: str) -> str:
    """Return a province's name, of a merged one with where it is now.

    "Tiền Giang (nay thuộc Đồng Tháp)".
    """
    successor = SUCCESSORS.get(region)
    return f"{NAMES[region]} (nay thuộc {NAMES[successor]})" if successor else NAMES[region]


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
        return f"{occurrence.name_en} ({english_day(occurrence)}{awaited})"
    count = english_count(occurrence.years, "year")
    return f"{occurrence.name_en}: {count} ({english_range(occurrence, founded)})"


def line_in(occurrence: Occurrence, lang: str) -> str:
    """Return the line in *lang*, "vi" or "en"; Vietnamese where there is no English."""
    return (lang == "en" and english_line(occurrence)) or anniversary_line(occurrence)


def title_line(occurrence: Occurrence, lang: str = "vi") -> str:
    """Return the line as a title has it, its day without years.

    "76 năm Ngày Thương binh - Liệt sỹ (27/7)", "Giỗ Tổ Hùng Vương (10/3 âm lịch, tức
    29/4)", "War Invalids and Martyrs Day, 76 years (27 July)".
    """
    if lang == "en" and occurrence.name_en:
        years = f", {english_count(occurrence.years, 'year')}" if occurrence.years else ""
        when = english_day(occurrence, with_year=False)
        return f"{occurrence.name_en}{years} ({when})"
    count = f"{occurrence.years} năm " if occurrence.years else ""
    when = span_text(occurrence)
    if occurrence.lunar:
        when = f"{lunar_span_text(occurrence, occurrence.lunar)}, tức {when}"
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


def source_text(source: Source) -> str:
    """Return a source in one line: title, number, date, address."""
    number = source.number if source.number and source.number not in source.title else None
    when = f"ngày {date_text(source.dated)}" if source.dated else None
    return ", ".join(part for part in (source.title, number, when, source.url) if part)
