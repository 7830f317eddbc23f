"""SpamAssassin's opinion of every kind of mail that the service makes, by its local rules."""

import mailbox
import os
import re
import shutil
import subprocess
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from calendar_service.config import load_settings
from calendar_service.core.lead_times import Role
from calendar_service.core.reminders import Choice, Digest, Preset
from calendar_service.core.selection import Selection
from calendar_service.services import Services
from calendar_service.store import subscribers as people
from calendar_service.store.deliveries import enter_confirmation
from calendar_service.store.upgrade import upgrade
from calendar_service.worker import tick

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
HIGHEST = 0.5  # a receiver's usual limit is 5
MORNINGS = [  # in Viet Nam, of the two digests, of the reminders, and of the year's digest
    datetime(2023, 6, 15, tzinfo=UTC), datetime(2023, 6, 20, tzinfo=UTC),
    datetime(2023, 7, 13, tzinfo=UTC), datetime(2023, 12, 1, tzinfo=UTC),
]  # fmt: skip
SETTINGS = (
    "use_bayes 0",  # it learns, and keeps what it learned
    # It takes ế and ệ for disguised e: a long text in Vietnamese gets 1.0 (the digest of a year).
    # Its authors take it back for Polish, Czech, Slovak, Croatian and Greek.
    "score MIXED_ES 0.01",
)
THE_DAY = Selection(event=("thuong-binh-liet-si",))
CHOICES = {
    "confirm": {},
    "manage": {"preset": Preset.NONE, "digests": ()},
    "one-day": {"selection": THE_DAY, "lead_days": (14,), "digests": ()},
    "many-days": {"selection": Selection(all=True), "lead_days": (14,), "digests": ()},
    "steps": {"preset": Preset.NONE, "digests": (), "roles": (Role.PLANNING,)},
    "month": {"preset": Preset.NONE, "digests": (Digest.MONTH,)},
    "quarter": {"preset": Preset.NONE, "digests": (Digest.QUARTER,)},
    "year": {"preset": Preset.NONE, "digests": (Digest.YEAR,)},
}


@pytest.fixture
def outbox(tmp_path, monkeypatch):
    """Let a worker write one mail of each kind and language, and return their files."""
    monkeypatch.chdir(tmp_path)
    environ = {
        "EVENTS_FILE": str(EVENTS_YAML),
        "MAIL_FROM": "Lịch kỷ niệm <lich@example.vn>",
        "BASE_URL": "https://lich.example.vn",
    }
    watch = SimpleNamespace(now=MORNINGS[0] - timedelta(hours=1))
    services = Services(load_settings(environ), clock=lambda: watch.now)
    upgrade(services.engine)
    with services.engine.begin() as connection:
        for kind in CHOICES:
            for lang in ("vi", "en"):
                enter(connection, kind, lang, watch.now)
    for watch.now in MORNINGS:
        tick(services)
    services.engine.dispose()
    return sorted((tmp_path / "var" / "outbox").glob("*.eml"))


def enter(connection, kind, lang, now):
    """Enter somebody who gets this kind of mail, at an address that tells which."""
    email, choice = f"{kind}.{lang}@example.vn", Choice(lang=lang, **CHOICES[kind])
    person = people.sign_up(
        connection, email, email, choice.key, text_version="1", method="t", now=now
    )
    if kind != "confirm":
        people.confirm(connection, person, now)
    if kind in ("confirm", "manage"):
        enter_confirmation(connection, person, now)


@pytest.fixture
def scores(outbox, tmp_path):
    """Return the highest score of each sort of mail, "month.vi"."""
    command = shutil.which("spamassassin")
    if command is None:
        pytest.skip("spamassassin is not installed")
    box = mailbox.mbox(tmp_path / "box")
    for file in outbox:
        box.add(file.read_bytes())
    box.close()
    options = [f"--cf={line}" for line in SETTINGS]
    run = subprocess.run(
        [command, "--local", "--test-mode", *options, "--mbox", tmp_path / "box"],
        env={**os.environ, "HOME": str(tmp_path)}, capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    (tmp_path / "judged").write_bytes(run.stdout)
    judged = mailbox.mbox(tmp_path / "judged")
    found = defaultdict(list)
    for mail in judged:
        score = re.search(r"score=(-?[0-9.]+)", mail["X-Spam-Status"])
        found[mail["To"].partition("@")[0]].append(float(score[1]))
    judged.close()
    return {sort: max(several) for sort, several in found.items()}


def test_spamassassin_finds_little_fault_with_any_kind_of_mail(scores):
    assert sorted(scores) == [
        "confirm.en", "confirm.vi", "manage.en", "manage.vi", "many-days.en", "many-days.vi",
        "month.en", "month.vi", "one-day.en", "one-day.vi", "quarter.en", "quarter.vi",
        "steps.en", "steps.vi", "year.en", "year.vi",
    ]  # fmt: skip
    assert {sort: score for sort, score in scores.items() if score > HIGHEST} == {}
