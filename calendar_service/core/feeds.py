"""The feeds on offer: each is a name, a title and a selection of events or campaigns."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.editions import campaign_of, edition_near, steps_between
from calendar_service.core.model import Kind, Prominence, Registry, YearClass
from calendar_service.core.occurrences import select
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.wording import KINDS, KINDS_EN, PROMINENCES
from calendar_service.errors import UnknownFeedError

TITLE = "Lịch kỷ niệm Việt Nam"
TITLE_EN = "Anniversaries of Việt Nam"
CAMPAIGNS_TITLE = "Chiến dịch tuyên truyền Việt Nam"
CAMPAIGNS, CAMPAIGN, EVENT, ROUND, CUSTOM = "campaigns", "campaign", "event", "nam-tron", "custom"
REGISTRY = "/registry"  # beside the names of feeds, which hold no slash
YEARS_BACK = 1
YEARS_AHEAD = 2
EVENT_YEARS_AHEAD = 10  # of a single event, which may be kept in round years alone
# Google stops at about a megabyte or a thousand entries. With days of preparation there are
# twice as many; an occurrence takes some 1.1 kB, a step 0.8.
MOST_OCCURRENCES, MOST_STEPS = 450, 600
_MONTHS = ((2, 12), (1, 6), (1, 3))  # back and ahead, of what would be longer
FIRST_ARCHIVE = 2020
MOST_LEAD_DAYS = 366
TASKS = "vtodo"
_LEAD = re.compile(r"([0-9]{1,3})d?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that a feed holds.

    Attributes:
        first: Its first day.
        last: Its last day, included.
        since: The day from which on it holds these.
    """

    first: date
    last: date
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A published stream of components: what it is called and what it holds.

    Attributes:
        name: Its place under /feeds/.
        title: What calendar programs call it.
        title_en: The same in English.
        selection: Which events, or which campaigns.
        of_campaigns: Whether it holds the steps of campaigns instead of events.
        years_back: How many whole years it reaches back from this one, if that is not too long.
        years_ahead: How many whole years it reaches ahead.
        year: The one year that an archive holds.
        of_one: Whether it is that of one event or one campaign, which is never too long.
    """

    name: str
    title: str
    title_en: str
    selection: Selection
    of_campaigns: bool = False
    years_back: int = YEARS_BACK
    years_ahead: int = YEARS_AHEAD
    year: int | None = None
    of_one: bool = False

    def spans(self, today: date) -> Iterator[Span]:
        """Yield the days that it may hold, the most first.

        Whole years, so that a feed keeps its bytes through the year; what is too long for
        them holds whole months.
        """
        first = self.year or max(today.year - self.years_back, FIRST_YEAR)
        last = self.year or min(today.year + self.years_ahead, LAST_YEAR)
        year = date(today.year, 1, 1)
        yield _span(date(first, 1, 1), date(last, 12, 31), year)
        if self.year or self.of_one:
            return
        yield _span(year, date(min(today.year + 1, LAST_YEAR), 12, 31), year)
        for back, ahead in _MONTHS:
            start, end = _months_on(today, -back), _months_on(today, ahead + 1)
            yield _span(start, end - timedelta(days=1), today.replace(day=1))


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
            of_campaigns=True, years_back=0, years_ahead=1, of_one=True,
        )  # fmt: skip
    if name.startswith(f"{EVENT}-"):
        event = registry.event(name.removeprefix(f"{EVENT}-"))
        return Feed(
            name=f"{EVENT}-{event.id}", title=event.name, title_en=event.name_en or event.name,
            selection=Selection(event=(event.id,)), years_ahead=EVENT_YEARS_AHEAD, of_one=True,
        )  # fmt: skip
    if re.fullmatch(r"[0-9]{4}", name) and FIRST_YEAR <= int(name) <= LAST_YEAR:
        return _archive(int(name))
    feeds = {feed.name: feed for feed in feeds_on_offer(today)}
    if name not in feeds:
        raise UnknownFeedError(name, list(feeds))
    return feeds[name]


def former_feed(name: str) -> Feed:
    """Return the feed that was called *name*, whose event, campaign or kind is there no more."""
    return _feed(name, Selection())


def former_uids(name: str) -> tuple[str, re.Pattern[str]]:
    """Return how UIDs begin in the feed of one event or campaign, and what a whole one is.

    Of every other feed that is nothing.
    """
    for of, rest in ((CAMPAIGN, "-[0-9]{4}-[a-z].*"), (EVENT, "-[0-9]{4}")):
        id_ = name.removeprefix(f"{of}-")
        if id_ not in ("", name):
            return f"{id_}-", re.compile(re.escape(id_) + rest)
    return "", re.compile("")


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
    return Feed(
        name=name, title=title, title_en=title, selection=selection, of_campaigns=True,
        years_back=0, years_ahead=1,
    )  # fmt: skip


def span_of(feed: Feed, registry: Registry, today: date) -> Span:
    """Return the days that a feed holds: as many as keep it short enough."""
    return short_span(feed, today, lambda span: _count(feed, registry, span))


def short_span(feed: Feed, today: date, count: Callable[[Span], int]) -> Span:
    """Return the first of a feed's spans of which *count* says few enough, else the last."""
    most = MOST_STEPS if feed.of_campaigns else MOST_OCCURRENCES
    spans = list(feed.spans(today))
    short = (span for span in spans[:-1] if count(span) <= most)
    return next(short, spans[-1])


def _count(feed: Feed, registry: Registry, span: Span) -> int:
    if feed.of_campaigns:
        return len(steps_between(registry, span.first, span.last, feed.selection))
    return len(select(registry.events, span.first, span.last, feed.selection))


def _span(first: date, last: date, since: date) -> Span:
    begins, ends = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return Span(first=max(first, begins), last=min(last, ends), since=since)


def _months_on(day: date, months: int) -> date:
    """Return the first day of the month that comes so many months after that of *day*."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def steps_of_feed(feed: Feed, registry: Registry, today: date) -> list[tuple[Edition, Step]]:
    """Return the steps that a feed of campaigns holds.

    That of a campaign that is over keeps all of its last edition.
    """
    span = span_of(feed, registry, today)
    steps = steps_between(registry, span.first, span.last, feed.selection)
    if steps or not feed.selection.campaign:
        return steps
    edition = edition_near(registry, feed.selection.campaign[0], today)
    return [(edition, step) for step in edition.steps]
