"""A list of occurrences as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable

from calendar_service.core.model import Occurrence
from calendar_service.core.wording import anniversary_line, source_text

_COLUMNS = (
    "on",
    "years",
    "name",
    "line",
    "founded",
    "year_class",
    "kind",
    "region",
    "id",
    "source",
)


def render_csv(occurrences: Iterable[Occurrence]) -> str:
    """Return the occurrences as RFC 4180 CSV, with the byte order mark that Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_row(occurrence) for occurrence in occurrences)
    return "\ufeff" + text.getvalue()


def _row(occurrence: Occurrence) -> list[str | int | None]:
    event = occurrence.event
    return [
        occurrence.on.isoformat(),
        occurrence.years,
        occurrence.name,
        anniversary_line(occurrence),
        event.founded.iso() if event.founded else None,
        occurrence.year_class,
        event.kind,
        event.region,
        event.id,
        source_text(occurrence.sources[0]),
    ]
