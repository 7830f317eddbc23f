"""Search finds events by their names however they are typed, and by days."""

import unicodedata
from datetime import date

import pytest

from calendar_service.core.model import Observed
from calendar_service.core.search import next_occurrence, region_named, search
from tests.conftest import registry_of


def found(registry, text, limit=20):
    return [each.event.id for each in search(registry, text, limit)]


@pytest.mark.parametrize(
    "text",
    [
        "Thương binh - Liệt sỹ",
        "THƯƠNG BINH LIỆT SĨ",
        "ngày thương binh liệt sỹ",
        "thuong binh liet sy",
        "thuong binh",
        "thuơng binh",  # a slip in a mark
        "liệt sĩ thương binh",
        "76 năm Ngày Thương binh - Liệt sỹ",
        "War Invalids",
        "thuong-binh-liet-si",
        "27/7",
        "27-7",
        "27.7.1947",
        "27/7/1947",
        "1947-07-27",
        "7/1947",
        "ngày 27 tháng 7",
        "Ngày 27/7",
        "27 thang 7",
        "ngày 27 tháng 7 năm 1947",
        "tháng 7 năm 1947",
        "  thương   binh ",
        unicodedata.normalize("NFD", "Thương binh"),
    ],
)
def test_an_event_is_found_first_however_it_is_typed(shipped, text):
    assert found(shipped, text)[:1] == ["thuong-binh-liet-si"]


def test_the_place_of_a_tone_does_not_count(shipped):
    assert found(shipped, "hoà bình") == found(shipped, "hòa bình") != []


def test_marks_that_were_typed_come_before_names_without_them(shipped):
    by_marks = found(shipped, "tết")

    assert by_marks[0] == "tet-nguyen-dan"


def test_former_names_and_aliases_are_found_and_named(shipped):
    (first, *_) = search(shipped, "TBLS", 5)

    assert first.event.id == "thuong-binh-liet-si"


def test_a_lunar_day_is_found(shipped):
    assert found(shipped, "10/3 âm lịch")[0] == "gio-to-hung-vuong"


@pytest.mark.parametrize("text", ["mùng 10 tháng 3 âm lịch", "ngày 10/3 âm lịch"])
def test_a_lunar_day_is_found_as_it_is_spoken(shipped, text):
    assert found(shipped, text)[0] == "gio-to-hung-vuong"


def test_a_month_or_a_day_alone_is_no_date(shipped):
    assert found(shipped, "ngày 27", 100) == found(shipped, "27", 100)


def test_a_day_finds_what_falls_on_it_by_the_lunar_calendar_too(shipped):
    assert "gio-to-hung-vuong" in found(shipped, "29/4/2023")


def test_a_year_finds_what_was_founded_in_it(shipped):
    assert "cong-doan-viet-nam" in found(shipped, "1929", 100)
    assert found(shipped, "năm 1929", 100) == found(shipped, "1929", 100)


@pytest.fixture
def provinces(make_event):
    """Ấp Bắc of Tiền Giang, which Đồng Tháp took in on 1/7/2025, and two days of Đồng Tháp."""
    return registry_of(
        make_event(id="khac", name="Ngày khai giảng đầu tiên"),
        make_event(id="chien-thang-ap-bac", name="Chiến thắng Ấp Bắc", region="tien-giang"),
        make_event(id="sinh-nguyen-thi-luu", name="Ngày sinh của một người", region="dong-thap"),
        make_event(id="tinh-dong-thap", name="Ngày thành lập tỉnh Đồng Tháp", region="dong-thap"),
    )


@pytest.mark.parametrize("text", ["Tiền Giang", "tien giang", "tỉnh Tiền Giang", "TIỀN GIANG"])
def test_the_name_of_a_merged_province_finds_its_own_events(provinces, text):
    (first, *_) = search(provinces, text, 5)

    assert (first.event.id, first.matched) == ("chien-thang-ap-bac", "Tiền Giang")
    assert region_named(text) == "tien-giang"


def test_a_province_has_what_names_it_first_and_what_was_merged_into_it_last(provinces):
    assert found(provinces, "Đồng Tháp") == [
        "tinh-dong-thap",
        "sinh-nguyen-thi-luu",
        "chien-thang-ap-bac",
    ]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("TPHCM", "ho-chi-minh"),
        ("TP. Hồ Chí Minh", "ho-chi-minh"),
        ("Đắc Lắc", "dak-lak"),
        ("Bắc Cạn", "bac-kan"),
        ("Ấp Bắc", None),
    ],
)
def test_other_spellings_of_a_province_are_known(text, region):
    assert region_named(text) == region


@pytest.mark.parametrize("text", ["", " ", "-", "zzzz", "31/2", "\x00", "(" * 50, "99/99/9999"])
def test_what_names_nothing_finds_nothing(shipped, text):
    assert found(shipped, text) == []


def test_no_more_are_returned_than_asked_for(shipped):
    assert len(found(shipped, "ngày thành lập", limit=3)) == 3


def test_the_next_occurrence_is_today_s_when_it_is_today(make_event):
    event = make_event()

    assert next_occurrence(event, date(2023, 7, 27)).on == date(2023, 7, 27)
    assert next_occurrence(event, date(2023, 7, 28)).on == date(2024, 7, 27)


def test_what_is_kept_every_ten_years_has_its_next_occurrence_however_far(make_event):
    event = make_event(on="19/12", founded="19/12/1946", observed=Observed.EVERY_10)

    assert next_occurrence(event, date(2026, 12, 20)).on == date(2036, 12, 19)


def test_what_is_kept_no_more_has_no_next_occurrence(make_event):
    event = make_event(valid_until=date(2020, 1, 1))

    assert next_occurrence(event, date(2023, 1, 1)) is None


def test_words_with_marks_are_not_found_scattered_without_them(make_event):
    scattered = make_event(id="khai-giang", name="Ngày khai giảng đầu tiên")
    meant = make_event(id="my-tho", name="Ngày giải phóng Tiền Giang")

    found = search(registry_of(scattered, meant), "giang tiền", 5)

    assert [each.event.id for each in found] == ["my-tho"]
