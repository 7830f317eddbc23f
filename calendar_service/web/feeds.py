"""Feeds over HTTP: the bytes of a registry and year, made once and kept."""

from datetime import date, datetime, time
from functools import lru_cache

from flask import Blueprint, Response, g, request

from calendar_service.core.feeds import Feed, feed_named, feed_window, steps_of_feed
from calendar_service.core.model import Registry
from calendar_service.core.occurrences import select
from calendar_service.formats.forms import MEDIA_TYPES
from calendar_service.formats.ics import render_feed, render_steps
from calendar_service.web.context import services

bp = Blueprint("feeds", __name__)


@bp.get("/feeds/<name>.ics")
def show_feed(name: str) -> Response:
    """Send one feed; its ETag and Last-Modified let a calendar program ask cheaply.

    Query parameters are let pass: programs add their own, and an error would make some
    of them drop the calendar. With component=vtodo the steps of campaigns are tasks.
    """
    feed = feed_named(name, g.registry)
    base_url = services().settings.base_url
    as_tasks = feed.of_campaigns and request.args.get("component") == "vtodo"
    response = Response(_feed_bytes(feed, g.registry, g.today.year, base_url, as_tasks))
    response.headers["Content-Type"] = MEDIA_TYPES["ics"]
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.last_modified = _last_modified()
    return response


@lru_cache(maxsize=128)  # the feeds that are asked for, of one registry
def _feed_bytes(feed: Feed, registry: Registry, year: int, base_url: str, as_tasks: bool) -> bytes:
    today = date(year, 1, 1)  # a feed keeps its bytes through the year
    if feed.of_campaigns:
        steps = steps_of_feed(feed, registry, today)
        return render_steps(feed.title, steps, base_url, as_tasks=as_tasks)
    occurrences = select(registry.events, *feed_window(today), feed.selection)
    return render_feed(feed.title, occurrences, base_url)


def _last_modified() -> datetime:
    """Return the newest change of the feed, in the past.

    A moved window and a removed event change the feed as well, so the start of the year
    and the time of the files count. Days begin where the service is: by UTC they would
    begin hours after the change, and hide it from who asks by date.
    """
    now, timezone = services().clock(), services().settings.timezone
    window_moved = datetime(g.today.year, 1, 1, tzinfo=timezone)
    entry_changed = datetime.combine(g.registry.changed, time(), timezone)
    moments = (window_moved, entry_changed, services().modified_at)
    return max((moment for moment in moments if moment <= now), default=now)
