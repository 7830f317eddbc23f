"""feeds, feed: what calendars can subscribe to."""

import click

from calendar_service.cli.options import write
from calendar_service.core.feeds import feed_named, feed_window, feeds_on_offer
from calendar_service.core.occurrences import select
from calendar_service.formats.ics import render_feed
from calendar_service.services import Services


@click.command("feeds")
def print_feeds() -> None:
    """Print the name, title and address of every feed."""
    base_url = Services.from_environment().settings.base_url
    lines = [f"{f.name}\t{f.title}\t{base_url}/feeds/{f.name}.ics\n" for f in feeds_on_offer()]
    write("".join(lines).encode(), None)


@click.command("feed")
@click.argument("name", metavar="NAME")
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
def print_feed(name: str, output: str | None) -> None:
    """Print one feed as iCalendar, from last year to two years ahead.

    \b
    Example:
        calendar-service feed core -o core.ics
    """
    feed = feed_named(name)
    services = Services.from_environment()
    days = feed_window(services.today)
    occurrences = select(services.registry.events, *days, feed.selection)
    write(render_feed(feed.title, occurrences, services.settings.base_url), output)
