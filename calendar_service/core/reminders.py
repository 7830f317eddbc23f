"""Occurrences and campaigns' steps x lead times -> what falls on one morning for one choice.

A choice is what a subscriber asked for. All that falls on one morning for one choice is
one mail, so those who chose alike share their mornings, and each mail is rendered once.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from calendar_service.core.campaigns import Edition, Step, lead_times_of
from calendar_service.core.dates import Month
from calendar_service.core.editions import steps_between
from calendar_service.core.lead_times import Digest, Preset, Role, days_of
from calendar_service.core.model import Occurrence, Registry
from calendar_service.core.occurrences import select
from calendar_service.core.selection import Selection
from calendar_service.errors import InvalidLeadTimeError, InvalidSelectionError

MAX_LEAD_DAYS = 366
DIGEST_DAY = 20  # of the month before; letters for a month are issued in the days after it
QUARTER_DIGEST_DAY = 15  # of March, June, September and December
LANGS = ("vi", "en")
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
_DAY = timedelta(days=1)


_SHORT = (14, 3)
_LETTER = Selection()  # what letters carry


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a subscriber asked for.

    Attributes:
        selection: Which events.
        preset: Lead times by class of year.
        lead_days: Own lead times in whole days instead of the preset, longest first.
        digests: Which outlooks.
        roles: Whose steps of campaigns come as well. Without any none come, unless single
            campaigns are selected: then all their steps, and no reminders besides.
        lang: "vi" or "en".
        zone: The IANA time zone whose mornings count.
    """

    selection: Selection = _LETTER
    preset: Preset = Preset.STANDARD
    lead_days: tuple[int, ...] = ()
    digests: tuple[Digest, ...] = (Digest.MONTH,)
    roles: tuple[Role, ...] = ()
    lang: str = "vi"
    zone: str = DEFAULT_ZONE

    @classmethod
    def parse(cls, values: Mapping[str, Iterable[str]]) -> "Choice":
        """Return the choice that a form or a key gives.

        Args:
            values: The axes of a selection, and preset, lead, digest, role, lang and
                zone.

        Raises:
            InvalidSelectionError: A name or a value is unknown.
            InvalidLeadTimeError: A lead time is no whole number of days in range.
        """
        rest = {name: list(texts) for name, texts in values.items()}
        preset = _one("preset", rest.pop("preset", []), [p.value for p in Preset], Preset.STANDARD)
        lead_days = _lead_days(rest.pop("lead", []))
        digests = rest.pop("digest", [])
        for digest in digests:
            _one("digest", [digest], [d.value for d in Digest], "")
        roles = rest.pop("role", [])
        for role in roles:
            _one("role", [role], [r.value for r in Role], "")
        lang = _one("lang", rest.pop("lang", []), LANGS, "vi")
        zone = (rest.pop("zone", []) or [DEFAULT_ZONE])[-1]
        return cls(
            selection=Selection.parse(rest),
            preset=Preset(preset),
            lead_days=lead_days,
            digests=tuple(digest for digest in Digest if digest in digests),
            roles=tuple(role for role in Role if role in roles),
            lang=lang,
            zone=_zone(zone),
        )

    @classmethod
    def from_key(cls, key: str) -> "Choice":
        """Return the choice whose key is *key*."""
        return cls.parse(parse_qs(key))

    @property
    def key(self) -> str:
        """A query string that stands for the choice; equal choices have equal keys."""
        pairs = [("preset", str(self.preset))]
        pairs += [("lead", str(days)) for days in self.lead_days]
        pairs += [("digest", str(digest)) for digest in self.digests]
        pairs += [("role", str(role)) for role in self.roles]
        pairs += [("lang", self.lang), ("zone", self.zone)]
        return "&".join(part for part in (self.selection.query, urlencode(pairs)) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """An occurrence, and how many whole days ahead of it the reminder is sent."""

    occurrence: Occurrence
    lead_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueStep:
    """A step of a campaign that begins on the morning."""

    edition: Edition
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A digest and the months it looks at, in order."""

    digest: Digest
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """All that falls on one morning for one choice: one mail.

    Attributes:
        on: The day, in the zone of the choice.
        reminders: By the day of the occurrence; the nearest first.
        outlooks: Digests that fall on it.
        steps: Steps of campaigns that begin on it.
    """

    on: date
    reminders: tuple[Reminder, ...]
    outlooks: tuple[Outlook, ...]
    steps: tuple[DueStep, ...] = ()

    @property
    def expires_on(self) -> date:
        """The first day on which the mail would be of no use to anybody."""
        days = [reminder.occurrence.on + _DAY for reminder in self.reminders]
        days += [outlook.months[0].first + _DAY for outlook in self.outlooks]
        days += [due.step.until + _DAY for due in self.steps]
        return max(days)


def due_at(on: date, zone: str, send_time: time) -> datetime:
    """Return when the mail of a morning is due, as an aware UTC datetime."""
    return datetime.combine(on, send_time, ZoneInfo(zone)).astimezone(UTC)


def lead_days_of(occurrence: Occurrence, choice: Choice) -> tuple[int, ...]:
    """Return the lead times for *occurrence*, in whole days, longest first."""
    if choice.lead_days:
        return choice.lead_days
    if choice.preset is Preset.NONE:
        return ()
    if choice.preset is Preset.SHORT:
        return _SHORT
    return days_of(lead_times_of(occurrence))


def mornings(registry: Registry, choice: Choice, first: date, last: date) -> list[Morning]:
    """Return the mornings from *first* to *last*, both included, on which a mail falls."""
    reminders: dict[date, list[Reminder]] = defaultdict(list)
    horizon = last + timedelta(days=MAX_LEAD_DAYS)
    # Who follows single campaigns is told their steps, which hold the day and what leads up to it.
    events = () if choice.selection.campaign else registry.events
    for occurrence in select(events, first, horizon, choice.selection):
        for days in lead_days_of(occurrence, choice):
            on = occurrence.on - timedelta(days=days)
            if first <= on <= last:
                reminders[on].append(Reminder(occurrence=occurrence, lead_days=days))
    outlooks = {day: _outlooks(day, choice) for day in _days(first, last)}
    steps = _steps(registry, choice, first, last)
    return [
        Morning(
            on=day,
            reminders=tuple(sorted(reminders[day], key=lambda item: item.occurrence.on)),
            outlooks=outlooks[day],
            steps=tuple(steps[day]),
        )
        for day in _days(first, last)
        if reminders[day] or outlooks[day] or steps[day]
    ]


def morning_on(registry: Registry, choice: Choice, day: date) -> Morning | None:
    """Return what falls on one morning, None when nothing does."""
    found = mornings(registry, choice, day, day)
    return found[0] if found else None


def still_ahead(morning: Morning, today: date) -> Morning | None:
    """Return what of *morning* is still worth sending on a later day, None for nothing."""
    if today >= morning.expires_on:
        return None
    return Morning(
        on=morning.on,
        reminders=tuple(item for item in morning.reminders if item.occurrence.on >= today),
        outlooks=tuple(item for item in morning.outlooks if item.months[0].first >= today),
        steps=tuple(due for due in morning.steps if due.step.until >= today),
    )


def _steps(
    registry: Registry, choice: Choice, first: date, last: date
) -> defaultdict[date, list[DueStep]]:
    """Return the steps that a choice asks for, by the morning on which they begin."""
    steps: defaultdict[date, list[DueStep]] = defaultdict(list)
    if choice.roles or choice.selection.campaign:
        found = steps_between(registry, first, last, choice.selection, choice.roles)
        for edition, step in found:
            steps[step.on].append(DueStep(edition=edition, step=step))
    return steps


def _outlooks(day: date, choice: Choice) -> tuple[Outlook, ...]:
    found = []
    coming = Month.of(day).next
    if Digest.MONTH in choice.digests and day.day == DIGEST_DAY:
        found.append(Outlook(digest=Digest.MONTH, months=(coming,)))
    if Digest.QUARTER in choice.digests and day.day == QUARTER_DIGEST_DAY and day.month % 3 == 0:
        found.append(Outlook(digest=Digest.QUARTER, months=_following(coming, 3)))
    if Digest.YEAR in choice.digests and (day.month, day.day) == (12, 1):
        found.append(Outlook(digest=Digest.YEAR, months=_following(coming, 12)))
    return tuple(found)


def _following(month: Month, count: int) -> tuple[Month, ...]:
    months = [month]
    while len(months) < count:
        months.append(months[-1].next)
    return tuple(months)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _one(axis: str, given: Iterable[str], known: Iterable[str], default: str) -> str:
    texts, allowed = list(given), list(known)
    for text in texts:
        if text not in allowed:
            raise InvalidSelectionError(axis, text, allowed)
    return texts[-1] if texts else default


def _lead_days(given: Iterable[str]) -> tuple[int, ...]:
    days = set()
    for text in (word for texts in given for word in re.split(r"[\s,;]+", texts) if word):
        if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > MAX_LEAD_DAYS:
            raise InvalidLeadTimeError(text, MAX_LEAD_DAYS)
        days.add(int(text))
    return tuple(sorted(days, reverse=True))


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, KeyError):
        raise InvalidSelectionError("zone", name, [DEFAULT_ZONE]) from None
