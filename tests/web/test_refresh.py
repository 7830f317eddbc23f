import logging
import os

from calendar_service.config import load_settings
from calendar_service.services import Services

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
