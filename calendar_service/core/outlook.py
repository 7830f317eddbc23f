"""Where campaigns stand on a day: which run, come or are over, and the step at hand."""

from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.core.campaigns import Edition, Step
from calendar_service.core.editions import editions_between
from calendar_service.core.model import Registry
from calendar_service.core.selection import Selection

SOON_DAYS = 60
PAST_DAYS = 90
_PREPARED_DAYS = 550  # no campaign is prepared from longer before


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The editions around a day, each in one list; written ones first.

    Attributes:
        running: Begun and not over, or with work left to do, by their first day.
        soon: Those that begin, or have a step, within SOON_DAYS, by their first day.
        past: Those that ended within PAST_DAYS, the last one first.
    """

    running: tuple[Edition, ...]
    soon: tuple[Edition, ...]
    past: tuple[Edition, ...]


def outlook_on(registry: Registry, today: date, selection: Selection) -> Outlook:
    """Return where the campaigns of *selection* stand on *today*."""
    soon = today + timedelta(days=SOON_DAYS)
    first, last = today - timedelta(days=PAST_DAYS), soon + timedelta(days=_PREPARED_DAYS)
    near = editions_between(registry, first, last, selection)
    begun = sorted((e for e in near if e.start <= today), key=_by_start)
    coming = sorted((e for e in near if e.start > today), key=_by_start)
    over = [edition for edition in begun if _last_day(edition) < today]
    return Outlook(
        running=tuple(edition for edition in begun if _last_day(edition) >= today),
        soon=tuple(edition for edition in coming if _is_soon(edition, today, soon)),
        past=tuple(sorted(over, key=lambda e: (e.campaign.generated, -e.end.toordinal()))),
    )


def step_at_hand(edition: Edition, today: date) -> Step | None:
    """Return the step begun last that is not over, else the next one, None after the last."""
    begun = [step for step in edition.steps if step.on <= today <= step.until]
    return begun[-1] if begun else next_step(edition, today)


def next_step(edition: Edition, today: date) -> Step | None:
    """Return the first step after *today*, None when there is none."""
    return next((step for step in edition.steps if step.on > today), None)


def _by_start(edition: Edition) -> tuple[bool, date]:
    return edition.campaign.generated, edition.start


def _last_day(edition: Edition) -> date:
    return max([edition.end, *(step.ends or step.on for step in edition.steps)])


def _is_soon(edition: Edition, today: date, soon: date) -> bool:
    return edition.start <= soon or any(today <= step.on <= soon for step in edition.steps)
