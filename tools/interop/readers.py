"""The readers of `make interop`: their installation, what they find, and the comparison."""

# ruff: noqa: S603
# The commands are our own.

import ctypes
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from interop import news
from interop.expected import Entry, expected, is_told_alone
from interop.service import ROOT, House

INTEROP = ROOT / "tools" / "interop"
SHOWN = 3


class MissingError(Exception):
    """Something that the check needs is not installed; the message says what to do."""


class Check:
    """One run: what was found wrong is printed and counted."""

    def __init__(self, house: House, work: Path, readers: Path) -> None:
        self.house, self.work, self.readers = house, work, readers
        self.faults, self.said_at = 0, time.monotonic()

    def _seconds(self) -> int:
        before, self.said_at = self.said_at, time.monotonic()
        return round(self.said_at - before)

    def say(self, what: str, faults: list[str]) -> None:
        """Print what was looked at, and what is wrong with it."""
        for fault in faults[:SHOWN]:
            print(f"FAULT: {fault}")
        more = f", {len(faults)} faults" if faults else ""
        print(f"{'FAULT' if faults else 'ok'}: {what}{more} ({self._seconds()} s)", flush=True)
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
            entries = sorted(Entry(*item[1:5]) for item in items if is_told_alone(item[1]))
            count += len(entries)
            blank = {entry.uid for entry in wanted if not entry.title}
            seen = [e._replace(title="") if e.uid in blank else e for e in entries]
            if seen != wanted:
                odd = sorted(set(seen) ^ set(wanted))[:2]
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
        """Read Atom with feedparser, hold JSON Feed against its specification, compare the two."""
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
