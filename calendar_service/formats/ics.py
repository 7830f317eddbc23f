"""Feeds: occurrences and steps of campaigns as one iCalendar stream (RFC 5545, RFC 7986)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import icalendar

from calendar_service.core.campaign_wording import CAMPAIGN, step_description, step_title
from calendar_service.core.campaigns import Edition, Step, StepKind
from calendar_service.core.date_wording import days_left_text, takes_place_text
from calendar_service.core.feeds import PLAIN, Variant
from calendar_service.core.model import Occurrence
from calendar_service.core.wording import KINDS, KINDS_EN, description, line_in

REFRESH = timedelta(hours=12)
MOST_TITLE = 254  # characters; Outlook complains of more than 255
_ALARM_TIME = timedelta(hours=8)  # of the day: a phone should not ring at midnight
_PRODID = "-//calendar_service//VI"
_UID_DOMAIN = "calendar-service"  # not the host: a service that moves keeps its UIDs
_SEQUENCE_EPOCH = date(2020, 1, 1)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ESCAPED = re.compile(r"\s*[,;\\\n]\s*")  # RFC 5545 section 3.3.11


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a component last changed, an aware UTC datetime, and its SEQUENCE."""

    changed_at: datetime
    sequence: int


_NO_STAMPS: Mapping[str, Stamp] = MappingProxyType({})


def stamp_of(changed: date) -> Stamp:
    """Return the stamp that an entry's day of change gives.

    RFC 5545 section 3.8.7.4 wants SEQUENCE to grow with a revision; days since a fixed one
    do, and need no memory.
    """
    return Stamp(datetime.combine(changed, time(), UTC), max(0, (changed - _SEQUENCE_EPOCH).days))


def render_feed(
    title: str,
    occurrences: Iterable[Occurrence],
    base_url: str,
    *,
    method: str | None = None,
    stamps: Mapping[str, Stamp] = _NO_STAMPS,
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
        stamps: What the history says, by occurrence_uid(); of others the entry's day of
            change counts.
    """
    parts = [
        component(each, base_url, stamp=stamps.get(occurrence_uid(each))).to_ical(sorted=False)
        for each in occurrences
    ]
    return wrap(title, parts, method=method)


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
    parts = [
        step_component(edition, step, base_url, as_task=as_tasks).to_ical(sorted=False)
        for edition, step in steps
    ]
    return wrap(title, parts, method=method)


def wrap(title: str, parts: Iterable[bytes], *, method: str | None = None) -> bytes:
    """Return one VCALENDAR around the bytes of its components."""
    head, end, _ = _calendar(title, method).to_ical(sorted=False).partition(b"END:VCALENDAR")
    return b"".join([head, *parts, end, b"\r\n"])


def occurrence_uid(occurrence: Occurrence) -> str:
    """Return the UID of an occurrence's component without its domain: event's id and year."""
    return f"{occurrence.event.id}-{occurrence.cycle_year}"


def step_uid(edition: Edition, step: Step) -> str:
    """Return the UID of a step's component without its domain: campaign, year and step.

    What is taken down depends on the neighbours in the feed; two feeds that tell it
    differently have two components, else each would revise that of the other.
    """
    whole = step.kind is not StepKind.TAKE_DOWN or step in edition.steps
    key = step.key if whole else f"{step.key}-only-{'-'.join(step.displays)}"
    return f"{edition.campaign.id}-{edition.year}-{key}"


def component(
    occurrence: Occurrence, base_url: str, variant: Variant = PLAIN, stamp: Stamp | None = None
) -> icalendar.Event:
    """Return the VEVENT of one occurrence.

    Args:
        occurrence: The occurrence.
        base_url: The public address of the service.
        variant: Its language, and whether it rings.
        stamp: What its history says; by default what the entry's day of change gives.
    """
    event, lang = occurrence.event, variant.lang
    vevent = icalendar.Event()
    _identify(vevent, occurrence_uid(occurrence), stamp or stamp_of(event.changed))
    _span(vevent, occurrence.on, occurrence.ends)
    title = line_in(occurrence, lang)
    _title(vevent, title)
    kind = KINDS_EN[event.kind] if lang == "en" else KINDS[event.kind]
    _describe(vevent, description(occurrence, lang), [kind], f"{base_url}/events/{event.id}")
    if variant.alarm is not None:
        vevent.add_component(_alarm(title, variant.alarm))
    return vevent


def prepare_component(
    occurrence: Occurrence, base_url: str, variant: Variant, stamp: Stamp | None = None
) -> icalendar.Event:
    """Return the VEVENT of the day on which variant.prepare days are left.

    Unlike an alarm it works in every calendar program. It says in short which day it leads
    to: the sources stand with that day.
    """
    event, days, lang = occurrence.event, variant.prepare or 0, variant.lang
    vevent = icalendar.Event()
    uid = f"{occurrence_uid(occurrence)}-prepare-{days}"
    _identify(vevent, uid, stamp or stamp_of(event.changed))
    _span(vevent, occurrence.on - timedelta(days=days), None)
    _title(vevent, f"{days_left_text(days, lang)}: {line_in(occurrence, lang)}")
    category = "Preparation" if lang == "en" else "Chuẩn bị"
    text = takes_place_text(occurrence.on, lang)
    _describe(vevent, text, [category], f"{base_url}/events/{event.id}")
    return vevent


def notice_component(text: str, on: date, uid: str, base_url: str) -> icalendar.Event:
    """Return the one VEVENT of a feed that holds nothing else, and says why.

    Programs show nothing at all of an empty calendar, so that people cannot tell whether
    it works. The text may be that of a stranger: controls, which RFC 5545 section 3.1
    forbids, and the ends of lines that some programs know besides become spaces.
    """
    text = _CONTROLS.sub(" ", text)
    vevent = icalendar.Event()
    _identify(vevent, uid, stamp_of(on))
    _span(vevent, on, None)
    _title(vevent, text)
    _describe(vevent, text, [], f"{base_url}/subscribe")
    return vevent


def step_component(
    edition: Edition,
    step: Step,
    base_url: str,
    *,
    as_task: bool = False,
    stamp: Stamp | None = None,
) -> icalendar.Component:
    """Return the VEVENT of one step, or its VTODO."""
    campaign = edition.campaign
    entry = icalendar.Todo() if as_task else icalendar.Event()
    _identify(entry, step_uid(edition, step), stamp or stamp_of(step_changed(edition)))
    if as_task:
        entry.add("due", step.ends or step.on)
    else:
        _span(entry, step.on, step.ends)
    _title(entry, step_title(edition, step))
    if step.place:
        entry.add("location", step.place)
    url = f"{base_url}/campaigns/{campaign.id}?year={edition.year}"
    _describe(entry, step_description(edition, step), [CAMPAIGN], url)
    return entry


def step_changed(edition: Edition) -> date:
    """Return the day on which the campaign or one of its events last changed."""
    return max([edition.campaign.changed, *(o.event.changed for o in edition.occurrences)])


def _calendar(title: str, method: str | None) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODID)
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    # icalendar writes properties that it has no type for as they are; RFC 7986 5.1 wants text.
    calendar.add("name", icalendar.vText(title))
    # Some programs show its escapes as they are (ical.js, Thunderbird's), so it has none.
    calendar.add("x-wr-calname", icalendar.vText(_ESCAPED.sub(" - ", title)))
    calendar.add("x-wr-timezone", "Asia/Ho_Chi_Minh")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    calendar.add("color", "crimson")
    return calendar


def _identify(entry: icalendar.Component, uid: str, stamp: Stamp) -> None:
    entry.add("uid", f"{uid}@{_UID_DOMAIN}")
    entry.add("dtstamp", stamp.changed_at)
    entry.add("last-modified", stamp.changed_at)
    entry.add("sequence", stamp.sequence)


def _title(entry: icalendar.Component, text: str) -> None:
    """Give a component its title, whose whole stands in its description as well."""
    if len(text) > MOST_TITLE:
        text = text[:MOST_TITLE].rpartition(" ")[0].rstrip(" ,;-") + "…"
    entry.add("summary", text)


def _alarm(title: str, days: int) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _ALARM_TIME - timedelta(days=days))
    return alarm


def _span(entry: icalendar.Component, first: date, last: date | None) -> None:
    entry.add("dtstart", first)
    entry.add("dtend", (last or first) + timedelta(days=1))


def _describe(entry: icalendar.Component, text: str, categories: list[str], url: str) -> None:
    # The link again as the last line: not every program shows URL.
    entry.add("description", f"{text}\n{url}")
    if categories:
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
