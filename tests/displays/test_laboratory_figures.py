"""Laboratory results as bars of worst grades and as squares of shifts; exposure as bars."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.displays.boxes import outside, overlapping
from tests.displays.groups import COUNTS, LABELS, WIDTHS, Row, group, numbers, share, stat
from topline.displays import theme
from topline.displays.exposure_figure import exposure_bars
from topline.displays.laboratory_grades_figure import laboratory_bars
from topline.displays.laboratory_shift_figure import (
    Block,
    blocks_of,
    describe_shifts,
    draw_shifts,
)
from topline.displays.rate_bars import BarChart, draw_bars
from topline.protocol.figures_of_groups import LaboratoryGradesFigure, LaboratoryShiftFigure

GRADES = ("0", "1", "2", "3", "4")


def points(width: str) -> float:
    return theme.page_width("one column" if width == "one column" else "two columns")


def about(test: int, i: int, groups: int, label: str) -> Row:
    return {
        "section": LABELS[label].format(f"test {test} (10^9/L)"),
        "parameter": f"T{test}.low",
        "parameter_label": LABELS[label].format(f"term {test}"),
    } | group(i, groups, label)


def graded(groups: int, tests: int, label: str = "short") -> Iterator[Row]:
    """Of 20 evaluated, test t has 8 - t of grade 1, 4 of grade 2, 1 of grade 4."""
    for t in range(tests):
        for i in range(groups):
            row = about(t, i, groups, label)
            named = {"evaluated": ("Evaluated", 20), "any": ("Any grade", 13 - t)}
            named |= {"1": ("Grade 1", 8 - t), "2": ("Grade 2", 4), "3": ("Grade 3", 0)}
            named |= {"4": ("Grade 4", 1)}
            for level, (said, n) in named.items():
                yield from share({**row, "level": level, "level_label": said}, n, 20)


def shifted(groups: int, tests: int, label: str = "short", *, worse: bool = True) -> Iterator[Row]:
    """Of 20, 12 stay at 0, 5 go from 0 to 2 if any become worse, 3 from 1 to 0."""
    counts = {("0", "0"): 12 if worse else 17, ("0", "2"): 5 if worse else 0, ("1", "0"): 3}
    for t in range(tests):
        for i in range(groups):
            row = about(t, i, groups, label)
            yield from share({**row, "level": "evaluated", "level_label": "Evaluated"}, 20, 20)
            for base in GRADES:
                for worst in ("any", *GRADES):
                    said = "any" if worst == "any" else f"grade {worst}"
                    level = {
                        "level": f"{base} to {worst}",
                        "level_label": f"Grade {base} to {said}",
                    }
                    yield from share({**row, **level}, counts.get((base, worst), 0), 20)


def bars(rows: Iterator[Row], **options: object) -> BarChart:
    content = {"kind": "laboratory-grades-figure", "number": "F", "title": "F", "analysis": "A"}
    return laboratory_bars(LaboratoryGradesFigure.model_validate(content | options), numbers(rows))


def squares(rows: Iterator[Row], **options: object) -> tuple[Block, ...]:
    content = {"kind": "laboratory-shift-figure", "number": "F", "title": "F", "analysis": "A"}
    return blocks_of(LaboratoryShiftFigure.model_validate(content | options), numbers(rows))


def test_bars_count_of_those_evaluated() -> None:
    chart = bars(graded(1, 1))
    bar = chart.lines[0].bars[0]
    assert bar is not None
    assert bar.said == "13 / 20 (65.0)"
    assert [n.display for _, n in bar.parts] == ["40.0", "20.0", "0.0", "5.0"]
    assert chart.axis == "Subjects evaluated (%)"


def test_grades_look_as_those_of_adverse_events_do() -> None:
    levels = dict(bars(graded(1, 1)).levels)
    assert levels["Grade 4"] == theme.scale(3, 5)


def test_tests_can_stand_by_rate_and_rare_ones_away() -> None:
    rows = [*graded(1, 1), *(r for r in graded(1, 4) if r["parameter"] == "T3.low")]
    listed = [line.name for line in bars(iter(rows[::-1])).lines]
    assert listed == ["Arm term 3", "Arm term 0"]
    assert [line.name for line in bars(iter(rows[::-1]), sort="rate").lines] == listed[::-1]
    chart = bars(iter(rows), at_least_percent=60)
    assert [line.name for line in chart.lines] == ["Arm term 0"]
    assert "not shown" in chart.remark


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", COUNTS)
def test_no_text_touches_another(groups: int, label: str, width: str) -> None:
    drawn = draw_bars(bars(graded(groups, 4, label)), points(width), "f", "Not real.")
    assert overlapping(drawn) == []
    assert outside(drawn) == []
    drawn = draw_shifts(squares(shifted(groups, 3, label)), points(width), "f", "Not real.")
    assert overlapping(drawn) == []
    assert outside(drawn) == []


def test_squares_have_the_baselines_that_somebody_has_and_results_between_the_outermost() -> None:
    (block,) = squares(shifted(1, 1))
    assert (block.rows, block.columns) == (("0", "1"), ("0", "1", "2"))
    texts = [[tile.text if tile else None for tile in row] for row in block.shifts[0].tiles]
    assert texts == [["12", "", "5"], ["3", "", ""]]


def test_tests_in_which_nobody_became_worse_stay_away_unless_asked_for() -> None:
    assert squares(shifted(1, 2, worse=False)) == ()
    assert len(squares(shifted(1, 2, worse=False), unchanged=True)) == 2


def test_arms_of_a_test_stand_side_by_side() -> None:
    (block,) = squares(shifted(3, 1))
    assert [shift.arm for shift in block.shifts] == ["Arm 0", "Arm 1", "Arm 2"]
    picture = draw_shifts((block,), points("two columns"), "f")
    assert "Arm 2, N = 20" in picture


def test_units_are_raised() -> None:
    assert squares(shifted(1, 1))[0].test == "Arm test 0 (10⁹/L)"


def test_words_say_who_changed() -> None:
    said = describe_shifts(squares(shifted(1, 1)))
    assert "Arm term 0: 20 evaluated, 5 from 0 to 2, 3 from 1 to 0." in said


def test_no_results_leave_an_empty_picture() -> None:
    assert overlapping(draw_bars(bars(iter(())), points("two columns"), "f")) == []
    assert overlapping(draw_shifts((), points("two columns"), "f")) == []


def test_tiles_are_tied_to_their_results() -> None:
    blocks = squares(shifted(1, 1))
    picture = draw_shifts(blocks, points("two columns"), "f")
    assert picture == draw_shifts(blocks, points("two columns"), "f")
    tied = {r for e in ET.fromstring(picture).iter() for r in e.get("data-results", "").split("\n")}
    tiles = (tile for block in blocks for row in block.shifts[0].tiles for tile in row if tile)
    assert {n.result_id for tile in tiles for n in tile.numbers} <= tied


def intensities(drugs: int, groups: int, label: str = "short") -> Iterator[Row]:
    """Relative dose intensity of each drug: a quarter below 80, half below 100, a quarter 100."""
    for d in range(drugs):
        for i in range(groups + (groups > 1)):
            who = group(i, groups, label) if i < groups else {"group_label": "All"}
            row: Row = {"section": f"DRUG {d}", "parameter": "RDIGR", **who}
            for level, n in (("<80", 10), ("80 to <100", 20), (">=100", 10)):
                yield from share({**row, "level": level, "level_label": f"{level}%"}, n, 40)
            spread = {**row, "parameter": "RDI"}
            for name, value in (("median", 92.5), ("min", 40.0), ("max", 110.0)):
                yield stat({**spread, "unit": "%"}, name, value, f"{value:.1f}")


def test_intensity_has_a_bar_a_drug_with_its_median_behind() -> None:
    chart = exposure_bars(numbers(intensities(2, 1)))
    assert [line.name for line in chart.lines] == ["Drug 0", "Drug 1"]
    assert [bar.said for line in chart.lines for bar in line.bars if bar] == [
        "92.5 (40.0 to 110.0)"
    ] * 2
    assert chart.whole


def test_arms_of_a_drug_stand_below_its_name() -> None:
    chart = exposure_bars(numbers(intensities(1, 2)))
    assert [(line.name, line.heading) for line in chart.lines] == [
        ("Drug 0", True), ("Arm 0", False), ("Arm 1", False),
    ]  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", COUNTS)
def test_bars_of_exposure_touch_nothing(groups: int, label: str, width: str) -> None:
    chart = exposure_bars(numbers(intensities(2, groups, label)))
    picture = draw_bars(chart, points(width), "f", "Not real.")
    assert overlapping(picture) == []
    assert outside(picture) == []
