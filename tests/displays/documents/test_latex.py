"""LaTeX, read back by the meaning of its commands."""

import re

import pytest

from tests.displays.documents.samples import IMPRINT, NOTICE, SIGNS, hostile, long_table, small
from topline.displays.documents.latex import escape_latex, table_latex
from topline.displays.documents.layout import lay_out
from topline.displays.documents.paper import A4
from topline.displays.documents.place import Setting
from topline.displays.documents.widths import ARIAL
from topline.displays.table import Table

# The LaTeX Companion, 3rd edition, table 9.2 and section 3.1: what prints each sign.
PRINTS = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    r"\textless{}": "<", r"\textgreater{}": ">", r"\textbar{}": "|", r"\textquotedbl{}": '"',
    r"\textquotesingle{}": "'", r"\textasciigrave{}": "`", r"\linebreak{}": "\n",
    r"\{": "{", r"\}": "}", r"\_": "_", r"\&": "&", r"\%": "%", r"\#": "#", r"\$": "$",
    "{[}": "[", "{]}": "]", "{*}": "*", "~": "\u00a0", r"\kern0pt{}": "",
}  # fmt: skip
ESCAPES = re.compile("|".join(map(re.escape, sorted(PRINTS, key=len, reverse=True))))


def printed(source: str) -> str:
    return ESCAPES.sub(lambda found: PRINTS[found[0]], source)


def latex(table: Table) -> str:
    return table_latex(lay_out(table, Setting(NOTICE, A4, ARIAL)), IMPRINT, "table-1")


@pytest.mark.parametrize("text", SIGNS)
def test_text_comes_out_as_it_went_in(text: str) -> None:
    escaped = escape_latex(text)
    assert printed(escaped) == text
    # Nothing is left that LaTeX takes for its own, nor for a ligature.
    assert not re.search(r"[_&%#$~^<>|\"'`*\\{}\[\]\n]|--|,,", ESCAPES.sub("\0", escaped))


def test_every_cell_is_in_the_document() -> None:
    source = latex(hostile())
    assert all(escape_latex(text) in source for text in SIGNS)
    for note in hostile().footnotes:
        assert escape_latex(note) in source
    assert escape_latex(NOTICE) in source


def test_braces_are_paired_and_environments_closed() -> None:
    source = re.sub(r"%.*\n", "\n", latex(hostile()).replace(r"\%", ""))
    bare = re.sub(r"\\[{}]", "", source)
    assert bare.count("{") == bare.count("}")
    assert source.count(r"\begin{") == source.count(r"\end{") == 2


def test_heads_and_notes_are_on_every_page() -> None:
    source = latex(long_table())
    head = source[: source.index(r"\endhead")].split(r"\endfirsthead")
    assert r"\textbf{Any grade}" in head[0]
    assert r"\textbf{Any grade}" in head[1]
    assert "(continued)" in head[1]
    foot = source[source.index(r"\endhead") : source.index(r"\endfoot")]
    assert escape_latex("n (%) of {subjects}; 50% \\ of_them.") in foot


def test_a_group_stays_together() -> None:
    lines = [line for line in latex(long_table(20)).splitlines() if "Term" in line]
    assert lines[0].endswith(r"\\*")
    assert lines[8].endswith("\\\\")
    assert not lines[8].endswith("*")


def test_paper_is_that_of_the_layout() -> None:
    assert "paperwidth=595.28bp" in latex(small())
    assert "paperwidth=841.89bp" in latex(small(columns=14))
