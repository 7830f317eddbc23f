"""What the benchmarks share: the machine they ran on, and their tables, printed and written."""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

Row = tuple[str, ...]  # what, found, limit, ratio, goal

DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_HEAD = "| what | found | limit | ratio | goal |\n|---|---|---|---|---|"
_VERSIONS = {"nginx": "-v", "wrk": "-v", "postconf": "mail_version", "psql": "--version"}


def add_write(parser: argparse.ArgumentParser) -> None:
    """Let the tool be told to write its table to the document."""
    parser.add_argument("--write", action="store_true", help=f"write to {DOCUMENT.name} as well")


def machine(packages: Iterable[str], programs: Iterable[str] = ()) -> str:
    """Return what figures are measured on: day, cores, load, Python, packages, programs."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    parts = [
        f"{date.today()}",
        f"{os.cpu_count()} cores ({model}), load {os.getloadavg()[0]:.1f}",
        f"{platform.python_implementation()} {platform.python_version()}",
        *(f"{name} {version(name)}" for name in packages),
        *filter(None, map(_version_of, programs)),
    ]
    return ", ".join(parts)


def program(name: str) -> str | None:
    """Return the path of a program, None where it is not installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _version_of(name: str) -> str:
    path = program(name)
    if path is None:
        return f"no {name}"
    asked = subprocess.run([path, _VERSIONS[name]], capture_output=True, text=True, check=False)  # noqa: S603
    words = (asked.stdout + asked.stderr).replace("/", " ").split()
    return f"{name} {next((word for word in words if word[0].isdigit()), '')}".strip()


def show(name: str, preface: str, rows: Iterable[Row], *, write: bool) -> None:
    """Print a table, each row as it comes, and put it into the document if *write*.

    The document holds a line `<!-- NAME -->` before and `<!-- end NAME -->` after it.
    """
    lines = [f"`{_command()}`; {preface}", "", *_HEAD.splitlines()]
    print("\n" + "\n".join(lines), flush=True)
    for row in rows:
        lines.append(f"| {' | '.join(row)} |")
        print(lines[-1], flush=True)
    if write:
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        before, found, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise SystemExit(f"{DOCUMENT} has no lines {begin} and {end}; add them")
        table = "\n".join([begin, "", *lines, "", end])
        DOCUMENT.write_text(before + table + after, encoding="utf-8")


def _command() -> str:
    options = [option for option in sys.argv[1:] if option != "--write"]
    return " ".join(["python", f"tools/{Path(sys.argv[0]).name}", *options])
