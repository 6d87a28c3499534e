"""Results beyond the range of an assay, such as <3.42: which side, which limit, which number."""

from typing import Literal

import polars as pl

OutOfRange = Literal["limit", "half the limit", "not used"]
_BEYOND = r"^\s*(<|>|\u2264|\u2265)=?\s*(\d+(?:\.\d+)?)\s*$"
_BELOW = ("<", "\u2264")


def beyond_range(result: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the side, BELOW LIMIT or ABOVE LIMIT, and the limit; null where there is none.

    Examples
    --------
    >>> side, limit = beyond_range(pl.col("R"))
    >>> pl.DataFrame({"R": ["<3.42", "> 500", "4", None]}).select(side=side, limit=limit).rows()
    [('BELOW LIMIT', 3.42), ('ABOVE LIMIT', 500.0), (None, None), (None, None)]
    """
    parts = result.str.extract_groups(_BEYOND)
    sign = parts.struct.field("1")
    side = pl.when(sign.is_in(_BELOW)).then(pl.lit("BELOW LIMIT"))
    side = side.when(sign.is_not_null()).then(pl.lit("ABOVE LIMIT"))
    return side.otherwise(pl.lit(None, pl.String)), parts.struct.field("2").cast(
        pl.Float64, strict=False
    )


def at_limit(side: pl.Expr, limit: pl.Expr, option: OutOfRange) -> pl.Expr:
    """Return the number that stands for such a result: the limit, half of a lower one, or none.

    Examples
    --------
    >>> rows = pl.DataFrame({"S": ["BELOW LIMIT", "ABOVE LIMIT"], "L": [3.0, 500.0]})
    >>> rows.select(at_limit(pl.col("S"), pl.col("L"), "half the limit"))["L"].to_list()
    [1.5, 500.0]
    """
    if option == "not used":
        return pl.when(pl.lit(value=False)).then(limit)
    half = 0.5 if option == "half the limit" else 1.0
    return limit * pl.when(side == "BELOW LIMIT").then(half).otherwise(1.0)
