"""What mails say."""

from datetime import date
from html.parser import HTMLParser

import pytest

from calendar_service.core.dates import Month
from calendar_service.core.lead_times import Digest, Preset
from calendar_service.core.model import MonthList
from calendar_service.core.occurrences import occurrence_of
from calendar_service.core.reminders import Choice, Morning, Outlook, Reminder
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from calendar_service.mail.compose import (
    compose_confirmation,
    compose_manage_link,
    compose_morning,
)

BASE_URL = "https://lich.example.vn"
THE_DAY = date(2023, 7, 27)
ONE_DAY = Choice(selection=Selection(event=("thuong-binh-liet-si",)), digests=())
DIGEST = Choice(preset=Preset.NONE, digests=(Digest.MONTH,))


def _letter(occurrences, today, lang="vi"):
    reminders = tuple(
        Reminder(occurrence=occurrence, lead_days=(occurrence.on - today).days)
        for occurrence in occurrences
    )
    morning = Morning(on=today, reminders=reminders, outlooks=())
    return compose_morning(morning, {}, today, lang, BASE_URL)


@pytest.mark.parametrize(
    ("today", "lang", "subject"),
    [
        (date(2023, 7, 13), "vi", "Còn 14 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"),
        (date(2023, 7, 27), "vi", "Hôm nay: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"),
        (date(2023, 7, 13), "en", "In 14 days: War Invalids and Martyrs Day, 76 years (27 July)"),
        (date(2023, 7, 26), "en", "In 1 day: War Invalids and Martyrs Day, 76 years (27 July)"),
        (date(2023, 7, 27), "en", "Today: War Invalids and Martyrs Day, 76 years (27 July)"),
    ],
)
def test_the_subject_tells_days_left_and_the_anniversary(make_event, today, lang, subject):
    assert _letter([occurrence_of(make_event(), 2023)], today, lang).subject == subject


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("vi", "Còn 14 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7) và 2 ngày kỷ niệm khác"),
        (
            "en",
            "In 14 days: War Invalids and Martyrs Day, 76 years (27 July) and 2 more anniversaries",
        ),
    ],
)
def test_the_subject_names_the_nearest_and_counts_the_others(make_event, lang, subject):
    day = occurrence_of(make_event(), 2023)

    assert _letter([day, day, day], date(2023, 7, 13), lang).subject == subject


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("vi", "Còn 14 ngày: Giỗ Tổ Hùng Vương (10/3 âm lịch, tức 29/4)"),
        ("en", "In 14 days: Hung Kings Day (29 April, lunar 10/3)"),
    ],
)
def test_the_subject_of_a_lunar_day_has_both_its_days(make_event, lang, subject):
    event = make_event(
        on="10/3 âm lịch", founded=None, name="Giỗ Tổ Hùng Vương", name_en="Hung Kings Day"
    )

    assert _letter([occurrence_of(event, 2023)], date(2023, 4, 15), lang).subject == subject


def test_the_days_left_are_counted_from_the_day_of_sending(letter_of):
    letter = letter_of(date(2023, 7, 13), ONE_DAY, today=date(2023, 7, 15))

    assert letter.subject == "Còn 12 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"


def test_the_text_holds_the_line_both_days_the_class_the_sources_and_links(make_event):
    letter = _letter([occurrence_of(make_event(), 2023)], date(2023, 7, 13))

    assert letter.text == (
        "Còn 14 ngày: Thứ Năm, ngày 27 tháng 7 năm 2023 (10/6/2023 âm lịch, năm Quý Mão)\n"
        "\n"
        "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)\n"
        "\n"
        "Năm khác\n"
        "Nguồn: Chỉ thị 223/CT-TW, ngày 08/7/1975\n"
        "Chi tiết: https://lich.example.vn/events/thuong-binh-liet-si\n"
        "\n"
        "Bạn nhận thư này vì địa chỉ này đã đăng ký nhắc lịch kỷ niệm tại"
        " https://lich.example.vn.\n"
        "Xem, đổi hoặc tạm dừng đăng ký: https://lich.example.vn/manage/@@MANAGE@@\n"
        "Thôi nhận thư: https://lich.example.vn/unsubscribe/@@UNSUBSCRIBE@@\n"
    )


def test_the_english_text_carries_the_vietnamese_line_as_well(make_event):
    letter = _letter([occurrence_of(make_event(), 2023)], date(2023, 7, 13), "en")

    assert letter.text == (
        "In 14 days: Thursday, 27 July 2023 (lunar 10/6/2023, year Quý Mão)\n"
        "\n"
        "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)\n"
        "\n"
        "For a letter in Vietnamese: 76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)\n"
        "Other year\n"
        "Source: Chỉ thị 223/CT-TW, ngày 08/7/1975\n"
        "Details: https://lich.example.vn/events/thuong-binh-liet-si\n"
        "\n"
        "You get this mail because this address signed up for reminders at"
        " https://lich.example.vn.\n"
        "See, change or pause your subscription: https://lich.example.vn/manage/@@MANAGE@@\n"
        "Unsubscribe: https://lich.example.vn/unsubscribe/@@UNSUBSCRIBE@@\n"
    )


def test_a_span_names_its_last_day(make_event):
    event = make_event(on="1/8", ends="7/8", founded=None, name="Tuần lễ Nuôi con bằng sữa mẹ")

    letter = _letter([occurrence_of(event, 2023)], date(2023, 7, 18))

    assert letter.subject == "Còn 14 ngày: Tuần lễ Nuôi con bằng sữa mẹ (01/8 - 07/8)"
    assert "năm Quý Mão) đến Thứ Hai, ngày 07 tháng 8 năm 2023\n" in letter.text


class _Page(HTMLParser):
    """Collects what a page shows and what it links to."""

    def __init__(self, html):
        super().__init__()
        self.texts, self.links, self.tags = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.texts += [data.strip()] if data.strip() else []


def test_the_page_shows_what_the_text_says_and_links_the_same(make_event):
    letter = _letter([occurrence_of(make_event(), 2023)], date(2023, 7, 13))

    page = _Page(letter.html)

    assert page.links == [
        "https://lich.example.vn/events/thuong-binh-liet-si",
        "https://lich.example.vn/manage/@@MANAGE@@",
        "https://lich.example.vn/unsubscribe/@@UNSUBSCRIBE@@",
    ]
    for text in (
        "Còn 14 ngày:",
        "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)",
        "Năm khác",
        "Nguồn: Chỉ thị 223/CT-TW, ngày 08/7/1975",
    ):
        assert text in page.texts


def test_names_and_sources_cannot_bring_markup_into_the_page(make_event):
    event = make_event(
        name='<script>alert("1")</script> & Ngày',
        sources=(Source(title='<img src="x">', url='https://a.vn/?a=1&b="2"'),),
    )

    letter = _letter([occurrence_of(event, 2023)], date(2023, 7, 13))

    assert not {"script", "img"} & set(_Page(letter.html).tags)
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; Ngày" in letter.html
    assert '76 năm <script>alert("1")</script> & Ngày (27/7/1947' in letter.text


def test_a_digest_carries_the_whole_paragraph_of_the_month(make_event):
    july = Month(2023, 7)
    first = occurrence_of(make_event(), 2023)
    coming = occurrence_of(make_event(on="19/8", founded="19/8/1945", name="Ngày Công an"), 2023)
    months = {july: MonthList(month=july, items=(first,), upcoming=(coming,))}
    outlook = Outlook(digest=Digest.MONTH, months=(july,))
    morning = Morning(on=date(2023, 6, 20), reminders=(), outlooks=(outlook,))

    letter = compose_morning(morning, months, date(2023, 6, 20), "vi", BASE_URL)

    paragraph = (
        "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023); hướng tới kỷ niệm"
        " 78 năm Ngày Công an (19/8/1945 - 19/8/2023)"
    )
    assert letter.subject == "Tháng 7 năm 2023: 1 ngày kỷ niệm"
    assert letter.text.startswith(
        f"THÁNG 7 NĂM 2023\n\n{paragraph}\n\nChi tiết: https://lich.example.vn/month/2023-07\n"
    )
    assert paragraph in _Page(letter.html).texts


def test_a_month_without_a_day_says_so():
    july = Month(2023, 7)
    outlook = Outlook(digest=Digest.MONTH, months=(july,))
    morning = Morning(on=date(2023, 6, 20), reminders=(), outlooks=(outlook,))
    months = {july: MonthList(month=july, items=(), upcoming=())}

    letter = compose_morning(morning, months, date(2023, 6, 20), "vi", BASE_URL)

    assert letter.subject == "Tháng 7 năm 2023: 0 ngày kỷ niệm"
    assert "Không có ngày kỷ niệm nào theo lựa chọn của bạn." in letter.text


@pytest.mark.parametrize(
    ("on", "digest", "vi", "en"),
    [
        (date(2023, 6, 20), Digest.MONTH, "Tháng 7 năm 2023: ", "July 2023: "),
        (date(2023, 6, 15), Digest.QUARTER, "Quý III năm 2023: ", "Q3 2023: "),
        (date(2023, 12, 1), Digest.YEAR, "Năm 2024: ", "2024: "),
    ],
)
def test_the_subject_of_a_digest_names_its_time(letter_of, on, digest, vi, en):
    choice = Choice(preset=Preset.NONE, digests=(digest,))

    assert letter_of(on, choice).subject.startswith(vi)
    assert letter_of(on, choice, lang="en").subject.startswith(en)


def test_an_english_digest_has_english_lines_and_the_paragraph_in_vietnamese(letter_of):
    letter = letter_of(date(2023, 6, 20), DIGEST, lang="en")

    assert "\nWar Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)\n" in letter.text
    assert "; 76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023); " in letter.text


@pytest.mark.parametrize(
    ("lang", "subject", "said"),
    [
        ("vi", "Xác nhận đăng ký nhắc lịch kỷ niệm", ["72 giờ", "Nếu không phải bạn, xin bỏ qua"]),
        ("en", "Confirm your anniversary reminders", ["72 hours", "ignore this mail"]),
    ],
)
def test_a_confirmation_says_who_asked_how_long_and_what_else(lang, subject, said):
    letter = compose_confirmation(lang, BASE_URL)

    assert letter.subject == subject
    assert "\n\nhttps://lich.example.vn/confirm/@@CONFIRM@@\n\n" in letter.text
    assert _Page(letter.html).links == ["https://lich.example.vn/confirm/@@CONFIRM@@"]
    assert all(text in letter.text and text in letter.html for text in said)
    assert letter.campaign is None


@pytest.mark.parametrize(
    ("lang", "subject"),
    [
        ("vi", "Xem hoặc đổi đăng ký nhắc lịch của bạn"),
        ("en", "See or change your anniversary reminders"),
    ],
)
def test_an_address_that_is_known_gets_the_link_to_its_choice(lang, subject):
    letter = compose_manage_link(lang, BASE_URL)

    assert letter.subject == subject
    assert "\n\nhttps://lich.example.vn/manage/@@MANAGE@@\n\n" in letter.text
    assert _Page(letter.html).links == ["https://lich.example.vn/manage/@@MANAGE@@"]
    assert letter.campaign is None
