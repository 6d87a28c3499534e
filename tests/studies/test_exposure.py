"""Exposure of both studies: the report's sentences, and twenty subjects followed day by day.

Cives M et al. (2026), Nature Communications, doi 10.1038/s41467-026-71756-7, Results, "Duration of
therapy". The cohort has 17 whole cycles where the report prints 16, and all six temozolomide
reductions are followed by the event's end, where the report has two.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from random import Random

import polars as pl
import pytest

from tests.recoded.exposure import follow
from topline.adam.adam import derive_adam
from topline.protocol.read import read_protocol
from topline.sdtm.cut import cut_data
from topline.sdtm.read import read_sdtm
from topline.studies import study_folder
from topline.trial import Trial, analyse_trial

C, T = "CABOZANTINIB", "TEMOZOLOMIDE"


@cache
def trial() -> Trial:
    folder = study_folder("cabotem")
    plan = read_protocol(folder)
    wanted = ("EXPOSURE", "EXPOSURE-PP", "DEVIATIONS", "TTD-TMZ", "TTF")
    few = {name: each for name, each in plan.analyses.items() if name in wanted}
    plan = plan.model_copy(update={"analyses": few, "displays": ()})
    return analyse_trial(plan, read_sdtm(folder / "data"))


def number(analysis: str, section: str, parameter: str, level: str, statistic: str) -> float:
    found = trial().results.rows.filter(
        analysis_id=analysis, section=section, parameter=parameter, level=level, statistic=statistic
    )
    return found["value"].item()


# The drug, the line, the value printed in the report
PRINTED = [
    # eighteen patients (49 %) had an interruption of cabozantinib, ten (27 %) of temozolomide
    (C, "INTERRUPTED", "", 18),
    (T, "INTERRUPTED", "", 10),
    # all of less than 14 days
    (C, "INT-OVER", "", 0),
    (T, "INT-OVER", "", 0),
    # reduced: five (14 %) and six (16 %)
    (C, "REDUCED", "", 5),
    (T, "REDUCED", "", 6),
    (C, "RED-CAUSE", "Diarrhea", 3),
    (C, "RED-CAUSE", "Fatigue", 1),
    (C, "RED-CAUSE", "Palmar-plantar erythrodysesthesia syndrome", 1),
    (T, "RED-CAUSE", "Neutropenia", 2),
    (T, "RED-CAUSE", "Platelet count decreased", 2),
    (T, "RED-CAUSE", "Fatigue", 1),
    (T, "RED-CAUSE", "Nausea/Vomiting", 1),
    # reductions of cabozantinib always resolved the event
    (C, "RED-RESOLVED", "", 5),
    (C, "RED-NOT", "", 0),
    # temozolomide was stopped in four (11 %), all of whom went on with cabozantinib
    (T, "STOP-ALONE", "", 4),
    (T, "ALONE-CAUSE", "Neutropenia", 3),
    (T, "ALONE-CAUSE", "Nausea/Vomiting", 1),
    (C, "STOP-ALONE", "", 0),
    # the end of study treatment, which is that of cabozantinib
    (C, "STOP-REASON", "Unacceptable toxicity", 8),
    (C, "STOP-REASON", "Radiographic progression", 6),
    (C, "STOP-REASON", "Symptomatic decline", 6),
    (C, "STOP-REASON", "Worsening of pre-existing disease", 4),
    (C, "STOP-REASON", "Withdrawal of consent", 3),
    (C, "STOP-EVENT", "Platelet count decreased", 4),
    (C, "STOP-EVENT", "Diarrhea", 2),
    (C, "STOP-EVENT", "Fatigue", 1),
    # the bowel perforation came with colitis of grade 4
    (C, "STOP-EVENT", "Colitis", 1),
]


@pytest.mark.parametrize(("drug", "line", "level", "patients"), PRINTED)
def test_changes_of_dose_as_in_the_report(drug: str, line: str, level: str, patients: int) -> None:
    assert number("EXPOSURE", drug, line, level, "n") == patients


def test_percentages_are_of_all_37() -> None:
    percents = [
        round(number("EXPOSURE", drug, line, "", "percent"))
        for drug, line in [(C, "INTERRUPTED"), (C, "REDUCED"), (T, "INTERRUPTED"), (T, "REDUCED")]
    ]
    assert percents == [49, 14, 27, 16]


def test_cycles_of_the_evaluable() -> None:
    assert number("EXPOSURE-PP", "ALL DRUGS", "NCYCLE", "", "n") == 33
    assert number("EXPOSURE-PP", "ALL DRUGS", "NCYCLE", "", "median") == 16


def test_time_to_discontinuation_is_that_of_exposure() -> None:
    adex, adtte = trial().adam["ADEX"], trial().adam["ADTTE"]
    alone = adex.filter(PARAMCD="STOP", PARCAT1=T, ALONEFL="Y").select("USUBJID", AVAL="ADY")
    events = adtte.filter(PARAMCD="TTD-TMZ", CNSR=0).select(
        "USUBJID", pl.col("AVAL").cast(pl.Int64)
    )
    assert sorted(alone.rows()) == sorted(events.rows())
    assert number("TTD-TMZ", "", "TTD-TMZ", "", "median") == pytest.approx(2.6, abs=0.05)
    # the end of all treatment
    ended = adex.filter(PARAMCD="STOP", PARCAT1=C).select("USUBJID", AVAL="ADY")
    failed = adtte.filter(PARAMCD="TTF", CNSR=0).select("USUBJID", pl.col("AVAL").cast(pl.Int64))
    assert set(failed.rows()) <= set(ended.rows())


@pytest.mark.parametrize(
    ("flag", "inside", "reasons"),
    [
        ("PPROTFL", 33, {2}),
        # 19 of 33 had tissue, 25 plasma at the three times; 22 had elevated CgA and a repeat value
        ("TISFL", 19, {4, 14}),
        ("PLASMFL", 25, {4, 8}),
        ("CGAFL", 22, {1, 4, 10}),
    ],
)
def test_sets_and_subsets_with_a_reason_for_everyone_outside(
    flag: str, inside: int, reasons: set[int]
) -> None:
    adsl = trial().adam["ADSL"]
    assert adsl.filter(pl.col(flag) == "Y").height == inside
    outside = adsl.filter(pl.col(flag).is_null()).group_by(f"{flag[:-2]}RS").len()
    assert outside[f"{flag[:-2]}RS"].null_count() == 0
    assert set(outside["len"]) == reasons


def test_twenty_subjects_of_the_pilot_followed_day_by_day(pilot: Path) -> None:
    plan, collected = read_protocol(pilot), read_sdtm(pilot / "data")
    adex = derive_adam(plan, collected)["ADEX"]
    domains = {name: collected.domains[name].rows(named=True) for name in ("DM", "EX", "DS")}
    treated = sorted({str(row["USUBJID"]) for row in domains["EX"]})
    chosen = Random(20).sample(treated, 20)
    arms = {row["USUBJID"]: row["ACTARMCD"] for row in domains["DM"]}
    for subject in chosen:
        own = {n: [r for r in rows if r["USUBJID"] == subject] for n, rows in domains.items()}
        expected = follow(str(arms[subject]), own["EX"], own["DS"])
        rows = adex.filter(pl.col("USUBJID") == subject, PARCAT2="COURSE")
        found = dict(rows.select("PARAMCD", "AVAL").iter_rows())
        stops = adex.filter(pl.col("USUBJID") == subject, PARAMCD="STOP").height
        assert stops == expected["STOP"], subject
        amounts = ("TDOSE", "TPDOSE", "RDI", "AVDDSE", "NRED", "NESC")
        placebo = arms[subject] == "Pbo"
        for name, value in expected.items():
            if name != "STOP" and not (placebo and name in amounts):
                assert found[name] == pytest.approx(value), (subject, name)
        assert placebo == ("TDOSE" not in found)
    assert {arms[subject] for subject in chosen} == {"Pbo", "Xan_Lo", "Xan_Hi"}


def test_a_data_cut_ends_the_records() -> None:
    folder = study_folder("cabotem")
    plan = read_protocol(folder)

    cut = dt.date(2022, 12, 31)
    early = derive_adam(plan.at_cut(cut), cut_data(read_sdtm(folder / "data"), cut))["ADEX"]
    assert early["AENDT"].max() == cut
    assert early.filter(PARAMCD="RDI")["AVAL"].max() == 100
