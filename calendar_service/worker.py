"""The worker: a clock that calls tick(); the state is in the database, never in the clock."""

import logging
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from calendar_service.bouncing import note_waiting
from calendar_service.errors import CalendarServiceError
from calendar_service.planning import plan
from calendar_service.sending import Sender, open_mailer
from calendar_service.services import Services

TICK_SECONDS = 20
log = logging.getLogger(__name__)


def tick(services: Services, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do what is due now: read a changed registry, plan, note what bounced, send.

    Any number of workers may tick at once, on any number of machines. This is the one
    place that lets nothing stop it: the next tick tries again.
    """
    try:
        services.refresh(apart=True)
        plan(services, services.clock())
        note_waiting(services, stopping)  # so that this tick already leaves those addresses alone
        mailer = open_mailer(services.settings)
        Sender(services, mailer, name=_name(), stopping=stopping).deliver()
    except CalendarServiceError as error:
        log.error("the tick failed; the next follows in %d seconds: %s", TICK_SECONDS, error)
    except Exception:
        log.exception("the tick failed; the next one follows in %d seconds", TICK_SECONDS)


class Clock:
    """Ticks in a thread of its own until it is stopped; the mail in hand is finished."""

    def __init__(self, services: Services) -> None:
        self._stop = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=services.settings.timezone)
        self._scheduler.add_job(
            tick,
            "interval",
            args=[services, self._stop.is_set],
            seconds=TICK_SECONDS,
            next_run_time=services.clock(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking; return when the mail in hand is settled."""
        self._stop.set()
        self._scheduler.shutdown(wait=True)


def run(services: Services) -> None:
    """Tick until SIGTERM or SIGINT."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, on_signal)
    log.info("worker: %d events, a tick every %d s", len(services.registry.events), TICK_SECONDS)
    clock = Clock(services)
    stop.wait()
    clock.stop()
    log.info("worker: stopped")


def _name() -> str:
    """Return a name that no other worker has, on any machine and after any restart."""
    return f"{socket.gethostname()[:40]}:{secrets.token_hex(8)}"
