"""Writing: from what a person chose to the mail in bytes, each letter rendered once."""

from datetime import date, datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from calendar_service.core.delivery import Delivery, DeliveryKind
from calendar_service.core.feeds import TITLE
from calendar_service.core.kept import kept
from calendar_service.core.model import Registry
from calendar_service.core.occurrences import list_month
from calendar_service.core.reminders import Choice, Morning, morning_on, still_ahead
from calendar_service.core.states import SubscriberState
from calendar_service.core.tokens import Purpose
from calendar_service.formats.ics import render_feed, render_steps
from calendar_service.mail.addresses import domain_of, message_id
from calendar_service.mail.compose import (
    Letter,
    compose_confirmation,
    compose_manage_link,
    compose_morning,
)
from calendar_service.mail.skeleton import Person, personalise, skeleton
from calendar_service.services import Services
from calendar_service.store.deliveries import Recipient


def mail_to(services: Services, delivery: Delivery, whom: Recipient) -> bytes | None:
    """Return the mail of one person, None when nothing of it is left to tell."""
    now = services.clock()
    choice = _choice(whom.choice_key)
    if delivery.kind is DeliveryKind.CONFIRM:
        mail: bytes | None = _confirmation(services, choice.lang, whom.state)
    elif delivery.on_day is None:
        return None
    else:
        today = now.astimezone(ZoneInfo(choice.zone)).date()
        mail = _morning_mail(services, services.registry, whom.choice_key, delivery.on_day, today)
    return personalise(mail, _person(services, delivery, whom, now)) if mail else None


def _person(services: Services, delivery: Delivery, whom: Recipient, now: datetime) -> Person:
    tokens = services.tokens
    domain = domain_of(services.settings.mail_from)
    asks = delivery.kind is DeliveryKind.CONFIRM
    return Person(
        address=whom.email,
        message_id=message_id(delivery.key, tokens.salt, domain),
        date=format_datetime(now),
        confirm=tokens.make(Purpose.CONFIRM, whom.subscriber_id, now) if asks else "",
        manage=tokens.make(Purpose.MANAGE, whom.subscriber_id, now),
        unsubscribe=tokens.make(Purpose.UNSUBSCRIBE, whom.subscriber_id, now),
    )


@lru_cache(maxsize=256)
def _choice(key: str) -> Choice:
    return Choice.from_key(key)


def _confirmation(services: Services, lang: str, state: SubscriberState) -> bytes:
    compose = compose_confirmation if state is SubscriberState.PENDING else compose_manage_link
    base_url = services.settings.base_url
    return _skeleton(services, compose(lang, base_url))


@kept(256)
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
    """Return the days of a morning, else its steps, for a calendar; None for a digest."""
    days = [reminder.occurrence for reminder in morning.reminders]
    if days:
        return render_feed(TITLE, days, base_url, method="PUBLISH")
    steps = [(due.edition, due.step) for due in morning.steps]
    return render_steps(TITLE, steps, base_url, method="PUBLISH") if steps else None


def _skeleton(services: Services, letter: Letter) -> bytes:
    settings = services.settings
    list_id = f"lich-ky-niem.{urlsplit(settings.base_url).hostname}"
    return skeleton(letter, sender=settings.mail_from, list_id=list_id, base_url=settings.base_url)
