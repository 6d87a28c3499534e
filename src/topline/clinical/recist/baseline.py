"""Check the choice of target lesions at baseline (sections 3.1.1 and 4.2)."""

import dataframely as dy
import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.explain import format_mm
from topline.clinical.recist.schemas import BaselineFindings, BaselineLesions
from topline.frames import conform

_NODES = "lymph nodes"


def derive_baseline_findings(
    lesions: pl.DataFrame, criteria: Criteria
) -> dy.DataFrame[BaselineFindings]:
    """List target lesions that were too small, not measured, or too many.

    They stay in the sums: the finding is for the data manager, not for the arithmetic.

    Parameters
    ----------
    lesions
        `BaselineLesions`, in any order.
    criteria
        Options of the trial.

    Returns
    -------
    BaselineFindings
        Sorted by subject, rule and place; no rows when all is well.

    Raises
    ------
    DataError
        Rows break a rule of `BaselineLesions`.

    Examples
    --------
    >>> lesions = pl.DataFrame({
    ...     "subject": ["1"], "lesion": ["T01"], "organ": ["LIVER"], "nodal": [False],
    ...     "chest_xray": [False], "diameter_mm": [8.0],
    ... })
    >>> derive_baseline_findings(lesions, Criteria()).row(0)[1:]
    ('target_is_measurable', 'T01', '8 mm', 'at least 10 mm')
    """
    rows = conform(lesions, BaselineLesions)
    findings = [
        _sizes(rows, criteria),
        _count(rows.with_columns(where=pl.lit("all")), criteria.most_target_lesions),
        _count(
            rows.with_columns(where=pl.when("nodal").then(pl.lit(_NODES)).otherwise("organ")),
            criteria.most_target_lesions_per_organ,
        ),
    ]
    return conform(pl.concat(findings).sort("subject", "rule", "where"), BaselineFindings)


def _sizes(rows: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Targets below the size that can be measured, or without one."""
    least = (
        pl.when("nodal")
        .then(criteria.measurable_node_mm)
        .when("chest_xray")
        .then(criteria.measurable_on_chest_xray_mm)
        .otherwise(criteria.measurable_lesion_mm)
    )
    size = pl.format("{} mm", format_mm("diameter_mm"))
    return (
        rows.with_columns(least=least)
        .filter(pl.col("diameter_mm").is_null() | (pl.col("diameter_mm") < pl.col("least")))
        .select(
            "subject",
            rule=pl.lit("target_is_measurable"),
            where="lesion",
            found=pl.when(pl.col("diameter_mm").is_null())
            .then(pl.lit("no diameter"))
            .otherwise(size),
            expected=pl.format("at least {} mm", format_mm("least")),
        )
    )


def _count(rows: pl.DataFrame, most: int) -> pl.DataFrame:
    """Places with more targets than allowed."""
    return (
        rows.filter(pl.col("where").is_not_null())
        .group_by("subject", "where")
        .agg(n=pl.len())
        .filter(pl.col("n") > most)
        .select(
            "subject",
            rule=pl.when(pl.col("where") == "all")
            .then(pl.lit("targets_of_subject_within_limit"))
            .otherwise(pl.lit("targets_of_organ_within_limit")),
            where="where",
            found=pl.format("{} target lesions", "n"),
            expected=pl.format("at most {}", pl.lit(most)),
        )
    )
