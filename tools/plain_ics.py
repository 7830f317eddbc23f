"""A serializer of feeds made by hand: the limit for ours, and a second opinion on its bytes.

It is given the texts and knows nothing else than RFC 5545: escapes, folds, and joins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_DAY = timedelta(days=1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_WIDTH = 74  # octets; RFC 5545 section 3.1 allows 75, of which icalendar keeps one free


@dataclass(frozen=True, slots=True)
class Entry:
    """The texts of one VEVENT."""

    uid: str
    changed_at: datetime
    sequence: int
    first: date
    last: date
    summary: str
    description: str
    category: str
    url: str


def feed(head: bytes, entries: Iterable[Entry]) -> bytes:
    """Return *head*, which ends before the first component, and a VEVENT for each entry."""
    return b"".join([head, *map(_event, entries), b"END:VCALENDAR\r\n"])


def _event(entry: Entry) -> bytes:
    stamp = f"{entry.changed_at:%Y%m%dT%H%M%SZ}"
    return (
        b"BEGIN:VEVENT\r\n"
        + _folded(f"UID:{entry.uid.translate(_ESCAPES)}")
        + f"DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:{entry.sequence}\r\n"
        f"DTSTART;VALUE=DATE:{entry.first:%Y%m%d}\r\n"
        f"DTEND;VALUE=DATE:{entry.last + _DAY:%Y%m%d}\r\n".encode()
        + _folded(f"SUMMARY:{entry.summary.translate(_ESCAPES)}")
        + _folded(f"DESCRIPTION:{entry.description.translate(_ESCAPES)}")
        + _folded(f"CATEGORIES:{entry.category.translate(_ESCAPES)}")
        + b"STATUS:CONFIRMED\r\nCLASS:PUBLIC\r\nTRANSP:TRANSPARENT\r\n"
        b"X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n" + _folded(f"URL:{entry.url}") + b"END:VEVENT\r\n"
    )


def _folded(line: str) -> bytes:
    """Return a line in pieces, none cut within a character or behind a backslash."""
    rest = line.encode()
    if len(rest) <= _WIDTH:
        return rest + b"\r\n"
    pieces = []
    while len(rest) > _WIDTH:
        cut = _WIDTH
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        if rest[cut - 1] in b"\\^":
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
