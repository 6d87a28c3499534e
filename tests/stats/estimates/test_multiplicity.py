from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.estimates.multiplicity import Adjustment, adjust_p_values

NAN = float("nan")
METHODS: tuple[Adjustment, ...] = get_args(Adjustment)
some = st.lists(st.integers(0, 20).map(lambda i: i / 20), min_size=1, max_size=8)


def adjusted(p_values: list[float], method: Adjustment = "holm") -> list[float]:
    return adjust_p_values(np.array(p_values, np.float64), method).tolist()


@given(some)
def test_methods_that_assume_more_adjust_less(p_values: list[float]) -> None:
    chain: list[Adjustment] = ["none", "hommel", "hochberg", "holm", "bonferroni"]
    found = [np.array(adjusted(p_values, method)) for method in chain]
    for smaller, larger in pairwise(found):
        assert (smaller <= larger + 1e-15).all()
    assert (np.array(adjusted(p_values, "sidak")) <= found[-1] + 1e-12).all()
    assert (np.array(adjusted(p_values, "bh")) <= np.array(adjusted(p_values, "by")) + 1e-15).all()


@given(some, st.sampled_from([m for m in METHODS if m != "fixed-sequence"]), st.data())
def test_order_only_moves_the_p_values(
    p_values: list[float], method: Adjustment, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(p_values))))
    plain = adjusted(p_values, method)
    assert adjusted([p_values[i] for i in order], method) == [plain[i] for i in order]


@given(some, st.sampled_from([m for m in METHODS if m != "fixed-sequence"]), st.integers(0, 8))
def test_missing_p_values_do_not_count(
    p_values: list[float], method: Adjustment, place: int
) -> None:
    place = min(place, len(p_values))
    got = adjusted([*p_values[:place], NAN, *p_values[place:]], method)
    assert np.isnan(got.pop(place))
    assert got == adjusted(p_values, method)


def test_nothing_counts_after_a_missing_p_value_of_a_sequence() -> None:
    got = adjusted([0.01, 0.03, 0.02, NAN, 0.001], "fixed-sequence")
    assert got[:3] == [0.01, 0.03, 0.03]
    assert np.isnan(got[3:]).all()


def test_small_p_values_keep_their_digits() -> None:
    assert adjusted([1e-20, 0.5], "sidak")[0] == pytest.approx(2e-20, rel=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_none_one_and_certain_p_values(method: Adjustment) -> None:
    assert adjusted([], method) == []
    assert adjusted([0.3], method) == pytest.approx([0.3])
    assert adjusted([1.0, 1.0], method) == [1, 1]
    assert adjusted([0.0, 0.0], method) == [0, 0]
    assert np.isnan(adjusted([NAN, NAN], method)).all()


def test_what_is_no_probability_is_refused() -> None:
    more: Any = "more"
    with pytest.raises(ValueError, match=r"1 of 2 p-values are not between 0 and 1, such as 1\.5"):
        adjusted([0.1, 1.5])
    with pytest.raises(ValueError, match="no adjustment 'more'; choose one of none, bonferroni"):
        adjusted([0.1], more)
    with pytest.raises(ValueError, match=r"p_values has shape \(1, 1\)"):
        adjust_p_values(np.array([[0.1]]))
