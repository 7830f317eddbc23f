"""What the DNS says of a sender's domain: SPF, DKIM and DMARC, as TXT records."""

import re

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

TIMEOUT = 3.0  # seconds for one question, repeats included


def text_records(name: str) -> list[str] | None:
    """Return the TXT records of a domain, None when the DNS does not answer."""
    try:
        resolver = Resolver()
        found = resolver.resolve(f"{name}.", "TXT", lifetime=TIMEOUT)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError, ValueError):  # ValueError: a name that DNS cannot hold
        return None
    return [b"".join(record.strings).decode("utf-8", "replace") for record in found]


def spf_records(texts: list[str]) -> list[str]:
    """Return the SPF records among TXT records; one is right (RFC 7208 section 4.5)."""
    return [text for text in texts if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]


def tags(text: str) -> dict[str, str]:
    """Return the tags of a DKIM or DMARC record, "v=DMARC1; p=none" (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, sign, value in pairs if sign}
