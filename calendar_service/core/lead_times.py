"""Lead times: how many whole days ahead which task of a campaign is due.

The days come from when 38 real documents were issued, with two weeks for drafting them.
"""

from enum import StrEnum


class Role(StrEnum):
    """Whose work a step of a campaign is."""

    PLANNING = "planning"
    DESIGN = "design"
    FIELD = "field"
    PRESS = "press"


class Task(StrEnum):
    """What there is to do a lead time ahead."""

    DIRECTIVE = "directive"
    PROPOSAL = "proposal"
    PLAN = "plan"
    OUTLINE = "outline"
    GUIDANCE = "guidance"
    MONTHLY_LETTER = "monthly-letter"
    KIT = "kit"
    DESIGN = "design"
    SLOGANS = "slogans"
    MATERIALS = "materials"
    LAUNCH = "launch"
    HANG = "hang"


class LeadTimes(StrEnum):
    """A set of lead times: by the class of the year, or for a month of action or a province."""

    TRON = "tron"
    LE_5 = "le-5"
    KHAC = "khac"
    OBSERVANCE = "observance"
    PROVINCE = "province"
    NONE = "none"


class Preset(StrEnum):
    """A set of lead times by class of year; NONE is for those who want digests alone."""

    STANDARD = "standard"
    SHORT = "short"
    NONE = "none"


class Digest(StrEnum):
    """An outlook that comes by the calendar, whatever the lead times."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


# Longest first, and what is asked for before what follows from it: a round year without a
# directive of its own is proposed together with its plan. The launch of a month of action
# comes before it begins; a province's round year has a directive of its own.
TASKS: dict[LeadTimes, tuple[tuple[int, Task], ...]] = {
    LeadTimes.TRON: (
        (120, Task.PROPOSAL),
        (60, Task.OUTLINE),
        (30, Task.GUIDANCE),
        (14, Task.DESIGN),
        (3, Task.HANG),
    ),
    LeadTimes.LE_5: (
        (60, Task.PROPOSAL),
        (30, Task.GUIDANCE),
        (14, Task.DESIGN),
        (3, Task.HANG),
    ),
    LeadTimes.KHAC: ((30, Task.MONTHLY_LETTER), (14, Task.SLOGANS), (3, Task.HANG)),
    LeadTimes.OBSERVANCE: ((45, Task.KIT), (14, Task.DESIGN), (3, Task.LAUNCH)),
    LeadTimes.PROVINCE: (
        (365, Task.DIRECTIVE),
        (180, Task.PLAN),
        (90, Task.OUTLINE),
        (30, Task.GUIDANCE),
        (14, Task.DESIGN),
        (3, Task.HANG),
    ),
    LeadTimes.NONE: (),
}
ROLES = {
    Task.DIRECTIVE: Role.PLANNING,
    Task.PROPOSAL: Role.PLANNING,
    Task.PLAN: Role.PLANNING,
    Task.OUTLINE: Role.PLANNING,
    Task.GUIDANCE: Role.PLANNING,
    Task.MONTHLY_LETTER: Role.PLANNING,
    Task.KIT: Role.DESIGN,
    Task.DESIGN: Role.DESIGN,
    Task.SLOGANS: Role.DESIGN,
    Task.MATERIALS: Role.PRESS,
    Task.LAUNCH: Role.PRESS,
    Task.HANG: Role.FIELD,
}
# What is done so many days ahead or more, for lead times that an editor chose.
_BY_DAYS = (
    (300, Task.DIRECTIVE),
    (90, Task.PLAN),
    (45, Task.OUTLINE),
    (20, Task.GUIDANCE),
    (7, Task.DESIGN),
    (0, Task.HANG),
)


def days_of(lead_times: LeadTimes) -> tuple[int, ...]:
    """Return the whole days of *lead_times*, longest first."""
    return tuple(days for days, _ in TASKS[lead_times])


def task_at(days: int) -> Task:
    """Return what is usually done *days* whole days ahead, 0 or more."""
    return next(task for least, task in _BY_DAYS if days >= least)
