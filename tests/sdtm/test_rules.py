from pathlib import Path

import polars as pl
import pytest

from tests.sdtm.study import count_rows, one_query, read_changed, write_study
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.read import read_sdtm

ERROR, WARNING, NOTE = "error", "warning", "note"
ASIDE, UNUSED, NONE = "row set aside", "value not used", "none"

BROKEN = [
    # file, what is written, instead of it, rule, severity, consequence, record, found
    # -- one variable
    ("dm.csv", "61,YEARS,F", "61,YEARS,X", "DM.SEX.terms", ERROR, UNUSED, "row 1", "SEX = X"),
    ("dm.csv", "61,YEARS,F", "61,YEARS,f", "DM.SEX.case", NOTE, NONE, "row 1", "SEX = f"),
    ("dm.csv", "61,YEARS", "161,YEARS", "DM.age_at_most_120_years", ERROR, UNUSED, "row 1", "161"),
    ("dm.csv", "61,YEARS", "-6,YEARS", "DM.AGE.range", ERROR, UNUSED, "row 1", "AGE = -6"),
    ("dm.csv", "61,YEARS", "sixty,YEARS", "DM.AGE.number", ERROR, UNUSED, "row 1", "AGE = sixty"),
    ("dm.csv", "61,YEARS", "inf,YEARS", "DM.AGE.number", ERROR, UNUSED, "row 1", "AGE = inf"),
    ("dm.csv", "61,YEARS", "61,", "DM.age_has_unit", WARNING, NONE, "row 1", "AGEU is empty"),
    ("dm.csv", "-24,Y,", "-24,X,", "DM.DTHFL.terms", ERROR, UNUSED, "row 2", "DTHFL = X"),
    ("dm.csv", "S-001,001", "S-001,", "DM.SUBJID.required", ERROR, NONE, "row 1", "SUBJID is empty"),
    ("dm.csv", "DM,S-001", "DM,", "DM.USUBJID.required", ERROR, ASIDE, "row 1", "USUBJID is empty"),
    ("ae.csv", "RESOLVED,2", "RESOLVED,7", "AE.AETOXGR.terms", ERROR, UNUSED, "AESEQ=1", "7"),
    ("ae.csv", "loose stools", " ", "AE.AETERM.required", ERROR, NONE, "AESEQ=1", "AETERM is empty"),
    ("ae.csv", "2021-02-10", "10.02.2021", "AE.AESTDTC.date", ERROR, UNUSED, "AESEQ=1", "10.02.2021"),
    ("ae.csv", "2021-02-10", "2021-02-30", "AE.AESTDTC.date", ERROR, UNUSED, "AESEQ=1", "2021-02-30"),
    ("ae.csv", "RELATED,UNKNOWN", "RELATED,BETTER", "AE.AEOUT.terms", ERROR, UNUSED, "AESEQ=2", "BETTER"),
    ("ae.csv", "GI,N,DOSE NOT CHANGED", "GI,N,PAUSED", "AE.AEACN.terms", WARNING, NONE, "AESEQ=1", "PAUSED"),
    ("ae.csv", "S-001,2", "S-001,two", "AE.AESEQ.number", ERROR, UNUSED, "row 2", "AESEQ = two"),
    ("ae.csv", "S-001,2", "S-001,1.5", "AE.AESEQ.number", ERROR, UNUSED, "row 2", "AESEQ = 1.5"),
    ("ex.csv", "DRUG,40,mg,TABLET,2021-02", "DRUG,-40,mg,TABLET,2021-02", "EX.EXDOSE.range", ERROR, UNUSED, "EXSEQ=1", "-40"),
    ("ex.csv", "DRUG,40,mg,TABLET,2021-02", "DRUG,\"40,5\",mg,TABLET,2021-02", "EX.EXDOSE.number", ERROR, UNUSED, "EXSEQ=1", "40,5"),
    ("lb.csv", "131,131,g/L", "131,>131,g/L", "LB.LBSTRESN.number", ERROR, UNUSED, "LBSEQ=1", ">131"),
    ("lb.csv", "S-001,1,HGB", "S-001,1,", "LB.LBTESTCD.required", ERROR, ASIDE, "LBSEQ=1", "LBTESTCD"),
    # -- variables of one record
    ("dm.csv", "-24,Y,", "-24,,", "DM.death_date_has_flag", WARNING, NONE, "row 2", "DTHFL is empty"),
    ("dm.csv", "2021-12-24,Y", ",Y", "DM.death_has_date", WARNING, NONE, "row 2", "DTHDTC is empty"),
    ("dm.csv", "1955-05", "2022", "DM.born_before_death", ERROR, UNUSED, "row 2", "BRTHDTC = 2022"),
    ("dm.csv", "2021-01-15", "2021-02-02", "DM.treated_after_consent", WARNING, NONE, "row 1", "2021-02-02"),
    ("ae.csv", "2021-02-12", "2021-02-09", "AE.ends_after_start", ERROR, UNUSED, "AESEQ=1", "AESTDTC = 2021-02-10"),
    ("ae.csv", "FATAL,5", "FATAL,4", "AE.fatal_is_grade_5", WARNING, NONE, "AESEQ=1", "AETOXGR = 4"),
    ("ae.csv", "GI,Y,DRUG", "GI,N,DRUG", "AE.death_is_serious", WARNING, NONE, "AESEQ=1", "AESER = N"),
    ("ex.csv", "40,mg,TABLET,2021-02", "40,,TABLET,2021-02", "EX.dose_has_unit", WARNING, NONE, "EXSEQ=1", "EXDOSU is empty"),
    ("ex.csv", "2021-06-30", "2021-01-30", "EX.ends_after_start", ERROR, UNUSED, "EXSEQ=1", "2021-01-30"),
    ("ex.csv", "2021-03-01", "", "EX.dose_has_start", WARNING, NONE, "EXSEQ=1", "EXSTDTC is empty"),
    ("lb.csv", "129,129,g/L,120,160", "129,129,g/L,160,120", "LB.range_in_order", ERROR, UNUSED, "LBSEQ=2", "LBSTNRLO = 160"),
    ("lb.csv", "12.9,g/dL,12,16", "12.9,g/dL,16,12", "LB.reported_range_in_order", ERROR, UNUSED, "LBSEQ=2", "16"),
    ("lb.csv", "129,129,g/L", "129,192,g/L", "LB.text_agrees_with_number", WARNING, NONE, "LBSEQ=2", "192"),
    ("lb.csv", "129,129,g/L", "129,129,", "LB.number_has_unit", WARNING, NONE, "LBSEQ=2", "LBSTRESU is empty"),
    ("lb.csv", "NOT DONE", "", "LB.result_or_not_done", WARNING, NONE, "LBSEQ=1", "LBSTAT is empty"),
    ("tr.csv", "18,18,18,mm", "18,18,18,cm", "TR.diameter_in_mm", ERROR, UNUSED, "TRSEQ=2", "cm"),
    ("tr.csv", "18,18,18,mm", "18,18,18,", "TR.diameter_has_unit", WARNING, NONE, "TRSEQ=2", "TRSTRESU is empty"),
    ("tr.csv", "18,18,18,mm", "18,18,-18,mm", "TR.diameter_not_negative", ERROR, UNUSED, "TRSEQ=2", "-18"),
    ("rs.csv", "SD,SD", "SD,STABLE", "RS.response_in_recist_words", WARNING, NONE, "RSSEQ=1", "STABLE"),
    ("suppae.csv", "X,NONE,", "X,,", "SUPPAE.has_a_value", WARNING, NONE, "row 1", "QVAL is empty"),
    # -- records of several domains
    ("dm.csv", "S,DM,S-002,002", "S,DM,S-001,002", "DM.USUBJID.twice", ERROR, ASIDE, "row 2", "USUBJID = S-001"),
    ("ae.csv", "S-001,2", "S-01,2", "AE.USUBJID.unknown", ERROR, ASIDE, "AESEQ=2", "USUBJID = S-01"),
    ("ae.csv", "S-001,2", "S-001,1", "AE.AESEQ.twice", ERROR, ASIDE, "AESEQ=1", "AESEQ = 1"),
    ("ae.csv", "S,AE,S-001,2", "T,AE,S-001,2", "AE.STUDYID.other", WARNING, NONE, "AESEQ=2", "STUDYID = T"),
    ("ae.csv", "S,AE,S-001,2", "S,CM,S-001,2", "AE.DOMAIN.other", ERROR, ASIDE, "AESEQ=2", "DOMAIN = CM"),
    ("suppae.csv", "AESEQ,1", "AESEQ,9", "SUPPAE.parent", ERROR, ASIDE, "row 1", "IDVARVAL = 9"),
    ("suppae.csv", "AESEQ,1", "AESPID,1", "SUPPAE.parent", ERROR, ASIDE, "row 1", "IDVAR = AESPID"),
    ("suppae.csv", "AEACNX", "AETERM", "SUPPAE.QNAM.taken", WARNING, NONE, "row 1", "QNAM = AETERM"),
    ("tr.csv", "2,T01", "2,T02", "TR.TRLNKID.unknown", WARNING, NONE, "TRSEQ=2", "TRLNKID = T02"),
    ("ex.csv", "2021-03-01,2021-12-19", "2022-03-01,", "EX.after_death", ERROR, NONE, "EXSEQ=1", "DTHDTC = 2021-12-24"),
    ("ae.csv", "2021-02-10", "1921-02-10", "AE.before_birth", ERROR, NONE, "AESEQ=1", "BRTHDTC = 1960"),
    ("ex.csv", "2021-02-01", "2021-01-01", "EX.before_consent", ERROR, NONE, "EXSEQ=1", "RFICDTC = 2021-01-15"),
    ("ss.csv", "DEAD,DEAD", "ALIVE,ALIVE", "SS.alive_after_death", ERROR, NONE, "SSSEQ=1", "2022-01-10"),
    ("ss.csv", "ALIVE,ALIVE", "DEAD,DEAD", "SS.death_not_in_dm", WARNING, NONE, "SSSEQ=1", "DEAD"),
]  # fmt: skip


def test_clean_study_has_no_query(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    assert sdtm.queries.filter(pl.col("severity") != "note").rows() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "severity", "consequence", "record", "found"), BROKEN
)
def test_broken_record_is_named_and_kept_or_set_aside(
    tmp_path: Path,
    file: str,
    old: str,
    new: str,
    rule: str,
    severity: str,
    consequence: str,
    record: str,
    found: str,
) -> None:
    clean = read_sdtm(write_study(tmp_path))
    sdtm = read_changed(tmp_path, file, old, new)
    query = one_query(sdtm, rule)
    assert (query["severity"], query["consequence"]) == (severity, consequence)
    assert query["record"] == record
    assert found in str(query["found"])
    assert query["expected"]
    assert query["file"] == file
    assert count_rows(sdtm) == count_rows(clean)
    aside = [reason for frame in sdtm.set_aside.values() for reason in frame["REASON"]]
    assert (rule in aside) == (consequence == ASIDE)


@pytest.mark.parametrize(
    ("file", "old", "new", "domain", "variable"),
    [
        ("dm.csv", "61,YEARS,F", "61,YEARS,X", "DM", "SEX"),
        ("ae.csv", "RESOLVED,2", "RESOLVED,7", "AE", "AETOXGR"),
        ("ae.csv", "2021-02-12", "2021-02-09", "AE", "AEENDTC"),
        ("ae.csv", "2021-02-10", "10.02.2021", "AE", "AESTDTC"),
        ("ex.csv", "DRUG,40,mg,TABLET,2021-02", "DRUG,-40,mg,TABLET,2021-02", "EX", "EXDOSE"),
    ],
)
def test_value_not_used_is_empty_and_its_record_stays(
    tmp_path: Path, file: str, old: str, new: str, domain: str, variable: str
) -> None:
    before = read_sdtm(write_study(tmp_path))[domain]
    after = read_changed(tmp_path, file, old, new)[domain]
    assert after[variable][0] is None
    assert after.drop(variable).equals(before.drop(variable))


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
    listed = sdtm.queries.filter(pl.col("consequence") == ASIDE, pl.col("file") == target.name)
    assert listed.height == 2


def _header(file: str) -> str:
    from tests.sdtm.study import CLEAN

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
