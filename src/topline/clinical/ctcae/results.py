"""Results made ready to compare: columns checked, numbers that cannot be results set aside."""

import polars as pl

from topline.clinical.ctcae.options import GradingOptions
from topline.clinical.ctcae.schemas import REQUIRED, Results
from topline.errors import DataError


def derive_clean(results: pl.DataFrame, options: GradingOptions) -> pl.DataFrame:
    """Return the columns that grading needs, with `row`, and what was wrong with value and limits.

    A value that is missing, infinite or below zero is set aside as `value_problem`, limits in the
    wrong order as `limits_problem`; another number of that kind counts as missing. `has_baseline`
    is null where a baseline is missing and must not be taken as normal.
    """
    columns = Results.columns()
    check_results(results)
    rows = results.select(
        (pl.col(name) if name in results.columns else pl.lit(None)).cast(column.dtype).alias(name)
        for name, column in columns.items()
    )
    numbers = [name for name, column in columns.items() if column.dtype == pl.Float64]
    others = [name for name in numbers if name != "value"]
    value, crossed = pl.col("value"), pl.col("lower") > pl.col("upper")
    rows = rows.with_row_index("row").with_columns(
        pl.when(pl.col(others).is_finite() & (pl.col(others) >= 0)).then(pl.col(others)),
        pl.col("up_to_baseline").fill_null(value=False),
        value_problem=pl.when(value.is_null())
        .then(pl.lit("value missing"))
        .when(~value.is_finite())
        .then(pl.lit("value is not a number"))
        .when(value < 0)
        .then(pl.lit("value below zero")),
    )
    rows = rows.with_columns(
        pl.when(pl.col("value_problem").is_null()).then("value"),
        *(pl.when(~crossed.fill_null(value=False)).then(name) for name in ("lower", "upper")),
        limits_problem=pl.when(crossed).then(pl.lit("LLN above ULN")),
    )
    masked = pl.col("up_to_baseline") & (options.up_to_baseline == "limits")
    absent = pl.lit(None if options.baseline_missing == "query" else False, pl.Boolean)
    return rows.with_columns(
        pl.coalesce("baseline_lower", "lower"),
        pl.coalesce("baseline_upper", "upper"),
        up_to_baseline=masked,
        has_baseline=pl.when(masked)
        .then(pl.lit(value=False))
        .when(pl.col("baseline").is_not_null())
        .then(pl.lit(value=True))
        .otherwise(absent),
    )


def check_results(results: pl.DataFrame, required: tuple[str, ...] = REQUIRED) -> None:
    """Refuse results without the columns they need or with columns of another type, naming all.

    Raises
    ------
    DataError
        Such columns.
    """
    wrong: list[str] = []
    for name, column in Results.columns().items():
        found = results.schema.get(name)
        if found is None and name in required:
            wrong.append(f"  {name}: found no such column, expected {column.dtype}")
        if found is not None and not _fits(found, column.dtype):
            wrong.append(f"  {name}: found {found}, expected {column.dtype}")
    if wrong:
        raise DataError("\n".join(["Results: columns are not as they should be", *wrong]))


def _fits(found: pl.DataType, expected: pl.DataType) -> bool:
    """Whether a column can be taken as the type that is expected."""
    if expected == pl.Float64:
        return found.is_numeric() or found == pl.Null
    texts = {pl.String(), pl.Categorical(), pl.Null()} if expected == pl.String else {pl.Null()}
    return found == expected or found in texts
