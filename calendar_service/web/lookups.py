"""Looking things up: /search by name or day, /milestones for the round years to come."""

from collections.abc import Iterable
from itertools import groupby

from flask import Blueprint, Response, g, render_template, request

from calendar_service.core.dates import parse_year
from calendar_service.core.milestones import milestone_years, milestones
from calendar_service.core.model import Occurrence
from calendar_service.core.search import LONGEST, next_occurrence, region_named, search
from calendar_service.errors import TooLongTextError, UnknownFormatError
from calendar_service.formats.data import item_data, to_json
from calendar_service.formats.shapes import AllMilestonesData, SearchData
from calendar_service.web.answers import MOST_FOUND, search_data
from calendar_service.web.context import services
from calendar_service.web.negotiation import PAGE, form_answer, page_answer, split_form
from calendar_service.web.query import AXES, kept_query, only, read_style

_FORMS = ("json",)

bp = Blueprint("lookups", __name__)


@bp.get("/search")
@bp.get("/search.<form>")
def show_search(form: str = "") -> Response:
    """Show the events that a text names, the best first."""
    _, form = split_form(f"search.{form}" if form else "search", request)
    values = only("q", "lang")
    read_style(values.get("lang", []))
    words = (values.get("q") or [""])[-1]
    if len(words) > LONGEST:
        raise TooLongTextError(LONGEST)
    if form != PAGE:
        return _data(form, search_data(g.registry, words, MOST_FOUND, g.today))
    found = search(g.registry, words, MOST_FOUND)
    items = [(each, next_occurrence(each.event, g.today)) for each in found]
    page = render_template(
        "pages/search.html",
        q=words,
        region=region_named(words),
        items=items,
        most=MOST_FOUND,
    )
    return page_answer(page)


@bp.get("/milestones")
@bp.get("/milestones.<form>")
def show_milestones(form: str = "") -> Response:
    """Show the round years to come of core and sector events, by the decrees and otherwise."""
    _, form = split_form(f"milestones.{form}" if form else "milestones", request)
    values = only("from", "to", "lang", *AXES)
    read_style(values.pop("lang", []))
    given = [parse_year(v[-1]) if (v := values.pop(name, [])) else None for name in ("from", "to")]
    first, last = milestone_years(g.today, *given)
    selection = services().selection(values)
    items, others = milestones(g.registry.events, first, last, selection)
    if form != PAGE:
        data: AllMilestonesData = {
            "from": first,
            "to": last,
            "items": [item_data(item) for item in items],
            "others": [item_data(item) for item in others],
        }
        return _data(form, data)
    page = render_template(
        "pages/milestones.html",
        first=first,
        last=last,
        years=_by_year(items),
        other_years=_by_year(others),
        selection=selection,
        query=kept_query(),
    )
    return page_answer(page)


def _by_year(items: Iterable[Occurrence]) -> list[tuple[int, list[Occurrence]]]:
    by_year = groupby(items, key=lambda item: item.on.year)
    return [(year, list(found)) for year, found in by_year]


def _data(form: str, data: SearchData | AllMilestonesData) -> Response:
    if form not in _FORMS:
        raise UnknownFormatError(form, _FORMS)
    return form_answer(form, to_json(data).encode())
