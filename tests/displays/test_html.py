"""Tables as HTML fragments."""

from html.parser import HTMLParser

import pytest

from tests.displays.example import HOSTILE
from topline.displays.html import table_html
from topline.displays.table import Cell, Column, Row, Table, heading

COLUMNS = (Column("Event"), Column("n", span="A"), Column("%", span="A"), Column("n", span="B"))


class Seen(HTMLParser):
    """Tags and texts of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def seen(table: Table) -> Seen:
    parser = Seen()
    parser.feed(table_html(table))
    return parser


def make(text: str) -> Table:
    rows = (heading(text, 4), Row((Cell(text, indent=1), *(Cell(text, (text,)) for _ in range(3)))))
    return Table(text, text, COLUMNS, rows, (text,))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_shows_as_text(text: str) -> None:
    found = seen(make(text))
    assert {tag for tag, _ in found.tags} <= {
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "span", "br"),
    }
    allowed = {"scope", "colspan", "rowspan", "class", "data-results"}
    assert {name for _, attributes in found.tags for name in attributes} <= allowed
    assert found.texts.count(text.replace("\x00", "\ufffd").replace("\x07", "\ufffd")) == 5


def test_heads_cover_every_column() -> None:
    found = seen(make("x"))
    spans = [int(a.get("colspan") or 1) for tag, a in found.tags if tag == "th" and "scope" in a]
    # Event over both rows; A over two columns and B over one; then their three own heads; one line.
    assert spans == [1, 2, 1, 1, 1, 1, 1]
