"""Spider plots, checked in the picture itself."""

import xml.etree.ElementTree as ET

import pytest

from tests.displays.boxes import corners, outside, overlapping, text_boxes
from tests.displays.patients import LABELS, Row, change_rows, changes
from topline.displays.spider_figure import Spider, describe_spider, draw_spider
from topline.protocol.figures_of_patients import SpiderFigure


def _point(name: str, months: float, change: float) -> list[Row]:
    about: Row = {"parameter": "SUMDIAM", "level": name, "level_label": name}
    about["section"] = f"day {months}"
    return [
        {**about, "statistic": "time", "value": months, "display": f"{months:g}"},
        {**about, "statistic": "change", "value": change, "display": f"{change:g}"},
    ]


# A: -20 after 2 months, -40 after 4. B: +50 after 2 months, progression then. C: beyond the cut.
BY_HAND: list[Row] = [
    *_point("A", 2, -20), *_point("A", 4, -40), *_point("B", 2, 50), *_point("C", 2, 150),
    {
        "parameter": "progression", "parameter_label": "PD", "statistic": "time", "value": 2.0,
        "display": "2.0", "level": "B", "level_label": "B",
    },
]  # fmt: skip


def spider(rows: list[Row], groups: int = 1, form: str = "short", **plan: object) -> Spider:
    plan_, analysis, numbers, palettes = changes(SpiderFigure, rows, groups, form, **plan)
    assert isinstance(plan_, SpiderFigure)
    return Spider(plan_, analysis, numbers, palettes, "Not real.")


def marks(results: str) -> list[list[tuple[float, float]]]:
    root = ET.fromstring(draw_spider(spider(BY_HAND, 0, colour=None), "f"))
    found = [e for e in root.iter() if e.get("data-results") == results]
    return [corners(path.get("d", "")) for mark in found for path in mark.iter() if path.get("d")]


def test_lines_run_from_no_change_at_the_start_through_every_assessment() -> None:
    (line,) = marks("r0\nr1\nr2\nr3")
    (x0, y0), (x1, y1), (x2, y2) = line
    assert (x2 - x0) / (x1 - x0) == pytest.approx(2, rel=0.01)
    assert (y2 - y0) / (y1 - y0) == pytest.approx(2, rel=0.01)
    assert y1 > y0  # downwards on the page


def test_increases_and_decreases_share_one_scale() -> None:
    (down,), (up,) = marks("r0\nr1\nr2\nr3"), marks("r4\nr5")[:1]
    assert (down[1][1] - down[0][1]) / (up[0][1] - up[1][1]) == pytest.approx(20 / 50, rel=0.01)


def test_a_line_that_leaves_the_plot_is_cut_at_its_edge() -> None:
    (cut,), (up,) = marks("r6\nr7")[:1], marks("r4\nr5")[:1]
    ends = [y for _, y in cut]
    assert (cut[0][1] - min(ends)) / (up[0][1] - up[1][1]) == pytest.approx(100 / 50, rel=0.01)
    at_edge = next(x for x, y in cut if y == min(ends))
    # 100 % is reached after two thirds of the way to 150 %
    assert (at_edge - cut[0][0]) / (up[1][0] - up[0][0]) == pytest.approx(2 / 3, rel=0.01)


def test_progression_is_marked_where_the_line_is_then() -> None:
    (mark,), (up,) = marks("r8"), marks("r4\nr5")[:1]
    xs, ys = [x for x, _ in mark], [y for _, y in mark]
    assert (min(xs) + max(xs)) / 2 == pytest.approx(up[1][0], abs=0.1)
    assert (min(ys) + max(ys)) / 2 == pytest.approx(up[1][1], abs=0.1)


def test_the_farthest_ends_are_named_and_a_cut_one_with_its_value() -> None:
    texts = [b.text for b in text_boxes(draw_spider(spider(BY_HAND, 0, colour=None), "f"))]
    assert "C +150%" in texts
    assert {"A", "B"} <= set(texts)
    few = draw_spider(spider(BY_HAND, 0, colour=None, outliers=1), "f")
    assert "A" not in [b.text for b in text_boxes(few)]


@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("n", [0, 1, 10, 37, 120, 400])
def test_no_text_lies_on_another_whatever_the_number_of_patients(n: int, width: str) -> None:
    picture = draw_spider(spider(change_rows(n, 4), 4, width=width, outliers=12), "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("groups", [1, 2, 5, 8, 12])
def test_no_text_lies_on_another_whatever_the_groups(groups: int, form: str) -> None:
    for width in ("one column", "two columns"):
        rows = change_rows(37, groups, form)
        picture = draw_spider(spider(rows, groups, form, width=width), "f")
        assert overlapping(picture) == []
        assert outside(picture) == []


def test_every_line_and_every_mark_has_its_receipt() -> None:
    made = spider(change_rows(37, 4), 4)
    root = ET.fromstring(draw_spider(made, "f"))
    linked = {one for e in root.iter() for one in e.get("data-results", "").split("\n")}
    wanted = {
        r.result_id for r in made.numbers.rows if r.level and r.statistic in {"time", "change"}
    }
    assert wanted
    assert wanted <= linked


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = change_rows(37, 3)
    assert draw_spider(spider(rows, 3), "f") == draw_spider(spider(rows, 3), "f")


def test_nobody_assessed_is_an_empty_plot() -> None:
    picture = draw_spider(spider([], 0, colour=None), "f")
    assert "Change from baseline (%)" in picture


def test_words_say_what_the_plot_shows() -> None:
    words = describe_spider(spider(BY_HAND, 0, colour=None))
    assert words[:2] == [
        "A line for each of 3 patients: change from baseline over time",
        "Changes from -40 to 150 %",
    ]
