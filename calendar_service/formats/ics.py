"""Feeds: occurrences and steps of campaigns as one iCalendar stream (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from calendar_service.core.campaign_wording import CAMPAIGN, step_description, step_title
from calendar_service.core.campaigns import Edition, Step
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
    calendar = _calendar(title, method)
    for occurrence in occurrences:
        calendar.add_component(component(occurrence, base_url))
    return bytes(calendar.to_ical(sorted=False))


def render_steps(
    title: str,
    steps: Iterable[tuple[Edition, Step]],
    base_url: str,
    *,
    as_tasks: bool = False,
    method: str | None = None,
) -> bytes:
    """Return one VCALENDAR with a VEVENT for each step of a campaign, or a VTODO.

    Args:
        title: What calendar programs call the feed.
        steps: In the order of the feed.
        base_url: The public address of the service, for links; no slash at its end.
        as_tasks: Whether to write VTODO components, due on the step's last day.
        method: As for render_feed().
    """
    calendar = _calendar(title, method)
    for edition, step in steps:
        calendar.add_component(step_component(edition, step, base_url, as_task=as_tasks))
    return bytes(calendar.to_ical(sorted=False))


def component(occurrence: Occurrence, base_url: str) -> icalendar.Event:
    """Return the VEVENT of one occurrence; its UID is the event's id and the year."""
    event = occurrence.event
    vevent = icalendar.Event()
    _identify(vevent, f"{event.id}-{occurrence.cycle_year}", event.changed)
    _span(vevent, occurrence.on, occurrence.ends)
    vevent.add("summary", anniversary_line(occurrence))
    url = f"{base_url}/events/{event.id}"
    _describe(vevent, description(occurrence), [KINDS[event.kind]], url)
    return vevent


def step_component(
    edition: Edition, step: Step, base_url: str, *, as_task: bool = False
) -> icalendar.Component:
    """Return the VEVENT of one step, or its VTODO; its UID names campaign, year and step."""
    campaign = edition.campaign
    changed = max([campaign.changed, *(o.event.changed for o in edition.occurrences)])
    entry = icalendar.Todo() if as_task else icalendar.Event()
    _identify(entry, f"{campaign.id}-{edition.year}-{step.key}", changed)
    if as_task:
        entry.add("due", step.ends or step.on)
    else:
        _span(entry, step.on, step.ends)
    entry.add("summary", step_title(edition, step))
    if step.place:
        entry.add("location", step.place)
    url = f"{base_url}/campaigns/{campaign.id}?year={edition.year}"
    _describe(entry, step_description(edition, step), [CAMPAIGN], url)
    return entry


def _calendar(title: str, method: str | None) -> icalendar.Calendar:
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
    return calendar


def _identify(entry: icalendar.Component, uid: str, changed: date) -> None:
    at = datetime.combine(changed, time(), UTC)
    entry.add("uid", f"{uid}@{_UID_DOMAIN}")
    entry.add("dtstamp", at)
    entry.add("last-modified", at)
    # RFC 5545 3.8.7.4 wants it to grow with each change; days since a fixed one do.
    entry.add("sequence", max(0, (changed - _SEQUENCE_EPOCH).days))


def _span(entry: icalendar.Component, first: date, last: date | None) -> None:
    entry.add("dtstart", first)
    entry.add("dtend", (last or first) + timedelta(days=1))


def _describe(entry: icalendar.Component, text: str, categories: list[str], url: str) -> None:
    # The link again as the last line: not every program shows URL.
    entry.add("description", f"{text}\n{url}")
    entry.add("categories", categories)
    if isinstance(entry, icalendar.Event):
        entry.add("status", "CONFIRMED")
        entry.add("class", "PUBLIC")
        entry.add("transp", "TRANSPARENT")
        entry.add("x-microsoft-cdo-busystatus", "FREE")
    else:
        entry.add("status", "NEEDS-ACTION")
        entry.add("class", "PUBLIC")
    entry.add("url", url)
