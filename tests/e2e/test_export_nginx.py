"""The exported site, served by a plain nginx with the configuration of docs/operations.md."""

import gzip
import http.client
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_service.config import load_settings
from calendar_service.export.site import export_site
from calendar_service.services import Services
from calendar_service.web.app import create_app
from tests.test_export import REGISTRY

from .conftest import answers, free_port, needed, wait_until

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
NGINX_CONF = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def documented(below: str, port: int, root: Path) -> str:
    """Return the configuration of the guide for a site *below* a path, as it says to change it."""
    text = re.search(r"```nginx\n(map .*?)```", GUIDE, re.DOTALL)[1]
    text = re.sub(r"listen 80;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"root [^;]+;", f"root {root};", text)
    text = re.sub(r"(error_page 404 |location =? ?|location ~ \^)/", rf"\1{below}/", text)
    return text.replace("try_files /index.html", f"try_files {below}/index.html")


class Site:
    """A site behind nginx, and the service that it was made from."""

    def __init__(self, port: int, below: str, services: Services) -> None:
        self.port, self.below = port, below
        self.live = create_app(services).test_client()

    def get(self, path: str, **headers: str):
        """Return the status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", self.below + path, headers=named)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body


@pytest.fixture(params=["", "/lich"], scope="module")
def site(request, tmp_path_factory):
    command, below, port = needed("nginx"), request.param, free_port()
    # Not under a folder of root alone: the workers of nginx are nobody.
    folder = Path(f"/tmp/calendar-nginx-{port}")  # noqa: S108
    folder.mkdir(mode=0o755)
    (folder / "events.yaml").write_text(REGISTRY, encoding="utf-8")
    environ = {
        "EVENTS_FILE": str(folder / "events.yaml"),
        "BASE_URL": f"http://127.0.0.1:{port}{below}",
        "DATABASE_URL": f"sqlite:///{folder / 'none.db'}",
    }
    now = datetime(2023, 7, 15, 5, tzinfo=UTC)
    services = Services(load_settings(environ), clock=lambda: now)
    live_url = services.settings.base_url
    export_site(services, folder / f"www{below}", [2023], live_url=live_url)
    conf = folder / "nginx.conf"
    site_conf = documented(below, port, folder / "www")
    conf.write_text(NGINX_CONF.format(folder=folder, site=site_conf), encoding="utf-8")
    server = subprocess.Popen([command, "-p", folder, "-e", folder / "error.log", "-c", conf])
    try:
        wait_until(lambda: answers(port) or server.poll() is not None)
        assert server.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield Site(port, below, services)
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder)


TYPES = [
    ("/", "text/html; charset=utf-8"),
    ("/month/2023-07", "text/html; charset=utf-8"),
    ("/campaigns/den-on", "text/html; charset=utf-8"),
    ("/subscribe", "text/html; charset=utf-8"),
    ("/month/2023-07.json", "application/json"),
    ("/month/2023-07.txt", "text/plain; charset=utf-8"),
    ("/month/2023-07.md", "text/markdown; charset=utf-8"),
    ("/month/2023-07.csv", "text/csv; charset=utf-8"),
    ("/month/2023-07.ics", "text/calendar; charset=utf-8"),
    (
        "/month/2023-07.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("/campaigns/den-on.json", "application/json"),
    ("/feeds/core.ics", "text/calendar; charset=utf-8"),
    ("/feeds/core.atom", "application/atom+xml; charset=utf-8"),
    ("/feeds/core.json", "application/feed+json"),
    ("/static/style.css", "text/css; charset=utf-8"),
    ("/static/copy.js", "text/javascript; charset=utf-8"),
    ("/static/icon.svg", "image/svg+xml; charset=utf-8"),
    ("/robots.txt", "text/plain; charset=utf-8"),
]


@pytest.mark.parametrize(("path", "media_type"), TYPES)
def test_a_file_has_the_media_type_of_the_live_answer(site, path, media_type):
    live = site.live.get(site.below + path, headers={"Accept": BROWSER})

    status, headers, _ = site.get(path, Accept=BROWSER)

    assert (status, headers["Content-Type"]) == (200, media_type)
    assert live.headers["Content-Type"] == media_type
    live.close()


@pytest.mark.parametrize(
    "path", [path for path, media_type in TYPES if "html" not in media_type] + ["/registry"]
)
def test_the_body_is_that_of_the_live_service(site, path):
    with site.live.get(site.below + path, headers={"Accept": BROWSER}) as live:
        assert site.get(path, Accept=BROWSER)[2] == live.data


@pytest.mark.parametrize("path", ["/", "/month/2023-07", "/events/quoc-khanh", "/campaigns"])
def test_a_page_says_what_the_live_one_says(site, path):
    def said(page: bytes) -> str:
        return re.sub(r"<[^>]*>", "", page.decode())

    live = site.live.get(site.below + path, headers={"Accept": BROWSER})

    assert said(site.get(path, Accept=BROWSER)[2]) == said(live.data)


@pytest.mark.parametrize("path", ["/month/2023-07", "/year/2023.json", "/static/style.css"])
def test_the_gzip_form_is_sent_to_who_takes_it(site, path):
    _, plain_headers, plain = site.get(path, Accept=BROWSER)

    _, headers, packed = site.get(path, Accept=BROWSER, Accept_Encoding="gzip")

    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert "Content-Encoding" not in plain_headers
    assert "Accept-Encoding" in ", ".join(headers.get_all("Vary"))


@pytest.mark.parametrize("path", ["/month/2023-07", "/feeds/core.ics"])
def test_who_has_it_already_is_answered_304(site, path):
    _, headers, _ = site.get(path, Accept=BROWSER)

    by_tag = site.get(path, Accept=BROWSER, If_None_Match=headers["ETag"])
    by_time = site.get(path, Accept=BROWSER, If_Modified_Since=headers["Last-Modified"])

    assert (by_tag[0], by_time[0], by_tag[2]) == (304, 304, b"")


def test_a_client_that_asks_for_nothing_in_particular_gets_json(site):
    status, headers, body = site.get("/month/2023-07", Accept="*/*")

    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert body == site.live.get(f"{site.below}/month/2023-07").data
    assert "Accept" in headers.get_all("Vary")
    assert site.get("/registry")[1]["Content-Type"] == "text/html; charset=utf-8"


def test_addresses_with_a_query_that_people_kept_still_open_what_they_name(site):
    edition = site.get("/campaigns/den-on?year=2023", Accept=BROWSER)
    other = site.get("/campaigns/den-on?year=1999", Accept=BROWSER)
    feed = site.get("/subscribe?feed=quang-ninh", Accept=BROWSER)

    assert edition[2] == site.get("/campaigns/den-on/2023", Accept=BROWSER)[2]
    assert edition[0] == 200
    assert other[0] == 404  # never another year than the one asked for
    assert b"/feeds/quang-ninh.ics" in feed[2]


@pytest.mark.parametrize("path", ["/nothing", "/month/2023-13", "/month/2023-07/"])
def test_what_is_not_there_is_a_page_with_status_404(site, path):
    status, headers, body = site.get(path, Accept=BROWSER)

    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Không có trang nào ở địa chỉ này" in body.decode()
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("year", ["../../../nginx", "%2e%2e%2fnginx", "20231"])
def test_a_query_never_leads_out_of_the_site(site, year):
    status, _, body = site.get(f"/campaigns/den-on?year={year}", Accept=BROWSER)

    assert (status, body) == (200, site.get("/campaigns/den-on", Accept=BROWSER)[2])


def test_headers_for_safety_and_for_caches_are_those_of_the_live_service(site):
    names = (
        "Cache-Control", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"
    )  # fmt: skip

    for path in ("/month/2023-07", "/feeds/core.ics", "/month/2023-07.json"):
        live = site.live.get(site.below + path, headers={"Accept": BROWSER})
        headers = site.get(path, Accept=BROWSER)[1]
        assert {name: headers[name] for name in names} == {n: live.headers[n] for n in names}
