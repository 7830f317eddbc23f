"""The API, version 1: the operations and their routes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request

from calendar_service.core.campaigns import Edition
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month
from calendar_service.core.editions import (
    edition_asked_for,
    editions_between,
    editions_in,
)
from calendar_service.core.leave import leave_of
from calendar_service.core.lunar import LunarDate, to_lunar, to_solar
from calendar_service.core.milestones import LONGEST_YEARS, milestone_years, milestones
from calendar_service.core.model import Kind, Prominence, Registry, YearClass
from calendar_service.core.occurrences import (
    list_month,
    list_upcoming,
    list_year,
    occurrences_of,
    select,
)
from calendar_service.core.regions import NAMES, NATIONAL
from calendar_service.core.search import LONGEST, next_occurrence, region_named, search
from calendar_service.core.selection import Order
from calendar_service.errors import (
    InvalidRangeError,
    LunarRangeError,
    ParameterError,
    UnknownParameterError,
)
from calendar_service.formats.campaign_shapes import CampaignsPage, EditionData
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
    to_json,
    year_data,
)
from calendar_service.formats.shapes import (
    DayData,
    EventData,
    EventsPage,
    MilestonesPage,
    MonthData,
    RangeData,
    RangePage,
    SearchData,
    YearData,
)
from calendar_service.web.context import services
from calendar_service.web.operations import (
    BASE,
    LANGS,
    MOST_ITEMS,
    PAGE_ITEMS,
    Answer,
    Asked,
    Operation,
    Parameter,
    refuse_langs,
    require,
)

EVENT_YEARS_BACK, EVENT_YEARS_AHEAD, EVENT_YEARS = 5, 10, 201
RANGE_DAYS = 1096  # three years, a leap day among them
FOUND, MOST_FOUND = 20, 100
DESCRIPTION = "/openapi.json"

bp = Blueprint("api", __name__, url_prefix=BASE)


def _months(asked: Asked) -> Answer:
    month, selection = asked.month("month"), asked.selection()
    found = list_month(asked.registry.events, month, selection)
    near = {"prev": month.previous, "next": month.next}
    query = asked.query()
    links = {rel: f"{BASE}/months/{m}{query}" for rel, m in near.items() if m.is_listed}
    return Answer(month_data(found, editions_in(asked.registry, month, selection)), links)


def _years(asked: Asked) -> Answer:
    year, selection = asked.year("year", 0), asked.selection()
    months = list_year(asked.registry.events, year, selection)
    running = {m.month: editions_in(asked.registry, m.month, selection) for m in months}
    near = {"prev": year - 1, "next": year + 1}
    links = {
        rel: f"{BASE}/years/{other}{asked.query()}"
        for rel, other in near.items()
        if Month(other, 1).is_listed
    }
    return Answer(year_data(year, months, running, leave_of(asked.registry.events, year)), links)


def _occurrences(asked: Asked) -> Answer:
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


def _upcoming(asked: Asked) -> Answer:
    days = list_upcoming(asked.registry.events, asked.today, asked.selection())
    return Answer(range_data(*days))


def _events(asked: Asked) -> Answer:
    selection = asked.selection()
    held = [event for event in asked.registry.events if selection.holds_event(event)]
    held.sort(key=lambda event: event.id)
    items, cursor = asked.page(held, lambda event: event.id)
    data: EventsPage = {"items": [event_facts(event) for event in items], "next": cursor}
    return Answer(data, asked.links(cursor))


def _event(asked: Asked) -> Answer:
    event, this_year = asked.registry.event(asked.need("id")), asked.today.year
    least = max(this_year - EVENT_YEARS_BACK, FIRST_YEAR)
    first = asked.year("from", min(asked.year("to", least), least))
    last = asked.year("to", min(max(this_year, first) + EVENT_YEARS_AHEAD, LAST_YEAR))
    require(first <= last, InvalidRangeError(first, last, EVENT_YEARS, "years"), "to")
    return Answer(event_data(event, occurrences_of(event, first, last)))


def _campaigns(asked: Asked) -> Answer:
    year = asked.year("year", asked.today.year)
    days = date(year, 1, 1), date(year, 12, 31)
    found = editions_between(asked.registry, *days, asked.selection())

    def key(edition: Edition) -> str:
        return f"{edition.start.isoformat()}.{edition.campaign.id}"

    items, cursor = asked.page(sorted(found, key=key), key)
    summaries = [edition_summary(edition) for edition in items]
    data: CampaignsPage = {"year": year, "items": summaries, "next": cursor}
    return Answer(data, asked.links(cursor))


def _campaign(asked: Asked) -> Answer:
    campaign_id, registry = asked.need("id"), asked.registry
    year = None if asked.one("year") is None else asked.year("year", 0)
    return Answer(edition_data(edition_asked_for(registry, campaign_id, year, asked.today)))


def _milestones(asked: Asked) -> Answer:
    given = (asked.year(name, 0) or None for name in ("from", "to"))
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


def _search(asked: Asked) -> Answer:
    words = asked.text("q", LONGEST)
    limit = asked.number("limit", 1, MOST_FOUND, FOUND)
    return Answer(search_data(asked.registry, words, limit, asked.today))


def search_data(registry: Registry, words: str, limit: int, today: date) -> SearchData:
    """Return what *words* find, the best first, each with when it comes next."""
    found = search(registry, words, limit)
    items = [found_data(f.event, f.matched, next_occurrence(f.event, today)) for f in found]
    return {"q": words, "region": region_named(words), "items": items}


def _lunar(asked: Asked) -> Answer:
    on = asked.day("day")
    return Answer(day_data(on, to_lunar(on)))


def _solar(asked: Asked) -> Answer:
    lunar = LunarDate(
        year=asked.number("year", FIRST_YEAR - 1, LAST_YEAR),
        month=asked.number("month", 1, 12),
        day=asked.number("day", 1, 30),
        leap=asked.number("leap", 0, 1, 0) == 1,
    )
    return Answer(day_data(to_solar(lunar), lunar))


def _year_schema(least: int = FIRST_YEAR) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": LAST_YEAR}


_ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 100}
_DAY = {"type": "string", "format": "date"}
_LANG = Parameter(
    name="lang",
    about="The language of an error's `detail`; by default that of Accept-Language, else vi.",
    schema={"type": "string", "enum": list(LANGS)},
)
_REGION = Parameter(
    name="region",
    about="A province or city, whose own events are wanted beside the national ones.",
    schema={"type": "string", "enum": [NATIONAL, *NAMES]},
    many=True,
)
_KIND = Parameter(
    name="kind",
    about="What an event marks.",
    schema={"type": "string", "enum": [*Kind]},
    many=True,
)
_PROMINENCE = Parameter(
    name="prominence",
    about="Whose letters carry an event: anybody's, its sector's, hardly any.",
    schema={"type": "string", "enum": [*Prominence]},
    many=True,
)
_YEAR_CLASS = Parameter(
    name="year_class",
    about="The class of the year by the decree that applies.",
    schema={"type": "string", "enum": [*YearClass]},
    many=True,
)
_EVENT = Parameter(name="event", about="The id of a single event.", schema=_ID, many=True)
_CAMPAIGN = Parameter(
    name="campaign", about="The id of a single campaign, or its event's.", schema=_ID, many=True
)
_ALL = Parameter(
    name="all",
    about="1 for everything that the other parameters leave, not only what letters carry.",
    schema={"type": "string", "enum": ["1", "0"]},
)
_ORDER = Parameter(
    name="order",
    about="letter: national, of the region, of a sector, international; or by date alone.",
    schema={"type": "string", "enum": [*Order]},
)
_LIMIT = Parameter(
    name="limit",
    about=f"How many items at most; {PAGE_ITEMS} by default.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_ITEMS},
)
_AFTER = Parameter(
    name="after",
    about="The `next` of the answer before, for the items that follow.",
    schema={"type": "string", "minLength": 1},
)
_EVENT_AXES = (_REGION, _KIND, _PROMINENCE, _EVENT, _CAMPAIGN, _ALL)
_AXES = (*_EVENT_AXES, _YEAR_CLASS)
_PAGED = (_LIMIT, _AFTER)


def _need(name: str, about: str, schema: dict[str, Any]) -> Parameter:
    return Parameter(name=name, about=about, schema=schema, required=True)


def _may(name: str, about: str, schema: dict[str, Any]) -> Parameter:
    return Parameter(name=name, about=about, schema=schema)


OPERATIONS = (
    Operation(
        name="month",
        path="/months/{month}",
        about="What a letter carries for one month, and the first ten days of the next.",
        shape=MonthData,
        run=_months,
        in_path=(
            _need(
                "month",
                "A month from 1900-01 to 2100-12.",
                {"type": "string", "pattern": "^(19[0-9]{2}|20[0-9]{2}|2100)-(0[1-9]|1[0-2])$"},
            ),
        ),
        in_query=(*_AXES, _ORDER),
        example={"month": "2023-07", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="year",
        path="/years/{year}",
        about="The lists of a year's twelve months.",
        shape=YearData,
        run=_years,
        in_path=(_need("year", "A year.", _year_schema()),),
        in_query=(*_AXES, _ORDER),
    ),
    Operation(
        name="occurrences",
        path="/occurrences",
        about=f"What starts in a range of at most {RANGE_DAYS} days, by day, then by id.",
        shape=RangePage,
        run=_occurrences,
        in_query=(
            _need("from", "The first day, from 1900-01-01 on.", _DAY),
            _need("to", "The last day, included, to 2100-12-31.", _DAY),
            *_AXES,
            *_PAGED,
        ),
        example={"from": "2023-07-20", "to": "2023-08-05", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="upcoming",
        path="/upcoming",
        about="What the next 30 days bring, today included.",
        shape=RangeData,
        run=_upcoming,
        in_query=_AXES,
    ),
    Operation(
        name="events",
        path="/events",
        about="The registry's events, by id; without a choice those that letters carry.",
        shape=EventsPage,
        run=_events,
        in_query=(*_EVENT_AXES, *_PAGED),
        example={"event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="event",
        path="/events/{id}",
        about="One event and its occurrences; an id that became part of another leads there.",
        shape=EventData,
        run=_event,
        in_path=(_need("id", "The event's id.", _ID),),
        in_query=(
            _may("from", "The first year of its occurrences.", _year_schema()),
            _may("to", "The last one.", _year_schema()),
        ),
        example={"id": "thuong-binh-liet-si", "from": "2023", "to": "2024"},
    ),
    Operation(
        name="campaigns",
        path="/campaigns",
        about="The campaigns that run in a year, this one by default, by their first day.",
        shape=CampaignsPage,
        run=_campaigns,
        in_query=(_may("year", "The year.", _year_schema()), *_AXES, *_PAGED),
    ),
    Operation(
        name="campaign",
        path="/campaigns/{id}",
        about="A campaign with every step on its day: as it runs in a year, else next.",
        shape=EditionData,
        run=_campaign,
        in_path=(_need("id", "The id of a campaign, or of its event.", _ID),),
        in_query=(_may("year", "The year that names the edition.", _year_schema()),),
        example={"id": "thuong-binh-liet-si", "year": "2023"},
    ),
    Operation(
        name="milestones",
        path="/milestones",
        about=f"The round years (tròn, lẻ 5) of at most {LONGEST_YEARS} years, by day.",
        shape=MilestonesPage,
        run=_milestones,
        in_query=(
            _may("from", "The first year; the next one by default.", _year_schema()),
            _may("to", "The last year; the second after the first by default.", _year_schema()),
            _may(
                "others",
                "1 for the other years instead: N ends in 0 or 5, and no decree classes them so.",
                {"type": "integer", "minimum": 0, "maximum": 1},
            ),
            *_AXES,
            *_PAGED,
        ),
        example={"from": "2027", "to": "2029", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="search",
        path="/search",
        about="Events by a name in any spelling, by a date such as 27/7, or of a province.",
        shape=SearchData,
        run=_search,
        in_query=(
            _need(
                "q", "What to look for.", {"type": "string", "minLength": 1, "maxLength": LONGEST}
            ),
            _may(
                "limit",
                f"How many at most; {FOUND} by default.",
                {"type": "integer", "minimum": 1, "maximum": MOST_FOUND},
            ),
        ),
    ),
    Operation(
        name="lunar",
        path="/lunar/{day}",
        about="The Vietnamese lunar date of a day from 1900-01-01 to 2101-01-28.",
        shape=DayData,
        run=_lunar,
        in_path=(_need("day", "A Gregorian day.", _DAY),),
        example={"day": "2025-01-29"},
    ),
    Operation(
        name="solar",
        path="/solar",
        about="The Gregorian day of a Vietnamese lunar date; 404 where there is none.",
        shape=DayData,
        run=_solar,
        in_query=(
            _need("year", "The lunar year.", _year_schema(FIRST_YEAR - 1)),
            _need("month", "The lunar month.", {"type": "integer", "minimum": 1, "maximum": 12}),
            _need("day", "The lunar day.", {"type": "integer", "minimum": 1, "maximum": 30}),
            _may("leap", "1 for the leap month.", {"type": "integer", "minimum": 0, "maximum": 1}),
        ),
        example={"year": "2025", "month": "1", "day": "1"},
    ),
)


def _view(operation: Operation) -> Callable[..., Response]:
    known = {parameter.name for parameter in (*operation.in_query, _LANG)}

    def view(**path: str) -> Response:
        query = dict(request.args.lists())
        unknown = [name for name in query if name not in known]
        if unknown:
            raise UnknownParameterError(unknown, known)
        refuse_langs(query.get("lang", []))
        asked = Asked(
            services=services(),
            registry=g.registry,
            today=g.today,
            address=quote(request.path),
            values=query | {name: [text] for name, text in path.items()},
            in_path=tuple(path),
        )
        return _respond(operation.run(asked))

    view.__doc__ = operation.about
    return view


def _respond(answer: Answer) -> Response:
    response = Response(to_json(answer.data), content_type="application/json")
    links = {"service-desc": DESCRIPTION, **answer.links}
    root = request.script_root
    header = ", ".join(f'<{root}{address}>; rel="{rel}"' for rel, address in links.items())
    response.headers["Link"] = header
    return response


def in_query_of(operation: Operation) -> tuple[Parameter, ...]:
    """Return all parameters of the query, the language of errors last."""
    return (*operation.in_query, _LANG)


for _operation in OPERATIONS:
    _rule = _operation.path.replace("{", "<").replace("}", ">")
    bp.add_url_rule(_rule, _operation.name, _view(_operation), methods=["GET"])
