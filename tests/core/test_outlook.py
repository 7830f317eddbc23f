"""Where a campaign of 24/7 to 28/7/2023, prepared from 27/6 on, stands on a day."""

from datetime import date

import pytest

from calendar_service.core.campaign import Campaign, Display, DisplayKind, Offset, Work
from calendar_service.core.campaigns import due_day
from calendar_service.core.editions import edition_in
from calendar_service.core.lead_times import LeadTimes
from calendar_service.core.outlook import next_step, outlook_on, step_at_hand
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from tests.conftest import registry_of


@pytest.fixture
def registry(make_event):
    flags = Display(what=DisplayKind.NATIONAL_FLAG, start=Offset(-3), end=Offset(1))
    campaign = Campaign(
        id="den-on",
        title="Đền ơn đáp nghĩa",
        events=("thuong-binh-liet-si",),
        displays=(flags,),
        deliverables=(Work(name="Báo cáo", due=Offset(10)), Work(name="Ảnh")),
        lead_times=LeadTimes.KHAC,
        sources=(Source(title="Kế hoạch"),),
        changed=date(2026, 11, 22),
    )
    return registry_of(make_event(campaigns=("den-on",)), campaigns=(campaign,))


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2023, 4, 27), None),
        (date(2023, 4, 28), "soon"),  # 60 days before the first step
        (date(2023, 7, 23), "soon"),
        (date(2023, 7, 24), "running"),
        (date(2023, 7, 28), "running"),
        (date(2023, 8, 6), "running"),  # the report is due on this day
        (date(2023, 8, 7), "past"),
        (date(2023, 10, 26), "past"),  # 90 days after the last
        (date(2023, 10, 27), None),
    ],
)
def test_an_edition_is_soon_then_runs_until_its_work_is_done_then_is_past(registry, today, stands):
    outlook = outlook_on(registry, today, Selection())

    found = [
        name
        for name in ("running", "soon", "past")
        for edition in getattr(outlook, name)
        if edition.year == 2023
    ]
    assert found == ([stands] if stands else [])


@pytest.mark.parametrize(
    ("today", "at_hand", "coming"),
    [
        (date(2023, 6, 1), "prepare-30", "prepare-30"),
        (date(2023, 6, 27), "prepare-30", "prepare-14"),
        (date(2023, 7, 20), "prepare-14", "put-up-national-flag"),
        (date(2023, 7, 27), "day", "take-down-national-flag"),
        (date(2023, 7, 28), "put-up-national-flag", "take-down-national-flag"),
        (date(2023, 7, 29), "take-down-national-flag", "due-bao-cao"),
        (date(2023, 8, 14), None, None),
    ],
)
def test_the_step_at_hand_is_the_last_begun_that_is_not_over(registry, today, at_hand, coming):
    edition = edition_in(registry, "den-on", 2023)

    found = [step_at_hand(edition, today), next_step(edition, today)]

    assert [step.key if step else None for step in found] == [at_hand, coming]


def test_work_is_due_on_the_day_of_its_year(registry):
    edition = edition_in(registry, "den-on", 2023)

    report, photos = edition.campaign.deliverables
    assert due_day(edition, report) == date(2023, 8, 6)
    assert due_day(edition, photos) is None
