"""What mails say: a morning's reminders and digests, and the answers to a sign-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from calendar_service.core import wording
from calendar_service.core.dates import Month
from calendar_service.core.lunar import to_lunar
from calendar_service.core.model import MonthList, Occurrence
from calendar_service.core.reminders import Morning
from calendar_service.core.tokens import CONFIRM_HOURS

# Marks that skeleton.personalise replaces by each person's tokens.
CONFIRM, MANAGE, UNSUBSCRIBE = "@@CONFIRM@@", "@@MANAGE@@", "@@UNSUBSCRIBE@@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, the same to everybody, with marks for each person's tokens.

    Attributes:
        subject: One line.
        text: The plain form.
        html: The same as a page.
        calendar: An iCalendar object with METHOD:PUBLISH to attach, None for none.
        lang: "vi" or "en".
        campaign: What receivers' statistics call it (Feedback-ID); None for a mail that
            answers a sign-up and is not part of the list.
    """

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    lang: str = "vi"
    campaign: str | None = None


def compose_morning(
    morning: Morning,
    month_lists: Mapping[Month, MonthList],
    today: date,
    lang: str,
    base_url: str,
    calendar: bytes | None = None,
) -> Letter:
    """Return the mail of a morning.

    Args:
        morning: What it carries; nothing in it lies before *today* (see still_ahead).
        month_lists: The list of every month of its outlooks.
        today: The day that days left are counted from.
        lang: "vi" or "en".
        base_url: The public address of the service, without a slash at its end.
        calendar: An iCalendar object to attach.
    """
    subject = _subject(morning, month_lists, today, lang)
    values = {
        "subject": subject,
        "items": [_item(item.occurrence, today, lang, base_url) for item in morning.reminders],
        "outlooks": [
            (wording.outlook_title(outlook.months, lang), [month_lists[m] for m in outlook.months])
            for outlook in morning.outlooks
        ],
        "lang": lang,
        "base_url": base_url,
        "manage_url": f"{base_url}/manage/{MANAGE}",
        "unsubscribe_url": f"{base_url}/unsubscribe/{UNSUBSCRIBE}",
    }
    return Letter(
        subject=subject,
        text=_render("morning.txt", values),
        html=_render("morning.html", values),
        calendar=calendar,
        lang=lang,
        campaign=morning.on.isoformat(),
    )


def compose_confirmation(lang: str, base_url: str) -> Letter:
    """Return the mail that asks whether an address wants reminders."""
    values = {"link": f"{base_url}/confirm/{CONFIRM}", "hours": CONFIRM_HOURS}
    return _note("confirm", lang, base_url, values)


def compose_manage_link(lang: str, base_url: str) -> Letter:
    """Return the mail to an address that signed up again: the link to its choice."""
    return _note("manage", lang, base_url, {"link": f"{base_url}/manage/{MANAGE}"})


def _note(name: str, lang: str, base_url: str, values: dict[str, Any]) -> Letter:
    """Return a mail of a few paragraphs; the first one of its template is the subject."""
    written = _render(f"{name}.{lang}.txt", values | {"base_url": base_url})
    subject, _, text = written.partition("\n\n")
    shown = {"lang": lang, "subject": subject, "link": values["link"]}
    html = _render("note.html", shown | {"paragraphs": text.strip().split("\n\n")})
    return Letter(subject=subject, text=text, html=html, lang=lang)


def _subject(
    morning: Morning, month_lists: Mapping[Month, MonthList], today: date, lang: str
) -> str:
    if morning.reminders:
        nearest = morning.reminders[0].occurrence
        days = (nearest.on - today).days
        return wording.reminder_title(nearest, days, len(morning.reminders) - 1, lang)
    months = morning.outlooks[0].months
    count = sum(len(month_lists[month].items) for month in months)
    return wording.digest_title(months, count, lang)


def _item(occurrence: Occurrence, today: date, lang: str, base_url: str) -> dict[str, Any]:
    """Return what the templates show of a reminder."""
    lunar = wording.lunar_day_text(to_lunar(occurrence.on), lang)
    vietnamese = wording.anniversary_line(occurrence)
    return {
        "line": wording.line_in(occurrence, lang),
        "vietnamese": vietnamese if lang == "en" and occurrence.name_en else None,
        "days_left": wording.days_left_text((occurrence.on - today).days, lang),
        "day": f"{wording.long_date_text(occurrence.on, lang)} ({lunar})",
        "ends": wording.long_date_text(occurrence.ends, lang) if occurrence.ends else None,
        "year_class": occurrence.year_class,
        "sources": [wording.source_text(source) for source in occurrence.event.sources],
        "url": f"{base_url}/events/{occurrence.event.id}",
    }


def _render(name: str, values: Mapping[str, Any]) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("calendar_service", "templates/mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["wording"] = wording
    return environment
