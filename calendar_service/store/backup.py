"""A consistent copy of the database while it is in use."""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from calendar_service.errors import DatabaseError
from calendar_service.store.database import parse_url


def backup(url: str, file: Path) -> None:
    """Write a copy of the database to *file*, whole or not at all.

    SQLite gives a database file, PostgreSQL an archive for pg_restore. Nothing of deleted
    rows is in either: an erased person is in no backup made afterwards.

    Raises:
        DatabaseError: The database or the file cannot be used, or pg_dump is missing.
    """
    parts = parse_url(url)
    if parts.get_backend_name() == "sqlite":
        _whole(file, lambda draft: _copy_sqlite(Path(parts.database or ""), file, draft))
    else:
        _whole(file, lambda draft: _dump_postgresql(parts, draft))


def _whole(file: Path, write: Callable[[Path], None]) -> None:
    """Let *write* make a draft beside *file*, and put it in its place when it is done."""
    try:
        if file.is_dir():
            raise DatabaseError(f"{file} is a folder; give the path of a file")
        # Readable for the owner alone: it holds addresses.
        with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as folder:
            draft = Path(folder) / file.name
            draft.touch(mode=0o600)
            write(draft)
            draft.replace(file)
    except OSError as error:
        raise DatabaseError(
            f"{file} cannot be written: {error.strerror}; give another path"
        ) from error


def _copy_sqlite(source: Path, file: Path, draft: Path) -> None:
    if not source.is_file():
        raise DatabaseError(f"there is no database {source}; correct DATABASE_URL")
    if file.exists() and file.samefile(source):
        raise DatabaseError(f"{file} is the database itself; give another path")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(draft)) as copy:
            live.backup(copy)  # in one step: the writers go on, and it never starts anew
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a -wal beside it
            copy.execute("VACUUM")  # leaves out what was deleted
    except sqlite3.Error as error:
        raise DatabaseError(
            f"{source} cannot be copied: {error}; see that it is a database and may be read,"
            " and that the disk has room"
        ) from error


def _dump_postgresql(url: URL, draft: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseError(
            "pg_dump is not on the PATH; install PostgreSQL's client programs, of the"
            " server's version or newer"
        )
    parameters = dict(url.get_dialect()().create_connect_args(url)[1])
    password = parameters.pop("password", None)
    if password is not None:  # a command line is there for all to read
        keys = draft.with_name("pgpass")
        keys.touch(mode=0o600)
        escaped = str(password).replace("\\", r"\\").replace(":", r"\:")
        keys.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
        parameters["passfile"] = str(keys)
    command = [program, "--format=custom", "--no-password", f"--file={draft}"]
    done = subprocess.run(  # noqa: S603 - the program of the PATH, and no shell
        [*command, f"--dbname={make_conninfo(**parameters)}"],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode:
        reason = (done.stderr.splitlines() or ["no reason given"])[0]
        raise DatabaseError(f"{reason}; see that the server runs, or correct DATABASE_URL")
