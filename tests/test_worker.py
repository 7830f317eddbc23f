import logging
from datetime import UTC, datetime

import pytest

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.services import Services
from calendar_service.store import subscribers as people
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


def test_a_tick_outlives_what_nobody_expected_and_logs_it(services, monkeypatch, caplog):
    def burn(self):
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
