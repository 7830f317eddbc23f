"""Letters as bytes, and each person's copy."""

import email
import random
import re
from datetime import date
from email import policy

import pytest

from calendar_service.core.lead_times import Digest
from calendar_service.core.reminders import Choice
from calendar_service.core.selection import Selection
from calendar_service.errors import InvalidAddressError
from calendar_service.mail.compose import Letter, compose_confirmation, compose_manage_link
from calendar_service.mail.skeleton import Person, personalise, quoted_printable, skeleton

BASE_URL = "https://lich.example.vn"
SENDER = "Lịch kỷ niệm <lich@example.vn>"
TOKEN = "WzEyMzQ1Njc4OSwxNzAwMDAwMDAwXQ.abcdefghijklmnopqrstuvwxyz_-A"  # noqa: S105
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nNAME:Lịch\r\nEND:VCALENDAR\r\n".encode()
ON = date(2023, 7, 20)  # a morning of reminders and a digest
EVERYTHING = Choice(selection=Selection(all=True), digests=tuple(Digest))


def _parts(mail):
    return {part.get_content_type(): part for part in email.message_from_bytes(
        mail, policy=policy.default).walk()}  # fmt: skip


def _by_hand(mail, content_type):
    """Return the text of a part, decoded by the rules of RFC 2045 section 6.7 alone."""
    start = mail.index(f"Content-Type: {content_type};".encode())
    body = mail[start:].partition(b"\r\n\r\n")[2].partition(b"\r\n--=_")[0]
    joined = body.replace(b"=\r\n", b"")
    octets = re.sub(rb"=([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), joined)
    return octets.decode("utf-8").replace("\r\n", "\n")


def _patched(text):
    for mark, first in (("@@CONFIRM@@", "c"), ("@@MANAGE@@", "m"), ("@@UNSUBSCRIBE@@", "u")):
        text = text.replace(mark, first + TOKEN[1:])
    return text


def test_a_mail_has_the_headers_of_a_list(letter_of, mail_of):
    head = mail_of(letter_of(date(2023, 7, 13), Choice())).partition(b"\r\n\r\n")[0]

    assert sorted(head.decode("ascii").split("\r\n")) == sorted([
        "Date: Thu, 13 Jul 2023 00:00:00 +0000",
        "Message-ID: <0123456789abcdef0123456789abcdef@example.vn>",
        "To: binh@example.vn",
        'Content-Type: multipart/alternative; boundary="=_alternative"',
        "MIME-Version: 1.0",
        "From: =?utf-8?b?TOG7i2NoIGvhu7cgbmnhu4dt?= <lich@example.vn>",
        # Còn 14 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)
        "Subject: =?utf-8?b?Q8OybiAxNCBuZ8OgeTogNzYgbsSDbSBOZ8OgeSBUaMawxqFuZyBi?=",
        " =?utf-8?b?aW5oIC0gTGnhu4d0IHPhu7kgKDI3Lzcp?=",
        "Auto-Submitted: auto-generated",
        "List-Id: <lich.example.vn>",
        f"List-Unsubscribe: <https://lich.example.vn/unsubscribe/u{TOKEN[1:]}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Feedback-ID: 2023-07-13:vi:morning:lich-ky-niem",
    ])  # fmt: skip


@pytest.mark.parametrize("compose", [compose_confirmation, compose_manage_link])
def test_an_answer_to_a_sign_up_is_no_mail_of_a_list(mail_of, compose):
    mail = email.message_from_bytes(mail_of(compose("vi", BASE_URL)), policy=policy.default)

    assert sorted(mail.keys()) == [
        "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID",
        "Subject", "To",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_bodies_are_read_back_as_composed_by_python_and_by_hand(letter_of, mail_of, lang):
    letter = letter_of(ON, EVERYTHING, lang=lang, calendar=CALENDAR)

    mail = mail_of(letter)

    parts = _parts(mail)
    for content_type, text in (("text/plain", letter.text), ("text/html", letter.html)):
        assert parts[content_type].get_content().replace("\r\n", "\n") == _patched(text)
        assert _by_hand(mail, content_type) == _patched(text)
        assert "@@" not in _patched(text)


def test_no_line_of_a_whole_mail_is_over_76_characters_but_the_url(letter_of, mail_of):
    lines = mail_of(letter_of(ON, EVERYTHING, calendar=CALENDAR)).split(b"\r\n")

    assert [line for line in lines if len(line) > 76] == [
        f"List-Unsubscribe: <https://lich.example.vn/unsubscribe/u{TOKEN[1:]}>".encode()
    ]
    assert all(line.isascii() for line in lines)


def test_a_mail_without_a_calendar_is_two_forms_of_one_text(mail_of):
    mail = email.message_from_bytes(mail_of(compose_confirmation("vi", BASE_URL)))

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_calendar_is_attached_beside_the_text_under_an_ascii_name(letter_of, mail_of):
    mail = mail_of(letter_of(ON, Choice(), calendar=CALENDAR))

    message = email.message_from_bytes(mail, policy=policy.default)
    calendar = _parts(mail)["text/calendar"]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip
    assert calendar["Content-Type"].params == {"method": "PUBLISH", "charset": "utf-8"}
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar.get_content_disposition() == "attachment"
    assert calendar.get_filename() == "lich-ky-niem.ics"
    assert calendar.get_payload(decode=True) == CALENDAR


def test_the_same_letter_is_the_same_bytes(letter_of, mail_of):
    letter = letter_of(ON, Choice(), calendar=CALENDAR)

    assert mail_of(letter) == mail_of(letter)


@pytest.mark.parametrize("length", [1, 30, 60])
def test_a_token_of_any_length_breaks_no_line_wherever_it_stands(length):
    chosen = random.Random(27)  # noqa: S311
    for _ in range(200):
        before, after = ("".join(chosen.choices("aế =.\n", k=chosen.randint(0, 90))) for _ in "ab")

        coded = quoted_printable(f"{before}@@MANAGE@@{after}").replace("@@MANAGE@@", "t" * length)

        message = email.message_from_string(
            f"Content-Type: text/plain; charset=utf-8\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n{coded}"
        )
        decoded = message.get_payload(decode=True).decode()
        assert decoded == f"{before}{'t' * length}{after}"
        assert max(len(line) for line in coded.split("\n")) <= 76


@pytest.mark.parametrize(
    "address", ["a@b.vn\r\nBcc: c@d.vn", "bình@example.vn", "a@ví-dụ.vn", "a b@c.vn", "a", ""]
)
def test_an_address_that_could_break_a_header_is_refused(address):
    with pytest.raises(InvalidAddressError, match="IDNA"):
        Person(address=address, message_id="<1@example.vn>", date="")


def test_an_address_that_looks_like_a_mark_patches_nothing():
    whole = skeleton(
        Letter(subject="@@ADDRESS@@", text="@@ADDRESS@@", html="", campaign="2023-07-13"),
        sender=SENDER, list_id="lich.example.vn", base_url=BASE_URL,
    )  # fmt: skip
    person = Person(
        address="@@UNSUBSCRIBE@@@b.vn", message_id="<1@b.vn>", date="", unsubscribe="secret"
    )

    mail = personalise(whole, person)

    assert b"To: @@UNSUBSCRIBE@@@b.vn\r\n" in mail
    assert b"Subject: @@ADDRESS@@\r\n" in mail


def test_a_sender_with_a_vietnamese_domain_is_written_in_idna():
    letter = compose_confirmation("en", BASE_URL)

    whole = skeleton(letter, sender="lich@lịch.vn", list_id="x.vn", base_url=BASE_URL)

    assert b"\r\nFrom: lich@xn--lch-llz.vn\r\n" in whole
