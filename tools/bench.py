"""Measure the service against the limits, and print the table of docs/benchmarks.md.

Usage:
    python tools/bench.py               measure; it takes half a minute
    python tools/bench.py --events 1000 print a generated registry instead

What is compared runs in turn, in the same rounds, so that a busy machine slows both sides.
A time is the median of its rounds, a ratio the median of the rounds' ratios. Times are
processor time, which stands still while other programs run; on an idle machine they are
those of the clock on the wall, since nothing here waits.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from calendar import day_name, month_name
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

import yaml

from calendar_service.core.dates import Month
from calendar_service.core.feeds import feeds_on_offer
from calendar_service.core.lunar import to_lunar, to_solar
from calendar_service.core.model import Event, Occurrence
from calendar_service.core.occurrences import list_month, select
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.formats.forms import Style, render_month
from calendar_service.formats.ics import component, render_feed
from calendar_service.registry.loader import load_registry

PACKAGES = ("pyyaml", "icalendar", "click", "python-dateutil", "flask")
MONTH = Month(2023, 7)
TODAY = date(2023, 7, 27)
BASE_URL = "http://127.0.0.1:8000"
CORE_EVENTS = 125  # as in events.yaml; registries grow by provinces and sectors

Seconds = dict[str, list[float]]

# --- A registry of any size ---

OPENINGS = (
    "Ngày thành lập", "Ngày truyền thống", "Ngày ra đời", "Ngày tái lập", "Ngày hội",
    "Ngày Bác Hồ về thăm", "Ngày phát động thi đua của", "Ngày hưởng ứng của",
)  # fmt: skip
BODIES = (
    "Đảng bộ", "Mặt trận Tổ quốc", "ngành Giáo dục", "ngành Y tế", "ngành Lâm nghiệp",
    "ngành Thủy sản", "ngành Bưu điện", "Công an nhân dân", "Bộ đội Biên phòng",
    "lực lượng Thanh niên xung phong", "Hội Nông dân", "Hội Cựu chiến binh",
    "Hội Liên hiệp Phụ nữ", "Đoàn Thanh niên", "Liên đoàn Lao động", "Hội Chữ thập đỏ",
    "ngành Tuyên giáo", "ngành Kiểm tra Đảng", "Hội Nhà báo", "Hội Khuyến học",
)  # fmt: skip
KINDS = ("history", "tradition", "birth", "observance", "founding")
ORDINALS = ("first", "second", "third", "fourth", "last")


def registry_text(size: int) -> str:
    """Return an events.yaml of *size* events, up to 10,000.

    A larger one begins with the smaller: both have the same core, hence the same letters.
    """
    chance = Random(1947)  # noqa: S311 - the same registry each time
    return "events:\n" + "".join(_entry(number, chance) for number in range(size))


def _entry(number: int, chance: Random) -> str:
    """Return one entry, about 400 bytes; the names of 10,000 all differ."""
    count, opening = divmod(number, len(OPENINGS))
    count, body = divmod(count, len(BODIES))
    region = list(NAMES)[count]
    what = f"{OPENINGS[opening]} {BODIES[body]}"
    document, day, month = chance.randrange(4000), chance.randint(1, 28), chance.randint(1, 12)
    core = number < CORE_EVENTS
    lines = [
        f"- id: su-kien-{number:05d}",
        f"  name: {what} {NAMES[region]}",
        f"  aliases: [{what} tỉnh {NAMES[region]}]",
        f"  {_day(chance)}",
        f"  kind: {chance.choice(KINDS)}",
        f"  prominence: {'core' if core else chance.choice(('sector', 'reference'))}",
        *([f"  region: {region}"] if not core and number % 4 == 0 else []),
        "  sources:",
        f'    - {{title: "Quyết định công nhận {what} {NAMES[region]}",'
        f" number: {document}/QĐ-UBND, date: {day}/{month}/2015}}",
        "  changed: 22/11/2025",
    ]
    return "".join(f"  {line}\n" for line in lines) + "\n"


def _day(chance: Random) -> str:
    """Return the line of the day: 85 % solar, 10 % lunar, 5 % floating."""
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    share = chance.random()
    if share < 0.85:
        return f"founded: {day}/{month}/{chance.randint(1925, 2005)}"
    if share < 0.95:
        return f"on: {day}/{month} âm lịch"
    return f"on: {chance.choice(ORDINALS)} {chance.choice(day_name)} of {month_name[month]}"


# --- Measuring ---


def in_turn(
    rounds: int, clock: Callable[[], float] = process_time, **ways: Callable[[], object]
) -> Seconds:
    """Return the seconds of each way in each round, the first round (warming up) left out.

    The clock is by default that of this process; `children_time` is that of those it starts.
    """
    seconds: Seconds = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            start = clock()
            way()
            seconds[name].append(clock() - start)
    return {name: times[1:] for name, times in seconds.items()}


def children_time() -> float:
    """Return the processor seconds of all processes that were started here and have ended."""
    usage = getrusage(RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ratio(seconds: Seconds, name: str, limit: str) -> float:
    """Return how many times as long *name* took as *limit*, the median of the rounds."""
    return median(a / b for a, b in zip(seconds[name], seconds[limit], strict=True))


def shown(seconds: list[float], times: int = 1) -> str:
    """Return the median as text, in ms or µs; each round did the work *times* times."""
    value = median(seconds) / times
    return f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e6:.2f} µs"


def repeated(times: int, work: Callable[[], object]) -> Callable[[], None]:
    """Return *work* done *times* times, for what is too short for the clock."""

    def run() -> None:
        for _ in range(times):
            work()

    return run


# --- What is measured; each yields the rows of its table: what, time, limit, ratio, goal ---

Row = tuple[str, str, str, str, str]


def rows_of_loading(path: Path) -> Iterator[Row]:
    """Compare `registry validate` with the bare parser on the same file."""
    seconds = in_turn(
        15,
        ours=lambda: load_registry([path]),
        yaml=lambda: yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader),
    )
    limit = f"yaml.load, CSafeLoader: {shown(seconds['yaml'])}"
    found = f"{ratio(seconds, 'ours', 'yaml'):.2f} x"
    yield "load_registry, 1,000 events", shown(seconds["ours"]), limit, found, "1.5 x"


def rows_of_months(small: tuple[Event, ...], large: tuple[Event, ...]) -> Iterator[Row]:
    """Time a month's list and its JSON, nothing cached, for 1,000 and 10,000 events."""
    style, letter, times = Style(base_url=BASE_URL), Selection(), 20

    def listed(events: tuple[Event, ...]) -> Callable[[], object]:
        return repeated(times, lambda: list_month(events, MONTH, letter))

    def rendered(events: tuple[Event, ...]) -> Callable[[], object]:
        return repeated(
            times, lambda: render_month("json", list_month(events, MONTH, letter), style)
        )

    seconds = in_turn(
        25,
        list=listed(small),
        both=rendered(small),
        large_list=listed(large),
        large_both=rendered(large),
    )
    time = {name: shown(each, times) for name, each in seconds.items()}
    found = list_month(small, MONTH, letter)
    what = f"month list and JSON, 1,000 events, {len(found.items) + len(found.upcoming)} items"
    yield what, time["both"], f"the list alone: {time['list']}", "", "150 µs"
    what = "the same, 10,000 events, the same items"
    limit = f"1,000 events; the list alone: {time['large_list']}"
    found_ratio = f"{ratio(seconds, 'large_both', 'both'):.1f} x"
    yield what, time["large_both"], limit, found_ratio, "2 x"


def rows_of_processes(path: Path) -> Iterator[Row]:
    """Compare a cold `calendar-service month` with a Python that does nothing."""
    command = Path(sys.executable).with_name("calendar-service")
    environment = {**os.environ, "EVENTS_FILE": str(path)}

    def process(*arguments: str | Path) -> Callable[[], object]:
        return lambda: subprocess.run(  # noqa: S603 - our own command
            arguments, env=environment, stdout=subprocess.DEVNULL, check=True
        )

    seconds = in_turn(
        15,
        children_time,
        nothing=process(sys.executable, "-c", "pass"),
        imports=process(sys.executable, "-c", "import calendar_service.cli.lists"),
        month=process(command, "month", str(MONTH)),
    )
    limit = f"python -c pass: {shown(seconds['nothing'])}"
    for name, what, goal in (
        ("month", f"calendar-service month {MONTH}, cold, 1,000 events", "6 x"),
        ("imports", "of which the imports, import calendar_service.cli.lists", ""),
    ):
        yield what, shown(seconds[name]), limit, f"{ratio(seconds, name, 'nothing'):.1f} x", goal


def rows_of_feeds(events: tuple[Event, ...]) -> Iterator[Row]:
    """Compare the core feed, built from nothing, with a join of its components' bytes."""
    feed = next(feed for feed in feeds_on_offer(TODAY) if feed.name == "core")
    occurrences = select(events, date(2022, 1, 1), date(2025, 12, 31), feed.selection)
    whole = render_feed(feed.title, occurrences, BASE_URL)
    parts = [_component_bytes(occurrence) for occurrence in occurrences]
    head, tail = whole[: whole.index(parts[0])], b"END:VCALENDAR\r\n"
    if b"".join((head, *parts, tail)) != whole:
        raise SystemExit("the joined components are not the feed; mend tools/bench.py")
    seconds = in_turn(
        7,
        built=lambda: render_feed(feed.title, occurrences, BASE_URL),
        joined=lambda: b"".join((head, *parts, tail)),
    )
    what = f"core feed, {len(occurrences)} occurrences, {len(whole) // 1000} kB, from nothing"
    limit = f"join of ready components: {shown(seconds['joined'])}"
    yield what, shown(seconds["built"]), limit, f"{ratio(seconds, 'built', 'joined'):,.0f} x", ""


def _component_bytes(occurrence: Occurrence) -> bytes:
    return bytes(component(occurrence, BASE_URL).to_ical(sorted=False))


def rows_of_the_lunar_calendar() -> Iterator[Row]:
    """Time conversions of days from 1900 to 2100, the table decoded."""
    days = [date(1900, 1, 1) + timedelta(days=73 * number) for number in range(1000)]
    lunar = [to_lunar(day) for day in days]
    seconds = in_turn(
        25,
        to_lunar=lambda: [to_lunar(day) for day in days],
        to_solar=lambda: [to_solar(day) for day in lunar],
    )
    for name, times in seconds.items():
        yield name, shown(times, len(days)), "", "", ""


def machine() -> str:
    """Return what the figures were measured on: cores, Python, packages."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {python}, {packages}"


def main() -> None:
    """Print the machine and the table, as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, help="print a registry of so many events, and leave")
    size = parser.parse_args().events
    if size is not None:
        sys.stdout.write(registry_text(size))
        return
    print(f"{machine()}\n\n| what | time | limit | ratio | goal |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "1000.yaml"), Path(folder, "10000.yaml")
        small.write_text(registry_text(1000), encoding="utf-8")
        large.write_text(registry_text(10_000), encoding="utf-8")
        events = load_registry([small]).events
        for rows in (
            rows_of_loading(small),
            rows_of_processes(small),
            rows_of_feeds(events),
            rows_of_the_lunar_calendar(),
            rows_of_months(events, load_registry([large]).events),
        ):
            for row in rows:
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
