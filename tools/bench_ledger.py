"""Time planning and claiming with a million subscribers, in an empty database.

Usage:
    python tools/bench_ledger.py sqlite:////tmp/bench.db
    python tools/bench_ledger.py postgresql+psycopg://user:pass@host/empty_database

It fills the database that it is given: never name one that is in use.
"""

import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, bindparam, func, insert, select, text

from calendar_service.store.database import open_database
from calendar_service.store.deliveries import claim, plan_deliveries
from calendar_service.store.schema import UtcDateTime, mornings, profiles, subscribers
from calendar_service.store.upgrade import upgrade

SUBSCRIBERS = 1_000_000
ROUNDS = 200
BATCH = 50
NOW = datetime(2023, 6, 27, tzinfo=UTC)
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, :many)) ",
}
FILL = """
INSERT INTO subscribers
    (email, email_key, state, profile_id, created_at, confirmed_at, changed_at)
SELECT 'p' || i || '@example.vn', 'p' || i || '@example.vn', 'confirmed', 1, :at, :at, :at FROM n
"""


def fill(engine: Engine) -> None:
    """Enter one choice, one morning that is due, and the subscribers."""
    at = NOW - timedelta(days=2)
    with engine.begin() as connection:
        if connection.execute(select(func.count()).select_from(subscribers)).scalar_one():
            raise SystemExit("the database holds subscribers; give an empty one")
        connection.execute(insert(profiles).values(id=1, choice_key="preset=standard"))
        statement = text(NUMBERS[engine.dialect.name] + FILL).bindparams(
            bindparam("at", at, type_=UtcDateTime), many=SUBSCRIBERS
        )
        connection.execute(statement)
        connection.execute(
            insert(mornings).values(
                profile_id=1,
                on_day=date(2023, 6, 27),
                due_at=NOW,
                expires_at=NOW + timedelta(days=30),
            )
        )


def measure(engine: Engine) -> None:
    """Print the seconds of two plans, and the milliseconds of claims."""
    for name in ("plan", "plan again"):
        begin = time.perf_counter()
        with engine.begin() as connection:
            entered = plan_deliveries(connection, NOW)
        print(f"{name}: {entered:,} mails in {time.perf_counter() - begin:.2f} s")
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        with engine.begin() as connection:
            claim(connection, "bench", NOW, BATCH)
        times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    median, slow = statistics.median(times), times[int(ROUNDS * 0.99)]
    print(
        f"claim {BATCH} of {SUBSCRIBERS:,}: median {median:.1f} ms, 99th percentile {slow:.1f} ms"
    )


def main() -> None:
    """Fill and measure the database that the command line names."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    engine = open_database(sys.argv[1])
    upgrade(engine)
    fill(engine)
    measure(engine)


if __name__ == "__main__":
    main()
