"""Every fault of a registry file is named with file, line and remedy, and only once."""

import os
import random

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli
from calendar_service.errors import RegistryError
from calendar_service.registry.loader import load_registry

# The lines are counted by hand; the numbers are comments of the file itself.
GOOD = """\
events:                                             # 1
  - id: thuong-binh-liet-si                         # 2
    name: Ngày Thương binh - Liệt sỹ                # 3
    founded: 27/7/1947                              # 4
    on: 27/7                                        # 5
    kind: tradition                                 # 6
    prominence: core                                # 7
    sources:                                        # 8
      - {title: Chỉ thị 223, number: 223/CT-TW}     # 9
    changed: 22/11/2026                             # 10
  - id: gio-to-hung-vuong                           # 11
    name: Ngày Giỗ Tổ Hùng Vương                    # 12
    aliases: [Giỗ Tổ Hùng Vương]                    # 13
    on: 10/3 âm lịch                                # 14
    kind: great-day                                 # 15
    sources:                                        # 16
      - title: Nghị định 145                        # 17
        url: https://vanban.chinhphu.vn/145         # 18
    changed: 22/11/2026                             # 19
"""


def leave(**given: str) -> str:
    """Return a table of days off with one row, Tết 2023 but for what is *given*."""
    row = {"on": "20/1/2023", "ends": "26/1/2023"}
    row["sources"] = "[{title: Thông báo, number: 5034/TB-LĐTBXH}]"
    values = ", ".join(f"{key}: {value}" for key, value in (row | given).items())
    return f"kind: great-day\n    announced:\n      - {{{values}}}"


def day_off(**given: str) -> str:
    return leave(**given).replace("great-day", "day-off")


# (what is wrong, the words of GOOD to replace, by what, the fault's line, its words)
FAULTS = [
    # The form of the file
    ("tab", "    kind: tradition", "\tkind: tradition", 6, "not YAML", "mend the indent"),
    ("indent", "    kind: tradition", "   kind: tradition", 6, "not YAML", "mend the indent"),
    ("no colon", "name: Ngày Th", "name Ngày Th", 3, "not YAML", "mend the indent"),
    ("open quote", "name: Ngày Th", 'name: "Ngày Th', 3, "not YAML", "quotes"),
    ("open bracket", "Vương]", "Vương", 13, "not YAML", "brackets here"),
    ("colon in a text", "Ngày Thương", "Ngày: Thương", 3, "not YAML", "quotes"),
    ("undefined alias", "Ngày Thương", "*Thuong", 3, "undefined alias", "in quotes"),
    ("second document", "  - id: gio", "---\n  - id: gio", 11, "another document", "delete"),
    ("control character", "Ngày Thương", "Ngày\x07Thương", 3, "U+0007", "delete it"),
    ("escaped control", "Ngày Giỗ Tổ Hùng Vương  ", r'"Giỗ\0Tổ"', 12, "U+0000", "delete it"),
    ("NFD", "Thương binh", "Thu\u031bo\u031bng binh", 3, "Unicode NFC", "save it as NFC"),
    # Blocks and keys
    ("unknown top key", "events: ", "evnts: ", 1, "unknown key 'evnts'", "did you mean 'events'?"),
    ("strange top key", "events: ", "a: 1\nevents: ", 1, "'a'", "'campaigns' stand here"),
    ("list of texts", "  - id: thuong", "  - x\n  - id: thuong", 2, "block of keys", "'- id: …'"),
    ("unknown key", "kind: tr", "knd: tr", 6, "unknown key 'knd'", "did you mean 'kind'?"),
    ("strange key", "kind: tr", "zz: 1\n    kind: tr", 6, "unknown key 'zz'", "allowed: id, name,"),
    ("misspelt day", "on: 10", "onn: 10", 14, "unknown key 'onn'", "did you mean 'on'?"),
    ("key twice", "on: 27/7 ", "kind: birth ", 6, "'kind' is already on line 5", "keep one"),
    ("empty value", "on: 27/7 ", "note: ", 5, "'note' holds nothing", "leave the key out"),
    ("null", "on: 27/7 ", "note: ~ ", 5, "'note' holds nothing", "leave the key out"),
    ("list for a text", "on: 27/7 ", "note: [x] ", 5, "'note' holds a list", "write one text"),
    ("block for a text", "on: 27/7 ", "note: {x: y} ", 5, "'note' holds a block", "write one text"),
    ("deep", "on: 27/7 ", "note: [[[[[[[x]]]]]]] ", 2, "nested too deeply", "write plain values"),
    ("value that holds itself", "on: 27/7 ", "note: &n [*n] ", 2, "holds itself", "plain values"),
    ("event that holds itself", "- id: t", "- &e\n    note: *e\n    id: t", 2, "itself", "plain"),
    # Id and name
    ("missing id", "id: gio-to-hung-vuong", "note: x", 11, "has no 'id'", "such as thuong-binh"),
    ("empty id", "gio-to-hung-vuong  ", "", 11, "'id' holds nothing", "such as thuong-binh"),
    ("bad id", "gio-to-hung-vuong  ", "Giỗ Tổ  ", 11, "'Giỗ Tổ' is no id", "joined by '-'"),
    ("id twice", "gio-to-hung-vuong", "thuong-binh-liet-si", 11, "taken on line 2", "another id"),
    ("id twice, below", "id: gio-to-hung-vuong", "note: x\n    id: thuong-binh-liet-si", 12,
     "taken on line 2", "another id"),
    ("missing name", "name: Ngày Giỗ", "note: Ngày Giỗ", 11, "has no 'name'", "after 'N năm'"),
    ("empty name", "Ngày Giỗ Tổ Hùng Vương", "", 12, "'name' holds nothing", "after 'N năm'"),
    ("count", "name: Ngày Th", "name: 76 năm Ngày Th", 3, "holds the count", "what follows"),
    ("kỷ niệm", "name: Ngày Th", "name: Kỷ niệm 76 năm Ngày Th", 3, "the count", "what follows"),
    # Words from a list
    ("missing kind", "kind: tr", "note: tr", 2, "has no 'kind'", "give one of great-day, founding"),
    ("unknown kind", "tradition", "tradtion", 6, "kind 'tradtion'", "did you mean 'tradition'?"),
    ("prominence", "core", "corr", 7, "unknown prominence 'corr'", "allowed: core, sector,"),
    ("observed", "prominence: core", "observed: every-3", 7, "observed 'every-3'", "every-year, e"),
    ("group", "prominence: core", "group: nation", 7, "group 'nation'", "did you mean 'national'?"),
    ("region", "prominence: core", "region: quang-nin", 7, "'quang-nin'", "mean 'quang-ninh'?"),
    ("strange region", "prominence: core", "region: X", 7, "unknown region 'X'", "such as quang-n"),
    ("round_by", "prominence: core", "round_by: moon", 7, "round_by 'moon'", "calendar-year"),
    # Days
    ("no day", "on: 10/3 âm lịch", "note: x", 11, "has no day", "give 'founded: 27/7/1947'"),
    ("month only", "on: 10/3 âm lịch", "founded: 7/1947", 14, "not known to the day", "add 'on:"),
    ("year only", "on: 10/3 âm lịch", "founded: 1947", 14, "not known to the day", "add 'on:"),
    ("31/4", "on: 27/7", "on: 31/4", 5, "'31/4'", "month 4 has days from 1 to 30"),
    ("31/4/1947", "27/7/1947", "31/4/1947", 4, "founded: '31/4/1947'", "give a day that exists"),
    ("29/2/1947", "27/7/1947", "29/2/1947", 4, "month 2 of 1947", "give a day that exists"),
    ("ISO date", "27/7/1947", "1947-07-27", 4, "founded: '1947-07-27'", "write it day first"),
    ("two digits", "27/7/1947", "27/7/47", 4, "'27/7/47'", "write the year in full"),
    ("month 13", "27/7/1947", "27/13/1947", 4, "'27/13/1947'", "month must be from 1 to 12"),
    ("rule of month 13", "on: 27/7", "on: 27/13", 5, "on: '27/13'", "month must be from 1 to 12"),
    ("year 2101", "27/7/1947", "27/7/2101", 4, "'27/7/2101'", "year must be from 1 to 2100"),
    ("lunar day 31", "10/3 âm", "31/3 âm", 14, "'31/3 âm lịch'", "has at most 30 days"),
    ("lunar month 13", "10/3 âm", "10/13 âm", 14, "'10/13 âm lịch'", "lunar month is from 1 to 12"),
    ("last of 13", "10/3 âm", "last day of 13 âm", 14, "last day of 13", "is from 1 to 12"),
    ("nonsense", "on: 27/7", "on: cuối tháng", 5, "'cuối tháng'", "write it as 27/7, '10/3 âm"),
    ("ordinal", "on: 27/7", "on: fifth Sunday of May", 5, "'fifth' must be", "first, second, "),
    ("weekday", "on: 27/7", "on: first Sonntag of May", 5, "'sonntag' must be", "monday, tuesday,"),
    ("month name", "on: 27/7", "on: first Sunday of Mai", 5, "'mai' must be", "january, february,"),
    # Spans, validity and counts
    ("ends", "prominence: core", "ends: 26/7", 7, "ends on 26/07/2001, before", "within its year"),
    ("mixed span", "kind: g", "ends: 12/3\n    kind: g", 15, "must both be", "solar or both lunar"),
    ("bad end", "prominence: core", "ends: 32/7", 7, "ends: '32/7'", "has days from 1 to 31"),
    ("valid_from", "prominence: core", "valid_from: x", 7, "valid_from: 'x'", "write it day first"),
    ("before founded", "prominence: core", "valid_until: 26/7/1947", 7, "'founded'", "mend"),
    ("uncounted", "kind: g", "observed: every-5\n    kind: g", 15, "counts years", "give"),
    ("missing changed", "    changed: 22/11/2026                             # 10\n", "", 2,
     "has no 'changed'", "give the day of the last change"),
    ("changed", "2026                             # 10", "26 # 10", 10, "'22/11/26'", "in full"),
    ("changed 31/11", "22/11/2026                             # 10", "31/11/2026", 10,
     "month 11 of 2026 has no day 31", "give a day that exists"),
    ("changed in a month", "22/11/2026                             # 10", "11/2026", 10,
     "'11/2026'", "give the day as well"),
    ("validity", "prominence: core", "valid_from: 2000\n    valid_until: 1999", 8,
     "before 'valid_from'", "swap or mend them"),
    # Other founding dates, former ids, days off
    ("same date", "prominence: core", "alternatives:\n      - {founded: 27/7/1947, who: báo}", 8,
     "counted from already", "give another"),
    ("no date", "prominence: core", "alternatives: [{who: báo}]", 7, "no 'founded'", "the other"),
    ("no who", "prominence: core", "alternatives: [{founded: 1946}]", 7, "no 'who'", "whose let"),
    ("former id", "prominence: core", "formerly: [Cũ]", 7, "formerly: 'Cũ' is no id", "joined by"),
    ("taken id", "prominence: core", "formerly: [gio-to-hung-vuong]", 7, "belongs to 'gio-to",
     "keep it with one"),
    ("leave of a feast", "kind: great-day", leave(compensatory="[25/1/2023]"), 17,
     "belongs to days off", "kind: day-off"),
    ("bad day", "kind: great-day", day_off(on="1/2023"), 17, "on: '1/2023'", "give the day"),
    ("no source", "kind: great-day", day_off(sources="[]"), 17, "has no source", "name the doc"),
    ("long leave", "kind: great-day", day_off(ends="20/1/2024"), 17, "is no span", "mend one"),
    ("backwards", "kind: great-day", day_off(ends="19/1/2023"), 17, "is no span", "mend one"),
    ("outside", "kind: great-day", day_off(compensatory="[27/1/2023]"), 17, "outside", "mend"),
    ("on a Sunday", "kind: great-day", day_off(compensatory="[22/1/2023]"), 17, "rest", "mend it"),
    ("bad compensation", "kind: great-day", day_off(compensatory="[x]"), 17, "compensatory: 'x'",
     "write it day first"),
    ("swap for a Friday", "kind: great-day",
     day_off(swaps="[{off: 20/1/2023, worked: 3/2/2023}]"), 17, "is worked instead", "a weekend"),
    ("half a swap", "kind: great-day", day_off(swaps="[{off: 20/1/2023}]"), 17, "no 'worked'",
     "the day worked instead"),
    ("year twice", "kind: great-day", day_off() + leave().partition("announced:")[2], 18,
     "2023 is not after 2023", "one row a year"),
    # Sources
    ("no sources", "sources:                                        # 8\n"
     "      - {title: Chỉ thị 223, number: 223/CT-TW}     # 9", "note: x", 2,
     "has no source", "name the document or page"),
    ("empty sources", "                                        # 8\n"
     "      - {title: Chỉ thị 223, number: 223/CT-TW} ", " []", 8,
     "has no source", "name the document or page"),
    ("sources left blank", "      - {title: Chỉ thị 223, number: 223/CT-TW} ", "", 8,
     "'sources' is not a list", "lines that start with '-'"),
    ("source as text", "{title: Chỉ thị 223, number: 223/CT-TW}", "Chỉ thị 223", 9,
     "holds a text where a block belongs", "write {title: …}"),
    ("source as nothing", "{title: Chỉ thị 223, number: 223/CT-TW}", "null", 9,
     "holds nothing where a block belongs", "write {title: …}"),
    ("untitled source", "title: Chỉ thị 223, ", "", 9, "has no 'title'", "name the document"),
    ("source to nowhere", ", number: 223/CT-TW", "", 9, "needs a number, a date or a url", "add"),
    ("url", "https://vanban", "vanban", 18, "is no web address", "write it in full, https://…"),
    ("url of a word", "https://vanban.chinhphu.vn/145", "http://vanban", 18, "no web", "in full"),
    ("source's key", "number: 2", "nummer: 2", 9, "key 'nummer'", "did you mean 'number'?"),
    ("source's strange key", "number: 2", "x: 2", 9, "key 'x'", "title, number, date, url"),
    ("source's date", "number: 223/CT-TW", "date: 31/4/1975", 9, "'31/4/1975'", "day that exists"),
    ("source's list", "number: 223/CT-TW", "number: [1]", 9, "'number' holds a list", "one text"),
    # Other names
    ("aliases as text", "[Giỗ Tổ Hùng Vương]", "Giỗ Tổ", 13, "is not a list", "write it in [ ]"),
    ("alias", "[Giỗ Tổ Hùng Vương]", "[{a: b}]", 13, "an alias is one text", "write a name"),
    ("own name", "[Giỗ Tổ Hùng Vương]", "\n      - Giỗ Tổ\n      - Ngày Giỗ Tổ Hùng Vương", 15,
     "is the name itself", "leave it out of the aliases"),
    ("name of another", "[Giỗ Tổ Hùng Vương]",
     "\n      - Giỗ Tổ\n      - ngày thương binh – liệt sĩ", 15,
     "already names 'thuong-binh-liet-si' ({file}:2)", "keep it with one of them"),
    ("its alias", "prominence: core", "aliases:\n      - TBLS\n      - giỗ tổ hùng vương", 15,
     "already names 'thuong-binh-liet-si' ({file}:2)", "keep it with one of them"),
    ("twin", GOOD[GOOD.index("  - id: t"):GOOD.index("  - id: g")],
     GOOD[GOOD.index("  - id: g"):].replace("gio-to-hung-vuong", "gio-to"), 12,
     "already names 'gio-to' ({file}:2)", "make the two entries one"),
    # Former names
    ("renamed as text", "prominence: core", "renamed: Ngày cũ", 7, "is not a list", "in [ ]"),
    ("renamed as texts", "prominence: core", "renamed: [x]", 7, "a block", "write {until: …}"),
    ("no until", "prominence: core", "renamed:\n      - name: Ngày cũ", 8, "has no 'until'",
     "give the last day of the former name"),
    ("no former name", "prominence: core", "renamed:\n      - until: 1955", 8, "has no 'name'",
     "write the former name"),
    ("until", "prominence: core", "renamed:\n      - until: 31/6/1955\n        name: Ngày cũ", 8,
     "until: '31/6/1955'", "give a day that exists"),
    ("order", "prominence: core", "renamed:\n      - {until: 1955, name: A}\n"
     "      - {until: 1954, name: B}", 9, "oldest first", "order them by 'until'"),
    ("same until", "prominence: core", "renamed:\n      - {until: 1955, name: A}\n"
     "      - {until: 31/12/1955, name: B}", 9, "oldest first", "order them by 'until'"),
    ("beyond the end", "prominence: core", "renamed: [{until: 2000, name: A}]\n"
     "    valid_until: 1999", 7, "holds to the event's end", "mend 'renamed' or 'valid_until'"),
]  # fmt: skip

# (what is wrong, the whole file, the fault's line, its words)
FILES = [
    ("not UTF-8", b"# \n# T\xeat\nevents: []", 2, "is not UTF-8", "save the file as UTF-8"),
    ("UTF-16", "events: []".encode("utf-16"), 1, "is not UTF-8", "save the file as UTF-8"),
    ("empty", b"", 1, "holds no registry", "start it with the line 'events:'"),
    ("only a comment", b"# events\n", 1, "holds no registry", "start it with the line 'events:'"),
    ("a list", b"- id: a\n", 1, "holds no registry", "start it with the line 'events:'"),
    ("a text", b"events\n", 1, "holds no registry", "start it with the line 'events:'"),
    ("an empty mapping", b"{}", 1, "'events' holds no list", "write '- id: …' for each entry"),
    ("events blank", b"\nevents:\n", 2, "'events' holds no list", "write '- id: …'"),
    ("events a text", b"events: none", 1, "'events' holds no list", "write '- id: …'"),
    ("events a mapping", b"events: {id: a}", 1, "'events' holds no list", "write '- id: …'"),
    ("events hold themselves", b"events: &e\n  - *e", 1, "holds itself", "write plain values"),
    ("events twice", GOOD.encode() + b"events: []", 20, "already on line 1", "keep one"),
]  # fmt: skip


def faults_of(*paths):
    with pytest.raises(RegistryError) as caught:
        load_registry(paths)
    return [str(fault) for fault in caught.value.faults]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.yaml"


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "remedy"),
    [case[1:] for case in FAULTS],
    ids=[case[0] for case in FAULTS],
)
def test_a_fault_is_named_once_with_file_line_and_remedy(path, old, new, line, found, remedy):
    assert GOOD.count(old) == 1
    path.write_text(GOOD.replace(old, new), encoding="utf-8")

    [fault] = faults_of(path)

    assert fault.startswith(f"{path}:{line}: ")
    assert found.format(file=path) in fault
    assert remedy in fault


@pytest.mark.parametrize(
    ("content", "line", "found", "remedy"),
    [case[1:] for case in FILES],
    ids=[case[0] for case in FILES],
)
def test_a_file_of_the_wrong_form_is_named_with_line_and_remedy(path, content, line, found, remedy):
    path.write_bytes(content)

    [fault] = faults_of(path)

    assert fault.startswith(f"{path}:{line}: ")
    assert found in fault
    assert remedy in fault


def test_a_missing_file_is_named_with_the_setting_that_gives_it(path):
    assert faults_of(path) == [
        f"{path}: cannot be read: No such file or directory; set EVENTS_FILE to the registry's path"
    ]


def test_a_directory_in_place_of_a_file_is_named(tmp_path):
    assert faults_of(tmp_path) == [
        f"{tmp_path}: cannot be read: Is a directory; set EVENTS_FILE to the registry's path"
    ]


def test_a_registry_without_events_is_refused(path):
    path.write_text("events: []", encoding="utf-8")

    assert faults_of(path) == [f"{path}: holds no event; add one"]


def test_no_file_at_all_is_refused():
    assert faults_of() == ["EVENTS_FILE: names no file; give the registry's path"]


def test_an_entry_without_id_takes_the_place_of_no_other(path):
    text = GOOD.replace("id: thuong-binh-liet-si", "note: x")
    path.write_text(text.replace("gio-to-hung-vuong", f"{path}#0"), encoding="utf-8")

    first, second = faults_of(path)

    assert first.startswith(f"{path}:2: has no 'id'; ")
    assert second.startswith(f"{path}:11: id: ")


def test_all_faults_of_all_files_come_at_once_in_order_and_each_once(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    bad = GOOD.replace("on: 27/7 ", "on: 31/4 ").replace("great-day", "great")
    first.write_text(bad.replace("url: https", "url: ftp"), encoding="utf-8")
    second.write_text("events:\n  - id: X\n    name: Y\n    zz: 1\n", encoding="utf-8")

    faults = faults_of(second, first)

    assert [fault.removeprefix(f"{tmp_path}/").split(";")[0] for fault in faults] == [
        "a.yaml:5: on: '31/4' is not a day of the year",
        "a.yaml:15: unknown kind 'great'",
        "a.yaml:18: url: 'ftp://vanban.chinhphu.vn/145' is no web address",
        "b.yaml:2: has no 'changed'",
        "b.yaml:2: has no 'kind'",
        "b.yaml:2: has no day",
        "b.yaml:2: has no source",
        "b.yaml:2: id: 'X' is no id",
        "b.yaml:4: unknown key 'zz'",
    ]


def test_a_fault_of_a_block_that_two_events_share_is_named_once(path):
    shared = GOOD.replace("{title: Chỉ thị 223, number: 223/CT-TW}", "&x {title: Chỉ thị 223}")
    own = "title: Nghị định 145                        # 17\n        url: https://vanban.chinhphu.vn/145"
    path.write_text(shared.replace(own, "*x"), encoding="utf-8")

    [fault] = faults_of(path)

    assert fault.startswith(f"{path}:9: a source needs a number, a date or a url; ")


def test_a_fault_of_an_overriding_key_names_the_later_file(tmp_path):
    first, later = tmp_path / "events.yaml", tmp_path / "mine.yaml"
    first.write_text(GOOD, encoding="utf-8")
    later.write_text("events:\n  - id: gio-to-hung-vuong\n    on: 31/4\n", encoding="utf-8")

    [fault] = faults_of(first, later)

    assert fault.startswith(f"{later}:3: on: '31/4' ")


def test_a_fault_that_was_there_before_the_override_names_the_earlier_file(tmp_path):
    first, later = tmp_path / "events.yaml", tmp_path / "mine.yaml"
    first.write_text(GOOD.replace("great-day", "great"), encoding="utf-8")
    later.write_text("events:\n  - id: gio-to-hung-vuong\n    on: 9/3 âm lịch\n", encoding="utf-8")

    [fault] = faults_of(first, later)

    assert fault.startswith(f"{first}:15: unknown kind 'great'")


PIECES = [
    "", " ", "\n", "\t", "  ", "- ", ": ", "[", "]", "{", "}", "'", '"', "#", "&a ", "*a", "!!int ",
    "---\n", "<<: ", "? ", "|", ">", "%", "~", "null", "0", "31/4", "âm lịch", "\u0301", "\x00",
    "\ufeff", "\u2028", "\x85", "id: ", "on: ", "sources: ", "renamed: ", "aliases: ", "ends: ",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(200))
def test_a_file_mangled_at_random_loads_or_is_refused_and_never_crashes(path, seed):
    chance = random.Random(seed)  # noqa: S311
    text = GOOD
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(text))
        end = start + chance.choice([0, 0, 1, 3, 20])
        text = text[:start] + chance.choice(PIECES) + text[end:]
    path.write_text(text, encoding="utf-8", newline="")

    try:
        load_registry([path])
    except RegistryError as error:
        lines = text.count("\n") + text.count("\u2028") + text.count("\x85") + 1
        assert all(0 <= fault.line <= lines for fault in error.faults)
        assert all("\n" not in str(fault) for fault in error.faults)


@pytest.mark.parametrize("seed", range(50))
def test_bytes_mangled_at_random_load_or_are_refused_and_never_crash(path, seed):
    chance = random.Random(seed)  # noqa: S311
    content = bytearray(GOOD.encode())
    for _ in range(chance.randint(1, 3)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes(content)

    try:
        load_registry([path])
    except RegistryError as error:
        assert error.faults


def test_validate_prints_each_fault_on_stdout_and_exits_1(path):
    bad = GOOD.replace("on: 27/7 ", "on: 31/4 ").replace("great-day", "great")
    path.write_text(bad, encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "validate", str(path)])

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{path}:5: on: '31/4' is not a day of the year; month 4 has days from 1 to 30",
        f"{path}:15: unknown kind 'great'; did you mean 'great-day'?; allowed: great-day, founding,"
        " tradition, history, birth, death, province, observance, international, lunar-festival,"
        " day-off",
    ]


def test_validate_exits_0_on_good_files(path):
    path.write_text(GOOD, encoding="utf-8")

    result = CliRunner().invoke(cli, ["registry", "validate", str(path)])

    assert result.exit_code == 0
    assert result.stdout == "2 events, 0 campaigns, no faults\n"


def test_validate_checks_the_files_of_events_file_together(tmp_path, monkeypatch):
    first, later = tmp_path / "events.yaml", tmp_path / "mine.yaml"
    first.write_text(GOOD, encoding="utf-8")
    later.write_text("events: [{id: gio-to-hung-vuong, on: 9/3}]", encoding="utf-8")
    monkeypatch.setenv("EVENTS_FILE", f"{first}{os.pathsep}{later}")

    result = CliRunner().invoke(cli, ["registry", "validate"])

    assert result.exit_code == 0
    assert result.stdout == "2 events, 0 campaigns, no faults\n"


@pytest.mark.parametrize("command", ["validate", "stats"])
def test_a_wrong_events_file_exits_2_with_one_line_on_stderr(tmp_path, monkeypatch, command):
    monkeypatch.setenv("EVENTS_FILE", str(tmp_path / "none.yaml"))

    result = CliRunner().invoke(cli, ["registry", command])

    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith(f"calendar-service: EVENTS_FILE='{tmp_path}/none.yaml' is not usable; ")
