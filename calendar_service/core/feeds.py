"""The feeds on offer: each is a name, a title and a selection of events or campaigns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.editions import campaign_of, edition_near, steps_between
from calendar_service.core.model import Kind, Prominence, Registry, YearClass
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.wording import KINDS, KINDS_EN, PROMINENCES
from calendar_service.errors import UnknownFeedError

TITLE = "Lịch kỷ niệm Việt Nam"
TITLE_EN = "Anniversaries of Việt Nam"
CAMPAIGNS_TITLE = "Chiến dịch tuyên truyền Việt Nam"
CAMPAIGNS, CAMPAIGN, EVENT, ROUND, CUSTOM = "campaigns", "campaign", "event", "nam-tron", "custom"
YEARS_BACK = 1
YEARS_AHEAD = 2
EVENT_YEARS_AHEAD = 10  # of a single event, which may be kept in round years alone
FIRST_ARCHIVE = 2020
MOST_LEAD_DAYS = 366
TASKS = "vtodo"
_LEAD = re.compile(r"([0-9]{1,3})d?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published stream of components: what it is called and what it holds.

    Attributes:
        name: Its place under /feeds/.
        title: What calendar programs call it.
        title_en: The same in English.
        selection: Which events, or which campaigns.
        of_campaigns: Whether it holds the steps of campaigns instead of events.
        years_back: How many whole years it reaches back from this one.
        years_ahead: How many whole years it reaches ahead.
        year: The one year that an archive holds.
    """

    name: str
    title: str
    title_en: str
    selection: Selection
    of_campaigns: bool = False
    years_back: int = YEARS_BACK
    years_ahead: int = YEARS_AHEAD
    year: int | None = None

    def years(self, today: date) -> range:
        """Return the years that it holds.

        Whole years, so that a feed keeps its bytes through the year.
        """
        if self.year:
            return range(self.year, self.year + 1)
        first = max(today.year - self.years_back, FIRST_YEAR)
        return range(first, min(today.year + self.years_ahead, LAST_YEAR) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """How a subscriber wants a feed; the components keep their UIDs.

    Attributes:
        alarm: Whole days ahead of each occurrence at which it rings, None for silence.
        prepare: Whole days ahead at which an event of its own says how many are left.
        lang: "vi" or "en".
        as_tasks: Whether steps of campaigns are tasks (VTODO).
    """

    alarm: int | None = None
    prepare: int | None = None
    lang: str = "vi"
    as_tasks: bool = False

    @classmethod
    def parse(cls, values: Mapping[str, Iterable[str]]) -> "Variant":
        """Return the variant that query parameters ask for.

        What cannot be read is passed over: an error would make some programs drop the
        calendar for good.

        Args:
            values: The values by name: alarm=7d, prepare=7, lang=en, component=vtodo.
        """
        last = {name: [*texts][-1:] for name, texts in values.items()}
        return cls(
            alarm=lead_days_in(*last.get("alarm", [])),
            prepare=lead_days_in(*last.get("prepare", [])) or None,  # on the day it is there
            lang="en" if last.get("lang") == ["en"] else "vi",
            as_tasks=last.get("component") == [TASKS],
        )


PLAIN = Variant()


def lead_days_in(text: str = "") -> int | None:
    """Return the whole days that "7" or "7d" gives, None where it gives none up to 366."""
    match = _LEAD.fullmatch(text)
    days = int(match[1]) if match else None
    return days if days is not None and days <= MOST_LEAD_DAYS else None


def feeds_on_offer(today: date) -> list[Feed]:
    """Return every feed, core first; those of campaigns come last.

    There is one for round years, one for each prominence, kind, region and archived year.
    Single events, single campaigns and other years have one each besides: see feed_named.
    """
    core = _feed("core", Selection())
    most = (Prominence.CORE, Prominence.SECTOR)
    rounds = Selection(prominence=most, year_class=(YearClass.TRON,))
    round_years = _feed(ROUND, rounds, "Năm tròn", "Round anniversaries")
    sector = _feed(
        str(Prominence.SECTOR),
        Selection(prominence=(Prominence.SECTOR,)),
        PROMINENCES[Prominence.SECTOR],
        "Days of sectors",
    )
    reference = _feed(
        str(Prominence.REFERENCE),
        Selection(prominence=(Prominence.REFERENCE,)),
        PROMINENCES[Prominence.REFERENCE],
        "For reference",
    )
    # Some programs stop at 1,000 entries or a megabyte, and of these there are many.
    reference = replace(reference, years_back=0, years_ahead=1)
    kinds = [_feed(str(k), Selection(kind=(k,)), KINDS[k], KINDS_EN[k]) for k in Kind]
    regions = [_feed(id_, Selection(region=(id_,)), name, name) for id_, name in NAMES.items()]
    archives = [_archive(year) for year in range(FIRST_ARCHIVE, today.year + YEARS_AHEAD + 1)]
    campaigns = _of_campaigns(CAMPAIGNS, Selection())
    regional = [
        _of_campaigns(f"{CAMPAIGNS}-{region}", Selection(region=(region,)), name)
        for region, name in NAMES.items()
    ]
    return [
        core, round_years, sector, reference, *kinds, *regions, *archives, campaigns, *regional,
    ]  # fmt: skip


def feed_named(name: str, registry: Registry, today: date) -> Feed:
    """Return the feed that is called *name*.

    event-ID is that of one event, campaign-ID that of one campaign, 2023 that of a year.

    Raises:
        UnknownFeedError: There is none; the nearest name is given.
        UnknownEventError: There is no such event.
        UnknownCampaignError: There is no such campaign.
    """
    if name.startswith(f"{CAMPAIGN}-"):
        campaign = campaign_of(registry, name.removeprefix(f"{CAMPAIGN}-"))
        chosen = Selection(campaign=(campaign.id,))
        return Feed(
            name=name, title=campaign.title, title_en=campaign.title, selection=chosen,
            of_campaigns=True,
        )  # fmt: skip
    if name.startswith(f"{EVENT}-"):
        event = registry.event(name.removeprefix(f"{EVENT}-"))
        return Feed(
            name=f"{EVENT}-{event.id}", title=event.name, title_en=event.name_en or event.name,
            selection=Selection(event=(event.id,)), years_ahead=EVENT_YEARS_AHEAD,
        )  # fmt: skip
    if re.fullmatch(r"[0-9]{4}", name) and FIRST_YEAR <= int(name) <= LAST_YEAR:
        return _archive(int(name))
    feeds = {feed.name: feed for feed in feeds_on_offer(today)}
    if name not in feeds:
        raise UnknownFeedError(name, list(feeds))
    return feeds[name]


def custom_feed(selection: Selection) -> Feed:
    """Return the feed of a selection of one's own."""
    return _feed(CUSTOM, selection)


def selection_values(values: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return those of *values* that name an axis of a selection."""
    axes = {field.name for field in fields(Selection)}
    return {
        name: [text for text in texts if text] for name, texts in values.items() if name in axes
    }


def _feed(name: str, selection: Selection, what: str = "", what_en: str = "") -> Feed:
    return Feed(
        name=name,
        title=f"{TITLE}: {what}" if what else TITLE,
        title_en=f"{TITLE_EN}: {what_en}" if what_en else TITLE_EN,
        selection=selection,
    )


def _archive(year: int) -> Feed:
    return Feed(
        name=str(year), title=f"{TITLE} {year}", title_en=f"{TITLE_EN} {year}",
        selection=Selection(), year=year,
    )  # fmt: skip


def _of_campaigns(name: str, selection: Selection, where: str = "") -> Feed:
    title = f"{CAMPAIGNS_TITLE}: {where}" if where else CAMPAIGNS_TITLE
    return Feed(name=name, title=title, title_en=title, selection=selection, of_campaigns=True)


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
