"""What the service says of campaigns: titles, steps, slogans, documents.

The words are those of guidance letters and plans of Party committees and departments.
"""

from datetime import date

from calendar_service.core.campaign import (
    Audience,
    Campaign,
    DisplayKind,
    Document,
    Scope,
)
from calendar_service.core.campaigns import Edition, Step, StepKind
from calendar_service.core.date_wording import date_text, day_text, range_text
from calendar_service.core.lead_times import Role, Task
from calendar_service.core.model import Event, Kind
from calendar_service.core.wording import source_text, title_line

CAMPAIGN = "Chiến dịch"
SCOPES = {
    Scope.NATIONAL: "Cả nước",
    Scope.PROVINCE: "Tỉnh, thành phố",
    Scope.SECTOR: "Ngành, đoàn thể",
    Scope.LOCAL: "Cơ sở",
}
AUDIENCES = {
    Audience.OFFICIALS: "cán bộ, công chức",
    Audience.PRESS: "báo chí",
    Audience.SCHOOLS: "nhà trường",
    Audience.UNIONS: "công đoàn",
    Audience.YOUTH: "thanh niên",
    Audience.WOMEN: "phụ nữ",
    Audience.FARMERS: "nông dân",
    Audience.VETERANS: "cựu chiến binh",
    Audience.ARMED_FORCES: "lực lượng vũ trang",
    Audience.BUSINESSES: "doanh nghiệp",
    Audience.CHILDREN: "thiếu nhi",
    Audience.HEALTH: "y tế",
    Audience.OVERSEAS: "người Việt Nam ở nước ngoài",
    Audience.PUBLIC: "Nhân dân",
}
DISPLAYS = {
    DisplayKind.NATIONAL_FLAG: "cờ Tổ quốc",
    DisplayKind.PARTY_FLAG: "cờ Đảng",
    DisplayKind.STREAMER: "cờ phướn, hồng kỳ",
    DisplayKind.BANNER: "băng rôn, khẩu hiệu",
    DisplayKind.PANEL: "pa nô",
    DisplayKind.POSTER: "tranh cổ động, áp phích",
    DisplayKind.DECORATION: "trang trí",
}
ROLES = {
    Role.PLANNING: "Kế hoạch, văn bản",
    Role.DESIGN: "Thiết kế, khẩu hiệu",
    Role.FIELD: "Treo cờ, cổ động trực quan",
    Role.PRESS: "Báo chí, truyền thông",
}
TASKS = {
    Task.DIRECTIVE: "Xin chủ trương, trình ban hành chỉ thị",
    Task.PROPOSAL: "Xin chủ trương, lập kế hoạch",
    Task.PLAN: "Lập kế hoạch",
    Task.OUTLINE: "Soạn đề cương tuyên truyền",
    Task.GUIDANCE: "Ban hành hướng dẫn tuyên truyền",
    Task.MONTHLY_LETTER: "Đưa vào công văn định hướng tháng",
    Task.KIT: "Lập kế hoạch hưởng ứng, nhận tài liệu truyền thông",
    Task.DESIGN: "Duyệt ma két, in {}",
    Task.SLOGANS: "Chọn khẩu hiệu, in {}",
    Task.MATERIALS: "Chuẩn bị tin, bài, tài liệu tuyên truyền",
    Task.LAUNCH: "Phát động hưởng ứng",
    Task.HANG: "Kiểm tra việc treo {}",
}
_SHORT = {
    DisplayKind.NATIONAL_FLAG: "cờ",
    DisplayKind.PARTY_FLAG: "cờ",
    DisplayKind.STREAMER: "cờ",
    DisplayKind.BANNER: "băng rôn",
    DisplayKind.PANEL: "pa nô",
    DisplayKind.POSTER: "áp phích",
    DisplayKind.DECORATION: "trang trí",
}
_CHEERED = {Kind.GREAT_DAY, Kind.PROVINCE, Kind.FOUNDING}
_FLAGS = {DisplayKind.NATIONAL_FLAG, DisplayKind.PARTY_FLAG, DisplayKind.STREAMER}


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


def edition_title(edition: Edition) -> str:
    """Return what an edition is called: "Kỷ niệm 76 năm Ngày …" where N follows.

    A day that is responded to, "Hưởng ứng Ngày …", tells no count. A yearly campaign that
    somebody wrote keeps its title.
    """
    occurrence = edition.occurrence
    title = edition.campaign.title
    if not (edition.campaign.generated and occurrence):
        return title
    head = title.removesuffix(occurrence.event.name)
    counts = occurrence.years and occurrence.event.kind is not Kind.OBSERVANCE
    count = f"{occurrence.years} năm " if counts else ""
    return f"{head}{count}{occurrence.name}"


def step_text(step: Step) -> str:
    """Return what there is to do or what takes place, without its day."""
    if step.kind is StepKind.PREPARE and step.task:
        things = dict.fromkeys(_SHORT[display] for display in step.displays)
        return TASKS[step.task].format(", ".join(things))
    if step.kind is StepKind.PUT_UP:
        who = f" ({step.who})" if step.who else ""
        return f"{_hang(step)} {_named(step)}{who}"
    if step.kind is StepKind.TAKE_DOWN:
        return _take_down(step)
    words = {
        StepKind.DOCUMENT: "Ban hành {}",
        StepKind.PHASE: "Giai đoạn: {}",
        StepKind.DUE: "Hạn: {}",
    }
    text = words.get(step.kind, "{}").format(step.name)
    if step.kind is StepKind.DUE and step.who:
        text += f" ({step.who})"
    return f"{text}, {step.place}" if step.place else text


def step_title(edition: Edition, step: Step) -> str:
    """Return a step as a calendar shows it: "Họp báo - Kỷ niệm 60 năm Ngày …"."""
    if step.kind is StepKind.DAY:
        occurrence = edition.occurrence_of(step)
        return title_line(occurrence) if occurrence else edition_title(edition)
    return f"{step_text(step)} - {edition_title(edition)}"


def step_description(edition: Edition, step: Step) -> str:
    """Return what a calendar entry says of a step: its place in the campaign.

    The day itself and the documents carry the papers and the slogans.
    """
    lines = [
        f"{lead_text(step.lead_days)}: {step_text(step)}",
        edition_title(edition),
    ]
    if step.kind in (StepKind.DAY, StepKind.DOCUMENT):  # once is enough in a calendar
        lines += [f"Văn bản: {document_text(document)}" for document in edition.campaign.documents]
        lines += [f"Khẩu hiệu: {slogan}" for slogan in slogans_of(edition)]
    return "\n".join(lines)


def step_days(step: Step) -> str:
    """Return the day of a step, or its first and last: "27/10 - 28/10/2023"."""
    return span_text(step.on, step.ends or step.on)


def span_text(first: date, last: date) -> str:
    """Return "27/10 - 28/10/2023", with the first year where the two differ."""
    if first == last:
        return date_text(first)
    begin = day_text(first.day, first.month, first.year if first.year != last.year else None)
    return f"{begin} - {date_text(last)}"


def lead_text(lead_days: int) -> str:
    """Return "D-14", "D" or "D+1"."""
    return f"D{-lead_days:+d}" if lead_days else "D"


def edition_text(edition: Edition) -> str:
    """Return a campaign with its documents, steps, slogans and sources, a line each."""
    campaign = edition.campaign
    about = (campaign.theme, units_text(campaign), campaign.note)
    return "\n".join(
        [
            f"{edition_title(edition)} ({span_text(edition.start, edition.end)})",
            *(text for text in about if text),
            *(f"Văn bản: {document_text(document)}" for document in campaign.documents),
            "",
            *(f"{_column(step)}{step_text(step)}" for step in edition.steps),
            "",
            *(f"Khẩu hiệu: {slogan}" for slogan in slogans_of(edition)),
            *(f"Nguồn: {source_text(source)}" for source in campaign.sources),
        ]
    )


def _column(step: Step) -> str:
    return f"{lead_text(step.lead_days):<7}{step_days(step):<25}"


def slogans_of(edition: Edition) -> list[str]:
    """Return the slogans of an edition, with the count and the days of its year.

    Where nobody wrote one, a day that is cheered has the line that every plan begins with.
    """
    occurrence = edition.occurrence
    templates = edition.campaign.slogans
    if not templates and occurrence and occurrence.event.kind in _CHEERED:
        templates = (generated_slogan(occurrence.event) or "",)
    if occurrence and not occurrence.years:  # the founding year itself has no count yet
        templates = tuple(slogan.replace("{n} năm ", "") for slogan in templates)
    values = {"year": str(edition.year)}
    if occurrence:
        values |= {"name": occurrence.name, "n": str(occurrence.years or "")}
        values |= {"range": range_text(occurrence)}
    return [slogan.format_map(values) for slogan in templates]


def document_text(document: Document) -> str:
    """Return a guiding document as letters name it.

    "Chỉ thị số 27-CT/TU ngày 22/7/2022 của Ban Thường vụ Tỉnh ủy về tổ chức …"; a title
    that begins with a capital stands in quotes.
    """
    title = document.title
    if title and title[0].isupper():
        title = f"“{title}”"
    elif title and title.startswith("lấy "):
        title = f"về việc {title}"
    elif title and not title.startswith(("về ", "quy định ")):  # "của Chính phủ quy định về …"
        title = f"về {title}"
    parts = [document.kind]
    parts += [f"số {document.number}"] if document.number else []
    parts += [f"ngày {date_text(document.dated)}"] if document.dated else []
    parts += [f"của {document.issuer}"] if document.issuer else []
    parts += [title] if title else []
    return " ".join(parts)


def window_text(displays: tuple[DisplayKind, ...]) -> str:
    """Return "cờ Tổ quốc; băng rôn, khẩu hiệu"."""
    return "; ".join(DISPLAYS[display] for display in displays)


def units_text(campaign: Campaign) -> str | None:
    """Return the lead unit and its partners in one line, None when none is known."""
    if campaign.lead and campaign.partners:
        return f"{campaign.lead} chủ trì, phối hợp với {'; '.join(campaign.partners)}"
    return campaign.lead or "; ".join(campaign.partners) or None


def _named(step: Step) -> str:
    return window_text(step.displays)


def _hang(step: Step) -> str:
    return "Treo" if set(step.displays) <= _FLAGS | {DisplayKind.BANNER} else "Treo, dựng"


def _take_down(step: Step) -> str:
    flags = tuple(display for display in step.displays if display in _FLAGS)
    rest = tuple(display for display in step.displays if display not in _FLAGS)
    parts = [f"hạ {window_text(flags)}"] if flags else []
    parts += [f"tháo dỡ {window_text(rest)}"] if rest else []
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]
