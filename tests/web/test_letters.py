"""Word documents over HTTP."""

import io

import docx
import pytest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def text_of(response):
    document = docx.Document(io.BytesIO(response.data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*cells, *(paragraph.text for paragraph in document.paragraphs)])


@pytest.mark.parametrize("accept", [None, BROWSER])
def test_the_letter_of_a_month_is_a_word_file(client, accept):
    response = client.get(
        "/month/2023-07.docx?region=quang-ninh", headers={"Accept": accept} if accept else {}
    )

    assert response.mimetype == WORD
    assert response.headers["Content-Disposition"] == 'attachment; filename="cong-van-2023-07.docx"'
    text = text_of(response)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "Tuyên truyền kỷ niệm 60 năm Ngày thành lập tỉnh Quảng Ninh, chủ đề “Khát vọng" in text
    assert "của đất nước, của tỉnh: 73 năm Ngày Truyền thống lực lượng Thanh niên" in text


def test_the_query_fills_the_head_in(client):
    text = text_of(
        client.get(
            "/month/2023-07.docx?form=state&issuer=Sở Văn hóa&parent=&date=3/7/2023&place=Hạ Long"
        )
    )

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "SỞ VĂN HÓA" in text
    assert "Hạ Long, ngày 03 tháng 7 năm 2023" in text


def test_the_plan_and_the_slogans_of_a_campaign_are_word_files(client):
    plan = client.get("/campaigns/quang-ninh-60.docx?year=2023")
    slogans = client.get("/campaigns/quang-ninh-60/slogans.docx?year=2023&form=state")

    assert plan.mimetype == slogans.mimetype == WORD
    assert 'filename="ke-hoach-quang-ninh-60-2023.docx"' in plan.headers["Content-Disposition"]
    assert "V. TỔ CHỨC THỰC HIỆN" in text_of(plan)
    assert "60 năm Ngày thành lập tỉnh Quảng Ninh (30/10/1963" in text_of(slogans)


def test_a_campaign_without_a_year_is_the_one_that_runs_or_comes_next(client):
    response = client.get("/campaigns/quoc-khanh.docx")

    assert "ke-hoach-quoc-khanh-2023.docx" in response.headers["Content-Disposition"]
    assert "78 năm Ngày Quốc khánh" in text_of(response)


def test_who_has_the_file_is_told_that_nothing_changed(client):
    first = client.get("/month/2023-07.docx")

    again = client.get("/month/2023-07.docx", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/month/2023-13.docx", 400, "2023-13"),
        ("/month/2023-07.docx?issuers=A", 400, "unknown parameter 'issuers'"),
        ("/month/2023-07.docx?lang=en", 400, "unknown parameter 'lang'"),
        ("/month/2023-07.docx?region=x", 400, "unknown region"),
        ("/month/2023-07.docx?form=army", 400, "unknown form"),
        ("/month/2023-07.docx?issuer=A%00B", 400, "control characters"),
        (f"/month/2023-07.docx?issuer={'x' * 201}", 400, "200 characters"),
        ("/campaigns/quang-ninh-60.docx?region=quang-ninh", 400, "unknown parameter 'region'"),
        ("/campaigns/quang-ninh-60.docx?year=x", 400, "'x' is not a year"),
        ("/campaigns/quang-ninh-60.docx?year=2022", 404, "does not run in 2022"),
        ("/campaigns/quang-ninh-61.docx", 404, "did you mean 'quang-ninh-60'"),
        ("/campaigns/quang-ninh-61/slogans.docx", 404, "did you mean 'quang-ninh-60'"),
        ("/year/2023.docx", 404, "there is no form"),
    ],
)
def test_wrong_input_is_refused_and_said(client, path, status, words):
    response = client.get(path, headers={"Accept-Language": "en"})

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert words in response.json["detail"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/month/2023-07.docx?issuer=A%00B", "Giá trị của “issuer” không dùng được"),
        ("/campaigns/quang-ninh-61.docx", "“quang-ninh-61”"),
    ],
)
def test_people_are_told_in_vietnamese(client, path, words):
    assert words in client.get(path, headers={"Accept": BROWSER}).text
