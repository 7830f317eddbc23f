"""A selection: which events somebody wants, the same in pages, feeds and commands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from calendar_service.core.model import Event, Kind, Prominence, YearClass
from calendar_service.core.regions import MERGED_ON, NAMES, NATIONAL, SUCCESSORS, region_id
from calendar_service.errors import InvalidSelectionError

if TYPE_CHECKING:
    from calendar_service.core.campaign import Campaign


class Order(StrEnum):
    """The order of a list: the blocks of a letter, then by date; or by date alone."""

    LETTER = "letter"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which events a list or feed holds. Each axis named narrows it.

    Without any axis it is what a letter carries: the national and international core, and
    all events of the region but its lesser festivals. Naming a prominence, a kind or an
    event replaces that default; events of provinces are then held by kind, by event, by
    region or with *all*.

    Attributes:
        region: Provinces and cities whose own events are wanted beside the national ones,
            those merged into them included; NATIONAL alone for none of them.
        kind: Kinds wanted, empty for any.
        prominence: Prominences wanted; empty for the default above.
        year_class: Classes of year wanted, empty for any year and none.
        event: Ids of single events wanted, empty for any.
        campaign: Ids of single campaigns wanted, with their events; empty for any. The id
            of an event stands for the campaign that follows from it.
        all: Everything the other axes leave, whatever its prominence or region.
        order: How a month is ordered.
    """

    region: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    prominence: tuple[Prominence, ...] = ()
    year_class: tuple[YearClass, ...] = ()
    event: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    all: bool = False
    order: Order = Order.LETTER

    @classmethod
    def parse(cls, values: Mapping[str, Iterable[str]]) -> "Selection":
        """Return the selection that query parameters or options give.

        Args:
            values: The values of each axis by its name; unknown names are refused.

        Raises:
            InvalidSelectionError: An axis or a value is unknown.
        """
        known = [field.name for field in fields(cls)]
        for name in sorted(set(values) - set(known)):
            raise InvalidSelectionError(name, None, known)
        given = {name: tuple(dict.fromkeys(texts)) for name, texts in values.items()}
        regions = tuple(region_id(text) for text in given.get("region", ()))
        return cls(
            region=_known("region", given | {"region": regions}, (NATIONAL, *NAMES)),
            kind=tuple(Kind(text) for text in _known("kind", given, Kind)),
            prominence=tuple(Prominence(t) for t in _known("prominence", given, Prominence)),
            year_class=tuple(YearClass(t) for t in _known("year_class", given, YearClass)),
            event=given.get("event", ()),
            campaign=given.get("campaign", ()),
            all=_known("all", given, ("1", "0"))[-1:] == ("1",),
            order=Order((_known("order", given, Order) or (Order.LETTER,))[-1]),
        )

    @property
    def query(self) -> str:
        """The canonical query string; equal selections have equal ones."""
        # Here, since commands have no query.
        from urllib.parse import urlencode

        pairs = [
            (axis, str(value))
            for axis in ("region", "kind", "prominence", "year_class", "event", "campaign")
            for value in sorted(getattr(self, axis))
        ]
        pairs += [("all", "1")] if self.all else []
        pairs += [("order", str(self.order))] if self.order is not Order.LETTER else []
        return urlencode(pairs)

    def holds_event(self, event: Event) -> bool:
        """Return whether *event* is wanted, its year aside."""
        if self.kind and not self._holds_kind(event):
            return False
        if self.event and not {event.id, *event.formerly} & set(self.event):
            return False
        if self.campaign and not {event.id, *event.campaigns} & set(self.campaign):
            return False
        if self.prominence and event.prominence not in self.prominence:
            return False
        if event.region and self.region:
            theirs = {event.region, SUCCESSORS.get(event.region)} & set(self.region)
            return bool(theirs) and (self._looks_further or _is_carried(event))
        if self.all or self.kind or self.event or self.campaign:
            return True
        if event.region:
            return False
        return bool(self.prominence) or event.prominence is Prominence.CORE

    def holds_campaign(self, campaign: "Campaign", events: Mapping[str, Event]) -> bool:
        """Return whether *campaign* is wanted, its year aside.

        By default those of the whole country and those of the region, as in letters; a
        campaign of a district, a commune or a unit only by its id or with *all*.

        Args:
            campaign: A campaign, written or generated.
            events: Its events by their ids.
        """
        if self.campaign:
            return campaign.id in self.campaign
        own = [events[event_id] for event_id in campaign.events]
        if self.kind or self.event or self.prominence:
            # As with events: by kind or by event those of provinces are held as well.
            one = not campaign.is_local and (self.kind or self.event)
            held = any(map(self.holds_event, own))
            if not held or one:
                return held
        if self.all:
            return not (self.region and campaign.region) or campaign.region in self.region
        if campaign.is_local:
            return False
        return campaign.region is None or campaign.region in self.region

    @property
    def _looks_further(self) -> bool:
        """Whether more is asked for than letters carry."""
        return bool(self.all or self.kind or self.event or self.campaign or self.prominence)

    def _holds_kind(self, event: Event) -> bool:
        # Tết and Giỗ Tổ are great days by decree, and lunar feasts to whoever looks for these.
        feast = event.is_lunar and event.kind is Kind.GREAT_DAY
        return event.kind in self.kind or (feast and Kind.LUNAR_FESTIVAL in self.kind)

    def holds_day(self, event: Event, on: date) -> bool:
        """Return whether *event*, which is wanted, is so on the day *on*.

        A province of today keeps the days of those that were merged into it, from the
        merger on (Nghị quyết 202/2025/QH15); before, they were those of a neighbour.
        """
        theirs = not (event.region and self.region) or event.region in self.region
        return theirs or on >= MERGED_ON

    def holds_class(self, year_class: YearClass | None) -> bool:
        """Return whether occurrences of this class of year are wanted."""
        return not self.year_class or year_class in self.year_class


def _is_carried(event: Event) -> bool:
    """Return whether a province's letter carries *event*: village festivals are too many."""
    return event.kind is not Kind.LUNAR_FESTIVAL or event.prominence is not Prominence.REFERENCE


def _known(
    axis: str, given: Mapping[str, tuple[str, ...]], allowed: Iterable[str]
) -> tuple[str, ...]:
    words = [str(word) for word in allowed]
    for text in given.get(axis, ()):
        if text not in words:
            raise InvalidSelectionError(axis, text, words)
    return given.get(axis, ())
