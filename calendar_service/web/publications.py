"""Publications: answers made once per registry and day, kept, and sent before Flask's routing."""

import gc
import io
import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakValueDictionary

from calendar_service.services import Services
from calendar_service.web.negotiation import form_of, media_type_of
from calendar_service.web.publication import Environ, Headers, Publication, StartResponse

log = logging.getLogger(__name__)

LIMIT_BYTES = 64 * 2**20
LOOK_SECONDS = 2.0
SWITCH_SECONDS = 0.0002  # Python's own 5 ms are fifty times what a kept answer takes
_PLAIN = {"REQUEST_METHOD": "GET"}
_CONDITIONS = (
    "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_RANGE", "HTTP_RANGE", "HTTP_ACCEPT_ENCODING",
)  # fmt: skip

Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Generation:
    """What all answers follow from; equal ones give equal bytes."""

    version: str
    today: date


@dataclass(slots=True)
class _Kept:
    """A kept answer, what it follows from, and whether anybody asked since it was made again."""

    generation: _Generation
    publication: Publication
    asked: bool = True


class Publications:
    """A layer around a WSGI application that keeps its public answers.

    What the application answers to GET with status 200 and Cache-Control "public" is kept
    by path, query and the form that the Accept header asks for, the least recently used
    falling out beyond *limit* bytes. All of it follows from the registry and the day. When
    one of them changes, a thread makes again what was asked for since, and the old answers
    of the same day are sent until then. Equal bytes have equal ETags in every process.
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
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._by_content: WeakValueDictionary[str, Publication] = WeakValueDictionary()
        self._size = 0
        self._lock = threading.Lock()
        self._making: WeakValueDictionary[Key, threading.Lock] = WeakValueDictionary()
        self._watcher: threading.Thread | None = None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, else ask the application and keep what may be kept."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start_response)
        if self.watched:
            self._start_watching()
        key = _key(environ)
        kept = self._kept.get(key)
        if kept is None or not self._may_be_sent(kept):
            return self._make(key, environ, start_response)
        kept.asked = True
        try:  # noqa: SIM105 - suppress() would take a tenth of the answer's time
            self._kept.move_to_end(key)
        except KeyError:  # it has just fallen out
            pass
        return kept.publication.answer(environ, start_response)

    def turn(self) -> bool:
        """Look for a changed registry or day; make again what was asked for, if there is one.

        Returns:
            Whether there was one.
        """
        changed = self.services.refresh(apart=True)
        if changed:
            # Read whole and set aside: a collection of garbage would take 60 ms for it.
            registry = self.services.registry
            len([*registry.events, *registry.campaigns])  # each is made when it is looked at
            gc.freeze()
        generation = self._now()
        # list() goes through them in one piece: requests move them meanwhile.
        kept = list(self._kept.items())
        keys = [key for key, one in kept if one.asked and one.generation != generation]
        for key in reversed(keys):  # those asked for last come first
            self._renew(key)
            gc.collect(0)  # what the making of this one left behind
        return changed or bool(keys)

    def _make(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by asking the application; one request does, the others for the same wait."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        with making:
            kept = self._kept.get(key)
            if kept is None or not self._may_be_sent(kept):
                generation = self._now()
                status, headers, body = self._ask(environ)
                if _is_public(status, headers):
                    kept = self._keep(key, generation, Publication(body, headers))
                elif kept is None or not status.startswith("5"):
                    start_response(status, headers)
                    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
                else:  # a page is better old than broken
                    log.error("%s?%s: %s, so the old answer is sent", *key[:2], status)
                    kept.asked = True
        return kept.publication.answer(environ, start_response)

    def _renew(self, key: Key) -> None:
        path, query, form = key
        generation = self._now()
        environ: Environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "HTTP_ACCEPT": media_type_of(form), "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        status, headers, body = self._ask(environ)
        if _is_public(status, headers):
            self._keep(key, generation, Publication(body, headers), again=True)
        elif status.startswith("2"):
            pass  # an answer for one, as of a feed whose history is out of reach; the next turn
        elif status.startswith("5"):
            # A page is better old than broken; the next change tries again.
            log.error("%s?%s: %s, so the old answer stays", path, query, status)
            with self._lock:
                if kept := self._kept.get(key):
                    kept.generation = generation
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
        self, key: Key, generation: _Generation, made: Publication, *, again: bool = False
    ) -> _Kept:
        """Keep *made*; what did not change keeps its date, and equal answers are one.

        Args:
            key: Which answer it is.
            generation: What it follows from.
            made: The answer.
            again: Whether it takes the place of one that is kept, if it is still there; nobody
                asked for it just now.
        """
        with self._lock:
            old = self._kept.get(key)
            if old and old.publication.is_like(made):
                made = old.publication
            made = self._by_content.setdefault(repr(made.head), made)
            kept = _Kept(generation, made, asked=not again)
            if again and old is None:
                return kept
            self._size += _size(key, made) - (_size(key, old.publication) if old else 0)
            self._kept[key] = kept
            if not again:
                self._kept.move_to_end(key)
            while self._size > self.limit and len(self._kept) > 1:
                fallen, entry = self._kept.popitem(last=False)
                self._size -= _size(fallen, entry.publication)
        return kept

    def _forget(self, key: Key) -> None:
        with self._lock:
            kept = self._kept.pop(key, None)
            self._size -= _size(key, kept.publication) if kept else 0

    def _now(self) -> _Generation:
        return _Generation(self.services.registry.version, self.services.today)

    def _may_be_sent(self, kept: _Kept) -> bool:
        """Return whether an answer is good enough: the registry before it is, yesterday is not."""
        return kept.generation.today == self.services.today

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
        for whole collections of garbage, which are put off.
        """
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.freeze()
        while self.watched:
            time.sleep(LOOK_SECONDS)
            gc.disable()
            try:
                self.turn()
            finally:
                gc.enable()


def _key(environ: Environ) -> Key:
    accept = environ.get("HTTP_ACCEPT", "")
    return environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), form_of(accept)


def _size(key: Key, publication: Publication) -> int:
    return len(key[0]) + len(key[1]) + publication.size


def _is_public(status: str, headers: Headers) -> bool:
    named = {name.lower(): value for name, value in headers}
    public = "public" in named.get("cache-control", "") and "set-cookie" not in named
    return status.startswith("200") and public
