"""A printed table as rows of cells: from CSV, from Markdown, or from the claims file itself."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from topline.audit.claims import PrintedTable
from topline.protocol.problems import Problem, listed, nearest

KEYS = ("variable", "level", "group")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line, what it is, and its cells by the heads of their columns."""

    line: int
    variable: str
    level: str
    group: str
    cells: dict[str, str]


def read_rows(
    spec: PrintedTable, name: str, claims: Path, line: int
) -> tuple[list[TableRow], list[Problem]]:
    """Read the rows of a table, or say what is wrong with it.

    Parameters
    ----------
    spec
        The table's entry.
    name
        Of the table, such as T1.
    claims
        The file of claims; the table's own file stands beside it.
    line
        Of the table's entry there.
    """
    loc = ("tables", name)
    if (spec.file is None) == (spec.markdown is None):
        found = "both file and markdown" if spec.file else "neither file nor markdown"
        return [], [Problem(claims, line, loc, found, "one of the two: where the table's rows are")]
    path, first = claims, line
    text = spec.markdown or ""
    if spec.file is not None:
        path, first = claims.parent / spec.file, 0
        read = _read_text(path)
        if read is None:
            expected = "a CSV or Markdown file in UTF-8, named relative to this file"
            return [], [Problem(claims, line, (*loc, "file"), f"{spec.file}", expected)]
        text = read
    table = _markdown(text) if text.lstrip().startswith("|") else _csv(text)
    if len(table) < 2:
        return [], [Problem(path, max(first, 1), (name,), "no rows", "a line of heads, then rows")]
    return _checked(spec, name, path, [(first + at, cells) for at, cells in table])


def _read_text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _csv(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text))
    return [
        (reader.line_num, [cell.strip() for cell in row])
        for row in reader
        if any(cell.strip() for cell in row)
    ]


def _markdown(text: str) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    for at, written in enumerate(text.splitlines(), start=1):
        line = written.strip()
        if not line.startswith("|") or re.fullmatch(r"[|:\s-]+", line):
            continue
        inside = line.removeprefix("|").removesuffix("|")
        cells = [cell.replace(r"\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inside)]
        rows.append((at, cells))
    return rows


def _checked(
    spec: PrintedTable, name: str, path: Path, table: list[tuple[int, list[str]]]
) -> tuple[list[TableRow], list[Problem]]:
    line, heads = table[0]
    problems: list[Problem] = []
    known = sorted({*KEYS, *spec.columns})
    for head in heads:
        if head not in known:
            found, expected = f"the column {head}", f"one of {listed(known)}"
            hint = nearest(head, known)
            problems.append(Problem(path, line, (name, head), found, expected, hint))
    for head in spec.columns:
        if head not in heads:
            found, hint = f"no column {head}", nearest(head, heads)
            problems.append(Problem(path, line, (name,), found, f"it among {listed(heads)}", hint))
    if "variable" not in heads:
        problems.append(Problem(path, line, (name,), f"the columns {listed(heads)}", "variable"))
    if len(set(heads)) < len(heads):
        problems.append(Problem(path, line, (name,), "a head twice", "each column's own head"))
    for at, cells in table[1:]:
        if len(cells) != len(heads):
            found = f"{len(cells)} cells"
            expected = f"{len(heads)}, one under each head; quote cells that hold a comma"
            problems.append(Problem(path, at, (name,), found, expected))
    if problems:
        return [], problems
    return list(_rows(heads, table[1:])), []


def _rows(heads: list[str], table: list[tuple[int, list[str]]]) -> list[TableRow]:
    """Give each row its variable; an empty one is that of the row before."""
    rows: list[TableRow] = []
    variable = ""
    for line, cells in table:
        named = dict(zip(heads, cells, strict=True))
        variable = named.get("variable") or variable
        level, group = named.get("level", ""), named.get("group", "")
        rows.append(
            TableRow(
                line, variable, level, group, {h: c for h, c in named.items() if h not in KEYS}
            )
        )
    return rows
