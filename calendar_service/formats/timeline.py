"""Timelines: where bars, points and marks lie, in percent of the width, for SVG.

Lengths across are percentages, so that a drawing fits any width while its text keeps the
page's size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.core.campaigns import Edition, StepKind
from calendar_service.core.dates import Month
from calendar_service.core.outlook import PAST_DAYS

MOST_TICKS = 8
LEAST_WIDTH = 0.8  # a bar of one day in a year of them is still seen
TODAY, DAY_D = "Hôm nay", "D"
_AHEAD_DAYS = 120
_MARGIN_DAYS = 2
_EDGE, _NEAR = 12.0, 20.0  # where a word would leave a narrow drawing, or meet another
_POINTS = {StepKind.MILESTONE, StepKind.PREPARE, StepKind.DOCUMENT, StepKind.DUE}


@dataclass(frozen=True, slots=True)
class Scale:
    """The days that a drawing spans, both included."""

    first: date
    last: date

    def at(self, on: date) -> float:
        """Return where *on* begins, 0 to 100; days outside lie on the edge."""
        share = (on - self.first).days / ((self.last - self.first).days + 1)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def holds(self, on: date) -> bool:
        """Return whether *on* lies within."""
        return self.first <= on <= self.last

    def middle(self, on: date) -> float:
        """Return where noon of *on* lies."""
        return round((self.at(on) + self.at(on + timedelta(days=1))) / 2, 2)


@dataclass(frozen=True, slots=True)
class Bar:
    """Days from *x* on; *kind* is how they are drawn."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Point:
    """A single day; *kind* is how it is drawn."""

    kind: str
    x: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A line over the whole height with a word above it.

    Attributes:
        kind: How it is drawn.
        label: The word.
        x: Where the line stands.
        anchor: Which end of the word stands there, as SVG's text-anchor.
        row: 1 for a word that stands below one too close by, else 0.
    """

    kind: str
    label: str
    x: float
    anchor: str = "middle"
    row: int = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """What every strip of a drawing shares: the lines of the calendar, and D and today."""

    ticks: tuple[Mark, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of a drawing."""

    bars: tuple[Bar, ...] = ()
    points: tuple[Point, ...] = ()


def overview_scale(today: date) -> Scale:
    """Return the whole months from those just over to those that come soon."""
    first = Month.of(today - timedelta(days=PAST_DAYS)).first
    return Scale(first, Month.of(today + timedelta(days=_AHEAD_DAYS)).last)


def overview_axis(scale: Scale, today: date) -> Axis:
    """Return the months of *scale*, with today."""
    return Axis(_ticks(scale), _marks(scale, {TODAY: today}))


def edition_strip(scale: Scale, edition: Edition) -> Strip:
    """Return an edition as a bar, and its preparation as a thin one before it."""
    first = min(step.on for step in edition.steps) if edition.steps else edition.start
    bars = []
    if first < edition.start:
        bars.append(_bar(scale, "before", first, edition.start - timedelta(days=1)))
    bars.append(_bar(scale, "campaign", edition.start, edition.end))
    return Strip(tuple(bar for bar in bars if bar))


def edition_scale(edition: Edition) -> Scale:
    """Return the days from the first step of an edition to its last, with a margin."""
    days = [edition.start, edition.end, edition.day, *(step.on for step in edition.steps)]
    margin = timedelta(days=_MARGIN_DAYS)
    return Scale(min(days) - margin, max(days) + margin)


def edition_axis(scale: Scale, edition: Edition, today: date) -> Axis:
    """Return the calendar of an edition, with D, and today where it lies within."""
    return Axis(_ticks(scale), _marks(scale, {DAY_D: edition.day, TODAY: today}))


def steps_strip(scale: Scale, edition: Edition) -> Strip:
    """Return the steps of an edition that have no bar as points, and D."""
    points = [
        Point(step.kind, scale.middle(step.on)) for step in edition.steps if step.kind in _POINTS
    ]
    return Strip(points=(*points, Point(StepKind.DAY, scale.middle(edition.day))))


def span_strip(scale: Scale, kind: str, start: date, end: date) -> Strip:
    """Return the days from *start* to *end*, both included, drawn as *kind*."""
    bar = _bar(scale, kind, start, end)
    return Strip((bar,) if bar else ())


def _bar(scale: Scale, kind: str, start: date, end: date) -> Bar | None:
    """Return the days from *start* to *end*, both included, None when none lies within."""
    if end < scale.first or start > scale.last:
        return None
    x = scale.at(start)
    width = max(scale.at(end + timedelta(days=1)) - x, LEAST_WIDTH)
    return Bar(kind, min(x, 100 - LEAST_WIDTH), round(width, 2))


def _ticks(scale: Scale) -> tuple[Mark, ...]:
    """Return the first days of months, or Mondays where there are hardly any months."""
    months = [on for on in _days(scale) if on.day == 1]
    if len(months) > 2:
        kept = _thinned(months)
        return tuple(Mark("tick", f"T{on.month}", scale.at(on), "start") for on in kept)
    mondays = _thinned([on for on in _days(scale) if on.weekday() == 0])
    return tuple(Mark("tick", f"{on.day}/{on.month}", scale.at(on), "start") for on in mondays)


def _days(scale: Scale) -> Iterable[date]:
    for number in range((scale.last - scale.first).days + 1):
        yield scale.first + timedelta(days=number)


def _thinned(days: Sequence[date]) -> Sequence[date]:
    """Return every day, or every second, third … one, so that MOST_TICKS are left."""
    return days[:: -(-len(days) // MOST_TICKS) or 1]


def _marks(scale: Scale, days: dict[str, date]) -> tuple[Mark, ...]:
    """Return the named days that lie within, the word of a close second one below."""
    kinds = {TODAY: "today", DAY_D: "day"}
    held = sorted((scale.middle(on), name) for name, on in days.items() if scale.holds(on))
    close = len(held) == 2 and held[1][0] - held[0][0] < _NEAR
    return tuple(
        Mark(kinds[name], name, x, _anchor(x), number if close else 0)
        for number, (x, name) in enumerate(held)
    )


def _anchor(x: float) -> str:
    """Return how a mark's word is set: inwards at the edges."""
    if x < _EDGE:
        return "start"
    return "end" if x > 100 - _EDGE else "middle"
