"""Word documents, asserted from their XML; sizes and margins as the rules of letters give them."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn

from calendar_service.core.campaign import (
    Audience,
    Campaign,
    Document,
    Milestone,
    MilestoneKind,
    Offset,
    Phase,
    PhaseKind,
    Scope,
    Work,
)
from calendar_service.core.campaign_wording import document_text
from calendar_service.core.dates import Month
from calendar_service.core.editions import edition_in, editions_in
from calendar_service.core.letterhead import Letterhead
from calendar_service.core.occurrences import list_month
from calendar_service.core.selection import Selection
from calendar_service.core.sources import Source
from calendar_service.formats.docx import render_letter, render_plan, render_slogans
from tests.conftest import registry_of

PARTY = Letterhead.parse(
    {
        "issuer": ["Ban Tuyên giáo"],
        "parent": ["Tỉnh ủy Quảng Ninh"],
        "number": ["1714-CV/BTGTU"],
        "place": ["Hạ Long"],
        "date": ["3/7/2023"],
        "signer_title": ["Trưởng ban"],
        "signer": ["Nguyễn Văn A"],
        "recipients": ["Các cơ quan báo chí; Ban Tuyên giáo các huyện ủy"],
    }
)
STATE = Letterhead.parse({"form": ["state"], "issuer": ["Sở Văn hóa và Thể thao"]})
BLANK = Letterhead()
# Item 14 of the letter 1714-CV/BTGTU, with one spelling of "Ngày" and one kind of joint.
JULY_2023 = (
    "Chủ động thông tin, tuyên truyền kỷ niệm các ngày lễ lớn và sự kiện lịch sử quan trọng"
    " trong tháng 7 của đất nước, của tỉnh: 73 năm Ngày Truyền thống lực lượng Thanh niên xung"
    " phong (15/7/1950 - 15/7/2023); 76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023);"
    " 94 năm Ngày thành lập Công đoàn Việt Nam (28/7/1929 - 28/7/2023); 28 năm Việt Nam gia nhập"
    " ASEAN (28/7/1995 - 28/7/2023); 63 năm Ngày Du lịch Việt Nam (09/7/1960 - 09/7/2023); 36 năm"
    " Ngày Dân số thế giới (11/7/1987 - 11/7/2023); hướng tới kỷ niệm 93 năm Ngày Truyền thống"
    " Ngành Tuyên giáo của Đảng (01/8/1930 - 01/8/2023)."
)
SOURCE = Source(title="Công văn định hướng tháng 7/2023", number="1714-CV/BTGTU")
DIRECTIVE = Document(
    kind="Chỉ thị",
    number="27-CT/TU",
    dated=date(2022, 7, 22),
    issuer="Ban Thường vụ Tỉnh ủy",
    title="về tổ chức kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh",
)
QUANG_NINH_60 = Campaign(
    id="quang-ninh-60",
    title="Kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh",
    theme="Khát vọng xây dựng một Quảng Ninh kiểu mẫu, giàu đẹp, văn minh, hiện đại",
    events=("tinh-quang-ninh",),
    year=2023,
    start=date(2022, 7, 22),
    end=date(2023, 10, 31),
    scope=Scope.PROVINCE,
    region="quang-ninh",
    audiences=(Audience.PRESS, Audience.SCHOOLS),
    lead="Ban Tuyên giáo Tỉnh ủy",
    partners=("Sở Văn hóa và Thể thao",),
    documents=(
        DIRECTIVE,
        Document(kind="Kế hoạch", number="19/KH-UBND", dated=date(2023, 2, 2), issuer="UBND tỉnh"),
        Document(kind="Công văn", number="2000-CV/BTGTU", dated=date(2023, 9, 1)),
    ),
    phases=(
        Phase(name="Thi đợt I", kind=PhaseKind.RUN, start=date(2023, 6, 30), end=date(2023, 7, 31)),
    ),
    milestones=(
        Milestone(name="Họp báo", kind=MilestoneKind.PRESS, on=Offset(-13), place="Hạ Long"),
    ),
    activities=(
        Work(name="Cuộc thi tìm hiểu", owner="Ban Dân vận Tỉnh ủy", due=date(2023, 9, 30)),
        Work(name="Cuộc thi ảnh", due=date(2023, 6, 1)),
    ),
    deliverables=(Work(name="Báo cáo kết quả", owner="các huyện", due=Offset(10)),),
    slogans=("Nhiệt liệt chào mừng {n} năm {name} ({range})!",),
    hashtags=("#QuangNinh60",),
    sources=(SOURCE,),
    changed=date(2026, 11, 22),
)


@pytest.fixture
def registry(shipped):
    return registry_of(*shipped.events, campaigns=(QUANG_NINH_60,))


@pytest.fixture
def edition(registry):
    return edition_in(registry, "quang-ninh-60", 2023)


JULY = Month(2023, 7)


def letter_of(registry, month=JULY, head=PARTY, **chosen):
    selection = Selection.parse({"region": ["quang-ninh"], **chosen})
    month_list = list_month(registry.events, month, selection)
    editions = editions_in(registry, month, selection)
    return render_letter(month_list, editions, head, selection.region)


def opened(data):
    return docx.Document(io.BytesIO(data))


def body_of(data):
    return [paragraph.text for paragraph in opened(data).paragraphs if paragraph.text]


def items_of(data):
    return [p.text for p in opened(data).paragraphs if p._p.xpath("w:pPr/w:numPr")]


def head_of(data):
    """Return the paragraphs of the two cells of the head."""
    return [[p for p in cell.paragraphs if p.text] for cell in opened(data).tables[0].rows[0].cells]


def look(paragraph):
    run = paragraph.runs[0]
    return paragraph.text, run.font.size.pt, bool(run.bold), bool(run.italic)


def rules_of(cell):
    """Return the drawn lines of a cell: from where to where, in millimetres of its width."""
    width = cell.width.mm
    lines = [p for p in cell.paragraphs if p._p.xpath("w:pPr/w:pBdr/w:top")]
    formats = [p.paragraph_format for p in lines]
    return [(f.left_indent.mm, width - f.right_indent.mm) for f in formats]


@pytest.fixture(params=["letter", "plan", "slogans"])
def any_document(request, registry, edition):
    makers = {
        "letter": lambda head: letter_of(registry, head=head),
        "plan": lambda head: render_plan(edition, head),
        "slogans": lambda head: render_slogans(edition, head),
    }
    return makers[request.param]


@pytest.fixture(params=[PARTY, STATE, BLANK], ids=["party", "state", "blank"])
def head(request):
    return request.param


def test_the_page_is_a4_with_the_margins_of_the_decree(any_document, head):
    section = opened(any_document(head)).sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= round(section.top_margin.mm, 1) <= 25
    assert 20 <= round(section.bottom_margin.mm, 1) <= 25
    assert 30 <= round(section.left_margin.mm, 1) <= 35
    assert 15 <= round(section.right_margin.mm, 1) <= 20


def test_every_font_is_times_new_roman_and_the_language_vietnamese(any_document, head):
    data = any_document(head)
    parts = zipfile.ZipFile(io.BytesIO(data))
    root = opened(data).styles.element
    default = root.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")

    fonts = default.find(qn("w:rFonts"))
    kinds = ("ascii", "hAnsi", "eastAsia", "cs")
    assert [fonts.get(qn(f"w:{kind}")) for kind in kinds] == ["Times New Roman"] * 4
    assert default.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    text = b"".join(parts.read(name) for name in parts.namelist())
    assert [name for name in (b"Calibri", b"Cambria", b"Theme", b"Symbol") if name in text] == []


def test_the_page_number_stands_in_the_top_margin_but_not_on_the_first_page(any_document, head):
    section = opened(any_document(head)).sections[0]
    paragraph = section.header.paragraphs[0]
    field = paragraph._p.find(qn("w:fldSimple"))

    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert field.get(qn("w:instr")) == "PAGE"
    assert field.find(f".//{qn('w:sz')}").get(qn("w:val")) == "28"
    assert paragraph.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
    assert section.header_distance < section.top_margin


def test_the_body_is_14_justified_with_a_first_line_of_1_27_cm(registry):
    document = opened(letter_of(registry))
    paragraph = next(p for p in document.paragraphs if p.text.startswith("Ban Tuyên giáo định"))

    assert paragraph.runs[0].font.size.pt == 14
    assert round(paragraph.paragraph_format.first_line_indent.cm, 2) == 1.27
    assert paragraph.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.JUSTIFY


def test_the_head_of_the_party_has_the_issuer_left_and_the_party_right(registry):
    issuer, title = head_of(letter_of(registry))

    assert [look(p) for p in issuer] == [
        ("TỈNH ỦY QUẢNG NINH", 14, False, False),
        ("BAN TUYÊN GIÁO", 14, True, False),
        ("*", 14, False, False),
        ("Số 1714-CV/BTGTU", 14, False, False),
        (
            "Định hướng trọng tâm công tác thông tin, tuyên truyền trong tháng\u00a07/2023",
            12,
            False,
            True,
        ),
    ]
    assert [look(p) for p in title] == [
        ("ĐẢNG CỘNG SẢN VIỆT NAM", 15, True, False),
        ("Hạ Long, ngày 03 tháng 7 năm 2023", 14, False, True),
    ]


def test_the_head_of_the_state_has_its_name_and_motto(registry):
    issuer, title = head_of(letter_of(registry, head=STATE))

    assert [look(p) for p in issuer] == [
        ("SỞ VĂN HÓA VÀ THỂ THAO", 13, True, False),
        ("Số: …/…-…", 13, False, False),
        (
            "V/v định hướng trọng tâm công tác thông tin, tuyên truyền trong tháng\u00a07/2023",
            12,
            False,
            False,
        ),
    ]
    assert [look(p) for p in title] == [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, True, False),
        ("Độc lập - Tự do - Hạnh phúc", 14, True, False),
        ("……………, ngày … tháng … năm ……", 14, False, True),
    ]


def test_what_is_not_given_is_a_dotted_blank(registry):
    issuer, title = head_of(letter_of(registry, head=BLANK))

    assert [p.text for p in issuer][:4] == ["…" * 10, "…" * 10, "*", "Số …-CV/…"]
    assert title[1].text == "……………, ngày … tháng … năm ……"
    assert f"Kính gửi: {'…' * 10}" in body_of(letter_of(registry, head=BLANK))


def test_the_rule_is_as_long_as_the_title_above_it(registry):
    # Measured on the printed page: 73.0 mm for the Party's title, 60.3 mm for the motto.
    party = opened(letter_of(registry)).tables[0].rows[0].cells
    state = opened(letter_of(registry, head=STATE)).tables[0].rows[0].cells

    assert [round(end - start) for start, end in rules_of(party[1])] == [73]
    assert [round(end - start) for start, end in rules_of(state[1])] == [60]
    assert rules_of(party[0]) == []


def test_the_rule_under_the_issuer_is_a_third_to_a_half_of_it_and_in_its_middle(registry):
    cell = opened(letter_of(registry, head=STATE)).tables[0].rows[0].cells[0]
    ((start, end),) = rules_of(cell)

    assert 62 / 3 <= end - start <= 62 / 2
    assert round(start + end) == round(cell.width.mm)


def test_the_letter_ends_with_recipients_and_signer(registry):
    goes_to, signer = opened(letter_of(registry)).tables[-1].rows[0].cells

    assert [p.text for p in goes_to.paragraphs] == [
        "Nơi nhận:",
        "- Như trên;",
        f"- {'…' * 10};",
        f"- Lưu {'…' * 10}.",
    ]
    assert [p.text for p in signer.paragraphs] == ["TRƯỞNG BAN", "Nguyễn Văn A"]


def test_several_recipients_stand_below_each_other(registry):
    body = body_of(letter_of(registry))

    assert body[:3] == [
        "Kính gửi: ",
        "- Các cơ quan báo chí;",
        "- Ban Tuyên giáo các huyện ủy.",
    ]


def test_the_anniversaries_of_july_2023_are_the_last_item(registry):
    assert items_of(letter_of(registry))[-1] == JULY_2023


def test_the_letter_of_july_2023_begins_and_ends_with_the_items_of_the_real_one(shipped):
    items = items_of(letter_of(shipped))

    heads = ("Tuyên truyền kết quả Kỳ họp thứ 5", "Tuyên truyền kết quả giữa nhiệm kỳ",
             "Tuyên truyền học tập và làm theo", "Tuyên truyền kỷ niệm 60 năm",
             "Tuyên truyền kết quả 6 tháng", "Tuyên truyền Kỳ họp thứ 14",
             "Tuyên truyền Đại hội Công đoàn", "Tuyên truyền kỷ niệm 76 năm",
             "Tuyên truyền kết quả Kỳ thi", "Tuyên truyền phòng cháy", "Tuyên truyền Hội thảo",
             "Nắm bắt dư luận", "Tuyên truyền các hoạt động đối ngoại")  # fmt: skip
    first = zip(items, heads, strict=False)  # campaigns of the whole country come after them
    assert [item[: len(head)] for item, head in first] == list(heads)
    assert items[-1] == JULY_2023


def test_a_day_has_one_item_and_what_says_no_more_than_its_line_has_none(make_event):
    def campaign(campaign_id, **given):
        days = ("thuong-binh-liet-si",)
        return Campaign(id=campaign_id, title=f"Tuyên truyền {campaign_id}", events=days,
                        sources=(SOURCE,), changed=date(2026, 11, 22), **given)  # fmt: skip

    campaigns = (campaign("một"), campaign("hai", theme="Đền ơn"), campaign("ba", theme="Ba"))

    items = items_of(letter_of(registry_of(make_event(), campaigns=campaigns)))

    assert items[:-1] == ["Tuyên truyền hai, chủ đề “Đền ơn”."]


def test_a_campaign_is_an_item_with_theme_documents_and_what_goes_on(registry):
    body = body_of(letter_of(registry))
    first = body.index(items_of(letter_of(registry))[0])

    assert body[first : first + 3] == [
        "Tuyên truyền kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh, chủ đề “Khát vọng xây dựng"
        " một Quảng Ninh kiểu mẫu, giàu đẹp, văn minh, hiện đại”, thực hiện Chỉ thị số 27-CT/TU"
        " ngày 22/7/2022 của Ban Thường vụ Tỉnh ủy về tổ chức kỷ niệm 60 năm Ngày thành lập tỉnh"
        " Quảng Ninh và Kế hoạch số 19/KH-UBND ngày 02/02/2023 của UBND tỉnh.",
        "- Trong tháng: Thi đợt I (30/6 - 31/7/2023).",
        "- Các hoạt động: Cuộc thi tìm hiểu (Ban Dân vận Tỉnh ủy, hạn 30/9/2023).",
    ]


def test_many_documents_stand_below_each_other(registry):
    body = body_of(letter_of(registry, Month(2023, 10)))

    assert any(text.endswith("hiện đại”, gắn với thực hiện:") for text in body)
    assert "- Công văn số 2000-CV/BTGTU ngày 01/9/2023." in body
    assert "- Trong tháng: Họp báo, Hạ Long (17/10/2023)." in body


def test_a_title_in_capitals_is_quoted_and_one_without_a_joint_gets_one():
    theme = Document(kind="Chỉ thị", issuer="Ban Bí thư", title="Tăng cường sự lãnh đạo của Đảng")
    act = Document(kind="Quyết định", number="80/QĐ-TTg", title="phê duyệt Quy hoạch")

    assert document_text(theme) == "Chỉ thị của Ban Bí thư “Tăng cường sự lãnh đạo của Đảng”"
    assert document_text(act) == "Quyết định số 80/QĐ-TTg về phê duyệt Quy hoạch"


def test_campaigns_that_follow_from_days_alone_are_no_items(shipped):
    assert len(items_of(letter_of(registry_of(*shipped.events)))) == 1


def test_a_letter_of_the_country_names_no_province(shipped):
    selection = Selection()
    month_list = list_month(shipped.events, Month(2023, 7), selection)

    (item,) = items_of(render_letter(month_list, [], BLANK))

    assert "trong tháng 7 của đất nước: 73 năm" in item


def test_a_letter_of_a_city_says_so(shipped):
    assert (
        "của đất nước, của thành phố:"
        in items_of(letter_of(shipped, Month(2023, 10), region=["ha-noi"]))[-1]
    )


def test_a_month_without_anything_has_an_item_to_fill_in(make_event):
    assert items_of(letter_of(registry_of(make_event()), Month(2023, 3))) == ["…" * 10]


def test_a_long_list_is_one_numbered_item_each(make_event, registry):
    campaigns = tuple(
        Campaign(
            id=f"dot-{number}",
            title=f"Tuyên truyền việc {number} & <{number}>",
            year=2023,
            start=date(2023, 7, 1),
            end=date(2023, 7, 31),
            sources=(SOURCE,),
            changed=date(2026, 11, 22),
        )
        for number in range(1, 61)
    )

    items = items_of(letter_of(registry_of(make_event(), campaigns=campaigns)))

    assert len(items) == 61
    assert items[59] == "Tuyên truyền việc 60 & <60>."


def test_the_last_sentence_stays_with_the_signature(registry):
    document = opened(letter_of(registry))
    closing = next(p for p in document.paragraphs if p.text.startswith("Trên đây là"))

    assert closing.paragraph_format.keep_with_next
    assert document.tables[-1].rows[0]._tr.xpath("w:trPr/w:cantSplit")


def test_the_plan_has_the_five_sections_of_plans(edition):
    body = body_of(render_plan(edition, PARTY))

    assert [text for text in body if text.split(".")[0] in ("I", "II", "III", "IV", "V")] == [
        "I. MỤC ĐÍCH, YÊU CẦU",
        "II. NỘI DUNG",
        "III. THỜI GIAN",
        "IV. KHẨU HIỆU",
        "V. TỔ CHỨC THỰC HIỆN",
    ]
    assert body[:2] == ["KẾ HOẠCH", "Tuyên truyền kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh"]
    assert body[2].startswith("Thực hiện Chỉ thị số 27-CT/TU ngày 22/7/2022 của Ban Thường vụ")
    assert "3. Đối tượng: báo chí, nhà trường." in body
    assert "- Nhiệt liệt chào mừng 60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963 -" in " ".join(
        body
    )
    assert "1. Ban Tuyên giáo Tỉnh ủy chủ trì, phối hợp với Sở Văn hóa và Thể thao." in body
    assert "2. Báo cáo kết quả (các huyện, hạn 09/11/2023)." in body


def test_a_plan_says_from_which_day_its_steps_are_counted(edition):
    assert (
        "Từ ngày 22/7/2022 đến ngày 31/10/2023."
        " Số ngày trước, sau trong bảng tính theo ngày 30/10/2023."
    ) in body_of(render_plan(edition, PARTY))


def test_an_issuer_in_capitals_is_a_blank_in_the_sentence(registry, edition):
    head = replace(PARTY, issuer="BAN TUYÊN GIÁO")
    letter, plan = letter_of(registry, head=head), render_plan(edition, head)

    assert body_of(letter)[3].startswith("…" * 10 + " định hướng trọng tâm")
    assert body_of(plan)[2].endswith(f", {'…' * 10} xây dựng kế hoạch như sau:")
    assert "BAN TUYÊN GIÁO" in [p.text for p in head_of(letter)[0]]


@pytest.mark.parametrize(("head", "number"), [(PARTY, 3), (BLANK, 3), (STATE, 1)])
def test_the_number_of_a_plan_is_that_of_a_plan(edition, head, number):
    issuer, _ = head_of(render_plan(edition, head))

    expected = {PARTY: "Số 1714-CV/BTGTU", BLANK: "Số …-KH/…", STATE: "Số: …/KH-…"}
    assert issuer[number].text == expected[head]


def test_the_steps_of_a_plan_are_a_table_whose_head_repeats(edition):
    table = opened(render_plan(edition, PARTY)).tables[1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]

    assert rows[0] == ["Ngày", "Mốc", "Việc", "Đơn vị"]
    assert ["17/10/2023", "Trước 13 ngày", "Họp báo, Hạ Long", ""] in rows
    due = ["30/9/2023", "Trước 30 ngày", "Hạn: Cuộc thi tìm hiểu", "Ban Dân vận Tỉnh ủy"]
    assert due in rows
    assert ["30/10/2023", "Đúng ngày"] in [row[:2] for row in rows]
    assert ["09/11/2023", "Sau 10 ngày", "Hạn: Báo cáo kết quả", "các huyện"] in rows
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)


def test_the_slogan_sheet_has_large_slogans_hashtags_and_sources(edition):
    paragraphs = [p for p in opened(render_slogans(edition, PARTY)).paragraphs if p.text]

    assert [look(p) for p in paragraphs][2:6] == [
        (
            "60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963\u00a0-\u00a030/10/2023)",
            14,
            False,
            True,
        ),
        (
            "Nhiệt liệt chào mừng 60 năm Ngày thành lập tỉnh Quảng Ninh"
            " (30/10/1963\u00a0-\u00a030/10/2023)!",
            28,
            True,
            False,
        ),
        ("#QuangNinh60", 18, False, False),
        ("Nguồn: Công văn định hướng tháng 7/2023, 1714-CV/BTGTU.", 10, False, False),
    ]


def test_every_document_says_that_it_is_a_sample(any_document, head):
    assert body_of(any_document(head))[-1].startswith("Mẫu tham khảo")


def test_the_properties_name_the_document_and_no_author(any_document):
    properties = opened(any_document(PARTY)).core_properties

    assert properties.title.startswith(("Công văn định", "Kế hoạch Tuyên", "Khẩu hiệu Tuyên"))
    assert properties.language == "vi-VN"
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")


def test_the_same_input_gives_the_same_bytes_whenever_it_is_made(any_document, monkeypatch):
    first = any_document(PARTY)
    entries = zipfile.ZipFile(io.BytesIO(first)).infolist()

    assert any_document(PARTY) == first
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert not [e.filename for e in entries if "thumbnail" in e.filename or "app.xml" in e.filename]
