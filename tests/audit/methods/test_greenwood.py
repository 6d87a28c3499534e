"""Which rates and standard errors some patients can have: every set of few, and known ones."""

from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from topline.audit.methods.greenwood import RateRange, find_risk_sets, least_error
from topline.stats.survival.kaplan_meier import compute_kaplan_meier


def printed(rate: float, error: float) -> RateRange:
    """Range of what rounds to a rate and an error in percent with one decimal."""
    half = 0.05
    return RateRange(
        ((rate - half) / 100, (rate + half) / 100), ((error - half) / 100, (error + half) / 100)
    )


def value(numbers: tuple[int, ...]) -> tuple[float, float]:
    rate, terms = 1.0, 0.0
    for m in numbers:
        rate, terms = rate * (1 - 1 / m), terms + 1 / (m * (m - 1))
    return 100 * rate, 100 * rate * sqrt(terms)


@pytest.mark.parametrize("n", [5, 8, 10])
def test_every_set_of_few_patients_is_found_and_no_other(n: int) -> None:
    real = {
        tuple(round(v, 1) for v in value(chosen))
        for k in range(1, n)
        for chosen in combinations(range(n, 1, -1), k)
    }
    rates = sorted({rate for rate, _ in real})
    errors = sorted({error for _, error in real})[::6]
    for rate in rates:
        for error in errors:
            found = find_risk_sets(printed(rate, error), n)
            assert found.proven
            if (rate, error) in real:
                assert found.numbers is not None
            elif found.numbers is not None:  # on the edge of rounding
                assert np.abs(np.array(value(found.numbers)) - (rate, error)).max() < 0.0501


def test_the_founding_paper() -> None:
    # 82.2% with 6.6 at 12 months: not with 33 patients, whose least error is 6.66; with 37
    assert find_risk_sets(printed(82.2, 6.6), 33).numbers is None
    assert find_risk_sets(printed(82.2, 6.6), 37).numbers is not None
    assert least_error(0.822, 33) == pytest.approx(0.06659, abs=5e-6)
    # 68.5% with 9.1: nine of 33 patients, not eight
    assert find_risk_sets(printed(68.5, 9.1), 33, 9).numbers is not None
    assert find_risk_sets(printed(68.5, 9.1), 33, 8).numbers is None


def test_what_real_patients_have_is_always_possible() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        n = int(rng.integers(10, 140))
        days, event = rng.integers(1, 500, n), rng.random(n) < rng.uniform(0.3, 0.9)
        found = compute_kaplan_meier(days, event).rate_at(250)
        rate, error = round(100 * found.estimate, 1), round(100 * found.std_error, 1)
        if 0 < rate < 100:
            assert find_risk_sets(printed(rate, error), n).numbers is not None, (n, rate, error)


def test_an_error_below_the_least_is_impossible_at_any_size() -> None:
    found = find_risk_sets(printed(50.0, 3.4), 200)
    assert (found.numbers, found.proven) == (None, True)
