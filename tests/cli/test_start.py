"""The short way to the list of a month gives what the command gives, and starts without click."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from calendar_service.cli.start import plain_month

EVENTS_YAML = Path(__file__).parents[2] / "events.yaml"
LINE = "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"
START = "from calendar_service.cli.start import start; start()"
CLICK = "from calendar_service.cli.main import cli; cli()"
LOADED = (
    "import os, sys, atexit, json\n"
    "from calendar_service.cli.start import start\n"
    "say = lambda *status: print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    "os._exit = say\n"
    "atexit.register(say)\n"
    "start()"
)
HEAVY = {"flask", "sqlalchemy", "icalendar", "jinja2", "yaml", "alembic", "apscheduler", "email",
         "secrets", "logging", "docx", "dateutil", "difflib", "itsdangerous",
         "calendar_service.core.campaign", "calendar_service.core.campaigns",
         "calendar_service.core.editions", "calendar_service.registry.loader"}  # fmt: skip


def process(code, *arguments, shell="", **environ):
    before = ["/bin/sh", "-c", f'exec "$@" {shell}', "sh"] if shell else []
    return subprocess.run(
        [*before, sys.executable, "-c", code, *arguments],
        capture_output=True, check=False, timeout=60,
        env={**os.environ, "EVENTS_FILE": str(EVENTS_YAML), **environ},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        (["month", "2023-07"], {"month": ["2023-07"]}),
        (["month", "--all", "2023-07"], {"month": ["2023-07"], "all": ["1"]}),
        (
            ["month", "2023-07", "--region", "hue", "--region", "Hà Nội"],
            {"month": ["2023-07"], "region": ["hue", "Hà Nội"]},
        ),
        (["month", "thang-7"], {"month": ["thang-7"]}),
    ],
)
def test_the_plain_list_of_a_month_is_told_from_its_arguments(arguments, values):
    assert plain_month(arguments) == values


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["month"],
        ["month", "2023-07", "2023-08"],
        ["month", "2023-07", "--help"],
        ["month", "2023-07", "-h"],
        ["month", "2023-07", "--format", "json"],
        ["month", "2023-07", "--region"],
        ["month", "2023-07", "--region", "--all"],
        ["month", "2023-07", "--region=hue"],
        ["month", "2023-07", "--", "--all"],
        ["month", "2023-07", "-o", "july.txt"],
        ["--version"],
        ["year", "2023"],
    ],
)
def test_everything_else_is_left_to_click(arguments):
    assert plain_month(arguments) is None


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        (["2023-07"], {}),
        (["2023-10", "--region", "Quảng Ninh"], {}),
        (["2023-10"], {"REGION": "quang-ninh"}),
        (["2023-10", "--region", "none"], {"REGION": "quang-ninh"}),
        (["--all", "2023-01"], {}),
        (["2023-7"], {}),
        (["1899-12"], {}),
        (["2023-07", "--region", "quang-nin"], {}),
        (["2023-07", "--region", ""], {}),
        (["2023-07"], {"TIMEZONE": "Hanoi"}),
        (["2023-07"], {"MAIL_FROM": "nobody"}),
        (["2023-07"], {"EVENTS_FILE": "/no/such.yaml"}),
        (["2023-07"], {"EVENTS_FILE": "/dev/null:pyproject.toml"}),
        (["2023-07"], {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}),
    ],
)
def test_both_ways_give_the_same_bytes_messages_and_status(arguments, environ):
    short = process(START, "month", *arguments, **environ)
    long = process(CLICK, "month", *arguments, **environ)

    assert (short.stdout, short.stderr, short.returncode) == (
        long.stdout, long.stderr, long.returncode,
    )  # fmt: skip


@pytest.mark.parametrize("shell", [">/dev/full", ">&-", "2>&-"])
def test_both_ways_meet_a_closed_or_full_stdout_alike(shell):
    short = process(START, "month", "2023-07", shell=shell)
    long = process(CLICK, "month", "2023-07", shell=shell)

    assert (short.stdout, short.stderr, short.returncode) == (
        long.stdout, long.stderr, long.returncode,
    )  # fmt: skip


def test_a_reader_that_has_seen_enough_ends_it_quietly():
    read, write = os.pipe()
    os.close(read)
    result = subprocess.run(
        [sys.executable, "-c", START, "month", "2023-07"],
        stdout=write, stderr=subprocess.PIPE, check=False, timeout=60,
        env={**os.environ, "EVENTS_FILE": str(EVENTS_YAML)},
    )  # fmt: skip
    os.close(write)

    assert (result.stderr, result.returncode) == (b"", 1)


def test_an_empty_list_is_said_on_stderr(tmp_path):
    path = tmp_path / "events.yaml"
    path.write_text(
        "events: [{id: mot, name: Một, on: 1/1, kind: history, changed: 1/1/2026,"
        " sources: [{title: Báo, number: '1'}]}]",
        encoding="utf-8",
    )
    result = process(START, "month", "2023-07", EVENTS_FILE=str(path))

    assert (result.stdout, result.returncode) == (b"\n", 0)
    assert b"--all gives more" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (["month", "2023-07"], set()),
        (["month", "2023-07", "--order", "date"], set()),
        (["year", "2023"], {"dateutil"}),
        (["upcoming"], {"dateutil"}),
        (["event", "thuong-binh-liet-si"], set()),
        (["lunar", "2025-01-29"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_lists_import_nothing_that_they_do_not_need(arguments, allowed):
    process(START, "month", "2023-07")  # leaves a compiled copy, so that no YAML is read

    result = process(LOADED, *arguments)

    loaded = set(json.loads(result.stderr.decode().splitlines()[-1]))
    assert loaded & HEAVY <= allowed
    assert "calendar_service.errors" in loaded


def test_a_plain_month_imports_no_click():
    process(START, "month", "2023-07")

    result = process(LOADED, "month", "2023-07")

    assert LINE in result.stdout.decode().splitlines()
    assert not {"click", "zoneinfo"} & set(json.loads(result.stderr.decode().splitlines()[-1]))
