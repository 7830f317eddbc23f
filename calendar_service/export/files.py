"""Which files an exported site holds, and at which address the service answers each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendar_service.core.campaign import Campaign
from calendar_service.core.campaign_wording import slogans_of
from calendar_service.core.campaigns import Edition
from calendar_service.core.editions import campaign_of, edition_near, editions_of_campaign
from calendar_service.core.feeds import CAMPAIGN, EVENT, feeds_on_offer
from calendar_service.core.model import Kind, Registry
from calendar_service.errors import UnknownCampaignError

PAGE = ".html"
_FORMS = ("json", "txt", "md", "csv", "ics")
_EVENT_FORMS = ("json", "ics")
_NEWS = ("ics", "atom", "json")


class Turn(StrEnum):
    """With what a file may change though the registry and the code do not."""

    NEVER = ""
    YEAR = "%Y"
    MONTH = "%Y-%m"
    DAY = "%Y-%m-%d"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the site.

    Attributes:
        address: Where the service answers with it: path and query, below the public address.
        path: Where it lies in the folder.
        status: What the service answers with.
        optional: Whether it may be missing: there is no calendar file without entries.
        turn: With what it may change; pages say what is next, and lead to what is there.
    """

    address: str
    path: str
    status: int = 200
    optional: bool = False
    turn: Turn = Turn.DAY

    @property
    def is_page(self) -> bool:
        """Whether it is a page, whose links are made to hold."""
        return self.path.endswith(PAGE)

    @property
    def link(self) -> str:
        """Where it is found in the exported site: pages without their suffix."""
        return "/" if self.path == "index.html" else f"/{self.path.removesuffix(PAGE)}"


def files_of(
    registry: Registry, today: date, years: Iterable[int], static: Iterable[str]
) -> list[File]:
    """Return the files of a site: pages last, after what they lead to.

    Args:
        registry: What the site is about.
        today: The day it is made.
        years: Those whose months, lists and editions it holds.
        static: The names of the files beside the pages.
    """
    wanted = list(years)
    files = [_same(f"static/{name}", turn=Turn.NEVER) for name in sorted(static)]
    files += [
        _same("robots.txt", turn=Turn.NEVER),
        File(address="/404.html", path="404.html", status=404),
    ]
    files += [File(address="/", path="index.html"), _page("registry")]
    files += _with_forms("milestones", ("json",))
    files += _lists(wanted)
    files += _events(registry)
    campaigns = list(_campaigns_that_run(registry, today))
    files += _campaigns(registry, campaigns, wanted)
    files += _feeds(registry, today, wanted)
    files += [
        _same(f"feeds/{CAMPAIGN}-{campaign.id}.ics")
        for campaign, _ in campaigns
        if campaign.generated  # it has no news but its event's
    ]
    return sorted(files, key=lambda file: file.is_page)


def feed_file(path: str) -> File:
    """Return the file of a feed that is planned no more: it goes on, and may say so."""
    return _same(path, optional=True)


def _same(path: str, *, optional: bool = False, turn: Turn = Turn.DAY) -> File:
    return File(address=f"/{path}", path=path, optional=optional, turn=turn)


def _page(path: str) -> File:
    return File(address=f"/{path}", path=f"{path}{PAGE}")


def _with_forms(path: str, forms: Iterable[str], turn: Turn = Turn.DAY) -> Iterator[File]:
    yield _page(path)
    for form in forms:
        yield _same(f"{path}.{form}", optional=form == "ics", turn=turn)


def _lists(years: list[int]) -> Iterator[File]:
    yield from _with_forms("upcoming", _FORMS)
    yield File(address="/upcoming?all=1", path="upcoming/all.html")
    for year in years:
        yield from _with_forms(f"year/{year}", _FORMS, Turn.NEVER)
        for month in range(1, 13):
            yield from _with_forms(f"month/{year}-{month:02}", (*_FORMS, "docx"), Turn.NEVER)


def _events(registry: Registry) -> Iterator[File]:
    for event in registry.events:
        for id_ in (event.id, *event.formerly):  # old addresses stay good
            yield from _with_forms(f"events/{id_}", _EVENT_FORMS, Turn.YEAR)


def _campaigns(
    registry: Registry, running: list[tuple[Campaign, Edition]], years: list[int]
) -> Iterator[File]:
    yield from _with_forms("campaigns", ("json",))
    for campaign, near in running:
        yield from _editions(registry, campaign, near, years)
    own = {campaign.id for campaign in registry.campaigns}
    for event in registry.events:
        if event.id not in own and campaign_of(registry, event.id).id != event.id:
            yield from _with_forms(f"campaigns/{event.id}", ("json",))  # stood in for


def _campaigns_that_run(registry: Registry, today: date) -> Iterator[tuple[Campaign, Edition]]:
    """Yield every campaign that has a page, with its edition near *today*."""
    ids = [campaign.id for campaign in registry.campaigns]
    ids += [event.id for event in registry.events if event.kind is not Kind.DAY_OFF]
    for id_ in dict.fromkeys(ids):
        campaign = campaign_of(registry, id_)
        if campaign.id == id_:
            try:
                yield campaign, edition_near(registry, id_, today)
            except UnknownCampaignError:  # it never runs
                continue


def _editions(
    registry: Registry, campaign: Campaign, near: Edition, years: list[int]
) -> Iterator[File]:
    """Yield the pages of a campaign; Word files of those alone that somebody wrote."""
    path = f"campaigns/{campaign.id}"
    yield from _with_forms(path, ("json",))
    if not campaign.generated:
        yield from _documents(path, path, "", near)
    for edition in editions_of_campaign(registry, campaign, [*years, near.year]):
        query, place = f"?year={edition.year}", f"{path}/{edition.year}"
        yield File(address=f"/{path}{query}", path=f"{place}{PAGE}")
        yield File(address=f"/{path}.json{query}", path=f"{place}.json")
        if not campaign.generated:
            yield from _documents(path, place, query, edition)


def _documents(path: str, place: str, query: str, edition: Edition) -> Iterator[File]:
    yield File(address=f"/{path}.docx{query}", path=f"{place}.docx")
    if slogans_of(edition):
        yield File(address=f"/{path}/slogans.docx{query}", path=f"{place}/slogans.docx")


def _feeds(registry: Registry, today: date, years: list[int]) -> Iterator[File]:
    """Yield the feeds on offer, of single events and of written campaigns, and their news."""
    offered = [feed.name for feed in feeds_on_offer(today)]
    yield _page("subscribe")
    for name in offered:
        yield File(address=f"/subscribe?feed={name}", path=f"subscribe/{name}{PAGE}")
    names = [*offered, *map(str, years)]
    for event in registry.events:
        names += [f"{EVENT}-{id_}" for id_ in (event.id, *event.formerly)]
    names += [f"{CAMPAIGN}-{campaign.id}" for campaign in registry.campaigns]
    for name in dict.fromkeys(names):
        forms = ("ics",) if name.isdigit() else _NEWS  # a single year has no news
        for form in forms:
            yield _same(f"feeds/{name}.{form}", turn=_turn(name) if form == "ics" else Turn.DAY)


def _turn(name: str) -> Turn:
    """Return with what the calendar of a feed changes: long ones go by months."""
    if name.startswith(f"{CAMPAIGN}-"):
        return Turn.DAY  # of what is over it holds the last edition
    return Turn.YEAR if name.startswith(f"{EVENT}-") else Turn.MONTH
