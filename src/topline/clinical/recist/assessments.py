"""From lesions to the response of every assessment."""

import dataframely as dy
import polars as pl

from topline.clinical.recist.batches import iterate_batches, sort_by_subject
from topline.clinical.recist.criteria import Criteria
from topline.clinical.recist.explain import derive_assessment_reason
from topline.clinical.recist.lesions import derive_lesions
from topline.clinical.recist.nontarget import compute_non_target_response
from topline.clinical.recist.parts import derive_parts
from topline.clinical.recist.schemas import Assessments, Measurements
from topline.clinical.recist.target import derive_nadir, derive_target_response
from topline.clinical.recist.timepoint import derive_after_complete_response, derive_response
from topline.errors import DataError

_SHOWN = 3


def derive_assessments(
    measurements: pl.DataFrame, criteria: Criteria, *, explain: bool = True
) -> dy.DataFrame[Assessments]:
    """Derive sums, nadir, response and its reason for every assessment.

    A target lesion that has no row at baseline is left out of the sums, unless it is a part of one
    that split or merged; the reason names it. A subject without baseline is NE until something is
    unequivocal.

    Parameters
    ----------
    measurements
        `Measurements`, in any order; fastest when sorted by subject.
    criteria
        Options of the trial.
    explain
        False leaves `reason` null, which saves time and memory for very many subjects.

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
    rows = sort_by_subject(measurements, Measurements)
    batches = [_derive_batch(batch, criteria, explain=explain) for batch in iterate_batches(rows)]
    assessments = Assessments.cast(pl.concat(batches, rechunk=False))
    check_order(assessments)
    return assessments


def _derive_batch(rows: pl.DataFrame, criteria: Criteria, *, explain: bool) -> pl.DataFrame:
    """Derive the assessments of some subjects."""
    parts = derive_parts(derive_lesions(rows, criteria), criteria)
    settled = judge_parts(parts, criteria)
    dated = settled.with_columns(date=_date(criteria), reason=pl.lit(None, pl.String))
    explained = derive_assessment_reason(dated) if explain else dated
    return explained.select(Assessments.column_names())


def judge_parts(parts: pl.DataFrame, criteria: Criteria) -> pl.DataFrame:
    """Add the responses of targets and non-targets, and the response to the parts."""
    judged = derive_target_response(derive_nadir(parts), criteria).with_columns(
        non_target_response=compute_non_target_response()
    )
    table = derive_response(judged).with_columns(by_table="response")
    return derive_after_complete_response(table, criteria)


def _date(criteria: Criteria) -> pl.Expr:
    """Date of the response."""
    first_or_last = {"first": pl.col("first_date"), "last": pl.col("last_date")}
    evidence = pl.min_horizontal(
        pl.when(pl.col("target_response") == "PD").then("targets_date"),
        pl.when(pl.col("non_target_response") == "PD").then("non_targets_date"),
        "new_lesion_date",
        pl.when(pl.col("came_back")).then("disease_date"),
    )
    progression = {"evidence": pl.coalesce(evidence, "last_date"), **first_or_last}
    return (
        pl.when(pl.col("response") == "PD")
        .then(progression[criteria.progression_dated_by])
        .otherwise(first_or_last[criteria.response_dated_by])
    )


def check_order(assessments: pl.DataFrame) -> None:
    """Refuse assessments whose dates run against their numbers."""
    same = pl.col("subject") == pl.col("subject").shift(1)
    before = pl.col("first_date").shift(1)
    wrong = assessments.select("subject", "assessment", "first_date", before=before).filter(
        same & (pl.col("first_date") < pl.col("before"))
    )
    if wrong.is_empty():
        return
    first = wrong.head(_SHOWN).rows()
    named = "; ".join(f"{s}: assessment {k} on {d}, the one before on {b}" for s, k, d, b in first)
    msg = (
        f"Measurements: {wrong.height} assessments start before the one ahead of them ({named}"
        f"{'; ...' if wrong.height > _SHOWN else ''}). Number the assessments of a subject by date."
    )
    raise DataError(msg)
