"""The service that `make interop` reads: its own registry, database, port and clock."""

# ruff: noqa: S310, S603
# The commands and addresses are our own.

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
CHANGE_SECONDS = 180


class House:
    """A running `calendar-service serve`, its events.yaml and its clock.

    Attributes:
        base_url: Where it answers.
        events: Its events.yaml, a copy.
    """

    def __init__(self, work: Path) -> None:
        work.mkdir(parents=True)
        self.work = work
        self.events = work / "events.yaml"
        shutil.copyfile(ROOT / "events.yaml", self.events)
        self.clock = work / "clock"
        self.clock.write_text("0")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.base_url = f"http://127.0.0.1:{self.port}"
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")}
        self.environ = kept | {
            "EVENTS_FILE": str(self.events),
            "DATABASE_URL": f"sqlite:///{work}/calendar.db",
            "BASE_URL": self.base_url,
            "LC_ALL": "C.UTF-8",
        }
        self._asked = 0
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the service and return once it answers."""
        runner = Path(__file__).with_name("serve.py")
        self._server = subprocess.Popen(
            [sys.executable, runner, str(self.port), self.clock],
            cwd=self.work, env=self.environ, stderr=(self.work / "log").open("ab"),
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.fetch("/healthz")
            except urllib.error.URLError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"serve does not answer:\n{(self.work / 'log').read_text()}")
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """End the service that was started here."""
        if self._server:
            self._server.terminate()
            self._server.wait()

    def command(self, *words: str) -> bytes:
        """Return what a command of the same service prints."""
        program = "from calendar_service.cli.main import cli; cli()"
        done = subprocess.run(
            [sys.executable, "-c", program, *words],
            cwd=self.work, env=self.environ, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        return done.stdout

    def names(self) -> list[str]:
        """Return the names of all feeds on offer."""
        return [line.split("\t")[0] for line in self.command("feeds").decode().splitlines()]

    def fetch(self, address: str) -> bytes:
        """Return the body at an address below base_url."""
        parts = urllib.parse.quote(address, safe="/?&=.%")
        with urllib.request.urlopen(self.base_url + parts, timeout=120) as response:
            return bytes(response.read())

    def fresh(self, address: str) -> bytes:
        """Return the body as it would be made now: an unknown parameter finds nothing kept."""
        self._asked += 1
        mark = "&" if "?" in address else "?"
        return self.fetch(f"{address}{mark}fresh={self._asked}")

    def settled(self, address: str) -> bytes:
        """Return the body at an address as subscribers get it, once it is as made now."""
        body, deadline = self.fresh(address), time.monotonic() + CHANGE_SECONDS
        while self.fetch(address) != body:
            if time.monotonic() > deadline:
                sys.exit(f"{address} stays as it was for {CHANGE_SECONDS} s")
            time.sleep(0.5)
        return body

    def today(self) -> date:
        """Return the day it is for the service, in Viet Nam."""
        moved = datetime.now(UTC) + timedelta(hours=7, seconds=float(self.clock.read_text()))
        return moved.date()

    def go_to(self, day: date) -> None:
        """Move the clock on to the morning of *day*."""
        ahead = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) - datetime.now(UTC)
        self.clock.write_text(str(ahead.total_seconds()))

    def entry(self, event_id: str) -> str:
        """Return the lines of an event in events.yaml."""
        found = re.search(
            rf"^  - id: {event_id}\n(?:    .*\n|\n)*", self.events.read_text("utf-8"), re.MULTILINE
        )
        if not found:
            sys.exit(f"events.yaml has no event {event_id}; name another one in scenario.py")
        return found[0]

    def replace(self, old: str, new: str) -> None:
        """Replace a piece of events.yaml, whole or not at all."""
        text = self.events.read_text("utf-8")
        if text.count(old) != 1:
            sys.exit(f"events.yaml holds this {text.count(old)} times:\n{old}")
        draft = self.events.with_suffix(".new")
        draft.write_text(text.replace(old, new), "utf-8")
        draft.replace(self.events)

    def wait_for(self, address: str, old: bytes) -> bytes:
        """Return the body at an address once it is not *old*, as subscribers get it.

        A change is worked in behind the back of those who ask, so it takes some seconds.
        """
        deadline = time.monotonic() + CHANGE_SECONDS
        while (body := self.fetch(address)) == old:
            if time.monotonic() > deadline:
                log = (self.work / "log").read_text()[-2000:]
                sys.exit(f"{address} did not change in {CHANGE_SECONDS} s\n{log}")
            time.sleep(0.5)
        return body
