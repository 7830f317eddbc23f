"""Mailboxes: read what is new in a Maildir or by IMAP, and mark what was handled."""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from calendar_service.errors import MailboxError

TIMEOUT = 10.0  # seconds for each reply; the worker's tick waits for it
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_PASSED_OVER = "$CalendarPassedOver"  # a keyword of RFC 3501: the mail stays unseen, for people
Handle = Callable[[bytes], bool]


def read_maildir(folder: Path, handle: Handle, limit: int) -> None:
    """Give each new mail of a Maildir to *handle*, at most *limit* bytes of it.

    It goes to cur afterwards, as seen when *handle* returned True, else for a person to
    read. A mail that cannot be read stays where it is; one that another reader took
    meanwhile is passed by.

    Raises:
        MailboxError: It is no Maildir, or nothing may be moved in it.
    """
    closed: PermissionError | None = None
    try:
        files = sorted(path for path in (folder / "new").iterdir() if path.is_file())
        for path in files:
            if path.name.startswith("."):
                continue
            try:
                _take(path, folder / "cur", handle, limit)
            except FileNotFoundError:
                if path.exists():  # so it is cur that is missing
                    raise
            except PermissionError as error:
                closed = closed or error  # the others are read all the same
        if closed:
            raise closed
    except OSError as error:
        raise MailboxError(str(folder), error.strerror or str(error)) from error


def _take(path: Path, seen: Path, handle: Handle, limit: int) -> None:
    with path.open("rb") as file:
        handled = handle(file.read(limit))
    path.rename(seen / f"{path.name.partition(':')[0]}:2,{'S' if handled else ''}")


def read_imap(url: str, handle: Handle, limit: int) -> None:
    r"""Give each unseen mail of an IMAP mailbox to *handle*, at most *limit* bytes of it.

    What *handle* returns True for is marked \Seen. The others stay unseen for people; where
    the server keeps keywords they get one, and are not read again.

    Args:
        url: imaps://user:pass@host/Mailbox, INBOX where none is named; or imap://, made
            TLS by STARTTLS unless the host is this machine.
        handle: Takes a mail and says whether it was handled.
        limit: Bytes.

    Raises:
        MailboxError: The server is out of reach, or refuses.
    """
    with _opened(url) as server:
        _read(server, handle, limit)


def check_maildir(folder: Path) -> None:
    """Look whether a Maildir is there, and leave it as it is.

    Raises:
        MailboxError: It is no Maildir, or closed to this user.
    """
    try:
        for part in ("new", "cur"):
            next((folder / part).iterdir(), None)
    except OSError as error:
        raise MailboxError(str(folder), error.strerror or str(error)) from error


def check_imap(url: str) -> None:
    """Log in and look at a mailbox as read_imap does, and leave it as it is.

    Raises:
        MailboxError: The server is out of reach, or refuses.
    """
    with _opened(url, readonly=True):
        pass


@contextlib.contextmanager
def _opened(url: str, *, readonly: bool = False) -> Iterator[imaplib.IMAP4]:
    place = re.sub(r"//.*@", "//", url)
    try:
        parts = urlsplit(url)
        mailbox = unquote(parts.path.strip("/")) or "INBOX"
        escaped = mailbox.replace("\\", "\\\\").replace('"', '\\"')
        with _connect(parts) as server:
            server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            _must(server.select(f'"{escaped}"', readonly))
            yield server
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        words = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
        reason = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        raise MailboxError(place, reason or type(error).__name__) from error


def _connect(parts: SplitResult) -> imaplib.IMAP4:
    host = parts.hostname or ""
    context = ssl.create_default_context()
    if host in _LOCAL:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    server: imaplib.IMAP4
    if parts.scheme == "imaps":
        port = parts.port or 993
        server = imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
        if host not in _LOCAL:
            server.starttls(context)
    return server


def _read(server: imaplib.IMAP4, handle: Handle, limit: int) -> None:
    found = _must(server.uid("SEARCH", "UNSEEN", "UNKEYWORD", _PASSED_OVER))
    for number in (found[0] or b"").split():
        uid = number.decode()
        found = _must(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{limit}>)"))
        mail = next((part[1] for part in found if isinstance(part, tuple)), None)
        if mail is not None and handle(mail):
            _must(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
        elif mail is not None:
            with contextlib.suppress(imaplib.IMAP4.error):  # not every server keeps keywords
                server.uid("STORE", uid, "+FLAGS.SILENT", f"({_PASSED_OVER})")


def _must(answer: tuple[str, Any]) -> Any:
    """Return what a server answers, unless it refuses."""
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(found[0] if found else status)
    return found
