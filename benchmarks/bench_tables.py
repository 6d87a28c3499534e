"""Exact tests of tables beside scipy and R.

Run: python benchmarks/bench_tables.py
"""

import shutil
import subprocess
import time
from collections.abc import Callable

import numpy as np
from scipy import stats

from topline.stats.ranks.mann_whitney import compute_mann_whitney
from topline.stats.ranks.signed_rank import compute_signed_rank
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.unconditional import compute_barnard, compute_boschloo

TABLES = {
    "2x2, n=33": [[4, 12], [1, 16]],
    "7x2, n=33": [[2, 10], [0, 7], [2, 6], [0, 2], [0, 2], [1, 0], [0, 1]],
    "4x4, n=96": [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]],
}
R_SCRIPT = """
t <- function(f) {
  f()
  min(replicate(5, system.time(for (i in 1:20) f())[["elapsed"]])) / 20 * 1000
}
x <- list(%s)
cat(sapply(x, function(m) t(function() fisher.test(m, workspace = 2e6))))
"""


def least(run: Callable[[], object]) -> float:
    """Least milliseconds of five times twenty runs."""
    run()
    taken: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(20):
            run()
        taken.append(50 * (time.perf_counter() - start))
    return min(taken)


def in_r() -> list[float | None]:
    if not shutil.which("Rscript"):
        return [None] * len(TABLES)
    written = ", ".join(
        f"matrix(c({', '.join(str(c) for row in table for c in row)}), {len(table)}, byrow = TRUE)"
        for table in TABLES.values()
    )
    done = subprocess.run(
        ["Rscript", "-e", R_SCRIPT % written], capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    print(f"{'Fisher, exact':<24}{'topline ms':>12}{'R ms':>10}{'p':>14}")
    for (name, rows), theirs in zip(TABLES.items(), in_r(), strict=True):
        table = np.array(rows)
        shown = "-" if theirs is None else f"{theirs:.3f}"
        p = compute_fisher(table).p_value
        print(f"{name:<24}{least(lambda t=table: compute_fisher(t)):12.3f}{shown:>10}{p:14.10f}")
    small = np.array(TABLES["2x2, n=33"])
    rng = np.random.default_rng(1)
    one, two = rng.integers(0, 9, 25).astype(float), rng.integers(0, 9, 25).astype(float)
    rows = {
        "Barnard 2x2": (
            lambda: compute_barnard(small),
            lambda: stats.barnard_exact(small),
        ),
        "Boschloo 2x2": (
            lambda: compute_boschloo(small),
            lambda: stats.boschloo_exact(small),
        ),
        "Mann-Whitney 25+25, ties": (
            lambda: compute_mann_whitney(one, two, method="exact"),
            lambda: stats.mannwhitneyu(one, two),
        ),
        "Signed rank 25, ties": (
            lambda: compute_signed_rank(one - two, method="exact"),
            lambda: stats.wilcoxon(one - two),
        ),
    }
    print(f"\n{'':<24}{'topline ms':>12}{'scipy ms':>10}  (scipy: sampled, or not exact with ties)")
    for name, (ours, theirs) in rows.items():
        print(f"{name:<24}{least(ours):12.3f}{least(theirs):10.3f}")


if __name__ == "__main__":
    main()
