"""Answers are made once, kept, sent before Flask, and made again when something changes."""

import gzip
import os
import threading
import time
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from calendar_service.config import load_settings
from calendar_service.services import Services
from calendar_service.web.app import create_app
from calendar_service.web.publications import Publications

NOW = datetime(2023, 7, 15, 5, tzinfo=UTC)
ENTRY = """
  - id: {id}
    name: {name}
    on: 27/7
    kind: tradition
    prominence: core
    sources: [{{title: A, number: 1/QĐ}}]
    changed: 22/11/2022
"""


class House:
    """An application on a registry of its own, and how often Flask itself was asked."""

    def __init__(self, path):
        self.path = path
        self.now = NOW
        self.asked = 0
        self.on_request = lambda: None
        self.save("Ngày Một", at=10**9)
        services = Services(load_settings({"EVENTS_FILE": str(path)}), clock=lambda: self.now)
        self.app = create_app(services, watched=False)
        self.app.before_request(self._count)
        self.publications = self.app.wsgi_app
        self.client = self.app.test_client()

    def _count(self):
        self.asked += 1
        self.on_request()

    def save(self, name, at):
        self.path.write_text(f"events:{ENTRY.format(id='mot', name=name)}", encoding="utf-8")
        os.utime(self.path, (at, at))

    def get(self, path="/month/2023-07.json", **headers):
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.client.get(path, headers=named)


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "events.yaml")


def test_the_second_answer_does_not_reach_flask_and_has_the_same_bytes(house):
    first = house.get()
    second = house.get()

    assert house.asked == 1
    assert second.data == first.data
    assert second.headers == first.headers


def test_a_kept_answer_is_a_list_which_granian_sends_in_one_piece():
    publications = Publications(_public(b"once"), _Still())

    assert _answer(publications) == [b"once"]
    assert _answer(publications) == [b"once"]


def test_a_kept_answer_has_no_date_so_that_the_server_gives_each_its_own(house):
    # RFC 9111 section 4.2.3: with an old one every cache would hold the answer for stale.
    assert "Date" not in house.get().headers
    assert "Date" not in house.get().headers


def test_another_query_path_or_form_is_another_answer(house):
    bodies = {
        house.get().data,
        house.get("/month/2023-07.json?all=1").data,
        house.get("/month/2023-08.json").data,
        house.get("/month/2023-07", Accept="text/html").data,
        house.get("/month/2023-07", Accept="text/csv").data,
    }

    assert house.asked == 5
    assert len(bodies) >= 4  # with one event, all=1 changes nothing


def test_what_is_not_public_is_asked_for_each_time(house):
    for path in ("/healthz", "/month/2023-13", "/nothing"):
        house.get(path)
        house.get(path)

    assert house.asked == 6


def test_a_post_reaches_flask(house):
    house.get()

    assert house.client.post("/month/2023-07.json").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert house.asked >= 1


def test_gzip_is_sent_to_who_asks_for_it_under_its_own_etag(house):
    plain = house.get("/month/2023-07", Accept="text/html")
    zipped = house.get("/month/2023-07", Accept="text/html", Accept_Encoding="br, gzip")

    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert zipped.headers["Content-Length"] == str(len(zipped.data))
    assert "Accept-Encoding" in plain.headers["Vary"]
    again = house.get(
        "/month/2023-07",
        Accept="text/html",
        Accept_Encoding="gzip",
        If_None_Match=zipped.headers["ETag"],
    )
    assert again.status_code == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize("refused", ["gzip;q=0", "br", "identity", "gzip; q=0.0"])
def test_gzip_is_not_sent_to_who_does_not_take_it(house, refused):
    answer = house.get("/month/2023-07", Accept="text/html", Accept_Encoding=refused)

    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        # RFC 9110 section 13.2.2: If-Match first, then If-Unmodified-Since, and so on.
        ({"If_Match": '"other"'}, HTTPStatus.PRECONDITION_FAILED),
        ({"If_Match": "{etag}"}, HTTPStatus.OK),
        ({"If_Match": "*"}, HTTPStatus.OK),
        ({"If_Match": "W/{etag}"}, HTTPStatus.PRECONDITION_FAILED),
        ({"If_Match": "{etag}", "If_None_Match": "{etag}"}, HTTPStatus.NOT_MODIFIED),
        ({"If_Unmodified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, HTTPStatus.PRECONDITION_FAILED),
        ({"If_Unmodified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, HTTPStatus.OK),
        ({"If_Unmodified_Since": "nonsense"}, HTTPStatus.OK),
    ],
)
def test_conditions_are_weighed_in_the_order_of_the_rfc(house, condition, status):
    etag = house.get("/feeds/core.ics").headers["ETag"]
    given = {name: value.replace("{etag}", etag) for name, value in condition.items()}

    assert house.get("/feeds/core.ics", **given).status_code == status


def test_a_new_day_is_not_answered_with_yesterdays_page(house):
    assert "còn 12 ngày" in house.get("/", Accept="text/html").text
    house.now = datetime(2023, 7, 26, 5, tzinfo=UTC)

    assert "còn 1 ngày" in house.get("/", Accept="text/html").text


def test_while_a_change_is_worked_in_the_old_answers_are_sent_and_then_the_new(house):
    house.get()
    house.get("/feeds/core.ics")
    seen = []

    def ask_meanwhile():
        # In the middle of turn(): the registry is the new one, the answers are not.
        if house.publications._renewing and not seen:
            asking = threading.Thread(target=lambda: seen.append(house.get().data))
            asking.start()
            asking.join(timeout=10)

    house.on_request = ask_meanwhile
    house.save("Ngày Hai", at=2 * 10**9)
    house.publications.turn()
    before = house.asked

    assert ["Ngày Một" in data.decode() for data in seen] == [True]
    assert "Ngày Hai" in house.get().text
    assert "Ngày Hai" in house.get("/feeds/core.ics").text
    assert house.asked == before  # both were made in the background


def test_a_turn_tells_whether_anything_changed(house):
    house.get()

    assert house.publications.turn() is False
    house.save("Ngày Hai", at=2 * 10**9)
    assert house.publications.turn() is True
    assert house.publications.turn() is False


def test_what_did_not_change_keeps_its_last_modified(house):
    old = house.get("/feeds/core.ics").headers["Last-Modified"]
    house.now = datetime(2023, 8, 15, 5, tzinfo=UTC)
    house.save("Ngày Một", at=2 * 10**9)
    house.publications.turn()

    assert house.get("/feeds/core.ics").headers["Last-Modified"] == old


def test_an_answer_that_breaks_when_it_is_made_again_stays_as_it_was(house):
    kept = house.get().data

    def break_down():
        raise RuntimeError("broken on purpose")

    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    house.on_request = break_down
    house.save("Ngày Hai", at=2 * 10**9)
    house.publications.turn()

    assert house.get().status_code == HTTPStatus.OK
    assert house.get().data == kept


def test_a_page_that_is_gone_after_a_change_is_no_longer_sent(house):
    assert house.get("/events/mot.json").status_code == HTTPStatus.OK
    text = house.path.read_text(encoding="utf-8").replace("id: mot", "id: hai")
    house.path.write_text(text, encoding="utf-8")
    os.utime(house.path, (2 * 10**9, 2 * 10**9))
    house.publications.turn()

    assert house.get("/events/mot.json").status_code == HTTPStatus.NOT_FOUND


def test_the_least_recently_used_fall_out_when_there_are_too_many():
    calls = []

    def app(environ, start_response):
        calls.append(environ["QUERY_STRING"])
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "x/y")])
        return [environ["QUERY_STRING"].encode() * 10_000]

    publications = Publications(app, _Still(), limit=50_000)
    for query in ("a", "b", "c", "a", "d", "e", "a"):
        _call(publications, query)

    assert calls == ["a", "b", "c", "d", "e"]
    assert publications._size <= 50_000
    _call(publications, "b")
    assert calls[-1] == "b"


def test_equal_answers_are_kept_once():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "x/y")])
        return [b"the same" * 1_000]

    publications = Publications(app, _Still())
    for number in range(20):
        _call(publications, f"nocache={number}")

    assert len({id(publication) for _, publication in publications._kept.values()}) == 1


class _Still:
    """Services that never change."""

    registry = object()
    today = NOW.date()

    def refresh(self, *, apart=False):
        return False


def _public(body):
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "x/y")])
        return [body]

    return app


def _answer(app):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": ""}
    return app(environ, lambda status, headers: None)


def _call(app, query):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": query}
    return b"".join(app(environ, lambda status, headers: None))


def test_a_watched_service_sends_the_old_answer_until_its_turn_comes(house):
    kept = house.get().data
    house.publications.watched = True
    house.publications._start_watching = lambda: None  # its turn comes when the test says so
    house.save("Ngày Hai", at=2 * 10**9)
    assert house.publications.services.refresh()  # as the worker of the same process may

    before = house.get().data
    house.publications.turn()

    assert before == kept
    assert "Ngày Hai" in house.get().text


def test_a_watched_service_sends_no_page_of_yesterday(house):
    house.get("/", Accept="text/html")
    house.publications.watched = True
    house.publications._start_watching = lambda: None
    house.now = datetime(2023, 7, 26, 5, tzinfo=UTC)

    assert "còn 1 ngày" in house.get("/", Accept="text/html").text


def test_the_watcher_finds_a_change_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("calendar_service.web.publications.LOOK_SECONDS", 0.01)
    house = House(tmp_path / "events.yaml")
    house.publications.watched = True
    house.get()
    house.save("Ngày Hai", at=2 * 10**9)

    give_up_at = time.monotonic() + 60
    while "Ngày Hai" not in house.get().text and time.monotonic() < give_up_at:
        time.sleep(0.01)
    house.publications.watched = False

    assert "Ngày Hai" in house.get().text
