from math import comb, exp, log
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.odds_ratio import OddsRatioMethod, compute_odds_ratio

METHODS: tuple[OddsRatioMethod, ...] = get_args(OddsRatioMethod)
positive = st.lists(st.integers(1, 15), min_size=4, max_size=4)
any_cells = st.lists(st.integers(0, 12), min_size=4, max_size=4).filter(
    lambda x: x[0] + x[1] and x[2] + x[3] and x[0] + x[2] and x[1] + x[3]
)


def test_the_table_that_a_paper_prints_otherwise() -> None:
    # 3 of 4 and 0 of 13: 63 as printed there, but no method here has its limits of 3.2 to 1234
    got = {m: compute_odds_ratio(table("3 1 / 0 13"), method=m) for m in METHODS}
    anscombe = got["haldane-anscombe"]
    factor = exp(1.959963984540054 * (1 / 3.5 + 1 / 13.5 + 1 / 1.5 + 1 / 0.5) ** 0.5)
    assert anscombe.estimate == 63
    assert (anscombe.lower, anscombe.upper) == (
        pytest.approx(63 / factor, rel=1e-12),
        pytest.approx(63 * factor, rel=1e-12),
    )
    assert anscombe.warnings == ("a cell is 0: 0.5 added to all cells",)
    assert got["conditional"].estimate == got["mid-p"].estimate == np.inf
    printed = [(f"{m.lower:.1f}", f"{m.upper:.0f}") for m in got.values()]
    assert ("3.2", "1234") not in printed


def test_half_is_added_only_where_a_cell_is_0() -> None:
    full = table("3 1 / 2 13")
    woolf = compute_odds_ratio(full, method="woolf")
    anscombe = compute_odds_ratio(full, method="haldane-anscombe")
    always = compute_odds_ratio(full, method="haldane-anscombe-always")
    assert (anscombe.estimate, anscombe.lower, anscombe.upper) == (
        woolf.estimate,
        woolf.lower,
        woolf.upper,
    )
    assert anscombe.warnings == ()
    assert always.estimate == 3.5 * 13.5 / (1.5 * 2.5)


@pytest.mark.parametrize(("counts", "ratio"), [("3 1 / 0 13", np.inf), ("0 5 / 4 3", 0.0)])
def test_woolf_has_no_limits_where_a_cell_is_0(counts: str, ratio: float) -> None:
    got = compute_odds_ratio(table(counts), method="woolf")
    assert got.estimate == ratio
    assert np.isnan([got.lower, got.upper, got.p_value]).all()
    assert got.warnings == ("a cell is 0: no limits; choose haldane-anscombe or conditional",)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("counts", ["3 5 / 0 0", "0 0 / 1 2", "0 5 / 0 4", "3 0 / 5 0"])
def test_without_two_groups_and_two_outcomes_nothing_is_known(
    counts: str, method: OddsRatioMethod
) -> None:
    got = compute_odds_ratio(table(counts), method=method)
    assert np.isnan([got.estimate, got.lower, got.upper]).all()
    assert got.warnings == (
        "not estimable: a group has no subjects, or nobody or everybody had the event",
    )
    if method in {"conditional", "mid-p"}:
        assert got.p_value == 1
    else:
        assert np.isnan(got.p_value)


def test_nobody_has_no_exact_p_value_either() -> None:
    assert np.isnan(compute_odds_ratio(table("0 0 / 0 0"), method="conditional").p_value)


@given(any_cells, st.sampled_from([0.8, 0.95]))
def test_tails_at_the_conditional_limits_are_half_of_the_rest(
    cells: list[int], level: float
) -> None:
    a, b, c, d = cells
    support = range(max(0, a - d), min(a + b, a + c) + 1)

    def tail(ratio: float, own: float, *, above: bool) -> float:
        weights = {
            x: comb(a + b, x) * comb(c + d, a + c - x) * exp((x - a) * log(ratio)) for x in support
        }
        beyond = sum(w for x, w in weights.items() if (x > a if above else x < a))
        return (beyond + own * weights[a]) / sum(weights.values())

    for method, own in (("conditional", 1.0), ("mid-p", 0.5)):
        got = compute_odds_ratio(np.array(cells).reshape(2, 2), method=method, level=level)
        half = (1 - level) / 2
        if a > support[0]:
            assert tail(got.lower, own, above=True) == pytest.approx(half, rel=1e-9)
        else:
            assert (got.estimate, got.lower) == (0 if len(support) > 1 else got.estimate, 0)
        if a < support[-1]:
            assert tail(got.upper, own, above=False) == pytest.approx(half, rel=1e-9)
        else:
            assert got.upper == np.inf


@given(positive, st.sampled_from(METHODS))
def test_exchanged_groups_have_the_reciprocal(cells: list[int], method: OddsRatioMethod) -> None:
    counts = np.array(cells).reshape(2, 2)
    one = compute_odds_ratio(counts, method=method)
    other = compute_odds_ratio(counts[::-1], method=method)
    assert other.estimate == pytest.approx(1 / one.estimate, rel=1e-9)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-9)
    assert other.lower == pytest.approx(1 / one.upper, rel=1e-9)


@given(any_cells)
def test_the_conditional_p_value_is_fishers(cells: list[int]) -> None:
    counts = np.array(cells).reshape(2, 2)
    got = compute_odds_ratio(counts, method="conditional")
    assert got.p_value == pytest.approx(compute_fisher(counts).p_value, rel=1e-14)


@given(any_cells)
def test_mid_p_limits_hold_1_just_where_the_p_value_is_above_5_percent(cells: list[int]) -> None:
    got = compute_odds_ratio(np.array(cells).reshape(2, 2), method="mid-p")
    if not np.isnan(got.lower):
        assert (got.lower <= 1 <= got.upper) == (got.p_value >= 0.05)


def test_wrong_use_is_refused() -> None:
    method: Any = "peto"
    with pytest.raises(ValueError, match="no odds ratio 'peto'; choose one of woolf"):
        compute_odds_ratio(table("3 1 / 0 13"), method=method)
    with pytest.raises(ValueError, match=r"level is 95; expected a number between 0 and 1"):
        compute_odds_ratio(table("3 1 / 0 13"), level=95)
    with pytest.raises(ValueError, match="expected 2 x 2"):
        compute_odds_ratio(table("3 1 2 / 0 13 4"))
