"""Every assessment in one row: what its lesions show together, before anything is judged."""

import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.newlesions import derive_new_lesions
from topline.clinical.recist.nontarget import compute_non_targets
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
    unseen = (pl.col("role") == "none") & (pl.col("state") == "NOT EVALUATED").fill_null(
        value=False
    )
    parts = lesions.group_by("at").agg(
        pl.col("subject", "who", "assessment").first(),
        *compute_sums(),
        *compute_non_targets(),
        first_date=pl.col("date").min(),
        last_date=pl.col("date").max(),
        not_imaged=unseen.any(),
    )
    for rare in (
        derive_fragments(lesions),
        derive_new_lesions(lesions, criteria),
        _derive_strays(lesions),
    ):
        parts = parts.join(rare, on="at", how="left")
    sorted_parts = parts.sort("at").with_columns(pl.col("who").set_sorted())
    return sorted_parts.with_columns(_of_subject()).with_columns(_completeness())


def _of_subject() -> list[pl.Expr]:
    """What the subject had at baseline or ever has."""
    return [
        pl.col("lesions_at_baseline").sum().over("who").alias("lesions_expected"),
        pl.col("non_targets_at_baseline").sum().over("who").alias("non_targets_expected"),
        pl.col("has_targets", "has_non_targets").any().over("who"),
        (pl.col("assessment") == 0).any().over("who").alias("has_baseline"),
        pl.col("fragments_appear").fill_null(0).cum_sum().over("who").alias("fragments_expected"),
        pl.col("fragments_evaluated").fill_null(0),
        pl.col("new_lesion").fill_null("NO"),
    ]


def _completeness() -> list[pl.Expr]:
    """Sums that lack nothing, and whether the subject's disease is known at all."""
    expected = pl.col("lesions_expected")
    complete = (
        (expected > 0)
        & (pl.col("lesions_evaluated") == expected)
        & (pl.col("fragments_evaluated") == pl.col("fragments_expected"))
    )
    measured = pl.when(pl.col("targets_evaluated") > 0).then("measured_mm")
    return [
        pl.when(complete).then("measured_mm").alias("sum_mm"),
        measured.alias("measured_mm"),
        (~pl.col("has_baseline") | pl.col("not_imaged")).alias("disease_unknown"),
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
