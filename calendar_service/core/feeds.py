"""The feeds on offer: each is a name, a title and a selection."""

from dataclasses import dataclass
from datetime import date

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.model import Kind
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.wording import KINDS
from calendar_service.errors import UnknownFeedError

TITLE = "Lịch kỷ niệm Việt Nam"
YEARS_BACK = 1
YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published iCalendar stream: what it is called and what it holds."""

    name: str
    title: str
    selection: Selection


def feeds_on_offer() -> list[Feed]:
    """Return every feed: the core one, one a kind, one a province or city."""
    core = Feed(name="core", title=TITLE, selection=Selection())
    kinds = [
        Feed(name=str(kind), title=f"{TITLE}: {KINDS[kind]}", selection=Selection(kind=(kind,)))
        for kind in Kind
    ]
    regions = [
        Feed(name=region, title=f"{TITLE}: {name}", selection=Selection(region=(region,)))
        for region, name in NAMES.items()
    ]
    return [core, *kinds, *regions]


def feed_named(name: str) -> Feed:
    """Return the feed that is called *name*.

    Raises:
        UnknownFeedError: There is none; the nearest name is given.
    """
    feeds = {feed.name: feed for feed in feeds_on_offer()}
    if name not in feeds:
        raise UnknownFeedError(name, list(feeds))
    return feeds[name]


def feed_window(today: date) -> tuple[date, date]:
    """Return the first and last day of what feeds hold: last year to two years ahead.

    Whole years, so that a feed keeps its bytes through the year.
    """
    first = max(today.year - YEARS_BACK, FIRST_YEAR)
    last = min(today.year + YEARS_AHEAD, LAST_YEAR)
    return date(first, 1, 1), date(last, 12, 31)
