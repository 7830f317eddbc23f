import json

import docx
import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli


def run(*arguments):
    return CliRunner().invoke(cli, arguments)


def test_the_campaigns_of_a_month_begin_with_the_province_s_own_in_the_letter_s_order():
    result = run("campaigns", "2023-07", "--region", "quang-ninh")

    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [row[1] for row in rows[:5]] == [
        "quang-ninh-ky-hop-5-quoc-hoi-2023",
        "quang-ninh-giua-nhiem-ky-2023",
        "quang-ninh-hoc-tap-lam-theo-bac-2023",
        "quang-ninh-60",
        "quang-ninh-6-thang-dau-nam-2023",
    ]
    assert rows[3] == [
        "22/7/2022 - 31/10/2023",
        "quang-ninh-60",
        "Kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh",
    ]


def test_a_campaign_is_printed_with_its_papers_its_steps_and_its_slogans():
    result = run("campaign", "quang-ninh-60")

    lines = result.stdout.splitlines()
    assert lines[0].endswith("tỉnh Quảng Ninh (22/7/2022 - 31/10/2023)")
    assert (
        "D-13   17/10/2023               Họp báo về Lễ kỷ niệm 60 năm Ngày thành lập tỉnh" in lines
    )
    assert any(line.startswith("Nguồn: Công văn 1714-CV/BTGTU") for line in lines)


def test_the_year_of_a_campaign_can_be_chosen():
    data = json.loads(
        run("campaign", "cong-doan-viet-nam", "--year", "2029", "--format", "json").stdout
    )

    assert data["year"] == 2029
    assert data["day"] == "2029-07-28"


def test_a_campaign_can_be_taken_as_a_calendar():
    result = run("campaign", "quang-ninh-60", "--format", "ics")

    assert result.stdout.startswith("BEGIN:VCALENDAR")
    assert "SUMMARY:Họp báo về Lễ kỷ niệm 60 năm" in result.stdout


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ((), "KẾ HOẠCH"),
        (("--sheet", "slogans"), "Nhiệt liệt chào mừng 60 năm Ngày thành lập tỉnh Quảng Ninh"),
    ],
)
def test_a_campaign_s_papers_are_written_for_word(tmp_path, sheet, words):
    path = tmp_path / "x.docx"

    run("campaign", "quang-ninh-60", "--format", "docx", *sheet, "-o", str(path))

    text = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    assert words in text


def test_the_sheet_of_slogans_is_a_word_file_alone():
    result = run("campaign", "quang-ninh-60", "--sheet", "slogans")

    assert result.exit_code == 2
    assert "--sheet is for --format docx alone" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("campaign", "quang-ninh-6"), "did you mean 'quang-ninh-60'?"),
        (("campaign", "quang-ninh-60", "--year", "2024"), "does not run in 2024"),
        (("campaigns", "2023-13"), "is not a month"),
        (("month", "2023-07", "--campaign", "x"), "no campaign has the id 'x'"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(arguments, words):
    result = run(*arguments)

    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
