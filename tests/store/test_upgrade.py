"""The migrations make exactly the schema, whoever runs them and however many at once."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, func, insert, inspect, select, text

from calendar_service.errors import DatabaseError
from calendar_service.store import upgrade as module
from calendar_service.store.database import open_database
from calendar_service.store.schema import consents, metadata, profiles, subscribers
from calendar_service.store.upgrade import require_current, upgrade

NOW = datetime(2026, 7, 13, tzinfo=UTC)
UPGRADE = """
import sys
from calendar_service.store.database import open_database
from calendar_service.store.upgrade import upgrade
sys.stdin.readline()
upgrade(open_database(sys.argv[1]))
"""


@pytest.fixture
def empty_engine(empty_url):
    engine = open_database(empty_url)
    yield engine
    engine.dispose()


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    """A copy of the migrations, which a test may add to."""
    copy = tmp_path / "migrations"
    shutil.copytree(module._MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "_MIGRATIONS", copy)
    return copy / "versions"


def described(engine):
    """Return all that the engine says of its tables, in an order of its own making."""
    inspector = inspect(engine)
    return {
        name: {
            "columns": [{**column, "type": repr(column["type"])}
                        for column in inspector.get_columns(name)],
            "key": inspector.get_pk_constraint(name),
            "foreign": sorted(inspector.get_foreign_keys(name), key=str),
            "unique": sorted(inspector.get_unique_constraints(name), key=str),
            "indexes": {index["name"]: {**index, "dialect_options": options_of(index)}
                        for index in inspector.get_indexes(name)},
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }  # fmt: skip


def options_of(index):
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def add_person(connection):
    connection.execute(insert(profiles).values(id=1, choice_key="preset=standard"))
    connection.execute(
        insert(subscribers).values(
            id=1, email="an@example.vn", email_key="an@example.vn", state="confirmed",
            profile_id=1, created_at=NOW, changed_at=NOW,
        )
    )  # fmt: skip
    connection.execute(
        insert(consents).values(subscriber_id=1, text_version="1", method="form", given_at=NOW)
    )


def count(connection, table):
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_alembic_finds_nothing_to_change_after_the_migrations(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )

        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_what_the_schema_says_to_the_last_index(engine, empty_engine):
    metadata.create_all(empty_engine)

    assert described(engine) == described(empty_engine)


def test_an_upgrade_of_a_current_database_changes_nothing(engine):
    with engine.begin() as connection:
        add_person(connection)

    upgrade(engine)

    with engine.connect() as connection:
        assert count(connection, consents) == 1


def test_foreign_keys_hold_after_an_upgrade(engine):
    upgrade(engine)

    with engine.begin() as connection:  # the connection that the upgrade gave back
        add_person(connection)
        connection.execute(delete(subscribers))

        assert count(connection, consents) == 0


def test_processes_that_upgrade_at_once_wait_for_each_other(empty_url):
    processes = [
        subprocess.Popen([sys.executable, "-c", UPGRADE, empty_url], text=True,
                         stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]  # fmt: skip

    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]

    assert errors == ["", "", "", ""]
    engine = open_database(empty_url)
    assert require_current(engine) == "0002"
    engine.dispose()


def test_a_table_that_is_changed_keeps_what_refers_to_it(engine, migrations):
    (migrations / "0003_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision = '0003', '0002'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('subscribers') as batch:\n"
        "        batch.alter_column('state', type_=sa.String(32))\n"
    )
    with engine.begin() as connection:
        add_person(connection)

    upgrade(engine)

    with engine.connect() as connection:
        assert count(connection, subscribers) == 1
        assert count(connection, consents) == 1


def test_a_migration_that_fails_leaves_nothing_behind(empty_engine, migrations):
    (migrations / "0003_broken.py").write_text(
        "from alembic import op\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n    op.execute('SELECT * FROM nowhere')\n"
    )

    with pytest.raises(DatabaseError, match="nowhere"):
        upgrade(empty_engine)

    assert inspect(empty_engine).get_table_names() == []


def test_an_empty_database_is_refused_with_the_command_that_mends_it(empty_engine):
    with pytest.raises(DatabaseError, match=r"has no schema yet.*run: calendar-service db upgrade"):
        require_current(empty_engine)


def test_an_older_database_is_refused_with_the_command_that_mends_it(engine, migrations):
    (migrations / "0003_more.py").write_text("revision, down_revision = '0003', '0002'\n")

    with pytest.raises(DatabaseError, match=r"has schema 0002.*needs 0003.*db upgrade"):
        require_current(engine)


@pytest.mark.parametrize("use", [require_current, upgrade])
def test_a_database_of_a_newer_service_is_left_alone(engine, use):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseError, match=r"schema 9999.*update this one"):
        use(engine)


@pytest.mark.parametrize("use", [require_current, upgrade])
def test_a_server_out_of_reach_is_named_without_its_password(use):
    engine = open_database("postgresql+psycopg://an:hidden@127.0.0.1:1/calendar")

    with pytest.raises(DatabaseError, match=r"an:\*\*\*@127.0.0.1:1/calendar") as caught:
        use(engine)

    assert "correct DATABASE_URL" in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Kính gửi: các chi bộ trực thuộc\n" * 100, encoding="utf-8")

    with pytest.raises(DatabaseError, match=r"letter\.txt cannot be used: file is not a database"):
        require_current(open_database(f"sqlite:///{path}"))


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError, match="file/var for the database cannot be made"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'var' / 'calendar.db'}")


def test_an_address_that_cannot_be_read_is_not_repeated():
    with pytest.raises(DatabaseError, match="correct it") as caught:
        open_database("postgresql+psycopg://an:hidden@host:port/calendar")

    assert "hidden" not in str(caught.value)


def test_the_migrations_come_along_in_the_package():
    names = {path.name for path in Path(module._MIGRATIONS).rglob("*.*")}

    assert {"env.py", "script.py.mako", "0001_first.py", "0002_bounces.py"} <= names
