"""What a patient's profile is made of."""

from typing import Any, cast

import polars as pl

from tests.displays import example
from topline.analyses.results import Results
from topline.protocol.protocol import Protocol
from topline.report.profiles import describe_profiles

Plan = dict[str, Any]


def plan(made: tuple[Protocol, dict[str, pl.DataFrame], Results]) -> Plan:
    protocol, adam, _ = made
    return cast("Plan", describe_profiles(protocol, adam))


def test_key_variables_are_those_of_the_baseline_table() -> None:
    facts = plan(example.cabotem())["facts"]
    assert [fact["label"] for fact in facts[:4]] == [
        "Treatment", "Age", "Gender", "ECOG performance status",
    ]  # fmt: skip
    assert facts[2]["levels"] == {"M": "Male", "F": "Female"}
    assert facts[1]["unit"] == "years"


def test_several_flags_are_one_fact() -> None:
    facts = plan(example.cabotem())["facts"]
    (sites,) = (fact for fact in facts if fact["label"] == "Metastasis sites")
    assert ["METLIVFL", "Liver"] in sites["flags"]


def test_sets_name_flag_reason_and_label() -> None:
    protocol, *_ = made = example.cabotem()
    assert plan(made)["sets"][2] == [
        "PPROTFL", "PPROTRS", "PP", protocol.analysis_sets["PP"].label,
    ]  # fmt: skip


def test_bounds_and_drugs_are_the_protocols() -> None:
    found = plan(example.cabotem())
    assert found["drugs"] == ["CABOZANTINIB", "TEMOZOLOMIDE"]
    assert (found["shrinks"], found["grows"]) == (30.0, [20.0, 5.0])


def test_values_over_time_are_drawn_wherever_a_dataset_has_them() -> None:
    columns = {
        "USUBJID": ["1"], "PARAMCD": ["A"], "PARAM": ["A"], "AVAL": [1.0], "ADT": ["2024-01-01"],
    }  # fmt: skip
    made = pl.DataFrame(columns)
    protocol, adam, _ = example.cabotem()
    datasets = {"ADSL": adam["ADSL"], "ADLB": made, "ADPC": made, "ADNO": made.drop("AVAL")}
    found = cast("Plan", describe_profiles(protocol, datasets))
    assert found["series"] == [
        {"dataset": "ADLB", "title": "Laboratory results", "scales": {}},
        {"dataset": "ADPC", "title": "ADPC", "scales": {}},
    ]


def test_scores_have_the_range_of_all_patients() -> None:
    scores = pl.DataFrame(
        {
            "USUBJID": ["1", "2", "2", "2"],
            "PARAMCD": ["PA", "PA", "PA", "QL"],
            "PARAM": ["Pain", "Pain", "Pain", "Quality"],
            "AVAL": [0.0, 66.7, None, None],
            "ADT": ["2024-01-01"] * 4,
            "ITEMS": [2, 2, 2, 2],
        }
    )
    protocol, adam, _ = example.cabotem()
    found = cast("Plan", describe_profiles(protocol, {"ADSL": adam["ADSL"], "ADQS": scores}))
    assert found["series"][0]["scales"] == {"PA": [0.0, 66.7]}


def test_what_adsl_does_not_have_is_left_out() -> None:
    protocol, adam, _ = example.cabotem()
    found = cast("Plan", describe_profiles(protocol, {"ADSL": adam["ADSL"].drop("DCTREAS", "SEX")}))
    outcome = [fact["variable"] for fact in found["outcome"]]
    assert "TRTSDT" in outcome
    assert "DCTREAS" not in outcome
    assert "Gender" not in [fact["label"] for fact in found["facts"]]
