"""Vietnamese text: how two spellings of one name are compared."""

import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def nfc(text: str) -> str:
    """Return *text* in Unicode's composed form, in which all our text is kept."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return *text* in the form in which names are compared, never printed.

    Case, tone placement (hòa/hoà), sỹ/sĩ, dashes and runs of blanks are folded; the
    letters themselves and which tone a word has are kept. The result is a key: each tone
    stands behind its word, wherever it was written in it.
    """
    words = nfc(text).casefold().replace("–", "-").split()
    return " ".join(_fold_word(word) for word in words)


def without_marks(text: str) -> str:
    """Return *text* in plain ASCII letters where it can be: "Điện Biên" is "Dien Bien"."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def slug(text: str) -> str:
    """Return *text* as ASCII words in lower case joined by "-": "Họp báo" is "hop-bao"."""
    return re.sub(r"[^a-z0-9]+", "-", without_marks(text).lower()).strip("-")


def _fold_word(word: str) -> str:
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        (tones if char in _TONES else letters).append(char)
    bare = nfc("".join(letters))
    if bare == "sy":  # the two official spellings sỹ and sĩ
        bare = "si"
    return bare + "".join(sorted(tones))
