"""Time RECIST from lesions to best response: 30,000 subjects, 8 assessments, 4 lesions each."""

import time
from datetime import date

import numpy as np
import polars as pl

from topline.clinical.recist.assessments import derive_assessments
from topline.clinical.recist.best import derive_best_response
from topline.clinical.recist.criteria import Criteria


def make_measurements(subjects: int, assessments: int, lesions: int, seed: int) -> pl.DataFrame:
    """Lesions that shrink and grow at random; the last of each subject is a non-target lesion."""
    rng = np.random.default_rng(seed)
    n = subjects * assessments * lesions
    who, when, which = np.unravel_index(np.arange(n), (subjects, assessments, lesions))
    target = which < lesions - 1
    size = np.round(rng.uniform(10, 60, n) * np.exp(rng.normal(0, 0.2, n) - 0.05 * when), 0)
    lost = rng.random(n) < 0.02
    grown = rng.random(n) < 0.01
    state = np.where(grown & ~target & (when > 0), "UNEQUIVOCAL PROGRESSION", "PRESENT")
    return pl.DataFrame(
        {
            "subject": who,
            "assessment": when,
            "lesion": which,
            "target": target,
            "diameter_mm": size,
            "state": state,
            "lost": lost & (when > 0),
        }
    ).select(
        pl.format("S-{}", pl.col("subject").cast(pl.String).str.zfill(6)).alias("subject"),
        "assessment",
        role=pl.when("target").then(pl.lit("target")).otherwise(pl.lit("non-target")),
        lesion=pl.format("L{}", "lesion"),
        date=pl.lit(date(2024, 1, 1)) + pl.duration(days=56 * pl.col("assessment")),
        nodal=pl.col("lesion") == 0,
        diameter_mm=pl.when(~pl.col("lost") & pl.col("target")).then("diameter_mm"),
        state=pl.when("lost").then(pl.lit("NOT EVALUATED")).otherwise("state"),
    )


def main() -> None:
    criteria = Criteria(confirmation={"required": True}, stable_disease_from_days=49)
    measurements = make_measurements(30_000, 8, 4, seed=1)
    subjects = (
        measurements.select("subject")
        .unique()
        .with_columns(start_date=pl.lit(date(2024, 1, 2)), end_date=pl.lit(None, pl.Date))
    )
    for _ in range(3):
        start = time.perf_counter()
        assessments = derive_assessments(measurements, criteria)
        middle = time.perf_counter()
        best = derive_best_response(assessments, subjects, criteria)
        end = time.perf_counter()
        print(
            f"{measurements.height} lesions: assessments {middle - start:.2f} s, "
            f"best response {end - middle:.2f} s"
        )
    print(best["best_response"].value_counts(sort=True))


if __name__ == "__main__":
    main()
