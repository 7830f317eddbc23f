"""The changes that subscribers have to follow, who they are, and what bytes changed."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from interop.service import House
from interop.subscribers import Khal, Shown, Thunderbird

CORRECTED, REMOVED, ADDED = "thuong-binh-liet-si", "dan-so-viet-nam", "ngay-thu-nghiem"
SUBSCRIBED = {
    "core": "/feeds/core.ics",
    "province": "/feeds/quang-ninh.ics",
    "custom": "/feeds/custom.ics?kind=tradition&prominence=core",
}
_ADDED = f"""\
  - id: {ADDED}
    name: Ngày Thử nghiệm
    name_en: Day of Trials
    founded: 28/2/2001
    kind: tradition
    prominence: core
    sources:
      - {{title: "Quyết định 1/QĐ-TN", number: 1/QĐ-TN, date: 28/2/2001}}
    changed: 22/11/2026

"""
_PART = re.compile(rb"BEGIN:(VEVENT|VTODO)\r\n.*?END:\1\r\n", re.DOTALL)


def correct(house: House) -> None:
    """Correct the date of CORRECTED, and forget to touch its `changed`."""
    entry = house.entry(CORRECTED)
    house.replace(entry, entry.replace(f"{CORRECTED}\n", f"{CORRECTED}\n    on: 28/7\n", 1))


def swap(house: House) -> None:
    """Remove REMOVED, with the campaigns that cannot be without it, and add ADDED."""
    text = house.events.read_text("utf-8")
    for campaign in re.findall(r"^  - id: (\S+)\n    title:", text, re.MULTILINE):
        lines = house.entry(campaign)
        if re.search(rf"\b{REMOVED}\b", lines):
            house.replace(lines, "")
    # In one go with the addition: half a change would be served as well.
    house.replace(house.entry(REMOVED), _ADDED)


def compared(name: str, found: Iterable[Shown], wanted: Iterable[Shown]) -> list[str]:
    """Return what a program shows that it should not, and what it does not show."""
    shown, due = Counter(found), Counter(wanted)
    faults = [f"{name} shows {item[:3]}" for item in list((shown - due).elements())[:3]]
    return faults + [f"{name} lacks {item[:3]}" for item in list((due - shown).elements())[:3]]


def differences(old: bytes, new: bytes) -> tuple[set[str], bool]:
    """Return the UIDs of the components that differ, and whether all other bytes are the same."""
    before, after = _parts(old), _parts(new)
    changed = {uid for uid in before.keys() | after.keys() if before.get(uid) != after.get(uid)}
    rest = [
        [part for uid, part in parts.items() if uid not in changed] for parts in (before, after)
    ]
    return changed, rest[0] == rest[1] and _PART.sub(b"", old) == _PART.sub(b"", new)


def revisions(body: bytes) -> dict[str, tuple[int, str]]:
    """Return SEQUENCE and LAST-MODIFIED of every component by its UID."""
    found = {}
    for uid, part in _parts(body).items():
        sequence = re.search(rb"\r\nSEQUENCE:(\d+)\r\n", part)
        modified = re.search(rb"\r\nLAST-MODIFIED:(\S+)\r\n", part)
        found[uid] = (int(sequence[1]), modified[1].decode()) if sequence and modified else (-1, "")
    return found


def _parts(body: bytes) -> dict[str, bytes]:
    parts = (match[0] for match in _PART.finditer(body))
    return {_uid(part): part for part in parts}


def _uid(part: bytes) -> str:
    found = re.search(rb"\r\nUID:(.*?)\r\n(?! )", part, re.DOTALL)
    return found[1].replace(b"\r\n ", b"").decode() if found else ""


class Subscribers:
    """khal and, where it is installed, Thunderbird, which follow the feeds SUBSCRIBED."""

    def __init__(self, house: House, work: Path, programs: Path) -> None:
        self.house = house
        urls = {name: house.base_url + address for name, address in SUBSCRIBED.items()}
        self.khal = Khal(work / "khal", programs, urls)
        self.thunderbird = Thunderbird(work / "thunderbird", urls) if Thunderbird.program else None

    def follow(self, wanted: dict[str, list[Shown]]) -> list[str]:
        """Let them fetch the feeds, and return in what they differ from *wanted*.

        Args:
            wanted: What each of SUBSCRIBED holds.
        """
        self.khal.sync()
        again = self.khal.sync()
        faults = [f"{self.khal.name} found something new at once: {again}"] if any(again) else []
        year = self.house.today().year
        listed = self.khal.shows(date(year - 3, 1, 1), date(year + 4, 12, 31))
        for name, items in wanted.items():
            without = [item._replace(uid="") for item in items]
            faults += compared(f"{self.khal.name} in {name}", listed.get(name, []), without)
        if self.thunderbird:
            cached = self.thunderbird.fetch(
                lambda shown: all(Counter(shown.get(n, [])) == Counter(wanted[n]) for n in wanted)
            )
            for name, items in wanted.items():
                faults += compared(
                    f"{self.thunderbird.name} in {name}", cached.get(name, []), items
                )
        return faults
