"""How much a change of a score means to the patient.

Patients who felt "a little" better or worse had changed by about 5 to 10 points, "moderately" by
about 10 to 20 and "very much" by more than 20 [1]_. The bounds of these bands touch: here a change
of exactly 10 is moderate and one of exactly 20 still is. Thresholds of other authors, also by
scale, are given as bounds.

References
----------
.. [1] Osoba D, Rodrigues G, Myles J, Zee B, Pater J (1998). Interpreting the significance of
   changes in health-related quality-of-life scores. Journal of Clinical Oncology 16: 139-144.
"""

import polars as pl
from pydantic import PositiveFloat, model_validator

from topline.clinical.computed import Column, as_expr
from topline.values import Value

_ROUNDING = 1e-9


class ImportantChange(Value):
    """Least changes of a score that are small and moderate, and the largest moderate one.

    Examples
    --------
    >>> ImportantChange().small_from
    5.0
    """

    small_from: PositiveFloat = 5.0
    """Least change that is small; one below it is none."""
    moderate_from: PositiveFloat = 10.0
    """Least change that is moderate."""
    moderate_to: PositiveFloat = 20.0
    """Largest change that is moderate; a larger one is large."""

    @model_validator(mode="after")
    def _rise(self) -> "ImportantChange":
        if not self.small_from <= self.moderate_from <= self.moderate_to:
            found = f"{self.small_from:g}, {self.moderate_from:g}, {self.moderate_to:g}"
            msg = f"bounds of small, moderate and large change must rise, not {found}"
            raise ValueError(msg)
        return self


def compute_change_class(
    change: Column, high_is_good: Column | bool, bounds: ImportantChange | None = None
) -> pl.Expr:
    """Compute what a change means: NO CHANGE, or SMALL, MODERATE, LARGE, BETTER or WORSE.

    Parameters
    ----------
    change
        Score less that at baseline.
    high_is_good
        Whether a higher score of the scale is better.
    bounds
        Thresholds; None: those of [1]_.

    Examples
    --------
    >>> rows = pl.DataFrame({"CHG": [4.9, -5.0, -10.0, 20.1]})
    >>> rows.select(compute_change_class("CHG", True)).to_series().to_list()
    ['NO CHANGE', 'SMALL WORSE', 'MODERATE WORSE', 'LARGE BETTER']
    """
    bounds = bounds or ImportantChange()
    number = as_expr(change)
    good = pl.lit(high_is_good) if isinstance(high_is_good, bool) else as_expr(high_is_good)
    size = number.abs()
    extent = (
        pl.when(size > bounds.moderate_to + _ROUNDING)
        .then(pl.lit("LARGE"))
        .when(size >= bounds.moderate_from - _ROUNDING)
        .then(pl.lit("MODERATE"))
        .otherwise(pl.lit("SMALL"))
    )
    side = pl.when((number > 0) == good).then(pl.lit("BETTER")).otherwise(pl.lit("WORSE"))
    return (
        pl.when(number.is_null() | good.is_null())
        .then(None)
        .when(size < bounds.small_from - _ROUNDING)
        .then(pl.lit("NO CHANGE"))
        .otherwise(pl.format("{} {}", extent, side))
    )
