"""An endpoint in each subgroup: subjects, events, the estimate, and the test between them."""

from collections.abc import Iterator, Mapping

from topline.analyses.levels import label_of
from topline.displays.numbers import Number, Numbers, print_cell
from topline.displays.subgroup_arms import arm_of, arms_of, between, by_level, is_timed
from topline.displays.table import Cell, Column, Row, Table
from topline.protocol.comparisons import Subgroups
from topline.protocol.protocol import Protocol
from topline.protocol.tables import SubgroupTable

_LIMITS = ("estimate", "lower", "upper")


def compose_subgroups(plan: SubgroupTable, protocol: Protocol, numbers: Numbers) -> Table:
    """Return the table: all subjects, then a block a variable with a line a value.

    Several arms stand side by side, and after them each one's effect against the reference.
    """
    analysis = protocol.analyses[plan.analysis]
    level = analysis.level if isinstance(analysis, Subgroups) else 0.95
    arms, reference = arms_of(numbers)
    overall = (r.level for r in numbers.rows if r.statistic == "estimate" and not r.by)
    effects = list(dict.fromkeys(overall)) if arms else [""]
    said = "Events / N" if is_timed(protocol, numbers) else "n / N"
    columns = [
        Column("Subgroup"),
        *_counted(arms, said),
        *_estimated(numbers, arms, effects, reference, level),
    ]
    p_values = any(r.statistic == "p_value" and r.level in effects for r in numbers.rows)
    if arms and not p_values:  # Newcombe's interval tests nothing
        columns = [column for column in columns if column.label != "P"]
    tested = any(between(numbers, g.by) for g in numbers.groups() if g.by)
    if tested:
        columns.append(Column("Interaction P" if arms else "P"))
    rows: list[Row] = []
    named = ""
    for group in numbers.groups():
        if group.by and group.by != named:
            named = group.by
            rows.append(_head(protocol, numbers, named, len(columns), tested=tested))
        if group.value or not group.by:
            cells = list(_cells(by_level(numbers, group), arms, effects, p_values=p_values))
            cells += [Cell("")] * tested
            rows.append(Row((Cell(group.label, indent=int(bool(group.by))), *cells)))
    return Table(plan.number, plan.title, tuple(columns), tuple(rows))


def _counted(arms: Mapping[str, str], said: str) -> list[Column]:
    if not arms:
        return [Column(said)]
    return [Column(label, span=said) for label in arms.values()]


def _estimated(
    numbers: Numbers, arms: Mapping[str, str], effects: list[str], reference: str, level: float
) -> Iterator[Column]:
    """Return the heads of the estimates, with what is estimated."""
    first = next((r for r in numbers.rows if r.statistic == "estimate"), None)
    unit = f", {first.unit}" if first is not None and first.unit else ""
    if not arms:
        at = f" at {first.level_label}" if first is not None and first.level_label else ""
        yield Column(f"Estimate{at}{unit} ({level:.0%} CI)")
        return
    for effect in effects:
        arm = arm_of(effect, arms)
        measure = effect.removeprefix(arm).strip()
        span = f"{arms.get(arm, arm)} against {reference}"
        yield Column(f"{measure[:1].upper()}{measure[1:]}{unit} ({level:.0%} CI)", span=span)
        yield Column("P", span=span)


def _head(protocol: Protocol, numbers: Numbers, variable: str, width: int, *, tested: bool) -> Row:
    """Name a variable, with P between its values or of the interaction in the last column."""
    p = between(numbers, variable)
    blank = [Cell("") for _ in range(width - 1 - tested)]
    last = [print_cell("{}", p)] if tested else []
    return Row((Cell(label_of(protocol, variable)), *blank, *last), heading=True)


def _cells(
    found: Mapping[str, Mapping[str, Number]],
    arms: Mapping[str, str],
    effects: list[str],
    *,
    p_values: bool,
) -> Iterator[Cell]:
    """Return a subgroup's counts, then its estimates."""
    for arm in arms or [""]:
        yield _count(found.get(arm, {}))
    for effect in effects:
        each = found.get(effect, {})
        yield print_cell("{} ({} to {})", *(each.get(name) for name in _LIMITS))
        if arms and p_values:
            yield print_cell("{}", each.get("p_value"))


def _count(found: Mapping[str, Number]) -> Cell:
    """Print `5 / 33`."""
    events = found.get("events") or found.get("responders")
    return print_cell("{} / {}", events, found.get("n"))
