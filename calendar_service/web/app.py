"""The Flask application: factory, errors, headers."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from calendar_service import __version__
from calendar_service.core import campaign_wording, date_wording, reminder_wording, wording
from calendar_service.core.problem_wording import (
    OTHER_TITLE,
    TITLES,
    faults_of,
    problem_text,
    status_text,
)
from calendar_service.core.regions import MERGED, NAMES, NATIONAL, TODAY
from calendar_service.errors import (
    CalendarServiceError,
    EmptyCalendarError,
    InvalidAddressError,
    InvalidDateError,
    InvalidLeadTimeError,
    InvalidLetterheadError,
    InvalidLunarDateError,
    InvalidMonthError,
    InvalidRangeError,
    InvalidSelectionError,
    InvalidTokenError,
    InvalidYearError,
    LunarRangeError,
    ParameterError,
    TooLongTextError,
    UnknownCampaignError,
    UnknownEventError,
    UnknownFeedError,
    UnknownFormatError,
    UnknownParameterError,
)
from calendar_service.formats.data import to_json
from calendar_service.formats.shapes import Problem
from calendar_service.services import Services
from calendar_service.web import (
    api,
    campaigns,
    description,
    documents,
    feeds,
    lookups,
    pages,
    subscriptions,
)
from calendar_service.web.mount import Mount
from calendar_service.web.negotiation import wants_page
from calendar_service.web.publications import Application, Publications
from calendar_service.web.query import LANGS

_STATUS = {
    InvalidMonthError: HTTPStatus.BAD_REQUEST,
    InvalidYearError: HTTPStatus.BAD_REQUEST,
    InvalidSelectionError: HTTPStatus.BAD_REQUEST,
    InvalidAddressError: HTTPStatus.BAD_REQUEST,
    InvalidLeadTimeError: HTTPStatus.BAD_REQUEST,
    InvalidLetterheadError: HTTPStatus.BAD_REQUEST,
    InvalidTokenError: HTTPStatus.BAD_REQUEST,
    InvalidDateError: HTTPStatus.BAD_REQUEST,
    InvalidRangeError: HTTPStatus.BAD_REQUEST,
    LunarRangeError: HTTPStatus.NOT_FOUND,
    ParameterError: HTTPStatus.BAD_REQUEST,
    TooLongTextError: HTTPStatus.BAD_REQUEST,
    UnknownParameterError: HTTPStatus.BAD_REQUEST,
    InvalidLunarDateError: HTTPStatus.NOT_FOUND,
    UnknownEventError: HTTPStatus.NOT_FOUND,
    UnknownCampaignError: HTTPStatus.NOT_FOUND,
    UnknownFeedError: HTTPStatus.NOT_FOUND,
    UnknownFormatError: HTTPStatus.NOT_FOUND,
    EmptyCalendarError: HTTPStatus.NOT_FOUND,
}
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
# Scripts of other sites may read data (Fetch standard, CORS protocol), but nothing of sign-ups.
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link"}
_PREFLIGHT = _CORS | {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}
_PARTS = (pages, campaigns, documents, feeds, subscriptions, lookups, api, description)
_PRIVATE = {"subscriptions"}


def create_app(
    services: Services, *, watched: bool = False, exported: bool = False, interactive: bool = True
) -> Flask:
    """Return the WSGI application that serves *services*.

    Args:
        services: What it works with.
        watched: Whether a thread looks for changes and makes what changed in the background.
        exported: Whether its pages become files, for which nothing is kept or read again.
        interactive: Whether pages have what needs a running service: forms, sign-up.
    """
    base_url = services.settings.base_url
    app = Flask("calendar_service")
    app.extensions["services"] = services
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 300  # as pages, which name these files
    app.url_map.merge_slashes = False  # an id may hold no slash; //month is nothing of ours
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_globals(services), exported=exported, interactive=interactive)
    for module in _PARTS:
        app.register_blueprint(module.bp)
    app.extensions["sign_ups"] = subscriptions.SignUpCap()
    app.register_error_handler(CalendarServiceError, _answer_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.before_request(_hold_registry)
    app.after_request(_finish)
    layers: Application = app.wsgi_app
    if urlsplit(base_url).path:
        layers = Mount(layers, base_url)
    if not exported:
        layers = Publications(layers, services, watched=watched)
    app.wsgi_app = layers  # type: ignore[method-assign,assignment]
    return app


def _globals(services: Services) -> dict[str, Any]:
    """Return what every template may use."""
    settings = services.settings
    return {
        "wording": wording,
        "date_wording": date_wording,
        "reminder_wording": reminder_wording,
        "problem_text": problem_text,
        "campaign_wording": campaign_wording,
        "regions": NAMES,
        "today_regions": TODAY,
        "merged_regions": MERGED,
        "national": NATIONAL if settings.region else "",
        "version": __version__,
        "origin": settings.base_url.removesuffix(urlsplit(settings.base_url).path),
    }


def _hold_registry() -> None:
    """Let one request see one registry and one day, whatever is read meanwhile."""
    services = cast(Services, current_app.extensions["services"])
    g.registry, g.today = services.registry, services.today
    # Raw bytes mean what they mean percent-encoded; Werkzeug would fail to decode some.
    request.query_string = _NOT_ASCII.sub(lambda m: b"%%%02X" % m[0][0], request.query_string)


def _finish(response: Response) -> Response:
    """Give every answer the safety headers; public ones get their validators when they are kept."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.blueprint not in _PRIVATE and _is_open(response):
        response.headers.update(_CORS if request.method != "OPTIONS" else _PREFLIGHT)
    keeps = response.status_code == HTTPStatus.OK and request.method != "OPTIONS"
    if keeps and not response.direct_passthrough:
        response.headers.setdefault("Cache-Control", "public, max-age=300")
    return response


def _is_open(response: Response) -> bool:
    """Return whether scripts of other sites may read the answer: data, but no page."""
    return request.method == "OPTIONS" or response.mimetype != "text/html"


def _answer_error(error: CalendarServiceError) -> tuple[Response, int]:
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s: %s", request.path, error)
    lang = _lang()
    faults = faults_of(error, lang)
    return _answer(status, problem_text(error, lang), error, faults)


def _answer_http_error(error: HTTPException) -> tuple[Response, int] | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    status, own = HTTPStatus(error.code), error.description != type(error).description
    detail = error.description or ""
    if _lang() == "vi" and not own:
        detail = status_text(error.code, request.path)
    elif status is HTTPStatus.NOT_FOUND:
        detail = f"nothing is at {request.path}; the paths are /, /month/2023-07, /year/2023, …"
    response, code = _answer(status, detail, error)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response, code


def _answer(
    status: HTTPStatus, detail: str, error: Exception, faults: Sequence[tuple[str, str]] = ()
) -> tuple[Response, int]:
    """Return a page for people, problem+json (RFC 9457) for programs."""
    if wants_page(request):
        kind = type(error).__name__
        page = render_template("pages/error.html", status=status, kind=kind, error=error)
        return _uncached(Response(page, mimetype="text/html")), status
    vietnamese = TITLES.get(status.value, OTHER_TITLE)
    problem: Problem = {
        "type": "about:blank",
        "title": status.phrase if _lang() == "en" else vietnamese,
        "status": status.value,
        "detail": detail,
        "instance": quote(request.script_root + request.path),
    }
    if faults:
        problem["errors"] = [{"parameter": name, "detail": text} for name, text in faults]
    answer = Response(to_json(problem), content_type="application/problem+json")
    answer.vary.add("Accept-Language")
    return _uncached(answer), status


def _lang() -> str:
    """Return the language of an error: that of the query, else the one that Accept-Language weighs.

    Answers that are kept never depend on it.
    """
    asked = request.args.get("lang")
    if asked in LANGS:
        return asked
    return request.accept_languages.best_match(LANGS) or "vi"


def _uncached(response: Response) -> Response:
    """Let no cache keep an error, nor give one client's form of it to another."""
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-store"
    return response
