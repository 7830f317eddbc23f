"""Word documents: the letter of a month, the plan and the slogans of a campaign."""

from flask import Blueprint, Response, g

from calendar_service.core.campaigns import Edition
from calendar_service.core.dates import Month, parse_year
from calendar_service.core.editions import edition_asked_for, editions_in
from calendar_service.core.letterhead import FIELDS, Letterhead
from calendar_service.core.occurrences import list_month
from calendar_service.web.context import services
from calendar_service.web.query import AXES, only

# The makers of Word files are imported where one is made: python-docx takes long to import.

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

bp = Blueprint("documents", __name__)


@bp.get("/month/<month>.docx")
def send_letter(month: str) -> Response:
    """Send the guidance letter of a month, for its region's user to finish."""
    from calendar_service.formats.docx import render_letter

    when = Month.parse(month)
    head, rest = _letterhead(*AXES)
    selection = services().selection(rest)
    month_list = list_month(g.registry.events, when, selection)
    editions = editions_in(g.registry, when, selection)
    data = render_letter(month_list, editions, head, selection.region)
    return _file(data, f"cong-van-{when}")


@bp.get("/campaigns/<campaign_id>.docx")
def send_plan(campaign_id: str) -> Response:
    """Send the plan of a campaign, of the edition that runs or comes next by default."""
    from calendar_service.formats.docx import render_plan

    head, rest = _letterhead("year")
    edition = _edition(campaign_id, rest)
    return _file(render_plan(edition, head), f"ke-hoach-{campaign_id}-{edition.year}")


@bp.get("/campaigns/<campaign_id>/slogans.docx")
def send_slogans(campaign_id: str) -> Response:
    """Send the slogans of a campaign, likewise."""
    from calendar_service.formats.docx import render_slogans

    head, rest = _letterhead("year")
    edition = _edition(campaign_id, rest)
    return _file(render_slogans(edition, head), f"khau-hieu-{campaign_id}-{edition.year}")


def _letterhead(*others: str) -> tuple[Letterhead, dict[str, list[str]]]:
    """Return the inputs that the query holds, and the rest of it, all of it in *others*."""
    values = only(*FIELDS, *others)
    head = Letterhead.parse({name: values.pop(name) for name in FIELDS if name in values})
    return head, values


def _edition(campaign_id: str, values: dict[str, list[str]]) -> Edition:
    years = values.get("year")
    year = parse_year(years[-1]) if years else None
    return edition_asked_for(g.registry, campaign_id, year, g.today)


def _file(data: bytes, name: str) -> Response:
    response = Response(data, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response
