"""Every assessment in one row: what its lesions show together, before anything is judged."""

import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.newlesions import derive_new_lesions
from topline.clinical.recist.nontarget import compute_non_targets, compute_progression
from topline.clinical.recist.target import compute_sums, derive_fragments


def derive_parts(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Put together the lesions of each assessment.

    Returns
    -------
    DataFrame
        One row an assessment, sorted by subject and assessment: its dates, `sum_mm` (null unless
        every target lesion was evaluated) and what the modules of targets, non-targets and new
        lesions say.
    """
    unseen = (pl.col("state") == "NOT EVALUATED").fill_null(value=False)
    no_lesion = pl.col("role") == "none"
    parts = (
        lesions.with_columns(progresses=compute_progression(lesions, criteria))
        .group_by("at")
        .agg(
            pl.col("subject", "who", "assessment").first(),
            *compute_sums(),
            *compute_non_targets(),
            first_date=pl.col("date").min(),
            last_date=pl.col("date").max(),
            not_imaged=(no_lesion & unseen).any(),
            all_unseen=unseen.all(),
            lesions_named=(~no_lesion).any(),
        )
    )
    for rare in (
        derive_fragments(lesions),
        derive_new_lesions(lesions, criteria),
        _derive_strays(lesions),
    ):
        parts = parts.join(rare, on="at", how="left")
    return (
        parts.sort("at")
        .with_columns(pl.col("who").set_sorted())
        .with_columns(_of_subject())
        .with_columns(_completeness())
        .with_columns(_disease(criteria))
    )


def _of_subject() -> list[pl.Expr]:
    """Say what the subject had at baseline or ever has."""
    baseline = (pl.col("assessment") == 0) & (pl.col("lesions_named") | ~pl.col("not_imaged"))
    return [
        pl.col("lesions_at_baseline").sum().over("who").alias("lesions_expected"),
        pl.col("non_targets_at_baseline").sum().over("who").alias("non_targets_expected"),
        pl.col("has_targets", "has_non_targets").any().over("who"),
        baseline.any().over("who").alias("has_baseline"),
        pl.col("fragments_appear").fill_null(0).cum_sum().over("who").alias("fragments_expected"),
        pl.col("fragments_evaluated").fill_null(0),
        pl.col("new_lesion").fill_null("NO"),
    ]


def _completeness() -> list[pl.Expr]:
    """Keep the sums that lack nothing; say whether the disease is known at all."""
    expected = pl.col("lesions_expected")
    complete = (pl.col("lesions_evaluated") == expected) & (
        pl.col("fragments_evaluated") == pl.col("fragments_expected")
    )
    imaged = ~pl.col("not_imaged") & ~pl.col("all_unseen")
    return [
        pl.when(complete & (expected > 0)).then("measured_mm").alias("sum_mm"),
        pl.when(pl.col("targets_evaluated") > 0).then("measured_mm").alias("measured_mm"),
        complete.alias("targets_complete"),
        (~pl.col("has_baseline") | ~imaged).alias("disease_unknown"),
    ]


def _disease(criteria: Criteria) -> list[pl.Expr]:
    """Whether disease of the baseline was seen, and on which date; doubt is not sight (4.4.4)."""
    targets = pl.col("targets_seen")
    if not criteria.incomplete_sum_can_show_progression:
        targets = targets & pl.col("targets_complete")
    seen = targets | pl.col("non_targets_seen_date").is_not_null()
    shown = pl.when(pl.col("targets_seen")).then("targets_date")
    return [
        seen.alias("disease_seen"),
        pl.min_horizontal(shown, "non_targets_seen_date").alias("disease_date"),
    ]


def _derive_strays(lesions: pl.DataFrame) -> pl.DataFrame:
    """Names, by assessment, of lesions that count for nothing as they lack a baseline."""
    role = pl.col("role")
    progress = (pl.col("state") == "UNEQUIVOCAL PROGRESSION").fill_null(value=False)
    target = (role == "target") & ~pl.col("followed")
    non_target = (role == "non-target") & ~pl.col("of_baseline") & ~progress
    return (
        lesions.filter(target | non_target)
        .group_by("at")
        .agg(not_counted=pl.col("lesion").cast(pl.String).sort().str.join(", "))
    )
