"""db upgrade and backup: the database's schema, and a copy of it."""

from pathlib import Path

import click

from calendar_service.config import load_settings
from calendar_service.store.backup import backup
from calendar_service.store.database import open_database
from calendar_service.store.upgrade import require_current, upgrade


@click.group("db")
def database() -> None:
    """Upgrade the database's schema, or copy the database."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the schema up to date; a database that is missing is made.

    It is safe to run at every start, by several processes at once.
    """
    engine = open_database(load_settings().database_url)
    click.get_current_context().call_on_close(engine.dispose)
    upgrade(engine)
    click.echo(f"the schema is current: {require_current(engine)}", err=True)


@database.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_database(file: Path) -> None:
    """Write a consistent copy to FILE while the service runs, in place of an older one.

    SQLite: a database file, to be put back in its place while nothing runs. PostgreSQL:
    an archive for pg_restore; pg_dump must be on the PATH.

    \b
    Example:
        calendar-service db backup calendar-backup.db
    """
    backup(load_settings().database_url, file)
    click.echo(f"{file}: {file.stat().st_size:,} bytes", err=True)
