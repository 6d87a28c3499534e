"""Which lines share a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.displays.documents.pagination import PageLines, line_groups, paginate
from topline.displays.table import Cell, Row, heading


def rows(text: str) -> list[Row]:
    """Read a table as on paper: `#` before a heading, two spaces before an indented line."""
    read: list[Row] = []
    for line in text.strip("\n").splitlines():
        name = line.strip()
        indent = (len(line) - len(line.lstrip())) // 2
        cells = (Cell(name.removeprefix("#"), indent=indent), Cell("1"))
        read.append(Row(cells, heading=name.startswith("#")))
    return read


def pages(lines: list[Row], capacity: float, height: float = 1) -> list[PageLines]:
    return list(paginate(lines, [height] * len(lines), capacity))


SEX_AND_SITE = """
#Sex
  Male
  Female
#Site
  Lung
  Colon
"""


def test_a_group_that_fits_is_not_parted() -> None:
    # Five lines would fit, but Site would be parted.
    assert pages(rows(SEX_AND_SITE), 5) == [PageLines(0, 3), PageLines(3, 6)]


def test_what_fits_is_on_one_page() -> None:
    assert pages(rows(SEX_AND_SITE), 6) == [PageLines(0, 6)]


def test_a_group_longer_than_a_page_says_its_heading_again() -> None:
    long = rows("#Skin\n" + "\n".join(f"  Rash {i}" for i in range(6)))
    assert pages(long, 4) == [PageLines(0, 4), PageLines(4, 7, (0,))]


def test_headings_within_headings_are_all_said_again() -> None:
    nested = rows("#ORR\n  #By site\n    Lung\n    Colon\n    Liver\n    Bone")
    assert pages(nested, 4) == [PageLines(0, 4), PageLines(4, 6, (0, 1))]


def test_a_small_heading_goes_on_with_its_first_line() -> None:
    nested = rows("#MGMT\n  Readers\n    Same\n    Other\n  Assays\n    Same\n    Other")
    assert pages(nested, 5) == [PageLines(0, 4), PageLines(4, 7, (0,))]


def test_lines_before_any_heading_are_kept() -> None:
    assert line_groups(rows("  a\n  b\n#Sex\n  Male")) == ((0, 2), (2, 4))


def test_a_heading_is_not_left_alone_below() -> None:
    lines = rows("A\nB\n#Skin\n" + "\n".join(f"  Rash {i}" for i in range(9)))
    # Four lines are free behind A and B; a heading wants two lines with it.
    assert pages(lines, 4)[0] == PageLines(0, 2)


def test_rows_of_a_subject_stay_together_in_a_listing() -> None:
    listing = rows("01\n01\n02\n02\n02\n03")
    assert line_groups(listing) == ((0, 2), (2, 5), (5, 6))
    assert pages(listing, 4) == [PageLines(0, 2), PageLines(2, 6)]


def test_a_line_higher_than_a_page_has_its_own() -> None:
    lines = rows("A\nB\nC")
    assert paginate(lines, [1, 9, 1], 4) == (PageLines(0, 1), PageLines(1, 2), PageLines(2, 3))


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_always_a_page(count: int) -> None:
    assert pages([heading("Sex", 2)] * count, 5) == [PageLines(0, count)]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.floats(1, 4)), max_size=60),
    st.floats(12, 30),
)
def test_each_line_is_printed_once_and_no_page_is_too_full(
    lines: list[tuple[bool, int, float]], capacity: float
) -> None:
    made = [
        Row((Cell(str(i), indent=d), Cell("1")), heading=h) for i, (h, d, _) in enumerate(lines)
    ]
    heights = [height for *_, height in lines]
    found = paginate(made, heights, capacity)
    assert [i for page in found for i in range(page.first, page.end)] == list(range(len(lines)))
    for page in found:
        held = sum(heights[page.first : page.end]) + sum(heights[i] for i in page.headings)
        assert held <= capacity + 1e-6 or page.end - page.first == 1
