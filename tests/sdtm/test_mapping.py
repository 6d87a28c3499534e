"""Raw exports become domains by `mapping.yaml`, and a mapping that is wrong is told in words."""

from pathlib import Path

import polars as pl
import pytest

from topline.errors import DataError
from topline.sdtm.collected import Sdtm
from topline.sdtm.mapping_file import read_mapping
from topline.sdtm.read import read_sdtm

SUBJECTS = """\
record_id,site,sex,consent
001,01,1,05/03/2021
002,02,2,UN/04/2021
"""
EVENTS = """\
record_id,ae_term,ae_ser,ae_year,ae_month,ae_day,ae_note
001,loose stool,0,2021,3,9,
001,tired,1,2021,,,call back
002,cough,0,,,,
"""
MAPPING = """\
topline: 1
study: S
subject: [record_id]
ignore: [ae_note]
domains:
  - domain: DM
    file: subjects.csv
    columns:
      SUBJID: record_id
      SITEID: site
      SEX: sex
      RFICDTC: {date: consent, format: DD/MM/YYYY}
    constants: {ARMCD: A}
    terms: {SEX: {"1": F, "2": M}}
  - domain: AE
    file: events.csv
    where: ae_term IS NOT NULL
    columns:
      AETERM: ae_term
      AESER: ae_ser
      AESTDTC: {date: [ae_year, ae_month, ae_day]}
    terms: {AESER: {"0": "N", "1": "Y"}}
"""


def study(
    folder: Path, mapping: str = MAPPING, subjects: str = SUBJECTS, events: str = EVENTS
) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / "data" / "subjects.csv").write_text(subjects, encoding="utf-8")
    (folder / "data" / "events.csv").write_text(events, encoding="utf-8")
    return folder / "data"


def mapped(folder: Path, entry: str, export: str) -> Sdtm:
    """Read one further file, `more.csv`, by one further entry."""
    data = study(folder, MAPPING + entry)
    (data / "more.csv").write_text(export, encoding="utf-8")
    return read_sdtm(data)


def told(sdtm: Sdtm, rule: str) -> list[tuple[str | None, ...]]:
    columns = ("subject", "record", "found", "severity", "consequence", "file")
    return sdtm.queries.filter(rule=rule).select(columns).rows()


def refused(data: Path) -> str:
    with pytest.raises(DataError) as error:
        read_sdtm(data)
    return str(error.value)


def test_columns_become_variables(tmp_path: Path) -> None:
    sdtm = read_sdtm(study(tmp_path))
    dm = sdtm["DM"].select("STUDYID", "USUBJID", "SUBJID", "SITEID", "SEX", "RFICDTC", "ARMCD")
    assert dm.rows() == [
        ("S", "S-001", "001", "01", "F", "2021-03-05", "A"),
        ("S", "S-002", "002", "02", "M", "2021-04", "A"),
    ]
    ae = sdtm["AE"].select("USUBJID", "AESEQ", "AETERM", "AESER", "AESTDTC")
    assert ae.rows() == [
        ("S-001", 1, "loose stool", "N", "2021-03-09"),
        ("S-001", 2, "tired", "Y", "2021"),
        ("S-002", 1, "cough", "N", None),
    ]


def test_files_that_the_mapping_does_not_name_are_sdtm(tmp_path: Path) -> None:
    data = study(tmp_path)
    text = "STUDYID,USUBJID,CMSEQ,CMTRT\nS,S-001,1,Aspirin\n"
    (data / "cm.csv").write_text(text, encoding="utf-8")
    assert read_sdtm(data)["CM"]["CMTRT"].to_list() == ["Aspirin"]


def test_without_a_mapping_nothing_changes(tmp_path: Path) -> None:
    data = study(tmp_path)
    (tmp_path / "mapping.yaml").unlink()
    assert "no subject can be read" in refused(data)


@pytest.mark.parametrize(
    ("year", "month", "day", "iso"),
    [
        ("2021", "3", "9", "2021-03-09"),
        ("2021", "03", "", "2021-03"),
        ("2021", "", "", "2021"),
        ("2021", "", "9", "2021---09"),  # the day is known, the month is not
        ("", "3", "9", "--03-09"),
        ("2021", "Mar", "9", "2021-03-09"),
        ("2021", "march", "UN", "2021-03"),
        ("UNK", "UNK", "UN", None),
        ("2021", "00", "00", "2021"),
        ("", "", "", None),
    ],
)
def test_a_date_is_put_together_as_far_as_it_is_known(
    year: str, month: str, day: str, iso: str | None, tmp_path: Path
) -> None:
    header = "record_id,ae_term,ae_ser,ae_year,ae_month,ae_day,ae_note\n"
    events = f"{header}001,cough,0,{year},{month},{day},\n"
    sdtm = read_sdtm(study(tmp_path, events=events))
    assert sdtm["AE"]["AESTDTC"].to_list() == [iso]


@pytest.mark.parametrize(
    ("written", "text", "iso"),
    [
        ("DD/MM/YYYY", "5/3/2021", "2021-03-05"),
        ("MM/DD/YYYY", "03/05/2021", "2021-03-05"),
        ("DD.MM.YYYY", "05.03.2021 8:30", "2021-03-05T08:30"),
        ("DDMMMYYYY", "05MAR2021", "2021-03-05"),
        ("DD-MMM-YYYY", "UN-Mar-2021", "2021-03"),
        ("DD MMM YYYY", "UN UNK 2021", "2021"),
        ("YYYYMMDD", "20210305", "2021-03-05"),
        ("DD/MM/YYYY", "", None),
    ],
)
def test_a_date_is_read_as_the_mapping_says_it_is_written(
    written: str, text: str, iso: str | None, tmp_path: Path
) -> None:
    mapping = MAPPING.replace("DD/MM/YYYY", written)
    subjects = f"record_id,site,sex,consent\n001,01,1,{text}\n002,01,1,\n"
    sdtm = read_sdtm(study(tmp_path, mapping, subjects))
    assert sdtm["DM"]["RFICDTC"].to_list() == [iso, None]


def test_a_date_of_another_form_is_listed_and_not_guessed(tmp_path: Path) -> None:
    subjects = SUBJECTS.replace("05/03/2021", "March 5th")
    sdtm = read_sdtm(study(tmp_path, subjects=subjects))
    assert sdtm["DM"]["RFICDTC"].to_list() == [None, "2021-04"]
    assert told(sdtm, "DM.RFICDTC.date") == [
        ("S-001", "row 1", "RFICDTC = March 5th", "error", "value not used", "subjects.csv")
    ]


def test_time_joins_a_date_whose_day_is_known(tmp_path: Path) -> None:
    entry = """\
  - {domain: VS, file: more.csv, columns: {VSDTC: {date: day, time: clock}, VSORRES: kg},
     constants: {VSTESTCD: WEIGHT, VSTEST: Weight}}
"""
    export = "record_id,day,clock,kg\n001,2021-03-05,8:05,70\n001,2021-04,09:00,71\n"
    sdtm = mapped(tmp_path, entry, export)
    assert sdtm["VS"]["VSDTC"].to_list() == ["2021-03-05T08:05", "2021-04"]


def test_a_wide_row_gives_a_record_for_each_column_with_a_value(tmp_path: Path) -> None:
    entry = """\
  - domain: LB
    file: more.csv
    columns: {LBDTC: drawn}
    constants: {LBSPEC: BLOOD}
    unpivot:
      - {columns: {LBORRES: hgb, LBSTRESN: hgb}, constants: {LBTESTCD: HGB, LBTEST: Hemoglobin}}
      - {columns: {LBORRES: plt, LBSTRESN: plt}, constants: {LBTESTCD: PLAT, LBTEST: Platelets}}
"""
    export = "record_id,drawn,hgb,plt\n001,2021-03-05,131,\n001,2021-03-09,128,210\n"
    lb = mapped(tmp_path, entry, export)["LB"]
    assert lb.select("LBSEQ", "LBDTC", "LBTESTCD", "LBSTRESN", "LBSPEC").rows() == [
        (1, "2021-03-05", "HGB", 131.0, "BLOOD"),
        (2, "2021-03-09", "HGB", 128.0, "BLOOD"),
        (3, "2021-03-09", "PLAT", 210.0, "BLOOD"),
    ]


def test_a_checked_box_gives_a_record(tmp_path: Path) -> None:
    entry = """\
  - domain: MH
    file: more.csv
    constants: {MHCAT: METASTATIC SITE}
    unpivot:
      - {where: mets___1 = '1', constants: {MHTERM: LIVER}}
      - {where: mets___2 = '1', constants: {MHTERM: BONE}}
"""
    export = "record_id,mets___1,mets___2\n001,1,1\n002,0,1\n"
    mh = mapped(tmp_path, entry, export)["MH"]
    assert mh.select("USUBJID", "MHSEQ", "MHTERM").rows() == [
        ("S-001", 1, "LIVER"),
        ("S-001", 2, "BONE"),
        ("S-002", 1, "BONE"),
    ]


def test_a_rule_computes_a_value_from_columns(tmp_path: Path) -> None:
    entry = """\
  - domain: VS
    file: more.csv
    columns:
      USUBJID: {rule: "'S-' || patient"}
      VSORRES: {rule: "CAST(pounds AS DOUBLE) / 2"}
    constants: {VSTESTCD: WEIGHT, VSTEST: Weight, VISITNUM: 1}
"""
    vs = mapped(tmp_path, entry, "Patient,POUNDS\n002,150\n")["VS"]
    assert vs.select("USUBJID", "VSORRES", "VISITNUM").rows() == [("S-002", "75", 1.0)]


def test_a_subject_may_be_named_by_several_columns_of_one_file(tmp_path: Path) -> None:
    entry = """\
  - {domain: CM, file: more.csv, subject: [centre, number], columns: {CMTRT: drug}}
"""
    sdtm = mapped(tmp_path, entry, "centre,number,drug\n01,7,Aspirin\n")
    assert sdtm.set_aside["CM"]["USUBJID"].to_list() == ["S-01-7"]  # no such subject in DM
    assert told(sdtm, "CM.USUBJID.unknown")[0][0] == "S-01-7"


def test_sequence_counts_on_over_entries_in_the_order_asked_for(tmp_path: Path) -> None:
    entry = """\
  - domain: CM
    file: more.csv
    columns: {CMTRT: drug, CMSTDTC: start}
    where: kind = 'prior'
    sequence: [CMSTDTC]
  - domain: CM
    file: more.csv
    columns: {CMTRT: drug}
    where: kind = 'now'
"""
    export = "record_id,drug,start,kind\n001,C,,now\n001,B,2020,prior\n001,A,2019,prior\n"
    cm = mapped(tmp_path, entry, export)["CM"]
    assert cm.select("CMSEQ", "CMTRT").rows() == [(1, "A"), (2, "B"), (3, "C")]


def test_a_sequence_of_the_export_is_kept(tmp_path: Path) -> None:
    entry = "  - {domain: CM, file: more.csv, columns: {CMSEQ: no, CMTRT: drug}}\n"
    assert mapped(tmp_path, entry, "record_id,no,drug\n001,7,A\n")["CM"]["CMSEQ"].to_list() == [7]


def test_a_code_without_a_word_is_emptied_and_listed(tmp_path: Path) -> None:
    sdtm = read_sdtm(study(tmp_path, events=EVENTS.replace("tired,1", "tired,9")))
    assert sdtm["AE"]["AESER"].to_list() == ["N", None, "N"]
    assert told(sdtm, "AE.AESER.code") == [
        ("S-001", "row 2", "AESER = 9", "error", "value not used", "events.csv")
    ]


def test_a_word_that_the_terms_lead_to_needs_no_code(tmp_path: Path) -> None:
    sdtm = read_sdtm(study(tmp_path, events=EVENTS.replace("tired,1", "tired,Y")))
    assert sdtm["AE"]["AESER"].to_list() == ["N", "Y", "N"]


def test_a_query_names_the_file_and_row_of_the_export(tmp_path: Path) -> None:
    # --SEQ was counted here; who looks into the export needs its row
    sdtm = read_sdtm(study(tmp_path, events=EVENTS.replace("2021,,,", "3021,,,")))
    assert told(sdtm, "AE.AESTDTC.date") == [
        (
            "S-001",
            "AESEQ=2, row 2",
            "AESTDTC = 3021",
            "error",
            "value not used",
            "events.csv",
        )
    ]


def test_a_column_that_nothing_takes_is_listed_unless_ignored(tmp_path: Path) -> None:
    events = EVENTS.replace("ae_note", "ae_outcome")
    sdtm = read_sdtm(study(tmp_path, events=events))
    assert told(sdtm, "mapping.column") == [
        (None, None, "column ae_outcome not mapped", "note", "none", "events.csv")
    ]
    ignored = MAPPING.replace("[ae_note]", '["AE_*"]')
    sdtm = read_sdtm(study(tmp_path / "ignored", ignored, events=events))
    assert told(sdtm, "mapping.column") == []


def test_a_row_that_gives_no_record_is_set_aside_and_listed(tmp_path: Path) -> None:
    # row 4 is not selected, row 5 is a form that was opened and left empty
    mapping = MAPPING.replace("ae_term IS NOT NULL", "ae_note IS NULL OR ae_note <> 'test'")
    events = EVENTS + "002,try,0,2021,1,1,test\n002,,,,,,\n"
    sdtm = read_sdtm(study(tmp_path, mapping, events=events))
    assert told(sdtm, "mapping.row") == [
        (None, "row 4", "RECORD_ID = 002", "warning", "row set aside", "events.csv"),
        (None, "row 5", "RECORD_ID = 002", "warning", "row set aside", "events.csv"),
    ]
    assert sdtm.set_aside["UNMAPPED"].select("AE_TERM", "FILE", "ROW", "REASON").rows() == [
        ("try", "events.csv", 4, "mapping.row"),
        (None, "events.csv", 5, "mapping.row"),
    ]
    assert sdtm["AE"].height + sdtm.set_aside["UNMAPPED"].height == 5


def test_who_and_which_form_alone_make_no_record(tmp_path: Path) -> None:
    # in REDCap every row has them, whether its form was filled or not
    entry = """\
  - domain: MH
    file: more.csv
    columns: {MHSPID: record_id, VISIT: redcap_event_name, MHTERM: term}
"""
    export = "record_id,redcap_event_name,term\n001,screening,Gout\n002,screening,\n"
    sdtm = mapped(tmp_path, entry, export)
    assert sdtm["MH"].select("USUBJID", "MHSPID", "VISIT").rows() == [("S-001", "001", "screening")]
    found = "RECORD_ID = 002, REDCAP_EVENT_NAME = screening"
    assert [query[2] for query in told(sdtm, "mapping.row")] == [found]


def test_a_row_with_too_many_fields_is_set_aside(tmp_path: Path) -> None:
    sdtm = read_sdtm(study(tmp_path, events=EVENTS + "002,a,b,c,d,e,f,g,h\n"))
    assert sdtm["AE"].height == 3
    assert sdtm.set_aside["UNMAPPED"]["REASON"].to_list() == ["file.row.width"]
    assert told(sdtm, "file.row.width")[0][1:2] == ("row 4",)


def test_a_variable_of_the_sponsor_is_kept_and_the_nearest_named(tmp_path: Path) -> None:
    mapping = MAPPING.replace("AESER: ae_ser", "AESERR: ae_ser").replace("{AESER:", "{AESERR:")
    sdtm = read_sdtm(study(tmp_path, mapping))
    assert sdtm["AE"]["AESERR"].to_list() == ["N", "Y", "N"]
    query = sdtm.queries.filter(rule="mapping.variable").row(0, named=True)
    assert query["found"] == "AESERR, kept as it is"
    assert "did you mean AESER?" in query["expected"]


def test_an_export_that_is_not_utf8_is_read_and_said(tmp_path: Path) -> None:
    data = study(tmp_path)
    (data / "events.csv").write_bytes(EVENTS.replace("cough", "toux sèche").encode("cp1252"))
    sdtm = read_sdtm(data)
    assert sdtm["AE"]["AETERM"][2] == "toux sèche"
    assert "byte 0xE8 on line 4" in str(told(sdtm, "file.encoding")[0][2])


def test_sheets_of_a_workbook_are_exports(tmp_path: Path) -> None:
    data = study(tmp_path)
    import openpyxl

    book = openpyxl.Workbook()
    for name, rows in (("Drugs", [["record_id", "drug"], ["001", "Aspirin"]]), ("Notes", [["x"]])):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(data / "site.xlsx")
    mapping = tmp_path / "mapping.yaml"
    entry = "  - {domain: CM, file: site.xlsx, sheet: Drugs, columns: {CMTRT: drug}}\n"
    mapping.write_text(MAPPING + entry, encoding="utf-8")
    assert read_sdtm(data)["CM"].select("USUBJID", "CMTRT").rows() == [("S-001", "Aspirin")]
    mapping.write_text(MAPPING + entry.replace("sheet: Drugs, ", ""), encoding="utf-8")
    assert "a workbook of 2 sheets and no key sheet" in refused(data)
    mapping.write_text(MAPPING + entry.replace("Drugs", "Drug"), encoding="utf-8")
    assert "a sheet of site.xlsx: Drugs, Notes (did you mean Drugs?)" in refused(data)


def test_typed_columns_need_no_quotes(tmp_path: Path) -> None:
    data = study(tmp_path)
    frame = pl.DataFrame({"id": ["001", "001"], "visit": [1.0, 2.0], "kg": [70.5, 71.0]})
    frame.write_parquet(data / "more.parquet")
    entry = """\
  - domain: VS
    file: more.parquet
    subject: id
    where: visit > 1
    columns: {VISITNUM: visit, VSORRES: kg, VSSTRESN: kg}
    constants: {VSTESTCD: WEIGHT, VSTEST: Weight}
"""
    (tmp_path / "mapping.yaml").write_text(MAPPING + entry, encoding="utf-8")
    sdtm = read_sdtm(data)
    vs = sdtm["VS"].select("VISITNUM", "VSORRES", "VSSTRESN")
    assert vs.rows() == [(2.0, "71", 71.0)]


BROKEN = [
    # what is changed, into what, words of the message
    (
        "events.csv",
        "event.csv",
        "a file of the data folder: events.csv, subjects.csv (did you mean events.csv?)",
    ),
    (
        "AETERM: ae_term",
        "AETERM: ae_trem",
        "mapping.yaml:19: domains[1].columns.AETERM: found the column ae_trem; expected",
    ),
    ("AETERM: ae_term", "AETERM: ae_trem", "(did you mean ae_term?)"),
    ("domain: AE", "domain: AEE", "found 'AEE'; expected one of DM, DS,"),
    ("domain: AE", "domain: SUPPAE", "a supplemental qualifier is a column of its domain"),
    (
        "AESER: ae_ser",
        "AETERM: ae_ser",
        "found AETERM a second time (first on line 19); expected each key once",
    ),
    (
        "constants: {ARMCD: A}",
        "constants: {SEX: F}",
        "mapping.yaml:13: domains[0].constants.SEX: found SEX a second time; expected one rule",
    ),
    (
        "ae_term IS NOT NULL",
        "ae_term IS NOT",
        "domains[1].where: found 'ae_term IS NOT'; expected a rule over columns",
    ),
    ("ae_term IS NOT NULL", "ae_trem IS NULL", "domains[1].where: found the column ae_trem"),
    (
        "ae_term IS NOT NULL",
        "ae_ser > 1",
        "which cannot be computed (cannot compare string with numeric type",
    ),
    ("ae_term IS NOT NULL", "UPPER(ae_term)", "found 'UPPER(ae_term)'; expected a condition"),
    (
        "columns:\n      AETERM",
        "colums:\n      AETERM",
        "the key colums; expected one of domain, file, sheet, where, subject,",
    ),
    ("columns:\n      AETERM", "colums:\n      AETERM", "(did you mean columns?)"),
    ("study: S\n", "", "mapping.yaml:1: study: found nothing; expected the key study"),
    ("topline: 1", "topline: 2", "found 2; expected 1"),
    ("subject: [record_id]", "subject: []", "found no subject; expected the key subject"),
    (
        "subject: [record_id]",
        "subject: [recordid]",
        "mapping.yaml:3: subject: found the column recordid",
    ),
    ("AETERM: ae_term", "aeterm: ae_term", "a CDISC variable name: A to Z"),
    ("AETERM: ae_term", "AETERM: [ae_term]", "keys and values"),
    (
        "{date: [ae_year, ae_month, ae_day]}",
        "{dates: [ae_year]}",
        "expected one of column, date, format, time, rule (did you mean date?)",
    ),
    (
        "{date: [ae_year, ae_month, ae_day]}",
        "{date: ae_year, rule: ae_day}",
        "the name of a column, or one of the keys column, date and rule",
    ),
    (
        "{date: [ae_year, ae_month, ae_day]}",
        "{date: [ae_year, ae_month], format: DDMMYYYY}",
        "a format with one column",
    ),
    ("format: DD/MM/YYYY", "format: dd/mm/yyyy", "year, month and day as YYYY, MM or MMM, and DD"),
    (
        "terms: {AESER:",
        "terms: {AESRE:",
        "a variable of this entry: AESER, AESTDTC, AETERM (did you mean AESER?)",
    ),
    ('{"1": F, "2": M}', '{"1": 7, "2": M}', "text; put it in quotes"),
    (
        "constants: {ARMCD: A}",
        "constants: {STUDYID: T}",
        "found STUDYID; expected nothing; the key study gives it",
    ),
    ("domains:\n", "domains: []\nx:\n", "domains: found []"),
]


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=[f"{b[1]}"[:40] for b in BROKEN])
def test_a_broken_mapping_is_told_in_words(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert old in MAPPING
    message = refused(study(tmp_path, MAPPING.replace(old, new, 1)))
    assert words in message
    assert message.startswith("mapping.yaml has ")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    mapping = MAPPING.replace("SITEID: site", "SITEID: sit").replace("AESER: ae_ser", "AESER: ser")
    mapping = mapping + "  - {domain: CM, file: cm.xlsx, columns: {CMTRT: drug}}\n"
    lines = refused(study(tmp_path, mapping)).splitlines()
    assert lines[0] == "mapping.yaml has 3 problems:"
    assert [line.split(":")[1] for line in lines[1:]] == ["10", "20", "23"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file; expected a mapping of exports to domains; remove the file where"),
        (b"- 1\n", "expected keys and values, such as topline: 1"),
        (b"study: \xe9\n", "byte 0xe9, which is not UTF-8"),
        (b"study: [\n", "not YAML"),
    ],
)
def test_a_file_that_is_no_mapping_is_told_in_words(
    content: bytes, words: str, tmp_path: Path
) -> None:
    data = study(tmp_path)
    (tmp_path / "mapping.yaml").write_bytes(content)
    assert words in refused(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "events.csv: a file of 0 bytes; expected rows, or at least a header"),
        (b"\x81\x8d\xff" * 9, "nor Windows-1252; expected a text file saved as UTF-8"),
    ],
)
def test_an_export_that_cannot_be_read_is_told_in_words(
    content: bytes, words: str, tmp_path: Path
) -> None:
    data = study(tmp_path)
    (data / "events.csv").write_bytes(content)
    assert words in refused(data)


def test_two_entries_that_make_the_same_records_are_refused(tmp_path: Path) -> None:
    entry = "  - {domain: CM, file: more.csv, columns: {CMTRT: drug}}\n"
    with pytest.raises(DataError, match="the same record of CM twice from row 1; expected a where"):
        mapped(tmp_path, entry * 2, "record_id,drug\n001,Aspirin\n")


def test_a_sequence_in_one_entry_only_is_refused(tmp_path: Path) -> None:
    entries = """\
  - {domain: CM, file: more.csv, where: no IS NULL, columns: {CMTRT: drug}}
  - {domain: CM, file: more.csv, where: no IS NOT NULL, columns: {CMTRT: drug, CMSEQ: no}}
"""
    with pytest.raises(DataError, match="CMSEQ in all of them or in none"):
        mapped(tmp_path, entries, "record_id,drug,no\n001,Aspirin,\n")


def test_the_order_of_rows_changes_nothing_but_where_queries_point(tmp_path: Path) -> None:
    mapping = MAPPING + "    sequence: [AESTDTC, AETERM]\n"
    header, *rows = EVENTS.splitlines()
    turned = "\n".join([header, *rows[::-1]]) + "\n"
    one = read_sdtm(study(tmp_path / "one", mapping))
    other = read_sdtm(study(tmp_path / "other", mapping, events=turned))
    assert one["AE"].equals(other["AE"])


def test_the_mapping_of_the_guide_is_one(tmp_path: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "bring-your-own-data.md"
    text = guide.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    entries = read_mapping(tmp_path / "mapping.yaml").mapping.domains
    assert [entry.domain for entry in entries] == ["AE", "LB", "MH"]
