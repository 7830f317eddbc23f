"""The ids and addresses of a mail: Message-ID, and the sender that bounces come back to."""

import hmac
import re
from collections.abc import Sequence
from email.utils import parseaddr
from functools import lru_cache

_SIGNED = re.compile(r"bounce\+([0-9]{1,19})\.([0-9a-f]{16})@.*", re.IGNORECASE)


def ascii_address(mailbox: str) -> str:
    """Return the address of "Lịch kỷ niệm <lich@ví-dụ.vn>", its domain in IDNA."""
    local, _, domain = parseaddr(mailbox)[1].rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


@lru_cache(maxsize=8)
def domain_of(mailbox: str) -> str:
    """Return the domain of an address, in IDNA."""
    return ascii_address(mailbox).rpartition("@")[2]


def message_id(key: str, secret: str, domain: str) -> str:
    """Return the Message-ID of a delivery: the same at each attempt, and telling nothing."""
    return f"<{_keyed(secret, 'message-id', key)[:32]}@{domain}>"


def envelope_sender(mail_from: str, delivery_id: int, secret: str) -> str:
    """Return the address that a bounce of this delivery comes back to (VERP).

    The local part is 43 characters at most; RFC 5321 section 4.5.3.1.1 allows 64.
    """
    signature = _keyed(secret, "bounce", str(delivery_id))[:16]
    return f"bounce+{delivery_id}.{signature}@{domain_of(mail_from)}"


def read_envelope_sender(address: str, secrets: Sequence[str]) -> int | None:
    """Return the delivery that *address* stands for, None when we did not make it.

    Args:
        address: Where a bounce was sent to; relays may have changed its case.
        secrets: The keys, older ones included.
    """
    match = _SIGNED.fullmatch(address.strip().removeprefix("<").removesuffix(">"))
    if not match:
        return None
    given = match[2].lower()
    for secret in secrets:
        if hmac.compare_digest(given, _keyed(secret, "bounce", match[1])[:16]):
            return int(match[1])
    return None


def _keyed(secret: str, purpose: str, text: str) -> str:
    return hmac.digest(secret.encode(), f"{purpose}:{text}".encode(), "sha256").hex()
