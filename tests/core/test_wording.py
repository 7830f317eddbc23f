from datetime import date

import pytest

from calendar_service.core.campaign import Document
from calendar_service.core.campaign_wording import document_text
from calendar_service.core.date_wording import (
    date_text,
    founded_text,
    long_date_text,
    lunar_day_text,
    rule_text,
)
from calendar_service.core.dates import Month, PartialDate
from calendar_service.core.lunar import LunarDate
from calendar_service.core.model import Kind
from calendar_service.core.occurrences import list_month, occurrence_of
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from calendar_service.core.text import fold
from calendar_service.core.wording import (
    KINDS,
    anniversary_line,
    english_line,
    list_text,
    paragraph,
    source_text,
)

# Item 14 of the monthly letter of a province's Party committee of 3/7/2023, as it has
# them but for the case of "ngày".
LETTER_OF_JULY_2023 = [
    "73 năm Ngày Truyền thống lực lượng Thanh niên xung phong (15/7/1950 - 15/7/2023)",
    "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)",
    "94 năm Ngày thành lập Công đoàn Việt Nam (28/7/1929 - 28/7/2023)",
    "28 năm Việt Nam gia nhập ASEAN (28/7/1995 - 28/7/2023)",
    "63 năm Ngày Du lịch Việt Nam (09/7/1960 - 09/7/2023)",
    "36 năm Ngày Dân số thế giới (11/7/1987 - 11/7/2023)",
]
AHEAD_IN_JULY_2023 = "93 năm Ngày Truyền thống Ngành Tuyên giáo của Đảng (01/8/1930 - 01/8/2023)"


def test_the_shipped_registry_gives_the_letter_of_july_2023(shipped):
    found = list_month(shipped.events, Month(2023, 7), Selection())

    assert [anniversary_line(item) for item in found.items] == LETTER_OF_JULY_2023
    assert [anniversary_line(item) for item in found.upcoming] == [AHEAD_IN_JULY_2023]


def test_the_paragraph_of_a_month_joins_its_lines_and_looks_ahead(shipped):
    found = list_month(shipped.events, Month(2023, 7), Selection())

    assert paragraph(found) == (
        "; ".join(LETTER_OF_JULY_2023) + "; hướng tới kỷ niệm " + AHEAD_IN_JULY_2023
    )


def test_only_what_is_an_anniversary_is_looked_forward_to_as_one(shipped):
    found = list_month(shipped.events, Month(2027, 1), Selection())

    assert paragraph(found).partition("; hướng tới")[2] == (
        " kỷ niệm 110 năm Ngày sinh đồng chí Đỗ Mười (02/02/1917 - 02/02/2027);"
        " 97 năm Ngày thành lập Đảng Cộng sản Việt Nam (03/02/1930 - 03/02/2027);"
        " 120 năm Ngày sinh đồng chí Trường Chinh (09/02/1907 - 09/02/2027);"
        " hướng tới Tết Nguyên đán (1/1 âm lịch, tức 06/02/2027)"
    )


def test_a_list_has_the_days_to_come_that_are_no_anniversaries_apart(make_event):
    action = make_event(name="Tháng Nhân đạo", kind="observance", founded=None, on="1/5")
    victory = make_event(id="b", name="Chiến thắng", kind="history", founded="7/5/1954", on="7/5")
    found = list_month([action, victory], Month(2026, 4), Selection(all=True))

    assert list_text(found).splitlines() == [
        "Hướng tới kỷ niệm:",
        "72 năm Chiến thắng (07/5/1954 - 07/5/2026)",
        "Hướng tới:",
        "Tháng Nhân đạo (01/5)",
    ]


def test_the_text_of_a_month_has_one_line_an_item(shipped):
    found = list_month(shipped.events, Month(2023, 7), Selection())

    assert list_text(found).splitlines() == [
        *LETTER_OF_JULY_2023,
        "Hướng tới kỷ niệm:",
        AHEAD_IN_JULY_2023,
    ]


def test_october_2023_in_quang_ninh_carries_the_60_years_of_the_province(shipped):
    found = list_month(shipped.events, Month(2023, 10), Selection(region=("quang-ninh",)))

    assert "60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963 - 30/10/2023)" in [
        anniversary_line(item) for item in found.items
    ]


@pytest.mark.parametrize("year", range(2015, 2031))
def test_no_list_of_a_month_is_longer_than_twenty_lines(shipped, year):
    for number in range(1, 13):
        found = list_month(shipped.events, Month(year, number), Selection())

        assert len(list_text(found).splitlines()) <= 20, found.month


def line(event, year):
    occurrence = occurrence_of(event, year)
    assert occurrence is not None
    return anniversary_line(occurrence)


@pytest.mark.parametrize(
    ("on", "founded", "year", "expected"),
    [
        # Forms that real letters print.
        ("3/2", "3/2/1930", 2021, "91 năm Ngày X (03/02/1930 - 03/02/2021)"),
        ("8/12", "12/1958", 2018, "60 năm Ngày X (12/1958 - 12/2018)"),
        ("25/2", "2/1943", 2023, "80 năm Ngày X (02/1943 - 02/2023)"),
        ("4/4", "1604", 2024, "420 năm Ngày X (1604 - 2024)"),
        ("8/3", "40", 2022, "1982 năm Ngày X (40 - 2022)"),
        ("20/3", None, 2023, "Ngày X (20/3)"),
        ("27/7", "27/7/1947", 1947, "Ngày X (27/7/1947)"),
        ("27/7", "27/7/1947", 1948, "1 năm Ngày X (27/7/1947 - 27/7/1948)"),
        ("10/3 âm lịch", None, 2023, "Ngày X (10/3 âm lịch, tức 29/4/2023)"),
        ("giao thừa", None, 2024, "Ngày X (29/12 âm lịch, tức 28/01/2025)"),
        (
            "21/7 âm lịch",
            "2/9/1969",
            2024,
            "55 năm Ngày X (21/7 Kỷ Dậu 1969 - 21/7 Giáp Thìn 2024, tức 24/8/2024)",
        ),
        (
            "5/1 âm lịch",
            "1789",
            2024,
            "235 năm Ngày X (1789 - 2024; 5/1 âm lịch, tức 14/02/2024)",
        ),
    ],
)
def test_a_line_is_written_as_letters_write_it(make_event, on, founded, year, expected):
    assert line(make_event(on=on, founded=founded, name="Ngày X"), year) == expected


def test_a_month_of_action_shows_its_first_and_last_day(make_event):
    event = make_event(on="10/11", ends="10/12", founded=None, name="Tháng hành động")

    assert line(event, 2023) == "Tháng hành động (10/11 - 10/12)"


@pytest.mark.parametrize(
    ("founded", "year", "expected"),
    [
        ("27/7/1947", 2023, "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)"),
        ("27/7/1947", 1948, "War Invalids and Martyrs Day: 1 year (27 July 1947 - 27 July 1948)"),
        ("7/1947", 2023, "War Invalids and Martyrs Day: 76 years (July 1947 - July 2023)"),
        ("1947", 2023, "War Invalids and Martyrs Day: 76 years (1947 - 2023)"),
        (None, 2023, "War Invalids and Martyrs Day (27 July 2023)"),
    ],
)
def test_the_english_line_gives_the_same_facts(make_event, founded, year, expected):
    occurrence = occurrence_of(make_event(founded=founded), year)

    assert occurrence is not None
    assert english_line(occurrence) == expected


def test_the_english_line_of_a_lunar_day_counts_lunar_years(make_event):
    # The last month of the lunar year 2025 lies in 2026.
    event = make_event(on="23/12 âm lịch", founded="1765", name_en="X Day")

    occurrence = occurrence_of(event, 2025)

    assert occurrence is not None
    expected = "X Day: 260 years (1765 - 2025; 10 February 2026, lunar 23/12)"
    assert english_line(occurrence) == expected


def test_an_event_without_an_english_name_has_no_english_line(make_event):
    occurrence = occurrence_of(make_event(name_en=None), 2023)

    assert occurrence is not None
    assert english_line(occurrence) is None


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(1960, 7, 9), "09/7/1960", "Thứ Bảy, ngày 09 tháng 7 năm 1960"),
        (date(2023, 2, 11), "11/02/2023", "Thứ Bảy, ngày 11 tháng 02 năm 2023"),
        (date(2023, 10, 30), "30/10/2023", "Thứ Hai, ngày 30 tháng 10 năm 2023"),
        (date(2023, 7, 23), "23/7/2023", "Chủ nhật, ngày 23 tháng 7 năm 2023"),
    ],
)
def test_days_below_ten_and_months_one_and_two_are_padded(day, short, long):
    assert date_text(day) == short
    assert long_date_text(day) == long


def test_a_founding_date_is_printed_as_precisely_as_it_is_known():
    dates = (PartialDate(1960, 7, 9), PartialDate(1943, 2), PartialDate(1943))

    assert [founded_text(day) for day in dates] == ["09/7/1960", "02/1943", "1943"]


def test_a_leap_month_is_said_to_be_one():
    leap = LunarDate(year=2025, month=6, day=1, leap=True)

    assert lunar_day_text(leap) == "1/6/2025 âm lịch (tháng nhuận), năm Ất Tỵ"


@pytest.mark.parametrize(
    ("on", "text"),
    [
        ("9/7", "09/7"),
        ("10/3 âm lịch", "10/3 âm lịch"),
        ("giao thừa", "ngày cuối tháng 12 âm lịch"),
        ("second Sunday of May", "Chủ nhật thứ hai của tháng 5"),
        ("last Friday of March", "Thứ Sáu cuối cùng của tháng 3"),
    ],
)
def test_a_rule_is_said_in_words(make_event, on, text):
    assert rule_text(make_event(on=on, founded=None)) == text


def test_a_source_does_not_repeat_a_number_that_its_title_has():
    with_number = Source(title="Chỉ thị 223/CT-TW", number="223/CT-TW", dated=date(1975, 7, 8))
    page = Source(title="Cổng thông tin", url="https://example.vn/a")

    assert source_text(with_number) == "Chỉ thị 223/CT-TW, ngày 08/7/1975"
    assert source_text(page) == "Cổng thông tin, https://example.vn/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ngày Thương binh - Liệt sỹ", "ngày thương binh – liệt sĩ"),
        ("Cộng hòa", "CỘNG HOÀ"),
        ("Liệt  sỹ ", "liệt sĩ"),
        ("Thu\u0309y", "Thủy"),
        ("Thuỷ", "Thủy"),
    ],
)
def test_two_spellings_of_one_name_fold_to_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("má", "mà"), ("Đảng", "Dảng"), ("mất", "mắt")])
def test_letters_and_tones_that_differ_stay_different(one, other):
    assert fold(one) != fold(other)


def test_kinds_have_a_vietnamese_name_each():
    assert set(KINDS) == set(Kind)


@pytest.mark.parametrize(
    ("on", "ends", "founded", "year", "vietnamese", "english"),
    [
        (
            "10/11", "10/12", None, 2023,
            "Ngày X (10/11 - 10/12)",
            "X Day (10 November 2023 to 10 December 2023)",
        ),
        (
            "10/11", "10/12", "10/11/2000", 2023,
            "23 năm Ngày X (10/11/2000 - 10/11/2023; 10/11 - 10/12)",
            "X Day: 23 years (10 November 2000 - 10 November 2023; 10 November to 10 December)",
        ),
        (
            "10/11", "10/12", "2000", 2023,
            "23 năm Ngày X (2000 - 2023; 10/11 - 10/12)",
            "X Day: 23 years (2000 - 2023; 10 November to 10 December)",
        ),
        # Of a month there is nothing to add where it is the whole month.
        (
            "1/4", "30/4", "4/1930", 2020,
            "90 năm Ngày X (4/1930 - 4/2020)",
            "X Day: 90 years (April 1930 - April 2020)",
        ),
        (
            "1/4", "29/4", "4/1930", 2020,
            "90 năm Ngày X (4/1930 - 4/2020; 01/4 - 29/4)",
            "X Day: 90 years (April 1930 - April 2020; 1 April to 29 April)",
        ),
        # Tết Bính Ngọ was on 17/2/2026.
        (
            "1/1 âm lịch", "3/1 âm lịch", None, 2026,
            "Ngày X (1/1 - 3/1 âm lịch, tức 17/02/2026 - 19/02/2026)",
            "X Day (17 February 2026 to 19 February 2026, lunar 1/1)",
        ),
        (
            "1/1 âm lịch", "3/1 âm lịch", "1789", 2026,
            "237 năm Ngày X (1789 - 2026; 1/1 - 3/1 âm lịch, tức 17/02/2026 - 19/02/2026)",
            "X Day: 237 years (1789 - 2026; 17 February 2026 to 19 February 2026, lunar 1/1)",
        ),
    ],
)  # fmt: skip
def test_a_span_is_written_with_its_first_and_last_day_in_both_languages(
    make_event, on, ends, founded, year, vietnamese, english
):
    event = make_event(on=on, ends=ends, founded=founded, name="Ngày X", name_en="X Day")

    occurrence = occurrence_of(event, year)

    assert occurrence is not None
    assert anniversary_line(occurrence) == vietnamese
    assert english_line(occurrence) == english


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2023, "Ngày X (30/12 âm lịch, tức 09/02/2024)"),
        # 9/2/2024 was the 30th of the last month of Quý Mão; that of Giáp Thìn has 29 days.
        (
            2024,
            "1 năm Ngày X (30/12 Quý Mão 2023 - 29/12 Giáp Thìn 2024, tức 28/01/2025)",
        ),
    ],
)
def test_a_lunar_line_counts_from_the_lunar_day_of_the_founding(make_event, year, expected):
    assert line(make_event(on="giao thừa", founded="9/2/2024", name="Ngày X"), year) == expected


@pytest.mark.parametrize(
    ("title", "ending"),
    [
        # As the texts themselves are cited: Nghị định 145/2013/NĐ-CP, Chỉ thị 381-CT/TW.
        ("quy định về tổ chức ngày kỷ niệm", "của Chính phủ quy định về tổ chức ngày kỷ niệm"),
        ("lấy ngày 22/12 là Ngày hội", "của Chính phủ về việc lấy ngày 22/12 là Ngày hội"),
        ("tổ chức kỷ niệm", "của Chính phủ về tổ chức kỷ niệm"),
        ("về tổ chức kỷ niệm", "của Chính phủ về tổ chức kỷ niệm"),
    ],
)
def test_a_document_is_named_with_its_title_as_letters_do(title, ending):
    document = Document(kind="Nghị định", number="145/2013/NĐ-CP", issuer="Chính phủ", title=title)

    assert document_text(document) == f"Nghị định số 145/2013/NĐ-CP {ending}"
