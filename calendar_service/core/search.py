"""Search: the events that a text names, by a name in any spelling or by a day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.core.date_wording import date_text, founded_text, rule_text
from calendar_service.core.dates import FIRST_YEAR, LAST_YEAR, PartialDate, parse_day
from calendar_service.core.days import DayRule, LunarDay, SolarDay, parse_day_rule
from calendar_service.core.kept import kept
from calendar_service.core.model import Event, Occurrence, Prominence, Registry
from calendar_service.core.occurrences import occurrences_between
from calendar_service.core.regions import NAMES, SUCCESSORS, region_id
from calendar_service.core.text import fold, nfc, without_marks
from calendar_service.errors import InvalidDateError, InvalidDayRuleError

LONGEST = 200
NEXT_DAYS = 400  # within them what is kept every year comes round
_WORD = re.compile(r"\w+")
_COUNT = re.compile(r"^\s*[0-9]+ năm ", re.IGNORECASE)
# 27/7, 27-7-1947, 7/1947, "ngày 27 tháng 7 năm 1947", "mùng 10 tháng 3 âm lịch", "năm 1947";
# compared in lower case without marks.
_DATE = re.compile(
    r"(?:(?:ngay|mung|mong) )*(?:([0-9]{1,2})(?: thang |[/.-]))?(?:thang )?([0-9]{1,2})"
    r"(?:(?: nam |[/.-])([0-9]{4}))?( am lich)?"
)
_YEAR = re.compile(r"nam ([0-9]{4})")
_PLACE = {prominence: place for place, prominence in enumerate(Prominence)}


_SCATTERED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event that was found, and the name or day by which."""

    event: Event
    matched: str


@dataclass(frozen=True, slots=True)
class _Term:
    """A name of an event: its words as compared, with and without marks."""

    event: Event
    text: str
    weight: int
    folded: str
    plain: str


def search(registry: Registry, query: str, limit: int) -> list[Found]:
    """Return the events that *query* names, the best first, at most *limit*.

    A date such as 27/7, "ngày 27 tháng 7", 27/7/1947, 7/1947, 1947 or "10/3 âm lịch" finds
    what was founded then or falls on it; other text is compared with names, other names and
    former names, and a province's name finds its own events, those that it names first.
    Case, the place of a tone and sỹ or sĩ do not count, and marks only where none were typed
    or nothing was found by them.
    """
    words = _words(query)
    found = list(_by_date(registry, words)) or _by_name_or_region(registry, words)
    return found[:limit]


def region_named(query: str) -> str | None:
    """Return the province or city, of today or merged, whose name *query* is; None for none."""
    region = region_id(_words(query))
    return region if region in NAMES else None


def next_occurrence(event: Event, today: date) -> Occurrence | None:
    """Return the first occurrence from *today* on, None when it is kept no more.

    What is kept every five or ten years may be as far away.
    """
    ahead = timedelta(days=NEXT_DAYS * event.observed.step)
    last = min(today + ahead, date(LAST_YEAR, 12, 31))
    return next(iter(occurrences_between([event], today, last)), None)


def _words(query: str) -> str:
    return " ".join(nfc(query[:LONGEST]).split())


def _by_name_or_region(registry: Registry, words: str) -> list[Found]:
    named, local = _by_name(registry, words), list(_by_region(registry, words))
    ids = {found.event.id for found in local}
    best = [found for found in named if found.event.id in ids]
    return list(_named_once(iter([*best, *local, *named])))


def _by_region(registry: Registry, words: str) -> Iterator[Found]:
    """Yield the events of the province that *words* name, then of those merged into it."""
    region = region_named(words)
    if region is None:
        return
    for own in (True, False):
        for event in _by_prominence(registry):
            its = event.region == region if own else SUCCESSORS.get(event.region or "") == region
            if its and event.region:
                yield Found(event=event, matched=NAMES[event.region])


def _by_prominence(registry: Registry) -> list[Event]:
    return sorted(registry.events, key=lambda event: _PLACE[event.prominence])


def _by_name(registry: Registry, words: str) -> list[Found]:
    text = _COUNT.sub("", words)
    folded, plain = _keys(text)
    if not plain:
        return []
    marked = folded != plain
    best: dict[str, tuple[tuple[int, ...], _Term]] = {}
    for place, term in enumerate(_terms(registry)):
        level = _level(folded, term.folded) if marked else None
        rank = level if level is not None else _level(plain, term.plain)
        # Who writes marks does not mean words that are alike without them, here and there.
        if rank is None or (rank == _SCATTERED and marked and level is None):
            continue
        by_marks = int(marked and level is None)
        key = (by_marks, rank, term.weight, _PLACE[term.event.prominence], place)
        if term.event.id not in best or key < best[term.event.id][0]:
            best[term.event.id] = (key, term)
    ranked = sorted(best.values(), key=lambda pair: pair[0])
    return [Found(event=term.event, matched=term.text) for _, term in ranked]


def _level(query: str, term: str) -> int | None:
    """Return how well *term* answers: 0 the same, then begun with, in it, all words in it."""
    if query == term:
        return 0
    if f" {query}" in f" {term}":
        return 1 if term.startswith(query) else 2
    if all(f" {part}" in f" {term}" for part in query.split()):
        return _SCATTERED
    return None


@kept(2)
def _terms(registry: Registry) -> tuple[_Term, ...]:
    return tuple(term for event in registry.events for term in _terms_of(event))


def _terms_of(event: Event) -> Iterator[_Term]:
    names = [(event.name, 0), *((alias, 1) for alias in event.aliases)]
    names += [(former.name, 1) for former in event.former_names]
    names += [(event.name_en, 2)] if event.name_en else []
    for text, weight in names:
        yield _Term(event, text, weight, *_keys(text))
    for id_ in (event.id, *event.formerly):
        yield _Term(event, event.name, 3, *_keys(id_.replace("-", " ")))


def _keys(text: str) -> tuple[str, str]:
    """Return the words of *text* as they are compared, with marks and without."""
    folded = " ".join(fold(word) for word in _WORD.findall(nfc(text)))
    plain = " ".join(_WORD.findall(without_marks(folded)))
    return _without_head(folded, fold("ngày")), _without_head(plain, "ngay")


def _without_head(text: str, head: str) -> str:
    """Return *text* without the "Ngày" that most names begin with."""
    return text.removeprefix(f"{head} ")


def _by_date(registry: Registry, words: str) -> Iterator[Found]:
    """Yield what was founded on the date that *words* are, then what falls on it."""
    iso = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", words)
    text = date_text(parse_day(words)) if iso and _is_day(words) else _date_in(words)
    yield from _named_once(_dated(registry, text))


def _date_in(words: str) -> str:
    """Return the date that *words* tell as 27/7, 27/7/1947, 7/1947, 1947 or "10/3 âm lịch"."""
    plain = without_marks(words).lower()
    if year := _YEAR.fullmatch(plain):
        return year[1]
    match = _DATE.fullmatch(plain)
    if match is None:
        return words
    *parts, lunar = match.groups()
    given = [part for part in parts if part]
    if len(given) == 1:  # "ngày 27", "tháng 7"
        return words
    return "/".join(given) + (" âm lịch" if lunar else "")


def _dated(registry: Registry, text: str) -> Iterator[Found]:
    if rule := _rule(text):
        yield from _on_day(registry, rule)
    if since := _since(text):
        yield from _founded(registry, since)
        if since.full and FIRST_YEAR <= since.year <= LAST_YEAR:
            for item in occurrences_between(registry.events, since.full, since.full):
                yield Found(event=item.event, matched=date_text(item.on))


def _on_day(registry: Registry, rule: DayRule) -> Iterator[Found]:
    for event in _by_prominence(registry):
        if event.day == rule:
            yield Found(event=event, matched=rule_text(event))


def _founded(registry: Registry, since: PartialDate) -> Iterator[Found]:
    for event in _by_prominence(registry):
        others = (other.founded for other in event.alternatives)
        for founded in filter(None, (event.founded, *others)):
            if _holds(since, founded):
                yield Found(event=event, matched=founded_text(founded))


def _holds(since: PartialDate, founded: PartialDate) -> bool:
    return (
        since.year == founded.year
        and since.month in (None, founded.month)
        and since.day in (None, founded.day)
    )


def _named_once(found: Iterator[Found]) -> Iterator[Found]:
    seen = set()
    for each in found:
        if each.event.id not in seen:
            seen.add(each.event.id)
            yield each


def _rule(text: str) -> SolarDay | LunarDay | None:
    try:
        rule = parse_day_rule(text)
    except InvalidDayRuleError:
        return None
    return rule if isinstance(rule, SolarDay | LunarDay) else None


def _since(text: str) -> PartialDate | None:
    """Return the founding date that *text* may be; a year has four digits here."""
    if not re.search(r"[0-9]{4}$", text):
        return None
    try:
        return PartialDate.parse(text)
    except InvalidDateError:
        return None


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except InvalidDateError:
        return False
    return True
