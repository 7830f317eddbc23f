import pytest

from calendar_service.mail.addresses import (
    ascii_address,
    envelope_sender,
    message_id,
    read_envelope_sender,
)

KEY = "a key of some length"
FROM = "Lịch kỷ niệm <lich@example.vn>"


def test_a_delivery_keeps_its_message_id_which_tells_nothing():
    first = message_id("morning:2023-07-13:1", KEY, "example.vn")

    assert first == message_id("morning:2023-07-13:1", KEY, "example.vn")
    assert first != message_id("morning:2023-07-13:2", KEY, "example.vn")
    assert first != message_id("morning:2023-07-13:1", "another key, as long", "example.vn")
    assert "2023" not in first.partition("@")[0]
    assert first.endswith("@example.vn>")


def test_a_bounce_comes_back_to_its_delivery():
    sender = envelope_sender(FROM, 1234, KEY)

    assert sender.startswith("bounce+1234.")
    assert sender.endswith("@example.vn")
    assert read_envelope_sender(sender, [KEY]) == 1234


def test_a_bounce_is_read_after_a_change_of_key_and_of_case():
    sender = envelope_sender(FROM, 1234, KEY).upper()

    assert read_envelope_sender(f"<{sender}>", ["a new key, long enough", KEY]) == 1234


def test_the_longest_local_part_is_within_64_characters():
    sender = envelope_sender(FROM, 2**63 - 1, KEY)

    assert len(sender.partition("@")[0]) == 43
    assert read_envelope_sender(sender, [KEY]) == 2**63 - 1


@pytest.mark.parametrize(
    "address",
    [
        "bounce+1234.0123456789abcdef@example.vn",
        "bounce+1234@example.vn",
        "lich@example.vn",
        "",
        "bounce+١.0123456789abcdef@example.vn",
    ],
)
def test_an_address_that_we_did_not_make_is_nobody_s(address):
    assert read_envelope_sender(address, [KEY]) is None


def test_a_vietnamese_domain_is_written_in_idna():
    assert ascii_address("Lịch <lich@lịch.vn>") == "lich@xn--lch-llz.vn"
