"""Word documents from the registry: a month's guidance letter, a plan, a slogan sheet.

They are skeletons for people to finish. Whoever imports this module loads python-docx, so
commands and views import it when a document is asked for.
"""

from collections.abc import Iterable
from dataclasses import replace

from docx.document import Document
from docx.shared import Mm

from calendar_service.core.campaign_wording import slogans_of
from calendar_service.core.campaigns import Edition
from calendar_service.core.document_wording import (
    BLANK,
    SECTIONS,
    STEP_COLUMNS,
    letter_closing,
    letter_items,
    letter_opening,
    letter_subject,
    plan_basis,
    plan_content,
    plan_purpose,
    plan_subject,
    plan_time,
    plan_units,
    step_rows,
    unbroken,
)
from calendar_service.core.letterhead import LetterForm, Letterhead
from calendar_service.core.model import MonthList
from calendar_service.core.wording import anniversary_line, source_text
from calendar_service.formats.docx_head import (
    LETTER,
    PLAN,
    Paper,
    text_length,
    write_addressees,
    write_foot,
    write_head,
    write_notice,
)
from calendar_service.formats.docx_page import (
    CENTRE,
    TEXT_WIDTH,
    add_table,
    keep_whole,
    new_document,
    rule,
    to_bytes,
    write,
    write_body,
    write_heading,
)

_STEP_WIDTHS = (Mm(37), Mm(24), Mm(66), Mm(38))
_ENDS = {LetterForm.PARTY: ".", LetterForm.STATE: "./."}


def render_letter(
    month_list: MonthList,
    editions: Iterable[Edition],
    head: Letterhead,
    regions: Iterable[str] = (),
) -> bytes:
    """Return the monthly guidance letter as .docx.

    Args:
        month_list: The anniversaries of the month, the last item.
        editions: The campaigns of the month, in the order of the items.
        head: What its user puts on it.
        regions: The provinces and cities that it is for.
    """
    month = month_list.month
    subject = letter_subject(month)
    document = new_document(f"Công văn {subject}")
    write_head(document, head, Paper(symbol=LETTER, subject=subject))
    write_addressees(document, head)
    write_body(document, letter_opening(month, head.issuer_in_sentence))
    for item in letter_items(month_list, editions, regions):
        write_body(document, item.text, numbered=True)
        for point in item.points:
            write_body(document, f"- {point}")
    write_body(document, letter_closing(month) + _ENDS[head.form])
    write_foot(document, head, ("Như trên",))
    return to_bytes(document)


def render_plan(edition: Edition, head: Letterhead) -> bytes:
    """Return the plan of a campaign as .docx, in the five sections that plans have."""
    document = new_document(f"Kế hoạch {plan_subject(edition)}")
    write_head(document, head, Paper(symbol=PLAN))
    _write_title(document, "KẾ HOẠCH", plan_subject(edition))
    write_body(document, plan_basis(edition, head.issuer_in_sentence))
    slogans = [*slogans_of(edition), *_hashtags(edition)]
    _write_section(document, SECTIONS[0], plan_purpose(edition))
    _write_section(document, SECTIONS[1], plan_content(edition))
    _write_section(document, SECTIONS[2], [plan_time(edition)])
    _write_steps(document, edition)
    _write_section(document, SECTIONS[3], [f"- {line}" for line in slogans or [BLANK]])
    _write_section(document, SECTIONS[4], plan_units(edition))
    write_foot(document, head, head.recipients)
    return to_bytes(document)


def render_slogans(edition: Edition, head: Letterhead) -> bytes:
    """Return the slogans of a campaign as .docx, large, with where they come from."""
    document = new_document(f"Khẩu hiệu {plan_subject(edition)}")
    write_head(document, head, Paper())
    _write_title(document, "KHẨU HIỆU", plan_subject(edition))
    for occurrence in edition.occurrences:
        write(document, unbroken(anniversary_line(occurrence)), italic=True, align=CENTRE, after=6)
    write(document, after=12)
    for slogan in slogans_of(edition) or [BLANK]:
        write(document, unbroken(slogan), 28, bold=True, align=CENTRE, after=24)
    for line in _hashtags(edition):
        write(document, line, 18, align=CENTRE, after=24)
    # Without their addresses, so that the sheet stays one page.
    sources = [source_text(replace(source, url=None)) for source in edition.campaign.sources]
    write(document, f"Nguồn: {'; '.join(sources)}.", 10)
    write_notice(document)
    return to_bytes(document)


def _write_title(document: Document, kind: str, subject: str) -> None:
    write(document, kind, 15, bold=True, align=CENTRE)
    write(document, subject, bold=True, align=CENTRE, after=2)
    rule(document, TEXT_WIDTH, min(text_length(subject, 14), TEXT_WIDTH.pt) * 0.4)
    write(document, after=6)


def _write_section(document: Document, title: str, lines: Iterable[str]) -> None:
    write_heading(document, title)
    for line in lines:
        write_body(document, line)


def _hashtags(edition: Edition) -> list[str]:
    return [" ".join(edition.campaign.hashtags)] if edition.campaign.hashtags else []


def _write_steps(document: Document, edition: Edition) -> None:
    """Write the steps as a table whose head stands on each page; no row is torn."""
    rows = step_rows(edition)
    table = add_table(document, len(rows) + 1, _STEP_WIDTHS, lines=True)
    for row, texts in zip(table.rows, [STEP_COLUMNS, *rows], strict=True):
        keep_whole(row, repeated=texts is STEP_COLUMNS)
        for cell, text in zip(row.cells, texts, strict=True):
            write(cell, text, 12, bold=texts is STEP_COLUMNS)
    write(document, after=6)
