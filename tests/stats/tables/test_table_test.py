import numpy as np
import pytest

from tests.stats.small_tables import table
from topline.stats.tables.table_test import counts_of, fourfold, occupied, scores_of


def test_a_table_of_whole_floats_is_one_of_counts() -> None:
    counts = counts_of(np.array([[3.0, 1.0], [0.0, 13.0]]))
    assert counts.dtype == np.int64
    assert counts.tolist() == [[3, 1], [0, 13]]


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (np.array([[3, -1], [0, 13]]), r"has -1 at \(0, 1\), and 1 such cells"),
        (np.array([[3, 1.5], [0.5, 13]]), r"has 1.5 at \(0, 1\), and 2 such cells"),
        (np.array([[3, np.nan], [0, 13]]), r"has nan at \(0, 1\)"),
        (np.array([[3, np.inf], [0, 13]]), r"has inf at \(0, 1\)"),
        (np.array([3, 1]), r"has shape \(2,\); expected \(groups, categories\)"),
        (np.zeros((0, 2), int), r"has shape \(0, 2\)"),
    ],
)
def test_what_is_no_table_of_counts_is_refused(wrong: np.ndarray, found: str) -> None:
    with pytest.raises(ValueError, match=found):
        counts_of(wrong)


def test_strata_need_three_dimensions() -> None:
    with pytest.raises(ValueError, match=r"expected \(strata, groups, categories\)"):
        counts_of(table("3 1 / 0 13"), dimensions=3)


def test_a_fourfold_table_is_two_by_two() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 3\); expected 2 x 2: rows group"):
        fourfold(table("3 1 2 / 0 13 4"))


def test_empty_rows_and_columns_are_named() -> None:
    full, warnings = occupied(table("3 0 1 / 0 0 0 / 2 0 5"))
    assert full.tolist() == [[3, 1], [2, 5]]
    assert warnings == (
        "left out for having no subjects: row 2",
        "left out for having no subjects: column 2",
    )


@pytest.mark.parametrize("wrong", [[1.0, 2.0], [1.0, 2.0, np.nan]])
def test_scores_are_one_finite_number_each(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match=r"scores are .*; expected 3 finite numbers"):
        scores_of("scores", np.array(wrong), 3)
