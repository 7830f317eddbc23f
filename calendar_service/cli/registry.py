"""registry validate and stats: is events.yaml right, and what does it hold?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click

from calendar_service.cli.output import write
from calendar_service.config import load_settings
from calendar_service.core.statistics import ENOUGH, statistics_of
from calendar_service.errors import RegistryError
from calendar_service.registry.loader import load_registry

_VIET_NAM = timezone(timedelta(hours=7))


@click.group("registry")
def registry() -> None:
    """Check the registry, or count what it holds."""


@registry.command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def validate(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Check events.yaml, or FILES together; print every fault with line and remedy.

    Facts are held against each other as well, and days of change against today. The exit
    status is 1 when there are faults.

    \b
    Example:
        calendar-service registry validate events.yaml mine.yaml
    """
    paths = files or load_settings().events_files
    try:
        loaded = load_registry(paths, thorough=True, today=datetime.now(_VIET_NAM).date())
    except RegistryError as error:
        write(f"{error}\n".encode(), None)
        count = len(error.faults)
        click.echo("1 fault" if count == 1 else f"{count} faults", err=True)
        ctx.exit(1)
    found = f"{len(loaded.events)} events, {len(loaded.campaigns)} campaigns"
    write(f"{found}, no faults\n".encode(), None)


@registry.command("stats")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def stats(files: tuple[Path, ...]) -> None:
    """Count the events by month, kind, prominence, region and source, and name the gaps."""
    found = statistics_of(load_registry(files or load_settings().events_files))
    lines = [
        f"events {found.events}",
        f"lunar {found.lunar}",
        f"campaigns {found.campaigns}",
        *_table("month", found.months),
        *_table("kind", found.kinds),
        *_table("prominence", found.prominences),
        *_table("region", found.regions),
        *_table("source", found.sources),
        "",
        "gaps",
        _gap("days", [f"{day}/{month}" for month, day in found.empty_days]),
        _gap(f"provinces < {ENOUGH}", found.thin_regions),
    ]
    write("".join(f"{line}\n" for line in lines).encode(), None)


def _gap(title: str, names: Sequence[str]) -> str:
    return f"  {title:24} {len(names):5}" + (f"  {' '.join(names)}" if names else "")


def _table(title: str, counts: Mapping[str, int]) -> list[str]:
    return ["", title, *(f"  {name:24} {number:5}" for name, number in counts.items())]
