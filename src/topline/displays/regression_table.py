"""Hazard ratios of covariates: a line a category, a pair of columns a model."""

from collections.abc import Mapping
from typing import Final

from topline.displays.numbers import Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.comparisons import CoxRegression
from topline.protocol.protocol import Protocol
from topline.protocol.tables import RegressionTable

_TITLES: Final = {
    "univariable": "Univariable",
    "multivariable": "Multivariable",
    "stepwise": "Stepwise",
}
_RATIO: Final = ("estimate", "lower", "upper")
_Key = tuple[str, str, str, str, str]
"""Section, variable, group, level, statistic."""


def compose_regression(plan: RegressionTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return the table: covariates with their categories, then each model's subjects and events.

    Subjects and events of a category are those of the first model.
    """
    analysis = protocol.analyses[plan.analysis]
    level = analysis.level if isinstance(analysis, CoxRegression) else 0.95
    estimated = {r.section for r in numbers.rows if r.statistic == "estimate"}
    models = [model for model in _TITLES if model in estimated]
    columns = [Column("Covariate"), Column("Events / N")]
    for model in models:
        columns += [
            Column(f"HR ({level:.0%} CI)", span=_TITLES[model]),
            Column("P", span=_TITLES[model]),
        ]
    found = {(r.section, r.by, r.group, r.level, r.statistic): r for r in numbers.rows}
    rows: list[Row] = []
    for name, label in _covariates(numbers).items():
        rows += _covariate(found, models, name, label, numbers)
    whole = _model_line(found, models, "Model, events / N")
    rows += [whole] if any(cell.results for cell in whole.cells) else []
    rows += _steps(numbers, len(columns))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


def _covariates(numbers: Numbers) -> dict[str, str]:
    """Return the covariates in the order of the first model, with their labels."""
    terms = [r for r in numbers.rows if r.by and r.statistic == "estimate"]
    return {r.by: r.level_label for r in terms}


def _covariate(
    found: Mapping[_Key, Number], models: list[str], name: str, label: str, numbers: Numbers
) -> list[Row]:
    """Return the line of a covariate, and one a category, the reference among them."""
    overall = [
        cell
        for model in models
        for cell in (Cell(""), print_cell("{}", found.get((model, name, "", "overall", "p_value"))))
    ]
    lines = [Row((Cell(label), Cell(""), *overall), heading=True)]
    terms = _terms(numbers, name)
    fitted = {m for m in models for g in terms if (m, name, g, "", "estimate") in found}
    for group, said in terms.items():
        reference = not any((m, name, group, "", "estimate") in found for m in fitted)
        cells = [
            cell
            for model in models
            for cell in (
                _ratio(found, (model, name, group), reference=reference and model in fitted),
                print_cell("{}", found.get((model, name, group, "", "p_value"))),
            )
        ]
        lines.append(Row((Cell(said, indent=1), _counted(found, models, name, group), *cells)))
    return lines


def _terms(numbers: Numbers, name: str) -> dict[str, str]:
    """Return the categories of a covariate with the reference; of a number, what it is per."""
    mine = [r for r in numbers.rows if r.by == name]
    categories = {r.group: r.group_label for r in mine if r.level == "category"}
    return categories or {r.group: r.group_label for r in mine if r.statistic == "estimate"}


def _ratio(found: Mapping[_Key, Number], about: tuple[str, str, str], *, reference: bool) -> Cell:
    """Print a hazard ratio with its limits, in the line of the reference that it is one."""
    if reference:
        return Cell("Reference")
    return print_cell("{} ({} to {})", *(found.get((*about, "", s)) for s in _RATIO))


def _counted(found: Mapping[_Key, Number], models: list[str], name: str, group: str) -> Cell:
    """Print events and subjects of a category, of a number those of its own model."""
    for model in models:
        for key in ((model, name, group, "category"), (model, name, "", "model")):
            pair = [found.get((*key, s)) for s in ("events", "n")]
            if all(pair):
                return print_cell("{} / {}", *pair)
    return Cell("")


def _model_line(found: Mapping[_Key, Number], models: list[str], label: str) -> Row:
    """Return events and subjects of each model; univariable models have their own."""
    cells: list[Cell] = [Cell("")]
    for model in models:
        pair = (found.get((model, "", "", "model", s)) for s in ("events", "n"))
        cells += [print_cell("{} / {}", *pair), Cell("")]
    return Row((Cell(label), *cells))


def _steps(numbers: Numbers, width: int) -> list[Row]:
    """Return the steps of the selection with their tests, in the last column."""
    steps = [r for r in numbers.rows if r.level.startswith("step ") and r.statistic == "p_value"]
    blank = [Cell("") for _ in range(width - 2)]
    lines = [
        Row(
            (
                Cell(r.level_label, indent=1),
                *blank,
                print_cell("{}", r) if r.value is not None else Cell(""),
            )
        )
        for r in steps
    ]
    return [heading("Stepwise selection", width), *lines] if lines else []
