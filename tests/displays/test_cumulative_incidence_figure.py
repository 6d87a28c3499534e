"""Cumulative incidence: curves in the picture, events and numbers at risk beside them."""

import xml.etree.ElementTree as ET

import polars as pl
import pytest

from tests.displays.boxes import corners, outside, overlapping, text_boxes
from tests.displays.groups import COUNTS, LABELS, WIDTHS, Row, group, numbers, stat
from tests.frames import frame
from topline.displays import theme
from topline.displays.cumulative_incidence_figure import (
    Incidences,
    describe_incidences,
    draw_incidences,
)
from topline.displays.theme import series

# Five patients: progression on days 2 and 6, death on day 3, censored on days 6 and 9. By hand:
# progression 1/5, then 1/5 + 3/5 x 1/3; death 4/5 x 1/4.
WORKED = frame("""
    section      time  at_risk  events  censored  incidence
    Progression  0     5        0       0         0.0
    Progression  2     5        1       0         0.2
    Progression  3     4        0       0         0.2
    Progression  6     3        1       1         0.4
    Progression  9     1        0       1         0.4
    Death        0     5        0       0         0.0
    Death        3     4        1       0         0.2
    Death        9     1        0       1         0.2
""").cast({"time": pl.Float64, "at_risk": pl.Int64, "incidence": pl.Float64})


def shown(groups: int = 1, label: str = "short", cause: str = "{}") -> Incidences:
    parts: list[pl.DataFrame] = []
    rows: list[Row] = []
    for i in range(groups):
        who = group(i, groups, label, by="ARM")
        parts.append(
            WORKED.with_columns(
                **{name: pl.lit(str(text)) for name, text in who.items()},
                section=pl.col("section").replace(
                    {name: cause.format(name) for name in ("Progression", "Death")}
                ),
                lower=pl.col("incidence") / 2,
                upper=pl.col("incidence") * 1.5,
            )
        )
        about = {"parameter": "PFS", **who}
        rows.append(stat(about, "n", 5.0, "5", 5))
        for name, events in (("Progression", 2), ("Death", 1)):
            of = {**about, "section": cause.format(name)}
            rows.append(stat(of, "events", float(events), str(events), 5))
            at = {**of, "level": "6", "level_label": "6 days"}
            rows.append(stat(at, "rate", 40.0, "40.0", 5))
    for name in ("Progression", "Death") if groups > 1 else ():
        test = {"parameter": "PFS", "section": cause.format(name), "level": "gray"}
        rows.append(stat(test, "p_value", 0.04, "0.040"))
    paints = {f"G{i}": series(i) for i in range(groups)}
    curves = pl.concat(parts)
    return Incidences(
        "PFS", "Progression-free survival", "days", curves, numbers(iter(rows)), paints
    )


def drawn(incidences: Incidences, width: str = "two columns") -> str:
    points = theme.page_width("one column" if width == "one column" else "two columns")
    return draw_incidences(incidences, points, "f", "Not real.")


def test_the_curve_steps_where_the_events_are() -> None:
    picture = drawn(shown())
    root = ET.fromstring(picture)
    path = next(
        p.get("d", "")
        for e in root.iter()
        if "\n" in e.get("data-results", "")
        for p in e.iter()
        if p.get("d")
    )
    steps = corners(path)
    (x0, low), (end, high) = steps[0], steps[-1]
    per_day, per_share = (end - x0) / 9, (low - high) / 0.4
    found = {(round((x - x0) / per_day, 2), round((low - y) / per_share, 2)) for x, y in steps}
    assert found >= {(0, 0), (2, 0), (2, 0.2), (6, 0.2), (6, 0.4), (9, 0.4)}


def test_each_cause_has_a_panel_with_its_test() -> None:
    texts = [box.text for box in text_boxes(drawn(shown(2)))]
    assert texts.count("Gray's test P = 0.040") == 2
    assert texts.count("Progression") == 2  # above its panel, and over its events
    assert texts.count("Incidence (%)") == 2


def test_numbers_at_risk_are_those_free_of_any_event() -> None:
    boxes = text_boxes(drawn(shown()))
    top = next(b.top for b in boxes if b.text == "Number at risk")
    below = sorted((b for b in boxes if b.top > top + 5 and b.text.isdigit()), key=lambda b: b.left)
    assert [b.text for b in below] == ["5", "5", "5", "4", "3", "3", "3", "1", "1", "1"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", COUNTS)
def test_no_text_touches_another(groups: int, label: str, width: str) -> None:
    picture = drawn(shown(groups, label), width)
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_causes_of_any_length_find_room(width: str) -> None:
    long = "{} or something else whose name is longer than any column of any journal could be"
    picture = drawn(shown(2, cause=long), width)
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_curves_are_tied_to_events_and_subjects() -> None:
    incidences = shown()
    tied = {
        r
        for e in ET.fromstring(drawn(incidences)).iter()
        for r in e.get("data-results", "").split("\n")
    }
    wanted = {r.result_id for r in incidences.numbers.rows if r.statistic in {"n", "events"}}
    assert wanted <= tied


def test_words_say_how_many_had_which_event() -> None:
    said = describe_incidences(shown(2))
    assert "Progression: Arm 0 2 of 5, 40.0% at 6 days; Arm 1 2 of 5" in said
    assert "Gray's test P 0.040" in said


def test_nobody_is_an_empty_plot() -> None:
    nobody = shown()
    empty = Incidences("PFS", "PFS", "days", nobody.frame.clear(), numbers(iter(())), nobody.paints)
    assert "Number at risk" in drawn(empty)


def test_the_same_curves_give_the_same_bytes() -> None:
    assert drawn(shown(3)) == drawn(shown(3))
