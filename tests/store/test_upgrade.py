"""The migrations make exactly the schema, whoever runs them and however many at once."""

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import delete, func, insert, inspect, select, text

from calendar_service.core.delivery import delivery_key
from calendar_service.errors import DatabaseError
from calendar_service.store import upgrade as module
from calendar_service.store.database import open_database
from calendar_service.store.schema import (
    bounces,
    consents,
    deliveries,
    metadata,
    mornings,
    profiles,
    subscribers,
)
from calendar_service.store.subscribers import erase
from calendar_service.store.upgrade import require_current, upgrade
from calendar_service.store.version import HEAD, is_current

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
    assert require_current(engine) == "0005"
    engine.dispose()


def test_a_table_that_is_changed_keeps_what_refers_to_it(engine, migrations):
    (migrations / "0006_more.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        "revision, down_revision = '0006', '0005'\n"
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
    (migrations / "0006_broken.py").write_text(
        "from alembic import op\nrevision, down_revision = '0006', '0005'\n"
        "def upgrade():\n    op.execute('SELECT * FROM nowhere')\n"
    )

    with pytest.raises(DatabaseError, match="nowhere"):
        upgrade(empty_engine)

    assert inspect(empty_engine).get_table_names() == []


FILLED = """
INSERT INTO profiles (id, choice_key) VALUES (1, 'preset=standard');
INSERT INTO subscribers (id, email, email_key, state, profile_id, created_at, changed_at)
    VALUES (17, 'an@example.vn', 'an@example.vn', 'confirmed', 1, {at}, {at});
INSERT INTO mornings (id, profile_id, on_day, due_at, expires_at)
    VALUES (5, 1, '2023-06-27', {at}, {at});
INSERT INTO deliveries (id, dedupe_key, kind, subscriber_id, morning_id, state, ready_at,
    expires_at, worker, attempts, smtp_code, smtp_reply, created_at, updated_at) VALUES
    (1, 'c:17:1875456', 'confirm', 17, NULL, 'sent', NULL, {at}, 'w', 1, 250, 'ok', {at}, {at}),
    (2, 'm:17:2023-06-27', 'morning', 17, 5, 'pending', {at}, {at}, NULL, 2, 451, 'x', {at}, {at}),
    (3, 'm:17:2024-02-29', 'morning', 17, NULL, 'cancelled', NULL, {at}, 'w', 0, 0, '', {at}, {at}),
    (9, 'm:17:1999-12-31', 'morning', 17, NULL, 'expired', NULL, {at}, NULL, 0, 0, '', {at}, {at});
INSERT INTO bounces (id, delivery_id, hard, status, at) VALUES (1, 1, {no}, '4.2.2', {at});
DELETE FROM deliveries WHERE id = 9
"""


@pytest.fixture
def filled(empty_engine):
    """Return a database of schema 0002 that holds a person, mornings, mails and a bounce."""
    sqlite = empty_engine.dialect.name == "sqlite"
    at = "'2023-06-27 00:00:00.000000" + ("'" if sqlite else "+00'")
    with empty_engine.begin() as connection:
        command.upgrade(module.migrations(connection), "0002")
    with empty_engine.begin() as connection:
        for statement in FILLED.format(at=at, no=0 if sqlite else "false").split(";"):
            connection.exec_driver_sql(statement)
    return empty_engine


def test_a_filled_ledger_keeps_its_mails_and_gets_the_lean_key(filled):
    upgrade(filled)

    at = datetime(2023, 6, 27, tzinfo=UTC)
    with filled.connect() as connection:
        rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
        found = connection.execute(select(mornings)).one()
        assert count(connection, bounces) == 1
    kept = [(r.id, r.slot, r.state, r.ready_at, r.attempts, r.smtp_code) for r in rows]
    assert kept == [
        (1, -1875456, "sent", None, 1, 250),
        (2, 738698, "pending", at, 2, 451),
        (3, 738945, "cancelled", None, 0, 0),
    ]
    assert (found.slot, found.on_day, found.due_at) == (738698, date(2023, 6, 27), at)
    assert found.entered_at is None


def test_a_mail_has_the_same_message_id_after_the_upgrade(filled):
    upgrade(filled)

    with filled.connect() as connection:
        rows = connection.execute(
            select(deliveries.c.subscriber_id, deliveries.c.slot).order_by(deliveries.c.id)
        )
        keys = [delivery_key(*row) for row in rows]

    assert keys == ["c:17:1875456", "m:17:2023-06-27", "m:17:2024-02-29"]


def test_the_number_of_a_mail_that_is_gone_stays_free_after_the_upgrade(filled):
    upgrade(filled)

    with filled.begin() as connection:
        if filled.dialect.name == "postgresql":  # whose numbers were given by hand above
            connection.execute(text("SELECT setval('deliveries_id_seq', 9)"))
        row = {"kind": "morning", "subscriber_id": 17, "slot": 1, "state": "sent",
               "expires_at": NOW, "created_at": NOW, "updated_at": NOW}  # fmt: skip
        new = connection.execute(insert(deliveries).values(row).returning(deliveries.c.id))
        assert new.scalar_one() == 10


def test_who_is_erased_takes_their_mails_and_bounces_along_after_the_upgrade(filled):
    upgrade(filled)

    with filled.begin() as connection:
        assert erase(connection, 17, "salt", NOW)

        assert (count(connection, deliveries), count(connection, bounces)) == (0, 0)


def test_a_ledger_with_a_foreign_key_keeps_its_rows_when_it_goes(filled, migrations):
    later = [migrations / "0004_no_check.py", migrations / "0005_components.py"]
    scripts = [path.read_text() for path in later]
    for path in later:
        path.unlink()
    upgrade(filled)
    tables = [table for table in metadata.sorted_tables if inspect(filled).has_table(table.name)]
    with filled.connect() as connection:
        before = [connection.execute(select(table)).all() for table in tables]
    for path, script in zip(later, scripts, strict=True):
        path.write_text(script)

    upgrade(filled)

    with filled.connect() as connection:
        after = [connection.execute(select(table)).all() for table in tables]
    assert after == before
    assert [len(rows) for rows in before if rows] == [3, 1, 1, 1, 1]
    assert inspect(filled).get_foreign_keys("deliveries") == []
    assert inspect(filled).get_foreign_keys("bounces")[0]["referred_table"] == "deliveries"


def test_an_empty_database_is_refused_with_the_command_that_mends_it(empty_engine):
    with pytest.raises(DatabaseError, match=r"has no schema yet.*run: calendar-service db upgrade"):
        require_current(empty_engine)


def test_an_older_database_is_refused_with_the_command_that_mends_it(engine, migrations):
    (migrations / "0006_more.py").write_text("revision, down_revision = '0006', '0005'\n")

    with pytest.raises(DatabaseError, match=r"has schema 0005.*needs 0006.*db upgrade"):
        require_current(engine)


def test_the_version_that_code_asks_for_is_that_of_the_newest_migration(engine):
    assert require_current(engine) == HEAD


def test_a_database_is_current_after_its_upgrade_and_not_before(empty_engine):
    before = is_current(empty_engine)
    upgrade(empty_engine)

    assert (before, is_current(empty_engine)) == (False, True)


@pytest.mark.parametrize("version", ["0004", "9999"])
def test_a_database_of_another_version_is_not_current(engine, version):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})

    assert not is_current(engine)


@pytest.mark.parametrize("use", [require_current, upgrade])
def test_a_database_of_a_newer_service_is_left_alone(engine, use):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseError, match=r"schema 9999.*update this one"):
        use(engine)


@pytest.mark.parametrize("use", [require_current, upgrade, is_current])
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

    assert {
        "env.py",
        "script.py.mako",
        "0001_first.py",
        "0002_bounces.py",
        "0003_slots.py",
        "0004_no_check.py",
        "0005_components.py",
    } <= names
