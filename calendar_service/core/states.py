"""Where an address stands; apart from core/delivery.py, since lists of days need no ledger."""

from enum import StrEnum


class SubscriberState(StrEnum):
    """Where an address stands: it gets mail only when it is confirmed and not paused."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
