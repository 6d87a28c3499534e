"""Time-to-event endpoints: a line a curve, with median, landmark rates and follow-up."""

from collections.abc import Mapping
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.footnotes import named
from topline.displays.numbers import Group, Number, Numbers, print_cell
from topline.displays.rate_table import ARM, sets_of
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.analyses import Survival
from topline.protocol.protocol import Protocol
from topline.protocol.tables import SurvivalTable

LOG_RANK: Final = "log-rank"


def compose_survival(
    plan: SurvivalTable, protocol: Protocol, numbers: Mapping[str, Numbers]
) -> Table:
    """Return the table of time-to-event endpoints."""
    landmarks = _landmarks(plan, numbers)
    tested = any(r.level == LOG_RANK for name in plan.analyses for r in numbers[name].rows)
    level = next(_survival(protocol, name).level for name in plan.analyses)
    columns = (
        Column("Endpoint"),
        Column("Events / N"),
        Column(f"Median ({level:.0%} CI)"),
        *(Column(f"{label}, %", span=f"Rate ({level:.0%} CI) at") for label in landmarks),
        Column("Follow-up,\nmedian (range)"),
        *((Column("Log-rank\nP"),) if tested else ()),
    )
    sets = sets_of([_survival(protocol, name) for name in plan.analyses])
    rows: list[Row] = []
    for name in plan.analyses:
        analysis = _survival(protocol, name)
        title = _title(name, analysis, protocol, numbers[name])
        if sets[analysis.endpoint] > 1 and not (analysis.where or analysis.label):
            title = f"{title}, {analysis.analysis_set}"
        rows += _endpoint(title, analysis.endpoint, numbers[name], landmarks, tested=tested)
    return Table(plan.number, plan.title, columns, tuple(rows))


def _survival(protocol: Protocol, name: str) -> Survival:
    """Return the analysis that a survival table names; reading made sure of its kind."""
    analysis = protocol.analyses[name]
    if isinstance(analysis, Survival):
        return analysis
    msg = f"{name} is no analysis of survival"
    raise TypeError(msg)


def _landmarks(plan: SurvivalTable, numbers: Mapping[str, Numbers]) -> list[str]:
    """Return the landmarks of all analyses, the earliest first."""
    found = {
        r.level_label or r.level
        for name in plan.analyses
        for r in numbers[name].rows
        if r.statistic == "rate"
    }
    return sorted(found, key=_length)


def _length(label: str) -> tuple[float, str]:
    """Order `6 months` before `12 months`."""
    number = label.split(maxsplit=1)[0] if label else ""
    whole = number.replace(".", "", 1)
    return (float(number) if whole.isdigit() else float("inf"), label)


def _title(name: str, analysis: Survival, protocol: Protocol, numbers: Numbers) -> str:
    """Return the endpoint's label with its unit and grouping; the name leads to the footnote."""
    endpoint = protocol.endpoints[analysis.endpoint]
    unit = next((r.unit for r in numbers.rows if r.statistic == "median"), "")
    title = f"{endpoint.label}, {unit}" if unit else endpoint.label
    if analysis.by and analysis.by != ARM:
        title = f"{title}, by {label_of(protocol, analysis.by)}"
    return named(title, name, analysis)


def _endpoint(
    title: str, endpoint: str, numbers: Numbers, landmarks: list[str], *, tested: bool
) -> list[Row]:
    """Return one line, or a heading with a line a curve."""
    groups = [
        g for g in numbers.groups(endpoint) if numbers.get(endpoint, "median", group=g) is not None
    ]
    test = next((r for r in numbers.rows if (r.level, r.statistic) == (LOG_RANK, "p_value")), None)
    closing = [print_cell("{}", test) if test else Cell("")] if tested else []
    if len(groups) == 1 and not test:
        return [Row((Cell(title), *_cells(numbers, endpoint, groups[0], landmarks), *closing))]
    blank = [Cell("") for _ in range(3 + len(landmarks))]
    rest = [Cell("")] if tested else []
    lines = (
        Row((Cell(g.label, indent=1), *_cells(numbers, endpoint, g, landmarks), *rest))
        for g in groups
    )
    return [Row((Cell(title), *blank, *closing), heading=True), *lines]


def _cells(numbers: Numbers, endpoint: str, group: Group, landmarks: list[str]) -> tuple[Cell, ...]:
    def get(statistic: str) -> Number | None:
        return numbers.get(endpoint, statistic, group=group)

    at = {
        (r.level_label or r.level, r.statistic): r
        for r in numbers.rows
        if (r.by, r.group) == (group.by, group.value) and r.statistic.startswith("rate")
    }
    rates = (
        print_cell("{} ({} to {})", *(at.get((label, s)) for s in _RATE)) for label in landmarks
    )
    medians = (get(s) for s in ("median", "median_lower", "median_upper"))
    follow_up = (get(f"follow_up_{s}") for s in ("median", "min", "max"))
    return (
        print_cell("{} / {}", get("events"), get("n")),
        print_cell("{} ({} to {})", *medians),
        *rates,
        print_cell("{} ({} to {})", *follow_up),
    )


_RATE: Final = ("rate", "rate_lower", "rate_upper")
