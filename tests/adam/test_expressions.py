import polars as pl
import pytest

from topline.adam.expressions import Rule, compute_condition, compute_values, refuse, select
from topline.errors import ProtocolError

ROWS = pl.DataFrame(
    {"TEXT": ["12", "x", None], "NUMBER": [1.0, 2.0, None], "WORD": ["a", "b", "c"]}
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NUMBER > 1", [False, True, False]),
        ("TEXT > 5", [True, False, False]),  # text that holds numbers
        ("TEXT = '12'", [True, False, False]),  # text as text
        ("WORD = 'b' AND TEXT IS NOT NULL", [False, True, False]),
        ("NULL", [False, False, False]),
        ("1 = 1", [True, True, True]),
    ],
)
def test_what_is_unknown_does_not_hold(text: str, expected: list[bool]) -> None:
    assert compute_condition(ROWS, Rule("here", text, "ADSL")).to_list() == expected


def test_numbers_come_first_where_a_number_is_asked() -> None:
    rule = Rule("here", "TEXT + TEXT", "ADSL")
    assert compute_values(ROWS, rule, numbers=True).to_list() == [24.0, None, None]
    assert compute_values(ROWS, rule).to_list() == ["1212", "xx", None]


def test_an_empty_frame_gives_an_empty_answer() -> None:
    assert compute_values(ROWS.clear(), Rule("here", "'a'", "ADSL")).len() == 0
    assert select(ROWS.clear(), "NUMBER > 1", "here", "ADSL").is_empty()


def test_all_problems_are_raised_at_once() -> None:
    refuse([])
    with pytest.raises(ProtocolError, match=r"(?s)2 problem.*one.*two"):
        refuse(["one", "two"])


def test_an_unknown_column_is_named_with_its_place() -> None:
    with pytest.raises(
        ProtocolError, match=r"sets\.A: NUMBR > 1: ADSL has no column NUMBR .*NUMBER"
    ):
        select(ROWS, "NUMBR > 1", "sets.A", "ADSL")
