import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from calendar_service.config import load_settings
from calendar_service.core.reminders import Choice
from calendar_service.core.tokens import Purpose, Tokens
from calendar_service.services import Services
from calendar_service.store import subscribers
from calendar_service.store.deliveries import enter_confirmation
from calendar_service.store.schema import consents, deliveries, metadata, profiles
from calendar_service.store.schema import subscribers as people
from calendar_service.store.suppressions import suppress, suppressed
from calendar_service.store.upgrade import upgrade
from calendar_service.web.app import create_app
from tests.web.conftest import EVENTS_YAML

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
KEY = "a-key-for-these-tests"
NOW = datetime(2023, 7, 15, 5, tzinfo=UTC)
ADDRESS = "mai@coquan.example"
VERSION = "2026-11-23"
FILLED_IN = {"email": ADDRESS, "consent": VERSION, "digest": "month", "preset": "standard"}
PLAIN = "preset=standard&digest=month&lang=vi&zone=Asia%2FHo_Chi_Minh"


class Site:
    """The service with its own database and clock, and a browser to look at it with."""

    def __init__(self, database_url, **environ):
        self.now = NOW
        values = {"EVENTS_FILE": str(EVENTS_YAML), "SECRET_KEY": KEY} | environ
        settings = load_settings(values | {"DATABASE_URL": database_url})
        self.services = Services(settings, clock=lambda: self.now)
        upgrade(self.services.engine)
        self.begin()

    def begin(self):
        """Start anew: an empty database, at NOW, nobody counted yet."""
        self.now = NOW
        self.client = create_app(self.services).test_client()
        with self.services.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))

    def get(self, path):
        return self.client.get(path, headers=BROWSER)

    def post(self, path, data=None, headers=None):
        return self.client.post(path, data=data, headers=BROWSER if headers is None else headers)

    def sign_up(self, headers=None, **changed):
        return self.post("/remind", FILLED_IN | changed, headers=headers)

    def token(self, purpose, number):
        return f"/{purpose}/{self.services.tokens.make(Purpose(purpose), number, self.now)}"

    def rows(self, *columns):
        with self.services.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]

    def tables(self):
        return {table.name: self.rows(table) for table in metadata.sorted_tables}

    def subscriber(self, email=ADDRESS, *, state="confirmed", choice_key=PLAIN):
        """Enter somebody, and return their number."""
        with self.services.engine.begin() as connection:
            number = subscribers.sign_up(
                connection,
                *subscribers.address(email),
                choice_key,
                text_version=VERSION,
                method="test",
                now=self.now,
            )
            if state != "pending":
                subscribers.confirm(connection, number, self.now)
            if state == "paused":
                subscribers.pause(connection, number, self.now)
            if state == "unsubscribed":
                subscribers.unsubscribe(connection, number, self.now)
        return number

    def held(self, number):
        with self.services.engine.begin() as connection:
            return subscribers.find(connection, number)

    def suppress(self, email=ADDRESS):
        with self.services.engine.begin() as connection:
            suppress(connection, email, KEY, "refused", self.now)


@pytest.fixture(scope="module")
def database_url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('web') / 'calendar.db'}"


@pytest.fixture(scope="module")
def shared_site(database_url):
    site = Site(database_url)
    yield site
    site.services.engine.dispose()


@pytest.fixture
def site(shared_site):
    shared_site.begin()
    return shared_site


@pytest.fixture
def make_site(database_url):
    """Return a maker of sites with settings of their own, on the same database."""
    sites = []

    def make(**environ):
        sites.append(Site(database_url, **environ))
        return sites[-1]

    yield make
    for site in sites:
        site.services.engine.dispose()


def test_the_form_names_its_fields_and_agrees_to_nothing_by_itself(site):
    page = site.get("/remind").text

    assert page.count("<h1>") == 1
    assert '<label for="email">' in page
    assert '<label for="lead">' in page
    assert f'name="consent" value="{VERSION}" required' in page
    assert "91/2025/QH15" in page
    assert re.findall(r'value="([\w-]+)"[^>]* checked', page) == ["standard", "month"]


def test_the_form_says_when_each_preset_reminds(site):
    page = site.get("/remind").text

    for words in (
        "năm tròn: trước 120, 60, 30, 14 và 3 ngày",
        "năm lẻ 5: trước 60, 30, 14 và 3 ngày",
        "năm khác: trước 30, 14 và 3 ngày",
        "trước 45, 14 và 3 ngày",
        "trước 365, 180, 90, 30, 14 và 3 ngày",
    ):
        assert words in page


def test_every_page_leads_to_the_form(site):
    assert '<a href="/remind">Nhận thư nhắc</a>' in site.get("/").text


def test_an_event_offers_a_reminder_of_itself_alone(site):
    event = site.get("/events/thuong-binh-liet-si").text
    form = site.get("/remind?event=thuong-binh-liet-si&utm_source=zalo").text

    assert 'href="/remind?event=thuong-binh-liet-si"' in event
    assert 'name="event" value="thuong-binh-liet-si" checked' in form
    assert 'name="digest"' not in form


def test_the_region_of_the_settings_is_chosen_beforehand(make_site):
    page = make_site(REGION="quang-ninh").get("/remind").text

    assert 'value="quang-ninh" checked' in page


@pytest.mark.parametrize(
    ("query", "status"), [("event=khong-co", 404), ("kind=party", 400), ("region=atlantis", 400)]
)
def test_a_form_cannot_be_filled_in_with_what_is_not_there(site, query, status):
    assert site.get(f"/remind?{query}").status_code == status


def test_a_sign_up_waits_for_confirmation_and_keeps_the_proof_of_consent(site):
    response = site.sign_up(region="quang-ninh", lead="3, 30,14 30")

    assert response.status_code == 202
    assert "Kiểm tra hộp thư" in response.text
    assert site.rows(people.c.email, people.c.state) == [(ADDRESS, "pending")]
    assert site.rows(profiles.c.choice_key) == [
        (
            "region=quang-ninh&preset=standard&lead=30&lead=14&lead=3"
            "&digest=month&lang=vi&zone=Asia%2FHo_Chi_Minh",
        )
    ]
    assert site.rows(consents.c.text_version, consents.c.method, consents.c.given_at) == [
        (VERSION, "form at /remind", NOW)
    ]
    assert site.rows(deliveries.c.kind, deliveries.c.state) == [("confirm", "pending")]


def test_several_regions_and_kinds_can_be_chosen(site):
    site.sign_up(region=["phu-tho", "hoa-binh"], kind=["birth", "founding"], lang="en")

    choice = Choice.from_key(site.rows(profiles.c.choice_key)[0][0])
    assert choice.selection.query == "region=hoa-binh&region=phu-tho&kind=birth&kind=founding"
    assert choice.lang == "en"


FAULTS = [
    ({"email": ""}, "email", "Hãy viết một địa chỉ thư điện tử"),
    ({"email": "mai@"}, "email", "Hãy viết một địa chỉ thư điện tử"),
    ({"email": "mai@a.example\r\nBcc: b@c.example"}, "email", "Hãy viết một địa chỉ thư điện tử"),
    ({"lead": "30 ngày"}, "lead", "từ 0 đến 366"),
    ({"lead": "367"}, "lead", "từ 0 đến 366"),
    ({"consent": ""}, "consent", "đánh dấu đồng ý"),
    ({"consent": "2020-01-01"}, "consent", "đánh dấu đồng ý"),
    ({"preset": "none", "digest": ""}, "preset", "không có thư nào"),
    (
        {"event": "thuong-binh-liet-si", "kind": "birth"},
        "topics",
        "Không sự kiện nào hợp với lựa chọn này",
    ),
]


@pytest.mark.parametrize(("changed", "field", "words"), FAULTS)
def test_a_fault_is_named_at_its_field_and_in_the_summary(site, changed, field, words):
    before = site.tables()

    response = site.sign_up(**changed)

    assert response.status_code == 400
    assert "Cần sửa 1 chỗ" in response.text
    assert f'<li><a href="#{field}">' in response.text
    assert f'id="{field}"' in response.text
    assert re.search(f'aria-describedby="[^"]*{field}-fault"', response.text)
    assert re.search(f'id="{field}-fault">[^<]*{words}', response.text)
    assert site.tables() == before


def test_all_faults_are_named_at_once_and_what_was_written_is_kept(site):
    page = site.post(
        "/remind",
        {"email": "mai@", "lead": "soon", "kind": "birth", "region": "hue", "lang": "en"},
    ).text

    assert "Cần sửa 3 chỗ" in page
    for kept in ('value="mai@"', 'value="soon"', 'value="birth" checked', 'value="hue" checked'):
        assert kept in page
    assert '<option value="en" lang="en" selected>' in page


def test_consent_once_given_is_kept_when_something_else_is_wrong(site):
    page = site.sign_up(lead="soon").text

    assert f'value="{VERSION}" checked' in page


def test_a_program_gets_its_faults_as_a_problem(site):
    response = site.post("/remind", {"email": "mai@"}, headers={"Accept": "application/json"})

    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert "consent is needed" in response.json["detail"]
    assert "no usable e-mail address" in response.json["detail"]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "party"},
        {"region": "atlantis"},
        {"prominence": "huge"},
        {"preset": "daily"},
        {"digest": "week"},
        {"lang": "fr"},
        {"zone": "Mars/Olympus"},
        {"colour": "red"},
        {"event": "khong-co"},
    ],
)
def test_a_choice_that_is_not_on_offer_is_refused(site, given):
    response = site.sign_up(**given)

    assert response.status_code in (400, 404)
    assert site.rows(people.c.id) == []


def test_a_form_of_a_megabyte_is_refused(site):
    response = site.sign_up(lead="3," * 500_000)

    assert response.status_code == 413


def answer(response):
    return response.status_code, sorted(response.headers.items()), response.data


def test_the_answer_is_the_same_for_every_address(site):
    site.subscriber("pending@coquan.example", state="pending")
    site.subscriber("known@coquan.example")
    site.subscriber("paused@coquan.example", state="paused")
    site.subscriber("gone@coquan.example", state="unsubscribed")
    site.suppress("bounced@coquan.example")
    names = ("pending", "known", "known", "known", "paused", "gone", "bounced")
    stranger = answer(site.sign_up(email="new@coquan.example"))

    others = [answer(site.sign_up(email=f"{name}@coquan.example")) for name in names]

    assert others == [stranger] * 7


def test_nobody_changes_a_subscription_by_signing_up_in_its_name(site):
    number = site.subscriber()

    site.sign_up(preset="short", email=ADDRESS.upper())

    held = site.held(number)
    assert (held.state, held.choice_key, held.email) == ("confirmed", PLAIN, ADDRESS)


def test_nobody_is_flooded_by_sign_ups_in_their_name(site):
    answers = {site.sign_up(email=email).status_code for email in [ADDRESS, ADDRESS.upper()] * 5}

    assert answers == {202}
    assert len(site.rows(deliveries.c.id)) == 1


def test_the_21st_sign_up_of_one_client_in_an_hour_has_to_wait(site):
    for number in range(20):
        assert site.sign_up(email=f"a{number}@coquan.example").status_code == 202
    page = site.sign_up(email="b@coquan.example")
    data = site.sign_up(headers={"Accept": "application/json"})

    assert page.status_code == data.status_code == 429
    assert page.headers["Retry-After"] == "3600"  # the clock stands at noon in Việt Nam
    assert "Quá nhiều lần đăng ký" in page.text
    assert data.mimetype == "application/problem+json"
    assert len(site.rows(people.c.id)) == 20
    site.now += timedelta(hours=1)
    assert site.sign_up().status_code == 202


def test_clients_behind_a_proxy_of_ours_are_counted_one_by_one(site):
    for number in range(20):
        site.sign_up({"X-Forwarded-For": f"192.0.2.{number}, 2001:db8::{number}"})

    same_network = site.sign_up({"X-Forwarded-For": "2001:db8::ffff"})
    other_network = site.sign_up({"X-Forwarded-For": "2001:db8:0:1::1"})
    assert (same_network.status_code, other_network.status_code) == (429, 202)


def test_a_client_from_outside_cannot_pass_for_others(site):
    for number in range(21):
        response = site.client.post(
            "/remind",
            data=FILLED_IN,
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
            environ_base={"REMOTE_ADDR": "8.8.4.4"},
        )

    assert response.status_code == 429


@pytest.mark.parametrize("state", ["pending", "confirmed", "paused", "unsubscribed"])
def test_looking_changes_nothing(site, state):
    number = site.subscriber(state=state)
    site.suppress()
    with site.services.engine.begin() as connection:
        enter_confirmation(connection, number, NOW)
    before = site.tables()

    for path in (
        "/remind",
        f"/remind?email={ADDRESS}&consent={VERSION}",
        site.token("confirm", number),
        site.token("manage", number),
        site.token("manage", number) + "?action=erase&sure=1",
        site.token("unsubscribe", number),
        site.token("unsubscribe", number) + "?List-Unsubscribe=One-Click",
    ):
        assert site.get(path).status_code == 200
        assert site.client.head(path, headers=BROWSER).status_code == 200
        assert site.client.options(path).status_code == 200

    assert site.tables() == before


def test_a_button_confirms_the_address(site):
    site.sign_up()
    [(number,)] = site.rows(people.c.id)
    path = site.token("confirm", number)

    shown = site.get(path).text
    done = site.post(path)

    assert f'<form class="ask" method="post" action="{path}">' in shown
    assert done.status_code == 200
    assert "Đã xác nhận" in done.text
    assert site.token("manage", number) in done.text
    assert site.rows(people.c.state, people.c.confirmed_at) == [("confirmed", NOW)]


def test_confirming_again_says_so_and_changes_nothing(site):
    path = site.token("confirm", site.subscriber(state="pending"))
    site.post(path)
    before = site.tables()
    site.now += timedelta(hours=1)

    again = site.post(path)

    assert again.status_code == 200
    assert "Đã xác nhận" in again.text
    assert "Đã xác nhận" in site.get(path).text
    assert site.tables() == before


def test_confirming_lifts_a_suppression(site):
    number = site.subscriber(state="pending")
    site.suppress()

    site.post(site.token("confirm", number))

    with site.services.engine.begin() as connection:
        assert suppressed(connection, [ADDRESS], KEY) == {}


def test_an_old_confirmation_does_not_bring_back_who_left(site):
    number = site.subscriber(state="unsubscribed")
    site.suppress()

    page = site.post(site.token("confirm", number))

    assert "đăng ký lại" in page.text
    assert site.rows(people.c.state) == [("unsubscribed",)]
    with site.services.engine.begin() as connection:
        assert list(suppressed(connection, [ADDRESS], KEY)) == [ADDRESS]


def test_a_confirmation_is_good_for_72_hours(site):
    path = site.token("confirm", site.subscriber(state="pending"))

    site.now = NOW + timedelta(hours=72)
    in_time = site.get(path)
    site.now += timedelta(seconds=1)
    late = [site.get(path), site.post(path)]

    assert in_time.status_code == 200
    assert [response.status_code for response in late] == [400, 400]
    assert "quá hạn" in late[1].text
    assert 'href="/remind">đăng ký lại' in late[1].text
    assert site.rows(people.c.state) == [("pending",)]


def test_links_to_manage_and_unsubscribe_never_expire(site):
    number = site.subscriber()
    paths = [site.token("manage", number), site.token("unsubscribe", number)]

    site.now += timedelta(days=3653)

    assert [site.get(path).status_code for path in paths] == [200, 200]


@pytest.mark.parametrize("purpose", ["confirm", "manage", "unsubscribe"])
def test_a_forged_link_or_one_made_for_something_else_opens_nothing(site, purpose):
    number = site.subscriber(state="pending")
    others = {"confirm", "manage", "unsubscribe"} - {purpose}
    foreign = Tokens(["another key altogether"]).make(Purpose(purpose), number, NOW)
    good = site.token(purpose, number)
    paths = [site.token(other, number).replace(other, purpose, 1) for other in sorted(others)]
    paths += [f"/{purpose}/{foreign}", f"/{purpose}/x", good[:-1], good + "0", f"/{purpose}/é%00"]
    before = site.tables()

    for path in paths:
        for response in (site.get(path), site.post(path, {"action": "pause"})):
            assert response.status_code == 400
            assert "Liên kết không dùng được" in response.text
            assert 'href="/remind"' in response.text
        problem = site.client.get(path)
        assert problem.mimetype == "application/problem+json"
        assert problem.status_code == 400

    assert site.tables() == before


def test_links_outlive_a_change_of_the_key(site, make_site):
    new_key = "a-newer-key-for-these-tests"
    links = [("confirm", "pending"), ("manage", "confirmed"), ("unsubscribe", "confirmed")]

    answers = []
    for keys in (f"{new_key},{KEY}", new_key):
        other = make_site(SECRET_KEY=keys)
        for purpose, state in links:
            number = site.subscriber(f"{purpose}@coquan.example", state=state)
            answers.append(other.get(site.token(purpose, number)).status_code)

    assert answers == [200, 200, 200, 400, 400, 400]


def test_somebody_sees_what_is_held_of_them(site):
    key = f"region=quang-ninh&kind=birth&preset=short&lead=30&lead=3&{PLAIN[16:]}"
    number = site.subscriber(choice_key=Choice.from_key(key).key)

    page = site.get(site.token("manage", number)).text

    assert f"<dd>{ADDRESS}</dd>" in page
    assert "đang nhận thư nhắc" in page
    assert "<dd>15/7/2023</dd>" in page
    assert 'value="30, 3"' in page
    assert re.findall(r'value="([\w-]+)" checked', page) == [
        "quang-ninh",
        "birth",
        "short",
        "month",
    ]


def test_a_choice_can_be_changed_and_keeps_what_the_form_does_not_show(site):
    key = "year_class=tron&preset=standard&digest=month&lang=vi&zone=Europe%2FParis"
    number = site.subscriber(choice_key=key)
    path = site.token("manage", number)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', site.get(path).text)

    page = site.post(path, dict(hidden) | {"action": "save", "preset": "short", "lang": "en"})

    assert page.status_code == 200
    assert "Đã lưu lựa chọn" in page.text
    held = site.held(number)
    assert held.choice_key == "year_class=tron&preset=short&lang=en&zone=Europe%2FParis"


def test_a_faulty_change_is_named_and_not_saved(site):
    path = site.token("manage", site.subscriber())
    before = site.tables()

    page = site.post(path, {"action": "save", "preset": "short", "lead": "soon"})

    assert page.status_code == 400
    assert 'id="lead-fault"' in page.text
    assert 'value="soon"' in page.text
    assert 'value="short" checked' in page.text
    assert site.tables() == before


def test_somebody_pauses_and_goes_on(site):
    path = site.token("manage", site.subscriber())

    paused = site.post(path, {"action": "pause"}).text
    again = site.post(path, {"action": "pause"})
    resumed = site.post(path, {"action": "resume"}).text

    assert "đang tạm dừng" in paused
    assert 'value="resume"' in paused
    assert again.status_code == 200
    assert "đang nhận thư nhắc" in resumed
    assert site.rows(people.c.state) == [("confirmed",)]


def test_somebody_takes_their_data_along(site):
    path = site.token("manage", site.subscriber())
    before = site.tables()

    response = site.post(path, {"action": "export"})

    data = json.loads(response.data)
    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert data["subscriber"]["email"] == ADDRESS
    assert data["consents"][0]["text_version"] == VERSION
    assert site.tables() == before


def test_erasing_needs_a_second_yes(site):
    path = site.token("manage", site.subscriber())
    before = site.tables()

    page = site.post(path, {"action": "erase"})

    assert page.status_code == 400
    assert 'id="sure-fault"' in page.text
    assert site.tables() == before


def test_an_erased_person_leaves_no_address_and_their_links_say_so(site):
    number = site.subscriber()
    path = site.token("manage", number)

    erased = site.post(path, {"action": "erase", "sure": "1"})

    assert "Đã xóa dữ liệu" in erased.text
    assert ADDRESS not in str(site.tables())
    assert site.post(path, {"action": "erase", "sure": "1"}).status_code == 200
    for response in (
        site.get(path),
        site.post(path, {"action": "export"}),
        site.post(path, {"action": "pause"}),
        site.post(path, {"action": "save", "digest": "month"}),
        site.get(site.token("confirm", number)),
        site.post(site.token("confirm", number)),
    ):
        assert response.status_code == 410
        assert "Không còn dữ liệu" in response.text
    assert site.client.get(path).mimetype == "application/problem+json"


def test_an_unknown_field_is_answered_with_those_of_the_form(site):
    sign_up = site.sign_up(nme="An")
    saved = site.post(site.token("manage", site.subscriber()), {"action": "save", "mail": "x"})

    assert (sign_up.status_code, saved.status_code) == (400, 400)
    assert "“nme”. Có thể dùng: all, campaign, consent, digest, email, event, kind" in sign_up.text
    assert "“mail”. Có thể dùng: action, all, campaign, digest, event, kind" in saved.text


def test_an_unknown_action_is_refused(site):
    path = site.token("manage", site.subscriber())

    assert site.post(path, {"action": "promote"}).status_code == 400
    assert site.post(path, {}).status_code == 400


def test_a_choice_that_the_registry_no_longer_knows_can_be_made_anew(site):
    path = site.token("manage", site.subscriber(choice_key=f"event=xoa-roi&{PLAIN}"))

    page = site.get(path)
    saved = site.post(path, {"action": "save", "digest": "month"})

    assert page.status_code == 200
    assert "không còn trong danh mục" in page.text
    assert "không còn trong danh mục" not in saved.text


def test_one_button_unsubscribes_and_pressing_it_again_is_fine(site):
    number = site.subscriber()
    path = site.token("unsubscribe", number)
    with site.services.engine.begin() as connection:
        enter_confirmation(connection, number, NOW)

    shown = site.get(path).text
    done = [site.post(path), site.post(path)]

    assert shown.count("<button") == 1
    assert [response.status_code for response in done] == [200, 200]
    assert "Đã hủy nhận thư" in done[1].text
    assert site.rows(people.c.state) == [("unsubscribed",)]
    assert site.rows(deliveries.c.state) == [("cancelled",)]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", None])
def test_a_mail_program_unsubscribes_with_one_post(site, content_type):
    # RFC 8058 section 3.1: as a form, urlencoded or multipart; no cookies, any origin.
    path = site.token("unsubscribe", site.subscriber())
    body = {"List-Unsubscribe": "One-Click"}

    response = site.client.post(
        path,
        data=body,
        content_type=content_type or "multipart/form-data",
        headers={"Origin": "https://mail.example"},
    )

    assert response.status_code == 200
    assert site.rows(people.c.state) == [("unsubscribed",)]


def test_the_unsubscribe_link_of_an_erased_person_is_done_as_well(site):
    number = site.subscriber()
    site.post(site.token("manage", number), {"action": "erase", "sure": "1"})
    path = site.token("unsubscribe", number)

    assert site.get(path).status_code == 200
    assert site.post(path).status_code == 200


def test_pages_of_a_token_stay_private_and_no_page_sets_a_cookie(site):
    number = site.subscriber()
    paths = [site.token(purpose, number) for purpose in ("confirm", "manage", "unsubscribe")]

    answers = [site.get(path) for path in paths] + [site.post(path) for path in paths]
    answers += [site.get("/manage/forged"), site.post(paths[1], {"action": "export"})]

    for response in answers:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "Content-Security-Policy" in response.headers
    for response in (*answers, site.get("/remind"), site.sign_up()):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_what_people_type_is_shown_as_text(site):
    script = '"><script>alert(1)</script>'

    form = site.sign_up(email=script, lead=script).text
    path = site.token("manage", site.subscriber())
    managed = site.post(path, {"action": "save", "lead": script}).text
    refused = site.sign_up(kind=script).text

    for page in (form, managed, refused):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_the_link_of_an_erased_person_never_opens_the_page_of_another(site):
    path = site.token("manage", site.subscriber())
    site.post(path, {"action": "erase", "sure": "1"})

    site.subscriber("other@coquan.example")

    assert site.get(path).status_code == 410
