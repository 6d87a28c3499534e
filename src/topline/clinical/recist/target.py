"""Target lesions: sums, nadir and response (sections 4.3.1, 4.3.2 and 4.4.2).

The nadir is the smallest complete sum before the assessment, baseline included. A sum is complete
when every target lesion of the baseline, and every part of one that split or merged, was evaluated.
"""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def compute_sums() -> list[pl.Expr]:
    """Add up the target lesions, to aggregate the lesions of an assessment.

    Returns
    -------
    list of Expr
        `measured_mm`, `targets_evaluated` (count), `has_targets`, `lesions_evaluated` and
        `lesions_at_baseline` (those of the baseline), `targets_seen` (one of them is disease) and
        `targets_date` (last diameter).
    """
    target, baseline = pl.col("role") == "target", pl.col("of_baseline")
    evaluated = target & pl.col("followed") & pl.col("size_mm").is_not_null()
    return [
        pl.when(evaluated).then("size_mm").sum().alias("measured_mm"),
        evaluated.sum().cast(pl.Int64).alias("targets_evaluated"),
        (evaluated & baseline).sum().cast(pl.Int64).alias("lesions_evaluated"),
        (target & (pl.col("assessment") == 0)).sum().cast(pl.Int64).alias("lesions_at_baseline"),
        target.any().alias("has_targets"),
        (evaluated & ~pl.col("gone")).any().alias("targets_seen"),
        pl.when(evaluated).then("date").max().alias("targets_date"),
    ]


def derive_fragments(lesions: pl.DataFrame) -> pl.DataFrame:
    """Count the parts of lesions that split or merged: one row an assessment with one of them.

    From its first row on a part is a target lesion like any other: without a row it was not
    evaluated, and the sum lacks it (4.3.2, 4.4.2).

    Returns
    -------
    DataFrame
        `at`, `fragments_evaluated` and `fragments_appear` (those in their first row).
    """
    part = (pl.col("role") == "target") & pl.col("part") & ~pl.col("of_baseline")
    first = pl.col("at") == pl.col("at").min().over("track")
    return (
        lesions.filter(part)
        .with_columns(first=first)
        .group_by("at")
        .agg(
            fragments_evaluated=pl.col("size_mm").is_not_null().sum().cast(pl.Int64),
            fragments_appear=pl.col("first").sum().cast(pl.Int64),
        )
    )


def derive_nadir(sums: pl.DataFrame) -> pl.DataFrame:
    """Add baseline, nadir and the changes from both to the sums.

    Parameters
    ----------
    sums
        One row an assessment, sorted by `who` and `assessment`, with `sum_mm` and `last_date`; no
        sum is known where the baseline is missing, so the first row gives the baseline sum.
    """
    total, nadir = pl.col("sum_mm"), pl.col("nadir_mm")
    lowest = total.fill_null(float("inf")).cum_min().over("who").shift(1)
    seen_before = (pl.col("who") == pl.col("who").shift(1)) & lowest.is_finite()
    reached = pl.when(total.is_not_null() & (nadir.is_null() | (total < nadir)))
    reached_on = reached.then("last_date").forward_fill().shift(1)
    return (
        sums.with_columns(
            baseline_mm=total.first().over("who"), nadir_mm=pl.when(seen_before).then(lowest)
        )
        .with_columns(nadir_date=pl.when(nadir.is_not_null()).then(reached_on))
        .with_columns(
            change_from_baseline_percent=_percent(total, pl.col("baseline_mm")),
            change_from_nadir_percent=_percent(total, nadir),
            change_from_nadir_mm=total - nadir,
        )
    )


def derive_target_response(sums: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Add `target_response`: CR, PR, SD, PD or NE; null without target lesions or at baseline."""
    after, known = pl.col("assessment") > 0, pl.col("has_targets")
    complete, baseline = pl.col("sum_mm").is_not_null(), pl.col("baseline_mm")
    nothing_seen, grown = ~pl.col("targets_seen"), _grown(criteria)
    gone = complete & nothing_seen & (baseline.is_null() | (baseline > 0))
    if criteria.growth_within_normal_nodes_counts_as == "PD":
        gone = gone & ~grown
    else:  # what is missing may be gone too, and decides (4.4.2)
        grown = grown & ~nothing_seen
    fallen = 100 * (baseline - pl.col("sum_mm"))
    limit = (criteria.partial_response_decrease_percent - criteria.tolerance) * baseline
    response = (
        pl.when(~after | ~known)
        .then(None)
        .when(gone)
        .then(pl.lit("CR"))
        .when(grown)
        .then(pl.lit("PD"))
        .when(~complete | baseline.is_null() | (baseline == 0))
        .then(pl.lit("NE"))
        .when(fallen >= limit)
        .then(pl.lit("PR"))
        .otherwise(pl.lit("SD"))
    )
    return sums.with_columns(target_response=response)


def _grown(criteria: Criteria) -> pl.Expr:
    """Whether what was measured is above the nadir by 20 % and 5 mm; false without a nadir."""
    shown = "measured_mm" if criteria.incomplete_sum_can_show_progression else "sum_mm"
    nadir = pl.col("nadir_mm")
    growth = pl.col(shown) - nadir
    by_mm = (growth > 0) & (growth >= criteria.progression_increase_mm - criteria.tolerance)
    by_percent = (
        100 * growth >= (criteria.progression_increase_percent - criteria.tolerance) * nadir
    )
    return (by_mm & by_percent).fill_null(value=False)


def _percent(value: pl.Expr, reference: pl.Expr) -> pl.Expr:
    """Change in percent; null from zero."""
    return pl.when(reference > 0).then(100 * (value - reference) / reference)
