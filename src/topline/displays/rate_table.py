"""Response: rates with intervals, subgroups, best responses, the design's decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.footnotes import named
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.table import Cell, Column, Row, Table, heading
from topline.protocol.analyses import Rate, Survival
from topline.protocol.endpoints import ResponseRate
from topline.protocol.protocol import Protocol
from topline.protocol.tables import RateTable

ARM: Final = "TRT01P"
_DECISION: Final = {
    "responders_needed": "Responders needed",
    "p_value": "P value, exact binomial test",
    "decision": "Primary endpoint",
}
_RESPONSES: Final = {
    "CR": "Complete response",
    "PR": "Partial response",
    "SD": "Stable disease",
    "NON-CR/NON-PD": "Non-CR/non-PD",
    "PD": "Progressive disease",
    "NE": "Not evaluable",
}
_EVERYBODY: Final = Group("", "", "All")


def compose_rates(plan: RateTable, protocol: Protocol, numbers: Mapping[str, Numbers]) -> Table:
    """Return the table of response rates: two columns an arm, then two of all subjects.

    Subgroups are of all subjects, and stand under all.
    """
    first = _rate(protocol, plan.analyses[0])
    found = numbers[plan.analyses[0]].groups(first.endpoint)
    groups = (*(g for g in found if g.by == ARM), _EVERYBODY)
    span = [group.label if len(groups) > 1 else "" for group in groups]
    heads = [
        Column(label, span=over)
        for over in span
        for label in ("n / N (%)", f"{first.level:.0%} CI")
    ]
    sets = sets_of([_rate(protocol, name) for name in plan.analyses])
    rows: list[Row] = []
    for name in plan.analyses:
        rate = _rate(protocol, name)
        label = named(protocol.endpoints[rate.endpoint].label, name, rate)
        if sets[rate.endpoint] > 1 and not (rate.where or rate.label):
            label = f"{label}, {rate.analysis_set}"
        rows.append(_line(label, numbers[name], rate.endpoint, groups, strong=True))
        rows += _subgroups(rate, protocol, numbers[name], groups)
        rows += _decision_rows(numbers[name], groups)
    for title, name in _best(plan, protocol).items():
        rows.append(heading(title, 1 + len(heads)))
        rows += _best_lines(_rate(protocol, name).endpoint, numbers[name], groups)
    return Table(plan.number, plan.title, (Column("Response"), *heads), tuple(rows))


def sets_of(analyses: Sequence[Rate] | Sequence[Survival]) -> Counter[str]:
    """Count the analysis sets of each endpoint; where several, lines must name theirs."""
    pairs = dict.fromkeys((a.endpoint, a.analysis_set) for a in analyses if not a.where)
    return Counter(endpoint for endpoint, _ in pairs)


def _rate(protocol: Protocol, name: str) -> Rate:
    """Return the analysis that a rate table names; reading the protocol made sure of its kind."""
    analysis = protocol.analyses[name]
    if isinstance(analysis, Rate):
        return analysis
    msg = f"{name} is no analysis of a rate"
    raise TypeError(msg)


def _line(
    label: str, numbers: Numbers, endpoint: str, groups: Sequence[Group], *, strong: bool = False
) -> Row:
    pairs = (_rate_cells(numbers, endpoint, group) for group in groups)
    return Row((Cell(label), *(cell for pair in pairs for cell in pair)), heading=strong)


def _rate_cells(numbers: Numbers, endpoint: str, group: Group) -> tuple[Cell, Cell]:
    names = ("responders", "estimate", "lower", "upper")
    n, rate, lower, upper = (numbers.get(endpoint, s, group=group) for s in names)
    return _share(n, rate), print_cell("{} to {}", lower, upper)


def _share(n: Number | None, percent: Number | None) -> Cell:
    """Print `8 / 33 (24.2)`."""
    if n is None or percent is None:
        return Cell("")
    text = f"{n.display} / {n.n} ({percent.display})"
    return Cell(text, (n.result_id, percent.result_id))


def _subgroups(
    rate: Rate, protocol: Protocol, numbers: Numbers, groups: Sequence[Group]
) -> list[Row]:
    """Return a line a subgroup, under a heading a variable, filled in under all."""
    blank = [Cell("") for _ in range(2 * (len(groups) - 1))]
    rows: list[Row] = []
    named = ""
    for group in (g for g in numbers.groups(rate.endpoint) if g.by not in {"", ARM}):
        if group.by != named:
            named = group.by
            rest = [Cell("") for _ in range(2 * len(groups))]
            rows.append(Row((Cell(label_of(protocol, named), indent=1), *rest)))
        cells = _rate_cells(numbers, rate.endpoint, group)
        rows.append(Row((Cell(group.label, indent=2), *blank, *cells)))
    return rows


def _decision_rows(numbers: Numbers, groups: Sequence[Group]) -> list[Row]:
    """Return what the design asked for and whether it was reached."""
    blank = [Cell("") for _ in range(2 * (len(groups) - 1))]
    return [
        Row((Cell(label, indent=1), *blank, print_cell("{}", found), Cell("")))
        for statistic, label in _DECISION.items()
        for found in numbers.rows
        if found.statistic == statistic
    ]


def _best(plan: RateTable, protocol: Protocol) -> dict[str, str]:
    """Return the titles of the blocks of best responses, and the analysis that has each."""
    blocks: dict[str, str] = {}
    for name in plan.analyses:
        rate = _rate(protocol, name)
        endpoint = protocol.endpoints[rate.endpoint]
        if not isinstance(endpoint, ResponseRate):
            continue
        confirmed = endpoint.of == "CBOR"
        title = "Confirmed best overall response" if confirmed else "Best overall response"
        if not rate.where:
            blocks.setdefault(title, name)
    return blocks


def _best_lines(endpoint: str, numbers: Numbers, groups: Sequence[Group]) -> list[Row]:
    rows: list[Row] = []
    labels = {r.level: r.level_label or r.level for r in numbers.rows if r.level}
    for level, label in labels.items():
        cells: list[Cell] = []
        for group in groups:
            n, percent, lower, upper = (
                numbers.get(endpoint, s, group=group, level=level)
                for s in ("n", "percent", "lower", "upper")
            )
            cells += [_share(n, percent), print_cell("{} to {}", lower, upper)]
        rows.append(Row((Cell(_RESPONSES.get(level, label), indent=1), *cells)))
    return rows
