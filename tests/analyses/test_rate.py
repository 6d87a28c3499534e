import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, SINGLE_STAGE, adam, adrs, adsl, found, values
from tests.reference import reference
from topline.analyses.rate import responders_needed
from topline.protocol.design import SingleStage

RATE = EVERY_KIND["ORR"]
TESTED = {"kind": "rate", "endpoint": "ORR", "analysis_set": "FULL", "test": "design"}
LIMITS = ("estimate", "lower", "upper")


@pytest.mark.parametrize(
    ("group", "name"),
    [("", "all"), ("TRT01P=Active.", "Active"), ("TRT01P=Control.", "Control")],
)
def test_rates_equal_r(group: str, name: str) -> None:
    expected = reference("analyses")["rate"][name]
    assert values(found(RATE), f"ORR.{group}", *LIMITS) == pytest.approx(
        [expected[s] for s in LIMITS]
    )


def test_each_response_is_counted_and_those_of_assessments_are_not() -> None:
    cells = found(RATE)
    assert {
        cell["level"]: cell["value"]
        for cell in cells.values()
        if cell["statistic"] == "n" and not cell["by"]
    } == {"CR": 1, "PR": 2, "SD": 2, "PD": 2, "NE": 2}
    assert cells["ORR.responders"]["trace_where"] == (
        "FASFL = 'Y' AND PARAMCD = 'BOR' AND AVALC IN ('CR', 'PR')"
    )


def test_responses_of_non_measurable_disease_are_shown_if_they_occur() -> None:
    some = adrs().with_columns(AVALC=pl.col("AVALC").replace("SD", "NON-CR/NON-PD"))
    levels = [c["level"] for c in found(TESTED | {"test": None}, adam() | {"ADRS": some}).values()]
    assert list(dict.fromkeys(levels)) == ["", "CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]


def test_subgroups_follow_the_protocols_levels() -> None:
    cells = found(RATE)
    groups = [(c["by"], c["group"]) for c in cells.values() if c["statistic"] == "responders"]
    assert groups == [
        ("", ""), ("TRT01P", "Active"), ("TRT01P", "Control"), ("SEX", "F"), ("SEX", "M"),
        ("REGION", "EU"), ("REGION", "AS"), ("REGION", "(missing)"),
        ("ECOGBL", "0"), ("ECOGBL", "1"), ("ECOGBL", "2"), ("ECOGBL", "(missing)"),
    ]  # fmt: skip
    assert cells["ORR.SEX=F.responders"]["value"] == 2
    assert cells["ORR.REGION=AS.estimate"]["warning"] == "no subjects in this group"
    assert cells["ORR.REGION=AS.estimate"]["value"] is None


def test_a_sensitivity_analysis_is_among_some() -> None:
    cells = found(EVERY_KIND["ORR-TREATED"])
    # KI67 above 4: T-01, T-02, T-04, T-08; women: T-01, T-03, T-05, T-06, T-09
    assert values(cells, "ORR.", "responders", "estimate") == [3, 37.5]


def test_a_subgroup_left_out_on_purpose_is_not_shown() -> None:
    women = found(RATE | {"where": "SEX = 'F'"})
    assert "ORR.SEX=F.responders" in women
    assert not any("SEX=M" in name for name in women)


def test_subjects_without_a_response_are_left_out_and_told() -> None:
    lacking = adrs().filter(pl.col("USUBJID") != "T-09")
    cell = found(RATE, adam() | {"ADRS": lacking})["ORR.estimate"]
    assert (cell["n"], cell["n_missing"]) == (8, 1)
    assert cell["warning"] == "1 in the analysis set without a value, left out"


def test_nobody_in_the_set_gives_no_rate_and_no_decision() -> None:
    nobody = {"ADSL": adsl().clear(), "ADRS": adrs().clear()}
    cells = found(TESTED, adam() | nobody, design=SINGLE_STAGE)
    assert values(cells, "ORR.", "responders", *LIMITS) == [0, None, None, None]
    assert cells["ORR.decision"]["display"] == "NE"
    assert "no subjects in this group" in str(cells["ORR.decision"]["warning"])


def test_the_decision_counts_responders_against_those_needed() -> None:
    expected = reference("analyses")["design"]
    cells = found(TESTED, design=SINGLE_STAGE)
    assert cells["ORR.responders_needed"]["value"] == expected["needed_of_9"]
    assert cells["ORR.p_value"]["value"] == pytest.approx(expected["p_value_3_of_9"])
    assert (cells["ORR.decision"]["value"], cells["ORR.decision"]["display"]) == (0, "not met")
    assert str(cells["ORR.decision"]["options"]).endswith("found=5 of 9 needed, 3 seen")
    assert cells["ORR.decision"]["warning"] == (
        "The protocol's rule is 13 of 35; among 9 subjects 5 is the smallest with p ≤ 0.1"
    )


def test_the_goal_is_met_with_exactly_as_many_responders_as_needed() -> None:
    rule = SINGLE_STAGE | {"success": {"responders_at_least": 3, "of": 9}}
    cell = found(TESTED, design=rule)["ORR.decision"]
    assert (cell["display"], cell["warning"]) == ("met", "")
    rule = SINGLE_STAGE | {"success": {"responders_at_least": 4, "of": 9}}
    assert found(TESTED, design=rule)["ORR.decision"]["display"] == "not met"


def test_responders_needed_equal_r_for_other_numbers_of_subjects() -> None:
    design, expected = SingleStage.model_validate(SINGLE_STAGE), reference("analyses")["design"]
    assert responders_needed(design, 35) == (expected["needed_of_35"], "")
    assert responders_needed(design, 33)[0] == expected["needed_of_33"]
    two_sided = SINGLE_STAGE | {"alpha": {"value": 0.1, "sides": 2}}
    assert (
        responders_needed(SingleStage.model_validate(two_sided), 9)[0]
        == expected["needed_of_9_two_sided"]
    )
    assert responders_needed(design, 1)[0] is None  # P(1 of 1) is 0.25, above alpha


def test_arms_asked_for_twice_are_shown_once() -> None:
    names = found(RATE | {"by": ["TRT01P"]})
    assert not any("#" in name for name in names)
