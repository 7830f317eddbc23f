"""What the service says to those who get reminders: the sign-up, their choice, the subjects."""

from collections.abc import Sequence

from calendar_service.core.date_wording import days_left_text, outlook_title
from calendar_service.core.dates import Month
from calendar_service.core.lead_times import Digest, Preset
from calendar_service.core.model import Occurrence
from calendar_service.core.states import SubscriberState
from calendar_service.core.wording import title_line

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
