"""What follows from a mail that came back, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from calendar_service.core.reminders import Choice
from calendar_service.store import subscribers as people
from calendar_service.store.bounces import record_bounce
from calendar_service.store.schema import bounces, deliveries
from calendar_service.store.suppressions import suppressed

NOW = datetime(2026, 7, 13, tzinfo=UTC)
SALT = "0123456789abcdef"
AN, BINH = "an@example.vn", "binh@example.vn"


@pytest.fixture
def mails(engine):
    """Enter mails that were sent to a person, and return their numbers."""

    def enter(email, count=1, state="sent"):
        with engine.begin() as connection:
            person = people.sign_up(
                connection, email, email, Choice().key, text_version="1", method="t", now=NOW
            )
            rows = [
                {"dedupe_key": f"{state}:{person}:{number}", "kind": "morning", "state": state,
                 "subscriber_id": person, "expires_at": NOW, "smtp_code": 250, "created_at": NOW,
                 "updated_at": NOW, "ready_at": NOW if state == "pending" else None}
                for number in range(count)
            ]  # fmt: skip
            found = connection.execute(insert(deliveries).returning(deliveries.c.id), rows)
            return sorted(found.scalars())

    return enter


@pytest.fixture
def record(engine):
    def note(delivery_id, status="5.1.1", now=NOW):
        with engine.begin() as connection:
            return record_bounce(
                connection, delivery_id, hard=status.startswith("5"), status=status,
                reply="550 nobody", salt=SALT, now=now,
            )  # fmt: skip

    return note


@pytest.fixture
def held(engine):
    """Return those addresses that must not get mail, with the reason."""

    def look():
        with engine.begin() as connection:
            return suppressed(connection, [AN, BINH], SALT)

    return look


def states(engine):
    with engine.begin() as connection:
        query = select(deliveries.c.state, deliveries.c.smtp_reply).order_by(deliveries.c.id)
        return [tuple(row) for row in connection.execute(query)]


def count(engine):
    with engine.begin() as connection:
        return connection.execute(select(func.count()).select_from(bounces)).scalar_one()


def test_a_hard_bounce_ends_the_mails_to_one_address(engine, mails, record, held):
    [first], [_] = mails(AN), mails(BINH)

    assert record(first)

    assert states(engine) == [("bounced", "5.1.1 550 nobody"), ("sent", "")]
    assert held() == {AN: "bounced"}


def test_a_report_that_is_read_twice_counts_once(engine, mails, record):
    [first] = mails(AN)

    assert [record(first), record(first, now=NOW + timedelta(days=2))] == [True, False]
    assert count(engine) == 1


@pytest.mark.parametrize(("state", "after"), [("doubt", "bounced"), ("cancelled", "cancelled")])
def test_only_a_mail_that_was_handed_over_becomes_bounced(engine, mails, record, state, after):
    [first] = mails(AN, state=state)

    record(first)

    assert states(engine)[0][0] == after


def test_mails_that_wait_are_left_to_the_check_at_their_claim(engine, mails, record):
    [first], [_] = mails(AN), mails(AN, state="pending")

    record(first)

    assert [state for state, _ in states(engine)] == ["bounced", "pending"]


def test_the_third_soft_bounce_within_14_days_suppresses(engine, mails, record, held):
    first, second, third = mails(AN, 3)

    record(first, "4.2.2")
    record(second, "4.4.1", NOW + timedelta(days=7))
    assert held() == {}
    record(third, "4.2.2", NOW + timedelta(days=13, hours=23))

    assert held() == {AN: "bounced"}
    assert [state for state, _ in states(engine)] == ["sent", "sent", "sent"]


def test_soft_bounces_over_more_than_14_days_do_not_suppress(mails, record, held):
    for days, number in zip((0, 7, 14), mails(AN, 3), strict=True):
        record(number, "4.2.2", NOW + timedelta(days=days))

    assert held() == {}


def test_several_reports_on_one_mail_are_one_soft_bounce(mails, record, held):
    [first] = mails(AN)

    for status in ("4.2.2", "4.4.1", "4.7.1"):
        assert record(first, status)

    assert held() == {}


def test_soft_bounces_of_two_people_are_counted_apart(mails, record, held):
    for number in mails(AN, 2) + mails(BINH, 2):
        record(number, "4.2.2")

    assert held() == {}


def test_an_export_holds_the_bounces_of_a_person_and_of_nobody_else(engine, mails, record):
    first, second = mails(AN, 2)
    [other] = mails(BINH)
    record(other, "5.1.1")
    record(second, "4.2.2")
    record(first, "5.1.1", NOW + timedelta(days=1))

    with engine.begin() as connection:
        person = people.find_by_address(connection, AN)
        data = people.export_person(connection, person.id)

    assert [(row["hard"], row["status"], row["at"]) for row in data["bounces"]] == [
        (False, "4.2.2", "2026-07-13T00:00:00+00:00"),
        (True, "5.1.1", "2026-07-14T00:00:00+00:00"),
    ]
    assert [row["delivery_id"] for row in data["bounces"]] == [second, first]


def test_a_bounce_for_somebody_erased_is_nothing(engine, mails, record, held):
    [first] = mails(AN)
    record(first, "4.2.2")
    with engine.begin() as connection:
        person = people.find_by_address(connection, AN)
        people.erase(connection, person.id, SALT, NOW)

    assert not record(first)
    assert (count(engine), held()) == (0, {AN: "erased"})
