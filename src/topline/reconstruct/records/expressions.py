"""Expressions of the specification, worked out over a frame; problems are gathered, not raised."""

from dataclasses import dataclass, field

import polars as pl

Cell = str | int | float | bool | None


@dataclass(slots=True)
class Expressions:
    """Works expressions out and keeps what went wrong."""

    problems: list[str] = field(default_factory=list[str])

    def values(self, frame: pl.DataFrame, text: str, place: str) -> list[Cell]:
        """Return the value in each row; nulls and a problem where it cannot be worked out."""
        try:
            return frame.with_columns(pl.sql_expr(text).alias("-value"))["-value"].to_list()
        except Exception as error:  # whatever Polars says is told with its place
            reason = str(error).splitlines()[0]
            self.problems.append(f"{place}: {text!r} cannot be worked out: {reason}")
            return [None] * frame.height

    def holds(self, frame: pl.DataFrame, text: str | None, place: str) -> list[bool]:
        """Return where the condition holds; unknown counts as no, no condition as yes."""
        if text is None:
            return [True] * frame.height
        values = self.values(frame, text, place)
        strange = next((v for v in values if v is not None and not isinstance(v, bool)), None)
        if strange is not None:
            self.problems.append(f"{place}: {text!r} gives {strange!r}, not true or false")
        return [value is True for value in values]

    def days(self, frame: pl.DataFrame, text: str | None, place: str) -> list[int | None]:
        """Return study days; there is no day 0, which becomes day -1."""
        if text is None:
            return [None] * frame.height
        numbers = [as_number(value) for value in self.values(frame, text, place)]
        return [None if n is None else (round(n) or -1) for n in numbers]


def as_number(value: object) -> float | None:
    """Return a cell as a number; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value))
    except ValueError:
        return None


def as_text(value: Cell) -> str | None:
    """Return a cell as SDTM writes it: Y and N, whole numbers without a point."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
