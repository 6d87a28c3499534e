"""A table as a value; renderers only read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of a cell, and the result rows it was printed from."""

    text: str
    results: tuple[str, ...] = ()
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a column; neighbours with the same `span` share a head above their own."""

    label: str
    span: str = ""
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line; a heading names the lines below it."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table: title, heads, lines, footnotes.

    Raises
    ------
    ValueError
        A line has more or fewer cells than there are columns.
    """

    number: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[str, ...] = ()
    patients: bool = False
    """Shows single patients; not written where only aggregates may be."""
    listed: bool = False
    """Is text of the protocol, which rests on no result."""

    def __post_init__(self) -> None:
        """Refuse a ragged table."""
        for i, row in enumerate(self.rows):
            if len(row.cells) != len(self.columns):
                msg = (
                    f"{self.number}, line {i}: {len(row.cells)} cells "
                    f"under {len(self.columns)} columns"
                )
                raise ValueError(msg)

    @property
    def results(self) -> tuple[str, ...]:
        """Ids of all result rows printed, in the order of print."""
        heads = [result for column in self.columns for result in column.results]
        cells = [result for row in self.rows for cell in row.cells for result in cell.results]
        return tuple(dict.fromkeys([*heads, *cells]))


def heading(text: str, columns: int) -> Row:
    """Return a heading over `columns` columns.

    Examples
    --------
    >>> len(heading("Sex", columns=3).cells)
    3
    """
    return Row((Cell(text), *(Cell("") for _ in range(columns - 1))), heading=True)
