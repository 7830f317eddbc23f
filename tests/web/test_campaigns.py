"""Pages of campaigns, on 15 July 2023: one of a day, one of a province, one long over."""

import re
from datetime import UTC, datetime

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
REGISTRY = """
events:
  - id: thuong-binh
    name: Ngày Thương binh - Liệt sỹ
    on: 27/7
    founded: 27/7/1947
    kind: tradition
    prominence: core
    changed: 22/11/2026
    sources: [{title: Chỉ thị 223/CT-TW, number: 223/CT-TW}]
  - id: quoc-khanh
    name: Ngày Quốc khánh
    on: 2/9
    founded: 2/9/1945
    kind: great-day
    prominence: core
    changed: 22/11/2026
    sources: [{title: Sắc lệnh 22c, number: 22c}]
  - id: ngay-nghi
    name: Nghỉ lễ
    on: 1/8
    kind: day-off
    prominence: core
    changed: 22/11/2026
    sources: [{title: Bộ luật Lao động, number: 45/2019/QH14}]
  - id: gop-tinh
    name: Ngày tái lập tỉnh
    on: 1/1
    valid_until: 1/1/2020
    kind: province
    region: quang-ninh
    prominence: sector
    changed: 22/11/2026
    sources: [{title: Nghị quyết, number: 1/NQ}]
campaigns:
  - id: den-on
    title: Đền ơn đáp nghĩa
    events: [thuong-binh]
    theme: Uống nước nhớ nguồn
    audiences: [schools, youth]
    lead: Ban Tuyên giáo Tỉnh ủy
    partners: [Sở Văn hóa, Tỉnh đoàn]
    documents:
      - {kind: Hướng dẫn, number: 12-HD/BTGTW, date: 20/5/2015, issuer: Ban Tuyên giáo,
         title: tuyên truyền, url: "https://example.vn/12"}
    phases:
      - {name: Tuần cao điểm, kind: peak, start: D-7, end: D}
    displays:
      - {what: national-flag, start: D-3, end: D+1, who: hộ dân}
      - {what: banner, start: D-3, end: D+1, who: hộ dân}
    milestones:
      - {name: Họp báo, kind: press, on: D-10, place: Hà Nội}
    slogans: ["Nhiệt liệt chào mừng {n} năm {name} ({range})!", "Đời đời nhớ ơn!"]
    hashtags: ["#DenOn"]
    activities: [{name: Thăm hỏi gia đình, owner: các huyện, due: D-1}]
    deliverables: [{name: Báo cáo, due: D+10}]
    media_kit: [{title: Bộ nhận diện, url: "https://example.vn/kit", licence: CC BY 4.0}]
    lead_times: khac
    note: Giờ treo cờ do địa phương định.
    changed: 22/11/2026
    sources: [{title: Kế hoạch 5, number: 5/KH, date: 1/6/2020, url: "https://example.vn/5"}]
  - id: dem-hoa
    title: Đêm hoa đăng
    on: 30/9/2023
    year: 2023
    region: quang-ninh
    changed: 22/11/2026
    sources: [{title: Kế hoạch 6, number: 6/KH}]
  - id: xuan
    title: Tháng Thanh niên <2023>
    on: 20/4/2023
    year: 2023
    changed: 22/11/2026
    sources: [{title: Kế hoạch 7, number: 7/KH}]
"""


@pytest.fixture
def make_own(make_client, tmp_path):
    """Return a maker of clients on the registry above."""
    path = tmp_path / "events.yaml"
    path.write_text(REGISTRY, encoding="utf-8")

    def make(**given):
        return make_client(**{"EVENTS_FILE": str(path)} | given)

    return make


@pytest.fixture
def client(make_own):
    return make_own()


def page(client, path):
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.status_code == 200, response.text
    return response.text


def words(html):
    """Return what a reader sees, blanks folded, and none before a full stop or a comma."""
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    return re.sub(r" ([.,])", r"\1", text)


def part(client, path, heading):
    """Return the words of a page from one heading of the second level to the next."""
    blocks = page(client, path).partition("</main>")[0].split("<h2")
    return words(next(f"<h2{block}" for block in blocks if f">{heading}</h2>" in block))


def titles(items):
    return [item["title"] for item in items]


def test_the_list_tells_what_runs_what_comes_and_what_is_over(client):
    data = client.get("/campaigns.json").json

    assert data["today"] == "2023-07-15"
    assert titles(data["running"]) == []
    assert titles(data["soon"]) == ["Đền ơn đáp nghĩa", "Kỷ niệm 78 năm Ngày Quốc khánh"]
    assert titles(data["past"]) == ["Tháng Thanh niên <2023>"]


def test_a_campaign_in_the_list_is_short(client):
    item = client.get("/campaigns.json").json["soon"][0]

    assert {
        "id": "den-on",
        "title": "Đền ơn đáp nghĩa",
        "year": 2023,
        "start": "2023-07-17",
        "end": "2023-07-28",
        "day": "2023-07-27",
        "generated": False,
        "region": None,
    }.items() <= item.items()
    assert "steps" not in item


def test_the_list_says_when_each_runs_and_what_is_its_next_step(client):
    soon = part(client, "/campaigns", "Có việc trong 60 ngày tới")

    assert "Đền ơn đáp nghĩa 17/7 - 28/7/2023. Tiếp theo, Thứ Hai 17/7: Họp báo, Hà Nội." in soon
    # 49 days off, but here for a step of it.
    assert (
        "Theo từng ngày kỷ niệm Kỷ niệm 78 năm Ngày Quốc khánh 30/8 - 03/9/2023."
        " Tiếp theo, Thứ Năm 03/8: Đưa vào công văn định hướng tháng"
    ) in soon


def test_an_empty_list_says_so(client):
    running = part(client, "/campaigns", "Đang diễn ra")

    assert running.endswith("Hôm nay không có chiến dịch nào đang diễn ra.")


def test_the_region_adds_its_own_campaigns_and_that_of_the_settings_is_the_default(make_own):
    july_30 = datetime(2023, 7, 31, 20, tzinfo=UTC)  # 1 August in Việt Nam
    plain = make_own(now=july_30)
    ours = make_own(now=july_30, REGION="quang-ninh")

    wanted = [
        titles(client.get(path).json["soon"])[:1]
        for client, path in [
            (plain, "/campaigns.json"),
            (plain, "/campaigns.json?region=quang-ninh"),
            (plain, "/campaigns.json?all=1"),
            (ours, "/campaigns.json"),
            (ours, "/campaigns.json?region=none"),
        ]
    ]

    country, province = ["Kỷ niệm 78 năm Ngày Quốc khánh"], ["Đêm hoa đăng"]
    assert wanted == [country, province, province, province, country]


def test_titles_are_escaped(client):
    assert "Tháng Thanh niên &lt;2023&gt;" in page(client, "/campaigns")


def test_a_campaign_has_every_step_on_its_day_with_its_distance_to_d(client):
    steps = part(client, "/campaigns/den-on", "Các bước")

    lines = [
        "D-30 Thứ Ba 27/6/2023 Đưa vào công văn định hướng tháng (đã qua) Kế hoạch, văn bản",
        "D-14 Thứ Năm 13/7/2023 Bước này: Chọn khẩu hiệu, in băng rôn Thiết kế, khẩu hiệu",
        "D-10 Thứ Hai 17/7/2023 Họp báo, Hà Nội",
        "D-7 Thứ Năm 20/7/2023 đến 27/7/2023 Giai đoạn: Tuần cao điểm",
        "D-3 Thứ Hai 24/7/2023 Treo cờ Tổ quốc; băng rôn, khẩu hiệu (hộ dân)",
        "D-1 Thứ Tư 26/7/2023 Hạn: Thăm hỏi gia đình (các huyện)",
        "D Thứ Năm 27/7/2023 Ngày Thương binh - Liệt sỹ",
        "D+2 Thứ Bảy 29/7/2023 Hạ cờ Tổ quốc; tháo dỡ băng rôn, khẩu hiệu",
        "D+10 Chủ nhật 06/8/2023 Hạn: Báo cáo",
    ]
    places = [steps.find(line) for line in lines]
    assert -1 not in places
    assert places == sorted(places)


def test_the_step_at_hand_and_the_next_one_stand_at_the_top(client):
    text = words(page(client, "/campaigns/den-on")).partition("Văn bản chỉ đạo")[0]

    assert "Bước này: D-14, Thứ Năm, ngày 13 tháng 7 năm 2023: Chọn khẩu hiệu" in text
    assert "Tiếp theo: D-10, Thứ Hai, ngày 17 tháng 7 năm 2023: Họp báo, Hà Nội." in text


def test_a_step_that_has_not_begun_is_the_next_one(client):
    html = words(page(client, "/campaigns/den-on?year=2024"))

    assert "Bước tới: D-30, Thứ Năm, ngày 27 tháng 6 năm 2024: Đưa vào công văn" in html
    assert "Bước này" not in html


def test_a_phase_that_has_begun_but_is_not_the_last_step_is_said_to_run(make_own):
    client = make_own(now=datetime(2023, 7, 25, 5, tzinfo=UTC))

    steps = part(client, "/campaigns/den-on", "Các bước")

    assert "Giai đoạn: Tuần cao điểm (đang diễn ra)" in steps


def test_the_guiding_documents_come_first(client):
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page(client, "/campaigns/den-on"))

    assert headings == [
        "Văn bản chỉ đạo",
        "Chủ đề",
        "Các bước",
        "Giai đoạn",
        "Cờ, băng rôn, cổ động trực quan",
        "Khẩu hiệu",
        "Hashtag",
        "Hoạt động",
        "Sản phẩm, báo cáo",
        "Bộ nhận diện, tài liệu truyền thông",
        "Thông tin chung",
        "Nguồn",
    ]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Văn bản chỉ đạo", "Hướng dẫn số 12-HD/BTGTW ngày 20/5/2015 của Ban Tuyên giáo về tuyên"),
        ("Chủ đề", "Uống nước nhớ nguồn"),
        ("Giai đoạn", "Tuần cao điểm (cao điểm) 20/7 - 27/7/2023"),
        (
            "Cờ, băng rôn, cổ động trực quan",
            "Cờ Tổ quốc; băng rôn, khẩu hiệu (hộ dân) 24/7 - 28/7/2023",
        ),
        (
            "Khẩu hiệu",
            "Nhiệt liệt chào mừng 76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)!",
        ),
        ("Hashtag", "#DenOn"),
        ("Hoạt động", "Thăm hỏi gia đình (các huyện), hạn 26/7/2023"),
        ("Sản phẩm, báo cáo", "Báo cáo, hạn 06/8/2023"),
        ("Bộ nhận diện, tài liệu truyền thông", "Bộ nhận diện (CC BY 4.0)"),
        ("Thông tin chung", "Đơn vị chủ trì Ban Tuyên giáo Tỉnh ủy Phối hợp Sở Văn hóa; Tỉnh"),
        ("Thông tin chung", "Đối tượng Nhà trường, thanh niên"),
        ("Thông tin chung", "Năm khác 2020, 2021, 2022, 2024, 2025, 2026"),
        ("Thông tin chung", "Ghi chú Giờ treo cờ do địa phương định."),
        ("Nguồn", "Kế hoạch 5, 5/KH, ngày 01/6/2020"),
    ],
)
def test_a_campaign_tells_all_that_is_known_of_it(client, heading, said):
    assert said in part(client, "/campaigns/den-on", heading)


def test_each_slogan_and_hashtag_can_be_copied_and_is_named_in_its_button(client):
    html = page(client, "/campaigns/den-on")

    fields = re.findall(r'data-copy="([^"]+)" aria-label="([^"]+)" hidden', html)
    assert fields == [
        ("slogan-1", "Sao chép khẩu hiệu 1"),
        ("slogan-2", "Sao chép khẩu hiệu 2"),
        ("hashtag-1", "Sao chép hashtag 1"),
    ]
    assert '<span id="slogan-2">Đời đời nhớ ơn!</span>' in html


def test_a_campaign_offers_its_feed_its_reminders_and_its_papers(client):
    html = page(client, "/campaigns/den-on").partition("<h2")[0].partition('class="actions"')[2]

    links = re.findall(r'href="([^"]+)"', html)
    assert links == [
        "/feeds/campaign-den-on.ics",
        "/remind?campaign=den-on",
        "/campaigns/den-on.docx?year=2023",
        "/campaigns/den-on/slogans.docx?year=2023",
    ]
    assert [client.get(link).status_code for link in links[:1] + links[2:]] == [200, 200, 200]


def test_another_year_has_its_own_days_and_count(client):
    html = page(client, "/campaigns/den-on?year=2022")

    assert "75 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2022)!" in html
    assert "Thứ Tư 27/7/2022" in words(html)
    assert "Chiến dịch đã kết thúc." in html
    assert "Bước này" not in html


def test_the_json_of_a_campaign_has_the_promised_shape(client):
    data = client.get("/campaigns/den-on.json?year=2024").json

    assert (data["id"], data["year"], data["day"]) == ("den-on", 2024, "2024-07-27")
    assert data["documents"][0]["number"] == "12-HD/BTGTW"
    assert data["phases"] == [
        {
            "name": "Tuần cao điểm",
            "kind": "peak",
            "theme": None,
            "start": "2024-07-20",
            "end": "2024-07-27",
        }
    ]
    assert data["windows"][0]["end"] == "2024-07-28"
    assert data["steps"][1] | {"lead_days": 14} == {
        "key": "prepare-14",
        "kind": "prepare",
        "label": "D-14",
        "lead_days": 14,
        "on": "2024-07-13",
        "ends": None,
        "text": "Chọn khẩu hiệu, in băng rôn",
        "role": "design",
        "who": None,
        "place": None,
    }
    assert data["deliverables"] == [{"name": "Báo cáo", "owner": None, "due": "2024-08-06"}]
    assert data["slogans"][1] == "Đời đời nhớ ơn!"


def test_a_client_that_asks_for_no_page_gets_json(client):
    for path in ("/campaigns", "/campaigns/den-on"):
        response = client.get(path, headers={"Accept": "*/*"})

        assert response.mimetype == "application/json"
        assert "Accept" in response.headers["Vary"]


def test_a_campaign_that_nobody_wrote_follows_from_its_event_and_says_so(client):
    html = page(client, "/campaigns/quoc-khanh")

    assert "<h1>Kỷ niệm 78 năm Ngày Quốc khánh</h1>" in html
    assert "Chưa có ai soạn chiến dịch này" in html
    assert 'href="/events/quoc-khanh"' in html


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/campaigns/thuong-binh", "/campaigns/den-on"),
        ("/campaigns/thuong-binh?year=2022", "/campaigns/den-on?year=2022"),
        ("/campaigns/thuong-binh.json?year=2022", "/campaigns/den-on.json?year=2022"),
    ],
)
def test_an_event_s_id_leads_to_the_campaign_that_somebody_wrote_for_it(client, path, to):
    response = client.get(path)

    assert (response.status_code, response.headers["Location"]) == (302, to)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/campaigns/den-onn", 404, "did you mean 'den-on'"),
        ("/campaigns/zzz", 404, "/campaigns lists them"),
        ("/campaigns/xuan?year=2022", 404, "does not run in 2022"),
        ("/campaigns/den-on?year=99", 400, "from 1900 to 2100"),
        ("/campaigns/den-on?yaer=2022", 400, "unknown parameter"),
        ("/campaigns/den-on?lang=fr", 400, "unknown lang"),
        ("/campaigns/den-on.csv", 404, "give one of json"),
        ("/campaigns?regoin=ha-noi", 400, "did you mean 'region'"),
        ("/campaigns.csv", 404, "give one of json"),
    ],
)
def test_wrong_input_is_a_problem_that_says_what_to_do(client, path, status, said):
    response = client.get(path, headers={"Accept": "application/json", "Accept-Language": "en"})

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert said in response.json["detail"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/campaigns/den-onn", 'href="/campaigns/den-on"'),
        ("/campaigns/zzz", 'href="/campaigns"'),
        ("/campaigns/xuan?year=2022", 'href="/campaigns/xuan">lần gần nhất'),
    ],
)
def test_an_unknown_campaign_is_a_page_that_offers_the_nearest(client, path, said):
    response = client.get(path, headers={"Accept": BROWSER})

    assert response.status_code == 404
    assert said in response.text.partition("<main")[2]


def test_the_drawings_are_hidden_from_screen_readers_and_need_no_style_attribute(client):
    for path in ("/campaigns", "/campaigns/den-on"):
        html = page(client, path)

        drawings = re.findall(r"<svg[^>]*>", html)
        assert len(drawings) >= 3
        assert all('aria-hidden="true"' in drawing for drawing in drawings)
        assert " style=" not in html


def test_the_home_page_holds_the_work_of_the_next_thirty_days_by_day(client):
    work = part(client, "/", "Việc cần làm 30 ngày tới")

    assert "Thứ Hai 17/7 D-10 Họp báo, Hà Nội - Đền ơn đáp nghĩa Thứ Năm 20/7" in work
    assert "Thứ Năm 03/8 D-30 Đưa vào công văn định hướng tháng - Kỷ niệm 78 năm" in work
    assert work.endswith("Xem các chiến dịch.")


def test_only_the_home_page_holds_the_work(client):
    assert "Việc cần làm" not in page(client, "/month/2023-07")


def test_the_work_of_the_home_page_is_fifteen_lines_at_most(make_client, tmp_path):
    path = tmp_path / "events.yaml"
    dues = [f"{{name: Việc {number}, due: D-{number}}}" for number in range(1, 18)]
    path.write_text(
        f"""
campaigns:
  - id: nhieu-viec
    title: Nhiều việc
    on: 5/8
    activities: [{", ".join(dues)}]
    lead_times: none
    changed: 22/11/2026
    sources: [{{title: Kế hoạch 8, number: 8/KH}}]
{REGISTRY.partition("campaigns:")[0]}""",
        encoding="utf-8",
    )
    client = make_client(EVENTS_FILE=str(path))

    work = part(client, "/?campaign=nhieu-viec", "Việc cần làm 30 ngày tới")

    assert work.count("Hạn: Việc") == 15
    assert "Còn 3 việc nữa. Xem các chiến dịch" in work


def test_a_month_lists_its_campaigns_with_days_and_documents(client):
    html = page(client, "/month/2024-07")
    listed = part(client, "/month/2024-07", "Chiến dịch trong tháng")

    assert 'href="/campaigns/den-on?year=2024"' in html
    assert "Đền ơn đáp nghĩa 17/7 - 28/7/2024. Hướng dẫn số 12-HD/BTGTW" in listed


def test_campaigns_that_follow_from_events_are_one_line_in_a_month(client):
    listed = part(client, "/month/2023-09", "Chiến dịch trong tháng")

    assert listed.endswith("Theo từng ngày kỷ niệm: Kỷ niệm 78 năm Ngày Quốc khánh.")


def test_a_month_without_campaigns_has_no_section_of_them(client):
    assert "Chiến dịch trong tháng" not in page(client, "/month/2023-11")


@pytest.mark.parametrize(
    ("event", "links"),
    [
        ("thuong-binh", ["/campaigns/den-on?year=2023"]),
        ("quoc-khanh", ["/campaigns/quoc-khanh?year=2023"]),
        ("ngay-nghi", []),
    ],
)
def test_an_event_leads_to_its_campaigns(client, event, links):
    html = page(client, f"/events/{event}").partition("<main")[2]

    assert re.findall(r'href="(/campaigns[^"]*)"', html) == links


def test_the_header_leads_to_the_campaigns(client):
    header = page(client, "/campaigns").partition("<main")[0]

    assert '<a href="/campaigns" aria-current="page">Chiến dịch</a>' in header
