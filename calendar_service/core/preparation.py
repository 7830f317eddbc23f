"""What there is to prepare for an edition: the lead times, put in an order that holds.

A set of lead times knows neither what hangs nor which documents were issued. Here a step
that nothing hangs for is left out, one that a document has done is told by the document
alone, and what others wait for comes before them: approval, plan, outline, guidance, print.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from calendar_service.core.campaign import DisplayKind
from calendar_service.core.lead_times import Task
from calendar_service.core.text import without_marks

STEP_DAYS = 7  # whole days that one step of preparation is given before the next
PRINTED = {DisplayKind.BANNER, DisplayKind.PANEL, DisplayKind.POSTER}
_PRINTING = {Task.DESIGN, Task.SLOGANS}
# In the order of the work; a document of a stage has done what belongs to it, and before it.
STAGES = {
    Task.DIRECTIVE: 1,
    Task.PROPOSAL: 2,
    Task.PLAN: 2,
    Task.KIT: 2,
    Task.OUTLINE: 3,
    Task.GUIDANCE: 4,
    Task.MONTHLY_LETTER: 4,
    Task.DESIGN: 5,
    Task.SLOGANS: 5,
    Task.MATERIALS: 5,
    Task.LAUNCH: 6,
    Task.HANG: 6,
}
_LAST = STAGES[Task.HANG]  # what the launch and the looking after wait for has its own days
_DOCUMENTS = {"chi thi": 1, "ke hoach": 2, "huong dan": 4, "cong van": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """One step of preparation: the lead time that names it, its day and what it is for.

    Attributes:
        days: Whole days of the lead time, which its day may lie before.
        displays: What is printed, or what is looked after; empty for other tasks.
    """

    days: int
    task: Task
    on: date
    displays: tuple[DisplayKind, ...] = ()


def prepared(
    tasks: Iterable[tuple[int, Task]],
    anchor: date,
    hung: Sequence[tuple[DisplayKind, date]],
    documents: Iterable[tuple[str, date]],
    peaks: Sequence[date],
    is_launched: bool,
) -> list[Preparation]:
    """Return the steps of preparation of an edition, by day.

    Args:
        tasks: The lead times, longest first, with their tasks.
        anchor: The day that they count back from.
        hung: What is hung or put up, and the day on which that begins.
        documents: Kind and day of the documents that were issued for the edition.
        peaks: The first days of its peaks, which what is written is ready for.
        is_launched: Whether its launch has a day of its own.
    """
    issued = [(_DOCUMENTS.get(without_marks(kind).lower(), 0), on) for kind, on in documents]
    found = []
    for days, task in tasks:
        step = _fitted(Preparation(days=days, task=task, on=anchor - timedelta(days)), anchor, hung)
        if step and not (_is_done(step, issued) or (task is Task.LAUNCH and is_launched)):
            found.append(step)
    return _in_order(found, hung, peaks)


def _fitted(
    step: Preparation, anchor: date, hung: Sequence[tuple[DisplayKind, date]]
) -> Preparation | None:
    """Return *step* as it fits what hangs, None where there is nothing to look after."""
    if step.task in _PRINTING:
        printed = _kinds(what for what, _ in hung if what in PRINTED)
        return replace(step, task=step.task if printed else Task.MATERIALS, displays=printed)
    if step.task is Task.HANG:
        up = [(what, start) for what, start in hung if start <= anchor]
        if not up:
            return None
        last = max(start for _, start in up)
        displays = _kinds(what for what, _ in up)
        return replace(step, on=max(step.on, last), displays=displays)
    return step


def _kinds(displays: Iterable[DisplayKind]) -> tuple[DisplayKind, ...]:
    """Return *displays* once each, flags first, as in letters."""
    found = set(displays)
    return tuple(kind for kind in DisplayKind if kind in found)


def _is_done(step: Preparation, issued: Iterable[tuple[int, date]]) -> bool:
    """Return whether a document has done it: one of its stage, or one beyond it by its day."""
    own = STAGES[step.task]
    return any(stage == own or (stage > own and on <= step.on) for stage, on in issued)


def _in_order(
    steps: Iterable[Preparation],
    hung: Iterable[tuple[DisplayKind, date]],
    peaks: Sequence[date],
) -> list[Preparation]:
    """Return *steps* by day, each ahead of what waits for it; a task stands once on a day."""
    printed = [start for what, start in hung if what in PRINTED]
    found: list[Preparation] = []
    for step in reversed(list(steps)):
        waiting = [later.on for later in found if STAGES[step.task] < STAGES[later.task] < _LAST]
        waiting += printed if step.task in _PRINTING else []
        waiting += peaks if step.task is Task.MATERIALS else []
        latest = min((on - timedelta(STEP_DAYS) for on in waiting), default=step.on)
        found.append(replace(step, on=min(step.on, latest)))
    by_task = {(step.task, step.on): step for step in found}
    return sorted(by_task.values(), key=lambda step: step.on)
