"""The service below the root of its host: BASE_URL with a path."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from calendar_service.web.publication import Environ, StartResponse
from calendar_service.web.publications import Application


class Mount:
    """A layer around a WSGI application that lives at the path of its public address.

    A proxy may send requests on with that path or without it; links carry it either way.
    """

    def __init__(self, app: Application, base_url: str) -> None:
        self.app = app
        self.path = urlsplit(base_url).path

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Move the path from PATH_INFO to SCRIPT_NAME (PEP 3333), and ask the application."""
        asked = environ.get("PATH_INFO", "")
        if f"{asked}/".startswith(f"{self.path}/"):
            asked = asked.removeprefix(self.path) or "/"
        return self.app({**environ, "SCRIPT_NAME": self.path, "PATH_INFO": asked}, start_response)
