"""Which form a client wants, by the path's suffix, else by its Accept header; its answer."""

from functools import lru_cache
from pathlib import PurePosixPath

from flask import Request, Response, g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from calendar_service.errors import UnknownFormatError
from calendar_service.formats.forms import MEDIA_TYPES

PAGE = "html"
# In the order of preference among equals: who asks for nothing in particular gets JSON.
_OFFERED = {"json": "application/json", PAGE: "text/html"} | {
    form: media_type.partition(";")[0] for form, media_type in MEDIA_TYPES.items()
}
# What can stand after the dot of an address; the views of a .docx are in web/documents.py.
_EVERY = tuple(MEDIA_TYPES)
_SUFFIXES = {
    "pages.show_month": (*_EVERY, "docx"),
    "pages.show_event": tuple(form for form in _EVERY if form != "md"),
    "campaigns.show_campaigns": ("json",),
    "campaigns.show_campaign": ("json", "docx"),
    "lookups.show_search": ("json",),
    "lookups.show_milestones": ("json",),
}


def split_form(text: str, request: Request) -> tuple[str, str]:
    """Return the path's last part without its suffix, and the form asked for.

    Raises:
        UnknownFormatError: The suffix names no form of the address.
    """
    stem, _, form = text.partition(".")
    if not form.isalpha():  # no suffix, or a mistake such as 7.2023, which its reader names
        return text, accepted_form(request)
    known = _SUFFIXES.get(request.endpoint or "", _EVERY)
    if form not in known:
        raise UnknownFormatError(form, known)
    return stem, form


def accepted_form(request: Request) -> str:
    """Return the form that the Accept header weighs highest (RFC 9110 section 12.5.1)."""
    return form_of(request.headers.get("Accept", ""))


@lru_cache(maxsize=256)
def form_of(accept: str) -> str:
    """Return the form that an Accept header weighs highest."""
    weights = parse_accept_header(accept, MIMEAccept)
    return max(_OFFERED, key=lambda form: weights.quality(_OFFERED[form]))


def media_type_of(form: str) -> str:
    """Return the media type that asks for *form*, as form_of() reads it."""
    return _OFFERED[form]


def wants_page(request: Request) -> bool:
    """Return whether an error should be a page: a browser asked, and for no data."""
    if request.path.startswith("/api/"):
        return False
    return request.path.rpartition(".")[2] not in MEDIA_TYPES and accepted_form(request) == PAGE


def page_answer(text: str) -> Response:
    """Return a page where programs may get another form at the same address."""
    response = Response(text, mimetype="text/html")
    response.vary.add("Accept")
    return response


def form_answer(form: str, data: bytes) -> Response:
    """Return *data* in one form of MEDIA_TYPES, named after the path when it is saved."""
    response = Response(data, content_type=MEDIA_TYPES[form])
    if "." not in request.path:  # else the suffix alone decides
        response.vary.add("Accept")
    if not g.get("lasting", True):  # the history of its components could not be asked
        response.headers["Cache-Control"] = "no-cache"
    if form in ("csv", "ics"):
        name = PurePosixPath(request.path).stem
        response.headers["Content-Disposition"] = f'inline; filename="{name}.{form}"'
    return response
