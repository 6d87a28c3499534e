"""Measured text, wrapped lines, boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.ft2font import FT2Font, LoadFlags

from topline.displays import theme
from topline.displays.svg import Weight, printable, text_width, wrap

STYLES: list[tuple[Weight, str]] = [("regular", "Regular"), ("semibold", "Semibold")]


@pytest.mark.parametrize(("weight", "style"), STYLES)
def test_widths_are_those_that_freetype_measures(weight: Weight, style: str) -> None:
    font = FT2Font(str(theme.FONTS / f"ToplineSans-{style}.ttf"))
    text = "Évaluable for safety (n = 37) ≥ 65 ± αβ"
    advances = (font.load_char(ord(c), LoadFlags.NO_SCALE).horiAdvance for c in text)
    assert text_width(text, 8, weight) == pytest.approx(sum(advances) / 1000 * 8)


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
