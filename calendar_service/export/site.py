"""Public pages, feeds and JSON as static files, through the application itself."""

import hashlib
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import Client

from calendar_service import __version__
from calendar_service.errors import ExportPageError
from calendar_service.export.files import File, feed_file, files_of
from calendar_service.export.folder import Folder, open_folder
from calendar_service.export.links import Links
from calendar_service.services import Services
from calendar_service.web.app import create_app
from calendar_service.web.context import feed_maker

_BROWSER = {"Accept": "text/html"}
_NOT_FOUND = 404

Progress = Callable[[list[File]], AbstractContextManager[Iterable[File]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many files a run wrote, found unchanged and removed."""

    written: int
    unchanged: int
    removed: int


def export_site(
    services: Services,
    folder: Path,
    years: Iterable[int],
    *,
    live_url: str | None = None,
    progress: Progress = nullcontext,
) -> Summary:
    """Write the public site to *folder*, for the public address of *services*.

    What an earlier run made from the same registry, settings and code is not made again,
    but for what the day may have changed.

    Args:
        services: Whose settings and files the site is made of; the clock is read once.
        folder: An empty folder, or one that was exported to before.
        years: Those whose months, lists and editions of campaigns it holds.
        live_url: A running service for what no file can do; None leaves that out.
        progress: Shows how far it is.

    Raises:
        ExportFolderError: The folder holds or leads to files of others, or cannot be written.
        ExportPageError: The application does not answer as it should.
    """
    settings, now = services.settings, services.clock()
    services = Services(settings, lambda: now)  # the caller's clock goes on
    app = create_app(services, exported=True, interactive=live_url is not None)
    files = files_of(services.registry, services.today, years, _static(app))
    target = open_folder(folder, [file.path for file in files], _about(services))
    made_from = _Origin(_origin(app, services, [*years], live_url), services.today)
    found = {file.address: file.link for file in files}
    links = Links(base_url=settings.base_url, live_url=live_url, found=found)
    with progress([*_former_feeds(target, files), *files]) as shown:
        _make(shown, target, made_from, app, links)
    target.finish()
    return Summary(written=target.written, unchanged=target.unchanged, removed=target.removed)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What files are made from: a digest of all but the day, and the day."""

    digest: str
    today: date

    def of(self, file: File) -> str:
        return f"{self.digest} {self.today.strftime(file.turn)}".rstrip()


def _about(services: Services) -> dict[str, str]:
    """Return what the manifest says of the whole site."""
    return {
        "made_by": f"calendar_service {__version__}",
        "registry": services.registry.version,
        "base_url": services.settings.base_url,
    }


def _make(
    files: Iterable[File], target: Folder, made_from: _Origin, app: Flask, links: Links
) -> None:
    """Write those files that are made from something else than before."""
    client = Client(app.wsgi_app, use_cookies=False)
    root = urlsplit(links.base_url).path
    for file in files:
        if target.holds(file.path, made_from.of(file)):
            target.keep(file.path)
        elif answer := _answer(client, root, file):
            data, media_type, lasting = answer
            if file.is_page:
                data = links.rewrite(data.decode()).encode()
            made = made_from.of(file) if lasting else ""  # made again by the next run
            target.put(file.path, data, media_type, file.link, made)
        elif links.found.pop(file.address, None) is None:  # before the pages come, and lead to it
            target.keep(file.path)  # a feed of which nothing is known any more


def _origin(app: Flask, services: Services, years: list[int], live_url: str | None) -> str:
    """Return a digest of all that decides on the bytes of the site, but for the day."""
    settings = services.settings
    with app.app_context():
        has_history = feed_maker().history.exists
    said = (
        services.registry.version, settings.base_url, live_url, years, settings.region,
        settings.timezone_name, settings.mail_from, settings.send_time.isoformat(),
        has_history, sys.version,
        sorted(f"{each.name} {each.version}" for each in distributions()),
    )  # fmt: skip
    digest = hashlib.sha256(repr(said).encode())
    package = Path(app.root_path)
    for path in sorted(path for path in package.rglob("*") if path.suffix != ".pyc"):
        if path.is_file():
            digest.update(f"{path.relative_to(package)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _former_feeds(target: Folder, files: Iterable[File]) -> list[File]:
    """Return the calendars of an earlier run that are planned no more.

    Subscribers go on asking for them, and some drop a calendar that is not there.
    """
    planned = {file.path for file in files}
    former = [path for path in target.before if path.startswith("feeds/")]
    return [feed_file(path) for path in former if path.endswith(".ics") and path not in planned]


def _static(app: Flask) -> list[str]:
    folder = Path(app.static_folder or "")
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _answer(client: Client, root: str, file: File) -> tuple[bytes, str, bool] | None:
    """Return what the application answers, its media type, and whether that may be kept.

    None for no such file.
    """
    with client.get(root + file.address, headers=_BROWSER, follow_redirects=True) as response:
        if file.optional and response.status_code == _NOT_FOUND:
            return None
        if response.status_code != file.status:
            raise ExportPageError(file.address, response.status_code)
        lasting = response.headers.get("Cache-Control") != "no-cache"
        return response.data, response.headers["Content-Type"], lasting
