"""reminders: the mails to come, those that went out, and how to stop what waits."""

from datetime import date, timedelta

import click
from sqlalchemy import Connection

from calendar_service.cli.output import write
from calendar_service.core.dates import parse_day
from calendar_service.core.delivery import Subscriber
from calendar_service.core.reminders import Choice, mornings
from calendar_service.errors import UnknownSubscriberError
from calendar_service.mail.compose import MANAGE, UNSUBSCRIBE
from calendar_service.services import Services
from calendar_service.store.deliveries import cancel_by_hand, entries
from calendar_service.store.plans import count_by_choice
from calendar_service.store.subscribers import address, find_by_address
from calendar_service.store.upgrade import require_current
from calendar_service.writing import morning_letter

PREVIEW_DAYS = 30


@click.group("reminders")
def reminders() -> None:
    """Look at the mails to come and at those that went out, or cancel what waits."""


@reminders.command("preview")
@click.option("--from", "first", metavar="DATE", help="First morning; default: today.")
@click.option("--to", "last", metavar="DATE", help="Last morning; default: 30 days on.")
@click.option(
    "--for",
    "email",
    metavar="ADDRESS",
    help="The whole mails of one subscriber; TOKEN stands in their links.",
)
def preview(first: str | None, last: str | None, email: str | None) -> None:
    """Print which mails fall on which morning, to how many, and what they are about.

    \b
    Example:
        calendar-service reminders preview --from 2026-12-01 --to 2026-12-31
    """
    services = _services()
    begin = parse_day(first) if first else services.today
    end = parse_day(last) if last else begin + timedelta(days=PREVIEW_DAYS - 1)
    with services.engine.begin() as connection:
        if email:
            counts = {_subscriber(connection, email).choice_key: 1}
        else:
            counts = count_by_choice(connection)
    lines = [
        line
        for choice_key, count in counts.items()
        for line in _previews(services, choice_key, count, begin, end, whole=bool(email))
    ]
    write("".join(f"{line}\n" for line in sorted(lines)).encode(), None)


@reminders.command("log")
@click.option("--for", "email", metavar="ADDRESS", help="Only those to one subscriber.")
@click.option("--state", help="Only those in this state, such as failed or doubt.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
def print_log(email: str | None, state: str | None, limit: int) -> None:
    """Print what became of each mail, the newest first.

    \b
    Example:
        calendar-service reminders log --state failed
    """
    services = _services()
    with services.engine.begin() as connection:
        person = _subscriber(connection, email).id if email else None
        rows = entries(connection, subscriber_id=person, state=state, limit=limit)
    write("".join("\t".join(map(str, row)) + "\n" for row in rows).encode(), None)


@reminders.command("cancel")
@click.option("--for", "email", metavar="ADDRESS", help="Only those to one subscriber.")
@click.option("--all", "everybody", is_flag=True, help="Those of everybody.")
def cancel(email: str | None, everybody: bool) -> None:
    """Cancel the mails that are entered and wait; they stay cancelled.

    \b
    Example:
        calendar-service reminders cancel --for an@example.vn
    """
    if bool(email) == everybody:
        raise click.UsageError("give either --for ADDRESS or --all")
    services = _services()
    with services.engine.begin() as connection:
        person = _subscriber(connection, email).id if email else None
        count = cancel_by_hand(connection, services.clock(), subscriber_id=person)
    click.echo(f"{count} mails cancelled", err=True)


def _services() -> Services:
    services = Services.from_environment()
    require_current(services.engine)
    return services


def _subscriber(connection: Connection, email: str) -> Subscriber:
    found = find_by_address(connection, address(email)[1])
    if found is None:
        raise UnknownSubscriberError(email)
    return found


def _previews(
    services: Services, choice_key: str, count: int, first: date, last: date, *, whole: bool
) -> list[str]:
    """Return a line for each mail of a choice: the morning, to how many, its subject."""
    choice, registry = Choice.from_key(choice_key), services.registry
    found = []
    for morning in mornings(registry, choice, first, last):
        letter = morning_letter(services, registry, choice_key, morning.on, morning.on)
        if letter:
            text = f"\n\n{_readable(letter.text)}\n" if whole else ""
            found.append(f"{morning.on}\t{count}\t{letter.subject}{text}")
    return found


def _readable(text: str) -> str:
    """Return the text of a mail with a word where each person has a token of their own."""
    return text.replace(MANAGE, "TOKEN").replace(UNSUBSCRIBE, "TOKEN")
