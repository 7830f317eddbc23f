"""What is answered about reminder subscriptions: sign up, confirm, manage, unsubscribe.

GET shows and POST acts, since mail scanners open every link of a mail. No cookie is set:
the signed token of the address is all that a form needs. What the sign-up answers is the
same for every address, so that nobody learns who is subscribed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from flask import Response, abort, current_app, g, render_template, request
from sqlalchemy import Connection
from werkzeug.exceptions import TooManyRequests

from calendar_service.core.campaign_wording import ROLES
from calendar_service.core.delivery import Subscriber
from calendar_service.core.editions import campaign_of
from calendar_service.core.lead_times import Digest, Preset
from calendar_service.core.regions import MERGED, TODAY
from calendar_service.core.reminder_wording import CONSENT_VERSION
from calendar_service.core.reminders import MAX_LEAD_DAYS, Choice
from calendar_service.core.selection import Selection
from calendar_service.core.states import SubscriberState
from calendar_service.core.tokens import Purpose
from calendar_service.errors import (
    CalendarServiceError,
    InvalidAddressError,
    InvalidLeadTimeError,
    InvalidSelectionError,
)
from calendar_service.formats.data import to_json
from calendar_service.store import subscribers
from calendar_service.store.database import reading
from calendar_service.store.deliveries import enter_confirmation
from calendar_service.store.suppressions import lift
from calendar_service.web.context import services
from calendar_service.web.negotiation import wants_page
from calendar_service.web.subscriptions import SignUpCap

METHOD = "form at /remind"  # how consent was given, in its proof
_TOPICS = ("region", "kind", "prominence", "year_class", "event", "campaign", "all", "order")
_CHOICE = (*_TOPICS, "preset", "lead", "digest", "role", "lang", "zone")
_UNSEEN = ("year_class", "all", "order", "zone")  # no field shows these, and saving keeps them
_ACTIONS = ("save", "pause", "resume", "unsubscribe", "export", "erase")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A form as it was filled in.

    Attributes:
        choice: What it asks for, without lead times that cannot be read.
        lead: Own lead times as they were written.
        email: The address as it was written.
        faults: What is wrong by field, in the words for programs; pages have their own.
    """

    choice: Choice
    lead: str
    email: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, choice: Choice) -> "_Draft":
        """Return the form that shows *choice*."""
        return cls(choice=choice, lead=", ".join(map(str, choice.lead_days)))

    @property
    def unseen(self) -> list[tuple[str, str]]:
        """What the choice holds beyond the fields of the form."""
        return [pair for pair in parse_qsl(self.choice.key) if pair[0] in _UNSEEN]


def show_sign_up() -> str:
    """Show the form that asks for reminders by mail; the query fills it in."""
    values = {name: request.args.getlist(name) for name in _CHOICE if name in request.args}
    if not values.get("event") and not values.get("campaign"):  # one alone needs no outlook
        values.setdefault("digest", [Digest.MONTH.value])
    draft = _read_choice(values)
    if services().settings.region and not set(_TOPICS) & set(values):
        selection = Selection(region=(services().settings.region or "",))
        draft = replace(draft, choice=replace(draft.choice, selection=selection))
    return _sign_up_page(replace(draft, faults={}))


def sign_up() -> tuple[str, int]:
    """Enter a sign-up and a mail that asks to confirm it; the answer never says whose."""
    draft = _read_sign_up()
    if draft.faults:
        return _refused(draft, _sign_up_page(draft))
    email, email_key = subscribers.address(draft.email)
    now = services().clock()
    cap: SignUpCap = current_app.extensions["sign_ups"]
    if seconds := cap.wait_seconds(_client(), now):
        raise TooManyRequests("too many sign-ups from this address", retry_after=seconds)
    with services().engine.begin() as connection:
        number = subscribers.sign_up(
            connection,
            email,
            email_key,
            draft.choice.key,
            text_version=CONSENT_VERSION,
            method=METHOD,
            now=now,
        )
        enter_confirmation(connection, number, now)
    return render_template("pages/done.html", what="asked"), HTTPStatus.ACCEPTED


def show_confirmation(token: str) -> str:
    """Show the button that confirms an address."""
    return _confirmation_page(_look(Purpose.CONFIRM, token), token)


def confirm(token: str) -> str:
    """Confirm an address; doing it again changes nothing."""
    number = _number(Purpose.CONFIRM, token)
    with services().engine.begin() as connection:
        confirmed = subscribers.confirm(connection, number, services().clock())
        person = _find(connection, number)
        if confirmed:  # its owner asks for mail, whatever kept it from them before
            lift(connection, subscribers.address(person.email)[1], services().tokens.salt)
    return _confirmation_page(person, token)


def show_subscription(token: str) -> str:
    """Show what is held of a person, and what they can do about it."""
    return _manage_page(_look(Purpose.MANAGE, token), token)


def manage(token: str) -> Response | str | tuple[str, int]:
    """Do what the field "action" says."""
    number = _number(Purpose.MANAGE, token)
    action = request.form.get("action", "")
    if action not in _ACTIONS:
        raise InvalidSelectionError("action", action, list(_ACTIONS))
    if action == "export":
        return _export(number)
    if action == "erase":
        return _erase(number, token)
    if action == "save":
        return _save(number, token)
    act = {
        "pause": subscribers.pause,
        "resume": subscribers.resume,
        "unsubscribe": subscribers.unsubscribe,
    }[action]
    with services().engine.begin() as connection:
        act(connection, number, services().clock())
        person = _find(connection, number)
    return _manage_page(person, token, done=action)


def show_unsubscribe(token: str) -> str:
    """Show the button that ends a subscription."""
    _number(Purpose.UNSUBSCRIBE, token)
    return render_template("pages/unsubscribe.html", token=token)


def unsubscribe(token: str) -> str:
    """End a subscription, by our button or by that of a mail program.

    Source: RFC 8058 section 3.2: the program posts without cookies, and the body
    List-Unsubscribe=One-Click tells us nothing that the token does not.
    """
    number = _number(Purpose.UNSUBSCRIBE, token)
    with services().engine.begin() as connection:
        subscribers.unsubscribe(connection, number, services().clock())
    return render_template("pages/done.html", what="unsubscribed")


def _save(number: int, token: str) -> str | tuple[str, int]:
    draft = _read_choice(_form("action"))
    if draft.faults:
        page = _manage_page(_look(Purpose.MANAGE, token), token, draft=draft)
        return _refused(draft, page)
    with services().engine.begin() as connection:
        subscribers.change_choice(connection, number, draft.choice.key, services().clock())
        person = _find(connection, number)
    return _manage_page(person, token, done="save")


def _export(number: int) -> Response:
    with reading(services().engine) as connection:
        data = subscribers.export_person(connection, number)
    if not data:
        _gone()
    response = Response(to_json(data), content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="calendar-service.json"'
    return response


def _erase(number: int, token: str) -> str | tuple[str, int]:
    if not request.form.get("sure"):
        person = _look(Purpose.MANAGE, token)
        draft = _held(person)[0]
        draft = replace(draft, faults={"sure": "erasing needs sure=1"})
        return _refused(draft, _manage_page(person, token, draft=draft))
    with services().engine.begin() as connection:
        subscribers.erase(connection, number, services().tokens.salt, services().clock())
    return render_template("pages/done.html", what="erased")


def _form(*others: str) -> dict[str, list[str]]:
    """Return the fields of the form that are filled in: those of a choice, and *others*.

    Raises:
        InvalidSelectionError: There is another field, which no form of ours sends.
    """
    known = [*others, *_CHOICE]
    for name in sorted(set(request.form) - set(known)):
        raise InvalidSelectionError(name, None, known)
    return {name: [text for text in texts if text.strip()] for name, texts in request.form.lists()}


def _read_sign_up() -> _Draft:
    """Return the sign-up of the form, with every fault of it."""
    form = _form("email", "consent")
    email = "".join(form.pop("email", [])[-1:])
    consent = form.pop("consent", [])
    draft = replace(_read_choice(form), email=email)
    faults = {}
    try:
        subscribers.address(email)
    except InvalidAddressError as error:
        faults["email"] = str(error)
    faults |= draft.faults
    if consent != [CONSENT_VERSION]:  # not given, or to a text that has changed since
        faults["consent"] = f"consent is needed: consent={CONSENT_VERSION}"
    return replace(draft, faults=faults)


def _read_choice(values: Mapping[str, list[str]]) -> _Draft:
    """Return the choice of a form, with what people can mistake in it.

    Raises:
        InvalidSelectionError: A value is unknown, which no form of ours sends.
        UnknownEventError: A single event is asked for that does not exist.
        UnknownCampaignError: A single campaign is asked for that does not exist.
    """
    rest = {name: texts for name, texts in values.items() if name not in ("action", "lead")}
    lead = values.get("lead", [])
    choice = Choice.parse(rest)
    _require_known(choice)
    faults = {}
    selection = choice.selection
    chosen = any(selection.holds_event(event) for event in g.registry.events)
    if not (chosen or selection.campaign):
        faults["topics"] = "no event is of this region, kind and prominence; choose fewer"
    others = choice.digests or choice.roles or selection.campaign
    if choice.preset is Preset.NONE and not others and not lead:
        faults["preset"] = "no mail would ever come; choose lead times or a digest"
    try:
        choice = replace(choice, lead_days=Choice.parse({"lead": lead}).lead_days)
    except InvalidLeadTimeError as error:
        faults["lead"] = str(error)
    return _Draft(choice=choice, lead=", ".join(lead), faults=faults)


def _require_known(choice: Choice) -> None:
    """Raise an error when a single event or campaign is chosen that does not exist."""
    for event_id in choice.selection.event:
        g.registry.event(event_id)
    for campaign_id in choice.selection.campaign:
        g.registry.require_campaign(campaign_id)


def _held(person: Subscriber) -> tuple[_Draft, bool]:
    """Return the form of somebody's choice, and whether the registry still knows all of it."""
    try:
        choice = Choice.from_key(person.choice_key)
        _require_known(choice)
    except CalendarServiceError:
        return _Draft.of(Choice()), False
    return _Draft.of(choice), True


def _sign_up_page(draft: _Draft) -> str:
    return render_template("pages/remind.html", **_fields(draft))


def _confirmation_page(person: Subscriber, token: str) -> str:
    manage_token = services().tokens.make(Purpose.MANAGE, person.id, services().clock())
    return render_template(
        "pages/confirm.html", person=person, token=token, manage_token=manage_token
    )


def _manage_page(
    person: Subscriber, token: str, *, draft: _Draft | None = None, done: str = ""
) -> str:
    held, usable = _held(person)
    return render_template(
        "pages/manage.html",
        person=person,
        token=token,
        done=done,
        usable=usable,
        open=person.state in (SubscriberState.CONFIRMED, SubscriberState.PAUSED),
        timezone=services().settings.timezone,
        **_fields(draft or held),
    )


def _fields(draft: _Draft) -> dict[str, Any]:
    """Return what the fields of a choice need to be drawn."""
    return {
        "draft": draft,
        "choice": draft.choice,
        "today_regions": TODAY,
        "merged_regions": MERGED,
        "longest": MAX_LEAD_DAYS,
        "roles": ROLES,
        "campaign_of": campaign_of,
        "mail_from": services().settings.mail_from,
    }


def _refused(draft: _Draft, page: str) -> tuple[str, int]:
    """Return the page with its faults to people, a problem to programs."""
    if not wants_page(request):
        abort(HTTPStatus.BAD_REQUEST, "; ".join(draft.faults.values()))
    return page, HTTPStatus.BAD_REQUEST


def _number(purpose: Purpose, token: str) -> int:
    return services().tokens.read(purpose, token, services().clock())


def _look(purpose: Purpose, token: str) -> Subscriber:
    """Return whom a token stands for, changing nothing."""
    with reading(services().engine) as connection:
        return _find(connection, _number(purpose, token))


def _find(connection: Connection, number: int) -> Subscriber:
    return subscribers.find(connection, number) or _gone()


def _gone() -> NoReturn:
    abort(HTTPStatus.GONE, "nothing is held of this person any more; sign up again at /remind")


def _client() -> str:
    """Return who asks: an IPv4 address, or the network of an IPv6 one.

    A proxy on our own network names its client last in X-Forwarded-For; from elsewhere
    the header could be anything and is not heard.
    """
    peer = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        address = ip_address(peer)
        if forwarded and address.is_private:
            address = ip_address(forwarded)
    except ValueError:
        return peer
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
