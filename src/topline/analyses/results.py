"""The result row: one number, how it was got, and the rows of patients that it rests on."""

from dataclasses import dataclass
from typing import Final

import dataframely as dy
import polars as pl

PATIENT_KINDS: Final = frozenset(
    {
        "patient-courses",
        "patient-changes",
        "patient-values",
        "patient-pictures",
        "patient-events",
    }
)
"""Kinds of analysis with results of single patients: `level` is the subject."""


class Result(dy.Schema):
    """One number of the trial, in the shape of CDISC's Analysis Results Standard.

    The order of rows is the order of print. Empty text means "does not apply".
    """

    result_id = dy.String(primary_key=True, description="Readable and the same in every run")
    analysis_id = dy.String(description="Key of the analysis in the protocol")
    kind = dy.String(description="Kind of the analysis, such as summary or rate")
    analysis_set = dy.String(description="Key of the analysis set in the protocol")
    section = dy.String(description="Block of the table: label of several flags, body system")
    parameter = dy.String(description="ADSL variable, endpoint, adverse event term, flow step")
    parameter_label = dy.String()
    by = dy.String(description="Variable that makes the groups")
    group = dy.String(description="Its value; empty for all")
    group_label = dy.String()
    level = dy.String(description="Category, response, grade, landmark")
    level_label = dy.String()
    statistic = dy.String(description="n, percent, mean, median, estimate, lower, p_value ...")
    value = dy.Float64(nullable=True, allow_nan=False, allow_inf=False)
    unit = dy.String()
    display = dy.String(description="The value as printed")
    method = dy.String()
    options = dy.String(description="Options of the method as key=value, joined by '; '")
    library = dy.String(description="Library that computed it, with its version")
    n = dy.Int64(nullable=True, description="Subjects the number rests on (its denominator)")
    n_missing = dy.Int64(nullable=True, description="Subjects of the set without a value")
    trace_dataset = dy.String(description="ADaM dataset of the rows behind the number")
    trace_where = dy.String(description="Expression over that dataset that selects them")
    warning = dy.String()


class Curve(dy.Schema):
    """Steps of an estimated curve, one row a distinct time, time 0 included.

    Of survival and follow-up `survival` has the estimate, of a cause's incidence `incidence`.
    """

    analysis_id = dy.String(primary_key=True)
    section = dy.String(primary_key=True, description="Cause of an incidence; empty of others")
    parameter = dy.String()
    by = dy.String()
    group = dy.String(primary_key=True)
    group_label = dy.String()
    time = dy.Float64(primary_key=True, min=0, description="Days")
    at_risk = dy.Int64(min=0)
    events = dy.Int64(min=0)
    censored = dy.Int64(min=0)
    survival = dy.Float64(
        nullable=True, min=0, max=1, description="Share without the event; of a follow-up, followed"
    )
    incidence = dy.Float64(
        nullable=True, min=0, max=1, description="Share with an event of the cause by then"
    )
    lower = dy.Float64(nullable=True, min=0, max=1)
    upper = dy.Float64(nullable=True, min=0, max=1)


@dataclass(frozen=True)
class Results:
    """All that was found: numbers, and the curves that figures draw."""

    rows: dy.DataFrame[Result]
    curves: dy.DataFrame[Curve]

    def without_traces(self) -> "Results":
        """Return the numbers that are of no single patient, without the way back to patients."""
        blank = pl.lit("")
        aggregate = self.rows.filter(~pl.col("kind").is_in(list(PATIENT_KINDS)))
        rows = aggregate.with_columns(trace_dataset=blank, trace_where=blank)
        return Results(Result.cast(rows), self.curves)
