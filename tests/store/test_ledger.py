"""From a choice to a mail on the right morning, once, on both engines."""

import email
import email.policy
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from calendar_service.config import load_settings
from calendar_service.core.delivery import Outcome, Receipt
from calendar_service.core.reminders import Choice
from calendar_service.errors import SettingsError
from calendar_service.planning import plan
from calendar_service.sending import Sender
from calendar_service.services import Services
from calendar_service.store import deliveries as ledger
from calendar_service.store import subscribers as people
from calendar_service.store.plans import plan_deliveries
from calendar_service.store.schema import deliveries, mornings, profiles, subscribers, suppressions

SENT = Receipt(outcome=Outcome.SENT, code=250, reply="ok")
BUSY = Receipt(outcome=Outcome.RETRY, code=451, reply="come again")
DOWN = Receipt(outcome=Outcome.RETRY, code=0, reply="refused")
NOBODY = Receipt(outcome=Outcome.REFUSED, code=550, reply="no such user")
LOST = Receipt(outcome=Outcome.DOUBT, code=0, reply="closed")

# 06:00 of 27 June 2023 in Việt Nam, an hour before mails go out and 30 days before 27 July.
EARLY = datetime(2023, 6, 26, 23, tzinfo=UTC)
SEVEN = datetime(2023, 6, 27, 0, tzinfo=UTC)

ENTRY = """
  - id: {id}
    name: {name}
    founded: {founded}
    kind: tradition
    prominence: core
    sources: [{{title: A, number: 1/QĐ}}]
    changed: 22/11/2022
"""
WAR_INVALIDS = ENTRY.format(id="a", name="Ngày Thương binh - Liệt sỹ", founded="27/7/1947")
TRADE_UNION = ENTRY.format(id="b", name="Ngày thành lập Công đoàn Việt Nam", founded="27/7/1929")


class FakeMailer:
    """Keeps what it is given; answers as it is told, then with SENT."""

    def __init__(self):
        self.mails = []
        self.answers = []

    def send(self, envelope_from, to, data, then=None):
        receipt = self.answers.pop(0) if self.answers else SENT
        if receipt.outcome in (Outcome.SENT, Outcome.DOUBT):
            self.mails.append((to, email.message_from_bytes(data, policy=email.policy.default)))
        return receipt

    def close(self):
        pass


class House:
    """A service with a clock that tests move, and a mailer that they read."""

    def __init__(self, path, database_url, **environ):
        self.path = path
        self.now = EARLY
        self.mailer = FakeMailer()
        self.write(WAR_INVALIDS)
        settings = load_settings(
            {
                "EVENTS_FILE": str(path),
                "DATABASE_URL": database_url,
                "SECRET_KEY": "a-key-for-these-tests",
                **environ,
            }
        )
        self.services = Services(settings, clock=lambda: self.now)

    def write(self, *entries):
        before = self.path.stat().st_mtime_ns if self.path.exists() else 10**18
        self.path.write_text("events:" + "".join(entries), encoding="utf-8")
        os.utime(self.path, ns=(before + 10**9, before + 10**9))

    def sign_up(self, name="an", **choice):
        values = {axis: [text] for axis, text in choice.items()}
        with self.services.engine.begin() as connection:
            person = people.sign_up(
                connection, f"{name}@example.vn", f"{name}@example.vn",
                Choice.parse(values).key, text_version="1", method="test", now=self.now,
            )  # fmt: skip
            assert people.confirm(connection, person, self.now)
        return person

    def tick(self, now=None, name="worker"):
        self.now = now or self.now
        self.services.refresh()
        plan(self.services, self.now)
        return Sender(self.services, self.mailer, name=name).deliver()

    def states(self):
        with self.services.engine.begin() as connection:
            query = select(deliveries.c.state).order_by(deliveries.c.id)
            return list(connection.execute(query).scalars())

    def subjects(self):
        return [str(mail["Subject"]) for _, mail in self.mailer.mails]


@pytest.fixture
def make_house(tmp_path, database_url):
    houses = []

    def make(**environ):
        houses.append(House(tmp_path / "events.yaml", database_url, **environ))
        return houses[-1]

    yield make
    for house in houses:
        house.services.engine.dispose()


@pytest.fixture
def house(make_house):
    return make_house()


def test_nothing_goes_out_before_seven_and_one_mail_at_seven(house):
    house.sign_up()

    assert house.tick(SEVEN - timedelta(seconds=1)) == 0
    assert house.tick(SEVEN) == 1
    assert house.subjects() == ["Còn 30 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"]


def test_a_second_tick_a_second_worker_and_a_clock_set_back_send_nothing_twice(house):
    house.sign_up()
    house.tick(SEVEN)

    assert house.tick(SEVEN, name="another") == 0
    assert house.tick(SEVEN - timedelta(hours=1)) == 0
    assert house.tick(SEVEN + timedelta(hours=1)) == 0
    assert house.states() == ["sent"]


def test_what_falls_on_one_morning_is_one_mail(house):
    house.write(WAR_INVALIDS, TRADE_UNION)
    house.sign_up()

    house.tick(SEVEN)

    assert len(house.mailer.mails) == 1
    text = house.mailer.mails[0][1].get_body(("plain",)).get_content()
    assert "76 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2023)" in text
    assert "94 năm Ngày thành lập Công đoàn Việt Nam (27/7/1929 - 27/7/2023)" in text


def test_after_three_days_without_a_worker_the_mail_comes_once_and_says_the_days_left(house):
    house.sign_up()
    house.tick(EARLY)

    house.tick(SEVEN + timedelta(days=3))
    house.tick(SEVEN + timedelta(days=3, hours=1))

    assert house.subjects() == ["Còn 27 ngày: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"]


def test_a_mail_of_no_use_any_more_expires(house):
    house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))

    house.tick(datetime(2023, 7, 27, 17, tzinfo=UTC))  # midnight after the day

    assert house.mailer.mails == []
    assert "expired" in house.states()


def test_who_signs_up_late_gets_nothing_of_the_time_before(house):
    house.now = SEVEN + timedelta(minutes=1)
    house.sign_up()

    house.tick(SEVEN + timedelta(hours=1))

    assert house.mailer.mails == []


def test_who_unsubscribes_gets_nothing_even_if_a_mail_waits(house):
    person = house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))
    with house.services.engine.begin() as connection:
        assert people.unsubscribe(connection, person, house.now)

    house.tick(SEVEN)

    assert house.mailer.mails == []
    assert house.states() == ["cancelled"]


def test_a_withdrawn_event_takes_its_waiting_mail_along(house):
    house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))
    house.write(TRADE_UNION.replace("27/7/1929", "28/9/1929"))

    house.tick(SEVEN)

    assert house.mailer.mails == []
    assert house.states() == ["cancelled"]


def test_a_corrected_date_moves_the_mail_that_waits(house):
    house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))
    house.write(WAR_INVALIDS.replace("27/7/1947", "28/7/1947"))

    house.tick(SEVEN)
    house.tick(SEVEN + timedelta(days=1))

    assert house.subjects() == ["Còn 30 ngày: 76 năm Ngày Thương binh - Liệt sỹ (28/7)"]


def test_a_changed_choice_changes_the_mail_that_waits(house):
    person = house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))
    with house.services.engine.begin() as connection:
        key = Choice.parse({"lang": ["en"]}).key
        assert people.change_choice(connection, person, key, house.now)

    house.tick(SEVEN)

    assert len(house.subjects()) == 1
    assert "Martyrs" in house.subjects()[0] or "30 days" in house.subjects()[0]


def change(house, person, **choice):
    values = {axis: [text] for axis, text in choice.items()}
    with house.services.engine.begin() as connection:
        key = Choice.parse(values).key
        assert people.change_choice(connection, person, key, house.now)


def late(house):
    """Sign somebody up whose mail is entered, and not sent at a quarter past seven."""
    person = house.sign_up()
    plan(house.services, EARLY)
    plan(house.services, SEVEN)
    house.now = SEVEN + timedelta(minutes=15)
    return person


def test_a_choice_changed_after_seven_changes_the_mail_that_is_not_sent_yet(house):
    person = late(house)
    change(house, person, preset="none", digest="month")
    change(house, person, lang="en")

    house.tick()
    house.tick(house.now + timedelta(hours=1))

    assert house.subjects() == ["In 30 days: 76 năm Ngày Thương binh - Liệt sỹ (27/7)"]
    assert house.states() == ["sent"]


def test_a_choice_changed_after_seven_that_has_no_mail_that_day_cancels_it(house):
    person = late(house)
    change(house, person, preset="none", digest="month")

    house.tick()

    assert house.mailer.mails == []
    assert house.states() == ["cancelled"]


def test_a_choice_changed_after_its_mail_was_sent_sends_no_other(house):
    person = late(house)
    house.tick()
    change(house, person, lang="en")

    house.tick(house.now + timedelta(hours=1))

    assert len(house.mailer.mails) == 1


@pytest.mark.parametrize("end", [people.pause, people.unsubscribe])
def test_a_morning_before_somebody_came_back_stays_without_mail(house, end):
    person = late(house)
    change(house, person, lang="en")
    with house.services.engine.begin() as connection:
        assert end(connection, person, house.now)
    house.tick()
    house.now += timedelta(hours=1)
    if end is people.pause:
        with house.services.engine.begin() as connection:
            assert people.resume(connection, person, house.now)
    else:
        assert house.sign_up(lang="en") == person

    house.tick(house.now + timedelta(minutes=1))

    assert house.mailer.mails == []
    assert house.states() == ["cancelled"]


def replan(house, now):
    with house.services.engine.begin() as connection:
        return plan_deliveries(connection, now)


def test_a_plan_with_nothing_new_looks_at_nobody(house):
    house.sign_up()
    assert plan(house.services, SEVEN) == 1
    assert replan(house, SEVEN + timedelta(days=3)) == 0
    with house.services.engine.begin() as connection:
        connection.execute(delete(deliveries))  # what only a look at the person would bring back

    assert replan(house, SEVEN + timedelta(days=3, minutes=1)) == 0
    assert house.states() == []


def test_who_confirms_after_a_morning_was_entered_gets_its_mail(house):
    house.sign_up("an")
    assert plan(house.services, EARLY) == 1
    house.now = EARLY + timedelta(minutes=30)
    house.sign_up("binh")

    assert plan(house.services, house.now) == 1
    assert house.tick(SEVEN) == 2


def test_who_confirms_by_a_clock_a_day_behind_that_of_the_plan_gets_the_mail(house):
    house.sign_up("an")
    assert plan(house.services, EARLY) == 1
    house.now = EARLY - timedelta(days=1)
    house.sign_up("binh")

    assert house.tick(SEVEN) == 2


def test_a_clock_that_was_a_month_ahead_keeps_nobody_from_their_mail(house):
    house.sign_up("an")
    plan(house.services, EARLY)
    with house.services.engine.begin() as connection:
        connection.execute(update(mornings).values(entered_at=EARLY + timedelta(days=30)))
    house.sign_up("binh")

    assert house.tick(SEVEN) == 2


def test_a_time_of_sending_that_is_set_otherwise_moves_the_mails_that_wait(make_house):
    house = make_house()
    house.sign_up()
    assert plan(house.services, EARLY) == 1
    later = make_house(SEND_TIME="09:00")

    assert later.tick(SEVEN) == 0
    assert later.tick(SEVEN + timedelta(hours=2)) == 1


def test_two_planners_at_once_enter_each_mail_once(house):
    for number in range(40):
        house.sign_up(f"p{number}", lang=("vi", "en")[number % 2])
    plan(house.services, EARLY - timedelta(days=10))  # the mornings, and nothing due
    start = threading.Barrier(4)

    def work(number):
        start.wait()
        return replan(house, EARLY + timedelta(microseconds=number))

    with ThreadPoolExecutor(4) as threads:
        entered = list(threads.map(work, range(4)))

    assert sum(entered) == 40
    assert house.states() == ["pending"] * 40


def test_mails_of_a_new_morning_are_entered_beside_one_that_is_there(house):
    for name in ("an", "binh", "chi"):
        house.sign_up(name)
    assert plan(house.services, EARLY) == 3
    with house.services.engine.begin() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.subscriber_id != 2))
        connection.execute(update(mornings).values(entered_at=None))

    assert replan(house, EARLY) == 2
    assert house.tick(SEVEN) == 3


def test_a_choice_changed_to_a_morning_that_nobody_had_yet_fills_the_cancelled_place(house):
    person = late(house)
    change(house, person, lang="en")
    plan(house.services, SEVEN - timedelta(days=1))  # its morning is known, and not entered
    with house.services.engine.begin() as connection:
        connection.execute(update(mornings).values(entered_at=None))

    assert house.tick() == 1
    assert len(house.mailer.mails) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_is_erased_while_a_plan_is_at_work_leaves_no_mail_behind(house):
    person = house.sign_up()
    plan(house.services, EARLY - timedelta(days=10))  # the mornings, and nothing due

    def forget():
        with house.services.engine.begin() as connection:
            return people.erase(connection, person, "salt", EARLY)

    with ThreadPoolExecutor(1) as threads:
        with house.services.engine.begin() as connection:
            assert plan_deliveries(connection, EARLY) == 1
            forgotten = threads.submit(forget)
            with pytest.raises(TimeoutError):
                forgotten.result(timeout=0.5)
        assert forgotten.result(timeout=30)

    assert house.states() == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_plan_waits_for_who_is_being_erased(house):
    person = house.sign_up()
    plan(house.services, EARLY - timedelta(days=10))

    with ThreadPoolExecutor(1) as threads:
        with house.services.engine.begin() as connection:
            assert people.erase(connection, person, "salt", EARLY)
            planned = threads.submit(replan, house, EARLY)
            with pytest.raises(TimeoutError):
                planned.result(timeout=0.5)
        assert planned.result(timeout=30) == 0

    assert house.states() == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_is_erased_while_a_confirmation_is_entered_leaves_no_mail_behind(house):
    person = house.sign_up()

    def forget():
        with house.services.engine.begin() as connection:
            return people.erase(connection, person, "salt", EARLY)

    with ThreadPoolExecutor(1) as threads:
        with house.services.engine.begin() as connection:
            assert ledger.enter_confirmation(connection, person, EARLY)
            forgotten = threads.submit(forget)
            with pytest.raises(TimeoutError):
                forgotten.result(timeout=0.5)
        assert forgotten.result(timeout=30)

    assert house.states() == []


def test_nobody_is_asked_to_confirm_who_was_erased(house):
    with house.services.engine.begin() as connection:
        assert not ledger.enter_confirmation(connection, 99, EARLY)


def test_a_busy_relay_is_asked_again_later(house):
    house.sign_up()
    house.mailer.answers = [BUSY]

    assert house.tick(SEVEN) == 0
    assert house.tick(SEVEN + timedelta(seconds=30)) == 0
    assert house.tick(SEVEN + timedelta(minutes=2)) == 1
    assert house.states() == ["sent"]


def test_an_address_that_does_not_exist_is_never_tried_again(house):
    house.sign_up()
    house.mailer.answers = [NOBODY]
    house.tick(SEVEN)

    house.tick(datetime(2023, 7, 13, 0, tzinfo=UTC))

    assert house.mailer.mails == []
    assert house.states() == ["failed", "suppressed"]
    with house.services.engine.begin() as connection:
        assert connection.execute(select(suppressions.c.reason)).scalars().all() == ["refused"]


def test_who_was_refused_once_may_sign_up_anew(house):
    person = house.sign_up()
    house.mailer.answers = [NOBODY]
    house.tick(SEVEN)
    with house.services.engine.begin() as connection:
        assert people.unsubscribe(connection, person, house.now)
        people.sign_up(
            connection, "an@example.vn", "an@example.vn", Choice().key,
            text_version="1", method="test", now=house.now,
        )  # fmt: skip
        assert ledger.enter_confirmation(connection, person, house.now)

    house.tick(SEVEN + timedelta(minutes=1))

    assert "/confirm/" in house.mailer.mails[0][1].get_body(("plain",)).get_content()


def test_a_mail_waits_while_the_relay_is_down_however_long(house):
    house.sign_up()
    house.mailer.answers = [DOWN] * 12

    for hour in range(12):
        house.tick(SEVEN + timedelta(hours=5 * hour))
    house.tick(SEVEN + timedelta(days=4))

    assert house.states() == ["sent"]


def test_a_mail_that_cannot_be_written_does_not_stop_the_others(house):
    house.sign_up("an")
    odd = house.sign_up("binh", region="ha-noi")
    plan(house.services, SEVEN)
    with house.services.engine.begin() as connection:
        connection.execute(
            update(profiles)
            .where(
                profiles.c.id
                == select(subscribers.c.profile_id).where(subscribers.c.id == odd).scalar_subquery()
            )
            .values(choice_key="region=atlantis")
        )

    assert house.tick(SEVEN) == 1
    assert sorted(house.states()) == ["failed", "sent"]


def test_one_bad_address_does_not_stop_the_others(house):
    for name in ("an", "binh", "chi"):
        house.sign_up(name)
    house.mailer.answers = [NOBODY]

    assert house.tick(SEVEN) == 2


def test_a_relay_that_is_down_is_left_alone_after_three_faults(house):
    for number in range(10):
        house.sign_up(f"p{number}")
    house.mailer.answers = [DOWN] * 10

    house.tick(SEVEN)

    assert len(house.mailer.answers) == 7
    house.mailer.answers = []
    assert house.tick(SEVEN + timedelta(minutes=10)) == 10


def test_a_lost_reply_is_sent_again_with_the_same_message_id(house):
    house.sign_up()
    house.mailer.answers = [LOST]

    house.tick(SEVEN)
    house.tick(SEVEN + timedelta(minutes=5))

    first, second = (mail["Message-ID"] for _, mail in house.mailer.mails)
    assert first == second
    assert house.states() == ["sent"]


def test_a_lost_reply_is_held_where_that_is_the_policy(make_house):
    house = make_house(ON_DOUBT="hold")
    house.sign_up()
    house.mailer.answers = [LOST]

    house.tick(SEVEN)
    house.tick(SEVEN + timedelta(hours=1))

    assert len(house.mailer.mails) == 1
    assert house.states() == ["doubt"]


def test_the_mail_of_a_dead_worker_is_taken_up_when_its_lease_ends(house):
    house.sign_up()
    plan(house.services, SEVEN)
    with house.services.engine.begin() as connection:
        [taken] = ledger.claim(connection, "dead", SEVEN, 10)

    assert house.tick(SEVEN + timedelta(minutes=9)) == 0
    assert house.tick(SEVEN + ledger.LEASE) == 1
    with house.services.engine.begin() as connection:
        late = ledger.settled(taken, ledger.DeliveryState.FAILED)
        assert ledger.write(connection, [late], house.now) == 0
    assert house.states() == ["sent"]


def test_a_mail_that_a_dead_worker_was_handing_over_is_held_by_that_policy(make_house):
    house = make_house(ON_DOUBT="hold")
    house.sign_up()
    plan(house.services, SEVEN)
    with house.services.engine.begin() as connection:
        [taken] = ledger.claim(connection, "dead", SEVEN, 10)
        assert ledger.mark_sending(connection, [taken], "dead", SEVEN) == {taken.id}

    house.tick(SEVEN + ledger.LEASE)

    assert house.mailer.mails == []
    assert house.states() == ["doubt"]


def test_two_workers_never_take_the_same_mail(house):
    for number in range(30):
        house.sign_up(f"p{number}")
    plan(house.services, SEVEN)

    with house.services.engine.begin() as one:
        first = ledger.claim(one, "one", SEVEN, 20)
    with house.services.engine.begin() as two:
        second = ledger.claim(two, "two", SEVEN, 20)

    assert (len(first), len(second)) == (20, 10)
    assert not {delivery.id for delivery in first} & {delivery.id for delivery in second}


def test_a_mail_cancelled_by_hand_stays_cancelled(house):
    house.sign_up()
    house.tick(SEVEN - timedelta(minutes=5))
    with house.services.engine.begin() as connection:
        assert ledger.cancel_by_hand(connection, house.now) == 1

    house.tick(SEVEN)

    assert house.mailer.mails == []


def test_a_day_s_limit_of_a_small_relay_is_kept(make_house):
    house = make_house(MAILS_PER_DAY="2")
    for number in range(5):
        house.sign_up(f"p{number}")

    assert house.tick(SEVEN) == 2
    assert house.tick(SEVEN + timedelta(hours=1)) == 0
    assert house.tick(SEVEN + timedelta(days=1)) == 2


def test_nobody_can_flood_a_third_person_with_confirmations(house):
    with house.services.engine.begin() as connection:
        person = people.sign_up(
            connection, "an@example.vn", "an@example.vn", Choice().key,
            text_version="1", method="test", now=EARLY,
        )  # fmt: skip
        asked = [
            ledger.enter_confirmation(connection, person, EARLY + timedelta(minutes=minutes))
            for minutes in (0, 1, 14, 16, 32, 48, 300, 1439, 1441)
        ]

    # One in 15 minutes and three a day; the first is a day old at the last.
    assert asked == [True, False, False, True, True, False, False, False, True]


def test_a_confirmation_goes_out_at_once_with_a_link(house):
    with house.services.engine.begin() as connection:
        person = people.sign_up(
            connection, "an@example.vn", "an@example.vn", Choice().key,
            text_version="1", method="test", now=EARLY,
        )  # fmt: skip
        ledger.enter_confirmation(connection, person, EARLY)

    house.tick()

    [(to, mail)] = house.mailer.mails
    assert to == "an@example.vn"
    assert "/confirm/" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe"] is None


def test_the_monthly_digest_comes_on_the_20th_with_the_whole_paragraph(house):
    house.sign_up(digest="month", preset="none")

    house.tick(datetime(2023, 6, 26, 23, tzinfo=UTC))
    house.now = datetime(2023, 7, 19, 0, tzinfo=UTC)
    for day in range(19, 24):
        house.tick(datetime(2023, 7, day, 0, 30, tzinfo=UTC))

    assert len(house.mailer.mails) == 1
    assert "Tháng 8 năm 2023" in house.subjects()[0]


# Groups: MAILS_PER_COMMIT


class Watcher(FakeMailer):
    """Notes at each mail what the ledger says of all of them; does then what it is told."""

    def __init__(self, house):
        super().__init__()
        self.house, self.seen, self.doing = house, [], {}

    def send(self, envelope_from, to, data, then=None):
        self.seen.append(self.house.states())
        self.doing.get(len(self.seen), lambda: None)()
        return super().send(envelope_from, to, data)


@pytest.fixture
def watched(make_house):
    """Make a house with a mail due to each of *count* persons, and a mailer that watches."""

    def make(count, per_commit, **environ):
        house = make_house(MAILS_PER_COMMIT=str(per_commit), **environ)
        house.mailer = Watcher(house)
        for number in range(count):
            house.sign_up(f"p{number}")
        plan(house.services, SEVEN)
        house.now = SEVEN
        return house

    return make


def test_so_many_mails_as_are_set_are_settled_together(watched):
    house = watched(7, 3)

    assert house.tick() == 7
    assert [states.count("sent") for states in house.mailer.seen] == [0, 0, 0, 3, 3, 3, 6]
    assert house.states() == ["sent"] * 7


def test_a_group_is_held_as_being_sent_before_its_first_mail_by_that_policy(watched):
    house = watched(5, 3, ON_DOUBT="hold")

    house.tick()

    assert [states.count("sending") for states in house.mailer.seen] == [3, 3, 3, 2, 2]
    assert house.states() == ["sent"] * 5


def test_each_answer_in_a_group_is_noted_for_its_own_mail(watched):
    house = watched(4, 4)
    house.mailer.answers = [SENT, NOBODY, BUSY, SENT]

    assert house.tick() == 2
    assert house.states() == ["sent", "failed", "pending", "sent"]
    with house.services.engine.begin() as connection:
        assert connection.execute(select(suppressions.c.reason)).scalars().all() == ["refused"]


@pytest.mark.parametrize("policy", ["resend", "hold"])
def test_a_worker_that_is_told_to_stop_settles_what_it_handed_over_and_gives_back_the_rest(
    watched, policy
):
    house = watched(10, 5, ON_DOUBT=policy)
    stopping = []
    house.mailer.doing = {3: lambda: stopping.append(True)}

    sent = Sender(
        house.services, house.mailer, name="worker", stopping=lambda: bool(stopping)
    ).deliver()

    assert sent == 3
    assert house.states() == ["sent"] * 3 + ["pending"] * 7
    assert house.tick(name="another") == 7
    assert house.states() == ["sent"] * 10


def test_a_mail_of_a_group_whose_lease_was_lost_is_left_to_who_has_it(watched):
    house = watched(3, 3)

    def lose():
        with house.services.engine.begin() as connection:
            lost = update(deliveries).where(deliveries.c.subscriber_id == 2)
            connection.execute(lost.values(worker="another", attempts=2))

    house.mailer.doing = {3: lose}

    house.tick()

    assert house.states() == ["sent", "sending", "sent"]


def test_a_mail_of_a_group_that_was_cancelled_before_it_is_held_as_being_sent_stays_home(watched):
    house = watched(4, 2, ON_DOUBT="hold")

    def leave():
        with house.services.engine.begin() as connection:
            assert people.unsubscribe(connection, 4, house.now)

    house.mailer.doing = {2: leave}

    assert house.tick() == 3
    assert house.states() == ["sent", "sent", "sent", "cancelled"]


def test_a_slow_relay_does_not_keep_a_group_open_for_long(watched):
    house = watched(6, 6)
    seconds = iter(range(0, 600, 6))  # tenths; the clock is read twice a mail, once more to begin

    Sender(
        house.services, house.mailer, name="worker", elapsed=lambda: next(seconds) / 10
    ).deliver()

    assert [states.count("sent") for states in house.mailer.seen] == [0, 0, 2, 2, 4, 4]
    assert house.states() == ["sent"] * 6


def test_what_was_handed_over_is_settled_whatever_happens_to_the_rest_of_the_group(watched):
    house = watched(4, 4)

    def burn():
        raise RuntimeError("the disk is on fire")

    house.mailer.doing = {3: burn}

    with pytest.raises(RuntimeError):
        house.tick()
    assert house.states() == ["sent", "sent", "sending", "sending"]
    house.mailer.doing = {}
    assert house.tick(SEVEN + ledger.LEASE) == 2


@pytest.mark.parametrize("value", ["0", "51", "-1", "ten"])
def test_a_size_of_groups_beyond_1_to_50_is_refused(make_house, value):
    with pytest.raises(SettingsError, match="from 1 to 50"):
        make_house(MAILS_PER_COMMIT=value)
