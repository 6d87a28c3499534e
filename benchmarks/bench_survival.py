"""Kaplan-Meier, its median and the log-rank test, from 1,000 to 1,000,000 patients.

Run: python benchmarks/bench_survival.py
"""

import time
from collections.abc import Callable

import numpy as np

from topline.stats.logrank import compute_logrank
from topline.stats.survival import compute_kaplan_meier


def best_of(run: Callable[[], object], times: int = 3) -> float:
    """Least milliseconds of a few runs."""
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)


def main() -> None:
    print(f"{'patients':>10}{'curve ms':>10}{'+ median':>10}{'log-rank':>10}")
    for n in (1_000, 10_000, 100_000, 1_000_000):
        rng = np.random.default_rng(1)
        days = rng.integers(1, 2000, n)
        event = rng.random(n) < 0.6
        arm = rng.integers(0, 2, n)

        def curve(days: np.ndarray = days, event: np.ndarray = event) -> object:
            return compute_kaplan_meier(days, event)

        def median(days: np.ndarray = days, event: np.ndarray = event) -> object:
            return compute_kaplan_meier(days, event).median()

        def compared(
            days: np.ndarray = days, event: np.ndarray = event, arm: np.ndarray = arm
        ) -> object:
            return compute_logrank(days, event, arm)

        print(f"{n:10,}{best_of(curve):10.1f}{best_of(median):10.1f}{best_of(compared):10.1f}")


if __name__ == "__main__":
    main()
