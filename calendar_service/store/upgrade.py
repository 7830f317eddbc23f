"""The schema's version: bring a database up to date, or refuse to work on an old one."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select

from calendar_service.errors import DatabaseError
from calendar_service.store.database import reading, within_reach

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0x1CA1E9DA5  # any number, as long as nobody else uses it in this database


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date; of several processes one does it and the others wait.

    All of it is one transaction: it is done whole, or not at all.

    Raises:
        DatabaseError: The database is out of reach, or newer than this service.
    """
    with (
        within_reach(engine),
        engine.connect() as connection,
        _foreign_keys_off(connection),
        connection.begin(),
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        _refuse_newer(_version(connection))
        command.upgrade(migrations(connection), "head")


def require_current(engine: Engine) -> str:
    """Return the schema's version when it is the one that this service works with.

    Raises:
        DatabaseError: The schema is missing, older or newer, or the database out of reach.
    """
    with within_reach(engine), reading(engine) as connection:
        found = _version(connection)
    needed = _scripts().get_current_head()
    _refuse_newer(found)
    if found is None or found != needed:
        has = f"has schema {found}" if found else "has no schema yet"
        raise DatabaseError(
            f"the database {engine.url.render_as_string(hide_password=True)} {has}, this"
            f" version needs {needed}; run: calendar-service db upgrade"
        )
    return found


def migrations(connection: Connection) -> Config:
    """Return Alembic's configuration: our migrations, run on *connection*."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(version: str | None) -> None:
    try:
        if version is not None:
            _scripts().get_revision(version)
    except CommandError:
        raise DatabaseError(
            f"the database has schema {version}, which this version does not know: a newer"
            " calendar-service upgraded it; update this one"
        ) from None


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """Switch the foreign keys of SQLite off, which works outside transactions only.

    To change a table there, Alembic copies it and drops the old one: that would delete
    every row that refers to it.
    """
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
