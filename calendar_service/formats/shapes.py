"""The shapes of the JSON answers, as types: the code is checked by them, /openapi.json made.

Docstrings and notes are read by people who write programs, so they are English.
"""

from typing import Annotated, NotRequired, TypedDict

from calendar_service.core.campaign import Scope
from calendar_service.core.model import Kind, Observed, Prominence, YearClass
from calendar_service.formats.schema import Note

Day = Annotated[str, Note(format="date", about="A Gregorian day, ISO 8601.")]
Since = Annotated[
    str,
    Note(
        pattern="^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
        about="A date as precisely as it is known: YYYY-MM-DD, YYYY-MM or YYYY.",
    ),
]
Cursor = Annotated[
    str | None,
    Note(about="What to give as `after` for the items that follow; null after the last."),
]


class LunarData(TypedDict):
    """A day of the Vietnamese lunar calendar; the year is the one in which its Tết falls."""

    year: int
    month: Annotated[int, Note(minimum=1, maximum=12)]
    day: Annotated[int, Note(minimum=1, maximum=30)]


class SwapData(TypedDict):
    """A working day off, and the day of rest that is worked instead."""

    off: Day
    worked: Day


class DaysOffData(TypedDict):
    """What was announced beside the holidays themselves."""

    compensatory: list[Day]
    swaps: list[SwapData]


class LeaveData(TypedDict):
    """How certain the days of a public holiday are."""

    announced: Annotated[bool, Note(about="Whether the days are as announced, or by rule.")]
    awaited: Annotated[bool, Note(about="Whether no year as late was announced yet.")]
    days_by_law: Annotated[int | None, Note(minimum=1, about="How many days the law gives.")]


class ItemData(TypedDict):
    """One dated instance of an event."""

    id: Annotated[str, Note(about="The event's id, which never changes.")]
    name: Annotated[str, Note(about="The name that it had on the day.")]
    name_en: str | None
    on: Annotated[Day, Note(about="The day, or the first one of a span.")]
    ends: Annotated[Day | None, Note(about="The last day of a span, inclusive.")]
    founded: Since | None
    years: Annotated[
        int | None,
        Note(minimum=1, about="N of N năm; null where the event counts none."),
    ]
    year_class: Annotated[
        YearClass | None,
        Note(about="Năm tròn, lẻ 5 or khác by the decree that applies; null by none."),
    ]
    kind: Kind
    region: Annotated[str | None, Note(about="A province or city; null for the country.")]
    prominence: Prominence
    lunar: LunarData | None
    line: Annotated[str, Note(about="The line of a letter, in Vietnamese.")]
    line_en: str | None
    days_off: DaysOffData | None
    leave: Annotated[LeaveData | None, Note(about="Of a public holiday; null for all else.")]
    sources: list[str]


class SourceData(TypedDict):
    """Where a fact stands: a document by number and date, or a page by address."""

    title: str
    number: str | None
    date: Day | None
    url: str | None


class DocumentData(TypedDict):
    """A document that guides a campaign."""

    kind: str
    number: str | None
    date: Day | None
    issuer: str | None
    title: str | None
    url: str | None
    text: str


class EditionSummary(TypedDict):
    """A campaign as it runs in one year, in brief."""

    id: str
    title: str
    year: int
    start: Day
    end: Day
    day: Annotated[Day, Note(about="D, which the days of steps are counted from.")]
    generated: Annotated[bool, Note(about="Whether it follows from its event alone.")]
    scope: Scope
    region: str | None
    events: list[str]
    theme: str | None
    documents: list[DocumentData]


class MonthData(TypedDict):
    """What a letter carries for one month."""

    month: Annotated[str, Note(pattern="^[0-9]{4}-[0-9]{2}$")]
    text: Annotated[str, Note(about="The list as one paragraph, in Vietnamese.")]
    items: list[ItemData]
    upcoming: Annotated[list[ItemData], Note(about="The first ten days of the next month.")]
    campaigns: list[EditionSummary]


class YearData(TypedDict):
    """The lists of a year's twelve months."""

    year: int
    months: list[MonthData]
    leave: Annotated[list[ItemData], Note(about="The year's public holidays, whatever is chosen.")]


# "from" is no name in Python.
_Days = TypedDict("_Days", {"from": Day, "to": Day})


class RangeData(_Days):
    """What starts in a range of days, both included, by day."""

    items: list[ItemData]


class RangePage(RangeData):
    """A part of what starts in a range of days, by day, then by id."""

    next: Cursor


class AlternativeData(TypedDict):
    """Another founding date that is defensible, and who counts from it."""

    founded: Since
    who: str
    sources: list[SourceData]


class RenamedData(TypedDict):
    """A name that an event had up to and including a day."""

    name: str
    until: Day


class EventFacts(TypedDict):
    """An entry of the registry."""

    id: str
    formerly: Annotated[list[str], Note(about="Ids of entries that are part of it now.")]
    name: str
    name_en: str | None
    aliases: list[str]
    day: Annotated[str, Note(about="When it is kept, in Vietnamese words.")]
    founded: Since | None
    counted_from: Annotated[str | None, Note(about="Why N counts from this date, or none.")]
    alternatives: list[AlternativeData]
    kind: Kind
    region: str | None
    prominence: Prominence
    observed: Observed
    valid_from: Day | None
    valid_until: Day | None
    renamed: list[RenamedData]
    note: str | None
    sources: list[SourceData]
    changed: Day


class EventData(TypedDict):
    """An event with its occurrences, five years back and ten ahead unless asked otherwise."""

    event: EventFacts
    occurrences: list[ItemData]


class EventsPage(TypedDict):
    """A part of the registry's events, by id."""

    items: list[EventFacts]
    next: Cursor


_Years = TypedDict("_Years", {"from": int, "to": int})


class MilestonesData(_Years):
    """The round years to come: năm tròn and lẻ 5 by the decrees' classes, by day."""

    items: list[ItemData]


class AllMilestonesData(MilestonesData):
    """The round years by the decrees, and the other years whose N ends in 0 or 5."""

    others: Annotated[
        list[ItemData],
        Note(about="N ends in 0 or 5, and no decree makes the year tròn or lẻ 5."),
    ]


class MilestonesPage(MilestonesData):
    """A part of the round years to come, or of the others, by day, then by id."""

    next: Cursor


class FoundData(TypedDict):
    """An event that a search found."""

    event: EventFacts
    matched: Annotated[str, Note(about="The name or the day that was found.")]
    next: Annotated[ItemData | None, Note(about="When it comes round next.")]


class SearchData(TypedDict):
    """What a search found, the best first."""

    q: str
    region: Annotated[
        str | None,
        Note(about="The province or city that is named; its own events are among the items."),
    ]
    items: list[FoundData]


class LunarDateData(LunarData):
    """A day of the Vietnamese lunar calendar, with the mark of a leap month."""

    leap: bool


class DayData(TypedDict):
    """One day in both calendars."""

    on: Day
    lunar: LunarDateData
    text: Annotated[str, Note(about="The lunar day in Vietnamese, with its year's name.")]
    text_en: str


class FaultData(TypedDict):
    """What is wrong with one parameter."""

    parameter: str
    detail: str


class Problem(TypedDict):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: Annotated[str, Note(about="What was found and what to do.")]
    instance: str
    errors: NotRequired[list[FaultData]]
