"""Services: what every entry point works with, built once."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from calendar_service.config import Settings, load_settings
from calendar_service.core.model import Event, Registry
from calendar_service.core.selection import Selection
from calendar_service.errors import RegistryError, UnknownEventError
from calendar_service.registry.loader import load_registry

log = logging.getLogger(__name__)
_Stamp = tuple[tuple[Path, int, int], ...]


class Services:
    """The settings, the clock and the registry, which is read again when its files change."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._stamp = self._read_stamp()
        self.registry: Registry = load_registry(settings.events_files)

    @classmethod
    def from_environment(cls) -> "Services":
        """Return services by the environment's settings.

        Raises:
            SettingsError: A variable is unusable.
            RegistryError: The registry has faults.
        """
        return cls(load_settings())

    @property
    def today(self) -> date:
        """The day it is in the settings' time zone."""
        return self.clock().astimezone(self.settings.timezone).date()

    @property
    def modified_at(self) -> datetime:
        """When the registry's files last changed, as an aware UTC datetime."""
        return datetime.fromtimestamp(max(stamp[1] for stamp in self._stamp) // 10**9, UTC)

    def refresh(self) -> bool:
        """Read the registry again if its files changed; return whether it did.

        When the changed files have faults they are logged, once per change, and the
        registry in use stays.
        """
        try:
            stamp = self._read_stamp()
        except OSError:  # an editor replaces the file just now; look again next time
            return False
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.registry = load_registry(self.settings.events_files)
        except RegistryError as error:
            for fault in error.faults:
                log.error("the registry in use stays: %s", fault)
            return False
        log.info("registry %s: %d events", self.registry.version, len(self.registry.events))
        return True

    def event(self, event_id: str) -> Event:
        """Return the event with this id.

        Raises:
            UnknownEventError: There is none; the nearest id is named.
        """
        for event in self.registry.events:
            if event.id == event_id:
                return event
        raise UnknownEventError(event_id, [event.id for event in self.registry.events])

    def selection(self, values: dict[str, list[str]]) -> Selection:
        """Return the selection that *values* give, with the settings' region by default.

        Raises:
            InvalidSelectionError: An axis or a value is unknown.
            UnknownEventError: A single event is asked for that does not exist.
        """
        selection = Selection.parse(values)
        for event_id in selection.event:
            self.event(event_id)
        if self.settings.region and not (selection.region or selection.event or selection.kind):
            return replace(selection, region=(self.settings.region,))
        return selection

    def _read_stamp(self) -> _Stamp:
        stamps = []
        for path in self.settings.events_files:
            status = path.stat()
            stamps.append((path, status.st_mtime_ns, status.st_size))
        return tuple(stamps)
