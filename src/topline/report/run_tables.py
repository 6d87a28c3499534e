"""Tables and figures of a run, to be put into a manuscript."""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from topline.displays.slugs import slug

_QUOTED: Final = re.compile(r"^( *)'(?=[=+\-@\t\r\n ])")
_PICTURES: Final = (".png", ".svg")


@dataclass(frozen=True, slots=True)
class RunTable:
    """A table as a run printed it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def read_table(run: Path, number: str) -> RunTable | None:
    """Read a table of a run; None where the run has none of that number."""
    path = run / "displays" / f"{slug(number)}.csv"
    if not path.is_file():
        return None
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    blank = [i for i, line in enumerate(lines) if not line]
    if len(blank) < 2 or not lines[0]:
        return None
    heads, *rows = lines[blank[0] + 1 : blank[1]]
    notes = [_cell(line[0]) for line in lines[blank[1] + 1 :] if line]
    return RunTable(
        _cell(lines[0][0]),
        tuple(map(_cell, heads)),
        tuple(tuple(map(_cell, row)) for row in rows),
        tuple(notes),
    )


def find_picture(run: Path, number: str, *, word: bool) -> Path | None:
    """Find the picture of a figure: for Word a PNG, for Markdown an SVG or a PNG."""
    endings = (".png",) if word else tuple(reversed(_PICTURES))
    paths = [run / "displays" / f"{slug(number)}{ending}" for ending in endings]
    return next((path for path in paths if path.is_file()), None)


def list_displays(run: Path, kind: str) -> tuple[str, ...]:
    """List the tables or figures of a run by the names of their files."""
    endings = (".csv",) if kind == "table" else _PICTURES
    found = (p.stem for p in (run / "displays").glob("*") if p.suffix in endings)
    return tuple(sorted(dict.fromkeys(found)))


def _cell(text: str) -> str:
    """Take away the sign that keeps spreadsheets from running a cell."""
    return _QUOTED.sub(r"\1", text)
