"""The results of one analysis, looked up by what they are about."""

from dataclasses import dataclass

import polars as pl

from topline.analyses.formats import printed_name, printed_unit
from topline.analyses.levels import MISSING
from topline.displays.table import Cell


@dataclass(frozen=True, slots=True)
class Number:
    """A result row, as far as displays need it."""

    result_id: str
    section: str
    parameter: str
    parameter_label: str
    by: str
    group: str
    group_label: str
    level: str
    level_label: str
    statistic: str
    value: float | None
    unit: str
    display: str
    method: str
    n: int | None
    n_missing: int | None
    warning: str


@dataclass(frozen=True, slots=True)
class Group:
    """Whom a column or a line is about; all of the set where `by` is empty."""

    by: str
    value: str
    label: str


class Numbers:
    """The rows of one analysis, in the order of print."""

    def __init__(self, rows: pl.DataFrame, analysis: str) -> None:
        names = list(Number.__dataclass_fields__)
        chosen = _printed(rows.filter(pl.col("analysis_id") == analysis).select(names))
        self.rows = tuple(Number(*row) for row in chosen.iter_rows())
        self._found = {
            (r.section, r.parameter, r.by, r.group, r.level, r.statistic): r for r in self.rows
        }

    def get(
        self,
        parameter: str,
        statistic: str,
        *,
        group: Group,
        level: str = "",
        section: str = "",
    ) -> Number | None:
        """Return the one result that fits, or None."""
        key = (section, parameter, group.by, group.value, level, statistic)
        return self._found.get(key)

    def groups(self, parameter: str | None = None) -> tuple[Group, ...]:
        """Return whom the results are about, those of one parameter or all."""
        found: dict[tuple[str, str], Group] = {}
        for r in self.rows:
            if parameter in {None, r.parameter}:
                group = Group(r.by, r.group, r.group_label or r.group or "All")
                found.setdefault((r.by, r.group), group)
        return tuple(found.values())


def printed_label(label: str) -> str:
    """Print the label of a group, level or parameter, which may be that there is no value.

    Examples
    --------
    >>> printed_label("(missing)"), printed_label("Platelets (10^9/L)")
    ('Missing', 'Platelets (10⁹/L)')
    """
    return "Missing" if label == MISSING else printed_name(label)


def _printed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give units and labels as they are printed."""
    labels = ("section", "parameter_label", "group_label", "level_label")
    printed = {"unit": printed_unit, **dict.fromkeys(labels, printed_label)}
    for column, write in printed.items():
        words = rows[column].unique().drop_nulls().to_list()
        changed = {word: after for word in words if (after := write(word)) != word}
        if changed:
            rows = rows.with_columns(pl.col(column).replace(changed))
    return rows


def print_cell(form: str, *numbers: Number | None, indent: int = 0) -> Cell:
    """Return the cell that prints results in a form; empty when one is not there.

    Parameters
    ----------
    form
        Text with one ``{}`` a number, such as ``{} ({})``.

    Examples
    --------
    >>> print_cell("{} ({})", None, None)
    Cell(text='', results=(), indent=0)
    """
    there = [number for number in numbers if number is not None]
    if len(there) != len(numbers):
        return Cell("", indent=indent)
    text = form.format(*(number.display for number in there))
    return Cell(text, tuple(number.result_id for number in there), indent)


def print_count(n: Number | None, percent: Number | None) -> Cell:
    """Return the cell of a count with its percentage; of nobody, only the 0."""
    if n is not None and (n.value == 0 or percent is None or percent.value is None):
        return print_cell("{}", n)
    return print_cell("{} ({})", n, percent)
