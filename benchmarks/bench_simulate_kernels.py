"""Kaplan-Meier medians of 100,000 one-arm trials, and drawing the trials.

Run: python benchmarks/bench_simulate_kernels.py [--trials 100000]
37 patients, exponential times with a median of 180 days, accrual 700 and follow-up 365 days. One
thread (nothing here uses more), warm: the least of several runs, in milliseconds of wall clock.
"""

import argparse
import time
from collections.abc import Callable

from topline.simulate.kernels import Times, compute_exponential_times, compute_medians
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.survival.survival_limits import TRANSFORMS

ASKED = 1000.0


def least(run: Callable[[], object], times: int = 7) -> float:
    """Least milliseconds of some runs."""
    run()
    taken: list[float] = []
    for _ in range(times):
        at = time.perf_counter()
        run()
        taken.append(time.perf_counter() - at)
    return 1000 * min(taken)


def draw(trials: int) -> Times:
    return compute_exponential_times(
        0, trials, seed=1, patients=37, median_days=180, accrual_days=700, follow_up_days=365
    )


def one_by_one(times: Times, trials: int) -> None:
    for days, event in zip(times.time_days[:trials], times.event[:trials], strict=True):
        compute_kaplan_meier(days, event).median()


def main() -> None:
    parser = argparse.ArgumentParser(description="Medians of many trials")
    parser.add_argument("--trials", type=int, default=100_000)
    trials = parser.parse_args().trials
    times = draw(trials)
    drawing = least(lambda: draw(trials))
    print(f"{f'{trials:,} trials of 37 patients':<50}{'ms':>10}{'asked':>10}")
    print(f"{'draw':<50}{drawing:>10.0f}")
    for transform in TRANSFORMS:
        taken = least(lambda: compute_medians(times.time_days, times.event, transform=transform))
        print(f"{f'median and lower limit, {transform}':<50}{taken:>10.0f}")
        print(f"{'  with drawing':<50}{taken + drawing:>10.0f}{ASKED * trials / 1e5:>10.0f}")
    some = min(trials, 2000)
    taken = least(lambda: one_by_one(times, some), 3) * trials / some
    print(f"{f'one by one with stats, from {some:,}':<50}{taken:>10.0f}")


if __name__ == "__main__":
    main()
