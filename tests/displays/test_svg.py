"""Measured text, wrapped lines, boxes."""

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from topline.displays import theme
from topline.displays.svg import printable, text_width, wrap


@pytest.mark.parametrize(("weight", "style"), [("regular", "Regular"), ("semibold", "Semibold")])
def test_widths_are_those_of_the_font_file(weight: str, style: str) -> None:
    font = TTFont(theme.FONTS / f"ToplineSans-{style}.ttf")
    names, advances = font.getBestCmap(), font["hmtx"]
    text = "Évaluable for safety (n = 37) ≥ 65 ± αβ"
    expected = sum(advances[names[ord(letter)]][0] for letter in text) / 1000 * 8
    assert text_width(text, 8, weight) == pytest.approx(expected)  # pyright: ignore[reportArgumentType]


def test_no_break_spaces_keep_words_together() -> None:
    assert wrap("No assessment (n\u00a0=\u00a00)", 70, 8) == ("No assessment", "(n\u00a0=\u00a00)")


@given(st.text(max_size=300), st.floats(min_value=20, max_value=200))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrap(text, width, 8)
    assert all(text_width(line, 8) <= width or len(line) == 1 for line in lines)
    kept = "".join(lines).replace(" ", "")
    assert kept == "".join(c for c in printable(text) if c not in " \t\r\n")


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x1b", "\x7f", "\ufffe", "\ud800"])
def test_characters_that_xml_refuses_are_shown_as_replaced(letter: str) -> None:
    assert printable(f"a{letter}b") == "a\ufffdb"
