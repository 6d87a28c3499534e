"""A justification as a Word document (extra `documents`)."""

import datetime as dt
import io
import zipfile
from pathlib import Path

from topline.design.justification.justification import Justification, Table
from topline.errors import UsageError


def write_document(justification: Justification, path: Path) -> None:
    """Write the document, the same bytes each time for the same design.

    Parameters
    ----------
    justification
        What is told.
    path
        Where; a file there is replaced.

    Raises
    ------
    UsageError
        python-docx is not installed.
    """
    try:
        from docx import Document  # an extra
    except ImportError as error:
        msg = 'a Word document needs python-docx: pip install "topline[documents]"'
        raise UsageError(msg) from error
    document = Document()
    document.core_properties.created = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    document.core_properties.modified = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    document.core_properties.title = justification.title
    document.core_properties.author = "Topline"
    document.add_heading(justification.title, level=1)
    for paragraph in justification.paragraphs:
        document.add_paragraph(paragraph)
    numbers = Table("Numbers", ("", ""), justification.numbers)
    for table in (numbers, *justification.tables):
        document.add_heading(table.title, level=2)
        rows = ([table.columns] if any(table.columns) else []) + list(table.rows)
        grid = document.add_table(rows=len(rows), cols=len(table.columns), style="Table Grid")
        for row, cells in zip(grid.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for heading, items, style in (
        ("To note", justification.notes, "List Bullet"),
        ("Assumptions", justification.assumptions, "List Bullet"),
        ("References", justification.references, "List Number"),
    ):
        if items:
            document.add_heading(heading, level=2)
        for item in items:
            document.add_paragraph(item, style=style)
    written = io.BytesIO()
    document.save(written)
    path.write_bytes(_without_clock(written))


def _without_clock(written: io.BytesIO) -> bytes:
    """Return the file with one date on all its parts, so that it is the same each time."""
    plain = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(plain, "w") as out:
        for name in sorted(parts.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            part = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(part, parts.read(name))
    return plain.getvalue()
