"""The days that are told year by year: the table under 'announced'."""

from datetime import date, timedelta

from calendar_service.core.dates import parse_day
from calendar_service.core.model import Announcement, Kind
from calendar_service.errors import CalendarServiceError, Fault
from calendar_service.registry.reader import Reader, read_sources

_OF_LEAVE = ("compensatory", "swaps")
_A_YEAR = timedelta(days=365)
_SATURDAY = 5


def read_announcements(reader: Reader, kind: Kind | None) -> tuple[Announcement, ...]:
    """Return the announced days of an entry; what is wrong is noted at its line."""
    found: list[Announcement] = []
    for block in reader.blocks("announced", ("on", "ends", *_OF_LEAVE, "sources")):
        for key in _OF_LEAVE if kind is not Kind.DAY_OFF else ():
            if key in block.fields:
                block.fault(key, f"{key!r} belongs to days off; give the entry 'kind: day-off'")
        row = _announcement(block)
        if row and found and row.ends.year <= found[-1].ends.year:
            years = f"{row.ends.year} is not after {found[-1].ends.year}"
            block.fault("on", f"{years}; one row a year, oldest first")
        if row:
            found.append(row)
    return tuple(found)


def _announcement(block: Reader) -> Announcement | None:
    on = block.parsed("on", parse_day, required="give the first day, such as 20/1/2023")
    ends = block.parsed("ends", parse_day) or on
    compensatory = _days(block, "compensatory")
    swaps = _swaps(block)
    sources = read_sources(block)
    if not on or not ends or not sources:
        return None
    if not on <= ends < on + _A_YEAR:
        block.fault("ends", f"{on:%d/%m/%Y} to {ends:%d/%m/%Y} is no span; mend one of them")
    for day in (*compensatory, *(off for off, _ in swaps)):
        if not on <= day <= ends:
            block.fault("on", f"{day:%d/%m/%Y} lies outside of the days off; mend one of them")
        if day.weekday() >= _SATURDAY:
            block.fault("on", f"{day:%d/%m/%Y} is a day of rest itself; mend it")
    for _, worked in swaps:
        if on <= worked <= ends or worked.weekday() < _SATURDAY:
            found = f"{worked:%d/%m/%Y} is worked instead"
            block.fault("swaps", f"{found}, so it is a weekend outside of the leave; mend it")
    return Announcement(on=on, ends=ends, compensatory=compensatory, swaps=swaps, sources=sources)


def _days(block: Reader, key: str) -> tuple[date, ...]:
    days = []
    for item in block.texts(key, "a day is one text, such as 25/1/2023"):
        try:
            days.append(parse_day(item.words or ""))
        except CalendarServiceError as error:
            block.faults.append(Fault(item.file, item.line, f"{key}: {error}"))
    return tuple(days)


def _swaps(block: Reader) -> tuple[tuple[date, date], ...]:
    pairs = []
    for swap in block.blocks("swaps", ("off", "worked")):
        off = swap.parsed("off", parse_day, required="give the working day off")
        worked = swap.parsed("worked", parse_day, required="give the day worked instead")
        if off and worked:
            pairs.append((off, worked))
    return tuple(pairs)
