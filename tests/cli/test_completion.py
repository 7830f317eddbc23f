"""Tab in a shell offers commands, ids, regions, kinds and feeds."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from calendar_service.cli.main import cli

EVENTS_YAML = Path(__file__).parents[2] / "events.yaml"
NAME, VARIABLE = "calendar-service", "_CALENDAR_SERVICE_COMPLETE"


@pytest.fixture(autouse=True)
def _shipped_registry(monkeypatch):
    monkeypatch.setenv("EVENTS_FILE", str(EVENTS_YAML))


def offered(*words):
    *before, incomplete = words
    found = ShellComplete(cli, {}, NAME, VARIABLE).get_completions(before, incomplete)
    return {item.value: item.help for item in found}


@pytest.mark.parametrize(
    ("words", "value", "text"),
    [
        (["event", "thuong-binh"], "thuong-binh-liet-si", "Ngày Thương binh - Liệt sỹ"),
        (["month", "2023-07", "--region", "quang-n"], "quang-ninh", "Quảng Ninh"),
        (["month", "2023-07", "--region", "no"], "none", "Cả nước"),
        (["year", "2023", "--event", "quoc-kh"], "quoc-khanh", None),
        (["upcoming", "--campaign", "quang-ninh-6"], "quang-ninh-60", None),
        (["campaign", "quang-ninh-6"], "quang-ninh-60", None),
        (["feed", "cor"], "core", "Lịch kỷ niệm Việt Nam"),
        (["feed", "campaigns-quang-n"], "campaigns-quang-ninh", None),
        (["feed", "campaign-quang-ninh-6"], "campaign-quang-ninh-60", None),
    ],
)
def test_what_begins_so_is_offered_with_its_name(words, value, text):
    found = offered(*words)

    assert value in found
    assert found[value]
    assert text in (None, found[value])
    assert all(name.startswith(words[-1]) for name in found)


def test_kinds_and_commands_are_offered():
    assert set(offered("month", "2023-07", "--kind", "b")) == {"birth"}
    assert {"month", "year"} <= set(offered(""))


def test_a_registry_with_faults_offers_nothing_and_says_nothing(tmp_path, monkeypatch):
    path = tmp_path / "events.yaml"
    path.write_text("events: 7", encoding="utf-8")
    monkeypatch.setenv("EVENTS_FILE", str(path))

    assert offered("event", "") == {}
    assert "core" in offered("feed", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed_and_the_shell_reads_it(shell):
    if shell == "bash" and not shutil.which("bash"):
        pytest.skip("no bash, whose version click asks for")
    environ = {VARIABLE: f"{shell}_source"}

    script = CliRunner().invoke(cli, prog_name=NAME, env=environ).stdout

    assert f"{VARIABLE}={shell}_complete" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True, timeout=60)


@pytest.mark.parametrize(
    ("shell", "environ", "line"),
    [
        ("bash", {"COMP_WORDS": f"{NAME} event quoc-kh", "COMP_CWORD": "2"}, "plain,quoc-khanh"),
        ("zsh", {"COMP_WORDS": f"{NAME} event quoc-kh", "COMP_CWORD": "2"}, "quoc-khanh"),
        ("fish", {"COMP_WORDS": f"{NAME} event quoc-kh", "COMP_CWORD": "quoc-kh"}, "quoc-khanh"),
    ],
)
def test_a_shell_that_asks_is_answered(shell, environ, line):
    environ = {VARIABLE: f"{shell}_complete", **environ}

    answer = CliRunner().invoke(cli, prog_name=NAME, env=environ).stdout

    assert any(line in part for part in answer.splitlines())
