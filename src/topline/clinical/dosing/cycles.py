"""Cycles begun and completed, by the calendar of each subject's treatment."""

import polars as pl

from topline.clinical.dosing.regimen import Regimen


def derive_cycles(courses: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """Count the cycles of the subjects of `courses`.

    Cycles follow one another from the first dose of any drug, without a break. One is begun when a
    dose was taken in it, and complete when treatment lasted to its end, less the window; treatment
    lasts to the end of the last block begun, days off included, but not past `until_date`.
    """
    length, window = regimen.cycle_days, regimen.cycle_window_days
    end = pl.min_horizontal("block_end_date", pl.max_horizontal("until_date", "last_dose_date"))
    end = pl.when(pl.col("block_end_date").is_not_null()).then(end)
    first, last = pl.col("first_dose_date").min(), pl.col("last_dose_date").max()
    dosed = (last - first).dt.total_days() + 1
    treated = (pl.col("end").max() - first).dt.total_days() + 1
    whole = (treated + window) // length
    return (
        courses.with_columns(end=end)
        .group_by("subject", maintain_order=True)
        .agg(
            first_dose_date=first,
            last_dose_date=last,
            treated_days=treated.fill_null(0),
            cycles_started=((dosed + length - 1) // length).fill_null(0),
            cycles_completed=whole.fill_null(0),
        )
        .with_columns(cycles_completed=pl.min_horizontal("cycles_completed", "cycles_started"))
    )
