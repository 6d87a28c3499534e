"""Listings as tables: a row of a frame is a line, its columns under words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from topline.displays.documents.formats import PAGED, Formats
from topline.displays.documents.imprint import Imprint
from topline.displays.slugs import slug
from topline.displays.table import Cell, Column, Row, Table

_SOURCE: Final = ("SRCDOM", "SRCVAR", "SRCSEQ")
_NONE: Final = "None."


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows to list, patient by patient."""

    title: str
    rows: pl.DataFrame
    columns: tuple[str, ...] = ()
    """Those shown; none names all."""


def listing_tables(
    listings: Sequence[Listing], labels: Mapping[str, str], imprint: Imprint
) -> tuple[Table, ...]:
    """Return each listing as a numbered table.

    Parameters
    ----------
    listings
        In their order.
    labels
        Words for the names of columns; a column without any keeps its name.
    imprint
        Gives data cut and notice.
    """
    return tuple(
        _table(f"Listing {i}", listing, labels, imprint)
        for i, listing in enumerate(listings, start=1)
    )


def _table(number: str, listing: Listing, labels: Mapping[str, str], imprint: Imprint) -> Table:
    shown = [c for c in listing.columns or listing.rows.columns if c in listing.rows.columns]
    names = [name for name in shown if name not in _SOURCE]
    source = [name for name in _SOURCE if name in shown]
    columns = [Column(labels.get(name, _words(name))) for name in names]
    frame = listing.rows.select(*(_text(listing.rows, name).alias(name) for name in shown))
    lines = [frame[name].to_list() for name in names]
    if source:
        columns.append(Column("Source"))
        lines.append(frame.select(pl.concat_str(source, separator=" ")).to_series().to_list())
    rows = tuple(Row(tuple(Cell(text) for text in line)) for line in zip(*lines, strict=True))
    nothing = Row((Cell(_NONE), *(Cell("") for _ in columns[1:])))
    count = f"{listing.rows.height} rows." if listing.rows.height != 1 else "1 row."
    notes = (count, f"{imprint.cut}.", *([imprint.notice] if imprint.notice else []))
    return Table(number, listing.title, tuple(columns), rows or (nothing,), notes, patients=True)


def _words(name: str) -> str:
    """Return the words of a name that is no code.

    Examples
    --------
    >>> _words("planned_date"), _words("AVISIT")
    ('Planned date', 'AVISIT')
    """
    return name if name.isupper() else name.replace("_", " ").capitalize()


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a column as text: numbers without needless digits, nothing for what is missing."""
    column, kind = pl.col(name), frame.schema[name]
    if kind.is_float():
        rounded = column.round(4).cast(pl.String).str.strip_suffix(".0")
        return rounded.fill_null("")
    if kind == pl.Boolean:
        return (
            pl.when(column).then(pl.lit("Y")).when(~column).then(pl.lit("N")).otherwise(pl.lit(""))
        )
    return column.cast(pl.String).fill_null("")


def write_listing_documents(
    listings: Sequence[Listing],
    labels: Mapping[str, str],
    folder: Path,
    formats: Formats,
    imprint: Imprint,
) -> tuple[Path, ...]:
    """Write all listings in one file a format with pages, such as ``listings.rtf``.

    Parameters
    ----------
    listings, labels, imprint
        As `listing_tables` takes them.
    folder
        Where; it is there already.
    formats
        Formats and paper; only those with pages are written.
    """
    paged = replace(formats, chosen=tuple(each for each in formats.chosen if each in PAGED))
    if not paged.chosen or not listings:
        return ()
    # Typst and Pillow, for those who ask for pages.
    from topline.displays.documents.write import Volume, write_documents

    tables = listing_tables(listings, labels, imprint)
    named = tuple((slug(table.number), table) for table in tables)
    # The tags of thousands of cells make the file fourteen times as large.
    volume = Volume("listings", "Listings", named, alone=False, tagged=False)
    return write_documents(volume, folder, paged, imprint)
