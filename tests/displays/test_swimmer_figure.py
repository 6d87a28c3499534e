"""Swimmer plots, checked in the picture itself."""

import xml.etree.ElementTree as ET

import pytest

from tests.displays.boxes import outside, overlapping, shapes, text_boxes
from tests.displays.patients import LABELS, Row, course_rows, courses
from topline.displays import theme
from topline.displays.patients import not_shown
from topline.displays.swimmer import Swimmer, describe_swimmer
from topline.displays.swimmer_figure import draw_swimmer

# Three patients by hand: A for 12 months until progression, B for 6 and on, C until toxicity.
BY_HAND: list[Row] = [
    {"parameter": "TREATMENT", "statistic": "n", "display": "3"},
    *(
        {
            "parameter": "TREATMENT", "statistic": "duration", "value": months, "unit": "months",
            "display": f"{months:g}", "level": name, "level_label": name,
        }
        for name, months in (("C", 3.0), ("A", 12.0), ("B", 6.0))
    ),
    {"parameter": "progression", "parameter_label": "PD", "statistic": "n", "display": "1"},
    {
        "parameter": "progression", "parameter_label": "PD", "statistic": "time", "value": 9.0,
        "display": "9.0", "level": "A", "level_label": "A",
    },
    *(
        {
            "parameter": "DCTREAS", "statistic": "value", "by": by, "group": group,
            "group_label": group, "display": group.capitalize(), "level": name,
        }
        for name, by, group in (
            ("A", "DCTREAS", "Progressed"), ("B", "EOTSTT", "ONGOING"), ("C", "DCTREAS", "Toxic"),
        )
    ),
]  # fmt: skip


def swimmer(rows: list[Row], groups: int = 1, form: str = "short", **plan: object) -> Swimmer:
    return Swimmer(*courses(rows, groups, form, **plan), "Not real.")


def by_hand() -> str:
    return draw_swimmer(swimmer(BY_HAND, 0, colour=None), "f")


def bar(result: str) -> tuple[float, float, float]:
    """Left end, right end and middle of the bar that prints a result."""
    (corners,) = shapes(by_hand(), result)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), max(xs), (min(ys) + max(ys)) / 2


def test_bars_are_as_long_as_the_treatment() -> None:
    c, a, b = (bar(result) for result in ("r1", "r2", "r3"))
    assert a[0] == b[0] == c[0]
    length = a[1] - a[0]
    assert (b[1] - b[0]) / length == pytest.approx(6 / 12, abs=1e-3)
    assert (c[1] - c[0]) / length == pytest.approx(3 / 12, abs=1e-3)


def test_the_longest_stands_first() -> None:
    c, a, b = (bar(result)[2] for result in ("r1", "r2", "r3"))
    assert a < b < c


def test_a_date_is_marked_where_it_was() -> None:
    left, right, middle = bar("r2")
    (mark,) = shapes(by_hand(), "r5")
    xs, ys = [x for x, _ in mark], [y for _, y in mark]
    assert ((min(xs) + max(xs)) / 2 - left) / (right - left) == pytest.approx(9 / 12, abs=1e-3)
    assert (min(ys) + max(ys)) / 2 == pytest.approx(middle, abs=0.01)


def test_the_reason_stands_beside_its_bar_and_what_goes_on_has_an_arrow() -> None:
    boxes = {box.text: box for box in text_boxes(by_hand())}
    assert boxes["Toxic"].left > bar("r1")[1]
    assert boxes["Toxic"].top < bar("r1")[2] < boxes["Toxic"].bottom
    assert "Ongoing" not in boxes
    (arrow,) = shapes(by_hand(), "r7")
    assert min(x for x, _ in arrow) > bar("r3")[1]


def test_the_axis_says_from_when_time_counts() -> None:
    texts = [box.text for box in text_boxes(by_hand())]
    assert "Time since first dose (months)" in texts
    assert {"0", "2", "12"} <= set(texts)


def test_groups_have_the_colours_of_the_palette() -> None:
    picture = draw_swimmer(swimmer(course_rows(12, 3), 3), "f")
    fills = {e.get("fill") for e in ET.fromstring(picture).iter()}
    assert {theme.SERIES[0], theme.SERIES[1], theme.SERIES[2]} <= fills


@pytest.mark.parametrize("plan", [{}, {"sort": "group", "names": True}], ids=["plain", "sorted"])
@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("n", [0, 1, 10, 37, 120, 400])
def test_no_text_lies_on_another_whatever_the_number_of_patients(
    n: int, width: str, plan: dict[str, object]
) -> None:
    picture = draw_swimmer(swimmer(course_rows(n, 4), 4, width=width, **plan), "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("groups", [1, 2, 5, 8, 12])
def test_no_text_lies_on_another_whatever_the_groups(groups: int, form: str) -> None:
    for width in ("one column", "two columns"):
        rows = course_rows(37, groups, form)
        picture = draw_swimmer(swimmer(rows, groups, form, sort="group", width=width), "f")
        assert overlapping(picture) == []
        assert outside(picture) == []


@pytest.mark.parametrize("n", [1, 10, 37, 400, 1000])
def test_the_page_is_never_taller_than_a_journals(n: int) -> None:
    root = ET.fromstring(draw_swimmer(swimmer(course_rows(n, 4), 4), "f"))
    assert float(root.get("height", "0").removesuffix("pt")) <= theme.tallest() + 20


def test_every_bar_and_every_mark_has_its_receipt() -> None:
    made = swimmer(course_rows(37, 4), 4)
    linked = {
        one
        for e in ET.fromstring(draw_swimmer(made, "f")).iter()
        for one in e.get("data-results", "").split("\n")
    }
    wanted = {
        r.result_id
        for r in made.numbers.rows
        if r.level and r.value is not None and r.statistic in {"duration", "time"}
    }
    assert wanted
    assert wanted <= linked


def test_many_reasons_have_a_symbol_each_where_words_have_no_room() -> None:
    texts = [box.text for box in text_boxes(draw_swimmer(swimmer(course_rows(120, 2), 2), "f"))]
    assert sum(text.startswith("Toxicity (n = ") for text in texts) == 1
    assert "Toxicity" not in texts


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = course_rows(37, 3)
    assert draw_swimmer(swimmer(rows, 3), "f") == draw_swimmer(swimmer(rows, 3), "f")


def test_text_of_the_study_is_no_markup() -> None:
    picture = draw_swimmer(swimmer(course_rows(10, 3, "markup"), 3, "markup"), "f")
    tags = {e.tag.partition("}")[2] for e in ET.fromstring(picture).iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "clipPath", "rect", "text", "pattern"}
    assert "<b>1</b> & $x^2$" in "".join(ET.fromstring(picture).itertext())


def test_a_picture_has_no_style_even_with_hatching() -> None:
    picture = draw_swimmer(swimmer(course_rows(30, 12), 12), "f")
    assert "pattern" in picture
    assert "style" not in picture


def test_all_without_treatment_are_an_empty_plot_and_a_footnote() -> None:
    rows = [
        {**row, "value": None, "display": "NE", "warning": "never treated"}
        if row.get("statistic") == "duration"
        else row
        for row in BY_HAND
    ]
    made = swimmer(rows, 0, colour=None)
    assert "Time since first dose" in draw_swimmer(made, "f")
    assert not_shown(made.numbers, "duration") == ("Not shown (never treated): n = 3 (C, A, B).",)


def test_words_say_what_the_plot_shows() -> None:
    words = describe_swimmer(swimmer(course_rows(37, 2), 2))
    assert words[0] == "A bar for each of 33 patients"
    assert "Primary site: Site 0 19, Site 1 18" in words
