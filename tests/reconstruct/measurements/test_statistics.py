"""Quick figures of measured numbers: the same as those of the analyses."""

import numpy as np
import pytest
from numpy.typing import NDArray

from topline.reconstruct.measurements.statistics import (
    compute_kruskal_wallis_p,
    compute_mann_whitney_p,
    compute_middle,
    compute_repeated_f,
    compute_signed_rank_p,
    rank_doubled,
)
from topline.stats.mixed.factor_model import compute_factor_model
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis
from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.ranking import doubled_ranks
from topline.stats.ranks.signed_rank import compute_signed_rank

Floats = NDArray[np.float64]

# Step of the values (coarse ones are tied), size of each sample: few, many, more than is counted
CASES = [(0.01, 6), (1.0, 6), (0.01, 25), (1.0, 25), (0.5, 120)]


def samples_of(step: float, size: int, seed: int) -> list[Floats]:
    draw = np.random.default_rng(seed)
    values = (
        draw.normal(size=(3, size)) + 0.6 * draw.normal(size=size) + np.array([[0], [0.3], [1]])
    )
    return list(np.round(values / step) * step)


@pytest.mark.parametrize(("step", "size"), CASES)
@pytest.mark.parametrize("seed", range(4))
def test_rank_tests_are_those_of_the_analyses(step: float, size: int, seed: int) -> None:
    one, two, three = samples_of(step, size, seed)
    few = one[: size // 2 + 1]
    assert compute_mann_whitney_p(few, two) == pytest.approx(
        compute_mann_whitney(few, two).p_value, rel=1e-12
    )
    assert compute_signed_rank_p(two - one) == pytest.approx(
        compute_signed_rank(two - one).p_value, rel=1e-12
    )
    labels = np.repeat(["a", "b", "c"], size)
    whole = np.concatenate([one, two, three])
    # Of few values with ties the own distribution is not counted
    near = size == 6 and np.unique(whole).size < whole.size
    assert compute_kruskal_wallis_p([one, two, three]) == pytest.approx(
        compute_kruskal_wallis(whole, labels).p_value, rel=0.25 if near else 1e-9
    )
    assert compute_kruskal_wallis_p([few, two]) == pytest.approx(
        compute_kruskal_wallis(
            np.concatenate([few, two]), np.repeat(["a", "b"], [few.size, size])
        ).p_value
    )
    assert rank_doubled(whole).tolist() == doubled_ranks(whole).tolist()
    assert compute_middle(few) == np.median(few)


# Patients who differ, and patients who do not: the variance between them is then estimated as 0
@pytest.mark.parametrize("between", [2.0, 0.5, 0.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_model_with_a_random_intercept_is_that_of_the_analyses(
    between: float, seed: int
) -> None:
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(12, 3)) + between * draw.normal(size=(12, 1)) + np.array([0, 0.5, 1])
    subject, visit = np.repeat(np.arange(12), 3).astype(str), np.tile(["1", "2", "3"], 12)
    model = compute_factor_model(values.ravel(), subject, {"visit": visit}, df="satterthwaite")
    f, p = compute_repeated_f(list(values.T))
    assert f == pytest.approx(model.tests["visit"].statistic, rel=1e-6)
    assert p == pytest.approx(model.tests["visit"].p_value, rel=1e-6)


def test_nothing_measured_gives_no_figure() -> None:
    none, some = np.array([]), np.array([1.0, 2.0])
    figures = [
        compute_middle(none), compute_mann_whitney_p(none, some), compute_signed_rank_p(none),
        compute_kruskal_wallis_p([none, some]), *compute_repeated_f([some[:1], some[1:]]),
        compute_signed_rank_p(np.zeros(3)), *compute_repeated_f([some, some]),
    ]  # fmt: skip
    assert np.isnan(figures).all()
