"""worker: the process that plans and sends."""

import logging

import click

from calendar_service.services import Services
from calendar_service.store.version import is_current
from calendar_service.worker import run, tick

log = logging.getLogger(__name__)


def start_log() -> None:
    """Log to stderr, with the time."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for talkative in ("apscheduler", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now, and leave.")
def run_worker(once: bool) -> None:
    """Plan and send what is due, and read the registry when it changes.

    Any number of workers may run, on any number of machines with one PostgreSQL.
    """
    start_log()
    services = Services.from_environment(apart=not once)
    prepare(services)
    if once:
        tick(services)
    else:
        run(services)


def prepare(services: Services) -> None:
    """Bring an embedded database up to date; a shared one must be so already."""
    if not is_current(services.engine):
        # Here, since a worker would hold for good the 9 MiB that Alembic takes.
        from calendar_service.store.upgrade import require_current, upgrade

        if services.engine.dialect.name == "sqlite":
            upgrade(services.engine)
        else:
            require_current(services.engine)
    log.info("links are signed by %d keys", len(services.tokens.keys))
    if not services.settings.smtp_url:
        log.info("no SMTP_URL: mails are written to %s", services.settings.outbox)
