"""How mails leave: the interface, and a folder of files for a service without a relay."""

import logging
import re
import tempfile
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

from calendar_service.core.delivery import Outcome, Receipt

log = logging.getLogger(__name__)


Envelope = tuple[str, str]  # where bounces go, and the one recipient


class Mailer(Protocol):
    """Hands mails over, one after the other, and tells what became of each."""

    def send(
        self, envelope_from: str, to: str, data: bytes, then: Envelope | None = None
    ) -> Receipt:
        """Hand over one mail; faults are told by the receipt, never raised.

        Args:
            envelope_from: Where bounces go.
            to: The one recipient.
            data: The whole mail, its lines ended by CRLF.
            then: Whom the next mail is for, where that is known.
        """

    def close(self) -> None:
        """Let go of what is held between two mails; the next mail takes it up again."""


class OutboxMailer:
    """Writes each mail as a file that mail programs open, named by time and Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(
        self, envelope_from: str, to: str, data: bytes, then: Envelope | None = None
    ) -> Receipt:
        """Write the mail to the folder, whole or not at all."""
        path = self._folder / _file_name(data)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as error:
            return Receipt(outcome=Outcome.RETRY, code=0, reply=f"outbox: {error.strerror}")
        log.info("no SMTP_URL is set: the mail is written to %s", path)
        return Receipt(outcome=Outcome.SENT, code=250, reply=path.name)

    def close(self) -> None:
        """Do nothing: no file is held between two mails."""


def _file_name(data: bytes) -> str:
    """Return "20230713T000000Z-9f86d081.eml" from the Date and the Message-ID of a mail."""
    head = BytesHeaderParser().parsebytes(data)
    sent_at = parsedate_to_datetime(head["Date"]).astimezone(UTC)
    local = head["Message-ID"].partition("@")[0]
    return f"{sent_at:%Y%m%dT%H%M%SZ}-{re.sub(r'[^A-Za-z0-9-]', '', local)}.eml"


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file under a name of its own, readable by us alone, then rename it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            Path(draft.name).replace(path)
        except OSError:
            Path(draft.name).unlink(missing_ok=True)
            raise
