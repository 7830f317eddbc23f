"""Feeds of campaigns: each step a VEVENT, or a VTODO on request (RFC 5545)."""

from datetime import date

import icalendar
import pytest

from calendar_service.core.editions import edition_in
from calendar_service.core.feeds import feed_named, feeds_on_offer, steps_of_feed
from calendar_service.errors import UnknownCampaignError, UnknownFeedError
from calendar_service.formats.ics import render_steps

TODAY = date(2026, 11, 22)
BASE_URL = "https://lich.example.vn"


@pytest.fixture(scope="module")
def quang_ninh(shipped):
    edition = edition_in(shipped, "quang-ninh-60", 2023)
    return [(edition, step) for step in edition.steps]


def components(data, kind="VEVENT"):
    return {str(c["uid"]): c for c in icalendar.Calendar.from_ical(data).walk(kind)}


def test_a_step_is_a_free_all_day_event_with_its_papers(quang_ninh):
    feed = render_steps("Quảng Ninh 60 năm", quang_ninh, BASE_URL)

    event = components(feed)["quang-ninh-60-2023-document-27-ct-tu@calendar-service"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2022, 7, 22), date(2022, 7, 23))
    assert event["summary"] == (
        "Ban hành Chỉ thị 27-CT/TU - Kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh"
    )
    assert event["transp"] == "TRANSPARENT"
    assert event["description"].startswith("D-465: Ban hành Chỉ thị 27-CT/TU\n")
    assert "Kế hoạch số 19/KH-UBND ngày 02/02/2023 của UBND tỉnh" in event["description"]
    assert event["description"].endswith("/campaigns/quang-ninh-60?year=2023")


def test_a_title_is_cut_between_words_where_outlook_would_complain_of_it(shipped):
    edition = edition_in(shipped, "quang-ninh-dai-hoi-doan-the-2023", 2023)
    feed = render_steps("Đại hội", [(edition, step) for step in edition.steps], BASE_URL)

    assert max(len(event["summary"]) for event in components(feed).values()) <= 255
    [long] = [e for e in components(feed).values() if e["summary"].endswith("…")]
    beginning = long["summary"].removesuffix("…")
    assert beginning.startswith("Đoàn đại biểu Cháu ngoan Bác Hồ dâng hương, báo công")
    assert len(beginning) > 230
    assert beginning.partition(" - ")[0] in long["description"]


def test_a_step_of_several_days_is_a_span(quang_ninh):
    feed = render_steps("Quảng Ninh 60 năm", quang_ninh, BASE_URL)

    [parade] = [e for e in components(feed).values() if "diễu hành xe" in e["summary"]]
    assert (parade["dtstart"].dt, parade["dtend"].dt) == (date(2023, 10, 27), date(2023, 10, 29))


def test_steps_can_be_tasks_that_are_due_on_their_last_day(quang_ninh):
    feed = render_steps("Quảng Ninh 60 năm", quang_ninh, BASE_URL, as_tasks=True)

    assert components(feed) == {}
    tasks = components(feed, "VTODO")
    [parade] = [task for task in tasks.values() if "diễu hành xe" in task["summary"]]
    assert parade["due"].dt == date(2023, 10, 28)
    assert parade["status"] == "NEEDS-ACTION"
    assert "dtstart" not in parade
    assert len(tasks) == len(quang_ninh)


@pytest.mark.parametrize("name", ["campaigns", "campaigns-quang-ninh"])
def test_a_feed_of_campaigns_holds_the_next_half_year_and_every_uid_once(shipped, name):
    feed = feed_named(name, shipped, TODAY)

    data = render_steps(feed.title, steps_of_feed(feed, shipped, TODAY), BASE_URL)

    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    uids = [str(event["uid"]) for event in events]
    assert len(uids) == len(set(uids)) > 300
    # Two years would be over a thousand: from the month before 22/11 to the sixth after it.
    days = sorted(event["dtstart"].dt for event in events)
    assert date(2026, 10, 1) <= days[0] < date(2026, 11, 1)
    assert date(2027, 5, 1) <= days[-1] <= date(2027, 5, 31)


def test_a_campaign_that_is_over_keeps_its_feed(shipped):
    feed = feed_named("campaign-quang-ninh-60", shipped, TODAY)

    steps = steps_of_feed(feed, shipped, TODAY)

    assert feed.title == "Kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh"
    assert steps[0][1].on == date(2022, 7, 22)


def test_unknown_feeds_of_campaigns_are_refused_with_the_nearest_name(shipped):
    with pytest.raises(UnknownCampaignError, match="quang-ninh-60"):
        feed_named("campaign-quang-ninh-6", shipped, TODAY)
    with pytest.raises(UnknownFeedError, match="campaigns-quang-ninh"):
        feed_named("campaigns-quang-nin", shipped, TODAY)


def test_every_province_has_a_feed_of_its_campaigns():
    names = [feed.name for feed in feeds_on_offer(TODAY)]

    assert {"campaigns", "campaigns-quang-ninh", "campaigns-ha-giang"} < set(names)
