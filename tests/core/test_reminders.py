from datetime import UTC, date, datetime, time

import pytest

from calendar_service.core.lead_times import Digest, Preset
from calendar_service.core.model import Kind
from calendar_service.core.occurrences import occurrence_of
from calendar_service.core.reminders import (
    Choice,
    due_at,
    lead_days_of,
    morning_on,
    mornings,
    still_ahead,
)
from calendar_service.core.selection import Selection
from calendar_service.errors import InvalidLeadTimeError, InvalidSelectionError
from tests.conftest import registry_of

NO_DIGEST = Choice(digests=())


def test_a_mail_is_due_at_seven_in_viet_nam_which_is_midnight_utc():
    assert due_at(date(2023, 7, 13), "Asia/Ho_Chi_Minh", time(7)) == datetime(
        2023, 7, 13, tzinfo=UTC
    )


def test_a_mail_is_due_on_the_morning_of_the_subscriber_s_own_zone():
    # Berlin is two hours ahead of UTC in July.
    assert due_at(date(2023, 7, 13), "Europe/Berlin", time(7)) == datetime(
        2023, 7, 13, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, (120, 60, 30, 14, 3)),  # the 80th
        (2022, (60, 30, 14, 3)),  # the 75th
        (2023, (30, 14, 3)),  # the 76th
    ],
)
def test_rounder_years_are_prepared_earlier(make_event, year, days):
    occurrence = occurrence_of(make_event(), year)

    assert lead_days_of(occurrence, Choice()) == days


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ({"kind": Kind.OBSERVANCE, "founded": None}, (45, 14, 3)),
        ({"kind": Kind.INTERNATIONAL, "founded": None}, (45, 14, 3)),
        ({"founded": None}, (30, 14, 3)),
        ({"kind": Kind.PROVINCE, "founded": "27/7/1963"}, (365, 180, 90, 30, 14, 3)),
    ],
)
def test_lead_times_follow_what_a_day_is(make_event, event, days):
    occurrence = occurrence_of(make_event(**event), 2023)

    assert lead_days_of(occurrence, Choice()) == days


def test_own_lead_times_replace_the_preset(make_event):
    occurrence = occurrence_of(make_event(), 2023)

    assert lead_days_of(occurrence, Choice(lead_days=(7, 1))) == (7, 1)
    assert lead_days_of(occurrence, Choice(preset=Preset.SHORT)) == (14, 3)
    assert lead_days_of(occurrence, Choice(preset=Preset.NONE)) == ()


def test_reminders_fall_on_the_mornings_ahead_of_the_day(make_event):
    found = mornings(registry_of(make_event()), NO_DIGEST, date(2023, 6, 1), date(2023, 7, 31))

    assert [morning.on for morning in found] == [
        date(2023, 6, 27),
        date(2023, 7, 13),
        date(2023, 7, 24),
    ]


def test_what_falls_on_one_morning_is_one_mail_with_the_nearest_day_first(make_event):
    events = [make_event(), make_event(id="b", on="16/7", founded=None)]

    morning = morning_on(registry_of(*events), NO_DIGEST, date(2023, 7, 13))

    assert [(r.occurrence.event.id, r.lead_days) for r in morning.reminders] == [
        ("b", 3),
        ("thuong-binh-liet-si", 14),
    ]


def test_nothing_falls_on_other_mornings(make_event):
    assert morning_on(registry_of(make_event()), NO_DIGEST, date(2023, 7, 14)) is None


@pytest.mark.parametrize(
    ("day", "digest", "first", "last"),
    [
        (date(2023, 6, 20), Digest.MONTH, "2023-07", "2023-07"),
        (date(2023, 12, 20), Digest.MONTH, "2024-01", "2024-01"),
        (date(2023, 6, 15), Digest.QUARTER, "2023-07", "2023-09"),
        (date(2023, 12, 15), Digest.QUARTER, "2024-01", "2024-03"),
        (date(2023, 12, 1), Digest.YEAR, "2024-01", "2024-12"),
    ],
)
def test_digests_come_by_the_calendar(day, digest, first, last):
    morning = morning_on(registry_of(), Choice(digests=(digest,)), day)

    assert [item.digest for item in morning.outlooks] == [digest]
    months = morning.outlooks[0].months
    assert (str(months[0]), str(months[-1])) == (first, last)


def test_a_digest_that_nobody_asked_for_does_not_come():
    assert mornings(registry_of(), NO_DIGEST, date(2023, 1, 1), date(2023, 12, 31)) == []


def test_a_mail_is_of_use_until_the_last_of_its_days_is_over(make_event):
    events = [make_event(), make_event(id="b", on="16/7", founded=None)]
    morning = morning_on(registry_of(*events), NO_DIGEST, date(2023, 7, 13))

    assert morning.expires_on == date(2023, 7, 28)
    late = still_ahead(morning, date(2023, 7, 17))
    assert [item.occurrence.event.id for item in late.reminders] == ["thuong-binh-liet-si"]
    assert still_ahead(morning, date(2023, 7, 28)) is None


def test_equal_choices_have_one_key_and_a_key_gives_the_choice_back():
    values = {
        "region": ["quang-ninh"],
        "lead": ["3, 14", "14"],
        "digest": ["year", "month"],
        "lang": ["en"],
    }

    choice = Choice.parse(values)

    assert choice == Choice(
        selection=Selection(region=("quang-ninh",)),
        lead_days=(14, 3),
        digests=(Digest.MONTH, Digest.YEAR),
        lang="en",
    )
    assert choice.key == (
        "region=quang-ninh&preset=standard&lead=14&lead=3&digest=month&digest=year"
        "&lang=en&zone=Asia%2FHo_Chi_Minh"
    )
    assert Choice.from_key(choice.key) == choice


@pytest.mark.parametrize("lead", ["-1", "367", "7.5", "seven"])
def test_a_lead_time_out_of_range_is_refused_and_the_range_is_named(lead):
    with pytest.raises(InvalidLeadTimeError, match="from 0 to 366"):
        Choice.parse({"lead": [lead]})


@pytest.mark.parametrize(
    "values",
    [{"preset": ["often"]}, {"digest": ["week"]}, {"lang": ["fr"]}, {"zone": ["Hanoi"]},
     {"zone": ["../etc"]}, {"regoin": ["x"]}],
)  # fmt: skip
def test_an_unknown_choice_is_refused(values):
    with pytest.raises(InvalidSelectionError):
        Choice.parse(values)
