import logging
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.mail.addresses import envelope_sender
from calendar_service.services import Services
from calendar_service.store import subscribers as people
from calendar_service.store.schema import deliveries
from calendar_service.store.upgrade import upgrade
from calendar_service.worker import tick

EVENTS = """
events:
  - id: a
    name: Ngày Thương binh - Liệt sỹ
    founded: 27/7/1947
    kind: tradition
    prominence: core
    sources: [{title: A, number: 1/QĐ}]
    changed: 22/11/2022
"""
EARLY = datetime(2023, 7, 12, 23, tzinfo=UTC)
SEVEN = datetime(2023, 7, 13, 0, tzinfo=UTC)  # 14 days before the day
LATER = datetime(2023, 7, 20, 0, tzinfo=UTC)  # the digest of August
DSN = """\
To: {to}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; an@example.vn
Action: failed
Status: 5.1.1

--b--
"""


class Watch:
    """A clock that a test sets."""

    def __init__(self):
        self.now = EARLY

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def services(tmp_path, monkeypatch, watch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.yaml").write_text(EVENTS, encoding="utf-8")
    services = Services(load_settings({}), clock=watch)
    upgrade(services.engine)
    yield services
    services.engine.dispose()


def sign_up(services, now):
    with services.engine.begin() as connection:
        person = people.sign_up(
            connection, "an@example.vn", "an@example.vn", Choice().key,
            text_version="1", method="test", now=now,
        )  # fmt: skip
        people.confirm(connection, person, now)


def test_a_tick_writes_the_mail_that_is_due_to_the_outbox(services, watch, tmp_path):
    sign_up(services, EARLY)
    watch.now = SEVEN

    tick(services)
    tick(services)

    [file] = (tmp_path / "var" / "outbox").glob("*.eml")
    assert b"To: an@example.vn\r\n" in file.read_bytes().replace(b"<", b"").replace(b">", b"")


def test_a_tick_reads_a_changed_registry(services, tmp_path):
    (tmp_path / "events.yaml").write_text(
        EVENTS.replace("Ngày Thương binh - Liệt sỹ", "Ngày Thương binh"), encoding="utf-8"
    )

    tick(services)

    assert [event.name for event in services.registry.events] == ["Ngày Thương binh"]


@pytest.fixture
def maildir(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def outcomes(services):
    """Return the state of each mail, in the order in which they were planned."""
    with services.engine.begin() as connection:
        return list(
            connection.execute(select(deliveries.c.state).order_by(deliveries.c.id)).scalars()
        )


def test_a_bounce_that_waits_suppresses_the_mail_that_this_tick_would_send(
    services, watch, tmp_path, maildir, caplog
):
    services.settings = replace(services.settings, bounces_maildir=maildir)
    sign_up(services, EARLY)
    watch.now = SEVEN
    tick(services)
    verp = envelope_sender("lich@localhost", 1, services.tokens.salt)
    (maildir / "new" / "1.a").write_text(DSN.format(to=verp), encoding="utf-8")

    watch.now = LATER
    with caplog.at_level(logging.INFO):
        tick(services)

    assert outcomes(services) == ["bounced", "suppressed"]
    assert len(list((tmp_path / "var" / "outbox").glob("*.eml"))) == 1
    assert "bounces: 1 hard, 0 soft, 0 ignored" in caplog.messages


def test_a_worker_that_is_to_stop_leaves_the_mailbox_to_the_next_one(services, maildir):
    services.settings = replace(services.settings, bounces_maildir=maildir)
    (maildir / "new" / "1.a").write_text("Subject: hello\n\n", encoding="utf-8")

    tick(services, stopping=lambda: True)

    assert [path.name for path in (maildir / "new").iterdir()] == ["1.a"]


def test_mailboxes_that_cannot_be_read_are_logged_in_a_line_each_and_stop_no_mail(
    services, watch, tmp_path, caplog
):
    services.settings = replace(
        services.settings, bounces_maildir=tmp_path / "none",
        imap_url="imap://bounce:s3cret@127.0.0.1:1/INBOX",
    )  # fmt: skip
    sign_up(services, EARLY)
    watch.now = SEVEN

    with caplog.at_level(logging.ERROR):
        tick(services)

    assert outcomes(services) == ["sent"]
    first, second = caplog.messages
    assert first.startswith(f"bounces are left for later: the mailbox {tmp_path / 'none'} cannot")
    assert second.startswith("bounces are left for later: the mailbox imap://127.0.0.1:1/INBOX")
    assert "\n" not in first + second
    assert "s3cret" not in caplog.text


def test_a_tick_outlives_what_nobody_expected_and_logs_it(services, monkeypatch, caplog):
    def burn(self, **how):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(Services, "refresh", burn)

    with caplog.at_level(logging.ERROR):
        tick(services)

    assert "the tick failed" in caplog.text
    assert "RuntimeError: the disk is on fire" in caplog.text


def test_a_key_is_made_once_and_kept_for_its_owner_alone(services, tmp_path):
    first = services.tokens.keys

    assert Services(load_settings({})).tokens.keys == first
    assert len(first[0]) >= 32
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
