"""Which campaigns run when: those that somebody wrote, and those that follow from events."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from calendar_service.core.campaign import Campaign, Display, DisplayKind, Offset, Scope
from calendar_service.core.campaign_wording import generated_slogan, generated_title
from calendar_service.core.campaigns import Edition, Step, StepKind, edition_of, is_near
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month
from calendar_service.core.kept import kept
from calendar_service.core.lead_times import Role
from calendar_service.core.model import Event, Kind, Prominence, Registry, YearClass
from calendar_service.core.selection import Selection
from calendar_service.errors import UnknownCampaignError

# The median of 16 windows: 3 days before the day until 1 day after it.
_UP, _DOWN = Offset(-3), 1
_FLAGGED = {Kind.GREAT_DAY, Kind.PROVINCE}
# The other days have a ceremony, and what is hung for it, in round years: Nghị định
# 111/2018/NĐ-CP; a month of action has banners every year.
_HUNG_EVERY_YEAR = {*_FLAGGED, Kind.OBSERVANCE}
_HUNG_IN = (YearClass.TRON, YearClass.LE_5)
_NO_CAMPAIGN = {Kind.DAY_OFF}
_YEARS_AROUND = 2  # a province's round year is prepared from a year and more before


def generated(event: Event) -> Campaign:
    """Return the campaign that follows from *event* alone, until somebody writes one."""
    flags = (DisplayKind.NATIONAL_FLAG,) if event.kind in _FLAGGED else ()
    hung = () if event.kind is Kind.LUNAR_FESTIVAL else (*flags, DisplayKind.BANNER)
    years = () if event.kind in _HUNG_EVERY_YEAR else _HUNG_IN
    slogan = generated_slogan(event)
    return Campaign(
        id=event.id,
        title=generated_title(event),
        events=(event.id,),
        scope=Scope.PROVINCE if event.region else Scope.NATIONAL,
        region=event.region,
        displays=tuple(
            Display(what=what, start=_UP, end=event.ends or Offset(_DOWN), years=years)
            for what in hung
        ),
        slogans=(slogan,) if slogan else (),
        generated=True,
        sources=event.sources,
        changed=event.changed,
    )


@kept(4)
def events_by_id(registry: Registry) -> dict[str, Event]:
    """Return the events of *registry* by their ids."""
    return {event.id: event for event in registry.events}


@kept(4)
def _generated_in(registry: Registry) -> tuple[tuple[Campaign, frozenset[int]], ...]:
    """Return the generated campaigns, each with the years in which a written one stands in."""
    found = []
    by_event: dict[str, list[Campaign]] = {}
    for campaign in registry.campaigns:
        for event_id in dict.fromkeys(campaign.events):
            by_event.setdefault(event_id, []).append(campaign)
    for event in registry.events:
        wanted = event.prominence is Prominence.CORE or event.kind is Kind.PROVINCE
        written = [c for c in by_event.get(event.id, ()) if _stands_for(c, event)]
        if wanted and event.kind not in _NO_CAMPAIGN and all(c.year for c in written):
            found.append((generated(event), frozenset(c.year for c in written if c.year)))
    return tuple(found)


def _stands_for(campaign: Campaign, event: Event) -> bool:
    """Return whether *campaign* is the one of all who keep *event*, not of one place only."""
    return campaign.region == event.region and campaign.scope is not Scope.LOCAL


@kept(32)
def editions_of_year(registry: Registry, year: int) -> tuple[Edition, ...]:
    """Return the editions that *year* names: written ones first, in the files' order."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    events = events_by_id(registry)
    campaigns = list(registry.campaigns)
    campaigns += [c for c, years in _generated_in(registry) if year not in years]
    editions = [edition_of(campaign, events, year) for campaign in campaigns]
    return tuple(edition for edition in editions if edition)


def editions_between(
    registry: Registry, first: date, last: date, selection: Selection
) -> list[Edition]:
    """Return the editions that run on a day from *first* to *last*.

    Written ones come before those that follow from events alone, and those of a province
    before those of the country, as in a province's letter.
    """
    return list(_running(registry, first, last, selection))


@kept(256)  # the lists of a year for a score of selections
def _running(
    registry: Registry, first: date, last: date, selection: Selection
) -> tuple[Edition, ...]:
    found = [
        edition
        for edition in _around(registry, first, last, selection)
        if edition.start <= last and edition.end >= first
    ]
    return tuple(sorted(found, key=lambda e: (e.campaign.generated, e.campaign.region is None)))


def editions_in(registry: Registry, month: Month, selection: Selection) -> list[Edition]:
    """Return the editions that run in *month*, in the order of a letter's items."""
    return editions_between(registry, month.first, month.last, selection)


def steps_between(
    registry: Registry,
    first: date,
    last: date,
    selection: Selection,
    roles: Collection[Role] = (),
) -> list[tuple[Edition, Step]]:
    """Return the steps that begin from *first* to *last*, by day.

    Flags and banners that another campaign of the place needs in the days after stay up:
    they come down once, after the last of neighbouring windows.

    Args:
        registry: The registry.
        first: A day.
        last: A day, included.
        selection: Which campaigns.
        roles: Whose steps, empty for everybody's; those that are everybody's always.
    """
    editions = _around(registry, first, last, selection)
    found = []
    for edition in editions:
        for step in edition.steps:
            theirs = not roles or step.role is None or step.role in roles
            if not (theirs and first <= step.on <= last):
                continue
            told: Step | None = step
            if step.kind is StepKind.TAKE_DOWN:
                told = _come_down(step, edition, editions)
            if told:
                found.append((edition, told))
    return sorted(found, key=lambda pair: pair[1].on)


def edition_near(registry: Registry, campaign_id: str, today: date) -> Edition:
    """Return the edition of a campaign that runs, else the next one, else the last.

    Raises:
        UnknownCampaignError: There is no such campaign, or it never runs.
    """
    years = range(today.year - 1, today.year + 12)
    campaign = campaign_of(registry, campaign_id)
    editions = editions_of_campaign(registry, campaign, [campaign.year or y for y in years])
    if not editions:  # its event is kept no more
        before = range(today.year - 2, FIRST_YEAR - 1, -1)
        editions = next(filter(None, (_of_year(registry, campaign, y) for y in before)), [])
    if not editions:
        raise UnknownCampaignError(campaign_id, (), today.year)
    ahead = [edition for edition in editions if edition.end >= today]
    return ahead[0] if ahead else editions[-1]


def _of_year(registry: Registry, campaign: Campaign, year: int) -> list[Edition]:
    return editions_of_campaign(registry, campaign, [year])


def edition_in(registry: Registry, campaign_id: str, year: int) -> Edition:
    """Return the edition of a campaign that *year* names.

    Raises:
        UnknownCampaignError: There is no such campaign, or it does not run in the year.
    """
    found = editions_of_campaign(registry, campaign_of(registry, campaign_id), [year])
    if not found:
        raise UnknownCampaignError(campaign_id, (), year)
    return found[0]


def edition_asked_for(
    registry: Registry, campaign_id: str, year: int | None, today: date
) -> Edition:
    """Return the edition of a campaign that *year* names, without one the one near *today*.

    Raises:
        UnknownCampaignError: There is no such campaign, or it does not run in the year.
    """
    if year is None:
        return edition_near(registry, campaign_id, today)
    return edition_in(registry, campaign_id, year)


def editions_of_campaign(
    registry: Registry, campaign: Campaign, years: Iterable[int]
) -> list[Edition]:
    """Return the editions of one campaign in *years*, each year once, in their order."""
    events = events_by_id(registry)
    wanted = [year for year in dict.fromkeys(years) if FIRST_YEAR <= year <= LAST_YEAR]
    found = [edition_of(campaign, events, year) for year in wanted]
    return [edition for edition in found if edition]


def campaign_of(registry: Registry, campaign_id: str) -> Campaign:
    """Return the campaign with this id; an event's id gives the one that follows from it.

    Where somebody wrote a yearly campaign for the event, that one is returned.

    Raises:
        UnknownCampaignError: There is neither campaign nor event with this id.
    """
    for campaign in registry.campaigns:
        if campaign.id == campaign_id:
            return campaign
    registry.require_campaign(campaign_id)
    event = events_by_id(registry)[campaign_id]
    for campaign in registry.campaigns:
        if event.id in campaign.events and campaign.year is None and _stands_for(campaign, event):
            return campaign
    return generated(event)


def _around(registry: Registry, first: date, last: date, selection: Selection) -> list[Edition]:
    """Return the editions whose steps may lie from *first* to *last*.

    Single campaigns are looked up by their ids, so that an event's id goes on standing for
    its campaign when somebody writes one, and for one that no list has.
    """
    years = range(first.year - 1, last.year + _YEARS_AROUND + 1)
    if selection.campaign:
        wanted = {c.id: c for c in (campaign_of(registry, id_) for id_ in selection.campaign)}
        found = [e for c in wanted.values() for e in editions_of_campaign(registry, c, years)]
    else:
        events = events_by_id(registry)
        found = [
            edition
            for edition in _known(registry, years)
            if selection.holds_campaign(edition.campaign, events)
        ]
    return [
        edition
        for edition in found
        if selection.holds_class(edition.occurrence.year_class if edition.occurrence else None)
    ]


def _known(registry: Registry, years: range) -> Iterator[Edition]:
    """Yield the editions that *years* name, and those that began before and run once."""
    for edition in _once(registry):
        if edition.year < years.start and edition.end.year >= years.start:
            yield edition
    for year in years:
        yield from editions_of_year(registry, year)


@kept(4)
def _once(registry: Registry) -> tuple[Edition, ...]:
    """Return the editions of all campaigns that run once."""
    events = events_by_id(registry)
    found = [edition_of(c, events, c.year) for c in registry.campaigns if c.year]
    return tuple(edition for edition in found if edition)


def _come_down(step: Step, edition: Edition, editions: Iterable[Edition]) -> Step | None:
    """Return the taking down of what no other edition of the place needs soon after."""
    end = step.on - timedelta(days=1)
    needed = {
        window.what
        for other in editions
        if other is not edition and _shares_place(other.campaign, edition.campaign)
        for window in other.windows
        if window.end > end and is_near(end, window.start)
    }
    left = tuple(what for what in step.displays if what not in needed)
    return replace(step, displays=left) if left else None


def _shares_place(first: Campaign, second: Campaign) -> bool:
    return first.region is None or second.region is None or first.region == second.region
