import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
LINE = "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"


def run(*arguments, **environ):
    return CliRunner().invoke(
        cli, [str(part) for part in arguments], env={"EVENTS_FILE": str(EVENTS_YAML), **environ}
    )


def test_month_prints_one_line_an_anniversary_and_looks_ahead():
    result = run("month", "2023-07")

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert result.stderr == ""
    assert lines[1] == LINE
    assert lines[-2:] == [
        "Hướng tới kỷ niệm:",
        "93 năm Ngày Truyền thống Ngành Tuyên giáo của Đảng (01/8/1930 - 01/8/2023)",
    ]


def test_month_takes_a_region():
    assert "60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963 - 30/10/2023)" in (
        run("month", "2023-10", "--region", "quang-ninh").stdout.splitlines()
    )


def test_month_takes_the_region_of_the_settings():
    assert "tỉnh Quảng Ninh" in run("month", "2023-10", REGION="quang-ninh").stdout


def test_month_by_date_begins_with_the_earliest_day():
    first = run("month", "2023-07", "--order", "date").stdout.splitlines()[0]

    assert first == "63 năm Ngày Du lịch Việt Nam (09/7/1960 - 09/7/2023)"


def test_month_as_json_is_data():
    data = json.loads(run("month", "2023-07", "--format", "json").stdout)

    assert data["items"][1]["line"] == LINE


@pytest.mark.parametrize(
    ("form", "words"),
    [("md", f"- {LINE}"), ("csv", "2023-07-27,76,"), ("ics", "DTSTART;VALUE=DATE:20230727")],
)
def test_month_in_other_forms(form, words):
    assert words in run("month", "2023-07", "--format", form).stdout


def test_month_in_english():
    lines = run("month", "2023-07", "--lang", "en").stdout

    assert "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)" in lines


def test_all_prints_more_than_the_default():
    default = run("month", "2023-07").stdout.splitlines()
    everything = run("month", "2023-07", "--all").stdout.splitlines()

    assert len(everything) > len(default)
    assert set(default) <= set(everything)


def test_output_goes_to_a_file_and_nothing_to_stdout(tmp_path):
    result = run("month", "2023-07", "-o", tmp_path / "thang-7.txt")

    assert result.stdout == ""
    assert LINE in (tmp_path / "thang-7.txt").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    result = run("month", "2023-07", "-o", tmp_path / "no" / "such.txt")

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_year_prints_each_month_under_its_title():
    lines = run("year", "2023", "--kind", "great-day").stdout.splitlines()

    assert lines[lines.index("Tháng 9 năm 2023") + 1] == (
        "78 năm Ngày Quốc khánh nước Cộng hòa xã hội chủ nghĩa Việt Nam (02/9/1945 - 02/9/2023)"
    )


@pytest.mark.parametrize(
    ("form", "title", "line"),
    [
        ("text", "Ngày nghỉ lễ, Tết năm 2027", "Nghỉ Tết Dương lịch (01/01; chưa có thông báo): "),
        (
            "md",
            "# Ngày nghỉ lễ, Tết năm 2027",
            "- Nghỉ Tết Dương lịch (01/01; chưa có thông báo): ",
        ),
    ],
)
def test_a_year_ends_with_its_public_holidays_whatever_is_chosen(form, title, line):
    text = run("year", "2027", "--kind", "birth", "--format", form).stdout

    leave = text.partition(f"\n{title}\n")[2].split("\n")
    assert [one for one in leave if one.startswith(line)]
    assert "luật cho nghỉ 5 ngày (Bộ luật Lao động 2019, Điều 112)" in text


def test_the_json_of_a_year_holds_its_public_holidays():
    data = json.loads(run("year", "2026", "--format", "json").stdout)

    independence = [item for item in data["leave"] if item["id"] == "nghi-quoc-khanh"]
    assert [(item["on"], item["ends"]) for item in independence] == [("2026-08-31", "2026-09-02")]
    assert len(data["leave"]) == 6


def test_upcoming_holds_thirty_days():
    data = json.loads(run("upcoming", "--all", "--format", "json").stdout)

    assert all(data["from"] <= item["on"] <= data["to"] for item in data["items"])
    assert data["items"]


@pytest.mark.parametrize("name", ["Ngày Thương binh - Liệt sỹ", "ngay thuong binh - liet sy"])
def test_event_can_be_asked_for_by_its_whole_name(name):
    assert run("event", name).stdout == run("event", "thuong-binh-liet-si").stdout


def test_several_events_of_one_name_are_offered_by_their_ids(tmp_path):
    path = tmp_path / "events.yaml"
    entry = (
        "  - {{id: {}, name: Ngày lúa, on: {}, kind: tradition, changed: 22/11/2026,"
        " sources: [{{title: A, number: 1/QĐ}}]}}\n"
    )
    path.write_text(f"events:\n{entry.format('lua', '1/3')}{entry.format('gao', '2/3')}")

    result = run("event", "ngày lúa", EVENTS_FILE=str(path))

    assert result.exit_code == 2
    assert "did you mean 'lua' or 'gao'?" in result.stderr


def test_event_prints_its_sources_and_its_years():
    text = run("event", "thuong-binh-liet-si", "--from", "2023", "--to", "2024").stdout

    assert text.splitlines()[-2:] == [
        LINE,
        "77 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2024)",
    ]
    assert "Nguồn: Chỉ thị 223/CT-TW" in text


def test_event_as_json_has_the_promised_shape():
    data = json.loads(
        run("event", "quoc-khanh", "--from", "2025", "--to", "2025", "--format", "json").stdout
    )

    assert data["event"]["id"] == "quoc-khanh"
    assert [(item["on"], item["years"]) for item in data["occurrences"]] == [("2025-09-02", 80)]


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["2025-01-29"], "1/1/2025 âm lịch, năm Ất Tỵ"),
        (["2025-07-25"], "1/6/2025 âm lịch (tháng nhuận), năm Ất Tỵ"),
        (
            ["1/1/2025"],
            "2025-01-29 (Thứ Tư, ngày 29 tháng 01 năm 2025) = 1/1/2025 âm lịch, năm Ất Tỵ",
        ),
        (
            ["1/6/2025", "--leap"],
            "2025-07-25 (Thứ Sáu, ngày 25 tháng 7 năm 2025)"
            " = 1/6/2025 âm lịch (tháng nhuận), năm Ất Tỵ",
        ),
        (
            ["23/12/2100"],
            "2101-01-22 (Thứ Bảy, ngày 22 tháng 01 năm 2101) = 23/12/2100 âm lịch, năm Canh Thân",
        ),
    ],
)
def test_lunar_converts_both_ways(arguments, answer):
    assert run("lunar", *arguments).stdout == f"{answer}\n"


def test_lunar_as_json():
    data = json.loads(run("lunar", "2025-01-29", "--format", "json").stdout)

    assert data["lunar"] == {"year": 2025, "month": 1, "day": 1, "leap": False}
    assert data["on"] == "2025-01-29"


def test_feed_prints_the_calendar_and_feeds_its_address():
    assert run("feed", "core").stdout_bytes.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "core\tLịch kỷ niệm Việt Nam\thttps://lich.example.vn/feeds/core.ics\n" in (
        run("feeds", BASE_URL="https://lich.example.vn").stdout
    )


def test_feed_takes_what_the_address_of_a_feed_takes():
    event = "event-thuong-binh-liet-si"
    rings = run("feed", event, "--alarm", "7d", "--prepare", "14d", "--lang", "en").stdout

    assert "SUMMARY:War Invalids and Martyrs Day" in rings
    assert "TRIGGER" in rings
    assert run("feed", event, "--alarm", "7", "--prepare", "14", "--lang", "en").stdout == rings
    assert run("feed", event, "--prepare", "0").stdout == run("feed", event).stdout


def test_feed_gives_steps_as_the_component_asked_for():
    campaign = "campaign-quang-ninh-60"
    tasks = run("feed", campaign, "--component", "vtodo").stdout

    assert "BEGIN:VTODO" in tasks
    assert run("feed", campaign, "--tasks").stdout == tasks
    assert "BEGIN:VTODO" not in run("feed", campaign, "--component", "vevent").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["month", "2023-7"], "'2023-7' is not a month; write it as YYYY-MM"),
        (["month"], "Missing argument 'YYYY-MM'"),
        (["month", "2023-07", "--region", "quang-nin"], "did you mean 'quang-ninh'"),
        (["month", "2023-07", "--kind", "holiday"], "'holiday' is not one of"),
        (["month", "2023-07", "--format", "exe"], "'exe' is not one of"),
        (["year", "23"], "from 1900 to 2100"),
        (["event", "thuong-binh-liet-sy"], "did you mean 'thuong-binh-liet-si'"),
        (["event", "quoc-khanh", "--from", "2025", "--to", "2020"], "lies before"),
        (["lunar", "30/12/2025"], "month 12 of 2025 has 29 days"),
        (["lunar", "1/2/2024", "--leap"], "2024"),
        (["lunar", "2025-01-29", "--leap"], "--leap belongs to a lunar date"),
        (["lunar", "1850-01-01"], "from 1900 to 2100"),
        (["lunar", "1/1/2101"], "from 1900 to 2100"),
        (["lunar", "mai"], "day first"),
        (["feed", "cor"], "did you mean 'core'"),
        (["feed", "core", "--alarm", "7w"], "'7w' is not usable; give 0 to 366 days, such as 7"),
        (["feed", "core", "--prepare", "367"], "give 0 to 366 days"),
        (["mnth"], "No such command"),
    ],
)
def test_wrong_use_is_said_on_stderr_with_status_2(arguments, words):
    result = run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_bad_setting_is_said_on_stderr_with_status_2():
    result = run("month", "2023-07", TIMEZONE="Hanoi")

    assert result.exit_code == 2
    assert "TIMEZONE='Hanoi' is not usable" in result.stderr


def test_help_names_every_command():
    text = run("--help").stdout

    for name in ("month", "year", "upcoming", "event", "lunar", "registry", "feeds", "feed",
                 "serve", "worker"):  # fmt: skip
        assert f"\n  {name} " in text


def test_a_month_is_printed_without_importing_what_it_does_not_need():
    code = (
        "import sys; from calendar_service.cli.main import cli\n"
        "try: cli(['month', '2023-07'])\n"
        "except SystemExit:\n"
        "    heavy = {'flask', 'icalendar', 'apscheduler', 'sqlalchemy', 'alembic'}\n"
        "    print(heavy & set(sys.modules))"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, encoding="utf-8",
        env={**os.environ, "EVENTS_FILE": str(EVENTS_YAML), "PYTHONUTF8": "1"},
    )  # fmt: skip

    assert result.stdout.splitlines()[-1] == "set()"


def test_a_year_class_can_be_asked_for():
    great = ("month", "2025-09", "--kind", "great-day", "--event", "quoc-khanh")

    assert run(*great, "--year-class", "tron").stdout == (
        "80 năm Ngày Quốc khánh nước Cộng hòa xã hội chủ nghĩa Việt Nam (02/9/1945 - 02/9/2025)\n"
    )
    assert run(*great, "--year-class", "le-5").stdout == "\n"


def test_a_single_event_can_be_asked_for():
    assert run("month", "2023-07", "--event", "thuong-binh-liet-si").stdout == f"{LINE}\n"
    assert run("month", "2023-07", "--event", "thuong-binh-lit-si").exit_code == 2


@pytest.mark.parametrize("region", ["Quảng Ninh", "tỉnh Quảng Ninh", "QUẢNG NINH"])
def test_a_region_may_be_written_as_people_write_it(region):
    assert "60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963 - 30/10/2023)" in (
        run("month", "2023-10", "--region", region).stdout.splitlines()
    )


def test_region_none_gives_the_national_list_where_the_settings_name_a_region():
    national = run("month", "2023-10").stdout

    assert run("month", "2023-10", "--region", "none", REGION="quang-ninh").stdout == national


@pytest.mark.parametrize("text", ["thuong binh", "thương binh", "Liệt sĩ"])
def test_an_event_asked_for_by_a_part_of_its_name_is_offered_by_its_id(text):
    result = run("event", text)

    assert result.exit_code == 2
    assert "did you mean 'thuong-binh-liet-si'" in result.stderr


@pytest.mark.parametrize(
    "command", [("month", "2023-02"), ("year", "2023", "--year-class", "tron")]
)
def test_an_empty_list_is_said_on_stderr(command):
    result = run(*command, "--event", "quoc-khanh")

    assert result.exit_code == 0
    assert "nothing falls in this time by this selection" in result.stderr


def test_an_empty_calendar_is_refused():
    result = run("month", "2023-02", "--event", "quoc-khanh", "--format", "ics")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "nothing falls in 'Tháng 2 năm 2023'" in result.stderr


def start(*arguments, shell="", **given):
    """Run a command as a process of its own, through a line of shell where one is given."""
    command = [sys.executable, "-c", "from calendar_service.cli.main import cli; cli()"]
    before = ["/bin/sh", "-c", f'exec "$@" {shell}', "sh"] if shell else []
    environ = {**os.environ, "EVENTS_FILE": str(EVENTS_YAML), **given}
    for name in ("PYTHONUTF8", "PYTHONUNBUFFERED"):  # as users start it
        environ.pop(name, None)
    return subprocess.run(
        [*before, *command, *arguments], capture_output=True, check=False, env=environ, timeout=60
    )


@pytest.mark.parametrize(
    ("shell", "reason"), [(">/dev/full", "No space left on device"), (">&-", "it is closed")]
)
@pytest.mark.parametrize(
    "arguments",
    [
        ("month", "2023-07"),
        ("lunar", "2025-01-29"),
        ("feeds",),
        ("feed", "core"),
        ("registry", "validate"),
        ("registry", "stats"),
    ],
    ids=" ".join,
)
def test_a_stdout_that_takes_nothing_is_said_in_one_line(shell, reason, arguments):
    result = start(*arguments, shell=shell)

    assert result.returncode == 2
    assert result.stderr.decode().splitlines() == [
        f"calendar-service: stdout: cannot be written: {reason}; give a path that can after -o"
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("month", "2023-07"), LINE),
        (("lunar", "2025-01-29"), "1/1/2025 âm lịch, năm Ất Tỵ"),
        (
            ("--help",),
            '  Anniversaries of Việt Nam with the right "N năm": lists, feeds, lunar dates.',
        ),
    ],
)
def test_text_is_utf8_where_the_locale_is_latin_1(arguments, line):
    result = start(*arguments, LC_ALL="C", PYTHONIOENCODING="latin-1")

    assert result.returncode == 0
    assert result.stderr == b""
    assert line in result.stdout.decode("utf-8").splitlines()


def test_messages_are_utf8_where_the_locale_is_latin_1():
    result = start("event", "Liệt sĩ", LC_ALL="C", PYTHONIOENCODING="latin-1")

    assert result.stderr.decode("utf-8").startswith(
        "calendar-service: no event has the id 'Liệt sĩ'"
    )
