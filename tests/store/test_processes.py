"""Two web and two worker processes on one database: everybody gets each mail once."""

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import update

from calendar_service.core.reminder_wording import CONSENT_VERSION
from calendar_service.store.schema import subscribers

ROOT = Path(__file__).parent.parent.parent
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
PEOPLE = [f"person{number}@example.vn" for number in range(60)]  # more than one worker claims
ONCE = dict.fromkeys(PEOPLE, 1)
LONGEST = 60.0  # seconds that anything may take
EVENTS = """
events:
  - id: a
    name: Ngày Thương binh - Liệt sỹ
    founded: {day}
    kind: tradition
    prominence: core
    sources: [{{title: A, number: 1/QĐ}}]
    changed: 22/11/2022
"""


class Inbox:
    """A relay's mails: whom they were for, and what they said."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        self.mails += [(to, mail) for to in envelope.rcpt_tos]
        return "250 OK"

    def links(self):
        """Return the path that confirms, for each mail that asks to."""
        for to, mail in self.mails:
            if found := re.search(r"/confirm/\S+", text_of(mail)):
                yield to, found[0]


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(done):
    give_up_at = time.monotonic() + LONGEST
    while not done():
        if time.monotonic() > give_up_at:
            pytest.fail(f"still not so after {LONGEST} seconds")
        time.sleep(0.02)


@pytest.fixture
def inbox():
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    inbox.url = f"smtp://127.0.0.1:{controller.port}"
    yield inbox
    controller.stop()


@pytest.fixture
def noon():
    """Return a time zone where it is noon now, so that no day ends meanwhile, and its day."""
    now = datetime.now(UTC)
    behind = now.hour - 12  # hours; POSIX counts them to the west
    return f"Etc/GMT{behind:+d}", (now - timedelta(hours=behind)).date()


@pytest.fixture
def start(tmp_path, database_url, inbox, noon):
    """Start lines of the Procfile as processes, and end them after the test."""
    soon = noon[1] + timedelta(days=3)
    events = EVENTS.format(day=f"{soon.day}/{soon.month}/1948")  # which had a 29 February
    (tmp_path / "events.yaml").write_text(events, encoding="utf-8")
    environ = {
        **os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "EVENTS_FILE": str(tmp_path / "events.yaml"), "DATABASE_URL": database_url,
        "SECRET_KEY": "0123456789abcdef", "SMTP_URL": inbox.url, "BASE_URL": "https://lich.test",
        "MAIL_FROM": "lich@example.vn", "MAILS_PER_SECOND": "40", "PYTHONUTF8": "1",
    }  # fmt: skip
    processes = []

    def run(name, options="", **more):
        log = tmp_path / f"{name}{len(processes)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {PROCFILE[name]} {options}"], cwd=tmp_path,
                env=environ | more, stdout=file, stderr=file,
            )  # fmt: skip
        process.log = log
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.poll() is None:
            process.terminate()  # killed, the server would leave its workers behind
        process.wait(timeout=LONGEST)


@pytest.fixture
def webs(start):
    """Return the addresses of two web processes that answer."""
    ports = [free_port(), free_port()]
    for port in ports:
        start("web", PORT=str(port))
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    wait_until(lambda: all(map(answers, addresses)))
    return addresses


def answers(address):
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=LONGEST) as answer:
            return answer.read() == b"ok\n"
    except urllib.error.URLError:
        return False


def post(address, data, client):
    """Return the status of a POST through a proxy that names its client."""
    request = urllib.request.Request(address, urlencode(data).encode())
    request.add_header("X-Forwarded-For", client)
    with urllib.request.urlopen(request, timeout=LONGEST) as answer:
        return answer.status


def work(start, inbox, total):
    """Let two workers run until *total* mails have come, then end them as a platform does."""
    workers = [start("worker"), start("worker")]
    wait_until(lambda: all("worker:" in worker.log.read_text() for worker in workers))
    wait_until(lambda: len(inbox.mails) >= total)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    assert [worker.wait(timeout=LONGEST) for worker in workers] == [0, 0]


def test_two_webs_and_two_workers_send_every_mail_once(webs, start, inbox, engine, noon):
    form = {"consent": CONSENT_VERSION, "preset": "standard", "lead": "3", "zone": noon[0]}
    everywhere = [(number, web) for number in range(len(PEOPLE)) for web in webs]

    def sign_up(number, web):
        return post(f"{web}/remind", {**form, "email": PEOPLE[number]}, f"192.0.2.{number}")

    with ThreadPoolExecutor(2) as pool:  # the impatient press the button at either web
        assert set(pool.map(sign_up, *zip(*everywhere, strict=True))) == {202}
    work(start, inbox, len(PEOPLE))
    asked = dict(inbox.links())
    assert Counter(to for to, _ in inbox.links()) == ONCE

    def confirm(number, web):
        return post(f"{web}{asked[PEOPLE[number]]}", {}, f"192.0.2.{number}")

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(confirm, *zip(*everywhere, strict=True))) == {200}
    with engine.begin() as connection:  # as if it were a day ago: this morning's mail is due
        day_before = datetime.now(UTC) - timedelta(days=1)
        connection.execute(update(subscribers).values(changed_at=day_before))
    work(start, inbox, 2 * len(PEOPLE))
    again = [start("worker", "--once"), start("worker", "--once")]
    assert [worker.wait(timeout=LONGEST) for worker in again] == [0, 0]

    mornings = inbox.mails[len(PEOPLE) :]
    assert Counter(to for to, _ in mornings) == ONCE
    assert {mail["Subject"].partition(":")[0] for _, mail in mornings} == {"Còn 3 ngày"}
    assert len({mail["Message-ID"] for _, mail in inbox.mails}) == 120
