"""Check that the feeds read alike in other calendar programs, over HTTP, and stay alike.

Usage:
    make interop
    .venv/bin/python tools/check_feed.py [--keep DIR] [FEED...]        all feeds by default

The service is started with its own events.yaml, database, port and clock. Every feed on offer,
and some of single events, of campaigns, of choices and in other forms, is read with icalendar
(our own), ical.js (Thunderbird's), libical (GNOME's, with its check of RFC 5545's
restrictions) and vobject. Count, UIDs, first days, exclusive ends, titles, descriptions and
alarms must be the same, and agree with the JSON of the service. Three feeds are subscribed to
with vdirsyncer and khal, and with Thunderbird where it is installed. Then a date is corrected,
an event goes, another comes and a year turns, and each time the subscribers must show what the
feeds hold; one changed event must change its own components and no other byte of any feed.
Atom is read with feedparser, JSON Feed held against what version 1.1 requires.

Needs the project's .venv (make setup), Node.js with npm, Debian's libical3 and, for its part,
thunderbird (apt-get install libical3 thunderbird), and the PyPI and npm registries: the
versions of tools/interop are installed into a temporary directory, or into DIR.

Exit status: 0 all agree, 1 something differs, 2 something is not installed.
"""

# ruff: noqa: S603
# The commands are our own.

import argparse
import ctypes
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from interop import news, scenario
from interop.expected import Entry, expected
from interop.service import ROOT, House
from interop.subscribers import ComplaintError, Shown

INTEROP = ROOT / "tools" / "interop"
SHOWN = 3
# What is on offer by name is asked for; these are the rest.
MORE = (
    "core.ics?alarm=7d",
    "core.ics?prepare=7",
    "core.ics?lang=en",
    "core.ics?alarm=7d&prepare=7",
    "quang-ninh.ics?alarm=7d",
    "quang-ninh.ics?prepare=7",
    "lunar-festival.ics?lang=en",
    "campaigns.ics?component=vtodo",
    "campaigns-quang-ninh.ics?component=vtodo",
    "campaign-quang-ninh-60.ics",
    "campaign-quang-ninh-60.ics?component=vtodo",
    "campaign-thuong-binh-liet-si.ics",
    "event-thuong-binh-liet-si.ics",
    "event-gio-to-hung-vuong.ics",
    "event-tet-nguyen-dan.ics",
    "custom.ics?kind=tradition&prominence=core",
    "custom.ics?region=quang-ninh&region=ha-noi",
    "custom.ics?year_class=tron&all=1",
    "custom.ics?event=thuong-binh-liet-si&event=nha-giao-viet-nam",
    "custom.ics?kind=no-such-kind&notice=1",
    "1975.ics",
)


class MissingError(Exception):
    """Something that the check needs is not installed; the message says what to do."""


class Check:
    """One run: what was found wrong is printed and counted."""

    def __init__(self, house: House, work: Path, readers: Path) -> None:
        self.house, self.work, self.readers = house, work, readers
        self.faults = 0

    def say(self, what: str, faults: list[str]) -> None:
        """Print what was looked at, and what is wrong with it."""
        for fault in faults[:SHOWN]:
            print(f"FAULT: {fault}")
        more = f", {len(faults)} faults" if faults else ""
        print(f"{'FAULT' if faults else 'ok'}: {what}{more}", flush=True)
        self.faults += len(faults)

    def fetch_all(self, addresses: list[str]) -> dict[str, Path]:
        """Fetch the feeds into files; return these by address."""
        folder = self.work / "feeds"
        folder.mkdir(exist_ok=True)
        files = {address: folder / re.sub(r"[^\w.=-]", "_", address[7:]) for address in addresses}
        for address, path in files.items():
            path.write_bytes(self.house.fetch(address))
        size = sum(path.stat().st_size for path in files.values())
        print(f"{len(files)} feeds, {size:,} bytes")
        return files

    def read_all(self, files: dict[str, Path]) -> dict[str, list[list[Any]]]:
        """Read the feeds with every library and compare; return the items by address."""
        python = self.readers / "venv" / "bin" / "python"
        here, names = self.readers / "read.py", [str(path) for path in files.values()]
        commands = {
            "icalendar": [sys.executable, "-I", here, "icalendar"],
            "ical.js": ["node", "--max-old-space-size=4096", self.readers / "read.mjs"],
            "libical": [python, "-I", here, "libical"],
            "vobject": [python, "-I", here, "vobject"],
        }
        running = {}
        for name, command in commands.items():
            output = (self.work / f"{name}.jsonl").open("wb")
            running[name] = subprocess.Popen([*command, *names], cwd=self.readers, stdout=output)
        for name, process in running.items():
            if process.wait():
                sys.exit(f"{name} ended with {process.returncode}")
        found = {}
        for address, line in zip(files, self._lines("icalendar"), strict=True):
            count = files[address].read_bytes().count(b"\r\nBEGIN:VEVENT\r\n")
            count += files[address].read_bytes().count(b"\r\nBEGIN:VTODO\r\n")
            found[address] = line.get("items", [])
            if line.get("error") or len(found[address]) != count:
                self.say(f"{address} in icalendar", [str(line.get("error") or "some are lost")])
        for name in commands:
            self._compare(name, list(files))
        return found

    def _compare(self, name: str, addresses: list[str]) -> None:
        faults, count, reader = [], 0, name
        pairs = zip_longest(self._lines(name), self._lines("icalendar"), fillvalue={})
        for address, (found, wanted) in zip(addresses, pairs, strict=True):
            reader = found.get("reader", name)
            count += len(found.get("items", []))
            if "error" in found:
                faults.append(f"{address} in {reader}: {found['error']}")
            elif found.get("name") != wanted.get("name"):
                faults.append(f"{address} is called {found.get('name')!r} by {reader}")
            elif sorted(found["items"]) != sorted(wanted.get("items", [])):
                odd = [item for item in found["items"] if item not in wanted["items"]][:1]
                faults.append(f"{address} in {reader}: {len(found['items'])} items, only it: {odd}")
        self.say(f"{reader} found {count:,} components in {len(addresses)} feeds", faults)

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        with (self.work / f"{name}.jsonl").open() as lines:
            yield from map(json.loads, lines)

    def compare_with_json(self, found: dict[str, list[list[Any]]]) -> None:
        """Hold what icalendar read against the JSON of the service."""
        faults, count = [], 0
        for address, items in found.items():
            wanted = expected(self.house, address)
            if wanted is None:
                continue
            entries = sorted(Entry(*item[1:5]) for item in items)
            count += len(entries)
            blank = {entry.uid for entry in wanted if not entry.title}
            seen = [e._replace(title="") if e.uid in blank else e for e in entries]
            if seen != wanted:
                odd = [e for e in seen if e not in wanted][:1] + [
                    e for e in wanted if e not in seen
                ][:1]
                faults.append(f"{address}: {len(seen)} entries, {len(wanted)} by the JSON: {odd}")
        self.say(f"the JSON of the service has the same {count:,} entries", faults)

    def look_for_twins(self, found: dict[str, list[list[Any]]]) -> None:
        """Find what some programs drop: two of one UID, or two alike in all but the UID."""
        faults = []
        for address, items in found.items():
            uids = [item[1] for item in items]
            texts = [str([item[0], *item[2:]]) for item in items]
            if len(set(uids)) < len(uids):
                faults.append(f"{address} has a UID twice")
            if len(set(texts)) < len(texts):
                twins = sorted(item[1] for item, text in zip(items, texts, strict=True)
                               if texts.count(text) > 1)[:4]  # fmt: skip
                faults.append(f"{address} has twins that vdirsyncer would make one: {twins}")
        self.say("no UID stands twice, and no two components are alike but for it", faults)

    def read_news(self, names: list[str]) -> None:
        """Read Atom with feedparser; hold JSON Feed against its specification and against Atom."""
        folder, faults = self.work / "news", []
        folder.mkdir()
        for name in names:
            (folder / f"{name}.atom").write_bytes(self.house.fetch(f"/feeds/{name}.atom"))
        python, files = self.readers / "venv" / "bin" / "python", sorted(folder.iterdir())
        printed = subprocess.check_output([python, "-I", self.readers / "news.py", *files])
        count, reader = 0, ""
        for line in map(json.loads, printed.splitlines()):
            name, reader = line["file"].removesuffix(".atom"), line["reader"]
            text = self.house.fetch(f"/feeds/{name}.json")
            items = [[item["id"], item["title"], item["url"]] for item in json.loads(text)["items"]]
            faults += [f"{name}.json: {fault}" for fault in news.json_feed_faults(text)]
            if line["version"] != "atom10" or line["fault"] or line["missing"]:
                faults.append(f"{name}.atom: {line['version']} {line['fault']} {line['missing']}")
            if line["items"] != items:
                faults.append(f"{name}.atom and {name}.json differ")
            count += len(items)
        self.say(f"{reader} and JSON Feed 1.1: {count} items in {len(names)} feeds", faults)

    def live_through(self, files: dict[str, Path]) -> None:
        """Correct, remove, add, turn the year, and see what subscribers show."""
        house, year = self.house, self.house.today().year
        subscribers = scenario.Subscribers(house, self.work, self.readers / "venv" / "bin")
        names = [subscribers.khal.name]
        names += [subscribers.thunderbird.name] if subscribers.thunderbird else []
        who = " and ".join(names)
        if not subscribers.thunderbird:
            print("Thunderbird is not installed, so it is left out")
        self.say(f"{who} show the feeds", subscribers.follow(self._held(), patiently=True))

        core = house.fetch("/feeds/core.ics")
        scenario.correct(house)
        core = house.wait_for("/feeds/core.ics", core)
        self._look_at_bytes(files)
        held = self._held()
        moved = [f"{y}-07-28" for y in range(year - 1, year + 3)]
        missing = [day for day in moved if not self._has(held, day, "Thương binh")]
        faults = [f"the correction is not in the feed: {missing}"] if missing else []
        self.say(
            f"{who} show the corrected date", faults + subscribers.follow(held, patiently=True)
        )

        scenario.swap(house)
        house.wait_for("/feeds/core.ics", core)
        held = self._held()
        is_wrong = self._has(held, "", "Ngày Dân số") or not self._has(held, "", "Thử nghiệm")
        faults = ["the feed did not change as it should"] if is_wrong else []
        what = "show no more the event that went, and the one that came"
        self.say(f"{who} {what}", faults + subscribers.follow(held, patiently=True))

        core = house.fetch("/feeds/core.ics")
        house.go_to(date(year + 1, 1, 1))
        house.wait_for("/feeds/core.ics", core)
        held = self._held()
        is_wrong = self._has(held, str(year - 1), "") or not self._has(held, str(year + 3), "")
        faults = ["the window did not move with the year"] if is_wrong else []
        self.say(f"{who} show the new year", faults + subscribers.follow(held, patiently=True))

    def _held(self) -> dict[str, list[Shown]]:
        """Return what the feeds that are subscribed to hold, by icalendar."""
        import icalendar  # here, so that require_installed can say what to do without it

        found = {}
        for name, address in scenario.SUBSCRIBED.items():
            calendar: Any = icalendar.Calendar.from_ical(self.house.fetch(address))
            found[name] = [
                Shown(
                    part["dtstart"].dt.isoformat(), part["dtend"].dt.isoformat(),
                    str(part["summary"]), str(part["description"]),
                )
                for part in calendar.subcomponents
            ]  # fmt: skip
        return found

    def _has(self, held: dict[str, list[Shown]], start: str, title: str) -> bool:
        return any(i.start.startswith(start) and title in i.title for i in held["core"])

    def _look_at_bytes(self, files: dict[str, Path]) -> None:
        """Compare every feed with what it was before one date was corrected."""
        faults, touched, parts = [], 0, 0
        theirs = re.compile(rf"{scenario.CORRECTED}-\d{{4}}\b|{self._campaigns()}")
        for address, path in files.items():
            old, new = path.read_bytes(), self.house.fresh(address)
            changed, rest_is_same = scenario.differences(old, new)
            touched, parts = touched + bool(changed), parts + len(changed)
            odd = sorted(uid for uid in changed if not theirs.match(uid))
            if odd or not rest_is_same:
                faults.append(f"{address}: other bytes changed, in {odd[:3] or 'the order'}")
            before, after = scenario.revisions(old), scenario.revisions(new)
            stale = [
                uid for uid in changed & before.keys() & after.keys()
                if not (before[uid][1] < after[uid][1] and before[uid][0] <= after[uid][0])
            ]  # fmt: skip
            if stale:
                faults.append(f"{address}: changed without a later LAST-MODIFIED: {stale[:3]}")
        self.say(f"one corrected date changed {parts} components in {touched} feeds", faults)

    def _campaigns(self) -> str:
        """Return a pattern of the UIDs of campaigns that hold the corrected event."""
        text = self.house.events.read_text("utf-8")
        ids = re.findall(
            rf"^  - id: (\S+)\n    title: .*\n    events: \[[^\]]*\b{scenario.CORRECTED}\b",
            text, re.MULTILINE,
        )  # fmt: skip
        return "|".join(rf"{id_}-\d{{4}}-" for id_ in ids) or "$."


def main() -> int:
    """Run the check; print what each reader found, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("feeds", nargs="*", metavar="FEED", help="all by default")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where to keep the readers")
    given = parser.parse_args()
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory(prefix="check_feed-")))
        readers = given.keep or work / "readers"
        try:
            require_installed()
            install_readers(readers)
        except MissingError as error:
            print(f"check_feed: {error}", file=sys.stderr)
            return 2
        house = House(work / "service")
        stack.callback(house.stop)
        house.start()
        check = Check(house, work, readers)
        try:
            run(check, given.feeds)
        except ComplaintError as error:
            check.say("the run ended early", [str(error)])
        return 1 if check.faults else 0


def run(check: Check, feeds: list[str]) -> None:
    """Look at everything, or at the feeds named and no further."""
    names = feeds or check.house.names()
    more = () if feeds else MORE
    addresses = [f"/feeds/{name}.ics" for name in names] + [f"/feeds/{name}" for name in more]
    files = check.fetch_all(addresses)
    found = check.read_all(files)
    check.look_for_twins(found)
    check.compare_with_json(found)
    if not feeds:
        check.read_news([name for name in names if not name.startswith("campaigns")])
        check.live_through(files)


def require_installed() -> None:
    """Find what cannot be installed into a directory of our own.

    Raises:
        MissingError: Something is not there.
    """
    for program in ("node", "npm"):
        if not shutil.which(program):
            raise MissingError(f"{program} is not installed; install Node.js with npm")
    try:
        ctypes.CDLL("libical.so.3")
    except OSError:
        raise MissingError("libical is not installed; run 'apt-get install libical3'") from None


def install_readers(folder: Path) -> None:
    """Install the locked versions of the readers into *folder*, unless they are there.

    Raises:
        MissingError: A registry cannot be reached, or lacks a version.
    """
    shutil.copytree(INTEROP, folder, dirs_exist_ok=True)
    python = str(folder / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for command in (
        ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"],
        [sys.executable, "-m", "venv", "venv"],
        [*pip, "--require-hashes", "-r", "requirements.txt"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            words = " ".join(command)
            raise MissingError(f"{words!r} failed; it needs the registries\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
