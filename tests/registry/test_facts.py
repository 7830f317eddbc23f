"""Facts that contradict each other are faults, named where they stand."""

from datetime import date

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli
from calendar_service.errors import RegistryError
from calendar_service.registry.loader import load_registry

# The lines are counted by hand; the numbers are comments of the file itself.
GOOD = """\
events:                                               # 1
  - id: sinh-truong-chinh                             # 2
    name: Ngày sinh đồng chí Trường Chinh             # 3
    founded: 9/2/1907                                 # 4
    kind: birth                                       # 5
    note: Nêu trong 110 năm (09/02/1907 - 09/02/2017) # 6
    counted_from: Chủ nhật, 06/01/1946                # 7
    sources:                                          # 8
      - {title: A, number: 1/QĐ, date: 9/2/2007}      # 9
    changed: 22/11/2026                               # 10
  - id: mat-truong-chinh                              # 11
    name: Ngày mất Tổng Bí thư Trường Chinh           # 12
    founded: 30/9/1988                                # 13
    kind: death                                       # 14
    note: 10/3 âm lịch, tức ngày 07/4/2025            # 15
    sources: [{title: A, number: 1/QĐ}]               # 16
    changed: 22/11/2026                               # 17
  - id: liet-si                                       # 18
    name: Ngày tưởng niệm liệt sỹ Gạc Ma              # 19
    on: 9/2                                           # 20
    kind: tradition                                   # 21
    sources: [{title: A, number: 1/QĐ}]               # 22
    changed: 22/11/2026                               # 23
"""
FAULTS = [
    ("count", "110 năm (", "111 năm (", 6, "says 111, but 09/02/1907 to 09/02/2017 is 110"),
    ("weekday", "Chủ nhật, 06", "Thứ Hai, 06", 7, "06/01/1946 is Chủ nhật, not Thứ Hai"),
    ("lunar day", "10/3 âm lịch", "11/3 âm lịch", 15, "07/4/2025 is 10/3 âm lịch, not 11/3"),
    ("old source", "date: 9/2/2007", "date: 9/2/1905", 8, "newest source is of 09/02/1905"),
    ("to come", "founded: 30/9/1988 ", "founded: 30/9/2027 ", 13, "lies after 'changed'"),
    ("too old", "founded: 9/2/1907  ", "founded: 9/2/1807  ", 11, "makes 181 years"),
    ("died first", "founded: 30/9/1988 ", "founded: 30/9/1887 ", 11, "makes -20 years"),
    ("mixed", "tưởng niệm liệt sỹ", "liệt sĩ, Liệt sỹ  ", 19, "both sỹ and sĩ"),
    ("no marks", "Ngày mất Tổng", "Ngay mất Tổng", 12, "'Ngay' in"),
    ("twin", "Ngày tưởng niệm liệt sỹ Gạc Ma", "Sinh nhật đồng chí Trường Chinh", 18,
     "looks like 'sinh-truong-chinh'"),
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.yaml"


@pytest.mark.parametrize(
    ("old", "new", "line", "found"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_wrong_fact_is_named_once_at_its_line(path, old, new, line, found):
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry([path], thorough=True)

    assert [fault.line for fault in caught.value.faults] == [line]
    assert found in caught.value.faults[0].message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(09/02/1907 - 09/02/2017)", "(1907 - 2017)"),  # as precise as it is known
        ("date: 9/2/2007", "date: 1/3/1906"),  # what orders a founding comes before it
        ("    on: 9/2    ", "    on: 10/2   "),
        ("liệt sỹ Gạc Ma", "Liệt sỹ, bác sĩ"),
        ("110 năm (", "20 năm ngày mất và 110 năm ngày sinh ("),
    ],
)
def test_what_agrees_is_let_pass(path, old, new):
    text = GOOD.replace(old, new)
    assert text != GOOD
    path.write_text(text, encoding="utf-8")

    assert len(load_registry([path], thorough=True).events) == 3


def test_twins_in_two_provinces_are_two_events(path):
    text = GOOD.replace("Ngày tưởng niệm liệt sỹ Gạc Ma", "Sinh nhật đồng chí Trường Chinh")
    path.write_text(text + "    region: quang-ninh\n", encoding="utf-8")

    assert len(load_registry([path], thorough=True).events) == 3


def test_what_only_looks_wrong_keeps_no_service_from_starting(path):
    path.write_text(GOOD.replace("110 năm (", "111 năm ("), encoding="utf-8")

    assert len(load_registry([path]).events) == 3


def test_names_that_differ_by_a_number_alone_are_two_events(path):
    text = GOOD.replace(
        "Ngày tưởng niệm liệt sỹ Gạc Ma", "Ngày truyền thống Quân đoàn bộ binh số 3"
    )
    twin = text.replace(
        "Ngày sinh đồng chí Trường Chinh", "Ngày truyền thống Quân đoàn bộ binh số 4"
    )
    path.write_text(twin, encoding="utf-8")

    assert len(load_registry([path], thorough=True).events) == 3


def test_validate_holds_the_facts_against_each_other(path):
    path.write_text(GOOD.replace("110 năm (", "111 năm ("), encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "validate", str(path)])

    assert result.exit_code == 1
    assert f"{path}:6: " in result.stdout


@pytest.mark.parametrize("number", ["I", "IV", "2"])
def test_events_of_one_day_that_differ_by_their_number_are_two(path, number):
    # The Party's congresses I and V both opened on 27 March.
    text = GOOD.replace(
        "Ngày tưởng niệm liệt sỹ Gạc Ma", f"Ngày sinh đồng chí Trường Chinh {number}"
    )
    path.write_text(text, encoding="utf-8")

    load_registry([path], thorough=True)


def test_facts_are_told_together_with_faults_of_form(path):
    text = GOOD.replace("Ngày mất Tổng", "Ngay mất Tổng").replace(
        "    note: 10/3 âm lịch, tức", "    nte: 10/3 âm lịch, tức"
    )
    path.write_text(text.replace("tưởng niệm liệt sỹ", "liệt sĩ, Liệt sỹ"), encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry([path], thorough=True)

    found = [(fault.line, fault.message) for fault in caught.value.faults]
    assert [line for line, _ in found] == [12, 15, 19]
    assert "lacks its marks" in found[0][1]
    assert "unknown key 'nte'" in found[1][1]
    assert "both sỹ and sĩ" in found[2][1]


def test_an_entry_whose_place_is_not_known_is_no_twin(path):
    text = GOOD.replace("Ngày tưởng niệm liệt sỹ Gạc Ma", "Sinh nhật đồng chí Trường Chinh")
    path.write_text(text + "    region: quang-nin\n", encoding="utf-8")

    with pytest.raises(RegistryError, match="unknown region") as caught:
        load_registry([path], thorough=True)

    assert len(caught.value.faults) == 1


CAMPAIGNS = """\
campaigns:                                            # 24
  - id: mot                                           # 25
    title: Thi                                        # 26
    events: [{event}]
    kind: x                                           # 28
    sources: [{{title: A, number: 1/QĐ}}]             # 29
    changed: 22/11/2026                               # 30
"""


@pytest.mark.parametrize(("event", "lines"), [("liet-si", [5, 28]), ("mat-truong-chinh", [5, 28]),
                                              ("sinh-truong-chinh", [5])])  # fmt: skip
def test_only_a_campaign_of_a_faulty_event_waits_for_it_to_be_mended(path, event, lines):
    text = GOOD.replace("kind: birth", "kind: brth") + CAMPAIGNS.format(event=event)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RegistryError) as caught:
        load_registry([path])

    assert [fault.line for fault in caught.value.faults] == lines


def test_a_change_that_is_still_to_come_is_a_fault_for_editors_alone(path):
    text = GOOD + CAMPAIGNS.format(event="liet-si").replace("    kind: x ", "    note: x ")
    path.write_text(text.replace("22/11/2026  ", "23/11/2026  "), encoding="utf-8")

    assert len(load_registry([path], thorough=True, today=date(2026, 11, 23)).events) == 3
    with pytest.raises(RegistryError) as caught:
        load_registry([path], thorough=True, today=date(2026, 11, 22))

    assert [fault.line for fault in caught.value.faults] == [10, 17, 23, 30]
    assert "changed: 23/11/2026 is still to come" in caught.value.faults[0].message
    assert len(load_registry([path]).events) == 3


def test_a_clock_that_is_behind_makes_no_fault_of_every_entry(path):
    event = GOOD.partition("  - id: mat")[2].partition("  - id: liet")[0]
    copies = [f"  - id: mat-{n}{event}".replace("Chinh  ", f"Chinh {n}") for n in range(21)]
    path.write_text("events:\n" + "".join(copies).replace("-truong-chinh", ""), encoding="utf-8")

    assert len(load_registry([path], thorough=True, today=date(2020, 1, 1)).events) == 21


def test_validate_looks_at_the_clock(path):
    path.write_text(GOOD.replace("22/11/2026 ", "22/11/2096 ", 1), encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "validate", str(path)])

    assert result.exit_code == 1
    assert f"{path}:10: changed: 22/11/2096 is still to come" in result.stdout
