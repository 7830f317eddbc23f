"""Measure the server as the Procfile starts it against nginx, with the shipped registry.

Usage:
    python tools/bench_serving.py                          everything; six minutes
    python tools/bench_serving.py --only serving           of serving, start, reload, memory
    python tools/bench_serving.py --also "--blocking-threads 1"   other options of granian, in turn

wrk asks over 16 connections; the servers answer in turn, in the same rounds, with the same
bytes. A ratio is the median of the rounds' ratios to nginx, which sends them as a static file.
On a machine that others keep busy the ratio by processor time holds better: what nginx spends
on an answer, over what we spend, both with all their processes. nginx has a folder of its own
and is ended by its number; without nginx or wrk the table says what was not measured.
"""

import argparse
import gzip
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench_tables import Row, add_write, machine, program, show

from calendar_service.store.database import open_database
from calendar_service.store.upgrade import upgrade

ROOT = Path(__file__).parent.parent
PACKAGES = ("granian", "flask")
CONNECTIONS = 16
STARTS, CHANGES, CHANGE_EVERY = 4, 5, 4.0
GZIP = {"Accept-Encoding": "gzip"}
BROWSERS = ("chrome", "chromium", "headless_shell")
TICK = os.sysconf("SC_CLK_TCK")
BARE = """
from flask import Flask

app = Flask(__name__)


@app.get("/<path:path>")
def show(path: str) -> str:
    return "ok"
"""
# What wrk counted and measured, in microseconds.
REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %f, "refused": %d, "broken": %d,',
    summary.requests, summary.duration / 1e6, e.status, e.connect + e.read + e.write + e.timeout))
  io.write(string.format('"median": %f, "p99": %f, "p999": %f, "most": %f}\\n',
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
end
"""
NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
{user}
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; keepalive_requests 100000000; gzip_static on;
  types {{ application/json json; text/calendar ics; text/html html; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  proxy_cache_path {folder}/cache keys_zone=ours:10m;
  server {{ listen 127.0.0.1:{static}; root {folder}/files; }}
  server {{
    listen 127.0.0.1:{cache};
    location / {{
      proxy_pass http://127.0.0.1:{ours}; proxy_cache ours; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Accept-Encoding $http_accept_encoding;
    }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the requests that are measured."""

    what: str
    path: str
    headers: dict[str, str]
    file: str
    known: bool = False  # with the ETag of what is there


ASKS = (
    Ask("feed core.ics, gzip", "/feeds/core.ics", GZIP, "feed.ics"),
    Ask("the same, 304", "/feeds/core.ics", GZIP, "feed.ics", known=True),
    Ask("month JSON", "/month/2023-07.json", {}, "month.json"),
    Ask("month page", "/month/2023-07", {"Accept": "text/html"}, "month.html"),
    Ask("month page, gzip", "/month/2023-07", {"Accept": "text/html", **GZIP}, "month.html"),
)
WARM = tuple(
    (path, headers)
    for month in range(1, 13)
    for path, headers in ((f"/month/2026-{month:02d}.json", {}), (f"/month/2026-{month:02d}", {}))
) + tuple((f"/feeds/{name}.ics", GZIP) for name in ("core", "sector", "reference", "campaigns"))


# --- Servers ---


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, str, bytes]:
    """Return the status, the ETag and the body of one answer, over a new connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheader("ETag") or "", answer.read()
    finally:
        connection.close()


def await_answer(port: int, path: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers.

    Raises:
        SystemExit: It ended, or said nothing for two minutes.
    """
    limit = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < limit:
        try:
            get(port, path)
        except OSError:
            time.sleep(0.002)
        else:
            return
    raise SystemExit(f"{process.args!r} does not answer; start it by hand to see why")


@contextmanager
def running(
    command: list[str], environment: dict[str, str], folder: Path
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a server, which is told to end, by its number, and then made to."""
    with Path(folder, "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with suppress(ProcessLookupError):  # workers that it left behind
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def of_procfile(name: str, port: int = 0, app: str = "", options: str = "") -> list[str]:
    """Return a command of the Procfile, on this machine alone.

    Args:
        name: web or worker.
        port: Where it listens.
        app: Another application than ours.
        options: More options; the last one of a kind counts.
    """
    text = re.search(rf"^{name}: (.*)", (ROOT / "Procfile").read_text(), re.MULTILINE)
    if text is None:
        raise SystemExit(f"the Procfile has no process {name!r}")
    line = re.sub(r"\$\{PORT:-\d+\}", str(port), text[1]).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    line = re.sub(r"\$\{\w+:-(\w+)\}", r"\1", line)
    first, *rest = shlex.split(line)
    if app:  # by granian itself, as our own module builds our application
        first, rest = "granian", [*rest[2:-1], app]
    command = [str(Path(sys.executable).with_name(first)), *rest]
    return [*command[:-1], *shlex.split(options), command[-1]] if options else command


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of a service of its own in *folder*, with the shipped registry."""
    url = f"sqlite:///{folder}/calendar.db"
    if not Path(folder, "calendar.db").exists():
        engine = open_database(url)
        upgrade(engine)
        engine.dispose()
        shutil.copy(ROOT / "events.yaml", folder)
    # Where that is set our modules would be compiled at each start; installed ones never are.
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        "EVENTS_FILE": str(folder / "events.yaml"),
        "DATABASE_URL": url,
        "SECRET_KEY": "a-key-for-the-benchmark",
        "XDG_CACHE_HOME": str(folder),
        "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
    }


@contextmanager
def web(folder: Path, options: str = "", app: str = "") -> "Iterator[tuple[int, int]]":
    """Yield the port and the process number of the Procfile's server, ready to answer."""
    port = free_port()
    with running(of_procfile("web", port, app, options), environment(folder), folder) as process:
        await_answer(port, ASKS[2].path, process)
        yield port, process.pid


@contextmanager
def nginx(folder: Path, ours: int) -> Iterator[tuple[int, int, int]]:
    """Yield the ports of static files and of a cache in front of us, and a process number."""
    files = folder / "files"
    files.mkdir()
    for ask in ASKS:
        _, _, body = get(ours, ask.path, {**ask.headers, "Accept-Encoding": "identity"})
        (files / ask.file).write_bytes(body)
        if ask.headers.get("Accept-Encoding"):
            status, _, zipped = get(ours, ask.path, ask.headers)
            if status != 200 or gzip.decompress(zipped) != body:
                raise SystemExit(f"{ask.path}: gzip holds other bytes than the plain answer")
            (files / f"{ask.file}.gz").write_bytes(zipped)
    static, cache = free_port(), free_port()
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not read the folder
    settings = NGINX.format(folder=folder, user=user, static=static, cache=cache, ours=ours)
    Path(folder, "nginx.conf").write_text(settings)
    command = [program("nginx") or "nginx", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    with running(command, dict(os.environ), folder) as process:
        await_answer(static, f"/{ASKS[0].file}", process)
        yield static, cache, process.pid


# --- What processes use ---


def family(pid: int) -> list[int]:
    """Return the numbers of a process and of all that it started."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    found = [pid]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and of all that it started."""
    ticks = 0
    for member in family(pid):
        values = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += int(values[11]) + int(values[12])
    return ticks / TICK


def proportional_mib(pid: int, *, browsers: bool = True) -> float:
    """Return the memory of a process and of all that it started, what is shared counted once."""
    kib = 0
    for member in family(pid):
        name = Path(f"/proc/{member}/comm").read_text().strip()
        if browsers or not name.startswith(BROWSERS):
            text = Path(f"/proc/{member}/smaps_rollup").read_text()
            kib += int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0])
    return kib / 1024


# --- Serving ---

Found = dict[str, float]


def wrk(folder: Path, port: int, path: str, headers: dict[str, str], seconds: float) -> Found:
    """Return what wrk found."""
    script = folder / "report.lua"
    script.write_text(REPORT)
    options = ["-t", "2", "-c", str(CONNECTIONS), "-d", f"{seconds:.0f}s", "-s", str(script)]
    for name, value in headers.items():
        options += ["-H", f"{name}: {value}"]
    command = [program("wrk") or "wrk", *options, f"http://127.0.0.1:{port}{path}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    found: Found = json.loads(text.splitlines()[-1])
    return found


def measured(folder: Path, server: tuple[int, int], path: str, ask: Ask, seconds: float) -> Found:
    """Return the rate of one server and what an answer costs it, in processor seconds."""
    port, pid = server
    headers = ask.headers
    if ask.known:
        headers = {**headers, "If-None-Match": get(port, path, headers)[1]}
    status = get(port, path, headers)[0]
    if status != (304 if ask.known else 200):
        raise SystemExit(f"port {port}, {path}: {status}; nothing to measure")
    before = processor_seconds(pid)
    found = wrk(folder, port, path, headers, seconds)
    if found["refused"] or found["broken"]:
        raise SystemExit(f"port {port}, {path}: wrk saw {found}")
    return {
        "rate": found["requests"] / found["seconds"],
        "cost": (processor_seconds(pid) - before) / found["requests"],
    }


def rows_of_serving(folder: Path, also: list[str], rounds: int, seconds: float) -> Iterator[Row]:
    """Compare our server, alone and behind nginx's cache, with nginx's static files."""
    with ExitStack() as stack:
        servers = {"granian": stack.enter_context(web(folder))}
        for options in also:
            servers[f"granian {options}"] = stack.enter_context(web(folder, options))
        static, cache, pid = stack.enter_context(nginx(folder, servers["granian"][0]))
        for ask in ASKS:
            found: dict[str, list[Found]] = {}
            for number in range(rounds + 1):
                at = {"static": ((static, pid), f"/{ask.file}"), "cache": ((cache, pid), ask.path)}
                at |= {name: (server, ask.path) for name, server in servers.items()}
                for name, (server, path) in at.items():
                    each = measured(folder, server, path, ask, seconds if number else 1)
                    found.setdefault(name, []).extend([each] if number else [])
            limit = f"nginx static: {_median(found['static'], 'rate'):,.0f}/s"
            for name in servers:
                yield _compared(f"{ask.what}: {name}", found[name], found["static"], limit, "0.40")
            what = f"{ask.what}: nginx proxy_cache in front"
            yield _compared(what, found["cache"], found["static"], limit, "0.80")


def _compared(what: str, ours: list[Found], limits: list[Found], limit: str, goal: str) -> Row:
    rates = median(a["rate"] / b["rate"] for a, b in zip(ours, limits, strict=True))
    costs = median(b["cost"] / a["cost"] for a, b in zip(ours, limits, strict=True))
    spent = f"{_median(ours, 'cost') * 1e6:.0f} µs"
    found = f"{_median(ours, 'rate'):,.0f}/s, {spent} of processor"
    limit += f", {_median(limits, 'cost') * 1e6:.0f} µs"
    return what, found, limit, f"{rates:.2f}; by processor {costs:.2f}", goal


def _median(found: list[Found], key: str) -> float:
    return median(each[key] for each in found)


# --- First answer ---


def rows_of_starts(folder: Path) -> Iterator[Row]:
    """Compare the time to the first answer with that of a Flask application of one route."""
    Path(folder, "bare.py").write_text(BARE)
    times: dict[str, list[float]] = {"": [], "bare:app": []}
    spent: dict[str, list[float]] = {"": [], "bare:app": []}
    for number in range(STARTS + 1):
        for app in times:
            begin = time.perf_counter()
            with web(folder, app=app) as (_, pid):
                if number:
                    times[app].append(time.perf_counter() - begin)
                    spent[app].append(processor_seconds(pid))
    walls = median(a / b for a, b in zip(times[""], times["bare:app"], strict=True))
    costs = median(a / b for a, b in zip(spent[""], spent["bare:app"], strict=True))
    yield (
        "first answer after start, 2 workers",
        f"{median(times['']):.2f} s",
        f"bare Flask app: {median(times['bare:app']):.2f} s",
        f"{walls:.1f} x; by processor {costs:.1f} x",
        "1.5 x",
    )


# --- Reload ---


def change(folder: Path, number: int) -> tuple[str, str]:
    """Replace events.yaml by one with another name for its first event; return id and name."""
    text = (ROOT / "events.yaml").read_text(encoding="utf-8")
    entry = re.search(r"^ *- id: (\S+)\n *name: (.*)$", text, re.MULTILINE)
    if entry is None:
        raise SystemExit("events.yaml begins with no id and name; mend tools/bench_serving.py")
    name = f"{entry[2]} lần {number}"
    draft = folder / "events.yaml.draft"
    draft.write_text(text[: entry.start(2)] + name + text[entry.end(2) :], encoding="utf-8")
    draft.replace(folder / "events.yaml")
    return entry[1], name


def await_text(port: int, path: str, text: str) -> None:
    """Wait until an answer holds *text*.

    Raises:
        SystemExit: It does not within a minute.
    """
    for _ in range(60):
        if text in get(port, path)[2].decode():
            return
        time.sleep(1)
    raise SystemExit(f"{path} does not hold {text!r} a minute after the reload")


def loaded(folder: Path, port: int, path: str, changes: int) -> Found:
    """Return what wrk found while events.yaml was replaced *changes* times."""
    seconds = (changes or CHANGES) * CHANGE_EVERY + 2
    script = folder / "report.lua"
    script.write_text(REPORT)
    options = ["-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds:.0f}s", "-s", str(script)]
    url = f"http://127.0.0.1:{port}{path}"
    command = [program("wrk") or "wrk", *options, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        time.sleep(1)
        for number in range(changes):
            event, name = change(folder, number + 1)
            time.sleep(CHANGE_EVERY)
        text, _ = process.communicate()
    if changes:
        await_text(port, f"/events/{event}.json", name)
    found: Found = json.loads(text.splitlines()[-1])
    return found


def rows_of_reload(folder: Path, options: list[str]) -> Iterator[Row]:
    """Measure every request while events.yaml is replaced, and the same without."""
    for more in ["", *options]:
        with web(folder, more) as (port, _), nginx(folder, port) as (static, _, _):
            for _ in range(8):  # both workers
                for path, headers in WARM:
                    get(port, path, headers)
            files, still, busy = (
                loaded(folder, static, f"/{ASKS[2].file}", 0),
                loaded(folder, port, ASKS[2].path, 0),
                loaded(folder, port, ASKS[2].path, CHANGES),
            )
        shutil.rmtree(folder / "files")
        limit = f"without a reload: {_latency(still)}; nginx static: {_latency(files)}"
        what = f"month JSON while the registry is replaced {CHANGES} times {more}".strip()
        ratio = f"{busy['most'] / busy['median']:.1f} x the median"
        yield what, _latency(busy), limit, ratio, "no failure, 3 x"


def _latency(found: Found) -> str:
    failed = found["refused"] + found["broken"]
    times = [f"{found[key] / 1e3:.1f}" for key in ("median", "p99", "p999", "most")]
    return f"{' / '.join(times)} ms of {found['requests']:,.0f}, {failed:.0f} failed"


# --- Memory ---


def rows_of_memory(folder: Path) -> Iterator[Row]:
    """Add up the memory of web and worker, idle after some requests."""
    with (
        web(folder) as (port, pid),
        running(of_procfile("worker"), environment(folder), folder) as worker,
    ):
        time.sleep(5)
        first = proportional_mib(pid) + proportional_mib(worker.pid)
        for _ in range(8):
            for path, headers in WARM:
                get(port, path, headers)
        time.sleep(3)
        parts = f"web {proportional_mib(pid):.0f}, worker {proportional_mib(worker.pid):.0f}"
        both = proportional_mib(pid) + proportional_mib(worker.pid)
        bare = proportional_mib(pid, browsers=False) + proportional_mib(worker.pid, browsers=False)
    found = f"{both:.0f} MiB ({parts}; without a browser {bare:.0f}; before requests {first:.0f})"
    yield f"memory, idle, after {len(WARM)} answers", found, "", "", "160 MiB"


PARTS = ("serving", "start", "reload", "memory")


def rows(only: list[str], also: list[str], rounds: int, seconds: float) -> Iterator[Row]:
    """Yield the rows of the parts asked for, and what could not be measured."""
    missing = " and ".join(name for name in ("nginx", "wrk") if program(name) is None)
    for part in PARTS:
        if part not in only:
            continue
        if missing and part in ("serving", "reload"):
            yield part, "not measured", f"{missing} is not installed", "", ""
            continue
        with tempfile.TemporaryDirectory(prefix="calendar-serving-") as name:
            folder = Path(name)
            if part == "serving":
                yield from rows_of_serving(folder, also, rounds, seconds)
            elif part == "start":
                yield from rows_of_starts(folder)
            elif part == "reload":
                yield from rows_of_reload(folder, also)
            else:
                yield from rows_of_memory(folder)


def main() -> None:
    """Print the table, as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    add("--also", action="append", default=[], metavar="OPTIONS", help="of granian, to compare")
    add("--rounds", type=int, default=5)
    add("--seconds", type=float, default=2.0, help="of each round")
    add_write(parser)
    options = parser.parse_args()
    found = rows(options.only, options.also, options.rounds, options.seconds)
    show("serving", machine(PACKAGES, ("nginx", "wrk")), found, write=options.write)


if __name__ == "__main__":
    main()
