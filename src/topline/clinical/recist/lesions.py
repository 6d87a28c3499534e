"""What each lesion counts for, before anything is added up (section 4.3.2).

Rows are sorted by subject, role, lesion and assessment; `who`, `track` and `at` number the
subjects, the lesions and the assessments, so that what follows groups by integers.
"""

import polars as pl

from topline.clinical.recist.criteria import Criteria

_ELSEWHERE = ("MERGED", "SPLIT")


def derive_lesions(measurements: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Give every lesion its size and what it means.

    A lesion that merged, or a lesion of the baseline that split, needs no diameter of its own when
    another lesion of the assessment with the same state has one: its size is counted there.

    Returns
    -------
    DataFrame
        The same rows with `who`, `track`, `at` and `size_mm` (what the lesion adds to the sum; null
        if not evaluated), `gone` (absent, or a normal node), `of_baseline` and `followed` (of the
        baseline, or grown out of a lesion that was).
    """
    rows = measurements.sort("subject", "role", "lesion", "assessment").with_columns(
        who=pl.col("subject").rle_id().cast(pl.Int64),
        track=pl.struct("subject", "role", "lesion").rle_id(),
    )
    span = pl.col("assessment").max() + 1
    rows = rows.with_columns(
        at=pl.col("who") * span + pl.col("assessment"),
        of_baseline=pl.col("assessment").first().over("track") == 0,
    )
    return rows.with_columns(size_mm=_size(rows, criteria), followed=_followed()).with_columns(
        gone=_gone(criteria)
    )


def _size(rows: pl.DataFrame, criteria: Criteria) -> pl.Series:
    """Size in mm; null where the lesion was not evaluated."""
    state, diameter = pl.col("state"), pl.col("diameter_mm")
    parts = rows.filter(state.is_in(_ELSEWHERE) & diameter.is_not_null())
    carried = parts.select("at", "state", carried=True).unique()
    size = (
        pl.when(state == "ABSENT")
        .then(0.0)
        .when(diameter.is_not_null())
        .then(diameter)
        .when(state == "TOO SMALL")
        .then(criteria.too_small_to_measure_mm)
        .when(pl.col("carried") & ((state == "MERGED") | pl.col("of_baseline")))
        .then(0.0)
    )
    joined = rows.select("at", "state", "diameter_mm", "of_baseline").join(
        carried, on=["at", "state"], how="left", maintain_order="left"
    )
    return joined.select(size.alias("size_mm")).to_series()


def _followed() -> pl.Expr:
    """Whether the lesion belongs to the disease of the baseline."""
    part = pl.col("state").is_in(_ELSEWHERE).fill_null(value=False)
    return pl.col("of_baseline") | part.any().over("track")


def _gone(criteria: Criteria) -> pl.Expr:
    """Whether a lesion is no disease any more: absent, or a node below 10 mm (4.3.1, 4.3.3)."""
    normal = pl.col("nodal") & (pl.col("size_mm") < criteria.normal_node_below_mm)
    return ((pl.col("size_mm") == 0) | normal).fill_null(value=False)
