"""Searches for designs: two stages as Simon's, and the others.

Run: python benchmarks/bench_design.py [--slow]
One thread (nothing here uses more), warm: the least of several runs, in milliseconds of wall clock.
R's clinfun is reported to take 12, 1,800 and 65,000 ms for the three goals of Simon's search.
"""

import argparse
import time
from collections.abc import Callable

from topline.design.goal import Goal
from topline.design.one_arm_binary.bop2 import find_bop2
from topline.design.one_arm_binary.bryant_day import JointGoal, find_bryant_day
from topline.design.one_arm_binary.efficacy_stop import find_stopping_for_success
from topline.design.one_arm_binary.predictive_probability import Prior, find_predictive
from topline.design.one_arm_binary.simon import find_simon
from topline.design.one_arm_binary.simon_search import search_two_stages
from topline.design.one_arm_binary.single_stage import find_single_stage
from topline.design.one_arm_binary.three_stage import find_three_stage
from topline.design.one_arm_binary.toxicity_boundary import find_pocock_boundary
from topline.design.one_arm_survival.survival_curve import curve_through
from topline.design.one_arm_survival.two_stage_logrank import find_two_stage_logrank
from topline.design.two_arms.group_sequential import find_drift, shaped_bounds

Run = Callable[[], object]
SIMON = {
    "0.25, 0.5, alpha 0.1, beta 0.1, n to 100": (Goal(0.25, 0.5, 0.1, 0.9), 100, 1.0),
    "0.6, 0.7, alpha 0.05, beta 0.1, n to 400": (Goal(0.6, 0.7, 0.05, 0.9), 400, 50.0),
    "0.3, 0.35, alpha 0.05, beta 0.1, n to 1,000": (Goal(0.3, 0.35, 0.05, 0.9), 1000, 2000.0),
}


def least(run: Run) -> float:
    """Least milliseconds of some runs."""
    run()
    taken: list[float] = []
    start = time.perf_counter()
    while len(taken) < 5 or (time.perf_counter() - start < 2 and len(taken) < 500):
        at = time.perf_counter()
        run()
        taken.append(time.perf_counter() - at)
    return 1000 * min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description="Searches for designs")
    parser.add_argument("--slow", action="store_true", help="with the searches of over a second")
    slow = parser.parse_args().slow
    print(f"{'Search for two stages (Simon)':<50}{'ms':>10}{'asked':>10}")
    for name, (goal, most, asked) in SIMON.items():
        taken = least(lambda: search_two_stages(goal, most))
        print(f"{name:<50}{taken:>10.2f}{asked:>10.0f}")
    goal = Goal(0.25, 0.5, 0.1, 0.9)
    others: dict[str, Run] = {
        "the first with exact errors of all admissible": lambda: find_simon(goal),
        "single stage, the same goal": lambda: find_single_stage(goal),
        "two stages with stopping for success, n to 40": lambda: find_stopping_for_success(
            goal, 40
        ),
        "three stages, n to 40": lambda: find_three_stage(goal, 40),
        "predictive probability, 0.2, 0.4": lambda: find_predictive(
            Goal(0.2, 0.4, 0.1, 0.9), Prior(0.2, 0.8)
        ),
        "BOP2, four looks": lambda: find_bop2(Goal(0.2, 0.4, 0.1, 0.8), [10, 20, 30, 40]),
        "Bryant and Day, 19 and 33 subjects": lambda: find_bryant_day(
            JointGoal(0.3, 0.5, 0.4, 0.2, 0.15, 0.15, 0.85)
        ),
        "Pocock toxicity boundary, 2 to 60": lambda: find_pocock_boundary(0.2, range(2, 61)),
        "O'Brien and Fleming, five looks, with power": lambda: find_drift(
            shaped_bounds("obrien-fleming", [0.2, 0.4, 0.6, 0.8, 1], 0.05), 0.9
        ),
    }
    if slow:
        others |= {
            "three stages, 0.3, 0.5, n to 80": lambda: find_three_stage(
                Goal(0.3, 0.5, 0.05, 0.9), 80
            ),
            "one-sample log-rank, two stages": lambda: find_two_stage_logrank(
                curve_through(2, 0.62), 0.467, 5, 2, 0.05, 0.8
            ),
        }
    print()
    for name, run in others.items():
        print(f"{name:<50}{least(run):>10.2f}")


if __name__ == "__main__":
    main()
