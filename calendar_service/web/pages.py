"""Pages, and the same content as JSON, text and tables by suffix or Accept header."""

import re
from dataclasses import fields
from datetime import date
from pathlib import PurePosixPath

from flask import Blueprint, Response, g, render_template, request

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, Month, parse_year
from calendar_service.core.editions import editions_in
from calendar_service.core.feeds import feed_named, feed_window, steps_of_feed
from calendar_service.core.lunar import to_lunar
from calendar_service.core.model import Occurrence
from calendar_service.core.occurrences import (
    list_month,
    list_upcoming,
    list_year,
    occurrences_of,
    select,
)
from calendar_service.core.regions import MERGED, NATIONAL, TODAY
from calendar_service.core.selection import Selection
from calendar_service.core.wording import paragraph
from calendar_service.errors import InvalidSelectionError, UnknownFormatError
from calendar_service.formats.data import event_data, to_json
from calendar_service.formats.forms import (
    MEDIA_TYPES,
    Style,
    render_month,
    render_range,
    render_year,
)
from calendar_service.web.context import services
from calendar_service.web.negotiation import PAGE, split_form

EVENT_YEARS_BACK = 5
EVENT_YEARS_AHEAD = 10
_LANGS = ("vi", "en")
_AXES = frozenset(field.name for field in fields(Selection)) | {"lang"}
# What social networks and mail programs add to links that people share.
_TRACKING = re.compile(r"fbclid|gclid|zarsrc|mc_[ce]id|utm_\w+")

bp = Blueprint("pages", __name__)


@bp.get("/")
def show_home() -> str:
    """Show this month, and what comes next."""
    selection = _choice()[0]
    _, _, coming = list_upcoming(g.registry.events, g.today, selection)
    return _month_page(Month.of(g.today), selection, next_up=next(iter(coming), None))


@bp.get("/month/<text>")
def show_month(text: str) -> Response:
    """Show the anniversaries of one month, ready to paste into a letter."""
    stem, form = split_form(text, request)
    month = Month.parse(stem)
    selection, style = _choice()
    if form == PAGE:
        return _page(_month_page(month, selection))
    month_list = list_month(g.registry.events, month, selection)
    campaigns = editions_in(g.registry, month, selection)
    return _form(form, render_month(form, month_list, style, campaigns))


@bp.get("/year/<text>")
def show_year(text: str) -> Response:
    """Show the twelve months of one year."""
    stem, form = split_form(text, request)
    year = parse_year(stem)
    selection, style = _choice()
    months = list_year(g.registry.events, year, selection)
    if form == PAGE:
        near = [other for other in (year - 1, year + 1) if FIRST_YEAR <= other <= LAST_YEAR]
        return _page(
            render_template("pages/year.html", year=year, near=near, months=months, query=_query())
        )
    campaigns = {m.month: editions_in(g.registry, m.month, selection) for m in months}
    return _form(form, render_year(form, year, months, style, campaigns))


@bp.get("/upcoming")
@bp.get("/upcoming.<form>")
def show_upcoming(form: str = "") -> Response:
    """Show what the next 30 days bring, today included."""
    _, form = split_form(f"upcoming.{form}" if form else "upcoming", request)
    selection, style = _choice()
    first, last, items = list_upcoming(g.registry.events, g.today, selection)
    if form == PAGE:
        return _page(
            render_template("pages/upcoming.html", items=items, selection=selection, last=last)
        )
    return _form(form, render_range(form, first, last, items, style))


@bp.get("/events/<text>")
def show_event(text: str) -> Response:
    """Show one event: its sources, why its count, and its occurrences."""
    stem, form = split_form(text, request)
    event = g.registry.event(stem)
    style = _style(_only("lang").get("lang", []))
    first = max(g.today.year - EVENT_YEARS_BACK, FIRST_YEAR)
    last = min(g.today.year + EVENT_YEARS_AHEAD, LAST_YEAR)
    occurrences = occurrences_of(event, first, last)
    if form == PAGE:
        next_up = next((item for item in occurrences if item.on >= g.today), None)
        return _page(
            render_template(
                "pages/event.html", event=event, occurrences=occurrences, next_up=next_up
            )
        )
    if form == "json":
        return _form(form, to_json(event_data(event, occurrences)).encode())
    if form == "md":
        raise UnknownFormatError(form, [name for name in MEDIA_TYPES if name != "md"])
    days = date(first, 1, 1), date(last, 12, 31)
    return _form(form, render_range(form, *days, occurrences, style))


@bp.get("/subscribe")
def show_subscribe() -> str:
    """Show how a calendar program subscribes to a feed."""
    feed = feed_named((_only("feed").get("feed") or ["core"])[-1], g.registry)
    first, last = feed_window(g.today)
    if feed.of_campaigns:
        count = len(steps_of_feed(feed, g.registry, g.today))
    else:
        count = len(select(g.registry.events, first, last, feed.selection))
    address = f"{services().settings.base_url}/feeds/{feed.name}.ics"
    return render_template(
        "pages/subscribe.html",
        feed=feed,
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}",
        first=first,
        last=last,
        count=count,
        today_regions=TODAY,
        merged_regions=MERGED,
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


def _month_page(month: Month, selection: Selection, *, next_up: Occurrence | None = None) -> str:
    month_list = list_month(g.registry.events, month, selection)
    return render_template(
        "pages/month.html",
        month=month,
        list=month_list,
        text=paragraph(month_list),
        selection=selection,
        query=_query(),
        next_up=next_up,
        national=NATIONAL if services().settings.region else "",
        today_regions=TODAY,
        merged_regions=MERGED,
        lunar_first=to_lunar(month.first),
        lunar_last=to_lunar(month.last),
    )


def _parameters() -> dict[str, list[str]]:
    """Return the query parameters; a form's empty fields and tracking marks fall away."""
    return {
        name: [text for text in texts if text]
        for name, texts in request.args.lists()
        if not _TRACKING.fullmatch(name) and (name not in _AXES or any(texts))
    }


def _choice() -> tuple[Selection, Style]:
    """Return what the query asks for and how it is written."""
    values = _parameters()
    style = _style(values.pop("lang", []))
    return services().selection(values), style


def _query() -> str:
    """Return the query that keeps what was chosen, without the settings' region."""
    values = _parameters()
    values.pop("lang", None)
    query = Selection.parse(values).query
    return f"?{query}" if query else ""


def _style(langs: list[str]) -> Style:
    lang = langs[-1] if langs else "vi"
    if lang not in _LANGS:
        raise InvalidSelectionError("lang", lang, list(_LANGS))
    return Style(lang=lang, base_url=services().settings.base_url)


def _only(*names: str) -> dict[str, list[str]]:
    """Return the query parameters, having refused those that this page does not know."""
    values = _parameters()
    for name in values:
        if name not in names:
            raise InvalidSelectionError(name, None, list(names))
    return values


def _page(text: str) -> Response:
    response = Response(text, mimetype="text/html")
    response.vary.add("Accept")
    return response


def _form(form: str, data: bytes) -> Response:
    response = Response(data, content_type=MEDIA_TYPES[form])
    if "." not in request.path:  # else the suffix alone decides
        response.vary.add("Accept")
    if form in ("csv", "ics"):
        name = PurePosixPath(request.path).stem
        response.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    return response
