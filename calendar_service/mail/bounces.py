"""Reading bounces: which mail of ours came back, and whether for good (RFC 3464)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum

from calendar_service.mail.addresses import read_envelope_sender

MAX_BYTES = 256 * 1024  # the report stands before the returned mail, which may be cut off
_LONGEST_DIAGNOSTIC = 300
_MOST_GROUPS = 20
# What the email package raises at mails that were made to break it.
_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
_SENT_TO = ("To", "Delivered-To", "X-Original-To", "Original-Recipient")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)", re.ASCII)
# For good (5), and yet not about the address: RFC 3463 sections 3.3 to 3.8, a mailbox that is
# full, a mail that is too long, and what the receiver has against us or this one mail.
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[23]|3\.4|[567]\.\d+)")


class Action(StrEnum):
    """What a report says became of a mail (RFC 3464 section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A report about one of our mails.

    Attributes:
        delivery_id: The delivery it is about.
        action: What became of the mail.
        status: The code of RFC 3463, such as "5.1.1".
        diagnostic: The receiver's words, without any address.
    """

    delivery_id: int
    action: Action
    status: str
    diagnostic: str

    @property
    def hard(self) -> bool:
        """Whether the address takes no mail, for good."""
        permanent = self.status.startswith("5.") and not _NOT_THE_ADDRESS.fullmatch(self.status)
        return self.action is Action.FAILED and permanent

    @property
    def soft(self) -> bool:
        """Whether this mail did not arrive, but another one may."""
        return self.action is Action.FAILED and not self.hard


def read_bounce(data: bytes, secrets: Sequence[str]) -> Bounce | None:
    """Return what a report says of a mail of ours, None when *data* is anything else.

    Replies, notes of absence, read receipts and broken mails are something else.

    Args:
        data: A whole mail; what is beyond MAX_BYTES is not read.
        secrets: The keys that signed the sender, older ones included.
    """
    try:
        return _read(message_from_bytes(data[:MAX_BYTES]), secrets)
    except _UNREADABLE:
        return None


def _read(mail: Message, secrets: Sequence[str]) -> Bounce | None:
    kind = mail.get_param("report-type")
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    if str(kind or "delivery-status").lower() != "delivery-status":
        return None
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    report = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    if report is None or not report.is_multipart():
        return None
    blocks = [block for block in report.get_payload() if isinstance(block, Message)][:_MOST_GROUPS]
    found = [bounce for block in blocks if (bounce := _bounce(block)) is not None]
    delivery_id = _delivery(mail, blocks, parts, secrets)
    if not found or delivery_id is None:
        return None
    action, status, diagnostic = min(found, key=_severity)
    return Bounce(delivery_id=delivery_id, action=action, status=status, diagnostic=diagnostic)


def _delivery(
    mail: Message, blocks: list[Message], parts: list[Message], secrets: Sequence[str]
) -> int | None:
    """Return the delivery by the address that the report came to, else by what it returns."""
    for address in _addresses(mail, blocks, parts):
        found = read_envelope_sender(address, secrets)
        if found is not None:
            return found
    return None


def _addresses(mail: Message, blocks: list[Message], parts: list[Message]) -> Iterator[str]:
    for name in _SENT_TO:
        yield from _listed(mail, name)
    for block in blocks:
        yield _text(block, "Original-Envelope-Id")
    for part in parts:
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            for returned in part.get_payload():
                if isinstance(returned, Message):
                    yield from _listed(returned, "Return-Path")
        elif part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                yield from _listed(message_from_bytes(headers), "Return-Path")


def _listed(mail: Message, name: str) -> Iterator[str]:
    """Yield the addresses of every header called *name*, without "rfc822;" in front."""
    for value in mail.get_all(name, []):
        text = re.sub(r"^\s*rfc822\s*;", "", str(value), flags=re.IGNORECASE)
        yield from (address for _, address in getaddresses([text]))


def _bounce(block: Message) -> tuple[Action, str, str] | None:
    """Return what a group of fields says of its recipient, None when it is about the mail."""
    words = _text(block, "Action").lower().split()
    if not words or words[0] not in list(Action):
        return None
    said = _STATUS.search(_text(block, "Status"))
    diagnostic = _text(block, "Diagnostic-Code")
    if said is None or said.group().endswith(".0.0"):  # Exim says no more than 5.0.0
        exact = _STATUS.search(diagnostic)
        said = exact if exact and (said is None or exact[1] == said[1]) else said
    if said is None:
        return None
    status = f"{said[1]}.{int(said[2])}.{int(said[3])}"
    return Action(words[0]), status, _nameless(diagnostic, block)


def _severity(found: tuple[Action, str, str]) -> tuple[bool, bool]:
    """Return an order in which the mildest comes first: one of several may have got it."""
    action, status, _ = found
    return action is Action.FAILED, status.startswith("5.")


def _nameless(diagnostic: str, block: Message) -> str:
    """Return the receiver's words without addresses, since they are kept for long."""
    text = re.sub(r"^[a-z0-9-]{1,20}\s*;\s*", "", diagnostic[:1000], flags=re.IGNORECASE)
    text = re.sub(r"[^\s@<>;,:\"'()]+@[^\s@<>;,:\"'()]+", "…", text)
    for name in ("Final-Recipient", "Original-Recipient"):
        local = _text(block, name).partition(";")[2].strip().strip("<>").rpartition("@")[0]
        if local:
            text = re.sub(rf"(?<!\w){re.escape(local)}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text[:_LONGEST_DIAGNOSTIC]


def _text(mail: Message, name: str) -> str:
    """Return a header on one line, printable characters only."""
    value = " ".join(str(mail.get(name, "")).split())
    return "".join(mark if mark.isprintable() else "?" for mark in value)
