"""Serum markers: multiples of the upper limit of normal, their fall under treatment, halves.

A value is divided by the upper limit of the laboratory that measured it, so that values of several
laboratories and units can be compared. A response is counted among the subjects whose baseline was
elevated and who have at least one value after it: the lowest of these is their best. It is a
response when it is a major reduction, or is no longer elevated.
"""

from itertools import pairwise
from typing import Literal

import dataframely as dy
import polars as pl
from pydantic import Field, PositiveFloat, model_validator

from topline.clinical.computed import Column, Computed, Quantity, as_expr, compute, format_number
from topline.clinical.recist.schemas import one_of
from topline.frames import conform
from topline.values import Value


class MarkerRule(Value):
    """When a marker is elevated, and when its fall is a response.

    No guideline holds for all markers; these are the usual choices, for the protocol to set.

    Examples
    --------
    >>> MarkerRule().reduction_percent
    50.0
    """

    normal_at_most: PositiveFloat = 1.0
    """Highest multiple of the upper limit of normal that is not elevated."""
    reduction_percent: float = Field(default=50.0, gt=0, le=100)
    """Fall from baseline that is a major reduction, percent."""
    reduction_is: Literal["more than", "at least"] = "more than"
    """Whether exactly that fall is one."""
    tolerance: float = Field(default=1e-9, ge=0, lt=1)
    """Percentage points that binary rounding may add to a fall; no more than a fall's own error."""


class MultipleCategories(Value):
    """Bands of multiples of the upper limit of normal; each bound belongs to the band below it.

    Examples
    --------
    >>> MultipleCategories().names
    ('<= 1 x ULN', '> 1 to 2 x ULN', '> 2 x ULN')
    """

    bounds: tuple[PositiveFloat, ...] = Field(default=(1.0, 2.0), min_length=1)
    """Rising multiples."""

    @model_validator(mode="after")
    def _rise(self) -> "MultipleCategories":
        if list(self.bounds) != sorted(set(self.bounds)):
            msg = f"bounds must rise, not {', '.join(f'{bound:g}' for bound in self.bounds)}"
            raise ValueError(msg)
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What the bands are called, lowest first."""
        written = [f"{bound:g}" for bound in self.bounds]
        between = [f"> {a} to {b} x ULN" for a, b in pairwise(written)]
        return (f"<= {written[0]} x ULN", *between, f"> {written[-1]} x ULN")


class MarkerValues(dy.Schema):
    """Values of one marker: one row a subject and sample."""

    subject = dy.String(primary_key=True)
    number = dy.Int64(primary_key=True, description="of the sample within the subject")
    date = dy.Date()
    baseline = dy.Bool(description="the value before treatment to compare with")
    multiple = dy.Float64(nullable=True, min=0, description="of the upper limit of normal")

    @dy.rule()
    def one_baseline(cls) -> pl.Expr:
        """Take one baseline at most of a subject."""
        return pl.col("baseline").sum().over("subject") <= 1


class MarkerResponses(dy.Schema):
    """One row a subject with any value."""

    subject = dy.String(primary_key=True)
    baseline = dy.Float64(nullable=True, description="multiple of the upper limit of normal")
    lowest = dy.Float64(nullable=True, description="smallest multiple after the baseline")
    lowest_date = dy.Date(nullable=True, description="first day of it")
    last = dy.Float64(nullable=True, description="latest multiple after the baseline")
    repeats = dy.Int64(min=0, description="values after the baseline")
    change_percent = dy.Float64(nullable=True, description="lowest against baseline")
    elevated = dy.Bool(nullable=True, description="baseline above normal; null without one")
    evaluable = dy.Bool(description="elevated at baseline and measured again")
    major_reduction = dy.Bool(nullable=True, description="null where not evaluable")
    normalized = dy.Bool(nullable=True, description="null where not evaluable")
    response = one_of(("MAJOR REDUCTION OR NORMALIZATION", "NEITHER", "NOT EVALUABLE"))
    reason = dy.String(nullable=True, description="why it is not evaluable")


def compute_multiple_of_uln(value: Column, upper_limit: Column) -> Computed:
    """Compute how many times the upper limit of normal a value is; 0 is possible, less is not.

    Examples
    --------
    >>> multiple = compute_multiple_of_uln("CGA", "ULN")
    >>> rows = pl.DataFrame({"CGA": [204.0, 30.0], "ULN": [102.0, None]})
    >>> rows.select(value=multiple.value, reason=multiple.reason).rows()
    [(2.0, None), (None, 'no upper limit of normal')]
    """
    found = Quantity("value", value, "", zero=True)
    limit = Quantity("upper limit of normal", upper_limit, "")
    return compute([found, limit], found.expr / limit.expr)


def compute_multiple_category(multiple: Column, categories: MultipleCategories) -> pl.Expr:
    """Compute the band of a multiple; null stays null.

    Examples
    --------
    >>> rows = pl.DataFrame({"XULN": [1.0, 2.0, 2.1]})
    >>> rows.select(compute_multiple_category("XULN", MultipleCategories())).to_series().to_list()
    ['<= 1 x ULN', '> 1 to 2 x ULN', '> 2 x ULN']
    """
    number = as_expr(multiple).fill_nan(None)
    chosen = pl.lit(categories.names[-1])
    for bound, name in reversed(list(zip(categories.bounds, categories.names, strict=False))):
        chosen = pl.when(number <= bound).then(pl.lit(name)).otherwise(chosen)
    return pl.when(number.is_not_null()).then(chosen)


def derive_marker_responses(
    values: pl.DataFrame, rule: MarkerRule | None = None
) -> dy.DataFrame[MarkerResponses]:
    """Derive baseline, lowest and last multiple of every subject, and whether it is a response.

    Parameters
    ----------
    values
        `MarkerValues`, in any order. Those dated before the baseline are not repeats; a sample on
        the day of the baseline is one.
    rule
        Options; None: its defaults.

    Returns
    -------
    MarkerResponses
        One row a subject, sorted.

    Raises
    ------
    DataError
        Rows break a rule of `MarkerValues`.

    Examples
    --------
    >>> from datetime import date
    >>> values = pl.DataFrame({
    ...     "subject": "1", "number": [1, 2], "date": [date(2024, 1, 1), date(2024, 3, 1)],
    ...     "baseline": [True, False], "multiple": [4.0, 1.5],
    ... })
    >>> derive_marker_responses(values).select("change_percent", "response").row(0)
    (-62.5, 'MAJOR REDUCTION OR NORMALIZATION')
    """
    rule = rule or MarkerRule()
    rows = conform(values, MarkerValues).sort("subject", "date", "number")
    first, multiple = pl.col("baseline"), pl.col("multiple")
    started = pl.col("date").filter(first).first()
    repeat = ~first & multiple.is_not_null() & (pl.col("date") >= started.over("subject"))
    after = multiple.filter(repeat)
    subjects = rows.group_by("subject", maintain_order=True).agg(
        baseline=multiple.filter(first).first(),
        lowest=after.min(),
        lowest_date=pl.col("date").filter(repeat & (multiple == after.min())).first(),
        last=after.last(),
        repeats=after.len().cast(pl.Int64),
    )
    return conform(subjects.with_columns(_judge(rule)).with_columns(_named()), MarkerResponses)


def compute_median_split(values: Column, *, at_median: Literal["LOW", "HIGH"] = "LOW") -> pl.Expr:
    """Compute HIGH above the median of the column, LOW below it; null stays null.

    Parameters
    ----------
    values
        The numbers; null and NaN are not counted.
    at_median
        What a value equal to the median is. With an odd number of values there is always one: LOW
        by default, so that HIGH says more than the median.

    Examples
    --------
    >>> rows = pl.DataFrame({"VEGF": [10.0, 20.0, 30.0, None]})
    >>> rows.select(compute_median_split("VEGF")).to_series().to_list()
    ['LOW', 'LOW', 'HIGH', None]
    """
    number = as_expr(values).cast(pl.Float64).fill_nan(None)
    median = number.median()
    high = number > median if at_median == "LOW" else number >= median
    return pl.when(high).then(pl.lit("HIGH")).when(number.is_not_null()).then(pl.lit("LOW"))


def _judge(rule: MarkerRule) -> list[pl.Expr]:
    """Whether a subject counts, and what became of the marker."""
    baseline, lowest = pl.col("baseline"), pl.col("lowest")
    elevated = baseline > rule.normal_at_most
    evaluable = elevated.fill_null(value=False) & (pl.col("repeats") > 0)
    change = pl.when(baseline > 0).then(100 * (lowest - baseline) / baseline)
    fall = -change
    if rule.reduction_is == "more than":
        reduced = fall > rule.reduction_percent + rule.tolerance
    else:
        reduced = fall >= rule.reduction_percent - rule.tolerance
    no_baseline = pl.when(baseline.is_null()).then(pl.lit("no baseline value"))
    not_elevated = no_baseline.when(~elevated).then(
        pl.format("baseline is {} x ULN, not elevated", format_number(baseline))
    )
    reason = not_elevated.when(pl.col("repeats") == 0).then(pl.lit("no value after baseline"))
    return [
        change.alias("change_percent"),
        elevated.alias("elevated"),
        evaluable.alias("evaluable"),
        pl.when(evaluable).then(reduced).alias("major_reduction"),
        pl.when(evaluable).then(lowest <= rule.normal_at_most).alias("normalized"),
        reason.alias("reason"),
    ]


def _named() -> pl.Expr:
    responded = pl.col("major_reduction") | pl.col("normalized")
    named = pl.when(~pl.col("evaluable")).then(pl.lit("NOT EVALUABLE"))
    named = named.when(responded).then(pl.lit("MAJOR REDUCTION OR NORMALIZATION"))
    return named.otherwise(pl.lit("NEITHER")).alias("response")
