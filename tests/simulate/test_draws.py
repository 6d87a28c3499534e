"""Random numbers depend on seed, trial and purpose, and on nothing else."""

import numpy as np
from scipy.stats import kstest, norm

from topline.simulate.draws import Draws, Purpose


def test_a_trial_has_the_same_numbers_in_every_range() -> None:
    together = Draws(7, 0, 10, 5).uniform(Purpose.DEATH, 3)
    alone = [Draws(7, trial, trial + 1, 5).uniform(Purpose.DEATH, 3) for trial in range(10)]
    assert np.array_equal(together, np.concatenate(alone))


def test_seed_trial_and_purpose_each_change_the_numbers() -> None:
    first = Draws(1, 0, 1, 1000).uniform(Purpose.DEATH)
    others = [
        Draws(2, 0, 1, 1000).uniform(Purpose.DEATH),
        Draws(1, 1, 2, 1000).uniform(Purpose.DEATH),
        Draws(1, 0, 1, 1000).uniform(Purpose.LEAVING),
        Draws(1, 0, 1, 1000).uniform(Purpose.TOXICITY + 1),
    ]
    # Of 1,000 pairs of independent numbers the correlation has a standard error of 0.032.
    assert all(abs(np.corrcoef(first, other)[0, 1]) < 4 * 0.032 for other in others)


def test_more_patients_leave_the_first_ones_as_they_are() -> None:
    few, many = (Draws(1, 0, 1, n).uniform(Purpose.ENTRY) for n in (10, 20))
    assert np.array_equal(few, many[:10])


def test_numbers_are_uniform_and_normal() -> None:
    draws = Draws(2**64 - 1, 0, 20, 500)
    uniform, normal = draws.uniform(Purpose.GROWTH), draws.normal(Purpose.ERROR)
    assert 0 < uniform.min() < uniform.max() < 1
    assert kstest(uniform, "uniform").pvalue > 1e-4
    assert kstest(normal, norm.cdf).pvalue > 1e-4


def test_bits_are_philox_of_key_and_counter() -> None:
    # NumPy's own generator with this key and counter, made anew.
    key = np.array([2**63 + 5, 9], dtype=np.uint64)
    raw = np.random.Philox(key=key, counter=[0, 0, 0, Purpose.STOP]).random_raw(6)
    expected = ((raw >> np.uint64(12)) + 0.5) / 2**52
    assert np.array_equal(Draws(2**63 + 5, 9, 10, 6).uniform(Purpose.STOP), expected)
