"""Facts of the registry held against each other: what no reader of one entry can see.

Counts, weekdays and lunar days that texts mention are computed again; the days of one
person, the dates of sources and names that look alike are compared.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from calendar_service.core.campaign import Campaign
from calendar_service.core.date_wording import WEEKDAYS
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, PartialDate
from calendar_service.core.lunar import to_lunar
from calendar_service.core.model import Event, Kind
from calendar_service.core.text import fold, without_marks
from calendar_service.errors import CalendarServiceError, Fault
from calendar_service.registry.reading import Entry

OLDEST_AGE, YOUNGEST_AGE = 120, 5  # of somebody whose birth and death are both kept
AHEAD = timedelta(days=400)  # how long before a founding the paper that orders it may be
ALIKE = 0.75  # share of words from which two names on one day look like one event
MOST_SLIPS = 20
_COMMON = frozenset(
    ["ngay", "cua", "va", "le", "ky", "niem", "thanh", "lap", "truyen", "thong", "viet", "nam"]
)
_PERSON = re.compile(r"(?:ngay (?:sinh|mat)|gio) (.+)")
_TITLE = re.compile(
    r"^(?:dong chi|chu tich|tong bi thu|(?:dai|thuong|trung|thieu) tuong|nha \w+|giao su|bac si"
    r"|cu|anh hung|liet s[iy]|vua|dai thi hao|danh nhan(?: van hoa)?) "
)
_DATE = r"((?:[0-9]{1,2}/){0,2}[0-9]{4})"
_COUNT = re.compile(rf"([0-9]{{1,4}}) năm (?:(?![0-9]+ năm)[^()])*\({_DATE} ?[-–] ?{_DATE}\)")
_WEEKDAY = re.compile(
    r"(thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật),? (?:ngày )?([0-9]{1,2}/[0-9]{1,2}/[0-9]{4})",
    re.IGNORECASE,
)
_LUNAR = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2}) âm lịch,? tức (?:ngày )?([0-9]{1,2}/[0-9]{1,2}/[0-9]{4})"
)
_NUMBER = re.compile(r"[0-9]+|[ivx]+")  # the congresses I and V are two events
_SCHOLAR = re.compile(r"(?:bác|tiến|thạc) sĩ")  # always spelt so, beside Liệt sỹ
# Words that no Vietnamese name spells so: their marks were lost.
_BARE = re.compile(r"\b(?:[Nn]gay|[Tt]hanh lap|[Tt]ruyen|[Vv]iet|[Nn]guyen|[Dd]ang|[Qq]uoc)\b(?!-)")


def check_facts(events: Iterable[Event], entries: Mapping[str, Entry], faults: list[Fault]) -> None:
    """Note every fact that contradicts another, or what can be computed."""
    known = list(events)
    for event in known:
        fields = entries[event.id].fields
        for key, message in (*_of_texts(event), *_of_dates(event), *_of_spelling(event)):
            place = fields.get(key, fields["id"])
            faults.append(Fault(place.file, place.line, message))
    for event, message in (*_lives(known), *_alike(known)):
        field = entries[event.id].fields["id"]
        faults.append(Fault(field.file, field.line, message))


def check_changed(
    items: Sequence[Event | Campaign],
    entries: Mapping[str, Entry],
    today: date,
    faults: list[Fault],
) -> None:
    """Note every day of a last change that is still to come.

    More than a few of them tell of a clock that is behind, not of slips of the pen.
    """
    ahead = [item for item in items if item.changed > today]
    for item in ahead if len(ahead) <= MOST_SLIPS else []:
        place = entries[item.id].fields["changed"]
        message = f"changed: {item.changed:%d/%m/%Y} is still to come; write the day of the change"
        faults.append(Fault(place.file, place.line, message))


def _of_texts(event: Event) -> Iterator[tuple[str, str]]:
    """Yield what texts of an entry get wrong, each with the key that it stands under."""
    texts = [("note", event.note), ("counted_from", event.counted_from)]
    texts += [("sources", source.title) for source in event.sources]
    for key, text in texts:
        for wrong in _wrong_in(text or ""):
            yield key, wrong


def _wrong_in(text: str) -> Iterator[str]:
    for match in _COUNT.finditer(text):
        count, since, until = int(match[1]), match[2], match[3]
        years = int(until[-4:]) - int(since[-4:])
        if years != count:
            yield f"{match[0]!r} says {count}, but {since} to {until} is {years}; mend it"
    for match in _WEEKDAY.finditer(text):
        day = _day(match[2])
        if day and WEEKDAYS[day.weekday()].lower() != match[1].lower():
            yield f"{match[2]} is {WEEKDAYS[day.weekday()]}, not {match[1]}; mend one of them"
    for match in _LUNAR.finditer(text):
        day = _day(match[3])
        if day and FIRST_YEAR < day.year <= LAST_YEAR:
            lunar = to_lunar(day)
            if (lunar.day, lunar.month) != (int(match[1]), int(match[2])):
                found = f"{match[3]} is {lunar.day}/{lunar.month} âm lịch"
                yield f"{found}, not {match[1]}/{match[2]}; mend one of them"


def _day(text: str) -> date | None:
    try:
        return PartialDate.parse(text).full
    except CalendarServiceError:  # a range or a slip that is none of this check's business
        return None


def _of_dates(event: Event) -> Iterator[tuple[str, str]]:
    founded = event.founded.full if event.founded else None
    if founded and founded > event.changed:
        yield "founded", f"{founded:%d/%m/%Y} lies after 'changed'; mend one of them"
    papers = [source.dated for source in event.sources]
    newest = max((paper for paper in papers if paper), default=None)
    if founded and newest and None not in papers and newest < founded - AHEAD:
        found = f"the newest source is of {newest:%d/%m/%Y}, before what it proves"
        yield "sources", f"{found} ({founded:%d/%m/%Y}); mend it, or name a later one"


def _of_spelling(event: Event) -> Iterator[tuple[str, str]]:
    name = _SCHOLAR.sub("", event.name.lower())
    if "sỹ" in name and re.search(r"\bsĩ\b", name):
        yield "name", f"{event.name!r} has both sỹ and sĩ; keep the official one"
    bare = _BARE.search(event.name)
    if bare and event.kind is not Kind.INTERNATIONAL:
        yield "name", f"{bare[0]!r} in {event.name!r} lacks its marks; write them"


def _lives(events: list[Event]) -> Iterator[tuple[Event, str]]:
    """Yield the deaths that do not fit the birth of the same person."""
    births = {_person(event): event for event in events if event.kind is Kind.BIRTH}
    for death in events:
        birth = births.get(_person(death)) if death.kind is Kind.DEATH else None
        if birth and birth.founded and death.founded:
            age = death.founded.year - birth.founded.year
            if not YOUNGEST_AGE <= age <= OLDEST_AGE:
                message = f"{birth.id!r} was born in {birth.founded.year}, which makes {age} years"
                yield death, f"{message}; mend 'founded' of one of them"


def _person(event: Event) -> str:
    name = without_marks(event.name).lower()
    match = _PERSON.match(name)
    name = match[1] if match else name
    while (bare := _TITLE.sub("", name)) != name:
        name = bare
    return name


def _alike(events: list[Event]) -> Iterator[tuple[Event, str]]:
    """Yield the events that look like another one of the same day and place."""
    by_day: dict[object, list[tuple[Event, list[set[str]]]]] = {}
    for event in events:
        if event.kind is not Kind.DAY_OFF:
            names = [_words(name) for name in (event.name, *event.aliases)]
            by_day.setdefault((event.day, event.region), []).append((event, names))
    for same_day in by_day.values():
        for (first, names), (second, others) in combinations(same_day, 2):
            share = max((_share(a, b) for a in names for b in others), default=0.0)
            if share >= ALIKE and not _names(first) & _names(second):  # those the loader names
                message = f"looks like {first.id!r} of the same day under another name"
                yield second, f"{message}; make the two one, or tell their names apart"


def _names(event: Event) -> set[str]:
    return {fold(name) for name in (event.name, *event.aliases)}


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", without_marks(name).lower())) - _COMMON


def _share(first: set[str], second: set[str]) -> float:
    """Return the share of words that two names have in common; of other numbers, none."""
    if any(_NUMBER.fullmatch(word) for word in first ^ second):
        return 0.0
    return len(first & second) / len(first | second) if first and second else 0.0
