"""doctor: is everything as it should be, and if not, what mends it?"""

import smtplib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from calendar_service.cli.output import write
from calendar_service.config import SECRET_KEY_PATH, Settings, load_settings, masked
from calendar_service.errors import CalendarServiceError, MailboxError, RegistryError
from calendar_service.mail import records
from calendar_service.mail.addresses import domain_of
from calendar_service.mail.mailboxes import check_imap, check_maildir
from calendar_service.mail.smtp import SmtpMailer
from calendar_service.registry.loader import load_registry
from calendar_service.store.database import open_database, parse_url
from calendar_service.store.upgrade import require_current

_SMTP_SECONDS = 10.0
_LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared, not listened on
_VIET_NAM = "Asia/Ho_Chi_Minh"


class Verdict(StrEnum):
    """How one thing stands."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do where it is not ok."""

    verdict: Verdict
    what: str
    text: str

    def __str__(self) -> str:
        return f"{self.verdict:8}{self.what:18}{' '.join(self.text.split())}"


@click.command("doctor")
@click.option("--dkim-selector", metavar="NAME", help="Look at NAME._domainkey of MAIL_FROM.")
@click.pass_context
def diagnose(ctx: click.Context, dkim_selector: str | None) -> None:
    """Look at settings, registry, database, mail, bounces, DNS, clock; change and send nothing.

    A line each says ok, warning or fault, and the remedy; the exit status is 1 when
    something is at fault.

    \b
    Example:
        calendar-service doctor --dkim-selector mail
    """
    failed = False
    for finding in _findings(dkim_selector):
        write(f"{finding}\n".encode(), None)
        failed = failed or finding.verdict is Verdict.FAULT
    ctx.exit(1 if failed else 0)


def _findings(selector: str | None) -> Iterator[Finding]:
    yield _clock()
    try:
        settings = load_settings()
    except CalendarServiceError as error:
        yield Finding(Verdict.FAULT, "settings", f"{error}; the rest was not looked at")
        return
    yield from _settings(settings)
    yield _base_url(settings)
    yield from _registry(settings)
    yield _database(settings)
    yield _secret_key(settings)
    yield _relay(settings) if settings.smtp_url else _outbox(settings.outbox)
    yield _bounces(settings)
    yield from _sender(settings, selector)


def _clock() -> Finding:
    try:
        now = datetime.now(UTC).astimezone(ZoneInfo(_VIET_NAM))
    except (ZoneInfoNotFoundError, OSError):
        return Finding(Verdict.FAULT, "clock", "no time zone data; run: pip install tzdata")
    if now.utcoffset() != timedelta(hours=7):
        return Finding(Verdict.FAULT, "clock", f"{_VIET_NAM} is not +07:00; reinstall tzdata")
    return Finding(Verdict.OK, "clock", f"{now:%Y-%m-%d %H:%M:%S} in Việt Nam, time zones present")


def _settings(settings: Settings) -> Iterator[Finding]:
    """Yield each variable as it is used, but those that are judged below."""
    used = {
        "EVENTS_FILE": ":".join(map(str, settings.events_files)),
        "TIMEZONE": settings.timezone.key,
        "REGION": settings.region or "(none)",
        "DATABASE_URL": masked(settings.database_url),
        "SMTP_URL": masked(settings.smtp_url) if settings.smtp_url else "(none)",
        "BOUNCES_MAILDIR": str(settings.bounces_maildir or "(none)"),
        "IMAP_URL": masked(settings.imap_url) if settings.imap_url else "(none)",
        "SEND_TIME": f"{settings.send_time:%H:%M}",
        "ON_DOUBT": settings.on_doubt,
        "MAILS_PER_SECOND": str(settings.mails_per_second or "no limit"),
        "MAILS_PER_DAY": str(settings.mails_per_day or "no limit"),
    }
    for name, text in used.items():
        yield Finding(Verdict.OK, name, text)


def _base_url(settings: Settings) -> Finding:
    url = urlsplit(settings.base_url)
    if url.hostname in _LOCAL:
        text = f"{settings.base_url}: links in mails open on this machine only; set BASE_URL"
        return Finding(Verdict.WARNING, "BASE_URL", text)
    if url.scheme == "http":
        text = f"{settings.base_url}: links in mails are not encrypted; give an https address"
        return Finding(Verdict.WARNING, "BASE_URL", text)
    return Finding(Verdict.OK, "BASE_URL", settings.base_url)


def _registry(settings: Settings) -> Iterator[Finding]:
    try:
        registry = load_registry(settings.events_files)
    except RegistryError as error:
        for fault in error.faults:
            yield Finding(Verdict.FAULT, "registry", str(fault))
        return
    found = f"{len(registry.events)} events, {len(registry.campaigns)} campaigns"
    yield Finding(Verdict.OK, "registry", f"{found}, no faults")


def _database(settings: Settings) -> Finding:
    try:
        parts = parse_url(settings.database_url)
        if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").exists():
            text = f"{parts.database} is not there yet; serve makes it, or: calendar-service"
            return Finding(Verdict.WARNING, "database", f"{text} db upgrade")
        engine = open_database(settings.database_url)
        try:
            version = require_current(engine)
        finally:
            engine.dispose()
    except (CalendarServiceError, OSError) as error:  # OSError: a folder that is closed to us
        return Finding(Verdict.FAULT, "database", str(error))
    return Finding(Verdict.OK, "database", f"within reach, schema {version} is current")


def _secret_key(settings: Settings) -> Finding:
    count = len(settings.secret_keys)
    if count:
        text = "1 key" if count == 1 else f"{count} keys, the first one signs"
        return Finding(Verdict.OK, "SECRET_KEY", text)
    if not settings.database_url.startswith("sqlite:"):
        text = "not set, and PostgreSQL is shared; give 16 characters or more, alike everywhere"
        return Finding(Verdict.FAULT, "SECRET_KEY", text)
    path = SECRET_KEY_PATH
    try:
        path.read_text(encoding="ascii")
    except FileNotFoundError:
        text = f"not set; {path} will be made at the first mail: keep it with the backups"
        return Finding(Verdict.WARNING, "SECRET_KEY", text)
    except (OSError, ValueError) as error:
        text = f"{path} cannot be read: {error}; let this user read it"
        return Finding(Verdict.FAULT, "SECRET_KEY", text)
    if path.stat().st_mode & 0o077:
        text = f"others can read {path}; run: chmod 600 {path}"
        return Finding(Verdict.WARNING, "SECRET_KEY", text)
    return Finding(Verdict.OK, "SECRET_KEY", f"embedded, in {path}")


def _relay(settings: Settings) -> Finding:
    """Connect and log in, as the worker does, without sending."""
    url = settings.smtp_url or ""
    try:
        encrypted = SmtpMailer(url, _SMTP_SECONDS).check()
    except (OSError, ValueError) as error:
        remedy = "correct SMTP_URL, or see that the relay runs and lets this machine in"
        return Finding(Verdict.FAULT, "mail", f"the relay cannot be used: {_said(error)}; {remedy}")
    if not encrypted and urlsplit(url).hostname not in _LOCAL:
        text = "the relay answers, but mails go to it unencrypted; use smtps:// or STARTTLS"
        return Finding(Verdict.WARNING, "mail", text)
    return Finding(Verdict.OK, "mail", f"the relay answers{', encrypted' if encrypted else ''}")


def _said(error: OSError | ValueError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
        return f"{error.smtp_code} {words}"
    return str(error) or type(error).__name__


def _outbox(folder: Path) -> Finding:
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        text = f"{folder} cannot be written to: {error.strerror}; let this user write there"
        return Finding(Verdict.FAULT, "mail", text)
    text = f"no SMTP_URL: mails become files in {folder}, and reach nobody; set it to send"
    return Finding(Verdict.WARNING, "mail", text)


def _bounces(settings: Settings) -> Finding:
    """Look at the mailboxes that the worker reads, without marking any mail."""
    try:
        if settings.bounces_maildir:
            check_maildir(settings.bounces_maildir)
        if settings.imap_url:
            check_imap(settings.imap_url)
    except MailboxError as error:
        return Finding(Verdict.FAULT, "bounces", str(error))
    if settings.bounces_maildir or settings.imap_url:
        return Finding(Verdict.OK, "bounces", "the worker can read their mailbox")
    text = "the worker reads no mailbox: set IMAP_URL or BOUNCES_MAILDIR, or pipe bounces in"
    return Finding(Verdict.OK, "bounces", text)


def _sender(settings: Settings, selector: str | None) -> Iterator[Finding]:
    domain = domain_of(settings.mail_from)
    if "." not in domain:
        text = f"{settings.mail_from}: others refuse mail from there; give a domain of yours"
        yield Finding(Verdict.WARNING, "MAIL_FROM", text)
        return
    yield Finding(Verdict.OK, "MAIL_FROM", settings.mail_from)
    yield _spf(domain)
    if selector:
        yield _dkim(f"{selector}._domainkey.{domain}")
    yield _dmarc(domain)


def _spf(domain: str) -> Finding:
    texts = records.text_records(domain)
    if texts is None:
        return _unanswered("SPF", domain)
    found = records.spf_records(texts)
    if not found:
        text = f'the DNS shows none of {domain}; add a TXT record such as "v=spf1 mx -all"'
        return Finding(Verdict.WARNING, "SPF", text)
    if len(found) > 1:
        text = f"{domain} has {len(found)} records, so none counts; join them into one"
        return Finding(Verdict.FAULT, "SPF", text)
    if {"+all", "all"} & set(found[0].lower().split()):
        text = f'{domain}: "{found[0]}" lets everybody send; end it with -all or ~all'
        return Finding(Verdict.WARNING, "SPF", text)
    return Finding(Verdict.OK, "SPF", f'{domain}: "{found[0]}"; your relay must be in it')


def _dkim(name: str) -> Finding:
    texts = records.text_records(name)
    if texts is None:
        return _unanswered("DKIM", name)
    keys = [tags["p"] for tags in map(records.tags, texts) if "p" in tags]
    if not keys:
        text = f"the DNS shows no key at {name}; publish your relay's, or correct --dkim-selector"
        return Finding(Verdict.FAULT, "DKIM", text)
    if not any(keys):
        return Finding(Verdict.FAULT, "DKIM", f"the key of {name} is revoked; publish a new one")
    return Finding(Verdict.OK, "DKIM", f"{name} has a key; your relay must sign with it")


def _dmarc(domain: str) -> Finding:
    """Look at a domain, then at those above it, which it goes by (RFC 7489 section 6.6.3)."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        name = "_dmarc." + ".".join(labels[start:])
        texts = records.text_records(name)
        if texts is None:
            return _unanswered("DMARC", name)
        found = [tags for tags in map(records.tags, texts) if tags.get("v") == "DMARC1"]
        if len(found) > 1:
            text = f"{name} has {len(found)} records, so none counts; leave one"
            return Finding(Verdict.FAULT, "DMARC", text)
        if found:
            return Finding(Verdict.OK, "DMARC", f"{name}: p={found[0].get('p', 'none')}")
    text = f'the DNS shows none of {domain}; add at _dmarc.{domain} the TXT "v=DMARC1; p=none"'
    return Finding(Verdict.WARNING, "DMARC", text)


def _unanswered(what: str, name: str) -> Finding:
    text = f"{name} could not be looked up: the DNS does not answer; try again later"
    return Finding(Verdict.WARNING, what, text)
