"""lunar: one day between the Gregorian and the Vietnamese lunar calendar."""

import click

from calendar_service.cli.output import write
from calendar_service.core.date_wording import long_date_text, lunar_day_text
from calendar_service.core.dates import parse_day
from calendar_service.core.days import parse_lunar_date
from calendar_service.core.lunar import to_lunar, to_solar

_LEAP = "The month is the leap one of its year."


@click.command("lunar")
@click.argument("text", metavar="YYYY-MM-DD | d/m/LUNAR-YEAR")
@click.option("--leap", is_flag=True, help=_LEAP)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def convert_lunar(text: str, leap: bool, form: str) -> None:
    """Print the lunar date of a day, or the day of a lunar date.

    Gregorian days are written YYYY-MM-DD, lunar ones day first.

    \b
    Examples:
        calendar-service lunar 2025-01-29
        calendar-service lunar 1/1/2025
        calendar-service lunar 10/6/2025 --leap
    """
    if "-" in text:
        if leap:
            raise click.UsageError("--leap belongs to a lunar date, such as 10/6/2025 --leap")
        on = parse_day(text)
        lunar = to_lunar(on)
        answer = lunar_day_text(lunar)
    else:
        lunar = parse_lunar_date(text, leap=leap)
        on = to_solar(lunar)
        answer = f"{on.isoformat()} ({long_date_text(on)}) = {lunar_day_text(lunar)}"
    if form == "json":
        # Here, since the text needs nothing of the JSON's other shapes.
        from calendar_service.formats.data import day_data, to_json

        answer = to_json(day_data(on, lunar)).rstrip()
    write(f"{answer}\n".encode(), None)
