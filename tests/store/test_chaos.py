"""Workers die while they send: nothing is lost, nothing doubled beyond what is promised."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from calendar_service.core.reminders import Choice
from calendar_service.store import deliveries as ledger
from calendar_service.store import plans
from calendar_service.store import subscribers as people
from calendar_service.store.schema import profiles

CHAOS = Path(__file__).parent.parent.parent / "tools" / "chaos.py"
SEVEN = datetime(2023, 6, 27, tzinfo=UTC)


def test_workers_killed_while_they_send_break_no_promise(backend, request):
    options = ["--mails", "300", "--kills", "4", "--engine", backend]
    if backend == "postgresql":
        server = request.getfixturevalue("postgres_server")
        options += ["--postgres", server.render_as_string(hide_password=False)]

    run = subprocess.run(
        [sys.executable, CHAOS, *options], capture_output=True, text=True, timeout=600
    )

    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    done = [line.split()[:5] for line in run.stdout.splitlines()[1:]]
    assert done == [[backend, "resend", "300", "3", "4"], [backend, "hold", "300", "3", "4"]]


@pytest.fixture
def waiting(engine):
    """Enter one mail that is due at SEVEN."""
    with engine.begin() as connection:
        people.enter_confirmed(
            connection, "an@example.vn", "an@example.vn", Choice().key,
            text_version="1", basis="test", now=SEVEN - timedelta(days=1),
        )  # fmt: skip
        profile = connection.execute(select(profiles.c.id)).scalar_one()
        planned = plans.PlannedMorning(
            on_day=date(2023, 6, 27), due_at=SEVEN, expires_at=SEVEN + timedelta(days=30)
        )
        plans.plan_profile(
            connection, profile, [planned],
            first=date(2023, 6, 27), planned_for="test", now=SEVEN,
        )  # fmt: skip
        assert plans.plan_deliveries(connection, SEVEN) == 1


def test_a_mail_in_hand_when_its_worker_died_is_not_taken_by_a_worker_long_at_work(engine, waiting):
    later = SEVEN + ledger.LEASE
    with engine.begin() as connection:
        [held] = ledger.claim(connection, "dead", SEVEN, 10, hold=True)
        assert ledger.mark_sending(connection, [held], "dead", SEVEN) == {held.id}

    with engine.begin() as connection:
        assert ledger.claim(connection, "at work", later, 10, hold=True) == []
        assert ledger.hold_doubtful(connection, later) == 1


def test_a_mail_that_was_given_back_untried_has_used_up_no_attempt(engine, waiting):
    attempts = []
    for tick in range(12):
        now = SEVEN + timedelta(minutes=2 * tick)
        with engine.begin() as connection:
            [held] = ledger.claim(connection, f"worker {tick}", now, 10)
            attempts.append(held.attempts)
            untried = ledger.given_back(held, now + timedelta(minutes=2))
            assert ledger.write(connection, [untried], now) == 1

    assert attempts == [1] + [2] * 11
