"""Paragraphs as Markdown and HTML, and a list of the results behind each number."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import polars as pl

from topline.displays.html import plain, safe
from topline.displays.svg import printable
from topline.protocol.study import Study
from topline.report.paragraphs.spans import Paragraph
from topline.spreadsheet import write_spreadsheet

TEXT, NUMBERS = "results.md", "results-numbers.csv"
_SIGNS: Final = re.compile(r"([\\`*\[\]|]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w)|~(?=~))")


def write_paragraphs(paragraphs: Sequence[Paragraph], study: Study, folder: Path) -> None:
    """Write `results.md`, and beside it `results-numbers.csv` with the ids of what it prints.

    Parameters
    ----------
    paragraphs
        From `compose_paragraphs`; none writes nothing.
    study
        Gives the title and the notice.
    folder
        Where.
    """
    if not paragraphs:
        return
    (folder / TEXT).write_text(paragraphs_markdown(paragraphs, study), encoding="utf-8")
    write_spreadsheet(list_numbers(paragraphs), folder / NUMBERS)


def paragraphs_markdown(paragraphs: Sequence[Paragraph], study: Study) -> str:
    """Return the paragraphs as Markdown, one line each, under their headings."""
    lines = [f"# {markdown(study.id)}: results in words", ""]
    if study.notice:
        lines += [f"> {markdown(study.notice)}", ""]
    for heading, group in groupby(paragraphs, key=lambda each: each.heading):
        lines += [f"## {markdown(heading)}", ""]
        for paragraph in group:
            lines += [markdown(paragraph.text), ""]
    return "\n".join(lines)


def markdown(text: str) -> str:
    r"""Return text that shows as itself in Markdown, on one line.

    Examples
    --------
    >>> markdown("P < 0.001 in <b>A*</b>")
    'P < 0.001 in \\<b>A\\*\\</b>'
    """
    return _SIGNS.sub(r"\\\1", " ".join(printable(text).split()))


def paragraphs_html(paragraphs: Sequence[Paragraph]) -> str:
    """Return the paragraphs as a fragment, folded under headings; numbers can be pressed."""
    parts: list[str] = []
    for heading, found in groupby(paragraphs, key=lambda each: each.heading):
        group = list(found)
        told = "\n".join(
            f"<p>{''.join(plain(span.text, span.results) for span in each.sentences)}</p>"
            for each in group
        )
        head = f'<strong>{safe(heading)}</strong> <span class="size">{len(group)}</span>'
        parts.append(f"<details>\n<summary>{head}</summary>\n{told}\n</details>")
    return "\n".join(parts)


def list_numbers(paragraphs: Sequence[Paragraph]) -> pl.DataFrame:
    """Return each number of the paragraphs with the results that it prints.

    Returns
    -------
    polars.DataFrame
        Columns paragraph (counted from 1), heading, analysis, number (as printed), result_id.
    """
    columns = ("paragraph", "heading", "analysis", "number", "result_id")
    types = {name: pl.Int64() if name == "paragraph" else pl.String() for name in columns}
    return pl.DataFrame(list(_numbers(paragraphs)), schema=types, orient="row")


def _numbers(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[int, str, str, str, str]]:
    for place, each in enumerate(paragraphs, start=1):
        for span in each.sentences:
            for result in span.results:
                yield place, each.heading, each.analysis, span.text, result
