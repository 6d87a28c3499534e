import polars as pl

from tests.analyses.study import EVERY_KIND, adam, adsl, found, protocol
from topline.analyses.analyse import analyse

FLOW = EVERY_KIND["FLOW"]


def counts(cells: dict[str, dict[str, object]]) -> dict[str, object]:
    return {name: cell["value"] for name, cell in cells.items()}


def test_boxes_losses_and_outcomes_are_counted() -> None:
    assert counts(found(FLOW)) == {
        "SCREENED.n": 11,
        "FULL.lost.n": 2,
        "FULL.lost.Screen failure.n": 1,
        "FULL.lost.Withdrew consent.n": 0,  # foreseen, and nobody's reason
        "FULL.lost.(missing).n": 1,
        "FULL.TRT01P=Active.n": 4,
        "FULL.TRT01P=Control.n": 5,
        "SAFETY.lost.TRT01P=Active.n": 0,
        "SAFETY.lost.TRT01P=Active.Not treated.n": 0,
        "SAFETY.lost.TRT01P=Control.n": 1,
        "SAFETY.lost.TRT01P=Control.Not treated.n": 1,
        "SAFETY.TRT01P=Active.n": 4,
        "SAFETY.TRT01P=Control.n": 4,
        "SAFETY.outcome.TRT01P=Active.PD.n": 2,
        "SAFETY.outcome.TRT01P=Active.Toxicity.n": 1,
        "SAFETY.outcome.TRT01P=Active.(missing).n": 1,
        "SAFETY.outcome.TRT01P=Control.PD.n": 2,
        "SAFETY.outcome.TRT01P=Control.Toxicity.n": 1,
        "SAFETY.outcome.TRT01P=Control.(missing).n": 1,
    }


def test_each_box_names_its_own_analysis_set() -> None:
    cells = found(FLOW)
    assert cells["SCREENED.n"]["analysis_set"] == "SCREENED"
    assert cells["SAFETY.lost.TRT01P=Control.n"]["analysis_set"] == "FULL"  # lost from there
    assert cells["SAFETY.outcome.TRT01P=Active.PD.n"]["parameter_label"] == "Stopped"


def test_one_arm_makes_one_box() -> None:
    cells = found(FLOW, arms=("Active",))
    assert cells["FULL.n"]["value"] == 9
    assert cells["SAFETY.lost.n"]["value"] == 1
    assert not any("TRT01P" in name for name in cells)


def test_an_arm_without_subjects_keeps_its_box_with_a_warning() -> None:
    cells = found(FLOW, arms=("Active", "Control", "Third"))
    assert cells["FULL.TRT01P=Third.n"]["value"] == 0
    assert cells["FULL.TRT01P=Third.n"]["warning"] == "no subjects"


def test_subjects_who_skip_a_step_are_told() -> None:
    treated_but_not_enrolled = adsl().with_columns(
        FASFL=pl.when(pl.col("USUBJID") == "T-01").then(None).otherwise("FASFL")
    )
    results = analyse(
        protocol({"X": FLOW}, arms=("Active",)), adam() | {"ADSL": treated_but_not_enrolled}
    ).rows
    box = results.filter(pl.col("parameter") == "SAFETY").row(0, named=True)
    assert box["value"] == 8
    assert box["warning"] == "1 of these subjects are not in FULL"


def test_nobody_at_all_gives_boxes_of_zero() -> None:
    cells = found(FLOW, adam() | {"ADSL": adsl().clear()})
    assert {cell["value"] for cell in cells.values()} == {0}


def test_those_who_did_not_stop_are_told_by_the_state_of_their_treatment() -> None:
    state = pl.when(pl.col("DCTREAS").is_null()).then(pl.lit("ONGOING")).otherwise(pl.lit("X"))
    cells = found(FLOW, adam() | {"ADSL": adsl().with_columns(EOTSTT=state)}, arms=("Active",))
    outcomes = {
        (c["level"], c["level_label"]): c["value"]
        for c in cells.values()
        if c["parameter"] == "SAFETY.outcome"
    }
    assert outcomes == {
        ("PD", "PD"): 4,
        ("Toxicity", "Toxicity"): 2,
        ("ONGOING", "Ongoing"): 2,
    }
