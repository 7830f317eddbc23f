"""What the shell offers when somebody presses Tab: ids, regions and feeds, each with its name."""

from collections.abc import Iterable
from datetime import UTC, datetime

import click
from click.shell_completion import CompletionItem

from calendar_service.core.model import Registry
from calendar_service.core.regions import NAMES, NATIONAL
from calendar_service.errors import CalendarServiceError
from calendar_service.services import Services


def complete_event(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of events that begin so."""
    return _beginning(incomplete, _events(_registry()))


def complete_campaign(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of campaigns that begin so; those of events stand for theirs."""
    registry = _registry()
    return _beginning(incomplete, [*_campaigns(registry), *_events(registry)])


def complete_region(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the ids of provinces and cities that begin so."""
    return _beginning(incomplete, [*NAMES.items(), (NATIONAL, "Cả nước")])


def complete_feed(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names of feeds that begin so."""
    # Here, since the other commands do without feeds.
    from calendar_service.core.feeds import CAMPAIGN, EVENT, feeds_on_offer

    services = _services()
    today = services.today if services else datetime.now(UTC).date()
    registry = services.registry if services else None
    feeds = [(feed.name, feed.title) for feed in feeds_on_offer(today)]
    feeds += [(f"{EVENT}-{name}", title) for name, title in _events(registry)]
    feeds += [(f"{CAMPAIGN}-{name}", title) for name, title in _campaigns(registry)]
    return _beginning(incomplete, feeds)


def _services() -> Services | None:
    """Return what the service works with, None where it has faults: no place to say so."""
    try:
        return Services.from_environment()
    except CalendarServiceError:
        return None


def _registry() -> Registry | None:
    services = _services()
    return services.registry if services else None


def _events(registry: Registry | None) -> list[tuple[str, str]]:
    return [(event.id, event.name) for event in registry.events] if registry else []


def _campaigns(registry: Registry | None) -> list[tuple[str, str]]:
    return [(known.id, known.title) for known in registry.campaigns] if registry else []


def _beginning(incomplete: str, names: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    return [CompletionItem(name, help=text) for name, text in names if name.startswith(incomplete)]
