"""Letters without a font: written out, never left out."""

import pytest

from tests.displays.documents.samples import hostile, picture
from topline.displays.documents.letters import (
    name_letters,
    spell_out,
    spell_out_display,
    texts,
)
from topline.displays.documents.pdf.press import foreign_letters, missing_letters
from topline.displays.table import Table


def test_greek_and_accents_are_in_the_shipped_font() -> None:
    assert foreign_letters("αβγδω ΑΒΓΔΩ μ é ß ž ≤ ≥ ± ² → \n\t") == ""


def test_chinese_is_not_and_is_said_to_be_missing_without_a_font_of_the_machine() -> None:
    assert missing_letters("5 mg 中文 5 β", system_fonts=False) == {"中", "文"}
    assert missing_letters("plain", system_fonts=False) == frozenset()


def test_letters_are_written_out_by_code_point() -> None:
    assert spell_out("中 (A) 😀", {"中", "😀"}) == "[U+4E2D] (A) [U+1F600]"


def test_a_display_says_which_letters_are_written_out() -> None:
    spelled = spell_out_display(hostile(("中文", "plain")), {"中"})
    assert isinstance(spelled, Table)
    assert "中" not in texts(spelled)
    assert spelled.rows[0].cells[0].text == "[U+4E2D]文"
    assert spelled.footnotes[-1] == (
        "Written out by code point, for no font at hand has them: U+4E2D."
    )


@pytest.mark.parametrize("display", [hostile(), picture()])
def test_a_display_without_such_letters_is_as_it_was(display: Table) -> None:
    assert spell_out_display(display, {"中"}) is display


def test_many_letters_are_counted() -> None:
    assert name_letters([chr(0x4E00 + i) for i in range(20)]).endswith("U+4E0B and 8 more")
