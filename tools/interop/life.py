"""A year of a subscriber: a date is corrected, an event goes, one comes, the year turns."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import icalendar
from interop import scenario
from interop.readers import Check
from interop.subscribers import Shown


def live_through(check: Check, files: dict[str, Path]) -> None:
    """Correct, remove, add, turn the year, and see what subscribers show."""
    house, year = check.house, check.house.today().year
    subscribers = scenario.Subscribers(house, check.work, check.readers / "venv" / "bin")
    names = [subscribers.khal.name]
    names += [subscribers.thunderbird.name] if subscribers.thunderbird else []
    who = " and ".join(names)
    if not subscribers.thunderbird:
        print("Thunderbird is not installed, so it is left out")
    check.say(f"{who} show the feeds", subscribers.follow(_held(check)))

    core = house.fetch("/feeds/core.ics")
    scenario.correct(house)
    core = house.wait_for("/feeds/core.ics", core)
    _look_at_bytes(check, files)
    held = _held(check)
    moved = [f"{y}-07-28" for y in range(year - 1, year + 3)]
    missing = [day for day in moved if not _has(held, day, "Thương binh")]
    faults = [f"the correction is not in the feed: {missing}"] if missing else []
    check.say(f"{who} show the corrected date", faults + subscribers.follow(held))

    scenario.swap(house)
    house.wait_for("/feeds/core.ics", core)
    held = _held(check)
    is_wrong = _has(held, "", "Ngày Dân số Việt Nam") or not _has(held, "", "Thử nghiệm")
    faults = ["the feed did not change as it should"] if is_wrong else []
    what = "show no more the event that went, and the one that came"
    check.say(f"{who} {what}", faults + subscribers.follow(held))

    core = house.fetch("/feeds/core.ics")
    house.go_to(date(year + 1, 1, 1))
    house.wait_for("/feeds/core.ics", core)
    held = _held(check)
    is_wrong = _has(held, str(year - 1), "") or not _has(held, str(year + 3), "")
    faults = ["the window did not move with the year"] if is_wrong else []
    check.say(f"{who} show the new year", faults + subscribers.follow(held))


def _held(check: Check) -> dict[str, list[Shown]]:
    """Return what the feeds that are subscribed to hold, by icalendar."""
    found = {}
    for name, address in scenario.SUBSCRIBED.items():
        calendar: Any = icalendar.Calendar.from_ical(check.house.settled(address))
        found[name] = [
            Shown(
                part["dtstart"].dt.isoformat(), part["dtend"].dt.isoformat(),
                str(part["summary"]), str(part["description"]), str(part["uid"]),
            )
            for part in calendar.subcomponents
        ]  # fmt: skip
    return found


def _has(held: dict[str, list[Shown]], start: str, title: str) -> bool:
    return any(i.start.startswith(start) and title in i.title for i in held["core"])


def _look_at_bytes(check: Check, files: dict[str, Path]) -> None:
    """Compare every feed with what it was before one date was corrected."""
    faults, touched, parts = [], 0, 0
    theirs = re.compile(rf"{scenario.CORRECTED}-\d{{4}}\b|{_campaigns(check)}")
    for address, path in files.items():
        old, new = path.read_bytes(), check.house.fresh(address)
        changed, rest_is_same = scenario.differences(old, new)
        touched, parts = touched + bool(changed), parts + len(changed)
        odd = sorted(uid for uid in changed if not theirs.match(uid))
        if odd or not rest_is_same:
            faults.append(f"{address}: other bytes changed, in {odd[:3] or 'the order'}")
        before, after = scenario.revisions(old), scenario.revisions(new)
        stale = [
            uid for uid in changed & before.keys() & after.keys()
            if not (before[uid][1] < after[uid][1] and before[uid][0] <= after[uid][0])
        ]  # fmt: skip
        if stale:
            faults.append(f"{address}: changed without a later LAST-MODIFIED: {stale[:3]}")
    check.say(f"one corrected date changed {parts} components in {touched} feeds", faults)


def _campaigns(check: Check) -> str:
    """Return a pattern of the UIDs of campaigns that hold the corrected event."""
    text = check.house.events.read_text("utf-8")
    ids = re.findall(
        rf"^  - id: (\S+)\n    title: .*\n    events: \[[^\]]*\b{scenario.CORRECTED}\b",
        text, re.MULTILINE,
    )  # fmt: skip
    return "|".join(rf"{id_}-\d{{4}}-" for id_ in ids) or "$."
