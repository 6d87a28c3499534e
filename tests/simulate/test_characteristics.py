"""Operating characteristics agree with what can be calculated exactly."""

from functools import cache

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from tests.simulate.truths import a_truth, after, cabotem, scanned_every, shrinking, still
from topline.design.goal import Goal
from topline.design.one_arm_binary.single_stage import single_stage_of
from topline.protocol.design import FirstStage, OneArmBinary, SimonTwoStage, Success
from topline.protocol.protocol import Protocol
from topline.protocol.words import Duration
from topline.simulate.characteristics import characterise
from topline.simulate.estimates import SCHEMA, estimate_trials
from topline.simulate.needed import needed_of
from topline.simulate.truth import Death, DropOut, Informative, Truth


def found(protocol: Protocol, truth: Truth, trials: int, seed: int = 1) -> pl.DataFrame:
    rows = estimate_trials(protocol, truth, seed, 0, trials)
    return characterise(protocol, needed_of(protocol, truth).analyses, rows, trials)


def responding(rate: float) -> Truth:
    """Patients of whom so many respond at the first scan, followed just past it."""
    growth = {"responding": shrinking(rate), "still": still(1 - rate)}
    times = {"over": Duration("1 month"), "follow_up": Duration("3 months")}
    return a_truth(growth=growth, accrual=a_truth().accrual.model_copy(update=times))


@cache
def estimates_at(rate: float) -> pl.DataFrame:
    """What 400 trials of 35 evaluable patients find where so many respond."""
    return estimate_trials(cabotem(), responding(rate), 1, 0, 400)


def value(
    rows: pl.DataFrame, analysis: str, measure: str, statistic: str, level: str = ""
) -> float:
    own = rows.filter(analysis=analysis, measure=measure, statistic=statistic, level=level)
    return own["value"].item()


@pytest.mark.parametrize("rate", [0.25, 0.4])
def test_decisions_come_as_often_as_the_design_calculates(rate: float) -> None:
    # Nobody leaves and nothing is missed: the number of responders is binomial, 13 of 35 needed.
    needed = needed_of(cabotem(), responding(rate)).analyses
    rows = characterise(cabotem(), needed, estimates_at(rate), 400)
    met = rows.filter(analysis="ORR", measure="decision", statistic="met")
    goal = Goal(null=rate, alternative=rate + 0.2, alpha=0.1, power=0.9)
    exact = single_stage_of(goal, 35, 13).alpha
    assert exact == pytest.approx(binom.sf(12, 35, rate), rel=1e-9)
    error = 100 * (exact * (1 - exact) / 400) ** 0.5
    assert met["value"].item() == pytest.approx(100 * exact, abs=4 * error)
    assert met["lower"].item() < 100 * exact + 4 * error
    pooled = value(rows, "ORR", "rate", "pooled")
    assert pooled == pytest.approx(100 * rate, abs=4 * 100 * (rate * (1 - rate) / 14_000) ** 0.5)


def test_two_stages_end_as_often_as_the_design_calculates() -> None:
    # Ends with 5 or fewer of 18; success with 15 of 35. Among all 35 alone it would be more often.
    first = FirstStage(stop_at_most=5, of=18)
    success = Success(responders_at_least=15, of=35)
    shared = cabotem().design.model_dump(include=set(OneArmBinary.model_fields))
    shared |= {"success": success, "kind": "simon", "first_stage": first}
    protocol = cabotem().model_copy(update={"design": SimonTwoStage.model_validate(shared)})
    rows = found(protocol, responding(0.4), 400)
    early = binom.cdf(5, 18, 0.4)
    exact = sum(binom.pmf(x, 18, 0.4) * binom.sf(14 - x, 17, 0.4) for x in range(6, 19))
    for statistic, share in (("stopped early", early), ("met", exact)):
        error = 100 * (share * (1 - share) / 400) ** 0.5
        seen = value(rows, "ORR", "decision", statistic)
        assert seen == pytest.approx(100 * share, abs=4 * error), statistic


def test_coverage_is_that_of_the_exact_interval() -> None:
    rate = 0.4
    truth = responding(rate)
    rows = estimates_at(rate)
    limits = rows.filter(analysis="ORR").filter(
        pl.col("statistic").is_in(["responders", "lower", "upper"])
    )
    each = limits.pivot("statistic", index="trial", values="value").unique("responders")
    # Responders whose interval covers 40 %, and how often they come.
    covering = each.filter((pl.col("lower") <= 40) & (pl.col("upper") >= 40))["responders"]
    exact = float(binom.pmf(covering.to_numpy(), 35, rate).sum())
    own = characterise(cabotem(), needed_of(cabotem(), truth).analyses, rows, 400)
    error = 100 * (exact * (1 - exact) / 400) ** 0.5
    assert exact > 0.95
    assert value(own, "ORR", "rate", "coverage") == pytest.approx(100 * exact, abs=4 * error + 0.5)


def test_median_pfs_is_seen_at_the_scan_after_it() -> None:
    # True median day 100; scans on days 56, 112: half are seen to have progressed on day 112.
    truth = a_truth(new_lesion=after("100 days"))
    rows = found(scanned_every("56 days"), truth, 60)
    months = 30.4375
    assert value(rows, "PFS", "median", "pooled") * months == pytest.approx(113)
    # Of 2,100 exponential times the median has a standard error of 100 / log(2) / sqrt(2100).
    error = 100 / np.log(2) / 2100**0.5
    assert value(rows, "PFS", "median", "true") * months == pytest.approx(101, abs=4 * error)


def test_bias_of_median_pfs_grows_with_the_scan_interval() -> None:
    truth = a_truth(new_lesion=after("300 days"))
    bias = [
        value(found(scanned_every(every), truth, 40), "PFS", "median", "bias")
        for every in ("4 weeks", "16 weeks")
    ]
    # The first scans on or after the true median, about day 300: days 308 and 336.
    assert 0 < bias[0] < 1
    assert bias[1] - bias[0] == pytest.approx(28 / 30.4375, abs=0.02)


def test_informative_leaving_lengthens_pfs_and_independent_leaving_does_not() -> None:
    base = a_truth(new_lesion=after("300 days"))
    informed = Informative(share=0.4, within=Duration("10 weeks"))
    leaving = base.model_copy(update={"dropout": DropOut(informative=informed)})
    chance = base.model_copy(update={"dropout": DropOut(independent=after("400 days"))})
    bias = {
        name: value(found(scanned_every("4 weeks"), truth, 60), "PFS", "rate", "bias", "12")
        for name, truth in (("none", base), ("informed", leaving), ("chance", chance))
    }
    # Standard errors of the rate among 2,100 are about 1.1 points, under leaving about 1.5.
    assert abs(bias["chance"] - bias["none"]) < 4 * 1.9
    assert bias["informed"] > bias["none"] + 4 * 1.9


def test_overall_survival_is_recovered() -> None:
    truth = a_truth(death=Death(median=Duration("500 days")))
    rows = found(cabotem(), truth, 40)
    months = 500 / 30.4375
    error = 500 / np.log(2) / 1400**0.5 / 30.4375
    assert value(rows, "OS-ALL", "median", "true") == pytest.approx(months, abs=4 * error)
    assert value(rows, "OS-ALL", "median", "bias") == pytest.approx(0, abs=1e-9)
    exact = 100 * 0.5 ** (12 * 30.4375 / 500)
    spread = (exact * (100 - exact) / 1400) ** 0.5
    pooled = value(rows, "OS-ALL", "rate", "pooled", "12")
    assert pooled == pytest.approx(exact, abs=4 * spread)


def test_what_never_comes_has_no_true_median() -> None:
    rows = found(cabotem(), a_truth(), 2)
    assert value(rows, "OS-ALL", "median", "true") is None
    assert value(rows, "OS-ALL", "rate", "true", "12") == 100
    assert rows.filter(analysis="OS-ALL", measure="median", statistic="bias").height == 0


def test_nobody_anywhere_leaves_only_the_number_of_subjects() -> None:
    rows = found(cabotem(), a_truth(), 2).filter(analysis="TTD-TMZ")
    assert rows.select("measure", "statistic", "value").rows() == [("subjects", "mean", 0.0)]


def test_quantiles_count_what_is_not_reached_as_longest() -> None:
    protocol = cabotem()
    analyses = {"PFS": needed_of(protocol, a_truth()).analyses["PFS"]}
    medians = [1.0, 2.0, 3.0, None]
    rows = [
        (trial, "PFS", "", "", name, None, number)
        for trial, median in enumerate(medians)
        for name, number in (("n", 10.0), ("events", 5.0), ("median", median))
    ]
    rows += [(None, "PFS", "", "", "events", 10, 40.0)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    own = characterise(protocol, analyses, frame, 4)
    assert value(own, "PFS", "median", "p50") == 2.0
    assert value(own, "PFS", "median", "p75") == 3.0
    assert value(own, "PFS", "median", "p97.5") is None
    assert value(own, "PFS", "median", "not reached") == 25.0
    assert value(own, "PFS", "median", "mean") == 2.0


def test_arms_are_told_apart() -> None:
    arm = cabotem().study.arms[0]
    other = arm.model_copy(update={"id": "CONTROL", "label": "Control"})
    study = cabotem().study.model_copy(update={"arms": (arm, other)})
    protocol = cabotem().model_copy(update={"study": study})
    hazard = after("200 days", effects={"ARMCD": {"CONTROL": 2.0}})
    rows = found(scanned_every("4 weeks", protocol), a_truth(new_lesion=hazard), 40)
    true = rows.filter(analysis="PFS", measure="median", statistic="true")
    medians = {row["group"]: row["value"] * 30.4375 for row in true.iter_rows(named=True)}
    # Of 700 exponential times each: twice the hazard, half of the median.
    assert medians[arm.label] == pytest.approx(201, abs=4 * 200 / np.log(2) / 700**0.5)
    assert medians["Control"] == pytest.approx(101, abs=4 * 100 / np.log(2) / 700**0.5)
    assert set(rows.filter(analysis="ORR")["group"]) == {"", arm.label, "Control"}
