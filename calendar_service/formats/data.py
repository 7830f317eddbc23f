"""Months, years, events and campaigns as plain data, the shapes of the JSON answers."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from calendar_service.core.campaign import Document, Work
from calendar_service.core.campaign_wording import (
    document_text,
    edition_title,
    lead_text,
    slogans_of,
    step_text,
)
from calendar_service.core.campaigns import Edition, Step, due_day
from calendar_service.core.date_wording import lunar_day_text, rule_text
from calendar_service.core.dates import Month
from calendar_service.core.leave import days_by_law
from calendar_service.core.lunar import LunarDate
from calendar_service.core.model import Event, Kind, MonthList, Occurrence
from calendar_service.core.outlook import Outlook
from calendar_service.core.sources import Source
from calendar_service.core.wording import anniversary_line, english_line, paragraph, source_text
from calendar_service.formats.campaign_shapes import (
    CampaignsData,
    EditionData,
    SpanData,
    StepData,
    WorkData,
)
from calendar_service.formats.shapes import (
    DayData,
    DaysOffData,
    DocumentData,
    EditionSummary,
    EventData,
    EventFacts,
    FoundData,
    ItemData,
    LeaveData,
    MonthData,
    RangeData,
    SourceData,
    SwapData,
    YearData,
)


def to_json(data: Any, indent: int | None = None) -> str:
    """Return *data* as JSON text, Vietnamese letters as they are; on one line by default."""
    separators = (",", ":") if indent is None else None
    return json.dumps(data, ensure_ascii=False, indent=indent, separators=separators) + "\n"


def month_data(month_list: MonthList, campaigns: Iterable[Edition] = ()) -> MonthData:
    """Return the JSON of a month, with the campaigns that run in it."""
    return {
        "month": str(month_list.month),
        "text": paragraph(month_list),
        "items": [item_data(occurrence) for occurrence in month_list.items],
        "upcoming": [item_data(occurrence) for occurrence in month_list.upcoming],
        "campaigns": [edition_summary(edition) for edition in campaigns],
    }


def year_data(
    year: int,
    months: list[MonthList],
    campaigns: Mapping[Month, Iterable[Edition]],
    leave: Iterable[Occurrence],
) -> YearData:
    """Return the JSON of a year: that of each of its months, and its *leave*."""
    found = [month_data(month, campaigns.get(month.month, ())) for month in months]
    return {"year": year, "months": found, "leave": [item_data(item) for item in leave]}


def item_data(occurrence: Occurrence) -> ItemData:
    """Return one occurrence; dates are ISO 8601, None where something does not apply."""
    event, lunar = occurrence.event, occurrence.lunar
    return {
        "id": event.id,
        "name": occurrence.name,
        "name_en": occurrence.name_en,
        "on": occurrence.on.isoformat(),
        "ends": occurrence.ends.isoformat() if occurrence.ends else None,
        "founded": event.founded.iso() if event.founded else None,
        "years": occurrence.years,
        "year_class": occurrence.year_class,
        "kind": event.kind,
        "region": event.region,
        "prominence": event.prominence,
        "lunar": {"year": lunar.year, "month": lunar.month, "day": lunar.day} if lunar else None,
        "line": anniversary_line(occurrence),
        "line_en": english_line(occurrence),
        "days_off": _days_off_data(occurrence),
        "leave": _leave_data(occurrence),
        "sources": [source_text(source) for source in occurrence.sources],
    }


def _days_off_data(occurrence: Occurrence) -> DaysOffData | None:
    announced = occurrence.announcement
    if announced is None or occurrence.event.kind is not Kind.DAY_OFF:
        return None
    swaps: list[SwapData] = [
        {"off": off.isoformat(), "worked": day.isoformat()} for off, day in announced.swaps
    ]
    return {"compensatory": [day.isoformat() for day in announced.compensatory], "swaps": swaps}


def _leave_data(occurrence: Occurrence) -> LeaveData | None:
    if occurrence.event.kind is not Kind.DAY_OFF:
        return None
    return {
        "announced": occurrence.announcement is not None,
        "awaited": occurrence.is_awaited,
        "days_by_law": days_by_law(occurrence),
    }


def event_data(event: Event, occurrences: list[Occurrence]) -> EventData:
    """Return the JSON of an event with the occurrences asked for."""
    return {
        "event": event_facts(event),
        "occurrences": [item_data(occurrence) for occurrence in occurrences],
    }


def event_facts(event: Event) -> EventFacts:
    """Return what the registry says of an event."""
    return {
        "id": event.id,
        "formerly": list(event.formerly),
        "name": event.name,
        "name_en": event.name_en,
        "aliases": list(event.aliases),
        "day": rule_text(event),
        "founded": event.founded.iso() if event.founded else None,
        "counted_from": event.counted_from,
        "alternatives": [
            {
                "founded": other.founded.iso(),
                "who": other.who,
                "sources": [_source_data(source) for source in other.sources],
            }
            for other in event.alternatives
        ],
        "kind": event.kind,
        "region": event.region,
        "prominence": event.prominence,
        "observed": event.observed,
        "valid_from": event.valid_from.isoformat() if event.valid_from else None,
        "valid_until": event.valid_until.isoformat() if event.valid_until else None,
        "renamed": [
            {"name": former.name, "until": former.until.isoformat()}
            for former in event.former_names
        ],
        "note": event.note,
        "sources": [_source_data(source) for source in event.sources],
        "changed": event.changed.isoformat(),
    }


def range_data(first: date, last: date, items: Iterable[Occurrence]) -> RangeData:
    """Return what starts in a range of days."""
    found = [item_data(item) for item in items]
    return {"from": first.isoformat(), "to": last.isoformat(), "items": found}


def day_data(on: date, lunar: LunarDate) -> DayData:
    """Return one day in both calendars."""
    return {
        "on": on.isoformat(),
        "lunar": {
            "year": lunar.year,
            "month": lunar.month,
            "day": lunar.day,
            "leap": lunar.leap,
        },
        "text": lunar_day_text(lunar),
        "text_en": lunar_day_text(lunar, "en"),
    }


def found_data(event: Event, matched: str, coming: Occurrence | None) -> FoundData:
    """Return an event that a search found, with what was found and when it comes next."""
    return {
        "event": event_facts(event),
        "matched": matched,
        "next": item_data(coming) if coming else None,
    }


def edition_summary(edition: Edition) -> EditionSummary:
    """Return an edition of a campaign in brief, with its guiding documents."""
    campaign = edition.campaign
    return {
        "id": campaign.id,
        "title": edition_title(edition),
        "year": edition.year,
        "start": edition.start.isoformat(),
        "end": edition.end.isoformat(),
        "day": edition.day.isoformat(),
        "generated": campaign.generated,
        "scope": campaign.scope,
        "region": campaign.region,
        "events": list(campaign.events),
        "theme": campaign.theme,
        "documents": [_document_data(document) for document in campaign.documents],
    }


def campaigns_data(today: date, outlook: Outlook) -> CampaignsData:
    """Return the JSON of the campaigns around a day."""
    return {
        "today": today.isoformat(),
        "running": [edition_summary(edition) for edition in outlook.running],
        "soon": [edition_summary(edition) for edition in outlook.soon],
        "past": [edition_summary(edition) for edition in outlook.past],
    }


def edition_data(edition: Edition) -> EditionData:
    """Return an edition of a campaign with all its parts; days are ISO 8601."""
    campaign = edition.campaign
    return {
        **edition_summary(edition),
        "audiences": list(campaign.audiences),
        "lead": campaign.lead,
        "partners": list(campaign.partners),
        "phases": [
            {"name": phase.name, "kind": phase.kind, "theme": phase.theme, **_days(start, end)}
            for phase, start, end in edition.phases
        ],
        "windows": [
            {"what": window.what, "who": window.who, **_days(window.start, window.end)}
            for window in edition.windows
        ],
        "steps": [_step_data(step) for step in edition.steps],
        "slogans": slogans_of(edition),
        "hashtags": list(campaign.hashtags),
        "activities": [_work_data(edition, work) for work in campaign.activities],
        "deliverables": [_work_data(edition, work) for work in campaign.deliverables],
        "media_kit": [
            {"title": kit.title, "url": kit.url, "licence": kit.licence}
            for kit in campaign.media_kit
        ],
        "note": campaign.note,
        "sources": [_source_data(source) for source in campaign.sources],
        "changed": campaign.changed.isoformat(),
    }


def _step_data(step: Step) -> StepData:
    return {
        "key": step.key,
        "kind": step.kind,
        "label": lead_text(step.lead_days),
        "lead_days": step.lead_days,
        "on": step.on.isoformat(),
        "ends": step.ends.isoformat() if step.ends else None,
        "text": step_text(step),
        "role": step.role,
        "who": step.who,
        "place": step.place,
    }


def _days(start: date, end: date) -> SpanData:
    return {"start": start.isoformat(), "end": end.isoformat()}


def _document_data(document: Document) -> DocumentData:
    return {
        "kind": document.kind,
        "number": document.number,
        "date": document.dated.isoformat() if document.dated else None,
        "issuer": document.issuer,
        "title": document.title,
        "url": document.url,
        "text": document_text(document),
    }


def _work_data(edition: Edition, work: Work) -> WorkData:
    due = due_day(edition, work)
    return {"name": work.name, "owner": work.owner, "due": due.isoformat() if due else None}


def _source_data(source: Source) -> SourceData:
    return {
        "title": source.title,
        "number": source.number,
        "date": source.dated.isoformat() if source.dated else None,
        "url": source.url,
    }
