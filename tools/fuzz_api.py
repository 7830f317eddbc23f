"""Ask every operation of /openapi.json made-up questions and hold each answer against the schema.

Usage:
    make fuzz                         100,000 requests, some half an hour on two cores
    .venv/bin/python tools/fuzz_api.py --requests 2000 --processes 1

schemathesis makes the requests, three quarters of them as the description allows and a quarter
against it, and asks the whole application without a network: the kept answers and all that lies
behind them. No answer may be a 5xx, have a status, content type, header or body that the
description does not name, accept what the description forbids, or refuse what it allows (apart
from ranges that end before they begin, which no schema can forbid).

Exit status: 0 nothing found, 1 something found or fewer requests made than asked for.
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import count as numbers
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase, strategies
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import positive_data_acceptance

from calendar_service.config import load_settings
from calendar_service.registry.loader import load_registry
from calendar_service.services import Services
from calendar_service.web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE, SHOWN = 400, 20
# Their ends may lie before their beginnings.
RANGES = ("/occurrences", "/milestones", "/events/{id}")
SHARES = ((GenerationMode.POSITIVE, 0.75), (GenerationMode.NEGATIVE, 0.25))


@dataclass
class Count:
    """What one process asked and found: requests by operation, answers by status, faults."""

    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Ask, print what was asked by operation and every fault, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3600, help="stop after so long")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the clock's by default")
    given = parser.parse_args()
    share = -(-given.requests // given.processes)
    began = time.monotonic()
    with ProcessPoolExecutor(given.processes) as pool:
        seeds = range(given.seed, given.seed + given.processes)
        counts = list(pool.map(_ask, seeds, repeat(share), repeat(given.seconds)))
    return _report(counts, given.requests, time.monotonic() - began, given.seed)


def _ask(seed: int, share: int, seconds: float) -> Count:
    """Return what *share* requests found, over all operations, within *seconds*."""
    count, until = Count(), time.monotonic() + seconds
    with TemporaryDirectory(prefix="fuzz_api-") as work:
        settings = load_settings(
            {
                "EVENTS_FILE": str(ROOT / "events.yaml"),
                "DATABASE_URL": f"sqlite:///{work}/calendar.db",
                "XDG_CACHE_HOME": work,
            }
        )
        schema = schemathesis.openapi.from_wsgi("/openapi.json", create_app(Services(settings)))
        operations = [found.ok() for found in schema.get_all_operations()]
        registry = load_registry([ROOT / "events.yaml"])
        ids = sorted({thing.id for thing in (*registry.events, *registry.campaigns)})
        for round_ in numbers():
            for operation in operations:
                left = share - sum(count.asked.values())
                if left <= 0 or time.monotonic() > until:
                    return count
                for mode, part in SHARES:
                    size = max(1, int(min(left, AT_ONCE) * part))
                    _ask_one(operation, mode, size, ids, seed * 1_000 + round_, count)
    return count


def _ask_one(
    operation: Any, mode: GenerationMode, size: int, ids: list[str], seed: int, count: Count
) -> None:
    """Put *size* requests to *operation*, of what its description allows or of the rest."""
    left_out = [positive_data_acceptance] if operation.path.endswith(RANGES) else None

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=size,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(
        operation.as_strategy(generation_mode=mode),
        # An id that was made up names nothing; most questions are to find something.
        strategies.sampled_from([None, *ids]),
    )
    def ask(case: Any, known: str | None) -> None:
        if known and mode is GenerationMode.POSITIVE and "id" in case.path_parameters:
            case.path_parameters["id"] = known
        answer = case.call(headers={"Accept-Encoding": "identity"})
        count.asked[operation.path] += 1
        count.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, excluded_checks=left_out)
        except FailureGroup as group:
            for failure in group.exceptions:
                count.faults.append(f"{case.as_curl_command()}: {failure}")

    ask()


def _report(counts: list[Count], wanted: int, seconds: float, seed: int) -> int:
    asked: Counter[str] = sum((count.asked for count in counts), Counter())
    statuses: Counter[int] = sum((count.statuses for count in counts), Counter())
    faults = [fault for count in counts for fault in count.faults]
    for path, number in sorted(asked.items()):
        print(f"{number:8,}  {path}")
    print("answers:", ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items())))
    print(f"{asked.total():,} requests in {seconds:.0f} s, seed {seed}, {len(faults)} faults")
    for fault in faults[:SHOWN]:
        print(fault)
    return int(bool(faults) or asked.total() < wanted)


if __name__ == "__main__":
    sys.exit(main())
