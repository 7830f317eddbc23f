"""Links of exported pages: each leads to a file of the site, to the live service, or away."""

import re
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

# As our templates write them: Jinja escapes ">" and '"' in attributes.
_ANCHOR = re.compile(r'<a\b([^>]*? ?)href="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
_HEAD_LINK = re.compile(r'<link\b([^>]*? )href="([^"]*)"([^>]*)>\n?')
_FORM = re.compile(r'(<form\b[^>]* method="get" action=")([^"]*)(")')


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where links lead.

    Attributes:
        base_url: The public address of the site, without a slash at its end.
        live_url: That of a running service, None where there is none.
        found: The links of the site's files by the address in the service; what proves not to be
            there is taken out.
    """

    base_url: str
    live_url: str | None
    found: dict[str, str]

    def rewrite(self, page: str) -> str:
        """Return *page* with links that hold.

        What leads nowhere becomes its text; a file that is not there is not offered.
        """
        page = _ANCHOR.sub(self._anchor, page)
        page = _HEAD_LINK.sub(self._head_link, page)
        return _FORM.sub(self._form, page)

    def target(self, href: str) -> str | None:
        """Return where the link *href* leads from now on, None for nowhere."""
        start, address = self._split(unescape(href))
        if start is None:
            return href
        address, mark, fragment = address.partition("#")
        if address in self.found:
            return escape(f"{start}{self.found[address]}{mark}{fragment}")
        return self._live(href, f"{address}{mark}{fragment}")

    def _split(self, link: str) -> tuple[str | None, str]:
        """Return what stands before an address of ours, and the address."""
        for start in (self.base_url, urlsplit(self.base_url).path):
            if link.startswith(f"{start}/") and not link.startswith("//"):
                return start, link.removeprefix(start)
        return None, link

    def _live(self, href: str, address: str) -> str | None:
        if self.live_url is None:
            return None
        return href if self.live_url == self.base_url else escape(f"{self.live_url}{address}")

    def _anchor(self, match: re.Match[str]) -> str:
        before, href, after, text = match.groups()
        target = self.target(href)
        if target is not None:
            return f'<a{before}href="{target}"{after}>{text}</a>'
        is_file = "." in unescape(href).partition("?")[0].rpartition("/")[2]
        return "" if is_file else text

    def _head_link(self, match: re.Match[str]) -> str:
        target = self.target(match[2])
        if target is None:
            return ""
        return match[0].replace(f'href="{match[2]}"', f'href="{target}"')

    def _form(self, match: re.Match[str]) -> str:
        """A form asks what no file can answer."""
        start, address = self._split(unescape(match[2]))
        target = self._live(match[2], address) if start is not None else None
        return f"{match[1]}{target or match[2]}{match[3]}"
