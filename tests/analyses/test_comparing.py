"""Comparing analyses on eleven subjects against R, and what they say at the edge."""

import polars as pl
import pytest

from tests.analyses.study import EVERY_KIND, adam, found, protocol, values
from tests.reference import reference
from topline.analyses.analyse import analyse
from topline.errors import ProtocolError

R = reference("comparisons")


def p(cells: dict[str, dict[str, object]], start: str) -> object:
    return cells[f"{start}.p_value"]["value"]


def test_shares_are_compared_as_r_does() -> None:
    cells = found(EVERY_KIND["ORR-SEX"] | {"strata": [], "tests": ["fisher", "chi-square"]})
    assert p(cells, "ORR.fisher") == pytest.approx(R["fisher"], rel=1e-12)
    assert p(cells, "ORR.chi-square") == pytest.approx(R["chi_square"], rel=1e-12)
    start = "ORR.SEX=F.odds ratio."
    assert values(cells, start, "estimate", "lower", "upper") == pytest.approx(R["odds_ratio"])


def test_a_share_is_told_by_group() -> None:
    cells = found(EVERY_KIND["ORR-SEX"])
    assert cells["ORR.SEX=F.responders"]["display"] == "2"
    assert cells["ORR.SEX=F.percent"]["display"] == "40.0"
    assert cells["ORR.SEX=M.percent"]["n"] == 3  # T-08 has no stratum
    assert cells["ORR.SEX=M.percent"]["n_missing"] == 1


def test_numbers_are_compared_as_r_does() -> None:
    cells = found(EVERY_KIND["AGE-SEX"])
    assert p(cells, "AGE.mann-whitney") == pytest.approx(R["mann_whitney"], rel=1e-12)
    assert p(cells, "AGE.t-test") == pytest.approx(R["welch"], rel=1e-12)
    assert cells["AGE.SEX=F.shift.estimate"]["value"] == pytest.approx(R["shift"])


def test_pairs_are_compared_as_r_does() -> None:
    cells = found(EVERY_KIND["AGE-KI67"])
    assert p(cells, "KI67.signed-rank") == pytest.approx(R["signed_rank"], rel=1e-12)
    assert cells["KI67.signed-rank.p_value"]["n_missing"] == 2  # T-03 and T-07 have no Ki-67


def test_regression_equals_r() -> None:
    plan = EVERY_KIND["PFS-COX"] | {"covariates": ["SEX", "AGE"], "per": {}}
    cells, r = found(plan), R["cox"]
    one = "univariable.PFS.SEX=M."
    assert values(cells, one, "estimate", "p_value") == pytest.approx(
        [r["hazard_ratio"], r["p_value"]], rel=1e-7
    )
    model = "univariable.PFS.SEX=.model."
    assert values(cells, model, "aic", "concordance", "events") == pytest.approx(
        [r["aic"], r["concordance"], 6], rel=1e-7
    )
    assert p(cells, "univariable.PFS.SEX=.proportional hazards") == pytest.approx(r["check"])
    adjusted = cells["multivariable.PFS.SEX=M.estimate"]["value"]
    assert adjusted == pytest.approx(r["adjusted"], rel=1e-6)


def test_a_hazard_ratio_without_a_bound_is_penalised_and_says_so() -> None:
    cell = found(EVERY_KIND["PFS-COX"])["univariable.PFS.ECOGBL=1.estimate"]
    assert cell["method"] == "Cox regression with Firth's penalty"
    assert "no bound" in str(cell["warning"])
    never = found(EVERY_KIND["PFS-COX"] | {"firth": "never"})["univariable.PFS.ECOGBL=1.estimate"]
    assert (never["value"], never["method"]) == (0, "Cox regression")


def test_arms_are_compared_within_subgroups() -> None:
    cells = found(EVERY_KIND["PFS-SUBGROUPS"])
    ratio = cells["PFS.Active hazard ratio.estimate"]["value"]
    assert ratio == pytest.approx(R["cox"]["arms"], rel=1e-7)
    assert cells["PFS.SEX=F.Active.events"]["display"] == "2"
    assert "PFS.SEX=.interaction.p_value" in cells


def test_subgroups_of_one_arm_have_their_own_estimates() -> None:
    cells = found(EVERY_KIND["PFS-SUBGROUPS"], arms=("Active",))
    assert values(cells, "PFS.SEX=F.", "n", "events") == [4, 4]
    assert cells["PFS.SEX=.between.p_value"]["value"] is not None
    shares = found(EVERY_KIND["ORR-SUBGROUPS"], arms=("Active",))
    assert values(shares, "ORR.SEX=F.", "n", "events", "estimate") == [5, 2, 40]
    assert p(shares, "ORR.SEX=.between") == pytest.approx(R["fisher"])


def test_the_stratified_log_rank_test_equals_r() -> None:
    plan = EVERY_KIND["PFS"] | {"strata": ["SEX"]}
    chi_square = found(plan)["PFS.log-rank.chi_square"]["value"]
    assert chi_square == pytest.approx(R["stratified"]["chi_square"], rel=1e-9)


def test_causes_are_compared_as_cmprsk_does() -> None:
    cells = found(EVERY_KIND["PFS-CAUSES"])
    found_p = [p(cells, f"{cause}.PFS.gray") for cause in ("Progression", "Death")]
    assert found_p == pytest.approx(R["gray"], rel=1e-6)


def test_events_of_no_cause_compete_and_are_told() -> None:
    plan = EVERY_KIND["PFS-CAUSES"] | {"causes": {"Death": ["Death"]}, "test": None}
    cell = found(plan)["Death.PFS.SEX=F.12.rate"]
    assert "3 events of no cause named compete" in str(cell["warning"])
    assert cell["value"] == 25  # as with the other cause named


def test_visits_are_compared_as_lmer_does() -> None:
    cells = found(EVERY_KIND["SUM-VISITS"], arms=("Active",))
    start = "SUMDIAM.F test of visit."
    assert values(cells, start, "statistic", "df_error", "p_value") == pytest.approx(
        [R["visits"]["f"], R["visits"]["df"], R["visits"]["p_value"]], rel=1e-5
    )
    assert cells["SUMDIAM.2.n"]["value"] == 5  # T-06 was not measured


def test_one_group_leaves_nothing_to_compare() -> None:
    plan = EVERY_KIND["ORR-SEX"] | {"where": "SEX = 'F'"}
    cell = found(plan)["ORR.p_value"]
    assert (cell["display"], cell["warning"]) == (
        "NE",
        "nothing to compare: 1 groups with subjects",
    )


def test_more_than_two_groups_have_a_difference_each() -> None:
    plan = EVERY_KIND["ORR-SEX"] | {"by": "REGION", "strata": [], "tests": ["fisher"]}
    everyone = adam()
    regions = pl.Series(
        "REGION", ["EU", "EU", "AS", "AS", "US", "US", "US", "AS", "EU", None, None]
    )
    everyone["ADSL"] = everyone["ADSL"].with_columns(regions)
    cells = found(plan | {"reference": "AS"}, everyone)
    assert "ORR.REGION=EU.odds ratio.estimate" in cells
    assert "ORR.REGION=US.difference.estimate" in cells
    assert "ORR.EU - AS.p_adjusted" in cells


def test_every_wrong_wish_is_told_at_once() -> None:
    wishes = {
        "A": EVERY_KIND["ORR-SEX"] | {"tests": ["mann-whitney"]},
        "B": EVERY_KIND["AGE-SEX"] | {"tests": ["fisher", "van-elteren"]},
        "C": EVERY_KIND["ORR-SEX"] | {"outcome": "PSA", "by": "SEKS"},
        "D": EVERY_KIND["AGE-KI67"] | {"second": "SEX"},
        "E": EVERY_KIND["AGE-KI67"] | {"test": "mcnemar"},
        "F": EVERY_KIND["PFS-COX"] | {"covariates": ["AGES"]},
        "G": EVERY_KIND["SUM-VISITS"] | {"dataset": "ADZZ"},
        "H": EVERY_KIND["ORR-SEX"] | {"reference": "X"},
        "I": EVERY_KIND["REGION-SEX"] | {"odds_ratio": "woolf"},
    }
    with pytest.raises(ProtocolError) as error:
        analyse(protocol(wishes), adam())
    said = str(error.value)
    for line in (
        "analyses.A.tests[0]: found mann-whitney; expected a test of categories",
        "analyses.B.tests[0]: found fisher; expected a test of numbers",
        "analyses.B.tests[1]: found van-elteren without strata",
        "analyses.C.outcome: found PSA; expected a variable of ADSL or one of the endpoints",
        "analyses.C.by: found SEKS, a variable that ADSL does not have",
        "analyses.D: found AGE and SEX, one a number and one not",
        "analyses.E.test: found mcnemar of numbers",
        "analyses.F.covariates: found AGES",
        "analyses.G: found no dataset ADZZ",
        "analyses.H.reference: found X; expected one of the groups",
        "analyses.I.odds_ratio: found woolf; expected an endpoint or a flag as outcome",
    ):
        assert line in said


def test_eight_groups_are_compared_as_two_are() -> None:
    everyone = adam()
    groups = ["A", "B", "C", "D", "E", "F", "G", "H", "A", None, None]
    everyone["ADSL"] = everyone["ADSL"].with_columns(pl.Series("REGION", groups))
    share = EVERY_KIND["ORR-SEX"] | {"by": "REGION", "strata": [], "tests": ["fisher"]}
    age = EVERY_KIND["AGE-SEX"] | {"by": "REGION", "tests": ["kruskal-wallis"]}
    curves = EVERY_KIND["PFS-REGION"] | {"where": None}
    assert found(share, everyone)["ORR.fisher.p_value"]["n"] == 9
    assert len([id_ for id_ in found(share, everyone) if id_.endswith("p_adjusted")]) == 28
    assert found(age, everyone)["AGE.kruskal-wallis.df"]["value"] == 7
    assert found(curves, everyone)["PFS.log-rank.df"]["value"] == 7


def test_a_share_is_told_of_all_groups_together_and_of_those_who_did_not() -> None:
    cells = found(EVERY_KIND["ORR-SEX"])
    assert values(cells, "ORR.SEX=F.", "n", "responders", "others") == [5, 2, 3]
    assert values(cells, "ORR.total.", "n", "responders", "others") == [8, 3, 5]
    assert str(cells["ORR.total.others"]["trace_where"]).count("USUBJID") == 1


def test_agreement_tells_its_margins() -> None:
    cells = found(EVERY_KIND["LIVER-BONE"])
    assert cells["Female.SEX.F - total.n"]["value"] == 5
    assert values(cells, "Total.SEX.total - ", "0.n", "1.n", "total.n") == [5, 3, 8]


def test_each_level_of_a_regression_tells_how_many_and_how_many_events() -> None:
    cells = found(EVERY_KIND["PFS-COX"])
    start = "univariable.PFS.SEX="
    assert values(cells, start, "F.category.n", "F.category.events") == [4, 4]
    assert values(cells, start, "M.category.n", "M.category.events") == [4, 2]
    # three of the men have a performance status, as every covariate of the model
    assert cells["multivariable.PFS.SEX=M.category.n"]["value"] == 3


def test_subgroups_of_one_arm_have_the_rate_at_a_time() -> None:
    plan = EVERY_KIND["PFS-RATES"]
    cells = found(plan, arms=("Active",))
    assert values(cells, "PFS.SEX=", "F.estimate", "M.estimate") == [75, 100]
    assert (cells["PFS.estimate"]["display"], cells["PFS.estimate"]["unit"]) == ("87.5", "%")
    assert cells["PFS.SEX=M.lower"]["display"] == "NE"  # no log-log limit at 100%
    curve = found(
        {"kind": "survival", "endpoint": "PFS", "analysis_set": "FULL", "rates_at": [3]},
        arms=("Active",),
    )
    for limit in ("lower", "upper"):
        assert cells[f"PFS.{limit}"]["value"] == pytest.approx(
            curve[f"PFS.3.rate_{limit}"]["value"]
        )


def test_the_incidences_of_causes_are_steps_of_their_own() -> None:
    curves = analyse(protocol({"X": EVERY_KIND["PFS-CAUSES"]}), adam()).curves
    assert curves["survival"].null_count() == curves.height
    women = curves.filter(group="F")
    assert women["section"].unique(maintain_order=True).to_list() == ["Progression", "Death"]
    assert women["incidence"].to_list() == pytest.approx([0, 0.25, 0.75, 0.75, 0, 0, 0, 0.25])
    ends = women.group_by("section").agg(pl.col("incidence").last())["incidence"]
    assert ends.sum() == pytest.approx(1)  # everybody had one or the other
