"""month --format docx."""

import io
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli
from calendar_service.cli.options import write_binary
from calendar_service.errors import OutputError

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"


def run(*arguments):
    return CliRunner().invoke(
        cli, [str(part) for part in arguments], env={"EVENTS_FILE": str(EVENTS_YAML)}
    )


def test_the_letter_goes_to_a_file_with_what_its_user_gives(tmp_path):
    path = tmp_path / "thang-7.docx"

    result = run(
        "month", "2023-07", "--region", "quang-ninh", "--format", "docx", "-o", path,
        "--form", "state", "--issuer", "Sở Văn hóa", "--signer-title", "Giám đốc",
        "--recipients", "UBND các huyện",
    )  # fmt: skip

    assert (result.exit_code, result.stdout) == (0, "")
    document = docx.Document(str(path))
    assert "SỞ VĂN HÓA" in document.tables[0].rows[0].cells[0].text
    assert "GIÁM ĐỐC" in document.tables[-1].rows[0].cells[1].text
    assert document.paragraphs[1].text == "Kính gửi: UBND các huyện"


def test_an_issuer_in_capitals_is_told_of(tmp_path):
    path = tmp_path / "thang-7.docx"

    result = run("month", "2023-07", "--format", "docx", "-o", path, "--issuer", "SỞ VĂN HÓA")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "give it in normal case" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        "in normal case, such as 'Ban Tuyên giáo'",
        "Whom a letter addresses (Kính gửi), or a plan goes to (Nơi nhận)",
    ],
)
def test_the_help_says_how_inputs_are_printed(words):
    assert words in " ".join(run("month", "--help").output.split())


def test_the_letter_goes_into_a_pipe():
    result = run("month", "2023-07", "--format", "docx")

    assert docx.Document(io.BytesIO(result.stdout_bytes)).tables


def test_a_terminal_gets_no_binary(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    with pytest.raises(OutputError, match="this is a terminal; give a path"):
        write_binary(b"PK", None, "docx")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--issuer", "A"], "--issuer is for --format docx alone"),
        (["--format", "docx", "--form", "x"], "unknown form 'x'; allowed: party, state"),
        (["--format", "docx", "--date", "3/13/2023"], "date '3/13/2023' is not usable"),
        (["--format", "docx", "--issuer", "x" * 201], "give 200 characters at most"),
    ],
)
def test_wrong_use_is_said(arguments, words):
    result = run("month", "2023-07", *arguments)

    assert result.exit_code == 2
    assert words in result.stderr


def test_other_lists_offer_no_letter():
    assert run("year", "2023", "--format", "docx").exit_code == 2


def test_a_list_as_text_does_not_load_the_word_package():
    code = (
        "import sys; from calendar_service.cli.lists import print_month;"
        "from calendar_service.web import documents; sys.exit('docx' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
