"""Comparisons: a line a group, a test, a difference; numbers that go together in one cell."""

from collections.abc import Mapping
from typing import Final

from topline.analyses.cross_table import TOTAL
from topline.analyses.levels import label_of
from topline.displays.numbers import Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.comparisons import Comparing, Comparison, CompetingRisks, RepeatedMeasures
from topline.protocol.protocol import Protocol
from topline.protocol.tables import ComparisonTable

_ESTIMATES: Final = (("estimate", "lower", "upper"), ("rate", "rate_lower", "rate_upper"))
_QUARTILES: Final = ("median", "q1", "q3")
_Key = tuple[str, str, str, str]


def compose_comparisons(
    plan: ComparisonTable, protocol: Protocol, numbers: Mapping[str, Numbers]
) -> Table:
    """Return the table: under the title of each analysis its groups, tests and differences."""
    analyses = {name: _comparing(protocol, name) for name in plan.analyses}
    level = next(iter(analyses.values())).level
    spread = any(r.statistic == "q1" for found in numbers.values() for r in found.rows)
    columns = (
        Column("Comparison"),
        Column("n / N (%)"),
        *((Column("Median (Q1 to Q3)"),) if spread else ()),
        Column(f"Estimate ({level:.0%} CI)"),
        Column("P"),
    )
    rows: list[Row] = []
    for name, analysis in analyses.items():
        rows.append(heading(_title(protocol, name, analysis, numbers[name]), len(columns)))
        rows += _lines(numbers[name], len(columns), spread=spread)
    return Table(plan.number, plan.title, columns, tuple(rows))


def _comparing(protocol: Protocol, name: str) -> Comparing:
    """Return the analysis that the table names; reading the protocol made sure of its kind."""
    analysis = protocol.analyses[name]
    if isinstance(analysis, Comparing):
        return analysis
    msg = f"{name} is no comparison"
    raise TypeError(msg)


def _title(protocol: Protocol, name: str, analysis: Comparing, numbers: Numbers) -> str:
    label = next((r.parameter_label for r in numbers.rows if r.parameter_label), name)
    if isinstance(analysis, Comparison | CompetingRisks | RepeatedMeasures) and analysis.by:
        label = f"{label}, by {within(label_of(protocol, analysis.by))}"
    return f"{label}, {analysis.label}" if analysis.label else label


def within(label: str) -> str:
    """Begin a label with a small letter, but for names such as MGMT and c-MET."""
    ordinary = len(label) > 1 and label[1:2].islower()
    return label[:1].lower() + label[1:] if ordinary else label


def _lines(numbers: Numbers, width: int, *, spread: bool) -> list[Row]:
    found: dict[_Key, dict[str, Number]] = {}
    for r in numbers.rows:
        if TOTAL not in r.level.split(" - "):  # margins have no line of their own
            found.setdefault((r.section, r.by, r.group, r.level), {})[r.statistic] = r
    lines: list[Row] = []
    last = ""
    for (section, *_), statistics in found.items():
        if section not in {"", last}:
            lines.append(Row((Cell(section, indent=1), *(Cell("") for _ in range(width - 1)))))
        last = section
        lines.append(_line(statistics, 2 if section else 1, spread=spread))
    return lines


def _line(found: Mapping[str, Number], indent: int, *, spread: bool) -> Row:
    first = next(iter(found.values()))
    label = ", ".join(filter(None, [first.group_label, first.level_label or first.level]))
    p = found.get("p_adjusted") or found.get("p_value")
    return Row(
        (
            Cell(label or "All", indent=indent),
            _count(found),
            *((_estimate(found, _QUARTILES),) if spread else ()),
            next((c for names in _ESTIMATES if (c := _estimate(found, names)).text), Cell("")),
            print_cell("{}", p),
        )
    )


def _count(found: Mapping[str, Number]) -> Cell:
    """Print `8 / 33 (24.2)` of a share, else how many there are."""
    if "responders" in found:
        counted = (found.get(s) for s in ("responders", "n", "percent"))
        return print_cell("{} / {} ({})", *counted)
    n = next((found[s] for s in ("n", "events") if s in found), None)
    share = found.get("percent")
    if n is None or share is None:
        return print_cell("{}", n)
    return Cell(f"{n.display} / {n.n} ({share.display})", (n.result_id, share.result_id))


def _estimate(found: Mapping[str, Number], names: tuple[str, ...]) -> Cell:
    return print_cell("{} ({} to {})", *(found.get(name) for name in names))
