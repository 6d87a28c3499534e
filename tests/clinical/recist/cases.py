"""Write lesions and responses the way they stand on a reader's sheet."""

from datetime import date, timedelta

import polars as pl

START = date(2024, 1, 1)
_ROLES = {"T": "target", "N": "non-target", "X": "new", "-": "none"}
_SCHEMA = {
    "subject": pl.String,
    "assessment": pl.Int64,
    "role": pl.String,
    "lesion": pl.String,
    "date": pl.Date,
    "nodal": pl.Boolean,
    "diameter_mm": pl.Float64,
    "state": pl.String,
}


def day(number: int) -> date:
    """Day after start; the start itself is 0."""
    return START + timedelta(days=number)


def sheet(text: str, subject: str = "1") -> pl.DataFrame:
    """Read a row an assessment and a column a lesion, parted by two spaces or more.

    The first letter of a lesion is its role (T, N, X; - has no lesion), "node" in its name makes it
    a lymph node. A cell is a diameter, a state or both ("SPLIT 12"); `.` is no row, `?` a row that
    says nothing. `day` may be `56:60`, the second date for the last lesion. `#` starts a comment.
    """
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    header, *rows = [[cell.strip() for cell in line.split("  ") if cell] for line in lines if line]
    measured = [
        (subject, k, *_lesion(name, cell, days, last=name == header[-1]))
        for k, (days, *cells) in enumerate(rows)
        for name, cell in zip(header[1:], cells, strict=True)
        if cell != "."
    ]
    return pl.DataFrame(measured, schema=_SCHEMA, orient="row")


def _lesion(
    name: str, cell: str, days: str, *, last: bool
) -> tuple[str, str, date, bool, float | None, str | None]:
    first, _, second = days.partition(":")
    at = day(int(second if last and second else first))
    words = [] if cell == "?" else cell.split()
    size = float(words.pop()) if words and words[-1].replace(".", "").isdigit() else None
    return _ROLES[name[0]], name, at, "node" in name, size, " ".join(words) or None


def responses(text: str, subject: str = "1") -> pl.DataFrame:
    """Read "PR@56 NE@112": responses and the days after start they were seen."""
    rows = [
        (subject, k, day(int(at)), response)
        for k, (response, at) in enumerate((word.split("@") for word in text.split()), start=1)
    ]
    schema = {"subject": pl.String, "assessment": pl.Int64, "date": pl.Date, "response": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def subjects(*names: str, end: int | None = None) -> pl.DataFrame:
    """Subjects who started on day 0."""
    rows = [(name, START, None if end is None else day(end)) for name in names or ("1",)]
    schema = {"subject": pl.String, "start_date": pl.Date, "end_date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")
