"""Exposure: a column a drug and arm, a block a kind of number."""

from typing import Final

from topline.displays.numbers import Group, Number, Numbers, print_cell, print_count
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.tables import ExposureTable

_FORMS: Final = (("Median", "{}", ("median",)), ("Range", "{} to {}", ("min", "max")))


def compose_exposure(plan: ExposureTable, numbers: Numbers) -> Table:
    """Return the table of exposure: median and range of numbers, n (%) of subjects."""
    pairs = list(dict.fromkeys((r.section, _group(r)) for r in numbers.rows))
    columns = [Column("Exposure"), *(_column(numbers, drug, group) for drug, group in pairs)]
    rows: list[Row] = []
    for parameter in _in_order(numbers):
        about = [r for r in numbers.rows if r.parameter == parameter]
        label = about[0].parameter_label
        units = dict.fromkeys(r.unit for r in about if r.statistic == "median" and r.unit)
        if any(r.statistic == "median" for r in about):
            unit = f" ({' or '.join(units)})" if units else ""
            rows.append(heading(f"{label}{unit}", len(columns)))
            rows += [_distribution(numbers, pairs, parameter, form) for form in _FORMS]
        elif about[0].level:
            rows.append(heading(label, len(columns)))
            levels = dict.fromkeys((r.level, r.level_label) for r in about)
            rows += [_counts(numbers, pairs, parameter, *level) for level in levels]
        else:
            rows.append(_counts(numbers, pairs, parameter, "", label))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


def _group(number: Number) -> Group:
    return Group(number.by, number.group, number.group_label or number.group or "All")


def _in_order(numbers: Numbers) -> list[str]:
    """Return the lines in the order of the drugs' own, after those of all drugs."""
    order = dict.fromkeys(r.parameter for r in numbers.rows)
    longest: list[str] = []
    for drug in dict.fromkeys(r.section for r in numbers.rows):
        own = list(dict.fromkeys(r.parameter for r in numbers.rows if r.section == drug))
        longest = own if len(own) > len(longest) else longest
    first = [name for name in order if name not in longest]
    return [*first, *longest]


def _column(numbers: Numbers, drug: str, group: Group) -> Column:
    of = [r for r in numbers.rows if r.section == drug and _group(r) == group]
    total = next((r.n for r in of if r.statistic == "percent"), None)
    if total is None:  # of all drugs there are numbers only, of those who have one and the others
        total = next(
            (r.n + r.n_missing for r in of if r.n is not None and r.n_missing is not None), None
        )
    head = group.label if group.by or total is None else "All"
    return Column(head if total is None else f"{head}\n(N = {total})", span=drug.capitalize())


def _distribution(
    numbers: Numbers,
    pairs: list[tuple[str, Group]],
    parameter: str,
    form: tuple[str, str, tuple[str, ...]],
) -> Row:
    label, text, names = form
    cells = [
        print_cell(text, *(numbers.get(parameter, s, group=g, section=drug) for s in names))
        for drug, g in pairs
    ]
    return Row((Cell(label, indent=1), *cells))


def _counts(
    numbers: Numbers, pairs: list[tuple[str, Group]], parameter: str, level: str, label: str
) -> Row:
    def cell(drug: str, group: Group) -> Cell:
        total, n, percent = (
            numbers.get(parameter, s, group=group, level=level, section=drug)
            for s in ("total", "n", "percent")
        )
        return print_cell("{}", total) if total is not None else print_count(n, percent)

    cells = [cell(drug, group) for drug, group in pairs]
    return Row((Cell(label, indent=int(bool(level))), *cells))
