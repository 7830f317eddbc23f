"""What the service says: lines, paragraphs, dates and titles, as letters write them.

Vietnamese first; the English forms stand beside it. The forms are those of monthly
letters of provincial Party committees.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from calendar_service.core.dates import FIRST_YEAR, Month, PartialDate
from calendar_service.core.days import LunarDay, SolarDay
from calendar_service.core.lead_times import Digest, Preset
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
from calendar_service.core.sources import Source
from calendar_service.core.states import SubscriberState

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
# Name and explanation of each; the numbers are those of core/lead_times.py.
PRESETS = {
    Preset.STANDARD: (
        "Đủ các bước",
        "năm tròn: trước 120, 60, 30, 14 và 3 ngày; năm lẻ 5: trước 60, 30, 14 và 3 ngày;"
        " năm khác: trước 30, 14 và 3 ngày; tháng hành động, ngày hưởng ứng, ngày quốc tế:"
        " trước 45, 14 và 3 ngày; năm tròn của tỉnh, thành phố: trước 365, 180, 90, 30, 14"
        " và 3 ngày",
    ),
    Preset.SHORT: ("Gọn", "mọi sự kiện: trước 14 và 3 ngày"),
    Preset.NONE: ("Không nhắc từng sự kiện", "chỉ gửi bản tổng hợp chọn ở dưới"),
}
DIGESTS = {
    Digest.MONTH: "Tháng tới, gửi ngày 20 hằng tháng",
    Digest.QUARTER: "Quý tới, gửi ngày 15 của tháng 3, 6, 9 và 12",
    Digest.YEAR: "Năm tới, gửi ngày 01/12",
}
SUBSCRIBER_STATES = {
    SubscriberState.PENDING: "chưa xác nhận địa chỉ, chưa nhận thư nhắc",
    SubscriberState.CONFIRMED: "đang nhận thư nhắc",
    SubscriberState.PAUSED: "đang tạm dừng",
    SubscriberState.UNSUBSCRIBED: "đã hủy đăng ký, không nhận thư",
}
FAULTS = {
    "email": "Hãy viết một địa chỉ thư điện tử, ví dụ ten@coquan.vn.",
    "topics": "Không sự kiện nào hợp với lựa chọn này. Hãy bớt điều kiện.",
    "preset": "Như vậy sẽ không có thư nào. Hãy chọn một cách nhắc hoặc một bản tổng hợp.",
    "lead": "Hãy viết số ngày nguyên từ 0 đến 366, cách nhau bằng dấu phẩy, ví dụ 30, 14, 3.",
    "consent": "Muốn nhận thư nhắc, hãy đọc và đánh dấu đồng ý.",
    "sure": "Hãy đánh dấu xác nhận trước khi xóa.",
}
# A new text gets a new version: the proof of each consent names the one that was read.
CONSENT_VERSION = "2026-11-23"
CONSENT = (
    "Tôi tự nguyện đồng ý để dịch vụ này xử lý địa chỉ thư điện tử và các lựa chọn ở trên,"
    " chỉ để gửi cho tôi thư nhắc ngày kỷ niệm."
)
CONSENT_DETAILS = (
    "Dữ liệu được lưu: địa chỉ thư, lựa chọn, thời điểm và phiên bản của sự đồng ý, nhật ký"
    " các thư đã gửi. Không dùng để quảng cáo, không bán, không chia sẻ.",
    "Dữ liệu được lưu cho đến khi bạn xóa. Mỗi thư có liên kết để xem, sửa, tạm dừng, tải về,"
    " rút lại sự đồng ý hoặc xóa, lúc nào cũng được. Sau khi xóa chỉ còn một mã băm không đọc"
    " ngược được, để không gửi nhầm cho bạn nữa.",
    "Căn cứ: Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15.",
)
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


def anniversary_line(occurrence: Occurrence) -> str:
    """Return the line of a letter for *occurrence*.

    "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"; without a count
    "Ngày Quốc tế Hạnh phúc (20/3)"; a lunar day with its solar one, "Giỗ Tổ Hùng Vương
    (10/3 âm lịch, tức 29/4/2023)".
    """
    count = f"{occurrence.years} năm " if occurrence.years else ""
    return f"{count}{occurrence.name} ({range_text(occurrence)})"


def english_line(occurrence: Occurrence) -> str | None:
    """Return the line in English, None when the event has no English name.

    "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)".
    """
    if occurrence.name_en is None:
        return None
    on = _english_day(occurrence)
    if occurrence.years is None or occurrence.event.founded is None:
        return f"{occurrence.name_en} ({on})"
    since = _english_founded(occurrence.event.founded)
    return f"{occurrence.name_en}: {_english_count(occurrence.years, 'year')} ({since} - {on})"


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
    items = "; ".join(anniversary_line(occurrence) for occurrence in month_list.items)
    coming = "; ".join(anniversary_line(occurrence) for occurrence in month_list.upcoming)
    ahead = f"{UPCOMING} {coming}" if coming else ""
    return "; ".join(part for part in (items, ahead) if part)


def list_text(month_list: MonthList, lang: str = "vi") -> str:
    """Return the list of a month one line an item, the next month's first days last."""
    lines = [line_in(occurrence, lang) for occurrence in month_list.items]
    if month_list.upcoming:
        lines.append(f"{upcoming_title(lang)}:")
        lines += [line_in(occurrence, lang) for occurrence in month_list.upcoming]
    return "\n".join(lines)


def upcoming_title(lang: str = "vi") -> str:
    """Return the heading of the next month's first days."""
    return "Looking ahead" if lang == "en" else UPCOMING.capitalize()


def generated_title(event: Event) -> str:
    """Return the title of the campaign that follows from *event*: "Kỷ niệm Ngày …"."""
    if event.kind in (Kind.OBSERVANCE, Kind.INTERNATIONAL):
        return f"Hưởng ứng {event.name}"
    return event.name if event.kind is Kind.LUNAR_FESTIVAL else f"Kỷ niệm {event.name}"


def generated_slogan(event: Event) -> str | None:
    """Return the slogan that follows from *event*, a template; None for lunar feasts.

    What is mourned, and what may be, is remembered, not cheered.
    """
    if event.kind is Kind.LUNAR_FESTIVAL:
        return None
    if event.kind in (Kind.OBSERVANCE, Kind.INTERNATIONAL):
        return "Hưởng ứng {name}!"
    remembered = event.kind in (Kind.HISTORY, Kind.BIRTH, Kind.DEATH)
    head = "Kỷ niệm" if remembered else "Nhiệt liệt chào mừng"
    return f"{head} {{n}} năm {{name}} ({{range}})!" if event.founded else f"{head} {{name}}!"


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


def reminder_title(nearest: Occurrence, days: int, others: int, lang: str = "vi") -> str:
    """Return the subject of a reminder.

    "Còn 3 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7) và 2 ngày kỷ niệm khác".

    Args:
        nearest: The occurrence that is named.
        days: Whole days until it.
        others: How many occurrences the mail carries besides.
        lang: "vi" or "en".
    """
    title = f"{days_left_text(days, lang)}: {title_line(nearest, lang)}"
    if not others:
        return title
    if lang == "en":
        return f"{title} and {others} more anniversar{'y' if others == 1 else 'ies'}"
    return f"{title} và {others} ngày kỷ niệm khác"


def steps_title(step: str, title: str, others: int, lang: str = "vi") -> str:
    """Return the subject of a mail about steps of campaigns alone.

    "Việc hôm nay: Hạ cờ Tổ quốc - Kỷ niệm 76 năm Ngày … và 2 việc khác".
    """
    head = "Today's step" if lang == "en" else "Việc hôm nay"
    line = f"{head}: {step} - {title}"
    if not others:
        return line
    return f"{line} and {others} more" if lang == "en" else f"{line} và {others} việc khác"


def digest_title(months: Sequence[Month], count: int, lang: str = "vi") -> str:
    """Return the subject of a digest: "Tháng 7 năm 2023: 6 ngày kỷ niệm"."""
    if lang == "en":
        return f"{outlook_title(months, lang)}: {count} anniversar{'y' if count == 1 else 'ies'}"
    return f"{outlook_title(months)}: {count} ngày kỷ niệm"


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
        announcement_text(occurrence.announcement) if occurrence.announcement else None,
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
    days = f"; {_span(occurrence)}" if occurrence.ends else ""
    return f"{since} - {_same_precision(founded, occurrence.on)}{days}"


def _span(occurrence: Occurrence) -> str:
    """Return the day without a year, or the first and last day of a span."""
    on = day_text(occurrence.on.day, occurrence.on.month)
    if occurrence.ends is None:
        return on
    return f"{on} - {day_text(occurrence.ends.day, occurrence.ends.month)}"


def _same_precision(founded: PartialDate, on: date) -> str:
    """Return *on* with the parts that the founding date has: "12/1958 - 12/2018"."""
    day = on.day if founded.day is not None else None
    month = on.month if founded.month is not None else None
    return founded_text(PartialDate(on.year, month, day))


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


def _english_date(on: date, *, with_year: bool = True) -> str:
    return f"{on.day} {on:%B}" + (f" {on.year}" if with_year else "")


def _english_count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _english_founded(founded: PartialDate) -> str:
    if founded.month is None:
        return str(founded.year)
    month = f"{date(2000, founded.month, 1):%B} {founded.year}"
    return month if founded.day is None else f"{founded.day} {month}"
