"""The pages that look things up: search and the round years to come."""

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def page(client, path):
    return client.get(path, headers={"Accept": BROWSER})


def test_a_search_leads_to_the_event_and_tells_its_next_day(client):
    text = page(client, "/search?q=thuong binh").text

    assert 'href="/events/thuong-binh-liet-si"' in text
    assert "Thứ Năm, ngày 27 tháng 7 năm 2023" in text


def test_a_search_for_nothing_shows_the_field_alone(client):
    text = page(client, "/search").text

    assert 'name="q"' in text
    assert "Không tìm thấy" not in text


def test_what_was_looked_for_in_vain_is_named_and_escaped(client):
    text = page(client, "/search?q=<b>zzz").text

    assert "Không tìm thấy sự kiện nào cho “&lt;b&gt;zzz”" in text


def test_a_search_is_offered_as_json_too(client):
    for path in ("/search.json?q=27/7/1947", "/search?q=27/7/1947"):
        data = client.get(path).json

        assert [item["event"]["id"] for item in data["items"]][:1] == ["thuong-binh-liet-si"]


def test_a_search_for_a_province_leads_to_its_pages(client):
    text = page(client, "/search?q=tiền giang").text

    assert "(nay thuộc Đồng Tháp)" in text
    for address in ("/?region=tien-giang", "/year/2023?region=tien-giang",
                    "/milestones?region=tien-giang", "/subscribe?feed=tien-giang"):  # fmt: skip
        assert f'href="{address}"' in text
    assert 'href="/events/chien-thang-ap-bac"' in text


def test_the_json_of_a_search_names_the_province(client):
    for path in ("/search.json", "/api/v1/search"):
        assert client.get(f"{path}?q=tien giang").json["region"] == "tien-giang"
        assert client.get(f"{path}?q=thuong binh").json["region"] is None


def test_a_search_tells_the_next_day_of_what_is_kept_every_five_years(client):
    text = page(client, "/search?q=Rạch Gầm").text

    assert "240 năm Chiến thắng Rạch Gầm - Xoài Mút" in text


def test_the_round_years_stand_by_year(client):
    text = page(client, "/milestones?from=2027&to=2029").text

    assert "<h1>Năm tròn, năm lẻ 5 từ 2027 đến 2029</h1>" in text
    assert "80 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2027)" in text


def test_the_next_three_years_are_shown_by_default(client):
    data = client.get("/milestones.json").json

    assert (data["from"], data["to"]) == (2024, 2026)


def test_the_round_years_of_a_province_can_be_chosen(client):
    def regions(path):
        return {item["region"] for item in client.get(path).json["items"]}

    assert regions("/milestones.json?from=2023&to=2023") == {None}
    assert regions("/milestones.json?from=2023&to=2023&region=quang-ninh") == {None, "quang-ninh"}


def test_years_that_no_decree_calls_round_stand_apart(client):
    text = page(client, "/milestones?from=2026&to=2026").text
    by_decree, _, others = text.partition('<h2 id="others">')

    line = "80 năm Ngày Toàn quốc kháng chiến (19/12/1946 - 19/12/2026)"
    assert line in others
    assert line not in by_decree
    assert "80 năm Ngày thành lập Hội Chữ thập đỏ Việt Nam" in by_decree
    assert "không theo hai nghị định" in others


def test_the_other_years_are_data_too(client):
    for path in ("/milestones.json?from=2026&to=2026", "/api/v1/milestones?from=2026&to=2026"):
        assert "toan-quoc-khang-chien" not in ids(client.get(path).json["items"])
    others = client.get("/milestones.json?from=2026&to=2026").json["others"]
    asked = client.get("/api/v1/milestones?from=2026&to=2026&others=1").json["items"]

    assert "toan-quoc-khang-chien" in ids(others)
    assert sorted(ids(others)) == sorted(ids(asked))
    assert {item["years"] % 5 for item in others} == {0}
    assert {item["year_class"] for item in others} == {None, "khac"}


def test_a_class_of_year_that_is_asked_for_leaves_no_others(client):
    data = client.get("/milestones.json?from=2026&to=2026&year_class=tron").json

    assert data["others"] == []
    assert {item["year_class"] for item in data["items"]} == {"tron"}


def test_the_other_years_of_a_province_hold_its_own_lesser_days(client):
    path = "/milestones.json?from=2027&to=2027"

    # 70 years after 14/6/1957, of Nghệ An, for reference alone.
    own = "bac-ho-ve-tham-que-lan-thu-nhat"
    assert own not in ids(client.get(path).json["others"])
    assert own in ids(client.get(f"{path}&region=nghe-an").json["others"])


def ids(items):
    return [item["id"] for item in items]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/milestones?from=2027&to=2099", 400, "mỗi lần không quá 10 năm"),
        ("/milestones?from=hai", 400, "1900 đến 2100"),
        ("/search?q=" + 201 * "a", 400, "không quá 200 ký tự"),
        ("/search?query=a", 400, "Không có tham số"),
        ("/search.csv?q=a", 404, "csv"),
    ],
)
def test_a_mistake_is_said_in_vietnamese(client, path, status, words):
    response = page(client, path)

    assert response.status_code == status
    is_problem = response.content_type == "application/problem+json"
    assert words in (response.json["detail"] if is_problem else response.text)


def test_both_are_linked_from_every_page(client):
    text = page(client, "/").text

    assert 'href="/search"' in text
    assert 'href="/milestones"' in text
    assert 'href="/api"' in text
