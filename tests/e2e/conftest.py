"""A private Postfix and Dovecot, and the service that sends through them.

Each runs from a temporary folder with a configuration of its own, on this machine alone,
and is stopped by that folder. Both begin as root, for Postfix cannot otherwise; mailboxes
belong to nobody.
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.services import Services
from calendar_service.store import subscribers as people
from calendar_service.store.upgrade import upgrade

DOMAIN = "lich.example"
PEOPLE = ("binh", "bounce")  # who has a mailbox; mail to anybody else at DOMAIN bounces
PASSWORD = "s3cret"  # noqa: S105
LONGEST = 30.0  # seconds that a server may take
EVENTS = """
events:
  - id: thuong-binh-liet-si
    name: Ngày Thương binh - Liệt sỹ
    name_en: War Invalids and Martyrs Day
    founded: 27/7/1947
    kind: tradition
    prominence: core
    sources: [{title: Chỉ thị, number: 223/CT-TW}]
    changed: 22/11/2022
"""
MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.{domain}
mydestination =
alias_maps =
local_recipient_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = inline:{{ {maps} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_relay_restrictions = permit_mynetworks, reject
# An unknown recipient is taken and comes back, as from a relay that learns of it later.
smtpd_reject_unlisted_recipient = no
"""
MASTER_CF = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT_CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{mail}/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass(frozen=True)
class Mailboxes:
    """Maildirs of PEOPLE, each under its name."""

    folder: Path
    nobody: pwd.struct_passwd

    def new(self, name: str) -> list[Path]:
        """Return the mails of a mailbox that nobody has read."""
        return sorted((self.folder / name / "new").glob("*"))

    def wait(self, name: str, count: int) -> list[Path]:
        """Return the unread mails of a mailbox when there are *count*."""
        wait_until(lambda: len(self.new(name)) >= count)
        return self.new(name)


def wait_until(done: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + LONGEST
    while not done():
        if time.monotonic() > give_up_at:
            pytest.fail(f"still not so after {LONGEST} seconds")
        time.sleep(0.02)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def needed(command: str) -> str:
    """Return where a server's command is; without it, or the right to run it, skip."""
    found = shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip(f"{command} is not installed")
    if os.geteuid() != 0:
        pytest.skip(f"a {command} of our own needs root")
    return found


@pytest.fixture
def folder():
    # Not tmp_path, which other users may not enter.
    path = Path(tempfile.mkdtemp(prefix="calendar-e2e-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def mailboxes(folder):
    nobody = pwd.getpwnam("nobody")
    for name in PEOPLE:
        for part in ("new", "cur", "tmp"):
            (folder / "mail" / name / part).mkdir(parents=True)
    for path in (folder / "mail", *(folder / "mail").rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return Mailboxes(folder / "mail", nobody)


@pytest.fixture
def postfix(folder, mailboxes):
    """Yield the address of a Postfix that delivers to the mailboxes, and bounces the rest."""
    command = needed("postfix")
    home, port = folder / "postfix", free_port()
    for name in ("etc", "queue", "data"):
        (home / name).mkdir(parents=True)
    shutil.chown(home / "data", "postfix")
    values = {
        "folder": home, "mail": mailboxes.folder, "port": port, "domain": DOMAIN,
        "uid": mailboxes.nobody.pw_uid, "gid": mailboxes.nobody.pw_gid,
        "maps": " ".join(f"{{ {name}@{DOMAIN} = {name}/ }}" for name in PEOPLE),
    }  # fmt: skip
    (home / "etc" / "main.cf").write_text(MAIN_CF.format(**values), encoding="utf-8")
    (home / "etc" / "master.cf").write_text(MASTER_CF.format(**values), encoding="utf-8")
    try:
        run_quietly(command, "-c", home / "etc", "start")
        wait_until(lambda: answers(port))
        yield f"smtp://127.0.0.1:{port}"
    finally:
        run_quietly(command, "-c", home / "etc", "stop")


def run_quietly(*words) -> None:
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def dovecot(folder, mailboxes):
    """Yield the port of a Dovecot that shows the mailboxes by IMAP."""
    command = needed("dovecot")
    nobody, home, port = mailboxes.nobody, folder / "dovecot", free_port()
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    values = {
        "folder": home, "mail": mailboxes.folder, "port": port, "password": PASSWORD,
        "user": nobody.pw_name, "group": grp.getgrgid(nobody.pw_gid).gr_name,
        "uid": nobody.pw_uid, "gid": nobody.pw_gid,
    }  # fmt: skip
    (home / "dovecot.conf").write_text(DOVECOT_CONF.format(**values), encoding="utf-8")
    server = subprocess.Popen(
        [command, "-F", "-c", home / "dovecot.conf"], user=nobody.pw_uid, group=nobody.pw_gid,
        extra_groups=[], cwd=home,
    )  # fmt: skip
    try:
        wait_until(lambda: answers(port) or server.poll() is not None)
        assert server.poll() is None, (home / "log").read_text(encoding="utf-8")
        yield port
    finally:
        server.terminate()
        server.wait(timeout=LONGEST)


@pytest.fixture
def watch():
    """A clock that a test sets."""
    return SimpleNamespace(now=datetime(2023, 7, 12, 23, tzinfo=UTC))


@pytest.fixture
def services(tmp_path, monkeypatch, watch, postfix):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.yaml").write_text(EVENTS, encoding="utf-8")
    environ = {
        "SMTP_URL": postfix,
        "MAIL_FROM": f"Lịch kỷ niệm <lich@{DOMAIN}>",
        "BASE_URL": "https://lich.example.vn",
    }
    services = Services(load_settings(environ), clock=lambda: watch.now)
    upgrade(services.engine)
    yield services
    services.engine.dispose()


@pytest.fixture
def sign_up(services, watch):
    """Enter somebody who confirmed, and return their number."""

    def enter(email: str, choice: Choice) -> int:
        with services.engine.begin() as connection:
            person = people.sign_up(
                connection, email, email, choice.key, text_version="1", method="t", now=watch.now
            )
            people.confirm(connection, person, watch.now)
        return person

    return enter
