"""Waterfall plots, checked in the picture itself."""

import xml.etree.ElementTree as ET

import pytest

from tests.displays.boxes import outside, overlapping, shapes, text_boxes
from tests.displays.patients import LABELS, Row, change_rows, changes
from topline.displays import theme
from topline.displays.patients import not_shown
from topline.displays.waterfall_figure import (
    Waterfall,
    describe_waterfall,
    draw_waterfall,
    signed,
)
from topline.protocol.figures_of_patients import WaterfallFigure

# Five patients by hand; D rose beyond the cut, E has no value.
BY_HAND: list[Row] = [
    *(
        {
            "parameter": "SUMDIAM", "statistic": "best_change", "value": value, "unit": "%",
            "display": "NE" if value is None else f"{value:g}", "level": name,
            "level_label": name, "warning": "" if value is not None else "no scan",
        }
        for name, value in (
            ("A", -50.0), ("B", 10.0), ("C", 0.0), ("D", 240.0), ("E", None),
        )
    ),
    *(
        {
            "parameter": "BOR", "statistic": "value", "by": "BOR", "group": response,
            "group_label": response, "display": response, "level": name,
        }
        for name, response in (("A", "PR"), ("B", "SD"), ("C", "SD"), ("D", "PD"))
    ),
]  # fmt: skip


def waterfall(rows: list[Row], groups: int = 1, form: str = "short", **plan: object) -> Waterfall:
    plan_, analysis, numbers, palettes = changes(WaterfallFigure, rows, groups, form, **plan)
    assert isinstance(plan_, WaterfallFigure)
    return Waterfall(plan_, analysis, numbers, palettes, "Not real.")


def by_hand(**plan: object) -> str:
    return draw_waterfall(waterfall(BY_HAND, 0, colour=None, **plan), "f")


def bar(result: str) -> tuple[float, float, float]:
    """Left, top and bottom of the bar that prints a result."""
    corners = shapes(by_hand(), result)[0]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(ys)


def test_bars_are_as_high_as_the_change() -> None:
    _, zero, low = bar("r0")  # A, downwards
    _, top, base = bar("r1")  # B, upwards from the same line
    assert base == pytest.approx(zero, abs=0.01)
    assert (low - zero) / (base - top) == pytest.approx(50 / 10, rel=0.01)


def test_the_greatest_increase_stands_first() -> None:
    lefts = [bar(result)[0] for result in ("r3", "r1", "r2", "r0")]
    assert lefts == sorted(lefts)


def test_no_change_is_a_bar_that_can_be_seen() -> None:
    _, top, bottom = bar("r2")
    assert bottom - top == pytest.approx(1.2, abs=0.01)


def test_a_bar_beyond_the_cut_ends_there_and_its_value_is_printed() -> None:
    _, top, base = bar("r3")
    _, ten, _ = bar("r1")
    assert (base - top) / (base - ten) == pytest.approx(100 / 10, rel=0.01)
    assert "+240%" in [box.text for box in text_boxes(by_hand())]


def test_responses_stand_at_their_bars() -> None:
    boxes = {box.text: box for box in text_boxes(by_hand())}
    left, _, low = bar("r0")
    assert boxes["PR"].top > low
    assert boxes["PR"].left > left
    assert [box.text for box in text_boxes(by_hand())].count("SD") == 2


def test_lines_that_matter_are_labelled() -> None:
    texts = {box.text for box in text_boxes(by_hand(lines=[20, -30, 12.5]))}
    assert {"+20%", "\u221230%", "+12.5%"} <= texts
    assert signed(0.0) == "0%"


def test_who_has_no_value_is_named_below_with_the_reason() -> None:
    made = waterfall(BY_HAND, 0, colour=None)
    assert not_shown(made.numbers, "best_change") == ("Not shown (no scan): n = 1 (E).",)


@pytest.mark.parametrize("plan", [{}, {"sort": "group", "names": True}], ids=["plain", "sorted"])
@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("n", [0, 1, 10, 37, 120, 400])
def test_no_text_lies_on_another_whatever_the_number_of_patients(
    n: int, width: str, plan: dict[str, object]
) -> None:
    picture = draw_waterfall(waterfall(change_rows(n, 4), 4, width=width, **plan), "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("groups", [1, 2, 5, 8, 12])
def test_no_text_lies_on_another_whatever_the_groups(groups: int, form: str) -> None:
    for width in ("one column", "two columns"):
        rows = change_rows(37, groups, form)
        plan = {"sort": "group", "width": width, "names": True}
        picture = draw_waterfall(waterfall(rows, groups, form, **plan), "f")
        assert overlapping(picture) == []
        assert outside(picture) == []


@pytest.mark.parametrize("n", [37, 400])
def test_every_bar_and_every_response_has_its_receipt(n: int) -> None:
    made = waterfall(change_rows(n, 4), 4)
    root = ET.fromstring(draw_waterfall(made, "f"))
    linked = {one for e in root.iter() for one in e.get("data-results", "").split("\n")}
    shown = {p.subject for p in made.patients}
    wanted = {
        r.result_id
        for r in made.numbers.rows
        if r.level in shown and (r.statistic == "best_change" or (r.by == "BOR"))
    }
    assert len(wanted) == 2 * len(shown)
    assert wanted <= linked


def test_narrow_bars_have_a_strip_of_the_responses_colours() -> None:
    wide, narrow = (draw_waterfall(waterfall(change_rows(n, 2), 2), "f") for n in (5, 400))
    fills = {e.get("fill") for e in ET.fromstring(narrow).iter()}
    assert set(theme.RESPONSES.values()) <= fills
    assert "Best overall response (strip below)" in "".join(ET.fromstring(narrow).itertext())
    assert "strip" not in "".join(ET.fromstring(wide).itertext())


def test_narrow_bars_that_are_cut_say_how_far_they_go() -> None:
    texts = [box.text for box in text_boxes(draw_waterfall(waterfall(change_rows(400, 2), 2), "f"))]
    assert "Cut at +100%; greatest +234.5%" in texts


def test_without_a_variable_the_response_colours_the_bars() -> None:
    fills = [e.get("fill") for e in ET.fromstring(by_hand()).iter()]
    assert theme.RESPONSES["PR"] in fills
    assert theme.RESPONSES["PD"] in fills


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = change_rows(37, 3)
    assert draw_waterfall(waterfall(rows, 3), "f") == draw_waterfall(waterfall(rows, 3), "f")


def test_nobody_with_a_value_is_an_empty_plot() -> None:
    nobody = [row for row in BY_HAND if row["level"] == "E"]
    picture = draw_waterfall(waterfall(nobody, 0, colour=None), "f")
    assert "Best change from baseline (%)" in picture


def test_words_say_what_the_plot_shows() -> None:
    words = describe_waterfall(waterfall(BY_HAND, 0, colour=None))
    assert "Changes from -50 to 240 %" in words
