"""What the registry holds of a campaign: the communication work around a day or a period.

Days in it are rules, since most campaigns come round every year: days from the day D that
the work leads up to, days of the year, or plain days of a campaign that runs once.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendar_service.core.dates import parse_day
from calendar_service.core.days import DayRule, parse_day_rule
from calendar_service.core.lead_times import LeadTimes
from calendar_service.core.model import YearClass
from calendar_service.core.sources import Source
from calendar_service.errors import InvalidCampaignDayError

_OFFSET = re.compile(r"([+-][0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Scope(StrEnum):
    """Whose campaign it is; LOCAL is that of a district, a commune or a unit."""

    NATIONAL = "national"
    PROVINCE = "province"
    SECTOR = "sector"
    LOCAL = "local"


class Audience(StrEnum):
    """Whom a campaign speaks to, or who carries it on."""

    OFFICIALS = "officials"
    PRESS = "press"
    SCHOOLS = "schools"
    UNIONS = "unions"
    YOUTH = "youth"
    WOMEN = "women"
    FARMERS = "farmers"
    VETERANS = "veterans"
    ARMED_FORCES = "armed-forces"
    BUSINESSES = "businesses"
    CHILDREN = "children"
    HEALTH = "health"
    OVERSEAS = "overseas"
    PUBLIC = "public"


class PhaseKind(StrEnum):
    """What a phase is for."""

    PREPARATION = "preparation"
    RUN = "run"
    PEAK = "peak"
    DISPLAY = "display"
    REVIEW = "review"


class DisplayKind(StrEnum):
    """What is hung or put up."""

    NATIONAL_FLAG = "national-flag"
    PARTY_FLAG = "party-flag"
    STREAMER = "streamer"
    BANNER = "banner"
    PANEL = "panel"
    POSTER = "poster"
    DECORATION = "decoration"


class MilestoneKind(StrEnum):
    """What takes place on a milestone."""

    PRESS = "press"
    MEETING = "meeting"
    CEREMONY = "ceremony"
    LAUNCH = "launch"
    INSPECTION = "inspection"
    PARADE = "parade"
    CONTEST = "contest"
    FESTIVAL = "festival"
    EXHIBITION = "exhibition"
    PERFORMANCE = "performance"
    DEADLINE = "deadline"
    REPORT = "report"
    CONGRESS = "congress"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Offset:
    """Whole days from D, or from the day of another event of the campaign.

    Attributes:
        days: Negative before the day, 0 on it, positive after it.
        event: The event's id, None for D.
    """

    days: int
    event: str | None = None


When = Offset | date | DayRule


def parse_when(text: str, events: tuple[str, ...]) -> When:
    """Return the day that *text* gives: D-14, quoc-khanh+1, 17/10/2023, 21/7, 10/3 âm lịch.

    Args:
        text: As an editor wrote it.
        events: The ids of the campaign's events, which *text* may count from.

    Raises:
        InvalidCampaignDayError: It is none of these.
        InvalidDateError, InvalidDayRuleError: It looks like one, but no such day exists.
    """
    words = text.strip()
    for anchor in ("D", *events):
        if words.startswith(anchor) and (match := _OFFSET.fullmatch(words[len(anchor) :])):
            return Offset(int(match[1] or 0), None if anchor == "D" else anchor)
    if words.startswith("D") or re.fullmatch(r"[a-z][a-z0-9-]*[+-][0-9]+", words):
        raise InvalidCampaignDayError(text, events)
    return parse_day(words) if _DAY.fullmatch(words) else parse_day_rule(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A guiding document: directive, plan, guidance; *guides* names the phase it is for."""

    kind: str
    number: str | None = None
    dated: date | None = None
    issuer: str | None = None
    title: str | None = None
    url: str | None = None
    guides: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of a campaign, first to last day, both included."""

    name: str
    kind: PhaseKind
    start: When
    end: When
    theme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What hangs from its first to its last day, both included, and who hangs it.

    Attributes:
        years: In which years it hangs, by the last digit of N: 0 is tròn, 5 lẻ 5, the rest
            khác; none for every year.
    """

    what: DisplayKind
    start: When
    end: When
    who: str | None = None
    years: tuple[YearClass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A single step of a campaign, on one day or until *ends*, included."""

    name: str
    kind: MilestoneKind
    on: When
    ends: When | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An activity or a thing to deliver: who sees to it, and by when."""

    name: str
    owner: str | None = None
    due: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaKit:
    """Files that others may use: logos, posters, clips."""

    title: str
    url: str
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A registry entry: the work around events, a day of its own or a period.

    Attributes:
        id: ASCII kebab-case, never changed once published; no id of an event.
        title: What it is called.
        events: Ids of its events; the first one gives D. Several make one campaign.
        on: D where there is no event.
        year: The year of D for a campaign that runs once; None for every year.
        start: Its first day, None for that of its parts.
        end: Its last day, likewise.
        region: The province or city of scope PROVINCE and LOCAL.
        slogans: Templates with {n}, {name}, {range} and {year}.
        lead_times: The set of lead times, own days longest first, None for those that
            fit the occurrence.
        generated: Whether nobody wrote it: it follows from its event alone.
        changed: The day on which the entry last changed.
    """

    id: str
    title: str
    theme: str | None = None
    events: tuple[str, ...] = ()
    on: When | None = None
    year: int | None = None
    start: When | None = None
    end: When | None = None
    scope: Scope = Scope.NATIONAL
    region: str | None = None
    audiences: tuple[Audience, ...] = ()
    lead: str | None = None
    partners: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    phases: tuple[Phase, ...] = ()
    displays: tuple[Display, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    slogans: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    activities: tuple[Work, ...] = ()
    deliverables: tuple[Work, ...] = ()
    media_kit: tuple[MediaKit, ...] = ()
    lead_times: LeadTimes | tuple[int, ...] | None = None
    note: str | None = None
    generated: bool = False
    sources: tuple[Source, ...]
    changed: date

    @property
    def is_local(self) -> bool:
        """Whether it is that of a district, a commune or a unit."""
        return self.scope is Scope.LOCAL
