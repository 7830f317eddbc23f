"""Services: what every entry point works with, built once."""

from _thread import allocate_lock  # threading takes longer to import, and holds the same
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from calendar_service.config import Settings, embedded_key, load_settings
from calendar_service.core.kept import forget
from calendar_service.core.model import Registry
from calendar_service.core.selection import Selection
from calendar_service.errors import RegistryError, SettingsError
from calendar_service.registry.compiled import load_compiled

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from calendar_service.core.tokens import Tokens

_Stamp = tuple[tuple[int, int, int], ...]


class _Loaded(NamedTuple):
    """A registry and when its files changed; the two are only ever replaced together."""

    registry: Registry
    modified_at: datetime


class Services:
    """The settings, the clock and the registry, which is read again when its files change.

    Several threads may use it at once.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        apart: bool = False,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._refreshing = allocate_lock()
        self._day = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), date.min)
        self._seen: _Stamp = self._stamp()
        self._loaded = self._load(self._seen, apart=apart)

    @classmethod
    def from_environment(
        cls, default_base_url: str | None = None, *, apart: bool = False
    ) -> "Services":
        """Return services by the environment's settings.

        Args:
            default_base_url: For when the environment gives none.
            apart: Whether the YAML is read in a process of its own, as by refresh().

        Raises:
            SettingsError: A variable is unusable.
            RegistryError: The registry has faults.
        """
        return cls(load_settings(default_base_url=default_base_url), apart=apart)

    @cached_property
    def engine(self) -> "Engine":
        """The database, opened at first use."""
        # Here, since lists and feeds need no database, and SQLAlchemy takes long to import.
        from calendar_service.store.database import open_database

        return open_database(self.settings.database_url)

    @cached_property
    def tokens(self) -> "Tokens":
        """What signs the links in mails; the key beside the data is read at first use.

        Raises:
            SettingsError: PostgreSQL is shared by several machines, and no key is set.
        """
        # Here, since lists and feeds sign nothing.
        from calendar_service.core.tokens import Tokens

        keys = self.settings.secret_keys
        if not keys and not self.settings.database_url.startswith("sqlite:"):
            raise SettingsError("SECRET_KEY", "", "give 16 characters or more, alike everywhere")
        return Tokens(keys or (embedded_key(),))

    @property
    def registry(self) -> Registry:
        """The registry in use."""
        return self._loaded.registry

    @property
    def modified_at(self) -> datetime:
        """When the files of the registry in use changed, as an aware UTC datetime."""
        return self._loaded.modified_at

    @property
    def today(self) -> date:
        """The day it is in the settings' time zone."""
        now, (begins, ends, day) = self.clock(), self._day
        if begins <= now < ends:  # every answer asks, and conversions take long
            return day
        timezone = self.settings.timezone
        day = now.astimezone(timezone).date()
        begins, ends = (
            datetime.combine(date.fromordinal(day.toordinal() + number), time(), timezone)
            for number in (0, 1)
        )
        self._day = begins.astimezone(UTC), ends.astimezone(UTC), day
        return day

    def refresh(self, *, apart: bool = False) -> bool:
        """Read the registry again if its files changed; return whether it did.

        When the changed files have faults they are logged, once per change, and the
        registry in use stays. While one thread reads, the others go on with the old one.

        Args:
            apart: Whether to read the YAML in a process of its own, whose copy is then read
                here, as a process that stays should; see load_compiled().
        """
        # Here, since a command that lists days reads the registry once, and logs nothing.
        import logging

        log = logging.getLogger(__name__)
        if not self._refreshing.acquire(blocking=False):
            return False
        try:
            stamp = self._stamp()
            if stamp == self._seen:
                return False
            self._seen = stamp
            # The time of reading, since a file put back may bring an old time along.
            loaded = self._load(stamp, apart=apart)._replace(modified_at=self.clock())
            if loaded.registry.version == self.registry.version:
                return False
            self._loaded = loaded
            forget()
        except OSError:  # an editor replaces the file just now; look again next time
            return False
        except RegistryError as error:
            for fault in error.faults:
                log.error("the registry in use stays: %s", fault)
            return False
        finally:
            self._refreshing.release()
        log.info("registry %s: %d events", self.registry.version, len(self.registry.events))
        return True

    def selection(self, values: dict[str, list[str]]) -> Selection:
        """Return the selection that *values* give, with the settings' region by default.

        Raises:
            InvalidSelectionError: An axis or a value is unknown.
            UnknownEventError: A single event is asked for that does not exist.
        UnknownCampaignError: A single campaign is asked for that does not exist.
        """
        selection = Selection.parse(values)
        for event_id in selection.event:
            self.registry.event(event_id)
        for campaign_id in selection.campaign:
            self.registry.require_campaign(campaign_id)
        one = selection.event or selection.campaign
        chosen = selection.region or one or selection.kind or selection.all
        if self.settings.region and not chosen:
            return replace(selection, region=(self.settings.region,))
        return selection

    def _stamp(self) -> _Stamp:
        """Return when each file and its permissions changed, in nanoseconds, and its size."""
        states = [path.stat() for path in self.settings.events_files]
        return tuple((state.st_mtime_ns, state.st_ctime_ns, state.st_size) for state in states)

    def _load(self, stamp: _Stamp, *, apart: bool) -> _Loaded:
        settings = self.settings
        registry = load_compiled(settings.events_files, settings.cache, apart=apart)
        newest = max(changed for changed, _, _ in stamp)
        return _Loaded(registry, datetime.fromtimestamp(newest // 10**9, UTC))
