"""The API, version 1: the operations and their routes."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, g, request

from calendar_service.core.dates import FIRST_YEAR
from calendar_service.core.milestones import LONGEST_YEARS
from calendar_service.core.search import LONGEST
from calendar_service.errors import UnknownParameterError
from calendar_service.formats.campaign_shapes import CampaignsPage, EditionData
from calendar_service.formats.data import to_json
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
from calendar_service.web.answers import (
    FOUND,
    MOST_FOUND,
    RANGE_DAYS,
    answer_campaign,
    answer_campaigns,
    answer_event,
    answer_events,
    answer_lunar,
    answer_milestones,
    answer_month,
    answer_occurrences,
    answer_search,
    answer_solar,
    answer_upcoming,
    answer_year,
)
from calendar_service.web.context import services
from calendar_service.web.operations import BASE, Answer, Asked, Operation, Parameter, refuse_langs
from calendar_service.web.parameters import (
    AXES,
    DAY,
    EVENT_AXES,
    ID,
    LANG,
    ORDER,
    PAGED,
    may,
    need,
    year_schema,
)

DESCRIPTION = "/openapi.json"

bp = Blueprint("api", __name__, url_prefix=BASE)

OPERATIONS = (
    Operation(
        name="month",
        path="/months/{month}",
        about="What a letter carries for one month, and the first ten days of the next.",
        shape=MonthData,
        run=answer_month,
        in_path=(
            need(
                "month",
                "A month from 1900-01 to 2100-12.",
                {"type": "string", "pattern": "^(19[0-9]{2}|20[0-9]{2}|2100)-(0[1-9]|1[0-2])$"},
            ),
        ),
        in_query=(*AXES, ORDER),
        example={"month": "2023-07", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="year",
        path="/years/{year}",
        about="The lists of a year's twelve months.",
        shape=YearData,
        run=answer_year,
        in_path=(need("year", "A year.", year_schema()),),
        in_query=(*AXES, ORDER),
    ),
    Operation(
        name="occurrences",
        path="/occurrences",
        about=f"What starts in a range of at most {RANGE_DAYS} days, by day, then by id.",
        shape=RangePage,
        run=answer_occurrences,
        in_query=(
            need("from", "The first day, from 1900-01-01 on.", DAY),
            need("to", "The last day, included, to 2100-12-31.", DAY),
            *AXES,
            *PAGED,
        ),
        example={"from": "2023-07-20", "to": "2023-08-05", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="upcoming",
        path="/upcoming",
        about="What the next 30 days bring, today included.",
        shape=RangeData,
        run=answer_upcoming,
        in_query=AXES,
    ),
    Operation(
        name="events",
        path="/events",
        about="The registry's events, by id; without a choice those that letters carry.",
        shape=EventsPage,
        run=answer_events,
        in_query=(*EVENT_AXES, *PAGED),
        example={"event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="event",
        path="/events/{id}",
        about="One event and its occurrences; an id that became part of another leads there.",
        shape=EventData,
        run=answer_event,
        in_path=(need("id", "The event's id.", ID),),
        in_query=(
            may("from", "The first year of its occurrences.", year_schema()),
            may("to", "The last one.", year_schema()),
        ),
        example={"id": "thuong-binh-liet-si", "from": "2023", "to": "2024"},
    ),
    Operation(
        name="campaigns",
        path="/campaigns",
        about="The campaigns that run in a year, this one by default, by their first day.",
        shape=CampaignsPage,
        run=answer_campaigns,
        in_query=(may("year", "The year.", year_schema()), *AXES, *PAGED),
    ),
    Operation(
        name="campaign",
        path="/campaigns/{id}",
        about="A campaign with every step on its day: as it runs in a year, else next.",
        shape=EditionData,
        run=answer_campaign,
        in_path=(need("id", "The id of a campaign, or of its event.", ID),),
        in_query=(may("year", "The year that names the edition.", year_schema()),),
        example={"id": "thuong-binh-liet-si", "year": "2023"},
    ),
    Operation(
        name="milestones",
        path="/milestones",
        about=f"The round years (tròn, lẻ 5) of at most {LONGEST_YEARS} years, by day.",
        shape=MilestonesPage,
        run=answer_milestones,
        in_query=(
            may("from", "The first year; the next one by default.", year_schema()),
            may("to", "The last year; the second after the first by default.", year_schema()),
            may(
                "others",
                "1 for the other years instead: N ends in 0 or 5, and no decree classes them so.",
                {"type": "integer", "minimum": 0, "maximum": 1},
            ),
            *AXES,
            *PAGED,
        ),
        example={"from": "2027", "to": "2029", "event": "thuong-binh-liet-si"},
    ),
    Operation(
        name="search",
        path="/search",
        about="Events by a name in any spelling, by a date such as 27/7, or of a province.",
        shape=SearchData,
        run=answer_search,
        in_query=(
            need(
                "q", "What to look for.", {"type": "string", "minLength": 1, "maxLength": LONGEST}
            ),
            may(
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
        run=answer_lunar,
        in_path=(need("day", "A Gregorian day.", DAY),),
        example={"day": "2025-01-29"},
    ),
    Operation(
        name="solar",
        path="/solar",
        about="The Gregorian day of a Vietnamese lunar date; 404 where there is none.",
        shape=DayData,
        run=answer_solar,
        in_query=(
            need("year", "The lunar year.", year_schema(FIRST_YEAR - 1)),
            need("month", "The lunar month.", {"type": "integer", "minimum": 1, "maximum": 12}),
            need("day", "The lunar day.", {"type": "integer", "minimum": 1, "maximum": 30}),
            may("leap", "1 for the leap month.", {"type": "integer", "minimum": 0, "maximum": 1}),
        ),
        example={"year": "2025", "month": "1", "day": "1"},
    ),
)


def _view(operation: Operation) -> Callable[..., Response]:
    known = {parameter.name for parameter in (*operation.in_query, LANG)}

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
    return (*operation.in_query, LANG)


for _operation in OPERATIONS:
    _rule = _operation.path.replace("{", "<").replace("}", ">")
    bp.add_url_rule(_rule, _operation.name, _view(_operation), methods=["GET"])
