r"""A table as a LaTeX document: booktabs and longtable, for LuaLaTeX and XeLaTeX.

The lines between ``\begin{longtable}`` and ``\end{longtable}`` can be taken into a manuscript.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from topline.displays.documents.columns import GAP, INDENT, Align, spans_all
from topline.displays.documents.heads import PITCH, head_rows
from topline.displays.documents.imprint import Imprint
from topline.displays.documents.layout import Layout
from topline.displays.documents.pagination import line_groups
from topline.displays.documents.paper import SIDE
from topline.displays.svg import printable
from topline.displays.table import Row

_SIGNS: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "&": r"\&", "%": r"\%",
    "#": r"\#", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}",
    "\n": r"\linebreak{}", "\u00a0": "~",
    # LuaTeX takes the replacement sign itself for a broken file.
    "\ufffd": "{[}U+FFFD{]}",
    "\0": r"\kern0pt{}",
}  # fmt: skip
# What TeX would draw together, or leave out.
_DOUBLED: Final = re.compile(r"([-,<> ])(?=\1)")
_APART: Final = "\0"
_SIGN: Final = re.compile("|".join(map(re.escape, _SIGNS)))
_KEPT_LINES: Final = 30
_PREAMBLE: Final = r"""% Compile twice with lualatex or xelatex.
\documentclass[9pt]{extarticle}
\usepackage[paperwidth=@width@bp,paperheight=@height@bp,hmargin=@side@bp,vmargin=54bp,headheight=24pt]{geometry}
\usepackage{array,booktabs,longtable,fancyhdr,lastpage,fontspec}
% A letter that the font lacks stops the compilation; it would be left out otherwise.
\tracinglostchars=3
\IfFontExistsTF{Topline Sans}{\setmainfont{Topline Sans}[BoldFont={Topline Sans Semibold}]}{%
  \IfFontExistsTF{Source Sans 3}{\setmainfont{Source Sans 3}}{%
  \IfFontExistsTF{DejaVu Sans}{\setmainfont{DejaVu Sans}[Scale=0.87]}{}}}
\setlength{\tabcolsep}{@gap@bp}\setlength{\LTleft}{0pt}\setlength{\parindent}{0pt}
\renewcommand{\arraystretch}{1.05}
\pagestyle{fancy}\fancyhf{}\renewcommand{\headrulewidth}{0pt}
\lhead{\footnotesize @study@\\@cut@}
\rhead{\footnotesize Page \thepage{} of \pageref{LastPage}\\@program@}
\begin{document}
"""


def table_latex(parts: Sequence[Layout], imprint: Imprint, name: str) -> str:
    """Return a document that compiles by itself.

    Parameters
    ----------
    parts
        The table, laid out for Arial; more than one where it is too broad for a page.
    imprint
        What the head of each page says.
    name
        Name of the file, for the head of each page.
    """
    words = {
        "width": f"{parts[0].place.width:g}",
        "height": f"{parts[0].place.height:g}",
        "side": f"{SIDE:g}",
        "gap": f"{GAP:g}",
        "study": escape_latex(imprint.study),
        "cut": escape_latex(imprint.cut),
        "program": escape_latex(imprint.program(name)),
    }
    tables = "\\clearpage\n".join("".join(_table(part)) for part in parts)
    preamble = re.sub(r"@(\w+)@", lambda name: words[name[1]], _PREAMBLE)
    return f"{preamble}{tables}\\end{{document}}\n"


def escape_latex(text: str) -> str:
    r"""Return text that LaTeX sets as it is.

    Examples
    --------
    >>> escape_latex("50% of {n_1}")
    '50\\% of \\{n\\_1\\}'
    """
    apart = _DOUBLED.sub(r"\1" + _APART, printable(text).replace("\r\n", "\n"))
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], apart)


def _table(layout: Layout) -> Iterator[str]:
    table, count = layout.table, len(layout.columns)
    inner = [width - 2 * GAP for width in layout.columns]
    yield f"{{\\fontsize{{{layout.size:g}bp}}{{{PITCH * layout.size:g}bp}}\\selectfont\n"
    yield f"\\begin{{longtable}}{{{''.join(map(_column, inner, layout.aligns))}}}\n"
    number, title = escape_latex(table.number), escape_latex(table.title)
    heads = "".join(_heads(layout))
    for words, end in (("", "endfirsthead"), (" (continued)", "endhead")):
        caption = f"\\textbf{{{number}. {title}{words}}}"
        yield _across(count, sum(inner), caption) + "\\\\[4bp]\n"
        yield f"\\toprule\n{heads}\\midrule\n\\{end}\n"
    notes = "".join(
        _across(count, sum(inner), f"\\footnotesize {escape_latex(note)}") + "\\\\\n"
        for note in (*layout.place.notes, *layout.place.further)
    )
    yield f"\\bottomrule\n{notes}\\endfoot\n"
    yield from _lines(layout)
    yield "\\end{longtable}}\n"


def _column(width: float, align: Align) -> str:
    way = "raggedleft" if align == "right" else "raggedright"
    return f">{{\\{way}\\arraybackslash}}p{{{width:.2f}bp}}"


def _across(count: int, width: float, text: str) -> str:
    """Return a cell over all columns."""
    whole = width + 2 * GAP * (count - 1)
    return f"\\multicolumn{{{count}}}{{>{{\\raggedright}}p{{{whole:.2f}bp}}}}{{{text}}}"


def _heads(layout: Layout) -> Iterator[str]:
    """Return the rows of heads; a rule under each head that others stand below."""
    rows = head_rows(layout.table, layout.aligns)
    if len(rows) > 1:
        cells, rules, place = list[str](), list[str](), 1
        for head in rows[0]:
            spanned = head.align is None
            width = sum(layout.columns[place - 1 : place - 1 + head.columns]) - 2 * GAP
            inner = f">{{\\centering}}p{{{width:.2f}bp}}"
            text = f"\\textbf{{{escape_latex(head.text)}}}"
            cells.append(f"\\multicolumn{{{head.columns}}}{{{inner}}}{{{text}}}" if spanned else "")
            if spanned:
                rules.append(f"\\cmidrule(lr){{{place}-{place + head.columns - 1}}}")
            place += head.columns
        yield f"{' & '.join(cells)} \\\\\n{''.join(rules)}\n"
    labels = [f"\\textbf{{{escape_latex(column.label)}}}" for column in layout.table.columns]
    yield f"{' & '.join(labels)} \\\\\n"


def _lines(layout: Layout) -> Iterator[str]:
    """Return the lines, a star behind those that the next one must follow on the same page."""
    rows = layout.table.rows
    for start, end in line_groups(rows):
        kept = end if end - start <= _KEPT_LINES else start + 2
        for i in range(start, end):
            yield f"{_line(rows[i], layout)} \\\\{'*' if i + 1 < kept else ''}\n"


def _line(row: Row, layout: Layout) -> str:
    texts = [_cell(cell.text, cell.indent, heading=row.heading) for cell in row.cells]
    if spans_all(row):
        inner = sum(layout.columns) - 2 * GAP * len(layout.columns)
        return _across(len(layout.columns), inner, texts[0])
    return " & ".join(texts)


def _cell(text: str, indent: int, *, heading: bool) -> str:
    escaped = escape_latex(text)
    if heading and escaped:
        escaped = f"\\textbf{{{escaped}}}"
    pushed = f"\\hangindent={indent * INDENT:g}bp\\hspace*{{{indent * INDENT:g}bp}}"
    return f"{pushed}{escaped}" if indent else escaped
