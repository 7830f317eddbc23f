"""Subscribers and deliveries: what the ledger holds."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from calendar_service.core.states import SubscriberState


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
        subscriber_id: Whom it is for.
        slot: The number of the morning's day (date.toordinal); a confirmation's quarter of
            an hour since 1970, below 0. One mail a subscriber and slot, ever.
        state: Where it stands.
        worker: Who holds it, None when nobody does.
        attempts: How often it was taken, from 1.
        expires_at: From then on it is of no use.
    """

    id: int
    kind: DeliveryKind
    subscriber_id: int
    slot: int
    state: DeliveryState
    worker: str | None
    attempts: int
    expires_at: datetime

    @property
    def on_day(self) -> date | None:
        """The morning's day, None for a confirmation."""
        return date.fromordinal(self.slot) if self.slot > 0 else None

    @property
    def key(self) -> str:
        """A text that stands for the mail in its Message-ID, which no release may change."""
        return delivery_key(self.subscriber_id, self.slot)


def delivery_key(subscriber_id: int, slot: int) -> str:
    """Return "m:17:2023-06-27" for a morning's mail, "c:17:1875456" for a confirmation."""
    if slot > 0:
        return f"m:{subscriber_id}:{date.fromordinal(slot)}"
    return f"c:{subscriber_id}:{-slot}"


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
