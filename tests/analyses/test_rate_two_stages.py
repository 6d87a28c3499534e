"""The decision of a two-stage design: by its own rule, and exact for other numbers of subjects."""

from math import comb

import pytest

from tests.analyses.study import SINGLE_STAGE, adam, adrs, adsl, found
from topline.analyses.rate import responders_needed
from topline.design.after_two_stages.inference import compute_inference
from topline.design.one_arm_binary.two_stage import two_looks
from topline.protocol.design import SimonTwoStage
from topline.report.promises import describe_design

TESTED = {"kind": "rate", "endpoint": "ORR", "analysis_set": "FULL", "test": "design"}
SIMON = SINGLE_STAGE | {
    "kind": "simon",
    "first_stage": {"stop_at_most": 1, "of": 5},
    "success": {"responders_at_least": 4, "of": 9},
}


def test_the_protocols_rule_decides() -> None:
    cells = found(TESTED, design=SIMON)  # 3 of 9 respond
    assert cells["ORR.responders_needed"]["value"] == 4
    assert cells["ORR.decision"]["display"] == "not met"
    rule = SIMON | {"success": {"responders_at_least": 3, "of": 9}}
    assert found(TESTED, design=rule)["ORR.decision"]["display"] == "met"


def test_the_p_value_leaves_out_trials_that_ended() -> None:
    # P(X1 > 1, X >= 3) with 5 and 4 subjects at 1/4, in whole numbers
    ways = sum(
        comb(5, a) * 3 ** (5 - a) * comb(4, b) * 3 ** (4 - b)
        for a in range(2, 6)
        for b in range(5)
        if a + b >= 3
    )
    cell = found(TESTED, design=SIMON)["ORR.p_value"]
    assert cell["value"] == pytest.approx(ways / 4**9, rel=1e-12)
    assert str(cell["method"]) == "Exact p-value after two stages"
    planned = compute_inference(two_looks(5, 1, 9, 4), 9, 3, 0.25)
    assert cell["value"] == pytest.approx(planned.p_value, rel=1e-12)


def test_other_numbers_of_subjects_keep_alpha() -> None:
    design = SimonTwoStage.model_validate(
        SIMON | {"first_stage": {"stop_at_most": 1, "of": 10},
                 "success": {"responders_at_least": 6, "of": 29},
                 "null": 0.1, "alternative": 0.3, "alpha": {"value": 0.05, "sides": 1}}
    )  # fmt: skip
    for n in (20, 27, 32):
        needed, why = responders_needed(design, n)
        assert needed is not None
        look = two_looks(10, 1, n, needed)
        assert compute_inference(look, n, needed, 0.1).p_value <= 0.05
        assert compute_inference(look, n, needed - 1, 0.1).p_value > 0.05
        assert "The protocol's rule is 6 of 29" in why


def test_a_trial_that_ended_after_its_first_stage_did_not_meet_its_goal() -> None:
    rule = SIMON | {
        "first_stage": {"stop_at_most": 3, "of": 9},
        "success": {"responders_at_least": 8, "of": 20},
    }
    cell = found(TESTED, design=rule)["ORR.decision"]
    assert cell["display"] == "not met"
    assert "3 or fewer responders of the first 9 the trial ends" in str(cell["warning"])


def test_nobody_in_the_set_gives_no_decision() -> None:
    nobody = {"ADSL": adsl().clear(), "ADRS": adrs().clear()}
    cells = found(TESTED, adam() | nobody, design=SIMON)
    assert cells["ORR.decision"]["display"] == "NE"


def test_the_report_says_both_stages() -> None:
    from tests.analyses.study import protocol

    words = describe_design(protocol({"X": TESTED}, design=SIMON))
    assert words.startswith("Two stages (Simon) on")
    assert "Ends with 1 or fewer responders of the first 5." in words
