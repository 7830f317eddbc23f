"""What the readers of entries share: values of a block of keys, and faults with their line."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from calendar_service.core.dates import parse_day
from calendar_service.core.regions import NAMES
from calendar_service.core.sources import Source
from calendar_service.errors import CalendarServiceError, Fault, nearest_hint
from calendar_service.registry.reading import Field

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

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

    def texts(self, key: str, remedy: str) -> list[Field]:
        """Return the items of a list that are texts; *remedy* goes with those that are not."""
        found = []
        for item in self.items(key):
            if item.words is not None:
                found.append(item)
            else:
                self.faults.append(Fault(item.file, item.line, remedy))
        return found

    def choices(self, key: str, values: type[_E]) -> tuple[_E, ...]:
        """Return the members of *values* that stand in the list under *key*."""
        known = [member.value for member in values]
        found = []
        for item in self.texts(key, f"{key!r} holds names; give one of {', '.join(known)}"):
            if item.words in known:
                found.append(values(item.words))
            else:
                hint = nearest_hint(item.words or "", known)
                message = f"unknown word {item.words!r} in {key!r}{hint}"
                message += f"; allowed: {', '.join(known)}"
                self.faults.append(Fault(item.file, item.line, message))
        return tuple(found)

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


def read_id(text: str) -> str:
    """Return *text* if it can be an id.

    Raises:
        CalendarServiceError: It is not ASCII kebab-case.
    """
    if not _ID.fullmatch(text):
        raise CalendarServiceError(
            f"{text!r} is no id; write ASCII words in lower case joined by '-'"
        )
    return text


def read_region(text: str) -> str:
    """Return *text* if it is the id of a province or city.

    Raises:
        CalendarServiceError: It is none.
    """
    if text not in NAMES:
        hint = nearest_hint(text, NAMES) or "; give a province's or city's name such as quang-ninh"
        raise CalendarServiceError(f"unknown region {text!r}{hint}")
    return text


def read_sources(reader: Reader) -> tuple[Source, ...]:
    """Return the sources of an entry; none at all is a fault."""
    sources = []
    for block in reader.blocks("sources", ("title", "number", "date", "url")):
        title = block.text("title", required="name the document or page")
        number, url = block.text("number"), block.parsed("url", read_address)
        day = block.parsed("date", parse_day)
        if title and list(block.fields) == ["title"]:
            block.fault("title", "a source needs a number, a date or a url; add what leads to it")
        if title:
            sources.append(Source(title=title, number=number, dated=day, url=url))
    given = reader.fields.get("sources")
    if reader.lacks("sources") or (given and given.value == []):
        reader.fault("sources", "has no source; name the document or page that proves the date")
    return tuple(sources)


def read_address(text: str) -> str:
    """Return *text* if it is a web address.

    Raises:
        CalendarServiceError: It is none.
    """
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s/]+(?:/\S*)?", text):
        raise CalendarServiceError(f"{text!r} is no web address; write it in full, https://…")
    return text
