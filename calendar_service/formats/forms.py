"""The forms in which a list is offered, by name; what each is and how it is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from calendar_service.core.date_wording import month_title, range_title, year_title
from calendar_service.core.dates import Month
from calendar_service.core.model import MonthList, Occurrence
from calendar_service.core.wording import leave_line, leave_title, line_in, list_text
from calendar_service.errors import EmptyCalendarError, UnknownFormatError

if TYPE_CHECKING:
    from calendar_service.core.campaigns import Edition
    from calendar_service.formats.ics import Stamp

# The makers of a form are imported where it is made: most of the time only one is needed,
# and text, which the command line prints by default, none.
MEDIA_TYPES = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a list is written.

    Attributes:
        lang: Its language, "vi" or "en".
        base_url: Where its links lead.
        stamps: Gives what the history says of occurrences, by their UIDs; without it the
            registry's days of change count.
    """

    lang: str = "vi"
    base_url: str
    stamps: "Callable[[Sequence[Occurrence]], Mapping[str, Stamp]] | None" = None


def render_month(
    form: str, month_list: MonthList, style: Style, campaigns: "Iterable[Edition]" = ()
) -> bytes:
    """Return the list of a month in one form of MEDIA_TYPES, UTF-8.

    JSON holds the campaigns of the month as well.

    Raises:
        UnknownFormatError: There is no such form.
    """
    if form == "json":
        from calendar_service.formats.data import month_data, to_json

        return to_json(month_data(month_list, campaigns)).encode()
    if form == "txt":
        return (list_text(month_list, style.lang) + "\n").encode()
    if form == "md":
        from calendar_service.formats.markdown import render_markdown

        return render_markdown(month_list, style.lang).encode()
    return _render_table(form, month_title(month_list.month), month_list.items, style)


def render_year(
    form: str,
    year: int,
    months: Sequence[MonthList],
    style: Style,
    campaigns: Mapping[Month, "Iterable[Edition]"],
    leave: Sequence[Occurrence],
) -> bytes:
    """Return the lists of a year's months in one form of MEDIA_TYPES, UTF-8.

    JSON holds the campaigns of each month as well. JSON, text and Markdown end with the
    year's *leave*; tables hold what was chosen alone.

    Raises:
        UnknownFormatError: There is no such form.
    """
    if form == "json":
        from calendar_service.formats.data import to_json, year_data

        return to_json(year_data(year, list(months), campaigns, leave)).encode()
    if form == "txt":
        blocks = [_month_block(month, style.lang) for month in months if month.items]
        if leave:
            lines = [leave_title(year, style.lang), *(leave_line(o, style.lang) for o in leave)]
            blocks.append("\n".join(lines))
        return ("\n\n".join(blocks) + "\n").encode()
    if form == "md":
        from calendar_service.formats.markdown import render_leave, render_markdown

        alone = [replace(month, upcoming=()) for month in months if month.items]
        pages = [render_markdown(month, style.lang) for month in alone]
        if leave:
            pages.append(render_leave(year, leave, style.lang))
        return "\n".join(pages).encode()
    items = [occurrence for month in months for occurrence in month.items]
    return _render_table(form, year_title(year), items, style)


def render_range(
    form: str, first: date, last: date, items: Sequence[Occurrence], style: Style
) -> bytes:
    """Return the occurrences of a range of days in one form of MEDIA_TYPES, UTF-8.

    Raises:
        UnknownFormatError: There is no such form.
    """
    if form == "json":
        from calendar_service.formats.data import range_data, to_json

        return to_json(range_data(first, last, items)).encode()
    if form == "txt":
        return "".join(f"{line_in(item, style.lang)}\n" for item in items).encode()
    if form == "md":
        from calendar_service.formats.markdown import bullet

        return "".join(f"{bullet(item, style.lang)}\n" for item in items).encode()
    return _render_table(form, range_title(first, last), items, style)


def _month_block(month_list: MonthList, lang: str) -> str:
    alone = replace(month_list, upcoming=())
    return f"{month_title(month_list.month, lang)}\n{list_text(alone, lang)}"


def _render_table(form: str, title: str, items: Sequence[Occurrence], style: Style) -> bytes:
    if form == "csv":
        from calendar_service.formats.csv import render_csv

        return render_csv(items).encode()
    if form == "ics":
        if not items:
            raise EmptyCalendarError(title)
        from calendar_service.core.feeds import TITLE
        from calendar_service.formats.ics import render_feed

        stamps = style.stamps(items) if style.stamps else {}
        return render_feed(f"{TITLE}: {title}", items, style.base_url, stamps=stamps)
    raise UnknownFormatError(form, MEDIA_TYPES)
