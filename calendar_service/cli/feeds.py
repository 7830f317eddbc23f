"""feeds, feed: what calendars can subscribe to."""

import click

from calendar_service.cli.completion import complete_feed
from calendar_service.cli.output import write
from calendar_service.core.feeds import feed_named, feed_window, feeds_on_offer, steps_of_feed
from calendar_service.core.occurrences import select
from calendar_service.services import Services


@click.command("feeds")
def print_feeds() -> None:
    """Print the name, title and address of every feed."""
    base_url = Services.from_environment().settings.base_url
    lines = [f"{f.name}\t{f.title}\t{base_url}/feeds/{f.name}.ics\n" for f in feeds_on_offer()]
    write("".join(lines).encode(), None)


@click.command("feed")
@click.argument("name", metavar="NAME", shell_complete=complete_feed)
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
@click.option("--tasks", is_flag=True, help="Steps of campaigns as VTODO, not VEVENT.")
def print_feed(name: str, output: str | None, tasks: bool) -> None:
    """Print one feed as iCalendar, from last year to two years ahead.

    NAME is one that `feeds` prints, or campaign-ID for the steps of one campaign.

    \b
    Examples:
        calendar-service feed core -o core.ics
        calendar-service feed campaign-quang-ninh-60
    """
    # Here, since names of feeds can be completed without icalendar.
    from calendar_service.formats.ics import render_feed, render_steps

    services = Services.from_environment()
    registry, base_url = services.registry, services.settings.base_url
    feed = feed_named(name, registry)
    if feed.of_campaigns:
        steps = steps_of_feed(feed, registry, services.today)
        data = render_steps(feed.title, steps, base_url, as_tasks=tasks)
    else:
        occurrences = select(registry.events, *feed_window(services.today), feed.selection)
        data = render_feed(feed.title, occurrences, base_url)
    write(data, output)
