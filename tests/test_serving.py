"""What processes import and read once, and what only when it is needed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from calendar_service.store.database import open_database
from calendar_service.store.upgrade import upgrade

ROOT = Path(__file__).parent.parent
EVENTS = """
events:
  - id: mot
    name: {name}
    founded: 27/7/1947
    kind: tradition
    prominence: core
    sources: [{{title: Báo, url: "https://example.vn/"}}]
    changed: 23/11/2026
"""
HEAVY = "{'sqlalchemy', 'alembic', 'icalendar', 'docx', 'yaml', 'email_validator'}"
LONGEST = 60


def run(code, **environ):
    """Return the last line that *code* prints in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONUTF8": "1", **environ},
    )  # fmt: skip
    return result.stdout.splitlines()[-1]


@pytest.fixture
def house(tmp_path):
    """Return the environment of a service of one event with an empty database."""
    path, url = tmp_path / "events.yaml", f"sqlite:///{tmp_path}/calendar.db"
    path.write_text(EVENTS.format(name="Ngày Một"), encoding="utf-8")
    upgrade(open_database(url))
    return {"EVENTS_FILE": str(path), "DATABASE_URL": url, "XDG_CACHE_HOME": str(tmp_path)}


def test_a_first_page_imports_neither_database_nor_calendar_package(house):
    code = (
        "import sys; from calendar_service.wsgi import app\n"
        "assert app.test_client().get('/', headers={'Accept': 'text/html'}).status_code == 200\n"
        f"print({HEAVY} & set(sys.modules))"
    )

    assert run(code, **house) == "set()"


def test_a_worker_with_nothing_to_do_imports_no_server_migrations_or_templates(house):
    code = (
        "import sys; from calendar_service.cli.main import cli\n"
        "try: cli(['worker', '--once'])\n"
        "except SystemExit as left: assert not left.code\n"
        "print({'flask', 'waitress', 'alembic', 'icalendar', 'jinja2', 'sqlalchemy'}"
        " & set(sys.modules))"
    )

    assert run(code, **house) == "{'sqlalchemy'}"


@pytest.fixture
def server(house, tmp_path):
    """Yield the address of the Procfile's server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()[0].removeprefix("web: ")
    environ = {**os.environ, **house, "PORT": str(port), "PYTHONPATH": str(ROOT)}
    environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {line}"], cwd=tmp_path, env=environ, stdout=log, stderr=log
        )
    yield process, f"http://127.0.0.1:{port}"
    process.terminate()  # killed, it would leave its workers behind
    process.wait(timeout=LONGEST)


def fetch(address):
    """Return the body at *address*, trying until the server listens."""
    give_up_at = time.monotonic() + LONGEST
    while time.monotonic() < give_up_at:
        try:
            with urllib.request.urlopen(address, timeout=LONGEST) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"nothing answers at {address}")


def children(process):
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return {int(number) for number in found.split()}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere granian does not fork")
def test_a_process_that_is_started_anew_answers_from_the_files_of_now(server, house):
    process, address = server
    fetch(f"{address}/month/2023-07.json")
    old = children(process)
    changed = EVENTS.format(name="Ngày Hai")
    Path(house["EVENTS_FILE"]).write_text(changed, encoding="utf-8")

    for number in old:
        os.kill(number, signal.SIGKILL)
    give_up_at = time.monotonic() + LONGEST
    while (len(children(process) - old) < len(old)) and time.monotonic() < give_up_at:
        time.sleep(0.05)

    answers = [fetch(f"{address}/month/2023-07.json") for _ in range(8)]
    assert ["Ngày Hai" in answer for answer in answers] == [True] * 8
