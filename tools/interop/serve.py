"""Run `calendar-service serve` with a clock that can be moved, for `make interop`.

Usage: serve.py PORT CLOCK        CLOCK is a file with the seconds to add to the present
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calendar_service.cli.main import cli
from calendar_service.services import Services


def main(port: str, clock: Path) -> None:
    """Serve on *port*; the service has no setting for its clock, so it is given one here."""
    build = Services.from_environment

    def moved() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(clock.read_text()))

    def from_environment(default_base_url: str | None = None, *, apart: bool = False) -> Services:
        services = build(default_base_url, apart=apart)
        services.clock = moved
        return services

    Services.from_environment = staticmethod(from_environment)  # type: ignore[method-assign,assignment]
    cli(["serve", "--port", port])


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
