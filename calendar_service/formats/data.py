"""Months, years and events as plain data, the shapes of the JSON answers."""

import json
from typing import Any

from calendar_service.core.model import Event, MonthList, Occurrence
from calendar_service.core.sources import Source
from calendar_service.core.wording import (
    anniversary_line,
    english_line,
    paragraph,
    rule_text,
    source_text,
)


def to_json(data: Any) -> str:
    """Return *data* as JSON text with Vietnamese letters as they are."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def month_data(month_list: MonthList) -> dict[str, Any]:
    """Return the JSON of a month."""
    return {
        "month": str(month_list.month),
        "text": paragraph(month_list),
        "items": [item_data(occurrence) for occurrence in month_list.items],
        "upcoming": [item_data(occurrence) for occurrence in month_list.upcoming],
        "campaigns": [],
    }


def year_data(year: int, months: list[MonthList]) -> dict[str, Any]:
    """Return the JSON of a year: that of each of its months."""
    return {"year": year, "months": [month_data(month) for month in months]}


def item_data(occurrence: Occurrence) -> dict[str, Any]:
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
        "sources": [source_text(source) for source in event.sources],
    }


def event_data(event: Event, occurrences: list[Occurrence]) -> dict[str, Any]:
    """Return the JSON of an event with the occurrences asked for."""
    return {
        "event": {
            "id": event.id,
            "name": event.name,
            "name_en": event.name_en,
            "aliases": list(event.aliases),
            "day": rule_text(event),
            "founded": event.founded.iso() if event.founded else None,
            "counted_from": event.counted_from,
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
        },
        "occurrences": [item_data(occurrence) for occurrence in occurrences],
    }


def _source_data(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "number": source.number,
        "date": source.dated.isoformat() if source.dated else None,
        "url": source.url,
    }
