"""month, year, upcoming, event: lists of occurrences on stdout."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from calendar_service.cli.completion import complete_event
from calendar_service.cli.months import month_asked_for
from calendar_service.cli.options import (
    FORMATS,
    file_options,
    letter_options,
    letterhead,
    output_options,
    selection_options,
    write_binary,
)
from calendar_service.cli.output import chosen_values, say_if_empty, suffix, write
from calendar_service.core.dates import LAST_YEAR, Month, parse_year
from calendar_service.core.leave import leave_of
from calendar_service.core.letterhead import Letterhead
from calendar_service.core.model import MonthList, Registry
from calendar_service.core.occurrences import list_upcoming, list_year, occurrences_of
from calendar_service.core.selection import Selection
from calendar_service.core.wording import event_text
from calendar_service.formats.forms import Style, render_month, render_range, render_year
from calendar_service.services import Services

if TYPE_CHECKING:
    from calendar_service.core.campaigns import Edition


@click.command("month")
@click.argument("text", metavar="YYYY-MM")
@selection_options
@file_options
@letter_options(*FORMATS)
def print_month(text: str, form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print the list of a month as letters carry it, one anniversary a line.

    With --format docx it is the month's guidance letter, with its campaigns, for you to
    finish: a sample by the forms seen in Party or State letters, no more.

    \b
    Examples:
        calendar-service month 2023-07
        calendar-service month 2023-10 --region quang-ninh --format json
        calendar-service month 2023-07 --region quang-ninh --format docx -o thang-7.docx
    """
    head = letterhead(chosen, form)
    services, month_list, selection = month_asked_for(text, chosen_values(chosen))
    say_if_empty(month_list.items + month_list.upcoming)
    if form == "docx":
        write_binary(_letter(services.registry, month_list, selection, head), output, form)
        return
    style = Style(lang=lang, base_url=services.settings.base_url)
    running = _editions(services.registry, [month_list], selection, form)
    write(render_month(suffix(form), month_list, style, running[month_list.month]), output)


def _editions(
    registry: Registry, months: list[MonthList], selection: Selection, form: str
) -> "dict[Month, list[Edition]]":
    """Return the editions that run in each month, none for a form that does not hold them."""
    if form != "json":
        return {month.month: [] for month in months}
    # Here, since the other forms start sooner without campaigns.
    from calendar_service.core.editions import editions_in

    return {month.month: editions_in(registry, month.month, selection) for month in months}


def _letter(
    registry: Registry, month_list: MonthList, selection: Selection, head: Letterhead
) -> bytes:
    # Here, since python-docx takes long to import, and the other forms do without it.
    from calendar_service.core.editions import editions_in
    from calendar_service.formats.docx import render_letter

    editions = editions_in(registry, month_list.month, selection)
    return render_letter(month_list, editions, head, selection.region)


@click.command("year")
@click.argument("text", metavar="YYYY")
@selection_options
@output_options
def print_year(text: str, form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print the lists of a year's twelve months, and its public holidays.

    They come last in text, JSON and Markdown, whatever is chosen.

    \b
    Example:
        calendar-service year 2023 --kind great-day
    """
    year = parse_year(text)
    services = Services.from_environment()
    registry, selection = services.registry, services.selection(chosen_values(chosen))
    months = list_year(registry.events, year, selection)
    say_if_empty([item for month in months for item in month.items])
    style = Style(lang=lang, base_url=services.settings.base_url)
    running = _editions(registry, months, selection, form)
    leave = leave_of(registry.events, year)
    write(render_year(suffix(form), year, months, style, running, leave), output)


@click.command("upcoming")
@selection_options
@output_options
def print_upcoming(form: str, lang: str, output: str | None, **chosen: Any) -> None:
    """Print what the next 30 days bring, today included.

    \b
    Example:
        calendar-service upcoming --all
    """
    services = Services.from_environment()
    first, last, items = list_upcoming(
        services.registry.events, services.today, services.selection(chosen_values(chosen))
    )
    say_if_empty(items)
    style = Style(lang=lang, base_url=services.settings.base_url)
    write(render_range(suffix(form), first, last, items, style), output)


@click.command("event")
@click.argument("event_id", metavar="ID", shell_complete=complete_event)
@click.option("--from", "first", metavar="YYYY", help="First year; default: this year.")
@click.option("--to", "last", metavar="YYYY", help="Last year; default: ten years on.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "ics"]), default="text")
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
def print_event(
    event_id: str, first: str | None, last: str | None, lang: str, form: str, output: str | None
) -> None:
    """Print one event: its sources, and its occurrences from year to year.

    In the place of its ID its whole name does as well, marks or not; a part of the name
    tells the ID.

    \b
    Examples:
        calendar-service event thuong-binh-liet-si --from 2020 --to 2030
        calendar-service event "Ngày Thương binh - Liệt sỹ"
    """
    services = Services.from_environment()
    event = services.registry.event_called(event_id)
    begin = parse_year(first) if first else services.today.year
    end = parse_year(last) if last else max(begin, min(begin + 10, LAST_YEAR))
    if end < begin:
        message = f"{end} lies before {begin}; give --from as well, or a later year"
        raise click.BadParameter(message, param_hint="--to")
    occurrences = occurrences_of(event, begin, end)
    if form == "json":
        from calendar_service.formats.data import event_data, to_json

        data = to_json(event_data(event, occurrences)).encode()
    elif form == "text":
        data = (event_text(event, occurrences, lang) + "\n").encode()
    else:
        days = date(begin, 1, 1), date(end, 12, 31)
        data = render_range(form, *days, occurrences, Style(base_url=services.settings.base_url))
    write(data, output)
