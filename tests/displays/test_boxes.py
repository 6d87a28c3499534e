"""The measure itself: texts that touch are found, others are not."""

import pytest

from tests.displays.boxes import outside, overlapping

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="50pt">{}</svg>'
TEXT = '<text x="{}" y="{}" font-size="8px" text-anchor="{}" transform="rotate({} {} {})">{}</text>'


def picture(*texts: tuple[float, float, str, float, str]) -> str:
    parts = [TEXT.format(x, y, anchor, turn, x, y, text) for x, y, anchor, turn, text in texts]
    return PICTURE.format("".join(parts))


@pytest.mark.parametrize(
    ("second", "touch"),
    [
        ((12, 20, "start", 0, "B"), True),  # begins within the first, which is some 25 wide
        ((40, 20, "start", 0, "B"), False),
        ((40, 20, "end", 0, "BBBBBB"), True),  # ends at 40, begins within
        ((12, 29, "start", 0, "B"), False),  # on the next line
        ((12, 26, "start", 0, "B"), True),  # too near below
        ((12, 40, "start", -90, "BBBBBB"), True),  # stands upright through it
    ],
)
def test_texts_that_touch_are_found(
    second: tuple[float, float, str, float, str], touch: bool
) -> None:
    found = overlapping(picture((5, 20, "start", 0, "AAAAA"), second))
    assert bool(found) is touch


def test_a_text_that_leaves_the_page_is_found() -> None:
    assert outside(picture((90, 20, "start", 0, "AAAAA"))) == ["AAAAA"]
    assert outside(picture((90, 20, "end", 0, "AAAAA"))) == []
