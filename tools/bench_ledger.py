"""Measure the ledger on SQLite and PostgreSQL: planning, claiming, and mails a second.

Usage:
    python tools/bench_ledger.py                    both engines; nine minutes, nothing to set up
    python tools/bench_ledger.py --people 100000    a smaller town
    python tools/bench_ledger.py --engine sqlite    one engine; --postgres URL takes your server

SQLite lies in a temporary folder; PostgreSQL is the one that tools/chaos.py starts. Times are
those of the clock on the wall, since processes and the disk wait for each other. The limit of
planning is INSERT ... SELECT of the same rows into a table without keys or indexes; that of
sending is Postfix's smtp-source into the same sink, where it is installed.
"""

import argparse
import math
import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import median

import chaos
from bench_tables import Row, add_write, machine, show
from chaos import SEVEN
from sqlalchemy import Engine, bindparam, insert, text, update

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.planning import plan
from calendar_service.sending import BATCH, Sender, open_mailer
from calendar_service.services import Services
from calendar_service.store.database import open_database
from calendar_service.store.deliveries import claim, expire
from calendar_service.store.plans import plan_deliveries, profiles_in_use
from calendar_service.store.schema import UtcDateTime, mornings, profiles
from calendar_service.store.upgrade import upgrade

ROUNDS, CLAIMS, FEW = 3, 200, 10_000
MAIL_BYTES, SESSIONS, MEASURED = 9000, 4, 20_000  # what smtp-source is told
SIGNED_UP = SEVEN - timedelta(days=10)
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, :many)) ",
}
FILL = """
INSERT INTO subscribers
    (email, email_key, state, profile_id, created_at, confirmed_at, changed_at)
SELECT 'p' || i || '@example.vn', 'p' || i || '@example.vn', 'confirmed', 1, :at, :at, :at FROM n
"""
EMPTY = {"sqlite": "DELETE FROM deliveries", "postgresql": "TRUNCATE deliveries CASCADE"}
FLUSH = {"sqlite": "PRAGMA wal_checkpoint(TRUNCATE)", "postgresql": "CHECKPOINT"}
GOALS, GOALS_OF_LIMIT = {1: "800/s", 10: "2,000/s"}, {1: "0.35 x", 2: "0.70 x"}
WORKERS = (1, 2, 4)
LEARN = {"sqlite": "PRAGMA optimize", "postgresql": "VACUUM ANALYZE"}  # as autovacuum does


# --- Planning and claiming ---


@contextmanager
def town(engine: str, server: str, people: int) -> Iterator[Engine]:
    """Yield a database with so many people of one choice, and one morning that is due."""
    with (
        tempfile.TemporaryDirectory(prefix="calendar-bench-") as folder,
        chaos.database(engine, server, Path(folder)) as url,
    ):
        opened = open_database(url)
        upgrade(opened)
        with opened.begin() as connection:
            connection.execute(insert(profiles).values(id=1, choice_key=Choice().key))
            at = bindparam("at", SIGNED_UP, type_=UtcDateTime)
            connection.execute(text(NUMBERS[engine] + FILL).bindparams(at, many=people))
            day = SEVEN.date()
            connection.execute(
                insert(mornings).values(
                    profile_id=1, on_day=day, slot=day.toordinal(), due_at=SEVEN,
                    expires_at=SEVEN + timedelta(days=30),
                )
            )  # fmt: skip
        alone(opened, LEARN)
        yield opened
        opened.dispose()


def alone(engine: Engine, statements: dict[str, str]) -> None:
    """Run what cannot run in a transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.rollback()
            driver = connection.connection.dbapi_connection
            assert driver is not None  # noqa: S101
            driver.execute(statements["sqlite"])
        else:
            connection.execute(text(statements["postgresql"]))


def seconds_of(engine: Engine, work: Callable[[Engine], object]) -> float:
    """Return how long *work* takes, what was written before being on the disk."""
    alone(engine, FLUSH)
    begin = time.perf_counter()
    work(engine)
    return time.perf_counter() - begin


def plan_all(engine: Engine) -> int:
    """Enter what is due at SEVEN."""
    with engine.begin() as connection:
        return plan_deliveries(connection, SEVEN)


def plan_again(engine: Engine) -> None:
    """Do what a tick does when nothing is new, the choices' mornings being planned."""
    with engine.begin() as connection:
        assert len(profiles_in_use(connection)) == 1  # noqa: S101
    with engine.begin() as connection:
        assert expire(connection, SEVEN) + plan_deliveries(connection, SEVEN) == 0  # noqa: S101


def copy_bare(engine: Engine) -> None:
    """Write the same rows into the table without keys."""
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bare SELECT * FROM deliveries"))


def measure_plans(engine: Engine) -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of plans, of bare copies and of plans with nothing new."""
    plans, copies, again = [], [], []
    for _ in range(ROUNDS):
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS bare"))
            connection.execute(text(EMPTY[engine.dialect.name]))
            connection.execute(text("CREATE TABLE bare AS SELECT * FROM deliveries"))
            connection.execute(update(mornings).values(entered_at=None))
        plans.append(seconds_of(engine, plan_all))
        copies.append(seconds_of(engine, copy_bare))
        again.append(seconds_of(engine, plan_again))
    alone(engine, LEARN)
    return plans, copies, again


def measure_claims(engine: Engine) -> list[float]:
    """Return the seconds of CLAIMS claims."""
    times = []
    for _ in range(CLAIMS):
        begin = time.perf_counter()
        with engine.begin() as connection:
            assert len(claim(connection, "bench", SEVEN, BATCH)) == BATCH  # noqa: S101
        times.append(time.perf_counter() - begin)
    return times


def rows_of_plans(engine: str, server: str, people: int) -> Iterator[Row]:
    """Compare planning with bare copies, and claims among many with claims among few."""
    with town(engine, server, people) as large:
        plans, copies, again = measure_plans(large)
        among_many = measure_claims(large)
    with town(engine, server, FEW) as small:
        few_plans, _, _ = measure_plans(small)
        among_few = measure_claims(small)
    found = median(plan / copy for plan, copy in zip(plans, copies, strict=True))
    bare = f"bare INSERT … SELECT: {median(copies):.2f} s"
    goal = {"sqlite": "2 x", "postgresql": "7 x"}[engine]
    what = f"{engine}: plan {people:,} mails"
    yield what, f"{median(plans):.2f} s", bare, f"{found:.1f} x", goal
    times = median(plans) / median(few_plans)
    limit = f"{FEW:,} mails: {median(few_plans) * 1e3:.0f} ms"
    what = f"{engine}: growth of planning, {FEW:,} to {people:,} subscribers"
    yield what, f"{median(plans):.2f} s", limit, f"{times:.0f} x", ""
    yield f"{engine}: plan again, nothing new", f"{median(again) * 1e3:.1f} ms", "", "", ""
    few = f"of {FEW:,}: {_milliseconds(among_few)}"
    found = median(among_many) / median(among_few)
    what = f"{engine}: claim {BATCH} of {people:,} that wait"
    yield what, _milliseconds(among_many), few, f"{found:.1f} x", "2 x; 5 / 10 ms"


def _milliseconds(times: list[float]) -> str:
    slow = sorted(times)[math.ceil(len(times) * 0.99) - 1]
    return f"{median(times) * 1e3:.1f} / {slow * 1e3:.1f} ms"


# --- Sending ---


@contextmanager
def sink() -> Iterator[int]:
    """Yield the port of a relay that takes everything: Postfix's, else that of tools/chaos.py."""
    with tempfile.TemporaryDirectory(prefix="calendar-sink-") as folder:
        record, port = Path(folder, "taken"), Path(folder, "port")
        program = postfix("smtp-sink")
        if program:
            drop = ["-u", "nobody"] if os.geteuid() == 0 else []
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                number = probe.getsockname()[1]
            process = subprocess.Popen([program, *drop, f"127.0.0.1:{number}", "1000"])  # noqa: S603
            time.sleep(0.5)
        else:
            context = multiprocessing.get_context("spawn")
            process = context.Process(target=chaos.run_sink, args=(record, port, 0.0, 1))
            process.start()
            while not port.exists():
                time.sleep(0.05)
            number = int(port.read_text())
        try:
            yield number
        finally:
            process.kill()
            process.wait() if program else process.join()


def postfix(program: str) -> str | None:
    """Return the path of one of Postfix's programs, None where it is not installed."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def rate_of_smtp_source(port: int) -> float | None:
    """Return how many mails a second smtp-source hands over, None without it."""
    program = postfix("smtp-source")
    if program is None:
        return None
    options = ["-s", str(SESSIONS), "-m", str(MEASURED), "-l", str(MAIL_BYTES)]
    begin = time.perf_counter()
    subprocess.run([program, *options, f"127.0.0.1:{port}"], check=True)  # noqa: S603
    return MEASURED / (time.perf_counter() - begin)


def work(environ: dict[str, str], name: str, go: Event, done: "Queue[int]") -> None:
    """Send all that is due, as one worker does, once *go* is set."""
    services = Services(load_settings(environ), clock=lambda: SEVEN)
    sender = Sender(services, open_mailer(services.settings), name=name)
    with services.engine.connect():
        done.put(0)
    go.wait()
    done.put(sender.deliver())


def rate_of_workers(environ: dict[str, str], workers: int, mails: int) -> float:
    """Return how many mails a second so many processes send."""
    context = multiprocessing.get_context("spawn")
    go, done = context.Event(), context.Queue()
    names = [f"worker {number}" for number in range(workers)]
    processes = [context.Process(target=work, args=(environ, name, go, done)) for name in names]
    for process in processes:
        process.start()
    for _ in processes:
        done.get()
    begin = time.perf_counter()
    go.set()
    sent = sum(done.get() for _ in processes)
    seconds = time.perf_counter() - begin
    for process in processes:
        process.join()
    if sent != mails:
        raise SystemExit(f"{sent} mails of {mails} were sent; see what the relay says")
    return mails / seconds


def rates(engine: str, server: str, port: int, mails: int) -> Iterator[tuple[int, int, float]]:
    """Yield workers, mails a commit, and mails a second, in an empty database each."""
    for workers in WORKERS:
        for group in (1, 10):
            with (
                tempfile.TemporaryDirectory(prefix="calendar-bench-") as name,
                chaos.database(engine, server, Path(name)) as url,
            ):
                events = Path(name, "events.yaml")
                events.write_text(chaos.EVENTS, encoding="utf-8")
                environ = {
                    "EVENTS_FILE": str(events),
                    "DATABASE_URL": url,
                    "SECRET_KEY": "a-key-for-the-benchmark",
                    "SMTP_URL": f"smtp://127.0.0.1:{port}",
                    "MAILS_PER_COMMIT": str(group),
                }
                services = Services(load_settings(environ), clock=lambda: SEVEN)
                upgrade(services.engine)
                chaos.fill(services.engine, mails)
                plan(services, SEVEN)
                services.engine.dispose()
                yield workers, group, rate_of_workers(environ, workers, mails)


def rows_of_rates(engine: str, server: str, mails: int) -> Iterator[Row]:
    """Compare workers with smtp-source, which runs before and after each."""
    alone_rates: dict[int, float] = {}  # of one worker, by mails a commit
    with sink() as port:
        limit = rate_of_smtp_source(port)
        for workers, group, rate in rates(engine, server, port, mails):
            before, limit = limit, rate_of_smtp_source(port)
            what = f"{engine}: {workers} {_many('worker', workers)}, {_many('commit', group)}"
            alone_rates.setdefault(group, rate)
            what += f" ({rate / alone_rates[group]:.1f} x one)" if workers > 1 else ""
            goal = ", ".join(filter(None, [GOALS[group], GOALS_OF_LIMIT.get(workers)]))
            if before is None or limit is None:
                yield what, f"{rate:,.0f}/s", "not measured: no smtp-source", "", goal
            else:
                most = (before + limit) / 2
                shown = f"smtp-source: {most:,.0f}/s"
                yield what, f"{rate:,.0f}/s", shown, f"{rate / most:.2f} x", goal


def _many(what: str, count: int) -> str:
    if what == "commit":
        return "a commit each" if count == 1 else f"a commit every {count}"
    return what if count == 1 else f"{what}s"


def rows(given: str | None, engines: list[str], people: int, mails: int) -> Iterator[Row]:
    """Yield all rows, engine by engine."""
    with chaos.postgres(given if "postgresql" in engines else "none") as server:
        for engine in engines:
            yield from rows_of_plans(engine, server, people)
            yield from rows_of_rates(engine, server, mails)


def main() -> None:
    """Print the table, as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--people", type=int, default=1_000_000, help="subscribers, each with one mail to plan")
    add("--mails", type=int, default=10_000, help="mails of each run that sends")
    add("--engine", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    add("--postgres", metavar="URL", help="a PostgreSQL whose user may create databases")
    add_write(parser)
    options = parser.parse_args()
    given = options.postgres or os.environ.get("CALENDAR_TEST_DATABASE_URL")
    found = rows(given, options.engine, options.people, options.mails)
    preface = machine(("sqlalchemy", "psycopg"), ("psql", "postconf"))
    show("ledger", preface, found, write=options.write)


if __name__ == "__main__":
    main()
