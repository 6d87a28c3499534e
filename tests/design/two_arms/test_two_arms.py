"""Group-sequential boundaries, log-rank sizes, screening and selection against rpact and print."""

from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy.stats import fisher_exact, multivariate_normal

from tests.reference import reference
from topline.design.follow_up import FollowUp, dropout_hazard
from topline.design.one_arm_survival.survival_curve import curve_through
from topline.design.two_arms.group_sequential import (
    Bounds,
    compute_crossing,
    find_drift,
    shaped_bounds,
    single_look_drift,
    spending_bounds,
    with_futility,
)
from topline.design.two_arms.logrank import events_needed, find_logrank
from topline.design.two_arms.screening import (
    compute_selection,
    find_screening,
    find_selection,
)
from topline.design.two_arms.spending import Spending
from topline.errors import UsageError

REFERENCE = reference("designs")


def bounds_of(row: dict[str, Any]) -> Bounds:
    at, alpha, sides, kind = row["information"], row["alpha"], row["sides"], row["kind"]
    parameter = row.get("parameter") or 0.0
    parameter = parameter if isinstance(parameter, int | float) else 0.0
    if kind in ("pocock", "obrien-fleming", "wang-tsiatis"):
        return shaped_bounds(kind, at, alpha, sides=sides, delta=parameter)
    spending = Spending(kind.removeprefix("spending-"), parameter)
    return spending_bounds(spending, at, alpha, sides=sides)


@pytest.mark.parametrize(
    "row", REFERENCE["bounds"], ids=lambda r: f"{r['kind']}-{r['information']}-{r['sides']}"
)
def test_boundaries_and_what_they_cost_are_rpacts(row: dict[str, Any]) -> None:
    # rpact's own grid is coarse where looks lie as close as 0.35 and 0.36: its one-sided and
    # two-sided boundaries differ there though the far side has no weight; see the next test.
    close = 5e-3 if 0.36 in row["information"] else 2e-6
    found = bounds_of(row)
    for mine, theirs in zip(found.upper, row["upper"], strict=True):
        assert mine == pytest.approx(theirs, abs=close)
    drift = find_drift(found, 0.8)
    assert drift == pytest.approx(row["drift"], abs=close)
    inflation = (drift / single_look_drift(row["alpha"], 0.8, row["sides"])) ** 2
    assert inflation == pytest.approx(row["inflation"], abs=close)
    for d, name in ((0.0, "expected_null"), (drift, "expected_alternative")):
        expected = inflation * compute_crossing(found, d).expected_information
        assert expected == pytest.approx(row[name], abs=close)


def test_looks_close_together_are_those_of_the_multivariate_normal() -> None:
    at = [0.1, 0.35, 0.36, 1.0]
    found = spending_bounds(Spending("power", 3.0), at, 0.025)
    cov = [[(min(s, t) / max(s, t)) ** 0.5 for t in at] for s in at]
    for k in (2, 3):
        stays = multivariate_normal(
            np.zeros(k), np.array(cov)[:k, :k], maxpts=2_000_000, abseps=1e-9, releps=1e-9
        ).cdf(np.array(found.upper[:k]))
        assert 1 - stays == pytest.approx(0.025 * at[k - 1] ** 3, abs=3e-7)


@pytest.mark.parametrize("row", REFERENCE["futility"], ids=lambda r: str(r["information"]))
def test_futility_boundaries_are_rpacts(row: dict[str, Any]) -> None:
    spending = Spending("obrien-fleming")
    found, drift = with_futility(
        spending_bounds(spending, row["information"], 0.025), spending, 0.8
    )
    assert found.lower is not None
    theirs = row["lower"] if isinstance(row["lower"], list) else [row["lower"]]
    assert found.lower[:-1] == pytest.approx(theirs, abs=2e-5)
    assert drift == pytest.approx(row["drift"], abs=2e-5)
    assert compute_crossing(found, drift).power == pytest.approx(0.8, abs=1e-9)
    assert compute_crossing(found, 0.0, use_futility=False).power == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("shape", "looks"), list(product(("pocock", "obrien-fleming"), ("2", "3", "4", "5", "10")))
)
def test_boundaries_are_those_of_jennison_and_turnbull(shape: Any, looks: str) -> None:
    last, at_80, at_90 = reference("jennison_turnbull_2000")[shape][looks]
    found = shaped_bounds(shape, [(k + 1) / int(looks) for k in range(int(looks))], 0.05)
    assert found.upper[-1] == pytest.approx(last, abs=6e-4)
    for power, printed in ((0.8, at_80), (0.9, at_90)):
        inflation = (find_drift(found, power) / single_look_drift(0.05, power, 2)) ** 2
        assert inflation == pytest.approx(printed, abs=6e-4)


def test_one_look_is_the_normal_quantile() -> None:
    assert shaped_bounds("pocock", [1], 0.05).upper[0] == pytest.approx(1.959964, abs=1e-6)
    assert spending_bounds(Spending("power", 2.0), [1], 0.025).upper[0] == pytest.approx(
        1.959964, abs=1e-6
    )


def test_haybittle_and_peto_keep_alpha() -> None:
    found = shaped_bounds("haybittle-peto", [0.25, 0.5, 0.75, 1], 0.05)
    assert found.upper[:3] == (3.0, 3.0, 3.0)
    assert compute_crossing(found, 0.0).rejects == pytest.approx(0.05, abs=1e-10)
    assert found.upper[3] > 1.959964


def test_crossing_is_that_of_simulated_trials() -> None:
    found = shaped_bounds("wang-tsiatis", [0.3, 0.6, 1], 0.05, delta=0.2)
    chance = np.random.default_rng(5)
    steps = chance.normal(size=(400_000, 3)) * np.sqrt([0.3, 0.3, 0.4])
    drift = 2.5
    walk = (steps + drift * np.array([0.3, 0.3, 0.4])).cumsum(axis=1)
    z = np.abs(walk / np.sqrt([0.3, 0.6, 1]))
    won = (z >= np.array(found.upper)).any(axis=1).mean()
    assert won == pytest.approx(compute_crossing(found, drift).rejects, abs=0.003)


@pytest.mark.parametrize(
    "row", REFERENCE["two_arms"], ids=lambda r: f"{r['hazard_ratio']}-{r['ratio']}-{r['formula']}"
)
def test_events_and_subjects_are_rpacts(row: dict[str, Any]) -> None:
    found = find_logrank(
        curve_through(12, 0.5), row["hazard_ratio"], FollowUp(24, 12, dropout_hazard(0.1, 12)),
        0.05, 0.9, ratio=row["ratio"], formula=row["formula"],
    )  # fmt: skip
    assert found.events == pytest.approx(row["events"], rel=1e-9)
    assert found.n == pytest.approx(row["n"], rel=1e-8)


@pytest.mark.parametrize("row", reference("simon_wittes_ellenberg_1985"), ids=lambda r: str(r[0]))
def test_selection_takes_as_many_as_printed(row: list[float]) -> None:
    rate, *sizes = row
    assert [find_selection(rate, 0.15, arms, 0.9).n for arms in (2, 3, 4)] == sizes


def test_selection_by_hand() -> None:
    # One subject an arm, 0.5 against 0.25: best alone 1/2 * 3/4, tie 1/2 * 1/4 + 1/2 * 3/4, halved
    assert compute_selection(1, 0.25, 0.25, 2) == pytest.approx(0.375 + 0.25)


def test_fisher_screening_power_is_a_sum_over_scipys_test() -> None:
    found = find_screening(0.2, 0.5, 0.2, 0.7, "fisher")
    n = found.n
    binomial = [[comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)] for p in (0.5, 0.2)]
    won = sum(
        binomial[0][e] * binomial[1][c]
        for e in range(n + 1)
        for c in range(n + 1)
        if fisher_exact([[e, n - e], [c, n - c]], alternative="greater").pvalue <= 0.2 + 1e-12
    )
    assert found.power == pytest.approx(won, rel=1e-10)
    assert found.largest_alpha <= 0.2


def test_unconditional_screening_keeps_alpha_in_fewer_subjects() -> None:
    exact, fisher = (find_screening(0.2, 0.4, 0.2, 0.8, t) for t in ("unconditional", "fisher"))
    assert exact.n < fisher.n
    assert exact.largest_alpha <= 0.2
    assert exact.power >= 0.8


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: events_needed(1.0, 0.05, 0.8), "there is nothing to find"),
        (lambda: events_needed(0.7, 0.0, 0.8), "alpha is 0"),
        (lambda: shaped_bounds("pocock", [0.5, 0.4, 1], 0.05), "rising numbers that end at 1"),
        (lambda: shaped_bounds("pocock", [0.5, 0.9], 0.05), "rising numbers that end at 1"),
        (lambda: shaped_bounds("haybittle-peto", [0.5, 1], 0.001), "spend all of an alpha"),
        (lambda: Spending("power", 0.0), "rho of the power family is 0"),
        (
            lambda: with_futility(shaped_bounds("pocock", [0.5, 1], 0.05), Spending("pocock"), 0.8),
            "one-sided test",
        ),
        (lambda: find_screening(0.4, 0.2, 0.1, 0.8), "it has to be above"),
        (lambda: find_screening(0.4, 0.42, 0.1, 0.8, "fisher"), "more than 200 subjects an arm"),
        (lambda: find_selection(0.2, -0.1, 2, 0.9), "better by -0.1"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(ask: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        ask()
