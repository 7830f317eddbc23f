"""export: the public site as files."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from calendar_service.config import load_settings, public_url
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, parse_year
from calendar_service.core.feeds import YEARS_AHEAD, YEARS_BACK
from calendar_service.export.files import File
from calendar_service.export.site import export_site
from calendar_service.services import Services


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--base-url", metavar="URL", help="Where the files will be; BASE_URL by default.")
@click.option("--live-url", metavar="URL", help="A running service, for forms and sign-up.")
@click.option("--years", "span", metavar="Y-Y", help="Last year to two ahead by default.")
def export(folder: Path, base_url: str | None, live_url: str | None, span: str | None) -> None:
    """Write pages, feeds and data to DIR, for any web server or CDN.

    A file that stays the same keeps its time; one that an earlier export wrote and that is
    no more goes away. Run it each day, since pages say what comes next. Without --live-url
    forms and sign-up are left out.

    \b
    Example:
        calendar-service export public --base-url https://lich.example.vn --years 2020-2030
    """
    settings = load_settings()
    if base_url:
        settings = replace(settings, base_url=public_url("--base-url", base_url))
    services = Services(settings)
    done = export_site(
        services,
        folder,
        _years(span, services.today),
        live_url=public_url("--live-url", live_url) if live_url else None,
        progress=_bar,
    )
    counts = f"{done.written} written, {done.unchanged} unchanged, {done.removed} removed"
    click.echo(f"{folder}: {counts}", err=True)


def _years(span: str | None, today: date) -> range:
    if not span:
        first, last = today.year - YEARS_BACK, today.year + YEARS_AHEAD
        return range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1)
    start, _, end = span.partition("-")
    years = range(parse_year(start), parse_year(end or start) + 1)
    if not years:
        raise click.BadParameter(f"{span!r} ends before it begins; give 2020-2030", None, None)
    return years


def _bar(files: list[File]) -> AbstractContextManager[Iterable[File]]:
    """Show how far it is, to people alone."""
    return click.progressbar(files, file=sys.stderr, hidden=not sys.stderr.isatty())
