"""What a person sees who opens our mail in a real mailbox."""

import email
import imaplib
import re
from datetime import UTC, date, datetime
from email import policy

import icalendar
import pytest

from calendar_service.core.reminders import Choice
from calendar_service.core.tokens import Purpose
from calendar_service.worker import tick

SEVEN = datetime(2023, 7, 13, tzinfo=UTC)  # 14 days before the day
LINE = "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"


@pytest.fixture
def received(services, dovecot, watch, mailboxes, sign_up):
    """Return the mail of a morning as Dovecot shows it to its reader."""
    sign_up("binh@lich.example", Choice(lead_days=(14,), digests=()))
    watch.now = SEVEN
    tick(services)
    mailboxes.wait("binh", 1)
    with imaplib.IMAP4("127.0.0.1", dovecot) as server:
        server.login("binh", "s3cret")
        assert server.select() == ("OK", [b"1"])
        [(_, data), _] = server.fetch("1", "(RFC822)")[1]
    return email.message_from_bytes(data, policy=policy.default)


def content(mail, content_type):
    [found] = [part for part in mail.walk() if part.get_content_type() == content_type]
    return found.get_content().replace("\r\n", "\n")


def test_a_mail_in_a_real_mailbox_has_its_headers_text_page_and_calendar(received, services):
    assert received["Subject"] == "Còn 14 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"
    assert received["From"].addresses[0].display_name == "Lịch kỷ niệm"
    assert received["To"] == "binh@lich.example"
    assert re.fullmatch(r"<[0-9a-f]{32}@lich\.example>", received["Message-ID"])
    link = re.fullmatch(
        r"<https://lich\.example\.vn/unsubscribe/(\S+)>", received["List-Unsubscribe"]
    )
    assert services.tokens.read(Purpose.UNSUBSCRIBE, link[1], SEVEN) == 1
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert LINE in content(received, "text/plain").split("\n")  # alone, ready to paste
    page = content(received, "text/html")
    assert LINE in page
    assert "Thứ Năm, ngày 27 tháng 7 năm 2023" in page

    calendar = icalendar.Calendar.from_ical(content(received, "text/calendar"))
    [event] = calendar.events
    assert calendar["METHOD"] == "PUBLISH"
    assert event["SUMMARY"] == LINE
    assert event["DTSTART"].dt == date(2023, 7, 27)
