"""What mails say: a morning's reminders and digests, and the answers to a sign-up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from calendar_service.core import date_wording, reminder_wording, wording
from calendar_service.core.campaign_wording import (
    document_text,
    edition_title,
    lead_text,
    slogans_of,
    step_days,
    step_text,
)
from calendar_service.core.campaigns import Step
from calendar_service.core.dates import Month
from calendar_service.core.lunar import to_lunar
from calendar_service.core.model import MonthList, Occurrence
from calendar_service.core.reminders import DueStep, Morning
from calendar_service.core.tokens import CONFIRM_HOURS

SLOGANS_SHOWN = 3
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
        "campaigns": _campaigns(morning.steps, today, base_url),
        "outlooks": [
            (
                date_wording.outlook_title(outlook.months, lang),
                [month_lists[m] for m in outlook.months],
            )
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
        return reminder_wording.reminder_title(nearest, days, len(morning.reminders) - 1, lang)
    if not morning.outlooks:
        return _steps_subject(morning.steps, lang)
    months = morning.outlooks[0].months
    count = sum(len(month_lists[month].items) for month in months)
    return reminder_wording.digest_title(months, count, lang)


def _steps_subject(steps: Sequence[DueStep], lang: str) -> str:
    first = steps[0]
    occurrence = first.edition.occurrence_of(first.step)
    if occurrence:
        return reminder_wording.reminder_title(occurrence, 0, len(steps) - 1, lang)
    text, title = step_text(first.step), edition_title(first.edition)
    return reminder_wording.steps_title(text, title, len(steps) - 1, lang)


def _item(occurrence: Occurrence, today: date, lang: str, base_url: str) -> dict[str, Any]:
    """Return what the templates show of a reminder."""
    lunar = date_wording.lunar_day_text(to_lunar(occurrence.on), lang)
    vietnamese = wording.anniversary_line(occurrence)
    return {
        "line": wording.line_in(occurrence, lang),
        "vietnamese": vietnamese if lang == "en" and occurrence.name_en else None,
        "days_left": date_wording.days_left_text((occurrence.on - today).days, lang),
        "day": f"{date_wording.long_date_text(occurrence.on, lang)} ({lunar})",
        "ends": date_wording.long_date_text(occurrence.ends, lang) if occurrence.ends else None,
        "year_class": occurrence.year_class,
        "sources": [wording.source_text(source) for source in occurrence.sources],
        "url": f"{base_url}/events/{occurrence.event.id}",
    }


def _campaigns(steps: Sequence[DueStep], today: date, base_url: str) -> list[dict[str, Any]]:
    """Return what the templates show of campaigns: each with its steps, slogans, documents."""
    by_edition: dict[tuple[str, int], list[DueStep]] = {}
    for due in steps:
        by_edition.setdefault((due.edition.campaign.id, due.edition.year), []).append(due)
    found = []
    for (campaign_id, year), dues in by_edition.items():
        edition = dues[0].edition
        found.append(
            {
                "title": edition_title(edition),
                "steps": [_step_line(due.step, today) for due in dues],
                "slogans": slogans_of(edition)[:SLOGANS_SHOWN],
                "documents": [document_text(d) for d in edition.campaign.documents],
                "url": f"{base_url}/campaigns/{campaign_id}?year={year}",
            }
        )
    return found


def _step_line(step: Step, today: date) -> str:
    """Return "D-14: Duyệt ma két, in băng rôn, pa nô", with its days where they are not today."""
    alone = step.on == today and step.ends is None
    days = "" if alone else f" ({step_days(step)})"
    return f"{lead_text(step.lead_days)}: {step_text(step)}{days}"


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
    environment.globals["date_wording"] = date_wording
    return environment
