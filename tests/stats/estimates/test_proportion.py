from itertools import pairwise
from math import comb
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference import reference
from topline.stats.estimates import proportion
from topline.stats.estimates.proportion import Alternative, IntervalMethod, compute_proportion

METHODS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)
ALTERNATIVES: tuple[Alternative, ...] = get_args(Alternative)
counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("method", METHODS)
def test_limits_agree_with_r(method: IntervalMethod) -> None:
    for case in reference("proportion")["intervals"]:
        got = compute_proportion(case["x"], case["n"], method=method, level=case["level"])
        assert [got.lower, got.upper] == pytest.approx(
            case["limits"][method], rel=1e-10, abs=1e-14
        ), f"{case['x']}/{case['n']} at {case['level']}"


@pytest.mark.parametrize("alternative", ALTERNATIVES)
def test_p_values_agree_with_r(alternative: Alternative) -> None:
    for case in reference("proportion")["tests"]:
        got = proportion.test_proportion(case["x"], case["n"], case["null"], alternative)
        assert got.p_value == pytest.approx(case["p"][alternative], rel=1e-10, abs=1e-300), (
            f"{case['x']}/{case['n']} against {case['null']}"
        )


# Newcombe 1998, Statistics in Medicine 17: 857-872, Table I: 95% limits to four decimals.
NEWCOMBE = """
    method           81/263         15/148         0/20           1/29
    wald             .2522 .3638    .0527 .1500    .0000 .0000    .0000 .1009
    wilson           .2553 .3662    .0624 .1605    .0000 .1611    .0061 .1718
    wilson-cc        .2535 .3682    .0598 .1644    .0000 .2005    .0018 .1963
    clopper-pearson  .2527 .3676    .0578 .1617    .0000 .1684    .0009 .1776
    mid-p            .2544 .3658    .0601 .1581    .0000 .1391    .0017 .1585
"""


@pytest.mark.parametrize("row", NEWCOMBE.strip().splitlines()[1:], ids=lambda r: r.split()[0])
def test_limits_are_those_of_newcombes_table(row: str) -> None:
    method: Any
    method, *limits = row.split()
    pairs = list(zip(limits[::2], limits[1::2], strict=True))
    for (x, n), pair in zip([(81, 263), (15, 148), (0, 20), (1, 29)], pairs, strict=True):
        got = compute_proportion(x, n, method=method)
        assert (f"{got.lower:.4f}"[1:], f"{got.upper:.4f}"[1:]) == pair, f"{x}/{n}"


def test_nobody_and_everybody_have_the_closed_form() -> None:
    # The rule of three's exact form: 0 of n leaves everything below 1 - (alpha / 2)^(1 / n)
    none, every = compute_proportion(0, 20), compute_proportion(20, 20)
    assert (none.lower, none.upper) == (0.0, pytest.approx(1 - 0.025 ** (1 / 20), rel=1e-14))
    assert (every.lower, every.upper) == (pytest.approx(0.025 ** (1 / 20), rel=1e-14), 1.0)


@pytest.mark.parametrize("method", METHODS)
def test_no_subjects_give_no_estimate_and_say_so(method: IntervalMethod) -> None:
    got = compute_proportion(0, 0, method=method)
    assert np.isnan([got.estimate, got.lower, got.upper]).all()
    assert got.warnings == ("not estimable: no subjects",)


def test_test_without_subjects_gives_no_p_value_and_says_so() -> None:
    got = proportion.test_proportion(0, 0, 0.3, "greater")
    assert np.isnan([got.estimate, got.p_value]).all()
    assert got.warnings == ("no subjects to test",)


@pytest.mark.parametrize("events", [0, 12])
def test_wald_without_width_says_so(events: int) -> None:
    got = compute_proportion(events, 12, method="wald")
    assert got.lower == got.estimate == got.upper
    assert got.warnings == ("Wald limits have no width at 0% and 100%",)
    assert compute_proportion(6, 12, method="wald").warnings == ()


def test_method_names_its_options_and_library() -> None:
    method = compute_proportion(3, 9, method="wilson", level=0.9).method
    assert method.name == "Wilson interval"
    assert method.options == (("method", "wilson"), ("level", 0.9))
    assert method.library.startswith("scipy ")


@pytest.mark.parametrize(("events", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(events: int, n: int) -> None:
    for call in (
        lambda: compute_proportion(events, n),
        lambda: proportion.test_proportion(events, n, 0.5, "less"),
    ):
        with pytest.raises(ValueError, match=f"{events} events in {n} subjects"):
            call()


def test_unknown_choices_are_refused_with_the_known_ones() -> None:
    exact: Any = "exact"
    more: Any = "more"
    with pytest.raises(ValueError, match="'exact'; choose one of clopper-pearson, mid-p"):
        compute_proportion(1, 2, method=exact)
    with pytest.raises(ValueError, match=r"level is 95; expected .* 0\.95"):
        compute_proportion(1, 2, level=95)
    with pytest.raises(ValueError, match="'more'; choose one of greater"):
        proportion.test_proportion(1, 2, 0.5, more)
    with pytest.raises(ValueError, match="null is 30"):
        proportion.test_proportion(1, 2, 30, "less")


@given(counts, st.sampled_from(METHODS))
def test_counting_the_others_mirrors_the_interval(count: tuple[int, int], method: Any) -> None:
    x, n = count
    one, other = (
        compute_proportion(x, n, method=method),
        compute_proportion(n - x, n, method=method),
    )
    assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-12)


@given(counts, st.sampled_from(METHODS))
def test_limits_hold_the_estimate_and_widen_with_the_level(
    count: tuple[int, int], method: Any
) -> None:
    # Jeffreys quantiles are about (x + 1/2) / (n + 1), so a narrow interval may miss x / n
    wider = [compute_proportion(*count, method=method, level=level) for level in (0.5, 0.8, 0.95)]
    assert all(0 <= i.lower <= i.estimate <= i.upper <= 1 for i in wider if method != "jeffreys")
    assert all(b.lower <= a.lower and a.upper <= b.upper for a, b in pairwise(wider))


@given(counts, st.sampled_from([0.05, 0.25, 0.5, 0.8]))
def test_p_values_are_sums_of_binomial_probabilities(count: tuple[int, int], null: float) -> None:
    x, n = count
    pmf = [comb(n, k) * null**k * (1 - null) ** (n - k) for k in range(n + 1)]
    sums = {
        "greater": sum(pmf[x:]),
        "less": sum(pmf[: x + 1]),
        "two-sided": sum(p for p in pmf if p <= pmf[x] * (1 + 1e-7)),
    }
    for alternative in ALTERNATIVES:
        got = proportion.test_proportion(x, n, null, alternative)
        assert got.p_value == pytest.approx(sums[alternative], rel=1e-9)
