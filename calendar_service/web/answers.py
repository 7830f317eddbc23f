"""What each operation of the API answers."""

from datetime import date, timedelta

from calendar_service.core.campaigns import Edition
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month
from calendar_service.core.editions import edition_asked_for, editions_between, editions_in
from calendar_service.core.leave import leave_of
from calendar_service.core.lunar import LunarDate, to_lunar, to_solar
from calendar_service.core.milestones import milestone_years, milestones
from calendar_service.core.model import Registry
from calendar_service.core.occurrences import (
    list_month,
    list_upcoming,
    list_year,
    occurrences_of,
    select,
)
from calendar_service.core.search import LONGEST, next_occurrence, region_named, search
from calendar_service.core.selection import Order
from calendar_service.errors import InvalidRangeError, LunarRangeError, ParameterError
from calendar_service.formats.campaign_shapes import CampaignsPage
from calendar_service.formats.data import (
    day_data,
    edition_data,
    edition_summary,
    event_data,
    event_facts,
    found_data,
    item_data,
    month_data,
    range_data,
    year_data,
)
from calendar_service.formats.shapes import EventsPage, MilestonesPage, RangePage, SearchData
from calendar_service.web.operations import BASE, Answer, Asked, require

EVENT_YEARS_BACK, EVENT_YEARS_AHEAD, EVENT_YEARS = 5, 10, 201
RANGE_DAYS = 1096  # three years, a leap day among them
FOUND, MOST_FOUND = 20, 100


def answer_month(asked: Asked) -> Answer:
    """Return the list of one month, and the addresses of its neighbours."""
    month, selection = asked.month("month"), asked.selection()
    found = list_month(asked.registry.events, month, selection)
    near = {"prev": month.previous, "next": month.next}
    query = asked.query()
    links = {rel: f"{BASE}/months/{m}{query}" for rel, m in near.items() if m.is_listed}
    return Answer(month_data(found, editions_in(asked.registry, month, selection)), links)


def answer_year(asked: Asked) -> Answer:
    """Return the lists of a year's twelve months, and the addresses of its neighbours."""
    year, selection = asked.year("year"), asked.selection()
    months = list_year(asked.registry.events, year, selection)
    running = {m.month: editions_in(asked.registry, m.month, selection) for m in months}
    near = {"prev": year - 1, "next": year + 1}
    links = {
        rel: f"{BASE}/years/{other}{asked.query()}"
        for rel, other in near.items()
        if Month(other, 1).is_listed
    }
    return Answer(year_data(year, months, running, leave_of(asked.registry.events, year)), links)


def answer_occurrences(asked: Asked) -> Answer:
    """Return a part of what starts in a range of days."""
    first, last = asked.day("from"), asked.day("to")
    fits = timedelta() <= last - first < timedelta(days=RANGE_DAYS)
    require(fits, InvalidRangeError(first, last, RANGE_DAYS, "days"), "to")
    for name, day in (("from", first), ("to", last)):
        inside = FIRST_YEAR <= day.year <= LAST_YEAR
        require(inside, LunarRangeError(f"day {day:%d/%m/%Y}"), name)
    found = select(asked.registry.events, first, last, asked.selection(order=[Order.DATE]))
    found.sort(key=lambda item: (item.on, item.event.id))
    items, cursor = asked.page(found, lambda item: f"{item.on.isoformat()}.{item.event.id}")
    data: RangePage = {**range_data(first, last, items), "next": cursor}
    return Answer(data, asked.links(cursor))


def answer_upcoming(asked: Asked) -> Answer:
    """Return what the next 30 days bring."""
    days = list_upcoming(asked.registry.events, asked.today, asked.selection())
    return Answer(range_data(*days))


def answer_events(asked: Asked) -> Answer:
    """Return a part of the events of a selection."""
    selection = asked.selection()
    held = [event for event in asked.registry.events if selection.holds_event(event)]
    held.sort(key=lambda event: event.id)
    items, cursor = asked.page(held, lambda event: event.id)
    data: EventsPage = {"items": [event_facts(event) for event in items], "next": cursor}
    return Answer(data, asked.links(cursor))


def answer_event(asked: Asked) -> Answer:
    """Return one event with its occurrences, of years around this one by default."""
    event, this_year = asked.registry.event(asked.need("id")), asked.today.year
    least = max(this_year - EVENT_YEARS_BACK, FIRST_YEAR)
    first, last = asked.year_if_given("from"), asked.year_if_given("to")
    if first is None:
        first = least if last is None else min(last, least)
    if last is None:
        last = min(max(this_year, first) + EVENT_YEARS_AHEAD, LAST_YEAR)
    require(first <= last, InvalidRangeError(first, last, EVENT_YEARS, "years"), "to")
    return Answer(event_data(event, occurrences_of(event, first, last)))


def answer_campaigns(asked: Asked) -> Answer:
    """Return a part of the editions that run in a year."""
    year = asked.year_if_given("year") or asked.today.year
    days = date(year, 1, 1), date(year, 12, 31)
    found = editions_between(asked.registry, *days, asked.selection())

    def key(edition: Edition) -> str:
        return f"{edition.start.isoformat()}.{edition.campaign.id}"

    items, cursor = asked.page(sorted(found, key=key), key)
    summaries = [edition_summary(edition) for edition in items]
    data: CampaignsPage = {"year": year, "items": summaries, "next": cursor}
    return Answer(data, asked.links(cursor))


def answer_campaign(asked: Asked) -> Answer:
    """Return one campaign, as it runs in a year or next."""
    campaign_id, registry = asked.need("id"), asked.registry
    year = asked.year_if_given("year")
    return Answer(edition_data(edition_asked_for(registry, campaign_id, year, asked.today)))


def answer_milestones(asked: Asked) -> Answer:
    """Return a part of the round years to come."""
    given = (asked.year_if_given(name) for name in ("from", "to"))
    try:
        first, last = milestone_years(asked.today, *given)
    except InvalidRangeError as error:
        raise ParameterError("to", error) from error
    both = milestones(asked.registry.events, first, last, asked.selection())
    found = both.others if asked.number("others", 0, 1, 0) else both.by_decree
    found.sort(key=lambda item: (item.on, item.event.id))
    items, cursor = asked.page(found, lambda item: f"{item.on.isoformat()}.{item.event.id}")
    listed = [item_data(item) for item in items]
    data: MilestonesPage = {"from": first, "to": last, "items": listed, "next": cursor}
    return Answer(data, asked.links(cursor))


def answer_search(asked: Asked) -> Answer:
    """Return what some words find."""
    words = asked.text("q", LONGEST)
    limit = asked.number("limit", 1, MOST_FOUND, FOUND)
    return Answer(search_data(asked.registry, words, limit, asked.today))


def search_data(registry: Registry, words: str, limit: int, today: date) -> SearchData:
    """Return what *words* find, the best first, each with when it comes next."""
    found = search(registry, words, limit)
    items = [found_data(f.event, f.matched, next_occurrence(f.event, today)) for f in found]
    return {"q": words, "region": region_named(words), "items": items}


def answer_lunar(asked: Asked) -> Answer:
    """Return a Gregorian day with its lunar date."""
    on = asked.day("day")
    return Answer(day_data(on, to_lunar(on)))


def answer_solar(asked: Asked) -> Answer:
    """Return a lunar date with its Gregorian day."""
    lunar = LunarDate(
        year=asked.number("year", FIRST_YEAR - 1, LAST_YEAR),
        month=asked.number("month", 1, 12),
        day=asked.number("day", 1, 30),
        leap=asked.number("leap", 0, 1, 0) == 1,
    )
    return Answer(day_data(to_solar(lunar), lunar))
