"""The Flask application: factory, errors, headers."""

from http import HTTPStatus
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from calendar_service import __version__
from calendar_service.core import campaign_wording, wording
from calendar_service.core.regions import NAMES
from calendar_service.errors import (
    CalendarServiceError,
    EmptyCalendarError,
    InvalidAddressError,
    InvalidLeadTimeError,
    InvalidLetterheadError,
    InvalidMonthError,
    InvalidSelectionError,
    InvalidTokenError,
    InvalidYearError,
    UnknownCampaignError,
    UnknownEventError,
    UnknownFeedError,
    UnknownFormatError,
)
from calendar_service.feeding import FeedMaker
from calendar_service.formats.data import to_json
from calendar_service.services import Services
from calendar_service.web import campaigns, documents, feeds, pages, subscriptions
from calendar_service.web.mount import Mount
from calendar_service.web.negotiation import wants_page
from calendar_service.web.publications import Application, Publications

_STATUS = {
    InvalidMonthError: HTTPStatus.BAD_REQUEST,
    InvalidYearError: HTTPStatus.BAD_REQUEST,
    InvalidSelectionError: HTTPStatus.BAD_REQUEST,
    InvalidAddressError: HTTPStatus.BAD_REQUEST,
    InvalidLeadTimeError: HTTPStatus.BAD_REQUEST,
    InvalidLetterheadError: HTTPStatus.BAD_REQUEST,
    InvalidTokenError: HTTPStatus.BAD_REQUEST,
    UnknownEventError: HTTPStatus.NOT_FOUND,
    UnknownCampaignError: HTTPStatus.NOT_FOUND,
    UnknownFeedError: HTTPStatus.NOT_FOUND,
    UnknownFormatError: HTTPStatus.NOT_FOUND,
    EmptyCalendarError: HTTPStatus.NOT_FOUND,
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    services: Services, *, watched: bool = False, exported: bool = False, interactive: bool = True
) -> Flask:
    """Return the WSGI application that serves *services*.

    Args:
        services: What it works with.
        watched: Whether a thread looks for changes and makes what changed in the background;
            else requests look.
        exported: Whether its pages become files, for which nothing is kept or read again.
        interactive: Whether pages have what needs a running service: forms, sign-up.
    """
    base_url = services.settings.base_url
    app = Flask("calendar_service")
    app.extensions["services"] = services
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        wording=wording,
        campaign_wording=campaign_wording,
        regions=NAMES,
        version=__version__,
        origin=base_url.removesuffix(urlsplit(base_url).path),
        exported=exported,
        interactive=interactive,
    )
    app.register_blueprint(pages.bp)
    app.register_blueprint(campaigns.bp)
    app.register_blueprint(documents.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(subscriptions.bp)
    app.extensions["feed_maker"] = FeedMaker(services)
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


def _hold_registry() -> None:
    """Let one request see one registry and one day, whatever is read meanwhile."""
    services = cast(Services, current_app.extensions["services"])
    g.registry, g.today = services.registry, services.today


def _finish(response: Response) -> Response:
    """Give every answer the safety headers, and a validator where it may be kept."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == HTTPStatus.OK and not response.direct_passthrough:
        response.add_etag()
        response.headers.setdefault("Cache-Control", "public, max-age=300")
        response.make_conditional(request)
    return response


def _answer_error(error: CalendarServiceError) -> tuple[Response, int]:
    status = _STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        current_app.logger.error("%s: %s", request.path, error)
    return _answer(status, str(error), error)


def _answer_http_error(error: HTTPException) -> tuple[Response, int] | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    detail = error.description or ""
    if error.code == HTTPStatus.NOT_FOUND:
        detail = f"nothing is at {request.path}; the paths are /, /month/2023-07, /year/2023, …"
    response, code = _answer(HTTPStatus(error.code), detail, error)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response, code


def _answer(status: HTTPStatus, detail: str, error: Exception) -> tuple[Response, int]:
    """Return a page for people, problem+json (RFC 9457) for programs."""
    if wants_page(request):
        kind = type(error).__name__
        page = render_template("pages/error.html", status=status, kind=kind, error=error)
        return _uncached(Response(page, mimetype="text/html")), status
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "instance": quote(request.script_root + request.path),
    }
    answer = Response(to_json(problem), content_type="application/problem+json")
    return _uncached(answer), status


def _uncached(response: Response) -> Response:
    """Let no cache keep an error, nor give one client's form of it to another."""
    response.vary.add("Accept")
    response.headers["Cache-Control"] = "no-store"
    return response
