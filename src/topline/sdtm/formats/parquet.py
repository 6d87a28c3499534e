"""Parquet: columns with their types."""

from pathlib import Path

import polars as pl

from topline.sdtm.formats.table import Table, UnreadableError, make_table


def read_parquet(path: Path) -> list[Table]:
    """Read one table."""
    try:
        return [make_table(path.stem, pl.read_parquet(path))]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise UnreadableError(
            rule="file.corrupt",
            found="not a whole Parquet file (cut off, or another format under this name)",
            expected="the file written or copied again",
        ) from error
