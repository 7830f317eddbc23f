"""The parameters of the API's operations, and what their values may be."""

from typing import Any

from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR
from calendar_service.core.model import Kind, Prominence, YearClass
from calendar_service.core.regions import NAMES, NATIONAL
from calendar_service.core.selection import Order
from calendar_service.web.operations import MOST_ITEMS, PAGE_ITEMS, Parameter
from calendar_service.web.query import LANGS


def year_schema(least: int = FIRST_YEAR) -> dict[str, Any]:
    """Return the schema of a year from *least* on."""
    return {"type": "integer", "minimum": least, "maximum": LAST_YEAR}


ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 100}
DAY = {"type": "string", "format": "date"}
LANG = Parameter(
    name="lang",
    about="The language of an error's `detail`; by default that of Accept-Language, else vi.",
    schema={"type": "string", "enum": list(LANGS)},
)
REGION = Parameter(
    name="region",
    about="A province or city, whose own events are wanted beside the national ones.",
    schema={"type": "string", "enum": [NATIONAL, *NAMES]},
    many=True,
)
KIND = Parameter(
    name="kind",
    about="What an event marks.",
    schema={"type": "string", "enum": [*Kind]},
    many=True,
)
PROMINENCE = Parameter(
    name="prominence",
    about="Whose letters carry an event: anybody's, its sector's, hardly any.",
    schema={"type": "string", "enum": [*Prominence]},
    many=True,
)
YEAR_CLASS = Parameter(
    name="year_class",
    about="The class of the year by the decree that applies.",
    schema={"type": "string", "enum": [*YearClass]},
    many=True,
)
EVENT = Parameter(name="event", about="The id of a single event.", schema=ID, many=True)
CAMPAIGN = Parameter(
    name="campaign", about="The id of a single campaign, or its event's.", schema=ID, many=True
)
ALL = Parameter(
    name="all",
    about="1 for everything that the other parameters leave, not only what letters carry.",
    schema={"type": "string", "enum": ["1", "0"]},
)
ORDER = Parameter(
    name="order",
    about="letter: national, of the region, of a sector, international; or by date alone.",
    schema={"type": "string", "enum": [*Order]},
)
LIMIT = Parameter(
    name="limit",
    about=f"How many items at most; {PAGE_ITEMS} by default.",
    schema={"type": "integer", "minimum": 1, "maximum": MOST_ITEMS},
)
AFTER = Parameter(
    name="after",
    about="The `next` of the answer before, for the items that follow.",
    schema={"type": "string", "minLength": 1},
)
EVENT_AXES = (REGION, KIND, PROMINENCE, EVENT, CAMPAIGN, ALL)
AXES = (*EVENT_AXES, YEAR_CLASS)
PAGED = (LIMIT, AFTER)


def need(name: str, about: str, schema: dict[str, Any]) -> Parameter:
    """Return a parameter that must be given."""
    return Parameter(name=name, about=about, schema=schema, required=True)


def may(name: str, about: str, schema: dict[str, Any]) -> Parameter:
    """Return a parameter that may be left out."""
    return Parameter(name=name, about=about, schema=schema)
