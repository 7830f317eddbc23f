"""A month as Markdown, for wikis and chats."""

import re
from collections.abc import Iterable

from calendar_service.core.date_wording import month_title
from calendar_service.core.model import MonthList, Occurrence
from calendar_service.core.wording import leave_line, leave_title, line_in, upcoming_groups

_MARKS = re.compile(r"([\\`*_\[\]<>#|])")


def render_markdown(month_list: MonthList, lang: str = "vi") -> str:
    """Return the list of a month as a heading and bullets."""
    lines = [f"# {month_title(month_list.month, lang)}", ""]
    lines += [bullet(occurrence, lang) for occurrence in month_list.items]
    for title, occurrences in upcoming_groups(month_list.upcoming, lang):
        lines += ["", f"## {title[0].upper()}{title[1:]}", ""]
        lines += [bullet(occurrence, lang) for occurrence in occurrences]
    return "\n".join(lines) + "\n"


def render_leave(year: int, leave: Iterable[Occurrence], lang: str = "vi") -> str:
    """Return the public holidays of a year as a heading and bullets."""
    lines = [f"# {leave_title(year, lang)}", ""]
    lines += ["- " + _MARKS.sub(r"\\\1", leave_line(occurrence, lang)) for occurrence in leave]
    return "\n".join(lines) + "\n"


def bullet(occurrence: Occurrence, lang: str) -> str:
    """Return one occurrence as the item of a list; marks in its name stay text."""
    return "- " + _MARKS.sub(r"\\\1", line_in(occurrence, lang))
