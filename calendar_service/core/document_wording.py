"""What the documents say that are made from the registry: the letter of a month, a plan.

The turns are those of monthly guidance letters, such as 1714-CV/BTGTU of 3/7/2023, and of
plans; what the registry does not know is a dotted blank.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from calendar_service.core.campaign import Document, Work
from calendar_service.core.campaign_wording import (
    AUDIENCES,
    document_text,
    edition_title,
    span_text,
    step_days,
    step_text,
    units_text,
)
from calendar_service.core.campaigns import Days, Edition, Step, StepKind
from calendar_service.core.date_wording import date_text
from calendar_service.core.dates import Month
from calendar_service.core.model import MonthList
from calendar_service.core.regions import CITIES, NATIONAL
from calendar_service.core.wording import anniversary_line, paragraph

BLANK = "…" * 10
NOTICE = (
    "Mẫu tham khảo do máy soạn từ sổ sự kiện có nguồn; không thay cho quy định về thể thức."
    " Cần rà soát nội dung, số liệu, căn cứ trước khi ban hành."
)
SECTIONS = (
    "I. MỤC ĐÍCH, YÊU CẦU",
    "II. NỘI DUNG",
    "III. THỜI GIAN",
    "IV. KHẨU HIỆU",
    "V. TỔ CHỨC THỰC HIỆN",
)
STEP_COLUMNS = ("Ngày", "Mốc", "Việc", "Đơn vị")
_SPOKEN = ("Kỷ niệm", "Chào mừng", "Hưởng ứng", "Chiến dịch", "Cuộc thi")
_NAMED = ("Tháng", "Tuần", "Ngày", "Năm")
_INLINE_DOCUMENTS = 2
_IN_MONTH = (StepKind.PHASE, StepKind.MILESTONE)


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered item of a letter, and what stands under it, a dash each."""

    text: str
    points: tuple[str, ...] = ()


def month_text(month: Month) -> str:
    """Return "tháng 7/2023"; months 1 and 2 get a zero, as in dates."""
    return f"{_month_name(month)}/{month.year}"


def place_and_date_text(place: str | None, dated: date | None) -> str:
    """Return "Hạ Long, ngày 03 tháng 7 năm 2023", with blanks for what is not known."""
    where = place or BLANK[:5]
    if dated is None:
        return f"{where}, ngày … tháng … năm ……"
    return f"{where}, ngày {dated.day:02d} {_month_name(Month.of(dated))} năm {dated.year}"


def letter_subject(month: Month) -> str:
    """Return what the letter of a month is about."""
    return f"định hướng trọng tâm công tác thông tin, tuyên truyền trong {month_text(month)}"


def letter_opening(month: Month, issuer: str | None) -> str:
    """Return the sentence before the items."""
    return f"{issuer or BLANK} {letter_subject(month)}, như sau:"


def letter_closing(month: Month) -> str:
    """Return the sentence after the items, without its full stop."""
    return (
        f"Trên đây là {letter_subject(month)}; đề nghị các cơ quan, đơn vị, địa phương căn cứ"
        " tình hình thực tế để tổ chức thực hiện"
    )


def letter_items(
    month_list: MonthList, editions: Iterable[Edition], regions: Iterable[str]
) -> list[Item]:
    """Return the items of a month's letter: campaigns that somebody wrote, then the days.

    A day has one campaign, the first; what would say no more than the list of days is left
    to that list.

    Args:
        month_list: The anniversaries; those that campaigns were made from stand here only.
        editions: The campaigns of the month, in the order of the items.
        regions: The provinces and cities that the letter is for.
    """
    month = month_list.month
    listed = {o.event.id for o in month_list.items + month_list.upcoming}
    items = list(_campaign_items(editions, month, listed))
    if month_list.items or month_list.upcoming:
        head = f"trong {_month_name(month)} của đất nước{_local(regions)}"
        items.append(
            Item(
                "Chủ động thông tin, tuyên truyền kỷ niệm các ngày lễ lớn và sự kiện lịch sử"
                f" quan trọng {head}: {paragraph(month_list)}."
            )
        )
    return items or [Item(BLANK)]


def campaign_item(edition: Edition, month: Month) -> Item:
    """Return the item of one campaign: title, theme, documents, and what goes on in *month*."""
    campaign = edition.campaign
    text = _spoken(edition_title(edition))
    text += f", chủ đề “{campaign.theme}”" if campaign.theme else ""
    issued = [d for d in campaign.documents if d.dated is None or d.dated <= month.last]
    if len(issued) <= _INLINE_DOCUMENTS:
        text += f", thực hiện {_joined(issued)}" if issued else ""
        return Item(f"{text}.", tuple(_running(edition, month)))
    listed = tuple(f"{document_text(document)}." for document in issued)
    return Item(f"{text}, gắn với thực hiện:", (*listed, *_running(edition, month)))


def unbroken(text: str) -> str:
    """Return *text* with its ranges and months on one line: "(27/7/1947 - 27/7/2023)"."""
    return re.sub(r"(?<=[0-9]) - (?=[0-9])|(?<=tháng) (?=[0-9])", _unbroken, text)


def plan_basis(edition: Edition, issuer: str | None) -> str:
    """Return the opening of a plan: the documents that it carries out."""
    basis = "; ".join(document_text(document) for document in edition.campaign.documents)
    return f"Thực hiện {basis or BLANK}, {issuer or BLANK} xây dựng kế hoạch như sau:"


def plan_subject(edition: Edition) -> str:
    """Return what a plan is for: "Tuyên truyền kỷ niệm 60 năm Ngày …"."""
    return _spoken(edition_title(edition))


def plan_purpose(edition: Edition) -> list[str]:
    """Return section I of a plan; only the people addressed are known."""
    audiences = ", ".join(AUDIENCES[audience] for audience in edition.campaign.audiences)
    return [
        f"1. Mục đích: {BLANK}",
        f"2. Yêu cầu: {BLANK}",
        f"3. Đối tượng: {audiences or BLANK}{'.' if audiences else ''}",
    ]


def plan_content(edition: Edition) -> list[str]:
    """Return section II of a plan: theme, days, phases, activities."""
    campaign = edition.campaign
    lines = [f"Chủ đề: “{campaign.theme}”."] if campaign.theme else []
    lines += [f"Kỷ niệm: {anniversary_line(o)}." for o in edition.occurrences]
    for phase, start, end in edition.phases:
        days = date_text(start) if start == end else span_text(start, end)
        lines.append(f"{phase.name} ({days}){_themed(phase.theme)}.")
    lines += [f"{_work_text(edition, work)}." for work in campaign.activities]
    numbered = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return [*numbered, f"{len(lines) + 1}. {BLANK}"]


def plan_time(edition: Edition) -> str:
    """Return the sentence before the table of section III."""
    return (
        f"Từ ngày {date_text(edition.start)} đến ngày {date_text(edition.end)}."
        f" Số ngày trước, sau trong bảng tính theo ngày {date_text(edition.day)}."
    )


def step_rows(edition: Edition) -> list[tuple[str, str, str, str]]:
    """Return the steps as rows of STEP_COLUMNS; the unit has a column of its own."""
    return [
        (
            step_days(step),
            _distance_text(step.lead_days),
            step_text(replace(step, who=None)),
            step.who or "",
        )
        for step in edition.steps
    ]


def plan_units(edition: Edition) -> list[str]:
    """Return section V of a plan: units, what each delivers, and room for more."""
    units = units_text(edition.campaign)
    lines = [f"{units}." if units else BLANK]
    lines += [f"{_work_text(edition, work)}." for work in edition.campaign.deliverables]
    return [f"{number}. {line}" for number, line in enumerate([*lines, BLANK], 1)]


def _campaign_items(editions: Iterable[Edition], month: Month, listed: set[str]) -> Iterator[Item]:
    said: set[str] = set()
    for edition in editions:
        days = set(edition.campaign.events)
        if edition.campaign.generated or (days and days <= said):
            continue
        item = campaign_item(edition, month)
        bare = not item.points and item.text == f"{plan_subject(edition)}."
        if bare and days and days <= listed:
            continue
        said |= days
        yield item


def _unbroken(found: re.Match[str]) -> str:
    return found[0].replace(" ", "\u00a0")


def _month_name(month: Month) -> str:
    return f"tháng {month.month:02d}" if month.month <= 2 else f"tháng {month.month}"


def _local(regions: Iterable[str]) -> str:
    """Return ", của tỉnh" or ", của thành phố", nothing for a national letter."""
    local = [region for region in regions if region != NATIONAL]
    if not local:
        return ""
    return ", của thành phố" if set(local) <= CITIES else ", của tỉnh"


def _spoken(title: str) -> str:
    """Return a title as something to do: "Tuyên truyền kỷ niệm 60 năm …"."""
    if title.startswith(_SPOKEN):
        return f"Tuyên truyền {title[0].lower()}{title[1:]}"
    return f"Tuyên truyền {title}" if title.startswith(_NAMED) else title


def _joined(documents: Iterable[Document]) -> str:
    return " và ".join(document_text(document) for document in documents)


def _distance_text(lead_days: int) -> str:
    """Return how far a step is from the day itself: "Trước 120 ngày"."""
    if lead_days == 0:
        return "Đúng ngày"
    return f"{'Trước' if lead_days > 0 else 'Sau'} {abs(lead_days)} ngày"


def _themed(theme: str | None) -> str:
    return f", chủ đề “{theme}”" if theme else ""


def _running(edition: Edition, month: Month) -> Iterator[str]:
    """Yield the steps that fall in *month*, and the activities that are not over by then."""
    steps = [
        f"{_step_name(step)} ({step_days(step)})"
        for step in edition.steps
        if step.kind in _IN_MONTH
        and step.on <= month.last
        and (step.ends or step.on) >= month.first
    ]
    if steps:
        yield f"Trong tháng: {'; '.join(steps)}."
    works = [
        _work_text(edition, work)
        for work in edition.campaign.activities
        if work.due is None or _due(edition, work) >= month.first
    ]
    if works:
        yield f"Các hoạt động: {'; '.join(works)}."


def _step_name(step: Step) -> str:
    return f"{step.name}, {step.place}" if step.place else f"{step.name}"


def _due(edition: Edition, work: Work) -> date:
    days = Days(edition.campaign, edition.year, edition.occurrences)
    return days.at(work.due) if work.due else edition.end


def _work_text(edition: Edition, work: Work) -> str:
    """Return "Cuộc thi … (Ban Dân vận Tỉnh ủy, hạn 30/9/2023)"."""
    more = [work.owner] if work.owner else []
    more += [f"hạn {date_text(_due(edition, work))}"] if work.due else []
    return f"{work.name} ({', '.join(more)})" if more else work.name
