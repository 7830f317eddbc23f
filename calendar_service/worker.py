"""The worker: a clock that calls tick(), which keeps the registry current."""

import logging
import signal
import threading
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from calendar_service.services import Services

TICK_SECONDS = 5
log = logging.getLogger(__name__)


def tick(services: Services) -> None:
    """Do what is due now: read a changed registry and log every fault of it.

    This is the one place that lets nothing stop it: the clock would go on anyway, but
    without a word of ours in the log.
    """
    try:
        services.refresh()
    except Exception:
        log.exception("the tick failed; the next one follows in %d seconds", TICK_SECONDS)


def start_clock(services: Services) -> BackgroundScheduler:
    """Start a thread that calls tick() every TICK_SECONDS; the caller shuts it down."""
    scheduler = BackgroundScheduler(timezone=services.settings.timezone)
    scheduler.add_job(
        tick,
        "interval",
        args=[services],
        seconds=TICK_SECONDS,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler


def run(services: Services) -> None:
    """Tick until SIGTERM or SIGINT; the tick in hand is finished."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, on_signal)
    log.info("worker: %d events, a look every %d s", len(services.registry.events), TICK_SECONDS)
    clock = start_clock(services)
    stop.wait()
    clock.shutdown(wait=True)
    log.info("worker: stopped")
