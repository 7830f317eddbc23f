"""Sending: claim what is ready, hand it over, note what became of it."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from calendar_service.config import OnDoubt, Settings
from calendar_service.core.delivery import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    Outcome,
    Receipt,
    SubscriberState,
)
from calendar_service.core.feeds import TITLE
from calendar_service.core.model import Registry
from calendar_service.core.occurrences import list_month
from calendar_service.core.reminders import Choice, Morning, morning_on, still_ahead
from calendar_service.core.tokens import Purpose
from calendar_service.errors import CalendarServiceError
from calendar_service.formats.ics import render_feed
from calendar_service.mail.addresses import domain_of, envelope_sender, message_id
from calendar_service.mail.compose import (
    Letter,
    compose_confirmation,
    compose_manage_link,
    compose_morning,
)
from calendar_service.mail.outbox import Mailer, OutboxMailer
from calendar_service.mail.skeleton import Person, personalise, skeleton
from calendar_service.mail.smtp import SmtpMailer
from calendar_service.services import Services
from calendar_service.store import deliveries as ledger
from calendar_service.store.deliveries import Recipient
from calendar_service.store.suppressions import suppress, suppressed

BATCH = 50
# When no mail of a batch is begun any more: the rest of the lease is for its time-outs.
BEGIN_WITHIN = ledger.LEASE * 3 / 4
MAX_ATTEMPTS = 10  # that the relay answered; while it is down a mail waits until it expires
PERMANENT = 500
FAULTS_TO_BREAK = 3  # connection faults in a row after which the relay is left alone
BREAK = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=4)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Mails that one worker holds, whom they are for, and who of these must not get any."""

    held: list[Delivery]
    whom: dict[int, Recipient]
    barred: frozenset[str]
    begin_until: datetime


@dataclass(slots=True)
class Sender:
    """One worker's hand: it holds the relay's connection and minds its limits.

    Attributes:
        services: Settings, registry, database.
        mailer: Hands mails over.
        name: The worker's name in the ledger; no two alike.
        stopping: Whether to leave after the mail in hand.
    """

    services: Services
    mailer: Mailer
    name: str
    stopping: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    _faults: int = field(default=0, init=False)

    def deliver(self) -> int:
        """Work off all that is ready; return how many mails went out."""
        sent = 0
        self._faults = 0
        if self.services.settings.on_doubt is OnDoubt.HOLD:
            with self.services.engine.begin() as connection:
                ledger.hold_doubtful(connection, self._now())
        while not self.stopping() and self._faults < FAULTS_TO_BREAK:
            limit = min(BATCH, self._left_today())
            if limit == 0:
                break
            batch = self._claim(limit)
            if not batch.held:
                break
            sent += self._work_off(batch)
        self.mailer.close()
        return sent

    def _claim(self, limit: int) -> _Batch:
        now = self._now()
        hold = self.services.settings.on_doubt is OnDoubt.HOLD
        with self.services.engine.begin() as connection:
            held = ledger.claim(connection, self.name, now, limit, hold=hold)
            whom = ledger.recipients(connection, held)
            keys = [recipient.email_key for recipient in whom.values()]
            barred = suppressed(connection, keys, self.services.tokens.salt)
        return _Batch(held, whom, frozenset(barred), now + BEGIN_WITHIN)

    def _work_off(self, batch: _Batch) -> int:
        sent = 0
        for delivery in batch.held:
            broken = self._faults >= FAULTS_TO_BREAK
            if broken or self.stopping() or self._now() >= batch.begin_until:
                self._give_back(delivery, BREAK if broken else timedelta())
            else:
                sent += self._work_on(delivery, batch)
        return sent

    def _work_on(self, delivery: Delivery, batch: _Batch) -> bool:
        """Send one mail, or note why not; return whether it went out."""
        whom = batch.whom.get(delivery.id)
        refusal = self._why_not(delivery, whom, batch.barred)
        try:
            data = None if refusal or whom is None else self._mail(delivery, whom)
        except CalendarServiceError as error:  # such as a region that is no more
            log.error("mail %d cannot be written: %s", delivery.id, error)
            refusal, data = DeliveryState.FAILED, None
        if whom is None or data is None:
            self._settle(delivery, refusal or DeliveryState.CANCELLED)
            return False
        if self.services.settings.on_doubt is OnDoubt.HOLD:
            with self.services.engine.begin() as connection:
                if not ledger.mark_sending(connection, delivery, self._now()):
                    return False
        receipt = self.mailer.send(self._envelope(delivery), whom.email, data)
        self._note(delivery, whom, receipt)
        if self.services.settings.mails_per_second:
            self.sleep(1 / self.services.settings.mails_per_second)
        return receipt.outcome is Outcome.SENT

    def _why_not(
        self, delivery: Delivery, whom: Recipient | None, barred: frozenset[str]
    ) -> DeliveryState | None:
        """Return the state of a mail that must not go out as things are now."""
        if whom is None:
            return DeliveryState.CANCELLED
        if delivery.expires_at <= self._now():
            return DeliveryState.EXPIRED
        wanted = whom.state is SubscriberState.CONFIRMED or delivery.kind is DeliveryKind.CONFIRM
        if not wanted or whom.state is SubscriberState.UNSUBSCRIBED:
            return DeliveryState.CANCELLED
        # Who is barred may sign up anew; confirming lifts the bar.
        barring = whom.email_key in barred and delivery.kind is not DeliveryKind.CONFIRM
        return DeliveryState.SUPPRESSED if barring else None

    def _note(self, delivery: Delivery, whom: Recipient, receipt: Receipt) -> None:
        """Write down what the relay said, and see to what follows from it."""
        # No answer, "closing", or a refusal that is not the address's: the relay's own fault.
        failing = receipt.outcome is not Outcome.SENT and receipt.code in (0, 421)
        ours = receipt.outcome is Outcome.RETRY and receipt.code >= PERMANENT
        self._faults = self._faults + 1 if failing or ours else 0
        if receipt.outcome is Outcome.SENT:
            self._settle(delivery, DeliveryState.SENT, receipt)
        elif receipt.outcome is Outcome.REFUSED:
            with self.services.engine.begin() as connection:
                now = self._now()
                ledger.settle(connection, delivery, DeliveryState.FAILED, now, receipt)
                suppress(connection, whom.email_key, self.services.tokens.salt, "refused", now)
        elif receipt.outcome is Outcome.DOUBT and not self._may_resend(delivery):
            self._settle(delivery, DeliveryState.DOUBT, receipt)
        elif delivery.attempts >= MAX_ATTEMPTS and receipt.code:
            self._settle(delivery, DeliveryState.FAILED, receipt)
        else:
            self._put_back(delivery, _wait(delivery.attempts), receipt)
        if receipt.outcome is not Outcome.SENT:
            log.warning("mail %d: %s %d", delivery.id, receipt.outcome, receipt.code)

    def _may_resend(self, delivery: Delivery) -> bool:
        resend = self.services.settings.on_doubt is OnDoubt.RESEND
        return resend and delivery.attempts < MAX_ATTEMPTS

    def _settle(
        self, delivery: Delivery, state: DeliveryState, receipt: Receipt | None = None
    ) -> None:
        with self.services.engine.begin() as connection:
            ledger.settle(connection, delivery, state, self._now(), receipt)

    def _put_back(self, delivery: Delivery, wait: timedelta, receipt: Receipt) -> None:
        now = self._now()
        with self.services.engine.begin() as connection:
            ledger.retry(connection, delivery, now + wait, now, receipt)

    def _give_back(self, delivery: Delivery, wait: timedelta) -> None:
        now = self._now()
        with self.services.engine.begin() as connection:
            ledger.give_back(connection, delivery, now + wait, now)

    def _mail(self, delivery: Delivery, whom: Recipient) -> bytes | None:
        """Return the mail, None when nothing of it is left to tell."""
        now = self._now()
        choice = _choice(whom.choice_key)
        if delivery.kind is DeliveryKind.CONFIRM:
            mail: bytes | None = _confirmation(self.services, choice.lang, whom.state)
        elif whom.on_day is None:
            return None
        else:
            today = now.astimezone(ZoneInfo(choice.zone)).date()
            registry = self.services.registry
            mail = _morning_mail(self.services, registry, whom.choice_key, whom.on_day, today)
        return personalise(mail, self._person(delivery, whom, now)) if mail else None

    def _person(self, delivery: Delivery, whom: Recipient, now: datetime) -> Person:
        tokens = self.services.tokens
        asks = delivery.kind is DeliveryKind.CONFIRM
        return Person(
            address=whom.email,
            message_id=message_id(
                delivery.dedupe_key, tokens.salt, domain_of(self.services.settings.mail_from)
            ),
            date=format_datetime(now),
            confirm=tokens.make(Purpose.CONFIRM, whom.subscriber_id, now) if asks else "",
            manage=tokens.make(Purpose.MANAGE, whom.subscriber_id, now),
            unsubscribe=tokens.make(Purpose.UNSUBSCRIBE, whom.subscriber_id, now),
        )

    def _envelope(self, delivery: Delivery) -> str:
        return envelope_sender(
            self.services.settings.mail_from, delivery.id, self.services.tokens.salt
        )

    def _left_today(self) -> int:
        limit = self.services.settings.mails_per_day
        if not limit:
            return BATCH
        midnight = self._now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        with self.services.engine.begin() as connection:
            return max(0, limit - ledger.sent_since(connection, midnight))

    def _now(self) -> datetime:
        return self.services.clock()


def _wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 1, 2, 4 … minutes, a little uneven."""
    minutes = timedelta(minutes=2 ** (attempts - 1))
    return min(minutes, LONGEST_WAIT) * random.uniform(0.8, 1.2)  # noqa: S311


@lru_cache(maxsize=256)
def _choice(key: str) -> Choice:
    return Choice.from_key(key)


def _confirmation(services: Services, lang: str, state: SubscriberState) -> bytes:
    compose = compose_confirmation if state is SubscriberState.PENDING else compose_manage_link
    base_url = services.settings.base_url
    return _skeleton(services, compose(lang, base_url))


@lru_cache(maxsize=256)
def _morning_mail(
    services: Services, registry: Registry, choice_key: str, on_day: date, today: date
) -> bytes | None:
    """Return the mail of a morning, without what differs from person to person."""
    letter = morning_letter(services, registry, choice_key, on_day, today)
    return _skeleton(services, letter) if letter else None


def morning_letter(
    services: Services, registry: Registry, choice_key: str, on_day: date, today: date
) -> Letter | None:
    """Return what a mail says that falls on *on_day* and goes out *today*, or nothing."""
    choice = _choice(choice_key)
    planned = morning_on(registry, choice, on_day)
    morning = still_ahead(planned, today) if planned else None
    if morning is None:
        return None
    months = {
        month: list_month(registry.events, month, choice.selection)
        for outlook in morning.outlooks
        for month in outlook.months
    }
    base_url = services.settings.base_url
    calendar = _calendar(morning, base_url)
    return compose_morning(morning, months, today, choice.lang, base_url, calendar)


def _calendar(morning: Morning, base_url: str) -> bytes | None:
    """Return the days of a morning for the calendar of who reads it, None for a digest."""
    days = [reminder.occurrence for reminder in morning.reminders]
    return render_feed(TITLE, days, base_url, method="PUBLISH") if days else None


def _skeleton(services: Services, letter: Letter) -> bytes:
    settings = services.settings
    list_id = f"lich-ky-niem.{urlsplit(settings.base_url).hostname}"
    return skeleton(letter, sender=settings.mail_from, list_id=list_id, base_url=settings.base_url)


def open_mailer(settings: Settings) -> Mailer:
    """Return what hands mails over: the relay, or without one a folder of files."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else OutboxMailer(settings.outbox)
