"""Check that the feeds read alike in other calendar programs, over HTTP, and stay alike.

Usage:
    make interop
    .venv/bin/python tools/check_feed.py [--part read|live] [--keep DIR] [FEED...]

The service is started with its own events.yaml, database, port and clock. Every feed on offer,
and some of single events, of campaigns, of choices and in other forms, is read with icalendar
(our own), ical.js (Thunderbird's), libical (GNOME's, with its check of RFC 5545's
restrictions) and vobject. Count, UIDs, first days, exclusive ends, titles, descriptions and
alarms must be the same, and agree with the JSON of the service. Three feeds are subscribed to
with vdirsyncer and khal, and with Thunderbird where it is installed. Then a date is corrected,
an event goes, another comes and a year turns, and each time the subscribers must show what the
feeds hold; one changed event must change its own components and no other byte of any feed.
Atom is read with feedparser, JSON Feed held against what version 1.1 requires.

Needs the project's .venv (make setup), Node.js with npm, Debian's libical3 and, for its part,
thunderbird (apt-get install libical3 thunderbird), and the PyPI and npm registries: the
versions of tools/interop are installed into a temporary directory, or into DIR.

Exit status: 0 all agree, 1 something differs, 2 something is not installed.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from interop.life import live_through
from interop.readers import Check, MissingError, install_readers, require_installed
from interop.service import House
from interop.subscribers import ComplaintError

# What is on offer by name is asked for; these are the rest.
MORE = (
    "core.ics?alarm=7d",
    "core.ics?prepare=7",
    "core.ics?lang=en",
    "core.ics?alarm=7d&prepare=7",
    "quang-ninh.ics?alarm=7d",
    "quang-ninh.ics?prepare=7",
    "lunar-festival.ics?lang=en",
    "campaigns.ics?component=vtodo",
    "campaigns-quang-ninh.ics?component=vtodo",
    "campaign-quang-ninh-60.ics",
    "campaign-quang-ninh-60.ics?component=vtodo",
    "campaign-thuong-binh-liet-si.ics",
    "event-thuong-binh-liet-si.ics",
    "event-gio-to-hung-vuong.ics",
    "event-tet-nguyen-dan.ics",
    "custom.ics?kind=tradition&prominence=core",
    "custom.ics?region=quang-ninh&region=ha-noi",
    "custom.ics?year_class=tron&all=1",
    "custom.ics?event=thuong-binh-liet-si&event=nha-giao-viet-nam",
    "custom.ics?kind=no-such-kind&notice=1",
    "1975.ics",
)


def main() -> int:
    """Run the check; print what each reader found, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("feeds", nargs="*", metavar="FEED", help="all by default")
    parser.add_argument("--part", choices=["read", "live"], help="half of it: reading or change")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where to keep the readers")
    given = parser.parse_args()
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory(prefix="check_feed-")))
        readers = given.keep or work / "readers"
        try:
            require_installed()
            install_readers(readers)
        except MissingError as error:
            print(f"check_feed: {error}", file=sys.stderr)
            return 2
        house = House(work / "service")
        stack.callback(house.stop)
        house.start()
        check = Check(house, work, readers)
        try:
            run(check, given.feeds, given.part)
        except ComplaintError as error:
            check.say("the run ended early", [str(error)])
        return 1 if check.faults else 0


def run(check: Check, feeds: list[str], part: str | None) -> None:
    """Look at everything, or of the feeds at those named, or do half of it."""
    names = feeds or check.house.names()
    more = MORE if not feeds else ()
    addresses = [f"/feeds/{name}.ics" for name in names] + [f"/feeds/{name}" for name in more]
    files = check.fetch_all(addresses)
    if part != "live":
        found = check.read_all(files)
        check.look_for_twins(found)
        check.compare_with_json(found)
        # Campaigns have no news of their own, single years none at all.
        check.read_news([n for n in names if not n.startswith("campaigns") and not n.isdigit()])
    if part != "read":
        live_through(check, files)


if __name__ == "__main__":
    sys.exit(main())
