"""Excel: one table a sheet; every cell as text, so that `001` stays `001`."""

from pathlib import Path
from typing import Final

import polars as pl

from topline.sdtm.formats.table import Table, UnreadableError, make_table

_OLE: Final = b"\xd0\xcf\x11\xe0"
_MIDNIGHT: Final = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_MOMENT: Final = r"^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.0+)?$"


def read_excel(path: Path) -> list[Table]:
    """Read one table a sheet; a sheet without any cell is left out."""
    try:
        import fastexcel
    except ImportError as error:
        raise UnreadableError(
            rule="file.extra",
            found="an Excel workbook, and fastexcel is not installed",
            expected="pip install 'topline[excel]', or the sheets saved as CSV",
        ) from error
    with path.open("rb") as file:
        locked = file.read(4) == _OLE and path.suffix.lower() != ".xls"
    if locked:
        raise UnreadableError(
            rule="file.password",
            found="an encrypted workbook (or an old .xls under another name)",
            expected="the workbook saved without a password, as .xlsx or CSV",
        )
    try:
        sheets = pl.read_excel(
            path,
            sheet_id=0,
            has_header=False,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
            read_options={"dtypes": "string"},
        )
    except fastexcel.FastExcelError as error:
        raise UnreadableError(
            rule="file.corrupt",
            found="not a whole Excel workbook (cut off, or another format under this name)",
            expected="the workbook saved or copied again",
        ) from error
    only = len(sheets) == 1
    return [
        _sheet(path.stem if only else name, sheet) for name, sheet in sheets.items() if sheet.height
    ]


def _sheet(name: str, cells: pl.DataFrame) -> Table:
    header = ["" if cell is None else str(cell) for cell in cells.row(0)]
    rows = cells.slice(1)
    used = [i for i, title in enumerate(header) if title or rows[:, i].null_count() < rows.height]
    text = pl.all().str.replace(_MIDNIGHT, "$1").str.replace(_MOMENT, "${1}T$2")
    return make_table(name, rows[:, used].select(text), [header[i] for i in used])
