"""The routes of reminder subscriptions; what answers them is imported when it is first asked.

No list or feed signs anybody up, and SQLAlchemy takes longer to import than all else that
a first answer needs.
"""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

SIGN_UPS_AN_HOUR = 20  # from one client; an office behind one address stays below
MAX_FORM_BYTES = 32_768  # every box ticked sends some 4,000
_HOUR = 3600
_VIEWS = "calendar_service.web.subscription_views"
_ROUTES = (
    ("GET", "/remind", "show_sign_up"),
    ("POST", "/remind", "sign_up"),
    ("GET", "/confirm/<token>", "show_confirmation"),
    ("POST", "/confirm/<token>", "confirm"),
    ("GET", "/manage/<token>", "show_subscription"),
    ("POST", "/manage/<token>", "manage"),
    ("GET", "/unsubscribe/<token>", "show_unsubscribe"),
    ("POST", "/unsubscribe/<token>", "unsubscribe"),
)

bp = Blueprint("subscriptions", __name__)


class SignUpCap:
    """Counts sign-ups by client within the clock's hour, in this process alone.

    It only takes the edge off a flood: that nobody can flood a third person is seen to by
    enter_confirmation, for each address and in the database.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hour = 0
        self._counts: Counter[str] = Counter()

    def wait_seconds(self, client: str, now: datetime) -> int:
        """Count a sign-up; return 0, or in how many seconds to come back."""
        hour, seconds = divmod(int(now.timestamp()), _HOUR)
        with self._lock:
            if hour != self._hour:
                self._hour, self._counts = hour, Counter()
            self._counts[client] += 1
            return _HOUR - seconds if self._counts[client] > SIGN_UPS_AN_HOUR else 0


@bp.before_request
def _take_small_forms_only() -> None:
    request.max_content_length = MAX_FORM_BYTES


@bp.after_request
def _keep_private(response: Response) -> Response:
    """Let no cache keep what is about one person, and no other site see a token."""
    response.headers["Cache-Control"] = "no-store"
    if "token" in (request.view_args or {}):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _view(name: str) -> Callable[..., ResponseReturnValue]:
    """Return a view that calls the function *name* of _VIEWS."""

    def view(**values: str) -> ResponseReturnValue:
        answer: ResponseReturnValue = getattr(import_module(_VIEWS), name)(**values)
        return answer

    return view


for _method, _path, _name in _ROUTES:
    bp.add_url_rule(_path, _name, _view(_name), methods=[_method])
