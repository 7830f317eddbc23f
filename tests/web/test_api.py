"""The API: its answers, cursors, refusals, headers, and the description that they keep to."""

import json

import pytest
from jsonschema import Draft202012Validator

from calendar_service.core.api_wording import OPERATIONS as VIETNAMESE
from calendar_service.core.api_wording import PARAMETERS
from calendar_service.web.api import OPERATIONS, in_query_of

LINE = "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)"


def get(client, path, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named)


def links(response):
    return {
        part.split('rel="')[1].rstrip('"'): part.split(">")[0].lstrip("<")
        for part in response.headers["Link"].split(", ")
    }


def pages(client, address):
    """Yield the items of all pages of a list, by the links of each page."""
    while address:
        response = get(client, address)
        yield response.json["items"]
        address = links(response).get("next")


@pytest.fixture
def described(client):
    return get(client, "/openapi.json").json


def validator(described, name):
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    return Draft202012Validator(schema)


# --- What the operations answer ---


def test_a_month_is_the_same_as_at_its_page_s_address(client):
    month = get(client, "/api/v1/months/2023-07?region=quang-ninh").json

    assert month == get(client, "/month/2023-07.json?region=quang-ninh").json
    assert LINE in month["text"]


def test_a_month_names_the_months_around_it_with_the_same_choice(client):
    response = get(client, "/api/v1/months/2023-01?kind=birth&kind=death")

    assert links(response) == {
        "service-desc": "/openapi.json",
        "prev": "/api/v1/months/2022-12?kind=birth&kind=death",
        "next": "/api/v1/months/2023-02?kind=birth&kind=death",
    }


def test_the_first_month_has_none_before_it(client):
    assert set(links(get(client, "/api/v1/months/1900-01"))) == {"service-desc", "next"}


def test_a_year_has_twelve_months(client):
    year = get(client, "/api/v1/years/2023").json

    assert [month["month"] for month in year["months"]][::11] == ["2023-01", "2023-12"]


def test_a_range_holds_what_starts_in_it_both_ends_included(client):
    data = get(client, "/api/v1/occurrences?from=2023-07-27&to=2023-07-28").json

    assert (data["from"], data["to"], data["next"]) == ("2023-07-27", "2023-07-28", None)
    assert [item["id"] for item in data["items"]] == [
        "thuong-binh-liet-si",
        "cong-doan-viet-nam",
        "viet-nam-gia-nhap-asean",
    ]


def test_the_parts_of_a_range_are_together_the_whole_of_it(client):
    address = "/api/v1/occurrences?from=2023-01-01&to=2023-12-31&all=1"
    whole = get(client, f"{address}&limit=1000").json["items"]

    parts = list(pages(client, f"{address}&limit=97"))

    assert [item for part in parts for item in part] == whole
    assert {len(part) for part in parts[:-1]} == {97}
    assert len(whole) > 400


def test_the_parts_of_all_events_are_together_the_registry(client, shipped):
    found = [item["id"] for part in pages(client, "/api/v1/events?all=1") for item in part]

    assert found == sorted(event.id for event in shipped.events)


def test_events_are_those_that_letters_carry_unless_a_choice_is_made(client):
    births = get(client, "/api/v1/events?kind=birth&limit=1000").json["items"]

    assert {item["prominence"] for item in get(client, "/api/v1/events").json["items"]} == {"core"}
    assert {item["kind"] for item in births} == {"birth"}


def test_an_event_has_the_occurrences_of_the_years_asked_for(client):
    data = get(client, "/api/v1/events/thuong-binh-liet-si?from=2022&to=2023").json

    assert [item["on"] for item in data["occurrences"]] == ["2022-07-27", "2023-07-27"]
    assert data["occurrences"][1]["years"] == 76


def test_a_campaign_is_the_edition_of_the_year_asked_for(client):
    data = get(client, "/api/v1/campaigns/quang-ninh-60?year=2023").json

    assert data["day"] == "2023-10-30"
    assert data["steps"]


def test_campaigns_of_a_year_come_in_parts_by_their_first_day(client):
    parts = list(pages(client, "/api/v1/campaigns?year=2023&limit=20"))

    starts = [item["start"] for part in parts for item in part]
    assert len(parts) > 1
    assert starts == sorted(starts)


def test_milestones_are_round_years_by_the_decrees(client):
    data = get(client, "/api/v1/milestones?from=2027&to=2029").json

    assert {item["year_class"] for item in data["items"]} == {"tron", "le-5"}
    round_years = {(item["id"], item["years"]) for item in data["items"]}
    # Lẻ 5 is a class of the seven great days only; 2027 is no round year of Quốc khánh.
    assert ("thuong-binh-liet-si", 80) in round_years
    assert ("quoc-khanh", 82) not in round_years


def test_milestones_are_those_of_the_next_three_years_by_default(client):
    data = get(client, "/api/v1/milestones").json

    assert (data["from"], data["to"]) == (2024, 2026)
    assert ("quoc-khanh", 80) in {(item["id"], item["years"]) for item in data["items"]}


def test_a_day_has_its_lunar_date_and_the_other_way(client):
    lunar = get(client, "/api/v1/lunar/2025-01-29").json
    solar = get(client, "/api/v1/solar?year=2025&month=6&day=1&leap=1").json

    assert lunar["lunar"] == {"year": 2025, "month": 1, "day": 1, "leap": False}
    assert solar["on"] == "2025-07-25"
    assert solar["text"] == "1/6/2025 âm lịch (tháng nhuận), năm Ất Tỵ"


def test_a_search_tells_when_what_it_found_comes_next(client):
    (found, *_) = get(client, "/api/v1/search?q=thuong+binh").json["items"]

    assert found["event"]["id"] == "thuong-binh-liet-si"
    assert found["next"]["line"] == LINE


# --- What is refused, and how ---


@pytest.mark.parametrize(
    ("path", "status", "parameters", "words"),
    [
        ("months/2023-7", 400, ["month"], "write it as YYYY-MM"),
        ("months/2023-07?regoin=ha-noi&foo=1", 400, ["regoin", "foo"], "did you mean 'region'"),
        ("months/2023-07?region=atlantis", 400, ["region"], "unknown region"),
        ("months/2023-07?order=date&order=letter", 400, ["order"], "given 2 times"),
        ("months/2023-07?kind=", 400, ["kind"], "unknown kind"),
        ("years/99", 400, ["year"], "from 1900 to 2100"),
        ("occurrences?from=2023-01-01", 400, ["to"], "is missing"),
        ("occurrences?from=2023-01-02&to=2023-01-01", 400, ["to"], "begin before the end"),
        ("occurrences?from=2023-01-01&to=2026-01-01", 400, ["to"], "at most 1096 days"),
        ("occurrences?from=1899-12-31&to=1900-01-01", 400, ["from"], "outside"),
        ("occurrences?from=27/7/2023&to=2023-08-01", 400, ["from"], "YYYY-MM-DD"),
        ("events?limit=0", 400, ["limit"], "from 1 to 1000"),
        ("events?limit=%d9%a3", 400, ["limit"], "from 1 to 1000"),
        ("events?order=date", 400, ["order"], "unknown parameter"),
        ("events/thuong-binh-liet-sy", 404, None, "did you mean 'thuong-binh-liet-si'"),
        ("events/quoc-khanh?from=2024&to=2023", 400, ["to"], "begin before the end"),
        ("campaigns/nothing", 404, None, "no campaign"),
        ("milestones?from=2027&to=2037", 400, ["to"], "at most 10 years"),
        ("search", 400, ["q"], "is missing"),
        ("search?q=" + 201 * "a", 400, ["q"], "at most 200 characters"),
        ("lunar/2023-02-30", 400, ["day"], "has no day 30"),
        ("lunar/1850-01-01", 404, None, "outside the lunar table"),
        ("solar?year=2025&month=12&day=30", 404, None, "29 days"),
        ("upcoming?lang=fr", 400, ["lang"], "unknown lang"),
        ("nothing", 404, None, "nothing is at"),
        ("months//", 404, None, "nothing is at"),
    ],
)
def test_a_mistake_is_a_problem_that_names_the_parameter(
    client, described, path, status, parameters, words
):
    response = get(client, f"/api/v1/{path}", Accept="text/html", Accept_Language="en")

    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.json
    validator(described, "Problem").validate(problem)
    assert words in problem["detail"]
    assert [fault["parameter"] for fault in problem.get("errors", [])] == (parameters or [])


@pytest.mark.parametrize(
    ("query", "languages", "words"),
    [
        ("", None, "không phải là một tháng"),
        ("", "fr", "không phải là một tháng"),
        ("", "en-GB,en;q=0.9", "is not a month"),
        ("?lang=en", None, "is not a month"),
        ("?lang=vi", "en", "không phải là một tháng"),
    ],
)
def test_a_problem_is_said_in_vietnamese_unless_english_is_asked_for(
    client, query, languages, words
):
    headers = {"Accept_Language": languages} if languages else {}

    response = get(client, f"/api/v1/months/7{query}", **headers)

    assert words in response.json["detail"]
    assert words in response.json["errors"][0]["detail"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("year=2025&month=2&day=30",
         "Âm lịch không có ngày 30/2/2025. Tháng ấy có 29 ngày; năm 2025 các tháng có 30 ngày"
         " là 1, 3, 6, 7, 9, 10, 11."),
        ("year=2025&month=5&day=1&leap=1",
         "Âm lịch không có ngày 1/5/2025 (tháng nhuận). Năm 2025 nhuận tháng 6."),
        ("year=2024&month=5&day=1&leap=1",
         "Âm lịch không có ngày 1/5/2024 (tháng nhuận). Năm 2024 không có tháng nhuận."),
    ],
)  # fmt: skip
def test_a_lunar_date_that_does_not_exist_is_answered_with_what_does(client, query, words):
    assert get(client, f"/api/v1/solar?{query}").json["detail"] == words


def test_answers_do_not_depend_on_the_language_asked_for(make_client):
    # Two services, since one would send the second what it kept of the first.
    first = get(make_client(), "/api/v1/upcoming", Accept_Language="en")
    second = get(make_client(), "/api/v1/upcoming", Accept_Language="vi")

    assert first.data == second.data
    assert "Accept-Language" not in first.headers.get("Vary", "")


@pytest.mark.parametrize("path", ["/month/2023-07", "/api/v1/upcoming", "/campaigns.json"])
@pytest.mark.parametrize("query", ["\xff=1", "kind=\xff", "\xff", "%ff=1"])
def test_odd_bytes_in_a_query_are_a_problem_not_a_failure(client, path, query):
    response = client.get(path, environ_overrides={"QUERY_STRING": query})

    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


def test_a_feed_lets_odd_bytes_pass_as_it_does_with_all_parameters(client):
    response = client.get("/feeds/campaigns.ics", environ_overrides={"QUERY_STRING": "\xff=\xfe"})

    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/api/v1/events/\xff\xfe", "/api/v1/months/\x00", "/\xff"])
def test_odd_bytes_in_a_path_are_a_problem_not_a_failure(client, path):
    response = client.get("/", environ_overrides={"PATH_INFO": path})

    assert response.status_code in (400, 404)
    assert response.content_type == "application/problem+json"


def test_other_methods_are_refused_with_those_that_are_allowed(client):
    response = client.post("/api/v1/upcoming")

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert response.json["detail"] == "Địa chỉ này chỉ để xem: hãy dùng GET hoặc HEAD."


# --- Headers ---


@pytest.mark.parametrize(
    "path", ["/api/v1/months/2023-07", "/openapi.json", "/feeds/core.ics", "/month/2023-07.json"]
)
def test_scripts_of_other_sites_may_read_data(client, path):
    response = get(client, path, Origin="https://example.vn")
    preflight = client.options(path)

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in preflight.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", ["/remind", "/manage/x", "/unsubscribe/x", "/"])
def test_scripts_of_other_sites_read_no_page_and_nothing_of_sign_ups(
    client, path, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # a link's page makes a database, which feeds would look into

    for accept in ("text/html", "application/json"):
        assert "Access-Control-Allow-Origin" not in get(client, path, Accept=accept).headers


def test_sign_ups_have_no_preflight(client):
    assert "Access-Control-Allow-Methods" not in client.options("/remind").headers


def test_an_answer_is_not_sent_again_to_who_has_it(client):
    first = get(client, "/api/v1/months/2023-07")
    second = get(client, "/api/v1/months/2023-07", If_None_Match=first.headers["ETag"])

    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["Access-Control-Allow-Origin"] == "*"


def test_head_answers_as_get_without_the_body(client):
    got, head = get(client, "/api/v1/upcoming"), client.head("/api/v1/upcoming")

    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Length", "Link"):
        assert head.headers[name] == got.headers[name]


# --- The description ---


def test_every_operation_of_the_api_is_described_and_no_other(client, described):
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }

    assert set(described["paths"]) == rules
    assert described["openapi"].startswith("3.1.")


def test_every_schema_is_a_schema(described):
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_an_example_is_real(client, described):
    example = described["paths"]["/api/v1/months/{month}"]["get"]["responses"]["200"]["content"][
        "application/json"
    ]["example"]

    assert example["text"] == LINE
    assert example["items"][0]["years"] == 76


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.example], ids=lambda o: o.name)
def test_an_example_is_what_its_address_answers(client, described, operation):
    answer = described["paths"][f"/api/v1{operation.path}"]["get"]["responses"]["200"]
    content = answer["content"]["application/json"]

    response = get(client, operation.example_address)

    assert response.json == content["example"]
    validator(described, operation.shape.__name__).validate(content["example"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("months/2023-01?all=1", "MonthData"),
        ("years/2026?all=1", "YearData"),
        ("occurrences?from=2024-01-01&to=2026-12-31&all=1&limit=1000", "RangePage"),
        ("upcoming?all=1", "RangeData"),
        ("events?all=1&limit=1000", "EventsPage"),
        ("events/tet-nguyen-dan", "EventData"),
        ("campaigns?year=2023&all=1&limit=1000", "CampaignsPage"),
        ("campaigns/quang-ninh-60", "EditionData"),
        ("milestones?from=2027&to=2036", "MilestonesPage"),
        ("search?q=ngay&limit=100", "SearchData"),
    ],
)
def test_answers_keep_to_their_schemas_to_the_last_key(client, described, path, name):
    closed = json.loads(json.dumps(described["components"]))
    for schema in closed["schemas"].values():
        if schema["type"] == "object":
            schema["additionalProperties"] = False
    schema = {"$ref": f"#/components/schemas/{name}", "components": closed}

    response = get(client, f"/api/v1/{path}")

    assert response.status_code == 200
    Draft202012Validator(schema).validate(response.json)


def test_every_operation_and_parameter_is_explained_in_vietnamese():
    names = {p.name for o in OPERATIONS for p in (*o.in_path, *in_query_of(o))}

    assert set(VIETNAMESE) == {operation.name for operation in OPERATIONS}
    assert set(PARAMETERS) == names


def test_the_page_of_the_api_shows_every_address_and_a_real_example(client):
    page = get(client, "/api", Accept="text/html").text

    for operation in OPERATIONS:
        assert f"<code>/api/v1{operation.path}</code>" in page
    assert "76 năm Ngày Thương binh - Liệt sỹ" in page
    assert "<script" not in page


def test_links_keep_the_language_of_errors_and_the_choice(client):
    found = links(get(client, "/api/v1/months/2023-07?lang=en&region=quang-ninh"))

    path, _, query = found["next"].partition("?")
    assert path == "/api/v1/months/2023-08"
    assert sorted(query.split("&")) == ["lang=en", "region=quang-ninh"]


def test_an_events_years_may_end_before_those_shown_by_default(client):
    answer = get(client, "/api/v1/events/thuong-binh-liet-si?to=1990")

    assert answer.status_code == 200
    assert [item["on"] for item in answer.json["occurrences"]] == ["1990-07-27"]


@pytest.mark.parametrize(
    "path",
    [
        "/month/2023-07.json", "/month/2023-07.csv", "/month/2023-07.ics", "/month/2023-07.txt",
        "/month/2023-07.md", "/feeds/core.ics", "/feeds/core.atom", "/feeds/core.json",
        "/api/v1/months/2023-07", "/openapi.json",
    ],
)  # fmt: skip
def test_scripts_of_other_sites_may_read_every_form_of_data(client, path):
    assert client.get(path).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/month/2023-07", "/remind"])
def test_scripts_of_other_sites_may_read_no_page(client, path):
    answer = client.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
