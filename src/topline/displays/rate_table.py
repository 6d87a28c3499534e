"""Response: rates with intervals, subgroups, best responses, the design's decision."""

from collections.abc import Mapping
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.analyses import Rate
from topline.protocol.displays import RateTable
from topline.protocol.protocol import Protocol

ARM: Final = "TRT01P"
_RESPONSES: Final = {
    "CR": "Complete response",
    "PR": "Partial response",
    "SD": "Stable disease",
    "NON-CR/NON-PD": "Non-CR/non-PD",
    "PD": "Progressive disease",
    "NE": "Not evaluable",
}
_WIDTH: Final = 4


def compose_rates(plan: RateTable, protocol: Protocol, numbers: Mapping[str, Numbers]) -> Table:
    """Return the table of response rates: a line a group, then what the rates are made of."""
    level = next(_rate(protocol, name).level for name in plan.analyses)
    columns = (
        Column("Response"),
        Column("n / N"),
        Column("%"),
        Column(f"{level:.0%} CI"),
    )
    rows: list[Row] = []
    for name in plan.analyses:
        rows += _rate_rows(_rate(protocol, name), protocol, numbers[name])
        rows += _decision_rows(numbers[name])
    rows += _best_rows(plan, protocol, numbers)
    return Table(plan.number, plan.title, columns, tuple(rows))


def _rate(protocol: Protocol, name: str) -> Rate:
    """Return the analysis that a rate table names; reading the protocol made sure of its kind."""
    analysis = protocol.analyses[name]
    if isinstance(analysis, Rate):
        return analysis
    msg = f"{name} is no analysis of a rate"
    raise TypeError(msg)


def _rate_rows(plan: Rate, protocol: Protocol, numbers: Numbers) -> list[Row]:
    groups = [g for g in numbers.groups(plan.endpoint) if _estimated(numbers, plan.endpoint, g)]
    label = protocol.endpoints[plan.endpoint].label
    if plan.where:
        label = f"{label}, among subjects with {plan.where}"
    whole = [g for g in groups if not g.by]
    lines = [_line(label, numbers, plan.endpoint, g, strong=True) for g in whole]
    if not whole:
        lines.append(heading(label, _WIDTH))
    named = ""
    for group in (g for g in groups if g.by):
        if group.by != named:
            named = group.by
            title = "By arm" if named == ARM else label_of(protocol, named)
            lines.append(Row((Cell(title, indent=1), *(Cell("") for _ in range(_WIDTH - 1)))))
        lines.append(_line(group.label, numbers, plan.endpoint, group, indent=2))
    return lines


def _estimated(numbers: Numbers, parameter: str, group: Group) -> bool:
    return numbers.get(parameter, "estimate", group=group) is not None


def _line(  # noqa: PLR0913 (a line of the table is all of these)
    label: str,
    numbers: Numbers,
    parameter: str,
    group: Group,
    *,
    indent: int = 0,
    strong: bool = False,
) -> Row:
    n, rate, lower, upper = (
        numbers.get(parameter, s, group=group) for s in ("responders", "estimate", "lower", "upper")
    )
    counted = Cell("") if n is None else Cell(f"{n.display} / {n.n}", (n.result_id,))
    cells = (counted, print_cell("{}", rate), print_cell("{} to {}", lower, upper))
    return Row((Cell(label, indent=indent), *cells), heading=strong)


def _decision_rows(numbers: Numbers) -> list[Row]:
    """Return what the design asked for and whether it was reached."""
    rows: list[Row] = []
    asked = {
        "responders_needed": "Responders needed",
        "p_value": "P value, one-sided exact binomial test",
        "decision": "Primary endpoint",
    }
    for statistic, label in asked.items():
        for found in (r for r in numbers.rows if r.statistic == statistic):
            cells = (_shown(found), Cell(""), Cell(""))
            rows.append(Row((Cell(label, indent=1), *cells)))
    return rows


def _shown(number: Number) -> Cell:
    return print_cell("{}", number)


def _best_rows(plan: RateTable, protocol: Protocol, numbers: Mapping[str, Numbers]) -> list[Row]:
    """Return the best responses behind each different kind of rate, of its first analysis."""
    rows: list[Row] = []
    seen: set[tuple[str, str]] = set()
    for name in plan.analyses:
        rate = _rate(protocol, name)
        endpoint = protocol.endpoints[rate.endpoint]
        of = getattr(endpoint, "of", "BOR")
        if (of, rate.analysis_set) in seen or rate.where:
            continue
        seen.add((of, rate.analysis_set))
        title = "Confirmed best overall response" if of == "CBOR" else "Best overall response"
        found = numbers[name]
        for group in (g for g in found.groups(rate.endpoint) if g.by in {"", ARM}):
            over = f"{title}: {group.label}" if group.by else title
            lines = _best_lines(rate, found, group)
            rows += [heading(over, _WIDTH), *lines] if lines else []
    return rows


def _best_lines(rate: Rate, numbers: Numbers, group: Group) -> list[Row]:
    lines: list[Row] = []
    for level in dict.fromkeys(r.level for r in numbers.rows if r.level):
        n, percent, lower, upper = (
            numbers.get(rate.endpoint, s, group=group, level=level)
            for s in ("n", "percent", "lower", "upper")
        )
        if n is None:
            continue
        counted = Cell(f"{n.display} / {n.n}", (n.result_id,))
        label = Cell(_RESPONSES.get(level, level), indent=1)
        cells = (counted, print_cell("{}", percent), print_cell("{} to {}", lower, upper))
        lines.append(Row((label, *cells)))
    return lines
