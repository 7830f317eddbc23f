"""Check that a feed reads alike in other calendar programs, over HTTP as well.

Usage:
    make interop
    .venv/bin/python tools/check_feed.py [FEED]        core by default

The feed that `calendar-service serve` sends must be the one that `calendar-service feed`
prints, and each reader must find the same events in it, without a complaint: icalendar
(our own), ical.js (Thunderbird's), libical (GNOME's, with its check of RFC 5545's
restrictions), khal (`khal import`), and khal on what vdirsyncer fetched over HTTP. Compared
are count, UIDs, first days, exclusive ends, titles and descriptions; vdirsyncer gives events
UIDs of its own, so there all but the UIDs. A second vdirsyncer run must find nothing new.

Needs the project's .venv (make setup), Node.js with npm, Debian's libical3 (apt-get install
libical3), and the PyPI and npm registries: the versions of tools/interop are installed into
a temporary directory.

Exit status: 0 all agree, 1 some reader differs or complains, 2 something is not installed.
"""

# ruff: noqa: S310, S603
# The commands and addresses are our own.

import argparse
import ctypes
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
INTEROP = ROOT / "tools" / "interop"
SERVICE = Path(sys.executable).with_name("calendar-service")
START_SECONDS = 20
SHOWN = 3
_VDIRSYNCER = """\
[general]
status_path = "{work}/status/"
[pair feed]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{url}"
[storage local]
type = "filesystem"
path = "{vdir}"
fileext = ".ics"
"""
_KHAL = """\
[calendars]
[[feed]]
path = {vdir}
[locale]
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {vdir}.db
"""
_KHAL_FIELDS = ("uid", "start-date-long", "end-date-long", "title", "description")


class MissingError(Exception):
    """Something that the check needs is not installed; the message says what to do."""


class ComplaintError(Exception):
    """A reader refused the feed, or warned about it."""


class Item(NamedTuple):
    """An event as a reader gives it; days as YYYY-MM-DD, *end* exclusive."""

    uid: str
    start: str
    end: str
    summary: str
    description: str


class Reading(NamedTuple):
    """What one reader, named with its version, found."""

    reader: str
    items: list[Item]


def main() -> int:
    """Run the check; print what each reader found, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("feed", nargs="?", default="core", help="core by default")
    feed = parser.parse_args().feed
    with TemporaryDirectory(prefix="check_feed-") as name:
        try:
            require_installed()
            install_readers(Path(name))
            return check(feed, Path(name))
        except MissingError as error:
            print(f"check_feed: {error}", file=sys.stderr)
            return 2
        except ComplaintError as error:  # of what all others are compared with
            return report(str(error))


def require_installed() -> None:
    """Find what cannot be installed into a directory of our own.

    Raises:
        MissingError: Something is not there.
    """
    if not find_spec("icalendar") or not SERVICE.exists():
        raise MissingError("run 'make setup', and this with .venv/bin/python")
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise MissingError(f"{program} is not installed; install Node.js with npm")
    try:
        ctypes.CDLL("libical.so.3")
    except OSError:
        raise MissingError("libical is not installed; run 'apt-get install libical3'") from None


def install_readers(work: Path) -> None:
    """Install the locked versions of ical.js, khal and vdirsyncer into *work*.

    Raises:
        MissingError: A registry cannot be reached, or lacks a version.
    """
    shutil.copytree(INTEROP, work, dirs_exist_ok=True)
    python = str(work / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for command in (
        ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"],
        [sys.executable, "-m", "venv", "venv"],
        [*pip, "--require-hashes", "-r", "requirements.txt"],
    ):
        done = subprocess.run(command, cwd=work, capture_output=True, text=True)
        if done.returncode:
            words = " ".join(command)
            raise MissingError(f"{words!r} failed; it needs the registries\n{done.stderr}")


def check(feed: str, work: Path) -> int:
    """Compare what all readers find in *feed*; return 0 when they agree, else 1."""
    with served() as base_url:
        url = f"{base_url}/feeds/{feed}.ics"
        printed = run([SERVICE, "feed", feed], env={**os.environ, "BASE_URL": base_url})
        body = fetch(url)
        faults = 0 if body == printed else report(f"{url} is not what the command prints")
        readers: list[Callable[[], Reading]] = [
            lambda: read_with_ical_js(body, work),
            lambda: read_with_libical(body),
            lambda: read_with_khal(body, work),
            lambda: read_over_http(url, work),
        ]
        expected = read_with_icalendar(body)
        count = body.count(b"BEGIN:VEVENT\r\n")
        print(f"{feed}: {count} events, {len(body):,} bytes")
        print(f"ok: {expected.reader} found {len(expected.items)} events")
        faults += 0 if len(expected.items) == count else report("events are lost in it")
        for reader in readers:
            faults += compare(reader, expected)
    return 1 if faults else 0


def compare(read: Callable[[], Reading], expected: Reading) -> int:
    """Print whether a reader finds what *expected* holds; return the number of faults."""
    try:
        reading = read()
    except ComplaintError as error:
        return report(str(error))
    found, wanted = sorted(reading.items), sorted(expected.items)
    if "vdirsyncer" in reading.reader:  # its UIDs are digests of the events
        found = sorted(item._replace(uid="") for item in found)
        wanted = sorted(item._replace(uid="") for item in wanted)
    if found == wanted:
        print(f"ok: {reading.reader} found the same {len(found)} events")
        return 0
    lines = [f"{reading.reader} found {len(found)} events, not the same {len(wanted)}"]
    lines += [f"  only it: {item}" for item in found if item not in wanted][:SHOWN]
    lines += [f"  not it: {item}" for item in wanted if item not in found][:SHOWN]
    return report("\n".join(lines))


def report(fault: str) -> int:
    """Print a fault; return 1 for the sum."""
    print(f"FAULT: {fault}")
    return 1


@contextmanager
def served() -> Iterator[str]:
    """Run `calendar-service serve` on a free port; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [SERVICE, "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "BASE_URL": base_url},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(base_url, server)
        yield base_url
    finally:
        server.terminate()
        server.wait()


def wait_for(base_url: str, server: "subprocess.Popen[bytes]") -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            fetch(f"{base_url}/feeds/core.ics")
        except urllib.error.URLError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("calendar-service serve does not answer; run it to see why")
            time.sleep(0.1)
        else:
            return


def fetch(url: str) -> bytes:
    """Return the body behind *url*."""
    with urllib.request.urlopen(url, timeout=10) as response:
        return bytes(response.read())


def run(command: list[Any], complaints: str = "", **given: Any) -> bytes:
    """Return what a command prints.

    Raises:
        ComplaintError: It fails, or prints a word that the pattern *complaints* names.
    """
    done = subprocess.run(command, capture_output=True, **{"cwd": ROOT, **given})
    said = done.stderr.decode()
    if done.returncode or (complaints and re.search(complaints, said, re.IGNORECASE)):
        raise ComplaintError(f"{command[0]} ended with {done.returncode} and said: {said}")
    return bytes(done.stdout)


def read_with_icalendar(body: bytes) -> Reading:
    """Read with the library that wrote it."""
    import icalendar  # here, so that require_installed can say what to do without it

    try:
        calendar: Any = icalendar.Calendar.from_ical(body)
    except ValueError as error:
        raise ComplaintError(f"icalendar: {error}") from error
    items = [
        Item(
            str(event["uid"]),
            event["dtstart"].dt.isoformat(),
            event["dtend"].dt.isoformat(),
            str(event["summary"]),
            str(event["description"]),
        )
        for event in calendar.walk("VEVENT")
    ]
    errors = [error for part in calendar.walk() for error in part.errors]
    if errors:
        raise ComplaintError(f"icalendar: {errors[:SHOWN]}")
    return Reading(f"icalendar {icalendar.__version__}", items)


def read_with_ical_js(body: bytes, work: Path) -> Reading:
    """Read with ical.js, which throws at what it cannot parse."""
    read = json.loads(run(["node", "read.mjs"], ".", cwd=work, input=body))
    return Reading(f"ical.js {read['version']}", [Item(*fields) for fields in read["items"]])


def read_with_libical(body: bytes) -> Reading:
    """Read with libical, which marks errors as X-LIC-ERROR properties."""
    lib = ctypes.CDLL("libical.so.3")
    node, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int

    def function(name: str, result: Any, *arguments: Any) -> Any:
        found = getattr(lib, name)
        found.restype, found.argtypes = result, arguments
        return found

    first = function("icalcomponent_get_first_component", node, node, number)
    following = function("icalcomponent_get_next_component", node, node, number)
    prop = function("icalcomponent_get_first_property", node, node, number)
    value = function("icalproperty_get_value_as_string", text, node)
    fields = [
        function(f"icalcomponent_get_{name}", text, node)
        for name in ("uid", "summary", "description")
    ]
    to_kind = function("icalproperty_string_to_kind", number, text)
    start, end = to_kind(b"DTSTART"), to_kind(b"DTEND")
    vevent = function("icalcomponent_string_to_kind", number, text)(b"VEVENT")

    calendar = function("icalparser_parse_string", node, text)(body)
    is_valid = calendar and function("icalrestriction_check", number, node)(calendar)
    errors = function("icalcomponent_count_errors", number, node)(calendar) if calendar else 1
    if errors or not is_valid:
        raise ComplaintError(f"libical: {errors} X-LIC-ERROR, restrictions met: {bool(is_valid)}")
    items, event = [], first(calendar, vevent)
    while event:
        on, until = (
            date.fromisoformat(value(prop(event, kind)).decode()).isoformat()
            for kind in (start, end)
        )
        uid, summary, description = (field(event).decode() for field in fields)
        items.append(Item(uid, on, until, summary, description))
        event = following(calendar, vevent)
    return Reading(f"libical {libical_version()}", items)


def libical_version() -> str:
    """Return the version of the library that is loaded, by its file's name."""
    loaded = re.search(r"(/\S*/libical\.so\S*)", Path("/proc/self/maps").read_text())
    return Path(loaded[1]).resolve().name.removeprefix("libical.so.") if loaded else "3"


def read_with_khal(body: bytes, work: Path) -> Reading:
    """Import the feed into khal, and read what it lists."""
    vdir = work / "imported"
    feed = work / "feed.ics"
    feed.write_bytes(body)
    khal = configure_khal(vdir, work)
    run([*khal, "import", "--batch", "-a", "feed", feed], ".", env=own_home(work))
    return Reading(f"{version_of(khal)} (import)", list_khal(khal, work))


def read_over_http(url: str, work: Path) -> Reading:
    """Fetch the feed with vdirsyncer, twice, and read what khal lists."""
    vdir = work / "fetched"
    khal = configure_khal(vdir, work)
    config = work / "vdirsyncer.conf"
    config.write_text(_VDIRSYNCER.format(work=work, url=url, vdir=vdir))
    vdirsyncer = [work / "venv" / "bin" / "vdirsyncer", "-c", config]
    complaints = "warning|error|critical"
    for step in ("discover", "sync"):
        run([*vdirsyncer, step], complaints, env=own_home(work))
    # The bytes are the same, so nothing is to be copied or deleted.
    run([*vdirsyncer, "sync"], f"{complaints}|copying|deleting", env=own_home(work))
    return Reading(f"{version_of(vdirsyncer)} and {version_of(khal)}", list_khal(khal, work))


def configure_khal(vdir: Path, work: Path) -> list[Any]:
    """Return the command of a khal that holds the one calendar *vdir*."""
    vdir.mkdir()
    config = vdir.with_suffix(".khal")
    config.write_text(_KHAL.format(vdir=vdir))
    return [work / "venv" / "bin" / "khal", "-c", config]


def list_khal(khal: list[Any], work: Path) -> list[Item]:
    """Return all that khal lists; it gives last days, so one day is added."""
    options = [word for name in _KHAL_FIELDS for word in ("--json", name)]
    span = [f"{date.today().year - 3}-01-01", f"{date.today().year + 6}-12-31"]
    listed = run([*khal, "list", "--once", *options, *span], ".", env=own_home(work))
    items = []
    for line in listed.decode().splitlines():  # one list a day
        for event in json.loads(line):
            uid, start, last, title, description = (event[name] for name in _KHAL_FIELDS)
            end = date.fromisoformat(last) + timedelta(days=1)
            items.append(Item(uid, start, end.isoformat(), title, description))
    return items


def version_of(command: list[Any]) -> str:
    """Return what a program prints of its version, such as "khal 0.14.1"."""
    said = run([command[0], "--version"]).decode()
    return said.strip().replace(", version", "").replace(" version", "")


def own_home(work: Path) -> dict[str, str]:
    """Return an environment that keeps a user's own settings and caches apart."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(work), "LC_ALL": "C.UTF-8"}


if __name__ == "__main__":
    sys.exit(main())
