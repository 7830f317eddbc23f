"""Editions of campaigns: the days of their steps, typed from real documents."""

from datetime import date

import pytest

from calendar_service.core.campaign import (
    Campaign,
    Display,
    DisplayKind,
    Document,
    Milestone,
    MilestoneKind,
    Offset,
    Phase,
    PhaseKind,
    Scope,
    parse_when,
)
from calendar_service.core.campaign_wording import (
    document_text,
    edition_title,
    lead_text,
    slogans_of,
    step_days,
    step_text,
)
from calendar_service.core.campaigns import StepKind, edition_of
from calendar_service.core.days import LunarDay, SolarDay
from calendar_service.core.editions import (
    campaign_of,
    edition_in,
    edition_near,
    editions_between,
    steps_between,
)
from calendar_service.core.lead_times import LeadTimes, Role
from calendar_service.core.model import Group, Kind, Prominence
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from calendar_service.errors import (
    InvalidCampaignDayError,
    InvalidDateError,
    InvalidDayRuleError,
    UnknownCampaignError,
)
from tests.conftest import registry_of

SOURCE = Source(title="Chỉ thị 27-CT/TU", number="27-CT/TU", dated=date(2022, 7, 22))
QUANG_NINH = {
    "id": "tinh-quang-ninh",
    "name": "Ngày thành lập tỉnh Quảng Ninh",
    "kind": Kind.PROVINCE,
    "region": "quang-ninh",
    "group": Group.REGION,
    "on": "30/10",
    "founded": "30/10/1963",
}


def campaign(**given):
    values = {"id": "dot-1", "title": "Đợt tuyên truyền", "sources": (SOURCE,)}
    return Campaign(**{**values, "changed": date(2026, 11, 22), **given})


def display(start, end, what=DisplayKind.NATIONAL_FLAG):
    return Display(what=what, start=Offset(start), end=Offset(end))


def days_of(edition, kind):
    return [(step.on, step.ends) for step in edition.steps if step.kind is kind]


# Chỉ thị 27-CT/TU, Kế hoạch 19/KH-UBND and the days of the province's press.
QUANG_NINH_60 = campaign(
    id="quang-ninh-60",
    title="Kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh",
    events=("tinh-quang-ninh",),
    year=2023,
    scope=Scope.PROVINCE,
    region="quang-ninh",
    documents=(
        Document(
            kind="Chỉ thị",
            number="27-CT/TU",
            dated=date(2022, 7, 22),
            issuer="Ban Thường vụ Tỉnh ủy",
            title="về tổ chức kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh",
        ),
        Document(kind="Kế hoạch", number="19/KH-UBND", dated=date(2023, 2, 2)),
    ),
    displays=(display(-6, 1),),
    milestones=(
        Milestone(name="Họp báo", kind=MilestoneKind.PRESS, on=date(2023, 10, 17)),
        Milestone(name="Kiểm tra cổ động", kind=MilestoneKind.INSPECTION, on=date(2023, 10, 24)),
        Milestone(
            name="Diễu hành xe cổ động",
            kind=MilestoneKind.PARADE,
            on=date(2023, 10, 27),
            ends=date(2023, 10, 28),
        ),
    ),
    slogans=("Nhiệt liệt chào mừng {n} năm {name} ({range})!",),
)


def test_the_sixtieth_year_of_a_province_has_its_steps_from_the_directive_to_the_flags(make_event):
    event = make_event(**QUANG_NINH)

    edition = edition_of(QUANG_NINH_60, {event.id: event}, 2023)

    assert [(lead_text(s.lead_days), step_text(s), step_days(s)) for s in edition.steps] == [
        ("D-465", "Ban hành Chỉ thị 27-CT/TU", "22/7/2022"),
        ("D-270", "Ban hành Kế hoạch 19/KH-UBND", "02/02/2023"),
        ("D-90", "Soạn đề cương tuyên truyền", "01/8/2023"),
        ("D-30", "Ban hành hướng dẫn tuyên truyền", "30/9/2023"),
        ("D-14", "Chuẩn bị tin, bài, tài liệu tuyên truyền", "16/10/2023"),
        ("D-13", "Họp báo", "17/10/2023"),
        ("D-6", "Treo cờ Tổ quốc", "24/10/2023"),
        ("D-6", "Kiểm tra cổ động", "24/10/2023"),
        ("D-3", "Diễu hành xe cổ động", "27/10 - 28/10/2023"),
        ("D-3", "Kiểm tra việc treo cờ", "27/10/2023"),
        ("D", "Ngày thành lập tỉnh Quảng Ninh", "30/10/2023"),
        ("D+2", "Hạ cờ Tổ quốc", "01/11/2023"),
    ]
    assert slogans_of(edition) == [
        "Nhiệt liệt chào mừng 60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963 - 30/10/2023)!"
    ]
    assert document_text(QUANG_NINH_60.documents[0]) == (
        "Chỉ thị số 27-CT/TU ngày 22/7/2022 của Ban Thường vụ Tỉnh ủy"
        " về tổ chức kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh"
    )


# The windows of campaigns.md's section 3 come from notices that give these very days.
@pytest.mark.parametrize(
    ("on", "founded", "year", "first", "last", "hung", "taken_down"),
    [
        ("27/7", "27/7/1947", 2018, -10, 1, date(2018, 7, 17), date(2018, 7, 29)),
        ("7/5", "7/5/1954", 2024, -11, 1, date(2024, 4, 26), date(2024, 5, 9)),
        ("2/9", "2/9/1945", 2022, -6, 1, date(2022, 8, 27), date(2022, 9, 4)),
        ("2/9", "2/9/1945", 2019, -8, 1, date(2019, 8, 25), date(2019, 9, 4)),
        ("2/9", "2/9/1945", 2024, -4, 2, date(2024, 8, 29), date(2024, 9, 5)),
        ("19/8", "19/8/1945", 2021, -2, 18, date(2021, 8, 17), date(2021, 9, 7)),
    ],
)
def test_flags_hang_and_come_down_as_the_notices_have_it(
    make_event, on, founded, year, first, last, hung, taken_down
):
    event = make_event(on=on, founded=founded)
    flags = campaign(events=(event.id,), displays=(display(first, last),))

    edition = edition_of(flags, {event.id: event}, year)

    assert days_of(edition, StepKind.PUT_UP) == [(hung, None)]
    assert days_of(edition, StepKind.TAKE_DOWN) == [(taken_down, None)]


def test_a_milestone_that_is_the_day_itself_is_told_once(make_event):
    event = make_event()
    day = Milestone(
        name="ngày Thương binh - Liệt sĩ", kind=MilestoneKind.CEREMONY, on=Offset(0), place="Hà Nội"
    )

    edition = edition_of(campaign(events=(event.id,), milestones=(day,)), {event.id: event}, 2023)

    assert [step_text(step) for step in edition.steps if step.on == date(2023, 7, 27)] == [
        "ngày Thương binh - Liệt sĩ, Hà Nội"
    ]


def test_windows_of_one_campaign_that_nearly_touch_are_one(make_event):
    liberation = make_event(id="giai-phong", name="Giải phóng", on="30/4", founded="30/4/1975")
    labour = make_event(id="lao-dong", name="Lao động", on="1/5", founded="1/5/1886")
    both = campaign(
        events=("giai-phong", "lao-dong"),
        displays=(
            display(-3, -1),
            Display(
                what=DisplayKind.NATIONAL_FLAG,
                start=Offset(0, "lao-dong"),
                end=Offset(1, "lao-dong"),
            ),
            display(-3, 0, DisplayKind.BANNER),
        ),
    )

    edition = edition_of(both, {"giai-phong": liberation, "lao-dong": labour}, 2024)

    assert [(w.what, w.start, w.end) for w in edition.windows] == [
        (DisplayKind.NATIONAL_FLAG, date(2024, 4, 27), date(2024, 5, 2)),
        (DisplayKind.BANNER, date(2024, 4, 27), date(2024, 4, 30)),
    ]
    assert [(step.on, step_text(step)) for step in edition.steps if step.kind is StepKind.DAY] == [
        (date(2024, 4, 30), "Giải phóng"),
        (date(2024, 5, 1), "Lao động"),
    ]


def test_flags_of_one_campaign_stay_up_for_the_next_one(make_event):
    liberation = make_event(
        id="giai-phong", name="Giải phóng", on="30/4", founded="30/4/1975", kind=Kind.GREAT_DAY
    )
    labour = make_event(
        id="lao-dong", name="Lao động", on="1/5", founded="1/5/1886", kind=Kind.GREAT_DAY
    )
    registry = registry_of(liberation, labour)

    found = steps_between(registry, date(2024, 4, 20), date(2024, 5, 20), Selection())

    downs = [step for _, step in found if step.kind is StepKind.TAKE_DOWN]
    assert [(step.on, step_text(step)) for step in downs] == [
        (date(2024, 5, 3), "Hạ cờ Tổ quốc; tháo dỡ băng rôn, khẩu hiệu")
    ]


def test_what_counts_from_an_event_that_is_not_kept_yet_is_left_out(make_event):
    first = make_event(id="tuan-le", name="Tuần lễ", on="1/10", founded="1/10/2005")
    second = make_event(id="khuyen-hoc", name="Khuyến học", on="2/10", founded="2/10/2008")
    both = campaign(
        events=("tuan-le", "khuyen-hoc"),
        end=Offset(5, "khuyen-hoc"),
        milestones=(
            Milestone(name="Phát động", kind=MilestoneKind.LAUNCH, on=Offset(0)),
            Milestone(name="Gặp mặt", kind=MilestoneKind.MEETING, on=Offset(0, "khuyen-hoc")),
        ),
    )
    events = {"tuan-le": first, "khuyen-hoc": second}

    before, after = edition_of(both, events, 2006), edition_of(both, events, 2010)

    assert [s.name for s in before.steps if s.kind is StepKind.MILESTONE] == ["Phát động"]
    assert before.end == date(2006, 10, 1)
    assert [s.name for s in after.steps if s.kind is StepKind.MILESTONE] == ["Phát động", "Gặp mặt"]
    assert after.end == date(2010, 10, 7)


def test_a_campaign_of_a_lunar_day_moves_with_it(make_event):
    event = make_event(id="gio-to", name="Giỗ Tổ", on="10/3 âm lịch", founded=None)
    flags = campaign(events=("gio-to",), displays=(display(-3, 1),))

    edition = edition_of(flags, {"gio-to": event}, 2025)  # 10/3 of Ất Tỵ is 7/4/2025

    assert edition.day == date(2025, 4, 7)
    assert days_of(edition, StepKind.TAKE_DOWN) == [(date(2025, 4, 9), None)]


def test_a_month_of_action_is_prepared_ahead_of_its_first_day():
    month = campaign(
        start=SolarDay(1, 5), end=SolarDay(31, 5), lead_times=LeadTimes.OBSERVANCE, on=None
    )

    edition = edition_of(month, {}, 2025)

    assert [(step.on, step_text(step)) for step in edition.steps] == [
        (date(2025, 3, 17), "Lập kế hoạch hưởng ứng, nhận tài liệu truyền thông"),
        (date(2025, 4, 17), "Chuẩn bị tin, bài, tài liệu tuyên truyền"),
        (date(2025, 4, 28), "Phát động hưởng ứng"),
    ]
    assert (edition.start, edition.end) == (date(2025, 5, 1), date(2025, 5, 31))


def test_a_phase_is_one_step_of_several_days(make_event):
    peak = Phase(
        name="Tuần lễ cao điểm",
        kind=PhaseKind.PEAK,
        start=date(2019, 7, 21),
        end=date(2019, 7, 27),
    )
    event = make_event(id="cong-doan", name="Công đoàn", on="28/7", founded="28/7/1929")

    edition = edition_of(
        campaign(events=("cong-doan",), year=2019, phases=(peak,)), {"cong-doan": event}, 2019
    )

    assert days_of(edition, StepKind.PHASE) == [(date(2019, 7, 21), date(2019, 7, 27))]
    assert [s.lead_days for s in edition.steps if s.kind is StepKind.PREPARE] == [
        120, 60, 30, 14,
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "kept"), [(2022, False), (2023, True), (2024, False)])
def test_a_campaign_that_runs_once_has_one_edition(make_event, year, kept):
    event = make_event(**QUANG_NINH)

    edition = edition_of(QUANG_NINH_60, {event.id: event}, year)

    assert (edition is not None) is kept


def test_every_core_event_has_a_campaign_until_somebody_writes_one(make_event):
    event = make_event()
    registry = registry_of(event)

    edition = edition_in(registry, "thuong-binh-liet-si", 2023)

    assert edition.campaign.generated
    assert edition_title(edition) == "Kỷ niệm 76 năm Ngày Thương binh - Liệt sỹ"
    assert [(lead_text(s.lead_days), step_text(s)) for s in edition.steps] == [
        ("D-30", "Đưa vào công văn định hướng tháng"),
        ("D-14", "Chuẩn bị tin, bài, tài liệu tuyên truyền"),
        ("D", "Ngày Thương binh - Liệt sỹ"),
    ]


# Nghị định 111/2018/NĐ-CP: what has a ceremony, and banners for it, are the round years.
@pytest.mark.parametrize(
    ("year", "first"),
    [(2027, "Xin chủ trương, lập kế hoạch"), (2022, "Xin chủ trương, lập kế hoạch")],
)
def test_banners_hang_in_round_years_and_are_printed_before_and_looked_after_then(
    make_event, year, first
):
    edition = edition_in(registry_of(make_event()), "thuong-binh-liet-si", year)

    steps = [(lead_text(s.lead_days), step_text(s)) for s in edition.steps]
    assert steps[0][1] == first
    assert steps[-5:] == [
        ("D-14", "Duyệt ma két, in băng rôn"),
        ("D-3", "Treo băng rôn, khẩu hiệu"),
        ("D-3", "Kiểm tra việc treo băng rôn"),
        ("D", "Ngày Thương binh - Liệt sỹ"),
        ("D+2", "Tháo dỡ băng rôn, khẩu hiệu"),
    ]


def test_a_great_day_has_its_flags_every_year(make_event):
    event = make_event(kind=Kind.GREAT_DAY)

    edition = edition_in(registry_of(event), "thuong-binh-liet-si", 2023)

    assert ("D-14", "Chọn khẩu hiệu, in băng rôn") in [
        (lead_text(s.lead_days), step_text(s)) for s in edition.steps
    ]
    assert ("D-3", "Kiểm tra việc treo cờ, băng rôn") in [
        (lead_text(s.lead_days), step_text(s)) for s in edition.steps
    ]


def test_a_foreign_revolution_is_remembered_and_a_world_day_with_a_count_too(make_event):
    october = make_event(
        id="nga", name="Cách mạng Tháng Mười Nga", on="7/11", founded="7/11/1917",
        kind=Kind.HISTORY, group=Group.INTERNATIONAL,
    )  # fmt: skip
    rights = make_event(
        id="nhan-quyen", name="Ngày Nhân quyền thế giới", on="10/12", founded="10/12/1948",
        kind=Kind.INTERNATIONAL,
    )  # fmt: skip
    registry = registry_of(october, rights)

    for event_id, title in (
        ("nga", "Kỷ niệm 109 năm Cách mạng Tháng Mười Nga"),
        ("nhan-quyen", "Kỷ niệm 78 năm Ngày Nhân quyền thế giới"),
    ):
        edition = edition_in(registry, event_id, 2026)
        assert edition_title(edition) == title
        assert "Phát động hưởng ứng" not in [step_text(step) for step in edition.steps]


def test_a_written_yearly_campaign_takes_the_place_of_the_generated_one(make_event):
    event = make_event(campaigns=("den-on",))
    registry = registry_of(event, campaigns=(campaign(id="den-on", events=(event.id,)),))

    found = editions_between(registry, date(2023, 7, 1), date(2023, 7, 31), Selection())

    assert [edition.campaign.id for edition in found] == ["den-on"]
    assert campaign_of(registry, "thuong-binh-liet-si").id == "den-on"


def test_a_campaign_of_one_place_leaves_that_of_the_country_alone(make_event):
    event = make_event(campaigns=("den-on",))
    local = campaign(
        id="den-on", events=(event.id,), year=2023, scope=Scope.PROVINCE, region="quang-ninh"
    )
    registry = registry_of(event, campaigns=(local,))
    july = date(2023, 7, 1), date(2023, 7, 31)

    country = editions_between(registry, *july, Selection())
    province = editions_between(registry, *july, Selection(region=("quang-ninh",)))

    assert [edition.campaign.id for edition in country] == ["thuong-binh-liet-si"]
    assert [e.campaign.id for e in province] == ["den-on", "thuong-binh-liet-si"]


def test_a_commune_s_campaign_is_listed_only_when_asked_for(make_event):
    event = make_event()
    local = campaign(id="xa-1", events=(event.id,), year=2023, scope=Scope.LOCAL, region="ha-noi")
    registry = registry_of(event, campaigns=(local,))

    def listed(**chosen):
        found = editions_between(registry, date(2023, 7, 1), date(2023, 7, 31), Selection(**chosen))
        return [edition.campaign.id for edition in found if not edition.campaign.generated]

    assert listed(region=("ha-noi",)) == []
    assert listed(all=True) == ["xa-1"]
    assert listed(campaign=("xa-1",)) == ["xa-1"]


def test_a_sector_day_without_a_written_campaign_has_none(make_event):
    registry = registry_of(make_event(prominence=Prominence.SECTOR))

    assert editions_between(registry, date(2023, 7, 1), date(2023, 7, 31), Selection()) == []


def test_steps_are_told_by_role(make_event):
    registry = registry_of(make_event())
    july = date(2022, 6, 1), date(2022, 8, 31)

    field = steps_between(registry, *july, Selection(), (Role.FIELD,))
    design = steps_between(registry, *july, Selection(), (Role.DESIGN,))

    assert {step.on.isoformat() for _, step in field} == {"2022-07-24", "2022-07-27", "2022-07-29"}
    assert [(s.on, step_text(s)) for _, s in design] == [
        (date(2022, 7, 13), "Duyệt ma két, in băng rôn"),
        (date(2022, 7, 27), "Ngày Thương binh - Liệt sỹ"),
    ]


def test_the_edition_at_hand_is_the_running_one_then_the_next(make_event):
    registry = registry_of(make_event())

    assert edition_near(registry, "thuong-binh-liet-si", date(2022, 7, 28)).year == 2022
    assert edition_near(registry, "thuong-binh-liet-si", date(2022, 7, 29)).year == 2023


def test_an_unknown_campaign_is_named_with_the_nearest_id(make_event):
    registry = registry_of(make_event())

    with pytest.raises(UnknownCampaignError, match="did you mean 'thuong-binh-liet-si'"):
        edition_near(registry, "thuong-binh-liet-s", date(2023, 7, 1))
    with pytest.raises(UnknownCampaignError, match="does not run in 1946"):
        edition_in(registry, "thuong-binh-liet-si", 1946)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("D", Offset(0)),
        ("D-14", Offset(-14)),
        ("D+1", Offset(1)),
        ("quoc-khanh+1", Offset(1, "quoc-khanh")),
        ("doi-19-8-2", Offset(-2, "doi-19-8")),
        ("17/10/2023", date(2023, 10, 17)),
        ("21/7", SolarDay(21, 7)),
        ("10/3 âm lịch", LunarDay(10, 3)),
    ],
)
def test_days_of_a_campaign_are_read(text, when):
    assert parse_when(text, ("quoc-khanh", "doi-19-8")) == when


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("D14", InvalidCampaignDayError),
        ("quoc-khan+1", InvalidCampaignDayError),
        ("31/2/2023", InvalidDateError),
        ("31/6", InvalidDayRuleError),
        ("mai", InvalidDayRuleError),
    ],
)
def test_what_is_no_day_of_a_campaign_is_refused(text, error):
    with pytest.raises(error):
        parse_when(text, ("quoc-khanh",))


def test_who_follows_the_campaign_of_a_sector_s_day_is_told_its_steps(make_event):
    registry = registry_of(make_event(prominence=Prominence.SECTOR))
    chosen = Selection(campaign=("thuong-binh-liet-si",))

    found = steps_between(registry, date(2022, 7, 1), date(2022, 7, 31), chosen)

    assert [step.on.day for _, step in found] == [13, 24, 24, 27, 29]


def test_an_event_s_id_goes_on_standing_for_its_campaign_when_somebody_writes_one(make_event):
    event = make_event(campaigns=("den-on",))
    written = campaign(id="den-on", events=(event.id,), displays=(display(-1, 0),))
    registry = registry_of(event, campaigns=(written,))
    chosen = Selection(campaign=("thuong-binh-liet-si",))

    found = editions_between(registry, date(2023, 7, 1), date(2023, 7, 31), chosen)

    assert [edition.campaign.id for edition in found] == ["den-on"]


def test_only_what_nobody_else_needs_comes_down(make_event):
    first = make_event(id="mot", name="Một", on="30/4", founded="30/4/1975", kind=Kind.GREAT_DAY)
    second = make_event(id="hai", name="Hai", on="2/5", founded="2/5/1884")  # banners alone

    found = steps_between(
        registry_of(first, second), date(2024, 4, 25), date(2024, 5, 10), Selection()
    )

    assert [(s.on, step_text(s)) for _, s in found if s.kind is StepKind.TAKE_DOWN] == [
        (date(2024, 5, 2), "Hạ cờ Tổ quốc"),
        (date(2024, 5, 4), "Tháo dỡ băng rôn, khẩu hiệu"),
    ]


def test_what_another_province_needs_comes_down_all_the_same(make_event):
    def province(name, on):
        return make_event(
            id=name, name=name, on=on, founded=f"{on}/1963", region=name, kind=Kind.PROVINCE
        )

    registry = registry_of(province("quang-ninh", "30/10"), province("ha-noi", "1/11"))
    both = Selection(region=("quang-ninh", "ha-noi"))

    found = steps_between(registry, date(2023, 10, 25), date(2023, 11, 10), both)

    assert [s.on.day for _, s in found if s.kind is StepKind.TAKE_DOWN] == [1, 3]


def test_a_campaign_that_runs_once_for_years_is_listed_to_its_end(make_event):
    years = campaign(year=2021, start=date(2021, 1, 1), end=date(2025, 12, 31))
    registry = registry_of(make_event(), campaigns=(years,))

    found = editions_between(registry, date(2024, 3, 1), date(2024, 3, 31), Selection())

    assert [edition.campaign.id for edition in found] == ["dot-1"]


def test_steps_of_one_name_have_keys_of_their_own(make_event):
    def briefing(name, lead):
        return Milestone(name=name, kind=MilestoneKind.PRESS, on=Offset(-lead))

    three = campaign(
        events=("thuong-binh-liet-si",),
        milestones=(briefing("Họp báo", 9), briefing("Họp báo 2", 8), briefing("Họp báo", 7)),
    )

    edition = edition_of(three, {"thuong-binh-liet-si": make_event()}, 2023)

    keys = [step.key for step in edition.steps if step.kind is StepKind.MILESTONE]
    assert len(set(keys)) == 3


def test_a_province_s_campaign_is_found_by_kind_and_by_event(make_event):
    registry = registry_of(make_event(**QUANG_NINH))
    october = date(2023, 10, 1), date(2023, 10, 31)

    for chosen in (Selection(kind=(Kind.PROVINCE,)), Selection(event=("tinh-quang-ninh",))):
        found = editions_between(registry, *october, chosen)
        assert [edition.campaign.id for edition in found] == ["tinh-quang-ninh"]


def test_the_page_of_a_campaign_whose_event_is_over_has_its_last_edition(make_event):
    registry = registry_of(make_event(valid_until=date(2019, 12, 31)))

    assert edition_near(registry, "thuong-binh-liet-si", date(2026, 11, 22)).year == 2019
