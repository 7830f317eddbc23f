"""Campaigns x years -> editions, with every step on its day."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from calendar_service.core.campaign import (
    Campaign,
    Display,
    DisplayKind,
    Document,
    MilestoneKind,
    Offset,
    Phase,
    PhaseKind,
    When,
    Work,
)
from calendar_service.core.lead_times import ROLES, TASKS, LeadTimes, Role, Task, task_at
from calendar_service.core.model import Event, Kind, Occurrence, YearClass
from calendar_service.core.occurrences import occurrence_of
from calendar_service.core.preparation import prepared
from calendar_service.core.text import fold, slug

MERGE_DAYS = 2  # nobody takes flags down to hang them again so soon
LATE_DAYS = 7  # for so long after its day a take-down or a report is still worth a word
DOCUMENT_DAYS = 550  # older documents guide a campaign, but were not issued for it
_DAY = timedelta(days=1)
_PLACE = {what: place for place, what in enumerate(DisplayKind)}  # flags first, as in letters
_BY_LAST_DIGIT = {0: LeadTimes.TRON, 5: LeadTimes.LE_5}
_CLASSES = {0: YearClass.TRON, 5: YearClass.LE_5}
_PLANNED = {MilestoneKind.MEETING, MilestoneKind.DEADLINE, MilestoneKind.REPORT,
            MilestoneKind.CONGRESS, MilestoneKind.OTHER}  # fmt: skip
_TOLD = {MilestoneKind.PRESS, MilestoneKind.CONTEST, MilestoneKind.LAUNCH}


class StepKind(StrEnum):
    """What a step of an edition is."""

    DOCUMENT = "document"
    PREPARE = "prepare"
    PHASE = "phase"
    PUT_UP = "put-up"
    MILESTONE = "milestone"
    DAY = "day"
    TAKE_DOWN = "take-down"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A display on its days; neighbouring ones of one kind are one."""

    what: DisplayKind
    start: date
    end: date
    who: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of an edition.

    Attributes:
        key: Names it within its edition, for good.
        kind: What it is.
        on: Its day, or the first of several.
        ends: The last of several days, included; None for one day.
        lead_days: Whole days before D; negative after it.
        role: Whose work it is, None for everybody's.
        event: The id of the event whose day it is, for DAY.
        name: What an editor called it, None where kind, task or display say it.
        task: What there is to prepare, for PREPARE.
        displays: What is hung or taken down, for PUT_UP and TAKE_DOWN; what is printed or
            looked after, for PREPARE.
        who: Who sees to it.
        place: Where it takes place.
        until: The last day on which a reminder of it is of use.
    """

    key: str
    kind: StepKind
    on: date
    ends: date | None = None
    lead_days: int
    role: Role | None = None
    event: str | None = None
    name: str | None = None
    task: Task | None = None
    displays: tuple[DisplayKind, ...] = ()
    who: str | None = None
    place: str | None = None
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A campaign as it runs in one year.

    Attributes:
        campaign: The registry entry.
        year: The year that names it: that of D, for a lunar event the lunar one.
        day: D, which days are counted from.
        occurrences: Those of the campaign's events that are kept in the year.
        start: Its first day, preparation and documents aside.
        end: Its last day; flags come down the day after the last window's end.
        phases: Each with its first and last day.
        windows: What hangs when, by the first day.
        steps: By day.
    """

    campaign: Campaign
    year: int
    day: date
    occurrences: tuple[Occurrence, ...]
    start: date
    end: date
    phases: tuple[tuple[Phase, date, date], ...]
    windows: tuple[Window, ...]
    steps: tuple[Step, ...]

    @property
    def occurrence(self) -> Occurrence | None:
        """The occurrence that D comes from, None when the campaign has no event."""
        return self.occurrences[0] if self.occurrences else None

    def occurrence_of(self, step: Step) -> Occurrence | None:
        """Return the occurrence whose day *step* is, None when it is none's."""
        return next((o for o in self.occurrences if o.event.id == step.event), None)


def lead_times_of(occurrence: Occurrence) -> LeadTimes:
    """Return the lead times that fit *occurrence*, by its kind and the last digit of N."""
    kind, years, year_class = occurrence.event.kind, occurrence.years, occurrence.year_class
    if kind is Kind.OBSERVANCE or (kind is Kind.INTERNATIONAL and years is None):
        return LeadTimes.OBSERVANCE
    if year_class is YearClass.TRON and kind is not Kind.PROVINCE:
        return LeadTimes.TRON
    if years is None:
        return LeadTimes.KHAC
    if kind is Kind.PROVINCE and years % 10 == 0:
        return LeadTimes.PROVINCE
    return _BY_LAST_DIGIT.get(years % 10, LeadTimes.KHAC)


def edition_of(campaign: Campaign, events: Mapping[str, Event], year: int) -> Edition | None:
    """Return the edition of *campaign* in *year*, None when it does not run.

    Args:
        campaign: The registry entry.
        events: Its events by their ids.
        year: The Gregorian year of D; the lunar year where D is that of a lunar event.
    """
    if campaign.year not in (None, year):
        return None
    kept = [occurrence_of(events[event_id], year) for event_id in campaign.events]
    if kept and kept[0] is None:
        return None
    occurrences = tuple(occurrence for occurrence in kept if occurrence)
    if len(occurrences) < len(kept):
        campaign = _without(campaign, {occurrence.event.id for occurrence in occurrences})
    return _Dated(campaign, Days(campaign, year, occurrences)).edition()


def _without(campaign: Campaign, kept: Collection[str]) -> Campaign:
    """Return *campaign* without the parts that count from an event that is not *kept*."""

    def has(*rules: When | None) -> bool:
        anchors = [rule.event for rule in rules if isinstance(rule, Offset)]
        return all(anchor is None or anchor in kept for anchor in anchors)

    return replace(
        campaign,
        start=campaign.start if has(campaign.start) else None,
        end=campaign.end if has(campaign.end) else None,
        phases=tuple(part for part in campaign.phases if has(part.start, part.end)),
        displays=tuple(part for part in campaign.displays if has(part.start, part.end)),
        milestones=tuple(part for part in campaign.milestones if has(part.on, part.ends)),
        activities=tuple(part for part in campaign.activities if has(part.due)),
        deliverables=tuple(part for part in campaign.deliverables if has(part.due)),
    )


class Days:
    """The days that the rules of a campaign give in one year.

    Attributes:
        year: The year.
        occurrences: Those of the campaign's events.
        day: D, which the others are counted from.
    """

    def __init__(self, campaign: Campaign, year: int, occurrences: tuple[Occurrence, ...]) -> None:
        self.year = year
        self.occurrences = occurrences
        self._anchors: dict[str | None, date] = {o.event.id: o.on for o in occurrences}
        self.day = occurrences[0].on if occurrences else self._own_day(campaign)
        self._anchors[None] = self.day

    def at(self, when: When) -> date:
        """Return the day that a rule gives.

        Raises:
            KeyError: It counts from an event that is not kept in the year, or from a D
                that the campaign does not have.
        """
        if isinstance(when, Offset):
            return self._anchors[when.event] + timedelta(days=when.days)
        return when if isinstance(when, date) else when.falls_on(self.year)

    def _own_day(self, campaign: Campaign) -> date:
        """Return D of a campaign without events: its own, its first, or that of its parts."""
        if own := campaign.on or campaign.start:
            return self.at(own)
        rules = [phase.start for phase in campaign.phases]
        rules += [display.start for display in campaign.displays]
        rules += [milestone.on for milestone in campaign.milestones]
        return min(self.at(rule) for rule in rules)


def due_day(edition: Edition, work: Work) -> date | None:
    """Return the day on which *work* of an edition is due, None when none is given."""
    days = Days(edition.campaign, edition.year, edition.occurrences)
    return days.at(work.due) if work.due else None


class _Dated:
    """Puts the days of one campaign in one year."""

    def __init__(self, campaign: Campaign, days: Days) -> None:
        self.campaign = campaign
        self.at = days.at
        self.day = days.day
        self.year = days.year
        self.occurrences = days.occurrences
        self.phases = tuple((p, self.at(p.start), self.at(p.end)) for p in campaign.phases)
        self.windows = _merged(
            self._window(display) for display in campaign.displays if self._hangs(display)
        )

    def edition(self) -> Edition:
        """Return the edition."""
        start, end = self._span()
        return Edition(
            campaign=self.campaign,
            year=self.year,
            day=self.day,
            occurrences=self.occurrences,
            start=start,
            end=end,
            phases=self.phases,
            windows=self.windows,
            steps=self._steps(start),
        )

    def _span(self) -> tuple[date, date]:
        """Return the first and last day: those given, else those of the parts."""
        days = [self.day, *(o.ends or o.on for o in self.occurrences)]
        days += [day for _, start, end in self.phases for day in (start, end)]
        days += [day for window in self.windows for day in (window.start, window.end)]
        for milestone in self.campaign.milestones:
            days += [self.at(milestone.on), self.at(milestone.ends or milestone.on)]
        start = self.at(self.campaign.start) if self.campaign.start else min(days)
        end = self.at(self.campaign.end) if self.campaign.end else max(days)
        return start, end

    def _hangs(self, display: Display) -> bool:
        """Return whether *display* hangs in this year, by the last digit of N."""
        years = self.occurrences[0].years if self.occurrences else None
        found = _CLASSES.get((years or 1) % 10, YearClass.KHAC)
        return not display.years or found in display.years

    def _window(self, display: Display) -> Window:
        start, end = self.at(display.start), self.at(display.end)
        return Window(what=display.what, start=start, end=end, who=display.who)

    def _steps(self, start: date) -> tuple[Step, ...]:
        found = [
            *self._documents(),
            *self._preparation(start),
            *self._phase_steps(),
            *self._put_ups(),
            *self._milestones(),
            *self._days(),
            *self._take_downs(),
            *self._works(),
        ]
        # What is looked after hangs by then, on the same day too.
        return tuple(sorted(_with_own_keys(found), key=lambda s: (s.on, s.task is Task.HANG)))

    def _step(self, kind: StepKind, key: str, on: date, **more: object) -> Step:
        ends = more.get("ends") or on
        values = {"until": ends, **more}
        lead_days = (self.day - on).days
        return Step(key=f"{kind}-{key}" if key else str(kind), kind=kind, on=on,
                    lead_days=lead_days, **values)  # type: ignore[arg-type]  # fmt: skip

    def _issued(self) -> Iterator[tuple[Document, date]]:
        """Yield the documents that were issued for this very edition, with their days."""
        if self.campaign.year is None:
            return
        for document in self.campaign.documents:
            on = document.dated
            if on and (self.day - on).days <= DOCUMENT_DAYS:
                yield document, on

    def _documents(self) -> Iterator[Step]:
        for document, on in self._issued():
            yield self._step(
                StepKind.DOCUMENT,
                slug(document.number or document.title or document.kind),
                on,
                name=document_name(document),
                who=document.issuer,
                role=Role.PLANNING,
                until=on + timedelta(days=LATE_DAYS),
            )

    def _preparation(self, start: date) -> Iterator[Step]:
        given = self.campaign.lead_times
        if given is None:
            fitting = lead_times_of(self.occurrences[0]) if self.occurrences else LeadTimes.NONE
            given = fitting
        if isinstance(given, LeadTimes):
            tasks: Iterable[tuple[int, Task]] = TASKS[given]
        else:
            tasks = [(days, task_at(days)) for days in given]
        # A month of action is launched before it begins, so its days count from its start.
        anchor = start if given is LeadTimes.OBSERVANCE else self.day
        steps = prepared(
            tasks,
            anchor,
            [(window.what, window.start) for window in self.windows],
            [(document.kind, on) for document, on in self._issued()],
            [on for phase, on, _ in self.phases if phase.kind is PhaseKind.PEAK],
            any(milestone.kind is MilestoneKind.LAUNCH for milestone in self.campaign.milestones),
        )
        for step in steps:
            yield self._step(
                StepKind.PREPARE,
                str(step.days),
                step.on,
                task=step.task,
                displays=step.displays,
                role=ROLES[step.task],
                until=max(anchor, step.on),
            )

    def _phase_steps(self) -> Iterator[Step]:
        for phase, start, end in self.phases:
            ends = end if end > start else None
            yield self._step(
                StepKind.PHASE, slug(phase.name), start, ends=ends, name=phase.name, role=Role.PRESS
            )

    def _put_ups(self) -> Iterator[Step]:
        groups = dict.fromkeys((window.start, window.who) for window in self.windows)
        for start, who in groups:
            hung = [w for w in self.windows if (w.start, w.who) == (start, who)]
            until = max(window.end for window in hung)
            yield self._step(
                StepKind.PUT_UP,
                "-".join(sorted(window.what for window in hung)),
                start,
                displays=tuple(window.what for window in hung),
                who=who,
                role=Role.FIELD,
                until=until,
            )

    def _take_downs(self) -> Iterator[Step]:
        for end in sorted({window.end for window in self.windows}):
            hung = [window.what for window in self.windows if window.end == end]
            yield self._step(
                StepKind.TAKE_DOWN,
                "-".join(sorted(hung)),
                end + _DAY,
                displays=tuple(hung),
                role=Role.FIELD,
                until=end + timedelta(days=LATE_DAYS),
            )

    def _milestones(self) -> Iterator[Step]:
        for milestone in self.campaign.milestones:
            ends = self.at(milestone.ends) if milestone.ends else None
            yield self._step(
                StepKind.MILESTONE,
                slug(milestone.name),
                self.at(milestone.on),
                ends=ends,
                name=milestone.name,
                place=milestone.place,
                role=_role(milestone.kind),
            )

    def _days(self) -> Iterator[Step]:
        told = {(self.at(m.on), fold(m.name)) for m in self.campaign.milestones}
        for occurrence in self.occurrences:
            if told and (occurrence.on, fold(occurrence.name)) in told:
                continue
            key = "" if occurrence.on == self.day else occurrence.event.id
            yield self._step(
                StepKind.DAY,
                key,
                occurrence.on,
                ends=occurrence.ends,
                name=occurrence.name,
                event=occurrence.event.id,
            )
        if not self.occurrences and self.campaign.on:
            yield self._step(StepKind.DAY, "", self.day, name=self.campaign.title)

    def _works(self) -> Iterator[Step]:
        works: list[Work] = [*self.campaign.activities, *self.campaign.deliverables]
        for work in works:
            if work.due:
                on = self.at(work.due)
                yield self._step(
                    StepKind.DUE,
                    slug(work.name),
                    on,
                    name=work.name,
                    who=work.owner,
                    role=Role.PLANNING,
                    until=on + timedelta(days=LATE_DAYS),
                )


def document_name(document: Document) -> str:
    """Return "Chỉ thị 27-CT/TU", or the title of a document without a number."""
    if document.number:
        return f"{document.kind} {document.number}"
    return f"{document.kind} {document.title}" if document.title else document.kind


def _role(kind: MilestoneKind) -> Role:
    if kind in _TOLD:
        return Role.PRESS
    return Role.PLANNING if kind in _PLANNED else Role.FIELD


def _with_own_keys(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps, the second one of a key with a number behind it."""
    seen: set[str] = set()
    for step in steps:
        count, key = 1, step.key
        while key in seen:
            count += 1
            key = f"{step.key}-{count}"
        seen.add(key)
        yield replace(step, key=key) if count > 1 else step


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return the windows, those of one kind that overlap or nearly touch made one."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda w: (_PLACE[w.what], w.start, w.end)):
        last = found[-1] if found else None
        if last and last.what is window.what and is_near(last.end, window.start):
            who = "; ".join(dict.fromkeys(w.who for w in (last, window) if w.who)) or None
            end = max(last.end, window.end)
            found[-1] = Window(what=last.what, start=last.start, end=end, who=who)
        else:
            found.append(window)
    return tuple(sorted(found, key=lambda window: window.start))


def is_near(end: date, start: date) -> bool:
    """Return whether what hangs until *end* may as well stay for what starts on *start*."""
    return (start - end).days <= MERGE_DAYS + 1
