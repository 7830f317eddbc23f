"""Where a fact stands: what every entry of the registry is proved by."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact stands: a document by number and date, or a page by address."""

    title: str
    number: str | None = None
    dated: date | None = None
    url: str | None = None
