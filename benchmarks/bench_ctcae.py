"""Time CTCAE grading of laboratory results, beside reading the same results.

    python benchmarks/bench_ctcae.py               100,000 and 1,000,000 results
    python benchmarks/bench_ctcae.py --only 5000000

Every laboratory analyte in two spellings of its unit, with limits, baseline and albumin, made from
a seed; 1 in 50 lacks its value, a limit, its baseline or its unit. "start" is the first call of a
process, on one result: reading the criteria and pint's units.
"""

import argparse
import gc
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from topline.clinical.ctcae.grades import derive_grades

T = TypeVar("T")
SIZES = (100_000, 1_000_000)
MISSING = 0.02
# test, two units and how much of the first makes one of the second, limits of normal in the first
TESTS = """
HGB g/dL g/L 0.1 12 16 | WBC 10^9/L /mm3 0.001 4 11 | NEUT GI/L THOU/uL 1 2 7
LYM 10^9/L K/uL 1 1 4 | PLAT 10^9/L /mm3 0.001 150 400
EOS 10^9/L THOU/uL 1 0 0.5 | ALT U/L IU/L 1 5 40
AST U/L IU/L 1 5 40 | ALP U/L IU/L 1 40 120 | GGT U/L IU/L 1 5 50 | LDH U/L IU/L 1 120 250
CK U/L IU/L 1 30 200 | AMYLASE U/L IU/L 1 30 110 | LIPASE U/L IU/L 1 10 60
BILI mg/dL umol/L 0.0585 0.2 1.2 | CREAT mg/dL umol/L 0.0113 0.6 1.2 | ALB g/dL g/L 0.1 3.5 5
CA mg/dL mmol/L 4.008 8.5 10.5 | MG mg/dL mmol/L 2.4305 1.7 2.4 | K mmol/L mEq/L 1 3.5 5
SODIUM mmol/L mEq/L 1 135 145 | PHOS mg/dL mmol/L 3.0974 2.5 4.5 | GLUC mg/dL mmol/L 18.016 70 100
URATE mg/dL umol/L 0.0168 3 7 | CHOL mg/dL mmol/L 38.665 120 200 | TRIG mg/dL mmol/L 88.54 40 150
INR 1 RATIO 1 0.8 1.2 | APTT s sec 1 25 35 | FIBRINO mg/dL g/L 100 200 400 | TSH mU/L uIU/mL 1 0.4 4
"""


def make_results(rows: int, seed: int) -> pl.DataFrame:
    """Results around their limits, log-normal, with a baseline each."""
    rng = np.random.default_rng(seed)
    cells = [test.split() for line in TESTS.split("\n") for test in line.split("|") if test.strip()]
    codes, first, second = (np.array([cell[k] for cell in cells]) for k in range(3))
    per, low, high = (np.array([float(cell[k]) for cell in cells]) for k in range(3, 6))
    which, other = rng.integers(len(cells), size=rows), rng.random(rows) < 0.5
    size = np.where(other, per[which], 1.0)
    middle = (low + high)[which] / 2 / size
    frame = pl.DataFrame(
        {
            "test": codes[which],
            "unit": np.where(other, second[which], first[which]),
            "value": middle * np.exp(rng.normal(0, 0.5, rows)),
            "lower": low[which] / size,
            "upper": high[which] / size,
            "baseline": middle * np.exp(rng.normal(0, 0.3, rows)),
            "up_to_baseline": rng.random(rows) < 0.2,
            "albumin": rng.normal(40, 5, rows),
        }
    ).with_columns(albumin_unit=pl.lit("g/L"))
    gaps = [
        pl.when(pl.Series(rng.random(rows) >= MISSING / 5)).then(name).alias(name)
        for name in ("value", "unit", "lower", "upper", "baseline")
    ]
    return frame.with_columns(gaps)


def timed(do: Callable[[], T]) -> tuple[T, float]:
    """Return what was done and the seconds it took."""
    gc.collect()
    start = time.perf_counter()
    done = do()
    return done, time.perf_counter() - start


def measure(rows: int) -> None:
    """Print one line of the table."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "results.parquet"
        make_results(rows, 1).write_parquet(path)
        results, read = timed(lambda: pl.read_parquet(path))
    graded, seconds = timed(lambda: derive_grades(results))
    worst = graded.select(pl.max_horizontal("low_grade", "high_grade") >= 3).to_series().sum()
    queries = graded["query"].count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{rows:>10,} {read:>8.2f} {seconds:>8.2f} {worst:>10,} {queries:>10,} {peak:>9.1f}")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="Time CTCAE grading of laboratory results.")
    options.add_argument("--only", type=int, help="this number of results alone")
    asked = options.parse_args()
    _, start = timed(lambda: derive_grades(make_results(2_000, 1)))
    print(f"start {start:.2f} s")
    print(f"{'results':>10} {'read':>8} {'grade':>8} {'grade 3, 4':>10} {'queries':>10}  peak GiB")
    for rows in [asked.only] if asked.only else SIZES:
        measure(rows)


if __name__ == "__main__":
    main()
