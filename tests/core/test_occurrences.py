from datetime import date

import pytest

from calendar_service.core.dates import Month
from calendar_service.core.model import FormerName, Group, Kind, Observed, Prominence, YearClass
from calendar_service.core.occurrences import (
    list_month,
    list_upcoming,
    list_year,
    occurrence_of,
    occurrences_between,
    occurrences_of,
    year_class,
)
from calendar_service.core.selection import Order, Selection


def test_the_war_invalids_day_of_2023_is_the_76th(make_event):
    occurrence = occurrence_of(make_event(), 2023)

    assert occurrence is not None
    assert (occurrence.on, occurrence.years) == (date(2023, 7, 27), 76)


def test_the_founding_year_itself_has_no_count(make_event):
    occurrence = occurrence_of(make_event(), 1947)

    assert occurrence is not None
    assert occurrence.years is None
    assert occurrence.year_class is None


def test_nothing_occurs_before_the_founding(make_event):
    assert occurrence_of(make_event(), 1946) is None


def test_an_event_without_a_founding_year_has_no_count(make_event):
    occurrence = occurrence_of(make_event(founded=None), 2023)

    assert occurrence is not None
    assert occurrence.years is None


@pytest.mark.parametrize(
    ("kind", "years", "expected"),
    [
        # Nghị định 145/2013/NĐ-CP điều 3: the last digit 0, 5, any other.
        (Kind.GREAT_DAY, 80, YearClass.TRON),
        (Kind.GREAT_DAY, 75, YearClass.LE_5),
        (Kind.GREAT_DAY, 76, YearClass.KHAC),
        # Nghị định 111/2018/NĐ-CP knows no năm lẻ 5: it is a năm khác.
        (Kind.TRADITION, 70, YearClass.TRON),
        (Kind.TRADITION, 75, YearClass.KHAC),
        (Kind.FOUNDING, 76, YearClass.KHAC),
        (Kind.PROVINCE, 60, YearClass.TRON),
        # Neither decree speaks of these.
        (Kind.BIRTH, 100, None),
        (Kind.HISTORY, 50, None),
        (Kind.INTERNATIONAL, 30, None),
    ],
)
def test_the_class_of_a_year_is_that_of_the_decree_that_applies(kind, years, expected):
    assert year_class(kind, years) == expected


def test_the_class_of_gio_to_follows_the_gregorian_year(make_event):
    gio_to = make_event(
        on="10/3 âm lịch", founded=None, kind=Kind.GREAT_DAY, round_by_calendar_year=True
    )

    classes = {item.on.year: item.year_class for item in occurrences_of(gio_to, 2018, 2020)}

    # 2010, 2020 and 2030 are tròn by Nghị định 145/2013/NĐ-CP điều 3.
    assert classes == {2018: YearClass.KHAC, 2019: YearClass.KHAC, 2020: YearClass.TRON}


@pytest.mark.parametrize(
    ("observed", "years"),
    [
        (Observed.EVERY_5, [2020, 2025, 2030]),
        (Observed.EVERY_10, [2020, 2030]),
    ],
)
def test_an_event_of_round_years_appears_in_them_alone(make_event, observed, years):
    birth = make_event(on="1/12", founded="1/12/1920", observed=observed, kind=Kind.BIRTH)

    found = occurrences_of(birth, 2018, 2031)

    assert [item.on.year for item in found] == years


def test_an_event_falls_within_its_days_of_validity_only(make_event):
    event = make_event(valid_from=date(2021, 1, 1), valid_until=date(2022, 7, 27))

    assert [item.on.year for item in occurrences_of(event, 2019, 2025)] == [2021, 2022]


def test_an_event_has_the_name_that_it_had_on_the_day(make_event):
    old = FormerName(name="Ngày Thương binh toàn quốc", name_en=None, until=date(1975, 7, 8))
    event = make_event(former_names=(old,))

    names = [item.name for item in occurrences_of(event, 1974, 1976)]

    assert names == [
        "Ngày Thương binh toàn quốc",
        "Ngày Thương binh - Liệt sỹ",
        "Ngày Thương binh - Liệt sỹ",
    ]


def test_a_lunar_count_is_one_of_lunar_years(make_event):
    # Hồ Chí Minh died on 21/7 Kỷ Dậu; the 55th giỗ was held on 24/8/2024.
    death = make_event(on="21/7 âm lịch", founded="2/9/1969", kind=Kind.DEATH)

    occurrence = occurrence_of(death, 2024)

    assert occurrence is not None
    assert (occurrence.on, occurrence.years) == (date(2024, 8, 24), 55)


def test_a_lunar_founding_in_january_counts_from_the_lunar_year_before(make_event):
    # 27/1/1973 was 24/12 of the lunar year 1972; 24/12 of 2022 fell on 15/1/2023.
    event = make_event(on="24/12 âm lịch", founded="27/1/1973")

    found = occurrences_of(event, 2023, 2023)

    assert [(item.on, item.years) for item in found] == [(date(2023, 1, 15), 50)]


def test_a_lunar_day_can_fall_twice_in_a_year_and_not_at_all_in_the_next(make_event):
    event = make_event(on="8/12 âm lịch", founded=None)

    assert [item.on for item in occurrences_of(event, 2022, 2023)] == [
        date(2022, 1, 10),
        date(2022, 12, 30),
    ]
    assert [item.cycle_year for item in occurrences_of(event, 2022, 2022)] == [2021, 2022]


def test_the_first_and_the_last_lunar_days_of_the_table_are_found(make_event):
    kitchen_gods = make_event(on="23/12 âm lịch", founded=None)

    assert [item.on for item in occurrences_of(kitchen_gods, 1900, 1900)] == [date(1900, 1, 23)]
    assert occurrences_between([kitchen_gods], date(2101, 1, 1), date(2101, 1, 28)) != []


def test_a_span_has_its_last_day(make_event):
    month = make_event(on="10/11", ends="10/12", founded=None)

    occurrence = occurrence_of(month, 2023)

    assert occurrence is not None
    assert (occurrence.on, occurrence.ends) == (date(2023, 11, 10), date(2023, 12, 10))


def test_a_range_holds_both_of_its_ends_and_is_sorted_by_day(make_event):
    events = [
        make_event(id="c", on="31/7", founded=None),
        make_event(id="b", on="1/7", founded=None),
        make_event(id="a", on="1/7", founded=None),
        make_event(id="d", on="1/8", founded=None),
    ]

    found = occurrences_between(events, date(2023, 7, 1), date(2023, 7, 31))

    assert [item.event.id for item in found] == ["b", "a", "c"]


@pytest.fixture
def july(make_event):
    """Events of July and August in no order, as files may hold them."""
    return [
        make_event(id="dan-so", on="11/7", founded=None, group=Group.INTERNATIONAL),
        make_event(id="du-lich", on="9/7", founded=None, group=Group.SECTOR),
        make_event(id="tinh", on="3/7", founded=None, group=Group.REGION, region="quang-ninh"),
        make_event(id="thuong-binh", on="27/7", founded=None),
        make_event(id="xung-phong", on="15/7", founded=None),
        make_event(id="rieng", on="2/7", founded=None, prominence=Prominence.SECTOR),
        make_event(id="tuyen-giao", on="1/8", founded=None),
        make_event(id="muoi", on="10/8", founded=None),
        make_event(id="muoi-mot", on="11/8", founded=None),
    ]


def test_a_month_is_ordered_in_the_blocks_of_a_letter(july):
    found = list_month(july, Month(2023, 7), Selection(region=("quang-ninh",)))

    assert [item.event.id for item in found.items] == [
        "xung-phong", "thuong-binh", "tinh", "du-lich", "dan-so",
    ]  # fmt: skip


def test_a_month_is_ordered_by_date_on_request(july):
    found = list_month(july, Month(2023, 7), Selection(order=Order.DATE))

    assert [item.event.id for item in found.items] == [
        "du-lich", "dan-so", "xung-phong", "thuong-binh",
    ]  # fmt: skip


def test_the_first_ten_days_of_the_next_month_are_upcoming(july):
    found = list_month(july, Month(2023, 7), Selection())

    assert [item.event.id for item in found.upcoming] == ["tuyen-giao", "muoi"]


def test_a_year_is_its_twelve_months(july):
    months = list_year(july, 2023, Selection())

    assert [str(month.month) for month in months][6:8] == ["2023-07", "2023-08"]
    assert [len(month.items) for month in months] == [0, 0, 0, 0, 0, 0, 4, 3, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("until", "name"),
    [
        (date(1975, 7, 27), "Ngày Thương binh toàn quốc"),
        (date(1975, 7, 26), "Ngày Thương binh - Liệt sỹ"),
    ],
)
def test_a_former_name_is_kept_on_its_last_day_and_not_the_day_after(make_event, until, name):
    old = FormerName(name="Ngày Thương binh toàn quốc", name_en=None, until=until)

    occurrence = occurrence_of(make_event(former_names=(old,)), 1975)

    assert occurrence is not None
    assert occurrence.name == name


@pytest.mark.parametrize(
    ("valid", "years"),
    [
        ({"valid_from": date(2021, 7, 27)}, [2021, 2022]),
        ({"valid_from": date(2021, 7, 28)}, [2022]),
        ({"valid_until": date(2021, 7, 27)}, [2020, 2021]),
        ({"valid_until": date(2021, 7, 26)}, [2020]),
    ],
)
def test_the_first_and_the_last_day_of_validity_are_valid_themselves(make_event, valid, years):
    found = occurrences_of(make_event(**valid), 2020, 2022)

    assert [item.on.year for item in found] == years


@pytest.mark.parametrize(
    ("on", "found"),
    [
        ("26/7", [date(1948, 7, 26)]),
        ("27/7", [date(1947, 7, 27), date(1948, 7, 27)]),
    ],
)
def test_a_day_of_the_founding_year_that_lies_before_the_founding_does_not_occur(
    make_event, on, found
):
    assert [item.on for item in occurrences_of(make_event(on=on), 1947, 1948)] == found


def test_thirty_days_hold_today_and_the_29_after_it(make_event):
    events = [
        make_event(id="hom-qua", on="14/7", founded=None),
        make_event(id="hom-nay", on="15/7", founded=None),
        make_event(id="ngay-29", on="13/8", founded=None),
        make_event(id="ngay-30", on="14/8", founded=None),
    ]

    first, last, items = list_upcoming(events, date(2023, 7, 15), Selection())

    assert (first, last) == (date(2023, 7, 15), date(2023, 8, 13))
    assert [item.event.id for item in items] == ["hom-nay", "ngay-29"]


def test_what_comes_up_is_by_date_whatever_the_order_of_a_letter(july):
    _, _, items = list_upcoming(july, date(2023, 7, 1), Selection(order=Order.LETTER))

    assert [item.event.id for item in items] == [
        "du-lich", "dan-so", "xung-phong", "thuong-binh",
    ]  # fmt: skip


def test_a_list_holds_the_class_of_year_that_is_asked_for(make_event):
    events = [
        make_event(id="tron", founded="27/7/1953"),
        make_event(id="khac", founded="27/7/1947"),
        make_event(id="khong", founded=None),
    ]

    found = list_month(events, Month(2023, 7), Selection(year_class=(YearClass.TRON,)))

    assert [item.event.id for item in found.items] == ["tron"]
