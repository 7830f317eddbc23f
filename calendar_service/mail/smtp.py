"""Handing mails to a relay, stage by stage, so that each fault says what it means.

Before the final dot nothing was taken over and the mail may be tried again; after it a
lost reply leaves the mail in doubt (RFC 1047).
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from calendar_service.core.delivery import Outcome, Receipt
from calendar_service.mail.outbox import Envelope

TIMEOUT = 30.0  # seconds for each reply
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_CLOSING = 421  # RFC 5321 section 4.2.3: the relay is about to close the connection
_GO_ON = 354
_LONGEST_REPLY = 300
# What may stand between < and >: no space, control or bracket, so that no address can hold a
# command of its own.
_PLAIN = re.compile(r"[!-;=?-~]+")
# Refusals that are about us, not about the address: RFC 3463 section 3.6 and 3.8 (protocol,
# policy), and RFC 4954 section 6 (530 authentication required).
_ABOUT_US = re.compile(r"5\.[57]\.")
_AUTH_REQUIRED = 530
_RCPT, _DATA = 1, 2  # stages; MAIL is 0

Reply = tuple[int, bytes]


class SmtpMailer:
    """Hands mails to one relay over one connection, which it opens when it needs one.

    Not for several threads at once.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        """Take the address of a relay: smtp://user:pass@host:587 or smtps://user:pass@host.

        smtp is made TLS by STARTTLS where the relay offers it, and always before a
        password is sent. Ports are 465 for smtps, else 587 with a user and 25 without.
        """
        parts = urlsplit(url)
        self._tls_at_once = parts.scheme == "smtps"
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._tls_at_once else 587 if self._user else 25)
        self._timeout = timeout
        self._smtp: smtplib.SMTP | None = None
        self._ahead: Sequence[str] = ()  # commands that were sent and whose replies are to come

    def send(
        self, envelope_from: str, to: str, data: bytes, then: Envelope | None = None
    ) -> Receipt:
        """Hand over one mail; faults are told by the receipt, never raised.

        Args:
            envelope_from: Where bounces go.
            to: The one recipient, in ASCII.
            data: The whole mail, its lines ended by CRLF.
            then: The sender and recipient of the next mail, where it is known: a relay with
                PIPELINING is asked for it along with this mail, which saves waiting. No mail
                is handed over by that.
        """
        try:
            smtp, replies = self._begin(_commands(envelope_from, to))
            if not _taken(replies):
                return self._refused(smtp, replies, to)
            # A fault in here leaves the dot, which is last, unsent.
            ahead = self._commands_ahead(smtp, then)
            smtp.send(_dotted(data) + _lines(ahead))
            self._ahead = ahead
        except (OSError, ValueError) as fault:  # ValueError: not ASCII, or no host name
            self.close()
            return _failed(Outcome.RETRY, fault, to)
        return self._settled(smtp, to)

    def check(self) -> bool:
        """Connect and log in without sending; return whether the connection is encrypted.

        Raises:
            OSError, ValueError: The relay is out of reach, or refuses us.
        """
        self.close()
        self._smtp = self._connect()
        encrypted = isinstance(self._smtp.sock, ssl.SSLSocket)
        self.close()
        return encrypted

    def close(self) -> None:
        """End the connection, politely where the relay still listens."""
        smtp, self._smtp = self._smtp, None
        ahead, self._ahead = self._ahead, ()
        if smtp is None:
            return
        try:
            if smtp.sock is not None and not ahead:
                smtp.sock.settimeout(min(self._timeout, 2))
                smtp.quit()
        except OSError:
            pass
        finally:
            smtp.close()

    def _begin(self, commands: Sequence[str]) -> tuple[smtplib.SMTP, list[Reply]]:
        """Return a connection and its replies to MAIL, RCPT and DATA, up to the first refusal.

        A relay may have closed a connection that was idle, or has taken enough mails on
        it; then a new one is opened, once.
        """
        ahead, self._ahead = self._ahead, ()
        if ahead and ahead != commands:  # the relay waits for a mail that does not come
            self._ahead = ahead
            self.close()
        if self._smtp is not None:
            try:
                replies = _ask(self._smtp, commands, asked=bool(ahead))
                if replies[0][0] != _CLOSING:
                    return self._smtp, replies
            except OSError:
                pass
            self.close()
        self._smtp = self._connect()
        return self._smtp, _ask(self._smtp, commands)

    def _commands_ahead(self, smtp: smtplib.SMTP, then: Envelope | None) -> Sequence[str]:
        if then is None or not smtp.has_extn("pipelining"):
            return ()
        try:
            return _commands(*then)
        except ValueError:  # its own turn will tell
            return ()

    def _refused(self, smtp: smtplib.SMTP, replies: list[Reply], to: str) -> Receipt:
        """Return what a refusal before the mail itself means, and make ready for the next."""
        stage = next(number for number, reply in enumerate(replies) if not _good(number, reply))
        code, reply = replies[stage]
        outcome = _refusal(code, reply) if stage == _RCPT else Outcome.RETRY
        receipt = _receipt(outcome, code, reply, to)
        waits = len(replies) > stage + 1 and replies[-1][0] == _GO_ON
        # The relay waits for a mail to nobody; RFC 2920 section 3.1 has us end it. Without
        # a sender that was taken anything could come of it, so we rather leave.
        if waits and (stage != _RCPT or not _ended(smtp)):
            self.close()
            return receipt
        return self._leave(smtp, receipt)

    def _connect(self) -> smtplib.SMTP:
        tls = _tls_context(self._host)
        smtp: smtplib.SMTP
        if self._tls_at_once:
            smtp = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=tls)
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if not self._tls_at_once and smtp.has_extn("starttls"):
                smtp.starttls(context=tls)
                smtp.ehlo_or_helo_if_needed()
            elif not self._tls_at_once and self._user:
                raise smtplib.SMTPNotSupportedError(
                    "the relay offers no STARTTLS, so the password was not sent; use smtps://"
                )
            if self._user:
                smtp.login(self._user, self._password)
            if smtp.sock is not None:  # the end of a mail shall not wait for the relay's ACK
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError):
            smtp.close()
            raise
        return smtp

    def _settled(self, smtp: smtplib.SMTP, to: str) -> Receipt:
        """Return what the relay says to the whole mail."""
        try:
            code, reply = smtp.getreply()
        except OSError as fault:
            self.close()
            return _failed(Outcome.DOUBT, fault, to)
        if code // 100 == 2:
            return _receipt(Outcome.SENT, code, reply, to)
        if code // 100 in (4, 5):
            return self._leave(smtp, _receipt(_refusal(code, reply), code, reply, to))
        self.close()
        return _receipt(Outcome.DOUBT, code, reply, to)

    def _leave(self, smtp: smtplib.SMTP, receipt: Receipt) -> Receipt:
        """Make the connection ready for the next mail, or end it; return the receipt."""
        if self._ahead and receipt.code != _CLOSING:
            return receipt  # the next mail has begun
        try:
            ready = receipt.code != _CLOSING and smtp.rset()[0] // 100 == 2
        except OSError:
            ready = False
        if not ready:
            self.close()
        return receipt


def _tls_context(host: str) -> ssl.SSLContext:
    """Return TLS that verifies the relay, unless it is this machine itself."""
    context = ssl.create_default_context()
    if host in _LOCAL:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _commands(envelope_from: str, to: str) -> tuple[str, str, str]:
    """Return MAIL, RCPT and DATA, whose numbers are the stages.

    Raises:
        ValueError: An address is not plain ASCII.
    """
    for address in (envelope_from, to):
        if not _PLAIN.fullmatch(address):
            raise ValueError("the address is not plain ASCII")
    return f"MAIL FROM:<{envelope_from}>", f"RCPT TO:<{to}>", "DATA"


def _ask(smtp: smtplib.SMTP, commands: Sequence[str], *, asked: bool = False) -> list[Reply]:
    """Return the replies to *commands*, all sent at once where the relay allows it (RFC 2920).

    Without PIPELINING each waits for the reply to the one before. A fault after a refusal
    takes nothing from the refusal. With *asked* they were sent before.

    Raises:
        OSError: The relay is out of reach, and refused nothing before.
    """
    at_once = smtp.has_extn("pipelining")
    if at_once and not asked:
        smtp.send(_lines(commands))
    replies: list[Reply] = []
    refused = False
    for stage, command in enumerate(commands):
        try:
            replies.append(smtp.getreply() if at_once else smtp.docmd(command))
        except OSError:
            if refused:
                break
            raise
        refused = refused or not _good(stage, replies[-1])
        if refused and (not at_once or replies[-1][0] == _CLOSING):
            break
    return replies


def _lines(commands: Sequence[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode("ascii")


def _good(stage: int, reply: Reply) -> bool:
    return reply[0] == _GO_ON if stage == _DATA else reply[0] // 100 == 2


def _taken(replies: list[Reply]) -> bool:
    return len(replies) == _DATA + 1 and all(map(_good, range(_DATA + 1), replies))


def _ended(smtp: smtplib.SMTP) -> bool:
    """End a mail that is to nobody; return whether the relay still answers."""
    try:
        smtp.send(b".\r\n")
        return smtp.getreply()[0] > 0
    except OSError:
        return False


def _refusal(code: int, reply: bytes) -> Outcome:
    """Return what a refusal of a recipient or of a whole mail means."""
    about_us = code == _AUTH_REQUIRED or _ABOUT_US.match(_text(reply))
    return Outcome.REFUSED if code // 100 == 5 and not about_us else Outcome.RETRY


def _dotted(data: bytes) -> bytes:
    """Return the mail with its dots doubled and the final dot (RFC 5321 section 4.5.2)."""
    end = b"" if data.endswith(b"\r\n") else b"\r\n"
    return data.replace(b"\r\n.", b"\r\n..") + end + b".\r\n"


def _failed(outcome: Outcome, fault: Exception, to: str) -> Receipt:
    if isinstance(fault, smtplib.SMTPResponseException):
        return _receipt(outcome, fault.smtp_code, fault.smtp_error, to)
    return _receipt(outcome, 0, str(fault) or type(fault).__name__, to)


def _receipt(outcome: Outcome, code: int, reply: bytes | str, to: str) -> Receipt:
    """Return a receipt whose reply does not tell the address, since it is kept for long."""
    text = _text(reply)
    if to.lower() in text.lower():
        text = re.sub(re.escape(to), "…", text, flags=re.IGNORECASE)
    return Receipt(outcome=outcome, code=max(code, 0), reply=text[:_LONGEST_REPLY])


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())
