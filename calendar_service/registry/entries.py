"""An entry of events.yaml -> an Event, or every fault of it with line and remedy."""

import re
from datetime import date
from enum import StrEnum

from calendar_service.core.dates import Month, PartialDate, parse_day
from calendar_service.core.days import DayRule, LunarDay, SolarDay, parse_day_rule
from calendar_service.core.model import (
    Alternative,
    Event,
    FormerName,
    Group,
    Kind,
    Observed,
    Prominence,
)
from calendar_service.errors import CalendarServiceError, Fault
from calendar_service.registry.announcements import read_announcements
from calendar_service.registry.reader import Reader, read_id, read_region, read_sources
from calendar_service.registry.reading import Entry, Field

_KEYS = (
    "id", "name", "name_en", "aliases", "formerly", "founded", "on", "ends", "counted_from",
    "alternatives", "kind", "region", "prominence", "group", "observed", "valid_from",
    "valid_until", "renamed", "round_by", "announced", "note", "sources", "changed",
)  # fmt: skip
_GIVE_KIND = f"give one of {', '.join(Kind)}"
_SAMPLE_YEARS = range(2001, 2029)  # every weekday and leap year that a span may meet


def read_event(entry: Entry, faults: list[Fault]) -> Event | None:
    """Return the event of *entry* as far as it can be read; what is wrong goes to *faults*.

    None when it cannot be: what an event is called, when and where, must be known.
    """
    at = entry.fields.get("id") or Field(None, entry.file, entry.line)
    reader = Reader(entry.fields, at, faults)
    reader.only(_KEYS)
    event = _build(reader)
    if event:
        _check_span(reader, event)
        _check_validity(reader, event)
        _check_count(reader, event)
        _check_names(reader, event)
    return event


def _build(reader: Reader) -> Event | None:
    event_id = reader.parsed("id", read_id, required="give it one, such as thuong-binh-liet-si")
    name = reader.text("name", required="write it as it stands after 'N năm'")
    kind = reader.choice("kind", Kind, required=_GIVE_KIND)
    founded = reader.parsed("founded", PartialDate.parse)
    day = reader.parsed("on", parse_day_rule)
    changed = reader.parsed("changed", parse_day, required="give the day of the last change")
    sources = read_sources(reader)
    region = reader.parsed("region", read_region)
    prominence = reader.choice("prominence", Prominence) or Prominence.REFERENCE
    if day is None and "on" not in reader.fields:
        day = _founding_day(reader, founded)
    optional = {
        "name_en": reader.text("name_en"),
        "counted_from": reader.text("counted_from"),
        "note": reader.text("note"),
        "ends": reader.parsed("ends", parse_day_rule),
        "valid_from": reader.parsed("valid_from", _first_day),
        "valid_until": reader.parsed("valid_until", _last_day),
        "observed": reader.choice("observed", Observed) or Observed.EVERY_YEAR,
        "group": reader.choice("group", Group),
        "aliases": _aliases(reader),
        "formerly": _former_ids(reader),
        "alternatives": _alternatives(reader, founded),
        "announced": read_announcements(reader, kind),
        "former_names": _former_names(reader),
        "round_by_calendar_year": reader.choice("round_by", _RoundBy) is not None,
    }
    somewhere = region or "region" not in reader.fields
    if not (event_id and name and kind and day and changed and somewhere):
        return None
    optional["group"] = optional["group"] or _group(kind, region, prominence)
    return Event(
        id=event_id, name=name, kind=kind, founded=founded, day=day, changed=changed,
        sources=sources, region=region, prominence=prominence, **optional,  # type: ignore[arg-type]
    )  # fmt: skip


class _RoundBy(StrEnum):
    CALENDAR_YEAR = "calendar-year"


def _founding_day(reader: Reader, founded: PartialDate | None) -> DayRule | None:
    if founded and founded.full:
        return SolarDay(founded.full.day, founded.full.month)
    if founded:
        reader.fault("founded", "the founding day is not known to the day; add 'on: 27/7'")
    elif reader.lacks("founded") and reader.lacks("on"):
        reader.fault("on", "has no day; give 'founded: 27/7/1947' or 'on: 27/7'")
    return None


def _group(kind: Kind, region: str | None, prominence: Prominence) -> Group:
    if kind is Kind.INTERNATIONAL:
        return Group.INTERNATIONAL
    if region:
        return Group.REGION
    return Group.SECTOR if prominence is Prominence.SECTOR else Group.NATIONAL


def _first_day(text: str) -> date:
    return _opening(PartialDate.parse(text))


def _opening(partial: PartialDate) -> date:
    return date(partial.year, partial.month or 1, partial.day or 1)


def _last_day(text: str) -> date:
    parsed = PartialDate.parse(text)
    if parsed.full:
        return parsed.full
    if parsed.month:
        return Month(parsed.year, parsed.month).last
    return date(parsed.year, 12, 31)


def _aliases(reader: Reader) -> tuple[str, ...]:
    items = reader.texts("aliases", "an alias is one text; write a name")
    return tuple(item.words or "" for item in items)


def _former_ids(reader: Reader) -> tuple[str, ...]:
    found = []
    for item in reader.texts("formerly", "a former id is one text; write it as it was"):
        try:
            found.append(read_id(item.words or ""))
        except CalendarServiceError as error:
            reader.faults.append(Fault(item.file, item.line, f"formerly: {error}"))
    return tuple(found)


def _alternatives(reader: Reader, founded: PartialDate | None) -> tuple[Alternative, ...]:
    found = []
    for block in reader.blocks("alternatives", ("founded", "who", "sources")):
        other = block.parsed("founded", PartialDate.parse, required="give the other date")
        who = block.text("who", required="say whose letters count from it")
        if other and other == founded:
            block.fault("founded", "is the date that N is counted from already; give another")
        sources = read_sources(block) if "sources" in block.fields else ()
        if other and who:
            found.append(Alternative(founded=other, who=who, sources=sources))
    return tuple(found)


def _former_names(reader: Reader) -> tuple[FormerName, ...]:
    names: list[FormerName] = []
    for block in reader.blocks("renamed", ("until", "name", "name_en")):
        name = block.text("name", required="write the former name")
        until = block.parsed("until", _last_day, required="give the last day of the former name")
        if name and until:
            if names and until <= names[-1].until:
                block.fault("until", "former names stand oldest first; order them by 'until'")
            names.append(FormerName(name=name, name_en=block.text("name_en"), until=until))
    return tuple(names)


def _check_span(reader: Reader, event: Event) -> None:
    if event.ends is None:
        return
    if isinstance(event.ends, LunarDay) != event.is_lunar:
        reader.fault("ends", "'ends' and the first day must both be solar or both lunar")
        return
    for year in _SAMPLE_YEARS:
        first, last = event.day.falls_on(year), event.ends.falls_on(year)
        if last < first:
            found = f"ends on {last:%d/%m/%Y}, before it starts on {first:%d/%m/%Y}"
            reader.fault("ends", f"{found}; mend one of them: a span stays within its year")
            return


def _check_validity(reader: Reader, event: Event) -> None:
    if event.valid_from and event.valid_until and event.valid_until < event.valid_from:
        reader.fault("valid_until", "lies before 'valid_from'; swap or mend them")
    if event.founded and event.valid_until and event.valid_until < _opening(event.founded):
        reader.fault("valid_until", "lies before 'founded'; mend one of them")
    last = event.former_names[-1].until if event.former_names else None
    if last and event.valid_until and last >= event.valid_until:
        remedy = "then the present name never held; mend 'renamed' or 'valid_until'"
        reader.fault("renamed", f"the last former name holds to the event's end; {remedy}")


def _check_count(reader: Reader, event: Event) -> None:
    if event.observed is not Observed.EVERY_YEAR and reader.lacks("founded"):
        reader.fault("observed", f"{event.observed} counts years; give 'founded', or leave it out")


def _check_names(reader: Reader, event: Event) -> None:
    if event.name in event.aliases:
        place = reader.fields["aliases"].item(event.name)
        message = f"{event.name!r} is the name itself; leave it out of the aliases"
        reader.faults.append(Fault(place.file, place.line, message))
    if re.match(r"(?:kỷ niệm )?\d+ năm\b", event.name, re.IGNORECASE):
        reader.fault("name", f"{event.name!r} holds the count; write only what follows 'N năm'")
