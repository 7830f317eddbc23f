"""A mail that a real Postfix could not deliver is the last one to its address."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from calendar_service.core.reminders import Choice
from calendar_service.store.schema import bounces, deliveries, subscribers
from calendar_service.worker import tick

HERE, GONE = "binh@lich.example", "an@lich.example"  # the second one has no mailbox
CHOICE = Choice(lead_days=(14, 13), digests=())  # of 27/7: the mornings of 13/7 and of 14/7
FIRST, SECOND = datetime(2023, 7, 13, tzinfo=UTC), datetime(2023, 7, 14, tzinfo=UTC)


def outcomes(services):
    """Return what became of each mail, by address."""
    query = (
        select(subscribers.c.email, deliveries.c.state)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .order_by(deliveries.c.ready_at, deliveries.c.id)
    )
    with services.engine.begin() as connection:
        found = connection.execute(query).all()
    return {email: [row.state for row in found if row.email == email] for email in (HERE, GONE)}


@pytest.fixture(params=["BOUNCES_MAILDIR", "IMAP_URL"])
def reading(request, services, mailboxes):
    """Let the worker read the mailbox of bounces by a setting."""
    if request.param == "BOUNCES_MAILDIR":
        found = {"bounces_maildir": mailboxes.folder / "bounce"}
    else:
        port = request.getfixturevalue("dovecot")
        found = {"imap_url": f"imap://bounce:s3cret@127.0.0.1:{port}/INBOX"}
    services.settings = replace(services.settings, **found)


def test_what_postfix_sends_back_suppresses_the_address_at_the_next_tick(
    services, reading, watch, mailboxes, folder, sign_up
):
    sign_up(GONE, CHOICE)
    sign_up(HERE, CHOICE)
    watch.now = FIRST
    tick(services)
    assert outcomes(services) == {HERE: ["sent", "pending"], GONE: ["sent", "pending"]}
    mailboxes.wait("bounce", 1)

    watch.now = SECOND
    tick(services)
    mailboxes.wait("binh", 2)

    assert outcomes(services) == {HERE: ["sent", "sent"], GONE: ["bounced", "suppressed"]}
    with services.engine.begin() as connection:
        noted = connection.execute(select(bounces.c.hard, bounces.c.status)).all()
    assert noted == [(True, "5.1.1")]
    log = (folder / "postfix" / "log").read_text(encoding="utf-8")
    assert log.count(f"to=<{HERE}>") == 2
    assert log.count(f"to=<{GONE}>") == 1
    assert mailboxes.new("bounce") == []  # seen
