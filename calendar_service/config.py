"""Settings: the only reader of environment variables."""

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from calendar_service.core.regions import NAMES
from calendar_service.errors import SettingsError, nearest_hint

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

EVENTS_FILE = "events.yaml"
VAR = Path("var")  # what an embedded service writes
SECRET_KEY_PATH = VAR / "secret_key"
SHORTEST_KEY = 16
MOST_PER_COMMIT = 50
_PACKAGE = Path(__file__).parent
_HERE = "Asia/Ho_Chi_Minh"
_NOBODY = "Lịch kỷ niệm <lich@localhost>"
_HOST = r"https?://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:[0-9]{1,5})?"


class OnDoubt(StrEnum):
    """What to do with a mail that may or may not have arrived."""

    RESEND = "resend"  # with the same Message-ID: perhaps twice, never lost
    HOLD = "hold"  # for a person to look at: perhaps lost, never twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can set.

    Attributes:
        events_files: The registry's files, in the order in which they override.
        base_url: The public address, perhaps with a path, without a slash at its end.
        timezone_name: Where "today" is taken from.
        region: The province or city whose own events every list carries, None for none.
        database_url: SQLAlchemy URL of SQLite or PostgreSQL.
        secret_keys: Keys that sign links, the one in use first; older ones still open links.
        smtp_url: The relay, None to write mails as files under *outbox*.
        mail_from: The address that mails come from, with or without a name.
        send_time: When mails are sent, in the subscriber's zone.
        on_doubt: What to do when the relay's last reply was lost.
        mails_per_commit: How many mails are settled in one transaction.
        mails_per_second, mails_per_day: What a small relay takes, 0 for no limit.
        bounces_maildir, imap_url: The mailboxes that bounces come to, None for none.
        cache: Where a compiled copy of the registry is kept, None for nowhere.
    """

    events_files: tuple[Path, ...]
    base_url: str
    timezone_name: str
    region: str | None
    database_url: str
    secret_keys: tuple[str, ...]
    smtp_url: str | None
    mail_from: str
    send_time: time
    on_doubt: OnDoubt
    mails_per_commit: int
    mails_per_second: int
    mails_per_day: int
    bounces_maildir: Path | None = None
    imap_url: str | None = None
    outbox: Path = VAR / "outbox"
    cache: Path | None = None

    @property
    def contact(self) -> str | None:
        """The address that people may write to, None while MAIL_FROM is not set."""
        return None if self.mail_from == _NOBODY else self.mail_from

    @property
    def timezone(self) -> "ZoneInfo":
        """The time zone of that name."""
        # Here, since the list of a given month does without.
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.timezone_name)


def load_settings(
    environ: Mapping[str, str] | None = None, *, default_base_url: str | None = None
) -> Settings:
    """Return the settings that the environment gives.

    Args:
        environ: The variables; those of the process by default.
        default_base_url: The address to name where BASE_URL is not set.

    Raises:
        SettingsError: A variable has a value that cannot be used; it is named.
    """
    env = os.environ if environ is None else environ
    return Settings(
        events_files=_events_files(env.get("EVENTS_FILE", "")),
        base_url=public_url(
            "BASE_URL", env.get("BASE_URL") or default_base_url or "http://127.0.0.1:8000"
        ),
        timezone_name=_timezone_name(env.get("TIMEZONE") or _HERE),
        region=_region(env.get("REGION") or None),
        database_url=_database_url(env.get("DATABASE_URL") or f"sqlite:///{VAR / 'calendar.db'}"),
        secret_keys=_secret_keys(_secret(env, "SECRET_KEY")),
        smtp_url=_smtp_url(_secret(env, "SMTP_URL")),
        mail_from=_mail_from(env.get("MAIL_FROM") or _NOBODY),
        send_time=_send_time(env.get("SEND_TIME") or "07:00"),
        on_doubt=_on_doubt(env.get("ON_DOUBT") or OnDoubt.RESEND),
        mails_per_commit=_mails_per_commit(env.get("MAILS_PER_COMMIT") or "1"),
        mails_per_second=_count("MAILS_PER_SECOND", env.get("MAILS_PER_SECOND") or "0"),
        mails_per_day=_count("MAILS_PER_DAY", env.get("MAILS_PER_DAY") or "0"),
        bounces_maildir=Path(folder) if (folder := env.get("BOUNCES_MAILDIR")) else None,
        imap_url=imap_url(_secret(env, "IMAP_URL")),
        cache=_cache(env.get("XDG_CACHE_HOME") or "", env.get("HOME", "")),
    )


def embedded_key() -> str:
    """Return the key of a service on one machine, made once and kept beside its data."""
    # Here, as are other modules below: lists of days are to start without them.
    import secrets

    path = SECRET_KEY_PATH
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(32), encoding="ascii")
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)  # whole or not at all, and the first one wins
        draft.unlink()
    return path.read_text(encoding="ascii")


def _cache(caches: str, home: str) -> Path | None:
    """Return our directory of caches by the XDG Base Directory specification."""
    if os.name != "posix":  # what keeps others out there is not known here
        return None
    folder = Path(caches)
    if not folder.is_absolute():  # the specification has such a path ignored
        folder = Path(home) / ".cache"
    return folder / "calendar-service" if folder.is_absolute() else None


def _events_files(value: str) -> tuple[Path, ...]:
    if not value:
        return (_default_events_file(),)
    paths = tuple(Path(part) for part in value.split(os.pathsep) if part)
    if not paths:
        raise SettingsError("EVENTS_FILE", value, "it names no file; give paths joined by ':'")
    for path in paths:
        if not _is_file(path):
            raise SettingsError(
                "EVENTS_FILE", value, f"{path} is no file; give paths joined by ':'"
            )
    return paths


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a NUL
        return False


def _default_events_file() -> Path:
    """Return the registry of the working directory, else the one that came along."""
    packaged = _PACKAGE / EVENTS_FILE
    checkout = _PACKAGE.parent / EVENTS_FILE  # an editable install has no packaged copy
    here = Path(EVENTS_FILE)
    found = next((path for path in (here, packaged, checkout) if path.is_file()), None)
    if found is None:
        raise SettingsError("EVENTS_FILE", "", "no events.yaml is here; give the registry's path")
    return found


def public_url(name: str, value: str) -> str:
    """Return a public address, without a slash at its end; it may have a path.

    Raises:
        SettingsError: It is no such address; the variable or option *name* is named.
    """
    if not re.fullmatch(rf"{_HOST}(/[\w~-][\w.~-]*)*/?", value, re.ASCII):
        allowed = "give an address such as https://lich.example.vn or https://example.vn/lich"
        raise SettingsError(name, value, allowed)
    return value.rstrip("/")


def _timezone_name(value: str) -> str:
    if value == _HERE:  # tzdata has it where the system has none
        return value
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        allowed = "give a name of the IANA time zone database, such as Asia/Ho_Chi_Minh"
        raise SettingsError("TIMEZONE", value, allowed) from None


def _region(value: str | None) -> str | None:
    if value is not None and value not in NAMES:
        hint = nearest_hint(value, NAMES) or "; give a province or city such as quang-ninh"
        raise SettingsError("REGION", value, f"no such region{hint}")
    return value


def _secret(env: Mapping[str, str], name: str) -> str:
    """Return a secret, from its variable or from the file that NAME_FILE names."""
    file = env.get(f"{name}_FILE")
    if not file:
        return env.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name}_FILE", file, f"it cannot be read: {error}") from None


def _secret_keys(value: str) -> tuple[str, ...]:
    """Return the keys, the newest first; without any, none: links cannot be signed."""
    keys = tuple(key for key in value.replace(",", " ").split() if key)
    if any(len(key) < SHORTEST_KEY for key in keys):
        remedy = f"give {SHORTEST_KEY} characters or more, older keys behind it after a comma"
        raise SettingsError("SECRET_KEY", "…", remedy)
    return keys


def _database_url(value: str) -> str:
    if not re.match(r"sqlite:///.|postgresql\+psycopg://", value):
        allowed = "give sqlite:///var/calendar.db or postgresql+psycopg://user:pass@host/name"
        raise SettingsError("DATABASE_URL", masked(value), allowed)
    return value


def _smtp_url(value: str) -> str | None:
    if not value:
        return None
    if not _is_server(value, ("smtp", "smtps")):
        allowed = "give smtp://user:pass@host:587 or smtps://user:pass@host"
        raise SettingsError("SMTP_URL", masked(value), allowed)
    return value


def masked(value: str) -> str:
    """Return an address without its password, for messages."""
    value = re.sub(r"^((?:[\w+]+://)?[^:/@]*):.*@", r"\1:…@", value, flags=re.DOTALL)
    return re.sub(r"([?&]\w*pass\w*=)[^&]*", r"\1…", value, flags=re.IGNORECASE)


def imap_url(value: str) -> str | None:
    """Return the address of a mailbox, None for nothing.

    Raises:
        SettingsError: It is no such address.
    """
    if not value:
        return None
    if not _is_server(value, ("imap", "imaps")):
        allowed = "give imaps://user:pass@host/Mailbox"
        raise SettingsError("IMAP_URL", masked(value), allowed)
    return value


def _is_server(value: str, schemes: tuple[str, ...]) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _mail_from(value: str) -> str:
    if value == _NOBODY:
        return value
    from email.utils import parseaddr

    _, address = parseaddr(value)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or not value.isprintable():
        raise SettingsError("MAIL_FROM", value, "give 'Lịch kỷ niệm <lich@example.vn>'")
    return value


def _send_time(value: str) -> time:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", value):
        raise SettingsError("SEND_TIME", value, "give hours and minutes such as 07:00")
    return time.fromisoformat(value)


def _on_doubt(value: str) -> OnDoubt:
    if value not in [policy.value for policy in OnDoubt]:
        raise SettingsError("ON_DOUBT", value, f"give one of {', '.join(OnDoubt)}")
    return OnDoubt(value)


def _mails_per_commit(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", value) or not 1 <= int(value) <= MOST_PER_COMMIT:
        allowed = f"give a whole number from 1 to {MOST_PER_COMMIT}"
        raise SettingsError("MAILS_PER_COMMIT", value, allowed)
    return int(value)


def _count(name: str, value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", value):
        raise SettingsError(name, value, "give a whole number, 0 for no limit")
    return int(value)
