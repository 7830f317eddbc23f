"""Campaigns from plain data, as registry/plain.py reads events; apart, since lists need none."""

from typing import Any

from calendar_service.core.campaign import (
    Audience,
    Campaign,
    Display,
    DisplayKind,
    Document,
    MediaKit,
    Milestone,
    MilestoneKind,
    Offset,
    Phase,
    PhaseKind,
    Scope,
    When,
    Work,
)
from calendar_service.core.lead_times import LeadTimes
from calendar_service.core.model import YearClass
from calendar_service.registry.plain import (
    block,
    choice,
    day,
    each,
    exactly,
    load_sources,
    or_none,
    rule,
    texts,
)


def _when(row: Any) -> When:
    if isinstance(row, str):
        return day(row)
    if row[0] == "Offset":
        _, days, event = row
        return Offset(exactly(int)(days), or_none(exactly(str))(event))
    return rule(row)


def _lead_times(row: Any) -> LeadTimes | tuple[int, ...]:
    return LeadTimes(row) if isinstance(row, str) else each(exactly(int))(row)


load_campaign = block(
    Campaign,
    {
        "events": texts,
        "on": _when,
        "year": exactly(int),
        "start": _when,
        "end": _when,
        "scope": choice(Scope),
        "audiences": each(choice(Audience)),
        "partners": texts,
        "documents": each(block(Document, {"dated": day})),
        "phases": each(block(Phase, {"kind": choice(PhaseKind), "start": _when, "end": _when})),
        "displays": each(
            block(
                Display,
                {
                    "what": choice(DisplayKind),
                    "start": _when,
                    "end": _when,
                    "years": each(choice(YearClass)),
                },
            )
        ),
        "milestones": each(
            block(Milestone, {"kind": choice(MilestoneKind), "on": _when, "ends": _when})
        ),
        "slogans": texts,
        "hashtags": texts,
        "activities": each(block(Work, {"due": _when})),
        "deliverables": each(block(Work, {"due": _when})),
        "media_kit": each(block(MediaKit, {})),
        "lead_times": _lead_times,
        "generated": exactly(bool),
        "sources": load_sources,
        "changed": day,
    },
)
