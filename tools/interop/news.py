"""Atom and JSON Feed: feedparser reads the one, the members that the other requires are there.

Usage: news.py FILE...        prints a JSON line for each: reader, file, and title and items
"""

import json
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    """Print what feedparser finds in Atom feeds."""
    import feedparser

    for name in names:
        read = feedparser.parse(Path(name).read_bytes())
        line = {
            "reader": f"feedparser {feedparser.__version__}",
            "file": Path(name).name,
            "version": read.version,
            "fault": str(read.bozo_exception) if read.bozo else "",
            "missing": [key for key in ("id", "title", "updated_parsed", "links")
                        if not read.feed.get(key)],
            "items": [[entry.id, entry.title, entry.link] for entry in read.entries
                      if entry.updated_parsed and entry.published_parsed and entry.summary],
        }  # fmt: skip
        print(json.dumps(line))


def json_feed_faults(text: bytes) -> list[str]:
    """Return what a JSON Feed lacks of what version 1.1 requires.

    Source: https://www.jsonfeed.org/version/1.1/, "Top-level" and "Items": version and
    title, items; of each item an id that is a string, and content_html or content_text.
    """
    feed = json.loads(text)
    faults = []
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        faults.append(f"version is {feed.get('version')}")
    faults += [f"{name} is missing" for name in ("title", "items") if name not in feed]
    items = feed.get("items", [])
    ids = [item.get("id") for item in items]
    if len(set(ids)) < len(ids) or not all(isinstance(id_, str) and id_ for id_ in ids):
        faults.append("an id is missing or not unique")
    for item in items:
        if not (item.get("content_text") or item.get("content_html")):
            faults.append(f"{item['id']} has no content")
    return faults


if __name__ == "__main__":
    main(sys.argv[1:])
