"""Non-target lesions: response (sections 4.3.3 and 4.3.4)."""

import polars as pl

_SEEN = ("PRESENT", "TOO SMALL", "EQUIVOCAL", "MERGED", "SPLIT", "UNEQUIVOCAL PROGRESSION")


def derive_non_target_response(lesions: pl.DataFrame) -> pl.DataFrame:
    """Judge the non-target lesions together: one row an assessment with at least one of them.

    Unequivocal progression of one is PD whatever the others show. Without it, a lesion that was not
    evaluated makes all of them NE, as it may be the one that grew.

    Returns
    -------
    DataFrame
        `at`, `non_targets_evaluated`, `non_targets_gone`, `non_targets_progress` (any of them) and
        `non_targets_date` (first that progresses).
    """
    progress = (pl.col("state") == "UNEQUIVOCAL PROGRESSION").fill_null(value=False)
    seen = pl.col("size_mm").is_not_null() | pl.col("state").is_in(_SEEN).fill_null(value=False)
    counted = pl.col("of_baseline")
    return (
        lesions.filter(pl.col("role") == "non-target")
        .group_by("at")
        .agg(
            non_targets_evaluated=(seen & counted).sum().cast(pl.Int64),
            non_targets_gone=pl.col("gone").filter(counted).all(),
            non_targets_progress=progress.any(),
            non_targets_date=pl.col("date").filter(progress).min(),
        )
    )


def compute_non_target_response() -> pl.Expr:
    """Return CR, NON-CR/NON-PD, PD or NE; null without non-target lesions or at baseline."""
    evaluated = pl.col("non_targets_evaluated").fill_null(0)
    expected = pl.col("non_targets_expected")
    missing = (evaluated < expected) | (expected == 0)
    return (
        pl.when((pl.col("assessment") == 0) | ~pl.col("has_non_targets"))
        .then(None)
        .when(pl.col("non_targets_progress").fill_null(value=False))
        .then(pl.lit("PD"))
        .when(missing)
        .then(pl.lit("NE"))
        .when(pl.col("non_targets_gone"))
        .then(pl.lit("CR"))
        .otherwise(pl.lit("NON-CR/NON-PD"))
    )
