"""What feeds said before: a corrected date raises SEQUENCE, whoever serves the feed next."""

import os
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text

from calendar_service import feed_history
from calendar_service.config import load_settings
from calendar_service.services import Services
from calendar_service.store.components import record_feed
from calendar_service.store.upgrade import upgrade
from calendar_service.web.app import create_app

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
ENTRY = """
  - id: {id}
    name: Ngày {id}
    on: {on}
    kind: tradition
    prominence: core
    sources: [{{title: A, number: 1/QĐ}}]
    changed: {changed}
"""
# Days from 1 January 2020 to 22 and 23 November 2026.
SEQUENCE_22, SEQUENCE_23 = "2517", "2518"


class House:
    """A service with a database, whose clock and registry a test moves on."""

    def __init__(self, folder, database_url):
        self.path = folder / "events.yaml"
        self.environ = {"EVENTS_FILE": str(self.path), "DATABASE_URL": database_url}
        self.now = NOW
        self.saved = 10**9
        self.services = None
        self.save(mot="27/7", hai="19/5")
        self.start()
        upgrade(self.services.engine)

    def stop(self):
        if self.services:
            self.services.engine.dispose()

    def start(self):
        """Start a process: nothing but the database is remembered."""
        self.stop()
        self.services = Services(load_settings(self.environ), clock=lambda: self.now)
        self.client = create_app(self.services).test_client()

    def save(self, changed="22/11/2026", **days):
        entries = [ENTRY.format(id=id_, on=on, changed=changed) for id_, on in days.items()]
        self.path.write_text("events:" + "".join(entries), encoding="utf-8")
        self.saved += 10
        os.utime(self.path, (self.saved, self.saved))

    def feed(self, path="/feeds/core.ics", since=None):
        self.client.application.wsgi_app.turn()
        return self.client.get(path, headers={"If-Modified-Since": since} if since else {})

    def component(self, uid, path="/feeds/core.ics"):
        """Return the lines of a component of the feed by their names."""
        text = self.feed(path).text.replace("\r\n ", "")
        [part] = [part for part in text.split("BEGIN:VEVENT\r\n") if f"UID:{uid}@" in part]
        return dict(line.split(":", 1) for line in part.split("\r\n") if ":" in line)


@pytest.fixture
def house(tmp_path, database_url):
    house = House(tmp_path, database_url)
    yield house
    house.stop()


def test_at_first_the_registry_gives_the_revision(house):
    lines = house.component("mot-2027")

    assert lines["SEQUENCE"] == SEQUENCE_22
    assert lines["LAST-MODIFIED"] == lines["DTSTAMP"] == "20261122T000000Z"


def test_a_corrected_date_raises_the_sequence_though_nobody_touched_changed(house):
    house.feed()
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")

    lines = house.component("mot-2027")

    assert lines["DTSTART;VALUE=DATE"] == "20270728"
    assert lines["SEQUENCE"] == "2518"  # one more than SEQUENCE_22
    assert lines["LAST-MODIFIED"] == lines["DTSTAMP"] == "20261124T063000Z"


def test_what_was_not_touched_keeps_every_byte(house):
    before = house.feed().text
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")
    after = house.feed().text

    def others(text):
        return [part for part in text.split("BEGIN:VEVENT") if "UID:mot-" not in part]

    assert others(after) == others(before)
    assert after != before


def test_one_changed_event_of_a_thousand_changes_its_own_components_alone(house):
    days = {f"e{n}": f"{n % 28 + 1}/{n % 12 + 1}" for n in range(1_000)}
    names = ("core", "tradition", "2027", "event-e11")
    house.save(**days)
    before = {name: house.feed(f"/feeds/{name}.ics").data for name in names}
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(**days | {"e11": "13/12"})  # instead of 12/12
    after = {name: house.feed(f"/feeds/{name}.ics").data for name in names}

    # From October to February, since these are many; of the archive's year; ten years ahead.
    counts = {"core": 1, "tradition": 1, "2027": 1, "event-e11": 12}
    for name in names:
        old, new = _split(before[name]), _split(after[name])
        assert len(set(new) - set(old)) == counts[name]
        assert all(b"UID:e11-" in part for part in set(new) ^ set(old))
        kept = [part for part in old if b"UID:e11-" not in part]
        assert [part for part in new if b"UID:e11-" not in part] == kept


def _split(feed):
    """Return a feed in pieces: its head, and each component with what follows it."""
    head, *parts = feed.removesuffix(b"END:VCALENDAR\r\n").split(b"BEGIN:VEVENT\r\n")
    return [head, *parts]


def test_the_sequence_survives_a_restart_and_another_process(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    raised = house.component("mot-2027")
    house.start()

    assert house.component("mot-2027") == raised


def test_a_date_that_is_put_back_is_another_revision(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    house.feed()
    house.save(mot="27/7", hai="19/5")

    assert house.component("mot-2027")["SEQUENCE"] == "2519"


def test_a_later_day_of_change_in_the_registry_is_taken_as_it_is(house):
    house.feed()
    house.save(changed="23/11/2026", mot="28/7", hai="19/5")

    lines = house.component("mot-2027")

    assert (lines["SEQUENCE"], lines["LAST-MODIFIED"]) == (SEQUENCE_23, "20261123T000000Z")


def test_a_text_that_changes_moves_last_modified_and_not_the_sequence(house):
    house.feed()
    text = house.path.read_text(encoding="utf-8").replace("name: Ngày mot", "name: Ngày Một")
    house.path.write_text(text, encoding="utf-8")
    os.utime(house.path, (2 * 10**9, 2 * 10**9))

    lines = house.component("mot-2027")

    assert (lines["SEQUENCE"], lines["LAST-MODIFIED"]) == (SEQUENCE_22, "20261123T060000Z")


def test_another_kind_is_another_category_and_moves_last_modified(house):
    house.feed()
    text = house.path.read_text(encoding="utf-8").replace("kind: tradition", "kind: founding", 1)
    house.path.write_text(text, encoding="utf-8")
    os.utime(house.path, (2 * 10**9, 2 * 10**9))

    lines = house.component("mot-2027")

    assert lines["CATEGORIES"] == "Ngày thành lập"
    assert (lines["SEQUENCE"], lines["LAST-MODIFIED"]) == (SEQUENCE_22, "20261123T060000Z")


def test_feeds_that_tell_a_step_differently_do_not_revise_each_other(house):
    # The flags of 30/4 come down on 1/5; in Quảng Ninh the banner stays up for 3/5.
    lines = ENTRY.format(id="mot", on="30/4", changed="22/11/2026")
    national = lines.replace("kind: tradition", "kind: great-day")
    theirs = ENTRY.format(id="hai", on="3/5", changed="22/11/2026") + "    region: quang-ninh\n"
    theirs += "    founded: 3/5/1962\n"  # banners hang in round years, 65 of them in 2027
    house.path.write_text(f"events:{national}{theirs}", encoding="utf-8")
    os.utime(house.path, (2 * 10**9, 2 * 10**9))
    whole, partial = "/feeds/campaigns.ics", "/feeds/campaigns-quang-ninh.ics"
    first = house.feed(whole).text, house.feed(partial).text
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.start()
    again = house.feed(whole).text, house.feed(partial).text

    assert "Hạ cờ Tổ quốc\\; tháo dỡ băng rôn" in first[0].replace("\r\n ", "")
    assert "SUMMARY:Hạ cờ Tổ quốc - " in first[1].replace("\r\n ", "")
    assert again == first


def test_the_forms_of_a_feed_share_the_revision(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    house.feed()

    for query in ("?alarm=7d", "?lang=en", "?prepare=7"):
        assert house.component("mot-2027", f"/feeds/core.ics{query}")["SEQUENCE"] == "2518"


def test_last_modified_of_a_feed_never_goes_back_in_another_process(house):
    house.feed()
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7")
    moved = house.feed().headers["Last-Modified"]
    house.start()  # by the file's time alone it would be older

    assert moved == "Tue, 24 Nov 2026 06:30:00 GMT"
    assert house.feed().headers["Last-Modified"] == moved


def summary(response):
    text = response.text.replace("\r\n ", "")
    return [line for line in text.split("\r\n") if line.startswith("SUMMARY")]


TAKEN_OUT = "SUMMARY:Lịch này đã được đưa ra khỏi danh mục\\, hãy hủy đăng ký hoặc chọn lịch khác"


@pytest.mark.parametrize("name", ["event-mot", "campaign-mot"])
@pytest.mark.parametrize("query", ["", "?alarm=7d"])
def test_the_feed_of_what_was_taken_out_goes_on_and_says_so(house, name, query):
    path = f"/feeds/{name}.ics{query}"
    before = house.feed(path)
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(hai="19/5")
    house.start()  # nothing but the database is remembered

    after = house.feed(path)

    assert before.status_code == after.status_code == 200
    assert summary(after) == [TAKEN_OUT]
    assert after.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert after.headers["Last-Modified"] >= before.headers["Last-Modified"]
    assert house.feed(path).headers["ETag"] == after.headers["ETag"]


def test_last_modified_goes_on_when_a_feed_vanishes_and_when_it_comes_back(house):
    house.feed("/feeds/event-mot.ics")
    seen = []
    for day, days in ((24, {"hai": "19/5"}), (25, {"mot": "27/7", "hai": "19/5"})):
        house.now = datetime(2026, 11, day, 6, 30, tzinfo=UTC)
        house.save(**days)
        house.start()
        response = house.feed("/feeds/event-mot.ics")
        seen.append((response.headers["Last-Modified"], summary(response)[0]))

    assert seen == [
        ("Tue, 24 Nov 2026 06:30:00 GMT", TAKEN_OUT),
        ("Wed, 25 Nov 2026 06:30:00 GMT", "SUMMARY:Ngày mot (27/7)"),
    ]


def test_an_event_that_stood_in_any_feed_is_remembered(house):
    house.feed("/feeds/core.ics")
    house.save(hai="19/5")

    assert summary(house.feed("/feeds/event-mot.ics")) == [TAKEN_OUT]
    assert house.feed("/feeds/event-mot.json").json["items"] == []
    assert house.feed("/feeds/event-mot.atom").status_code == 200


@pytest.mark.parametrize(
    "name", ["event-ba", "event-mo", "event-", "campaign-ba", "cor", "event-m%25"]
)
def test_what_never_was_there_is_404(house, name):
    house.feed("/feeds/core.ics")
    house.feed("/feeds/campaigns.ics")
    house.save(hai="19/5")

    assert house.feed(f"/feeds/{name}.ics").status_code == 404


def test_any_feed_that_was_sent_under_its_name_goes_on(house):
    with house.services.engine.begin() as connection:
        record_feed(connection, "old-province", b"1" * 16, NOW, NOW)  # of an older release

    assert summary(house.feed("/feeds/old-province.ics")) == [TAKEN_OUT]


def test_a_second_change_before_seven_in_viet_nam_is_later_than_the_first(house):
    # 22/11 begins at 17:00 UTC of the 21st; `changed` alone gives 00:00 UTC of the 22nd.
    house.now = datetime(2026, 11, 21, 18, tzinfo=UTC)
    first = house.component("mot-2027")["LAST-MODIFIED"]
    house.now = datetime(2026, 11, 21, 18, 5, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")

    second = house.component("mot-2027")

    assert first == "20261122T000000Z"
    assert second["LAST-MODIFIED"] == second["DTSTAMP"] == "20261122T000001Z"


def test_a_change_within_the_same_second_is_dated_later(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    first = house.feed().headers["Last-Modified"]
    house.save(mot="29/7", hai="19/5")
    second = house.feed(since=first)

    assert first == "Mon, 23 Nov 2026 06:00:00 GMT"
    assert second.status_code == 200
    assert second.headers["Last-Modified"] == "Mon, 23 Nov 2026 06:00:01 GMT"
    assert house.component("mot-2027")["LAST-MODIFIED"] == "20261123T060001Z"


def test_a_change_after_the_clock_went_back_is_dated_later(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    first = house.feed().headers["Last-Modified"]
    house.now = datetime(2026, 11, 23, 5, tzinfo=UTC)
    house.save(mot="29/7", hai="19/5")

    second = house.feed(since=first)

    assert second.status_code == 200
    assert second.headers["Last-Modified"] == "Mon, 23 Nov 2026 06:00:01 GMT"


def test_a_preparation_has_the_revision_of_its_day(house):
    house.feed("/feeds/core.ics?prepare=7")
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")

    lines = house.component("mot-2027-prepare-7", "/feeds/core.ics?prepare=7")

    assert lines["DTSTART;VALUE=DATE"] == "20270721"
    assert lines["SEQUENCE"] == "2518"
    assert lines["LAST-MODIFIED"] == lines["DTSTAMP"] == "20261124T063000Z"


def test_days_of_preparation_write_nothing_of_their_own(house):
    house.feed()
    with house.services.engine.connect() as connection:
        before = connection.execute(text("SELECT uid FROM components ORDER BY uid")).all()
    for days in range(1, 8):
        house.feed(f"/feeds/core.ics?prepare={days}")
    with house.services.engine.connect() as connection:
        after = connection.execute(text("SELECT uid FROM components ORDER BY uid")).all()

    # Two events in 2025 to 2028.
    assert len(before) == 8
    assert after == before


def test_new_components_are_written_in_one_go(house):
    inserts = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT INTO components"):
            inserts.append(len(parameters) if executemany else 1)

    event.listen(house.services.engine, "before_cursor_execute", note)
    house.feed()

    assert sum(inserts) in (1, 8)  # PostgreSQL takes many rows in one statement
    assert len(inserts) == 1


@pytest.mark.parametrize(
    "path",
    ["/feeds/custom.ics?kind=tradition", "/feeds/core.ics?alarm=7d", "/feeds/core.atom",
     "/feeds/core.json"],
)  # fmt: skip
def test_what_is_no_plain_feed_keeps_its_date_in_another_process(house, path):
    house.save(mot="1/12")
    house.feed(path)
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="2/12")
    moved = house.feed(path).headers["Last-Modified"]
    house.now = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    house.start()  # by the file's time alone it would be older

    assert moved == "Tue, 24 Nov 2026 06:30:00 GMT"
    assert house.feed(path).headers["Last-Modified"] == moved


def test_a_registry_that_is_put_back_dates_a_choice_later(house):
    house.feed("/feeds/custom.ics?kind=tradition")
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")
    first = house.feed("/feeds/custom.ics?kind=tradition").headers["Last-Modified"]
    house.now = datetime(2026, 11, 24, 6, 40, tzinfo=UTC)
    house.save(mot="27/7", hai="19/5")
    house.start()
    second = house.feed("/feeds/custom.ics?kind=tradition", since=first)

    assert second.status_code == 200
    assert second.headers["Last-Modified"] == "Tue, 24 Nov 2026 06:40:00 GMT"


@pytest.mark.parametrize("form", ["atom", "json"])
def test_news_of_another_day_are_of_another_date(house, form):
    # 27/7/2027 enters 30 days ahead of it, on 27/6; days begin at 17:00 UTC.
    house.now = datetime(2027, 6, 26, 6, tzinfo=UTC)
    first = house.feed(f"/feeds/core.{form}")
    house.now = datetime(2027, 6, 27, 6, tzinfo=UTC)
    second = house.feed(f"/feeds/core.{form}", since=first.headers["Last-Modified"])

    assert first.headers["Last-Modified"] == "Fri, 25 Jun 2027 17:00:00 GMT"
    assert second.status_code == 200
    assert second.data != first.data
    assert second.headers["Last-Modified"] == "Sat, 26 Jun 2027 17:00:00 GMT"


def test_no_feed_is_called_as_the_registry_is_in_the_history(house):
    house.feed("/feeds/core.ics?alarm=7d")

    for name in ("registry", "/registry", "%2Fregistry"):
        assert house.feed(f"/feeds/{name}.ics").status_code == 404


@pytest.mark.parametrize("path", ["/month/2027-07.ics", "/year/2027.ics", "/events/mot.ics"])
def test_other_calendar_files_have_the_revisions_of_the_feeds(house, path):
    house.feed()
    house.now = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    house.save(mot="28/7", hai="19/5")

    lines = house.component("mot-2027", path)

    assert lines["DTSTART;VALUE=DATE"] == "20270728"
    assert (lines["SEQUENCE"], lines["DTSTAMP"]) == ("2518", "20261124T063000Z")
    assert house.component("mot-2027") | {"END": ""} == lines | {"END": ""}


def test_a_calendar_file_whose_history_cannot_be_asked_is_not_kept(house):
    with away(house, "components"):
        failed = house.feed("/month/2027-07.ics")

    assert failed.headers["Cache-Control"] == "no-cache"
    assert house.feed("/month/2027-07.ics").headers["Cache-Control"] == "public, max-age=300"


@contextmanager
def away(house, table):
    """Let the database fail at one of its tables."""
    for old, new in ((table, "away"), ("away", table)):
        with house.services.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        if old == table:
            yield


def test_a_database_that_fails_once_lowers_no_sequence_for_good(house, caplog):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    house.feed()
    house.start()
    with away(house, "components"):
        failed = house.feed()
    again = house.feed()

    assert failed.status_code == 200
    assert failed.headers["Cache-Control"] == "no-cache"
    assert "Last-Modified" not in failed.headers
    assert "by the registry's dates alone for now" in caplog.text
    assert again.headers["Cache-Control"] == "public, max-age=3600"
    assert house.component("mot-2027")["SEQUENCE"] == "2518"


class Watch:
    """A clock for waiting, which goes on by *step* seconds whenever it is looked at."""

    now, step = 0.0, 0.0

    def __call__(self):
        self.now += self.step
        return self.now


def test_no_feed_waits_for_a_database_that_has_just_kept_another_waiting(house, monkeypatch):
    watch = Watch()
    monkeypatch.setattr(feed_history, "monotonic", watch)
    with away(house, "components"):
        watch.step = 10.0  # asked at 10, begun at 20, failed at 30
        house.feed()
    watch.step = 0.0
    controls = []
    for watch.now in (39.0, 40.0):
        controls.append(house.feed().headers["Cache-Control"])

    assert controls == ["no-cache", "public, max-age=3600"]


def test_what_is_kept_stays_while_the_database_is_away(house):
    house.feed()
    kept = house.feed()
    house.save(mot="28/7", hai="19/5")
    with away(house, "components"):
        meanwhile = house.feed()
    after = house.feed()

    assert (meanwhile.data, meanwhile.headers) == (kept.data, kept.headers)
    assert "DTSTART;VALUE=DATE:20270728" in after.text


def test_a_feed_whose_date_cannot_be_asked_has_none_and_is_not_kept(house):
    with away(house, "feeds"):
        failed = house.feed()
    again = house.feed()

    assert "Last-Modified" not in failed.headers
    assert failed.headers["Cache-Control"] == "no-cache"
    assert "Last-Modified" in again.headers


def test_a_process_that_knows_a_revision_goes_below_it_in_no_failure(house):
    house.feed()
    house.save(mot="28/7", hai="19/5")
    house.feed()
    with away(house, "components"):
        house.save(mot="29/7", hai="19/5")
        lines = house.component("mot-2027")

    assert (lines["SEQUENCE"], lines["LAST-MODIFIED"]) == ("2518", "20261123T060000Z")
    assert house.component("mot-2027")["SEQUENCE"] == "2519"


def test_a_database_that_cannot_be_used_stops_no_feed(tmp_path, caplog):
    (tmp_path / "calendar.db").write_text("this is no database", encoding="utf-8")
    path = tmp_path / "events.yaml"
    entry = ENTRY.format(id="mot", on="27/7", changed="22/11/2026")
    path.write_text(f"events:{entry}", encoding="utf-8")
    environ = {"EVENTS_FILE": str(path), "DATABASE_URL": f"sqlite:///{tmp_path / 'calendar.db'}"}
    client = create_app(Services(load_settings(environ), clock=lambda: NOW)).test_client()

    response = client.get("/feeds/core.ics")

    assert response.status_code == 200
    assert f"SEQUENCE:{SEQUENCE_22}" in response.text
    assert "by the registry's dates alone" in caplog.text


def test_a_service_without_a_database_makes_none(tmp_path):
    path = tmp_path / "events.yaml"
    entry = ENTRY.format(id="mot", on="27/7", changed="22/11/2026")
    path.write_text(f"events:{entry}", encoding="utf-8")
    environ = {"EVENTS_FILE": str(path), "DATABASE_URL": f"sqlite:///{tmp_path / 'no.db'}"}
    client = create_app(Services(load_settings(environ), clock=lambda: NOW)).test_client()

    assert client.get("/feeds/core.ics").status_code == 200
    assert not (tmp_path / "no.db").exists()


def test_a_database_that_was_never_upgraded_is_none(tmp_path, empty_url):
    path = tmp_path / "events.yaml"
    entry = ENTRY.format(id="mot", on="27/7", changed="22/11/2026")
    path.write_text(f"events:{entry}", encoding="utf-8")
    services = Services(
        load_settings({"EVENTS_FILE": str(path), "DATABASE_URL": empty_url}), clock=lambda: NOW
    )
    services.engine.connect().close()
    response = create_app(services).test_client().get("/feeds/core.ics")
    services.engine.dispose()

    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert "Last-Modified" in response.headers
