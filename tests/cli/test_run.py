"""serve and worker as the processes that they are."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pytest

from calendar_service.core.reminder_wording import CONSENT_VERSION

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
COMMAND = [sys.executable, "-c", "from calendar_service.cli.main import cli; cli()"]


@pytest.fixture
def start(tmp_path):
    """Start commands as processes, and end them after the test."""
    processes = []

    def start_one(*arguments, **environ):
        env = {**os.environ, "EVENTS_FILE": str(EVENTS_YAML), "PYTHONUTF8": "1", **environ}
        process = subprocess.Popen(
            [*COMMAND, *arguments], env=env, cwd=tmp_path, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        processes.append(process)
        return process

    yield start_one
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address):
    """Return the body at *address*, trying until the server listens."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.05)
    pytest.fail(f"nothing answers at {address}")


def test_serve_answers_and_ends_at_sigterm(start):
    port = free_port()
    process = start("serve", "--port", str(port))

    assert fetch(f"http://127.0.0.1:{port}/healthz") == "ok\n"
    assert f"http://127.0.0.1:{port}/feeds/core.ics" in fetch(f"http://127.0.0.1:{port}/subscribe")
    process.send_signal(signal.SIGTERM)

    assert process.wait(timeout=20) == 0


def test_serve_counts_sign_ups_by_the_client_that_a_proxy_names(start):
    port = free_port()
    start("serve", "--port", str(port))
    fetch(f"http://127.0.0.1:{port}/healthz")
    answers = []

    for number in range(21):  # one client has 20 an hour
        form = {"email": f"p{number}@example.vn", "consent": CONSENT_VERSION, "digest": "month"}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/remind", urlencode(form).encode(),
            {"X-Forwarded-For": f"192.0.2.{number}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:
            answers.append(answer.status)

    assert answers == [202] * 21


def test_serve_says_that_the_port_is_taken(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start("serve", "--port", str(taken.getsockname()[1]))

        _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert "give another --port" in errors
    assert "Traceback" not in errors


def test_serve_does_not_start_with_a_bad_registry(start, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("events:\n  - id: a\n", encoding="utf-8")

    process = start("serve", EVENTS_FILE=str(bad))
    _, errors = process.communicate(timeout=20)

    assert process.returncode == 2
    assert f"{bad}:2: has no 'name'" in errors
    assert "Traceback" not in errors


def test_worker_works_until_sigterm(start):
    process = start("worker")
    lines = iter(process.stderr.readline, "")
    line = next(line for line in lines if "worker:" in line)

    process.send_signal(signal.SIGTERM)

    assert "events" in line
    assert process.wait(timeout=20) == 0


def test_worker_once_leaves_by_itself(start):
    process = start("worker", "--once")

    assert process.wait(timeout=20) == 0


def lines_until(process, words):
    """Return the lines of *process* on stderr up to the one with *words*, within a minute."""
    lines = []
    timer = threading.Timer(60, process.kill)  # ends the reading below
    timer.start()
    for line in process.stderr:
        lines.append(line)
        if words in line:
            break
    timer.cancel()
    return lines


def test_worker_and_serve_log_the_fault_of_a_file_that_breaks_while_they_run(start, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(EVENTS_YAML.read_bytes())
    worker = start("worker", EVENTS_FILE=str(path))
    server = start("serve", "--port", str(free_port()), EVENTS_FILE=str(path))
    assert "worker:" in lines_until(worker, "worker:")[-1]
    assert "events" in lines_until(server, "serves")[-1]

    path.write_text("events:\n  - id: a\n", encoding="utf-8")

    for process in (worker, server):  # nobody asks the server: its clock looks by itself
        line = lines_until(process, "has no 'name'")[-1]
        assert f"ERROR the registry in use stays: {path}:2: has no 'name'" in line
