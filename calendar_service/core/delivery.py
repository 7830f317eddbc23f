"""Subscribers and deliveries: what the ledger holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriberState(StrEnum):
    """Where an address stands: it gets mail only when it is confirmed and not paused."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"


class DeliveryState(StrEnum):
    """Where a mail stands. The first three are open, the others are final.

    A mail that is bounced was sent, and came back because the address takes none.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"
    DOUBT = "doubt"


class DeliveryKind(StrEnum):
    """What a mail is for."""

    CONFIRM = "confirm"
    MORNING = "morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A person's address and choice.

    Attributes:
        id: The row.
        email: As it was given.
        state: Whether it gets mail.
        choice_key: The key of the Choice.
        created_at: First sign-up, aware UTC; likewise the other times.
        confirmed_at: When the address was confirmed, None before.
    """

    id: int
    email: str
    state: SubscriberState
    choice_key: str
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A mail to one subscriber, as a worker holds it.

    Attributes:
        id: The row.
        kind: What the mail is for.
        dedupe_key: One mail for one key, ever.
        subscriber_id: Whom it is for.
        morning_id: Which morning it carries, None for a confirmation.
        state: Where it stands.
        worker: Who holds it, None when nobody does.
        attempts: How often it was taken, from 1.
        expires_at: From then on it is of no use.
    """

    id: int
    kind: DeliveryKind
    dedupe_key: str
    subscriber_id: int
    morning_id: int | None
    state: DeliveryState
    worker: str | None
    attempts: int
    expires_at: datetime


class Outcome(StrEnum):
    """What became of one attempt to hand a mail over."""

    SENT = "sent"
    RETRY = "retry"  # refused for now (4xx), or no connection
    REFUSED = "refused"  # refused for good (5xx): the address does not take mail
    DOUBT = "doubt"  # the reply to the whole mail was lost: it may have arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The relay's answer to one attempt; *code* is 0 where there was none."""

    outcome: Outcome
    code: int
    reply: str
