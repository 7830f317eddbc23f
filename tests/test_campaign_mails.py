"""The mails of a campaign, with the clock run from the directive to the flags' coming down."""

import email
from datetime import UTC, date, datetime, timedelta
from email import policy
from pathlib import Path

import icalendar
import pytest

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.services import Services
from calendar_service.store import subscribers as people
from calendar_service.store.upgrade import upgrade
from calendar_service.worker import tick

EVENTS_YAML = Path(__file__).parent.parent / "events.yaml"
FIRST, LAST = date(2022, 7, 1), date(2023, 12, 31)

# Chỉ thị 27-CT/TU, Kế hoạch 19/KH-UBND, the contests' rules, and the days of the press.
QUANG_NINH_60 = {
    "2022-07-22": "Ban hành Chỉ thị 27-CT/TU",
    "2023-01-10": "Ban hành Kế hoạch 247-KH/TU",
    "2023-02-02": "Ban hành Kế hoạch 19/KH-UBND",
    "2023-02-14": "Ban hành Quyết định 898-QĐ/TU",
    "2023-04-11": "Ban hành Quyết định 02-QĐ/BTC",
    "2023-05-18": "Ban hành Kế hoạch 296-KH/TU",
    "2023-06-30": "Thi trắc nghiệm trực tuyến đợt I",
    "2023-07-31": "Thi trắc nghiệm trực tuyến đợt II",
    "2023-08-01": "Soạn đề cương tuyên truyền",
    "2023-08-31": "Thi trắc nghiệm trực tuyến đợt III",
    "2023-09-05": "Hạn: Cuộc thi sáng tác",
    "2023-09-17": "Ban hành hướng dẫn tuyên truyền",
    "2023-09-24": "Duyệt ma két",
    "2023-09-30": "Hạn: Cuộc thi Tìm hiểu",
    "2023-10-01": "Treo, dựng",
    "2023-10-17": "Họp báo",
    "2023-10-24": "kiểm tra tuyên truyền, cổ động trực quan",
    "2023-10-27": "diễu hành xe tuyên truyền",
    "2023-10-28": "Lễ kỷ niệm 60 năm",
    "2023-10-30": "Ngày thành lập tỉnh Quảng Ninh",
    "2023-10-31": "Hạ cờ Tổ quốc",
}
YOUTH = "Ngày truyền thống lực lượng Thanh niên xung phong"


class Watch:
    """A clock that a test sets."""

    now = datetime(2022, 6, 30, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def services(tmp_path, monkeypatch, watch):
    monkeypatch.chdir(tmp_path)
    services = Services(load_settings({"EVENTS_FILE": str(EVENTS_YAML)}), clock=watch)
    upgrade(services.engine)
    yield services
    services.engine.dispose()


def sign_up(services, choice):
    now = services.clock()
    with services.engine.begin() as connection:
        person = people.sign_up(
            connection, "an@example.vn", "an@example.vn", choice.key,
            text_version="1", method="test", now=now,
        )  # fmt: skip
        people.confirm(connection, person, now)


def mails_of_each_morning(services, watch, first, last):
    """Return the mails by the day on which they came, the clock standing at 07:00 of each."""
    found = {}
    outbox, seen = services.settings.outbox, set()
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        watch.now = datetime(day.year, day.month, day.day, tzinfo=UTC)  # 07:00 in Việt Nam
        tick(services)
        new = set(outbox.glob("*.eml")) - seen
        seen |= new
        if new:
            read = [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in new]
            found[day.isoformat()] = [
                (mail["Subject"], plain(mail), calendar_days(mail)) for mail in read
            ]
    return found


def calendar_days(mail):
    """Return the first days of the entries in a mail's calendar part."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    return [event["dtstart"].dt.isoformat() for event in calendar.walk("VEVENT")]


def plain(mail):
    return mail.get_body(("plain",)).get_content()


def test_the_mails_of_a_province_s_sixtieth_year_fall_on_the_mornings_of_its_steps(services, watch):
    sign_up(services, Choice.parse({"campaign": ["quang-ninh-60"]}))

    found = mails_of_each_morning(services, watch, FIRST, LAST)

    assert list(found) == list(QUANG_NINH_60)
    for day, words in QUANG_NINH_60.items():
        [(_, text, days)] = found[day]  # one mail a morning
        assert words in text, day
        assert set(days) == {day}
    [(subject, text, _)] = found["2023-10-31"]
    assert subject.startswith("Việc hôm nay: Hạ cờ Tổ quốc")
    assert "D+1: Hạ cờ Tổ quốc" in text
    assert (
        "Khẩu hiệu: Nhiệt liệt chào mừng 60 năm Ngày thành lập tỉnh Quảng Ninh"
        " (30/10/1963 - 30/10/2023)!" in text
    )
    assert "Văn bản: Chỉ thị số 27-CT/TU ngày 22/7/2022 của Ban Thường vụ Tỉnh ủy" in text
    assert "/campaigns/quang-ninh-60?year=2023" in text


def test_who_sees_to_the_flags_is_told_when_they_go_up_and_come_down_in_the_morning_s_one_mail(
    services, watch
):
    watch.now = datetime(2025, 7, 1, tzinfo=UTC)
    choice = {"event": ["truyen-thong-thanh-nien-xung-phong"], "role": ["field"]}
    sign_up(services, Choice.parse(choice))

    found = mails_of_each_morning(services, watch, date(2025, 7, 1), date(2025, 7, 31))

    assert {day: subject for day, [(subject, _, _)] in found.items()} == {
        "2025-07-01": f"Còn 14 ngày: 75 năm {YOUTH} (15/7)",
        "2025-07-12": f"Còn 3 ngày: 75 năm {YOUTH} (15/7)",
        "2025-07-15": f"Hôm nay: 75 năm {YOUTH} (15/7)",
        "2025-07-17": f"Việc hôm nay: Tháo dỡ băng rôn, khẩu hiệu - Kỷ niệm 75 năm {YOUTH}",
    }
    [(_, third_day, _)] = found["2025-07-12"]
    assert "Treo băng rôn, khẩu hiệu" in third_day
    assert "Duyệt ma két" not in third_day  # the designer's work


def test_who_asks_for_no_steps_gets_the_days_alone(services, watch):
    watch.now = datetime(2023, 7, 1, tzinfo=UTC)
    sign_up(services, Choice.parse({"event": ["truyen-thong-thanh-nien-xung-phong"]}))

    found = mails_of_each_morning(services, watch, date(2023, 7, 1), date(2023, 7, 31))

    assert list(found) == ["2023-07-01", "2023-07-12"]


def test_the_second_day_of_a_campaign_is_announced_by_its_own_name(services, watch):
    watch.now = datetime(2026, 4, 30, 12, tzinfo=UTC)
    sign_up(services, Choice.parse({"campaign": ["chao-mung-30-4-va-1-5"]}))

    found = mails_of_each_morning(services, watch, date(2026, 5, 1), date(2026, 5, 1))

    [(subject, _, _)] = found["2026-05-01"]
    assert subject.startswith("Hôm nay: 140 năm Ngày Quốc tế Lao động (01/5)")
