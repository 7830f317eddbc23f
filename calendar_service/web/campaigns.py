"""Pages of campaigns: which run now, and one of them with every step on its day."""

from datetime import date
from functools import partial
from http import HTTPStatus
from itertools import groupby

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from calendar_service.core.campaign import Campaign, DisplayKind
from calendar_service.core.campaigns import Edition, due_day
from calendar_service.core.dates import parse_year
from calendar_service.core.editions import (
    campaign_of,
    edition_asked_for,
    editions_of_campaign,
    events_by_id,
)
from calendar_service.core.outlook import Outlook, next_step, outlook_on, step_at_hand
from calendar_service.core.regions import MERGED, NATIONAL, TODAY
from calendar_service.core.selection import Selection
from calendar_service.errors import UnknownFormatError
from calendar_service.formats.campaign_shapes import CampaignsData, EditionData
from calendar_service.formats.data import campaigns_data, edition_data, to_json
from calendar_service.formats.timeline import (
    edition_axis,
    edition_scale,
    edition_strip,
    overview_axis,
    overview_scale,
    span_strip,
    steps_strip,
)
from calendar_service.web.context import services
from calendar_service.web.negotiation import PAGE, form_answer, page_answer, split_form
from calendar_service.web.query import kept_query, only, read_choice, read_style

_YEARS_AROUND = 3
_FORMS = ("json",)

bp = Blueprint("campaigns", __name__)


@bp.get("/campaigns")
@bp.get("/campaigns.<form>")
def show_campaigns(form: str = "") -> Response:
    """Show the campaigns that run, come soon or ended a short while ago."""
    _, form = split_form(f"campaigns.{form}" if form else "campaigns", request)
    selection, _ = read_choice()
    outlook = outlook_on(g.registry, g.today, selection)
    if form == PAGE:
        return page_answer(_overview_page(outlook, selection))
    return _data(form, campaigns_data(g.today, outlook))


@bp.get("/campaigns/<text>")
def show_campaign(text: str) -> AnyResponse:
    """Show an edition of a campaign: the one near today, or that of the year asked for."""
    stem, form = split_form(text, request)
    values = only("year", "lang")
    read_style(values.get("lang", []))
    campaign = campaign_of(g.registry, stem)
    if campaign.id != stem:
        return _moved(campaign, text.removeprefix(stem))
    years = values.get("year")
    year = parse_year(years[-1]) if years else None
    edition = edition_asked_for(g.registry, stem, year, g.today)
    if form == PAGE:
        return page_answer(_edition_page(edition))
    return _data(form, edition_data(edition))


def _moved(campaign: Campaign, suffix: str) -> AnyResponse:
    """Send on from an event's id to the campaign that somebody wrote for it."""
    address = url_for("campaigns.show_campaign", text=campaign.id + suffix)
    query = request.query_string.decode()
    code = HTTPStatus.FOUND  # for a while: the campaign may be renamed, or end
    return redirect(f"{address}?{query}" if query else address, code=code)


def _data(form: str, data: CampaignsData | EditionData) -> Response:
    if form not in _FORMS:
        raise UnknownFormatError(form, _FORMS)
    return form_answer(form, to_json(data).encode())


def _overview_page(outlook: Outlook, selection: Selection) -> str:
    scale = overview_scale(g.today)
    return render_template(
        "pages/campaigns.html",
        outlook=outlook,
        axis=overview_axis(scale, g.today),
        strip_of=partial(edition_strip, scale),
        next_step=partial(next_step, today=g.today),
        selection=selection,
        query=kept_query(),
        national=NATIONAL if services().settings.region else "",
        today_regions=TODAY,
        merged_regions=MERGED,
    )


def _edition_page(edition: Edition) -> str:
    campaign, scale = edition.campaign, edition_scale(edition)
    return render_template(
        "pages/campaign.html",
        edition=edition,
        campaign=campaign,
        axis=edition_axis(scale, edition, g.today),
        steps=steps_strip(scale, edition),
        span_strip=partial(span_strip, scale),
        windows=_windows(edition),
        at_hand=step_at_hand(edition, g.today),
        coming=next_step(edition, g.today),
        due_day=due_day,
        others=_other_years(edition),
        related=_related(campaign),
        events=[events_by_id(g.registry)[event_id] for event_id in campaign.events],
    )


def _windows(
    edition: Edition,
) -> list[tuple[tuple[DisplayKind, ...], date, date, str | None]]:
    """Return what hangs when, and who hangs it: what hangs on the same days is one."""
    together = groupby(
        sorted(edition.windows, key=lambda w: (w.start, w.end, w.who or "")),
        key=lambda w: (w.start, w.end, w.who),
    )
    return [(tuple(window.what for window in windows), *days) for days, windows in together]


def _other_years(edition: Edition) -> list[Edition]:
    """Return the editions of the years around, none for a campaign that runs once."""
    campaign, year = edition.campaign, edition.year
    if campaign.year:
        return []
    years = range(year - _YEARS_AROUND, year + _YEARS_AROUND + 1)
    found = editions_of_campaign(g.registry, campaign, years)
    return [other for other in found if other.year != year]


def _related(campaign: Campaign) -> list[Campaign]:
    """Return the other campaigns that somebody wrote around the same events."""
    own = set(campaign.events)
    return [c for c in g.registry.campaigns if own & set(c.events) and c.id != campaign.id]
