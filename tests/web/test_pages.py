import json
import re
from datetime import UTC, datetime

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LINE = "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"


def get(client, path, accept=BROWSER, lang="en"):
    """Ask as somebody who reads English: problems are said in it, pages stay Vietnamese."""
    headers = {"Accept-Language": lang} if lang else {}
    return client.get(path, headers=headers | ({"Accept": accept} if accept else {}))


def test_a_browser_gets_the_page_of_a_month(client):
    response = get(client, "/month/2023-07")

    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "Tháng 7 năm 2023" in response.text
    assert LINE in response.text
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "image/png"])
def test_a_client_that_asks_for_no_page_gets_json(client, accept):
    response = get(client, "/month/2023-07", accept)

    assert response.mimetype == "application/json"
    assert response.json["month"] == "2023-07"


def test_the_json_of_a_month_has_the_promised_shape(client):
    data = get(client, "/month/2023-07.json").json

    item = next(item for item in data["items"] if item["id"] == "thuong-binh-liet-si")
    assert item | {"sources": [], "name_en": ""} == {
        "id": "thuong-binh-liet-si",
        "name": "Ngày Thương binh - Liệt sỹ",
        "name_en": "",
        "on": "2023-07-27",
        "ends": None,
        "founded": "1947-07-27",
        "years": 76,
        "year_class": "khac",
        "kind": "tradition",
        "region": None,
        "prominence": "core",
        "lunar": None,
        "line": LINE,
        "line_en": "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)",
        "days_off": None,
        "leave": None,
        "sources": [],
    }
    assert item["sources"][0].startswith("Chỉ thị 223/CT-TW")
    assert [item["on"] for item in data["upcoming"]] == ["2023-08-01"]
    summer = next(c for c in data["campaigns"] if c["id"] == "thanh-nien-tinh-nguyen-he")
    assert (summer["start"], summer["end"]) == ("2023-05-31", "2023-08-31")
    youth = next(c for c in data["campaigns"] if c["id"] == "truyen-thong-thanh-nien-xung-phong")
    assert youth["title"] == "Kỷ niệm 73 năm Ngày Truyền thống lực lượng Thanh niên xung phong"
    assert (youth["start"], youth["end"], youth["generated"]) == ("2023-07-15", "2023-07-15", True)
    assert data["text"].endswith("của Đảng (01/8/1930 - 01/8/2023)")


def test_json_holds_vietnamese_letters_as_they_are(client):
    assert LINE in get(client, "/month/2023-07.json").text


@pytest.mark.parametrize(
    ("path", "media_type", "words"),
    [
        ("/month/2023-07.txt", "text/plain", LINE),
        ("/month/2023-07.md", "text/markdown", f"- {LINE}"),
        ("/month/2023-07.csv", "text/csv", "2023-07-27,76,"),
        ("/month/2023-07.ics", "text/calendar", "UID:thuong-binh-liet-si-2023@"),
        ("/year/2023.txt", "text/plain", "Tháng 12 năm 2023"),
        ("/year/2023.csv", "text/csv", "2023-12-22,79,"),
        ("/upcoming.txt", "text/plain", LINE),
        ("/upcoming.json", "application/json", '"from":"2023-07-15"'),
        ("/events/thuong-binh-liet-si.ics", "text/calendar", "DTSTART;VALUE=DATE:20280727"),
        ("/events/thuong-binh-liet-si.txt", "text/plain", LINE),
    ],
)
def test_a_suffix_forces_the_form(client, path, media_type, words):
    response = get(client, path)

    assert response.status_code == 200
    assert response.mimetype == media_type
    assert words in response.text


def test_text_can_be_asked_for_by_accept(client):
    assert get(client, "/month/2023-07", "text/plain").text.splitlines()[1] == LINE


def test_a_list_can_be_written_in_english(client):
    text = get(client, "/month/2023-07.txt?lang=en").text

    assert "War Invalids and Martyrs Day: 76 years (27 July 1947 - 27 July 2023)" in text


def test_the_home_page_is_this_month_and_names_what_comes_next(client):
    page = get(client, "/").text

    assert "Tháng 7 năm 2023" in page
    assert "Thứ Bảy, ngày 15 tháng 7 năm 2023" in page
    assert "<strong>Hôm nay:</strong>" in page


def test_the_home_page_names_all_that_falls_on_the_next_day(make_own):
    client = make_own(
        ("mot", "20/7", "tradition", None),
        ("hai", "20/7", "history", None),
        ("ba", "21/7", "tradition", None),
    )

    box = get(client, "/").text.partition("<strong>Sắp tới:</strong>")[2].partition("</p>")[0]

    assert "còn 5 ngày" in box
    assert [f"/events/{name}" in box for name in ("mot", "hai", "ba")] == [True, True, False]


def test_today_is_the_day_in_viet_nam(make_client):
    # 17:00 UTC on 31 July is midnight of 1 August in Việt Nam.
    client = make_client(datetime(2023, 7, 31, 17, tzinfo=UTC))

    assert "<h1>Tháng 8 năm 2023</h1>" in get(client, "/").text


def test_a_region_adds_its_own_days(client):
    without = get(client, "/month/2023-10.json").json["items"]
    with_region = get(client, "/month/2023-10.json?region=quang-ninh").json["items"]

    assert "tinh-quang-ninh" not in [item["id"] for item in without]
    assert "tinh-quang-ninh" in [item["id"] for item in with_region]


def test_the_region_of_the_settings_is_the_default(make_client):
    client = make_client(REGION="quang-ninh")

    ids = [item["id"] for item in get(client, "/month/2023-10.json").json["items"]]

    assert "tinh-quang-ninh" in ids


def test_all_gives_more_than_letters_carry(client):
    default = get(client, "/month/2023-07.json").json["items"]
    everything = get(client, "/month/2023-07.json?all=1").json["items"]

    assert len(everything) > len(default)
    assert {item["prominence"] for item in default} == {"core"}


def test_an_empty_field_of_the_form_is_no_choice(client):
    plain = get(client, "/month/2023-07.json").json
    assert get(client, "/month/2023-07.json?region=&order=").json == plain


def test_the_page_of_an_event_shows_its_count_sources_and_years(client):
    page = get(client, "/events/thuong-binh-liet-si").text

    assert LINE in page
    assert "Chỉ thị 223/CT-TW" in page
    assert "80 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2027)" in page
    assert "năm tròn" in page


def test_the_json_of_an_event_has_the_event_and_its_occurrences(client):
    data = get(client, "/events/giai-phong-mien-nam.json").json

    assert data["event"]["founded"] == "1975-04-30"
    assert {"on": "2025-04-30", "years": 50}.items() <= data["occurrences"][7].items()


def test_the_subscribe_page_shows_one_address(make_client):
    client = make_client(BASE_URL="https://lich.example.vn")

    page = get(client, "/subscribe?feed=quang-ninh").text

    assert 'value="https://lich.example.vn/feeds/quang-ninh.ics"' in page
    assert "webcal://lich.example.vn/feeds/quang-ninh.ics" in page


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/month/2023-13", 400, "YYYY-MM"),
        ("/month/hai", 400, "YYYY-MM"),
        ("/month/2101-01", 400, "2100-12"),
        ("/month/2023-07.pdfx", 404, "no form"),
        ("/month/2023-07.pdf", 404, "give one of json, txt, md, csv, ics, docx"),
        ("/year/2023.docx", 404, "give one of json, txt, md, csv, ics"),
        ("/upcoming.pdf", 404, "give one of json, txt, md, csv, ics"),
        ("/events/thuong-binh-liet-si.pdf", 404, "give one of json, txt, csv, ics"),
        ("/campaigns.csv", 404, "give one of json"),
        ("/campaigns/quang-ninh-60.csv", 404, "give one of json, docx"),
        ("/search.pdf?q=a", 404, "give one of json"),
        ("/month/2023-07?regoin=ha-noi", 400, "did you mean 'region'"),
        ("/month/2023-07?region=atlantis", 400, "unknown region"),
        ("/month/2023-07.txt?lang=fr", 400, "unknown lang"),
        ("/year/99", 400, "from 1900 to 2100"),
        ("/upcoming?kind=holiday", 400, "unknown kind"),
        ("/events/thuong-binh-liet-sy", 404, "did you mean 'thuong-binh-liet-si'"),
        ("/events/thuong-binh-liet-si?from=2020", 400, "unknown parameter"),
        ("/events/thuong-binh-liet-si.md", 404, "no form"),
        ("/subscribe?feed=atlantis", 404, "no feed"),
        ("/feeds/atlantis.ics", 404, "no feed"),
        ("/nothing", 404, ""),
    ],
)
def test_wrong_input_is_a_problem_for_programs(client, path, status, words):
    response = get(client, path, accept="application/json")

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = json.loads(response.data)
    assert problem["status"] == status
    assert problem["instance"] == path.partition("?")[0]
    assert words in problem["detail"]


def test_the_error_page_names_the_forms_of_the_address(client):
    page = get(client, "/month/2023-07.pdf").text

    assert "Các dạng có sẵn: .json, .txt, .md, .csv, .ics, .docx." in page


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/month/2023-7", 400, 'href="/month/2023-07"'),
        ("/month/<script>", 400, "&lt;script&gt;"),
        ("/month/2023-07?region=atlantis", 400, "quang-ninh"),
        ("/year/99", 400, "1900 đến 2100"),
        ("/events/thuong-binh-liet-sy", 404, 'href="/events/thuong-binh-liet-si"'),
        ("/subscribe?feed=atlantis", 404, "Đăng ký lịch"),
        ("/nothing", 404, "Không tìm thấy"),
    ],
)
def test_wrong_input_is_a_page_in_vietnamese_for_people(client, path, status, words):
    response = get(client, path)

    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert words in response.text
    assert "Traceback" not in response.text


def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(client):
    response = client.post("/month/2023-07")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_every_answer_carries_the_safety_headers(client):
    for path in ("/", "/month/2023-13", "/feeds/core.ics", "/nothing"):
        headers = get(client, path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_page_asked_for_again_with_its_etag_is_not_sent_again(client):
    first = get(client, "/month/2023-07.json")

    second = client.get("/month/2023-07.json", headers={"If-None-Match": first.headers["ETag"]})

    assert (second.status_code, second.data) == (304, b"")


def test_health_is_answered_and_not_kept(client):
    response = get(client, "/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("month", ["1900-01", "2100-12"])
def test_the_first_and_the_last_month_have_a_page(client, month):
    page = get(client, f"/month/{month}").text

    assert "/month/1899-12" not in page
    assert "/month/2101-01" not in page


def test_no_page_loads_anything_from_another_host(client):
    for path in ("/", "/month/2023-07", "/year/2023", "/events/quoc-khanh", "/subscribe"):
        page = get(client, path).text
        for mark in ('src="http', "src='http", 'rel="stylesheet" href="http', "@import"):
            assert mark not in page, path


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html;q=0.5, application/json;q=0.9", "application/json"),
        ("text/html;q=0.9, application/json;q=0.5", "text/html"),
        ("application/json;q=0.5, text/html;q=0.9, text/plain", "text/plain"),
        ("text/calendar", "text/calendar"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.1, */*;q=0", "text/csv"),
        ("text/markdown, */*;q=0.8", "text/markdown"),
    ],
)
def test_the_form_that_accept_weighs_highest_is_given(client, accept, media_type):
    assert get(client, "/month/2023-07", accept).mimetype == media_type


@pytest.mark.parametrize(
    ("path", "accept", "vary", "kept"),
    [
        ("/month/2023-07", BROWSER, "Accept, Accept-Encoding", "public, max-age=300"),
        ("/month/2023-07", "text/csv", "Accept, Accept-Encoding", "public, max-age=300"),
        ("/upcoming", "application/json", "Accept, Accept-Encoding", "public, max-age=300"),
        ("/events/quoc-khanh", BROWSER, "Accept, Accept-Encoding", "public, max-age=300"),
        ("/month/2023-07.json", BROWSER, "Accept-Encoding", "public, max-age=300"),
        ("/year/2023.csv", BROWSER, "Accept-Encoding", "public, max-age=300"),
        ("/upcoming.ics", BROWSER, None, "public, max-age=300"),
        ("/month/2023-13", BROWSER, "Accept", "no-store"),
        ("/month/2023-13", "application/json", "Accept-Language, Accept", "no-store"),
        ("/month/2023-13.csv", BROWSER, "Accept-Language, Accept", "no-store"),
        ("/events/nothing", BROWSER, "Accept", "no-store"),
        ("/nothing", "application/json", "Accept-Language, Accept", "no-store"),
    ],
)
def test_caches_keep_lists_by_accept_files_for_all_and_errors_never(
    client, path, accept, vary, kept
):
    headers = get(client, path, accept).headers

    assert headers.get("Vary") == vary
    assert headers["Cache-Control"] == kept


@pytest.mark.parametrize(
    ("path", "accept", "name"),
    [
        ("/month/2023-07.csv", BROWSER, "2023-07.csv"),
        ("/month/2023-07.ics", BROWSER, "2023-07.ics"),
        ("/month/2023-07", "text/csv", "2023-07.csv"),
        ("/year/2023.ics", BROWSER, "2023.ics"),
        ("/upcoming.csv", BROWSER, "upcoming.csv"),
        ("/upcoming", "text/calendar", "upcoming.ics"),
        ("/events/quoc-khanh.ics", BROWSER, "quoc-khanh.ics"),
    ],
)
def test_a_table_or_calendar_that_is_saved_has_the_name_of_what_it_holds(
    client, path, accept, name
):
    disposition = get(client, path, accept).headers["Content-Disposition"]

    assert disposition == f'inline; filename="{name}"'


def test_a_csv_file_is_sent_with_the_byte_order_mark_that_excel_needs(client):
    assert get(client, "/month/2023-07.csv").data.startswith(b"\xef\xbb\xbfon,years,name,")


def test_a_year_class_can_be_asked_for(client):
    great = "/month/2025-09.txt?kind=great-day&event=quoc-khanh"

    assert get(client, f"{great}&year_class=tron").text == (
        "80 năm Ngày Quốc khánh nước Cộng hòa xã hội chủ nghĩa Việt Nam (02/9/1945 - 02/9/2025)\n"
    )
    assert get(client, f"{great}&year_class=le-5").text == "\n"


def test_a_single_event_can_be_asked_for(client):
    assert get(client, "/month/2023-07.txt?event=thuong-binh-liet-si").text == f"{LINE}\n"
    assert get(client, "/month/2023-07?event=thuong-binh-lit-si", None).status_code == 404


ENTRY = """
  - {{id: {id}, name: Ngày {id}, on: {on}, kind: {kind}, prominence: core, changed: 22/11/2026,
     sources: [{{title: A, number: 1/QĐ}}]{more}}}
"""


@pytest.fixture
def make_own(make_client, tmp_path):
    """Return a maker of clients on a registry of core events: id, day, kind, region."""

    def make(*events, **environ):
        path = tmp_path / "events.yaml"
        entries = [
            ENTRY.format(id=id_, on=on, kind=kind, more=f", region: {region}" if region else "")
            for id_, on, kind, region in events
        ]
        path.write_text("events:" + "".join(entries), encoding="utf-8")
        return make_client(EVENTS_FILE=str(path), **environ)

    return make


def ids(client, path):
    return [item["id"] for item in get(client, path).json["items"]]


def test_upcoming_holds_thirty_days_of_which_today_is_the_first(make_own):
    client = make_own(
        ("hom-qua", "14/7", "tradition", None),
        ("hom-nay", "15/7", "tradition", None),
        ("ngay-29", "13/8", "tradition", None),
        ("ngay-30", "14/8", "tradition", None),
    )

    assert ids(client, "/upcoming.json") == ["hom-nay", "ngay-29"]
    assert get(client, "/upcoming.json").json["to"] == "2023-08-13"


def test_the_home_page_names_the_next_day_not_the_first_of_the_list(make_own):
    client = make_own(
        ("cua-nuoc", "30/7", "tradition", None), ("quoc-te", "20/7", "international", None)
    )

    listed = ids(client, "/month/2023-07.json")
    next_up = get(client, "/").text.partition("Sắp tới")[2]

    assert listed == ["cua-nuoc", "quoc-te"]
    assert next_up.index("/events/quoc-te") < next_up.index("/events/cua-nuoc")


@pytest.fixture
def ours(make_own):
    """A service of Quảng Ninh, with an event of the country and one each of two provinces."""
    return make_own(
        ("ca-nuoc", "20/7", "tradition", None),
        ("cua-ta", "21/7", "tradition", "quang-ninh"),
        ("cua-ban", "22/7", "tradition", "nghe-an"),
        REGION="quang-ninh",
    )


@pytest.mark.parametrize(
    ("query", "held"),
    [
        ("", ["ca-nuoc", "cua-ta"]),
        ("?region=none", ["ca-nuoc"]),
        ("?region=nghe-an", ["ca-nuoc", "cua-ban"]),
        ("?region=Nghệ An", ["ca-nuoc", "cua-ban"]),
        ("?kind=tradition", ["ca-nuoc", "cua-ta", "cua-ban"]),
        ("?event=cua-ban", ["cua-ban"]),
        ("?all=1", ["ca-nuoc", "cua-ta", "cua-ban"]),
    ],
)
def test_the_region_of_the_settings_gives_way_to_what_is_asked_for(ours, query, held):
    assert ids(ours, f"/month/2023-07.json{query}") == held


def test_links_carry_the_region_that_was_chosen_and_not_that_of_the_settings(ours):
    plain = get(ours, "/year/2023").text
    chosen = get(ours, "/year/2023?region=nghe-an").text

    assert 'href="/month/2023-07"' in plain
    assert "region=" not in plain
    assert 'href="/month/2023-07?region=nghe-an"' in chosen
    assert 'href="/year/2024?region=nghe-an"' in chosen


@pytest.mark.parametrize("text", ["Quảng Ninh", "tỉnh Quảng Ninh", "QUẢNG NINH"])
def test_a_region_may_be_written_as_people_write_it(client, text):
    plain = get(client, "/month/2023-10.json?region=quang-ninh").json

    assert get(client, f"/month/2023-10.json?region={text}").json == plain


@pytest.mark.parametrize("text", ["thuong binh", "thương binh", "Liệt sĩ"])
def test_an_event_asked_for_by_a_part_of_its_name_is_offered_by_its_id(client, text):
    problem = get(client, f"/events/{text}", None)
    page = get(client, f"/events/{text}")

    assert (problem.status_code, page.status_code) == (404, 404)
    assert "did you mean 'thuong-binh-liet-si'" in problem.json["detail"]
    assert 'href="/events/thuong-binh-liet-si"' in page.text


@pytest.mark.parametrize("mark", ["fbclid=IwAR0", "utm_source=zalo&utm_medium=chat", "gclid="])
def test_marks_of_tracking_are_let_pass_and_not_handed_on(client, mark):
    page = get(client, f"/month/2023-07?{mark}")

    assert page.status_code == 200
    assert page.text == get(client, "/month/2023-07").text
    assert get(client, f"/events/quoc-khanh?{mark}").status_code == 200
    assert get(client, f"/subscribe?feed=core&{mark}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/month/2023-07?regoin=", "/?regoin=", "/upcoming?utm=1", "/?lang=fr", "/subscribe?x="]
)
@pytest.mark.parametrize("accept", [BROWSER, None])
def test_a_mistaken_parameter_is_refused_even_when_it_is_empty(client, path, accept):
    assert get(client, path, accept).status_code == 400


def test_a_month_written_with_a_dot_is_answered_with_a_page_that_offers_the_right_one(client):
    response = get(client, "/month/7.2023")

    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert 'href="/month/2023-07"' in response.text


@pytest.mark.parametrize(
    "path",
    ["/month/2023-02.ics?event=quoc-khanh", "/year/2023.ics?event=quoc-khanh&year_class=tron"],
)
def test_an_empty_calendar_is_a_problem_and_not_a_file(client, path):
    response = get(client, path)

    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert "nothing falls in" in response.json["detail"]


@pytest.mark.parametrize("query", ["", "?all=1", "?order=date&region=quang-ninh"])
def test_the_months_of_a_year_are_those_of_the_lists_of_a_month(client, query):
    months = get(client, f"/year/2023.json{query}").json["months"]

    assert len(months) == 12
    for number, month in enumerate(months, start=1):
        assert month == get(client, f"/month/2023-{number:02d}.json{query}").json
    assert "2024-01-06" in [item["on"] for item in months[11]["upcoming"]]


def test_the_registry_s_page_counts_it_and_says_how_to_correct_it(client):
    page = get(client, "/registry").get_data(as_text=True)

    assert "sự kiện, trong đó" in page
    assert "<tr><td>Ngày lễ lớn</td><td>8</td></tr>" in page
    assert "registry validate" in page
    assert "(none)" not in page


def test_the_registry_s_page_names_who_to_write_to_only_where_somebody_reads(client, make_client):
    sender = "Lịch kỷ niệm <lich@example.vn>"

    assert "localhost" not in get(client, "/registry").text
    assert (
        "Lịch kỷ niệm &lt;lich@example.vn&gt;"
        in get(make_client(MAIL_FROM=sender), "/registry").text
    )


def test_the_registry_s_page_counts_as_vietnamese_write_and_in_the_order_of_letters(client):
    page = get(client, "/registry").text
    rows = re.findall(r"<tr><td>([^<]*)</td><td>([^<]*)</td></tr>", page)
    names = [name for name, _ in rows]

    assert re.search(r"<p>1\.[0-9]{3} sự kiện, trong đó", page)
    assert names.index("Ngày lễ lớn") < names.index("Ngày sinh") < names.index("Nghỉ lễ, Tết")
    assert names[:2] == ["Tháng 1", "Tháng 2"]
    assert "Tiền Giang (nay thuộc Đồng Tháp)" in names
    assert not re.search(r"\b0 (?:trong|tỉnh|ngày)", page)


def test_the_registry_s_page_takes_no_parameters(client):
    assert client.get("/registry?x=1").status_code == 400


def test_an_event_page_tells_who_counts_from_another_date(client):
    page = get(client, "/events/dan-so-the-gioi").text
    data = get(client, "/events/dan-so-the-gioi.json").json["event"]

    assert "Cách tính khác" in page
    assert "từ 11/7/1990: các nước kể từ lần tổ chức đầu tiên" in page
    assert [other["founded"] for other in data["alternatives"]] == ["1989", "1990-07-11"]


def test_leave_tells_its_compensatory_days_and_swaps(make_client):
    client = make_client(datetime(2026, 1, 15, tzinfo=UTC))

    page = get(client, "/month/2026-08?kind=day-off").text
    leave = get(client, "/month/2026-08.json?kind=day-off").json["items"][0]
    feed = get(client, "/feeds/day-off.ics").text.replace("\r\n ", "")

    assert "Nghỉ 31/8/2026, làm bù Thứ Bảy 22/8/2026." in page
    assert (leave["on"], leave["ends"]) == ("2026-08-31", "2026-09-02")
    assert leave["days_off"] == {
        "compensatory": [],
        "swaps": [{"off": "2026-08-31", "worked": "2026-08-22"}],
    }
    assert "Nghỉ 31/8/2026\\, làm bù Thứ Bảy 22/8/2026." in feed


def leave_rows(page):
    """Return the rows of a year's leave by the name, without marks of HTML."""
    section = page.partition('<h2 id="leave">')[2]
    rows = re.findall(r"<tr>(.*?)</tr>", section, re.DOTALL)[1:]
    texts = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    return {re.search("Nghỉ [A-ZĐ][^<]*", row)[0]: text
            for row, text in zip(rows, texts, strict=True)}  # fmt: skip


def test_the_page_of_a_year_has_its_leave_with_swaps_whatever_is_chosen(make_client):
    client = make_client(datetime(2026, 11, 23, tzinfo=UTC))

    rows = leave_rows(get(client, "/year/2026?kind=birth").text)

    assert len(rows) == 6
    assert "Nghỉ 31/8/2026, làm bù Thứ Bảy 22/8/2026." in rows["Nghỉ Quốc khánh"]
    assert rows["Nghỉ Tết Nguyên đán"].startswith("Thứ Hai 16/02")
    assert rows["Nghỉ Tết Nguyên đán"].endswith("5 ngày")
    assert "Chưa có thông báo" not in "".join(rows.values())


def test_leave_that_nobody_announced_says_so_and_what_the_law_gives(make_client):
    client = make_client(datetime(2026, 11, 23, tzinfo=UTC))

    rows = leave_rows(get(client, "/year/2027").text)

    assert "Chưa có thông báo" in rows["Nghỉ Tết Nguyên đán"]
    assert rows["Nghỉ Tết Nguyên đán"].endswith("5 ngày theo luật")
    assert rows["Nghỉ Quốc khánh"].endswith("2 ngày theo luật")
    month = get(client, "/month/2027-09?kind=day-off").text
    assert "Nghỉ Quốc khánh (02/9; chưa có thông báo)" in month
    assert (
        "Chưa có thông báo của năm 2027; luật cho nghỉ 2 ngày (Bộ luật Lao động 2019, Điều 112)."
        in month
    )


def test_the_text_and_the_json_of_a_year_hold_its_leave(make_client):
    client = make_client(datetime(2026, 11, 23, tzinfo=UTC))

    text = get(client, "/year/2027.txt").text
    bullets = get(client, "/year/2027.md").text
    leave = get(client, "/year/2027.json").json["leave"]

    assert (
        "Ngày nghỉ lễ, Tết năm 2027\nNghỉ Tết Dương lịch (01/01; chưa có thông báo): Chưa có"
        in text
    )
    assert "# Ngày nghỉ lễ, Tết năm 2027\n\n- Nghỉ Tết Dương lịch (01/01;" in bullets
    assert [item["leave"]["days_by_law"] for item in leave] == [1, 5, 1, 1, 1, 2]
    assert all(item["leave"]["awaited"] and not item["leave"]["announced"] for item in leave)
    assert get(client, "/api/v1/years/2027").json["leave"] == leave


def test_leave_for_new_year_that_begins_in_december_is_that_of_its_year(client):
    leave = get(client, "/year/2019.json").json["leave"]

    assert (leave[0]["on"], leave[0]["ends"]) == ("2018-12-31", "2019-01-01")
    assert leave[0]["leave"] == {"announced": True, "awaited": False, "days_by_law": None}


def test_leave_of_a_year_before_the_last_announced_one_is_not_awaited(client):
    (leave, *_) = get(client, "/year/2022.json").json["leave"]

    assert leave["line"] == "Nghỉ Tết Dương lịch (01/01)"
    assert leave["leave"] == {"announced": False, "awaited": False, "days_by_law": 1}


@pytest.mark.parametrize(
    "path",
    ["/", "/month/2023-10", "/year/2023", "/upcoming", "/milestones", "/campaigns"],
)
def test_the_menu_keeps_the_chosen_province_where_it_leads_to_a_choice(client, path):
    page = get(client, f"{path}?region=quang-ninh").text
    menu = re.search(r'<nav aria-label="Mục chính">(.*?)</nav>', page, re.DOTALL)[1]

    assert re.findall('href="([^"]*)"', menu) == [
        "/?region=quang-ninh",
        "/upcoming?region=quang-ninh",
        "/year/2023?region=quang-ninh",
        "/year/2023?region=quang-ninh#leave",
        "/milestones?region=quang-ninh",
        "/campaigns?region=quang-ninh",
        "/search",
        "/subscribe?feed=quang-ninh",
        "/remind?region=quang-ninh",
    ]
    assert '<option value="quang-ninh" selected>' in page


def test_a_menu_without_a_choice_asks_for_nothing(client):
    for path in ("/", "/events/quoc-khanh", "/remind?event=quoc-khanh", "/month/2023-13"):
        page = get(client, path).text
        menu = re.search(r'<nav aria-label="Mục chính">(.*?)</nav>', page, re.DOTALL)[1]
        assert "?" not in menu


def test_the_page_of_a_province_s_feed_leads_on_with_it(client):
    assert 'href="/upcoming?region=quang-ninh"' in get(client, "/subscribe?feed=quang-ninh").text


def test_a_form_keeps_what_it_has_no_field_for(client):
    page = get(client, "/upcoming?region=quang-ninh&kind=birth").text

    assert '<input type="hidden" name="kind" value="birth">' in page
    assert 'href="/upcoming?region=quang-ninh&amp;kind=birth&amp;all=1"' in page


@pytest.mark.parametrize("path", ["/month/2023-07", "/year/2023", "/upcoming"])
def test_a_choice_by_class_of_year_tells_what_it_leaves_out(client, path):
    words = "Hai nghị định không xếp loại ngày sinh, ngày mất"

    assert words in get(client, f"{path}?year_class=tron").text
    assert words not in get(client, path).text


def test_an_id_that_became_part_of_another_sends_on_for_good(client):
    response = get(client, "/events/nghi-quoc-khanh-2024.json?lang=en")

    assert response.status_code == 308
    assert response.headers["Location"] == "/events/nghi-quoc-khanh.json?lang=en"
