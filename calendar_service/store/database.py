"""Engines: SQLite by default, PostgreSQL for many workers; one way to open both."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from calendar_service.errors import DatabaseError

BUSY_MILLISECONDS = 30_000
CONNECT_SECONDS = 10  # libpq would wait for a silent host as long as TCP does


def open_database(url: str) -> Engine:
    """Return the engine of *url*; a SQLite file's folder is made when it is missing.

    SQLite runs in WAL mode, and each transaction takes the write lock as it begins, so
    that two workers wait for each other and never fail in the middle.

    Raises:
        DatabaseError: The address cannot be read, or the folder cannot be made.
    """
    parts = parse_url(url)
    if parts.get_backend_name() != "sqlite":
        waits = {} if "connect_timeout" in parts.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(parts, pool_pre_ping=True, connect_args=waits)
    if parts.database and parts.database != ":memory:":
        _make_folder(Path(parts.database).parent)
    engine = create_engine(parts, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def parse_url(url: str) -> URL:
    """Return the parts of a database's address.

    Raises:
        DatabaseError: It cannot be read.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # it may hold a password: say nothing of it
        raise DatabaseError("DATABASE_URL is no address of a database; correct it") from None


def is_there(url: str) -> bool:
    """Return whether the database of *url* may hold something: a missing file does not.

    Raises:
        DatabaseError: The address cannot be read.
    """
    parts = parse_url(url)
    return parts.get_backend_name() != "sqlite" or Path(parts.database or "").is_file()


def has_schema(connection: Connection) -> bool:
    """Return whether `db upgrade` was ever run: a mere sign-up makes an empty file."""
    return inspect(connection).has_table("alembic_version")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that is rolled back at the end: for looking only."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()


@contextmanager
def within_reach(engine: Engine) -> Iterator[None]:
    """Turn what the database refuses inside into a DatabaseError that names it."""
    try:
        yield
    except DBAPIError as error:
        name = engine.url.render_as_string(hide_password=True)
        reason = (str(error.orig).splitlines() or ["no reason given"])[0]
        raise DatabaseError(
            f"the database {name} cannot be used: {reason}; see that it runs and may be"
            " written to, or correct DATABASE_URL"
        ) from error


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, which both engines spell alike."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"the folder {folder} for the database cannot be made: {error.strerror};"
            " correct DATABASE_URL"
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" below begins
    _use_wal(connection)
    for pragma in (
        "synchronous = FULL",  # a mail sent and forgotten in a power cut would be sent twice
        "foreign_keys = ON",
        "secure_delete = ON",  # an erased address does not linger in the file
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "cache_size = -65536",  # kB at most: a plan for many spills less into the log
    ):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; while another process does so SQLite refuses at once, so try again."""
    give_up_at = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)


def _begin_immediately(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
