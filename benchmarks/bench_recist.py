"""Time RECIST from lesions to best response, beside reading and sorting the same lesions.

    python benchmarks/bench_recist.py              1,000 to 100,000 subjects
    python benchmarks/bench_recist.py --million    and 1,000,000: 32 million lesions
    python benchmarks/bench_recist.py --shuffled   lesions in random order

8 assessments of 4 lesions a subject, made from a seed. "best" is derived twice, without and with
confirmation; each has the dates of response, progression and last evaluable assessment.
"""

import argparse
import gc
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria

T = TypeVar("T")
SUBJECTS = (1_000, 10_000, 30_000, 100_000)
ASSESSMENTS, LESIONS = 8, 4
PART = 50_000
START = date(2024, 1, 1)
KEY = ("subject", "assessment", "role", "lesion")
CONFIRMED = Criteria.model_validate(
    {"confirmation": {"required": True}, "stable_disease_from_days": 49}
)


def make_measurements(first: int, subjects: int, seed: int) -> pl.DataFrame:
    """Lesions that shrink and grow at random; the last of each subject is a non-target lesion.

    One in twenty subjects has a new lesion, doubtful or certain, in one of its assessments.
    """
    rng = np.random.default_rng([seed, first])
    n = subjects * ASSESSMENTS * LESIONS
    who, when, which = np.unravel_index(np.arange(n), (subjects, ASSESSMENTS, LESIONS))
    target, after = which < LESIONS - 1, when > 0
    course = np.exp(rng.normal(-0.1, 0.15, subjects))[who] ** when
    size = np.round(rng.uniform(10, 60, subjects * LESIONS)[who * LESIONS + which] * course, 0)
    lost = (rng.random(n) < 0.02) & after
    grown = (rng.random(n) < 0.01) & ~target & after
    new_at = np.where(rng.random(subjects) < 0.05, rng.integers(1, ASSESSMENTS, subjects), 0)
    new = ~target & (when == new_at[who]) & after
    state = np.select(
        [new & lost, new, lost, grown],
        ["EQUIVOCAL", "UNEQUIVOCAL", "NOT EVALUATED", "UNEQUIVOCAL PROGRESSION"],
        "PRESENT",
    )
    role = np.select([new, target], ["new", "target"], "non-target")
    return pl.DataFrame(
        {"who": who + first, "assessment": when, "which": which, "role": role, "state": state}
        | {"nodal": which == 0, "diameter_mm": np.where(target & ~lost, size, np.nan)}
    ).select(
        pl.format("S-{}", pl.col("who").cast(pl.String).str.zfill(7)).alias("subject"),
        "assessment",
        "role",
        pl.format("L{}", "which").alias("lesion"),
        (pl.lit(START) + pl.duration(days=56 * pl.col("assessment"))).alias("date"),
        "nodal",
        pl.col("diameter_mm").fill_nan(None),
        "state",
    )


def write_measurements(folder: Path, subjects: int, seed: int, *, shuffled: bool) -> None:
    """Write lesions as Parquet, a part at a time."""
    for first in range(0, subjects, PART):
        part = make_measurements(first, min(PART, subjects - first), seed)
        if shuffled:
            part = part.sample(fraction=1, shuffle=True, seed=seed)
        part.write_parquet(folder / f"{first:07}.parquet")


def timed(do: Callable[[], T]) -> tuple[T, float]:
    """Return what was done and the seconds it took."""
    gc.collect()
    start = time.perf_counter()
    done = do()
    return done, time.perf_counter() - start


def measure(subjects: int, *, shuffled: bool, explain: bool) -> None:
    """Print one line of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_measurements(folder, subjects, 1, shuffled=shuffled)
        rows, read = timed(lambda: pl.read_parquet(folder / "*.parquet"))
        _, sort = timed(lambda: rows.sort(KEY).height)
    assessments, assess = timed(lambda: derive_assessments(rows, Criteria(), explain=explain))
    everyone = assessments.select(
        pl.col("subject").unique(maintain_order=True),
        start_date=pl.lit(START),
        end_date=pl.lit(None, pl.Date),
    )
    best, once = timed(lambda: derive_best_response(assessments, everyone, Criteria()))
    _, twice = timed(lambda: derive_best_response(assessments, everyone, CONFIRMED))
    total = assess + once + twice
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    times = [read, sort, assess, once + twice, total, 1e6 * total / rows.height]
    print(
        f"{best.height:>9,} {rows.height:>11,}",
        *(f"{seconds:>11.2f}" for seconds in times),
        f"{peak:>8.1f}",
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description="Time RECIST from lesions to best response.")
    options.add_argument("--million", action="store_true", help="1,000,000 subjects as well")
    options.add_argument("--only", type=int, help="this number of subjects alone")
    options.add_argument("--shuffled", action="store_true", help="lesions in random order")
    options.add_argument("--no-reasons", action="store_true", help="responses without their words")
    asked = options.parse_args()
    sizes = [asked.only] if asked.only else [*SUBJECTS, *([1_000_000] if asked.million else [])]
    heads = ["read", "sort", "assessments", "best", "total", "per million"]
    print(f"{'subjects':>9} {'lesions':>11}", *(f"{head:>11}" for head in heads), " peak GiB")
    for subjects in sizes:
        measure(subjects, shuffled=asked.shuffled, explain=not asked.no_reasons)


if __name__ == "__main__":
    main()
