"""Displays as files: SVG for a figure; an HTML fragment and CSV for a table."""

import base64
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

from topline.displays import theme
from topline.displays.figure import Figure
from topline.displays.html import safe, table_html
from topline.displays.slugs import slugs
from topline.displays.spreadsheet import table_csv
from topline.displays.svg import NAMESPACE, printable, to_text
from topline.displays.table import Table

_FACES = (("Regular", 400), ("Semibold", 600))


def write_displays(displays: Sequence[Table | Figure], folder: Path) -> tuple[Path, ...]:
    """Write each display under the name of its number, such as ``table-1.csv``.

    Parameters
    ----------
    displays
        What to write.
    folder
        Where; made if it is not there.

    Returns
    -------
    tuple of Path
        Files written, in the order of the displays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for display, name in zip(displays, slugs(tuple(displays)), strict=True):
        for suffix, text in _files(display).items():
            path = folder / f"{name}.{suffix}"
            path.write_bytes(text.encode())
            paths.append(path)
    return tuple(paths)


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


def _files(display: Table | Figure) -> dict[str, str]:
    """Return the text of each file of a display, by suffix."""
    if isinstance(display, Figure):
        return {"svg": standalone_svg(display)}
    notes = "".join(f"<p>{safe(note)}</p>\n" for note in display.footnotes)
    fragment = f"{table_html(display)}\n<footer>\n{notes}</footer>\n"
    # The mark at the start tells a spreadsheet that the text is UTF-8.
    return {"html": fragment, "csv": f"\ufeff{table_csv(display)}"}
