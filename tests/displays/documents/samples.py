"""Tables that documents have to print: with every sign that a format may take for its own."""

import datetime as dt

from topline.displays.documents.imprint import Imprint
from topline.displays.figure import Figure
from topline.displays.table import Cell, Column, Row, Table, heading

SIGNS = (
    "_ { } \\ < & % # $ ~ ^ | \" '",
    "C:\\new\\table \\par \\cell \\u8364?",
    "{{ ORR.estimate }} {% raw %} #set #let $x^2$ @name",
    "<w:t>&amp; <b>bold</b>",
    "*bold* _it_ `code` [x](y) ![i](j) ~~no~~ :+1:",
    "50%- 3^{4} --- -- '' `` ?` !`",
    "[first] * second",
    "1. list",
    "- list",
    "=1+1",
    "TOP_01_003",
    "café Ünïcödé ß ž ğ",
    "αβγ, 5 μg, Ω ≤ ≥ ± ²",
    "line one\nline two",
    "two  spaces",
    "a\u00a0b",
)
"""What every font here has."""
FOREIGN = ("中文 甲乙丙", "😀 smile", "שלום", "مرحبا")
"""What needs a font of the machine."""
NOTICE = "A made-up cohort: none of the records is a real patient's."
IMPRINT = Imprint(
    study="ST_{1} & co",
    title="A trial of <things>",
    registry="NCT00000000",
    data_cut=dt.date(2024, 8, 31),
    notice=NOTICE,
    run="0123456789ab",
)
NOTES = ("n (%) of {subjects}; 50% \\ of_them.", "Data cut: 31 August 2024.")


def hostile(texts: tuple[str, ...] = SIGNS) -> Table:
    """Every text as a row head, as a cell, as a head and as a heading."""
    columns = (Column("Row"), Column(texts[0], span=texts[-1]), Column("n", span=texts[-1]))
    rows = [
        row for t in texts for row in (heading(t, 3), Row((Cell(t, indent=1), Cell(t), Cell("1"))))
    ]
    return Table("Table 1", f"Title {texts[0]}", columns, tuple(rows), (*NOTES, *texts[:2]))


def long_table(lines: int = 2450) -> Table:
    """Groups of a heading and nine lines, under two rows of heads."""
    columns = (
        Column("Adverse event"), Column("Any grade", span="Arm A"), Column("Grade 3", span="Arm A"),
    )  # fmt: skip
    rows = [
        heading(f"Body system {i // 10}", 3)
        if i % 10 == 0
        else Row((Cell(f"Term {i}", indent=1), Cell(f"{i} (1.0)"), Cell("0")))
        for i in range(lines)
    ]
    return Table("Table S21", "Adverse events by term", columns, tuple(rows), NOTES)


def small(number: str = "Table 1", columns: int = 3) -> Table:
    """Two lines."""
    heads = tuple(Column(f"Column {i}") for i in range(columns))
    rows = tuple(Row(tuple(Cell(f"{r}.{c}") for c in range(columns))) for r in range(2))
    return Table(number, "A small table", heads, rows, NOTES)


def picture(
    number: str = "Figure 1", text: str = "Overall survival", width: float = 252.28
) -> Figure:
    """A line, a dashed line, a see-through band and a text, as broad as a column of a journal."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="100pt" '
        f'viewBox="0 0 {width} 100" font-family="\'Topline Sans\', Arial" fill="#1b1f23">'
        '<rect x="0" y="50" width="100" height="20" fill="#ff0000" fill-opacity="0.5"/>'
        '<path d="M0 80H200" stroke="#0000ff" stroke-width="2" stroke-dasharray="10 10" '
        'fill="none"/>'
        f'<text x="10" y="20" font-size="10">{text}</text></svg>'
    )
    return Figure(number, "A picture", svg, "A line that falls.", NOTES)
