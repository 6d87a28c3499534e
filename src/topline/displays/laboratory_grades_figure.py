"""Laboratory results as bars: subjects by test and worst grade, a panel an arm."""

from typing import Final

from topline.displays.grades import ctcae_paint
from topline.displays.laboratory_tables import EVALUATED
from topline.displays.numbers import Group, Number, Numbers
from topline.displays.rate_bars import Bar, BarChart, BarLine, Panel
from topline.protocol.figures_of_groups import LaboratoryGradesFigure

_GRADES: Final = ("1", "2", "3", "4")


def laboratory_bars(plan: LaboratoryGradesFigure, numbers: Numbers) -> BarChart:
    """Gather the bars of worst grades, in percent of the subjects evaluated.

    Parameters
    ----------
    plan
        From which rate on a test is shown, and in which order.
    numbers
        Results of worst grades.
    """
    groups = numbers.groups()
    groups = tuple(group for group in groups if group.by) or groups
    labels = {r.level: r.level_label for r in numbers.rows}
    keys = list(dict.fromkeys((r.section, r.parameter) for r in numbers.rows))
    rates = {key: max(_rate(numbers, key, group) for group in groups) for key in keys}
    shown = [key for key in keys if rates[key] >= plan.at_least_percent - 1e-9]
    if plan.sort == "rate":
        shown.sort(key=lambda key: -rates[key])
    graded = [grade for grade in _GRADES if grade in labels]
    lines = tuple(
        BarLine(_name(numbers, key), tuple(_bar(numbers, key, group, graded) for group in groups))
        for key in shown
    )
    return BarChart(
        lines,
        tuple(Panel(group.label) for group in groups),
        tuple((labels[grade], ctcae_paint(grade)) for grade in graded),
        "Subjects evaluated (%)",
        mirrored=len(groups) == 2,
        remark="Tests that fewer subjects had graded are not shown." * (len(shown) < len(keys)),
    )


def _name(numbers: Numbers, key: tuple[str, str]) -> str:
    """Name a test by what CTCAE calls its grades."""
    found = next(r for r in numbers.rows if (r.section, r.parameter) == key)
    return found.parameter_label or found.section


def _get(
    numbers: Numbers, key: tuple[str, str], group: Group, statistic: str, level: str
) -> Number | None:
    section, parameter = key
    return numbers.get(parameter, statistic, group=group, level=level, section=section)


def _rate(numbers: Numbers, key: tuple[str, str], group: Group) -> float:
    found = _get(numbers, key, group, "percent", "any")
    return (found.value or 0.0) if found is not None else 0.0


def _bar(numbers: Numbers, key: tuple[str, str], group: Group, graded: list[str]) -> Bar | None:
    """Return the grades of a test one behind the other, and how many of those evaluated had any."""
    evaluated = _get(numbers, key, group, "n", EVALUATED)
    n, percent = (_get(numbers, key, group, s, "any") for s in ("n", "percent"))
    if evaluated is None or n is None or percent is None:
        return None
    shares = [(i, _get(numbers, key, group, "percent", grade)) for i, grade in enumerate(graded)]
    parts = tuple((i, number) for i, number in shares if number is not None)
    said = f"{n.display} / {evaluated.display}"
    said += f" ({percent.display})" if n.value and percent.value is not None else ""
    return Bar(parts, said, (n, evaluated, percent))
