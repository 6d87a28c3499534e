"""Markdown as a reader of CommonMark with GitHub's tables sees it."""

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.displays.documents.samples import FOREIGN, IMPRINT, NOTICE, SIGNS, hostile, small
from topline.displays.documents.markdown import table_markdown
from topline.displays.table import Table


class Seen(HTMLParser):
    """Texts of cells and paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.paragraphs: list[str] = []
        self.tags: set[str] = set()
        self.inside: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self.tags.add(tag)
        if tag in {"td", "th", "p"}:
            self.inside = self.paragraphs if tag == "p" else self.cells
            self.inside.append("")
        if tag == "br" and self.inside is not None:
            self.inside[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "p"}:
            self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside is not None:
            self.inside[-1] += data


def seen(table: Table) -> Seen:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found = Seen()
    found.feed(reader.render(table_markdown(table, IMPRINT)))
    return found


def test_every_text_comes_out_as_it_went_in() -> None:
    table = hostile((*SIGNS, *FOREIGN))
    found = seen(table)
    expected = [cell.text for row in table.rows for cell in row.cells]
    assert [cell.strip("\u2003") for cell in found.cells[3:]] == expected
    assert found.paragraphs[0] == f"Table 1. {table.title}"
    for note in table.footnotes:
        assert note in found.paragraphs
    assert found.tags == {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br"}


@pytest.mark.parametrize("words", [NOTICE, "Data cut 31 August 2024", "run 0123456789ab"])
def test_notice_and_source_are_below(words: str) -> None:
    assert words in " ".join(seen(small()).paragraphs)


def test_shared_heads_stand_before_each_column() -> None:
    table = hostile(("label", "Arm A"))
    assert seen(table).cells[1:3] == ["Arm A: label", "Arm A: n"]
