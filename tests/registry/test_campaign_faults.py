"""Every fault of a campaign is named with file, line and remedy, and only once."""

import pytest

from calendar_service.errors import RegistryError
from calendar_service.registry.loader import load_registry

# The lines are counted by hand; the numbers are comments of the file itself.
GOOD = """\
events:                                              # 1
  - id: tinh-quang-ninh                              # 2
    name: Ngày thành lập tỉnh Quảng Ninh             # 3
    founded: 30/10/1963                              # 4
    kind: province                                   # 5
    region: quang-ninh                               # 6
    sources: [{title: A, number: 1/QĐ}]              # 7
    changed: 22/11/2026                              # 8
  - id: hanh-phuc                                    # 9
    name: Ngày Quốc tế Hạnh phúc                     # 10
    on: 20/3                                         # 11
    kind: international                              # 12
    sources: [{title: A, number: 1/QĐ}]              # 13
    changed: 22/11/2026                              # 14
campaigns:                                           # 15
  - id: quang-ninh-60                                # 16
    title: Kỷ niệm 60 năm                            # 17
    events: [tinh-quang-ninh]                        # 18
    year: 2023                                       # 19
    start: 22/7/2022                                 # 20
    end: D+1                                         # 21
    scope: province                                  # 22
    region: quang-ninh                               # 23
    audiences: [press, schools]                      # 24
    documents:                                       # 25
      - kind: Chỉ thị                                # 26
        number: 27-CT/TU                             # 27
        date: 22/7/2022                              # 28
      - {kind: Kế hoạch, number: 19/KH-UBND}         # 29
    phases:                                          # 30
      - name: Cao điểm                               # 31
        kind: peak                                   # 32
        start: D-30                                  # 33
        end: D-1                                     # 34
    displays:                                        # 35
      - {what: national-flag, start: D-3, end: D+1}  # 36
    milestones:                                      # 37
      - name: Họp báo                                # 38
        kind: press                                  # 39
        on: 17/10/2023                               # 40
    slogans:                                         # 41
      - "Chào mừng {n} năm {name} ({range})!"        # 42
    hashtags: ["#QuangNinh60"]                       # 43
    lead_times: province                             # 44
    sources: [{title: A, number: 1/QĐ}]              # 45
    changed: 22/11/2026                              # 46
  - id: hanh-phuc-hang-nam                           # 47
    title: Hưởng ứng Ngày Quốc tế Hạnh phúc          # 48
    events: [hanh-phuc]                              # 49
    slogans: ["Hạnh phúc cho mọi người!"]            # 50
    sources: [{title: A, number: 1/QĐ}]              # 51
    changed: 22/11/2026                              # 52
"""

# (what is wrong, the words of GOOD to replace, by what, the fault's line, its words)
FAULTS = [
    ("id of an event", "id: quang-ninh-60", "id: hanh-phuc", 16, "the id of an event", "another"),
    ("id twice", "id: hanh-phuc-hang-nam", "id: quang-ninh-60", 47, "taken on line 16", "another"),
    ("no title", "    title: Kỷ niệm 60 năm  ", "    # ", 16, "no 'title'", "what the campaign"),
    ("unknown key", "    lead_times:", "    leadtimes:", 44, "'leadtimes'", "'lead_times'?"),
    ("unknown event", "[tinh-quang-ninh]", "[tinh-quang-nin]", 18, "'tinh-quang-nin'", "did you"),
    ("another year", "year: 2023 ", "year: 1950 ", 19, "not kept in 1950", "mend one"),
    ("no year", "year: 2023 ", "# ", 20, "22/07/2022 is one day", "give 'year: 2022'"),
    ("start after end", "start: 22/7/2022", "start: D+9", 20, "after it ends on 31/10", "swap"),
    ("no such day", "start: 22/7/2022", "start: 31/6/2022", 20, "no day 31", "exists"),
    ("not a day", "end: D+1     ", "end: D+x     ", 21, "'D+x' is not a day of a camp", "D-14"),
    ("unknown anchor", "end: D+1     ", "end: tet+1   ", 21, "'tet+1'", "D or tinh-quang-ninh"),
    ("unknown scope", "scope: province", "scope: provinc", 22, "'provinc'", "did you mean"),
    ("scope, no region", "region: quang-ninh                               # 23", "# ", 22,
     "needs its 'region'", "scope province"),
    ("national region", "scope: province", "scope: national", 23, "has no region", "leave one"),
    ("audience", "[press, schools]", "[press, school]", 24, "'school'", "did you mean 'schools'"),
    ("document's kind", "      - kind: Chỉ thị", "      - issuer: A    ", 26, "no 'kind'", "Chỉ"),
    ("number", "number: 27-CT/TU", "number: CT/TU   ", 27, "no document's number", "27-CT/TU"),
    ("document too late", "date: 22/7/2022", "date: 1/10/2023", 28, "after the phase 'Cao điểm'",
     "30/09/2023"),
    ("guides", "number: 19/KH-UBND", "number: 19/K, guides: Cao đim", 29, "no phase", "did you"),
    ("phase's kind", "kind: peak", "kind: peek", 32, "'peek'", "did you mean 'peak'"),
    ("phase outside", "end: D-1 ", "end: D+9 ", 33, "outside the campaign", "22/07/2022"),
    ("phase backwards", "start: D-30", "start: D   ", 33, "after it ends on 29/10/2023", "swap"),
    ("phase without end", "        end: D-1", "        # end", 31, "no 'end'", "such as D-1"),
    ("display outside", "end: D+1}", "end: D+2}", 36, "outside the campaign", "mend it"),
    ("display's kind", "what: national-flag", "what: flags", 36, "'flags'", "national-flag"),
    ("milestone outside", "on: 17/10/2023", "on: 17/11/2023", 40, "outside the campaign", "mend"),
    ("milestone's kind", "kind: press  ", "kind: pres   ", 39, "'pres'", "did you mean 'press'"),
    ("inspected too early", "kind: press  ", "kind: inspection", 40,
     "inspects on 17/10/2023 what is put up from 27/10/2023", "inspect from then on"),
    ("display's years", "end: D+1}", "end: D+1, years: [trn]}", 36, "'trn'", "allowed: tron"),
    ("slogan without !", "({range})!\"", "({range})\"", 42, "does not end with '!'", "add it"),
    ("unknown place", "{n} năm", "{x} năm", 42, "{x}", "{n}, {name}, {range}, {year}"),
    ("no count", '"Hạnh phúc cho', '"{n} năm cho', 50, "counts no years", "leave {n} out"),
    ("format", "{n} năm", "{n:d} năm", 42, "unknown place", "{n}, {name}"),
    ("open brace", "{n} năm", "{n năm", 42, "unknown place", "{n}, {name}"),
    ("hashtag", '"#QuangNinh60"', '"QuangNinh60"', 43, "no hashtag", "write '#…'"),
    ("lead times", "lead_times: province", "lead_times: provinc", 44, "'provinc'", "did you mean"),
    ("lead days", "lead_times: province", "lead_times: [30, x]", 44, "'x' is no lead", "0 to 548"),
    ("no source", "    sources: [{title: A, number: 1/QĐ}]              # 45", "    # ", 16,
     "has no source", "name the document"),
    ("no day", "    events: [hanh-phuc] ", "    # ", 47, "has no day", "give 'events'"),
    ("two days", "title: Hưởng ứng Ngày Quốc tế Hạnh phúc          # 48",
     "title: H\n    on: 1/1", 49, "the first event gives the day",
     "leave 'on' out"),
]  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.yaml"


def faults_of(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError) as caught:
        load_registry([path])
    return caught.value.faults


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "remedy"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_fault_is_named_once_with_line_and_remedy(path, old, new, line, found, remedy):
    assert GOOD.count(old) == 1

    faults = faults_of(path, GOOD.replace(old, new))

    assert [(fault.file, fault.line) for fault in faults] == [(str(path), line)]
    assert found in faults[0].message
    assert remedy in faults[0].message


def test_a_good_file_has_its_campaigns_and_its_events_know_them(path):
    path.write_text(GOOD, encoding="utf-8")

    registry = load_registry([path])

    assert [c.id for c in registry.campaigns] == ["quang-ninh-60", "hanh-phuc-hang-nam"]
    assert registry.event("tinh-quang-ninh").campaigns == ("quang-ninh-60",)


def test_a_later_file_overrides_a_campaign_key_by_key(path, tmp_path):
    path.write_text(GOOD, encoding="utf-8")
    ours = tmp_path / "ours.yaml"
    ours.write_text("campaigns:\n  - {id: quang-ninh-60, theme: Khát vọng}\n", encoding="utf-8")

    campaign = load_registry([path, ours]).campaigns[0]

    assert (campaign.theme, campaign.title) == ("Khát vọng", "Kỷ niệm 60 năm")


def test_a_lunar_campaign_must_hold_in_every_year(path):
    # The eve of Tết and 3/2 lie on either side of each other from year to year.
    text = """\
events:
  - {id: tet, name: Tết, on: 1/1 âm lịch, kind: great-day, sources: [{title: A, number: 1/Q}],
     changed: 22/11/2026}
campaigns:
  - id: xuan
    title: Mừng Xuân
    events: [tet]
    phases:
      - {name: Đón Tết, kind: run, start: D-5, end: 3/2}
    sources: [{title: A, number: 1/Q}]
    changed: 22/11/2026
"""
    [fault] = faults_of(path, text)

    assert fault.line == 9
    assert "after it ends on 03/02/2018" in fault.message  # Tết 2018 was on 16/2


@pytest.mark.parametrize(
    ("kind", "start", "end", "found"),
    [
        ("preparation", "D-20", "D-10", "prepares from 10/10/2023 what runs from 30/09/2023"),
        ("review", "D-60", "D-50", "reviews from 31/08/2023 what runs from 30/09/2023"),
    ],
)
def test_a_phase_lies_on_its_own_side_of_the_work(path, kind, start, end, found):
    line = f"      - {{name: Khác, kind: {kind}, start: {start}, end: {end}}}\n"
    text = GOOD.replace("    displays:  ", f"{line}    displays:  ")

    [fault] = faults_of(path, text)

    assert fault.line == 35
    assert found in fault.message
    assert "mend its 'kind'" in fault.message


def test_years_are_chosen_where_an_event_counts_them(path):
    text = GOOD.replace(
        "    events: [hanh-phuc] ",
        "    displays: [{what: banner, start: 1/3, end: 2/3, years: [tron]}] ",
    )

    [fault] = faults_of(path, text)

    assert fault.line == 49
    assert "give 'events'" in fault.message
