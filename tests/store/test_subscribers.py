"""Signing up, agreeing, changing one's mind, and being forgotten."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select

from calendar_service.core.delivery import DeliveryState
from calendar_service.core.states import SubscriberState
from calendar_service.errors import InvalidAddressError
from calendar_service.store import subscribers as store
from calendar_service.store.schema import (
    consents,
    deliveries,
    metadata,
    profiles,
    subscribers,
    suppressions,
)
from calendar_service.store.suppressions import (
    address_hash,
    lift,
    suppress,
    suppressed,
)

NOW = datetime(2026, 7, 13, 0, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
SALT = "the oldest of the keys"
KEY = "preset=standard&lang=vi&zone=Asia%2FHo_Chi_Minh"
OTHER_KEY = "region=quang-ninh&preset=short&lang=vi&zone=Asia%2FHo_Chi_Minh"
PENDING, CONFIRMED, PAUSED, UNSUBSCRIBED = SubscriberState


@pytest.fixture
def connection(engine):
    with engine.begin() as connection:
        yield connection


def sign_up(connection, email="An@example.vn", choice_key=KEY, now=NOW, version="2026-07"):
    return store.sign_up(
        connection, email, email.lower(), choice_key, text_version=version, method="form", now=now
    )


def in_state(connection, state):
    """Return the number of a subscriber who came to *state* as people do."""
    person = sign_up(connection)
    if state is not PENDING:
        assert store.confirm(connection, person, NOW)
    if state is PAUSED:
        assert store.pause(connection, person, NOW)
    if state is UNSUBSCRIBED:
        assert store.unsubscribe(connection, person, NOW)
    return person


def add_deliveries(connection, person, states):
    for slot, state in enumerate(states, start=1):
        connection.execute(
            insert(deliveries).values(
                slot=slot, kind="morning", subscriber_id=person,
                state=state.value, ready_at=NOW, expires_at=LATER, worker="w1",
                created_at=NOW, updated_at=NOW,
                smtp_reply="550 5.1.1 <An@example.vn>: no such user",
            )
        )  # fmt: skip


def states_of(connection, person):
    rows = connection.execute(
        select(deliveries.c.slot, deliveries.c.state, deliveries.c.ready_at)
        .where(deliveries.c.subscriber_id == person)
        .order_by(deliveries.c.id)
    )
    before = [state.value for state in DeliveryState]
    return [(before[row.slot - 1], row.state, row.ready_at is not None) for row in rows]


def count(connection, table):
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


# Addresses


@pytest.mark.parametrize(
    ("text", "email", "key"),
    [
        (" An.Nguyen@Example.VN ", "An.Nguyen@example.vn", "an.nguyen@example.vn"),
        ("An+lich@München.de", "An+lich@xn--mnchen-3ya.de", "an+lich@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_gets_an_ascii_domain_and_a_key_in_lower_case(text, email, key):
    assert store.address(text) == (email, key)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must have an @-sign"),
        ("an.example.vn", "must have an @-sign"),
        ("bình@example.vn", "Internationalized characters before the @-sign"),
        ("an@localhost", "period"),
        ("an@exa mple.vn", "invalid characters"),
        ("an@example.vn\nBcc: x@y.vn", "invalid characters"),
        ("An <an@example.vn>", "display name"),
        ("an@[127.0.0.1]", "bracketed IP"),
        ('"an b"@example.vn', "Quoting"),
        ("a" * 65 + "@example.vn", "too long"),
        ("=cmd|x!A0@example.vn", "command"),
        ("-oQ/tmp@example.vn", "command"),
    ],
)
def test_an_address_that_mail_cannot_reach_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidAddressError, match=reason):
        store.address(text)


def test_a_faulty_address_is_cut_short_in_the_message():
    with pytest.raises(InvalidAddressError) as caught:
        store.address("a" * 100_000)

    assert len(str(caught.value)) < 300


# Signing up


def test_a_sign_up_is_pending_and_its_consent_is_kept(connection):
    person = sign_up(connection)

    found = store.find(connection, person)
    assert (found.email, found.state, found.choice_key) == ("An@example.vn", PENDING, KEY)
    assert (found.created_at, found.confirmed_at) == (NOW, None)
    assert found == store.find_by_address(connection, "an@example.vn")
    row = connection.execute(select(consents)).one()
    assert (row.subscriber_id, row.text_version, row.method, row.given_at) == (
        person, "2026-07", "form", NOW,
    )  # fmt: skip


@pytest.mark.parametrize("state", [PENDING, UNSUBSCRIBED])
def test_who_gets_no_mail_may_sign_up_anew_with_another_choice(connection, state):
    person = in_state(connection, state)

    again = sign_up(connection, "AN@example.vn", OTHER_KEY, LATER, "2026-08")

    found = store.find(connection, person)
    assert again == person
    assert (found.email, found.state, found.choice_key) == ("AN@example.vn", PENDING, OTHER_KEY)
    assert found.created_at == NOW
    versions = connection.execute(select(consents.c.text_version).order_by(consents.c.id))
    assert versions.scalars().all() == ["2026-07", "2026-08"]


@pytest.mark.parametrize("state", [CONFIRMED, PAUSED])
def test_who_gets_mail_is_left_alone_by_whoever_types_the_address(connection, state):
    person = in_state(connection, state)
    before = store.find(connection, person)

    again = sign_up(connection, "AN@example.vn", OTHER_KEY, LATER)

    assert again == person
    assert store.find(connection, person) == before
    assert count(connection, consents) == 1


def test_the_proof_of_an_earlier_confirmation_outlives_a_new_sign_up(connection):
    person = in_state(connection, UNSUBSCRIBED)

    sign_up(connection, now=LATER)

    assert store.find(connection, person).confirmed_at == NOW


def test_equal_choices_share_a_profile(connection):
    for name in ("a", "b", "c"):
        sign_up(connection, f"{name}@example.vn")
    sign_up(connection, "d@example.vn", OTHER_KEY)

    assert count(connection, profiles) == 2


def test_sign_ups_of_one_address_at_once_make_one_subscriber(engine):
    together = Barrier(8)

    def race(number):
        together.wait()
        with engine.begin() as connection:
            return sign_up(connection, choice_key=f"lead={number % 2}")

    for _ in range(5):  # the first finds nothing, the others a pending one
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(race, range(8)))) == 1

    with engine.begin() as connection:
        assert count(connection, subscribers) == 1
        assert count(connection, profiles) == 2
        assert count(connection, consents) == 40


def test_sign_ups_with_one_new_choice_at_once_make_one_profile(engine):
    together = Barrier(8)

    def race(number):
        together.wait()
        with engine.begin() as connection:
            return sign_up(connection, f"a{number}@example.vn")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(race, range(8)))) == 8

    with engine.begin() as connection:
        assert count(connection, profiles) == 1


def test_a_confirmation_by_two_at_once_takes_place_once(engine):
    with engine.begin() as connection:
        person = sign_up(connection)
    together = Barrier(4)

    def race(number):
        together.wait()
        with engine.begin() as connection:
            return store.confirm(connection, person, NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(race, range(4))) == [False, False, False, True]


# Changing one's mind


@pytest.mark.parametrize(
    ("change", "from_states", "to_state"),
    [
        (store.confirm, [PENDING], CONFIRMED),
        (store.pause, [CONFIRMED], PAUSED),
        (store.resume, [PAUSED], CONFIRMED),
        (store.unsubscribe, [PENDING, CONFIRMED, PAUSED], UNSUBSCRIBED),
    ],
)
@pytest.mark.parametrize("state", list(SubscriberState))
def test_a_change_takes_place_from_the_states_that_it_fits(
    connection, change, from_states, to_state, state
):
    person = in_state(connection, state)

    changed = change(connection, person, LATER)

    assert changed is (state in from_states)
    assert store.find(connection, person).state is (to_state if changed else state)


def test_confirming_keeps_the_time(connection):
    person = sign_up(connection)

    store.confirm(connection, person, LATER)

    assert store.find(connection, person).confirmed_at == LATER


@pytest.mark.parametrize(
    ("state", "changes"),
    [(PENDING, False), (CONFIRMED, True), (PAUSED, True), (UNSUBSCRIBED, False)],
)
def test_a_choice_changes_for_who_has_confirmed(connection, state, changes):
    person = in_state(connection, state)

    assert store.change_choice(connection, person, OTHER_KEY, LATER) is changes

    found = store.find(connection, person)
    assert (found.state, found.choice_key) == (state, OTHER_KEY if changes else KEY)


@pytest.mark.parametrize(
    "change",
    [
        store.pause,
        store.unsubscribe,
        lambda connection, person, now: store.change_choice(connection, person, OTHER_KEY, now),
    ],
)
def test_what_is_not_sent_yet_is_cancelled_and_the_rest_stays(connection, change):
    person = in_state(connection, CONFIRMED)
    other = sign_up(connection, "other@example.vn")
    store.confirm(connection, other, NOW)
    add_deliveries(connection, person, DeliveryState)
    add_deliveries(connection, other, [DeliveryState.PENDING])

    assert change(connection, person, LATER) is True

    assert states_of(connection, other) == [("pending", "pending", True)]
    assert states_of(connection, person)[:4] == [
        ("pending", "cancelled", False),
        ("claimed", "cancelled", False),
        ("sending", "sending", True),
        ("sent", "sent", True),
    ]
    assert all(old == new for old, new, _ in states_of(connection, person)[2:])


def test_the_same_choice_again_cancels_nothing(connection):
    person = in_state(connection, CONFIRMED)
    add_deliveries(connection, person, [DeliveryState.PENDING])

    assert store.change_choice(connection, person, KEY, LATER) is False

    assert states_of(connection, person) == [("pending", "pending", True)]


def test_nobody_is_changed_by_a_number_that_is_nobodys(connection):
    for change in (store.confirm, store.pause, store.resume, store.unsubscribe):
        assert change(connection, 99, NOW) is False
    assert store.change_choice(connection, 99, KEY, NOW) is False
    assert store.erase(connection, 99, SALT, NOW) is False
    assert store.export_person(connection, 99) == {}
    assert store.find(connection, 99) is None
    assert store.find_by_address(connection, "nobody@example.vn") is None
    assert count(connection, suppressions) == 0


# Being forgotten


def test_a_person_erased_leaves_no_address_in_any_table(connection):
    person = in_state(connection, CONFIRMED)
    add_deliveries(connection, person, DeliveryState)
    other = sign_up(connection, "other@example.vn")

    assert store.erase(connection, person, SALT, LATER) is True

    left = str([connection.execute(select(table)).all() for table in metadata.sorted_tables])
    assert "an@example" not in left.lower()
    assert "other@example.vn" in left
    assert (count(connection, deliveries), count(connection, consents)) == (0, 1)
    row = connection.execute(select(suppressions)).one()
    assert (row.reason, row.created_at) == ("erased", LATER)
    assert store.find(connection, other) is not None


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # PostgreSQL has autovacuum
def test_a_person_erased_leaves_no_address_in_the_file(engine, tmp_path):
    with engine.begin() as connection:
        people = [sign_up(connection, f"person{number}@example.vn") for number in range(200)]
        for person in people:
            add_deliveries(connection, person, [DeliveryState.FAILED])
    with engine.begin() as connection:
        for person in people[50:150]:
            store.erase(connection, person, SALT, LATER)
    engine.dispose()  # the last one out works off the -wal file

    data = (tmp_path / "calendar.db").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["calendar.db"]
    assert b"person49@example.vn" in data
    assert [n for n in range(50, 150) if b"person%d@" % n in data] == []


def test_an_export_holds_all_of_a_person_and_of_nobody_else(connection):
    person = in_state(connection, CONFIRMED)
    add_deliveries(connection, person, [DeliveryState.SENT])
    sign_up(connection, "other@example.vn", OTHER_KEY)

    data = json.loads(json.dumps(store.export_person(connection, person)))

    assert data["subscriber"]["email"] == "An@example.vn"
    assert data["subscriber"]["choice_key"] == KEY
    assert data["subscriber"]["confirmed_at"] == "2026-07-13T00:00:00+00:00"
    assert [row["text_version"] for row in data["consents"]] == ["2026-07"]
    assert [row["state"] for row in data["deliveries"]] == ["sent"]
    assert "other" not in str(data)


# Lists and imports


def test_a_list_is_in_the_order_of_sign_up_and_may_be_of_one_state(connection):
    first = sign_up(connection, "b@example.vn")
    second = sign_up(connection, "a@example.vn")
    store.confirm(connection, second, NOW)

    assert [person.id for person in store.list_subscribers(connection)] == [first, second]
    assert [p.id for p in store.list_subscribers(connection, state=CONFIRMED)] == [second]


def test_an_import_is_confirmed_at_once_and_keeps_its_basis(connection):
    entered = store.enter_confirmed(
        connection, "An@example.vn", "an@example.vn", KEY,
        text_version="import", basis="Quyết định 12/QĐ-VP", now=NOW,
    )  # fmt: skip

    found = store.find_by_address(connection, "an@example.vn")
    assert entered is True
    assert (found.state, found.confirmed_at, found.choice_key) == (CONFIRMED, NOW, KEY)
    assert connection.execute(select(consents.c.method)).scalar() == "Quyết định 12/QĐ-VP"


@pytest.mark.parametrize("state", list(SubscriberState))
def test_an_import_changes_nobody_who_is_known(connection, state):
    person = in_state(connection, state)
    before = store.find(connection, person)

    entered = store.enter_confirmed(
        connection, "an@example.vn", "an@example.vn", OTHER_KEY,
        text_version="import", basis="Quyết định 12/QĐ-VP", now=LATER,
    )  # fmt: skip

    assert entered is False
    assert store.find(connection, person) == before
    assert count(connection, consents) == 1


# Suppressions


def test_a_suppressed_address_is_known_by_its_hash_until_it_is_lifted(connection):
    suppress(connection, "an@example.vn", SALT, "refused", NOW)

    both = ["an@example.vn", "other@example.vn"]
    assert suppressed(connection, both, SALT) == {"an@example.vn": "refused"}
    assert suppressed(connection, both, "another salt") == {}
    assert lift(connection, "an@example.vn", SALT) is True
    assert lift(connection, "an@example.vn", SALT) is False
    assert suppressed(connection, both, SALT) == {}


def test_the_last_reason_is_kept(connection):
    suppress(connection, "an@example.vn", SALT, "refused", NOW)
    suppress(connection, "an@example.vn", SALT, "erased", LATER)

    row = connection.execute(select(suppressions)).one()
    assert (row.reason, row.created_at) == ("erased", LATER)


def test_many_addresses_are_looked_up_at_once(connection):
    keys = [f"a{number}@example.vn" for number in range(1200)]
    for key in (keys[0], keys[-1]):
        suppress(connection, key, SALT, "refused", NOW)

    found = suppressed(connection, keys, SALT)

    assert found == {"a0@example.vn": "refused", "a1199@example.vn": "refused"}


def test_the_hash_of_an_address_never_changes():
    # From: openssl dgst -sha256 -hmac, twice.
    assert address_hash("an@example.vn", "k").hex() == (
        "ce3161240f2b02bac2833e578b54f132f22cf8b9b0b1a94a51f1b12fb245b37d"
    )
