"""Vietnamese in headers, read back by decoders that are not ours."""

import email
import random
from datetime import date, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from calendar_service.core.lead_times import Digest
from calendar_service.core.occurrences import select
from calendar_service.core.reminder_wording import reminder_title
from calendar_service.core.reminders import Choice, morning_on
from calendar_service.core.selection import Selection
from calendar_service.mail.policy import POLICY, fold_addresses, fold_text

COUNT = 3000
WORDS = """
    kỷ niệm năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023) Công văn số 1714 của Ban
    Tuyên giáo Tỉnh ủy Quảng Ninh Nghệ An Đắk Lắk Hướng tới thành lập Đảng Cộng sản Việt Nam
    truyền thống ngành Đường sắt, đồng chí Nguyễn Văn Cừ; Lê Hồng Phong: Giỗ Tổ Hùng Vương
    10/3 âm lịch Quốc khánh nước Cộng hòa xã hội chủ nghĩa giải phóng miền Nam thống nhất
    ASEAN UNESCO "Uống nước nhớ nguồn" nghiêng nghiêng khuỷu tay ngoằn ngoèo Ủy ban Ơn Ư ữ ỡ
    76 năm 3 và 2 ngày khác Còn 14 ngày: Hôm nay: – … A B Ý
"""
NAME_WORDS = """
    Ban Tuyên giáo Tỉnh ủy Quảng Ninh Lịch kỷ niệm Sở Văn hóa Thể thao và Du lịch Đắk Lắk Báo
    Nhân Dân Đài Truyền hình Việt Nam Ủy ban Mặt trận Tổ quốc Nguyễn Thị Hương Ý Ơn Hà Nội Thuỷ
"""


def _some(words, seed, longest):
    chosen = random.Random(seed)  # noqa: S311
    known = words.split()
    return [" ".join(chosen.choices(known, k=chosen.randint(1, longest))) for _ in range(COUNT)]


def _subject_lines(text):
    message = EmailMessage(POLICY)
    message["Subject"] = text
    return message.as_bytes().decode("ascii").split("\r\n")[:-2]


def _from_lines(name):
    message = EmailMessage(POLICY)
    message["From"] = Address(name, addr_spec="lich@example.vn")
    return message.as_bytes().decode("ascii").split("\r\n")[:-2]


def _value(lines):
    return "\r\n".join(lines).partition(": ")[2]


def test_3000_subjects_are_whole_in_two_decoders_and_no_line_is_over_76(by_hand, perl):
    texts = _some(WORDS, seed=1947, longest=30)

    folded = [_subject_lines(text) for text in texts]

    values = [_value(lines) for lines in folded]
    assert [by_hand(value) for value in values] == texts
    assert perl(values) == texts
    assert max(len(line) for lines in folded for line in lines) <= 76


def test_3000_names_are_whole_in_two_decoders_and_no_line_is_over_76(by_hand, perl):
    names = _some(NAME_WORDS, seed=1945, longest=14)

    folded = [_from_lines(name) for name in names]

    values = [_value(lines) for lines in folded]
    assert [by_hand(value) for value in values] == [f"{name} <lich@example.vn>" for name in names]
    assert perl(values) == [f"{name} <lich@example.vn>" for name in names]
    assert max(len(line) for lines in folded for line in lines) <= 76


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_subject_of_a_year_is_whole_in_three_decoders(
    shipped, letter_of, by_hand, perl, lang
):
    choice = Choice(selection=Selection(all=True), digests=tuple(Digest))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    days = [day for day in days if morning_on(shipped, choice, day)]
    subjects = [letter_of(day, choice, lang=lang).subject for day in days]
    year = select(shipped.events, date(2026, 1, 1), date(2026, 12, 31), choice.selection)
    subjects += [reminder_title(occurrence, 14, 2, lang) for occurrence in year]

    folded = [_subject_lines(subject) for subject in subjects]

    values = [_value(lines) for lines in folded]
    assert len(subjects) > 500
    assert [by_hand(value) for value in values] == subjects
    assert perl(values) == subjects
    assert [_read_by_python(lines) for lines in folded] == subjects
    assert max(len(line) for lines in folded for line in lines) <= 76


def _read_by_python(lines):
    return email.message_from_string("\r\n".join(lines), policy=policy.default)["Subject"]


def test_a_subject_that_the_standard_library_damages_stays_whole():
    text = "Nhắc lịch: còn 7 ngày - Công văn số 1714 về kỷ niệm 76 năm Ngày Thương binh - Liệt sỹ"

    assert fold_text("Subject", text) == [  # as coreutils' base64 writes the three pieces
        "Subject: =?utf-8?b?Tmjhuq9jIGzhu4tjaDogY8OybiA3IG5nw6B5IC0gQ8O0bmcgdsSD?=",
        " =?utf-8?b?biBz4buRIDE3MTQgduG7gSBr4bu3IG5p4buHbSA3NiBuxINtIE5nw6B5IFRo?=",
        " =?utf-8?b?xrDGoW5nIGJpbmggLSBMaeG7h3Qgc+G7uQ==?=",
    ]


def test_letters_and_marks_written_apart_become_one():
    assert fold_text("Subject", "a\u0302\u0301") == ["Subject: =?utf-8?b?4bql?="]  # ấ


def test_plain_english_stays_readable_and_folds_between_words():
    text = (
        "In 14 days: Traditional Day of the Youth Volunteers Force, 73 years"
        " (15 July) and 1 more anniversary"
    )

    assert fold_text("Subject", text) == [
        "Subject: In 14 days: Traditional Day of the Youth Volunteers Force, 73 years",
        " (15 July) and 1 more anniversary",
    ]


@pytest.mark.parametrize("text", ["=?utf-8?b?4bql?= is no word of ours", "x" * 200])
def test_what_readers_would_mistake_or_cannot_fold_is_encoded(by_hand, text):
    lines = fold_text("Subject", text)

    assert by_hand(_value(lines)) == text
    assert max(len(line) for line in lines) <= 76


def test_an_empty_subject_is_an_empty_header():
    assert fold_text("Subject", "") == ["Subject: "]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Lich ky niem", "From: Lich ky niem <lich@example.vn>"),
        ("Ban, Lich", 'From: "Ban, Lich" <lich@example.vn>'),
        ('"Lich"', 'From: "\\"Lich\\"" <lich@example.vn>'),
        ("", "From: lich@example.vn"),
        ("Lịch", "From: =?utf-8?b?TOG7i2No?= <lich@example.vn>"),
    ],
)
def test_a_name_is_written_bare_quoted_or_encoded(name, written):
    assert fold_addresses("From", [(name, "lich@example.vn")]) == [written]


def test_several_addresses_are_parted_by_commas_after_each_address():
    lines = fold_addresses("To", [("Bình", "binh@example.vn"), ("", "an@example.vn")])

    assert lines == ["To: =?utf-8?b?QsOsbmg=?= <binh@example.vn>, an@example.vn"]


def test_a_url_is_never_folded():
    message = EmailMessage(POLICY)
    message["List-Unsubscribe"] = f"<https://lich.example.vn/unsubscribe/{'x' * 90}>"

    assert message.as_bytes() == (
        f"List-Unsubscribe: <https://lich.example.vn/unsubscribe/{'x' * 90}>\r\n\r\n".encode()
    )
