"""Non-target lesions: response (sections 4.3.3, 4.3.4 and 4.4.4)."""

import polars as pl

from topline.clinical.recist.criteria import Criteria

_SEEN = (
    "PRESENT",
    "TOO SMALL",
    "EQUIVOCAL",
    "MERGED",
    "SPLIT",
    "UNEQUIVOCAL PROGRESSION",
    "INCREASED",
)


def compute_progression(lesions: pl.DataFrame, criteria: Criteria) -> pl.Series:
    """Whether a non-target lesion progresses beyond doubt.

    Doubt that the next assessment settles was progression from the start (4.4.4).
    """
    sure = (pl.col("state") == "UNEQUIVOCAL PROGRESSION").fill_null(value=False)
    doubt = (pl.col("state") == "EQUIVOCAL") & pl.col("of_baseline")
    progresses = lesions.select(progresses=sure).to_series()
    if not criteria.equivocal_progression_dated_back:
        return progresses
    rows = lesions.filter((pl.col("role") == "non-target") & (sure | doubt)).sort("track", "at")
    in_turn = (pl.col("track") == pl.col("track").shift(1)) & (
        pl.col("at") == pl.col("at").shift(1) + 1
    )
    rows = rows.with_columns(run=(~in_turn).fill_null(value=True).cum_sum())
    settled = pl.col("at") <= pl.when(sure).then("at").max().over("run")
    return progresses | lesions["row"].is_in(rows.filter(settled)["row"].implode())


def compute_non_targets() -> list[pl.Expr]:
    """Judge the non-target lesions together, to aggregate the lesions of an assessment.

    Unequivocal progression of one is PD whatever the others show. Without it, a lesion that was not
    evaluated makes all of them NE, as it may be the one that grew.

    Returns
    -------
    list of Expr
        `has_non_targets`, `non_targets_evaluated` and `non_targets_at_baseline` (those of the
        baseline), `non_targets_gone`, `non_targets_increase` (one is called INCREASED),
        `non_targets_progressing` (how many), `non_targets_progress` (any), `non_targets_date`
        (first that progresses) and `non_targets_seen_date` (first that is disease beyond doubt).
    """
    state, lesion = pl.col("state"), pl.col("role") == "non-target"
    counted = lesion & pl.col("of_baseline")
    seen = pl.col("size_mm").is_not_null() | state.is_in(_SEEN).fill_null(value=False)
    progress = lesion & pl.col("progresses")
    doubt = (state == "EQUIVOCAL").fill_null(value=False)
    disease = progress | (counted & seen & ~pl.col("gone") & ~doubt)
    baseline = lesion & (pl.col("assessment") == 0)
    return [
        lesion.any().alias("has_non_targets"),
        (counted & seen).sum().cast(pl.Int64).alias("non_targets_evaluated"),
        baseline.sum().cast(pl.Int64).alias("non_targets_at_baseline"),
        (pl.col("gone") | ~counted).all().alias("non_targets_gone"),
        (lesion & (state == "INCREASED")).any().alias("non_targets_increase"),
        progress.sum().cast(pl.Int64).alias("non_targets_progressing"),
        progress.any().alias("non_targets_progress"),
        pl.when(progress).then("date").min().alias("non_targets_date"),
        pl.when(disease).then("date").min().alias("non_targets_seen_date"),
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
