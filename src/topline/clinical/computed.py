"""A number computed from recorded values, or the reason why there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

Column = pl.Expr | str
"""A column: its name, or an expression."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Two expressions for the rows of a frame; in each row one of them is null.

    Examples
    --------
    >>> bmi = compute([Quantity("weight", pl.col("WEIGHT"), "kg")], pl.col("WEIGHT") / 1.8**2)
    >>> pl.DataFrame({"WEIGHT": [81.0, 0.0]}).select(value=bmi.value, reason=bmi.reason).rows()
    [(25.0, None), (None, 'weight is 0 kg, must be above 0')]
    """

    value: pl.Expr
    reason: pl.Expr
    """What is missing or impossible, in words."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that goes into a formula, and the range in which it is possible."""

    name: str
    column: Column
    unit: str
    below: float = math.inf
    zero: bool = False
    """Whether it may be 0 too."""

    @property
    def expr(self) -> pl.Expr:
        """The numbers, NaN as null."""
        return as_expr(self.column).cast(pl.Float64).fill_nan(None)

    @property
    def fault(self) -> pl.Expr:
        """What is wrong with a row's number, in words; null if nothing is."""
        number, name = self.expr, self.name
        least = "0 or more" if self.zero else "above 0"
        most = "finite" if math.isinf(self.below) else f"below {self.below:g}"
        found = pl.concat_str(pl.lit(f"{name} is "), format_number(number), pl.lit(f" {self.unit}"))
        return (
            pl.when(number.is_null())
            .then(pl.lit(f"no {name}"))
            .when(number < 0 if self.zero else number <= 0)
            .then(pl.concat_str(found.str.strip_chars(), pl.lit(f", must be {least}")))
            .when(number >= self.below)
            .then(pl.concat_str(found.str.strip_chars(), pl.lit(f", must be {most}")))
        )


def compute(
    quantities: Sequence[Quantity], formula: pl.Expr, *, sex: Column | None = None
) -> Computed:
    """Give a formula its value where every quantity is possible, else the reasons.

    Parameters
    ----------
    quantities
        What the formula needs, in the order in which faults are named.
    formula
        Its value; may use `Quantity.expr`.
    sex
        Sex, M or F, where the formula needs it.
    """
    faults = [quantity.fault for quantity in quantities]
    if sex is not None:
        faults.append(_fault_of_sex(as_expr(sex)))
    reason = pl.concat_str(faults, separator="; ", ignore_nulls=True)
    reason = pl.when(reason != "").then(reason)
    return Computed(pl.when(reason.is_null()).then(formula), reason)


def as_expr(column: Column) -> pl.Expr:
    """Return the expression of a column that may be given by its name."""
    return pl.col(column) if isinstance(column, str) else column


def format_number(number: pl.Expr) -> pl.Expr:
    """Write a number with up to six decimals, and none that say nothing."""
    return number.round(6).cast(pl.String).str.replace(r"\.0$", "")


def _fault_of_sex(sex: pl.Expr) -> pl.Expr:
    return (
        pl.when(sex.is_null())
        .then(pl.lit("no sex"))
        .when(~sex.is_in(["M", "F"]))
        .then(pl.format("sex is {}, must be M or F", sex))
    )
