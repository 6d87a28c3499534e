"""Paragraphs as a Word file."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from topline.displays.documents.imprint import Imprint
from topline.displays.documents.paper import EDGE, SIDE, Paper
from topline.displays.documents.word.package import Parts, pack
from topline.displays.documents.word.text import field, paragraph, runs, twips
from topline.report.paragraphs.spans import Paragraph

DOCUMENT: Final = "results.docx"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_MARGIN: Final = 72
_BELOW: Final = '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/>'


def paragraphs_docx(paragraphs: Sequence[Paragraph], imprint: Imprint, paper: Paper) -> bytes:
    """Return the paragraphs as a Word file, under their headings.

    Parameters
    ----------
    paragraphs
        From `compose_paragraphs`.
    imprint
        Gives title, data cut, run and notice.
    paper
        Held upright, unless it is asked to lie.
    """
    title = f"{imprint.study}: results in words"
    lines = [paragraph(runs(title), "Title")]
    lines += [paragraph(runs(text), "Subtitle") for text in (imprint.cut, imprint.notice) if text]
    for heading, group in groupby(paragraphs, key=lambda each: each.heading):
        lines.append(paragraph(runs(heading), "Heading1"))
        lines += [paragraph(runs(each.text), "Normal", _BELOW) for each in group]
    parts = Parts()
    pages = f"{runs('Page ')}{field('PAGE', '1')}{runs(' of ')}{field('NUMPAGES', '1')}"
    foot = paragraph(f"{runs(f'{imprint.program(DOCUMENT)}. ')}{pages}", "Footer")
    rid = parts.add("footer", "xml", f"{_HEAD}<w:ftr {_SPACES}>{foot}</w:ftr>".encode())
    body = "".join(lines) + _section(paper, rid)
    document = f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>"
    return pack(document, parts, title, imprint.program(""), imprint.made)


def _section(paper: Paper, footer: str) -> str:
    landscape = paper.turn == "landscape"
    width, height = paper.size(landscape=landscape)
    turned = ' w:orient="landscape"' if landscape else ""
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{footer}"/>'
        f'<w:pgSz w:w="{twips(width)}" w:h="{twips(height)}"{turned}/>'
        f'<w:pgMar w:top="{twips(_MARGIN)}" w:right="{twips(SIDE)}" w:bottom="{twips(_MARGIN)}" '
        f'w:left="{twips(SIDE)}" w:header="{twips(EDGE)}" w:footer="{twips(EDGE)}" w:gutter="0"/>'
        "</w:sectPr>"
    )
