"""An entry of events.yaml -> an Event, or every fault of it with line and remedy."""

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from calendar_service.core.dates import Month, PartialDate, parse_day
from calendar_service.core.days import DayRule, LunarDay, SolarDay, parse_day_rule
from calendar_service.core.model import (
    Event,
    FormerName,
    Group,
    Kind,
    Observed,
    Prominence,
)
from calendar_service.core.regions import NAMES
from calendar_service.core.sources import Source
from calendar_service.errors import CalendarServiceError, Fault, nearest_hint
from calendar_service.registry.reading import Entry, Field

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEYS = (
    "id", "name", "name_en", "aliases", "founded", "on", "ends", "counted_from", "kind",
    "region", "prominence", "group", "observed", "valid_from", "valid_until", "renamed",
    "round_by", "note", "sources", "changed",
)  # fmt: skip
_GIVE_KIND = f"give one of {', '.join(Kind)}"
_SAMPLE_YEARS = range(2001, 2029)  # every weekday and leap year that a span may meet

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


class Reader:
    """Reads the values of one block of keys; what is wrong goes to *faults*."""

    def __init__(self, fields: dict[str, Field], at: Field, faults: list[Fault]) -> None:
        self.fields = fields
        self.at = at
        self.faults = faults
        self.misspelt: set[str] = set()

    def fault(self, key: str, message: str) -> None:
        """Note a fault at the line of *key*, or of the block where the key is missing."""
        place = self.fields.get(key, self.at)
        self.faults.append(Fault(place.file, place.line, message))

    def only(self, keys: tuple[str, ...]) -> None:
        """Note every key that is not among *keys*."""
        for key in self.fields:
            if key not in keys:
                self.misspelt.update(get_close_matches(key, keys, n=1))
                hint = nearest_hint(key, keys) or f"; allowed: {', '.join(keys)}"
                self.fault(key, f"unknown key {key!r}{hint}")

    def lacks(self, key: str) -> bool:
        """Return whether *key* is missing, and not merely misspelt, which is noted already."""
        return key not in self.fields and key not in self.misspelt

    def text(self, key: str, *, required: str = "") -> str | None:
        """Return the text under *key*; *required* is the remedy when it is missing."""
        if key not in self.fields:
            if required and self.lacks(key):
                self.fault(key, f"has no {key!r}; {required}")
            return None
        words = self.fields[key].words
        if words is None:
            remedy = required or "write one text, or leave the key out"
            self.fault(key, f"{key!r} holds {_what(self.fields[key])}; {remedy}")
        return words

    def parsed(self, key: str, parse: Callable[[str], _T], *, required: str = "") -> _T | None:
        """Return the text under *key* as *parse* reads it."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            return parse(text)
        except CalendarServiceError as error:
            self.fault(key, f"{key}: {error}")
            return None

    def choice(self, key: str, values: type[_E], *, required: str = "") -> _E | None:
        """Return the member of *values* that stands under *key*."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            return values(text)
        except ValueError:
            known = [member.value for member in values]
            hint = nearest_hint(text, known)
            self.fault(key, f"unknown {key} {text!r}{hint}; allowed: {', '.join(known)}")
            return None

    def items(self, key: str) -> list[Field]:
        """Return the list under *key*, empty when it is missing."""
        if key not in self.fields:
            return []
        value = self.fields[key].value
        if isinstance(value, list):
            return value
        self.fault(key, f"{key!r} is not a list; write it in [ ] or as lines that start with '-'")
        return []

    def blocks(self, key: str, keys: tuple[str, ...]) -> list["Reader"]:
        """Return a reader for each block of the list under *key*."""
        readers = []
        for item in self.items(key):
            if isinstance(item.value, dict):
                reader = Reader(item.value, item, self.faults)
                reader.only(keys)
                readers.append(reader)
            else:
                found = f"{key!r} holds {_what(item)} where a block belongs"
                message = f"{found}; write {{{keys[0]}: …}}"
                self.faults.append(Fault(item.file, item.line, message))
        return readers


def _what(field: Field) -> str:
    if field.value is None:
        return "nothing"
    if isinstance(field.value, str):
        return "a text"
    return "a list" if isinstance(field.value, list) else "a block"


def read_event(entry: Entry, faults: list[Fault]) -> Event | None:
    """Return the event of *entry*, None when it has faults, which go to *faults*."""
    before = len(faults)
    at = entry.fields.get("id") or Field(None, entry.file, entry.line)
    reader = Reader(entry.fields, at, faults)
    reader.only(_KEYS)
    event = _build(reader)
    if event:
        _check_span(reader, event)
        _check_validity(reader, event)
        _check_count(reader, event)
        _check_names(reader, event)
    return event if len(faults) == before else None


def _build(reader: Reader) -> Event | None:
    event_id = reader.parsed("id", _event_id, required="give it one, such as thuong-binh-liet-si")
    name = reader.text("name", required="write it as it stands after 'N năm'")
    kind = reader.choice("kind", Kind, required=_GIVE_KIND)
    founded = reader.parsed("founded", PartialDate.parse)
    day = reader.parsed("on", parse_day_rule)
    changed = reader.parsed("changed", parse_day, required="give the day of the last change")
    sources = _sources(reader)
    region = reader.parsed("region", _region)
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
        "former_names": _former_names(reader),
        "round_by_calendar_year": reader.choice("round_by", _RoundBy) is not None,
    }
    if not (event_id and name and kind and day and changed):
        return None
    optional["group"] = optional["group"] or _group(kind, region, prominence)
    return Event(
        id=event_id, name=name, kind=kind, founded=founded, day=day, changed=changed,
        sources=sources, region=region, prominence=prominence, **optional,  # type: ignore[arg-type]
    )  # fmt: skip


class _RoundBy(StrEnum):
    CALENDAR_YEAR = "calendar-year"


def _event_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise CalendarServiceError(
            f"{text!r} is no id; write ASCII words in lower case joined by '-'"
        )
    return text


def _region(text: str) -> str:
    if text not in NAMES:
        hint = nearest_hint(text, NAMES) or "; give a province's or city's name such as quang-ninh"
        raise CalendarServiceError(f"unknown region {text!r}{hint}")
    return text


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
    texts = []
    for item in reader.items("aliases"):
        if item.words is not None:
            texts.append(item.words)
        else:
            reader.faults.append(Fault(item.file, item.line, "an alias is one text; write a name"))
    return tuple(texts)


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


def _sources(reader: Reader) -> tuple[Source, ...]:
    sources = []
    for block in reader.blocks("sources", ("title", "number", "date", "url")):
        title = block.text("title", required="name the document or page")
        number, url = block.text("number"), block.parsed("url", _address)
        day = block.parsed("date", parse_day)
        if title and list(block.fields) == ["title"]:
            block.fault("title", "a source needs a number, a date or a url; add what leads to it")
        if title:
            sources.append(Source(title=title, number=number, dated=day, url=url))
    given = reader.fields.get("sources")
    if reader.lacks("sources") or (given and given.value == []):
        reader.fault("sources", "has no source; name the document or page that proves the date")
    return tuple(sources)


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(?:/\S*)?", text):
        raise CalendarServiceError(f"{text!r} is no web address; write it in full, https://…")
    return text


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
