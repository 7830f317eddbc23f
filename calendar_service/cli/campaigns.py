"""campaigns, campaign: which campaigns run, and the steps of one."""

from typing import Any

import click

from calendar_service.cli.completion import complete_campaign
from calendar_service.cli.options import (
    letter_options,
    letterhead,
    selection_options,
    write_binary,
)
from calendar_service.cli.output import chosen_values, write
from calendar_service.core.campaign_wording import edition_text, edition_title, span_text
from calendar_service.core.campaigns import Edition
from calendar_service.core.dates import Month, parse_year
from calendar_service.core.editions import edition_asked_for, editions_in
from calendar_service.core.letterhead import Letterhead
from calendar_service.formats.data import edition_data, edition_summary, to_json
from calendar_service.services import Services


@click.command("campaigns")
@click.argument("text", metavar="[YYYY-MM]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
@selection_options
def print_campaigns(text: str | None, form: str, output: str | None, **chosen: Any) -> None:
    """Print the campaigns that run in a month, this one by default: days, id and title.

    \b
    Example:
        calendar-service campaigns 2023-07 --region quang-ninh
    """
    services = Services.from_environment()
    month = Month.parse(text) if text else Month.of(services.today)
    selection = services.selection(chosen_values(chosen))
    editions = editions_in(services.registry, month, selection)
    if form == "json":
        data = to_json([edition_summary(edition) for edition in editions])
    else:
        data = "".join(
            f"{span_text(e.start, e.end)}\t{e.campaign.id}\t{edition_title(e)}\n" for e in editions
        )
    write(data.encode(), output)


@click.command("campaign")
@click.argument("campaign_id", metavar="ID", shell_complete=complete_campaign)
@click.option("--year", metavar="YYYY", help="Default: the year that runs, or the next one.")
@click.option("--sheet", type=click.Choice(["plan", "slogans"]), help="Which .docx; default: plan.")
@click.option("-o", "output", type=click.Path(dir_okay=False), help="Write to this file.")
@letter_options("text", "json", "ics")
def print_campaign(
    campaign_id: str,
    year: str | None,
    sheet: str | None,
    form: str,
    output: str | None,
    **given: Any,
) -> None:
    """Print one campaign: its documents, its steps with their days, its slogans.

    ID is a campaign's, or an event's for the campaign that follows from it. With --format
    docx it is the skeleton of a plan, or the sheet of its slogans.

    \b
    Examples:
        calendar-service campaign quang-ninh-60
        calendar-service campaign quang-ninh-60 --format docx --sheet slogans -o khau-hieu.docx
    """
    head = letterhead(given, form)
    if sheet and form != "docx":
        raise click.UsageError("--sheet is for --format docx alone")
    services = Services.from_environment()
    wanted = parse_year(year) if year else None
    edition = edition_asked_for(services.registry, campaign_id, wanted, services.today)
    if form == "docx":
        write_binary(_document(edition, head, sheet), output, form)
        return
    if form == "json":
        data = to_json(edition_data(edition)).encode()
    elif form == "text":
        data = (edition_text(edition) + "\n").encode()
    else:
        # Here, since icalendar takes seven times as long to import as Python to start.
        from calendar_service.formats.ics import render_steps

        steps = [(edition, step) for step in edition.steps]
        data = render_steps(edition_title(edition), steps, services.settings.base_url)
    write(data, output)


def _document(edition: Edition, head: Letterhead, sheet: str | None) -> bytes:
    # Here, since python-docx takes long to import, and the other forms do without it.
    from calendar_service.formats.docx import render_plan, render_slogans

    return render_slogans(edition, head) if sheet == "slogans" else render_plan(edition, head)
