"""bounces: read the mails that came back, and stop writing to addresses that take none."""

import sys
from collections import Counter
from pathlib import Path

import click

from calendar_service.bouncing import noting, told
from calendar_service.config import imap_url
from calendar_service.errors import CalendarServiceError, SettingsError
from calendar_service.mail.bounces import MAX_BYTES
from calendar_service.mail.mailboxes import read_imap, read_maildir
from calendar_service.services import Services
from calendar_service.store.upgrade import require_current

_TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: Postfix keeps the mail and comes again


@click.command("bounces")
@click.option(
    "--maildir",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Read what is new in a Maildir; bounces are seen then.",
)
@click.option(
    "--imap",
    metavar="URL",
    is_flag=False,
    flag_value="",
    help="Read what is unseen at imaps://user:pass@host/Mailbox; without URL: at IMAP_URL.",
)
@click.pass_context
def read_bounces(ctx: click.Context, maildir: Path | None, imap: str | None) -> None:
    """Read one mail from stdin, or a whole mailbox, for bounces of our mails.

    The worker does so by itself with the mailboxes of BOUNCES_MAILDIR and IMAP_URL.
    An address that takes no mail gets none any more, nor does one where three mails did
    not arrive within 14 days. A report that is read twice counts once. How many were hard,
    soft, or to be ignored is told on stderr. From stdin the exit status is 75 when the
    bounce could not be noted, so that Postfix tries again later.

    \b
    Example, a line of /etc/aliases, with recipient_delimiter = + in main.cf:
        bounce: "|cd /srv/calendar && .venv/bin/calendar-service bounces"
    """
    if maildir and imap is not None:
        raise click.UsageError("give either --maildir DIR or --imap URL")
    counts = Counter[str]()
    try:
        _read(maildir, imap, counts)
    except CalendarServiceError as error:
        if maildir or imap is not None:
            raise
        click.echo(f"calendar-service: {error}", err=True)
        ctx.exit(_TRY_AGAIN)
    finally:
        if counts:
            click.echo(told(counts), err=True)


def _read(maildir: Path | None, imap: str | None, counts: Counter[str]) -> None:
    """Note every bounce that is there, and count it."""
    services = Services.from_environment()
    click.get_current_context().call_on_close(services.engine.dispose)
    require_current(services.engine)
    handle = noting(services, counts)
    if maildir:
        read_maildir(maildir, handle, MAX_BYTES)
    elif imap is None:
        handle(_whole_stdin())
    else:
        url = imap_url(imap) or services.settings.imap_url
        if url is None:
            raise SettingsError("IMAP_URL", "", "give imaps://user:pass@host/Mailbox")
        read_imap(url, handle, MAX_BYTES)


def _whole_stdin() -> bytes:
    """Return the beginning of a mail; the rest is taken too, so that who pipes it can end."""
    data = sys.stdin.buffer.read(MAX_BYTES)
    while sys.stdin.buffer.read(MAX_BYTES):
        pass
    return data
