"""The shipped cohort against the paper: counts typed from its tables, plain Polars.

Source: Cives M et al. (2026), Nature Communications, doi 10.1038/s41467-026-71756-7. Where the
paper contradicts itself, Table 1 counts; the study's README lists the contradictions.
"""

from functools import cache

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from topline.clinical.assays.picture_file import read_picture
from topline.protocol.read import read_protocol
from topline.reconstruct.cohort_file import read_cohort
from topline.reconstruct.read import read_published
from topline.reconstruct.records.pictures import draw_picture
from topline.reconstruct.records.records import write_records
from topline.studies import study_folder

STUDY = study_folder("cabotem")
DATA = STUDY / "data"
MONTH = 30.4375


@cache
def domain(name: str) -> pl.DataFrame:
    if name == "qs":
        return pl.read_parquet(DATA / "qs.parquet")
    return pl.read_csv(DATA / f"{name}.csv", infer_schema_length=None)


def days_from_first_dose(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add DAY, counted from the first dose, which is day 1."""
    start = domain("dm").select("USUBJID", START=pl.col("RFSTDTC").str.to_date())
    days = (pl.col(column).str.to_date() - pl.col("START")).dt.total_days()
    return frame.join(start, on="USUBJID").with_columns(DAY=days + (days >= 0).cast(pl.Int64))


@cache
def responders() -> list[str]:
    answers = domain("rs").filter(pl.col("RSTESTCD") == "OVRLRESP", pl.col("RSSTRESC") == "PR")
    return answers["USUBJID"].unique().sort().to_list()


@cache
def evaluable() -> list[str]:
    """Those with an assessment after baseline: the paper's 33."""
    assessed = domain("rs").filter(pl.col("RSTESTCD") == "OVRLRESP")
    return assessed["USUBJID"].unique().sort().to_list()


@cache
def characteristics() -> pl.DataFrame:
    """One row a patient and characteristic of Table 1: USUBJID, WHAT, VALUE."""
    history, medicines, surgery = domain("mh"), domain("cm"), domain("pr")
    prior = medicines.filter(pl.col("CMCAT") == "PRIOR ANTICANCER THERAPY")
    current = medicines.filter(
        pl.col("CMCAT") == "CONCOMITANT", pl.col("CMCLAS") == "SOMATOSTATIN ANALOG"
    )
    primary = history.filter(pl.col("MHCAT") == "PRIMARY DIAGNOSIS")
    spread = history.filter(pl.col("MHCAT") == "METASTATIC SITE")
    sites = spread.group_by("USUBJID").agg(VALUE=(pl.len() >= 2).cast(pl.String))
    functional = domain("suppdm").rename({"QNAM": "WHAT", "QVAL": "VALUE"})
    grades = domain("mi").filter(pl.col("MITESTCD") == "WHOGRADE")
    ecog = domain("rs").filter(pl.col("RSTESTCD") == "ECOG101")
    carcinoid = history.filter(pl.col("MHDECOD") == "CARCINOID SYNDROME")

    def take(frame: pl.DataFrame, what: str, value: str | pl.Expr) -> pl.DataFrame:
        value = pl.col(value) if isinstance(value, str) else value
        return frame.select("USUBJID", WHAT=pl.lit(what), VALUE=value.cast(pl.String)).unique()

    parts = [
        take(domain("dm"), "SEX", "SEX"),
        take(ecog, "ECOG", "RSSTRESC"),
        take(primary, "PRIMARY", "MHLOC"),
        take(sites, "TWO SITES", "VALUE"),
        take(spread, "METASTASIS", "MHDECOD"),
        functional.select("USUBJID", "WHAT", "VALUE"),
        take(carcinoid, "CARCINOID", pl.lit("Y")),
        take(grades, "GRADE", "MISTRESC"),
        take(ki67(), "KI67 >= 10", pl.col("VALUE") >= 10),
        take(cga_xuln(), "CGA ELEVATED", pl.col("VALUE") > 1),
        take(prior, "PRIOR", "CMCLAS"),
        take(current, "CURRENT SSA", pl.lit("Y")),
        take(surgery.filter(pl.col("PRCAT") == "PRIOR SURGERY"), "RESECTED", pl.lit("Y")),
        take(surgery.filter(pl.col("PRCAT") == "LIVER-DIRECTED THERAPY"), "LIVER", pl.lit("Y")),
    ]
    return pl.concat(parts)


def ki67() -> pl.DataFrame:
    found = domain("mi").filter(pl.col("MITESTCD") == "KI67")
    return found.select("USUBJID", VALUE="MISTRESN")


def cga_xuln() -> pl.DataFrame:
    found = domain("lb").filter(pl.col("LBTESTCD") == "CGA", pl.col("LBDY") < 1)
    return found.select("USUBJID", VALUE=pl.col("LBSTRESN") / pl.col("LBSTNRHI"))


# Characteristic, value, all 37 (Table 1), PR (Table 2), SD (Table 2).
TABLES_1_AND_2 = [
    ("SEX", "M", 17, 4, 12),
    ("SEX", "F", 20, 1, 16),
    ("ECOG", "0", 31, 5, 25),
    ("ECOG", "1", 6, 0, 3),
    ("PRIMARY", "PANCREAS", 12, 2, 10),
    ("PRIMARY", "SMALL INTESTINE", 10, 0, 7),
    ("PRIMARY", "LUNG", 9, 2, 6),
    ("PRIMARY", "COLON", 2, 0, 2),
    ("PRIMARY", "UNKNOWN", 2, 0, 2),
    ("PRIMARY", "GALLBLADDER", 1, 1, 0),
    ("PRIMARY", "STOMACH", 1, 0, 1),
    ("TWO SITES", "false", 7, 0, 5),
    ("TWO SITES", "true", 30, 5, 23),
    ("METASTASIS", "LIVER", 32, 5, 24),
    ("METASTASIS", "LYMPH NODE", 20, 1, 17),
    ("METASTASIS", "BONE", 17, 3, 11),
    ("METASTASIS", "LUNG", 7, 2, 4),
    ("METASTASIS", "PERITONEUM", 4, 1, 2),
    ("METASTASIS", "OTHER", 11, 0, 10),  # Table 2 prints 2 in SD, which Table 1's 11 forbids
    ("FUNCTION", "NON-FUNCTIONING", 27, 5, 18),
    ("FUNCTION", "FUNCTIONING", 10, 0, 10),
    ("CARCINOID", "Y", 10, 0, 10),
    ("GRADE", "G1", 9, 1, 8),
    ("GRADE", "G2", 24, 3, 18),
    ("GRADE", "G3", 4, 1, 2),
    ("SSTRPOS", "Y", 33, 4, 26),
    ("SSTRPOS", "N", 4, 1, 2),
    ("CGA ELEVATED", "true", 26, 3, 21),
    ("CGA ELEVATED", "false", 10, 2, 7),
    ("RESECTED", "Y", 17, 2, 14),
    ("PRIOR", "SOMATOSTATIN ANALOG", 33, 5, 26),
    ("PRIOR", "LU-177 RADIOLIGAND", 18, 3, 13),
    ("PRIOR", "Y-90 RADIOLIGAND", 3, 1, 2),
    ("PRIOR", "EVEROLIMUS", 5, 3, 0),
    ("PRIOR", "CHEMOTHERAPY", 5, 1, 2),
    ("PRIOR", "AXITINIB", 3, 1, 2),
    ("PRIOR", "SUNITINIB", 1, 1, 0),
    ("PRIOR", "LENVATINIB", 1, 0, 1),
    ("PRIOR", "SURUFATINIB", 1, 0, 1),
    ("PRIOR", "INTERFERON ALFA", 1, 0, 1),
    ("LIVER", "Y", 5, 1, 4),
    ("CURRENT SSA", "Y", 19, 4, 15),
]


@pytest.mark.parametrize(("what", "value", "total", "partial", "stable"), TABLES_1_AND_2)
def test_counts_are_those_of_tables_1_and_2(
    what: str, value: str, total: int, partial: int, stable: int
) -> None:
    found = characteristics().filter(pl.col("WHAT") == what, pl.col("VALUE") == value)
    responding = pl.col("USUBJID").is_in(responders())
    assessed = pl.col("USUBJID").is_in(evaluable())
    counts = (found.height, found.filter(responding).height)
    assert counts == (total, partial)
    assert found.filter(assessed & ~responding).height == stable


def test_ki67_is_below_10_in_21_and_at_least_10_in_16() -> None:
    high = characteristics().filter(pl.col("WHAT") == "KI67 >= 10")["VALUE"]
    assert (high.to_list().count("false"), high.to_list().count("true")) == (21, 16)


def test_medians_means_and_ranges_are_those_of_table_1() -> None:
    age, mitotic, cga = domain("dm")["AGE"], ki67()["VALUE"], cga_xuln()["VALUE"]
    lines = domain("suppcm").group_by("USUBJID").agg(pl.col("QVAL").max())["QVAL"]
    assert (age.median(), age.min(), age.max()) == (59, 31, 78)
    assert (mitotic.median(), mitotic.min(), mitotic.max()) == (7, 1, 50)
    assert (lines.median(), lines.min(), lines.max(), len(lines)) == (2, 1, 6, 37)
    assert len(cga) == 36  # unknown in one patient
    assert round(float(np.median(cga.to_numpy()))) == 2
    assert round(float(np.mean(cga.to_numpy())), 1) == 5.5


def months_from_diagnosis() -> pl.DataFrame:
    """Partial dates on the first of the month or January: none of them is near a median."""
    found = domain("mh").filter(pl.col("MHCAT") == "PRIMARY DIAGNOSIS")
    whole = pl.col("MHSTDTC") + pl.col("MHSTDTC").str.len_chars().replace_strict(
        {4: "-01-01", 7: "-01", 10: ""}
    )
    dated = days_from_first_dose(found.with_columns(MHSTDTC=whole), "MHSTDTC")
    return dated.select("USUBJID", MONTHS=-pl.col("DAY") / MONTH)


def test_median_time_from_diagnosis_is_that_of_tables_1_and_2() -> None:
    months = months_from_diagnosis()
    responding = pl.col("USUBJID").is_in(responders())
    assessed = pl.col("USUBJID").is_in(evaluable())
    medians = [
        months.filter(rows)["MONTHS"].median()
        for rows in (pl.lit(value=True), responding, assessed & ~responding)
    ]
    assert [round(float(str(median)), 1) for median in medians] == [31.2, 81.9, 31.6]


def test_five_of_33_respond_and_nobody_progresses_at_best() -> None:
    answers = domain("rs").filter(pl.col("RSTESTCD") == "OVRLRESP")
    best = answers.group_by("USUBJID").agg(
        pl.when((pl.col("RSSTRESC") == "PR").any())
        .then(pl.lit("PR"))
        .when((pl.col("RSSTRESC") == "SD").any())
        .then(pl.lit("SD"))
        .alias("BEST")
    )
    assert dict(best["BEST"].value_counts().rows()) == {"PR": 5, "SD": 28}


@pytest.mark.parametrize(
    ("sites", "responding", "assessed"),
    [
        (["SMALL INTESTINE", "COLON", "GALLBLADDER", "STOMACH"], 1, 11),  # 12 in the text
        (["PANCREAS"], 2, 12),
        (["LUNG"], 2, 8),
    ],
)
def test_responses_by_primary_site(sites: list[str], responding: int, assessed: int) -> None:
    primary = domain("mh").filter(
        pl.col("MHCAT") == "PRIMARY DIAGNOSIS",
        pl.col("MHLOC").is_in(sites),
        pl.col("USUBJID").is_in(evaluable()),
    )
    assert primary.height == assessed
    assert primary.filter(pl.col("USUBJID").is_in(responders())).height == responding


def test_tumors_shrink_in_19_of_33() -> None:
    sums = domain("tr").filter(pl.col("TRTESTCD") == "SUMDIAM")
    baseline = sums.filter(pl.col("TRDY") < 1).select("USUBJID", BASE="TRSTRESN")
    later = sums.filter(pl.col("TRDY") > 0).join(baseline, on="USUBJID")
    lowest = later.group_by("USUBJID").agg(
        (pl.col("TRSTRESN") / pl.col("BASE") - 1).min().alias("C")
    )
    assert lowest.height == 33
    assert lowest.filter(pl.col("C") < 0).height == 19


def test_sum_of_diameters_is_the_sum_of_the_lesions() -> None:
    measured = domain("tr").filter(pl.col("TRGRPID") == "TARGET")
    key = ["USUBJID", "TRLNKGRP"]
    single = measured.filter(pl.col("TRTESTCD") != "SUMDIAM")
    lesions = single.group_by(key).agg(pl.col("TRSTRESN").sum())
    complete = single.group_by(key).agg(pl.col("TRSTRESN").is_not_null().all().alias("ALL"))
    whole = lesions.join(complete.filter(pl.col("ALL")), on=key).drop("ALL").sort(key)
    sums = measured.filter(pl.col("TRTESTCD") == "SUMDIAM").select(*key, "TRSTRESN").sort(key)
    assert_frame_equal(whole, sums)


def test_baseline_targets_are_measurable_and_few_enough() -> None:
    baseline = domain("tr").filter(pl.col("TRDY") < 1, pl.col("TRTESTCD").is_in(["LDIAM", "LPERP"]))
    organs = domain("tu").filter(pl.col("TUSTRESC") == "TARGET")
    nodes = baseline.filter(pl.col("TRTESTCD") == "LPERP")["TRSTRESN"].to_list()
    assert min(baseline["TRSTRESN"].to_list()) >= 10
    assert min(nodes) >= 15
    assert max(organs.group_by("USUBJID").len()["len"].to_list()) <= 5
    assert max(organs.group_by("USUBJID", "TULOC").len()["len"].to_list()) <= 2


def test_treatment_ends_for_the_printed_reasons_and_goes_on_in_ten() -> None:
    ends = domain("ds").filter(pl.col("DSSCAT") == "STUDY TREATMENT")
    assert dict(ends["DSDECOD"].value_counts().rows()) == {
        "ADVERSE EVENT": 8,
        "PROGRESSIVE DISEASE": 6,
        "SYMPTOMATIC DETERIORATION": 6,
        "INTERCURRENT ILLNESS": 4,
        "WITHDRAWAL BY SUBJECT": 3,
    }
    assert domain("dm")["RFXENDTC"].null_count() == 10


def test_four_leave_in_the_first_cycle() -> None:
    early = days_from_first_dose(domain("dm").drop_nulls("RFXENDTC"), "RFXENDTC")
    early = early.filter(pl.col("DAY") < 28).join(
        domain("ds").filter(pl.col("DSSCAT") == "STUDY TREATMENT"), on="USUBJID"
    )
    assert sorted(early["DSDECOD"]) == [*["ADVERSE EVENT"] * 2, *["SYMPTOMATIC DETERIORATION"] * 2]
    assert not set(early["USUBJID"]) & set(evaluable())


def test_twelve_die_eight_of_them_among_the_33() -> None:
    dead = domain("dm").filter(pl.col("DTHFL") == "Y")
    assert dead.height == 12
    assert dead.filter(pl.col("USUBJID").is_in(evaluable())).height == 8


@pytest.mark.parametrize(
    ("among_33", "median", "shortest"), [(False, 19.2, 0.9), (True, 19.5, 3.2)]
)
def test_follow_up_is_that_of_the_text(among_33: bool, median: float, shortest: float) -> None:
    months = days_from_first_dose(domain("dm"), "RFPENDTC").with_columns(pl.col("DAY") / MONTH)
    if among_33:
        months = months.filter(pl.col("USUBJID").is_in(evaluable()))
    days = months["DAY"].to_list()
    found = [round(float(value), 1) for value in (np.median(days), min(days), max(days))]
    assert found == [median, shortest, 38.5]


# Term, patients by highest grade 1 to 4 (Table 3, its grade columns).
TABLE_3 = [
    ("Fatigue", 19, 5, 1, 0),
    ("Nausea/Vomiting", 12, 7, 0, 0),
    ("Anorexia", 12, 5, 0, 0),
    ("Diarrhea", 6, 6, 3, 0),
    ("Dyspepsia/GERD", 11, 0, 0, 0),
    ("Abdominal pain", 10, 0, 1, 0),
    ("Anemia", 3, 6, 1, 0),
    ("Palmar-plantar erythrodysesthesia syndrome", 7, 3, 1, 0),
    ("Lymphopenia", 2, 1, 6, 0),
    ("Platelet count decreased", 1, 3, 0, 4),
    ("Hypertension", 1, 5, 0, 0),
    ("Constipation", 6, 0, 0, 0),
    ("Hypothyroidism", 4, 2, 0, 0),
    ("Mucositis oral", 4, 1, 1, 0),
    ("Erectile dysfunction", 4, 2, 0, 0),
    ("Colitis", 0, 2, 2, 1),
    ("Neutropenia", 1, 3, 0, 0),
    ("Hemorrhoids", 2, 1, 0, 0),
    ("Nasal congestion", 3, 0, 0, 0),
    ("Paresthesia", 1, 1, 0, 0),
    ("Blood bilirubin increased", 0, 0, 1, 0),
]


def related_by_highest_grade() -> pl.DataFrame:
    related = domain("ae").filter(pl.col("AEREL") == "RELATED")
    return related.group_by("USUBJID", "AEDECOD").agg(pl.col("AETOXGR").cast(pl.Int64).max())


@pytest.mark.parametrize(("term", "one", "two", "three", "four"), TABLE_3)
def test_related_events_by_highest_grade_are_those_of_table_3(
    term: str, one: int, two: int, three: int, four: int
) -> None:
    grades = related_by_highest_grade().filter(pl.col("AEDECOD") == term)["AETOXGR"].to_list()
    assert [grades.count(grade) for grade in (1, 2, 3, 4)] == [one, two, three, four]


def test_no_other_term_is_related_and_nine_have_grade_3_or_higher() -> None:
    related = related_by_highest_grade()
    assert set(related["AEDECOD"]) == {term for term, *_ in TABLE_3}
    assert related.filter(pl.col("AETOXGR") >= 3)["USUBJID"].n_unique() == 9


def test_laboratory_values_lie_in_the_grade_of_their_event() -> None:
    """CTCAE v5.0: platelets, grade 4 below 25, grade 3 below 50, grade 2 below 75 x 10^9/L."""
    lowest = (
        domain("lb")
        .filter(pl.col("LBTESTCD") == "PLAT", pl.col("LBDY") > 0)
        .group_by("USUBJID")
        .agg(pl.col("LBSTRESN").min())
    )
    value = lowest["LBSTRESN"].to_list()
    assert sum(v < 25 for v in value) == 4
    assert sum(25 <= v < 50 for v in value) == 0
    assert sum(50 <= v < 75 for v in value) == 3
    assert sum(75 <= v < 150 for v in value) == 1


# Drug, reductions, patients with an interruption, stopped alone (text, Duration of therapy).
@pytest.mark.parametrize(
    ("drug", "full", "reduced", "interrupted", "stopped"),
    [("CABOZANTINIB", 40, 5, 18, 0), ("TEMOZOLOMIDE", 100, 6, 10, 4)],
)
def test_dose_changes_are_those_of_the_text(
    drug: str, full: int, reduced: int, interrupted: int, stopped: int
) -> None:
    doses = domain("ex").filter(pl.col("EXTRT") == drug).sort("USUBJID", "EXSTDY")
    rest = (pl.col("EXSTDY") - pl.col("EXENDY").shift().over("USUBJID") - 1).alias("REST")
    ends = domain("ds").filter(pl.col("DSSCAT") == drug, pl.col("DSDECOD") == "ADVERSE EVENT")
    final = domain("dm").select("USUBJID", "RFXENDTC")
    alone = ends.join(final, on="USUBJID").filter(
        pl.col("RFXENDTC").is_null() | (pl.col("DSSTDTC") != pl.col("RFXENDTC"))
    )
    planned = 0 if drug == "CABOZANTINIB" else 7
    paused = doses.with_columns(rest).filter(pl.col("REST") > planned)
    assert doses.filter(pl.col("EXDOSE") < full)["USUBJID"].n_unique() == reduced
    assert paused["USUBJID"].n_unique() == interrupted
    assert max(paused["REST"].to_list()) <= 14
    assert alone.height == stopped


def test_tissue_markers_are_those_of_tables_2_and_4() -> None:
    found = domain("mi").filter(pl.col("MITESTCD") == "HSCORE")
    scores = found.group_by("USUBJID").agg(pl.col("MISTRESN").mean())
    responding = pl.col("USUBJID").is_in(responders())
    low = scores.filter(pl.col("MISTRESN") <= 100)
    high = scores.filter(pl.col("MISTRESN") > 100)
    assert (low.height, low.filter(responding).height) == (8, 2)
    assert (high.height, high.filter(responding).height) == (11, 1)
    assert scores.filter(pl.col("MISTRESN").is_between(50, 100, closed="right")).height == 3
    methylation = domain("gf").filter(pl.col("GFTESTCD") == "MGMTMETH")
    assert dict(methylation["GFSTRESC"].value_counts().rows()) == {
        "METHYLATED": 4,
        "UNMETHYLATED": 13,
        "INDETERMINATE": 2,
    }
    met = domain("mi").filter(pl.col("MITESTCD") == "SCORE4", pl.col("MITSTDTL") == "c-MET")
    scored = met.drop_nulls("MISTRESN")
    positive = scored.filter(pl.col("MISTRESN") > 0)
    assert (scored.height, positive.height, positive.filter(responding).height) == (17, 5, 2)


def test_h_scores_follow_from_the_stained_percentages() -> None:
    weights = {"INT1": 1, "INT2": 2, "INT3": 3}
    stained = domain("mi").filter(pl.col("MITESTCD").is_in(list(weights)))
    key = ["USUBJID", "MIEVALID"]
    percent = stained.group_by(key).agg(pl.col("MISTRESN").sum())
    weighted = stained.with_columns(pl.col("MISTRESN") * pl.col("MITESTCD").replace_strict(weights))
    scores = domain("mi").filter(pl.col("MITESTCD") == "HSCORE").select(*key, "MISTRESN")
    assert max(percent["MISTRESN"].to_list()) <= 100
    assert_frame_equal(
        weighted.group_by(key).agg(pl.col("MISTRESN").sum()).sort(key), scores.sort(key)
    )


@pytest.mark.parametrize(
    ("visit", "median"), [("BASELINE", 210), ("BEST RESPONSE", 146.3), ("END OF TREATMENT", 367)]
)
def test_plasma_vegf_medians_of_25_patients(visit: str, median: float) -> None:
    found = domain("lb").filter(pl.col("LBTESTCD") == "VEGFA", pl.col("VISIT") == visit)
    assert found.height == 25
    assert float(str(found["LBSTRESN"].median())) == pytest.approx(median, abs=0.5)


def test_chromogranin_falls_by_half_or_to_normal_in_six_of_22() -> None:
    found = domain("lb").filter(pl.col("LBTESTCD") == "CGA")
    baseline = found.filter(pl.col("LBDY") < 1).select("USUBJID", BASE="LBSTRESN")
    later = found.filter(pl.col("LBDY") > 0).group_by("USUBJID").agg(pl.col("LBSTRESN").min())
    both = baseline.join(later, on="USUBJID")
    elevated = both.filter(pl.col("BASE") > 100)
    major = (pl.col("LBSTRESN") < pl.col("BASE") / 2) | (pl.col("LBSTRESN") <= 100)
    assert (both.height, elevated.height, elevated.filter(major).height) == (31, 22, 6)


def kaplan_meier(times: list[tuple[int, bool]], months: float) -> float:
    """Survival after so many months, by the product over event times; times in days."""
    survival = 1.0
    for day in sorted({day for day, event in times if event and day / MONTH <= months}):
        at_risk = sum(other >= day for other, _ in times)
        survival *= 1 - sum(event and other == day for other, event in times) / at_risk
    return survival


def survival_days() -> list[tuple[int, bool]]:
    people = domain("dm").filter(pl.col("USUBJID").is_in(evaluable()))
    rows = days_from_first_dose(people, "RFPENDTC").select("DAY", pl.col("DTHFL").eq_missing("Y"))
    return rows.rows()


def progression_free_days() -> list[tuple[int, bool]]:
    """Progression or death; with new treatment before either, the last assessment before it."""
    later = domain("cm").filter(pl.col("CMCAT") == "SUBSEQUENT ANTICANCER THERAPY")
    people = domain("dm").filter(pl.col("USUBJID").is_in(evaluable()))
    people = people.join(later.select("USUBJID", "CMSTDTC"), on="USUBJID", how="left")
    answers = domain("rs").filter(pl.col("RSTESTCD") == "OVRLRESP", pl.col("RSSTRESC") != "NE")
    answers = answers.join(people.select("USUBJID", "CMSTDTC"), on="USUBJID").filter(
        pl.col("CMSTDTC").is_null() | (pl.col("RSDTC") <= pl.col("CMSTDTC"))
    )
    each = answers.group_by("USUBJID").agg(
        PD=pl.col("RSDTC").filter(pl.col("RSSTRESC") == "PD").min(), LAST=pl.col("RSDTC").max()
    )
    died = pl.when(pl.col("CMSTDTC").is_null()).then(pl.col("DTHDTC"))
    ends = people.join(each, on="USUBJID").with_columns(EVENT=pl.coalesce("PD", died))
    ends = ends.with_columns(END=pl.coalesce("EVENT", "LAST"))
    rows = days_from_first_dose(ends, "END").select("DAY", pl.col("EVENT").is_not_null())
    return rows.rows()


def test_progression_free_survival_is_that_of_the_text() -> None:
    """12-month rate 84.4 %; median 28.5 months, reached by the event at that time."""
    times = progression_free_days()
    assert len(times) == 33
    assert round(kaplan_meier(times, 12), 3) == 0.844
    assert kaplan_meier(times, 28.45) > 0.5 > kaplan_meier(times, 28.55)
    assert sum(day / MONTH > 18 for day, _ in times) == 12


def test_overall_survival_is_near_that_of_the_text() -> None:
    """Printed 82.2, 73.3 and 68.5 % at 12, 24 and 36 months."""
    rates = [round(kaplan_meier(survival_days(), months), 3) for months in (12, 24, 36)]
    assert rates == pytest.approx([0.822, 0.733, 0.685], abs=0.0025)


def test_median_time_to_treatment_failure_is_16_8_months() -> None:
    people = domain("dm").filter(pl.col("USUBJID").is_in(evaluable()))
    ended = pl.col("RFXENDTC").is_not_null()
    rows = days_from_first_dose(
        people.with_columns(END=pl.col("RFXENDTC").fill_null("2024-09-30")), "END"
    )
    times = rows.select("DAY", ended).rows()
    assert kaplan_meier(times, 16.75) > 0.5 > kaplan_meier(times, 16.85)


_NOT_RECORDS = {"dm", "ie", "plates", "images"}
DATED = sorted(path.stem for path in DATA.glob("*.csv") if path.stem not in _NOT_RECORDS)


@pytest.mark.parametrize("name", [*DATED, "qs"])
def test_nothing_happens_after_the_last_contact_or_the_cut(name: str) -> None:
    last = domain("dm").select("USUBJID", "RFPENDTC")
    rows = domain(name).join(last, on="USUBJID", how="left")
    assert rows["RFPENDTC"].null_count() == 0
    for column in [c for c in rows.columns if c.endswith("DTC") and c != "RFPENDTC"]:
        dated = rows.drop_nulls(column)
        assert dated.filter(pl.col(column).cast(pl.String) > pl.col("RFPENDTC")).height == 0
    assert last.filter(pl.col("RFPENDTC") > "2024-09-30").height == 0


def test_everything_on_study_follows_consent() -> None:
    consent = domain("dm").select("USUBJID", "RFICDTC")
    for name, column in [("ex", "EXSTDTC"), ("ae", "AESTDTC"), ("tr", "TRDTC"), ("lb", "LBDTC")]:
        rows = domain(name).join(consent, on="USUBJID")
        assert rows.filter(pl.col(column) < pl.col("RFICDTC")).height == 0


@pytest.mark.parametrize("name", [*(n for n in DATED if not n.startswith("supp")), "qs"])
def test_records_are_numbered_from_one_in_order(name: str) -> None:
    rows = domain(name)
    expected = pl.int_range(1, pl.len() + 1).over("USUBJID")
    assert rows.filter(pl.col(f"{name.upper()}SEQ") != expected).height == 0
    assert rows["USUBJID"].is_sorted()


def test_the_records_are_those_of_the_patients_that_the_reconstruction_found() -> None:
    """`make study` finds the patients, which takes minutes; this writes their records again."""
    published = read_published(STUDY).published
    cohort = read_cohort(STUDY / "patients.csv", published)
    written = write_records(read_protocol(STUDY), published.records, cohort)
    names = {f"{name.lower()}.{'parquet' if name == 'QS' else 'csv'}" for name in written}
    assert names | {"images"} == {path.name for path in DATA.iterdir()}
    assert_frame_equal(written.pop("QS"), domain("qs"))
    for name, rows in written.items():
        again = rows.write_csv(line_terminator="\n").encode()
        assert again == (DATA / f"{name.lower()}.csv").read_bytes(), name
    for picture in published.records.pictures:
        drawn = read_picture(draw_picture(picture, cohort.seed))
        bundled = read_picture((DATA / "images" / f"{picture.name}.png").read_bytes())
        # Letters and palettes differ a little between versions of Pillow.
        assert np.abs(drawn.astype(float) - bundled).mean() < 2, picture.name
