"""Forest plots: which lines there are, and where the marks stand in the picture."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.analyses.study import adam, protocol
from tests.displays.boxes import corners, outside, overlapping, shapes, text_boxes
from tests.displays.groups import LABELS, WIDTHS, Row, limits, numbers, stat
from topline.analyses.analyse import analyse
from topline.displays import theme
from topline.displays.forest_figure import describe_forest, draw_forest
from topline.displays.forest_lines import Forest, forest_of
from topline.displays.numbers import Numbers
from topline.protocol.figures_of_groups import ForestFigure
from topline.protocol.forests import measure_of

ARMS = {1: ("Active",), 2: ("Active", "Control"), 3: ("Active", "Control", "Third")}


def plan(**options: object) -> ForestFigure:
    content = {"kind": "forest-figure", "number": "F", "title": "F", "analyses": ["A"]}
    return ForestFigure.model_validate(content | options)


def subgroup_plan(**options: object) -> dict[str, object]:
    base = {"kind": "subgroups", "endpoint": "ORR", "analysis_set": "FULL", "by": ["SEX"]}
    return {"A": base | options}


def rates(groups: int, label: str = "short") -> Iterator[Row]:
    """One arm: all, then the values of one variable."""
    about: Row = {"parameter": "ORR", "parameter_label": "Response rate", "group_label": "All"}
    for i in range(-1, groups):
        if i >= 0:
            about = {**about, "by": "SEX", "group": f"V{i}", "group_label": LABELS[label].format(i)}
        yield stat(about, "n", 33.0, "33")
        yield stat(about, "events", 5.0, "5")
        yield from limits(about, 15.0, 5.0, 31.0, unit="%")
    yield stat({**about, "group": "", "level": "between"}, "p_value", 0.4, "0.400")


def effects(groups: int, arms: int, label: str = "short") -> Iterator[Row]:
    """Several arms: counts of each, and each one's hazard ratio against the last."""
    for i in range(-1, groups):
        about: Row = {"parameter": "PFS", "parameter_label": "Progression-free survival"}
        about |= {"group_label": "All"}
        if i >= 0:
            about |= {"by": "SEX", "group": f"V{i}", "group_label": LABELS[label].format(f"s{i}")}
        for arm in range(arms):
            named = {**about, "level": f"A{arm}", "level_label": LABELS[label].format(arm)}
            yield stat(named, "n", 40.0, "40")
            yield stat(named, "events", 20.0, "20")
        for arm in range(arms - 1):
            named = {**about, "level": f"A{arm} hazard ratio", "level_label": "against"}
            yield from limits(named, 0.8, 0.5, 1.28)
            yield stat(named, "p_value", 0.3, "0.300")


def made(rows: Iterator[Row], arms: int = 1, **options: object) -> Forest:
    endpoint = "ORR" if arms == 1 else "PFS"
    study = protocol(subgroup_plan(endpoint=endpoint), arms=ARMS[min(arms, 3)])
    return forest_of(plan(**options), study, {"A": numbers(rows)})


def real(planned: dict[str, object], arms: int = 2, **options: object) -> Forest:
    study = protocol(planned, arms=ARMS[arms])
    rows = analyse(study, adam()).rows
    return forest_of(plan(**options), study, {name: Numbers(rows, name) for name in planned})


def drawn(forest: Forest, width: str = "two columns", **options: object) -> str:
    assert width in WIDTHS
    points = theme.page_width("one column" if width == "one column" else "two columns")
    favours = options.get("favours")
    assert favours is None or isinstance(favours, tuple)
    return draw_forest(forest, points, "f", favours=favours)


def test_a_square_stands_at_the_estimate_and_a_line_between_the_limits() -> None:
    forest = made(rates(2))
    picture = drawn(forest)
    ticks = {b.text: (b.left + b.right) / 2 for b in text_boxes(picture)}
    per_point = (ticks["30"] - ticks["10"]) / 20
    x0 = ticks["10"] - 10 * per_point
    marks = marks_of(picture, forest.lines[2].limits or ())
    square, whisker = (sorted({round((x - x0) / per_point, 1) for x, _ in m}) for m in marks)
    assert whisker == [5.0, 31.0]
    assert sum(square) / 2 == pytest.approx(15.0, abs=0.2)


def marks_of(picture: str, limits_: tuple[object, ...]) -> list[list[tuple[float, float]]]:
    """Return the corners of the marks tied to estimate and limits, texts left out."""
    ids = "\n".join(getattr(number, "result_id", "") for number in limits_)
    root = ET.fromstring(picture)
    found = [e for e in root.iter() if e.get("data-results") == ids]
    return [corners(p.get("d", "")) for e in found for p in e.iter() if p.get("d")]


def test_all_subjects_are_a_diamond_with_a_dashed_line_down_from_it() -> None:
    picture = drawn(made(rates(2)))
    assert "stroke-dasharray" in picture
    root = ET.fromstring(picture)
    diamond, _ = marks_of(picture, made(rates(2)).lines[0].limits or ())
    assert len({x for x, _ in diamond}) == 3  # left, middle, right: not the two of a square
    assert "All" in "".join(root.itertext())


def test_ratios_have_a_logarithmic_axis_with_one_in_the_middle() -> None:
    picture = drawn(made(effects(2, 2), 2))
    ticks = {b.text: (b.left + b.right) / 2 for b in text_boxes(picture)}
    assert ticks["1"] - ticks["0.5"] == pytest.approx(ticks["2"] - ticks["1"], abs=0.1)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", [1, 12, 40])
def test_no_text_touches_another_whatever_the_names(groups: int, label: str, width: str) -> None:
    picture = drawn(made(rates(groups, label)), width)
    assert overlapping(picture) == []
    assert outside(picture) == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("arms", [2, 3, 5, 12])
def test_arms_of_any_number_find_room(arms: int, label: str, width: str) -> None:
    forest = made(effects(3, arms, label), arms)
    picture = drawn(forest, width, favours=("Favors one arm or the other", LABELS["long"]))
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_a_page_holds_forty_lines() -> None:
    picture = drawn(made(rates(40)))
    height = float(ET.fromstring(picture).get("height", "").removesuffix("pt"))
    assert height < theme.tallest()


def test_counts_stay_away_where_many_arms_leave_no_room_for_them() -> None:
    picture = drawn(made(effects(2, 12), 12), "one column")
    assert "20 / 40" not in picture
    assert "20 / 40" in describe_forest(made(effects(2, 12), 12))


def test_limits_beyond_the_axis_have_arrows() -> None:
    about: Row = {"parameter": "PFS", "group_label": "All"}
    wide = {**about, "by": "SEX", "group": "V", "group_label": "Wide"}
    counts = [stat({**about, "level": a, "level_label": a}, "n", 9.0, "9") for a in "AB"]
    rows = [
        *counts,
        *limits({**about, "level": "A hazard ratio"}, 0.9, 0.6, 1.4),
        *limits({**wide, "level": "A hazard ratio"}, 2.0, 0.001, 5000.0),
    ]
    forest = made(iter(rows), 2)
    picture = drawn(forest)
    triangles = [p for e in ET.fromstring(picture).iter() if len(p := corners(e.get("d", ""))) == 4]
    heads = [t for t in triangles if t[0] == t[-1]]
    assert len(heads) >= 2 or picture.count(" z") >= 4
    assert "2 (0.001 to 5000)" in describe_forest(forest)


def test_a_median_not_reached_is_a_line_with_an_arrow_and_no_square() -> None:
    about: Row = {"parameter": "PFS", "parameter_label": "Survival", "group_label": "All"}
    study = protocol(subgroup_plan(endpoint="PFS"), arms=ARMS[1])
    rows = [
        *limits(about, 10.0, 5.0, 20.0, unit="months"),
        stat({**about, "by": "SEX", "group": "F", "group_label": "F"}, "estimate", None, "NR"),
        stat({**about, "by": "SEX", "group": "F", "group_label": "F"}, "lower", 8.0, "8.0"),
        stat({**about, "by": "SEX", "group": "F", "group_label": "F"}, "upper", None, "NE"),
    ]
    forest = forest_of(plan(), study, {"A": numbers(iter(rows))})
    assert forest.open
    picture = drawn(forest)
    line = forest.lines[-1]
    assert len(marks_of(picture, line.limits or ())) == 1  # the line alone
    assert "NR (8.0 to NE)" in picture


def test_what_cannot_be_estimated_is_said_in_words() -> None:
    about: Row = {"parameter": "ORR", "parameter_label": "R", "group_label": "All"}
    forest = made(iter(limits(about, None, None, None, unit="%")))
    picture = drawn(forest)
    assert "not estimable" in picture
    assert marks_of(picture, forest.lines[0].limits or ()) == []


def test_no_results_give_an_empty_axis() -> None:
    picture = drawn(made(iter(())))
    assert overlapping(picture) == []


def test_text_of_the_study_is_no_markup() -> None:
    picture = drawn(made(rates(2, "markup")))
    tags = {e.tag.partition("}")[2] for e in ET.fromstring(picture).iter()}
    assert tags <= {"svg", "g", "path", "use", "defs", "clipPath", "rect", "text"}
    assert any(text and text.startswith("<b>0</b>") for text in ET.fromstring(picture).itertext())


def test_the_same_results_give_the_same_bytes() -> None:
    assert drawn(made(rates(5))) == drawn(made(rates(5)))


def test_every_estimate_is_tied_to_its_results() -> None:
    forest = made(rates(3))
    picture = drawn(forest)
    for line in forest.lines:
        if line.limits is not None:
            assert marks_of(picture, line.limits)
            assert shapes(picture, "no such result") == []


# What the lines are, from analyses that were carried out.
def test_subgroups_of_one_arm_have_all_then_each_variable() -> None:
    forest = real(subgroup_plan(), arms=1)
    assert [(line.name, line.heading) for line in forest.lines] == [
        ("All", False), ("Sex", True), ("Female", False), ("Male", False),
    ]  # fmt: skip
    assert forest.measure == "Response rate, %"
    assert forest.short == "%"
    assert forest.lines[0].counts[0].text == "3 / 9"
    assert forest.lines[1].p is not None


def test_subgroups_of_times_can_show_the_rate_at_a_landmark() -> None:
    forest = real(subgroup_plan(endpoint="PFS", rate_at=3), arms=1)
    assert forest.measure == "Progression-free survival at 3 months, %"
    assert forest.share
    assert real(subgroup_plan(endpoint="PFS"), arms=1).measure == (
        "Median progression-free survival, months"
    )


def test_one_arm_against_another_stands_in_the_line_of_its_subgroup() -> None:
    forest = real(subgroup_plan(endpoint="PFS"))
    assert forest.heads == ("Active\nEvents / N", "Control\nEvents / N")
    assert forest.measure == "Hazard ratio, against Control"
    assert [line.name for line in forest.lines] == ["All", "Sex", "Female", "Male"]
    assert forest.lines[0].limits is not None


def test_two_arms_against_a_third_stand_below_their_subgroup() -> None:
    forest = made(effects(1, 3), 3)
    assert [(line.name, line.indent) for line in forest.lines[:3]] == [
        ("All", 0), ("Arm 0", 1), ("Arm 1", 1),
    ]  # fmt: skip
    assert forest.measure == "Hazard ratio, against Arm 2"


def test_a_regression_shows_reference_categories_with_their_counts() -> None:
    cox = {"kind": "cox-regression", "endpoint": "PFS", "analysis_set": "FULL"}
    cox |= {"covariates": ["SEX", "AGE"], "models": ["univariable"]}
    forest = real({"A": cox})
    shown = {line.name: line for line in forest.lines}
    assert shown["Female"].reference
    assert shown["Female"].limits is None
    assert shown["Female"].counts[0].text == "4 / 4"
    assert shown["Male"].limits is not None
    assert "Age, per 1" in next(name for name in shown if name.startswith("Age"))
    assert "Reference" in drawn(forest)


def test_models_of_a_regression_stand_under_their_names() -> None:
    cox = {"kind": "cox-regression", "endpoint": "PFS", "analysis_set": "FULL"}
    cox |= {"covariates": ["SEX"]}
    names = [line.name for line in real({"A": cox}).lines if line.heading]
    assert names == ["Univariable", "Multivariable"]
    one = real({"A": cox}, models=["multivariable"])
    assert [line.name for line in one.lines if line.heading] == ["Sex"]


def test_comparisons_stand_one_below_the_other() -> None:
    compared = {"kind": "comparison", "outcome": "ORR", "analysis_set": "FULL", "by": "SEX"}
    asked = {"tests": ["fisher"], "odds_ratio": "haldane-anscombe", "difference": "newcombe"}
    analyses: dict[str, object] = {"A": compared | asked, "B": compared | asked}
    forest = real(analyses, analyses=["A", "B"])
    assert [line.name for line in forest.lines] == [
        "Response rate, by Sex",
        "Female against Male",
    ] * 2
    assert forest.lines[1].counts[1].text  # the reference's
    differences = real(analyses, analyses=["A"], effect="difference")
    assert (differences.null, differences.ratio) == (0.0, False)


@pytest.mark.parametrize(
    ("analysis", "arms", "measure"),
    [
        (subgroup_plan()["A"], 1, "rate"),
        (subgroup_plan(endpoint="PFS")["A"], 1, "median"),
        (subgroup_plan(endpoint="PFS", rate_at=6)["A"], 1, "rate"),
        (subgroup_plan(effect="difference")["A"], 2, "difference"),
        (subgroup_plan(endpoint="PFS")["A"], 2, "hazard ratio"),
    ],
)
def test_measures_follow_from_endpoint_and_arms(analysis: object, arms: int, measure: str) -> None:
    study = protocol({"A": analysis}, arms=ARMS[arms])
    assert measure_of(study, study.analyses["A"]) == measure
