"""feeds, feed: what calendars can subscribe to."""

import click

from calendar_service.cli.completion import complete_feed
from calendar_service.cli.output import write
from calendar_service.core.feeds import (
    MOST_LEAD_DAYS,
    TASKS,
    Variant,
    feed_named,
    feeds_on_offer,
    lead_days_in,
)
from calendar_service.services import Services


def _days(text: str) -> int:
    """Return whole days as feeds' addresses write them; what those pass over is refused here."""
    days = lead_days_in(text)
    if days is None:
        message = f"{text!r} is not usable; give 0 to {MOST_LEAD_DAYS} days, such as 7 or 7d"
        raise click.BadParameter(message)
    return days


@click.command("feeds")
def print_feeds() -> None:
    """Print the name, title and address of every feed."""
    services = Services.from_environment()
    base_url = services.settings.base_url
    offered = feeds_on_offer(services.today)
    lines = [f"{feed.name}\t{feed.title}\t{base_url}/feeds/{feed.name}.ics\n" for feed in offered]
    write("".join(lines).encode(), None)


@click.command("feed")
@click.argument("name", metavar="NAME", shell_complete=complete_feed)
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
@click.option(
    "--alarm", metavar="DAYS", type=_days, help="Ring so many days ahead, at 08:00: 7 or 7d."
)
@click.option(
    "--prepare",
    metavar="DAYS",
    type=_days,
    help="An entry of its own so many days ahead, likewise.",
)
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option(
    "--component",
    type=click.Choice(["vevent", TASKS]),
    default="vevent",
    show_default=True,
    help="What the steps of campaigns are: events, or tasks.",
)
@click.option("--tasks", is_flag=True, help="The same as --component vtodo.")
def print_feed(
    name: str,
    output: str | None,
    alarm: int | None,
    prepare: int | None,
    lang: str,
    component: str,
    tasks: bool,
) -> None:
    """Print one feed as iCalendar, from last year to two years ahead, less where it is long.

    NAME is one that `feeds` prints, event-ID for one event, campaign-ID for the steps of
    one campaign, or a year. The options are those that the feed's address takes:
    /feeds/core.ics?alarm=7d&prepare=14&lang=en&component=vtodo.

    \b
    Examples:
        calendar-service feed core -o core.ics
        calendar-service feed core --alarm 7d --lang en
        calendar-service feed campaign-quang-ninh-60
    """
    # Here, since names of feeds can be completed without icalendar.
    from calendar_service.feeding import FeedMaker

    services = Services.from_environment()
    feed = feed_named(name, services.registry, services.today)
    as_tasks = tasks or component == TASKS
    variant = Variant(alarm=alarm, prepare=prepare or None, lang=lang, as_tasks=as_tasks)
    # Without its history: a command must not need a database, nor make one.
    maker = FeedMaker(services, remembers=False)
    write(maker.make(feed, services.registry, services.today, variant).data, output)
