"""Mixed models and repeated measures beside R and statsmodels.

Run: python benchmarks/bench_mixed.py [--statsmodels PYTHON]

R is timed inside R, where it is installed with lme4, lmerTest, pbkrtest and nlme. statsmodels is no
dependency: PYTHON is an interpreter that has it, and without one its column stays empty.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from topline.stats.mixed.factor_model import compute_factor_model
from topline.stats.mixed.mixed_model import compute_mixed_model
from topline.stats.mixed.repeated_measures import compute_mmrm

SIZES = {"25 x 3": (25, 3), "200 x 5": (200, 5), "33,334 x 3": (33_334, 3)}
R_SCRIPT = """
suppressMessages({library(lme4); library(lmerTest); library(nlme)})
d <- read.csv(commandArgs(TRUE)[1]); d$visit <- factor(d$visit)
ms <- function(f) {  # least of five, or the first if that takes seconds
  once <- system.time(f())[["elapsed"]]
  1000 * if (once > 2) once else min(replicate(5, system.time(f())[["elapsed"]]))
}
small <- nrow(d) < 10000
cat(ms(function() lme4::lmer(y ~ visit + (1 | subject), d)),
    ms(function() anova(lmerTest::lmer(y ~ visit + (1 | subject), d))),
    if (small) ms(function() anova(lmerTest::lmer(y ~ visit + (1 | subject), d),
                                   ddf = "Kenward-Roger")) else NA,
    if (small) ms(function() gls(y ~ visit, d, corSymm(form = ~ as.integer(visit) | subject),
                                 weights = varIdent(form = ~ 1 | visit))) else NA)
"""
STATSMODELS = """
import sys, time, warnings
import numpy as np
from statsmodels.regression.mixed_linear_model import MixedLM
warnings.simplefilter("ignore")
rows = np.genfromtxt(sys.argv[1], delimiter=",", names=True)
visit = rows["visit"][:, None]
x = np.column_stack([np.ones(len(rows)), visit == np.unique(visit)[1:]]).astype(float)
taken = []
for _ in range(3):
    start = time.perf_counter()
    MixedLM(rows["y"], x, groups=rows["subject"]).fit(reml=True)
    taken.append(1000 * (time.perf_counter() - start))
    if taken[0] > 2000:
        break
print(min(taken))
"""


def least(run: Callable[[], object], times: int) -> float:
    """Least milliseconds of some runs."""
    run()
    taken: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)


def elsewhere(command: list[str]) -> list[str]:
    """Milliseconds that another program prints; a dash where it is not there."""
    if not shutil.which(command[0]):
        return ["-"] * 4
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return ["-" if word == "NA" else f"{float(word):,.1f}" for word in done.stdout.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description="Mixed models beside R and statsmodels")
    parser.add_argument("--statsmodels", default="", help="Python that has statsmodels")
    peer = parser.parse_args().statsmodels
    print("milliseconds; F tests of visits included where df are named")
    print(f"{'':<44}{'topline':>10}{'R':>12}{'statsmodels':>14}")
    for name, (n, v) in SIZES.items():
        rng = np.random.default_rng(1)
        subject, visit = np.repeat(np.arange(n), v), np.tile(np.arange(v), n)
        there = rng.random(n * v) > 0.1
        values = np.round(rng.normal(size=n)[subject] + rng.normal(size=n * v), 4)
        y, s, t = values[there], subject[there], visit[there]
        x = np.column_stack([np.ones(len(y)), t[:, None] == np.arange(1, v)]).astype(float)
        names = [f"visit {i}" for i in range(v)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.csv"
            np.savetxt(
                path, np.column_stack([y, t, s]), delimiter=",", header="y,visit,subject",
                comments="", fmt=["%.4f", "%d", "%d"],
            )  # fmt: skip
            script = Path(folder) / "time.R"
            script.write_text(R_SCRIPT)
            r = elsewhere(["Rscript", str(script), str(path)])
            python = elsewhere([peer or "no statsmodels", "-c", STATSMODELS, str(path)])
        times = 3 if n > 1000 else 50
        rows = {
            "random intercept": (lambda: compute_mixed_model(y, x, names, s), r[0], python[0]),
            "... Satterthwaite": (
                lambda: compute_factor_model(y, s, {"visit": t}, df="satterthwaite"), r[1], "",
            ),
            "... Kenward-Roger": (lambda: compute_factor_model(y, s, {"visit": t}), r[2], ""),
            "unstructured, Kenward-Roger (R: gls, no df)": (
                lambda: compute_mmrm(y, t, s), r[3], "",
            ),
        }  # fmt: skip
        print(f"{name} ({len(y):,} rows)")
        for label, (run, theirs, models) in rows.items():
            print(f"  {label:<42}{least(run, times):10.2f}{theirs:>12}{models:>14}")
    if not peer:
        print("statsmodels was not given: --statsmodels PYTHON", file=sys.stderr)


if __name__ == "__main__":
    main()
