"""Best change by subgroup: dots where the changes are, medians and quartiles of the comparison."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.analyses.study import protocol
from tests.displays.boxes import corners, outside, overlapping, text_boxes
from tests.displays.groups import LABELS, WIDTHS, Row, stat
from tests.displays.results import result_rows
from topline.displays import theme
from topline.displays.change_by_group_figure import Strips, describe_strips, draw_strips, strips_of
from topline.displays.numbers import Numbers
from topline.protocol.figures_of_groups import ChangeByGroupFigure

PLAN = {"kind": "change-by-group-figure", "number": "F", "title": "F", "values": "V"}
ANALYSES: dict[str, object] = {
    "A": {
        "kind": "comparison",
        "outcome": "KI67",
        "analysis_set": "FULL",
        "by": "SEX",
        "tests": ["kruskal-wallis"],
    },
    "V": {"kind": "patient-changes", "analysis_set": "FULL", "by": ["SEX"]},
}


def patients(groups: int, each: int) -> Iterator[Row]:
    """Patients of group g have changes from -90 to 150 in equal steps."""
    for g in range(groups):
        for i in range(each):
            who: Row = {"analysis_id": "V", "level": f"T-{g:02d}-{i:03d}", "level_label": f"{i}"}
            change = -90 + 240 * i / max(each - 1, 1)
            named = {**who, "parameter": "SUMDIAM", "parameter_label": "Sum of diameters (mm)"}
            yield stat(named, "best_change", change, f"{change:.1f}", 1)
            yield stat({**who, "by": "SEX", "group": f"G{g}"}, "value", None, "x", 1)


def compared(groups: int, each: int, label: str) -> Iterator[Row]:
    for g in range(groups):
        about: Row = {"parameter": "KI67", "by": "SEX", "group": f"G{g}"}
        about["group_label"] = LABELS[label].format(g)
        yield stat(about, "n", float(each), str(each), each)
        for name, value in (("median", -10.0), ("q1", -25.0), ("q3", 12.5)):
            yield stat({**about, "unit": "%"}, name, value, f"{value:.1f}", each)
    test: Row = {"parameter": "KI67", "level": "kruskal-wallis"}
    yield stat(test, "p_value", 0.03, "0.030", groups * each)


def made(groups: int = 2, each: int = 5, label: str = "short", **options: object) -> Strips:
    plan = ChangeByGroupFigure.model_validate(PLAN | {"analyses": ["A"]} | options)
    rows = result_rows(*compared(groups, each, label), *patients(groups, each))
    found = {name: Numbers(rows, name) for name in ("A", "V")}
    return strips_of(plan, protocol(ANALYSES), found)


def drawn(strips: Strips, width: str = "two columns") -> str:
    points = theme.page_width("one column" if width == "one column" else "two columns")
    return draw_strips(strips, points, "f", "Not real.")


def middles(picture: str, result: str) -> list[float]:
    """Return the middle of the marks that show a result, from left to right."""
    root = ET.fromstring(picture)
    found = [e for e in root.iter() if e.get("data-results") == result]
    paths = [corners(p.get("d", "")) for e in found for p in e.iter() if p.get("d")]
    return [(min(x for x, _ in path) + max(x for x, _ in path)) / 2 for path in paths]


def test_dots_stand_at_the_changes_and_greater_ones_at_the_end() -> None:
    strips = made(each=5)  # -90, -30, 30, 90, 150
    picture = drawn(strips)
    ticks = {b.text: (b.left + b.right) / 2 for b in text_boxes(picture)}
    per_point = (ticks["100"] - ticks["0"]) / 100
    dots = [middles(picture, n.result_id)[0] for n in strips.strips[1].patients]
    assert [round((x - ticks["0"]) / per_point) for x in dots] == [-90, -30, 30, 90, 100]


def test_the_median_is_that_of_the_comparison() -> None:
    strips = made()
    picture = drawn(strips)
    ticks = {b.text: (b.left + b.right) / 2 for b in text_boxes(picture)}
    per_point = (ticks["100"] - ticks["0"]) / 100
    (median,) = middles(picture, strips.strips[1].spread[0].result_id)
    assert (median - ticks["0"]) / per_point == pytest.approx(-10, abs=0.3)
    assert "-10.0 (-25.0 to 12.5)" in picture


def test_the_test_stands_in_the_line_of_the_variable() -> None:
    heading = made().strips[0]
    assert (heading.name, heading.heading) == ("Sex", True)
    assert heading.p is not None
    assert heading.p.display == "0.030"


def test_patients_without_a_change_or_a_group_have_no_dot() -> None:
    assert [len(strip.patients) for strip in made(each=4).strips] == [0, 4, 4]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("groups", "each"), [(1, 10), (3, 12), (12, 33), (2, 200)])
def test_no_text_touches_another(groups: int, each: int, label: str, width: str) -> None:
    picture = drawn(made(groups, each, label), width)
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_dots_of_one_value_stand_side_by_side() -> None:
    strips = made(1, 2)
    same = Strips((strips.strips[0], strips.strips[1]), strips.axis, strips.lines, clip=-90.0)
    first, second = (n.result_id for n in same.strips[1].patients)
    picture = drawn(same)
    root = ET.fromstring(picture)

    def height(result: str) -> float:
        mark = next(e for e in root.iter() if e.get("data-results") == result)
        path = next(p for p in mark.iter() if p.get("d"))
        return sum(y for _, y in corners(path.get("d", ""))) / len(corners(path.get("d", "")))

    assert abs(height(first) - height(second)) > 3


def test_the_axis_names_what_changes_without_its_unit() -> None:
    assert made().axis == "Best change of sum of diameters (%)"
    assert made(axis="Change (%)").axis == "Change (%)"


def test_words_give_medians() -> None:
    assert "Arm 0: 5 patients, median -10.0 (-25.0 to 12.5)" in describe_strips(made())


def test_no_patients_leave_an_empty_figure() -> None:
    assert overlapping(drawn(made(0, 0))) == []


def test_the_same_results_give_the_same_bytes() -> None:
    assert drawn(made(3, 20)) == drawn(made(3, 20))
