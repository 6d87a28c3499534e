"""CSV that a spreadsheet shows and never runs."""

import re
from pathlib import Path
from typing import Final

import polars as pl

_FORMULA: Final = r"^ *[=+\-@\t\r\n]"
_NUMBER: Final = r"^[+-]?\d+(\.\d+)?%?$"


def spreadsheet_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> spreadsheet_cell("=1+1"), spreadsheet_cell("-3.5"), spreadsheet_cell("Nausea")
    ("'=1+1", '-3.5', 'Nausea')
    """
    runs = re.match(_FORMULA, text) and not re.match(_NUMBER, text)
    return f"'{text}" if runs else text


def write_spreadsheet(frame: pl.DataFrame, path: Path) -> None:
    r"""Write a frame as CSV, UTF-8 with a byte order mark, line feeds, the same bytes each time.

    Text that starts with `=`, `+`, `-`, `@`, a tab or a line break and is no number gets a leading
    apostrophe, which spreadsheets hide; NUL characters, which they cannot hold, are written as
    `\0`. Parquet beside it holds the text unchanged.

    Parameters
    ----------
    frame
        Any number of rows; columns of text, numbers, dates and truth values.
    path
        File to write.
    """
    text = pl.col(pl.String)
    runs = text.str.contains(_FORMULA) & ~text.str.contains(_NUMBER)
    safe = pl.when(runs).then(pl.lit("'") + text).otherwise(text).name.keep()
    shown = frame.with_columns(text.str.replace_all("\0", "\\0", literal=True)).with_columns(safe)
    path.write_bytes(shown.write_csv(include_bom=True).encode())
