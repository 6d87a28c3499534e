"""Paired plots, checked in the picture itself."""

import math
import xml.etree.ElementTree as ET

import pytest

from tests.displays.boxes import corners, outside, overlapping, shapes, text_boxes
from tests.displays.patients import LABELS, Row
from tests.displays.results import result_rows
from topline.displays.numbers import Numbers
from topline.displays.paired_figure import Paired, describe_paired, draw_paired
from topline.protocol.comparisons import PairedComparison
from topline.protocol.figures_of_patients import PairedFigure

PLAN = {
    "kind": "paired-figure",
    "number": "Figure 1",
    "title": "T",
    "analysis": "A",
    "scale": "log",
}
ANALYSIS = {
    "kind": "paired-comparison",
    "analysis_set": "FULL",
    "first": "CGABL",
    "second": "CGALOW",
}


def summary(label: str = "Baseline") -> list[Row]:
    """Medians 10 and 1, quartiles a factor of ten around them."""
    rows: list[Row] = []
    for level, name, median in (("first", label, 10.0), ("second", "Lowest", 1.0)):
        for statistic, value in (("median", median), ("q1", median / 10), ("q3", median * 10)):
            rows.append(
                {"parameter": "CGALOW", "level": level, "level_label": name, "unit": "xULN",
                 "n": 31, "statistic": statistic, "value": value, "display": f"{value:g}"}
            )  # fmt: skip
    test = {"level": "signed-rank", "statistic": "p_value", "value": 1e-6, "display": "<0.0001"}
    return [*rows, {"parameter": "CGALOW", **test, "method": "Wilcoxon signed-rank test"}]


def values(*pairs: tuple[float, float]) -> Numbers:
    rows = [
        {"parameter": name, "statistic": "value", "value": value, "display": f"{value:g}",
         "level": f"T-{i}", "level_label": f"{i}"}
        for name, place in (("CGABL", 0), ("CGALOW", 1))
        for i, pair in enumerate(pairs)
        for value in (pair[place],)
    ]  # fmt: skip
    return Numbers(result_rows(*rows), "A")


def paired(
    of_patients: Numbers | None = None, rows: list[Row] | None = None, **plan: object
) -> Paired:
    figure = PairedFigure.model_validate(PLAN | plan)
    analysis = PairedComparison.model_validate(ANALYSIS)
    shown = Numbers(result_rows(*(summary() if rows is None else rows)), "A")
    return Paired(figure, analysis, shown, of_patients, "Not real.")


def test_lines_join_the_values_of_a_patient_on_the_logarithmic_scale() -> None:
    picture = draw_paired(paired(values((100.0, 10.0))), "f")
    root = ET.fromstring(picture)
    (line,) = [e for e in root.iter() if e.get("data-results") == "r0\nr1"]
    (_, first), (_, second) = corners(next(e.get("d", "") for e in line.iter() if e.get("d")))
    ticks = {box.text: (box.top + box.bottom) / 2 for box in text_boxes(picture)}
    decade = ticks["10"] - ticks["100"]
    assert second - first == pytest.approx(decade, abs=0.05)


def test_median_and_quartiles_stand_beside_the_columns() -> None:
    picture = draw_paired(paired(), "f")
    (dot,) = shapes(picture, "r0")[:1]
    root = ET.fromstring(picture)
    (bar,) = [e for e in root.iter() if e.get("data-results") == "r1\nr2"]
    (_, low), (_, high) = corners(next(e.get("d", "") for e in bar.iter() if e.get("d")))
    middle = sum(y for _, y in dot) / len(dot)
    assert middle == pytest.approx((low + high) / 2, abs=0.3)


def test_numbers_and_test_are_printed_with_their_receipts() -> None:
    picture = draw_paired(paired(), "f")
    texts = [box.text for box in text_boxes(picture)]
    assert {"10 (1 to 100)", "1 (0.1 to 10)", "n = 31", "P <0.0001", "Baseline", "Lowest"} <= set(
        texts
    )
    linked = {e.get("data-results") for e in ET.fromstring(picture).iter()}
    assert {"r0\nr1\nr2", "r6"} <= linked


def test_values_of_zero_are_drawn_and_told() -> None:
    made = paired(values((0.0, 4.0), (2.0, 0.0)))
    texts = [box.text for box in text_boxes(draw_paired(made, "f"))]
    assert "0" in texts
    assert any("logarithmic on both sides of zero" in note for note in made.notes)


def test_a_value_may_be_marked_by_a_line() -> None:
    made = paired(reference=1)
    assert "Dotted line, 1." in made.notes
    assert draw_paired(made, "f") != draw_paired(paired(), "f")


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("n", [0, 1, 37, 400])
def test_no_text_lies_on_another(n: int, form: str, width: str, scale: str) -> None:
    pairs = [(math.exp(i % 17 / 3), math.exp(i % 13 / 4)) for i in range(n)]
    rows = summary(LABELS[form].format(1))
    plan = {"width": width, "scale": scale, "axis": LABELS[form].format(2)}
    picture = draw_paired(paired(values(*pairs), rows, **plan), "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_nothing_known_is_an_empty_plot() -> None:
    picture = draw_paired(paired(None, []), "f")
    assert "CGABL" in picture


def test_the_same_rows_give_the_same_bytes() -> None:
    assert draw_paired(paired(values((1, 2))), "f") == draw_paired(paired(values((1, 2))), "f")


def test_words_say_what_the_plot_shows() -> None:
    words = ". ".join(describe_paired(paired()))
    assert "Baseline: median 10 (quartiles 1 and 100), n = 31" in words
    assert "P <0.0001, Wilcoxon signed-rank test" in words
