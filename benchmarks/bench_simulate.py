"""Whole trials: from draws through response derivation to every rate and time of the protocol.

Run: python benchmarks/bench_simulate.py [--trials 1000] [--workers 2]
Trials of the bundled study, 37 patients each: seconds of wall clock, of the processors, and the
largest memory of a process. Processes are started anew, so that their start counts.
"""

import argparse
import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from topline.protocol.read import read_protocol
from topline.simulate.pools import pool_of
from topline.simulate.read_truth import read_truth
from topline.simulate.simulation import simulate
from topline.simulate.trials import simulate_trials
from topline.studies import study_folder

ASKED = 10.0


def processors() -> float:
    """Seconds of the processors that this process and those it waited for have taken."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    parser = argparse.ArgumentParser(description="Whole simulated trials")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    protocol = read_protocol(study_folder("cabotem"))
    truth = read_truth(study_folder("cabotem"), protocol)
    at = time.perf_counter()
    simulate_trials(protocol, truth, 1, 0, 100, every_record=False)
    drawn = (time.perf_counter() - at) * asked.trials / 100
    at, before = time.perf_counter(), processors()
    with TemporaryDirectory() as folder:
        done = simulate(
            protocol,
            truth,
            trials=asked.trials,
            seed=1,
            parts=Path(folder),
            pool=pool_of(asked.workers),
        )
    taken, used = time.perf_counter() - at, processors() - before
    largest = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{f'{asked.trials:,} whole trials, {asked.workers} workers':<44}{'s':>8}{'asked':>8}")
    print(f"{'draw and write as SDTM alone, one process':<44}{drawn:>8.1f}")
    print(f"{'all endpoints':<44}{taken:>8.1f}{ASKED * asked.trials / 1000:>8.0f}")
    print(f"{'  seconds of the processors':<44}{used:>8.1f}")
    print(f"{'  largest process, MB':<44}{largest / 1024:>8.0f}")
    print(f"{'  characteristics':<44}{done.characteristics.height:>8}")


if __name__ == "__main__":
    main()
