"""Adverse events as bars: which lines, how long the bars, back to back or side by side."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.analyses.study import protocol
from tests.displays.boxes import corners, outside, overlapping, text_boxes
from tests.displays.groups import COUNTS, LABELS, WIDTHS, Row, events, group, numbers, share, stat
from topline.displays import theme
from topline.displays.event_rates_figure import event_bars
from topline.displays.numbers import Numbers
from topline.displays.rate_bars import BarChart, describe_bars, draw_bars
from topline.protocol.figures_of_groups import EventRatesFigure
from topline.protocol.protocol import Protocol


def plan(**options: object) -> EventRatesFigure:
    content = {"kind": "event-rates-figure", "number": "F", "title": "F", "analyses": ["A"]}
    return EventRatesFigure.model_validate(content | options)


def study() -> Protocol:
    return protocol({}, adverse_events={"severity": "AETOXGR"})


def made(rows: Iterator[Row], **options: object) -> BarChart:
    return event_bars(plan(**options), study(), {"A": numbers(rows)})


def drawn(chart: BarChart, width: str = "two columns") -> str:
    points = theme.page_width("one column" if width == "one column" else "two columns")
    return draw_bars(chart, points, "f", "Not real.")


def bars(picture: str) -> dict[str, float]:
    """Return the length of each bar in points, by the result it shows."""
    root = ET.fromstring(picture)
    lengths: dict[str, float] = {}
    for element in root.iter():
        result = element.get("data-results", "")
        for path in element.iter():
            if result and path.get("d"):
                xs = [x for x, _ in corners(path.get("d", ""))]
                lengths[result] = max(xs) - min(xs)
    return lengths


def test_grades_stand_behind_each_other_as_long_as_their_shares() -> None:
    chart = made(events(1, 1))
    picture = drawn(chart)
    found = bars(picture)
    line = chart.lines[1]
    assert line.bars[0] is not None
    parts = {chart.levels[i][0]: n for i, n in line.bars[0].parts}
    one, two = (parts[f"Grade {g}"] for g in (1, 2))
    ratio = found[one.result_id] / found[two.result_id]
    assert ratio == pytest.approx((one.value or 0) / (two.value or 1), rel=0.01)


def test_the_number_behind_a_bar_is_that_of_any_grade() -> None:
    chart = made(events(1, 2))
    first = chart.lines[1].bars[0]
    assert first is not None
    # 37 patients: 18 // 2 = 9, 4, 2, 1 of grades 1 to 4
    assert (first.said, [n.display for _, n in first.parts]) == (
        "16 (43.2)", ["24.3", "10.8", "5.4", "2.7", "0.0"],
    )  # fmt: skip


def test_two_arms_stand_back_to_back() -> None:
    chart = made(events(2, 1))
    assert chart.mirrored
    picture = drawn(chart)
    ticks = [b for b in text_boxes(picture) if b.text == "0"]
    axis = max(b.top for b in ticks)
    zeros = sorted(b.left for b in ticks if b.top == axis)
    first, second = (line for line in (chart.lines[1].bars[0], chart.lines[1].bars[1]) if line)
    assert first.said == second.said  # one is left, one is right of the axes
    said = sorted(b.left for b in text_boxes(picture) if b.text == first.said)
    assert said[0] < zeros[0] < zeros[-1] < said[-1]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", COUNTS)
def test_no_text_touches_another(groups: int, label: str, width: str) -> None:
    picture = drawn(made(events(groups, 6, label, sections=2)), width)
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("terms", [40, 240])
def test_a_page_holds_forty_terms_and_says_that_others_are_not_shown(terms: int) -> None:
    chart = made(events(1, terms, sections=8))
    assert sum(not line.heading for line in chart.lines) == 40
    assert ("not shown" in chart.remark) == (terms > 40)
    picture = drawn(chart)
    assert overlapping(picture) == []
    assert float(ET.fromstring(picture).get("height", "").removesuffix("pt")) <= theme.tallest()


def test_terms_below_the_threshold_stay_away_with_their_body_system() -> None:
    few = {"section": "Rare", "parameter": "R", "parameter_label": "Rare term", "level": "any"}
    rows = [*events(1, 2, sections=1), *share({**few, "group_label": "All"}, 1, 37)]
    rows += share({**few, "parameter": "(any)", "group_label": "All"}, 1, 37)
    names = [line.name for line in made(iter(rows), at_least_percent=5).lines]
    assert "Rare" not in names
    assert "Rare term" not in names
    assert "Rare term" in [line.name for line in made(iter(rows)).lines]


def test_of_more_terms_than_asked_for_the_most_frequent_are_kept_in_their_order() -> None:
    chart = made(events(1, 9), terms_at_most=3)
    assert [line.name for line in chart.lines] == [
        "Any adverse event", "Arm term 0", "Arm term 1", "Arm term 2",
    ]  # fmt: skip


def test_two_analyses_match_terms_whether_or_not_one_groups_them() -> None:
    plain, grouped = numbers(events(1, 2)), numbers(events(1, 3, sections=1))
    chart = event_bars(
        plan(analyses=["B", "A"], titles={"B": "Any", "A": "Related"}),
        study(),
        {"B": grouped, "A": plain},
    )
    assert [panel.title for panel in chart.panels] == ["Any\n(N = 37)", "Related\n(N = 37)"]
    shown = {line.name: [bar is not None for bar in line.bars] for line in chart.lines}
    assert shown["Arm term 0"] == [True, True]
    assert shown["Arm term 2"] == [True, False]
    assert shown["Body system 0"] == [True, False]


def test_an_overview_has_one_colour_and_its_lines_in_order() -> None:
    rows: list[Row] = []
    for i, (said, n) in enumerate((("Any", 30), ("Serious", 3), ("Fatal", 0)), start=1):
        about = {"parameter": str(i), "parameter_label": said, **group(0, 1, "short")}
        rows += [*share(about, n, 37), stat(about, "events", 9.0, "9")]
    chart = made(iter(rows))
    assert [(line.name, line.bars[0] and line.bars[0].said) for line in chart.lines] == [
        ("Any", "30 (81.1)"), ("Serious", "3 (8.1)"), ("Fatal", "0"),
    ]  # fmt: skip
    assert len(chart.levels) == 1


def test_grades_keep_their_colours_whatever_else_is_shown() -> None:
    all_of_them = dict(made(events(1, 3)).levels)
    rows = (r for r in events(1, 3) if r["level"] in {"any", "3"})
    assert dict(made(rows).levels) == {"Grade 3": all_of_them["Grade 3"]}


def test_words_say_what_the_bars_show() -> None:
    said = describe_bars(made(events(2, 1)))
    assert "Arm term 0: Arm 0 (N = 37): 16 (43.2) (Grade 1 24.3%, Grade 2 10.8%" in said


def test_no_events_leave_an_empty_chart() -> None:
    assert overlapping(drawn(made(iter(())))) == []


def test_the_same_results_give_the_same_bytes() -> None:
    assert drawn(made(events(3, 5))) == drawn(made(events(3, 5)))


def test_every_bar_and_number_is_tied_to_its_results() -> None:
    found = numbers(events(2, 2))
    picture = drawn(event_bars(plan(), study(), {"A": found}))
    tied = {r for e in ET.fromstring(picture).iter() for r in e.get("data-results", "").split("\n")}
    printed = {
        r.result_id
        for r in found.rows
        if r.value and (r.level == "any" or (r.level.isdigit() and r.statistic == "percent"))
    }
    assert printed <= tied


def test_missing_grades_have_a_colour_of_their_own() -> None:
    rows = [*events(1, 1)]
    missing = {"parameter": "T0", "level": "(missing)", "level_label": "Grade missing"}
    rows += share({**missing, **group(0, 1, "short")}, 2, 37)
    levels = dict(made(iter(rows)).levels)
    assert levels["Grade missing"] == theme.MISSING
    assert isinstance(numbers(iter(rows)), Numbers)
