"""How headers are written: Vietnamese text stays whole, and no line is too long.

The standard library loses and adds spaces between encoded words when it folds
(python/cpython#121747, #144156), so "Công văn số 1714" came out as "Công vănsố 1714".
"""

import base64
import re
import unicodedata
from email.headerregistry import UnstructuredHeader
from email.policy import EmailPolicy
from email.utils import quote
from typing import Any

WIDTH = 76  # RFC 2047 section 2: the longest line with an encoded word
_WORD = 75  # the same section: the longest encoded word
_FRAME = len("=?utf-8?b??=")
# A fold in a URL or an id breaks some readers' DKIM and links.
_ONE_LINE = {"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "feedback-id"}
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")  # RFC 5322 section 3.2.3


class LetterPolicy(EmailPolicy):
    """SMTP lines, with our own folding of text and of addresses."""

    def fold(self, name: str, value: Any) -> str:
        """Return the header folded, every line ended by CRLF."""
        header = self.header_fetch_parse(name, value)
        if name.lower() in _ONE_LINE:
            lines = [f"{name}: {header}"]
        elif hasattr(header, "addresses"):
            mailboxes = [(item.display_name, item.addr_spec) for item in header.addresses]
            lines = fold_addresses(name, mailboxes)
        elif isinstance(header, UnstructuredHeader):
            lines = fold_text(name, str(header))
        else:
            return str(super().fold(name, header))
        return "".join(f"{line}{self.linesep}" for line in lines)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the header folded, as ASCII."""
        return self.fold(name, value).encode("ascii")


POLICY = LetterPolicy(linesep="\r\n", max_line_length=WIDTH, cte_type="7bit")


def fold_text(name: str, text: str) -> list[str]:
    """Return the lines of a header of free text (RFC 5322 section 2.2.3, RFC 2047)."""
    clean = _clean(text)
    words = clean.split(" ")
    longest = max(len(words[0]) + len(name) + 2, *(len(word) + 1 for word in words))
    if clean.isascii() and clean.isprintable() and "=?" not in clean and longest <= WIDTH:
        return _packed([f"{name}:", *words])
    return _packed([f"{name}:", *encoded_words(clean, WIDTH - len(name) - 2)])


def fold_addresses(name: str, mailboxes: list[tuple[str, str]]) -> list[str]:
    """Return the lines of a header of addresses; each is a display name and an address."""
    pieces = [f"{name}:"]
    for display_name, address in mailboxes:
        clean = _clean(display_name)
        if not clean:
            pieces.append(f"{address},")
            continue
        pieces += _phrase(clean, WIDTH - len(name) - 2)
        pieces.append(f"<{address}>,")
    return _packed([*pieces[:-1], pieces[-1].removesuffix(",")])


def encoded_words(text: str, first_width: int) -> list[str]:
    """Return *text* as encoded words, cut between characters (RFC 2047 section 5 (3)).

    Args:
        text: Any text; readers join the words without a space.
        first_width: The longest that the first word may be, in characters.
    """
    words, octets, width = [], b"", first_width
    for character in text:
        more = character.encode()
        if len(octets) + len(more) > (min(width, _WORD) - _FRAME) // 4 * 3:
            words.append(_encoded(octets))
            octets, width = b"", _WORD
        octets += more
    return [*words, _encoded(octets)]


def _encoded(octets: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(octets).decode()}?="


def _phrase(display_name: str, first_width: int) -> list[str]:
    quoted = f'"{quote(display_name)}"'
    if not display_name.isascii() or "=?" in display_name or len(quoted) > first_width:
        return encoded_words(display_name, first_width)
    return [display_name if _ATOMS.fullmatch(display_name) else quoted]


def _packed(pieces: list[str]) -> list[str]:
    """Return the pieces joined by spaces into lines; all but the first begin with one."""
    lines = [pieces[0]]
    for piece in pieces[1:]:
        # The header's name never stands alone on a line.
        if len(lines[-1]) + 1 + len(piece) <= WIDTH or lines == [pieces[0]]:
            lines[-1] += f" {piece}"
        else:
            lines.append(f" {piece}")
    return lines


def _clean(text: str) -> str:
    """Return *text* in NFC on one line, with single spaces."""
    return re.sub(r"[ \t\r\n]+", " ", unicodedata.normalize("NFC", text)).strip()
