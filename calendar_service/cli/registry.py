"""registry validate and stats: is events.yaml right, and what does it hold?"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from calendar_service.cli.options import write
from calendar_service.config import load_settings
from calendar_service.core.days import LunarDay
from calendar_service.core.model import Event
from calendar_service.core.occurrences import occurrences_of
from calendar_service.errors import RegistryError
from calendar_service.registry.loader import load_registry

_SAMPLE_YEAR = 2025  # counts by month need some year; lunar days move by weeks at most


@click.group("registry")
def registry() -> None:
    """Check the registry, or count what it holds."""


@registry.command("validate")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.pass_context
def validate(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Check events.yaml, or FILES together; print every fault with line and remedy.

    The exit status is 1 when there are faults.

    \b
    Example:
        calendar-service registry validate events.yaml mine.yaml
    """
    paths = files or load_settings().events_files
    try:
        loaded = load_registry(paths)
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
    """Count the events by month, kind, prominence, region and kind of source."""
    events = load_registry(files or load_settings().events_files).events
    lines = [
        f"events {len(events)}",
        *_count("month", events, _month),
        *_count("kind", events, lambda event: str(event.kind)),
        *_count("prominence", events, lambda event: str(event.prominence)),
        *_count("region", events, lambda event: event.region or "(national)"),
        *_count("source", events, _best_source),
    ]
    write("".join(f"{line}\n" for line in lines).encode(), None)


def _count(title: str, events: tuple[Event, ...], key: Callable[[Event], str]) -> list[str]:
    counts = Counter(map(key, events))
    return ["", title, *(f"  {name:24} {number:5}" for name, number in sorted(counts.items()))]


def _month(event: Event) -> str:
    if not isinstance(event.day, LunarDay):
        return f"{event.day.month:02d}"
    found = occurrences_of(event, _SAMPLE_YEAR, _SAMPLE_YEAR)
    return f"{found[0].on.month:02d}" if found else "(none)"


def _best_source(event: Event) -> str:
    if any(source.number for source in event.sources):
        return "document"
    return "page" if any(source.url for source in event.sources) else "date only"
