"""Paragraphs, runs and fields of WordprocessingML."""

import re
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from topline.displays.documents.directions import directions
from topline.displays.svg import printable

TWIPS: Final = 20
"""Twentieths of a point, in which Word measures."""
_BREAKS: Final = re.compile(r"(\r\n|\n|\t)")
_NUMBERED: Final = re.compile(r"^(\D*?)(\d+)(\D*)$", re.DOTALL)
_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z]+")
Justify = Literal["left", "right", "center"]


def twips(points: float) -> int:
    """Return a length in twentieths of a point."""
    return round(points * TWIPS)


def attribute(text: str) -> str:
    """Return text as the value of an attribute, with its quotes."""
    return quoteattr(printable(text).replace("\n", " "))


def runs(text: str, look: str = "") -> str:
    r"""Return text as runs, with breaks, tabs and directions.

    Parameters
    ----------
    text
        Any text.
    look
        Properties of the runs, as XML.

    Examples
    --------
    >>> runs("a < b\nc")
    '<w:r><w:t xml:space="preserve">a &lt; b</w:t><w:br/><w:t xml:space="preserve">c</w:t></w:r>'
    """
    return "".join(_run(piece, look, leftward=leftward) for piece, leftward in directions(text))


def _run(text: str, look: str, *, leftward: bool) -> str:
    marks = {"\n": "<w:br/>", "\r\n": "<w:br/>", "\t": "<w:tab/>"}
    inner = "".join(
        marks.get(piece, f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
        for piece in _BREAKS.split(text)
        if piece
    )
    look += "<w:rtl/>" if leftward else ""
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{inner}</w:r>"


def paragraph(content: str, style: str, properties: str = "") -> str:
    """Return a paragraph of a style; `content` and further `properties` are XML."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def field(instruction: str, shown: str) -> str:
    """Return a field, and what it shows until Word works it out anew."""
    code = f'<w:instrText xml:space="preserve"> {escape(printable(instruction))} </w:instrText>'
    parts = (fence("begin"), f"<w:r>{code}</w:r>", fence("separate"), runs(shown), fence("end"))
    return "".join(parts)


def fence(kind: Literal["begin", "separate", "end"]) -> str:
    """Return a run that begins, parts or ends a field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def caption(number: str, title: str, bookmark: str, place: int) -> str:
    """Return a caption whose number is a field that always gives this number."""
    found = _NUMBERED.match(number)
    shown = runs(number)
    if found:
        name = _NOT_IN_NAMES.sub("_", found[1]).strip("_") or "Display"
        counted = field(f"SEQ {name} \\* ARABIC \\r {int(found[2])}", str(int(found[2])))
        zeros = found[2][: len(found[2]) - len(str(int(found[2])))]
        shown = f"{runs(found[1] + zeros)}{counted}{runs(found[3])}"
    marks = (
        f'<w:bookmarkStart w:id="{place}" w:name="{bookmark}"/>',
        f'<w:bookmarkEnd w:id="{place}"/>',
    )
    return paragraph(f"{marks[0]}{shown}{runs(f'. {title}')}{marks[1]}", "Caption")
