"""Result rows of any number of patients in any number of groups, for figures of patients."""

from collections.abc import Iterator

import polars as pl

from tests.analyses.study import protocol
from tests.displays.results import result_rows
from topline.displays.numbers import Numbers
from topline.displays.palettes import Palettes
from topline.protocol.figures_of_patients import SpiderFigure, SwimmerFigure, WaterfallFigure
from topline.protocol.patient_figures import PatientChanges, PatientCourses

Row = dict[str, object]
REASONS = (
    "Toxicity", "Progression of the disease seen on scans", "Decline", "Withdrawal of consent",
    "Worsening of a disease that was there before", "Lost", "Death", "退出试验", "Other reason",
)  # fmt: skip
RESPONSES = ("PR", "SD", "SD", "PD", "CR", "NE", "NON-CR/NON-PD")
LABELS = {
    "short": "Site {}",
    "long": "Site number {} whose name is longer than any column of any journal could ever be",
    "Chinese": "第{}组胰腺神经内分泌肿瘤",
    "unbroken": "Unbroken" * 12 + "{}",
    "markup": '<b>{}</b> & $x^2$ "quoted" \x07',
}
_ENDS = ("DISCONTINUED", "ONGOING")


def name_of(i: int) -> str:
    """Return the number of a subject."""
    return f"{i // 40 + 1:02d}-{i % 40 + 1:03d}"


def _about(i: int) -> Row:
    return {"level": f"T-{name_of(i)}", "level_label": name_of(i), "n": 1}


def _values(variable: str, label: str, of: dict[str, str], n: int) -> Iterator[Row]:
    """Tell a value of each of `n` patients in turn, and count who has each."""
    values = list(of)
    for place, value in enumerate(values):
        has = [i for i in range(n) if i % len(values) == place]
        about = {"by": variable, "group": value, "group_label": of[value]}
        about |= {"parameter": variable, "parameter_label": label}
        if has:
            yield {**about, "statistic": "n", "display": str(len(has)), "value": float(len(has))}
        for i in has:
            yield {**about, **_about(i), "statistic": "value", "display": of[value]}


def _dates(name: str, label: str, times: dict[int, float]) -> Iterator[Row]:
    about = {"parameter": name, "parameter_label": label}
    yield {**about, "statistic": "n", "display": str(len(times)), "value": float(len(times))}
    for i, time in times.items():
        shown = {"statistic": "time", "value": time, "display": f"{time:.1f}", "unit": "months"}
        yield {**about, **_about(i), **shown}


def groups_named(count: int, form: str) -> dict[str, str]:
    """Return the values and labels of a variable with so many."""
    return {f"G{i}": LABELS[form].format(i) for i in range(count)}


def course_rows(n: int, groups: int, form: str = "short") -> list[Row]:
    """Return courses of `n` patients, one in nine of whom was never treated."""
    treated = [i for i in range(n) if i % 9 != 8]
    times = {i: 1.0 + (i * 37) % 400 / 10 for i in treated}
    treatment = {"parameter": "TREATMENT", "parameter_label": "Time on treatment"}
    rows: list[Row] = [{**treatment, "statistic": "n", "display": str(len(treated))}]
    for i in range(n):
        time = times.get(i)
        shown = {"statistic": "duration", "value": time, "unit": "months"}
        shown["display"] = "NE" if time is None else f"{time:.1f}"
        rows.append({**treatment, **_about(i), **shown, "warning": "" if time else "never treated"})
    rows += _dates("first response", "First response", {i: times[i] / 3 for i in treated[::4]})
    rows += _dates("progression", "Disease progression", {i: times[i] for i in treated[::5]})
    rows += _dates("death", "Death", {i: times[i] + 4 for i in treated[::7]})
    rows += _dates("Drug stopped", LABELS[form].format(1), {i: times[i] for i in treated[::10]})
    reasons = {reason: reason for reason in REASONS}
    for row in _values("DCTREAS", "Reason", reasons, n):
        ongoing = row["group"] == REASONS[-1]
        changed = {"by": "EOTSTT", "group": "ONGOING", "group_label": "Ongoing"} if ongoing else {}
        rows.append({**row, **changed})
    return [*rows, *_values("SITE", "Primary site", groups_named(groups, form), n)]


def change_rows(n: int, groups: int, form: str = "short") -> list[Row]:
    """Return changes of `n` patients, one in nine of whom has none, and the last rose most."""
    measured = [i for i in range(n) if i % 9 != 8]
    changes = {i: float((i * 53) % 171 - 100) for i in measured}
    if len(measured) > 3:
        changes |= {measured[-1]: 234.5, measured[1]: 0.0, measured[-2]: 150.0}
    about = {"parameter": "SUMDIAM", "parameter_label": "Sum of diameters (mm)"}
    rows: list[Row] = [{**about, "statistic": "n", "display": str(len(measured))}]
    for i in range(n):
        value = changes.get(i)
        shown = {"statistic": "best_change", "value": value, "unit": "%"}
        shown["display"] = "NE" if value is None else f"{value:.1f}"
        rows.append({**about, **_about(i), **shown, "warning": "" if i in changes else "no scan"})
    rows += _values("BOR", "Best overall response", {r: r for r in RESPONSES}, n)
    for i in measured:
        for k in range(1, 2 + i % 6):
            seen = {**about, **_about(i), "section": f"day {k * 56}"}
            change = changes[i] * min(1.0, k / 2)
            rows.append({**seen, "statistic": "time", "value": k * 1.84, "display": f"{k * 1.84}"})
            rows.append(
                {**seen, "statistic": "change", "value": change, "display": f"{change:.1f}"}
            )
    rows += _dates("New lesion", "New lesion", {i: 1.84 * (1 + i % 6) for i in measured[::6]})
    rows += _dates(
        "progression", "Disease progression", {i: 1.84 * (1 + i % 6) for i in measured[::4]}
    )
    return [*rows, *_values("SITE", "Primary site", groups_named(groups, form), n)]


def _known(rows: list[Row], groups: int, form: str) -> tuple[pl.DataFrame, Palettes]:
    frame = result_rows(*rows)
    levels = groups_named(groups, form)
    site = {"SITE": {"label": "Primary site", "rule": "1", "levels": levels}} if levels else {}
    return frame, Palettes(protocol({}, variables=site), frame)


def courses(
    rows: list[Row], groups: int, form: str = "short", **plan: object
) -> tuple[SwimmerFigure, PatientCourses, Numbers, Palettes]:
    """Return what a swimmer plot of these rows is made of."""
    frame, palettes = _known(rows, groups, form)
    made = {"kind": "swimmer-figure", "number": "Figure 1", "title": "T", "analysis": "A"}
    figure = SwimmerFigure.model_validate(made | {"colour": "SITE"} | plan)
    analysis = {"kind": "patient-courses", "analysis_set": "FULL", "by": ["SITE"]}
    return figure, PatientCourses.model_validate(analysis), Numbers(frame, "A"), palettes


def changes(
    kind: type[WaterfallFigure] | type[SpiderFigure],
    rows: list[Row],
    groups: int,
    form: str = "short",
    **plan: object,
) -> tuple[WaterfallFigure | SpiderFigure, PatientChanges, Numbers, Palettes]:
    """Return what a waterfall or spider plot of these rows is made of."""
    frame, palettes = _known(rows, groups, form)
    name = "waterfall-figure" if kind is WaterfallFigure else "spider-figure"
    made = {"kind": name, "number": "Figure 1", "title": "T", "analysis": "A", "colour": "SITE"}
    analysis = {"kind": "patient-changes", "analysis_set": "FULL", "by": ["SITE"]}
    figure = kind.model_validate(made | plan)
    return figure, PatientChanges.model_validate(analysis), Numbers(frame, "A"), palettes
