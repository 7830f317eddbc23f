from datetime import UTC, datetime, timedelta

import pytest

from calendar_service.core.tokens import Purpose, Tokens
from calendar_service.errors import InvalidTokenError

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
TOKENS = Tokens(["a key of the year 2026"])


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_token_gives_its_subscriber_back(purpose):
    token = TOKENS.make(purpose, 12345, NOW)

    assert TOKENS.read(purpose, token, NOW) == 12345
    assert len(token) <= 60


def test_a_confirm_token_is_good_for_72_hours():
    token = TOKENS.make(Purpose.CONFIRM, 1, NOW)

    assert TOKENS.read(Purpose.CONFIRM, token, NOW + timedelta(hours=72)) == 1
    with pytest.raises(InvalidTokenError, match="expired"):
        TOKENS.read(Purpose.CONFIRM, token, NOW + timedelta(hours=72, seconds=1))


def test_an_unsubscribe_token_never_expires_and_survives_a_new_key():
    token = TOKENS.make(Purpose.UNSUBSCRIBE, 1, NOW)
    later = Tokens(["a key of the year 2046", "a key of the year 2026"])

    assert later.read(Purpose.UNSUBSCRIBE, token, NOW + timedelta(days=7300)) == 1
    assert later.make(Purpose.UNSUBSCRIBE, 1, NOW) != token


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", str.upper])
def test_a_token_that_was_changed_is_refused(change):
    token = TOKENS.make(Purpose.MANAGE, 1, NOW)

    with pytest.raises(InvalidTokenError, match="not valid"):
        TOKENS.read(Purpose.MANAGE, change(token), NOW)


def test_a_token_of_another_purpose_or_key_is_refused():
    token = TOKENS.make(Purpose.MANAGE, 1, NOW)

    with pytest.raises(InvalidTokenError):
        TOKENS.read(Purpose.UNSUBSCRIBE, token, NOW)
    with pytest.raises(InvalidTokenError):
        Tokens(["another key altogether"]).read(Purpose.MANAGE, token, NOW)
