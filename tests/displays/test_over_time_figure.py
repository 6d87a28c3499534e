"""Values over visits, checked in the picture itself."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

import pytest

from tests.analyses.study import protocol
from tests.displays.boxes import corners, outside, overlapping, shapes, text_boxes
from tests.displays.patients import LABELS, Row, groups_named
from tests.displays.results import result_rows
from topline.displays.numbers import Numbers
from topline.displays.over_time import OverTime, describe_over_time
from topline.displays.over_time_figure import draw_over_time
from topline.displays.palettes import Palettes
from topline.protocol.comparisons import RepeatedMeasures
from topline.protocol.figures_of_patients import OverTimeFigure

PLAN = {"kind": "over-time-figure", "number": "Figure 1", "title": "T"}
ANALYSIS = {
    "kind": "repeated-measures",
    "analysis_set": "FULL",
    "dataset": "ADQS",
    "parameter": "QL",
}


def rows(
    name: str, visits: Sequence[str], groups: dict[str, str], label: str = "Scale"
) -> list[Row]:
    """Means 50, 40, 30 ... with limits five around them, and medians one higher."""
    made: list[Row] = []
    for place, visit in enumerate(dict.fromkeys(visits)):
        mean = 50.0 - 10 * (place % 5)
        known = {"n": 400.0, "estimate": mean, "lower": mean - 5, "upper": mean + 5}
        known |= {"median": mean + 1, "q1": mean - 9, "q3": mean + 11}
        for group, group_label in (groups or {"": ""}).items():
            for statistic, value in known.items():
                made.append(
                    {"analysis_id": name, "result_id": f"{name}.{place}.{group}.{statistic}",
                     "parameter": "QL", "parameter_label": label, "by": "SITE" if group else "",
                     "group": group, "group_label": group_label, "level": visit,
                     "level_label": visit, "statistic": statistic, "value": value,
                     "display": f"{value:g}"}
                )  # fmt: skip
    test = "F test of group:visit" if groups else "F test of visit"
    shown = {"statistic": "p_value", "value": 0.03, "display": "0.030", "level_label": "Visits"}
    p = {"analysis_id": name, "result_id": f"{name}.p", "parameter": "QL", "level": test, **shown}
    return [*made, {**p, "parameter_label": label}]


def over_time(
    panels: int = 1,
    visits: Sequence[str] = ("V1", "V2", "V3"),
    groups: dict[str, str] | None = None,
    values: Numbers | None = None,
    label: str = "Scale",
    **plan: object,
) -> OverTime:
    names = [f"A{i}" for i in range(panels)]
    frame = result_rows(*(row for name in names for row in rows(name, visits, groups or {}, label)))
    levels = groups or {"X": "X"}
    site = {"SITE": {"label": "Site", "rule": "1", "levels": levels}}
    return OverTime(
        OverTimeFigure.model_validate(PLAN | {"analyses": names} | plan),
        {name: RepeatedMeasures.model_validate(ANALYSIS) for name in names},
        {name: Numbers(frame, name) for name in names},
        values,
        Palettes(protocol({}, variables=site), frame),
        "Not real.",
    )


def height(picture: str, results: str) -> float:
    root = ET.fromstring(picture)
    mark = [e for e in root.iter() if e.get("data-results") == results][-1]
    ys = [y for e in mark.iter() if e.get("d") for _, y in corners(e.get("d", ""))]
    return (min(ys) + max(ys)) / 2


def point(visit: str, *statistics: str) -> str:
    return "\n".join(f"A0.{int(visit[1:]) - 1}..{s}" for s in statistics)


def test_points_stand_at_the_means() -> None:
    picture = draw_over_time(over_time(limits=[0, 100]), "f")
    ticks = {box.text: (box.top + box.bottom) / 2 for box in text_boxes(picture)}
    shown = [height(picture, point(v, "estimate", "lower", "upper")) for v in ("V1", "V2", "V3")]
    per_point = (ticks["0"] - ticks["100"]) / 100
    assert shown[0] == pytest.approx(ticks["0"] - 50 * per_point, abs=0.8)
    assert shown[1] - shown[0] == pytest.approx(10 * per_point, abs=0.05)
    assert shown[2] - shown[0] == pytest.approx(20 * per_point, abs=0.05)


def test_or_at_the_medians() -> None:
    picture = draw_over_time(over_time(show="medians"), "f")
    assert height(picture, point("V1", "median", "q1", "q3"))


def test_the_numbers_of_patients_stand_below_their_visits() -> None:
    boxes = text_boxes(draw_over_time(over_time(), "f"))
    visits = {b.text: (b.left + b.right) / 2 for b in boxes if b.text in {"V1", "V2", "V3"}}
    counts = [(b.left + b.right) / 2 for b in boxes if b.text == "400"]
    assert counts == pytest.approx(sorted(visits.values()))


def test_visits_may_stand_at_their_time() -> None:
    made = over_time(positions={"V1": 0, "V2": 1, "V3": 4}, labels={"V1": "Base"})
    boxes = {b.text: (b.left + b.right) / 2 for b in text_boxes(draw_over_time(made, "f"))}
    first, second, third = boxes["Base"], boxes["V2"], boxes["V3"]
    assert (third - first) / (second - first) == pytest.approx(4, rel=0.01)


def test_the_test_is_printed_with_its_receipt() -> None:
    picture = draw_over_time(over_time(), "f")
    assert "Change over time, P = 0.030" in [box.text for box in text_boxes(picture)]
    assert "A0.p" in {e.get("data-results") for e in ET.fromstring(picture).iter()}


def test_the_difference_that_matters_is_shaded_around_the_first_visit() -> None:
    made = over_time(matters=10, limits=[0, 100])
    picture = draw_over_time(made, "f")
    ticks = {box.text: (box.top + box.bottom) / 2 for box in text_boxes(picture)}
    band = next(e for e in ET.fromstring(picture).iter() if e.get("fill") == "#e8ecf0")
    ys = [y for _, y in corners(band.get("d", ""))]
    per_point = (ticks["0"] - ticks["100"]) / 100
    assert max(ys) - min(ys) == pytest.approx(20 * per_point, abs=0.05)
    assert "Shaded, less than 10 points from the first visit." in made.notes


def test_values_of_patients_are_lines_behind() -> None:
    of_patients = result_rows(
        *(
            {"parameter": "QL", "statistic": "value", "value": value, "display": f"{value:g}",
             "by": "AVISIT", "group": visit, "level": "T-1", "level_label": "1"}
            for visit, value in (("V1", 10.0), ("V2", 90.0))
        )
    )  # fmt: skip
    picture = draw_over_time(over_time(values=Numbers(of_patients, "A")), "f")
    linked = {e.get("data-results") for e in ET.fromstring(picture).iter()}
    assert {"r0\nr1", "r0", "r1"} <= linked
    assert shapes(picture, "r0")


@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("panels", [1, 2, 3, 9])
@pytest.mark.parametrize("visits", [0, 1, 2, 7, 20])
def test_no_text_lies_on_another_whatever_the_panels(visits: int, panels: int, width: str) -> None:
    made = over_time(panels, [f"CYCLE {i} DAY 1" for i in range(visits)], width=width)
    picture = draw_over_time(made, "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("groups", [1, 2, 5, 12])
def test_no_text_lies_on_another_whatever_the_groups(groups: int, form: str) -> None:
    label = LABELS[form].format(3)
    for width in ("one column", "two columns"):
        made = over_time(
            4,
            [label, "V2", label],
            groups_named(groups, form),
            label=label,
            axis=label,
            width=width,
        )
        picture = draw_over_time(made, "f")
        assert overlapping(picture) == []
        assert outside(picture) == []


def test_the_same_rows_give_the_same_bytes() -> None:
    assert draw_over_time(over_time(3), "f") == draw_over_time(over_time(3), "f")


def test_words_say_what_the_figure_shows() -> None:
    (words,) = describe_over_time(over_time())
    assert words == "Scale, means: V1 50, V2 40, V3 30"
