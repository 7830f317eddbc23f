"""Every feed on offer, its variants, and its forms for readers and web sites."""

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest

from calendar_service.config import load_settings
from calendar_service.core.feeds import Variant, feed_named, feeds_on_offer, span_of
from calendar_service.services import Services
from calendar_service.web.app import create_app
from tests.web.conftest import EVENTS_YAML

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def site():
    settings = load_settings(
        {"EVENTS_FILE": str(EVENTS_YAML), "BASE_URL": "https://lich.example.vn"}
    )
    return create_app(Services(settings, clock=lambda: NOW)).test_client()


def components(response):
    """Return the components of a feed by their UID without its domain, as lines by name."""
    text = response.text.replace("\r\n ", "")
    found = {}
    for part in text.split("BEGIN:VEVENT\r\n")[1:]:
        lines = dict(line.split(":", 1) for line in part.split("\r\n") if ":" in line)
        found[lines["UID"].partition("@")[0]] = lines
    return found


def test_every_feed_on_offer_is_served_and_none_is_empty(site):
    for feed in feeds_on_offer(TODAY):
        response = site.get(f"/feeds/{feed.name}.ics")

        assert response.status_code == 200, feed.name
        assert "BEGIN:VEVENT" in response.text, feed.name
        assert "notice-" not in response.text, feed.name


def test_the_names_on_offer_are_these():
    names = [feed.name for feed in feeds_on_offer(TODAY)]

    assert names[:4] == ["core", "nam-tron", "sector", "reference"]
    assert {"birth", "lunar-festival", "quang-ninh", "tien-giang", "campaigns"} <= set(names)
    assert {"2020", "2023", "2028"} <= set(names)
    assert "2029" not in names
    assert len(names) == len(set(names))


def test_round_years_alone_stand_in_their_feed(site):
    found = components(site.get("/feeds/nam-tron.ics"))

    # 27/7/1947 + 80; no other year of 2025 to 2028 is round for it.
    assert "thuong-binh-liet-si-2027" in found
    assert not {f"thuong-binh-liet-si-{year}" for year in (2025, 2026, 2028)} & set(found)


def test_an_archive_holds_its_year_for_ever(site):
    found = components(site.get("/feeds/2023.ics"))

    assert {lines["DTSTART;VALUE=DATE"][:4] for lines in found.values()} == {"2023"}
    assert found["thuong-binh-liet-si-2023"]["SUMMARY"].startswith("76 năm Ngày Thương binh")
    assert site.get("/feeds/1950.ics").status_code == 200
    assert site.get("/feeds/1899.ics").status_code == 404


def test_a_single_event_has_a_feed_of_many_years(site):
    found = components(site.get("/feeds/event-quoc-khanh.ics"))

    assert set(found) == {f"quoc-khanh-{year}" for year in range(2025, 2037)}


def test_a_former_id_sends_on_for_good(site):
    response = site.get("/feeds/event-nghi-quoc-khanh-2024.ics?alarm=7d")

    assert response.status_code == 308
    assert response.headers["Location"] == "/feeds/event-nghi-quoc-khanh.ics?alarm=7d"


def test_a_choice_of_ones_own(site):
    found = components(site.get("/feeds/custom.ics?region=quang-ninh&kind=province"))

    assert {uid.rpartition("-")[0] for uid in found} == {"tinh-quang-ninh"}


def test_a_choice_keeps_what_calendar_programs_add(site):
    plain = site.get("/feeds/custom.ics?kind=birth")
    marked = site.get("/feeds/custom.ics?kind=birth&nocache=17")

    assert marked.data == plain.data


@pytest.mark.parametrize("query", ["kind=holiday", "event=nothing", "region=atlantis"])
def test_a_choice_that_cannot_be_read_says_so_in_the_calendar(site, query):
    response = site.get(f"/feeds/custom.ics?{query}")

    assert response.status_code == 200
    [lines] = components(response).values()
    assert lines["SUMMARY"].startswith("Lựa chọn của lịch này không đọc được")
    assert query in lines["SUMMARY"]


def test_a_choice_that_cannot_be_read_is_told_in_english_to_who_reads_english(site):
    response = site.get("/feeds/custom.ics?kind=holiday&lang=en")

    [lines] = components(response).values()
    assert lines["SUMMARY"] == (
        "The choice of this calendar cannot be read\\, please choose again: kind=holiday"
    )
    assert "\r\nNAME:Anniversaries of Việt Nam\r\n" in response.text


def test_no_control_characters_of_an_address_enter_a_calendar(site):
    response = site.get("/feeds/custom.ics?kind=x%00%0b%1f%7f%0a%C2%85%E2%80%A8y")

    [lines] = components(response).values()
    assert lines["SUMMARY"].endswith(": kind=x y")
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", response.text)


def test_a_choice_that_holds_nothing_is_no_empty_calendar(site):
    response = site.get("/feeds/custom.ics?event=quoc-khanh&kind=birth")

    [lines] = components(response).values()
    assert lines["SUMMARY"] == "Lịch này hiện chưa có mục nào\\, hãy xem lại lựa chọn"
    assert lines["DTSTART;VALUE=DATE"] == "20260101"
    english = components(site.get("/feeds/custom.ics?event=quoc-khanh&kind=birth&lang=en"))
    assert next(iter(english.values()))["SUMMARY"].startswith("This calendar holds nothing")


def test_an_alarm_rings_at_eight_so_many_days_ahead(site):
    found = components(site.get("/feeds/event-quoc-khanh.ics?alarm=7d"))

    assert found["quoc-khanh-2027"]["TRIGGER"] == "-P6DT16H"
    assert "BEGIN:VALARM" not in site.get("/feeds/event-quoc-khanh.ics").text


def test_a_preparation_is_an_entry_of_its_own(site):
    found = components(site.get("/feeds/event-quoc-khanh.ics?prepare=7"))

    entry = found["quoc-khanh-2027-prepare-7"]
    assert entry["SUMMARY"] == (
        "Còn 7 ngày: 82 năm Ngày Quốc khánh nước Cộng hòa xã hội chủ nghĩa Việt Nam"
        " (02/9/1945 - 02/9/2027)"
    )
    assert entry["DTSTART;VALUE=DATE"] == "20270826"
    assert entry["DTEND;VALUE=DATE"] == "20270827"
    assert entry["DESCRIPTION"] == (
        "Diễn ra: thứ Năm\\, 02/9/2027\\nhttps://lich.example.vn/events/quoc-khanh"
    )
    assert "quoc-khanh-2027" in found
    assert "quoc-khanh-2025-prepare-7" not in found  # it is over
    assert len(found) == 23  # twelve years, eleven of them with a preparation


def test_an_english_preparation_names_the_day_in_english(site):
    found = components(site.get("/feeds/event-quoc-khanh.ics?prepare=7&lang=en"))

    assert found["quoc-khanh-2027-prepare-7"]["DESCRIPTION"] == (
        "Takes place: Thursday\\, 2 September 2027\\nhttps://lich.example.vn/events/quoc-khanh"
    )


def test_the_core_prepares_for_this_year_and_the_next_and_stays_small(site):
    prepared = site.get("/feeds/core.ics?prepare=7")
    found = components(prepared)

    years = ("2025", "2026", "2027", "2028")
    held = [y for y in years if f"thuong-binh-liet-si-{y}-prepare-7" in found]
    assert held == ["2026", "2027"]
    assert len(prepared.data) < 500_000
    assert len(site.get("/feeds/core.ics?prepare=7&alarm=7d").data) < 600_000


def test_an_english_feed_has_the_same_uids_and_english_titles(site):
    plain = components(site.get("/feeds/event-thuong-binh-liet-si.ics"))
    response = site.get("/feeds/event-thuong-binh-liet-si.ics?lang=en")
    english = components(response)

    assert set(english) == set(plain)
    assert english["thuong-binh-liet-si-2027"]["SUMMARY"] == (
        "War Invalids and Martyrs Day: 80 years (27 July 1947 - 27 July 2027)"
    )
    assert "X-WR-CALNAME:War Invalids and Martyrs Day" in response.text


@pytest.mark.parametrize(
    "query", ["alarm=abc", "alarm=-1", "alarm=999", "prepare=x", "lang=fr", "component=x"]
)
def test_what_cannot_be_read_of_a_variant_is_passed_over(site, query):
    plain = site.get("/feeds/event-quoc-khanh.ics")

    assert site.get(f"/feeds/event-quoc-khanh.ics?{query}").data == plain.data


def test_a_variant_is_read_from_its_parameters():
    variant = Variant.parse({"alarm": ["7d"], "prepare": ["14"], "lang": ["en"]})

    assert variant == Variant(alarm=7, prepare=14, lang="en")
    assert Variant.parse({"alarm": ["0"], "prepare": ["0"]}) == Variant(alarm=0, prepare=None)


def test_no_feed_has_a_thousand_entries_or_half_a_megabyte(site, shipped):
    names = [feed.name for feed in feeds_on_offer(TODAY)]
    names += [f"campaign-{campaign.id}" for campaign in shipped.campaigns]
    names += [f"event-{event.id}" for event in shipped.events]

    for name in names:
        data = site.get(f"/feeds/{name}.ics").data

        assert 0 < data.count(b"BEGIN:VEVENT") < 1_000, name
        assert len(data) < 500_000, name


@pytest.mark.parametrize("name", ["core", "ha-noi", "quang-ninh", "sector", "reference"])
def test_with_days_of_preparation_and_alarms_it_stays_below_a_megabyte(site, name):
    data = site.get(f"/feeds/{name}.ics?prepare=7&alarm=7d&lang=en").data

    assert data.count(b"BEGIN:VEVENT") < 1_000
    assert len(data) < 1_000_000


def test_a_choice_of_everything_stays_small_too(site):
    every = "&".join(f"prominence={name}" for name in ("core", "sector", "reference"))
    data = site.get(f"/feeds/custom.ics?{every}").data

    assert data.count(b"BEGIN:VEVENT") < 1_000
    assert len(data) < 1_000_000


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("core", date(2025, 1, 1), date(2028, 12, 31)),
        ("tradition", date(2026, 1, 1), date(2027, 12, 31)),
        ("sector", date(2026, 9, 1), date(2027, 11, 30)),
        ("campaigns", date(2026, 10, 1), date(2027, 5, 31)),
        ("1975", date(1975, 1, 1), date(1975, 12, 31)),
        ("event-quoc-khanh", date(2025, 1, 1), date(2036, 12, 31)),
        ("campaign-quang-ninh-60", date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_feed_holds_whole_years_and_a_longer_one_fewer_or_whole_months(
    shipped, name, first, last
):
    span = span_of(feed_named(name, shipped, TODAY), shipped, TODAY)

    assert (span.first, span.last) == (first, last)


def test_the_span_ends_with_the_calendar(shipped):
    span = span_of(feed_named("sector", shipped, TODAY), shipped, date(2100, 12, 5))

    assert (span.first, span.last) == (date(2100, 1, 1), date(2100, 12, 31))


def test_a_day_of_preparation_comes_though_it_lies_before_the_months_of_its_feed(site):
    found = components(site.get("/feeds/sector.ics?prepare=7"))

    early = [lines for uid, lines in found.items() if lines["DTSTART;VALUE=DATE"] < "20260901"]
    assert early
    assert all(lines["SUMMARY"].startswith("Còn 7 ngày: ") for lines in early)


def test_atom_holds_what_has_just_been_and_what_is_coming(site):
    response = site.get("/feeds/core.atom")

    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.data)  # noqa: S314 - our own
    ids = [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]
    # From 16/11 to 23/12/2026: Nhà giáo 20/11 has been, Quân đội 22/12 is coming.
    assert "tag:calendar-service,2026:nha-giao-viet-nam-2026" in ids
    assert "tag:calendar-service,2026:quan-doi-nhan-dan-viet-nam-2026" in ids
    assert not [id_ for id_ in ids if "quoc-khanh" in id_]
    entry = next(e for e in root.iter(f"{ATOM}entry") if "quan-doi" in e.findtext(f"{ATOM}id"))
    assert entry.findtext(f"{ATOM}published") == "2026-11-22T00:00:00Z"  # 30 days ahead
    assert entry.findtext(f"{ATOM}title").startswith("82 năm Ngày thành lập Quân đội nhân dân")
    for name in ("id", "title", "updated"):
        assert root.findtext(f"{ATOM}{name}")


def test_json_feed_has_the_same_items(site):
    response = site.get("/feeds/core.json")
    data = json.loads(response.data)

    assert response.headers["Content-Type"] == "application/feed+json"
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert data["feed_url"] == "https://lich.example.vn/feeds/core.json"
    item = next(i for i in data["items"] if i["id"].endswith("quan-doi-nhan-dan-viet-nam-2026"))
    assert item["_calendar_service"] == {"on": "2026-12-22", "years": 82}


def test_a_custom_feed_has_news_too(site):
    data = json.loads(site.get("/feeds/custom.json?event=nha-giao-viet-nam").data)

    assert [item["url"] for item in data["items"]] == [
        "https://lich.example.vn/events/nha-giao-viet-nam"
    ]


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_single_year_has_no_news(site, form):
    response = site.get(f"/feeds/2023.{form}")

    assert response.status_code == 404
    assert response.json["detail"] == f"Không có dạng “{form}”. Các dạng có sẵn: ics."
    page = site.get("/subscribe?feed=2023").text
    assert "2023.atom" not in page
    assert "core.atom" in site.get("/subscribe").text


def test_news_of_a_choice_that_cannot_be_read_is_empty_and_valid(site):
    assert json.loads(site.get("/feeds/custom.json?kind=x").data)["items"] == []
