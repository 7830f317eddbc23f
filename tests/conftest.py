"""What tests in several folders share: events made by hand, and the shipped registry."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendar_service.core.campaign import Campaign
from calendar_service.core.dates import PartialDate
from calendar_service.core.days import parse_day_rule
from calendar_service.core.model import Event, Group, Kind, Prominence, Registry
from calendar_service.core.sources import Source
from calendar_service.registry.compiled import load_compiled
from calendar_service.registry.loader import load_registry

EVENTS_YAML = Path(__file__).parent.parent / "events.yaml"


@pytest.fixture(scope="session")
def shipped() -> Registry:
    return load_registry([EVENTS_YAML])


@pytest.fixture(autouse=True)
def _leave_the_project(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run where no database of the developer's is found, and none is left for the next test."""
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))


@pytest.fixture(autouse=True, scope="session")
def _read_the_shipped_registry_once(
    shipped: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Give services the shipped registry without reading it hundreds of times."""

    def load(paths: Sequence[Path], folder: Path | None, *, apart: bool) -> Registry:
        if list(paths) == [EVENTS_YAML]:
            return shipped
        return load_compiled(paths, folder, apart=apart)

    with pytest.MonkeyPatch.context() as patch:
        # No test finds what another run left, or leaves anything behind.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("calendar_service.services.load_compiled", load)
        yield


def registry_of(*events: Event, campaigns: tuple[Campaign, ...] = ()) -> Registry:
    """Return a registry of events and campaigns made by hand."""
    changed = date(2026, 11, 22)
    return Registry(events=events, campaigns=campaigns, version="test", changed=changed)


@pytest.fixture
def make_event() -> Callable[..., Event]:
    """Return a maker of events: its day as an editor writes it, the rest by default."""

    def make(on: str = "27/7", founded: str | None = "27/7/1947", **given: Any) -> Event:
        values: dict[str, Any] = {
            "id": "thuong-binh-liet-si",
            "name": "Ngày Thương binh - Liệt sỹ",
            "name_en": "War Invalids and Martyrs Day",
            "kind": Kind.TRADITION,
            "prominence": Prominence.CORE,
            "group": Group.NATIONAL,
            "day": parse_day_rule(on),
            "founded": PartialDate.parse(founded) if founded else None,
            "sources": (Source(title="Chỉ thị 223/CT-TW", dated=date(1975, 7, 8)),),
            "changed": date(2026, 11, 22),
        }
        if "ends" in given:
            given["ends"] = parse_day_rule(given["ends"])
        return Event(**values | given)

    return make
