"""Bouncing: note what came back, before more is sent to addresses that take none."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from calendar_service.errors import MailboxError
from calendar_service.mail.bounces import MAX_BYTES, read_bounce
from calendar_service.mail.mailboxes import Handle, read_imap, read_maildir
from calendar_service.services import Services
from calendar_service.store.bounces import record_bounce
from calendar_service.store.database import within_reach

_COUNTED = ("hard", "soft", "ignored")
log = logging.getLogger(__name__)


class _StoppingError(Exception):
    """The worker is to stop; what is left in the mailbox waits for the next one."""


def note_waiting(services: Services, stopping: Callable[[], bool] = lambda: False) -> None:
    """Note every bounce that waits in the mailboxes of the settings, until *stopping*.

    A mailbox that cannot be read is logged; mails go out all the same, and the next tick
    looks again.
    """
    settings = services.settings
    counts = Counter[str]()
    note = noting(services, counts)

    def handle(data: bytes) -> bool:
        if stopping():
            raise _StoppingError
        return note(data)

    if settings.bounces_maildir:
        with _or_later():
            read_maildir(settings.bounces_maildir, handle, MAX_BYTES)
    if settings.imap_url:
        with _or_later():
            read_imap(settings.imap_url, handle, MAX_BYTES)
    if counts:
        log.info("bounces: %s", told(counts))


def noting(services: Services, counts: Counter[str]) -> Handle:
    """Return what notes one mail, counts it, and says whether it was about a mail of ours."""
    tokens = services.tokens

    def handle(data: bytes) -> bool:
        bounce = read_bounce(data, tokens.keys)
        new = False
        if bounce and (bounce.hard or bounce.soft):
            with within_reach(services.engine), services.engine.begin() as connection:
                new = record_bounce(
                    connection,
                    bounce.delivery_id,
                    hard=bounce.hard,
                    status=bounce.status,
                    reply=bounce.diagnostic,
                    salt=tokens.salt,
                    now=services.clock(),
                )
        counts["ignored" if not new or bounce is None else "hard" if bounce.hard else "soft"] += 1
        return bounce is not None

    return handle


def told(counts: Counter[str]) -> str:
    """Return how many bounces were of which sort, "1 hard, 0 soft, 2 ignored"."""
    return ", ".join(f"{counts[name]} {name}" for name in _COUNTED)


@contextmanager
def _or_later() -> Iterator[None]:
    try:
        yield
    except _StoppingError:
        return
    except MailboxError as error:
        log.error("bounces are left for later: %s", error)
