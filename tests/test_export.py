"""The public site as files: what is there, where links lead, and what a second run touches."""

import gzip
import hashlib
import json
import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from calendar_service.cli.main import cli
from calendar_service.config import load_settings
from calendar_service.errors import ExportFolderError, ExportPageError
from calendar_service.export.folder import open_folder
from calendar_service.export.site import export_site
from calendar_service.services import Services
from calendar_service.store.database import open_database
from calendar_service.store.upgrade import upgrade
from calendar_service.web.app import create_app

NOON = datetime(2023, 7, 15, 5, tzinfo=UTC)
NEXT_DAY = datetime(2023, 7, 16, 5, tzinfo=UTC)
LIVE = "https://lich.example.vn"
SITE = "https://example.vn/lich"
LONG_AGO = 1_000_000_000
REGISTRY = """
events:
  - id: thuong-binh
    name: Ngày Thương binh - Liệt sỹ
    on: 27/7
    founded: 27/7/1947
    formerly: [thuong-binh-toan-quoc]
    kind: tradition
    prominence: core
    changed: 22/11/2022
    sources: [{title: Chỉ thị 223/CT-TW, number: 223/CT-TW}]
  - id: quoc-khanh
    name: Ngày Quốc khánh
    on: 2/9
    founded: 2/9/1945
    kind: great-day
    prominence: core
    changed: 22/11/2022
    sources: [{title: Sắc lệnh 22c, number: 22c}]
campaigns:
  - id: den-on
    title: Đền ơn đáp nghĩa
    events: [thuong-binh]
    slogans: [Đời đời nhớ ơn!]
    changed: 22/11/2022
    sources: [{title: Kế hoạch 5, number: 5/KH, date: 1/6/2020}]
"""


def make_services(folder: Path, base_url: str = SITE, now: datetime = NOON) -> Services:
    path = folder / "events.yaml"
    if not path.exists():
        path.write_text(REGISTRY, encoding="utf-8")
    environ = {
        "EVENTS_FILE": str(path),
        "BASE_URL": base_url,
        "DATABASE_URL": f"sqlite:///{folder / 'none.db'}",
    }
    return Services(load_settings(environ), clock=lambda: now)


def run(folder: Path, out: Path, *, base_url=SITE, live_url=None, now=NOON, years=(2023,)):
    """Export; return how many files were written, unchanged and removed."""
    done = export_site(make_services(folder, base_url, now), out, years, live_url=live_url)
    return done.written, done.unchanged, done.removed


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def links_of(page: str) -> list[str]:
    found = re.findall(r'<(?:a|link|script|form)\b[^>]*?\s(?:href|src|action)="([^"]*)"', page)
    return [unescape(link) for link in found if not link.startswith("#")]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a registry, and the site at a path without a live service in "site"."""
    folder = tmp_path_factory.mktemp("export")
    run(folder, folder / "site")
    return folder


@pytest.fixture(autouse=True)
def _offer_feeds_of_one_province(monkeypatch, place):
    """Make the other sites small; that of *place* has feeds of all provinces."""
    monkeypatch.setattr("calendar_service.core.feeds.NAMES", {"quang-ninh": "Quảng Ninh"})


@pytest.fixture
def site(place):
    return place / "site"


def test_a_site_holds_every_kind_of_page_feed_and_form(site):
    found = files_in(site)

    assert {
        "index.html", "404.html", "robots.txt", "registry.html", "manifest.json",
        "static/style.css", "upcoming.html", "upcoming/all.html", "upcoming.ics",
        "month/2023-07.html", "month/2023-07.json", "month/2023-07.txt", "month/2023-07.md",
        "month/2023-07.csv", "month/2023-07.ics", "month/2023-07.docx",
        "year/2023.html", "year/2023.ics",
        "events/quoc-khanh.html", "events/quoc-khanh.json", "events/quoc-khanh.ics",
        "campaigns.html", "campaigns.json", "campaigns/den-on.html", "campaigns/den-on.docx",
        "campaigns/den-on/2023.html", "campaigns/den-on/2023.json",
        "campaigns/den-on/2023.docx", "campaigns/den-on/2023/slogans.docx",
        "campaigns/quoc-khanh/2023.html",
        "feeds/core.ics", "feeds/core.atom", "feeds/core.json", "feeds/quang-ninh.ics",
        "feeds/2023.ics", "feeds/2020.ics", "feeds/event-quoc-khanh.ics",
        "feeds/campaign-den-on.ics", "feeds/campaign-quoc-khanh.ics",
        "subscribe.html", "subscribe/quang-ninh.html",
    } <= found  # fmt: skip


def test_what_no_file_can_do_is_not_there(site):
    found = files_in(site)

    assert "month/2024-01.html" not in found  # a year not asked for
    assert "month/2023-01.ics" not in found  # RFC 5545: no calendar without entries
    assert "remind.html" not in found
    assert "feeds/2023.atom" not in found  # a single year has no news
    assert "feeds/2023.json" not in found
    assert "campaigns/quoc-khanh.docx" not in found  # nobody wrote this campaign


def test_an_id_that_became_part_of_another_still_has_its_files(site):
    old, new = site / "events/thuong-binh-toan-quoc.json", site / "events/thuong-binh.json"

    assert old.read_bytes() == new.read_bytes()
    assert (site / "feeds/event-thuong-binh-toan-quoc.ics").is_file()
    assert (site / "campaigns/thuong-binh.html").is_file()  # den-on stands in for it


@pytest.mark.parametrize("base_url", [SITE, LIVE])
def test_data_is_byte_for_byte_that_of_the_live_service(tmp_path, base_url):
    run(tmp_path, tmp_path / "out", base_url=base_url)
    client = create_app(make_services(tmp_path, base_url)).test_client()

    for path in ("month/2023-07.json", "month/2023-07.docx", "feeds/core.ics", "feeds/core.atom",
                 "feeds/campaign-den-on.ics", "events/quoc-khanh.ics", "campaigns/den-on.json",
                 "static/style.css", "robots.txt"):  # fmt: skip
        assert (tmp_path / "out" / path).read_bytes() == client.get(f"/{path}").data, path


def test_a_page_beside_its_live_service_is_byte_for_byte_the_same(tmp_path):
    run(tmp_path, tmp_path / "out", base_url=LIVE, live_url=LIVE)
    client = create_app(make_services(tmp_path, LIVE)).test_client()

    live = client.get("/registry", headers={"Accept": "text/html"}).data

    assert (tmp_path / "out/registry.html").read_bytes() == live


def test_every_link_of_a_site_below_a_path_leads_to_one_of_its_files(site):
    found = files_in(site)
    pages = [name for name in found if name.endswith(".html")]
    broken = []

    for name in pages:
        for link in links_of((site / name).read_text(encoding="utf-8")):
            path = link.removeprefix("https://example.vn").partition("#")[0]
            if path.startswith("/"):
                below = path.removeprefix("/lich/") or "index"
                if not path.startswith("/lich/") or not {below, f"{below}.html"} & found:
                    broken.append((name, link))

    assert len(pages) > 150
    assert broken == []


def test_links_in_feeds_and_data_lead_to_files_below_the_path(site):
    found = files_in(site)
    data = [name for name in found if re.fullmatch(r"\w+/[^/]+\.(ics|atom|json)", name)]
    texts = [(site / name).read_bytes().decode().replace("\r\n ", "") for name in data]
    links = {link for text in texts for link in re.findall(r"https://example\.vn[^\s\"<?]*", text)}

    assert "https://example.vn/lich/events/quoc-khanh" in links
    for link in links:
        below = link.removeprefix("https://example.vn/lich/") or "index"
        assert {below, f"{below}.html"} & found, link


def test_without_a_live_service_nothing_offers_what_needs_one(site):
    pages = {name: (site / name).read_text(encoding="utf-8") for name in files_in(site)
             if name.endswith(".html")}  # fmt: skip

    assert [name for name, page in pages.items() if "<form" in page] == []
    assert [name for name, page in pages.items() if "Nhận thư nhắc" in page] == []
    assert [name for name, page in pages.items() if "bằng thư" in page] == []
    assert "?prepare=" not in pages["subscribe/core.html"]
    assert "Kế hoạch .docx" in pages["campaigns/den-on.html"]
    assert "Kế hoạch .docx" not in pages["campaigns/quoc-khanh.html"]
    # The month after the last one is named, but is no link.
    assert "\nTháng 1 năm 2024 →\n" in pages["month/2023-12.html"]
    assert "2024-01" not in pages["month/2023-12.html"]


def test_with_a_live_service_what_no_file_can_do_leads_there(tmp_path):
    run(tmp_path, tmp_path / "out", live_url=LIVE)
    month = (tmp_path / "out/month/2023-12.html").read_text(encoding="utf-8")
    campaign = (tmp_path / "out/campaigns/quoc-khanh.html").read_text(encoding="utf-8")

    assert 'method="get" action="https://lich.example.vn/month/2023-12"' in month
    assert '<a href="https://lich.example.vn/remind">Nhận thư nhắc</a>' in month
    assert 'href="https://lich.example.vn/month/2024-01"' in month
    assert 'href="/lich/month/2023-11"' in month
    assert 'href="https://lich.example.vn/campaigns/quoc-khanh.docx?year=2023"' in campaign
    assert 'href="https://lich.example.vn/remind?campaign=quoc-khanh"' in campaign


def test_editions_and_feeds_have_addresses_without_a_query(site):
    month = (site / "month/2023-07.html").read_text(encoding="utf-8")
    edition = (site / "campaigns/den-on/2023.html").read_text(encoding="utf-8")
    choice = (site / "subscribe/core.html").read_text(encoding="utf-8")

    assert 'href="/lich/campaigns/den-on/2023"' in month
    assert '<link rel="canonical" href="https://example.vn/lich/campaigns/den-on/2023">' in edition
    assert 'href="/lich/campaigns/den-on/2023/slogans.docx"' in edition
    assert 'href="/lich/subscribe/quang-ninh"' in choice


def test_texts_of_a_kilobyte_have_a_gzip_form_that_is_always_the_same(site):
    page, packed = site / "month/2023-07.html", site / "month/2023-07.html.gz"

    assert gzip.decompress(packed.read_bytes()) == page.read_bytes()
    assert packed.read_bytes()[4:8] == b"\0\0\0\0"  # no time, RFC 1952 section 2.3
    assert not (site / "robots.txt.gz").exists()
    assert not (site / "month/2023-07.docx.gz").exists()


def test_the_manifest_says_of_every_file_where_what_and_how_large_it_is(site):
    manifest = json.loads((site / "manifest.json").read_bytes())
    entries = {entry["path"]: entry for entry in manifest["files"]}
    named = set(entries) | {f"{path}.gz" for path, entry in entries.items() if entry["gzip"]}
    month = (site / "month/2023-07.json").read_bytes()

    assert named == files_in(site) - {"manifest.json"}
    assert manifest["base_url"] == "https://example.vn/lich"
    assert re.fullmatch(r"[0-9a-f]{16}", manifest["registry"])
    assert entries["month/2023-07.json"]["type"] == "application/json"
    assert entries["month/2023-07.json"]["sha256"] == hashlib.sha256(month).hexdigest()
    assert entries["month/2023-07.json"]["size"] == len(month)
    assert entries["month/2023-07.html"]["link"] == "/month/2023-07"
    assert entries["month/2023-07.html"]["type"] == "text/html; charset=utf-8"
    assert entries["feeds/core.ics"]["type"] == "text/calendar; charset=utf-8"
    assert entries["feeds/core.atom"]["type"] == "application/atom+xml; charset=utf-8"
    assert entries["feeds/core.json"]["type"] == "application/feed+json"


def test_a_second_run_touches_nothing(tmp_path):
    out = tmp_path / "out"
    count = run(tmp_path, out)[0]
    for name in files_in(out):
        os.utime(out / name, (LONG_AGO, LONG_AGO))

    assert run(tmp_path, out) == (0, count, 0)

    times = {(out / name).stat().st_mtime for name in files_in(out) - {"manifest.json"}}
    assert times == {LONG_AGO}


def test_what_would_be_the_same_is_not_made_again(tmp_path, monkeypatch):
    out = tmp_path / "out"
    count = run(tmp_path, out)[0]
    monkeypatch.setattr("calendar_service.web.pages.statistics_of", lambda registry: 1 / 0)

    assert run(tmp_path, out) == (0, count, 0)


@pytest.mark.parametrize("changed", [{"now": NEXT_DAY}, {"live_url": LIVE}, {"base_url": LIVE}])
def test_a_new_day_or_another_address_makes_pages_again(tmp_path, monkeypatch, changed):
    out = tmp_path / "out"
    run(tmp_path, out)
    monkeypatch.setattr("calendar_service.web.pages.statistics_of", lambda registry: 1 / 0)

    with pytest.raises(ExportPageError, match="/registry is answered with status 500"):
        run(tmp_path, out, **changed)


def test_the_clock_of_the_caller_goes_on(tmp_path):
    services = make_services(tmp_path)
    times = iter([NOON, NEXT_DAY])
    services.clock = lambda: next(times)

    export_site(services, tmp_path / "out", [2023])

    assert services.clock() == NEXT_DAY


def test_other_code_makes_everything_again(tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(tmp_path, out)
    monkeypatch.setattr("calendar_service.export.site.distributions", list)
    monkeypatch.setattr("calendar_service.web.pages.statistics_of", lambda registry: 1 / 0)

    with pytest.raises(ExportPageError, match="/registry is answered with status 500"):
        run(tmp_path, out)


@pytest.mark.parametrize(
    "later",
    [
        NEXT_DAY,
        datetime(2023, 8, 1, 5, tzinfo=UTC),
        datetime(2023, 9, 4, 5, tzinfo=UTC),
        datetime(2024, 1, 1, 5, tzinfo=UTC),
    ],
)
def test_on_a_later_day_a_folder_becomes_what_a_new_one_would_be(tmp_path, later):
    run(tmp_path, tmp_path / "out")
    run(tmp_path, tmp_path / "out", now=later)
    run(tmp_path, tmp_path / "new", now=later)

    found = files_in(tmp_path / "new")
    assert files_in(tmp_path / "out") == found
    for name in found - {"manifest.json"}:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "new" / name).read_bytes(), (
            name
        )


def test_the_calendar_of_what_was_taken_out_stays_as_it_was(tmp_path):
    out = tmp_path / "out"
    run(tmp_path, out)
    before = (out / "feeds/event-quoc-khanh.ics").read_bytes()
    take_out(tmp_path)

    run(tmp_path, out)
    again = run(tmp_path, out)

    assert (out / "feeds/event-quoc-khanh.ics").read_bytes() == before
    assert not (out / "events/quoc-khanh.html").exists()
    assert again[0] == again[2] == 0
    listed = json.loads((out / "manifest.json").read_bytes())["files"]
    assert "feeds/event-quoc-khanh.ics" in {entry["path"] for entry in listed}


def test_with_a_database_the_calendar_of_what_was_taken_out_says_so(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'none.db'}")
    upgrade(engine)
    engine.dispose()
    out = tmp_path / "out"
    run(tmp_path, out)
    take_out(tmp_path)

    run(tmp_path, out)

    text = (out / "feeds/event-quoc-khanh.ics").read_text(encoding="utf-8")
    assert "Lịch này đã được đưa ra khỏi danh mục" in text.replace("\n ", "")


def take_out(folder):
    """Take the national day out of the registry."""
    kept = re.sub(r"  - id: quoc-khanh\n(    .*\n)*", "", REGISTRY)
    (folder / "events.yaml").write_text(kept, encoding="utf-8")


def test_after_a_change_what_it_concerns_is_written_and_the_rest_keeps_its_time(tmp_path):
    out = tmp_path / "out"
    run(tmp_path, out)
    for name in files_in(out):
        os.utime(out / name, (LONG_AGO, LONG_AGO))
    yaml = tmp_path / "events.yaml"
    yaml.write_text(REGISTRY.replace("Ngày Quốc khánh", "Tết Độc lập"), encoding="utf-8")

    written, unchanged, removed = run(tmp_path, out)

    kept = {name for name in files_in(out) if (out / name).stat().st_mtime == LONG_AGO}
    assert written > 5 < unchanged
    assert removed == 0
    assert {"month/2023-07.html", "month/2023-07.html.gz", "static/style.css"} <= kept
    assert {"month/2023-09.json", "events/quoc-khanh.html", "feeds/core.ics"} & kept == set()


def test_what_vanished_is_removed_and_files_of_others_stay(tmp_path):
    out = tmp_path / "out"
    run(tmp_path, out, years=(2023, 2024))
    (out / "google1234.html").write_text("mine", encoding="utf-8")
    (out / "month" / "notes.txt").write_text("mine", encoding="utf-8")

    removed = run(tmp_path, out, years=(2023,))[2]

    found = files_in(out)
    assert removed > 50
    assert [name for name in found if name.startswith(("month/2024", "year/2024"))] == []
    assert {"google1234.html", "month/notes.txt", "month/2023-07.html"} <= found


def test_a_folder_that_is_empty_of_our_files_is_removed_with_the_last_of_them(tmp_path):
    out = tmp_path / "out"
    run(tmp_path, out, years=(2023, 2024))
    assert (out / "campaigns/den-on/2024").is_dir()

    run(tmp_path, out, years=(2023,))

    assert not (out / "campaigns/den-on/2024").exists()


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine", encoding="utf-8")
    (out / ".export-of-mine").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportFolderError, match="give a new or an empty folder"):
        run(tmp_path, out)

    assert files_in(out) == {"thesis.txt", ".export-of-mine"}


def test_a_file_of_somebody_else_in_our_way_is_never_written_over(tmp_path):
    out = tmp_path / "out"
    run(tmp_path, out)
    (out / "month" / "2024-01.html").write_text("mine", encoding="utf-8")

    with pytest.raises(ExportFolderError, match=r"2024-01\.html is not ours; move it away"):
        run(tmp_path, out, years=(2023, 2024))

    assert (out / "month" / "2024-01.html").read_text(encoding="utf-8") == "mine"
    assert not (out / "month" / "2024-02.html").exists()


@pytest.mark.parametrize("name", ["month", "campaigns/den-on"])
def test_a_link_to_a_folder_of_somebody_else_is_refused_before_anything_is_removed(tmp_path, name):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    run(tmp_path, out)
    (out / name).rename(theirs)
    (out / name).symlink_to(theirs)
    before = files_in(theirs)

    with pytest.raises(ExportFolderError, match=f"out/{name} is a link, .*; move it away"):
        run(tmp_path, out, years=(2024,))

    assert files_in(theirs) == before
    assert (out / "year" / "2023.html").exists()


def test_a_link_in_the_way_of_new_files_is_refused_and_left_alone(tmp_path):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    open_folder(out, [], {}).finish()
    theirs.mkdir()
    (out / "month").symlink_to(theirs)

    with pytest.raises(ExportFolderError, match="out/month is a link"):
        run(tmp_path, out)

    assert files_in(theirs) == set()


def test_the_folder_itself_may_be_a_link(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "current").symlink_to(tmp_path / "out")

    run(tmp_path, tmp_path / "current")

    assert (tmp_path / "out" / "month" / "2023-07.html").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"name": "web app"}', '{"format": 1, "files": [{"path": "../a", "gzip": null}]}',
     "[" * 100_000],
    ids=["empty", "list", "other", "outside", "deep"],
)  # fmt: skip
def test_a_manifest_that_is_not_ours_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")

    with pytest.raises(ExportFolderError, match="is not the manifest of an export"):
        open_folder(tmp_path, ["index.html"], {})


class CutOffError(Exception):
    """As of a power cut."""


@contextmanager
def half(files):
    """Yield half of the files, and then cut the run off."""

    def some():
        yield from files[: len(files) // 2]
        raise CutOffError

    yield some()


def test_a_run_that_was_cut_off_is_finished_by_the_next_one(tmp_path):
    out = tmp_path / "out"
    whole = run(tmp_path, tmp_path / "whole")[0]

    with pytest.raises(CutOffError):
        export_site(make_services(tmp_path), out, [2023], progress=half)
    (out / ".export-0123456789abcdef").write_text("half a fi", encoding="utf-8")
    part = len([name for name in files_in(out) if not name.endswith(".gz")])

    written, unchanged, removed = run(tmp_path, out)

    assert 100 < part < whole
    assert (written + unchanged, removed) == (whole, 0)
    assert files_in(out) == files_in(tmp_path / "whole")
    for name in files_in(out):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


@pytest.mark.parametrize("name", ["index.html", "feeds/core.ics", "month/2023-07.html.gz"])
@pytest.mark.parametrize("damaged", [b"", None])
def test_a_file_that_was_damaged_or_removed_is_mended(tmp_path, name, damaged):
    out = tmp_path / "out"
    run(tmp_path, out)
    whole = (out / name).read_bytes()
    if damaged is None:
        (out / name).unlink()
    else:
        (out / name).write_bytes(damaged)

    run(tmp_path, out)

    assert (out / name).read_bytes() == whole


def test_a_page_that_fails_stops_the_run_and_is_named(tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(tmp_path, out)
    before = files_in(out)
    monkeypatch.setattr("calendar_service.web.pages.statistics_of", lambda registry: 1 / 0)

    with pytest.raises(ExportPageError, match="/registry is answered with status 500"):
        run(tmp_path, out, now=NEXT_DAY)

    assert files_in(out) == before


def test_the_command_writes_quietly_and_sums_up_on_stderr(place, tmp_path):
    environ = {"EVENTS_FILE": str(place / "events.yaml"), "BASE_URL": ""}
    words = ["export", str(tmp_path / "out"), "--base-url", SITE, "--years", "2023"]

    first = CliRunner().invoke(cli, words, env=environ)
    second = CliRunner().invoke(cli, words, env=environ)

    assert (first.exit_code, first.stdout) == (0, "")
    assert re.fullmatch(r".*/out: \d+ written, 0 unchanged, 0 removed\n", first.stderr)
    assert re.fullmatch(r".*/out: 0 written, \d+ unchanged, 0 removed\n", second.stderr)
    assert (tmp_path / "out/month/2023-12.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--years", "2030-2020"], "ends before it begins"),
        (["--years", "next"], "'next' is not a year"),
        (["--base-url", "example.vn"], "--base-url='example.vn' is not usable"),
        (["--live-url", "ftp://x"], "--live-url='ftp://x' is not usable"),
    ],
)
def test_wrong_options_are_refused_with_a_remedy(place, tmp_path, words, said):
    environ = {"EVENTS_FILE": str(place / "events.yaml")}

    result = CliRunner().invoke(cli, ["export", str(tmp_path / "out"), *words], env=environ)

    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_feed_that_was_made_without_its_history_is_made_again_by_the_next_run(tmp_path):
    out = tmp_path / "out"
    services = make_services(tmp_path)
    upgrade(services.engine)
    registry = tmp_path / "events.yaml"
    run(tmp_path, out)
    moved = re.sub(r"founded: 27/7/1947", "founded: 28/7/1947", registry.read_text("utf-8"))
    registry.write_text(moved, encoding="utf-8")
    with services.engine.begin() as connection:
        connection.execute(text("ALTER TABLE components RENAME TO away"))
    run(tmp_path, out)
    without = (out / "feeds/core.ics").read_bytes()
    with services.engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO components"))
    services.engine.dispose()
    run(tmp_path, out)

    client = create_app(make_services(tmp_path)).test_client()
    assert (out / "feeds/core.ics").read_bytes() != without
    assert (out / "feeds/core.ics").read_bytes() == client.get("/feeds/core.ics").data
