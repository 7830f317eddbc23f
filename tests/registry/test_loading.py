"""A good registry file becomes typed values; later files add to it and override it."""

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli
from calendar_service.core.dates import Month, PartialDate
from calendar_service.core.days import FloatingDay, LunarDay, SolarDay
from calendar_service.core.model import (
    Alternative,
    Announcement,
    Event,
    FormerName,
    Group,
    Kind,
    Observed,
    Prominence,
    Source,
)
from calendar_service.core.occurrences import list_month, occurrences_of
from calendar_service.core.selection import Selection
from calendar_service.registry.loader import load_registry

SHIPPED = Path(__file__).parents[2] / "events.yaml"

FULL = """\
events:
  - id: giai-phong-khu-mo
    name: Ngày Giải phóng
      Khu mỏ
    name_en: Liberation of the Mining Area
    aliases:
      - Giải phóng Hồng Quảng
      - "Ngày  Giải phóng vùng mỏ"
    founded: 25/4/1955
    on: 24/4
    ends: 26/4
    counted_from: >-
      Đếm từ ngày bộ đội
      vào thị xã.
    kind: history
    region: quang-ninh
    prominence: core
    group: national
    observed: every-5
    valid_from: 25/4/1956
    valid_until: 31/12/2050
    renamed:
      - {until: 1/1/1960, name: Ngày cũ, name_en: Old day}
      - {until: 12/1970, name: Ngày sau}
    alternatives:
      - {founded: 1954, who: báo cũ, sources: [{title: Báo, url: "https://bao.vn/1"}]}
      - {founded: 4/1955, who: huyện}
    formerly: [khu-mo]
    round_by: calendar-year
    note: Người lính Pháp cuối cùng rời Hòn Gai.
    sources:
      - {title: Quyết định, number: 12/QĐ-TTg, date: 8/7/1975, url: "https://quangninh.gov.vn/1"}
      - {title: Báo, url: https://baoquangninh.vn/2}
    changed: 2026-11-22
"""

# Thông báo 5034/TB-LĐTBXH and the swap of 2026, as the press had them.
LEAVES = """\
events:
  - id: nghi-quoc-khanh
    name: Nghỉ Quốc khánh
    on: 2/9
    kind: day-off
    announced:
      - on: 1/9/2023
        ends: 4/9/2023
        compensatory: [4/9/2023]
        sources: [{title: Thông báo, number: 5034/TB-LĐTBXH, date: 29/11/2022}]
      - on: 31/8/2026
        ends: 2/9/2026
        swaps: [{off: 31/8/2026, worked: 22/8/2026}]
        sources: [{title: Báo, url: "https://bao.vn/2"}]
    sources: [{title: Bộ luật Lao động, number: 45/2019/QH14}]
    changed: 23/11/2026
"""

SHORT = """\
events:
  - id: thuong-binh-liet-si
    name: Ngày Thương binh - Liệt sỹ
    founded: 27/7/1947
    kind: tradition
    sources: [{title: Chỉ thị, number: 223/CT-TW}]
    changed: 1/2/2025
"""


@pytest.fixture
def load(tmp_path):
    def load_texts(*texts):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"{number}.yaml")
            paths[-1].write_text(text, encoding="utf-8")
        return load_registry(paths)

    return load_texts


def short_with(lines):
    return SHORT + f"    {lines}\n"


def test_every_key_becomes_a_typed_value(load):
    [event] = load(FULL).events

    assert event == Event(
        id="giai-phong-khu-mo",
        name="Ngày Giải phóng Khu mỏ",
        name_en="Liberation of the Mining Area",
        aliases=("Giải phóng Hồng Quảng", "Ngày Giải phóng vùng mỏ"),
        kind=Kind.HISTORY,
        prominence=Prominence.CORE,
        group=Group.NATIONAL,
        region="quang-ninh",
        day=SolarDay(24, 4),
        ends=SolarDay(26, 4),
        founded=PartialDate(1955, 4, 25),
        counted_from="Đếm từ ngày bộ đội vào thị xã.",
        observed=Observed.EVERY_5,
        valid_from=date(1956, 4, 25),
        valid_until=date(2050, 12, 31),
        former_names=(
            FormerName(name="Ngày cũ", name_en="Old day", until=date(1960, 1, 1)),
            FormerName(name="Ngày sau", name_en=None, until=date(1970, 12, 31)),
        ),
        alternatives=(
            Alternative(
                founded=PartialDate(1954),
                who="báo cũ",
                sources=(Source(title="Báo", url="https://bao.vn/1"),),
            ),
            Alternative(founded=PartialDate(1955, 4), who="huyện"),
        ),
        formerly=("khu-mo",),
        round_by_calendar_year=True,
        note="Người lính Pháp cuối cùng rời Hòn Gai.",
        sources=(
            Source(
                title="Quyết định",
                number="12/QĐ-TTg",
                dated=date(1975, 7, 8),
                url="https://quangninh.gov.vn/1",
            ),
            Source(title="Báo", url="https://baoquangninh.vn/2"),
        ),
        changed=date(2026, 11, 22),
    )


def test_keys_left_out_take_their_defaults_and_the_day_that_of_the_founding(load):
    [event] = load(SHORT).events

    assert event == Event(
        id="thuong-binh-liet-si",
        name="Ngày Thương binh - Liệt sỹ",
        name_en=None,
        aliases=(),
        kind=Kind.TRADITION,
        prominence=Prominence.REFERENCE,
        group=Group.NATIONAL,
        region=None,
        day=SolarDay(27, 7),
        ends=None,
        founded=PartialDate(1947, 7, 27),
        counted_from=None,
        observed=Observed.EVERY_YEAR,
        valid_from=None,
        valid_until=None,
        former_names=(),
        round_by_calendar_year=False,
        note=None,
        sources=(Source(title="Chỉ thị", number="223/CT-TW", dated=None, url=None),),
        changed=date(2025, 2, 1),
    )


def test_days_off_follow_their_announcement_in_its_year(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(LEAVES, encoding="utf-8")

    event = load_registry([path]).events[0]

    assert event.announced[1] == Announcement(
        on=date(2026, 8, 31),
        ends=date(2026, 9, 2),
        compensatory=(),
        swaps=((date(2026, 8, 31), date(2026, 8, 22)),),
        sources=(Source(title="Báo", url="https://bao.vn/2"),),
    )
    found = [(o.on, o.ends, o.sources[0].title) for o in occurrences_of(event, 2023, 2027)]
    assert found == [
        (date(2023, 9, 1), date(2023, 9, 4), "Thông báo"),
        (date(2024, 9, 2), None, "Bộ luật Lao động"),
        (date(2025, 9, 2), None, "Bộ luật Lao động"),
        (date(2026, 8, 31), date(2026, 9, 2), "Báo"),
        (date(2027, 9, 2), None, "Bộ luật Lao động"),
    ]


def test_days_off_that_begin_a_month_early_stand_in_the_list_of_that_month(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(LEAVES, encoding="utf-8")
    events = load_registry([path]).events

    august = list_month(events, Month(2026, 8), Selection(all=True))
    september = list_month(events, Month(2026, 9), Selection(all=True))

    assert [item.on for item in august.items] == [date(2026, 8, 31)]
    assert september.items == ()


def test_leave_for_the_first_of_january_may_begin_in_the_year_before(make_event):
    # Of 2019: Monday 31/12/2018 was off, and Saturday 5/1/2019 was worked instead.
    told = [
        Announcement(on=on, ends=ends, sources=(Source(title="Thông báo 3238/TB-LĐTBXH"),))
        for on, ends in (
            (date(2018, 1, 1), date(2018, 1, 1)),
            (date(2018, 12, 31), date(2019, 1, 1)),
        )
    ]
    event = make_event("1/1", None, kind=Kind.DAY_OFF, announced=tuple(told))

    found = [(o.on, o.ends, o.cycle_year) for o in occurrences_of(event, 2018, 2020)]
    assert found == [
        (date(2018, 1, 1), None, 2018),
        (date(2018, 12, 31), date(2019, 1, 1), 2019),
        (date(2020, 1, 1), None, 2020),
    ]


def test_an_announced_day_keeps_the_count_of_its_year(make_event):
    # Giờ Trái đất 2024 was on 23 March, which is not the last Saturday.
    told = Announcement(
        on=date(2024, 3, 23), ends=date(2024, 3, 23), sources=(Source(title="WWF"),)
    )
    event = make_event(
        "last Saturday of March", "2007", announced=(told,), valid_from=date(2025, 1, 1)
    )

    found = [(o.on, o.ends, o.years) for o in occurrences_of(event, 2023, 2025)]
    assert found == [(date(2024, 3, 23), None, 17), (date(2025, 3, 29), None, 18)]


def test_an_id_that_became_part_of_another_entry_still_finds_it(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(FULL, encoding="utf-8")
    registry = load_registry([path])

    assert registry.event("khu-mo").id == "giai-phong-khu-mo"
    assert Selection(event=("khu-mo",)).holds_event(registry.events[0])
    assert not Selection(event=("khu",)).holds_event(registry.events[0])


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("27/7", SolarDay(27, 7)),
        ("07/05", SolarDay(7, 5)),
        ("29/2", SolarDay(29, 2)),
        ("10/3 âm lịch", LunarDay(10, 3)),
        ("30/12 âm lịch", LunarDay(30, 12)),
        ("giao thừa", LunarDay(30, 12)),
        ("Giao thừa", LunarDay(30, 12)),
        ("last day of 7 âm lịch", LunarDay(30, 7)),
        ("second Sunday of May", FloatingDay(2, 6, 5)),
        ("first Saturday of July", FloatingDay(1, 5, 7)),
        ("last Friday of March", FloatingDay(-1, 4, 3)),
    ],
)
def test_a_day_is_read_in_each_of_its_forms(load, text, rule):
    [event] = load(short_with(f"on: {text}")).events

    assert event.day == rule


@pytest.mark.parametrize(
    ("text", "founded"),
    [
        ("27/7/1947", PartialDate(1947, 7, 27)),
        ("7/1947", PartialDate(1947, 7)),
        ("1947", PartialDate(1947)),
        ("40", PartialDate(40)),
        ("29/2/1944", PartialDate(1944, 2, 29)),
    ],
)
def test_a_founding_is_as_precise_as_it_is_written(load, text, founded):
    [event] = load(SHORT.replace("27/7/1947", text) + "    on: 1/8\n").events

    assert event.founded == founded
    assert event.day == SolarDay(1, 8)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", date(2022, 1, 1), date(2022, 12, 31)),
        ("2/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("12/2022", date(2022, 12, 1), date(2022, 12, 31)),
        ("5/6/2022", date(2022, 6, 5), date(2022, 6, 5)),
    ],
)
def test_validity_takes_the_first_and_the_last_day_of_what_is_written(load, text, first, last):
    [event] = load(short_with(f"valid_from: {text}\n    valid_until: {text}")).events

    assert (event.valid_from, event.valid_until) == (first, last)


def test_a_lunar_span_and_a_lunar_founding_are_read(load):
    [event] = load(
        SHORT.replace("27/7/1947", "1969") + "    on: giao thừa\n    ends: 30/12 âm lịch\n"
    ).events

    assert event.is_lunar
    assert event.ends == LunarDay(30, 12)
    assert event.founded == PartialDate(1969)


@pytest.mark.parametrize(
    ("lines", "group"),
    [
        ("prominence: core", Group.NATIONAL),
        ("prominence: sector", Group.SECTOR),
        ("prominence: core\n    group: sector", Group.SECTOR),
        ("region: quang-ninh", Group.REGION),
        ("region: ha-nam\n    prominence: sector", Group.REGION),
    ],
)
def test_an_event_stands_in_the_block_that_its_keys_imply(load, lines, group):
    [event] = load(short_with(lines)).events

    assert event.group is group


def test_an_international_event_stands_in_the_international_block(load):
    [event] = load(SHORT.replace("tradition", "international")).events

    assert event.group is Group.INTERNATIONAL


def test_texts_that_yaml_takes_for_other_types_stay_texts(load):
    text = SHORT.replace("title: Chỉ thị, number: 223/CT-TW", "title: yes, number: 0123")

    [event] = load(text.replace("Ngày Thương binh - Liệt sỹ", "12:30")).events

    assert event.name == "12:30"
    assert event.sources == (Source(title="yes", number="0123"),)


def test_a_byte_order_mark_and_windows_line_ends_are_tolerated(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())

    [event] = load_registry([path]).events

    assert event.name == "Ngày Thương binh - Liệt sỹ"


def test_a_later_file_adds_events_behind_the_earlier_ones(load):
    registry = load(SHORT, FULL)

    assert [event.id for event in registry.events] == ["thuong-binh-liet-si", "giai-phong-khu-mo"]
    assert registry.changed == date(2026, 11, 22)


def test_a_later_file_overrides_key_by_key_and_keeps_the_others(load):
    later = (
        "events:\n  - {id: thuong-binh-liet-si, on: 28/7, prominence: core, changed: 5/6/2026}\n"
    )

    registry = load(SHORT, later)

    [event] = registry.events
    assert event.day == SolarDay(28, 7)
    assert event.prominence is Prominence.CORE
    assert event.changed == registry.changed == date(2026, 6, 5)
    assert event.name == "Ngày Thương binh - Liệt sỹ"
    assert event.founded == PartialDate(1947, 7, 27)


def test_the_last_of_three_files_prevails(load):
    override = "events: [{id: thuong-binh-liet-si, name: Ngày %s}]"

    registry = load(SHORT, override % "hai", override % "ba")

    assert [event.name for event in registry.events] == ["Ngày ba"]


def test_an_overriding_list_replaces_the_earlier_list_whole(load):
    later = "events: [{id: giai-phong-khu-mo, aliases: [Vùng mỏ]}]"

    [event] = load(FULL, later).events

    assert event.aliases == ("Vùng mỏ",)


def test_a_later_file_may_mend_what_an_earlier_one_lacks(load):
    lacking = SHORT.replace("    kind: tradition\n", "")

    [event] = load(lacking, "events: [{id: thuong-binh-liet-si, kind: history}]").events

    assert event.kind is Kind.HISTORY


def test_two_events_may_bear_one_name_on_different_days_or_in_different_regions(load):
    second = SHORT.replace("thuong-binh-liet-si", "hai").replace("27/7/1947", "28/7/1947")
    third = SHORT.replace("thuong-binh-liet-si", "ba") + "    region: quang-ninh\n"

    registry = load(SHORT, second, third)

    assert [event.id for event in registry.events] == ["thuong-binh-liet-si", "hai", "ba"]


def test_the_version_is_equal_for_equal_bytes(load):
    first, second = load(SHORT, FULL), load(SHORT, FULL)

    assert first.version == second.version
    assert re.fullmatch("[0-9a-f]{16}", first.version)


def test_the_version_does_not_depend_on_where_the_file_stands(tmp_path):
    here, there = tmp_path / "here.yaml", tmp_path / "there.yaml"
    here.write_text(SHORT, encoding="utf-8")
    there.write_text(SHORT, encoding="utf-8")

    assert load_registry([here]).version == load_registry([there]).version


@pytest.mark.parametrize("change", [SHORT + "\n", SHORT + "# a comment\n", FULL])
def test_the_version_changes_with_the_bytes(load, change):
    assert load(SHORT).version != load(change).version


def test_the_version_changes_with_the_order_of_the_files(load):
    assert load(SHORT, FULL).version != load(FULL, SHORT).version


@pytest.fixture(scope="module")
def events(shipped):
    return {event.id: event for event in shipped.events}


def test_the_shipped_registry_holds_at_least_200_events(events):
    assert len(events) >= 200


@pytest.mark.parametrize(
    "event_id",
    [
        "tet-nguyen-dan",
        "gio-to-hung-vuong",
        "vu-lan",
        "tet-trung-thu",
        "ong-cong-ong-tao",
        "thuong-binh-liet-si",
        "cong-doan-viet-nam",
        "quoc-khanh",
        "cach-mang-thang-tam",
        "chien-thang-dien-bien-phu",
        "giai-phong-mien-nam",
        "sinh-chu-tich-ho-chi-minh",
        "thanh-lap-dang",
        "tinh-quang-ninh",
    ],
)
def test_the_shipped_registry_holds_the_ids_that_others_rely_on(events, event_id):
    assert event_id in events


@pytest.mark.parametrize(
    ("event_id", "day", "founded"),
    [
        # Nghị định 145/2013/NĐ-CP điều 4: the great days; 19/8 and 2/9 are one of the seven
        ("tet-nguyen-dan", LunarDay(1, 1), None),
        ("thanh-lap-dang", SolarDay(3, 2), PartialDate(1930, 2, 3)),
        ("gio-to-hung-vuong", LunarDay(10, 3), None),
        ("giai-phong-mien-nam", SolarDay(30, 4), PartialDate(1975, 4, 30)),
        ("chien-thang-dien-bien-phu", SolarDay(7, 5), PartialDate(1954, 5, 7)),
        ("sinh-chu-tich-ho-chi-minh", SolarDay(19, 5), PartialDate(1890, 5, 19)),
        ("cach-mang-thang-tam", SolarDay(19, 8), PartialDate(1945, 8, 19)),
        ("quoc-khanh", SolarDay(2, 9), PartialDate(1945, 9, 2)),
    ],
)
def test_the_great_days_of_the_decree_stand_on_their_dates(events, event_id, day, founded):
    event = events[event_id]

    assert (event.kind, event.day, event.founded) == (Kind.GREAT_DAY, day, founded)


def test_no_other_event_is_a_great_day(events):
    great = [event.id for event in events.values() if event.kind is Kind.GREAT_DAY]

    assert sorted(great) == [
        "cach-mang-thang-tam",
        "chien-thang-dien-bien-phu",
        "giai-phong-mien-nam",
        "gio-to-hung-vuong",
        "quoc-khanh",
        "sinh-chu-tich-ho-chi-minh",
        "tet-nguyen-dan",
        "thanh-lap-dang",
    ]


@pytest.mark.parametrize(
    ("event_id", "day", "founded"),
    [
        ("thuong-binh-liet-si", SolarDay(27, 7), PartialDate(1947, 7, 27)),
        ("cong-doan-viet-nam", SolarDay(28, 7), PartialDate(1929, 7, 28)),
        ("tinh-quang-ninh", SolarDay(30, 10), PartialDate(1963, 10, 30)),
        ("vu-lan", LunarDay(15, 7), None),
        ("tet-trung-thu", LunarDay(15, 8), None),
        ("ong-cong-ong-tao", LunarDay(23, 12), None),
    ],
)
def test_other_days_that_others_rely_on_stand_on_their_dates(events, event_id, day, founded):
    assert (events[event_id].day, events[event_id].founded) == (day, founded)


def test_gio_to_counts_its_class_by_the_calendar_year(events):
    assert events["gio-to-hung-vuong"].round_by_calendar_year


def test_stats_counts_by_month_kind_prominence_region_and_source(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(FULL + SHORT.removeprefix("events:\n"), encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "stats", str(path)])

    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[:-4] == [
        ["events", "2"],
        ["lunar", "0"],
        ["campaigns", "0"],
        [],
        ["month"],
        ["04", "1"],
        ["07", "1"],
        [],
        ["kind"],
        ["history", "1"],
        ["tradition", "1"],
        [],
        ["prominence"],
        ["core", "1"],
        ["reference", "1"],
        [],
        ["region"],
        ["(national)", "1"],
        ["quang-ninh", "1"],
        [],
        ["source"],
        ["document", "2"],
    ]
    assert lines[-4:-2] == [[], ["gaps"]]
    days, provinces = lines[-2:]
    assert days[:3] == ["days", "364", "1/1"]  # all but two of a leap year
    assert provinces[:4] == ["provinces", "<", "3", "34"]


def test_stats_puts_a_lunar_event_in_the_gregorian_month_of_2025(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(SHORT.replace("founded: 27/7/1947", "on: 10/3 âm lịch"), encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "stats", str(path)])

    # 10/3 âm lịch of 2025 is 7/4/2025
    assert ["04", "1"] in [line.split() for line in result.stdout.splitlines()]


def test_the_shipped_registry_validates():
    result = CliRunner().invoke(cli, ["registry", "validate", str(SHIPPED)])

    assert result.exit_code == 0
    assert result.stdout.endswith(" campaigns, no faults\n")
