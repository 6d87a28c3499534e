"""Simulated trials are what could have been collected, and the pipeline sees in them what is so."""

import datetime as dt
from functools import cache

import numpy as np
import polars as pl
import pytest

from tests.simulate.truths import a_truth, after, cabotem, scanned_every, shrinking, still
from topline.adam.adam import derive_adam
from topline.protocol.words import Duration
from topline.sdtm.cut import cut_data
from topline.sdtm.read import sdtm_from_frames
from topline.simulate.needed import needed_of
from topline.simulate.read_truth import read_truth
from topline.simulate.trials import Simulated, simulate_trial, simulate_trials
from topline.simulate.truth import Death, DropOut, Informative, Lesions, LogNormal, Truth, Visits
from topline.studies import study_folder

CUT = dt.date(2024, 9, 30)


@cache
def bundled() -> tuple[Truth, Simulated]:
    truth = read_truth(study_folder("cabotem"), cabotem())
    return truth, simulate_trials(cabotem(), truth, 3, 0, 8)


def collected(found: Simulated) -> dict[str, pl.DataFrame]:
    return {name: rows for name, rows in found.sdtm.domains.items() if rows.height}


def test_every_record_passes_the_gate_of_collected_data() -> None:
    frames = collected(bundled()[1])
    read = sdtm_from_frames(frames)
    assert read.queries.height == 0
    assert {"DM", "DS", "EX", "TU", "TR", "SS", "AE", "RS", "MI", "SUPPDM"} <= set(frames)
    assert all(read[name].height == rows.height for name, rows in frames.items())


def test_nothing_is_later_than_the_data_cut() -> None:
    cut = cut_data(bundled()[1].sdtm, CUT)
    assert cut.after_cut.height == 0


def test_a_trial_is_the_same_in_whatever_company() -> None:
    truth, together = bundled()
    alone = simulate_trials(cabotem(), truth, 3, 5, 6)
    for name, rows in alone.sdtm.domains.items():
        whole = together.sdtm[name].filter(pl.col("USUBJID").str.starts_with("000005-"))
        assert rows.equals(whole), name


def test_one_trial_names_its_subjects_as_a_study_does() -> None:
    truth, together = bundled()
    alone = simulate_trial(cabotem(), truth, 3, 2)
    assert alone.sdtm["DM"]["USUBJID"][0] == "CABOTEM-001"
    same = together.sdtm["TR"].filter(pl.col("USUBJID").str.starts_with("000002-"))
    assert alone.sdtm["TR"].drop("USUBJID").equals(same.drop("USUBJID"))


def test_leaving_out_records_changes_no_date_of_treatment_or_contact() -> None:
    truth, whole = bundled()
    needed = needed_of(cabotem(), truth).protocol
    short = simulate_trials(cabotem(), truth, 3, 0, 8, every_record=False)
    assert short.sdtm["EX"].height < whole.sdtm["EX"].height / 5
    for name in ("ADSL", "ADRS", "ADTTE"):
        expected = derive_adam(needed, whole.sdtm)[name]
        assert derive_adam(needed, short.sdtm)[name].equals(expected), name


def test_treatment_ends_with_the_progression_that_the_pipeline_finds() -> None:
    truth, found = bundled()
    adam = derive_adam(needed_of(cabotem(), truth).protocol, found.sdtm)
    ended = found.sdtm["DS"].filter(pl.col("DSDECOD") == "PROGRESSIVE DISEASE")
    ended = ended.select("USUBJID", day=pl.col("DSSTDTC").str.to_date())
    seen = adam["ADRS"].filter(PARAMCD="PD", AVALC="Y").select("USUBJID", day="ADT")
    assert ended.height > 50
    assert ended.join(seen, on=["USUBJID", "day"], how="semi").height == ended.height
    # Who progressed after the end of treatment has a progression, and ended for another reason.
    others = seen.join(ended, on="USUBJID", how="anti")
    reasons = found.sdtm["DS"].filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    assert others.join(reasons, on="USUBJID", how="semi").height == others.height


def test_scans_keep_to_the_windows_and_end_with_progression() -> None:
    _, found = bundled()
    scans = found.sdtm["TR"].filter(pl.col("VISITNUM") > 0)
    scans = scans.unique(["USUBJID", "VISITNUM"]).sort("USUBJID", "VISITNUM")
    planned = np.array([0, 56, 112, 168, *range(252, 1300, 84)])
    away = scans["TRDY"].to_numpy() - 1 - planned[scans["VISITNUM"].cast(pl.Int64).to_numpy()]
    assert -7 <= away.min() < 0 < away.max() <= 7
    last = scans.group_by("USUBJID").agg(last=pl.col("TRDTC").max())
    new = found.sdtm["TU"].filter(TUSTRESC="NEW").join(last, on="USUBJID")
    assert new.height
    assert (new["TUDTC"] == new["last"]).all()


def test_doses_follow_days_on_and_off() -> None:
    found = simulate_trials(cabotem(), a_truth(), 1, 0, 1)
    doses = found.sdtm["EX"].filter(EXTRT="TEMOZOLOMIDE", USUBJID="000000-001")
    assert doses["EXSTDY"].to_list()[:3] == [1, 15, 29]
    assert doses["EXENDY"].to_list()[:3] == [7, 21, 35]
    daily = found.sdtm["EX"].filter(EXTRT="CABOZANTINIB")
    assert daily.height == 35
    assert (daily["EXENDTC"] == str(CUT)).all()


def test_toxicity_lowers_and_ends_doses() -> None:
    toxicity = [
        {"term": "Rash", "onset": {"median": "30 days"}, "grades": {"2": 0.5, "3": 0.5},
         "lasts": "10 days", "consequences": {"2": "drug interrupted", "3": "dose reduced"}},
        {"term": "Bleeding", "onset": {"median": "90 days"}, "grades": {"4": 1.0},
         "consequences": {"4": "drug withdrawn"}},
    ]  # fmt: skip
    plain = a_truth().model_dump(mode="json", exclude_unset=True)
    truth = Truth.model_validate({**plain, "toxicity": toxicity})
    found = simulate_trials(cabotem(), truth, 1, 0, 2)
    events, doses = found.sdtm["AE"], found.sdtm["EX"].filter(EXTRT="CABOZANTINIB")
    bled = events.filter(AETERM="Bleeding").select("USUBJID", day="AESTDTC")
    ends = doses.group_by("USUBJID").agg(last=pl.col("EXENDTC").max())
    both = bled.join(ends, on="USUBJID")
    assert both.height > 60
    assert (both["last"] <= both["day"]).all()
    # But for those whose dose was interrupted just then, it is the day itself.
    assert both.filter(pl.col("last") < pl.col("day")).height <= 5
    reduced = events.filter(AEACN="DOSE REDUCED")["USUBJID"]
    assert set(doses.filter(EXDOSE=20)["USUBJID"]) <= set(reduced)
    paused = events.filter(AEACN="DRUG INTERRUPTED").join(doses, on="USUBJID")
    inside = (pl.col("EXSTDTC") > pl.col("AESTDTC")) & (pl.col("EXSTDTC") <= pl.col("AEENDTC"))
    assert paused.height
    assert paused.filter(inside).height == 0


def test_response_comes_as_often_as_its_share() -> None:
    truth = a_truth(growth={"responding": shrinking(0.4), "still": still(0.6)})
    found = simulate_trials(cabotem(), truth, 1, 0, 40)
    adam = derive_adam(needed_of(cabotem(), truth).protocol, found.sdtm)
    responses = adam["ADRS"].filter(PARAMCD="BOR")["AVALC"]
    share = responses.is_in(["CR", "PR"]).mean()
    assert responses.len() == 1400
    assert share == pytest.approx(0.4, abs=4 * (0.4 * 0.6 / 1400) ** 0.5)
    assert set(responses) <= {"CR", "PR", "SD"}


def test_progression_is_seen_at_the_first_scan_after_it() -> None:
    truth = a_truth(new_lesion=after("100 days"))
    found = simulate_trials(scanned_every("56 days"), truth, 1, 0, 4)
    adam = derive_adam(needed_of(scanned_every("56 days"), truth).protocol, found.sdtm)
    seen = adam["ADTTE"].filter(PARAMCD="PFS", CNSR=0).select("USUBJID", "AVAL")
    both = seen.join(found.truth, on="USUBJID")
    expected = np.ceil(both["PROGRESSION"].to_numpy() / 56) * 56 + 1
    assert both.height > 130
    assert both["AVAL"].to_list() == expected.tolist()


def test_death_ends_everything_on_its_day() -> None:
    truth = a_truth(death=_death("200 days"))
    found = simulate_trials(cabotem(), truth, 1, 0, 3)
    dead = found.sdtm["DM"].filter(pl.col("DTHFL") == "Y")
    died = dead.select("USUBJID", died="DTHDTC")
    assert dead.height > 90
    for name, date in (("TR", "TRDTC"), ("EX", "EXENDTC"), ("SS", "SSDTC")):
        late = found.sdtm[name].join(died, on="USUBJID").filter(pl.col(date) > pl.col("died"))
        assert late.height == 0, name


def _death(median: str) -> Death:
    return Death(median=Duration(median))


def test_who_leaves_is_not_heard_of_again() -> None:
    truth = a_truth(dropout=DropOut(independent=after("300 days")), death=_death("400 days"))
    found = simulate_trials(cabotem(), truth, 1, 0, 3)
    left = (
        found.sdtm["DS"].filter(DSDECOD="WITHDRAWAL BY SUBJECT").select("USUBJID", left="DSSTDTC")
    )
    assert left.height > 40
    for name, date in (("TR", "TRDTC"), ("EX", "EXENDTC"), ("SS", "SSDTC"), ("DM", "DTHDTC")):
        late = found.sdtm[name].join(left, on="USUBJID").filter(pl.col(date) > pl.col("left"))
        assert late.height == 0, name


def test_informed_leaving_comes_before_progression_and_within_its_time() -> None:
    leaving = Informative(share=0.5, within=Duration("8 weeks"))
    truth = a_truth(dropout=DropOut(informative=leaving), new_lesion=after("1 year"))
    true = simulate_trials(cabotem(), truth, 1, 0, 40).truth
    left = true.filter(pl.col("LEAVING").is_finite())
    early = (left["PROGRESSION"] - left["LEAVING"]).to_numpy()
    assert left.height / true.height == pytest.approx(0.5, abs=4 * (0.25 / 1400) ** 0.5)
    assert early.max() <= 56
    assert (left["LEAVING"] >= 1).all()


def test_never_treated_patients_have_no_dose_and_no_scan() -> None:
    accrual = a_truth().accrual.model_copy(update={"never_treated": 1.0})
    found = simulate_trials(cabotem(), a_truth(accrual=accrual), 1, 0, 1)
    assert found.sdtm["DM"].height == 35
    assert found.sdtm["EX"].height == found.sdtm["TR"].height == 0
    assert not found.truth["TREATED"].any()


@pytest.mark.parametrize("patients", [0, 1])
def test_trials_of_nobody_and_of_one(patients: int) -> None:
    accrual = a_truth().accrual.model_copy(update={"patients": patients})
    found = simulate_trials(cabotem(), a_truth(accrual=accrual), 1, 0, 3)
    assert found.sdtm["DM"].height == 3 * patients
    assert found.sdtm["EX"]["USUBJID"].n_unique() == 3 * patients


def test_missed_scans_are_missing_in_their_share() -> None:
    truth = a_truth(visits=Visits(missed=0.3))
    found = simulate_trials(scanned_every("100 days"), truth, 1, 0, 2)
    every = simulate_trials(scanned_every("100 days"), a_truth(), 1, 0, 2)
    done, planned = (
        each.sdtm["TR"].filter(pl.col("VISITNUM") > 0).unique(["USUBJID", "VISITNUM"]).height
        for each in (found, every)
    )
    assert done / planned == pytest.approx(0.7, abs=4 * (0.21 / planned) ** 0.5)


def test_nodes_are_measured_by_their_short_axis() -> None:
    lesions = Lesions(
        targets={"1": 1.0}, locations={"LYMPH NODE": 1.0}, diameter_mm=LogNormal(median=12)
    )
    found = simulate_trials(cabotem(), a_truth(lesions=lesions), 1, 0, 1)
    assert set(found.sdtm["TR"]["TRTESTCD"]) == {"LPERP"}
    # A lymph node is a target from 15 mm (RECIST 1.1, section 3.1.1).
    assert found.sdtm["TR"]["TRSTRESN"].min() == 15


def test_two_arms_share_patients_by_weight() -> None:
    arm = cabotem().study.arms[0]
    other = arm.model_copy(update={"id": "CONTROL", "label": "Control"})
    study = cabotem().study.model_copy(update={"arms": (arm, other)})
    protocol = cabotem().model_copy(update={"study": study})
    accrual = a_truth().accrual.model_copy(update={"patients": 30, "allocation": {arm.id: 2.0}})
    effects = {"ARMCD": {"CONTROL": 1000.0}}
    truth = a_truth(accrual=accrual, new_lesion=after("30 years", effects=effects))
    found = simulate_trials(protocol, truth, 1, 0, 5)
    counts = found.truth.group_by("TRIAL", "ARM").len().sort("TRIAL", "ARM")
    assert counts["len"].to_list() == [20, 10] * 5
    times = found.truth.group_by("ARM").agg(pl.col("PROGRESSION").median()).sort("ARM")
    assert times["PROGRESSION"][0] > 100 * times["PROGRESSION"][1]
