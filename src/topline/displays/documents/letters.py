"""Letters for which no font is at hand, written out by their code points: never left out."""

from collections.abc import Iterator, Set
from dataclasses import replace

from topline.displays.figure import Figure
from topline.displays.svg import printable
from topline.displays.table import Table
from topline.errors import ToplineWarning

_NAMED = 12


class MissingFontWarning(ToplineWarning):
    """Some letters were written out by their code points, for want of a font that has them."""


def texts(display: Table | Figure) -> str:
    """Return all text of a display, one piece a line."""
    return printable("\n".join(_texts(display)))


def _texts(display: Table | Figure) -> Iterator[str]:
    yield from (display.number, display.title, *display.footnotes)
    if isinstance(display, Figure):
        yield from (display.svg, display.description)
        return
    for column in display.columns:
        yield from (column.label, column.span)
    for row in display.rows:
        yield from (cell.text for cell in row.cells)


def spell_out(text: str, missing: Set[str]) -> str:
    """Return text with its missing letters as their code points.

    Examples
    --------
    >>> spell_out("\u6771 (A)", {"\u6771"})
    '[U+6771] (A)'
    """
    return text.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in missing})


def spell_out_display(display: Table | Figure, missing: Set[str]) -> Table | Figure:
    """Return the display with its missing letters as code points, and a footnote that says so."""
    held = sorted(missing & set(texts(display)))
    if not held:
        return display
    notes = (*(spell_out(note, missing) for note in display.footnotes), explain(held))
    number, title = spell_out(display.number, missing), spell_out(display.title, missing)
    if isinstance(display, Figure):
        return replace(
            display,
            number=number,
            title=title,
            footnotes=notes,
            svg=spell_out(display.svg, missing),
            description=spell_out(display.description, missing),
        )
    columns = tuple(
        replace(c, label=spell_out(c.label, missing), span=spell_out(c.span, missing))
        for c in display.columns
    )
    rows = tuple(
        replace(row, cells=tuple(replace(c, text=spell_out(c.text, missing)) for c in row.cells))
        for row in display.rows
    )
    return replace(display, number=number, title=title, columns=columns, rows=rows, footnotes=notes)


def explain(letters: list[str]) -> str:
    """Return the sentence that says which letters are written out."""
    return f"Written out by code point, for no font at hand has them: {name_letters(letters)}."


def name_letters(letters: list[str]) -> str:
    """Return code points, the first of them where there are many.

    Examples
    --------
    >>> name_letters(["\u4e2d", "\u6587"])
    'U+4E2D, U+6587'
    """
    named = ", ".join(f"U+{ord(letter):04X}" for letter in letters[:_NAMED])
    more = len(letters) - _NAMED
    return f"{named} and {more} more" if more > 0 else named
