from typing import Any

import numpy as np
import pytest

from topline.stats.agreement.ratings import refuse_measurements, tabulate_ratings


def test_rows_are_the_first_raters() -> None:
    categories, table = tabulate_ratings(np.array(["Y", "N", "Y"]), np.array(["Y", "Y", "N"]))
    assert categories.tolist() == ["N", "Y"]
    assert table.tolist() == [[0, 1], [1, 1]]


def test_categories_keep_their_order_and_those_that_nobody_used() -> None:
    first, second = np.array(["PD", "CR"]), np.array(["SD", "CR"])
    categories, table = tabulate_ratings(first, second, categories=["CR", "PR", "SD", "PD"])
    assert categories.tolist() == ["CR", "PR", "SD", "PD"]
    assert table.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0]]


def test_numbers_are_categories_too() -> None:
    assert tabulate_ratings(np.array([2, 1]), np.array([1, 1]))[1].tolist() == [[1, 0], [1, 0]]


def test_nobody_rated() -> None:
    none = np.zeros(0, str)
    assert tabulate_ratings(none, none, categories=["N", "Y"])[1].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (["Y"], ["Y", "N"], r"have shapes \(1,\) and \(2,\); expected \(n,\) twice"),
        (["Y", None], ["Y", "N"], "1 of 4 ratings are missing"),
        (["Y", "X"], ["Y", "Z"], "X, Z is no category; the categories are N, Y"),
    ],
)
def test_ratings_that_cannot_be_counted_are_refused(
    first: list[Any], second: list[Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        tabulate_ratings(np.array(first), np.array(second), categories=["N", "Y"])


def test_measurements_that_are_missing_are_refused() -> None:
    with pytest.raises(ValueError, match="2 of 3 subjects lack a measurement"):
        refuse_measurements(np.array([1, np.nan, 3]), np.array([1, 2, np.inf]))
