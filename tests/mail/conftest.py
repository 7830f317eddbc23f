"""Letters of the shipped registry, mails from them, and a decoder that is not Python's."""

import base64
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date

import pytest

from calendar_service.core.occurrences import list_month
from calendar_service.core.reminders import Choice, morning_on
from calendar_service.mail.compose import Letter, compose_morning
from calendar_service.mail.skeleton import Person, personalise, skeleton

BASE_URL = "https://lich.example.vn"
SENDER = "Lịch kỷ niệm <lich@example.vn>"
TOKEN = "WzEyMzQ1Njc4OSwxNzAwMDAwMDAwXQ.abcdefghijklmnopqrstuvwxyz_-A"  # noqa: S105 - 60 characters
PERL = """
    use Encode; use MIME::Base64;
    while (<STDIN>) { print encode("UTF-8", decode("MIME-Header", decode_base64($_))), "\\n" }
"""


@pytest.fixture
def letter_of(shipped) -> Callable[..., Letter]:
    """Return a maker of the letter that the shipped registry gives on a morning."""

    def make(
        on: date,
        choice: Choice,
        *,
        today: date | None = None,
        lang: str = "vi",
        calendar: bytes | None = None,
    ) -> Letter:
        morning = morning_on(shipped, choice, on)
        months = {
            month: list_month(shipped.events, month, choice.selection)
            for outlook in morning.outlooks
            for month in outlook.months
        }
        return compose_morning(morning, months, today or on, lang, BASE_URL, calendar)

    return make


@pytest.fixture
def mail_of() -> Callable[[Letter], bytes]:
    """Return a maker of one person's mail."""

    def make(letter: Letter) -> bytes:
        whole = skeleton(letter, sender=SENDER, list_id="lich.example.vn", base_url=BASE_URL)
        person = Person(
            address="binh@example.vn",
            message_id="<0123456789abcdef0123456789abcdef@example.vn>",
            date="Thu, 13 Jul 2023 00:00:00 +0000",
            confirm=f"c{TOKEN[1:]}",
            manage=f"m{TOKEN[1:]}",
            unsubscribe=f"u{TOKEN[1:]}",
        )
        return personalise(whole, person)

    return make


@pytest.fixture
def perl() -> Callable[[list[str]], list[str]]:
    """Return Perl's reading of header values, all in one process."""
    command = shutil.which("perl")
    if command is None:
        pytest.skip("perl, the second decoder, is not installed")

    def decode(values: list[str]) -> list[str]:
        given = "".join(f"{base64.b64encode(value.encode()).decode()}\n" for value in values)
        run = subprocess.run(
            [command, "-e", PERL], input=given, capture_output=True, text=True, check=True,
            encoding="utf-8",
        )  # fmt: skip
        return run.stdout.splitlines()

    return decode


@pytest.fixture
def by_hand() -> Callable[[str], str]:
    """Return a decoder of header values written from RFC 2047 alone."""
    word = r"=\?utf-8\?b\?[A-Za-z0-9+/=]*\?="

    def decode(value: str) -> str:
        flat = value.replace("\r\n", "")
        for found in re.finditer(r"=\?utf-8", flat):  # section 5: words stand apart
            assert found.start() == 0 or flat[found.start() - 1] == " ", value
        flat = re.sub(rf"({word}) +(?={word})", r"\1", flat)  # section 6.2
        return re.sub(word, lambda found: _decoded(found[0]), flat)

    return decode


def _decoded(word: str) -> str:
    assert len(word) <= 75, word
    return base64.b64decode(word[10:-2], validate=True).decode("utf-8")  # whole characters
