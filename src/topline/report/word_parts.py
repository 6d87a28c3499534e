"""Tables and pictures as elements of a Word file."""

import re
import struct
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from topline.displays.svg import printable
from topline.report.run_tables import RunTable
from topline.report.word_file import WordFile

_RELATIONS: Final = "word/_rels/document.xml.rels"
_TYPES: Final = "[Content_Types].xml"
_IMAGE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_EMPTY: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "</Relationships>"
)
_EMU_AN_INCH: Final = 914400
_WIDEST_INCHES: Final = 6.3
_USUAL_PPI: Final = 96
_CLOSE: Final = '<w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>'
_WIDE, _NARROW = 3000, 1400
_RULE: Final = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'


def table_xml(table: RunTable, namespace: str) -> str:
    """Return a table with its title above and its footnotes below.

    Parameters
    ----------
    table
        What to show.
    namespace
        Of the file's elements.
    """
    borders = _RULE.format(side="top", size=8) + _RULE.format(side="bottom", size=8)
    width = max([len(table.heads), *(len(row) for row in table.rows)])
    grid = f'<w:gridCol w:w="{_WIDE}"/>' + f'<w:gridCol w:w="{_NARROW}"/>' * (width - 1)
    head = _row(table.heads, width, head=True)
    rows = "".join(_row(row, width) for row in table.rows)
    return (
        _paragraph(table.title, namespace, bold=True, keep=True)
        + f'<w:tbl xmlns:w="{namespace}"><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
        f"<w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{head}{rows}</w:tbl>"
        + "".join(_paragraph(note, namespace, small=True) for note in table.notes)
    )


def _text(text: str, *, bold: bool = False, small: bool = False) -> str:
    look = ("<w:b/>" if bold else "") + ('<w:sz w:val="18"/>' if small else "")
    style = f"<w:rPr>{look}</w:rPr>" if look else ""
    shown = escape(printable(text))
    return f'<w:r>{style}<w:t xml:space="preserve">{shown}</w:t></w:r>'


def _paragraph(
    text: str, namespace: str, *, bold: bool = False, small: bool = False, keep: bool = False
) -> str:
    style = "<w:pPr><w:keepNext/></w:pPr>" if keep else ""
    return f'<w:p xmlns:w="{namespace}">{style}{_text(text, bold=bold, small=small)}</w:p>'


def _row(cells: tuple[str, ...], width: int, *, head: bool = False) -> str:
    rule = _RULE.format(side="bottom", size=4)
    edge = f"<w:tcPr><w:tcBorders>{rule}</w:tcBorders></w:tcPr>" if head else ""
    whole = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    padded = [*cells, *[""] * (width - len(cells))]
    inner = "".join(
        f"<w:tc>{edge}<w:p>{_CLOSE}{_text(c, bold=head, small=True)}</w:p></w:tc>" for c in padded
    )
    return f"<w:tr>{whole}{inner}</w:tr>"


def add_picture(file: WordFile, path: Path, name: str) -> str:
    """Put a PNG into the file and return the paragraph that shows it.

    Parameters
    ----------
    file
        Gets the picture, and the relation to it.
    path
        PNG file.
    name
        What those are told who do not see it.
    """
    content = path.read_bytes()
    relations = file.part(_RELATIONS).decode() or _EMPTY
    taken = {int(n) for n in re.findall(r'Id="rId(\d+)"', relations)}
    number = max(taken, default=0) + 1
    target = f"media/topline-{number}.png"
    relation = f'<Relationship Id="rId{number}" Type="{_IMAGE}" Target="{target}"/>'
    file.add(
        _RELATIONS, relations.replace("</Relationships>", f"{relation}</Relationships>").encode()
    )
    file.add(f"word/{target}", content)
    types = file.part(_TYPES).decode()
    if not re.search(r'Extension="png"', types, re.IGNORECASE):
        png = '<Default Extension="png" ContentType="image/png"/>'
        file.add(_TYPES, re.sub(r"(<Types[^>]*>)", rf"\1{png}", types, count=1).encode())
    return _drawing(number, name, _size(content), file.namespace)


def _size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in EMU, at its own resolution, no wider than the page."""
    across, down = struct.unpack(">II", content[16:24])
    at = content.find(b"pHYs")
    ppi = struct.unpack(">I", content[at + 4 : at + 8])[0] * 0.0254 if at > 0 else _USUAL_PPI
    width = across / (ppi or _USUAL_PPI)
    shown = min(width, _WIDEST_INCHES)
    return round(shown * _EMU_AN_INCH), round(shown * _EMU_AN_INCH * down / max(across, 1))


def _drawing(number: int, name: str, size: tuple[int, int], namespace: str) -> str:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    words = quoteattr(printable(name))
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    return (
        f'<w:p xmlns:w="{namespace}"><w:r><w:drawing>'
        f'<wp:inline xmlns:wp="{drawing}/wordprocessingDrawing" distT="0" distB="0" distL="0" '
        f'distR="0"><wp:extent {extent}/><wp:docPr id="{9000 + number}" name={words} '
        f'descr={words}/><a:graphic xmlns:a="{drawing}/main">'
        f'<a:graphicData uri="{drawing}/picture">'
        f'<pic:pic xmlns:pic="{drawing}/picture"><pic:nvPicPr><pic:cNvPr id="{number}" '
        f"name={words}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip xmlns:r="{office}" r:embed="rId{number}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        f"</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
