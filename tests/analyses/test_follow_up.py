"""How long subjects were followed: censoring is the event."""

import pytest

from tests.analyses.study import EVERY_KIND, found, protocol, values
from tests.analyses.study import adam as every_dataset
from tests.reference import reference
from topline.analyses.analyse import analyse

PLAN = EVERY_KIND["FOLLOW-UP"]


def test_the_median_equals_r_and_that_of_the_survival_analysis() -> None:
    expected = reference("analyses")["curve"]["Control"]["follow_up_median"]
    cells = found(PLAN)
    assert cells["PFS.TRT01P=Control.median"]["value"] == pytest.approx(expected)
    survival = found(EVERY_KIND["PFS"])["PFS.TRT01P=Control.follow_up_median"]
    assert cells["PFS.TRT01P=Control.median"]["value"] == survival["value"]


def test_the_censored_are_the_events() -> None:
    cells, survival = found(PLAN), found(EVERY_KIND["PFS"])
    one = "PFS.TRT01P=Active."
    assert values(cells, one, "events", "censored") == values(survival, one, "censored", "events")
    assert str(cells[f"{one}events"]["trace_where"]).endswith("AND CNSR <> 0")
    assert cells[f"{one}median"]["method"] == "Reverse Kaplan-Meier, Brookmeyer-Crowley limits"
    assert cells[f"{one}median"]["display"] == "NR"  # one of four was censored


def test_the_curve_falls_where_follow_up_ends() -> None:
    curves = analyse(protocol({"X": PLAN}), every_dataset()).curves.filter(group="Active")
    assert curves["time"].to_list() == [0, 100, 200, 300, 400]
    assert curves["events"].to_list() == [0, 0, 1, 0, 0]  # T-04 was censored on day 200
    assert curves["survival"].to_list() == pytest.approx([1, 1, 2 / 3, 2 / 3, 2 / 3])
    assert curves["incidence"].null_count() == curves.height


def test_groups_and_landmarks_are_those_asked_for() -> None:
    cells = found(PLAN | {"by": "SEX", "where": "AGE > 50", "rates_at": [5]})
    assert cells["PFS.SEX=F.5.rate"]["level_label"] == "5 months"
    assert cells["PFS.SEX=M.n"]["value"] == 4
