"""month, year, upcoming, event: lists of occurrences on stdout."""

from datetime import date, timedelta
from typing import Any

import click

from calendar_service.cli.options import (
    chosen_values,
    output_options,
    selection_options,
    suffix,
    write,
)
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month, parse_year
from calendar_service.core.model import Event, Occurrence
from calendar_service.core.occurrences import list_month, list_year, occurrences_of, select
from calendar_service.core.wording import line_in, rule_text, source_text
from calendar_service.formats.data import event_data, to_json
from calendar_service.formats.forms import Style, render_month, render_range, render_year
from calendar_service.services import Services

UPCOMING_DAYS = 30


@click.command("month")
@click.argument("text", metavar="YYYY-MM")
@selection_options
@output_options
def print_month(text: str, form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print the list of a month as letters carry it, one anniversary a line.

    \b
    Examples:
        calendar-service month 2023-07
        calendar-service month 2023-10 --region quang-ninh --format json
    """
    month = Month.parse(text)
    services = Services.from_environment()
    month_list = list_month(
        services.registry.events, month, services.selection(chosen_values(chosen))
    )
    style = Style(lang=lang, base_url=services.settings.base_url)
    write(render_month(suffix(form), month_list, style), output)


@click.command("year")
@click.argument("text", metavar="YYYY")
@selection_options
@output_options
def print_year(text: str, form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print the lists of a year's twelve months.

    \b
    Example:
        calendar-service year 2023 --kind great-day
    """
    year = parse_year(text)
    services = Services.from_environment()
    months = list_year(services.registry.events, year, services.selection(chosen_values(chosen)))
    style = Style(lang=lang, base_url=services.settings.base_url)
    write(render_year(suffix(form), year, months, style), output)


@click.command("upcoming")
@selection_options
@output_options
def print_upcoming(form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print what the next 30 days bring, today included.

    \b
    Example:
        calendar-service upcoming --all --order date
    """
    services = Services.from_environment()
    first = services.today
    last = first + timedelta(days=UPCOMING_DAYS - 1)
    items = select(services.registry.events, first, last, services.selection(chosen_values(chosen)))
    style = Style(lang=lang, base_url=services.settings.base_url)
    write(render_range(suffix(form), first, last, items, style), output)


@click.command("event")
@click.argument("event_id", metavar="ID")
@click.option("--from", "first", metavar="YYYY", help="First year; default: this year.")
@click.option("--to", "last", metavar="YYYY", help="Last year; default: ten years on.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "ics"]), default="text")
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
def print_event(
    event_id: str, first: str | None, last: str | None, lang: str, form: str, output: str | None
) -> None:
    """Print one event: its sources, and its occurrences from year to year.

    \b
    Example:
        calendar-service event thuong-binh-liet-si --from 2020 --to 2030
    """
    services = Services.from_environment()
    event = services.event(event_id)
    begin = parse_year(first) if first else services.today.year
    end = parse_year(last) if last else max(begin, min(begin + 10, LAST_YEAR))
    if end < begin:
        raise click.BadParameter(f"--to {end} lies before --from {begin}", param_hint="--to")
    occurrences = occurrences_of(event, max(begin, FIRST_YEAR), end)
    if form == "json":
        data = to_json(event_data(event, occurrences)).encode()
    elif form == "text":
        data = _event_text(event, occurrences, lang).encode()
    else:
        days = date(begin, 1, 1), date(end, 12, 31)
        data = render_range(form, *days, occurrences, Style(base_url=services.settings.base_url))
    write(data, output)


def _event_text(event: Event, occurrences: list[Occurrence], lang: str) -> str:
    notes = (event.note, event.counted_from)
    lines = [f"{event.name} ({rule_text(event)})", *(note for note in notes if note)]
    lines += [f"Nguồn: {source_text(source)}" for source in event.sources]
    lines += ["", *(line_in(occurrence, lang) for occurrence in occurrences)]
    return "\n".join(lines) + "\n"
