"""Write a domain so that the same rows give the same bytes."""

from pathlib import Path

import polars as pl

from topline.errors import UsageError


def write_domain(domain: pl.DataFrame, path: Path) -> None:
    """Write one domain as CSV (UTF-8, line feeds, empty for missing) or Parquet, by its extension.

    Rows and columns stay in their order, which `read_sdtm` has made one of keys. Columns that
    hold nothing are written too, so that reading gives the frame back.

    Raises
    ------
    UsageError
        The extension is neither `.csv` nor `.parquet`.
    """
    if path.suffix == ".csv":
        path.write_bytes(domain.write_csv(line_terminator="\n").encode())
    elif path.suffix == ".parquet":
        domain.rechunk().write_parquet(path, compression="zstd", statistics=False)
    else:
        msg = f"{path.name}: a domain is written as .csv or .parquet"
        raise UsageError(msg)
