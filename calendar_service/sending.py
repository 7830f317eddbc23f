"""Sending: claim what is ready, hand it over, note what became of it."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from calendar_service.config import OnDoubt, Settings
from calendar_service.core.delivery import Delivery, DeliveryKind, DeliveryState, Outcome, Receipt
from calendar_service.core.states import SubscriberState
from calendar_service.errors import CalendarServiceError
from calendar_service.mail.addresses import envelope_sender
from calendar_service.mail.outbox import Envelope, Mailer, OutboxMailer
from calendar_service.mail.smtp import SmtpMailer
from calendar_service.services import Services
from calendar_service.store import deliveries as ledger
from calendar_service.store.deliveries import Note, Recipient
from calendar_service.store.suppressions import suppress, suppressed

BATCH = 50
# When no mail of a batch is begun any more: the rest of the lease is for its time-outs.
BEGIN_WITHIN = ledger.LEASE * 3 / 4
MAX_ATTEMPTS = 10  # that the relay answered; while it is down a mail waits until it expires
PERMANENT = 500
FAULTS_TO_BREAK = 3  # connection faults in a row after which the relay is left alone
BREAK = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=4)
SETTLE_WITHIN = 1.0  # seconds after which a group is written though it is not full
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Mails that one worker holds, whom they are for, and who of these must not get any."""

    held: list[Delivery]
    whom: dict[int, Recipient]
    barred: frozenset[str]
    begin_until: datetime


@dataclass(frozen=True, slots=True)
class _Ready:
    """A mail that only has to be handed over."""

    delivery: Delivery
    whom: Recipient
    data: bytes


@dataclass(slots=True)
class Sender:
    """One worker's hand: it holds the relay's connection and minds its limits.

    What became of mails is written by the group, MAILS_PER_COMMIT of them in one
    transaction; sooner when SETTLE_WITHIN has passed, and whatever happens in between.

    Attributes:
        services: Settings, registry, database.
        mailer: Hands mails over.
        name: The worker's name in the ledger; no two alike.
        stopping: Whether to leave after the mail in hand.
        sleep, elapsed: Wait for seconds; return seconds that only ever grow.
    """

    services: Services
    mailer: Mailer
    name: str
    stopping: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep
    elapsed: Callable[[], float] = time.monotonic
    _faults: int = field(default=0, init=False)
    _notes: list[Note] = field(default_factory=list, init=False)
    _refused: list[Recipient] = field(default_factory=list, init=False)
    _settle_by: float = field(default=0.0, init=False)

    def deliver(self) -> int:
        """Work off all that is ready; return how many mails went out."""
        sent = 0
        self._faults = 0
        if self._holds:
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

    @property
    def _holds(self) -> bool:
        return self.services.settings.on_doubt is OnDoubt.HOLD

    def _claim(self, limit: int) -> _Batch:
        now = self._now()
        with self.services.engine.begin() as connection:
            held = ledger.claim(connection, self.name, now, limit, hold=self._holds)
            whom = ledger.recipients(connection, held)
            keys = [recipient.email_key for recipient in whom.values()]
            barred = suppressed(connection, keys, self.services.tokens.salt)
        return _Batch(held, whom, frozenset(barred), now + BEGIN_WITHIN)

    def _work_off(self, batch: _Batch) -> int:
        """Send a batch group by group; return how many mails went out."""
        sent = 0
        size = self.services.settings.mails_per_commit
        for start in range(0, len(batch.held), size):
            try:
                ready = self._make_ready(batch.held[start : start + size], batch)
                for number, mail in enumerate(ready, start=1):
                    then = ready[number] if number < len(ready) else None
                    sent += self._hand_over(mail, then, batch)
            finally:  # what was handed over is written even if something unheard-of happened
                self._write()
        return sent

    def _make_ready(self, held: list[Delivery], batch: _Batch) -> list[_Ready]:
        """Write the mails of a group; in a group, or by "hold", say that they are on their way."""
        if self._must_leave(batch):
            for delivery in held:
                self._give_back(delivery)
            return []
        ready = [mail for delivery in held if (mail := self._write_mail(delivery, batch))]
        # A choice that changes meanwhile must not take back what is already on its way.
        in_group = self.services.settings.mails_per_commit > 1
        if not ready or not (self._holds or in_group):
            return ready
        with self.services.engine.begin() as connection:
            mails = [mail.delivery for mail in ready]
            ours = ledger.mark_sending(connection, mails, self.name, self._now())
        return [mail for mail in ready if mail.delivery.id in ours]

    def _write_mail(self, delivery: Delivery, batch: _Batch) -> _Ready | None:
        """Return a mail as it goes out, or None and note why it does not."""
        # Here, since a worker that has nothing to send needs neither icalendar nor templates.
        from calendar_service.writing import mail_to

        whom = batch.whom.get(delivery.id)
        refusal = self._why_not(delivery, whom, batch.barred)
        try:
            data = None if refusal or whom is None else mail_to(self.services, delivery, whom)
        except CalendarServiceError as error:  # such as a region that is no more
            log.error("mail %d cannot be written: %s", delivery.id, error)
            refusal, data = DeliveryState.FAILED, None
        if whom is None or data is None:
            self._note(ledger.settled(delivery, refusal or DeliveryState.CANCELLED))
            return None
        return _Ready(delivery, whom, data)

    def _must_leave(self, batch: _Batch) -> bool:
        broken = self._faults >= FAULTS_TO_BREAK
        return broken or self.stopping() or self._now() >= batch.begin_until

    def _hand_over(self, mail: _Ready, then: _Ready | None, batch: _Batch) -> bool:
        """Hand one mail over, or give it back; return whether it went out."""
        if self._must_leave(batch):
            self._give_back(mail.delivery)
            return False
        ahead = self._envelope(then) if then else None
        receipt = self.mailer.send(*self._envelope(mail), mail.data, ahead)
        self._take_in(mail, receipt)
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

    def _take_in(self, mail: _Ready, receipt: Receipt) -> None:
        """Note what the relay said, and see to what follows from it."""
        # No answer, "closing", or a refusal that is not the address's: the relay's own fault.
        failing = receipt.outcome is not Outcome.SENT and receipt.code in (0, 421)
        ours = receipt.outcome is Outcome.RETRY and receipt.code >= PERMANENT
        self._faults = self._faults + 1 if failing or ours else 0
        if receipt.outcome is Outcome.REFUSED:
            self._refused.append(mail.whom)
        if receipt.outcome is not Outcome.SENT:
            log.warning("mail %d: %s %d", mail.delivery.id, receipt.outcome, receipt.code)
        self._note(self._verdict(mail.delivery, receipt))

    def _verdict(self, delivery: Delivery, receipt: Receipt) -> Note:
        """Return where the relay's answer leaves a mail."""
        if receipt.outcome is Outcome.SENT:
            return ledger.settled(delivery, DeliveryState.SENT, receipt)
        if receipt.outcome is Outcome.REFUSED:
            return ledger.settled(delivery, DeliveryState.FAILED, receipt)
        if receipt.outcome is Outcome.DOUBT and not self._may_resend(delivery):
            return ledger.settled(delivery, DeliveryState.DOUBT, receipt)
        if delivery.attempts >= MAX_ATTEMPTS and receipt.code:
            return ledger.settled(delivery, DeliveryState.FAILED, receipt)
        return ledger.retried(delivery, self._now() + _wait(delivery.attempts), receipt)

    def _may_resend(self, delivery: Delivery) -> bool:
        resend = self.services.settings.on_doubt is OnDoubt.RESEND
        return resend and delivery.attempts < MAX_ATTEMPTS

    def _give_back(self, delivery: Delivery) -> None:
        wait = BREAK if self._faults >= FAULTS_TO_BREAK else timedelta()
        self._note(ledger.given_back(delivery, self._now() + wait))

    def _note(self, note: Note) -> None:
        if not self._notes:
            self._settle_by = self.elapsed() + SETTLE_WITHIN
        self._notes.append(note)
        if self.elapsed() >= self._settle_by:
            self._write()

    def _write(self) -> None:
        """Write all that was noted, in one transaction."""
        notes, self._notes = self._notes, []
        refused, self._refused = self._refused, []
        if not notes:
            return
        now = self._now()
        with self.services.engine.begin() as connection:
            ledger.write(connection, notes, now)
            for whom in refused:
                suppress(connection, whom.email_key, self.services.tokens.salt, "refused", now)

    def _envelope(self, mail: _Ready) -> Envelope:
        sender, salt = self.services.settings.mail_from, self.services.tokens.salt
        return envelope_sender(sender, mail.delivery.id, salt), mail.whom.email

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


def open_mailer(settings: Settings) -> Mailer:
    """Return what hands mails over: the relay, or without one a folder of files."""
    return SmtpMailer(settings.smtp_url) if settings.smtp_url else OutboxMailer(settings.outbox)
