"""What is entered into the template's REDCap instruments arrives in SDTM, and in results."""

from pathlib import Path

import polars as pl
import pytest

from tests.template.redcap import redcap_export
from topline.protocol.read import read_protocol
from topline.sdtm.collected import Sdtm
from topline.sdtm.export_records import source_columns
from topline.sdtm.mapping import StudyMapping
from topline.sdtm.mapping_file import read_mapping
from topline.sdtm.read import read_sdtm
from topline.template import study_folder
from topline.template.fields import Field, code
from topline.template.instruments import INSTRUMENTS
from topline.template.study_folder import write_study
from topline.trial import analyse_trial

FIELDS = {field.name: field for one in INSTRUMENTS for field in one.fields}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study folder set up as the comments of the mapping say."""
    folder = tmp_path_factory.mktemp("trial")
    write_study(folder)
    (folder / "redcap_mapping.yaml").rename(folder / "mapping.yaml")
    for template in (folder / "data").glob("*.csv"):
        template.unlink()
    (folder / "data" / "redcap_export.csv").write_text(redcap_export(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sdtm(folder: Path) -> Sdtm:
    return read_sdtm(folder / "data")


def mapping() -> StudyMapping:
    return read_mapping(Path(study_folder.__file__).with_name("redcap_mapping.yaml")).mapping


def rows(sdtm: Sdtm, domain: str, variables: str) -> list[tuple[object, ...]]:
    return sdtm[domain].select(variables.split()).rows()


def test_every_field_is_mapped_and_every_mapped_column_is_a_field() -> None:
    entries = mapping().domains
    named = {name for e in entries for _, source in e.sources() for name in source_columns(source)}
    asked = {"DS_ENROLLED"}  # decides which dates are asked for, and the arm
    assert named | asked == {name.upper() for name in FIELDS}


def test_every_code_has_its_word() -> None:
    for entry in mapping().domains:
        fed: dict[str, list[Field]] = {}
        for place, source in entry.sources():
            names = [name.lower() for name in source_columns(source) if source.column]
            fed.setdefault(str(place[-1]), []).extend(FIELDS[name] for name in names)
        for variable, fields in fed.items():
            words = {code(term): term for field in fields for term in field.terms}
            if variable in entry.terms:
                assert dict(entry.terms[variable]) == words, variable
            elif not variable.endswith(("ORRES", "TERM")):  # as reported: the code itself
                assert all(code == word for code, word in words.items()), variable


def test_the_export_is_read_without_a_question(sdtm: Sdtm) -> None:
    assert sdtm.queries.filter(pl.col("severity") != "note").is_empty()
    assert sdtm.queries.filter(pl.col("rule").str.starts_with("mapping")).is_empty()
    assert sdtm.set_aside["UNMAPPED"].is_empty()
    assert [file.path for file in sdtm.files] == ["redcap_export.csv"]


def test_demographics_arrive(sdtm: Sdtm) -> None:
    assert rows(sdtm, "DM", "USUBJID SITEID RFICDTC AGE AGEU SEX RACE") == [
        ("MY-TRIAL-001", "01", "2025-01-02", 61, "YEARS", "F", "NOT REPORTED"),
        ("MY-TRIAL-002", "02", "2025-02-01", 48, "YEARS", "M", "ASIAN"),
        ("MY-TRIAL-003", "02", "2025-02-20", 70, "YEARS", "M", "WHITE"),
    ]
    assert rows(sdtm, "DM", "SUBJID ARMCD DTHFL DTHDTC") == [
        ("001", "A", "Y", "2025-12-24"),
        ("002", "A", None, None),
        ("003", None, None, None),
    ]


def test_each_date_of_disposition_is_a_record(sdtm: Sdtm) -> None:
    assert rows(sdtm, "DS", "USUBJID DSSEQ DSDECOD DSSCAT DSSTDTC") == [
        ("MY-TRIAL-001", 1, "INFORMED CONSENT OBTAINED", None, "2025-01-02"),
        ("MY-TRIAL-001", 2, "ENROLLED", None, "2025-01-10"),
        ("MY-TRIAL-001", 3, "PROGRESSIVE DISEASE", "STUDY TREATMENT", "2025-09-01"),
        ("MY-TRIAL-002", 1, "INFORMED CONSENT OBTAINED", None, "2025-02-01"),
        ("MY-TRIAL-002", 2, "ENROLLED", None, "2025-02-05"),
        ("MY-TRIAL-003", 1, "INFORMED CONSENT OBTAINED", None, "2025-02-20"),
        ("MY-TRIAL-003", 2, "SCREEN FAILURE", None, "2025-02-25"),
    ]


def test_repeating_instruments_arrive(sdtm: Sdtm) -> None:
    assert rows(sdtm, "AE", "AESEQ AETERM AETOXGR AEREL AESTDTC AEENDTC") == [
        (1, "loose stool", "2", "RELATED", "2025-02-03", "2025-02-10"),
        (2, "tired", "1", "NOT RELATED", "2025-04", None),
    ]
    assert rows(sdtm, "AE", "AEACN AEOUT") == [
        ("DOSE NOT CHANGED", "RECOVERED/RESOLVED"),
        (None, "UNKNOWN"),
    ]
    assert rows(sdtm, "EX", "USUBJID EXTRT EXDOSE EXDOSU EXSTDTC EXENDTC") == [
        ("MY-TRIAL-001", "STUDY DRUG", 100, "mg", "2025-01-14", "2025-08-31"),
        ("MY-TRIAL-002", "STUDY DRUG", 100, "mg", "2025-02-10", None),
    ]
    assert rows(sdtm, "MH", "MHTERM MHCAT MHLOC MHSTDTC") == [
        ("Colon cancer", "PRIMARY DIAGNOSIS", "COLON", "2019-03")
    ]
    assert rows(sdtm, "CM", "CMTRT CMCAT CMSTDTC") == [
        ("FOLFOX", "PRIOR ANTICANCER THERAPY", "2019")
    ]
    assert rows(sdtm, "PR", "PRTRT PRCAT PRSTDTC") == [("Lobectomy", "PRIOR SURGERY", "2022")]
    assert rows(sdtm, "IE", "IETESTCD IECAT IEORRES IEDTC") == [
        ("I02", "INCLUSION", "N", "2025-02-25")
    ]
    assert rows(sdtm, "SS", "USUBJID SSSTRESC SSDTC") == [("MY-TRIAL-002", "ALIVE", "2025-11-03")]


def test_wide_results_become_records(sdtm: Sdtm) -> None:
    assert rows(sdtm, "LB", "LBTESTCD LBSTRESN LBSTRESU LBSTNRHI VISIT LBDTC") == [
        ("NEUT", 3.1, "10^9/L", None, "SCREENING", "2025-01-09"),
        ("ALT", 20.0, "U/L", 40.0, "SCREENING", "2025-01-09"),
    ]
    assert rows(sdtm, "VS", "VSTESTCD VSSTRESN VSSTRESU") == [("WEIGHT", 70.5, "kg")]
    assert rows(sdtm, "EG", "EGTESTCD EGSTRESN EGSTRESU") == [("QTCFAG", 410.0, "msec")]
    assert rows(sdtm, "MI", "MITESTCD MISTRESC") == [("HISTGRAD", "G2"), ("KI67", "4.5")]


def test_lesions_and_responses_arrive(sdtm: Sdtm) -> None:
    assert rows(sdtm, "TU", "USUBJID TULNKID TUSTRESC TULOC TUMETHOD") == [
        ("MY-TRIAL-001", "T01", "TARGET", "LIVER", "CT SCAN"),
        ("MY-TRIAL-001", "NT01", "NON-TARGET", "BONE", "CT SCAN"),
        ("MY-TRIAL-002", "NT01", "NON-TARGET", "LUNG", None),
    ]
    assert rows(sdtm, "TR", "USUBJID TRSEQ TRLNKID TRTESTCD TRSTRESC TRSTRESN VISITNUM") == [
        ("MY-TRIAL-001", 1, "T01", "DIAMETER", "40", 40, 0),
        ("MY-TRIAL-001", 2, "T01", "DIAMETER", "20", 20, 1),
        ("MY-TRIAL-001", 3, "T01", "DIAMETER", "18", 18, 2),
        ("MY-TRIAL-001", 4, "T01", "DIAMETER", "30", 30, 3),
        ("MY-TRIAL-001", 5, "NT01", "TUMSTATE", "PRESENT", None, 0),
        ("MY-TRIAL-001", 6, "NT01", "TUMSTATE", "PRESENT", None, 1),
        ("MY-TRIAL-001", 7, "NT01", "TUMSTATE", "PRESENT", None, 2),
        ("MY-TRIAL-001", 8, "NT01", "TUMSTATE", "UNEQUIVOCAL PROGRESSION", None, 3),
        ("MY-TRIAL-002", 1, "NT01", "TUMSTATE", "PRESENT", None, 0),
        ("MY-TRIAL-002", 2, "NT01", "TUMSTATE", "PRESENT", None, 1),
    ]
    assert rows(sdtm, "RS", "USUBJID RSSEQ RSTESTCD RSSTRESC RSDTC") == [
        ("MY-TRIAL-001", 1, "OVRLRESP", "PD", "2025-08-30"),
        ("MY-TRIAL-001", 2, "ECOG101", "1", "2025-01-09"),
        ("MY-TRIAL-001", 3, "ECOG101", "2", "2025-08-30"),
        ("MY-TRIAL-002", 1, "OVRLRESP", "NON-CR/NON-PD", "2025-04-07"),
    ]


def test_the_protocol_beside_it_analyses_the_export(folder: Path, sdtm: Sdtm) -> None:
    trial = analyse_trial(read_protocol(folder), sdtm)
    # 001: 40 to 20 mm is PR, confirmed at 18 mm after 56 days; 30 mm is 67% above 18 mm, PD.
    # 002: non-target disease only, on treatment, last scan on day 57
    adsl = trial.adam["ADSL"].select("USUBJID", "CBOR", "EOTSTT", "SAFFL").rows()
    assert adsl == [
        ("MY-TRIAL-001", "PR", "DISCONTINUED", "Y"),
        ("MY-TRIAL-002", "NON-CR/NON-PD", "ONGOING", "Y"),
        ("MY-TRIAL-003", None, None, None),
    ]
    pfs = trial.adam["ADTTE"].filter(PARAMCD="PFS").select("USUBJID", "AVAL", "CNSR").rows()
    # from 2025-01-14 to 2025-08-30, and from 2025-02-10 to 2025-04-07, both days counted
    assert pfs == [("MY-TRIAL-001", 229, 0), ("MY-TRIAL-002", 57, 1)]
    assert {display.number for display in trial.displays} >= {"Table 1", "Figure 2"}
