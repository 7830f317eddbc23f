"""The shapes of the JSON answers about campaigns: lists of them, and one with its steps."""

from typing import Annotated, TypedDict

from calendar_service.core.campaigns import StepKind
from calendar_service.formats.schema import Note
from calendar_service.formats.shapes import Cursor, Day, EditionSummary, SourceData


class CampaignsData(TypedDict):
    """The campaigns around a day."""

    today: Day
    running: list[EditionSummary]
    soon: list[EditionSummary]
    past: list[EditionSummary]


class CampaignsPage(TypedDict):
    """A part of the campaigns that run in a year, by their first day, then by id."""

    year: int
    items: list[EditionSummary]
    next: Cursor


class SpanData(TypedDict):
    """Days from start to end, both included."""

    start: Day
    end: Day


class PhaseData(SpanData):
    """A part of a campaign."""

    name: str
    kind: str
    theme: str | None


class WindowData(SpanData):
    """What hangs on some days, and who hangs it."""

    what: str
    who: str | None


class StepData(TypedDict):
    """One step of a campaign on its day."""

    key: Annotated[str, Note(about="Names it within its edition, for good.")]
    kind: StepKind
    label: str
    lead_days: Annotated[int, Note(about="Whole days before D; negative after it.")]
    on: Day
    ends: Day | None
    text: str
    role: str | None
    who: str | None
    place: str | None


class WorkData(TypedDict):
    """An activity or a thing to deliver."""

    name: str
    owner: str | None
    due: Day | None


class MediaKitData(TypedDict):
    """Files that others may use."""

    title: str
    url: str
    licence: str | None


class EditionData(EditionSummary):
    """A campaign as it runs in one year, with all its parts."""

    audiences: list[str]
    lead: str | None
    partners: list[str]
    phases: list[PhaseData]
    windows: list[WindowData]
    steps: list[StepData]
    slogans: list[str]
    hashtags: list[str]
    activities: list[WorkData]
    deliverables: list[WorkData]
    media_kit: list[MediaKitData]
    note: str | None
    sources: list[SourceData]
    changed: Day
