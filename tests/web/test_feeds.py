import os
from datetime import UTC, datetime, timedelta

import pytest

from calendar_service.config import load_settings
from calendar_service.services import Services
from calendar_service.web.app import create_app

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
SAVED = datetime(2026, 11, 22, 5, tzinfo=UTC)
SAVED_TEXT = "Sun, 22 Nov 2026 05:00:00 GMT"

ENTRY = """
  - id: {id}
    name: Ngày {id}
    on: 27/7
    kind: {kind}
    prominence: {prominence}
    sources: [{{title: A, number: 1/QĐ}}]
    changed: {changed}
"""


def entry(id_, kind="tradition", prominence="core", changed="22/11/2026", region=None):
    text = ENTRY.format(id=id_, kind=kind, prominence=prominence, changed=changed)
    return text + (f"    region: {region}\n" if region else "")


def uids(response):
    """Return the ids of the events in a feed, without year and domain."""
    lines = response.text.replace("\r\n ", "").split("\r\n")
    found = {line.removeprefix("UID:") for line in lines if line.startswith("UID:")}
    return {uid.partition("@")[0].rpartition("-")[0] for uid in found}


class House:
    """A service on a registry file of its own, whose clock and file a test moves on."""

    def __init__(self, path, **environ):
        self.path = path
        self.now = NOW
        self.environ = {"EVENTS_FILE": str(path), **environ}
        self.save(entry("mot"), entry("hai"))
        self.start()

    def start(self):
        self.services = Services(load_settings(self.environ), clock=lambda: self.now)
        self.client = create_app(self.services).test_client()

    def save(self, *entries, at=SAVED):
        self.path.write_text("events:" + "".join(entries), encoding="utf-8")
        os.utime(self.path, (at.timestamp(), at.timestamp()))

    def reread(self):
        assert self.client.application.wsgi_app.turn()

    def get(self, name="core", **headers):
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.get(f"/feeds/{name}.ics", headers=named)


@pytest.fixture
def make_house(tmp_path):
    return lambda **environ: House(tmp_path / "events.yaml", **environ)


@pytest.fixture
def house(make_house):
    return make_house()


def test_a_feed_is_sent_whole_as_utf8_calendar_with_both_validators(house):
    response = house.get()

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(response.data))
    assert response.headers["Last-Modified"] == SAVED_TEXT
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert response.headers["ETag"].startswith('"')  # strong: no W/ before it
    assert "Vary" not in response.headers
    assert uids(response) == {"mot", "hai"}


def test_the_second_fetch_is_answered_304_without_a_body(house):
    first = house.get()

    second = house.get(If_None_Match=first.headers["ETag"])

    assert second.status_code == 304
    assert second.data == b""
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("asked", ['"other", {}, "another"', "W/{}", "*"])
def test_lists_of_etags_weak_ones_and_the_star_match(house, asked):
    etag = house.get().headers["ETag"]

    assert house.get(If_None_Match=asked.format(etag)).status_code == 304


def test_an_etag_of_other_bytes_does_not_match(house):
    assert house.get(If_None_Match='"other", "another"').status_code == 200


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Sun, 22 Nov 2026 04:59:59 GMT", 200),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 304),
        ("Sun, 22 Nov 2026 05:00:01 GMT", 304),
        ("22/11/2026", 200),
        ("", 200),
    ],
)
def test_a_date_is_compared_and_one_that_cannot_be_read_is_passed_over(house, since, status):
    response = house.get(If_Modified_Since=since)

    assert response.status_code == status
    assert (response.data == b"") == (status == 304)


@pytest.mark.parametrize(
    ("etag", "since", "status"),
    [
        ('"other"', "Sun, 22 Nov 2026 05:00:00 GMT", 200),
        ("{}", "Thu, 01 Jan 1970 00:00:00 GMT", 304),
    ],
)
def test_if_none_match_wins_over_if_modified_since(house, etag, since, status):
    asked = etag.format(house.get().headers["ETag"])

    assert house.get(If_None_Match=asked, If_Modified_Since=since).status_code == status


def test_head_has_the_headers_of_get_and_no_body(house):
    got = house.get()

    head = house.client.head("/feeds/core.ics")

    assert head.status_code == 200
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


def test_query_parameters_that_nobody_knows_are_let_pass(house):
    response = house.client.get("/feeds/core.ics?nocache=1&region=nowhere")

    assert response.status_code == 200
    assert response.data == house.get().data


@pytest.mark.parametrize(
    ("name", "nearest"), [("cor", "core"), ("quangninh", "quang-ninh"), ("birthday", "birth")]
)
def test_an_unknown_feed_is_404_and_the_nearest_is_named_even_to_browsers(house, name, nearest):
    response = house.get(name, Accept="text/html", Accept_Language="en")

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json["detail"] == f"no feed is called {name!r}; did you mean {nearest!r}?"


def test_a_removed_event_moves_last_modified_on(house):
    # Put back from a copy, as rsync does it, with a time older than what was served.
    house.save(entry("mot", changed="1/1/2026"), at=SAVED - timedelta(days=30))
    house.reread()

    response = house.get(If_Modified_Since=SAVED_TEXT)

    assert response.status_code == 200
    assert response.headers["Last-Modified"] == "Sun, 22 Nov 2026 06:00:00 GMT"
    assert uids(response) == {"mot"}


@pytest.mark.parametrize(
    ("timezone", "begins", "text"),
    [
        (
            "Asia/Ho_Chi_Minh",
            datetime(2026, 12, 31, 17, tzinfo=UTC),
            "Thu, 31 Dec 2026 17:00:00 GMT",
        ),
        ("UTC", datetime(2027, 1, 1, tzinfo=UTC), "Fri, 01 Jan 2027 00:00:00 GMT"),
    ],
)
def test_a_new_year_moves_the_window_and_last_modified_on(make_house, timezone, begins, text):
    house = make_house(TIMEZONE=timezone)
    house.now = begins - timedelta(seconds=1)
    old = house.get()

    house.now = begins
    new = house.get(If_Modified_Since=old.headers["Last-Modified"])

    assert old.headers["Last-Modified"] == SAVED_TEXT
    assert new.headers["Last-Modified"] == text
    assert ("UID:mot-2025@" in old.text, "UID:mot-2029@" in old.text) == (True, False)
    assert ("UID:mot-2025@" in new.text, "UID:mot-2029@" in new.text) == (False, True)


def test_a_new_month_moves_the_window_of_a_long_feed_and_last_modified_on(house):
    # 301 events are too many for two years, so it begins on 1/9 and from December on on 1/10.
    autumn = entry("thu").replace("on: 27/7", "on: 5/9")
    house.save(autumn, *[entry(f"e{number}") for number in range(300)])
    house.now = datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC)
    house.start()
    old = house.get()

    house.now = datetime(2026, 11, 30, 17, tzinfo=UTC)  # December begins in Viet Nam
    new = house.get(If_Modified_Since=old.headers["Last-Modified"])

    assert old.headers["Last-Modified"] == SAVED_TEXT
    assert new.headers["Last-Modified"] == "Mon, 30 Nov 2026 17:00:00 GMT"
    assert ("UID:thu-2026@" in old.text, "UID:thu-2026@" in new.text) == (True, False)


def test_news_move_on_each_day(house):
    house.save(entry("mot").replace("on: 27/7", "on: 23/12"))  # it enters 30 days before
    house.start()
    old = house.client.get("/feeds/core.atom")
    house.now = datetime(2026, 11, 22, 17, tzinfo=UTC)  # 23/11 in Viet Nam
    headers = {"If-Modified-Since": old.headers["Last-Modified"]}

    new = house.client.get("/feeds/core.atom", headers=headers)

    assert new.status_code == 200
    assert new.headers["Last-Modified"] == "Sun, 22 Nov 2026 17:00:00 GMT"


def test_a_second_edit_on_the_same_early_morning_is_seen_by_date(house):
    # 01:00 in Viet Nam on 22/11, six hours before that day begins by UTC.
    house.now = datetime(2026, 11, 21, 18, tzinfo=UTC)
    house.save(entry("mot"), at=house.now)
    house.start()
    first = house.get()

    house.now = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    house.save(entry("mot"), entry("ba"), at=house.now)
    house.reread()
    second = house.get(If_Modified_Since=first.headers["Last-Modified"])

    assert first.headers["Last-Modified"] == "Sat, 21 Nov 2026 18:00:00 GMT"
    assert second.status_code == 200
    assert second.headers["Last-Modified"] == "Sat, 21 Nov 2026 18:05:00 GMT"


def test_the_entries_count_where_the_file_lost_its_time(house):
    house.save(entry("mot", changed="20/11/2026"), at=datetime(1980, 1, 1, tzinfo=UTC))
    house.start()

    # 20/11 begins at 17:00 UTC of the 19th.
    assert house.get().headers["Last-Modified"] == "Thu, 19 Nov 2026 17:00:00 GMT"


def test_two_instances_send_the_same_bytes_and_etag(make_client):
    first = make_client(NOW).get("/feeds/core.ics")
    second = make_client(NOW).get("/feeds/core.ics")

    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_feed_keeps_its_bytes_through_the_year(make_client):
    january = make_client(datetime(2026, 1, 1, tzinfo=UTC)).get("/feeds/core.ics")
    december = make_client(datetime(2026, 12, 31, tzinfo=UTC)).get("/feeds/core.ics")

    assert january.data == december.data


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("core", {"nuoc", "sinh"}),
        ("quang-ninh", {"nuoc", "sinh", "tinh", "tinh-sinh"}),
        ("ha-noi", {"nuoc", "sinh", "thu-do"}),
        ("hue", {"nuoc", "sinh"}),
        ("birth", {"sinh", "tinh-sinh", "hiem-sinh"}),
        ("province", {"tinh", "thu-do"}),
    ],
)
def test_region_feeds_add_their_events_to_the_core_and_kind_feeds_hold_all_of_a_kind(
    house, name, held
):
    house.save(
        entry("nuoc"),
        entry("sinh", kind="birth"),
        entry("nganh", prominence="sector"),
        entry("hiem-sinh", kind="birth", prominence="reference"),
        entry("tinh", kind="province", region="quang-ninh", prominence="reference"),
        entry("tinh-sinh", kind="birth", region="quang-ninh", prominence="reference"),
        entry("thu-do", kind="province", region="ha-noi"),
        at=SAVED + timedelta(minutes=1),
    )
    house.reread()

    assert uids(house.get(name)) == held


def test_the_title_of_a_feed_names_its_kind_or_region(house):
    assert "X-WR-CALNAME:Lịch kỷ niệm Việt Nam\r\n" in house.get().text
    assert "X-WR-CALNAME:Lịch kỷ niệm Việt Nam: Quảng Ninh\r\n" in house.get("quang-ninh").text
    assert "X-WR-CALNAME:Lịch kỷ niệm Việt Nam: Tỉnh - thành phố" in house.get("province").text


def test_links_in_a_feed_lead_to_the_public_address(make_house):
    house = make_house(BASE_URL="https://lich.example.vn/")

    assert "\r\nURL:https://lich.example.vn/events/mot\r\n" in house.get().text


def test_a_merged_province_is_prepared_for_from_before_the_merger(house):
    # Bình Thuận became part of Lâm Đồng on 1/7/2025; 3/7 less seven days is 26/6.
    house.now = datetime(2025, 8, 1, tzinfo=UTC)
    theirs = entry("ba", region="binh-thuan").replace("27/7", "3/7")
    house.save(entry("mot"), theirs, at=SAVED + timedelta(minutes=1))
    house.reread()

    text = house.client.get("/feeds/lam-dong.ics?prepare=7").text

    assert "UID:ba-2025@calendar-service\r\n" in text
    assert "UID:ba-2025-prepare-7@calendar-service\r\n" in text
