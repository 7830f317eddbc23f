"""Search finds events by their names however they are typed, and by days."""

import unicodedata
from datetime import date

import pytest

from calendar_service.core.search import next_occurrence, search


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


def test_a_day_finds_what_falls_on_it_by_the_lunar_calendar_too(shipped):
    assert "gio-to-hung-vuong" in found(shipped, "29/4/2023")


def test_a_year_finds_what_was_founded_in_it(shipped):
    assert "cong-doan-viet-nam" in found(shipped, "1929", 100)


@pytest.mark.parametrize("text", ["", " ", "-", "zzzz", "31/2", "\x00", "(" * 50, "99/99/9999"])
def test_what_names_nothing_finds_nothing(shipped, text):
    assert found(shipped, text) == []


def test_no_more_are_returned_than_asked_for(shipped):
    assert len(found(shipped, "ngày thành lập", limit=3)) == 3


def test_the_next_occurrence_is_today_s_when_it_is_today(make_event):
    event = make_event()

    assert next_occurrence(event, date(2023, 7, 27)).on == date(2023, 7, 27)
    assert next_occurrence(event, date(2023, 7, 28)).on == date(2024, 7, 27)


def test_what_is_kept_no_more_has_no_next_occurrence(make_event):
    event = make_event(valid_until=date(2020, 1, 1))

    assert next_occurrence(event, date(2023, 1, 1)) is None
