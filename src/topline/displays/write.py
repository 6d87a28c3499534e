"""Displays as files: text of each display here; pages and pictures by `displays.documents`."""

import base64
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from topline.displays import theme
from topline.displays.documents.formats import DRAWN, Format, Formats
from topline.displays.documents.imprint import Imprint
from topline.displays.documents.latex import table_latex
from topline.displays.documents.layout import lay_out
from topline.displays.documents.markdown import table_markdown
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import ARIAL
from topline.displays.figure import Figure
from topline.displays.html import safe, table_html
from topline.displays.slugs import slugs
from topline.displays.spreadsheet import table_csv
from topline.displays.svg import NAMESPACE, printable, to_text
from topline.displays.table import Table

WHOLE = "tables"
"""Name of the file that holds all displays."""
_FACES = (("Regular", 400), ("Semibold", 600))


def write_displays(
    displays: Sequence[Table | Figure],
    folder: Path,
    formats: Formats = Formats(),  # noqa: B008 - a frozen value
    imprint: Imprint | None = None,
) -> tuple[Path, ...]:
    """Write each display under the name of its number, such as ``table-1.csv``.

    Parameters
    ----------
    displays
        What to write.
    folder
        Where; made if it is not there.
    formats
        SVG, an HTML fragment and CSV unless others are asked for. Formats with pages are also
        written with all displays in one file, ``tables.pdf``.
    imprint
        What every page says besides its display.

    Returns
    -------
    tuple of Path
        Files written, in the order of the displays, then those with pages and the pictures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    imprint = imprint or Imprint(study="")
    named = tuple(zip(file_names(displays), displays, strict=True))
    paths: list[Path] = []
    for name, display in named:
        for suffix, text in _files(display, name, formats, imprint).items():
            path = folder / f"{name}.{suffix}"
            path.write_bytes(text.encode())
            paths.append(path)
    if set(formats.chosen) & DRAWN:
        # Typst and Pillow, for those who ask for pages or pictures.
        from topline.displays.documents.write import Volume, write_documents

        paths += write_documents(Volume(WHOLE, _title(displays), named), folder, formats, imprint)
    return tuple(paths)


def file_names(displays: Sequence[Table | Figure]) -> tuple[str, ...]:
    """Return a name for the files of each display, none of them that of the file of all."""
    names = slugs(displays)
    other = next(name for i in count(2) if (name := f"{WHOLE}-{i}") not in names)
    return tuple(other if name == WHOLE else name for name in names)


def _title(displays: Sequence[Table | Figure]) -> str:
    kinds = {type(display) for display in displays}
    return "Tables and figures" if len(kinds) > 1 else "Figures" if Figure in kinds else "Tables"


def font_faces() -> str:
    """Return the style rules that bring the fonts along."""
    rules: list[str] = []
    for style, weight in _FACES:
        font = (theme.FONTS / f"ToplineSans-{style}.woff2").read_bytes()
        data = base64.b64encode(font).decode()
        rules.append(
            f"@font-face{{font-family:'{theme.FONT}';font-weight:{weight};font-display:block;"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "".join(rules)


def standalone_svg(figure: Figure) -> str:
    """Return the picture with title, description and fonts, to stand alone in a file."""
    root = ET.fromstring(figure.svg)
    style = ET.Element(f"{{{NAMESPACE}}}style")
    style.text = font_faces()
    title = ET.Element(f"{{{NAMESPACE}}}title")
    title.text = printable(f"{figure.number}. {figure.title}")
    description = ET.Element(f"{{{NAMESPACE}}}desc")
    description.text = printable(" ".join([figure.description, *figure.footnotes]))
    for place, element in enumerate((title, description, style)):
        root.insert(place, element)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{to_text(root)}\n'


def _files(
    display: Table | Figure, name: str, formats: Formats, imprint: Imprint
) -> dict[Format, str]:
    """Return the text of each file of a display, by suffix."""
    if isinstance(display, Figure):
        return {Format.SVG: standalone_svg(display)} if Format.SVG in formats.chosen else {}
    makers: dict[Format, Callable[[], str]] = {
        Format.HTML: lambda: _fragment(display),
        # The mark at the start tells a spreadsheet that the text is UTF-8.
        Format.CSV: lambda: f"\ufeff{table_csv(display)}",
        Format.TEX: lambda: table_latex(
            lay_out(display, Setting(imprint.notice, formats.paper, ARIAL)), imprint, name
        ),
        Format.MD: lambda: table_markdown(display, imprint),
    }
    return {form: make() for form, make in makers.items() if form in formats.chosen}


def _fragment(table: Table) -> str:
    notes = "".join(f"<p>{safe(note)}</p>\n" for note in table.footnotes)
    return f"{table_html(table)}\n<footer>\n{notes}</footer>\n"
