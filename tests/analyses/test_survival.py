import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adam, adtte, found, protocol, values
from tests.reference import reference
from topline.analyses.analyse import analyse
from topline.errors import DataError

CURVES = EVERY_KIND["PFS"]
ONE = {"kind": "survival", "endpoint": "PFS", "analysis_set": "SAFETY", "rates_at": [3]}
AT_3 = ("rate", "rate_se", "rate_lower", "rate_upper", "at_risk")


@pytest.mark.parametrize("arm", ["Active", "Control"])
def test_curves_equal_r(arm: str) -> None:
    cells, expected = found(CURVES), reference("analyses")["curve"][arm]
    start = f"PFS.TRT01P={arm}."
    assert values(cells, start, "median", "median_lower") == pytest.approx(
        [expected["median"], expected["median_lower"]]
    )
    got = values(cells, f"{start}3.", "rate", "rate_se", "at_risk")
    assert got == pytest.approx([expected[s] for s in ("rate", "rate_se", "at_risk")])


def test_limits_and_follow_up_equal_r() -> None:
    cells, expected = found(CURVES), reference("analyses")["curve"]["Control"]
    start = "PFS.TRT01P=Control."
    assert values(cells, f"{start}3.", *AT_3) == pytest.approx([expected[s] for s in AT_3])
    assert cells[f"{start}follow_up_median"]["value"] == pytest.approx(expected["follow_up_median"])
    assert cells[f"{start}follow_up_median"]["display"] == "4.9"


def test_events_and_censorings_are_told_by_cnsr() -> None:
    cells = found(CURVES)
    assert values(cells, "PFS.TRT01P=Control.", "n", "events", "censored") == [4, 3, 1]
    assert str(cells["PFS.TRT01P=Control.events"]["trace_where"]).endswith("AND CNSR = 0")


def test_what_is_not_reached_is_nr_and_what_has_no_limit_is_ne() -> None:
    cells = found(CURVES)
    active = "PFS.TRT01P=Active."
    assert cells[f"{active}follow_up_median"]["display"] == "NR"  # one censoring in four
    assert cells[f"{active}median_upper"]["display"] == "NE"
    assert cells[f"{active}median_upper"]["value"] is None
    assert cells["PFS.TRT01P=Control.12.rate"]["display"] == "0"  # all known by day 200
    assert cells[f"{active}3.rate_lower"]["display"] == "NE"  # no log-log limit at 100%
    assert cells[f"{active}3.rate_lower"]["warning"] == "no log-log limits where the rate is 100%"


def test_times_are_in_the_endpoints_unit() -> None:
    months = found(CURVES)["PFS.TRT01P=Active.median"]
    assert (months["unit"], months["display"]) == ("months", "9.9")
    days = found(EVERY_KIND["DOR"])["DOR.ECOGBL=0.median"]
    assert (days["unit"], days["display"], days["value"]) == (
        "days",
        "40",
        40,
    )  # level at 0.5 from day 20 to 60


def test_landmarks_are_labelled_with_their_unit() -> None:
    cells = found(ONE | {"rates_at": [1, 3]}, arms=("Active",))
    assert cells["PFS.1.rate"]["level_label"] == "1 month"
    assert cells["PFS.3.rate"]["level_label"] == "3 months"


def test_the_log_rank_test_equals_r() -> None:
    cells, expected = found(CURVES), reference("analyses")["log_rank"]
    assert values(cells, "PFS.log-rank.", "chi_square", "p_value", "df") == pytest.approx(
        [expected["chi_square"], expected["p_value"], 1]
    )
    assert cells["PFS.log-rank.p_value"]["display"] == "0.130"


def test_subjects_without_a_row_are_told() -> None:
    cell = found(CURVES)["PFS.TRT01P=Control.median"]
    assert cell["n_missing"] == 1  # T-09, enrolled and never treated
    assert cell["warning"] == "1 in the analysis set without a value, left out"


def test_subjects_of_no_group_have_their_curve_and_are_not_compared() -> None:
    cells = found(EVERY_KIND["PFS-REGION"])
    assert cells["PFS.REGION=(missing).n"]["value"] == 1
    assert cells["PFS.REGION=AS.median"]["warning"] == "no subjects in this group"
    test = cells["PFS.log-rank.p_value"]
    assert (test["n"], test["display"]) == (6, "NE")  # one group is left: nothing to compare
    assert "1 subjects without REGION are left out" in str(test["warning"])


def test_an_endpoint_among_some_does_not_miss_the_others() -> None:
    cells = found({"kind": "survival", "endpoint": "DOR", "analysis_set": "FULL"}, arms=("Active",))
    assert (cells["DOR.n"]["value"], cells["DOR.n"]["n_missing"]) == (3, 0)


@pytest.mark.parametrize(
    ("days", "cnsr", "median"),
    [([10], [0], "0.3"), ([10], [1], "NR"), ([10, 20], [1, 1], "NR"), ([], [], "NE")],
)
def test_few_subjects_and_no_events_are_defined(
    days: list[float], cnsr: list[int], median: str
) -> None:
    few = adtte().filter(pl.col("PARAMCD") == "PFS").head(len(days))
    few = few.with_columns(
        AVAL=pl.Series(days, dtype=pl.Float64), CNSR=pl.Series(cnsr, dtype=pl.Int64)
    )
    cells = found(ONE, adam() | {"ADTTE": few}, arms=("Active",))
    assert cells["PFS.n"]["value"] == len(days)
    assert cells["PFS.median"]["display"] == median


def test_steps_begin_at_time_0_with_everyone_at_risk() -> None:
    curves = analyse(protocol({"X": CURVES}), adam()).curves
    control = curves.filter(pl.col("group") == "Control")
    assert control["time"].to_list() == [0, 50, 100, 150, 200]
    assert control["at_risk"].to_list() == [4, 4, 3, 2, 1]
    assert control["events"].to_list() == [0, 1, 1, 0, 1]
    assert control["censored"].to_list() == [0, 0, 0, 1, 0]
    assert control["survival"].to_list() == [1, 0.75, 0.5, 0.5, 0]
    assert control["lower"][0] is None


def test_a_group_without_subjects_has_no_curve() -> None:
    curves = analyse(protocol({"X": EVERY_KIND["PFS-REGION"]}), adam()).curves
    assert curves["group"].unique(maintain_order=True).to_list() == ["EU", "(missing)"]


def test_curves_of_those_with_and_without_a_flag_are_compared() -> None:
    cells = found(ONE | {"by": "LIVERFL", "test": "log-rank"})
    assert values(cells, "PFS.LIVERFL=", "Y.n", "N.n") == [3, 5]
    assert (cells["PFS.log-rank.p_value"]["n"], cells["PFS.log-rank.df"]["value"]) == (8, 1)


def test_a_subject_with_two_rows_is_refused() -> None:
    twice = pl.concat([adtte(), adtte().head(1)])
    with pytest.raises(
        DataError, match=r"1 subjects have several rows with PARAMCD = PFS \(T-01\)"
    ):
        found(ONE, adam() | {"ADTTE": twice})
