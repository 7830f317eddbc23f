import gc
import logging
import os
import threading
from pathlib import Path

from calendar_service import services as services_module
from calendar_service.config import load_settings
from calendar_service.core.model import Registry
from calendar_service.registry.loader import load_registry
from calendar_service.services import Services
from calendar_service.web.app import create_app

ENTRY = """
  - id: {id}
    name: Ngày {id}
    on: 27/7
    kind: tradition
    sources: [{{title: A, number: 1/QĐ}}]
    changed: 22/11/2026
"""


def write(path, *ids, nanoseconds):
    path.write_text("events:" + "".join(ENTRY.format(id=id_) for id_ in ids), encoding="utf-8")
    os.utime(path, ns=(nanoseconds, nanoseconds))


def test_a_changed_registry_is_read_without_a_restart(tmp_path):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))

    write(path, "mot", "hai", nanoseconds=10**18 + 10**9)

    assert services.refresh()
    assert [event.id for event in services.registry.events] == ["mot", "hai"]
    assert not services.refresh()


def test_a_registry_with_faults_is_logged_once_and_the_old_one_stays(tmp_path, caplog):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    path.write_text("events:\n  - id: mot\n", encoding="utf-8")

    with caplog.at_level(logging.ERROR):
        assert not services.refresh()
        logged = len(caplog.records)
        assert not services.refresh()

    assert [event.id for event in services.registry.events] == ["mot"]
    assert f"{path}:2: has no 'name'" in caplog.text
    assert len(caplog.records) == logged


def test_a_registry_that_vanishes_for_a_moment_changes_nothing(tmp_path):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))

    path.unlink()

    assert not services.refresh()
    assert [event.id for event in services.registry.events] == ["mot"]


def test_a_file_that_may_not_be_read_for_a_moment_is_read_when_it_may(tmp_path, monkeypatch):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    read = Path.read_bytes
    write(path, "mot", "hai", nanoseconds=10**18 + 10**9)

    def refuse(self):
        if self == path:
            raise PermissionError(13, "Permission denied")
        return read(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert not services.refresh()
    path.chmod(0o640)  # its time and size are as before

    assert services.refresh()
    assert [event.id for event in services.registry.events] == ["mot", "hai"]


def test_a_file_that_was_touched_and_not_changed_keeps_its_registry(tmp_path):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    before = services.registry, services.modified_at
    write(path, "mot", nanoseconds=10**18 + 10**9)

    assert not services.refresh()
    assert (services.registry, services.modified_at) == before


def test_a_registry_that_was_replaced_leaves_the_memory(tmp_path):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    client = create_app(services).test_client()
    for address in ("/", "/month/2023-07", "/search?q=mot", "/campaigns", "/feeds/core.ics"):
        client.get(address, headers={"Accept": "text/html"})
    old = services.registry.version
    write(path, "mot", "hai", nanoseconds=10**18 + 10**9)

    client.application.wsgi_app.turn()
    gc.unfreeze()  # else it would be hidden from the count
    gc.collect()

    held = [one for one in gc.get_objects() if isinstance(one, Registry)]
    assert [registry for registry in held if registry.version == old] == []
    assert services.registry in held


def test_a_refresh_beside_another_neither_waits_nor_reads(tmp_path, monkeypatch):
    path = tmp_path / "events.yaml"
    write(path, "mot", nanoseconds=10**18)
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    reading, go, waited = threading.Event(), threading.Event(), []

    def load_slowly(paths, folder, *, apart):
        loaded = load_registry(paths)
        reading.set()
        waited.append(go.wait(timeout=10))
        return loaded

    monkeypatch.setattr(services_module, "load_compiled", load_slowly)
    write(path, "mot", "hai", nanoseconds=10**18 + 10**9)
    first = threading.Thread(target=services.refresh)
    first.start()
    assert reading.wait(timeout=10)
    write(path, "mot", "hai", "ba", nanoseconds=10**18 + 2 * 10**9)

    beside = services.refresh()
    served = [event.id for event in services.registry.events]
    go.set()
    first.join(timeout=10)

    assert not beside
    assert served == ["mot"]
    assert waited == [True]  # one reading, which was let go and did not time out
    assert [event.id for event in services.registry.events] == ["mot", "hai"]
    assert services.refresh()
    assert [event.id for event in services.registry.events] == ["mot", "hai", "ba"]
