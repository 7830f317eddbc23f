"""What is wrong, in Vietnamese: the details of problem+json; the English is the error's own."""

from calendar_service.core.lunar import full_months, leap_month, month_length
from calendar_service.errors import (
    CalendarServiceError,
    EmptyCalendarError,
    InvalidDateError,
    InvalidLeadTimeError,
    InvalidLetterheadError,
    InvalidLunarDateError,
    InvalidMonthError,
    InvalidNumberError,
    InvalidRangeError,
    InvalidSelectionError,
    InvalidTokenError,
    InvalidYearError,
    LunarRangeError,
    MissingParameterError,
    ParameterError,
    TooLongTextError,
    UnknownCampaignError,
    UnknownEventError,
    UnknownFeedError,
    UnknownFormatError,
    UnknownParameterError,
)

TITLES = {
    400: "Yêu cầu chưa đúng",
    404: "Không tìm thấy",
    405: "Cách gọi không được phép",
    410: "Không còn dữ liệu",
    413: "Yêu cầu quá lớn",
    429: "Quá nhiều yêu cầu",
    500: "Máy chủ gặp lỗi",
}
OTHER_TITLE = "Có lỗi xảy ra"
_UNITS = {"days": "ngày", "years": "năm"}


def status_text(status: int, path: str) -> str:
    """Return what a status means when no error of ours says it."""
    if status == 404:
        return f"Không có gì ở {path}. Trang /api nêu các địa chỉ."
    if status == 405:
        return "Địa chỉ này chỉ để xem: hãy dùng GET hoặc HEAD."
    if status >= 500:
        return "Máy chủ gặp lỗi và đã ghi lại. Xin thử lại sau ít phút."
    return f"{TITLES.get(status, OTHER_TITLE)}. Trang /api nêu cách gọi."


def problem_text(error: CalendarServiceError, lang: str = "vi") -> str:
    """Return what is wrong and what to do, in *lang*; English where no Vietnamese is written."""
    return (lang == "vi" and (_parameter_text(error) or _text(error))) or str(error)


def faults_of(error: CalendarServiceError, lang: str = "vi") -> list[tuple[str, str]]:
    """Return the parameters that are at fault, each with what is wrong with it."""
    match error:
        case UnknownParameterError():
            known = error.known
            return [
                (name, problem_text(UnknownParameterError([name], known), lang))
                for name in error.names
            ]
        case ParameterError():
            return [(error.name, problem_text(error.cause, lang))]
        case InvalidSelectionError():
            return [(error.axis, problem_text(error, lang))]
    return []


def _parameter_text(error: CalendarServiceError) -> str | None:
    match error:
        case ParameterError():
            return f"Tham số “{error.name}”: {problem_text(error.cause)}"
        case UnknownParameterError():
            known = ", ".join(sorted(error.known)) or "không có tham số nào"
            return f"Không có tham số “{'”, “'.join(error.names)}”. Có thể dùng: {known}."
        case InvalidSelectionError(value=None):
            return f"Không có tham số “{error.axis}”. Có thể dùng: {_listed(error.known)}."
        case InvalidSelectionError():
            found = f"Giá trị “{error.value}” không dùng được cho “{error.axis}”."
            return f"{found} Có thể dùng: {_listed(error.known)}."
        case MissingParameterError():
            found = "còn thiếu hoặc để trống" if error.times < 2 else "được viết nhiều lần"
            return f"{found}. Hãy viết một lần."
        case InvalidNumberError():
            return f"“{error.text}” không phải là số nguyên từ {error.least} đến {error.most}."
        case InvalidRangeError():
            return (
                f"Không dùng được khoảng từ {error.first} đến {error.last}. Hãy bắt đầu trước khi"
                f" kết thúc, mỗi lần không quá {error.longest} {_UNITS[error.unit]}."
            )
        case TooLongTextError():
            return f"Văn bản quá dài. Hãy viết không quá {error.longest} ký tự."
    return None


def _text(error: CalendarServiceError) -> str | None:
    match error:
        case InvalidMonthError():
            near = f" Có phải bạn tìm {error.nearest}?" if error.nearest else ""
            return (
                f"“{error.text}” không phải là một tháng. Hãy viết năm rồi tháng, ví dụ 2023-07,"
                f" từ 1900-01 đến 2100-12.{near}"
            )
        case InvalidYearError():
            return f"“{error.text}” không phải là một năm. Hãy chọn năm từ 1900 đến 2100."
        case InvalidDateError():
            return f"“{error.text}” không phải là một ngày. Hãy viết như 2023-07-27."
        case InvalidLunarDateError():
            return f"{_no_lunar_date(error)} {_lunar_hint(error.year, error.month, error.leap)}"
        case LunarRangeError():
            return "Ngày nằm ngoài bảng âm lịch, từ 01/01/1900 đến 28/01/2101."
        case UnknownEventError():
            return f"Không có sự kiện nào mang mã “{error.event_id}”.{_meant(error.nearest)}"
        case UnknownCampaignError(year=None):
            return f"Không có chiến dịch nào mang mã “{error.campaign_id}”.{_meant(error.nearest)}"
        case UnknownCampaignError():
            return f"Chiến dịch “{error.campaign_id}” không diễn ra trong năm {error.year}."
        case UnknownFeedError():
            return f"Không có lịch nào mang tên “{error.name}”. Trang /subscribe nêu các lịch."
        case UnknownFormatError():
            return f"Không có dạng “{error.name}”. Các dạng có sẵn: {', '.join(error.known)}."
        case EmptyCalendarError():
            return "Không có sự kiện nào theo lựa chọn này. Hãy chọn rộng hơn hoặc lúc khác."
        case InvalidLetterheadError():
            return f"Giá trị của “{error.name}” không dùng được: hãy viết gọn, trên một dòng."
        case InvalidLeadTimeError():
            return "Hãy viết số ngày nguyên từ 0 đến 366."
        case InvalidTokenError():
            found = "đã quá hạn" if error.expired else "bị thiếu hoặc sai"
            return f"Liên kết này {found}."
    return None


def _no_lunar_date(error: InvalidLunarDateError) -> str:
    return f"Âm lịch không có ngày {error.what.replace('(leap)', '(tháng nhuận)')}."


def _lunar_hint(year: int, month: int, leap: bool) -> str:
    """Return what is there instead of a lunar date that does not exist."""
    if not 1 <= month <= 12:
        return "Hãy chọn tháng từ 1 đến 12."
    if leap and leap_month(year) != month:
        named = leap_month(year)
        return f"Năm {year} {f'nhuận tháng {named}' if named else 'không có tháng nhuận'}."
    full = ", ".join(f"{number}{' nhuận' * is_leap}" for number, is_leap in full_months(year))
    days = month_length(year, month, leap)
    return f"Tháng ấy có {days} ngày; năm {year} các tháng có 30 ngày là {full}."


def _listed(known: list[str]) -> str:
    return ", ".join(sorted(known))


def _meant(nearest: list[str]) -> str:
    return f" Có phải bạn tìm {' hay '.join(nearest)}?" if nearest else ""
