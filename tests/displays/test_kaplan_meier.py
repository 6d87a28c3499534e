"""Kaplan-Meier figures, checked in the picture itself."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import polars as pl
import pytest

from tests.displays.boxes import corners, outside, overlapping
from tests.displays.example import HOSTILE
from tests.displays.patients import LABELS
from tests.displays.results import result_rows
from tests.frames import frame
from topline.displays import theme
from topline.displays.kaplan_meier import Curves, at_risk, draw_curves
from topline.displays.numbers import Numbers
from topline.displays.theme import Paint, Width

# Five patients: events on days 2 and 6, censored on days 3, 6 and 9. By hand: 4/5, then 4/5 x 2/3.
WORKED = frame("""
    time  at_risk  events  censored  survival
    0     5        0       0         1.0
    2     5        1       0         0.8
    3     4        0       1         0.8
    6     3        1       1         0.5333333333333333
    9     1        0       1         0.5333333333333333
""").cast({"time": pl.Float64, "at_risk": pl.Int64, "events": pl.Int64, "censored": pl.Int64})


def curves(*groups: str, unit: str = "days", every: float | None = None) -> Curves:
    frames = [
        WORKED.cast({"survival": pl.Float64}).with_columns(
            by=pl.lit("ARM" if group else ""),
            group=pl.lit(group),
            group_label=pl.lit(group),
            lower=pl.col("survival") / 2,
            upper=pl.lit(1.0),
        )
        for group in groups
    ]
    shown = {"n": "5", "events": "2", "censored": "3", "median": "9", "median_lower": "2"}
    rows = [
        {"parameter": "PFS", "by": "ARM" if group else "", "group": group, "statistic": name}
        | {"group_label": group, "display": display, "value": 1.0}
        for group in groups
        for name, display in (shown | {"median_upper": "NE"}).items()
    ]
    numbers = Numbers(result_rows(*rows), "A")
    label = "Progression-free survival"
    return Curves("PFS", label, unit, pl.concat(frames), numbers, 0.95, every, "Not real.")


def points(path: str) -> list[tuple[float, float]]:
    pairs = re.findall(r"[ML] ([\d.-]+) ([\d.-]+)", path)
    return [(float(x), float(y)) for x, y in pairs]


def drawn(picture: str, results: str) -> ET.Element:
    root = ET.fromstring(picture)
    return next(e for e in root.iter() if e.get("data-results") == results)


def test_the_curve_steps_where_the_events_are() -> None:
    path = drawn(draw_curves(curves(""), "f"), "r0\nr1\nr2")
    corners = points(next(e.get("d", "") for e in path.iter() if e.get("d")))
    (x0, top), (end, low) = corners[0], corners[-1]
    per_day, per_share = (end - x0) / 9, (low - top) / (1 - 0.5333333333333333)
    steps = {
        (round((x - x0) / per_day, 2), round(1 - (y - top) / per_share, 3)) for x, y in corners
    }
    assert steps >= {(0, 1), (2, 1), (2, 0.8), (6, 0.8), (6, 0.533), (9, 0.533)}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, 5),
        (2, 5),  # the event of day 2 is still at risk on that day
        (2.5, 4),
        (6, 3),
        (9, 1),
        (9.1, 0),  # nobody was followed so long
    ],
)
def test_at_risk_are_those_followed_at_least_as_long(day: float, expected: int) -> None:
    assert at_risk(WORKED, [day]) == [expected]


def test_numbers_at_risk_stand_under_their_ticks() -> None:
    root = ET.fromstring(draw_curves(curves("", every=3), "f"))
    texts = [(e.text, e) for e in root.iter() if e.text and e.tag.endswith("text")]
    words = [text for text, _ in texts]
    assert [t for t in words[words.index("Number at risk") + 1 :]][:4] == ["5", "4", "3", "1"]


def test_the_same_curves_give_the_same_bytes() -> None:
    assert draw_curves(curves("A", "B"), "f") == draw_curves(curves("A", "B"), "f")


def test_a_picture_has_no_style_and_shares_no_id() -> None:
    first, second = (draw_curves(curves("A", "B"), prefix) for prefix in ("f1", "f2"))
    assert "style" not in first
    ids = [set(re.findall(r' id="([^"]+)"', picture)) for picture in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert set(re.findall(r'href="#([^"]+)"', first)) <= ids[0]


def test_text_of_the_study_is_no_markup_and_no_mathematics() -> None:
    picture = draw_curves(curves(*HOSTILE), "f")
    root = ET.fromstring(picture)
    assert {e.tag.partition("}")[2] for e in root.iter()} <= {
        *("svg", "g", "path", "use", "defs", "clipPath", "rect", "text"),
    }
    assert any(text and text.startswith("${alert(1)}") for text in root.itertext())


def test_nobody_in_the_set_is_an_empty_plot() -> None:
    nobody = replace(
        curves(""), frame=curves("").frame.clear(), numbers=Numbers(result_rows(), "A")
    )
    assert "Number at risk" in draw_curves(nobody, "f")


def test_the_notice_is_in_the_picture() -> None:
    assert "Not real." in draw_curves(curves(""), "f")


def test_a_line_falls_from_the_curve_to_the_axis_at_the_median() -> None:
    made = curves("", every=3)
    shown = [
        {"parameter": "PFS", "statistic": name, "display": "6", "value": 6.0}
        for name in ("n", "events", "median", "median_lower", "median_upper")
    ]
    picture = draw_curves(replace(made, numbers=Numbers(result_rows(*shown), "A")), "f")
    path = drawn(picture, "r2")
    (x0, half), (x1, floor) = corners(next(e.get("d", "") for e in path.iter() if e.get("d")))
    curve = points(next(e.get("d", "") for e in drawn(picture, "r0\nr1").iter() if e.get("d")))
    assert x0 == x1 == pytest.approx(curve[0][0] + (curve[-1][0] - curve[0][0]) * 6 / 9, abs=0.05)
    per_share = (curve[-1][1] - curve[0][1]) / (1 - 0.5333333333333333)
    assert half == pytest.approx(curve[0][1] + per_share / 2, abs=0.05)
    assert floor == pytest.approx(curve[0][1] + per_share, abs=0.05)


def test_a_median_that_was_not_reached_has_no_line() -> None:
    rows = [{"parameter": "PFS", "statistic": "median", "display": "NR", "value": None}]
    picture = draw_curves(replace(curves(""), numbers=Numbers(result_rows(*rows), "A")), "f")
    assert "r0" not in {e.get("data-results") for e in ET.fromstring(picture).iter()}


@pytest.mark.parametrize("width", ["one column", "two columns"])
@pytest.mark.parametrize("form", LABELS)
@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_no_text_lies_on_another(count: int, form: str, width: Width) -> None:
    made = curves(*(LABELS[form].format(i) for i in range(count)), every=0.25)
    many = made.frame.with_columns(pl.col("at_risk") * 80)
    picture = draw_curves(replace(made, width=width, frame=many), "f")
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_groups_have_the_looks_they_are_given() -> None:
    looks = {"A": Paint("#123456"), "B": theme.MISSING}
    picture = draw_curves(replace(curves("A", "B"), paints=looks), "f")
    colours = {e.get("stroke") for e in ET.fromstring(picture).iter()}
    assert {"#123456", theme.ABSENT} <= colours
    assert theme.SERIES[0] not in colours
