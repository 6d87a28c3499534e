"""A synthetic cohort: one row a patient, before any record is written."""

from dataclasses import dataclass
from typing import Final

import polars as pl

NOTICE: Final = (
    "Synthetic data: no record is a real patient's. The patients were made up so that they give "
    "numbers in print; nothing may be concluded from them about a drug, a site or a person."
)
"""What every cohort says of itself."""

COURSE: Final = pl.Schema(
    {
        "KEY": pl.String(),
        "USUBJID": pl.String(),
        "SUBJID": pl.String(),
        "SITEID": pl.String(),
        "SEX": pl.String(),
        "AGE": pl.Int64(),
        "FIRST_DOSE": pl.Date(),
        "DATA_CUT": pl.Date(),
        "END_OF_TREATMENT": pl.Int64(),
        "END_REASON": pl.String(),
        "RESPONSE": pl.Int64(),
        "PROGRESSION": pl.Int64(),
        "LAST_SCAN": pl.Int64(),
        "LAST_SEEN": pl.Int64(),
        "DEATH": pl.Int64(),
        "BEST_CHANGE": pl.Float64(),
        "BOR_PLANNED": pl.String(),
    }
)
"""Columns that every cohort has, in this order; those of its attributes follow.

Days are study days: the first dose is day 1, and there is no day 0. END_OF_TREATMENT is null while
treatment goes on; RESPONSE is the first complete or partial response and PROGRESSION the
radiographic one, null without; LAST_SCAN is null without any assessment after baseline.
BEST_CHANGE is in percent of the sum of diameters at baseline, negative where it shrinks.
"""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Patients with their attributes and courses.

    The columns are those of `COURSE`, then one for each attribute of `published.yaml` by its name:
    text for categories, Boolean for yes or no, Float64 for numbers; then the measured numbers.
    """

    patients: pl.DataFrame
    """One row a patient, sorted by KEY."""
    seed: int
    """What it was drawn with; the same seed gives the same patients."""
