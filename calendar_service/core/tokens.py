"""Signed links: confirm an address, manage or end a subscription.

A token carries the subscriber's number and is good for one purpose only. Those that
confirm are good for CONFIRM_HOURS; those that manage and unsubscribe never expire (RFC
8058 mails lie in mailboxes for years). Older keys still open what they signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from calendar_service.errors import InvalidTokenError

CONFIRM_HOURS = 72


class Purpose(StrEnum):
    """What a token is good for."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and reads tokens by a list of keys, the one in use first."""

    keys: Sequence[str]

    @property
    def salt(self) -> str:
        """What hashes of addresses are keyed by: the oldest key, so that a new one changes none."""
        return self.keys[-1]

    def make(self, purpose: Purpose, subscriber_id: int, now: datetime) -> str:
        """Return the token of a subscriber; for CONFIRM it notes the time *now*."""
        content = [subscriber_id]
        if purpose is Purpose.CONFIRM:
            content.append(int(now.timestamp()))
        return str(self._serializer(purpose).dumps(content))

    def read(self, purpose: Purpose, token: str, now: datetime) -> int:
        """Return the number of the subscriber that *token* stands for.

        Raises:
            InvalidTokenError: It is forged, made for another purpose, or too old.
        """
        try:
            content = self._serializer(purpose).loads(token)
        except BadSignature:
            raise InvalidTokenError(expired=False) from None
        if purpose is Purpose.CONFIRM:
            made_at = datetime.fromtimestamp(content[1], now.tzinfo)
            if now - made_at > timedelta(hours=CONFIRM_HOURS):
                raise InvalidTokenError(expired=True)
        return int(content[0])

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return _serializer(tuple(self.keys), purpose)


@lru_cache(maxsize=16)
def _serializer(keys: tuple[str, ...], purpose: Purpose) -> URLSafeSerializer:
    # itsdangerous signs with the last key of a list and tries all of them.
    return URLSafeSerializer(list(reversed(keys)), salt=f"calendar_service.{purpose}")
