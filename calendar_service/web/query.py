"""What a query asks for: a selection, a language, and nothing that a page does not know."""

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

from flask import g, request

from calendar_service.core.model import Occurrence
from calendar_service.core.selection import Selection
from calendar_service.errors import InvalidSelectionError
from calendar_service.formats.forms import Style
from calendar_service.web.context import feed_maker, services

if TYPE_CHECKING:
    from calendar_service.formats.ics import Stamp

LANGS = ("vi", "en")
AXES = tuple(axis.name for axis in fields(Selection))
# What social networks and mail programs add to links that people share.
_TRACKING = re.compile(r"fbclid|gclid|zarsrc|mc_[ce]id|utm_\w+")


def read_choice() -> tuple[Selection, Style]:
    """Return what the query asks for and how it is written."""
    values = _parameters()
    style = read_style(values.pop("lang", []))
    return services().selection(values), style


def kept_query() -> str:
    """Return the query that keeps what was chosen, without the settings' region."""
    chosen = {name: texts for name, texts in _parameters().items() if name in AXES}
    query = Selection.parse(chosen).query
    return f"?{query}" if query else ""


def read_style(langs: list[str]) -> Style:
    """Return how a list is written, by the values of "lang"; the last one counts."""
    lang = langs[-1] if langs else "vi"
    if lang not in LANGS:
        raise InvalidSelectionError("lang", lang, list(LANGS))
    return Style(lang=lang, base_url=services().settings.base_url, stamps=_stamps)


def _stamps(occurrences: Sequence[Occurrence]) -> dict[str, "Stamp"]:
    """Return what feeds say of occurrences: one UID has one SEQUENCE wherever it is read."""
    stamps, g.lasting = feed_maker().stamps(occurrences)
    return stamps


def only(*names: str) -> dict[str, list[str]]:
    """Return the query parameters, having refused those that this page does not know."""
    values = _parameters()
    for name in values:
        if name not in names:
            raise InvalidSelectionError(name, None, list(names))
    return values


def _parameters() -> dict[str, list[str]]:
    """Return the query parameters; a form's empty fields and tracking marks fall away."""
    return {
        name: [text for text in texts if text]
        for name, texts in request.args.lists()
        if not _TRACKING.fullmatch(name) and (name not in (*AXES, "lang") or any(texts))
    }
