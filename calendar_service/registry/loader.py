"""events.yaml -> Registry, or every fault of all files at once."""

import gc
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from calendar_service.core.campaign import Campaign
from calendar_service.core.model import Event, Registry
from calendar_service.core.text import fold
from calendar_service.errors import Fault, RegistryError
from calendar_service.registry.campaigns import read_campaign
from calendar_service.registry.entries import read_event
from calendar_service.registry.facts import check_changed, check_facts
from calendar_service.registry.reading import Entry, Field, read_entries


def load_registry(
    paths: Sequence[Path], *, thorough: bool = False, today: date | None = None
) -> Registry:
    """Return the registry that *paths* hold together.

    An event of a later file adds to the earlier ones; where it has the id of an earlier
    one, its keys replace those of the earlier entry and the others stay.

    Args:
        paths: The files, in the order in which they override.
        thorough: Whether to hold facts against each other as well. That is for editors: what
            only looks wrong must not keep a service from starting.
        today: The editor's day, after which no thorough registry was changed.

    Raises:
        RegistryError: The files have faults; it holds all of them.
    """
    if not paths:
        raise RegistryError([Fault("EVENTS_FILE", 0, "names no file; give the registry's path")])
    with _without_collections():
        return _load(paths, thorough, today)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Put garbage collection off: it looks at every value again and again, and finds nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _load(paths: Sequence[Path], thorough: bool, today: date | None) -> Registry:
    faults: list[Fault] = []
    entries: dict[str, Entry] = {}
    written: dict[str, Entry] = {}
    digest = hashlib.sha256()
    for path in paths:
        data = _read(path, faults)
        if data is not None:
            digest.update(hashlib.sha256(data).digest())
            found = read_entries(str(path), data, faults)
            _merge(entries, found["events"], faults)
            _merge(written, found["campaigns"], faults)
    whole = not faults  # else campaigns may name events that could not even be found
    events, faulty = _events(entries, faults)
    _check_names(events, entries, faults)
    _check_former_ids(events, entries, faults)
    if not faults and not events:
        faults.append(Fault(str(paths[0]), 0, "holds no event; add one"))
    if thorough:
        check_facts(events, entries, faults)
    sound = [event for event in events if event.id not in faulty]
    campaigns = _campaigns(sound, faulty, written, faults) if whole else []
    if thorough and today:
        check_changed(events, entries, today, faults)
        check_changed(campaigns, written, today, faults)
    if faults:
        raise RegistryError(faults)
    return Registry(
        events=tuple(_with_campaigns(events, campaigns)),
        campaigns=tuple(campaigns),
        version=digest.hexdigest()[:16],
        changed=max([e.changed for e in events] + [c.changed for c in campaigns]),
    )


def _events(entries: dict[str, Entry], faults: list[Fault]) -> tuple[list[Event], set[str]]:
    """Return the events that can be read, and the ids of all entries with faults."""
    events, faulty = [], set()
    for event_id, entry in entries.items():
        before = len(faults)
        event = read_event(entry, faults)
        events += [event] if event else []
        if len(faults) > before:
            faulty.add(event_id)
    return events, faulty


def _campaigns(
    events: list[Event], faulty: set[str], entries: dict[str, Entry], faults: list[Fault]
) -> list[Campaign]:
    """Return the campaigns; the faults of an event would be faults of those that name it."""
    known = {event.id: event for event in events}
    found = []
    for entry in entries.values():
        named = entry.fields.get("events")
        listed = named.value if named and isinstance(named.value, list) else []
        if faulty.isdisjoint(item.words or "" for item in listed):
            found.append(read_campaign(entry, known, faults))
    return [campaign for campaign in found if campaign]


def _with_campaigns(events: list[Event], campaigns: list[Campaign]) -> Iterator[Event]:
    """Yield the events, each with the ids of the campaigns around it."""
    around: dict[str, list[str]] = {}
    for campaign in campaigns:
        for event_id in campaign.events:
            around.setdefault(event_id, []).append(campaign.id)
    for event in events:
        ids = around.get(event.id)
        yield replace(event, campaigns=tuple(ids)) if ids else event


def _read(path: Path, faults: list[Fault]) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"cannot be read: {reason}; set EVENTS_FILE to the registry's path"
        faults.append(Fault(str(path), 0, message))
        return None


def _merge(entries: dict[str, Entry], new: Iterable[Entry], faults: list[Fault]) -> None:
    """Add the entries of one more file; an id given twice in one file is a fault."""
    for number, entry in enumerate(new):
        event_id = entry.fields.get("id", Field(None, entry.file, entry.line)).value
        # No id starts with a blank, so an entry without one takes nobody's place.
        key = event_id if isinstance(event_id, str) else f" {entry.file}#{number}"
        known = entries.get(key)
        if known is None:
            entries[key] = entry
        elif known.fields["id"].file == entry.file:
            line = known.fields["id"].line
            message = f"id {key!r} is taken on line {line}; give this entry another id"
            faults.append(Fault(entry.file, entry.fields["id"].line, message))
        else:
            known.fields |= entry.fields


def _check_names(events: list[Event], entries: dict[str, Entry], faults: list[Fault]) -> None:
    """Note every alias that another event has, and every event that stands there twice."""
    names: dict[str, Event] = {}
    twins: list[Event] = []
    for event in events:
        twin = names.setdefault(fold(event.name), event)
        if twin is not event and twin.day == event.day and twin.region == event.region:
            _clash(event, "name", event.name, twin, entries, faults)
            twins.append(event)
    for event in (event for event in events if event not in twins):
        for alias in event.aliases:
            twin = names.setdefault(fold(alias), event)
            if twin is not event:
                _clash(event, "aliases", alias, twin, entries, faults)


def _check_former_ids(events: list[Event], entries: dict[str, Entry], faults: list[Fault]) -> None:
    taken = {event.id: event for event in events}
    for event in events:
        for former in event.formerly:
            twin = taken.setdefault(former, event)
            if twin is not event:
                place = entries[event.id].fields["formerly"].item(former)
                message = f"id {former!r} belongs to {twin.id!r}; keep it with one of them"
                faults.append(Fault(place.file, place.line, message))


def _clash(
    event: Event, key: str, text: str, twin: Event, entries: dict[str, Entry], faults: list[Fault]
) -> None:
    place, other = entries[event.id].fields[key].item(text), entries[twin.id].fields["id"]
    message = (
        f"{text!r} already names {twin.id!r} ({other.file}:{other.line});"
        " keep it with one of them, or make the two entries one"
    )
    faults.append(Fault(place.file, place.line, message))
