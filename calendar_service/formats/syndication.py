"""Atom (RFC 4287) and JSON Feed 1.1: new and coming anniversaries for readers and sites."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from xml.etree import ElementTree

from calendar_service.core.model import Occurrence
from calendar_service.core.wording import description, line_in
from calendar_service.formats.data import to_json

MEDIA_TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json"}
_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"
_TAG = "tag:calendar-service,2026"  # RFC 4151; not the host, as with UIDs
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def render_atom(
    title: str,
    items: Sequence[Occurrence],
    address: str,
    base_url: str,
    lang: str,
    ahead: timedelta,
) -> bytes:
    """Return an Atom feed of occurrences.

    Args:
        title: What readers call it.
        items: By date.
        address: Where the feed itself is.
        base_url: The public address of the service, for links; no slash at its end.
        lang: "vi" or "en".
        ahead: How long before its day an occurrence enters the feed.
    """
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": lang})
    _text(root, "id", f"{_TAG}:{address.removeprefix(base_url)}")
    _text(root, "title", title)
    updated = max((_updated(item, ahead) for item in items), default=_BEGINNING)
    _text(root, "updated", _instant(updated))
    author = ElementTree.SubElement(root, f"{{{_ATOM}}}author")
    _text(author, "name", "calendar_service")
    _link(root, "self", address, "application/atom+xml")
    _link(root, "alternate", f"{base_url}/upcoming", "text/html")
    for item in items:
        entry = ElementTree.SubElement(root, f"{{{_ATOM}}}entry")
        _text(entry, "id", _id(item))
        _text(entry, "title", line_in(item, lang))
        _text(entry, "updated", _instant(_updated(item, ahead)))
        _text(entry, "published", _instant(_enters(item, ahead)))
        _link(entry, "alternate", f"{base_url}/events/{item.event.id}", "text/html")
        _text(entry, "summary", description(item, lang))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def render_json_feed(
    title: str,
    items: Sequence[Occurrence],
    address: str,
    base_url: str,
    lang: str,
    ahead: timedelta,
) -> bytes:
    """Return a JSON Feed of occurrences; the arguments are those of render_atom()."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base_url}/",
        "feed_url": address,
        "language": lang,
        "items": [
            {
                "id": _id(item),
                "url": f"{base_url}/events/{item.event.id}",
                "title": line_in(item, lang),
                "content_text": description(item, lang),
                "date_published": _instant(_enters(item, ahead)),
                "date_modified": _instant(_updated(item, ahead)),
                "tags": [str(item.event.kind)],
                "_calendar_service": {"on": item.on.isoformat(), "years": item.years},
            }
            for item in items
        ],
    }
    return to_json(feed).encode()


def _id(item: Occurrence) -> str:
    return f"{_TAG}:{item.event.id}-{item.cycle_year}"


def _enters(item: Occurrence, ahead: timedelta) -> datetime:
    return datetime.combine(item.on - ahead, time(), UTC)


def _updated(item: Occurrence, ahead: timedelta) -> datetime:
    """Return when the entry last changed for its readers: as it entered, or with its event."""
    return max(_enters(item, ahead), _midnight(item.event.changed))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _link(parent: ElementTree.Element, rel: str, href: str, media_type: str) -> None:
    given = {"rel": rel, "href": href, "type": media_type}
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", given)
