from datetime import date

import pytest

from calendar_service.core.letterhead import LetterForm, Letterhead
from calendar_service.errors import InvalidLetterheadError, InvalidSelectionError


def test_inputs_become_a_letterhead():
    head = Letterhead.parse(
        {
            "form": ["state"],
            "issuer": ["  Sở   Văn hóa và Thể thao "],
            "date": ["3/7/2023"],
            "recipients": ["UBND các huyện; Các trường", "Báo Quảng Ninh;"],
        }
    )

    assert head == Letterhead(
        form=LetterForm.STATE,
        issuer="Sở Văn hóa và Thể thao",
        dated=date(2023, 7, 3),
        recipients=("UBND các huyện", "Các trường", "Báo Quảng Ninh"),
    )


def test_nothing_given_is_a_party_letter_of_blanks():
    assert Letterhead.parse({}) == Letterhead(form=LetterForm.PARTY)


def test_an_empty_input_is_a_blank():
    assert Letterhead.parse({"issuer": [" "], "date": []}) == Letterhead()


def test_marks_written_apart_are_put_together():
    assert Letterhead.parse({"place": ["Ha\u0323 Long"]}).place == "Hạ Long"


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("Ban Tuyên giáo Tỉnh ủy", "Ban Tuyên giáo Tỉnh ủy"),
        ("BAN TUYÊN GIÁO TỈNH ỦY", None),
        ("UBND tỉnh", "UBND tỉnh"),
        ("VNPT", "VNPT"),
        (None, None),
    ],
)
def test_the_issuer_stands_in_a_sentence_in_normal_case(issuer, expected):
    assert Letterhead(issuer=issuer).issuer_in_sentence == expected


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("issuer", "Ban\x00Tuyên giáo", "control characters"),
        ("issuer", "Ban\nTuyên giáo", "control characters"),
        ("signer", "\u202eA", "control characters"),
        ("place", "x" * 201, "200 characters at most"),
        ("recipients", "x" * 201, "200 characters at most"),
        ("recipients", "A;" * 21, "20 at most"),
        ("date", "31/2/2023", "has no day 31"),
        ("date", "2023", "give the day as well"),
    ],
)
def test_an_input_that_cannot_be_printed_is_named(name, text, words):
    with pytest.raises(InvalidLetterheadError, match=words) as caught:
        Letterhead.parse({name: [text]})

    assert caught.value.name == name


@pytest.mark.parametrize(("name", "text"), [("form", "army"), ("issuers", "Ban Tuyên giáo")])
def test_an_unknown_form_or_name_is_refused(name, text):
    with pytest.raises(InvalidSelectionError, match=name):
        Letterhead.parse({name: [text]})
