"""The compiled copy gives the very registry of the YAML, or is not used at all."""

import json
import os
from dataclasses import fields
from datetime import date
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import pytest

from calendar_service.core.campaign import Campaign, Offset
from calendar_service.core.dates import Month, PartialDate
from calendar_service.core.days import SolarDay
from calendar_service.core.model import Event, Registry
from calendar_service.core.occurrences import list_month
from calendar_service.core.selection import Selection
from calendar_service.errors import RegistryError
from calendar_service.registry import compiled
from calendar_service.registry.compiled import load_compiled
from calendar_service.registry.loader import load_registry

SHIPPED = Path(__file__).parents[2] / "events.yaml"
SMALL = """\
events:
  - id: quoc-te-hanh-phuc
    name: Ngày Quốc tế Hạnh phúc
    on: 20/3
    kind: international
    sources: [{title: A/RES/66/281, date: 28/6/2012}]
    changed: 22/11/2026
campaigns:
  - id: hanh-phuc
    title: Tháng hành động
    events: [quoc-te-hanh-phuc]
    documents: [{kind: kế hoạch, number: 1-KH}]
    sources: [{title: Kế hoạch, number: 1-KH}]
    changed: 22/11/2026
"""
RARE = """\
events:
  - id: quoc-te-hanh-phuc
    formerly: [hanh-phuc-cu]
    name: Ngày Quốc tế Hạnh phúc
    founded: 28/6/2012
    on: 20/3
    alternatives:
      - {founded: 6/2011, who: báo, sources: [{title: A/RES/65/309, date: 19/7/2011}]}
    kind: international
    sources: [{title: A/RES/66/281, date: 28/6/2012}]
    changed: 22/11/2026
campaigns:
  - id: hanh-phuc
    title: Tháng hành động
    events: [quoc-te-hanh-phuc]
    lead_times: [40, 5]
    note: Ghi chú
    activities: [{name: Mít tinh, due: D-3}]
    media_kit: [{title: Biểu trưng, url: "https://bao.vn/1", licence: CC BY 4.0}]
    sources: [{title: Kế hoạch, number: 1-KH}]
    changed: 22/11/2026
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "calendar-service"


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def from_yaml(monkeypatch):
    """Return the files that were read as YAML, as they are."""
    read = []

    def load(paths):
        read.extend(paths)
        return load_registry(paths)

    monkeypatch.setattr(compiled, "_load_registry", load)
    return read


def the_copy(folder):
    [path] = folder.iterdir()
    return path


def is_like(one: Registry, other: Registry) -> bool:
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(Registry))


def signed(body: bytes) -> bytes:
    return sha256(body).hexdigest().encode() + b"\n" + body


def test_a_copy_gives_the_whole_shipped_registry(folder, shipped, from_yaml):
    load_compiled([SHIPPED], folder)
    copied = load_compiled([SHIPPED], folder)

    assert from_yaml == [SHIPPED]
    assert copied.events == shipped.events
    assert copied.campaigns == shipped.campaigns
    assert tuple(copied.campaigns) == tuple(shipped.campaigns)
    assert (copied.version, copied.changed) == (shipped.version, shipped.changed)
    assert [repr(event) for event in copied.events] == [repr(event) for event in shipped.events]
    assert list(map(repr, copied.campaigns)) == list(map(repr, shipped.campaigns))


def test_a_copy_gives_what_the_shipped_registry_does_not_use(folder, small, from_yaml):
    small.write_text(RARE, encoding="utf-8")
    load_compiled([small], folder)

    copied = load_compiled([small], folder)

    event, campaign = copied.events[0], copied.campaigns[0]
    assert event.formerly == ("hanh-phuc-cu",)
    assert event.alternatives[0].founded == PartialDate(2011, 6)
    assert event.alternatives[0].sources[0].dated == date(2011, 7, 19)
    assert campaign.lead_times == (40, 5)
    assert campaign.media_kit[0].licence == "CC BY 4.0"
    assert campaign.activities[0].due == Offset(-3)
    assert from_yaml == [small]


def test_the_registries_of_these_tests_use_every_key(small, shipped):
    small.write_text(RARE, encoding="utf-8")
    rare = load_registry([small])
    events, campaigns = [*shipped.events, *rare.events], [*shipped.campaigns, *rare.campaigns]

    unused = [f.name for f in fields(Event) if not any(getattr(e, f.name) for e in events)]
    assert unused == []
    unused = [f.name for f in fields(Campaign) if not any(getattr(c, f.name) for c in campaigns)]
    assert unused == ["generated"]  # nobody writes it


def test_a_copy_is_private_and_whole(folder, small):
    load_compiled([small], folder)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert the_copy(folder).stat().st_mode & 0o777 == 0o600


def test_without_a_folder_nothing_is_kept(small, from_yaml):
    for _ in range(2):
        assert load_compiled([small], None).events[0].id == "quoc-te-hanh-phuc"

    assert from_yaml == [small, small]


def test_a_changed_file_is_read(folder, small, from_yaml):
    load_compiled([small], folder)
    small.write_text(SMALL.replace("20/3", "21/3"), encoding="utf-8")

    assert load_compiled([small], folder).events[0].day == SolarDay(21, 3)
    assert from_yaml == [small, small]


def test_another_order_of_files_is_another_registry(folder, small, tmp_path, from_yaml):
    other = tmp_path / "other.yaml"
    other.write_text("events: [{id: quoc-te-hanh-phuc, on: 21/3}]", encoding="utf-8")
    late = SMALL.replace("20/3", "22/3")
    (tmp_path / "late.yaml").write_text(late, encoding="utf-8")
    files = [small, other]

    assert load_compiled(files, folder).events[0].day == SolarDay(21, 3)
    assert load_compiled([*files, tmp_path / "late.yaml"], folder).events[0].day == SolarDay(22, 3)
    assert load_compiled([small, tmp_path / "late.yaml", other], folder).events[0].day == (
        SolarDay(21, 3)
    )
    assert len(from_yaml) == 8


def test_other_code_has_another_copy(folder, small, from_yaml, monkeypatch):
    load_compiled([small], folder)
    monkeypatch.setattr(compiled, "_code", lambda: "of tomorrow")

    load_compiled([small], folder)

    assert from_yaml == [small, small]


def test_a_file_with_faults_is_refused_and_leaves_no_copy(folder, small):
    small.write_text(SMALL.replace("20/3", "32/3"), encoding="utf-8")

    for _ in range(2):
        with pytest.raises(RegistryError, match="month 3 has days from 1 to 31"):
            load_compiled([small], folder)
    assert not folder.exists()


def test_a_missing_file_is_named(folder, tmp_path):
    with pytest.raises(RegistryError, match="cannot be read"):
        load_compiled([tmp_path / "none.yaml"], folder)


def test_a_file_that_changes_while_it_is_read_leaves_no_copy(folder, small, monkeypatch):
    def load(paths):
        small.write_text(SMALL.replace("20/3", "21/3"), encoding="utf-8")
        return load_registry(paths)

    monkeypatch.setattr(compiled, "_load_registry", load)

    assert load_compiled([small], folder).events[0].day == SolarDay(21, 3)
    assert not folder.exists()


def _swap(old: bytes, new: bytes):
    return lambda data: data.replace(old, new)


def _resigned(old: str, new: str):
    def change(data):
        body = data.split(b"\n", 1)[1]
        assert old.encode() in body
        return signed(body.replace(old.encode(), new.encode()))

    return change


def _entry(old: str | bytes, new: str | bytes):
    """Return what changes an entry so that the copy is whole, and its digest right."""
    old, new = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def change(data):
        _, head, *entries = data.splitlines(keepends=True)
        changed = [entry.replace(old, new) for entry in entries]
        assert changed != entries
        ends = list(accumulate(map(len, changed)))
        about = json.dumps(json.loads(head) | {"ends": ends}).encode() + b"\n"
        return signed(about + b"".join(changed))

    return change


DAMAGES = {
    "empty": lambda data: b"",
    "cut off": lambda data: data[:-1],
    "cut in half": lambda data: data[: len(data) // 2],
    "longer": lambda data: data + b" ",
    "one letter": _swap(b"20", b"21"),
    "no digest": lambda data: data.split(b"\n", 1)[1],
    "zeros": lambda data: bytes(len(data)),
    "pickle": lambda data: b"cos\nsystem\n(S'false'\ntR.",
    "only a digest": lambda data: signed(b""),
    "no json": lambda data: signed(b"{\n[\n["),
    "other json": lambda data: signed(b"[]\n{}\n{}"),
    "null": lambda data: signed(b"null\nnull\nnull"),
    "deep": lambda data: signed(b"{}\n" + b"[" * 100_000 + b"\n[]"),
    "other key": _resigned('"key":"', '"key":"0'),
    "other version": _resigned('"version":"', '"version":"0'),
    "months of no event": _resigned('"months":[[]', '"months":[[7]'),
    "eleven months": _resigned('"months":[[],', '"months":['),
    "ends of no lines": _resigned('"ends":[', '"ends":["",'),
    "one end more": _resigned('"ends":[', '"ends":[7,'),
    "more behind": lambda data: signed(data.split(b"\n", 1)[1] + b"{}\n"),
    "no campaign counted": _resigned('"campaigns":1', '"campaigns":0'),
    "no ends": _resigned('"ends":[', '"end":['),
    "no months": _resigned('"months":', '"moons":'),
    "no count": _resigned('"events":1', '"events":"1"'),
    "date of no day": _resigned(
        '"changed":"2026-11-22","events"', '"changed":"2026-13-22","events"'
    ),
}
# A digest that is right, over an event that is none.
WRONG_EVENTS = {
    "no utf-8": _entry("Ngày".encode(), b"\xff\xfe"),
    "no day": _entry('["SolarDay",20,3]', '["SolarDay","20",3]'),
    "a day as text": _entry('["SolarDay",20,3]', '"SolarDay"'),
    "unknown rule": _entry('"SolarDay"', '"__import__"'),
    "number as name": _entry('"name":"Ngày Quốc tế Hạnh phúc"', '"name":7'),
    "missing key": _entry('"name":"Ngày Quốc tế Hạnh phúc",', ""),
    "foreign key": _entry('"name":', '"__class__":'),
    "no event": _entry('{"id":"quoc-te', '[7]{"id":"quoc-te'),
    "unknown kind": _entry('"kind":"international"', '"kind":"parade"'),
    "list as kind": _entry('"kind":"international"', '"kind":[]'),
    "texts as text": _entry('"campaigns":["hanh-phuc"]', '"campaigns":"hanh-phuc"'),
    "no date": _entry('"changed":"2026-11-22"}', '"changed":"2026-13-22"}'),
    "number as date": _entry('"dated":"2012-06-28"', '"dated":20120628'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_copy_is_ignored_and_written_anew(folder, small, from_yaml, damage):
    load_compiled([small], folder)
    path = the_copy(folder)
    good = path.read_bytes()
    path.write_bytes(damage(good))

    found = load_compiled([small], folder)

    assert is_like(found, load_registry([small]))
    assert from_yaml == [small, small]
    assert path.read_bytes() == good


WRONG_CAMPAIGNS = {
    "number as title": _entry('"title":"Tháng hành động"', '"title":7'),
    "number as documents": _entry('"documents":[', '"documents":7,"x":['),
    "no campaign": _entry('{"id":"hanh-phuc"', '[{"id":"hanh-phuc"'),
}


@pytest.mark.parametrize(
    "damage",
    [*WRONG_EVENTS.values(), *WRONG_CAMPAIGNS.values()],
    ids=WRONG_EVENTS | WRONG_CAMPAIGNS,
)
def test_an_entry_that_cannot_be_read_comes_from_the_yaml(folder, small, from_yaml, damage):
    load_compiled([small], folder)
    path = the_copy(folder)
    path.write_bytes(damage(path.read_bytes()))

    assert is_like(load_compiled([small], folder), load_registry([small]))
    assert from_yaml == [small, small]
    assert list(folder.iterdir()) == []


def test_a_copy_of_the_shipped_registry_that_changed_anywhere_is_not_used(folder, shipped):
    load_compiled([SHIPPED], folder)
    path = the_copy(folder)
    good = path.read_bytes()
    copy = compiled._copy_of([SHIPPED], folder)

    for place in range(0, len(good), 99_991):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert compiled._read(copy) is None
        path.write_bytes(good[:place])
        assert compiled._read(copy) is None


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_a_copy_that_others_may_touch_is_not_used(folder, small, from_yaml, mode):
    load_compiled([small], folder)
    the_copy(folder).chmod(mode)

    load_compiled([small], folder)

    assert from_yaml == [small, small]
    assert the_copy(folder).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_may_write_is_not_used(folder, small, from_yaml):
    load_compiled([small], folder)
    folder.chmod(0o777)

    load_compiled([small], folder)

    assert from_yaml == [small, small]


def test_the_copy_of_somebody_else_is_not_used(folder, small, from_yaml, monkeypatch):
    load_compiled([small], folder)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert load_compiled([small], folder).events[0].id == "quoc-te-hanh-phuc"

    assert from_yaml == [small, small]


def _link(path, tmp_path):
    path.rename(tmp_path / "moved.json")
    path.symlink_to(tmp_path / "moved.json")


def _directory(path, tmp_path):
    path.unlink()
    path.mkdir()


def _pipe(path, tmp_path):
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize("change", [_link, _directory, _pipe])
def test_what_is_no_plain_file_is_not_used(folder, small, tmp_path, from_yaml, change):
    load_compiled([small], folder)
    change(the_copy(folder), tmp_path)

    assert load_compiled([small], folder).events[0].id == "quoc-te-hanh-phuc"

    assert from_yaml == [small, small]


@pytest.mark.parametrize("place", ["/proc/none", "/dev/null", "/dev/null/calendar-service"])
def test_a_folder_that_cannot_be_written_is_done_without(small, place):
    assert load_compiled([small], Path(place)).events[0].id == "quoc-te-hanh-phuc"


def test_few_copies_are_kept(folder, small):
    for day in range(1, 13):
        small.write_text(SMALL.replace("20/3", f"{day}/3"), encoding="utf-8")
        load_compiled([small], folder)

    assert len(list(folder.iterdir())) == 8


def test_a_copy_is_json(folder, small):
    load_compiled([small], folder)

    _, head, event, campaign = the_copy(folder).read_text(encoding="utf-8").splitlines()
    assert json.loads(head)["changed"] == "2026-11-22"
    assert json.loads(event)["id"] == "quoc-te-hanh-phuc"
    assert json.loads(campaign)["events"] == ["quoc-te-hanh-phuc"]


def test_the_events_of_a_month_are_those_of_the_yaml(folder, shipped):
    load_compiled([SHIPPED], folder)
    everything = Selection(all=True)

    for number in range(1, 13):
        copied = load_compiled([SHIPPED], folder)
        for year in (1900, 2023, 2100):
            month = Month(year, number)
            assert list_month(copied.events, month, everything) == (
                list_month(shipped.events, month, everything)
            )
        assert len(copied.events._made) < 500


def test_a_copy_is_made_apart_and_no_yaml_is_read_here(small, folder, from_yaml):
    registry = load_compiled([small], folder, apart=True)

    assert [event.id for event in registry.events] == ["quoc-te-hanh-phuc"]
    assert from_yaml == []


def test_faults_stop_no_reading_apart_and_are_found_again_here(small, folder):
    small.write_text("events: 7", encoding="utf-8")

    with pytest.raises(RegistryError):
        load_compiled([small], folder, apart=True)


@pytest.fixture
def no_process(monkeypatch):
    def run(*args, **kwargs):
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.run", run)


def test_nothing_is_read_apart_where_no_copy_is_kept(small, from_yaml, no_process):
    load_compiled([small], None, apart=True)

    assert from_yaml == [small]


def test_nothing_is_read_apart_where_there_is_a_copy(small, folder, from_yaml, no_process):
    load_compiled([small], folder)

    load_compiled([small], folder, apart=True)

    assert from_yaml == [small]
