"""The schema's version, for whoever only asks whether it is the one of this code."""

from sqlalchemy import Engine, column, inspect, select, table

from calendar_service.store.database import reading, within_reach

HEAD = "0005"  # the newest of migrations/
_VERSIONS = table("alembic_version", column("version_num"))


def is_current(engine: Engine) -> bool:
    """Return whether the schema is the one that this service works with.

    Raises:
        DatabaseError: The database is out of reach.
    """
    with within_reach(engine), reading(engine) as connection:
        if not inspect(connection).has_table(_VERSIONS.name):
            return False
        return connection.execute(select(_VERSIONS.c.version_num)).scalars().all() == [HEAD]
