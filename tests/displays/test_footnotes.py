"""What stands below displays: of what they print, and of nothing else."""

from collections.abc import Mapping

import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adae, adam, protocol
from tests.displays.tiny import tabled
from topline.analyses.analyse import analyse
from topline.displays.compose import compose

CURVE = {"number": "F", "title": "T", "kind": "kaplan-meier-figure", "analysis": "X"}


def notes(analysis: Mapping[str, object], display: Mapping[str, object]) -> tuple[str, ...]:
    plan = protocol({"X": analysis}, displays=[{"number": "N", "title": "T", **display}])
    (one,) = compose(plan, analyse(plan, adam()))
    return one.footnotes


def test_signs_are_explained_where_they_are_printed() -> None:
    assert "NE, not estimable." in tabled("subgroup-table", "PFS-SUBGROUPS").footnotes
    few = tabled("subgroup-table", "ORR-SUBGROUPS").footnotes  # has nothing that is not estimable
    assert not any("not estimable" in note for note in few)


def test_methods_are_those_of_the_numbers_printed() -> None:
    median = notes(EVERY_KIND["PFS"], {"kind": "survival-table", "analyses": ["X"]})
    methods = [note for note in median if note.startswith("Methods")]
    assert len(methods) == 1
    assert "Count" not in methods[0]
    curve = [note for note in notes(EVERY_KIND["PFS"], CURVE) if note.startswith("Methods")]
    assert "Kaplan-Meier" in curve[0]
    assert "Reverse" not in curve[0]  # follow-up is not drawn
    followed = notes(EVERY_KIND["FOLLOW-UP"], CURVE)
    assert any("Reverse Kaplan-Meier" in note for note in followed)


def test_the_set_comes_first_and_the_notice_last() -> None:
    table = tabled("overview-table", "OVERVIEW")
    assert table.footnotes[0] == "Analysis set SAFETY: Treated."
    plan = protocol(
        {"X": EVERY_KIND["OVERVIEW"]},
        displays=[
            {"kind": "overview-table", "number": "T", "title": "T", "analysis": "X",
             "footnotes": ["Own words."]},
        ],
        study={
            "id": "T", "title": "T", "arms": [{"id": "A", "label": "Active"}],
            "data_cut": "2025-02-01", "notice": "Made up.",
        },
    )  # fmt: skip
    (one,) = compose(plan, analyse(plan, adam()))
    assert one.footnotes[0] == "Own words."
    assert one.footnotes[-2:] == ("Data cut: 1 February 2025.", "Made up.")


@pytest.mark.parametrize(
    ("kind", "display"),
    [
        ("OVERVIEW", {"kind": "overview-table", "analysis": "X"}),
        ("AE", {"kind": "adverse-event-table", "analysis": "X"}),
        ("AE-FLAT", {"kind": "event-rates-figure", "analyses": ["X"]}),
        ("AE-PATIENTS", {"kind": "event-heat-figure", "analysis": "X"}),
    ],
)
def test_events_name_the_dictionary_of_their_grades(kind: str, display: dict[str, object]) -> None:
    data = adam() | {"ADAE": adae().filter(pl.col("ATOXGRN").is_not_null())}
    plan = protocol(
        {"X": EVERY_KIND[kind]},
        displays=[{"number": "N", "title": "T", **display}],
        adverse_events={"dictionary": "CTCAE v4.03"},
    )
    (one,) = compose(plan, analyse(plan, data))
    assert "Severity: CTCAE v4.03." in one.footnotes


def test_whom_a_summary_counts_is_said() -> None:
    said = tabled("summary-table", "BASELINE-FREE").footnotes
    expected = "Only subjects counted under: Free of progression beyond 150 days, of those known."
    assert expected in said


def test_nothing_is_said_twice() -> None:
    for kind, analysis in (("subgroup-table", "PFS-SUBGROUPS"), ("regression-table", "PFS-COX")):
        found = tabled(kind, analysis).footnotes
        assert len(found) == len(set(found))
        assert all(note.endswith(".") for note in found)
