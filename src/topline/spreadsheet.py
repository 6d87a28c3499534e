"""CSV that a spreadsheet shows and never runs."""

from pathlib import Path

import polars as pl

_FORMULA = r"^[=+\-@\t\r\n]"


def write_spreadsheet(frame: pl.DataFrame, path: Path) -> None:
    r"""Write a frame as CSV, UTF-8 with a byte order mark, line feeds, the same bytes each time.

    Text that starts with `=`, `+`, `-`, `@`, a tab or a line break gets a leading apostrophe, which
    spreadsheets hide; NUL characters, which they cannot hold, are written as `\0`. Parquet beside
    it holds the text unchanged.

    Parameters
    ----------
    frame
        Any number of rows; columns of text, numbers, dates and truth values.
    path
        File to write.
    """
    text = pl.col(pl.String)
    safe = text.str.replace_all("\0", "\\0", literal=True).str.replace(_FORMULA, "'$0")
    path.write_bytes(frame.with_columns(safe).write_csv(include_bom=True).encode())
