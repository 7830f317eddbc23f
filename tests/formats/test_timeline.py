"""Timelines: where days lie, in percent of ten, a hundred or more days."""

from datetime import date

import pytest

from calendar_service.core.campaign import Campaign, Offset, Phase, PhaseKind
from calendar_service.core.campaigns import edition_of
from calendar_service.core.sources import Source
from calendar_service.formats.timeline import (
    Bar,
    Mark,
    Point,
    Scale,
    edition_axis,
    edition_scale,
    edition_strip,
    overview_axis,
    overview_scale,
    span_strip,
    steps_strip,
)

TEN_DAYS = Scale(date(2023, 7, 20), date(2023, 7, 29))


@pytest.fixture
def edition(make_event):
    """D is 27/7/2023; steps at D-30, D-14 and D-3 and a peak of three days."""
    peak = Phase(name="Cao điểm", kind=PhaseKind.PEAK, start=Offset(-2), end=Offset(0))
    campaign = Campaign(
        id="den-on",
        title="Đền ơn đáp nghĩa",
        events=("thuong-binh-liet-si",),
        phases=(peak,),
        sources=(Source(title="Kế hoạch"),),
        changed=date(2026, 11, 22),
    )
    return edition_of(campaign, {"thuong-binh-liet-si": make_event()}, 2023)


@pytest.mark.parametrize(
    ("start", "end", "bar"),
    [
        (date(2023, 7, 22), date(2023, 7, 24), Bar("peak", 20.0, 30.0)),
        (date(2023, 7, 1), date(2023, 7, 20), Bar("peak", 0.0, 10.0)),
        (date(2023, 7, 28), date(2023, 8, 9), Bar("peak", 80.0, 20.0)),
    ],
)
def test_a_bar_holds_its_first_and_its_last_day_and_ends_at_the_edges(start, end, bar):
    assert span_strip(TEN_DAYS, "peak", start, end).bars == (bar,)


def test_days_outside_have_no_bar():
    assert span_strip(TEN_DAYS, "peak", date(2023, 7, 1), date(2023, 7, 19)).bars == ()
    assert span_strip(TEN_DAYS, "peak", date(2023, 7, 30), date(2023, 8, 9)).bars == ()


def test_one_day_of_two_years_is_still_seen_and_stays_inside():
    long = Scale(date(2022, 1, 1), date(2023, 12, 31))

    bar = span_strip(long, "peak", date(2023, 12, 31), date(2023, 12, 31)).bars[0]

    assert (bar.x, bar.width) == (99.2, 0.8)


def test_a_day_s_point_lies_at_noon():
    assert TEN_DAYS.middle(date(2023, 7, 20)) == 5.0
    assert TEN_DAYS.middle(date(2023, 7, 29)) == 95.0


def test_the_overview_spans_whole_months_around_today():
    scale = overview_scale(date(2023, 7, 15))

    assert scale == Scale(date(2023, 4, 1), date(2023, 11, 30))
    assert [tick.label for tick in overview_axis(scale, date(2023, 7, 15)).ticks] == [
        "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11",
    ]  # fmt: skip


def test_an_edition_is_a_bar_with_its_preparation_before_it(edition):
    scale = Scale(date(2023, 6, 1), date(2023, 9, 8))  # a hundred days

    assert edition_strip(scale, edition).bars == (
        Bar("before", 26.0, 28.0),
        Bar("campaign", 54.0, 3.0),
    )


def test_the_drawing_of_an_edition_spans_its_steps_with_two_days_on_either_side(edition):
    assert edition_scale(edition) == Scale(date(2023, 6, 25), date(2023, 7, 29))


def test_steps_without_a_bar_are_points_and_d_comes_last_and_on_top(edition):
    scale = Scale(date(2023, 6, 1), date(2023, 9, 8))

    assert steps_strip(scale, edition).points == (
        Point("prepare", 26.5),
        Point("prepare", 42.5),
        Point("day", 56.5),
    )


def test_few_months_have_mondays_and_many_have_every_second_month(edition):
    short = edition_axis(TEN_DAYS, edition, date(2023, 7, 1))
    long = edition_axis(Scale(date(2022, 7, 1), date(2023, 6, 30)), edition, date(2023, 7, 1))

    assert [tick.label for tick in short.ticks] == ["24/7"]
    assert [tick.label for tick in long.ticks] == ["T7", "T9", "T11", "T1", "T3", "T5"]


def test_the_word_of_d_stands_below_that_of_a_close_today(edition):
    marks = edition_axis(TEN_DAYS, edition, date(2023, 7, 26)).marks

    assert marks == (
        Mark("today", "Hôm nay", 65.0, "middle", 0),
        Mark("day", "D", 75.0, "middle", 1),
    )


def test_a_mark_at_the_edge_is_written_inwards_and_one_outside_not_at_all(edition):
    assert edition_axis(TEN_DAYS, edition, date(2023, 7, 20)).marks[0].anchor == "start"
    assert edition_axis(TEN_DAYS, edition, date(2024, 7, 20)).marks == (
        Mark("day", "D", 75.0, "middle"),
    )
