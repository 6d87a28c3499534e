"""Subgroups of one arm, and of several side by side."""

import polars as pl

from tests.analyses.study import adam
from tests.displays.tiny import heads, lines, tabled, unsupported

SPAN = "Active against Control"


def test_arms_stand_side_by_side_before_their_effect() -> None:
    table = tabled("subgroup-table", "PFS-SUBGROUPS")
    assert heads(table) == [
        ("", "Subgroup"), ("Events / N", "Active"), ("Events / N", "Control"),
        (SPAN, "Hazard ratio (95% CI)"), (SPAN, "P"), ("", "Interaction P"),
    ]  # fmt: skip
    assert lines(table)[:4] == [
        ["All", "3 / 4", "3 / 4", "0.21 (0.02 to 2.08)", "0.182", ""],
        ["Sex", "", "", "", "", "0.489"],
        ["Female", "2 / 2", "2 / 2", "0.27 (0.02 to 3.08)", "0.289", ""],
        ["Male", "1 / 2", "1 / 2", "0.00 (NE to NE)", "NE", ""],
    ]
    assert unsupported(table) == []


def test_the_p_of_a_variable_is_explained() -> None:
    said = "P in the line of a variable: interaction of arm and subgroup."
    assert said in tabled("subgroup-table", "PFS-SUBGROUPS").footnotes
    said = "P in the line of a variable: between its subgroups."
    assert said in tabled("subgroup-table", "ORR-SUBGROUPS", ("Active",)).footnotes


def test_subgroups_without_an_interaction_have_no_column_of_it() -> None:
    table = tabled("subgroup-table", "ORR-SUBGROUPS")
    assert [label for _, label in heads(table)] == [
        "Subgroup", "Active", "Control", "Odds ratio (95% CI)", "P",
    ]  # fmt: skip
    assert ["Missing", "", "0 / 1", "", ""] in lines(table)  # one without a region, of Control


def test_one_arm_has_a_share_or_the_rate_at_a_time() -> None:
    shares = tabled("subgroup-table", "ORR-SUBGROUPS", ("Active",))
    assert [label for _, label in heads(shares)] == [
        "Subgroup", "n / N", "Estimate, % (95% CI)", "P",
    ]  # fmt: skip
    assert lines(shares)[0] == ["All", "3 / 9", "33.3 (7.5 to 70.1)", ""]
    rates = tabled("subgroup-table", "PFS-RATES", ("Active",))
    assert heads(rates)[2][1] == "Estimate at 3 months, % (95% CI)"
    assert lines(rates)[-1] == ["Male", "2 / 4", "100 (NE to NE)", ""]


def test_three_arms_have_an_effect_each() -> None:
    third = pl.when(pl.col("USUBJID").is_in(["T-02", "T-06"])).then(pl.lit("Third"))
    moved = third.otherwise("TRT01P").alias("TRT01P")
    data = {name: frame.with_columns(moved) for name, frame in adam().items()}
    table = tabled("subgroup-table", "PFS-SUBGROUPS", ("Third", "Active", "Control"), data=data)
    assert [label for span, label in heads(table) if span == "Events / N"] == [
        "Third", "Active", "Control",
    ]  # fmt: skip
    assert [span for span, label in heads(table) if label == "P"] == [
        "Third against Control", "Active against Control",
    ]  # fmt: skip
