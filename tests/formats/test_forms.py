import csv
import io
from datetime import date

import pytest

from calendar_service.core.dates import Month
from calendar_service.core.occurrences import list_month, occurrences_of
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from calendar_service.errors import EmptyCalendarError
from calendar_service.formats.forms import Style, render_month, render_range

STYLE = Style(base_url="https://lich.example.vn")
TRICKY = "Ngày *A* [b](c) <d> _e_ `f` #g |h| \\i"
ESCAPED = "Ngày \\*A\\* \\[b\\](c) \\<d\\> \\_e\\_ \\`f\\` \\#g \\|h\\| \\\\i"


def month_of(form, *events):
    return render_month(form, list_month(events, Month(2023, 7), Selection()), STYLE).decode()


def test_marks_in_a_name_stay_text_in_the_markdown_of_a_month(make_event):
    events = [
        make_event(name=TRICKY, founded=None),
        make_event(name=TRICKY, founded=None, on="1/8"),
    ]

    assert month_of("md", *events).splitlines() == [
        "# Tháng 7 năm 2023",
        "",
        f"- {ESCAPED} (27/7)",
        "",
        "## Hướng tới kỷ niệm",
        "",
        f"- {ESCAPED} (01/8)",
    ]


def test_marks_in_a_name_stay_text_in_the_markdown_of_a_range(make_event):
    items = occurrences_of(make_event(name=TRICKY, founded=None), 2023, 2023)

    text = render_range("md", date(2023, 7, 15), date(2023, 8, 13), items, STYLE)

    assert text.decode() == f"- {ESCAPED} (27/7)\n"


def test_csv_has_a_byte_order_mark_crlf_and_quotes_where_a_field_needs_them(make_event):
    event = make_event(
        id="mot", name='Ngày "A", b', sources=(Source(title="Luật 1", dated=date(1975, 7, 8)),)
    )

    assert month_of("csv", event) == (
        "\ufeffon,years,name,line,founded,year_class,kind,region,id,source\r\n"
        '2023-07-27,76,"Ngày ""A"", b","76 năm Ngày ""A"", b (27/7/1947 - 27/7/2023)",'
        '1947-07-27,khac,tradition,,mot,"Luật 1, ngày 08/7/1975"\r\n'
    )


def test_what_does_not_apply_is_an_empty_field_of_csv(make_event):
    text = month_of("csv", make_event(founded=None)).removeprefix("\ufeff")

    row = next(csv.DictReader(io.StringIO(text)))

    assert (row["years"], row["founded"], row["year_class"], row["region"]) == ("", "", "", "")


def test_a_calendar_without_an_entry_is_refused(make_event):
    with pytest.raises(EmptyCalendarError, match="Tháng 7 năm 2023"):
        month_of("ics")
