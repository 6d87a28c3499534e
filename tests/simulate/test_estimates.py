"""Estimates of a trial among many are those that the pipeline gives for the trial alone."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from tests.simulate.truths import a_truth, after, cabotem, scanned_every
from topline.adam.adam import derive_adam
from topline.analyses.analyse import analyse
from topline.simulate.estimates import SCHEMA, TRUTH, estimate_trials
from topline.simulate.needed import needed_of
from topline.simulate.read_truth import read_truth
from topline.simulate.trials import simulate_trial
from topline.studies import study_folder

KEY = ["analysis", "level", "statistic"]
NAMES = {"estimate", "lower", "upper", "decision", "responders", "n", "events", "median",
         "median_lower", "median_upper", "rate", "rate_lower", "rate_upper"}  # fmt: skip


@cache
def batch() -> pl.DataFrame:
    truth = read_truth(study_folder("cabotem"), cabotem())
    return estimate_trials(cabotem(), truth, 5, 0, 6)


@pytest.mark.parametrize("trial", [0, 3, 5])
def test_estimates_are_those_of_the_whole_pipeline(trial: int) -> None:
    truth = read_truth(study_folder("cabotem"), cabotem())
    needed = needed_of(cabotem(), truth)
    alone = simulate_trial(cabotem(), truth, 5, trial)
    results = analyse(needed.protocol, derive_adam(needed.protocol, alone.sdtm).datasets).rows
    plain = results.filter(pl.col("by").is_in(["", "TRT01P"]) & pl.col("statistic").is_in(NAMES))
    responses = ["CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"]
    expected = plain.filter(~pl.col("level").is_in(responses)).select(
        analysis="analysis_id", level="level", statistic="statistic", expected="value"
    )
    own = batch().filter(trial=trial).filter(~pl.col("statistic").is_in(["n"]))
    both = own.join(expected, on=KEY, how="left")
    assert own.height > 90
    assert expected.join(batch().filter(trial=trial), on=KEY, how="anti").height == 0
    missing = both.filter(pl.col("value").is_null() != pl.col("expected").is_null())
    assert missing.height == 0
    known = both.drop_nulls(["value", "expected"])
    np.testing.assert_allclose(known["value"], known["expected"], rtol=1e-12)


def test_rows_do_not_depend_on_the_batch() -> None:
    truth = read_truth(study_folder("cabotem"), cabotem())
    parts = [estimate_trials(cabotem(), truth, 5, *each) for each in ((0, 1), (1, 4), (4, 6))]
    single = pl.concat([part.filter(pl.col("trial").is_not_null()) for part in parts])
    assert single.equals(batch().filter(pl.col("trial").is_not_null()))
    keys = ["analysis", "group", "level", "statistic", "day"]
    counts = pl.concat([part.filter(pl.col("trial").is_null()) for part in parts])
    summed = counts.group_by(keys).agg(pl.col("value").sum()).sort(keys)
    assert summed.equals(
        batch().filter(pl.col("trial").is_null()).select(*keys, "value").sort(keys)
    )


def test_counts_by_day_are_the_subjects_of_all_trials() -> None:
    rows = batch()
    days = rows.filter(pl.col("trial").is_null() & (pl.col("analysis") == "PFS"))
    subjects = rows.filter(analysis="PFS", statistic="n", level="")
    assert days["value"].sum() == subjects["value"].sum()
    events = rows.filter(analysis="PFS", statistic="events").filter(pl.col("trial").is_not_null())
    assert days.filter(statistic="events")["value"].sum() == events["value"].sum()


def test_an_empty_trial_among_others_has_estimates_of_nobody() -> None:
    accrual = a_truth().accrual.model_copy(update={"patients": 1, "never_treated": 0.5})
    truth = a_truth(accrual=accrual)
    rows = estimate_trials(cabotem(), truth, 1, 0, 12)
    n = rows.filter(analysis="ORR", statistic="n")["value"].to_list()
    assert set(n) == {0, 1}
    for trial in (n.index(0), n.index(1)):
        alone = estimate_trials(cabotem(), truth, 1, trial, trial + 1)
        same = rows.filter(trial=trial)
        assert alone.filter(pl.col("trial").is_not_null()).equals(same)


def test_no_patients_give_rows_of_nobody() -> None:
    accrual = a_truth().accrual.model_copy(update={"patients": 0})
    rows = estimate_trials(cabotem(), a_truth(accrual=accrual), 1, 0, 2)
    assert rows.schema == pl.Schema(SCHEMA)
    assert rows.filter(statistic="n")["value"].sum() == 0
    assert rows.filter(analysis="ORR", statistic="estimate")["value"].null_count() == 2


def test_true_times_are_counted_as_adtte_counts() -> None:
    truth = a_truth(new_lesion=after("1 year"))
    rows = estimate_trials(scanned_every("8 weeks"), truth, 1, 0, 3)
    true = rows.filter(analysis=TRUTH, statistic="progression")
    assert true["value"].sum() == 3 * 35
    assert (true["day"] >= 1).all()
