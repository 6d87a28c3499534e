"""Immunohistochemistry: H-score, its categories, two readers, the four-tier score.

The H-score is the sum over the intensities 1, 2 and 3 of intensity times percent of the tumour
cells stained with it: 0 (none) to 300 (all of them strongly) [1]_. Staining of any intensity is
positive. A sample without positive internal control, such as stained endothelium, is not evaluable:
nothing can be said of its tumour cells.

References
----------
.. [1] McCarty KS, Miller LS, Cox EB, Konrath J, McCarty KS (1985). Estrogen receptor analyses:
   correlation of biochemical and immunohistochemical methods using monoclonal antireceptor
   antibodies. Archives of Pathology and Laboratory Medicine 109: 716-721.
"""

from typing import Annotated, Literal, TypeVar

import dataframely as dy
import polars as pl
from pydantic import Field, model_validator

from topline.clinical.computed import Column, Computed, Quantity, as_expr, compute, format_number
from topline.clinical.recist.schemas import one_of
from topline.frames import conform
from topline.values import Value

CONSENSUS = "CONSENSUS"
"""Name of the reader of a consensus reading."""
_ROUNDING = 1e-6
_Frame = TypeVar("_Frame", bound=dy.Schema)
Score = Annotated[float, Field(ge=0, le=300)]


class Categories(Value):
    """Categories of the H-score, and groups of them.

    Publications leave gaps: with < 50, 51-100 and > 100 nobody knows where 50 belongs, nor a mean
    of two readers such as 50.5. The next category says 51, so 50 is taken to belong to the lower
    one and everything above it to the next; so are 100 and 100.5.

    Examples
    --------
    >>> Categories(groups=(("LOW", (1, 2)), ("HIGH", (3,)))).groups[0]
    ('LOW', (1, 2))
    """

    bounds: tuple[Score, ...] = (50.0, 100.0)
    """Rising bounds between the categories, which are numbered from 1."""
    bound_belongs_to: Literal["lower", "higher"] = "lower"
    """Category of a score that is a bound."""
    groups: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Names of combined categories, each with its numbers; empty: not combined."""

    @model_validator(mode="after")
    def _hang_together(self) -> "Categories":
        if list(self.bounds) != sorted(set(self.bounds)):
            msg = f"bounds must rise, not {', '.join(f'{bound:g}' for bound in self.bounds)}"
            raise ValueError(msg)
        numbers = sorted(number for _, group in self.groups for number in group)
        if self.groups and numbers != list(range(1, len(self.bounds) + 2)):
            msg = f"groups must hold each of {len(self.bounds) + 1} categories once, not {numbers}"
            raise ValueError(msg)
        return self


class Readers(Value):
    """How the readings of several readers become one, and when a sample is evaluable."""

    combined_by: Literal["mean", "consensus"] = "mean"
    """mean: the mean of all; consensus: their common value, else the reading of CONSENSUS."""
    agree_within: float = Field(default=0.0, ge=0)
    """Largest difference of readings that agree; under consensus their mean is taken then."""
    control_not_recorded_counts_as: Literal["no control", "control"] = "no control"
    """A sample of which nobody says whether the internal control was stained."""


class StainReadings(dy.Schema):
    """Percent of tumour cells of each intensity: one row a sample, marker and reader."""

    sample_id = dy.String(primary_key=True)
    marker = dy.String(primary_key=True)
    reader = dy.String(primary_key=True)
    internal_control = dy.Bool(nullable=True, description="stained where it should be")
    weak_percent = dy.Float64(nullable=True)
    moderate_percent = dy.Float64(nullable=True)
    strong_percent = dy.Float64(nullable=True)


class TierReadings(dy.Schema):
    """Scores of four tiers: one row a sample, marker and reader."""

    sample_id = dy.String(primary_key=True)
    marker = dy.String(primary_key=True)
    reader = dy.String(primary_key=True)
    internal_control = dy.Bool(nullable=True)
    tier = dy.Int64(nullable=True, description="0 none, 1 weak, 2 moderate, 3 strong")


class StainScores(dy.Schema):
    """One row a sample and marker."""

    sample_id = dy.String(primary_key=True)
    marker = dy.String(primary_key=True)
    readings = dy.Int64(min=0, description="usable ones, consensus included")
    lowest = dy.Float64(nullable=True, description="of the single readers")
    highest = dy.Float64(nullable=True)
    score = dy.Float64(nullable=True, min=0, max=300, description="null if not evaluable")
    positive = dy.Bool(nullable=True, description="any staining")
    reason = dy.String(nullable=True, description="why it is not evaluable")


class HScores(StainScores):
    """H-scores with their categories."""

    category = dy.Int64(nullable=True, min=1)
    group = dy.String(nullable=True)


class TierScores(StainScores):
    """Four-tier scores with their names."""

    tier = one_of(("NONE", "WEAK", "MODERATE", "STRONG"), nullable=True)


def compute_h_score(
    weak_percent: Column, moderate_percent: Column, strong_percent: Column
) -> Computed:
    """Compute the H-score from the percent of cells of each intensity.

    Examples
    --------
    >>> score = compute_h_score("W", "M", "S")
    >>> rows = pl.DataFrame({"W": [20.0, 60.0], "M": [30.0, 30.0], "S": [10.0, 20.0]})
    >>> rows.select(value=score.value, reason=score.reason).rows()
    [(110.0, None), (None, 'percentages add up to 110, more than 100')]
    """
    columns = {"weak": weak_percent, "moderate": moderate_percent, "strong": strong_percent}
    parts = [Quantity(f"{name} staining", cells, "%", zero=True) for name, cells in columns.items()]
    weak, moderate, strong = (part.expr for part in parts)
    whole = weak + moderate + strong
    computed = compute(parts, weak + 2 * moderate + 3 * strong)
    too_many = pl.when(whole > 100 + _ROUNDING).then(
        pl.format("percentages add up to {}, more than 100", format_number(whole))
    )
    reason = pl.coalesce(computed.reason, too_many)
    return Computed(pl.when(reason.is_null()).then(computed.value), reason)


def compute_category(score: Column, categories: Categories) -> pl.Expr:
    """Compute the number of the category of a score, from 1; null stays null.

    Examples
    --------
    >>> rows = pl.DataFrame({"H": [50.0, 50.5, 100.5]})
    >>> rows.select(compute_category("H", Categories())).to_series().to_list()
    [1, 2, 3]
    """
    number = as_expr(score)
    slack = _ROUNDING if categories.bound_belongs_to == "lower" else -_ROUNDING
    steps = [(number > bound + slack).cast(pl.Int64) for bound in categories.bounds]
    category = pl.sum_horizontal(pl.lit(1, pl.Int64), *steps)
    return pl.when(number.is_not_null()).then(category)


def compute_group(category: Column, categories: Categories) -> pl.Expr:
    """Compute the group of a category; null where categories are not combined."""
    names = {number: name for name, numbers in categories.groups for number in numbers}
    keys, values = list(names), list(names.values())
    return as_expr(category).replace_strict(keys, values, default=None, return_dtype=pl.String)


def derive_h_scores(
    readings: pl.DataFrame, categories: Categories, readers: Readers | None = None
) -> dy.DataFrame[HScores]:
    """Derive the H-score of every sample and marker, with its category.

    Parameters
    ----------
    readings
        `StainReadings`, in any order. A reading that is missing or adds up to more than 100 % is
        not used, and `reason` says so where none is left.
    categories
        Bounds and groups.
    readers
        How readings are combined; None: the defaults.

    Returns
    -------
    HScores
        Sorted by sample and marker.

    Raises
    ------
    DataError
        Rows break a rule of `StainReadings`.

    Examples
    --------
    >>> readings = pl.DataFrame({
    ...     "sample_id": "1", "marker": "MGMT", "reader": ["A", "B"], "internal_control": True,
    ...     "weak_percent": [50.0, 40.0], "moderate_percent": 0.0, "strong_percent": 0.0,
    ... })
    >>> derive_h_scores(readings, Categories()).select("score", "category").row(0)
    (45.0, 1)
    """
    rows = conform(readings, StainReadings)
    computed = compute_h_score("weak_percent", "moderate_percent", "strong_percent")
    read = rows.with_columns(value=computed.value, fault=computed.reason)
    scores = _derive_scores(read, readers or Readers())
    category = compute_category("score", categories)
    scores = scores.with_columns(category=category)
    return conform(scores.with_columns(group=compute_group("category", categories)), HScores)


def derive_tier_scores(
    readings: pl.DataFrame, readers: Readers | None = None
) -> dy.DataFrame[TierScores]:
    """Derive the four-tier score of every sample and marker.

    Parameters
    ----------
    readings
        `TierReadings`, in any order.
    readers
        How readings are combined; None: by consensus, as tiers have no mean. A mean that is no tier
        leaves `tier` null and keeps `score`.

    Returns
    -------
    TierScores
        Sorted by sample and marker.

    Raises
    ------
    DataError
        Rows break a rule of `TierReadings`.
    """
    rows = conform(readings, TierReadings)
    tier = pl.col("tier")
    fault = (
        pl.when(tier.is_null())
        .then(pl.lit("no tier"))
        .when(~tier.is_between(0, 3))
        .then(pl.format("tier is {}, must be 0, 1, 2 or 3", tier))
    )
    value = pl.when(tier.is_between(0, 3)).then(tier.cast(pl.Float64))
    read = rows.with_columns(value=value, fault=fault)
    scores = _derive_scores(read, readers or Readers(combined_by="consensus"))
    names = pl.col("score").replace_strict(
        [0.0, 1.0, 2.0, 3.0],
        ["NONE", "WEAK", "MODERATE", "STRONG"],
        default=None,
        return_dtype=pl.String,
    )
    return conform(scores.with_columns(tier=names), TierScores)


def _derive_scores(read: pl.DataFrame, readers: Readers) -> pl.DataFrame:
    """Combine the readings of a sample and marker, and say what is not evaluable."""
    value, single = pl.col("value"), pl.col("reader") != CONSENSUS
    missing = readers.control_not_recorded_counts_as == "control"
    control = pl.col("internal_control")
    samples = read.sort("sample_id", "marker", "reader").group_by(
        "sample_id", "marker", maintain_order=True
    )
    combined = samples.agg(
        readings=value.count().cast(pl.Int64),
        lowest=value.filter(single).min(),
        highest=value.filter(single).max(),
        mean=value.filter(single).mean(),
        agreed=value.filter(~single).first(),
        fault=pl.col("fault").drop_nulls().first(),
        control=control.fill_null(missing).all(),
        control_known=control.is_not_null().all() | missing,
    ).with_columns(apart=pl.col("highest") - pl.col("lowest"))
    if readers.combined_by == "mean":
        score = pl.coalesce("agreed", "mean")
        open_question = pl.lit(value=False)
    else:
        agree = pl.col("apart") <= readers.agree_within + _ROUNDING
        score = pl.coalesce("agreed", pl.when(agree).then("mean"))
        open_question = pl.col("agreed").is_null() & ~agree
    reason = (
        pl.when(~pl.col("control_known"))
        .then(pl.lit("internal control not recorded"))
        .when(~pl.col("control"))
        .then(pl.lit("no internal control"))
        .when(pl.col("readings") == 0)
        .then("fault")
        .when(open_question)
        .then(pl.format("readers differ by {}, no consensus", format_number(pl.col("apart"))))
    )
    score = pl.when(reason.is_null()).then(score)
    return combined.with_columns(score=score, reason=reason).with_columns(
        positive=pl.col("score") > 0
    )
