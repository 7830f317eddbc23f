"""feeds, feed: what calendars can subscribe to."""

import click

from calendar_service.cli.completion import complete_feed
from calendar_service.cli.output import write
from calendar_service.core.feeds import MOST_LEAD_DAYS, Variant, feed_named, feeds_on_offer
from calendar_service.services import Services

_DAYS = click.IntRange(0, MOST_LEAD_DAYS)


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
@click.option("--tasks", is_flag=True, help="Steps of campaigns as VTODO, not VEVENT.")
@click.option("--alarm", type=_DAYS, help="Ring so many days ahead, at 08:00.")
@click.option("--prepare", type=_DAYS, help="An entry of its own so many days ahead.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
def print_feed(
    name: str, output: str | None, tasks: bool, alarm: int | None, prepare: int | None, lang: str
) -> None:
    """Print one feed as iCalendar, from last year to two years ahead, less where it is long.

    NAME is one that `feeds` prints, event-ID for one event, campaign-ID for the steps of
    one campaign, or a year.

    \b
    Examples:
        calendar-service feed core -o core.ics
        calendar-service feed campaign-quang-ninh-60
    """
    # Here, since names of feeds can be completed without icalendar.
    from calendar_service.feeding import FeedMaker

    services = Services.from_environment()
    feed = feed_named(name, services.registry, services.today)
    variant = Variant(alarm=alarm, prepare=prepare, lang=lang, as_tasks=tasks)
    # Without its history: a command must not need a database, nor make one.
    maker = FeedMaker(services, remembers=False)
    write(maker.make(feed, services.registry, services.today, variant).data, output)
