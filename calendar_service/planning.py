"""Planning: from the registry and what people chose to mails that are due."""

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calendar_service.core.reminders import Choice, Morning, due_at, mornings
from calendar_service.errors import CalendarServiceError
from calendar_service.services import Services
from calendar_service.store.deliveries import expire
from calendar_service.store.plans import (
    PlannedMorning,
    Profile,
    plan_deliveries,
    plan_profile,
    profiles_in_use,
)

DAYS_AHEAD = 40
DAYS_BEHIND = 60  # the longest pause of all workers after which mornings are caught up with
log = logging.getLogger(__name__)


def plan(services: Services, now: datetime) -> int:
    """Enter the mails that come due, and mark those of no use any more; return how many.

    Planning again changes nothing. A choice is planned anew when the registry changed, a
    day passed, or the sending time was set otherwise; what was not sent yet follows.
    """
    with services.engine.begin() as connection:
        in_use = profiles_in_use(connection)
    for profile in in_use:
        _plan_profile(services, profile, now)
    with services.engine.begin() as connection:
        expire(connection, now)
        return plan_deliveries(connection, now)


def _plan_profile(services: Services, profile: Profile, now: datetime) -> None:
    try:
        choice = Choice.from_key(profile.choice_key)
    except CalendarServiceError as error:  # a region or kind that is no more
        log.error("choice %d cannot be planned: %s", profile.id, error)
        return
    today = now.astimezone(ZoneInfo(choice.zone)).date()
    stamp = f"{services.registry.version} {services.settings.send_time:%H:%M} {today}"
    if profile.planned_for == stamp:
        return
    # From the day of the last plan, so that mornings without any worker are made up for.
    first = _last_planned(profile.planned_for, today)
    last = today + timedelta(days=DAYS_AHEAD)
    planned = [
        _planned(morning, choice.zone, services.settings.send_time)
        for morning in mornings(services.registry, choice, first, last)
    ]
    with services.engine.begin() as connection:
        plan_profile(connection, profile.id, planned, first=first, planned_for=stamp, now=now)


def _last_planned(stamp: str | None, today: date) -> date:
    if stamp is None:
        return today
    last = date.fromisoformat(stamp.rpartition(" ")[2])
    return min(today, max(last, today - timedelta(days=DAYS_BEHIND)))


def _planned(morning: Morning, zone: str, send_time: time) -> PlannedMorning:
    return PlannedMorning(
        on_day=morning.on,
        due_at=due_at(morning.on, zone, send_time),
        expires_at=due_at(morning.expires_on, zone, time()),
    )
