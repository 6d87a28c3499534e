"""Filled checklists as Markdown, CSV and HTML."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from topline.displays.html import plain as pressed
from topline.displays.html import safe
from topline.report.checklists.fill import FilledChecklist, FilledItem
from topline.report.paragraphs.spans import text_of
from topline.report.paragraphs.write import markdown
from topline.spreadsheet import write_spreadsheet


def write_checklists(filled: Sequence[FilledChecklist], notice: str, folder: Path) -> None:
    """Write each checklist as `checklists/KEY.md` and `.csv`.

    Parameters
    ----------
    filled
        From `fill_checklists`.
    notice
        Of the study; empty where there is none.
    folder
        Folder of the run.
    """
    target = folder / "checklists"
    target.mkdir(parents=True, exist_ok=True)
    for each in filled:
        path = target / each.checklist.key
        path.with_suffix(".md").write_text(checklist_markdown(each, notice), encoding="utf-8")
        write_spreadsheet(checklist_frame(each.items), path.with_suffix(".csv"))


def checklist_markdown(filled: FilledChecklist, notice: str = "") -> str:
    """Return a filled checklist as Markdown: the table, then what is left to whom."""
    checklist, items = filled.checklist, filled.items
    lines = [f"# {markdown(checklist.title)}", "", markdown(checklist.note), ""]
    lines += [f"> {markdown(notice)}", ""] if notice else []
    lines += [
        "| No. | Topic | What to report | Status | Answer | Where |",
        "|---|---|---|---|---|---|",
    ]
    for each in items:
        item = each.item
        cells = (
            item.id, item.topic, item.report, each.status, text_of(each.answer),
            ", ".join(each.places),
        )  # fmt: skip
        lines.append("| " + " | ".join(markdown(cell) for cell in cells) + " |")
    left = [each for each in items if each.to_do]
    if left:
        lines += ["", "## To do", ""]
        lines += [f"- {markdown(f'{e.item.id} {e.item.topic}: {e.to_do}')}" for e in left]
    return "\n".join([*lines, "", f"Source: {markdown(checklist.source)}", ""])


def checklist_frame(items: Sequence[FilledItem]) -> pl.DataFrame:
    """Return a filled checklist as a frame of text, one row an item."""
    columns = {
        "item": [e.item.id for e in items],
        "earlier": [e.item.earlier for e in items],
        "topic": [e.item.topic for e in items],
        "report": [e.item.report for e in items],
        "status": [e.status for e in items],
        "answer": [text_of(e.answer) for e in items],
        "where": ["; ".join(e.places) for e in items],
        "to_do": [e.to_do for e in items],
        "results": [" ".join(r for span in e.answer for r in span.results) for e in items],
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))


def checklist_html(filled: FilledChecklist) -> str:
    """Return a filled checklist as a fragment; numbers that print results can be pressed."""
    checklist, items = filled.checklist, filled.items
    heads = ("Item", "Status", "Answer", "Where")
    head = "".join(f'<th scope="col">{h}</th>' for h in heads)
    rows = "\n".join(_row(each) for each in items)
    name = safe(checklist.title)
    return (
        f"<p>{safe(checklist.note)}</p>\n"
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}, scrollable">\n'
        f'<table class="prose">\n<caption>{name}</caption>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{rows}</tbody>\n</table>\n</div>\n<p>Source: {safe(checklist.source)}</p>"
    )


def _row(each: FilledItem) -> str:
    item = each.item
    answer = "".join(pressed(span.text, span.results) for span in each.answer)
    told = "<br>".join(part for part in (answer, safe(each.to_do)) if part)
    head = f"{safe(item.id)} {safe(item.topic)}"
    report = f'<span class="code">{safe(item.report)}</span>'
    return (
        f'<tr><th scope="row">{head}<br>{report}</th><td>{each.status}</td>'
        f"<td>{told}</td><td>{safe(', '.join(each.places))}</td></tr>"
    )
