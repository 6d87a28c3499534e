"""Non-target lesions: response (sections 4.3.3 and 4.3.4)."""

import polars as pl

_SEEN = ("PRESENT", "TOO SMALL", "EQUIVOCAL", "MERGED", "SPLIT", "UNEQUIVOCAL PROGRESSION")


def compute_non_targets() -> list[pl.Expr]:
    """Judge the non-target lesions together, to aggregate the lesions of an assessment.

    Unequivocal progression of one is PD whatever the others show. Without it, a lesion that was not
    evaluated makes all of them NE, as it may be the one that grew.

    Returns
    -------
    list of Expr
        `non_targets_evaluated` (of the baseline), `non_targets_at_baseline`, `has_non_targets`,
        `non_targets_gone`, `non_targets_progress` (any of them) and `non_targets_date` (first that
        progresses).
    """
    state, lesion = pl.col("state"), pl.col("role") == "non-target"
    counted = lesion & pl.col("of_baseline")
    seen = pl.col("size_mm").is_not_null() | state.is_in(_SEEN).fill_null(value=False)
    progress = lesion & (state == "UNEQUIVOCAL PROGRESSION").fill_null(value=False)
    return [
        (counted & seen).sum().cast(pl.Int64).alias("non_targets_evaluated"),
        (lesion & (pl.col("assessment") == 0))
        .sum()
        .cast(pl.Int64)
        .alias("non_targets_at_baseline"),
        lesion.any().alias("has_non_targets"),
        (pl.col("gone") | ~counted).all().alias("non_targets_gone"),
        progress.any().alias("non_targets_progress"),
        pl.when(progress).then("date").min().alias("non_targets_date"),
    ]


def compute_non_target_response() -> pl.Expr:
    """Return CR, NON-CR/NON-PD, PD or NE; null without non-target lesions or at baseline."""
    evaluated, expected = pl.col("non_targets_evaluated"), pl.col("non_targets_expected")
    missing = (evaluated < expected) | (expected == 0)
    return (
        pl.when((pl.col("assessment") == 0) | ~pl.col("has_non_targets"))
        .then(None)
        .when("non_targets_progress")
        .then(pl.lit("PD"))
        .when(missing)
        .then(pl.lit("NE"))
        .when(pl.col("non_targets_gone"))
        .then(pl.lit("CR"))
        .otherwise(pl.lit("NON-CR/NON-PD"))
    )
