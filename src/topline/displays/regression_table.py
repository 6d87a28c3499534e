"""Hazard ratios of covariates: a line a category, a pair of columns a model."""

from typing import Final

from topline.displays.numbers import Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.comparisons import CoxRegression
from topline.protocol.displays import RegressionTable
from topline.protocol.protocol import Protocol

_TITLES: Final = {
    "univariable": "Univariable",
    "multivariable": "Multivariable",
    "stepwise": "Stepwise",
}
_RATIO: Final = ("estimate", "lower", "upper")


def compose_regression(plan: RegressionTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return the table: covariates with their categories, then each model's subjects and events."""
    analysis = protocol.analyses[plan.analysis]
    level = analysis.level if isinstance(analysis, CoxRegression) else 0.95
    estimated = {r.section for r in numbers.rows if r.statistic == "estimate"}
    models = [model for model in _TITLES if model in estimated]
    columns = [Column("Covariate")]
    for model in models:
        columns += [
            Column(f"HR ({level:.0%} CI)", span=_TITLES[model]),
            Column("P", span=_TITLES[model]),
        ]
    found = {(r.section, r.by, r.group, r.level, r.statistic): r for r in numbers.rows}
    rows: list[Row] = []
    for name, label in _covariates(numbers).items():
        rows += _covariate(found, models, name, label, numbers)
    rows.append(_model_line(found, models, "Subjects / events"))
    rows += _steps(numbers, len(columns))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


def _covariates(numbers: Numbers) -> dict[str, str]:
    """Return the covariates in the order of the first model, with their labels."""
    terms = [r for r in numbers.rows if r.by and r.statistic == "estimate"]
    return {r.by: r.level_label for r in terms}


def _covariate(
    found: dict[tuple[str, str, str, str, str], Number],
    models: list[str],
    name: str,
    label: str,
    numbers: Numbers,
) -> list[Row]:
    terms = {
        r.group: r.group_label for r in numbers.rows if r.by == name and r.statistic == "estimate"
    }
    overall = [
        cell
        for model in models
        for cell in (Cell(""), print_cell("{}", found.get((model, name, "", "overall", "p_value"))))
    ]
    lines = [Row((Cell(label), *overall), heading=True)]
    for group, said in terms.items():
        cells = [
            cell
            for model in models
            for cell in (
                print_cell(
                    "{} ({} to {})", *(found.get((model, name, group, "", s)) for s in _RATIO)
                ),
                print_cell("{}", found.get((model, name, group, "", "p_value"))),
            )
        ]
        lines.append(Row((Cell(said, indent=1), *cells)))
    return lines


def _model_line(
    found: dict[tuple[str, str, str, str, str], Number], models: list[str], label: str
) -> Row:
    """Return subjects and events of each model; univariable models have their own."""
    cells: list[Cell] = []
    for model in models:
        pair = (found.get((model, "", "", "model", s)) for s in ("n", "events"))
        cells += [print_cell("{} / {}", *pair), Cell("")]
    return Row((Cell(label), *cells))


def _steps(numbers: Numbers, width: int) -> list[Row]:
    """Return the steps of the selection with their tests, in the last column."""
    steps = [r for r in numbers.rows if r.level.startswith("step ") and r.statistic == "p_value"]
    blank = [Cell("") for _ in range(width - 2)]
    lines = [Row((Cell(r.level_label, indent=1), *blank, print_cell("{}", r))) for r in steps]
    return [heading("Stepwise selection", width), *lines] if lines else []
