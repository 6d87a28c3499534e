"""SAS: transport files (XPT, versions 5 and 8) and sas7bdat."""

from pathlib import Path
from typing import Final

import polars as pl

from topline.sdtm.formats.table import Table, UnreadableError, make_table

_RECORD: Final = 80
"""Bytes in a record of a transport file; a whole file is a multiple of it."""


def read_sas(path: Path) -> list[Table]:
    """Read one table; numbers with a date format are dates."""
    try:
        import pyreadstat
    except ImportError as error:
        raise UnreadableError(
            rule="file.extra",
            found="a SAS file, and pyreadstat is not installed",
            expected="pip install 'topline[sas]', or the data as CSV",
        ) from error
    transport = path.suffix.lower() == ".xpt"
    if transport and path.stat().st_size % _RECORD:
        raise _cut_off(found="a transport file that does not end on a record of 80 bytes")
    read = pyreadstat.read_xport if transport else pyreadstat.read_sas7bdat
    try:
        frame, _ = read(path, output_format="polars")
    except Exception as error:  # the reader raises kinds of its own, untyped
        raise _cut_off(
            found="not a whole SAS file (cut off, or another format under its name)"
        ) from error
    if not isinstance(frame, pl.DataFrame):
        raise _cut_off(found="a SAS file without a table")
    return [make_table(path.stem, frame)]


def _cut_off(*, found: str) -> UnreadableError:
    return UnreadableError(
        rule="file.corrupt", found=found, expected="the file written or copied again"
    )
