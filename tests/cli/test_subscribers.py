"""subscribers and db: what administrators do on the command line."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
BASIS = "Quyết định 12/QĐ-VP ngày 3/7/2026"


@pytest.fixture
def run(tmp_path):
    """Run commands on a database of their own."""
    settings = {
        "EVENTS_FILE": str(EVENTS_YAML),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'calendar.db'}",
        "SECRET_KEY": "0123456789abcdef",
    }

    def run_one(*arguments, **environ):
        words = [str(part) for part in arguments]
        return CliRunner().invoke(cli, words, env={**settings, **environ})

    assert run_one("db", "upgrade").exit_code == 0
    return run_one


@pytest.fixture
def table(tmp_path):
    """Write a file of these lines, and return its path."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return write


def listed(result):
    return list(csv.DictReader(result.stdout.splitlines()))


def test_an_import_makes_confirmed_subscribers_with_their_choice(run, table):
    path = table(
        "Email,region,kind,lead,digest",
        "An@Example.vn,quang-ninh;ha-noi,birth;death,30 7,month;year",
        "binh@example.vn,,,,",
    )

    result = run("subscribers", "import", path, "--basis", BASIS)

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 imported, 0 known already, 0 suppressed\n"
    first, second = listed(run("subscribers", "list"))
    assert (first["email"], first["state"]) == ("An@example.vn", "confirmed")
    assert (first["region"], first["kind"]) == ("ha-noi;quang-ninh", "birth;death")
    assert (first["lead"], first["digest"]) == ("30;7", "month;year")
    assert (second["region"], second["lead"], second["digest"]) == ("", "", "")


def test_an_import_without_choices_gives_the_usual_one_and_the_region_of_the_settings(run, table):
    result = run(
        "subscribers", "import", table("email", "an@example.vn"), "--basis", BASIS,
        REGION="quang-ninh",
    )  # fmt: skip

    assert result.exit_code == 0
    [person] = listed(run("subscribers", "list"))
    assert (person["region"], person["preset"], person["digest"], person["lang"]) == (
        "quang-ninh", "standard", "month", "vi",
    )  # fmt: skip


def test_the_basis_is_kept_as_the_way_of_consent(run, table):
    run("subscribers", "import", table("email", "an@example.vn"), "--basis", BASIS)

    data = json.loads(run("subscribers", "export", "AN@example.vn").stdout)

    assert data["subscriber"]["email"] == "an@example.vn"
    assert data["consents"][0]["method"] == BASIS


def test_every_fault_of_an_import_is_told_with_its_line_and_nothing_is_imported(run, table):
    path = table(
        "email,region,kind,event,lead",
        "an@example.vn,,,,",
        "bình@example.vn,atlantis,feast,no-such-event,400",
        "",
        "AN@example.vn,,,,",
        "chi@example.vn,,,,,,",
        ",,birth,,",
    )

    result = run("subscribers", "import", path, "--basis", BASIS)

    lines = result.stderr.splitlines()
    assert result.exit_code == 2
    assert [line.split(": ")[0].split(":")[-1] for line in lines[:-1]] == [
        "3", "3", "3", "3", "3", "5", "6", "7",
    ]  # fmt: skip
    for words in ("Internationalized", "unknown region 'atlantis'", "unknown kind 'feast'",
                  "no-such-event", "lead time '400'", "stands on line 2 already",
                  "has 7 fields, but only 5", "must have an @-sign"):  # fmt: skip
        assert words in result.stderr
    assert lines[-1] == "8 faults; nothing was imported"
    assert listed(run("subscribers", "list")) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["mail", "an@example.vn"], "unknown column 'mail'; allowed: email, region"),
        (["an@example.vn"], "no column 'email'; name the columns on the first line"),
        (["email,email", "an@example.vn,"], "'email' is there twice"),
        (["email,state", "an@example.vn,confirmed"], "unknown column 'state'"),
        ([], "is empty; begin with a line that names 'email'"),
    ],
)
def test_columns_that_mean_nothing_are_refused(run, table, lines, words):
    result = run("subscribers", "import", table(*lines), "--basis", BASIS)

    assert result.exit_code == 2
    assert words in result.stderr


def test_a_file_in_another_encoding_is_refused(run, table):
    path = table("email,region", "an@example.vn,Đà Nẵng", encoding="utf-16")

    result = run("subscribers", "import", path, "--basis", BASIS)

    assert result.exit_code == 2
    assert "save it as CSV in UTF-8" in result.stderr


def test_what_spreadsheets_save_is_read(run, table):
    path = table("\ufeffemail;region", '"an@example.vn";"Quảng Ninh, Hà Nội"', ";")

    result = run("subscribers", "import", path, "--basis", BASIS)

    assert result.stderr.startswith("1 imported")
    assert listed(run("subscribers", "list"))[0]["region"] == "ha-noi;quang-ninh"


@pytest.mark.parametrize("basis", ["", "  ", "x" * 201])
def test_an_import_needs_a_basis(run, table, basis):
    result = run("subscribers", "import", table("email", "an@example.vn"), "--basis", basis)

    assert result.exit_code == 2
    assert "give it in 1 to 200 characters" in result.stderr


def test_the_known_and_the_forgotten_are_skipped_and_counted(run, table):
    run("subscribers", "import", table("email", "a@example.vn", "b@example.vn"), "--basis", BASIS)
    run("subscribers", "forget", "b@example.vn")

    path = table("email", "A@example.vn", "B@example.vn", "c@example.vn")
    result = run("subscribers", "import", path, "--basis", BASIS)

    assert result.stderr == "1 imported, 1 known already, 1 suppressed\n"
    assert [row["email"] for row in listed(run("subscribers", "list"))] == [
        "a@example.vn", "c@example.vn",
    ]  # fmt: skip


def test_a_new_secret_key_in_front_does_not_bring_the_forgotten_back(run, table):
    path = table("email", "a@example.vn")
    run("subscribers", "import", path, "--basis", BASIS)
    run("subscribers", "forget", "a@example.vn")

    result = run(
        "subscribers", "import", path, "--basis", BASIS,
        **{"SECRET_KEY": "fedcba9876543210,0123456789abcdef"},
    )  # fmt: skip

    assert result.stderr == "0 imported, 0 known already, 1 suppressed\n"


def test_a_list_may_be_of_one_state(run, table):
    run("subscribers", "import", table("email", "a@example.vn"), "--basis", BASIS)

    assert len(listed(run("subscribers", "list", "--state", "confirmed"))) == 1
    assert listed(run("subscribers", "list", "--state", "paused")) == []


@pytest.mark.parametrize("command", ["export", "forget"])
def test_an_address_that_nobody_has_is_told(run, command):
    result = run("subscribers", command, "nobody@example.vn")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert "nobody has signed up by it" in result.stderr


def test_a_database_without_a_schema_is_told_with_the_remedy(run, tmp_path):
    result = run("subscribers", "list", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")

    assert result.exit_code == 2
    assert "run: calendar-service db upgrade" in result.stderr
    assert "Traceback" not in result.output


def test_an_upgrade_says_the_schema_and_may_be_repeated(run):
    result = run("db", "upgrade")

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "the schema is current: 0005\n"


def test_a_backup_is_a_database_file(run, table, tmp_path):
    run("subscribers", "import", table("email", "a@example.vn"), "--basis", BASIS)

    result = run("db", "backup", tmp_path / "copy.db")

    assert result.exit_code == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT email FROM subscribers").fetchall() == [("a@example.vn",)]


@pytest.mark.parametrize("words", [("upgrade",), ("backup", "copy")])
def test_a_server_out_of_reach_is_told_in_one_line(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)

    result = run("db", *words, DATABASE_URL="postgresql+psycopg://an:hidden@127.0.0.1:1/x")

    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "hidden" not in result.stderr
