"""Measure the service against the limits, and print the table of docs/benchmarks.md.

Usage:
    python tools/bench.py               measure; it takes two minutes
    python tools/bench.py --events 1000 print a generated registry instead

What is compared runs in turn, in the same rounds, so that a busy machine slows both sides.
A time is the median of its rounds, a ratio the median of the rounds' ratios. Times are
processor time, which stands still while other programs run; on an idle machine they are
those of the clock on the wall, since nothing here waits.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from calendar import day_name, month_name
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import process_time

import plain_ics
import yaml
from bench_tables import Row, add_write, machine, show
from plain_ics import Entry

import calendar_service
from calendar_service.config import load_settings
from calendar_service.core.dates import Month
from calendar_service.core.feeds import PLAIN, Feed, feeds_on_offer, span_of
from calendar_service.core.lunar import to_lunar, to_solar
from calendar_service.core.model import Event, Occurrence, Registry
from calendar_service.core.occurrences import list_month, select
from calendar_service.core.regions import NAMES
from calendar_service.core.selection import Selection
from calendar_service.core.wording import KINDS as KIND_NAMES
from calendar_service.core.wording import anniversary_line, description
from calendar_service.feeding import FeedMaker
from calendar_service.formats.forms import Style, render_month
from calendar_service.formats.ics import occurrence_uid, stamp_of, wrap
from calendar_service.registry.loader import load_registry
from calendar_service.services import Services

PACKAGES = ("pyyaml", "icalendar", "click", "python-dateutil", "flask")
MONTH = Month(2023, 7)
TODAY = date(2023, 7, 27)
BASE_URL = "http://127.0.0.1:8000"
HOLIDAYS = "import holidays; holidays.country_holidays('VN', years=2023)"
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
    if value >= 1:
        return f"{value:.2f} s"
    return f"{value * 1e3:.1f} ms" if value >= 1e-3 else f"{value * 1e6:.2f} µs"


def repeated(times: int, work: Callable[[], object]) -> Callable[[], None]:
    """Return *work* done *times* times, for what is too short for the clock."""

    def run() -> None:
        for _ in range(times):
            work()

    return run


# --- What is measured; each yields the rows of its table: what, time, limit, ratio, goal ---


def rows_of_loading(path: Path, larger: Path) -> Iterator[Row]:
    """Compare `registry validate` with the bare parser on the same file."""
    seconds = in_turn(
        15,
        ours=lambda: load_registry([path]),
        validate=lambda: load_registry([path], thorough=True),
        yaml=lambda: yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader),
    )
    limit = f"yaml.load, CSafeLoader: {shown(seconds['yaml'])}"
    for name, what in (("ours", "as the service reads it"), ("validate", "registry validate")):
        found = f"{ratio(seconds, name, 'yaml'):.2f} x"
        yield f"{what}, 1,000 events", shown(seconds[name]), limit, found, "1.5 x"
    grown = in_turn(3, ours=lambda: load_registry([larger]))
    limit = f"1,000 events: {shown(seconds['ours'])}"
    times = f"{median(grown['ours']) / median(seconds['ours']):.1f} x"
    yield "as the service reads it, 10,000 events", shown(grown["ours"]), limit, times, ""


def rows_of_months(small: tuple[Event, ...], large: tuple[Event, ...]) -> Iterator[Row]:
    """Time a month's list and its JSON for 1,000 and 10,000 events.

    Lists and JSON are made anew each time; the index of events by month, which a process keeps,
    is made in the first round alone.
    """
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


def rows_of_processes(path: Path, larger: Path, holidays: Path | None) -> Iterator[Row]:
    """Compare a cold `calendar-service month` with a Python that does nothing."""
    command = Path(sys.executable).with_name("calendar-service")

    def process(*arguments: str | Path, events: Path = path) -> Callable[[], object]:
        caches = {"XDG_CACHE_HOME": str(path.parent), "EVENTS_FILE": str(events)}
        return lambda: subprocess.run(  # noqa: S603 - our own command
            arguments, env=os.environ | caches, stdout=subprocess.DEVNULL, check=True
        )

    ways = {
        "nothing": process(sys.executable, "-c", "pass"),
        "month": process(command, "month", str(MONTH)),
        "large": process(command, "month", str(MONTH), events=larger),
    }
    if holidays:
        ways["holidays"] = process(holidays, "-c", HOLIDAYS)
        ways["nothing else"] = process(holidays, "-c", "pass")
    seconds = in_turn(9, children_time, **ways)
    for name, what, limit, goal in (
        ("month", f"calendar-service month {MONTH}, cold, 1,000 events", "nothing", "6 x"),
        ("large", "the same, 10,000 events", "nothing", ""),
        ("holidays", "python holidays, a year of Việt Nam, cold", "nothing else", ""),
    ):
        if name in ways:
            against = f"python -c pass: {shown(seconds[limit])}"
            times = f"{ratio(seconds, name, limit):.1f} x"
            yield what, shown(seconds[name]), against, times, goal
        else:
            yield what, "not measured", "holidays could not be installed; see --holidays", "", ""


@contextmanager
def python_with_holidays(given: Path | None) -> Iterator[Path | None]:
    """Yield a Python that has `holidays`, made in a folder for a while; None if that fails."""
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="calendar-holidays-") as folder:
        try:
            for command in (
                [sys.executable, "-m", "venv", folder],
                [f"{folder}/bin/pip", "--disable-pip-version-check", "-q", "install", "holidays"],
            ):
                subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            yield None
        else:
            yield Path(folder, "bin", "python")


@dataclass(frozen=True, slots=True)
class FeedSet:
    """All feeds of a registry that hold events, and the same as texts for plain_ics."""

    registry: Registry
    feeds: list[Feed]
    plain: list[tuple[bytes, list[Entry]]]

    @classmethod
    def of(cls, registry: Registry, services: Services) -> "FeedSet":
        """Return the feeds, none of which plain_ics writes otherwise than we do.

        Raises:
            SystemExit: One differs.
        """
        maker = FeedMaker(services, remembers=False)
        feeds, plain = [], []
        for feed in feeds_on_offer(TODAY):
            span = span_of(feed, registry, TODAY)
            days = span.first, span.last
            found = [] if feed.of_campaigns else select(registry.events, *days, feed.selection)
            if not found:
                continue
            made = maker.make(feed, registry, TODAY, PLAIN).data
            found.sort(key=lambda each: made.index(f"UID:{occurrence_uid(each)}@".encode()))
            head = wrap(feed.title, []).partition(b"END:VCALENDAR")[0]
            feeds.append(feed)
            plain.append((head, [_entry_of(occurrence) for occurrence in found]))
            if made != plain_ics.feed(*plain[-1]):
                raise SystemExit(f"{feed.name}: plain_ics.py writes other bytes; mend one of us")
        return cls(registry, feeds, plain)

    def make(self, maker: FeedMaker, registry: Registry) -> None:
        """Make every feed, as the server does."""
        for feed in self.feeds:
            maker.make(feed, registry, TODAY, PLAIN)

    def make_plain(self) -> None:
        """Make every feed by hand."""
        for head, entries in self.plain:
            plain_ics.feed(head, entries)


def _entry_of(occurrence: Occurrence) -> Entry:
    event, stamp = occurrence.event, stamp_of(occurrence.event.changed)
    url = f"{BASE_URL}/events/{event.id}"
    return Entry(
        uid=f"{occurrence_uid(occurrence)}@calendar-service",
        changed_at=stamp.changed_at,
        sequence=stamp.sequence,
        first=occurrence.on,
        last=occurrence.ends or occurrence.on,
        summary=anniversary_line(occurrence),
        description=f"{description(occurrence)}\n{url}",
        category=KIND_NAMES[event.kind],
        url=url,
    )


def rows_of_feeds(path: Path, larger: Path) -> Iterator[Row]:
    """Compare the set of feeds, from nothing and after a change, with one made by hand."""
    services = Services(load_settings({"EVENTS_FILE": str(path)}))
    registry = services.registry
    every = FeedSet.of(registry, services)
    kept = FeedMaker(services, remembers=False)
    every.make(kept, registry)
    first = registry.events[0]
    renamed = (
        replace(registry, events=(replace(first, name=f"{first.name} {n}"), *registry.events[1:]))
        for n in count()
    )
    seconds = in_turn(
        5,
        ours=lambda: every.make(FeedMaker(services, remembers=False), registry),
        plain=every.make_plain,
        changed=lambda: every.make(kept, next(renamed)),
    )
    parts = sum(len(entries) for _, entries in every.plain)
    limit = f"made by hand from ready texts: {shown(seconds['plain'])}"
    what = f"all {len(every.feeds)} feeds of 1,000 events, {parts:,} components, from nothing"
    yield what, shown(seconds["ours"]), limit, f"{ratio(seconds, 'ours', 'plain'):.1f} x", "45 x"
    limit = f"from nothing: {shown(seconds['ours'])}"
    share = f"{ratio(seconds, 'changed', 'ours'):.1%}"
    yield "the same after one changed event", shown(seconds["changed"]), limit, share, "5 %"
    large = load_registry([larger])
    grown = in_turn(1, ours=lambda: every.make(FeedMaker(services, remembers=False), large))
    times = f"{median(grown['ours']) / median(seconds['ours']):.1f} x"
    yield "the same feeds of 10,000 events, from nothing", shown(grown["ours"]), limit, times, ""


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


def rows(holidays: Path | None) -> Iterator[Row]:
    """Yield all rows, of registries in a temporary folder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        python_with_holidays(holidays) as python,
    ):
        small, large = Path(folder, "1000.yaml"), Path(folder, "10000.yaml")
        small.write_text(registry_text(1000), encoding="utf-8")
        large.write_text(registry_text(10_000), encoding="utf-8")
        yield from rows_of_loading(small, large)
        yield from rows_of_processes(small, large, python)
        yield from rows_of_feeds(small, large)
        yield from rows_of_the_lunar_calendar()
        yield from rows_of_months(load_registry([small]).events, load_registry([large]).events)
    if not Path(calendar_service.__file__).with_name("letters").exists():
        yield "check of a letter", "not measured", "there is no checker yet", "", "5 ms; 2 s"


def main() -> None:
    """Print the machine and the table, as Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, help="print a registry of so many events, and leave")
    parser.add_argument("--holidays", type=Path, help="a Python that has the package holidays")
    add_write(parser)
    options = parser.parse_args()
    if options.events is not None:
        sys.stdout.write(registry_text(options.events))
        return
    show("computing", machine(PACKAGES), rows(options.holidays), write=options.write)


if __name__ == "__main__":
    main()
