"""Programs that subscribe over HTTP: vdirsyncer with khal, and Thunderbird without a screen."""

# ruff: noqa: S603
# The commands and statements are our own.

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

SECONDS = 120
_STORAGE = """\
[pair {name}]
a = "{name}_remote"
b = "{name}_local"
collections = null
[storage {name}_remote]
type = "http"
url = "{url}"
[storage {name}_local]
type = "filesystem"
path = "{vdir}"
fileext = ".ics"
"""
_KHAL = """\
[calendars]
{calendars}
[locale]
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {work}/khal.db
"""
_FIELDS = ("start-date-long", "end-date-long", "title", "description")
_PREFS = {
    "calendar.timezone.local": "Asia/Ho_Chi_Minh",
    "mail.provider.suppress_dialog_on_startup": True,
    "mailnews.start_page.enabled": False,
    "mail.rights.version": 1,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.update.auto": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class ComplaintError(Exception):
    """A program refused a feed, or warned about it."""


class Shown(NamedTuple):
    """An event as a program shows it; days as YYYY-MM-DD, *end* exclusive."""

    start: str
    end: str
    title: str
    description: str
    uid: str = ""  # where the program keeps it


class Khal:
    """vdirsyncer and khal, with a home of their own.

    vdirsyncer gives the events of a feed UIDs of its own, so nothing is told of these.
    """

    def __init__(self, work: Path, programs: Path, feeds: dict[str, str]) -> None:
        work.mkdir()
        self.programs, self.work, self.calendars = programs, work, list(feeds)
        self.environ = _home(work)
        pairs, calendars = [], []
        for name, url in feeds.items():
            vdir = work / name
            vdir.mkdir()
            pairs.append(_STORAGE.format(name=name, url=url, vdir=vdir))
            calendars.append(f"[[{name}]]\npath = {vdir}\n")
        head = f'[general]\nstatus_path = "{work}/status/"\n'
        (work / "vdirsyncer.conf").write_text(head + "".join(pairs))
        (work / "khal.conf").write_text(_KHAL.format(calendars="".join(calendars), work=work))
        self.name = f"{self._version('vdirsyncer')} and {self._version('khal')}"
        self._run("vdirsyncer", "discover")

    def sync(self) -> tuple[int, int]:
        """Fetch the feeds anew; return how many events were copied and how many deleted."""
        said = self._run("vdirsyncer", "sync")
        return len(re.findall("Copying", said)), len(re.findall("Deleting", said))

    def shows(self, first: date, last: date) -> dict[str, list[Shown]]:
        """Return what khal lists of each calendar, in the days from *first* to *last*."""
        return {name: list(self._shown(name, first, last)) for name in self.calendars}

    def _shown(self, calendar: str, first: date, last: date) -> Iterator[Shown]:
        # Each calendar by itself: --once shows what several of them hold in one of them.
        fields = [word for name in _FIELDS for word in ("--json", name)]
        days = first.isoformat(), last.isoformat()
        listed = self._run("khal", "list", "--once", "-a", calendar, *fields, *days)
        for line in listed.splitlines():  # one list a day
            for event in json.loads(line) if line.startswith("[") else ():
                start, end, title, text = (event[name] for name in _FIELDS)
                until = date.fromisoformat(end) + timedelta(days=1)
                yield Shown(start, until.isoformat(), title, text)

    def _run(self, program: str, *words: str) -> str:
        config = self.work / f"{program}.conf"
        done = subprocess.run(
            [self.programs / program, "-c", config, *words],
            capture_output=True, text=True, env=self.environ, timeout=SECONDS,
        )  # fmt: skip
        if done.returncode or re.search("warning|error|critical", done.stderr, re.IGNORECASE):
            raise ComplaintError(f"{program} ended with {done.returncode} and said {done.stderr}")
        return done.stdout + done.stderr

    def _version(self, program: str) -> str:
        said = subprocess.check_output([self.programs / program, "--version"], text=True)
        return said.strip().replace(", version", "").replace(" version", "")


class Thunderbird:
    """A Thunderbird with a profile of its own that subscribes to feeds, started when needed."""

    program = shutil.which("thunderbird")

    def __init__(self, work: Path, feeds: dict[str, str]) -> None:
        work.mkdir()
        self.profile = work / "profile"
        self.profile.mkdir()
        self.environ = _home(work) | {"MOZ_HEADLESS": "1"}
        prefs = dict(_PREFS) | {"calendar.list.sortOrder": " ".join(feeds)}
        for name, url in feeds.items():
            given = {
                "type": "ics", "uri": url, "name": name, "cache.enabled": True,
                "readOnly": True, "refreshInterval": "30",
            }  # fmt: skip
            prefs |= {f"calendar.registry.{name}.{key}": value for key, value in given.items()}
        lines = [f'user_pref("{name}", {json.dumps(value)});\n' for name, value in prefs.items()]
        (self.profile / "user.js").write_text("".join(lines))
        said = subprocess.run(
            [str(self.program), "--version"], capture_output=True, text=True, env=self.environ
        )
        self.name = said.stdout.strip().splitlines()[-1].removeprefix("Mozilla ")

    def fetch(self, is_done: Callable[[dict[str, list[Shown]]], bool]) -> dict[str, list[Shown]]:
        """Start it, let it fetch until *is_done* or SECONDS are over, end it; return its cache."""
        log = (self.profile.parent / "log").open("ab")
        running = subprocess.Popen(
            [str(self.program), "--headless", "--no-remote", "--profile", self.profile],
            env=self.environ, stdout=log, stderr=log,
        )  # fmt: skip
        deadline = time.monotonic() + SECONDS
        try:
            while not is_done(self.shows()) and time.monotonic() < deadline:
                time.sleep(1)
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
        return self.shows()

    def shows(self) -> dict[str, list[Shown]]:
        """Return what its cache holds of each calendar; a copy, since it locks the file."""
        cache = self.profile / "calendar-data" / "cache.sqlite"
        copy = self.profile.parent / "copy.sqlite"
        for tail in ("", "-wal"):
            copy.with_name(copy.name + tail).unlink(missing_ok=True)
        found: dict[str, list[Shown]] = {}
        try:
            for tail in ("", "-wal"):
                if cache.with_name(cache.name + tail).exists():
                    shutil.copyfile(f"{cache}{tail}", f"{copy}{tail}")
            with closing(sqlite3.connect(copy)) as connection:
                texts = dict(connection.execute(
                    "SELECT cal_id || ' ' || item_id, value FROM cal_properties"
                    " WHERE key = 'DESCRIPTION'"
                ).fetchall())  # fmt: skip
                rows = connection.execute(
                    "SELECT cal_id, id, event_start, event_end, title FROM cal_events"
                ).fetchall()
        except (OSError, sqlite3.DatabaseError):  # it is being made, or was copied half written
            return {}
        for calendar, uid, start, end, title in rows:
            text = texts.get(f"{calendar} {uid}", "")
            text = text.decode() if isinstance(text, bytes) else text
            shown = Shown(_day(start), _day(end), title, text, uid)
            found.setdefault(calendar, []).append(shown)
        return found


def _day(microseconds: int) -> str:
    """Return the day of an all-day event in Thunderbird's cache, which is midnight UTC."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC).date().isoformat()


def _home(work: Path) -> dict[str, str]:
    """Return an environment that keeps a user's own settings and caches apart."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    kept.pop("PYTHONPATH", None)
    return {**kept, "HOME": str(work), "LC_ALL": "C.UTF-8"}
