"""The page of our Word documents: A4, Times New Roman, Vietnamese, the same bytes each time."""

import io
import zipfile
from typing import Any, cast

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
LANG = "vi-VN"
BODY = 14
INDENT = Mm(12.7)
MARGINS = {"top": Mm(20), "bottom": Mm(20), "left": Mm(30), "right": Mm(15)}
TEXT_WIDTH = Mm(210 - 30 - 15)
LEFT, CENTRE, RIGHT = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
)
_JUSTIFY = WD_ALIGN_PARAGRAPH.JUSTIFY
# Parts of python-docx's template that would bring other fonts, a thumbnail and an author.
_KEPT = ("officeDocument", "core-properties", "styles", "settings", "numbering")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can hold
_NUMBERING = (
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/>'
    f'<w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0"'
    f' w:firstLine="{INDENT.twips}"/></w:pPr></w:lvl></w:abstractNum>',
    f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)


def new_document(title: str) -> Document:
    """Return an empty document on our page, called *title*."""
    document = docx.Document()
    for part in (document.part.package, document.part):
        for key, relation in list(part.rels.items()):
            if not relation.reltype.endswith(_KEPT):
                del part.rels[key]
    _set_styles(document)
    _set_settings(document)
    _set_numbering(document)
    _set_page(document)
    _set_properties(document, title)
    return document


def to_bytes(document: Document) -> bytes:
    """Return the file, its zip entries without the time of making."""
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


def write(
    place: Any,
    text: str = "",
    size: float = BODY,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    after: float = 0,
) -> Paragraph:
    """Add a paragraph to *place*: the document or a cell, whose empty first one is taken.

    Args:
        place: Where it goes.
        text: What it says.
        size: In points.
        bold: Whether it is bold.
        italic: Whether it is italic.
        align: LEFT, CENTRE or RIGHT.
        after: The room below it, in points.
    """
    first = place.paragraphs[0] if hasattr(place, "_tc") else None
    fresh = first is not None and len(place.paragraphs) == 1 and not first._p.xpath("w:r|w:pPr")
    paragraph = first if fresh and first is not None else place.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(after)
    if text:
        add_run(paragraph, text, size, bold=bold, italic=italic)
    return cast(Paragraph, paragraph)


def add_run(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False
) -> None:
    """Add *text* to a paragraph in this size."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold, run.italic = bold or None, italic or None


def write_body(document: Document, text: str, *, numbered: bool = False) -> Paragraph:
    """Add a paragraph of the body: 14, justified, its first line indented; or an item."""
    paragraph = write(document, text, after=6)
    paragraph.alignment = _JUSTIFY
    paragraph.paragraph_format.first_line_indent = INDENT
    paragraph.paragraph_format.line_spacing = 1.1
    if numbered:
        xml = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        paragraph._p.get_or_add_pPr()._insert_numPr(parse_xml(xml))
    return paragraph


def write_heading(document: Document, text: str) -> None:
    """Add the heading of a section, which stays with what follows."""
    paragraph = write_body(document, "")
    add_run(paragraph, text, BODY, bold=True)
    paragraph.paragraph_format.keep_with_next = True


def rule(place: Any, width: Length, length: float) -> None:
    """Draw a line of *length* points in the middle of *width*."""
    paragraph = write(place, align=CENTRE)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Pt(max(round((width.pt - length) / 2, 1), 0))
    shape.space_before, shape.line_spacing = Pt(3), Pt(4)
    line = '<w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
    xml = f"<w:pBdr {nsdecls('w')}>{line}</w:pBdr>"
    paragraph._p.get_or_add_pPr().insert_element_before(
        parse_xml(xml), "w:spacing", "w:ind", "w:jc"
    )


def add_table(place: Any, rows: int, widths: tuple[Length, ...], *, lines: bool = False) -> Any:
    """Return a new table with columns of these widths, that no program widens."""
    table = place.add_table(rows, len(widths))
    table.autofit = False
    edge = "single" if lines else "none"
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="{edge}" w:sz="4" w:space="0"/>' for side in sides)
    room = {"top": 0.4, "left": 1.5, "bottom": 0.4, "right": 1.5}  # millimetres, in cells
    cells = "".join(
        f'<w:{side} w:w="{Mm(room[side]).twips if lines else 0}" w:type="dxa"/>' for side in room
    )
    properties = table._tbl.tblPr
    _put(properties, f"<w:tblW {nsdecls('w')} w:w='{sum(w.twips for w in widths)}' w:type='dxa'/>")
    _put(properties, f"<w:tblBorders {nsdecls('w')}>{borders}</w:tblBorders>")
    _put(properties, f"<w:tblCellMar {nsdecls('w')}>{cells}</w:tblCellMar>")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    return table


def keep_whole(row: Any, *, repeated: bool = False) -> None:
    """Let no page break tear *row*; the head of a table is *repeated* on each page."""
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", "w:tblHeader")[: 1 + repeated]:
        properties.append(OxmlElement(name))


_TABLE_ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar",
                "tblLook")  # fmt: skip


def _put(properties: Any, xml: str) -> None:
    """Put a property of a table in its place; the schema fixes the order."""
    element = parse_xml(xml)
    name = element.tag.rpartition("}")[2]
    for old in properties.findall(element.tag):
        properties.remove(old)
    later = [f"w:{other}" for other in _TABLE_ORDER[_TABLE_ORDER.index(name) + 1 :]]
    properties.insert_element_before(element, *later)


def _set_styles(document: Document) -> None:
    root = document.styles.element
    for style in root.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1" and style.styleId != "Header":
            root.remove(style)
    for properties in root.iter(qn("w:rPr")):
        for name in ("w:rFonts", "w:lang"):
            for element in properties.findall(qn(name)):
                properties.remove(element)
    fonts = " ".join(f'w:{kind}="{FONT}"' for kind in ("ascii", "hAnsi", "eastAsia", "cs"))
    default = root.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    lang = f'w:val="{LANG}" w:eastAsia="{LANG}" w:bidi="{LANG}"'
    default.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {fonts}/>"))
    default.append(parse_xml(f"<w:lang {nsdecls('w')} {lang}/>"))
    normal = document.styles["Normal"]
    normal.element.get_or_add_rPr().insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {fonts}/>"))
    normal.font.size = Pt(BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def _set_settings(document: Document) -> None:
    root = document.settings.element
    for child in list(root):
        if child.tag not in (qn("w:defaultTabStop"), qn("w:compat")):
            root.remove(child)
    for setting in root.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # else Word opens it as a file of 2010


def _set_numbering(document: Document) -> None:
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    for xml in _NUMBERING:
        root.append(parse_xml(xml))


def _set_page(document: Document) -> None:
    """Set A4, margins, and the page number in the top margin from page 2 on.

    Source: Nghị định 30/2020/NĐ-CP, phụ lục I.
    """
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, margin in MARGINS.items():
        setattr(section, f"{side}_margin", margin)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    size = f'<w:rPr><w:sz w:val="{2 * BODY}"/></w:rPr>'
    field = (
        f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r>{size}<w:t>2</w:t></w:r></w:fldSimple>'
    )
    number._p.append(parse_xml(field))


def _set_properties(document: Document, title: str) -> None:
    """Say what it is; nobody wrote it, and its dates are those of its user."""
    root = document.core_properties._element
    for child in list(root):
        root.remove(child)
    document.core_properties.title = title[:255]  # the longest that python-docx takes
    document.core_properties.language = LANG
