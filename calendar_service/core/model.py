"""What the registry holds and what comes of it: events, occurrences, lists of a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from calendar_service.core.dates import Month, PartialDate
from calendar_service.core.days import DayRule, LunarDay
from calendar_service.core.lunar import LunarDate
from calendar_service.core.sources import Source
from calendar_service.core.text import without_marks
from calendar_service.errors import UnknownCampaignError, UnknownEventError

if TYPE_CHECKING:  # lists of days do without campaigns
    from calendar_service.core.campaign import Campaign


class Kind(StrEnum):
    """What an event marks; the value is the name that users and files write."""

    GREAT_DAY = "great-day"
    FOUNDING = "founding"
    TRADITION = "tradition"
    HISTORY = "history"
    BIRTH = "birth"
    DEATH = "death"
    PROVINCE = "province"
    OBSERVANCE = "observance"
    INTERNATIONAL = "international"
    LUNAR_FESTIVAL = "lunar-festival"
    DAY_OFF = "day-off"


class Prominence(StrEnum):
    """Whose letter carries an event: anybody's, its sector's, or hardly any."""

    CORE = "core"
    SECTOR = "sector"
    REFERENCE = "reference"


class Group(StrEnum):
    """The block of a letter in which an event stands, in the letter's order."""

    NATIONAL = "national"
    REGION = "region"
    SECTOR = "sector"
    INTERNATIONAL = "international"


class Observed(StrEnum):
    """In which years an event is mentioned: all, or where N ends in 0 or 5, or in 0."""

    EVERY_YEAR = "every-year"
    EVERY_5 = "every-5"
    EVERY_10 = "every-10"

    @property
    def step(self) -> int:
        """The whole number of years between two mentions."""
        return {"every-year": 1, "every-5": 5, "every-10": 10}[self.value]


class YearClass(StrEnum):
    """The class of an anniversary's year: tròn (N ends in 0), lẻ 5, or khác."""

    TRON = "tron"
    LE_5 = "le-5"
    KHAC = "khac"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """A name that an event had up to and including the day *until*."""

    name: str
    name_en: str | None
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another founding date that is defensible: other letters count N from it."""

    founded: PartialDate
    who: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The days of an event in one year, as they were announced.

    Attributes:
        on: The first day, of leave without the weekend before it; 31 December for 1 January.
        ends: The last one, inclusive, *on* for one day; weekends between are days off too.
        compensatory: Working days off for holidays that fell on a weekend (Bộ luật Lao
            động 2019 điều 111 khoản 3).
        swaps: Working days off, each with the day of rest that is worked instead.
        sources: The announcement.
    """

    on: date
    ends: date
    compensatory: tuple[date, ...] = ()
    swaps: tuple[tuple[date, date], ...] = ()
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A registry entry that comes round every year.

    Attributes:
        id: ASCII kebab-case, never changed once published.
        formerly: Ids of former entries that are part of this one now.
        name: As it stands after "N năm", in official spelling.
        day: The rule for its day; for a span the first day.
        ends: The rule for the last day of a span, inclusive; None for one day.
        founded: The date that N is counted from; None when no count is printed.
        counted_from: Why this date or none, where two are defensible.
        alternatives: The other defensible founding dates.
        region: Province or city, None for national and international events.
        observed: In which years it is mentioned.
        valid_from: First day on which it may fall.
        valid_until: Last day on which it may fall.
        former_names: Names held before, oldest first.
        round_by_calendar_year: The year's class is that of the Gregorian year itself,
            which Nghị định 145/2013/NĐ-CP điều 3 rules for Giỗ Tổ.
        announced: Days that are told year by year, oldest first, one a year; each stands
            for *day* and *ends* in its year.
        campaigns: Ids of the campaigns that somebody wrote around it.
        changed: The day on which the entry last changed.
    """

    id: str
    formerly: tuple[str, ...] = ()
    name: str
    name_en: str | None = None
    aliases: tuple[str, ...] = ()
    kind: Kind
    prominence: Prominence = Prominence.REFERENCE
    group: Group
    region: str | None = None
    day: DayRule
    ends: DayRule | None = None
    founded: PartialDate | None = None
    counted_from: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    observed: Observed = Observed.EVERY_YEAR
    valid_from: date | None = None
    valid_until: date | None = None
    former_names: tuple[FormerName, ...] = ()
    round_by_calendar_year: bool = False
    announced: tuple[Announcement, ...] = ()
    note: str | None = None
    sources: tuple[Source, ...]
    campaigns: tuple[str, ...] = ()
    changed: date

    @property
    def is_lunar(self) -> bool:
        """Whether its day is one of the lunar calendar."""
        return isinstance(self.day, LunarDay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated instance of an event (RFC 5545 section 3.8.5).

    Attributes:
        event: The registry entry that comes round.
        on: The day it falls on, Gregorian; for a span the first day.
        ends: The last day of a span, inclusive; None for one day.
        lunar: The lunar date of *on*, None when the event is not lunar.
        years: Whole years since the founding, 1 or more; None when the event counts
            none, and in the founding year itself. Lunar events count lunar years.
        year_class: The class of its year by the decree that applies, None by none.
        announcement: The announcement that it follows, None when it follows the event's rule.
    """

    event: Event
    on: date
    ends: date | None = None
    lunar: LunarDate | None = None
    years: int | None = None
    year_class: YearClass | None = None
    announcement: Announcement | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it stands: the announcement's sources, or the event's."""
        return self.announcement.sources if self.announcement else self.event.sources

    @property
    def cycle_year(self) -> int:
        """The year that names this occurrence: lunar for a lunar event, else Gregorian.

        A lunar day late in the year can fall twice in one Gregorian year, so the
        Gregorian year would not tell two occurrences apart. Announced days have the year in
        which they end, since leave for 1 January may begin on 31 December.
        """
        if self.announcement:
            return self.announcement.ends.year
        return self.lunar.year if self.lunar else self.on.year

    @property
    def is_awaited(self) -> bool:
        """Whether it is leave of a year after the last one whose days off were announced."""
        told = self.event.announced
        if self.event.kind is not Kind.DAY_OFF or self.announcement or not told:
            return False
        return self.cycle_year > told[-1].ends.year

    @property
    def name(self) -> str:
        """The event's name as it was on the day."""
        return self._names[0]

    @property
    def name_en(self) -> str | None:
        """The event's English name as it was on the day, None when it has none."""
        return self._names[1]

    @property
    def _names(self) -> tuple[str, str | None]:
        for former in self.event.former_names:
            if self.on <= former.until:
                return former.name, former.name_en or self.event.name_en
        return self.event.name, self.event.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthList:
    """What a letter carries for one month.

    Attributes:
        month: The month.
        items: Its occurrences, in the order asked for.
        upcoming: Those of the first ten days of the next month, likewise.
    """

    month: Month
    items: tuple[Occurrence, ...]
    upcoming: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registry:
    """All events and campaigns, valid and read-only.

    A registry is equal to itself alone, so that it can be the key of a cache without a
    look at every event.

    Attributes:
        events: In the order of the files.
        campaigns: Those that somebody wrote, in the order of the files.
        version: A digest of the files' bytes; equal registries have equal versions.
        changed: The newest change of any entry.
    """

    events: Sequence[Event]
    campaigns: "Sequence[Campaign]" = ()
    version: str
    changed: date

    def event(self, event_id: str) -> Event:
        """Return the event that has this id, or had it.

        Raises:
            UnknownEventError: There is none; ids that may be meant are named.
        """
        for event in self.events:
            if event_id in (event.id, *event.formerly):
                return event
        words = _plain(event_id.replace("-", " "))
        named = [e.id for e in self.events if any(words in _plain(n) for n in (e.name, *e.aliases))]
        raise UnknownEventError(event_id, named, [event.id for event in self.events])

    def event_called(self, text: str) -> Event:
        """Return the event that has this id, or the only one that is called exactly so.

        Raises:
            UnknownEventError: There is none, or there are several; ids that may be meant
                are named.
        """
        try:
            return self.event(text)
        except UnknownEventError:
            name = _plain(text)
            found = [e for e in self.events if name in map(_plain, (e.name, *e.aliases))]
            if not found:
                raise
        if len(found) > 1:
            raise UnknownEventError(text, [event.id for event in found], ())
        return found[0]

    def require_campaign(self, campaign_id: str) -> None:
        """Raise UnknownCampaignError when no campaign and no event has this id.

        An event's id stands for the campaign that follows from it.
        """
        known = [campaign.id for campaign in self.campaigns]
        known += [event.id for event in self.events]
        if campaign_id not in known:
            raise UnknownCampaignError(campaign_id, known)


def _plain(text: str) -> str:
    """Return *text* as people type it who look for a name: no marks, no capitals."""
    return without_marks(text).lower()
