from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.sdtm.study import CLEAN, ROWS, count_rows, one_query, read_changed, write_study
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.read import read_sdtm


class Broken(NamedTuple):
    """One thing changed in one file of the clean study, and the query it must give."""

    file: str
    old: str
    new: str
    rule: str
    record: str
    found: str


# The value cannot be true, and the record stays without it.
VALUE_NOT_USED = [
    Broken("dm", "61,YEARS,F", "61,YEARS,X", "DM.SEX.terms", "row 1", "SEX = X"),
    Broken("dm", "61,YEARS", "161,YEARS", "DM.age_at_most_120_years", "row 1", "161"),
    Broken("dm", "61,YEARS", "-6,YEARS", "DM.AGE.range", "row 1", "AGE = -6"),
    Broken("dm", "61,YEARS", "sixty,YEARS", "DM.AGE.number", "row 1", "AGE = sixty"),
    Broken("dm", "61,YEARS", "inf,YEARS", "DM.AGE.number", "row 1", "AGE = inf"),
    Broken("dm", "-24,Y,", "-24,X,", "DM.DTHFL.terms", "row 2", "DTHFL = X"),
    Broken("ae", "RESOLVED,2", "RESOLVED,7", "AE.AETOXGR.terms", "AESEQ=1", "7"),
    Broken("ae", "2021-02-10", "10.02.2021", "AE.AESTDTC.date", "AESEQ=1", "10.02.2021"),
    Broken("ae", "2021-02-10", "2021-02-30", "AE.AESTDTC.date", "AESEQ=1", "2021-02-30"),
    Broken("ae", "Y,UNKNOWN", "Y,BETTER", "AE.AEOUT.terms", "AESEQ=2", "BETTER"),
    Broken("ae", "S-001,2", "S-001,two", "AE.AESEQ.number", "row 2", "AESEQ = two"),
    Broken("ae", "S-001,2", "S-001,1.5", "AE.AESEQ.number", "row 2", "AESEQ = 1.5"),
    Broken(
        "ex",
        "DRUG,40,mg,TABLET,2021-02",
        "DRUG,-40,mg,TABLET,2021-02",
        "EX.EXDOSE.range",
        "EXSEQ=1",
        "-40",
    ),
    Broken(
        "ex",
        "DRUG,40,mg,TABLET,2021-02",
        'DRUG,"40,5",mg,TABLET,2021-02',
        "EX.EXDOSE.number",
        "EXSEQ=1",
        "40,5",
    ),
    Broken("lb", "131,131,g/L", "131,>131,g/L", "LB.LBSTRESN.number", "LBSEQ=1", ">131"),
    Broken("dm", "1955-05", "2022", "DM.born_before_death", "row 2", "BRTHDTC = 2022"),
    Broken(
        "ae", "2021-02-12", "2021-02-09", "AE.ends_after_start", "AESEQ=1", "AESTDTC = 2021-02-10"
    ),
    Broken("ex", "2021-06-30", "2021-01-30", "EX.ends_after_start", "EXSEQ=1", "2021-01-30"),
    Broken(
        "lb",
        "129,129,g/L,120,160",
        "129,129,g/L,160,120",
        "LB.range_in_order",
        "LBSEQ=2",
        "LBSTNRLO = 160",
    ),
    Broken(
        "lb", "12.9,g/dL,12,16", "12.9,g/dL,16,12", "LB.reported_range_in_order", "LBSEQ=2", "16"
    ),
    Broken("tr", "18,18,18,mm", "18,18,18,cm", "TR.diameter_in_mm", "TRSEQ=2", "cm"),
    Broken("tr", "18,18,18,mm", "18,18,-18,mm", "TR.diameter_not_negative", "TRSEQ=2", "-18"),
]
# The record cannot be told from others, or belongs to nobody.
ROW_SET_ASIDE = [
    Broken("dm", "DM,S-001", "DM,", "DM.USUBJID.required", "row 1", "USUBJID is empty"),
    Broken("lb", "S-001,1,HGB", "S-001,1,", "LB.LBTESTCD.required", "LBSEQ=1", "LBTESTCD"),
    Broken(
        "dm", "S,DM,S-002,002", "S,DM,S-001,002", "DM.USUBJID.twice", "row 2", "USUBJID = S-001"
    ),
    Broken("ae", "S-001,2", "S-01,2", "AE.USUBJID.unknown", "AESEQ=2", "USUBJID = S-01"),
    Broken("ae", "S-001,2", "S-001,1", "AE.AESEQ.twice", "AESEQ=1", "AESEQ = 1"),
    Broken("ae", "S,AE,S-001,2", "S,CM,S-001,2", "AE.DOMAIN.other", "AESEQ=2", "DOMAIN = CM"),
    Broken("suppae", "AESEQ,1", "AESEQ,9", "SUPPAE.parent", "row 1", "IDVARVAL = 9"),
    Broken("suppae", "AESEQ,1", "AESPID,1", "SUPPAE.parent", "row 1", "IDVAR = AESPID"),
]
# Something must be corrected, and nobody but the site knows how.
WRONG = [
    Broken("dm", "S-001,001", "S-001,", "DM.SUBJID.required", "row 1", "SUBJID is empty"),
    Broken("ae", "loose stool", " ", "AE.AETERM.required", "AESEQ=1", "AETERM is empty"),
    Broken(
        "ex",
        "2021-03-01,2021-12-19",
        "2022-03-01,",
        "EX.after_death",
        "EXSEQ=1",
        "DTHDTC = 2021-12-24",
    ),
    Broken("ae", "2021-02-10", "1921-02-10", "AE.before_birth", "AESEQ=1", "BRTHDTC = 1960"),
    Broken(
        "ex", "2021-02-01", "2021-01-01", "EX.before_consent", "EXSEQ=1", "RFICDTC = 2021-01-15"
    ),
    Broken("ss", "DEAD,DEAD", "ALIVE,ALIVE", "SS.alive_after_death", "SSSEQ=1", "2022-01-10"),
]
# Something looks wrong, and may be right.
DOUBTFUL = [
    Broken("dm", "61,YEARS", "61,", "DM.age_has_unit", "row 1", "AGEU is empty"),
    Broken("ae", "GI,N,DOSE NOT CHANGED", "GI,N,PAUSED", "AE.AEACN.terms", "AESEQ=1", "PAUSED"),
    Broken("dm", "-24,Y,", "-24,,", "DM.death_date_has_flag", "row 2", "DTHFL is empty"),
    Broken("dm", "2021-12-24,Y", ",Y", "DM.death_has_date", "row 2", "DTHDTC is empty"),
    Broken("dm", "2021-01-15", "2021-02-02", "DM.treated_after_consent", "row 1", "2021-02-02"),
    Broken("ae", "FATAL,5", "FATAL,4", "AE.fatal_is_grade_5", "AESEQ=1", "AETOXGR = 4"),
    Broken("ae", "GI,Y,DRUG", "GI,N,DRUG", "AE.death_is_serious", "AESEQ=1", "AESER = N"),
    Broken(
        "ex",
        "40,mg,TABLET,2021-02",
        "40,,TABLET,2021-02",
        "EX.dose_has_unit",
        "EXSEQ=1",
        "EXDOSU is empty",
    ),
    Broken("ex", "2021-03-01", "", "EX.dose_has_start", "EXSEQ=1", "EXSTDTC is empty"),
    Broken("lb", "129,129,g/L", "129,192,g/L", "LB.text_agrees_with_number", "LBSEQ=2", "192"),
    Broken("lb", "129,129,g/L", "129,129,", "LB.number_has_unit", "LBSEQ=2", "LBSTRESU is empty"),
    Broken("lb", "NOT DONE", "", "LB.result_or_not_done", "LBSEQ=1", "LBSTAT is empty"),
    Broken(
        "tr", "18,18,18,mm", "18,18,18,", "TR.diameter_has_unit", "TRSEQ=2", "TRSTRESU is empty"
    ),
    Broken("rs", "SD,SD", "SD,STABLE", "RS.response_in_recist_words", "RSSEQ=1", "STABLE"),
    Broken("suppae", "X,NONE,", "X,,", "SUPPAE.has_a_value", "row 1", "QVAL is empty"),
    Broken("ae", "S,AE,S-001,2", "T,AE,S-001,2", "AE.STUDYID.other", "AESEQ=2", "STUDYID = T"),
    Broken("suppae", "AEACNX", "AETERM", "SUPPAE.QNAM.taken", "row 1", "QNAM = AETERM"),
    Broken("tr", "2,T01", "2,T02", "TR.TRLNKID.unknown", "TRSEQ=2", "TRLNKID = T02"),
    Broken("ss", "ALIVE,ALIVE", "DEAD,DEAD", "SS.death_not_in_dm", "SSSEQ=1", "DEAD"),
]
# Read as it was meant.
NOTED = [
    Broken("dm", "61,YEARS,F", "61,YEARS,f", "DM.SEX.case", "row 1", "SEX = f"),
]
BROKEN = [
    *[(case, "error", "value not used") for case in VALUE_NOT_USED],
    *[(case, "error", "row set aside") for case in ROW_SET_ASIDE],
    *[(case, "error", "none") for case in WRONG],
    *[(case, "warning", "none") for case in DOUBTFUL],
    *[(case, "note", "none") for case in NOTED],
]


def test_every_variable_and_rule_says_what_is_expected() -> None:
    for schema in set(SCHEMAS.values()):
        assert all(column.description for column in schema.columns().values())
        functions = [
            factory.validation_fn
            for name in dir(schema)
            if hasattr(factory := getattr(schema, name), "validation_fn")
        ]
        assert all(function.__doc__ for function in functions)
        named = {v for function in functions for v in function(schema).meta.root_names()}
        assert named <= set(schema.column_names())


@pytest.mark.parametrize("domain", ["CM", "MH", "PR"])
def test_end_before_start_is_not_used_in_any_interval(tmp_path: Path, domain: str) -> None:
    topic = {"CM": "CMTRT", "MH": "MHTERM", "PR": "PRTRT"}[domain]
    header = f"STUDYID,USUBJID,{domain}SEQ,{topic},{domain}STDTC,{domain}ENDTC\n"
    rows = "S,S-001,1,a,2020-03,2020-02\nS,S-001,2,a,2020-03,2020\n"
    sdtm = read_sdtm(write_study(tmp_path, {f"{domain.lower()}.csv": header + rows}))
    assert one_query(sdtm, f"{domain}.ends_after_start")["record"] == f"{domain}SEQ=1"
    assert sdtm[domain][f"{domain}ENDTC"].to_list() == [None, "2020"]


@pytest.mark.parametrize("domain", ["LB", "VS", "EG", "TU", "TR", "RS", "MI", "GF", "QS", "SS"])
def test_finding_has_a_result_or_is_not_done(tmp_path: Path, domain: str) -> None:
    names = ("SEQ", "TESTCD", "TEST", "ORRES", "STRESC", "STAT")
    header = ",".join(["STUDYID", "USUBJID", *(domain + name for name in names)])
    rows = [
        "S,S-001,1,T,Test,5,5,",
        "S,S-001,2,T,Test,,,NOT DONE",
        "S,S-001,3,T,Test,,,",  # neither
        "S,S-001,4,T,Test,5,5,NOT DONE",  # both
    ]
    text = "\n".join([header, *rows])
    sdtm = read_sdtm(write_study(tmp_path, {f"{domain.lower()}.csv": text}))
    queries = sdtm.queries.filter(rule=f"{domain}.result_or_not_done")
    assert queries["record"].to_list() == [f"{domain}SEQ=3", f"{domain}SEQ=4"]


def test_clean_study_has_no_query(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    assert sdtm.queries.filter(pl.col("severity") != "note").rows() == []


@pytest.mark.parametrize(("case", "severity", "consequence"), BROKEN)
def test_broken_record_is_named_and_kept_or_set_aside(
    tmp_path: Path, case: Broken, severity: str, consequence: str
) -> None:
    sdtm = read_changed(tmp_path, f"{case.file}.csv", case.old, case.new)
    query = one_query(sdtm, case.rule)
    assert (query["severity"], query["consequence"]) == (severity, consequence)
    assert query["record"] == case.record
    assert case.found in str(query["found"])
    assert query["expected"]
    assert query["file"] == f"{case.file}.csv"
    assert count_rows(sdtm) == ROWS
    aside = [reason for frame in sdtm.set_aside.values() for reason in frame["REASON"]]
    assert (case.rule in aside) == (consequence == "row set aside")


@pytest.mark.parametrize(
    ("case", "variables"),
    [(case, case.rule.split(".")[1] if "." in case.rule[3:] else None) for case in VALUE_NOT_USED],
)
def test_value_not_used_is_empty_and_its_record_stays(
    tmp_path: Path, case: Broken, variables: str | None
) -> None:
    domain = case.file.upper()
    before = read_sdtm(write_study(tmp_path))[domain]
    after = read_changed(tmp_path, f"{case.file}.csv", case.old, case.new)[domain]
    assert after.height == before.height
    changed = [name for name in before.columns if not after[name].equals(before[name])]
    emptied = [name for name in changed if after[name].null_count() > before[name].null_count()]
    assert emptied
    assert variables in {None, *emptied}


def test_word_in_another_case_is_read_as_the_word(tmp_path: Path) -> None:
    sdtm = read_changed(tmp_path, "dm.csv", "61,YEARS,F", "61,years,f")
    assert sdtm["DM"].select("AGEU", "SEX").row(0) == ("YEARS", "F")


def test_two_units_of_one_test_are_listed(tmp_path: Path) -> None:
    third = "S,LB,S-001,3,HGB,Hemoglobin,HEM,13,g/dL,12,16,13,13,g/dL,12,16,,3,2021-03-20\n"
    sdtm = read_sdtm(write_study(tmp_path, {"lb2.csv": _header("lb.csv") + third}))
    assert one_query(sdtm, "LB.one_unit_a_test")["record"] == "LBSEQ=3"


def test_later_day_of_a_partial_date_is_given_the_benefit(tmp_path: Path) -> None:
    # started on 10 February, ended some time in February
    sdtm = read_changed(tmp_path, "ae.csv", "2021-02-12", "2021-02")
    assert "AE.ends_after_start" not in sdtm.queries["rule"]


def test_all_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    rows = "S,AE,S-001,9,,,,MAYBE,,,,6,2021-13,\n"
    sdtm = read_sdtm(write_study(tmp_path, {"ae2.csv": _header("ae.csv") + rows}))
    rules = sdtm.queries.filter(record="AESEQ=9")["rule"].to_list()
    assert rules == ["AE.AESER.terms", "AE.AESTDTC.date", "AE.AETERM.required", "AE.AETOXGR.terms"]


@pytest.mark.parametrize("domain", SCHEMAS)
def test_rows_read_are_rows_kept_or_set_aside_in_every_domain(tmp_path: Path, domain: str) -> None:
    rows = _rows(domain)
    target = tmp_path / f"{domain.lower()}.csv"
    write_study(tmp_path, {f"{domain.lower()}.csv": ""} if domain != "DM" else None)
    rows.write_csv(target)
    own = domain.removeprefix("SUPP")
    if own not in {domain, "DM"}:
        _rows(own).head(1).write_csv(tmp_path / f"{own.lower()}.csv")
    sdtm = read_sdtm(tmp_path)
    aside = sdtm.set_aside[domain]
    assert sdtm[domain].height + aside.height == rows.height
    assert aside.height == 2
    assert set(SCHEMAS[domain].column_names()) <= set(aside.columns)
    assert aside["FILE"].unique().to_list() == [target.name]
    assert aside["REASON"].null_count() == 0
    # each row set aside has its query
    listed = sdtm.queries.filter(
        pl.col("consequence") == "row set aside", pl.col("file") == target.name
    )
    assert listed.height == 2


def _header(file: str) -> str:
    return CLEAN[file].split("\n")[0] + "\n"


def _rows(domain: str) -> pl.DataFrame:
    """Return a usable row, the same again, and one of a subject that nobody knows."""
    schema = SCHEMAS[domain]
    own = domain.removeprefix("SUPP")
    values = {name: "" for name in schema.column_names()}
    values |= {"STUDYID": "S", "USUBJID": "S-001", "RDOMAIN": own, "DOMAIN": own}
    values |= {f"{domain}SEQ": "1", f"{domain}TESTCD": "X", "QNAM": "X", "QVAL": "1"}
    values |= {"SUBJID": "001", "SITEID": "01", "IDVAR": "", "RELID": "1"}
    if own != "DM":
        values |= {"IDVAR": f"{own}SEQ", "IDVARVAL": "1"}
    if domain == "RELREC":
        values |= {"RDOMAIN": "AE", "IDVAR": "AESEQ"}
    row = {name: values[name] for name in schema.column_names()}
    stranger = row | {"USUBJID": "" if domain == "DM" else "S-999"}
    return pl.DataFrame([row, row, stranger])
