"""Pages, and the same content as JSON, text and tables by suffix or Accept header."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from calendar_service.core.campaigns import Edition
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month, parse_year
from calendar_service.core.editions import (
    campaign_of,
    edition_near,
    editions_in,
    steps_between,
)
from calendar_service.core.feeds import feed_named, span_of, steps_of_feed
from calendar_service.core.leave import days_by_law, leave_of
from calendar_service.core.lunar import to_lunar
from calendar_service.core.model import Event, Kind, Occurrence
from calendar_service.core.occurrences import (
    list_month,
    list_upcoming,
    list_year,
    occurrences_of,
    select,
)
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.statistics import ENOUGH, NATIONAL, NO_MONTH, statistics_of
from calendar_service.core.wording import KINDS, PROMINENCES, SOURCES, paragraph, place_text
from calendar_service.errors import UnknownFormatError
from calendar_service.formats.data import event_data, to_json
from calendar_service.formats.forms import (
    MEDIA_TYPES,
    render_month,
    render_range,
    render_year,
)
from calendar_service.web.context import services
from calendar_service.web.negotiation import PAGE, form_answer, page_answer, split_form
from calendar_service.web.query import kept_query, only, read_choice, read_style

EVENT_YEARS_BACK = 5
EVENT_YEARS_AHEAD = 10
WORK_DAYS = 30
WORK_LINES = 15
_MONTHS = {f"{number:02}": f"Tháng {number}" for number in range(1, 13)}

bp = Blueprint("pages", __name__)


@bp.get("/")
def show_home() -> str:
    """Show this month, and what comes next."""
    selection = read_choice()[0]
    _, _, coming = list_upcoming(g.registry.events, g.today, selection)
    return _month_page(
        Month.of(g.today),
        selection,
        next_up=[item for item in coming if item.on == coming[0].on],
        **_work(selection),
    )


@bp.get("/month/<text>")
def show_month(text: str) -> Response:
    """Show the anniversaries of one month, ready to paste into a letter."""
    stem, form = split_form(text, request)
    month = Month.parse(stem)
    selection, style = read_choice()
    if form == PAGE:
        return page_answer(_month_page(month, selection))
    month_list = list_month(g.registry.events, month, selection)
    campaigns = editions_in(g.registry, month, selection)
    return form_answer(form, render_month(form, month_list, style, campaigns))


@bp.get("/year/<text>")
def show_year(text: str) -> Response:
    """Show the twelve months of one year."""
    stem, form = split_form(text, request)
    year = parse_year(stem)
    selection, style = read_choice()
    months = list_year(g.registry.events, year, selection)
    leave = leave_of(g.registry.events, year)
    if form == PAGE:
        near = [other for other in (year - 1, year + 1) if FIRST_YEAR <= other <= LAST_YEAR]
        return page_answer(
            render_template(
                "pages/year.html",
                year=year,
                near=near,
                months=months,
                leave=[(occurrence, days_by_law(occurrence)) for occurrence in leave],
                selection=selection,
                query=kept_query(),
            )
        )
    campaigns = {m.month: editions_in(g.registry, m.month, selection) for m in months}
    return form_answer(form, render_year(form, year, months, style, campaigns, leave))


@bp.get("/upcoming")
@bp.get("/upcoming.<form>")
def show_upcoming(form: str = "") -> Response:
    """Show what the next 30 days bring, today included."""
    _, form = split_form(f"upcoming.{form}" if form else "upcoming", request)
    selection, style = read_choice()
    first, last, items = list_upcoming(g.registry.events, g.today, selection)
    if form == PAGE:
        return page_answer(
            render_template(
                "pages/upcoming.html",
                items=items,
                selection=selection,
                query=kept_query(),
                everything=replace(selection, all=True).query,
                last=last,
            )
        )
    return form_answer(form, render_range(form, first, last, items, style))


@bp.get("/events/<text>")
def show_event(text: str) -> AnyResponse:
    """Show one event: its sources, why its count, and its occurrences."""
    stem, form = split_form(text, request)
    event = g.registry.event(stem)
    if stem != event.id:  # an id that became part of another entry: addresses stay good
        address = url_for(".show_event", text=event.id + text.removeprefix(stem))
        query = request.query_string.decode()
        return redirect(f"{address}?{query}" if query else address, HTTPStatus.PERMANENT_REDIRECT)
    style = read_style(only("lang").get("lang", []))
    first = max(g.today.year - EVENT_YEARS_BACK, FIRST_YEAR)
    last = min(g.today.year + EVENT_YEARS_AHEAD, LAST_YEAR)
    occurrences = occurrences_of(event, first, last)
    if form == PAGE:
        next_up = next((item for item in occurrences if item.on >= g.today), None)
        return page_answer(
            render_template(
                "pages/event.html",
                event=event,
                occurrences=occurrences,
                next_up=next_up,
                editions=_editions_of(event, comes=next_up is not None),
            )
        )
    if form == "json":
        return form_answer(form, to_json(event_data(event, occurrences)).encode())
    if form == "md":
        raise UnknownFormatError(form, [name for name in MEDIA_TYPES if name != "md"])
    days = date(first, 1, 1), date(last, 12, 31)
    return form_answer(form, render_range(form, *days, occurrences, style))


@bp.get("/subscribe")
def show_subscribe() -> str:
    """Show how a calendar program subscribes to a feed."""
    feed = feed_named((only("feed").get("feed") or ["core"])[-1], g.registry, g.today)
    span = span_of(feed, g.registry, g.today)
    if feed.of_campaigns:
        count = len(steps_of_feed(feed, g.registry, g.today))
    else:
        count = len(select(g.registry.events, span.first, span.last, feed.selection))
    address = f"{services().settings.base_url}/feeds/{feed.name}.ics"
    return render_template(
        "pages/subscribe.html",
        feed=feed,
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}",
        first=span.first,
        last=span.last,
        count=count,
        selection=feed.selection,
        query=f"?region={feed.name}" if feed.name in NAMES else "",
    )


@bp.get("/registry")
def show_registry() -> str:
    """Show what the registry holds and lacks, and how to correct it."""
    only()
    found = statistics_of(g.registry)
    return render_template(
        "pages/registry.html",
        found=found,
        months=_counts(_MONTHS | {NO_MONTH: "Năm ấy không có"}, found.months),
        kinds=_counts(KINDS, found.kinds),
        prominences=_counts(PROMINENCES, found.prominences),
        places=_counts(
            {NATIONAL: "Cả nước"} | {name: place_text(name) for name in NAMES}, found.regions
        ),
        sources=_counts(SOURCES, found.sources),
        enough=ENOUGH,
        changed=g.registry.changed,
        contact=services().settings.contact,
    )


@bp.get("/healthz")
def show_health() -> Response:
    """Answer "ok" while the process serves."""
    response = Response("ok\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/robots.txt")
def show_robots() -> Response:
    """Let crawlers and calendar importers read everything."""
    return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")


def _counts(names: Mapping[Any, str], numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return what was counted with its name, in the order of the names."""
    return [(name, numbers[key]) for key, name in names.items() if key in numbers]


def _editions_of(event: Event, *, comes: bool) -> list[Edition]:
    """Return the editions nearest today of the campaigns around *event*.

    Args:
        event: The event.
        comes: Whether it is kept again, so that a campaign follows from it.
    """
    ids = list(event.campaigns)
    if comes and event.kind is not Kind.DAY_OFF:
        ids.append(campaign_of(g.registry, event.id).id)
    return [edition_near(g.registry, id_, g.today) for id_ in dict.fromkeys(ids)]


def _work(selection: Selection) -> dict[str, Any]:
    """Return the first steps of the next 30 days by their day, and how many more there are."""
    last = g.today + timedelta(days=WORK_DAYS)
    steps = steps_between(g.registry, g.today, last, selection)
    by_day = groupby(steps[:WORK_LINES], key=lambda pair: pair[1].on)
    return {
        "work": [(on, list(pairs)) for on, pairs in by_day],
        "more_work": max(len(steps) - WORK_LINES, 0),
    }


def _month_page(
    month: Month, selection: Selection, *, next_up: Sequence[Occurrence] = (), **more: Any
) -> str:
    month_list = list_month(g.registry.events, month, selection)
    return render_template(
        "pages/month.html",
        month=month,
        list=month_list,
        editions=editions_in(g.registry, month, selection),
        text=paragraph(month_list),
        selection=selection,
        query=kept_query(),
        next_up=next_up,
        lunar_first=to_lunar(month.first),
        lunar_last=to_lunar(month.last),
        **more,
    )
