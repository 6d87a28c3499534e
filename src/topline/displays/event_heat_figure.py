"""Adverse events as tiles: by term and grade, by cycle of first onset, or patient by patient."""

from collections.abc import Mapping, Sequence
from typing import Final

from topline.analyses.levels import MISSING
from topline.displays import theme
from topline.displays.event_tables import ANY
from topline.displays.grades import grades_of
from topline.displays.heat_map import HeatMap, Matrix, Name, Tile
from topline.displays.legend import Entry, Swatch
from topline.displays.numbers import Group, Number, Numbers, print_cell, print_count
from topline.displays.rate_bars import Panel
from topline.displays.theme import Paint
from topline.protocol.figures_of_groups import EventHeatFigure
from topline.protocol.protocol import Protocol

_COLUMNS: Final = ("any", "1", "2", "3", "4", "5", ">=3", MISSING)
_SHADES: Final = (0, 25, 50, 75, 100)
_LESS: Final = "Terms that fewer subjects have are not shown."
_Key = tuple[str, str]
"""Section and parameter."""


def event_heat(plan: EventHeatFigure, protocol: Protocol, numbers: Numbers) -> HeatMap:
    """Gather the tiles of adverse events.

    Parameters
    ----------
    plan
        Analysis, how many terms, and from which rate on.
    protocol
        Gives the scale of severity.
    numbers
        Results by term and grade, of onset by cycle, or of single patients.
    """
    if any(r.statistic == "grade" for r in numbers.rows):
        return _patients(plan, grades_of(protocol), numbers)
    return _shares(plan, numbers)


def shades() -> tuple[Entry, ...]:
    """Return the legend of shares."""
    return tuple(
        Entry(f"{share}%", Swatch("patch", Paint(theme.shade(share / 100)))) for share in _SHADES
    )


def shaded(percent: Number, text: str, short: str, *numbers: Number) -> Tile:
    """Return the tile of a share, with its text and what is printed where that does not fit."""
    share = (percent.value or 0.0) / 100
    paint = Paint(theme.shade(share))
    return Tile(paint, text, short, (*numbers, percent), white=share > 0.45)


def _shares(plan: EventHeatFigure, numbers: Numbers) -> HeatMap:
    """Tell the share of subjects by grade or cycle, a matrix an arm."""
    groups = numbers.groups()
    groups = tuple(g for g in groups if g.by) or groups
    labels = {r.level: r.level_label for r in numbers.rows}
    cycles = [level for level in labels if level.startswith("cycle ")]
    columns = cycles or [level for level in _COLUMNS if level in labels]
    keys, fewer = _chosen(plan, numbers, groups, cycles)
    matrices = [
        Matrix(
            _panel(numbers, group),
            tuple(labels[level] for level in columns),
            tuple(
                tuple(_tile(numbers, key, group, level, timed=bool(cycles)) for level in columns)
                for key in keys
            ),
        )
        for group in groups
    ]
    names = tuple(_name(numbers, key) for key in keys)
    below = ("First onsets / subjects at risk", "First onsets") if cycles else (
        "Subjects, n (%)", "Subjects",
    )  # fmt: skip
    remark = _LESS if fewer else ""
    return HeatMap(names, tuple(matrices), shades(), "", *below, remark=remark)


def _chosen(
    plan: EventHeatFigure, numbers: Numbers, groups: Sequence[Group], cycles: Sequence[str]
) -> tuple[list[_Key], bool]:
    """Return the lines to show, in order, and whether some are left out."""
    keys = list(dict.fromkeys((r.section, r.parameter) for r in numbers.rows))
    terms = [key for key in keys if key[1] != ANY]

    def rate(key: _Key) -> float:
        section, parameter = key
        level = "" if cycles else "any"
        each = (
            numbers.get(parameter, "percent", group=g, level=level, section=section) for g in groups
        )
        return max((n.value or 0.0 for n in each if n is not None), default=0.0)

    often = [key for key in terms if rate(key) >= plan.at_least_percent - 1e-9]
    kept = set(sorted(often, key=lambda key: -rate(key))[: plan.terms_at_most])
    sections = {section for section, _ in kept}
    shown = [k for k in keys if k in kept or (k[1] == ANY and (not k[0] or k[0] in sections))]
    return shown, len(kept) < len(terms)


def _tile(numbers: Numbers, key: _Key, group: Group, level: str, *, timed: bool) -> Tile | None:
    section, parameter = key
    n, percent, risk = (
        numbers.get(parameter, s, group=group, level=level, section=section)
        for s in ("n", "percent", "at_risk")
    )
    if n is None or percent is None:
        return None
    if timed and risk is not None:
        return shaded(percent, print_cell("{} / {}", n, risk).text, n.display, n, risk)
    return shaded(percent, print_count(n, percent).text, n.display, n)


def _name(numbers: Numbers, key: _Key) -> Name:
    section, parameter = key
    over = parameter == ANY
    label = next(r.parameter_label for r in numbers.rows if (r.section, r.parameter) == key)
    text = (section or "Any adverse event") if over else label or parameter
    return Name(text, indent=int(bool(section) and not over), heading=over)


def _panel(numbers: Numbers, group: Group) -> Panel:
    rows = (r for r in numbers.rows if (r.by, r.group) == (group.by, group.value))
    total = next((r for r in rows if r.statistic == "percent"), None)
    return Panel(group.label if total is None else f"{group.label}\n(N = {total.n})")


def _patients(
    plan: EventHeatFigure, looks: Mapping[str, tuple[str, Paint]], numbers: Numbers
) -> HeatMap:
    """Tell the worst grade of each patient, the patients with the most severe ones first."""
    counts = {r.parameter: r for r in numbers.rows if r.statistic == "n" and not r.by}
    grades: dict[str, dict[str, Number]] = {}
    for r in numbers.rows:
        if r.statistic == "grade":
            grades.setdefault(r.parameter, {})[r.level] = r
    everyone = {level: r.level_label for level, r in grades.get(ANY, {}).items()}
    often = [
        term
        for term, n in counts.items()
        if term != ANY and 100 * (n.value or 0) / max(len(everyone), 1) >= plan.at_least_percent
    ]
    terms = [ANY, *often[: plan.terms_at_most]]
    matrices = [
        _matrix(
            panel,
            sorted(who, key=lambda s: _severity(grades, terms, s)),
            [grades.get(term, {}) for term in terms],
            looks,
        )
        for panel, who in _arms(numbers, everyone).items()
    ]
    names = [
        Name(
            "Any adverse event" if term == ANY else counts[term].parameter_label or term,
            heading=term == ANY,
            said=counts[term].display,
            numbers=(counts[term],),
        )
        for term in terms
        if term in counts
    ]
    remark = _LESS if len(terms) <= len(counts) - 1 else ""
    below = "One column a patient"
    return HeatMap(
        tuple(names),
        tuple(_renamed(m, everyone if plan.names else {}) for m in matrices),
        _grade_entries(grades, looks),
        said="Patients",
        below=below,
        remark=remark,
    )


def _arms(numbers: Numbers, everyone: Mapping[str, str]) -> dict[Panel, list[str]]:
    """Return the patients of each arm; of one arm, everyone."""
    arms: dict[Panel, list[str]] = {}
    for r in numbers.rows:
        if r.by and r.statistic == "n":
            arms[Panel(f"{r.group_label}\n(N = {r.display})", (r,))] = [
                p.level
                for p in numbers.rows
                if (p.by, p.group, p.statistic) == (r.by, r.group, "value")
            ]
    kept = {panel: who for panel, who in arms.items() if who}
    return kept or {Panel("All"): list(everyone)}


def _severity(
    grades: Mapping[str, Mapping[str, Number]], terms: Sequence[str], subject: str
) -> tuple[tuple[float, ...], str]:
    """Order patients: row by row those with the worst grade first."""
    worst = (grades[t][subject].value if subject in grades.get(t, {}) else -1.0 for t in terms[1:])
    return tuple(-(grade if grade is not None else 0.5) for grade in worst), subject


def _matrix(
    panel: Panel,
    who: Sequence[str],
    grades: Sequence[Mapping[str, Number]],
    looks: Mapping[str, tuple[str, Paint]],
) -> Matrix:
    rows = tuple(tuple(_graded(term.get(s), looks) for s in who) for term in grades)
    return Matrix(panel, tuple(who), rows)


def _renamed(matrix: Matrix, names: Mapping[str, str]) -> Matrix:
    """Name the columns by the patients' numbers, or leave them without a name."""
    columns = tuple(names.get(who, "") for who in matrix.columns)
    return Matrix(matrix.panel, columns, matrix.rows, ground=True)


def _graded(grade: Number | None, looks: Mapping[str, tuple[str, Paint]]) -> Tile | None:
    """Return the tile of a grade; none where the patient did not have the event."""
    if grade is None or grade.value == 0:
        return None
    if grade.display not in looks:  # missing, or beyond the scale of severity
        return Tile(theme.MISSING, numbers=(grade,))
    return Tile(looks[grade.display][1], grade.display, numbers=(grade,), white=True)


def _grade_entries(
    grades: Mapping[str, Mapping[str, Number]], looks: Mapping[str, tuple[str, Paint]]
) -> tuple[Entry, ...]:
    """Return the legend of the grades that occur."""
    there = {
        n.display if n.value is not None else MISSING for g in grades.values() for n in g.values()
    }
    return tuple(
        Entry(label, Swatch("patch", paint))
        for level, (label, paint) in looks.items()
        if level in there
    )
