"""What a feed must hold, by the JSON of the service: another way to the same registry."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from interop.service import House

from calendar_service.core.model import Kind

PROMINENCES = ("sector", "reference")
DOMAIN = "@calendar-service"
T = TypeVar("T")


class Entry(NamedTuple):
    """A component of a feed; days as YYYY-MM-DD, *end* exclusive, an empty title for any."""

    uid: str
    start: str
    end: str
    title: str


def expected(house: House, address: str) -> list[Entry] | None:
    """Return the entries of the feed at *address*, by uid; None where the JSON cannot tell."""
    parts = urlsplit(address)
    name = parts.path.removeprefix("/feeds/").removesuffix(".ics")
    if "notice" in address:
        return None
    if name.startswith("campaign"):
        found = _steps(house, name)
    else:
        found = _occurrences(house, name, parts.query)
    if "component=vtodo" in parts.query:  # a task has the last day alone
        days = [(entry, (_day(entry.end) - timedelta(days=1)).isoformat()) for entry in found]
        found = [entry._replace(start=day, end=day) for entry, day in days]
    return sorted(found)


def is_told_alone(uid: str) -> bool:
    """Return whether a component stands in the JSON of its event or edition alone."""
    return "-take-down" not in uid


def _occurrences(house: House, name: str, query: str) -> list[Entry]:
    today = house.today()
    first, last = today.year - 1, today.year + 2
    if name.isdecimal():
        first = last = int(name)
    given = query.split("&")
    lang = "line_en" if "lang=en" in given else "line"
    if name.startswith("event-"):
        items = _get(house, f"/events/{name.removeprefix('event-')}.json")["occurrences"]
        years = range(first, today.year + 11)
        items = [item for item in items if _day(item["on"]).year in years]
    else:
        axes = _query(name) if name != "custom" else query
        items = [
            item
            for year in range(first, last + 1)
            for month in _get(house, f"/year/{year}.json?{axes}")["months"]
            for item in month["items"]
        ]
        if not name.isdecimal():
            items = _short(items, today, 450, lambda item: _day(item["on"]))
    entries = [_entry(item, lang) for item in items]
    if "prepare=7" in given:
        entries += [_prepared(entry) for entry in entries]
    return entries


def _query(name: str) -> str:
    """Return what the feed called *name* selects, as the query of a list."""
    if name == "core" or name.isdecimal():
        return ""
    if name == "nam-tron":
        return "prominence=core&prominence=sector&year_class=tron"
    axis = "prominence" if name in PROMINENCES else "kind" if name in list(Kind) else "region"
    return f"{axis}={name}"


def _entry(item: dict[str, Any], lang: str) -> Entry:
    ends = item["ends"] or item["on"]
    lunar = item["lunar"]
    year = lunar["year"] if lunar else _day(ends if item["days_off"] else item["on"]).year
    uid = f"{item['id']}-{year}{DOMAIN}"
    return Entry(uid, item["on"], _after(ends), item[lang] or "")


def _prepared(entry: Entry) -> Entry:
    uid = entry.uid.replace(DOMAIN, f"-prepare-7{DOMAIN}")
    start = _day(entry.start) - timedelta(days=7)
    return Entry(uid, start.isoformat(), _after(start.isoformat()), f"Còn 7 ngày: {entry.title}")


def _steps(house: House, name: str) -> list[Entry]:
    if name.startswith("campaign-"):
        id_ = name.removeprefix("campaign-")
        today = house.today()
        found = [
            entry
            for year in range(today.year - 1, today.year + 3)
            for entry in _edition(house, id_, year)
            if today.year <= _day(entry.start).year <= today.year + 1
        ]
        return found or list(_near(house, id_))
    region = name.removeprefix("campaigns").removeprefix("-")
    query = f"?region={region}" if region else ""
    today = house.today()
    editions = {
        (edition["id"], edition["year"])
        for year in range(today.year - 1, today.year + 3)
        for month in _get(house, f"/year/{year}.json{query}")["months"]
        for edition in month["campaigns"]
    }
    found = [
        entry
        for id_, year in editions
        for entry in _edition(house, id_, year)
        if today.year <= _day(entry.start).year <= today.year + 1
    ]
    return _short(found, today, 600, lambda entry: _day(entry.start))


def _short(found: list[T], today: date, most: int, day: Callable[[T], date]) -> list[T]:
    """Return all that is found, or as much of it as a feed may hold.

    This year and the next, else months: from the second before this one to the twelfth
    after it, the first and the sixth, the first and the third.
    """
    month = today.year * 12 + today.month
    ranges = (
        ((today.year * 12 + 1), (today.year * 12 + 24)),
        (month - 2, month + 12),
        (month - 1, month + 6),
        (month - 1, month + 3),
    )
    held = found
    for first, last in ranges:
        if len(held) <= most:
            break
        held = [each for each in found if first <= day(each).year * 12 + day(each).month <= last]
    return held


@cache
def _edition(house: House, id_: str, year: int) -> list[Entry]:
    try:
        return list(_entries(_get(house, f"/campaigns/{id_}.json?year={year}")))
    except OSError:  # 404: there is none in that year
        return []


def _near(house: House, id_: str) -> Iterator[Entry]:
    return _entries(_get(house, f"/campaigns/{id_}.json"))


def _entries(edition: dict[str, Any]) -> Iterator[Entry]:
    for step in edition["steps"]:
        if step["kind"] == "take-down":  # what comes down depends on the feed's other campaigns
            continue
        uid = f"{edition['id']}-{edition['year']}-{step['key']}{DOMAIN}"
        # The day itself is called as in lists.
        title = "" if step["kind"] == "day" else f"{step['text']} - {edition['title']}"
        title = "" if len(title) > 254 else title  # it is cut
        yield Entry(uid, step["on"], _after(step["ends"] or step["on"]), title)


@cache
def _get(house: House, address: str) -> Any:
    return json.loads(house.fetch(address))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _after(text: str) -> str:
    return (_day(text) + timedelta(days=1)).isoformat()
