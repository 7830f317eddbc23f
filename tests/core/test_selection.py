from datetime import date

import pytest

from calendar_service.core.model import Group, Kind, Prominence, YearClass
from calendar_service.core.occurrences import select
from calendar_service.core.regions import MERGED, SUCCESSORS, TODAY
from calendar_service.core.selection import Order, Selection
from calendar_service.errors import InvalidSelectionError


@pytest.fixture
def events(make_event):
    return {
        "core": make_event(),
        "sector": make_event(prominence=Prominence.SECTOR),
        "ours": make_event(region="quang-ninh", prominence=Prominence.REFERENCE),
        "theirs": make_event(region="nghe-an", kind=Kind.PROVINCE),
        "birth": make_event(kind=Kind.BIRTH, prominence=Prominence.REFERENCE),
    }


@pytest.mark.parametrize(
    ("selection", "held"),
    [
        (Selection(), {"core"}),
        (Selection(region=("quang-ninh",)), {"core", "ours"}),
        (Selection(prominence=(Prominence.SECTOR,)), {"sector"}),
        (Selection(kind=(Kind.BIRTH,)), {"birth"}),
        (Selection(kind=(Kind.PROVINCE,)), {"theirs"}),
        (Selection(all=True), {"core", "sector", "ours", "theirs", "birth"}),
        (Selection(all=True, region=("nghe-an",)), {"core", "sector", "theirs", "birth"}),
    ],
)
def test_a_selection_holds_what_a_letter_carries_unless_more_is_named(events, selection, held):
    assert {name for name, event in events.items() if selection.holds_event(event)} == held


def test_a_selection_by_year_class_leaves_years_without_one():
    selection = Selection(year_class=(YearClass.TRON,))

    assert selection.holds_class(YearClass.TRON)
    assert not selection.holds_class(None)


def test_equal_selections_have_one_canonical_query():
    values = {"kind": ["death", "birth", "birth"], "region": ["quang-ninh"], "all": ["1"]}

    selection = Selection.parse(values)

    assert selection.query == "region=quang-ninh&kind=birth&kind=death&all=1"
    assert Selection.parse({"order": ["date"]}).order is Order.DATE


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"regoin": ["ha-noi"]}, "unknown parameter 'regoin'; did you mean 'region'"),
        ({"region": ["quang-nin"]}, "unknown region 'quang-nin'; did you mean 'quang-ninh'"),
        ({"kind": ["holiday"]}, "allowed: birth, day-off"),
        ({"year_class": ["le5"]}, "did you mean 'le-5'"),
        ({"all": ["yes"]}, "allowed: 0, 1"),
        ({"order": ["name"]}, "allowed: date, letter"),
    ],
)
def test_an_unknown_parameter_or_value_is_refused_and_named(values, words):
    with pytest.raises(InvalidSelectionError, match=words):
        Selection.parse(values)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("quang-ninh", "quang-ninh"),
        ("Quảng Ninh", "quang-ninh"),
        ("tỉnh Quảng Ninh", "quang-ninh"),
        ("Qua\u0309ng  Ninh ", "quang-ninh"),
        ("TP. Hồ Chí Minh", "ho-chi-minh"),
        ("Thành phố Hồ Chí Minh", "ho-chi-minh"),
        ("HÀ NỘI", "ha-noi"),
        ("đắk lắk", "dak-lak"),
        ("Bà Rịa - Vũng Tàu", "ba-ria-vung-tau"),
        ("none", "none"),
    ],
)
def test_a_region_is_understood_as_people_write_it(text, region):
    assert Selection.parse({"region": [text]}).region == (region,)


def test_a_single_event_is_held_whatever_its_prominence_and_no_other(make_event):
    selection = Selection(event=("mot",))

    assert selection.holds_event(make_event(id="mot", prominence=Prominence.REFERENCE))
    assert not selection.holds_event(make_event(id="hai"))


def test_a_province_s_lesser_festivals_come_with_all_alone(make_event):
    festival = make_event(
        kind=Kind.LUNAR_FESTIVAL, region="quang-ninh", prominence=Prominence.REFERENCE
    )

    assert not Selection(region=("quang-ninh",)).holds_event(festival)
    assert Selection(region=("quang-ninh",), all=True).holds_event(festival)


def test_a_province_keeps_the_days_of_those_merged_into_it_from_the_merger_on(make_event):
    # Nghị quyết 202/2025/QH15: Tiền Giang became part of Đồng Tháp on 1/7/2025.
    ap_bac = make_event("2/1", "2/1/1963", id="ap-bac", region="tien-giang", group=Group.REGION)
    chosen = Selection(region=("dong-thap",))

    found = select([ap_bac], date(2024, 1, 1), date(2027, 12, 31), chosen)

    assert [item.on for item in found] == [date(2026, 1, 2), date(2027, 1, 2)]


def test_a_merged_province_keeps_its_own_days_alone(make_event):
    own = make_event("2/1", "2/1/1963", id="ap-bac", region="tien-giang", group=Group.REGION)
    other = make_event("17/1", None, id="other", region="dong-thap", group=Group.REGION)
    chosen = Selection(region=("tien-giang",))

    found = select([own, other], date(2024, 1, 1), date(2027, 12, 31), chosen)

    assert {item.event.id for item in found} == {"ap-bac"}
    assert len(found) == 4


def test_every_former_province_has_a_successor_of_today():
    assert set(SUCCESSORS) == set(MERGED)
    assert set(SUCCESSORS.values()) <= set(TODAY)
    # 23 were formed by merging (Nghị quyết 202/2025/QH15), and Huế was renamed.
    assert len(set(SUCCESSORS.values())) == 24
