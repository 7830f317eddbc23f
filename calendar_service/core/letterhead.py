"""What users put on the head and at the foot of a letter or plan; nothing of it is ours.

Offices are merged and renamed, so no list of them is held: what is not given is a blank.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calendar_service.core.dates import parse_day
from calendar_service.core.text import nfc
from calendar_service.errors import (
    InvalidDateError,
    InvalidLetterheadError,
    InvalidSelectionError,
)

LONGEST = 200  # characters of one input
MOST_RECIPIENTS = 20


class LetterForm(StrEnum):
    """By whose rules a document looks: the Party's, or the State's."""

    PARTY = "party"
    STATE = "state"


FIELDS = {
    "form": "Whose rules the head follows: party (default) or state.",
    "issuer": "Who issues it, in normal case, such as 'Ban Tuyên giáo': the head has it in"
    " capitals by itself. Given in capitals, it is a blank in the sentence.",
    "parent": "The body above the issuer.",
    "number": "Number and symbol, such as 1714-CV/BTGTU.",
    "place": "Where it is signed, such as Hạ Long.",
    "date": "Its day, such as 3/7/2023.",
    "signer_title": "The signer's title.",
    "signer": "The signer's name.",
    "recipients": "Whom a letter addresses (Kính gửi), or a plan goes to (Nơi nhận); repeat it,"
    " or part them by ';'.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The inputs of a document; what is None is printed as a dotted blank."""

    form: LetterForm = LetterForm.PARTY
    issuer: str | None = None
    parent: str | None = None
    number: str | None = None
    place: str | None = None
    dated: date | None = None
    signer_title: str | None = None
    signer: str | None = None
    recipients: tuple[str, ...] = ()

    @property
    def issuer_in_sentence(self) -> str | None:
        """The issuer as a sentence has it; None where several words are all in capitals.

        Which of them keep a capital (Nghị định 30/2020/NĐ-CP, phụ lục II) cannot be told then.
        """
        issuer = self.issuer
        return None if issuer and issuer.isupper() and " " in issuer else issuer

    @classmethod
    def parse(cls, values: Mapping[str, Iterable[str]]) -> "Letterhead":
        """Return the letterhead that query parameters or options give; the last one counts.

        Raises:
            InvalidSelectionError: A name or the form is unknown.
            InvalidLetterheadError: A text is too long or holds control characters, or the
                date is none.
        """
        for name in sorted(set(values) - set(FIELDS)):
            raise InvalidSelectionError(name, None, list(FIELDS))
        given = {name: _texts(name, texts) for name, texts in values.items()}
        last = {name: texts[-1] for name, texts in given.items() if texts}
        return cls(
            form=_form(last.get("form", LetterForm.PARTY)),
            issuer=last.get("issuer"),
            parent=last.get("parent"),
            number=last.get("number"),
            place=last.get("place"),
            dated=_dated(last.get("date")),
            signer_title=last.get("signer_title"),
            signer=last.get("signer"),
            recipients=_recipients(given.get("recipients", [])),
        )


def _texts(name: str, texts: Iterable[str]) -> list[str]:
    found = []
    for text in texts:
        if any(unicodedata.category(char)[0] == "C" for char in text):
            raise InvalidLetterheadError(name, text, "it must hold no control characters")
        words = " ".join(nfc(text).split())
        if len(words) > LONGEST and name != "recipients":
            raise InvalidLetterheadError(name, words, f"give {LONGEST} characters at most")
        found += [words] if words else []
    return found


def _form(text: str) -> LetterForm:
    forms = [form.value for form in LetterForm]
    if text not in forms:
        raise InvalidSelectionError("form", text, forms)
    return LetterForm(text)


def _dated(text: str | None) -> date | None:
    try:
        return parse_day(text) if text else None
    except InvalidDateError as error:
        raise InvalidLetterheadError("date", text or "", error.remedy) from error


def _recipients(texts: Iterable[str]) -> tuple[str, ...]:
    names = [name.strip() for text in texts for name in text.split(";") if name.strip()]
    if len(names) > MOST_RECIPIENTS:
        remedy = f"give {MOST_RECIPIENTS} at most"
        raise InvalidLetterheadError("recipients", f"{len(names)} of them", remedy)
    for name in names:
        if len(name) > LONGEST:
            raise InvalidLetterheadError("recipients", name, f"give {LONGEST} characters at most")
    return tuple(names)
