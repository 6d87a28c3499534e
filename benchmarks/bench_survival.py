"""Kaplan-Meier, log-rank test and Cox regression beside the peers, from 40 to 10,000,000 patients.

Run: python benchmarks/bench_survival.py [--most 10000000]
Peers that are installed run in the same process: lifelines, scikit-survival, statsmodels, and the
package `survival`; R, where it is, times itself by `system.time`. Least of several runs, in
milliseconds; a dash stands for a peer that is not there, or took over a minute at the size before.
"""

import argparse
import importlib.util
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from topline.stats.cox.regression import compute_cox
from topline.stats.survival.kaplan_meier import compute_kaplan_meier
from topline.stats.survival.logrank import compute_logrank

SIZES = (40, 10_000, 1_000_000, 10_000_000)
TOO_LONG = 60_000.0
Run = Callable[[], object]

R_SCRIPT = """
library(survival)
d <- read.csv(commandArgs(TRUE)[1])
size <- nrow(d)
times <- if (size > 1e5) 1 else if (size > 1e3) 5 else 200
least <- function(f) { f(); min(replicate(if (size > 1e5) 1 else 3,
  system.time(for (i in seq_len(times)) f())[["elapsed"]])) / times * 1000 }
cat(least(function() survfit(Surv(days, event) ~ 1, d, conf.type = "log-log")),
    least(function() survdiff(Surv(days, event) ~ arm, d)),
    least(function() coxph(Surv(days, event) ~ arm + age, d)))
"""


def least(run: Run, n: int) -> float:
    """Least milliseconds of a few runs; small ones are repeated."""
    repeat = 200 if n <= 100 else 1
    run()
    taken: list[float] = []
    for _ in range(3 if n < 5_000_000 else 1):
        start = time.perf_counter()
        for _ in range(repeat):
            run()
        taken.append(1000 * (time.perf_counter() - start) / repeat)
    return min(taken)


def data(n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {
        "days": rng.integers(1, 2000, n),
        "event": rng.random(n) < 0.6,
        "arm": rng.integers(0, 2, n),
        "age": rng.normal(60, 10, n).round(1),
    }


def ours(d: dict[str, np.ndarray]) -> dict[str, Run]:
    columns = np.column_stack([d["arm"], d["age"]]).astype(float)
    return {
        "curve": lambda: compute_kaplan_meier(d["days"], d["event"]).median(),
        "log-rank": lambda: compute_logrank(d["days"], d["event"], d["arm"]),
        "Cox": lambda: compute_cox(
            d["days"], d["event"], columns, ["arm", "age"], concordance=False
        ),
    }


def lifelines(d: dict[str, np.ndarray]) -> dict[str, Run]:
    import pandas as pd
    from lifelines import CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

    frame = pd.DataFrame({name: column.astype(float) for name, column in d.items()})
    return {
        "curve": lambda: KaplanMeierFitter().fit(d["days"], d["event"]),
        "log-rank": lambda: multivariate_logrank_test(d["days"], d["arm"], d["event"]),
        "Cox": lambda: CoxPHFitter().fit(frame, "days", "event"),
    }


def sksurv(d: dict[str, np.ndarray]) -> dict[str, Run]:
    from sksurv.compare import compare_survival
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import kaplan_meier_estimator
    from sksurv.util import Surv

    y = Surv.from_arrays(d["event"], d["days"].astype(float))
    columns = np.column_stack([d["arm"], d["age"]]).astype(float)
    return {
        "curve": lambda: kaplan_meier_estimator(d["event"], d["days"], conf_type="log-log"),
        "log-rank": lambda: compare_survival(y, d["arm"]),
        "Cox": lambda: CoxPHSurvivalAnalysis(ties="efron").fit(columns, y),
    }


def statsmodels(d: dict[str, np.ndarray]) -> dict[str, Run]:
    from statsmodels.duration.api import PHReg, SurvfuncRight, survdiff

    columns = np.column_stack([d["arm"], d["age"]]).astype(float)
    days, event = d["days"].astype(float), d["event"].astype(int)
    return {
        "curve": lambda: SurvfuncRight(days, event),
        "log-rank": lambda: survdiff(days, event, d["arm"]),
        "Cox": lambda: PHReg(days, columns, status=event, ties="efron").fit(),
    }


PEERS = {"lifelines": lifelines, "sksurv": sksurv, "statsmodels": statsmodels}


def in_r(d: dict[str, np.ndarray]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        rows, script = Path(folder) / "d.csv", Path(folder) / "run.R"
        table = np.column_stack([d["days"], d["event"], d["arm"], d["age"]])
        np.savetxt(
            rows, table, fmt=["%d", "%d", "%d", "%.1f"], delimiter=",",
            header="days,event,arm,age", comments="",
        )  # fmt: skip
        script.write_text(R_SCRIPT)
        done = subprocess.run(
            ["Rscript", str(script), str(rows)], capture_output=True, text=True, check=True
        )
    return dict(zip(("curve", "log-rank", "Cox"), map(float, done.stdout.split()), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=SIZES[-1])
    most = parser.parse_args().most
    there = [name for name in PEERS if importlib.util.find_spec(name)]
    names = ["topline", *there, *(["R"] if shutil.which("Rscript") else [])]
    print(f"{'patients':>12} {'ms':<9}" + "".join(f"{name:>13}" for name in names))
    slow: set[tuple[str, str]] = set()
    for n in (size for size in SIZES if size <= most):
        d = data(n)
        runs = {"topline": ours(d)} | {name: PEERS[name](d) for name in there}
        r = in_r(d) if "R" in names and n <= 1_000_000 else {}
        for what in ("curve", "log-rank", "Cox"):
            cells: list[str] = []
            for name in names:
                taken = r.get(what) if name == "R" else None
                if name != "R" and (name, what) not in slow and (n < 5e6 or name == "topline"):
                    taken = least(runs[name][what], n)
                if taken is not None and taken * (10_000_000 / n) ** 0.2 > TOO_LONG:
                    slow.add((name, what))
                cells.append(f"{taken:13.3f}" if taken is not None else f"{'-':>13}")
            print(f"{n:12,} {what:<9}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
