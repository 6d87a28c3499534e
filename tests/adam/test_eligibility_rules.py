"""The bundled trial's criteria at, just below and just above each bound.

Bounds are those of the report's Methods (Cives M et al. 2026, Nature Communications,
doi 10.1038/s41467-026-71756-7), section "Patient selection and eligibility". Candidates enter on
2022-03-10 and take the first dose two days later; their blood is taken on 2022-03-08.
"""

from functools import cache

import polars as pl
import pytest

from tests.adam.candidates import Change, add, drop, judged, lab, put

Y, N, U = "MET", "NOT MET", "CANNOT BE JUDGED"
Case = tuple[str, str, tuple[Change, ...], str]


def mh(term: str, **values: object) -> Change:
    return add("MH", **({"MHCAT": "GENERAL", "MHDECOD": term, "MHTERM": term} | values))


def cm(
    drug: str, start: str | None = "2021-06-01", end: str | None = None, **more: object
) -> Change:
    own = {"CMCAT": "CONCOMITANT", "CMDECOD": drug, "CMSTDTC": start, "CMENDTC": end}
    return add("CM", **(own | more))


def depot(start: str | None, end: str | None = None, dose: float | None = 120) -> Change:
    return cm(
        "LANREOTIDE", start, end, CMCLAS="SOMATOSTATIN ANALOG", CMDOSE=dose, CMDOSU="mg",
        CMDOSFRQ="EVERY 4 WEEKS",
    )  # fmt: skip


def progressed(day: str | None) -> Change:
    return put("MH", {"MHCAT": "DISEASE PROGRESSION"}, MHSTDTC=day)


def metastasis(site: str) -> Change:
    return add("MH", MHCAT="METASTATIC SITE", MHDECOD=site)


def no_sites() -> Change:
    return drop("MH", MHCAT="METASTATIC SITE")


def irradiated(day: str) -> Change:
    return add("PR", PRCAT="PRIOR RADIOTHERAPY", PRDECOD="RADIOTHERAPY", PRLOC="BRAIN", PRSTDTC=day)


def brain_progressed(day: str) -> Change:
    return add("MH", MHCAT="DISEASE PROGRESSION", MHLOC="BRAIN", MHSTDTC=day)


LIVER, BRAIN = metastasis("LIVER"), metastasis("BRAIN")
MAN, SOMEBODY = put("DM", SEX="M"), put("DM", SEX=None)
NO_HISTORY: tuple[Change, ...] = (lambda records: records["MH"].clear(),)

CASES: list[Case] = [
    # adults (age >= 18 years)
    ("I01", "18", (put("DM", AGE=18),), Y),
    ("I01", "17", (put("DM", AGE=17),), N),
    ("I01", "17.9", (put("DM", AGE=17.9),), N),
    ("I01", "unknown", (put("DM", AGE=None),), U),
    # metastatic, well differentiated, grade 1 to 3, of lung, GEP or unknown origin
    ("I02", "G1", (put("MI", MISTRESC="G1"),), Y),
    ("I02", "G3", (put("MI", MISTRESC="G3"),), Y),
    ("I02", "carcinoma", (put("MI", MISTRESC="NEC"),), N),
    ("I02", "unknown primary", (put("MH", {"MHCAT": "PRIMARY DIAGNOSIS"}, MHLOC="UNKNOWN"),), Y),
    ("I02", "breast", (put("MH", {"MHCAT": "PRIMARY DIAGNOSIS"}, MHLOC="BREAST"),), N),
    ("I02", "no metastasis", (no_sites(),), N),
    ("I02", "no grade", (drop("MI"),), U),
    ("I02", "no grade, but no metastasis either", (drop("MI"), no_sites()), N),
    # radiologically documented progression within 12 months of study entry
    ("I03", "12 months before", (progressed("2021-03-10"),), Y),
    ("I03", "a day earlier", (progressed("2021-03-09"),), N),
    ("I03", "a day later", (progressed("2021-03-11"),), Y),
    ("I03", "on the day of entry", (progressed("2022-03-10"),), Y),
    ("I03", "after entry", (progressed("2022-03-11"),), N),
    ("I03", "in the month that holds the bound", (progressed("2021-03"),), U),
    ("I03", "in the month after", (progressed("2021-04"),), Y),
    ("I03", "in the year that holds the bound", (progressed("2021"),), U),
    ("I03", "in the year before", (progressed("2020"),), N),
    ("I03", "undated", (progressed(None),), U),
    ("I03", "not documented", (drop("MH", MHCAT="DISEASE PROGRESSION"),), U),
    # any number of prior systemic treatments
    ("I04", "none", (), Y),
    ("I04", "six", (cm("SUNITINIB", CMCAT="PRIOR ANTICANCER THERAPY", CMLINE="6"),), Y),
    # somatostatin analogs on a stable dose for at least 2 months
    ("I05", "none", (), Y),
    ("I05", "2 months", (depot("2022-01-10"),), Y),
    ("I05", "a day less", (depot("2022-01-11"),), N),
    ("I05", "a day more", (depot("2022-01-09"),), Y),
    ("I05", "dose changed 2 months ago", (depot("2021-02-01", "2022-01-09", 90),
                                          depot("2022-01-10")), Y),
    ("I05", "dose changed a day later", (depot("2021-02-01", "2022-01-10", 90),
                                         depot("2022-01-11")), N),
    ("I05", "same dose in two records", (depot("2021-02-01", "2022-02-01"),
                                         depot("2022-02-02")), Y),
    ("I05", "paused a day", (depot("2021-02-01", "2022-02-01"), depot("2022-02-03")), N),
    ("I05", "stopped before entry", (depot("2021-02-01", "2022-03-09"),), Y),
    ("I05", "no dose", (depot("2021-02-01", dose=None),), U),
    ("I05", "begun in the month of the bound", (depot("2022-01"),), U),
    ("I05", "begun in the year before", (depot("2021"),), Y),
    ("I05", "begun on an unknown day", (depot(None),), U),
    # measurable disease per RECIST 1.1
    ("I06", "one target lesion", (), Y),
    ("I06", "none", (put("TU", TUSTRESC="NON-TARGET"),), N),
    ("I06", "no imaging", (drop("TU"),), U),
    # ECOG performance status <= 2
    ("I07", "1", (put("RS", RSSTRESC="1"),), Y),
    ("I07", "2", (put("RS", RSSTRESC="2"),), Y),
    ("I07", "3", (put("RS", RSSTRESC="3"),), N),
    ("I07", "not assessed", (drop("RS"),), U),
    ("I07", "assessed after the first dose only", (put("RS", RSDTC="2022-03-13"),), U),
    # neutrophils >= 1500/ul
    ("I08", "1.5", (lab("NEUT", 1.5),), Y),
    ("I08", "1.49", (lab("NEUT", 1.49),), N),
    ("I08", "1.51", (lab("NEUT", 1.51),), Y),
    ("I08", "1500 /ul", (lab("NEUT", 1500, LBSTRESU="/uL"),), Y),  # 1.5 10^9/L
    ("I08", "1499 /ul", (lab("NEUT", 1499, LBSTRESU="/uL"),), N),
    ("I08", "mg/dL", (lab("NEUT", 3.0, LBSTRESU="mg/dL"),), U),  # does not convert
    ("I08", "no unit", (lab("NEUT", 3.0, LBSTRESU=None),), U),
    ("I08", "no result", (lab("NEUT", LBSTRESN=None),), U),
    # platelets >= 100,000/ul
    ("I09", "100", (lab("PLAT", 100),), Y),
    ("I09", "99.9", (lab("PLAT", 99.9),), N),
    ("I09", "100.1", (lab("PLAT", 100.1),), Y),
    # hemoglobin >= 9 g/dl
    ("I10", "90 g/L", (lab("HGB", 90),), Y),
    ("I10", "89 g/L", (lab("HGB", 89),), N),
    ("I10", "91 g/L", (lab("HGB", 91),), Y),
    ("I10", "9 g/dL", (lab("HGB", 9, LBSTRESU="g/dL"),), Y),  # 90 g/L
    ("I10", "8.9 g/dL", (lab("HGB", 8.9, LBSTRESU="g/dL"),), N),
    # bilirubin <= 1.5 x ULN, which is 20
    ("I11", "1.5 x", (lab("BILI", 30),), Y),
    ("I11", "more", (lab("BILI", 30.1),), N),
    ("I11", "less", (lab("BILI", 29.9),), Y),
    ("I11", "no ULN", (lab("BILI", 30, LBSTNRHI=None),), U),
    ("I11", "ULN of 0", (lab("BILI", 30, LBSTNRHI=0),), U),
    # AST and ALT <= 2.5 x ULN, 5 x with liver metastases; ULN 40
    ("I12", "AST 2.5 x", (lab("AST", 100),), Y),
    ("I12", "AST more", (lab("AST", 100.1),), N),
    ("I12", "AST less", (lab("AST", 99.9),), Y),
    ("I12", "ALT 2.5 x", (lab("ALT", 100),), Y),
    ("I12", "ALT more", (lab("ALT", 100.1),), N),
    ("I12", "liver, AST 5 x", (LIVER, lab("AST", 200)), Y),
    ("I12", "liver, AST more", (LIVER, lab("AST", 200.1)), N),
    ("I12", "liver, ALT 5 x", (LIVER, lab("ALT", 200)), Y),
    ("I12", "liver, ALT more", (LIVER, lab("ALT", 200.1)), N),
    ("I12", "sites unknown, 2.5 x", (no_sites(), lab("AST", 100)), Y),
    ("I12", "sites unknown, 3 x", (no_sites(), lab("AST", 120)), U),
    ("I12", "sites unknown, 5.1 x", (no_sites(), lab("AST", 204)), N),
    ("I12", "AST unknown", (drop("LB", LBTESTCD="AST"),), U),
    ("I12", "AST unknown, ALT too high", (drop("LB", LBTESTCD="AST"), lab("ALT", 101)), N),
    # creatinine clearance >= 60 mL/min: (140 - 80) x 72 kg / (72 x 1 mg/dl) = 60 in a man
    ("I13", "60", (MAN, put("DM", AGE=80), put("VS", VSSTRESN=72), lab("CREAT", 88.4)), Y),
    ("I13", "59.93", (MAN, put("DM", AGE=80), put("VS", VSSTRESN=72), lab("CREAT", 88.5)), N),
    ("I13", "60.07", (MAN, put("DM", AGE=80), put("VS", VSSTRESN=72), lab("CREAT", 88.3)), Y),
    ("I13", "51 in a woman", (put("DM", AGE=80), put("VS", VSSTRESN=72), lab("CREAT", 88.4)), N),
    ("I13", "no weight", (drop("VS"),), U),
    # 70 lb are 31.75 kg: 80 x 31.75 / (72 x 70 / 88.4) x 0.85 = 37.9 mL/min
    ("I13", "weight in pounds", (put("VS", VSSTRESU="LB"),), N),
    ("I13", "sex unknown", (SOMEBODY,), U),
    ("I13", "creatinine of 0", (lab("CREAT", 0),), U),
    # written consent before any study procedure
    ("I14", "on the day of the first sample", (put("DM", RFICDTC="2022-03-08"),), Y),
    ("I14", "the day after", (put("DM", RFICDTC="2022-03-09"),), N),
    ("I14", "the day before", (put("DM", RFICDTC="2022-03-07"),), Y),
    ("I14", "no date", (put("DM", RFICDTC=None),), U),
    # history of congestive heart failure, NYHA II, III, IV
    ("E01", "none", (), N),
    ("E01", "NYHA I", (mh("CHRONIC HEART FAILURE", MHTERM="Heart failure, NYHA I"),), N),
    ("E01", "NYHA II", (mh("CHRONIC HEART FAILURE", MHTERM="Heart failure, NYHA II"),), Y),
    ("E01", "NYHA III", (mh("HEART FAILURE", MHTERM="Heart failure (nyha class iii)"),), Y),
    ("E01", "NYHA IV", (mh("CARDIAC FAILURE", MHTERM="Heart failure, NYHA IV"),), Y),
    ("E01", "class unknown", (mh("HEART FAILURE"),), U),
    ("E01", "no history taken", NO_HISTORY, U),
    # QTcF > 450 ms for males, > 470 ms for females
    ("E02", "man 450", (MAN, put("EG", EGSTRESN=450)), N),
    ("E02", "man 451", (MAN, put("EG", EGSTRESN=451)), Y),
    ("E02", "man 449", (MAN, put("EG", EGSTRESN=449)), N),
    ("E02", "woman 451", (put("EG", EGSTRESN=451),), N),
    ("E02", "woman 470", (put("EG", EGSTRESN=470),), N),
    ("E02", "woman 471", (put("EG", EGSTRESN=471),), Y),
    ("E02", "sex unknown, 450", (SOMEBODY, put("EG", EGSTRESN=450)), N),
    ("E02", "sex unknown, 460", (SOMEBODY, put("EG", EGSTRESN=460)), U),
    ("E02", "sex not told, 460", (put("DM", SEX="U"), put("EG", EGSTRESN=460)), U),
    ("E02", "sex unknown, 471", (SOMEBODY, put("EG", EGSTRESN=471)), Y),
    ("E02", "no ECG", (drop("EG"),), U),
    ("E02", "in seconds", (put("EG", EGSTRESN=0.46, EGSTRESU="s"),), N),  # 460 ms, a woman
    # concurrent systemic anticoagulants, platelet inhibitors, corticosteroids, immunosuppressants
    ("E03", "warfarin", (cm("WARFARIN"),), Y),
    ("E03", "acetylsalicylic acid", (cm("Acetylsalicylic acid "),), Y),
    ("E03", "prednisone", (cm("PREDNISONE", CMROUTE="ORAL"),), Y),
    ("E03", "of a class", (cm("PHENINDIONE", CMCLAS="Anticoagulant"),), Y),
    ("E03", "azathioprine", (cm("AZATHIOPRINE"),), Y),
    ("E03", "paracetamol", (), N),
    ("E03", "ended the day before", (cm("WARFARIN", end="2022-03-09"),), N),
    ("E03", "ended on the day", (cm("WARFARIN", end="2022-03-10"),), Y),
    ("E03", "began on the day", (cm("WARFARIN", "2022-03-10"),), Y),
    ("E03", "began the day after", (cm("WARFARIN", "2022-03-11"),), N),
    ("E03", "began on an unknown day", (cm("WARFARIN", None),), U),
    ("E03", "ended in the month of entry", (cm("WARFARIN", end="2022-03"),), U),
    ("E03", "ended the month before", (cm("WARFARIN", end="2022-02"),), N),
    ("E03", "over before the study", (cm("WARFARIN", CMENRTPT="BEFORE"),), N),
    ("E03", "asked and denied", (cm("WARFARIN", None, CMOCCUR="N"),), N),
    ("E03", "asked and not known", (cm("WARFARIN", None, CMOCCUR="U"),), U),
    ("E03", "on the skin", (cm("HYDROCORTISONE", CMROUTE="TOPICAL"),), N),
    ("E03", "on the skin, and warfarin", (cm("HYDROCORTISONE", CMROUTE="TOPICAL"),
                                          cm("WARFARIN")), Y),
    ("E03", "no medication asked", (drop("CM"),), U),
    # conditions that raise the risk of bleeding or perforation, as listed
    *(("E04", term.lower(), (mh(term),), Y) for term in (
        "PULMONARY CAVITATION", "ENDOBRONCHIAL MASS", "INVASION OF MAJOR BLOOD VESSEL",
        "PEPTIC ULCER", "ABDOMINAL ABSCESS", "ABDOMINAL FISTULA", "INFLAMMATORY BOWEL DISEASE",
        "CROHN'S DISEASE", "BOWEL OBSTRUCTION", "BOWEL PERFORATION", "DIVERTICULITIS",
        "PANCREATITIS", "CHOLECYSTITIS", "CHOLANGITIS",
    )),
    ("E04", "none", (), N),
    ("E04", "resolved", (mh("DIVERTICULITIS", MHENDTC="2019"),), N),
    ("E04", "over before the study", (mh("DIVERTICULITIS", MHENRF="BEFORE"),), N),
    ("E04", "resolved on the day", (mh("DIVERTICULITIS", MHENDTC="2022-03-10"),), Y),
    ("E04", "another", (mh("GASTRITIS"),), N),
    # serious non-healing wound or ulcer or bone fracture
    ("E05", "wound", (mh("NON-HEALING WOUND"),), Y),
    ("E05", "fracture", (mh("BONE FRACTURE"),), Y),
    ("E05", "healed fracture", (mh("BONE FRACTURE", MHENDTC="2015-05"),), N),
    # HBV or HIV infection, active or not
    ("E06", "none", (), N),
    ("E06", "HBV", (mh("HEPATITIS B"),), Y),
    ("E06", "HBV, long over", (mh("HEPATITIS B", MHENDTC="1999"),), Y),
    ("E06", "HIV", (mh("HIV INFECTION"),), Y),
    ("E06", "hepatitis C", (mh("HEPATITIS C"),), N),
    ("E06", "denied", (mh("HIV INFECTION", MHOCCUR="N"),), N),
    ("E06", "not asked", (mh("HIV INFECTION", MHSTAT="NOT DONE"),), U),
    ("E06", "surface antigen", (add("LB", LBTESTCD="HBSAG", LBSTRESC="Positive"),), Y),
    ("E06", "no surface antigen", (add("LB", LBTESTCD="HBSAG", LBSTRESC="NEGATIVE"),), N),
    # dialysis
    ("E07", "none", (), N),
    ("E07", "under way", (mh("HEMODIALYSIS"),), Y),
    ("E07", "once, years ago", (mh("HEMODIALYSIS", MHENDTC="2010"),), N),
    ("E07", "a month before", (add("PR", PRDECOD="HEMODIALYSIS", PRSTDTC="2022-02-10"),), Y),
    ("E07", "a day earlier", (add("PR", PRDECOD="HEMODIALYSIS", PRSTDTC="2022-02-09"),), N),
    # uncontrolled thyroid dysfunction; thyrotropin 0.4 to 4.2
    ("E08", "none", (), N),
    ("E08", "upper limit", (mh("HYPOTHYROIDISM"), lab("TSH", 4.2)), N),
    ("E08", "above", (mh("HYPOTHYROIDISM"), lab("TSH", 4.21)), Y),
    ("E08", "lower limit", (mh("HYPERTHYROIDISM"), lab("TSH", 0.4)), N),
    ("E08", "below", (mh("HYPERTHYROIDISM"), lab("TSH", 0.39)), Y),
    ("E08", "high, no disorder", (lab("TSH", 9),), N),
    ("E08", "no thyrotropin", (mh("HYPOTHYROIDISM"), drop("LB", LBTESTCD="TSH")), U),
    ("E08", "no thyrotropin, no disorder", (drop("LB", LBTESTCD="TSH"),), N),
    # brain metastases stable for at least 3 months after radiotherapy and/or surgery
    ("E09", "none", (), N),
    ("E09", "3 months", (BRAIN, irradiated("2021-12-10")), N),
    ("E09", "a day less", (BRAIN, irradiated("2021-12-11")), Y),
    ("E09", "a day more", (BRAIN, irradiated("2021-12-09")), N),
    ("E09", "treated twice", (BRAIN, irradiated("2021-01-01"), irradiated("2022-01-01")), Y),
    ("E09", "progressed since", (BRAIN, irradiated("2021-06-01"),
                                 brain_progressed("2021-09-01")), Y),
    ("E09", "progressed before", (BRAIN, irradiated("2021-06-01"),
                                  brain_progressed("2021-05-01")), N),
    ("E09", "treatment unknown", (BRAIN,), U),
    ("E09", "sites unknown", (no_sites(),), U),
]  # fmt: skip


def name(case: Case) -> str:
    return f"{case[0]} {case[1]}"


@cache
def verdicts() -> pl.DataFrame:
    """All cases in one go: a candidate each."""
    return judged({name(case): case[2] for case in CASES} | {"eligible": ()})


@pytest.mark.parametrize("case", CASES, ids=name)
def test_verdict(case: Case) -> None:
    row = verdicts().filter(USUBJID=name(case), PARAMCD=case[0]).row(0, named=True)
    assert row["AVALC"] == case[3], (row["AREASON"], row["USED"], row["MISSING"])


def test_names_of_cases_are_unique() -> None:
    names = [name(case) for case in CASES]
    assert len(names) == len(set(names))


def test_the_candidate_meets_every_criterion() -> None:
    rows = verdicts().filter(USUBJID="eligible")
    assert rows.height == 23
    assert rows["ELIG"].unique().to_list() == ["ELIGIBLE"]
    assert rows["VIOLFL"].null_count() == 23


def test_every_criterion_has_a_rule_that_can_say_yes_and_no() -> None:
    assert verdicts()["BASIS"].unique().to_list() == ["RULE"]
    seen = {(case[0], case[3]) for case in CASES}
    told = verdicts()["PARAMCD"].unique().to_list()
    assert {c for c in told if {(c, Y), (c, N)} <= seen} == {*told} - {"I04"}  # any number will do


@pytest.mark.parametrize(
    ("candidate", "criterion", "missing"),
    [
        ("I08 no unit", "I08", "Neutrophils: without a unit, not in 10^9/L (LBSEQ=1, 2022-03-08)"),
        ("I08 mg/dL", "I08", "Neutrophils: in mg/dL, not in 10^9/L (LBSEQ=1, 2022-03-08)"),
        ("I08 no result", "I08", "Neutrophils: LBSTRESN is empty (LBSEQ=1, 2022-03-08)"),
        ("I11 no ULN", "I11", "Total bilirubin: LBSTNRHI is empty (LBSEQ=4, 2022-03-08)"),
        ("I11 ULN of 0", "I11", "Total bilirubin: no finite number"),
        ("I13 no weight", "I13", "Weight: no record in VS"),
        ("I13 sex unknown", "I13", "Gender: not known"),
        (
            "I13 creatinine of 0",
            "I13",
            "Creatinine clearance (Cockcroft-Gault): creatinine is 0 umol/L, must be above 0",
        ),
        ("I12 sites unknown, 3 x", "I12", "Liver metastases: no such record in MH"),
        (
            "I05 no dose",
            "I05",
            "Its dose unchanged for 2 months: CMDOSE is empty (CMSEQ=2, 2021-02-01)",
        ),
        (
            "I05 begun in the month of the bound",
            "I05",
            "Its dose unchanged for 2 months: its dates leave it open (CMSEQ=2, 2022-01)",
        ),
        (
            "I03 in the month that holds the bound",
            "I03",
            "Radiological progression within 12 months of entry: its dates leave it open "
            "(MHSEQ=3, 2021-03)",
        ),
        (
            "I07 assessed after the first dose only",
            "I07",
            "ECOG performance status: no such record in RS on or before the first dose",
        ),
        ("E01 class unknown", "E01", "NYHA class: no such record in MH"),
        (
            "E03 asked and not known",
            "E03",
            "Excluded systemic medication at entry: CMOCCUR and CMSTAT do not say whether it "
            "occurred; its dates leave it open (CMSEQ=2)",
        ),
        (
            "E09 treatment unknown",
            "E09",
            "Radiotherapy or surgery of the brain: no record in PR",
        ),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(candidate: str, criterion: str, missing: str) -> None:
    row = verdicts().filter(USUBJID=candidate, PARAMCD=criterion).row(0, named=True)
    assert row["MISSING"] == missing
