"""The lines of a forest plot, gathered from the results of the analyses that it shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from topline.analyses.levels import label_of
from topline.displays.comparison_table import within
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.subgroup_arms import arm_of, arms_of, between, by_level, is_timed
from topline.protocol.comparisons import Comparison, CoxRegression, Subgroups
from topline.protocol.figures_of_groups import ForestFigure
from topline.protocol.forests import RATIOS, measure_of
from topline.protocol.protocol import Protocol

_LIMITS: Final = ("estimate", "lower", "upper")
_SHORT: Final = {
    "hazard ratio": "HR",
    "odds ratio": "OR",
    "risk ratio": "RR",
    "difference": "Difference",
}
_MODELS: Final = ("univariable", "multivariable", "stepwise")
Limits = tuple[Number, Number, Number]


@dataclass(frozen=True, slots=True)
class Count:
    """Subjects of a line, such as `5 / 33`, and the results it prints."""

    text: str = ""
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class ForestLine:
    """A line: its name, whom it is about, and an estimate with its limits."""

    name: str
    indent: int = 0
    heading: bool = False
    overall: bool = False
    reference: bool = False
    """The category that the others are compared with."""
    counts: tuple[Count, ...] = ()
    limits: Limits | None = None
    p: Number | None = None


@dataclass(frozen=True, slots=True)
class Forest:
    """A forest plot as a value."""

    measure: str
    """What is estimated, with its unit."""
    short: str
    """The same as the head of a narrow column."""
    heads: tuple[str, ...]
    """Heads of the columns of counts."""
    lines: tuple[ForestLine, ...]
    level: float
    ratio: bool = False
    null: float | None = None
    """Value that means no difference; None where nothing is compared."""
    share: bool = False
    """Whether the estimate is a percentage of subjects, so that the axis ends at 0 and 100."""
    open: bool = False
    """Whether a limit that was not reached lies beyond the axis."""


def forest_of(plan: ForestFigure, protocol: Protocol, numbers: Mapping[str, Numbers]) -> Forest:
    """Gather the lines of a forest plot.

    Parameters
    ----------
    plan
        Which analyses; of a regression, which models.
    protocol
        Gives labels.
    numbers
        Results of each analysis.
    """
    first = protocol.analyses[plan.analyses[0]]
    measure = measure_of(protocol, first, plan.effect)
    found = [_lines(plan, protocol, name, numbers[name]) for name in plan.analyses]
    heads = max((heads for heads, _ in found), key=len)
    lines = [line for _, lines in found for line in lines]
    wide = [_widened(line, len(heads)) for line in lines]
    unit = next((n.unit for line in lines if line.limits for n in line.limits if n.unit), "")
    title = _title(measure, unit, numbers[plan.analyses[0]])
    than = _reference(protocol, plan, numbers)
    return Forest(
        f"{title}, against {than}" if than else title,
        _SHORT.get(measure) or unit[:1].upper() + unit[1:],
        heads,
        tuple(wide),
        getattr(first, "level", 0.95),
        ratio=measure in RATIOS,
        null=1.0 if measure in RATIOS else 0.0 if measure == "difference" else None,
        share=measure == "rate",
        open=measure == "median",
    )


def _widened(line: ForestLine, columns: int) -> ForestLine:
    """Give a line as many counts as there are columns."""
    blank = (Count(),) * (columns - len(line.counts))
    return replace(line, counts=(*line.counts, *blank))


def _title(measure: str, unit: str, numbers: Numbers) -> str:
    """Name what is estimated, such as `Overall response rate, %`."""
    if measure in {"rate", "median"}:
        label = next((r.parameter_label for r in numbers.rows if r.parameter_label), "")
        at = next((r.level_label for r in numbers.rows if r.statistic == "estimate"), "")
        said = f"Median {within(label)}" if measure == "median" else label
        said = f"{label} at {at}" if measure == "rate" and at else said
        return f"{said}, {unit}" if unit else said
    named = measure[:1].upper() + measure[1:]
    return f"{named}, percentage points" if measure == "difference" else named


def _reference(protocol: Protocol, plan: ForestFigure, numbers: Mapping[str, Numbers]) -> str:
    """Return the label of the arm that the others are compared with in subgroups."""
    found = {
        arms_of(numbers[name])[1]
        for name in plan.analyses
        if isinstance(protocol.analyses[name], Subgroups)
    }
    return found.pop() if len(found) == 1 else ""


def _lines(
    plan: ForestFigure, protocol: Protocol, name: str, numbers: Numbers
) -> tuple[tuple[str, ...], list[ForestLine]]:
    """Return the heads of the counts, and the lines, of one analysis."""
    match protocol.analyses[name]:
        case Subgroups():
            return _subgroups(protocol, numbers)
        case CoxRegression():
            models = plan.models or _MODELS
            return ("Events / N",), list(_regression(numbers, models))
        case Comparison() as analysis:
            return ("n / N", "Reference"), _comparison(plan, protocol, analysis, numbers)
        case other:
            msg = f"{plan.number}: {name} ({other.kind}) has nothing for a forest plot"
            raise TypeError(msg)


def _limits(found: Mapping[str, Number]) -> Limits | None:
    estimate, lower, upper = (found.get(name) for name in _LIMITS)
    return (estimate, lower, upper) if estimate and lower and upper else None


def _estimated(line: ForestLine, found: Mapping[str, Number]) -> ForestLine:
    return replace(line, limits=_limits(found), p=found.get("p_value"))


def _counted(found: Mapping[str, Number]) -> Count:
    """Print `5 / 33`."""
    n, events = found.get("n"), found.get("events") or found.get("responders")
    there = tuple(number for number in (events, n) if number is not None)
    return Count(" / ".join(number.display for number in there), there)


def _subgroups(protocol: Protocol, numbers: Numbers) -> tuple[tuple[str, ...], list[ForestLine]]:
    """Return all subjects, then variable by variable its values; the arms of each side by side."""
    arms, _ = arms_of(numbers)
    said = "Events / N" if is_timed(protocol, numbers) else "n / N"
    heads = tuple(f"{label}\n{said}" for label in arms.values()) or (said,)
    lines: list[ForestLine] = []
    named = ""
    for group in numbers.groups():
        if group.by and group.by != named:
            named = group.by
            p = between(numbers, named)
            lines.append(ForestLine(label_of(protocol, named), heading=True, p=p))
        if group.value or not group.by:
            lines += _subgroup(numbers, group, arms)
    return heads, lines


def _subgroup(numbers: Numbers, group: Group, arms: Mapping[str, str]) -> list[ForestLine]:
    """Return the line of a subgroup; with several comparisons, one line each below its name."""
    found = by_level(numbers, group)
    counts = tuple(_counted(found.get(arm, {})) for arm in arms or [""])
    indent, overall = int(bool(group.by)), not group.by
    effects = [(level, each) for level, each in found.items() if "estimate" in each]
    if len(effects) <= 1:
        each = effects[0][1] if effects else {}
        line = ForestLine(group.label, indent, overall=overall, counts=counts)
        return [_estimated(line, each)]
    lines = [
        _estimated(ForestLine(arms[arm_of(level, arms)], indent + 1, overall=overall), each)
        for level, each in effects
    ]
    return [ForestLine(group.label, indent, overall=overall, counts=counts), *lines]


def _regression(numbers: Numbers, models: Sequence[str]) -> Iterator[ForestLine]:
    """Return model by model each covariate with its categories."""
    estimated = [m for m in models if any(r.section == m and r.by for r in numbers.rows)]
    for model in estimated:
        rows = [r for r in numbers.rows if r.section == model]
        if len(estimated) > 1:
            yield ForestLine(f"{model[:1].upper()}{model[1:]}", heading=True)
        for variable in dict.fromkeys(r.by for r in rows if r.by and r.statistic == "estimate"):
            yield from _covariate([r for r in rows if r.by == variable], int(len(estimated) > 1))


def _covariate(rows: Sequence[Number], indent: int) -> Iterator[ForestLine]:
    """Return a covariate: a number in one line, categories below its name, with the reference."""
    label = next((r.level_label for r in rows if r.statistic == "estimate"), "")
    terms: dict[str, dict[str, Number]] = {}
    categories: dict[str, dict[str, Number]] = {}
    for r in rows:
        if r.level in {"", "category"}:
            (terms if not r.level else categories).setdefault(r.group, {})[r.statistic] = r
    if not categories:
        model = {r.statistic: r for r in rows if r.level == "model"}
        for each in terms.values():
            named = ", ".join(filter(None, [label, next(iter(each.values())).group_label]))
            yield _estimated(ForestLine(named, indent, counts=(_counted(model),)), each)
        return
    overall = next((r for r in rows if (r.level, r.statistic) == ("overall", "p_value")), None)
    yield ForestLine(label, indent, heading=not indent, p=overall)
    for value, counted in categories.items():
        each = terms.get(value, {})
        name = next(iter(counted.values())).group_label or value
        line = ForestLine(name, indent + 1, reference=not each, counts=(_counted(counted),))
        yield _estimated(line, each)


def _comparison(
    plan: ForestFigure, protocol: Protocol, analysis: Comparison, numbers: Numbers
) -> list[ForestLine]:
    """Return a line a group that is compared with the reference."""
    measure = measure_of(protocol, analysis, plan.effect)
    label = next((r.parameter_label for r in numbers.rows if r.parameter_label), "")
    by = label_of(protocol, analysis.by) if analysis.by else "Arm"
    groups = [g for g in numbers.groups() if g.by]
    shares = {g.value: by_level(numbers, g) for g in groups}
    compared = [g for g in groups if measure in shares[g.value]]
    reference = next((g for g in groups if g not in compared), None)
    against = _counted(shares[reference.value].get("", {})) if reference else Count()
    tests = [r for r in numbers.rows if r.statistic == "p_value" and not r.group]
    lines = [ForestLine(f"{label}, by {by}" if label else by, heading=True)]
    for group in compared:
        each = shares[group.value][measure]
        than = f" against {reference.label}" if reference else ""
        counts = (_counted(shares[group.value].get("", {})), against)
        line = _estimated(ForestLine(f"{group.label}{than}", 1, counts=counts), each)
        lines.append(replace(line, p=tests[0]) if tests and len(compared) == 1 else line)
    return lines
