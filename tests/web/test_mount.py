"""The service at a path of its host."""

import re
from datetime import UTC, datetime

import pytest

BROWSER = {"Accept": "text/html"}


@pytest.fixture
def client(make_client):
    return make_client(BASE_URL="https://example.vn/lich")


@pytest.mark.parametrize("sent", ["/lich/month/2023-07", "/month/2023-07"])
def test_a_page_is_found_whether_the_proxy_sends_the_path_on_or_not(client, sent):
    page = client.get(sent, headers=BROWSER)

    assert page.status_code == 200
    assert '<link rel="stylesheet" href="/lich/static/style.css">' in page.text
    assert '<link rel="canonical" href="https://example.vn/lich/month/2023-07">' in page.text
    assert 'href="/lich/events/thuong-binh-liet-si"' in page.text
    assert 'action="/lich/month/2023-07"' in page.text


@pytest.mark.parametrize(
    "path", ["/", "/month/2023-07", "/year/2023", "/campaigns", "/subscribe", "/registry", "/no"]
)
def test_every_link_of_a_page_has_the_path(client, path):
    page = client.get(f"/lich{path}", headers=BROWSER).text

    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
    assert len(links) > 5
    assert [link for link in links if not link.startswith("/lich/")] == []


def test_the_root_of_the_path_is_the_home_page_with_and_without_a_slash(client):
    assert client.get("/lich", headers=BROWSER).status_code == 200
    assert client.get("/lich/", headers=BROWSER).status_code == 200
    assert client.get("/lichen", headers=BROWSER).status_code == 404


def test_the_menu_marks_the_page_that_is_open(client):
    page = client.get("/lich/campaigns", headers=BROWSER).text

    assert '<a href="/lich/campaigns" aria-current="page">' in page


def test_feeds_lead_to_addresses_with_the_path(client):
    feed = client.get("/lich/feeds/core.ics").text
    news = client.get("/lich/feeds/core.json").json

    assert "\r\nURL:https://example.vn/lich/events/thuong-binh-liet-si\r\n" in feed
    assert news["feed_url"] == "https://example.vn/lich/feeds/core.json"
    assert news["home_page_url"] == "https://example.vn/lich/"
    assert news["items"][0]["url"].startswith("https://example.vn/lich/events/")


def test_a_page_that_is_made_again_after_midnight_keeps_the_path(make_client):
    now = [datetime(2023, 7, 15, 5, tzinfo=UTC)]
    client = make_client(BASE_URL="https://example.vn/lich")
    services = client.application.extensions["services"]
    services.clock = lambda: now[0]
    assert "Ngày" in client.get("/lich/", headers=BROWSER).text

    now[0] = datetime(2023, 7, 16, 5, tzinfo=UTC)
    client.application.wsgi_app.turn()

    assert 'href="/lich/static/style.css"' in client.get("/lich/", headers=BROWSER).text


def test_the_api_leads_to_addresses_with_the_path(client):
    events = client.get("/lich/api/v1/events?limit=1")
    description = client.get("/lich/openapi.json")

    assert '</lich/openapi.json>; rel="service-desc"' in events.headers["Link"]
    assert "</lich/api/v1/events?limit=1&after=" in events.headers["Link"]
    assert description.json["servers"] == [{"url": "/lich"}]
    assert description.headers["Link"] == '</lich/api>; rel="service-doc"'
