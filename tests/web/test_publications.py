"""Answers are made once, kept, sent before Flask, and made again when something changes."""

import gzip
import os
import threading
import time
from datetime import UTC, datetime
from http import HTTPStatus
from types import SimpleNamespace

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
        self.app = create_app(services)
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
    assert house.asked == 2


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


@pytest.mark.parametrize("taken", ["*;q=0, gzip", "GZIP", "*", "br;q=1, *;q=0.1"])
def test_gzip_is_sent_to_who_names_it_whatever_stands_beside(house, taken):
    answer = house.get("/month/2023-07", Accept="text/html", Accept_Encoding=taken)

    assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("refused", ["gzip;q=0", "br", "identity", "gzip; q=0.0", "*, gzip;q=0"])
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


def test_not_even_while_a_turn_is_at_others_is_yesterdays_page_sent(house):
    house.get("/", Accept="text/html")
    house.get("/month/2023-07.json")
    seen = []

    def ask_meanwhile():
        if not seen:
            seen.append(None)
            asking = threading.Thread(
                target=lambda: seen.append(house.get("/", Accept="text/html").text)
            )
            asking.start()
            asking.join(timeout=10)

    house.now = datetime(2023, 7, 26, 5, tzinfo=UTC)
    house.on_request = ask_meanwhile
    house.publications.turn()

    assert ["còn 1 ngày" in text for text in seen[1:]] == [True]


def test_while_a_change_is_worked_in_the_old_answers_are_sent_and_then_the_new(house):
    house.get()
    house.get("/feeds/core.ics")
    seen, turning = [], [False]

    def ask_meanwhile():
        # In the middle of turn(): the registry is the new one, the answers are not.
        if turning[0] and not seen:
            asking = threading.Thread(target=lambda: seen.append(house.get().data))
            asking.start()
            asking.join(timeout=10)

    house.on_request = ask_meanwhile
    house.save("Ngày Hai", at=2 * 10**9)
    turning[0] = True
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


def test_a_page_of_yesterday_is_sent_where_todays_breaks(house):
    kept = house.get().data

    def break_down():
        raise RuntimeError("broken on purpose")

    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    house.on_request = break_down
    house.now = datetime(2023, 7, 26, 5, tzinfo=UTC)

    assert house.get().status_code == HTTPStatus.OK
    assert house.get().data == kept
    house.on_request = lambda: None
    house.publications.turn()
    assert house.get().status_code == HTTPStatus.OK


def test_what_nobody_asked_for_since_the_last_change_is_not_made_again(house):
    house.get()
    house.get("/feeds/core.ics")
    house.save("Ngày Hai", at=2 * 10**9)
    house.publications.turn()
    house.get()
    before = house.asked
    house.save("Ngày Ba", at=3 * 10**9)
    house.publications.turn()

    assert house.asked == before + 1
    assert "Ngày Hai" in house.get("/feeds/core.ics").text  # at once, and old
    house.publications.turn()
    assert "Ngày Ba" in house.get("/feeds/core.ics").text
    assert "Ngày Ba" in house.get().text


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


def test_a_turn_leaves_the_order_of_use_and_brings_back_nothing_that_fell_out():
    services = _Still()
    publications = Publications(_named, services)
    for query in ("a", "b", "c"):
        _call(publications, query)
    services.registry = SimpleNamespace(version="2", events=(), campaigns=())
    publications.turn()

    assert [query for _, query, _ in publications._kept] == ["a", "b", "c"]


def test_what_falls_out_while_it_is_made_again_stays_out():
    services = _Still()
    publications = Publications(_named, services)
    _call(publications, "a")

    def forget_meanwhile(environ, start_response):
        publications._forget(next(iter(publications._kept)))
        return _named(environ, start_response)

    publications.app = forget_meanwhile
    services.registry = SimpleNamespace(version="2", events=(), campaigns=())
    publications.turn()

    assert not publications._kept
    assert publications._size == 0


def test_long_addresses_count_as_well_as_what_they_answer():
    publications = Publications(_public(b"little"), _Still(), limit=100_000)
    for number in range(50):
        _call(publications, f"{number}" * 5_000)

    assert len(publications._kept) < 15


def test_slow_answers_are_waited_for_by_none_but_who_asks_for_the_same():
    slow, go = threading.Event(), threading.Event()

    def app(environ, start_response):
        if environ["QUERY_STRING"] == "slow":
            slow.set()
            go.wait(timeout=30)
        return _named(environ, start_response)

    publications = Publications(app, _Still())
    asking = threading.Thread(target=lambda: _call(publications, "slow"))
    asking.start()
    assert slow.wait(timeout=30)
    others = [_call(publications, f"other={number}") for number in range(64)]
    go.set()
    asking.join(timeout=30)

    assert others == [f"other={number}".encode() for number in range(64)]
    assert len(publications._kept) == 65


def test_a_file_of_the_pages_is_kept_zipped_and_confirmed_like_a_page(house):
    first = house.get("/static/style.css", Accept_Encoding="gzip")
    again = house.get(
        "/static/style.css", Accept_Encoding="gzip", If_None_Match=first.headers["ETag"]
    )

    assert first.headers["Content-Encoding"] == "gzip"
    assert b"font:" in gzip.decompress(first.data)
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert house.asked == 1


def test_a_refused_condition_is_told_with_the_headers_of_the_answer(house):
    refused = house.get(If_Match='"other"')

    assert refused.status_code == HTTPStatus.PRECONDITION_FAILED
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert refused.headers["Content-Length"] == "0"


def test_an_answer_to_head_is_that_to_get_without_its_body(house):
    asked = house.client.head("/month/2023-07.json")
    got = house.get()

    assert asked.data == b""
    assert asked.headers == got.headers
    assert asked.headers["Content-Length"] == str(len(got.data))


def test_equal_answers_are_kept_once():
    def app(environ, start_response):
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "x/y")])
        return [b"the same" * 1_000]

    publications = Publications(app, _Still())
    for number in range(20):
        _call(publications, f"nocache={number}")

    assert len({id(kept.publication) for kept in publications._kept.values()}) == 1


class _Still:
    """Services that never change."""

    registry = SimpleNamespace(version="1", events=(), campaigns=())
    today = NOW.date()

    def refresh(self, *, apart=False):
        return False


def _named(environ, start_response):
    start_response("200 OK", [("Cache-Control", "public"), ("Content-Type", "x/y")])
    return [environ["QUERY_STRING"].encode()]


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


def test_the_old_answer_is_sent_until_its_turn_comes(house):
    kept = house.get().data
    house.save("Ngày Hai", at=2 * 10**9)
    assert house.publications.services.refresh()  # as the worker of the same process may

    before = house.get().data
    house.publications.turn()

    assert before == kept
    assert "Ngày Hai" in house.get().text


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
