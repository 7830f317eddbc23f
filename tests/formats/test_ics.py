import os
import subprocess
import sys
import unicodedata
from datetime import date

import pytest

from calendar_service.core.feeds import feed_named
from calendar_service.core.model import Kind
from calendar_service.core.occurrences import occurrence_of, occurrences_of, select
from calendar_service.core.sources import Source
from calendar_service.formats.ics import render_feed

TODAY = date(2026, 11, 22)
BASE_URL = "https://lich.example.vn"


def feed_of(*occurrences):
    return render_feed("Lịch", occurrences, BASE_URL)


def content_lines(feed):
    """Return the lines of a feed, unfolded as RFC 5545 section 3.1 says."""
    return feed.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


def values(feed, name):
    """Return the values of a property, parameters before the colon being part of *name*."""
    return [
        line.removeprefix(f"{name}:") for line in content_lines(feed) if line.startswith(f"{name}:")
    ]


@pytest.fixture(scope="module")
def shipped_feed(shipped):
    """Return a maker of feeds of the shipped registry, as of TODAY."""

    def make(name):
        feed = feed_named(name, shipped, TODAY)
        occurrences = select(shipped.events, date(2025, 1, 1), date(2028, 12, 31), feed.selection)
        return render_feed(feed.title, occurrences, BASE_URL)

    return make


@pytest.fixture(scope="module")
def core_feed(shipped_feed):
    return shipped_feed("core")


def test_an_occurrence_is_these_content_lines(make_event):
    event = make_event(
        sources=(
            Source(title="Chỉ thị 223/CT-TW", dated=date(1975, 7, 8)),
            Source(title="Báo Quảng Ninh", url="https://baoquangninh.vn/27-7"),
        )
    )

    assert content_lines(feed_of(occurrence_of(event, 2023))) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar_service//VI",
        "CALSCALE:GREGORIAN",
        "NAME:Lịch",
        "X-WR-CALNAME:Lịch",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "COLOR:crimson",
        "BEGIN:VEVENT",
        "UID:thuong-binh-liet-si-2023@calendar-service",
        "DTSTAMP:20261122T000000Z",
        "LAST-MODIFIED:20261122T000000Z",
        "SEQUENCE:2517",
        "DTSTART;VALUE=DATE:20230727",
        "DTEND;VALUE=DATE:20230728",
        "SUMMARY:76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)",
        r"DESCRIPTION:76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"
        r"\nWar Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)"
        r"\nTính từ: 27/7/1947"
        r"\nNăm khác"
        r"\nNguồn: Chỉ thị 223/CT-TW\, ngày 08/7/1975"
        r"\nNguồn: Báo Quảng Ninh\, https://baoquangninh.vn/27-7"
        r"\nhttps://lich.example.vn/events/thuong-binh-liet-si",
        "CATEGORIES:Ngày truyền thống",
        "STATUS:CONFIRMED",
        "CLASS:PUBLIC",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "URL:https://lich.example.vn/events/thuong-binh-liet-si",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_a_span_ends_on_the_day_after_its_last(make_event):
    month = make_event(on="10/11", ends="10/12", founded=None)

    feed = feed_of(occurrence_of(month, 2023))

    assert values(feed, "DTSTART;VALUE=DATE") == ["20231110"]
    assert values(feed, "DTEND;VALUE=DATE") == ["20231211"]
    assert values(feed, "SUMMARY") == ["Ngày Thương binh - Liệt sỹ (10/11 - 10/12)"]


def test_the_last_day_of_a_year_ends_in_the_next(make_event):
    feed = feed_of(occurrence_of(make_event(on="31/12", founded=None), 2026))

    assert values(feed, "DTEND;VALUE=DATE") == ["20270101"]


def test_two_occurrences_of_one_gregorian_year_have_the_uids_of_their_lunar_years(make_event):
    event = make_event(id="gio", on="8/12 âm lịch", founded=None)

    feed = feed_of(*occurrences_of(event, 2022, 2022))

    assert values(feed, "DTSTART;VALUE=DATE") == ["20220110", "20221230"]
    assert values(feed, "UID") == ["gio-2021@calendar-service", "gio-2022@calendar-service"]


def test_an_entry_that_changes_keeps_its_uid_and_its_sequence_grows(make_event):
    before = feed_of(occurrence_of(make_event(changed=date(2026, 11, 22)), 2027))
    after = feed_of(occurrence_of(make_event(on="28/7", changed=date(2027, 1, 5)), 2027))

    assert values(after, "UID") == values(before, "UID")
    assert values(before, "SEQUENCE") == ["2517"]
    assert values(after, "SEQUENCE") == ["2561"]
    assert values(after, "DTSTAMP") == ["20270105T000000Z"]


def test_commas_semicolons_backslashes_and_newlines_are_escaped_in_text(make_event):
    event = make_event(
        name="Ngày A, B; C\\D\nE", name_en=None, founded=None, sources=(), kind=Kind.PROVINCE
    )

    feed = feed_of(occurrence_of(event, 2023))

    assert values(feed, "SUMMARY") == [r"Ngày A\, B\; C\\D\nE (27/7)"]
    assert values(feed, "DESCRIPTION") == [
        r"Ngày A\, B\; C\\D\nE (27/7)\nhttps://lich.example.vn/events/thuong-binh-liet-si"
    ]
    assert values(feed, "CATEGORIES") == [r"Tỉnh\, thành phố"]


def test_the_title_is_escaped_where_programs_undo_it_and_else_has_nothing_to_escape():
    feed = render_feed("Lịch: Tỉnh, thành phố; C\\D\nE", [], BASE_URL)

    assert values(feed, "NAME") == [r"Lịch: Tỉnh\, thành phố\; C\\D\nE"]
    # ical.js 2.2.1 gives the value of an X- property with its backslashes.
    assert values(feed, "X-WR-CALNAME") == ["Lịch: Tỉnh - thành phố - C - D - E"]


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("letter", ["ễ", "đ", "🎉"])
def test_a_fold_cuts_no_character_wherever_it_falls(make_event, letter, shift):
    name = "a" * shift + letter * 200

    feed = feed_of(occurrence_of(make_event(name=name, founded=None), 2023))

    assert values(feed, "SUMMARY") == [f"{name} (27/7)"]
    for line in feed.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # strict: a cut character raises


def test_shipped_feed_has_crlf_everywhere_and_neither_bom_nor_empty_line(core_feed):
    assert core_feed.startswith(b"BEGIN:VCALENDAR\r\n")
    assert core_feed.endswith(b"\r\nEND:VCALENDAR\r\n")
    assert core_feed.count(b"\r") == core_feed.count(b"\n") == core_feed.count(b"\r\n")
    assert b"\r\n\r\n" not in core_feed


def test_shipped_feed_has_no_line_over_75_octets_and_no_character_cut_by_a_fold(core_feed):
    for line in core_feed.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # strict: a cut character raises


def test_shipped_feed_has_no_control_characters_and_no_other_line_breaks(core_feed):
    # Zl and Zp are U+2028 and U+2029, where Python's splitlines breaks too.
    categories = {unicodedata.category(letter) for letter in "".join(content_lines(core_feed))}

    assert not categories & {"Cc", "Zl", "Zp"}


def test_shipped_feed_names_itself_and_its_refresh_before_the_first_component(core_feed):
    head = content_lines(core_feed)[: content_lines(core_feed).index("BEGIN:VEVENT")]

    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar_service//VI",
        "CALSCALE:GREGORIAN",
        "NAME:Lịch kỷ niệm Việt Nam",
        "X-WR-CALNAME:Lịch kỷ niệm Việt Nam",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "COLOR:crimson",
    ]


def test_shipped_feed_has_no_method_rule_alarm_or_time_of_day(core_feed):
    names = {line.partition(":")[0].partition(";")[0] for line in content_lines(core_feed)}
    components = set(values(core_feed, "BEGIN"))

    assert not names & {"METHOD", "RRULE", "RDATE", "DURATION"}
    assert components == {"VCALENDAR", "VEVENT"}
    assert len(values(core_feed, "DTSTART;VALUE=DATE")) == len(values(core_feed, "UID"))


def test_shipped_feed_has_unique_uids(core_feed):
    uids = values(core_feed, "UID")

    assert uids
    assert len(uids) == len(set(uids))


def test_no_two_components_of_the_shipped_feed_are_alike_but_for_the_uid(core_feed):
    # vdirsyncer's HTTP storage takes such two for one.
    days = values(core_feed, "DTSTART;VALUE=DATE")
    titles = values(core_feed, "SUMMARY")

    assert len(set(zip(days, titles, strict=True))) == len(days)


def test_shipped_titles_have_at_most_255_characters(core_feed):
    # Outlook complains of longer ones; what is counted is the text without its escapes.
    assert max(len(title.replace("\\", "")) for title in values(core_feed, "SUMMARY")) <= 255


def test_shipped_feed_holds_last_year_to_two_years_ahead(core_feed):
    days = values(core_feed, "DTSTART;VALUE=DATE")

    assert (date(2025, 1, 1), date(2028, 12, 31)) == (date(2025, 1, 1), date(2028, 12, 31))
    assert min(days) >= "20250101"
    assert max(days) <= "20281231"
    assert {day[:4] for day in days} == {"2025", "2026", "2027", "2028"}


@pytest.mark.parametrize("name", ["core", "quang-ninh"])  # the longest is a province's
def test_shipped_feed_stays_below_what_calendar_programs_take(shipped_feed, name):
    feed = shipped_feed(name)

    assert 0 < len(values(feed, "UID")) < 1000
    assert len(feed) < 500_000


def test_same_arguments_give_the_same_bytes(shipped_feed, core_feed):
    assert shipped_feed("core") == core_feed


def test_processes_with_other_hash_seeds_give_the_same_bytes():
    code = "from calendar_service.cli.main import cli; cli(['feed', 'core'])"

    feeds = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert feeds[0].startswith(b"BEGIN:VCALENDAR\r\n")
    assert feeds[0] == feeds[1]
