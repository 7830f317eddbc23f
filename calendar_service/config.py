"""Settings: the only reader of environment variables."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calendar_service.core.regions import NAMES
from calendar_service.errors import SettingsError, nearest_hint

EVENTS_FILE = "events.yaml"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can set.

    Attributes:
        events_files: The registry's files, in the order in which they override.
        base_url: The public address of the service, without a slash at its end.
        timezone: Where "today" is taken from.
        region: The province or city whose own events every list carries, None for none.
    """

    events_files: tuple[Path, ...]
    base_url: str
    timezone: ZoneInfo
    region: str | None


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
        base_url=_base_url(env.get("BASE_URL") or default_base_url or "http://127.0.0.1:8000"),
        timezone=_timezone(env.get("TIMEZONE") or "Asia/Ho_Chi_Minh"),
        region=_region(env.get("REGION") or None),
    )


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


def _base_url(value: str) -> str:
    # Nothing but a scheme, a host and a port: pages link from the root.
    if not re.fullmatch(r"https?://(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:[0-9]{1,5})?/?", value, re.ASCII):
        raise SettingsError("BASE_URL", value, "give an address such as https://lich.example.vn")
    return value.rstrip("/")


def _timezone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        allowed = "give a name of the IANA time zone database, such as Asia/Ho_Chi_Minh"
        raise SettingsError("TIMEZONE", value, allowed) from None


def _region(value: str | None) -> str | None:
    if value is not None and value not in NAMES:
        hint = nearest_hint(value, NAMES) or "; give a province or city such as quang-ninh"
        raise SettingsError("REGION", value, f"no such region{hint}")
    return value
