"""Publications: answers made once per registry and day, kept, and sent before Flask's routing."""

import gc
import gzip
import hashlib
import io
import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from calendar_service.core.model import Registry
from calendar_service.services import Services
from calendar_service.web.negotiation import form_of

log = logging.getLogger(__name__)

LIMIT_BYTES = 64 * 2**20
LOOK_SECONDS = 2.0
SWITCH_SECONDS = 0.0002  # Python's own 5 ms are fifty times what a kept answer takes
_GZIP_FROM, _GZIP_CALENDAR_FROM = 1_000, 200_000  # a report of Outlook tells of trouble with it
# Written anew, some below; the date by the server, at each answer.
_DROPPED = frozenset(["content-length", "date", "etag", "last-modified", "vary"])
_TEXTS = ("text/", "application/json", "application/feed+json", "application/atom", "image/svg")
_PLAIN = {"REQUEST_METHOD": "GET"}
_CONDITIONS = (
    "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE", "HTTP_RANGE", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]
Key = tuple[str, str, str]


class Publication:
    """The bytes of one answer, with the headers of each way to send them."""

    __slots__ = (
        "__weakref__", "body", "etag", "etag_gzip", "gzipped", "head", "head_304",
        "head_304_gzip", "head_gzip", "modified_at", "size",
    )  # fmt: skip

    def __init__(self, body: bytes, headers: Headers) -> None:
        given = {name.lower(): value for name, value in headers}
        kept = [pair for pair in headers if pair[0].lower() not in _DROPPED]
        digest = hashlib.sha256(body).hexdigest()[:32]
        self.body = body
        self.gzipped = gzipped(body, given.get("content-type", ""))
        self.etag, self.etag_gzip = f'"{digest}"', f'"{digest}-gzip"'
        self.modified_at = _moment(given.get("last-modified", ""))
        vary = [name for name in given.get("vary", "").split(", ") if name]
        if self.gzipped:
            vary.append("Accept-Encoding")
        if vary:
            kept.append(("Vary", ", ".join(vary)))
        if "last-modified" in given:
            kept.append(("Last-Modified", given["last-modified"]))
        bare = [pair for pair in kept if not pair[0].lower().startswith("content-")]
        self.head = [*kept, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        self.head_304 = [*bare, ("ETag", self.etag)]
        squeezed = [("ETag", self.etag_gzip), ("Content-Encoding", "gzip")]
        self.head_gzip = [*kept, *squeezed, ("Content-Length", str(len(self.gzipped or b"")))]
        self.head_304_gzip = [*bare, ("ETag", self.etag_gzip)]
        self.size = len(body) + len(self.gzipped or b"") + 2_000

    def is_like(self, other: "Publication") -> bool:
        """Return whether *other* is the same but for its date."""
        return [pair for pair in self.head if pair[0] != "Last-Modified"] == [
            pair for pair in other.head if pair[0] != "Last-Modified"
        ]

    def answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Send the body, or what the request's conditions call for (RFC 9110 section 13.2.2)."""
        encoding = environ.get("HTTP_ACCEPT_ENCODING")
        zipped = self.gzipped is not None and encoding is not None and _takes_gzip(encoding)
        etag = self.etag_gzip if zipped else self.etag
        status = self._condition(environ, etag)
        if status == 304:
            start_response("304 NOT MODIFIED", self.head_304_gzip if zipped else self.head_304)
            return []
        if status == 412:
            start_response("412 PRECONDITION FAILED", [("Content-Length", "0")])
            return []
        start_response("200 OK", self.head_gzip if zipped else self.head)
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return [self.gzipped] if zipped and self.gzipped is not None else [self.body]

    def _condition(self, environ: Environ, etag: str) -> int:
        """Return 200, 304 or 412; a date that cannot be read is passed over."""
        wanted = environ.get("HTTP_IF_MATCH")
        if wanted is not None:
            if not _names(wanted, etag, weakly=False):
                return 412
        elif (day := environ.get("HTTP_IF_UNMODIFIED_SINCE")) and self.modified_at is not None:
            limit = _moment(day)
            if limit is not None and self.modified_at > limit:
                return 412
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None:
            return 304 if known == etag or _names(known, etag, weakly=True) else 200
        day = environ.get("HTTP_IF_MODIFIED_SINCE")
        if day is not None and self.modified_at is not None:
            since = _moment(day)
            return 304 if since is not None and self.modified_at <= since else 200
        return 200


@dataclass(frozen=True, slots=True)
class _Generation:
    """What all answers follow from; equal ones give equal bytes."""

    registry: Registry
    today: date


class Publications:
    """A layer around a WSGI application that keeps its public answers.

    What the application answers to GET with status 200 and Cache-Control "public" is kept
    by path, query and the form that the Accept header asks for, the least recently used
    falling out beyond *limit* bytes. All of it follows from the registry and the day. When
    one of them changes, a thread makes every answer again, and the old ones are sent until
    then; unless *watched*, requests look for changes, and wait. Equal bytes have equal
    ETags in every process.
    """

    def __init__(
        self,
        app: Application,
        services: Services,
        *,
        watched: bool = False,
        limit: int = LIMIT_BYTES,
    ) -> None:
        self.app = app
        self.services = services
        self.watched = watched
        self.limit = limit
        self._kept: OrderedDict[Key, tuple[_Generation, Publication]] = OrderedDict()
        self._by_content: WeakValueDictionary[str, Publication] = WeakValueDictionary()
        self._size = 0
        self._lock = threading.Lock()
        self._making = [threading.Lock() for _ in range(16)]
        self._renewing = False
        self._watcher: threading.Thread | None = None
        self._looked_at = time.monotonic()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, else ask the application and keep what may be kept."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start_response)
        self._look()
        key = _key(environ)
        kept = self._kept.get(key)
        if kept is not None and self._may_be_sent(kept[0]):
            try:  # noqa: SIM105 - suppress() would take a tenth of the answer's time
                self._kept.move_to_end(key)
            except KeyError:  # it has just fallen out
                pass
            return kept[1].answer(environ, start_response)
        with self._making[hash(key) % len(self._making)]:  # one builds, the others wait for it
            kept = self._kept.get(key)
            if kept is None or not self._is_current(kept[0]):
                generation = self._now()
                status, headers, body = self._ask(environ)
                if not _is_public(status, headers):
                    start_response(status, headers)
                    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
                kept = self._keep(key, generation, Publication(body, headers))
        return kept[1].answer(environ, start_response)

    def turn(self) -> bool:
        """Look for a changed registry or day; make everything kept again if there is one.

        Returns:
            Whether there was one.
        """
        self._renewing = True  # from before the change: no request is to wait for a build
        try:
            changed = self.services.refresh(apart=True)
            generation = self._now()
            with self._lock:
                keys = [key for key, kept in self._kept.items() if kept[0] != generation]
            for key in reversed(keys):  # those asked for last come first
                self._renew(key)
        finally:
            self._renewing = False
        return changed or bool(keys)

    def _renew(self, key: Key) -> None:
        path, query, form = key
        generation = self._now()
        environ: Environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "HTTP_ACCEPT": form, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        status, headers, body = self._ask(environ)
        if _is_public(status, headers):
            self._keep(key, generation, Publication(body, headers))
        elif status.startswith("5"):
            # A page is better old than broken; the next change tries again.
            log.error("%s?%s: %s, so the old answer stays", path, query, status)
            with self._lock:
                if key in self._kept:
                    self._kept[key] = (generation, self._kept[key][1])
        else:
            self._forget(key)

    def _ask(self, environ: Environ) -> tuple[str, Headers, bytes]:
        """Return what the application answers to a GET without conditions."""
        asked = {name: value for name, value in environ.items() if name not in _CONDITIONS}
        found: list[Any] = []

        def start_response(status: str, headers: Headers, exc_info: object = None) -> None:
            found[:] = [status, headers]

        answer = self.app(asked | _PLAIN, start_response)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return found[0], found[1], body

    def _keep(
        self, key: Key, generation: _Generation, made: Publication
    ) -> tuple[_Generation, Publication]:
        """Keep *made*; what did not change keeps its date, and equal answers are one."""
        with self._lock:
            old = self._kept.get(key)
            if old and old[1].is_like(made):
                made = old[1]
            made = self._by_content.setdefault(repr(made.head), made)
            self._size += made.size - (old[1].size if old else 0)
            kept = self._kept[key] = (generation, made)
            self._kept.move_to_end(key)
            while self._size > self.limit and len(self._kept) > 1:
                _, (_, fallen) = self._kept.popitem(last=False)
                self._size -= fallen.size
        return kept

    def _forget(self, key: Key) -> None:
        with self._lock:
            kept = self._kept.pop(key, None)
            self._size -= kept[1].size if kept else 0

    def _now(self) -> _Generation:
        return _Generation(self.services.registry, self.services.today)

    def _may_be_sent(self, generation: _Generation) -> bool:
        """Return whether an answer of *generation* is good enough: the watcher's turn comes.

        A day's pages are not sent on the next day, but for the moment in which they are made.
        """
        if self._renewing or self._is_current(generation):
            return True
        return self.watched and generation.today == self.services.today

    def _is_current(self, generation: _Generation) -> bool:
        return (
            generation.registry is self.services.registry
            and generation.today == self.services.today
        )

    def _look(self) -> None:
        """See to it that changes are looked for, every LOOK_SECONDS."""
        if self.watched:
            self._start_watching()
        elif time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self.services.refresh()

    def _start_watching(self) -> None:
        """Start the thread that looks for changes, in the process that answers requests.

        A server that forks after importing the application would lose a thread started then.
        """
        if self._watcher is not None and self._watcher.is_alive():
            return
        with self._lock:
            if self._watcher is None or not self._watcher.is_alive():
                self.services.refresh(apart=True)  # its parent may have read long before the fork
                self._watcher = threading.Thread(
                    target=self._watch, name="publications", daemon=True
                )
                self._watcher.start()

    def _watch(self) -> None:
        """Look for changes, so that requests wait as little as possible meanwhile.

        They wait a switch interval whenever they need the interpreter while it builds, and
        for whole collections of garbage, of which a registry is 60 ms; it holds no cycles.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.freeze()
        while self.watched:
            time.sleep(LOOK_SECONDS)
            gc.disable()
            try:
                if self.turn():
                    gc.freeze()
            finally:
                gc.enable()


def _key(environ: Environ) -> Key:
    accept = environ.get("HTTP_ACCEPT", "")
    return environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), form_of(accept)


def _is_public(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    public = "public" in named.get("cache-control", "") and "set-cookie" not in named
    return status.startswith("200") and public


def gzipped(body: bytes, media_type: str) -> bytes | None:
    """Return the gzip form of an answer, always the same; None where it is sent as it is."""
    least = _GZIP_CALENDAR_FROM if media_type.startswith("text/calendar") else _GZIP_FROM
    if not media_type.startswith(_TEXTS) or len(body) < least:
        return None
    return gzip.compress(body, compresslevel=6, mtime=0)


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding header takes gzip (RFC 9110 section 12.5.3)."""
    for part in accepted.lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            weight = parameters.strip().removeprefix("q=")
            return not weight or weight.strip("0.") != ""
    return False


def _names(tags: str, etag: str, *, weakly: bool) -> bool:
    """Return whether a list of entity tags names *etag*, or is "*"."""
    given = [tag.strip() for tag in tags.split(",")]
    if weakly:
        given = [tag.removeprefix("W/") for tag in given]
    return etag in given or "*" in given


@lru_cache(maxsize=256)
def _moment(text: str) -> float | None:
    """Return the seconds since 1970 of an HTTP date, None when it is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
