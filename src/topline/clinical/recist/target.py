"""Target lesions: sums, nadir and response (sections 4.3.1, 4.3.2 and 4.4.2).

The nadir is the smallest complete sum before the assessment, baseline included. A sum is complete
when every target lesion of the baseline, and every part of one that split or merged, was evaluated.
"""

import polars as pl

from topline.clinical.recist.criteria import Criteria


def derive_sums(lesions: pl.DataFrame) -> pl.DataFrame:
    """Add up the target lesions: one row an assessment with at least one of them.

    Returns
    -------
    DataFrame
        `at`, `measured_mm`, `lesions_evaluated` (of the baseline), `parts_evaluated` (all parts of
        split lesions were), `targets_gone`, `targets_date` (last diameter).
    """
    evaluated, baseline = pl.col("size_mm").is_not_null(), pl.col("of_baseline")
    return (
        lesions.filter((pl.col("role") == "target") & pl.col("followed"))
        .group_by("at")
        .agg(
            measured_mm=pl.when(evaluated.any()).then(pl.col("size_mm").sum()),
            lesions_evaluated=(evaluated & baseline).sum().cast(pl.Int64),
            parts_evaluated=(evaluated | baseline).all(),
            targets_gone=pl.col("gone").all(),
            targets_date=pl.col("date").filter(evaluated).max(),
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
    baseline = total.first().over("who")
    reached = pl.when(total.is_not_null() & (nadir.is_null() | (total < nadir)))
    lowest = total.cum_min().forward_fill().shift(1).over("who")
    return (
        sums.with_columns(baseline_mm=baseline, nadir_mm=lowest)
        .with_columns(nadir_date=reached.then("last_date").forward_fill().shift(1).over("who"))
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
    gone = complete & pl.col("targets_gone") & (baseline.is_null() | (baseline > 0))
    grown = _grown(criteria)
    if criteria.growth_within_normal_nodes_counts_as == "PD":
        gone = gone & ~grown
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
