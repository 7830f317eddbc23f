"""Head and foot of our Word documents, by the Party's rules or by the State's.

Sources: Hướng dẫn 36-HD/VPTW of 3/4/2018 for the Party, Nghị định 30/2020/NĐ-CP, phụ lục I,
for the State. Both are followed as far as their samples were seen: no conformity is claimed.
"""

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.shared import Length, Mm

from calendar_service.core.document_wording import BLANK, NOTICE, place_and_date_text, unbroken
from calendar_service.core.letterhead import LetterForm, Letterhead
from calendar_service.core.text import without_marks
from calendar_service.formats.docx_page import (
    BODY,
    CENTRE,
    LEFT,
    TEXT_WIDTH,
    add_run,
    add_table,
    keep_whole,
    rule,
    write,
)

PARTY_TITLE = "ĐẢNG CỘNG SẢN VIỆT NAM"
STATE_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
STATE_MOTTO = "Độc lập - Tự do - Hạnh phúc"
LETTER = "CV"  # a State letter has its maker's symbol instead
PLAN = "KH"
# Widths of Times Bold, in thousandths of its size; marks add none.
_WIDTHS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -…",
        (722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778, 611, 778, 722,
         556, 667, 722, 722, 1000, 722, 722, 667, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333,
         556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 250, 333,
         1000),
        strict=True,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a document is: the symbol in its number, and what a letter says under it.

    What has no symbol, such as an annex, has no number unless its user gives one.
    """

    symbol: str | None = None
    subject: str | None = None


def write_head(document: Document, head: Letterhead, kind: Paper) -> None:
    """Write issuer and number on the left, the Party's or the State's title on the right."""
    party = head.form is LetterForm.PARTY
    left = Mm(75) if party else Mm(66)
    widths = left, Length(TEXT_WIDTH - left)
    cells = add_table(document, 1, widths).rows[0].cells
    (_write_party if party else _write_state)(cells, widths, head, kind)
    write(document, size=BODY, after=6)


def _write_party(cells: Any, widths: tuple[Length, ...], head: Letterhead, kind: Paper) -> None:
    issuer, title = cells
    _write_issuer(issuer, head, BODY)
    write(issuer, "*", BODY, align=CENTRE)
    if number := head.number or (kind.symbol and f"…-{kind.symbol}/…"):
        write(issuer, f"Số {number}", BODY, align=CENTRE)
    _write_subject(issuer, kind)
    write(title, PARTY_TITLE, 15, bold=True, align=CENTRE)
    rule(title, widths[1], text_length(PARTY_TITLE, 15))
    _write_date(title, head)


def _write_state(cells: Any, widths: tuple[Length, ...], head: Letterhead, kind: Paper) -> None:
    issuer, title = cells
    _write_issuer(issuer, head, 13)
    last = (head.issuer or BLANK).upper()
    rule(issuer, widths[0], min(text_length(last, 13), widths[0].pt) * 0.4)
    blank = "…/…-…" if kind.symbol == LETTER else f"…/{kind.symbol}-…"
    if number := head.number or (kind.symbol and blank):
        write(issuer, f"Số: {number}", 13, align=CENTRE)
    _write_subject(issuer, kind, "V/v ")
    write(title, STATE_TITLE, 13, bold=True, align=CENTRE)
    write(title, STATE_MOTTO, 14, bold=True, align=CENTRE)
    rule(title, widths[1], text_length(STATE_MOTTO, 14))
    _write_date(title, head)


def _write_issuer(cell: Any, head: Letterhead, size: float) -> None:
    """Write the body above the issuer, if any, and the issuer; blanks when neither is given."""
    if head.parent or not head.issuer:
        write(cell, (head.parent or BLANK).upper(), size, align=CENTRE)
    write(cell, (head.issuer or BLANK).upper(), size, bold=True, align=CENTRE)


def _write_subject(cell: Any, kind: Paper, before: str = "") -> None:
    if kind.subject:
        text = f"{before}{kind.subject}" if before else kind.subject[0].upper() + kind.subject[1:]
        write(cell, unbroken(text), 12, italic=not before, align=CENTRE)


def _write_date(cell: Any, head: Letterhead) -> None:
    write(cell, place_and_date_text(head.place, head.dated), BODY, italic=True, align=CENTRE)


def write_addressees(document: Document, head: Letterhead) -> None:
    """Write "Kính gửi", one recipient behind it or several below it."""
    names = head.recipients or (BLANK,)
    italic = head.form is LetterForm.PARTY
    one = len(names) == 1
    paragraph = write(document, align=CENTRE if one else LEFT, after=12 if one else 0)
    add_run(paragraph, "Kính gửi: ", BODY, italic=italic)
    if one:
        add_run(paragraph, names[0], BODY)
        return
    paragraph.paragraph_format.left_indent = Mm(35)
    for number, name in enumerate(names, 1):
        last = number == len(names)
        line = write(document, f"- {name}{'.' if last else ';'}", after=12 if last else 0)
        line.paragraph_format.left_indent = Mm(50)


def write_foot(document: Document, head: Letterhead, recipients: tuple[str, ...]) -> None:
    """Write whom it goes to on the left, the signer on the right, and what this file is."""
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    write(document, after=6).paragraph_format.keep_with_next = True
    table = add_table(document, 1, (Mm(80), Length(TEXT_WIDTH - Mm(80))))
    keep_whole(table.rows[0])
    goes_to, signer = table.rows[0].cells
    _write_recipients(goes_to, head.form, recipients)
    write(signer, (head.signer_title or BLANK).upper(), BODY, bold=True, align=CENTRE, after=70)
    write(signer, head.signer or BLANK, BODY, bold=True, align=CENTRE)
    write_notice(document)


def write_notice(document: Document) -> None:
    """Say that this is a sample."""
    write(document)
    write(document, NOTICE, 10, italic=True)


def _write_recipients(cell: Any, form: LetterForm, recipients: tuple[str, ...]) -> None:
    if form is LetterForm.PARTY:
        write(cell, "Nơi nhận:", BODY).runs[0].underline = True
    else:
        write(cell, "Nơi nhận:", 12, bold=True, italic=True)
    size = 12 if form is LetterForm.PARTY else 11
    for name in (*recipients, BLANK):
        write(cell, f"- {name};", size)
    write(cell, f"- Lưu {BLANK}.", size)


def text_length(text: str, size: float) -> float:
    """Return how long *text* is in points when set bold in *size* points."""
    widths = (_WIDTHS.get(char, 500) for char in without_marks(text))
    return sum(widths) * size / 1000
