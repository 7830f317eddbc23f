"""Feeds: occurrences as one iCalendar stream (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from calendar_service.core.model import Occurrence
from calendar_service.core.wording import KINDS, anniversary_line, description

REFRESH = timedelta(hours=12)
_PRODID = "-//calendar_service//VI"
_UID_DOMAIN = "calendar-service"  # not the host: a service that moves keeps its UIDs
_SEQUENCE_EPOCH = date(2020, 1, 1)


def render_feed(
    title: str, occurrences: Iterable[Occurrence], base_url: str, *, method: str | None = None
) -> bytes:
    """Return one VCALENDAR with a VEVENT for each occurrence.

    The bytes depend on the arguments alone. All days are all-day dates with an exclusive
    DTEND, free (TRANSPARENT), without RRULE: N is in the title, and lunar days have no
    rule that calendar programs know.

    Args:
        title: What calendar programs call the feed.
        occurrences: In the order of the feed.
        base_url: The public address of the service, for links; no slash at its end.
        method: The iTIP method of a mail's calendar part (RFC 6047); feeds have none.
    """
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODID)
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    # icalendar writes properties that it has no type for as they are; RFC 7986 5.1 wants text.
    calendar.add("name", icalendar.vText(title))
    calendar.add("x-wr-calname", icalendar.vText(title))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    calendar.add("color", "crimson")
    for occurrence in occurrences:
        calendar.add_component(component(occurrence, base_url))
    return bytes(calendar.to_ical(sorted=False))


def component(occurrence: Occurrence, base_url: str) -> icalendar.Event:
    """Return the VEVENT of one occurrence; its UID is the event's id and the year."""
    event = occurrence.event
    changed = datetime.combine(event.changed, time(), UTC)
    last = occurrence.ends or occurrence.on
    url = f"{base_url}/events/{event.id}"
    vevent = icalendar.Event()
    vevent.add("uid", f"{event.id}-{occurrence.cycle_year}@{_UID_DOMAIN}")
    vevent.add("dtstamp", changed)
    vevent.add("last-modified", changed)
    # RFC 5545 3.8.7.4 wants it to grow with each change; days since a fixed one do.
    vevent.add("sequence", max(0, (event.changed - _SEQUENCE_EPOCH).days))
    vevent.add("dtstart", occurrence.on)
    vevent.add("dtend", last + timedelta(days=1))
    vevent.add("summary", anniversary_line(occurrence))
    # The link again as the last line: not every program shows URL.
    vevent.add("description", f"{description(occurrence)}\n{url}")
    vevent.add("categories", [KINDS[event.kind]])
    vevent.add("status", "CONFIRMED")
    vevent.add("class", "PUBLIC")
    vevent.add("transp", "TRANSPARENT")
    vevent.add("x-microsoft-cdo-busystatus", "FREE")
    vevent.add("url", url)
    return vevent
