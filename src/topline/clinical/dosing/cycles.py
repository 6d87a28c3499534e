"""Cycles begun and completed, by the calendar of each subject's treatment."""

import polars as pl

from topline.clinical.dosing.regimen import Regimen


def compute_cycles_completed(
    days: pl.Expr, off_days: pl.Expr, length: float, window: float
) -> pl.Expr:
    """Return how many whole cycles a treatment lasted.

    Cycles follow one another from the first dose of any drug, without a break. One is complete when
    treatment lasted to its end, less the window; the planned days off after the last dose belong to
    treatment. No more are completed than were begun.

    Parameters
    ----------
    days
        From the first dose to the last of any drug, both counted; null: never treated.
    off_days
        Planned days off that followed the last dose, as far as treatment went on.
    length, window
        Of a cycle, days.

    Examples
    --------
    >>> last = pl.DataFrame({"days": [24, 25, 28, None], "off": 0})
    >>> found = compute_cycles_completed(pl.col("days"), pl.col("off"), 28, 3)
    >>> last.select(found)["days"].to_list()
    [0, 1, 1, 0]
    """
    whole = ((days + off_days + window) / length).floor()
    return pl.min_horizontal(whole, (days / length).ceil()).cast(pl.Int64).fill_null(0)


def derive_cycles(courses: pl.DataFrame, regimen: Regimen) -> pl.DataFrame:
    """Count the cycles begun by the subjects of `courses`: those in which a dose was due or taken.

    They follow one another from the first dose of any drug to the last.
    """
    length = regimen.cycle_days
    first, last = pl.col("first_dose_date").min(), pl.col("last_dose_date").max()
    dosed = (last - first).dt.total_days() + 1
    return courses.group_by("subject", maintain_order=True).agg(
        first_dose_date=first,
        last_dose_date=last,
        cycles_started=((dosed + length - 1) // length).fill_null(0),
    )
