"""Write results and their grades a line a test, the way one reads the guideline."""

import polars as pl

from topline.clinical.ctcae.grades import derive_grades
from topline.clinical.ctcae.options import GradingOptions

_NUMBERS = {
    "LLN": "lower",
    "ULN": "upper",
    "BASE": "baseline",
    "BASELLN": "baseline_lower",
    "BASEULN": "baseline_upper",
    "ALB": "albumin",
    "MI": "infarction_level",
}
_FLAGS = {"symptomatic", "anticoagulated", "fasting", "up_to_baseline"}
_SCHEMA = {
    "line": pl.String,
    "test": pl.String,
    "direction": pl.String,
    "unit": pl.String,
    "specimen": pl.String,
    "value": pl.Float64,
    "expected": pl.Int64,
    "albumin_unit": pl.String,
    **dict.fromkeys(_NUMBERS.values(), pl.Float64),
    **dict.fromkeys(_FLAGS, pl.Boolean),
}


def sheet(text: str) -> pl.DataFrame:
    """Read `TEST low|high UNIT NAME NUMBER ... flag not-flag | value grade | value grade`.

    The unit is `.` where there is none; `?` is a grade that cannot be told. `in URINE` names the
    specimen, `ALB 40 g/L` albumin. `#` starts a comment.
    """
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return pl.DataFrame(
        [row for line in lines if line for row in _rows(line)], _SCHEMA, orient="row"
    )


def _rows(line: str) -> list[dict[str, object]]:
    head, *cells = [part.split() for part in line.split("|")]
    test, direction, unit, *rest = head
    row: dict[str, object] = {"line": line, "test": test, "direction": direction}
    row["unit"] = None if unit == "." else unit.replace("_", " ")
    while rest:
        word = rest.pop(0)
        if word == "in":
            row["specimen"] = rest.pop(0)
        elif word in _NUMBERS:
            row[_NUMBERS[word]] = float(rest.pop(0))
            if word == "ALB":
                row["albumin_unit"] = rest.pop(0)
        else:
            row[word.removeprefix("not-")] = not word.startswith("not-")
    return [
        row | {"value": float(value), "expected": None if grade == "?" else int(grade)}
        for value, grade in cells
    ]


def graded(text: str, options: GradingOptions | None = None) -> pl.DataFrame:
    """Grade a sheet; `grade`, `term`, `bound` and `words` are those of each line's direction."""
    rows = derive_grades(sheet(text), options)
    low = pl.col("direction") == "low"
    return rows.with_columns(
        pl.when(low).then(f"low_{name}").otherwise(f"high_{name}").alias(name)
        for name in ("term", "grade", "bound", "words")
    )


def differences(text: str, options: GradingOptions | None = None) -> list[str]:
    """Say where the grades are not the expected ones; empty if nowhere."""
    rows = graded(text, options)
    wrong = rows.filter(~pl.col("grade").eq_missing(pl.col("expected")))
    return [
        f"{row['line'].split('|')[0]}: {row['value']} gives {row['grade']}, not {row['expected']}"
        for row in wrong.iter_rows(named=True)
    ]
