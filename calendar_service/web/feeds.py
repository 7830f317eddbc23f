"""Feeds over HTTP: iCalendar, Atom and JSON Feed at stable addresses."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from calendar_service import __version__
from calendar_service.core.dates import LAST_YEAR
from calendar_service.core.feeds import (
    CUSTOM,
    PLAIN,
    REGISTRY,
    Feed,
    Variant,
    custom_feed,
    feed_named,
    former_feed,
    selection_values,
    span_of,
)
from calendar_service.core.occurrences import select
from calendar_service.core.wording import TAKEN_OUT, UNREADABLE_CHOICE
from calendar_service.errors import (
    CalendarServiceError,
    UnknownCampaignError,
    UnknownEventError,
    UnknownFeedError,
    UnknownFormatError,
)
from calendar_service.formats.forms import MEDIA_TYPES
from calendar_service.formats.syndication import MEDIA_TYPES as NEWS_TYPES
from calendar_service.formats.syndication import render_atom, render_json_feed
from calendar_service.web.context import feed_maker, services

NEWS_BACK = timedelta(days=7)
NEWS_AHEAD = timedelta(days=30)

_GONE = (UnknownCampaignError, UnknownEventError, UnknownFeedError)

bp = Blueprint("feeds", __name__)


@bp.get("/feeds/<name>.ics")
def show_feed(name: str) -> AnyResponse:
    """Send one feed; its ETag and Last-Modified let a calendar program ask cheaply.

    Query parameters that nobody knows are let pass: programs add their own, and an error
    would make some of them drop the calendar.
    """
    values = dict(request.args.lists())
    variant = Variant.parse(values)
    try:
        feed, unreadable = _feed(name, values)
        if feed.name != name:
            return _moved(url_for(".show_feed", name=feed.name))
        if unreadable:
            title = feed.title_en if variant.lang == "en" else feed.title
            text = UNREADABLE_CHOICE[variant.lang].format(unreadable)
            data, lasting = feed_maker().notice(title, text, g.today), True
        else:
            data, lasting = feed_maker().make(feed, g.registry, g.today, variant)
    except _GONE:
        if not feed_maker().history.was_published(name):
            raise
        return _former(name, variant.lang)
    response = Response(data, content_type=MEDIA_TYPES["ics"])
    plain = variant == PLAIN and feed.name != CUSTOM
    modified_at = _last_modified(span_of(feed, g.registry, g.today).since)
    if modified_at and lasting and plain:
        modified_at = feed_maker().history.since(feed.name, data, modified_at)
    return _validated(response, modified_at if lasting else None)


@bp.get("/feeds/<name>.atom", defaults={"form": "atom"})
@bp.get("/feeds/<name>.json", defaults={"form": "json"})
def show_news(name: str, form: str) -> AnyResponse:
    """Send what has just been and what is coming, for feed readers and web sites."""
    values = dict(request.args.lists())
    lang = Variant.parse(values).lang
    try:
        feed, unreadable = _feed(name, values)
    except _GONE:
        if not feed_maker().history.was_published(name):
            raise
        feed, unreadable = former_feed(name), name
    if feed.name != name:
        return _moved(url_for(".show_news", name=feed.name, form=form))
    if feed.year:  # what is over or far has no news
        raise UnknownFormatError(form, ["ics"])
    last = min(g.today + NEWS_AHEAD, date(LAST_YEAR, 12, 31))
    days = g.today - NEWS_BACK, last
    # Campaigns have no news of their own: their events do.
    items = [] if unreadable else select(g.registry.events, *days, feed.selection)
    title = feed.title_en if lang == "en" else feed.title
    address = f"{services().settings.base_url}{request.full_path.rstrip('?')}"
    render = render_atom if form == "atom" else render_json_feed
    data = render(title, items, address, services().settings.base_url, lang, NEWS_AHEAD)
    response = Response(data, content_type=NEWS_TYPES[form])
    return _validated(response, _last_modified(g.today))  # its days move on each day


def _feed(name: str, values: dict[str, list[str]]) -> tuple[Feed, str]:
    """Return the feed that is called *name*, and the choice that was asked for if unreadable."""
    if name != CUSTOM:
        return feed_named(name, g.registry, g.today), ""
    chosen = selection_values(values)
    try:
        return custom_feed(services().selection(chosen)), ""
    except CalendarServiceError:
        asked = ", ".join(f"{axis}={value}" for axis in chosen for value in chosen[axis])
        return custom_feed(services().selection({})), asked[:200]


def _moved(address: str) -> AnyResponse:
    """Send on to the feed's present name: programs remember the address after a 308."""
    query = request.query_string.decode()
    return redirect(f"{address}?{query}" if query else address, code=308)


def _former(name: str, lang: str) -> Response:
    """Say in a feed that is there no more that it is so: programs drop what is 404.

    All its variants have the date of the plain one, which goes on from what was sent last.
    """
    feed = former_feed(name)
    told = {
        each: feed_maker().notice(title, TAKEN_OUT[each], g.today)
        for each, title in (("vi", feed.title), ("en", feed.title_en))
    }
    modified_at = _last_modified(date(g.today.year, 1, 1))
    if modified_at:
        modified_at = feed_maker().history.since(feed.name, told["vi"], modified_at)
    return _validated(Response(told[lang], content_type=MEDIA_TYPES["ics"]), modified_at)


def _validated(response: Response, modified_at: datetime | None) -> Response:
    """Let an answer be kept; not one whose history could not be asked, which has no date."""
    response.headers["Cache-Control"] = "public, max-age=3600" if modified_at else "no-cache"
    if modified_at:
        response.last_modified = modified_at
    return response


def _last_modified(window_since: date) -> datetime | None:
    """Return the newest change of a feed, in the past; None when the history cannot be asked.

    A moved window and a removed event change the feed as well, so the day from which on
    it is so and the time of the files count. Days begin where the service is: by UTC they
    would begin hours after the change, and hide it from who asks by date. The time of the
    files is that of reading, or after a restart an older one, so the history keeps it: of
    what only the registry and the code tell, such as a variant, no other date is known.
    """
    now, timezone = services().clock(), services().settings.timezone
    entry_changed = datetime.combine(g.registry.changed, time(), timezone)
    moments = (entry_changed, services().modified_at)
    read_at = max((moment for moment in moments if moment <= now), default=now)
    made_by = f"{__version__} {g.registry.version}".encode()
    since = feed_maker().history.since(REGISTRY, made_by, read_at)
    window_moved = datetime.combine(window_since, time(), timezone)
    return since and (max(since, window_moved) if window_moved <= now else since)
