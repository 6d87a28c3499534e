"""Adverse events as tiles: by grade, by cycle, and patient by patient."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from tests.analyses.study import protocol
from tests.displays.boxes import outside, overlapping
from tests.displays.groups import COUNTS, LABELS, WIDTHS, Row, events, group, numbers, share, stat
from topline.displays import theme
from topline.displays.event_heat_figure import event_heat
from topline.displays.heat_map import HeatMap, describe_heat_map, draw_heat_map
from topline.protocol.figures_of_groups import EventHeatFigure


def plan(**options: object) -> EventHeatFigure:
    content = {"kind": "event-heat-figure", "number": "F", "title": "F", "analysis": "A"}
    return EventHeatFigure.model_validate(content | options)


def made(rows: Iterator[Row], severity: str = "AETOXGR", **options: object) -> HeatMap:
    study = protocol({}, adverse_events={"severity": severity})
    return event_heat(plan(**options), study, numbers(rows))


def drawn(heat: HeatMap, width: str = "two columns") -> str:
    points = theme.page_width("one column" if width == "one column" else "two columns")
    return draw_heat_map(heat, points, "f", "Not real.")


def patients(subjects: int, terms: int, arms: int = 1, label: str = "short") -> Iterator[Row]:
    """Patient i has term t where i % (t + 2) is 0, of grade i % 4 + 1; those of 7 have none."""

    def graded(term: str, said: str, who: list[int]) -> Iterator[Row]:
        about = {"parameter": term, "parameter_label": said}
        yield stat(about, "n", float(len(who)), str(len(who)), subjects)
        for i in who:
            grade = i % 4 + 1
            row = {**about, "level": f"T-{i:03d}", "level_label": f"{i:03d}"}
            yield stat(row, "grade", float(grade), str(grade), 1)

    some = [i for i in range(subjects) if i % 7]
    yield from graded("(any)", "Any adverse event", some)
    for i in set(range(subjects)) - set(some):
        row = {"parameter": "(any)", "level": f"T-{i:03d}", "level_label": f"{i:03d}"}
        yield stat(row, "grade", 0.0, "0", 1)
    for t in range(terms):
        yield from graded(f"T{t}", LABELS[label].format(t), [i for i in some if i % (t + 2) == 0])
    for arm in range(arms) if arms > 1 else ():
        about = {"parameter": "TRT01A", **group(arm, arms, label)}
        who = [i for i in range(subjects) if i % arms == arm]
        yield stat(about, "n", float(len(who)), str(len(who)), subjects)
        for i in who:
            row = {**about, "level": f"T-{i:03d}", "level_label": f"{i:03d}"}
            yield stat(row, "value", None, "x", 1)


def test_tiles_say_how_many_have_which_grade() -> None:
    heat = made(events(1, 1))
    (matrix,) = heat.matrices
    assert matrix.columns == (
        "Any grade", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "Grade 5", "Grade ≥ 3",
    )  # fmt: skip
    texts = [tile.text for tile in matrix.rows[1] if tile is not None]
    assert texts == ["16 (43.2)", "9 (24.3)", "4 (10.8)", "2 (5.4)", "1 (2.7)", "0", "3 (8.1)"]


def test_greater_shares_are_darker_and_their_text_turns_white() -> None:
    tiles = [t for t in made(events(1, 1)).matrices[0].rows[1] if t is not None]
    light = [sum(int(t.paint.colour[i : i + 2], 16) for i in (1, 3, 5)) for t in tiles]
    order = sorted(range(len(tiles)), key=lambda i: tiles[i].numbers[1].value or 0)
    assert [light[i] for i in order] == sorted(light, reverse=True)
    everyone = made(share({"parameter": "T", "level": "any", "level_label": "Any"}, 37, 37))
    assert everyone.matrices[0].rows[0][0] is not None
    assert everyone.matrices[0].rows[0][0].white


def test_cycles_show_first_onsets_of_those_at_risk() -> None:
    rows: list[Row] = []
    about = {"parameter": "1", "parameter_label": "Rash", "group_label": "All"}
    rows += share(about, 5, 37)
    for cycle, (n, risk) in enumerate(((3, 37), (2, 30)), start=1):
        at = {**about, "level": f"cycle {cycle}", "level_label": f"Cycle {cycle}"}
        rows += [stat(at, "at_risk", float(risk), str(risk)), *share(at, n, risk)]
    heat = made(iter(rows))
    tiles = [tile for tile in heat.matrices[0].rows[0] if tile is not None]
    assert [tile.text for tile in tiles] == ["3 / 37", "2 / 30"]
    assert heat.below == "First onsets / subjects at risk"


def test_patients_stand_side_by_side_the_worst_first() -> None:
    heat = made(patients(8, 2))
    (matrix,) = heat.matrices
    assert [name.text for name in heat.names] == ["Any adverse event", "Arm 0", "Arm 1"]
    grades = [[int(t.text) if t is not None else 0 for t in row] for row in matrix.rows]
    # By the first term, then the second: patients 6 and 2 (grade 3), 4 (grade 1), 3 (second term)
    assert grades[1] == [3, 3, 1, 0, 0, 0, 0, 0]
    assert grades[0] == [3, 3, 1, 4, 2, 2, 0, 0] or grades[0][-2:] in ([0, 0], [2, 0])
    assert [name.said for name in heat.names] == ["6", "3", "2"]


def test_patients_are_named_only_where_the_protocol_asks_for_it() -> None:
    assert set(made(patients(8, 2)).matrices[0].columns) == {""}
    named = made(patients(8, 2), names=True)
    assert set(named.matrices[0].columns) == {f"{i:03d}" for i in range(8)}
    assert "T-003" not in drawn(made(patients(8, 2)))


def test_severities_have_their_own_words_and_colours() -> None:
    rows = (r for r in patients(8, 1) if r.get("value") in {1.0, 2.0, 3.0} or r["n"] != 1)
    heat = made(rows, severity="AESEV")
    assert [entry.text for entry in heat.entries] == ["Mild", "Moderate", "Severe"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("groups", COUNTS)
def test_no_text_touches_another(groups: int, label: str, width: str) -> None:
    for rows in (events(groups, 5, label, sections=2), patients(40, 3, groups, label)):
        picture = drawn(made(rows), width)
        assert overlapping(picture) == []
        assert outside(picture) == []


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("subjects", [10, 37, 400])
def test_patients_of_any_number_find_room(subjects: int, names: bool) -> None:
    picture = drawn(made(patients(subjects, 12), names=names))
    assert overlapping(picture) == []
    assert len(picture) < 500_000


def test_rare_terms_stay_away() -> None:
    heat = made(patients(40, 9), at_least_percent=20)
    assert "not shown" in heat.remark
    assert len(heat.names) < 10


def test_every_tile_is_tied_to_its_results() -> None:
    heat = made(events(2, 2))
    tied = {
        r for e in ET.fromstring(drawn(heat)).iter() for r in e.get("data-results", "").split("\n")
    }
    numbers_of = {
        n.result_id for m in heat.matrices for row in m.rows for t in row if t for n in t.numbers
    }
    assert numbers_of <= tied


def test_words_say_what_the_tiles_show() -> None:
    said = describe_heat_map(made(events(1, 1)), "Heat map")
    assert said.startswith("Heat map. Any adverse event: Any grade ")
    assert "Arm term 0: Any grade 16 (43.2), Grade 1 9 (24.3)" in said


def test_no_events_leave_an_empty_map() -> None:
    assert overlapping(drawn(made(iter(())))) == []


def test_the_same_results_give_the_same_bytes() -> None:
    assert drawn(made(patients(20, 3))) == drawn(made(patients(20, 3)))
