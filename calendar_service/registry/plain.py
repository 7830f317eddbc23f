"""Events as plain data that JSON can hold, and back; what cannot be an event is refused."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from calendar_service.core.dates import PartialDate
from calendar_service.core.days import DayRule, FloatingDay, LunarDay, SolarDay
from calendar_service.core.model import (
    Alternative,
    Announcement,
    Event,
    FormerName,
    Group,
    Kind,
    Observed,
    Prominence,
)
from calendar_service.core.sources import Source

Load = Callable[[Any], Any]
_T = TypeVar("_T")
_RULES: dict[str, Callable[..., DayRule]] = {
    "SolarDay": SolarDay,
    "LunarDay": LunarDay,
    "FloatingDay": FloatingDay,
}


def dump(value: Any) -> Any:
    """Return *value* as what JSON can hold: blocks without the keys that have their default."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    if isinstance(value, PartialDate):
        return [value.year, value.month, value.day]
    if not is_dataclass(value):
        return value
    names = [field.name for field in fields(value)]
    if type(value).__name__ in (*_RULES, "Offset"):  # one of several: its kind comes first
        return [type(value).__name__, *(getattr(value, name) for name in names)]
    rows = {field.name: field.default for field in fields(value)}
    return {
        name: dump(getattr(value, name))
        for name in names
        if rows[name] is MISSING or getattr(value, name) != rows[name]
    }


def block(make: Callable[..., _T], loads: dict[str, Load]) -> Callable[[dict[str, Any]], _T]:
    """Return what reads a block: *loads* by key, any other key holds a text or nothing."""
    load_of = loads.get

    def load(row: dict[str, Any]) -> _T:
        for key, value in row.items():
            if found := load_of(key):
                row[key] = found(value)
            elif value.__class__ is not str and value is not None:
                raise TypeError(key)
        return make(**row)

    return load


def each(load: Callable[[Any], _T]) -> Callable[[list[Any]], tuple[_T, ...]]:
    """Return what reads a list of what *load* reads."""

    def load_all(rows: list[Any]) -> tuple[_T, ...]:
        if rows.__class__ is not list:
            raise TypeError(rows)
        return tuple([load(row) for row in rows])

    return load_all


def choice(values: type[StrEnum]) -> Load:
    """Return what reads a member of *values*."""
    return {member.value: member for member in values}.__getitem__


def exactly(kind: type[_T]) -> Callable[[Any], _T]:
    """Return what takes a value of this very type alone."""

    def load(value: Any) -> _T:
        if value.__class__ is not kind:
            raise TypeError(value)
        return value

    return load


day: Callable[[str], date] = cache(date.fromisoformat)  # most days stand in many entries
texts = each(exactly(str))


def or_none(load: Callable[[Any], _T]) -> Callable[[Any], _T | None]:
    """Return what reads nothing, or what *load* reads."""
    return lambda value: None if value is None else load(value)


def rule(row: list[Any]) -> DayRule:
    """Return the rule that a list of its kind and its numbers gives."""
    name, *numbers = row
    return _RULES[name](*map(exactly(int), numbers))


def _partial(row: list[Any]) -> PartialDate:
    return _partial_date(*row)


@cache
def _partial_date(year: int, month: int | None, day: int | None) -> PartialDate:
    whole = or_none(exactly(int))
    found = PartialDate(exactly(int)(year), whole(month), whole(day))
    date(found.year, found.month or 1, found.day or 1)  # refuses what is no day
    return found


def _swap(row: list[str]) -> tuple[date, date]:
    off, worked = row
    return day(off), day(worked)


load_sources = each(block(Source, {"dated": day}))
load_event = block(
    Event,
    {
        "formerly": texts,
        "aliases": texts,
        "kind": choice(Kind),
        "prominence": choice(Prominence),
        "group": choice(Group),
        "day": rule,
        "ends": rule,
        "founded": _partial,
        "alternatives": each(block(Alternative, {"founded": _partial, "sources": load_sources})),
        "observed": choice(Observed),
        "valid_from": day,
        "valid_until": day,
        "former_names": each(block(FormerName, {"until": day})),
        "round_by_calendar_year": exactly(bool),
        "announced": each(
            block(
                Announcement,
                {
                    "on": day,
                    "ends": day,
                    "compensatory": each(day),
                    "swaps": each(_swap),
                    "sources": load_sources,
                },
            )
        ),
        "sources": load_sources,
        "campaigns": texts,
        "changed": day,
    },
)
