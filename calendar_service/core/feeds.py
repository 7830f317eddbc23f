"""The feeds on offer: each is a name, a title and a selection of events or campaigns."""

from dataclasses import dataclass
from datetime import date

from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.editions import campaign_of, edition_near, steps_between
from calendar_service.core.model import Kind, Registry
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.wording import KINDS
from calendar_service.errors import UnknownFeedError

TITLE = "Lịch kỷ niệm Việt Nam"
CAMPAIGNS_TITLE = "Chiến dịch tuyên truyền Việt Nam"
CAMPAIGNS, CAMPAIGN = "campaigns", "campaign"
YEARS_BACK = 1
YEARS_AHEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published iCalendar stream: what it is called and what it holds.

    Attributes:
        name: Its place under /feeds/.
        title: What calendar programs call it.
        selection: Which events, or which campaigns.
        of_campaigns: Whether it holds the steps of campaigns instead of events.
    """

    name: str
    title: str
    selection: Selection
    of_campaigns: bool = False


def feeds_on_offer() -> list[Feed]:
    """Return every feed: core, one a kind, one a province or city; campaigns likewise.

    Single campaigns have one each besides: see feed_named.
    """
    core = Feed(name="core", title=TITLE, selection=Selection())
    kinds = [
        Feed(name=str(kind), title=f"{TITLE}: {KINDS[kind]}", selection=Selection(kind=(kind,)))
        for kind in Kind
    ]
    regions = [
        Feed(name=region, title=f"{TITLE}: {name}", selection=Selection(region=(region,)))
        for region, name in NAMES.items()
    ]
    campaigns = Feed(
        name=CAMPAIGNS, title=CAMPAIGNS_TITLE, selection=Selection(), of_campaigns=True
    )
    regional = [
        Feed(
            name=f"{CAMPAIGNS}-{region}",
            title=f"{CAMPAIGNS_TITLE}: {name}",
            selection=Selection(region=(region,)),
            of_campaigns=True,
        )
        for region, name in NAMES.items()
    ]
    return [core, *kinds, *regions, campaigns, *regional]


def feed_named(name: str, registry: Registry) -> Feed:
    """Return the feed that is called *name*; campaign-ID is that of one campaign.

    Raises:
        UnknownFeedError: There is none; the nearest name is given.
        UnknownCampaignError: There is no such campaign.
    """
    if name.startswith(f"{CAMPAIGN}-"):
        campaign = campaign_of(registry, name.removeprefix(f"{CAMPAIGN}-"))
        selection = Selection(campaign=(campaign.id,))
        return Feed(name=name, title=campaign.title, selection=selection, of_campaigns=True)
    feeds = {feed.name: feed for feed in feeds_on_offer()}
    if name not in feeds:
        raise UnknownFeedError(name, list(feeds))
    return feeds[name]


def steps_of_feed(feed: Feed, registry: Registry, today: date) -> list[tuple[Edition, Step]]:
    """Return the steps that a feed of campaigns holds: of this year and the next.

    That of a campaign that is over keeps all of its last edition.
    """
    days = date(today.year, 1, 1), date(min(today.year + 1, LAST_YEAR), 12, 31)
    steps = steps_between(registry, *days, feed.selection)
    if steps or not feed.selection.campaign:
        return steps
    edition = edition_near(registry, feed.selection.campaign[0], today)
    return [(edition, step) for step in edition.steps]


def feed_window(today: date) -> tuple[date, date]:
    """Return the first and last day of what feeds hold: last year to two years ahead.

    Whole years, so that a feed keeps its bytes through the year.
    """
    first = max(today.year - YEARS_BACK, FIRST_YEAR)
    last = min(today.year + YEARS_AHEAD, LAST_YEAR)
    return date(first, 1, 1), date(last, 12, 31)
