import math

import numpy as np
import pytest

from topline.validation.arguments import (
    flag,
    flags,
    floats,
    integer,
    integers,
    number,
    text,
    texts,
)


def test_null_is_a_missing_number() -> None:
    assert np.isnan(floats([1, None, 2.5])).tolist() == [False, True, False]
    assert math.isnan(number(None))


def test_lists_of_lists_are_tables_by_rows() -> None:
    assert integers([[[8, 2], [4, 6]], [[5, 5], [3, 7]]]).shape == (2, 2, 2)
    assert integers([[3, 1.0], [0, 13]]).tolist() == [[3, 1], [0, 13]]


def test_infinity_is_a_word() -> None:
    assert floats(["inf", "-inf"]).tolist() == [math.inf, -math.inf]


def test_yes_and_no_are_1_and_0_or_true_and_false() -> None:
    assert flags([1, 0, True, False]).tolist() == [True, False, True, False]
    assert flag(1.0) is True


def test_numbers_as_labels_are_written_out() -> None:
    assert texts(["A", 2, 2.0, 0.5, 1234567]).tolist() == ["A", "2", "2", "0.5", "1234567"]
    assert text("exact") == "exact"


@pytest.mark.parametrize(
    ("read", "wrong", "expected"),
    [
        (floats, [1, "two"], "a number, null, 'inf' or '-inf'"),
        (floats, 1, "a list"),
        (number, True, "a number"),
        (integers, [1, 2.5], "a whole number"),
        (integers, [1, None], "a whole number"),
        (integer, "1", "a whole number"),
        (flags, [1, 2], "true, false, 1 or 0"),
        (flag, None, "true, false, 1 or 0"),
        (texts, ["A", None], "a word"),
        (text, True, "a word"),
    ],
)
def test_other_arguments_are_refused(read: object, wrong: object, expected: str) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match=f"the reference's argument is .*; expected {expected}"):
        read(wrong)
