"""A publication: the bytes of one answer, with the headers of each way to send them."""

import gzip
import hashlib
from collections.abc import Callable, Iterable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

_GZIP_FROM, _GZIP_CALENDAR_FROM = 1_000, 200_000
# Written anew, some below; the date by the server, at each answer.
_DROPPED = frozenset(["content-length", "date", "etag", "last-modified", "vary"])
_TEXTS = ("text/", "application/json", "application/feed+json", "application/atom", "image/svg")

StartResponse = Callable[..., Any]
Environ = dict[str, Any]
Headers = list[tuple[str, str]]


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
            start_response("412 PRECONDITION FAILED", [*self.head_304, ("Content-Length", "0")])
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


def gzipped(body: bytes, media_type: str) -> bytes | None:
    """Return the gzip form of an answer, always the same; None where it is sent as it is.

    A short calendar is sent as it is: Outlook was seen to fail until a feed came without gzip
    (markuspoerschke/iCal#541).
    """
    least = _GZIP_CALENDAR_FROM if media_type.startswith("text/calendar") else _GZIP_FROM
    if not media_type.startswith(_TEXTS) or len(body) < least:
        return None
    return gzip.compress(body, compresslevel=6, mtime=0)


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Return whether an Accept-Encoding header takes gzip (RFC 9110 section 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, _, parameters = part.partition(";")
        weights[coding.strip()] = parameters.strip().removeprefix("q=")
    weight = weights.get("gzip", weights.get("*", "0"))  # "*" is what no other part names
    return not weight or weight.strip("0.") != ""


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
