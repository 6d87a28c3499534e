"""From lesions to the response of every assessment."""

import dataframely as dy
import polars as pl

from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.explain import compute_assessment_reason
from topline.clinical.recist.lesions import derive_lesions
from topline.clinical.recist.newlesions import derive_new_lesions
from topline.clinical.recist.nontarget import (
    compute_non_target_response,
    derive_non_target_response,
)
from topline.clinical.recist.schemas import Assessments, Measurements
from topline.clinical.recist.target import derive_nadir, derive_sums, derive_target_response
from topline.clinical.recist.timepoint import (
    derive_after_complete_response,
    derive_response,
    derive_unseen_after_complete_response,
)
from topline.errors import DataError
from topline.frames import conform

_SHOWN = 3


def derive_assessments(measurements: pl.DataFrame, criteria: Criteria) -> dy.DataFrame[Assessments]:
    """Derive sums, nadir, response and its reason for every assessment.

    A target lesion that has no row at baseline is left out of the sums, unless it is a part of one
    that split or merged; the reason names it. A subject without baseline is NE until something is
    unequivocal.

    Parameters
    ----------
    measurements
        `Measurements`, in any order.
    criteria
        Options of the trial.

    Returns
    -------
    Assessments
        One row a subject and assessment, baseline included, sorted by both.

    Raises
    ------
    DataError
        Rows break a rule of `Measurements`, or assessments are not numbered by date.

    References
    ----------
    Eisenhauer EA et al. (2009), sections 4.3 and 4.4.1 (tables 1 and 2).

    Examples
    --------
    >>> from datetime import date
    >>> measurements = pl.DataFrame({
    ...     "subject": ["1", "1"], "assessment": [0, 1], "role": "target", "lesion": "T01",
    ...     "date": [date(2024, 1, 2), date(2024, 2, 27)], "nodal": False,
    ...     "diameter_mm": [50.0, 34.0], "state": [None, "PRESENT"],
    ... })
    >>> derive_assessments(measurements, Criteria())["reason"].to_list()
    ['Baseline: sum 50 mm', 'PR: sum 34 mm, -32.0 % from baseline 50 mm; no new lesion']
    """
    lesions = derive_lesions(conform(measurements, Measurements), criteria)
    parts = _derive_parts(lesions, criteria)
    _check_order(parts)
    judged = derive_target_response(derive_nadir(parts), criteria).with_columns(
        non_target_response=compute_non_target_response()
    )
    table = derive_response(judged).with_columns(by_table="response")
    looked = derive_unseen_after_complete_response(table, criteria)
    settled = derive_after_complete_response(looked, by="who", criteria=criteria)
    dated = settled.with_columns(date=_date(criteria))
    return conform(dated.with_columns(reason=compute_assessment_reason()), Assessments)


def _derive_parts(lesions: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """One row an assessment, sorted, with all that its lesions show together."""
    parts = _derive_frame(lesions)
    for part in (
        derive_sums(lesions),
        derive_non_target_response(lesions),
        derive_new_lesions(lesions, criteria),
        _derive_strays(lesions),
    ):
        parts = parts.join(part, on="at", how="left")
    expected, evaluated = pl.col("lesions_expected"), pl.col("lesions_evaluated")
    complete = (expected > 0) & (evaluated == expected) & pl.col("parts_evaluated")
    return parts.sort("at").with_columns(
        evaluated.fill_null(0),
        pl.col("new_lesion").fill_null("NO"),
        sum_mm=pl.when(complete).then("measured_mm"),
        disease_unknown=~pl.col("has_baseline") | pl.col("not_imaged"),
    )


def _derive_frame(lesions: pl.DataFrame) -> pl.DataFrame:
    """One row an assessment: its dates, and what its subject had at baseline."""
    role, baseline = pl.col("role"), pl.col("assessment") == 0
    subjects = lesions.group_by("who").agg(
        lesions_expected=((role == "target") & baseline).sum().cast(pl.Int64),
        non_targets_expected=((role == "non-target") & baseline).sum().cast(pl.Int64),
        has_targets=(role == "target").any(),
        has_non_targets=(role == "non-target").any(),
        has_baseline=baseline.any(),
    )
    unseen = (role == "none") & (pl.col("state") == "NOT EVALUATED").fill_null(value=False)
    assessments = lesions.group_by("at").agg(
        pl.col("subject", "who", "assessment").first(),
        first_date=pl.col("date").min(),
        last_date=pl.col("date").max(),
        not_imaged=unseen.any(),
    )
    return assessments.join(subjects, on="who", how="left")


def _derive_strays(lesions: pl.DataFrame) -> pl.DataFrame:
    """Names, by assessment, of lesions that count for nothing as they lack a baseline."""
    role = pl.col("role")
    progress = (pl.col("state") == "UNEQUIVOCAL PROGRESSION").fill_null(value=False)
    stray = pl.when(role == "target").then(~pl.col("followed"))
    stray = stray.when(role == "non-target").then(~pl.col("of_baseline") & ~progress)
    return (
        lesions.filter(stray.otherwise(statement=False))
        .group_by("at")
        .agg(not_counted=pl.col("lesion").sort().str.join(", "))
    )


def _date(criteria: Criteria) -> pl.Expr:
    """Date of the response."""
    first_or_last = {"first": pl.col("first_date"), "last": pl.col("last_date")}
    evidence = pl.min_horizontal(
        pl.when(pl.col("target_response") == "PD").then("targets_date"),
        pl.when(pl.col("non_target_response") == "PD").then("non_targets_date"),
        "new_lesion_date",
    )
    progression = {"evidence": pl.coalesce(evidence, "last_date"), **first_or_last}
    return (
        pl.when(pl.col("response") == "PD")
        .then(progression[criteria.progression_dated_by])
        .otherwise(first_or_last[criteria.response_dated_by])
    )


def _check_order(assessments: pl.DataFrame) -> None:
    """Refuse assessments whose dates run against their numbers."""
    before = pl.col("first_date").shift(1).over("who")
    wrong = assessments.with_columns(before=before).filter(pl.col("first_date") < pl.col("before"))
    if wrong.is_empty():
        return
    first = wrong.select("subject", "assessment", "first_date", "before").head(_SHOWN).rows()
    named = "; ".join(f"{s}: assessment {k} on {d}, the one before on {b}" for s, k, d, b in first)
    msg = (
        f"Measurements: {wrong.height} assessments start before the one ahead of them ({named}"
        f"{'; ...' if wrong.height > _SHOWN else ''}). Number the assessments of a subject by date."
    )
    raise DataError(msg)
