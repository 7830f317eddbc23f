"""What an operation of the API is: its parameters, how they are read, and its answer.

The routes, the refusal of what a route does not know and /openapi.json all follow from the
same table of operations.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from calendar_service.core.dates import Month, parse_day, parse_year
from calendar_service.core.model import Registry
from calendar_service.core.selection import Selection
from calendar_service.errors import (
    CalendarServiceError,
    InvalidDateError,
    InvalidMonthError,
    InvalidNumberError,
    InvalidSelectionError,
    InvalidYearError,
    MissingParameterError,
    ParameterError,
    TooLongTextError,
)
from calendar_service.formats.schema import Schema
from calendar_service.services import Services
from calendar_service.web.query import AXES, LANGS

BASE = "/api/v1"
PAGE_ITEMS, MOST_ITEMS = 200, 1000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: As it stands in the path or query.
        about: What it is, in English.
        schema: What one value may be.
        many: Whether it may be repeated.
        required: Whether it must be given, as all that stand in the path must.
    """

    name: str
    about: str
    schema: Schema
    many: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation found, and the addresses beside it by their relation (RFC 8288)."""

    data: Mapping[str, Any]
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks of an operation: the values by name, of the path and the query."""

    services: Services
    registry: Registry
    today: date
    address: str
    values: Mapping[str, Sequence[str]]
    in_path: tuple[str, ...] = ()

    def one(self, name: str) -> str | None:
        """Return the value of *name*, None when it is not given.

        Raises:
            ParameterError: It is empty, or given more than once.
        """
        given = self.values.get(name)
        if given is None:
            return None
        if len(given) != 1 or not given[0]:
            raise ParameterError(name, MissingParameterError(len(given)))
        return given[0]

    def need(self, name: str) -> str:
        """Return the value of *name*.

        Raises:
            ParameterError: It is not given, empty, or given more than once.
        """
        value = self.one(name)
        if value is None:
            raise ParameterError(name, MissingParameterError(0))
        return value

    def text(self, name: str, longest: int) -> str:
        """Return the text of *name*, of at most *longest* characters."""
        value = self.need(name)
        if len(value) > longest:
            raise ParameterError(name, TooLongTextError(longest))
        return value

    def month(self, name: str) -> Month:
        """Return the month of *name*."""
        return _read(name, Month.parse, self.need(name), InvalidMonthError)

    def year(self, name: str) -> int:
        """Return the year of *name*."""
        return _read(name, parse_year, self.need(name), InvalidYearError)

    def year_if_given(self, name: str) -> int | None:
        """Return the year of *name*, None when it is not given."""
        return None if self.one(name) is None else self.year(name)

    def day(self, name: str) -> date:
        """Return the Gregorian day of *name*, written YYYY-MM-DD."""
        return _read(name, _parse_iso_day, self.need(name), InvalidDateError)

    def number(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """Return the whole number of *name*, from *least* to *most*."""
        value = self.one(name)
        if value is None:
            if default is None:
                raise ParameterError(name, MissingParameterError(0))
            return default
        if re.fullmatch(r"0|[1-9][0-9]{0,8}", value) and least <= int(value) <= most:
            return int(value)
        raise ParameterError(name, InvalidNumberError(value, least, most))

    def selection(self, **defaults: Sequence[str]) -> Selection:
        """Return the selection that is asked for; *defaults* count where an axis is not."""
        given = {name: list(texts) for name, texts in self.values.items() if name in AXES}
        for name in ("all", "order"):
            if name in given:
                self.one(name)
        return self.services.selection({name: list(v) for name, v in defaults.items()} | given)

    def query(self, **changed: str) -> str:
        """Return the query of this request with some values changed, "?" before it."""
        values = {name: v for name, v in self.values.items() if name not in self.in_path}
        text = urlencode(values | changed, doseq=True)
        return f"?{text}" if text else ""

    def page(self, items: Sequence[T], key: Callable[[T], str]) -> tuple[list[T], str | None]:
        """Return the part of *items*, in the order of *key*, that limit and after ask for.

        The cursor is the key of the last item, so that it stays good when others come or go.
        """
        limit = self.number("limit", 1, MOST_ITEMS, PAGE_ITEMS)
        after = self.one("after")
        begin = 0 if after is None else bisect_right(items, after, key=key)
        part = list(items[begin : begin + limit])
        return part, key(part[-1]) if begin + limit < len(items) else None

    def links(self, cursor: str | None) -> dict[str, str]:
        """Return the address of the page after this one, if there is one."""
        return {"next": f"{self.address}{self.query(after=cursor)}"} if cursor else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address of the API.

    Attributes:
        name: Its operationId.
        path: Below BASE, with {name} for each parameter of the path.
        about: What it answers, in English, a sentence.
        shape: The type of its answer.
        run: What makes the answer.
        in_path: The parameters of the path.
        in_query: Those of the query.
        example: Values that give a small, lasting answer, none where the day decides.
    """

    name: str
    path: str
    about: str
    shape: Any
    run: Callable[[Asked], Answer]
    in_path: tuple[Parameter, ...] = ()
    in_query: tuple[Parameter, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)

    @property
    def example_address(self) -> str:
        """The address of the example."""
        inside = {parameter.name for parameter in self.in_path}
        path = self.path.format(**{name: v for name, v in self.example.items() if name in inside})
        query = urlencode({name: v for name, v in self.example.items() if name not in inside})
        return f"{BASE}{path}{'?' * bool(query)}{query}"


def require(holds: bool, error: CalendarServiceError, name: str) -> None:
    """Raise *error* as the fault of the parameter *name* unless what must hold *holds*."""
    if not holds:
        raise ParameterError(name, error)


def _read(
    name: str, reader: Callable[[str], T], text: str, refusal: type[CalendarServiceError]
) -> T:
    try:
        return reader(text)
    except refusal as error:
        raise ParameterError(name, error) from error


def _parse_iso_day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise InvalidDateError(text, "write it as YYYY-MM-DD, such as 2023-07-27")
    return parse_day(text)


def refuse_langs(values: Sequence[str]) -> None:
    """Raise InvalidSelectionError when a language is asked for that nothing is written in."""
    for value in values:
        if value not in LANGS:
            raise InvalidSelectionError("lang", value, list(LANGS))
