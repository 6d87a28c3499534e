from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.sdtm.study import CLEAN, ROWS, count_rows, one_query, write_study
from topline.errors import DataError, UsageError
from topline.sdtm.domains import SCHEMAS
from topline.sdtm.queries import write_queries
from topline.sdtm.read import read_sdtm, sdtm_from_frames

AE = CLEAN["ae.csv"]
PARQUET = b"PAR1 this is no Parquet file PAR1"
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


class File(NamedTuple):
    """A file added to the clean study, the query it must give, and the rows it brings."""

    name: str
    content: str | bytes
    rule: str
    severity: str
    consequence: str
    words: str
    rows: int = 0


LIBRARY_WORDS = ("traceback", "polars", "pyarrow", "calamine", "codec", "exception", "errno")
UNREAD = ("error", "file not read")
FILES = [
    File("cm.csv", b"", "file.empty", *UNREAD, "0 bytes"),
    File("cm.csv", "\n\n  \n", "file.empty", *UNREAD, "no text"),
    File("cm.csv", "\n\n", "file.empty", *UNREAD, "no text"),
    File("cm.parquet", PARQUET, "file.corrupt", *UNREAD, "not a whole Parquet"),
    File("cm.parquet", CLEAN["ae.csv"], "file.corrupt", *UNREAD, "not a whole Parquet"),
    File("cm.xlsx", b"PK\x03\x04 cut off", "file.corrupt", *UNREAD, "not a whole Excel"),
    File("cm.xlsx", ENCRYPTED, "file.password", *UNREAD, "encrypted"),
    File("cm.xls", ENCRYPTED, "file.corrupt", *UNREAD, "not a whole Excel"),
    File("cm.xpt", b"HEADER RECORD" * 7, "file.corrupt", *UNREAD, "80 bytes"),
    File("cm.xpt", b"x" * 800, "file.corrupt", *UNREAD, "not a whole SAS"),
    File("cm.sas7bdat", b"x" * 800, "file.corrupt", *UNREAD, "not a whole SAS"),
    File("cm.json", '{"datasetJSONVersion": "1.1", ', "file.corrupt", *UNREAD, "line 1"),
    File("cm.json", '{"a": 1}', "file.corrupt", *UNREAD, "datasetJSONVersion"),
    File("cm.json", "[1, 2]", "file.corrupt", *UNREAD, "no data set"),
    File("cm.json", b'{"a": "\xff"}', "file.corrupt", *UNREAD, "byte 8"),
    File("cm.json", "[" * 100_000, "file.corrupt", *UNREAD, "JSON"),
    File("cm.ndjson", "\n", "file.corrupt", *UNREAD, "no data set"),
    File(
        "cm.json",
        '{"datasetJSONVersion": "1.1.0", "columns": [{"name": "USUBJID"}], "rows": [["a", "b"]]}',
        "file.corrupt",
        *UNREAD,
        "row 1 without the 1 values",
    ),
    File("README.md", "# words", "file.format", "note", "file not read", "a document"),
    File("scan.dcm", b"DICM", "file.format", "note", "file not read", ".dcm"),
    File("sv.csv", "DOMAIN,USUBJID\nSV,S-001\n", "file.domain", "note", "file not read", "SV"),
    File("notes.txt", "call the site\n", "file.domain", "warning", "file not read", "notes"),
    File("adsl.csv", "USUBJID,AGE\nS-001,1\n", "file.domain", "warning", "file not read", "adsl"),
    File("ae2.csv", AE, "AE.file.twice", "error", "none", "same 3 rows as ae.csv", 3),
    File("pr.csv", "USUBJID,PRSEQ,PRTRT,STUDYID\n", "PR.rows", "note", "none", "no rows"),
    File(
        "mh.csv", "STUDYID,USUBJID,MHSEQ\nS,S-001,1\n", "MH.MHTERM.column", "error", "none", "no", 1
    ),
    File(
        "mh.csv", "USUBJID,MHSEQ,MHTERM\nS-001,1,a\n", "MH.STUDYID.column", "error", "none", "no", 1
    ),
    File(
        "mh.csv",
        "STUDYID,DOMAIN,MHSEQ,MHTERM\nS,MH,1,a\n",
        "MH.USUBJID.column",
        "error",
        "row set aside",
        "no column USUBJID",
        1,
    ),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM,mhterm \nS,S-001,1,a,b\n",
        "file.column.duplicate",
        "error",
        "none",
        "two columns MHTERM; the one in place 5",
        1,
    ),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM,\nS,S-001,1,a,b\n",
        "file.column.unnamed",
        "warning",
        "none",
        "column 5 has no name",
        1,
    ),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1\nS,S-001,2,a\n",
        "file.row.width",
        "error",
        "row set aside",
        "3 fields: S S-001 1",
        2,
    ),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1,pain, left arm\nS,S-001,2,a\n",
        "file.row.width",
        "error",
        "row set aside",
        "5 fields",
        2,
    ),
    File(
        "mh.csv",
        'STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1,a\nS,S-001,2,"never closed\nS,S-001,3,b\n',
        "file.quotes",
        "error",
        "none",
        "the last on line 3",
        2,
    ),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1,fièvre\n".encode("cp1252"),
        "file.encoding",
        "warning",
        "none",
        "byte 0xE8 on line 2 is not UTF-8; the file was read as Windows-1252",
        1,
    ),
    File("mh.csv", b"USUBJID,MHTERM\nS,\x81\n", "file.encoding", *UNREAD, "byte 0x81 on line 2"),
    File(
        "mh.csv",
        "STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1,a\n,,,\n,,,\n",
        "MH.row.empty",
        "note",
        "row set aside",
        "2 rows without any value",
        3,
    ),
    File(
        "cm.csv",
        "STUDYID,DOMAIN,USUBJID,MHSEQ,MHTERM\nS,MH,S-001,1,a\n",
        "file.name",
        "warning",
        "none",
        "named CM, its rows are MH",
        1,
    ),
    File(
        "mh.json",
        '{"datasetJSONVersion": "1.1.0", "name": "MH", "records": 2, "columns": [{"name": '
        '"USUBJID"}, {"name": "MHTERM"}], "rows": [["S-001", "a"]]}',
        "file.records",
        "error",
        "none",
        "1 rows, where records says 2",
        1,
    ),
]


@pytest.mark.parametrize("case", FILES, ids=lambda case: f"{case.name}-{case.rule}")
def test_broken_file_is_named_and_the_rest_is_read(tmp_path: Path, case: File) -> None:
    sdtm = read_sdtm(write_study(tmp_path, {case.name: case.content}))
    query = one_query(sdtm, case.rule)
    assert query["file"] == case.name
    assert (query["severity"], query["consequence"]) == (case.severity, case.consequence)
    assert case.words in str(query["found"])
    assert query["expected"]
    assert count_rows(sdtm) == ROWS + case.rows
    assert sdtm["AE"].height == 3
    written = " ".join(map(str, sdtm.queries.rows())).lower()
    assert not [word for word in LIBRARY_WORDS if word in written]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"dm.csv": ""}, ["there are no rows of DM", "such as dm.csv"]),
        ({"dm.csv": CLEAN["dm.csv"].split("\n")[0]}, ["there are no rows of DM"]),
        (
            {"dm.csv": "STUDYID,DOMAIN,SUBJID,SITEID\nS,DM,001,01\n"},
            ["all 1 rows of DM were set aside", "DM.USUBJID.column", "no column USUBJID"],
        ),
        ({"dm.csv": "", "dm.parquet": PARQUET}, ["dm.parquet", "not a whole Parquet file"]),
    ],
)
def test_without_subjects_the_message_says_what_is_wrong(
    tmp_path: Path, files: dict[str, str | bytes], words: list[str]
) -> None:
    write_study(tmp_path, files)
    with pytest.raises(DataError) as error:
        read_sdtm(tmp_path)
    for word in words:
        assert word in str(error.value)


def test_rows_set_aside_for_different_reasons_stand_together(tmp_path: Path) -> None:
    rows = "STUDYID,USUBJID,MHSEQ,MHTERM\nS,S-001,1\nS,S-9,2,a\nS,,3,a\nS,S-001,4,a\n"
    sdtm = read_sdtm(write_study(tmp_path, {"mh.csv": rows}))
    assert sdtm["MH"]["MHSEQ"].to_list() == [4]
    assert sdtm.set_aside["MH"].select("ROW", "REASON").rows() == [
        (1, "file.row.width"),
        (2, "MH.USUBJID.unknown"),
        (3, "MH.USUBJID.required"),
    ]


def test_parquet_that_crashes_the_reader_is_listed(tmp_path: Path) -> None:
    # a few bytes of its footer changed; found by changing bytes at random
    content = (Path(__file__).parent / "files" / "footer_broken.parquet").read_bytes()
    sdtm = read_sdtm(write_study(tmp_path, {"cm.parquet": content}))
    assert one_query(sdtm, "file.corrupt")["file"] == "cm.parquet"


def test_missing_folder_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such folder; give the folder"):
        read_sdtm(tmp_path / "nowhere")


def test_every_known_domain_is_present(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path))
    assert list(sdtm.domains) == list(SCHEMAS)
    for name, frame in sdtm.domains.items():
        schema = SCHEMAS[name]
        assert frame.columns[: len(schema.column_names())] == schema.column_names()
        assert [frame.schema[c] for c in schema.columns()] == [
            column.dtype for column in schema.columns().values()
        ]


def test_leading_zeros_survive(tmp_path: Path) -> None:
    assert read_sdtm(write_study(tmp_path))["DM"]["SUBJID"].to_list() == ["001", "002"]


def test_columns_are_found_in_any_case_and_extra_ones_are_kept(tmp_path: Path) -> None:
    text = CLEAN["ae.csv"].replace("AETERM", " aeTerm ").replace("AEREL", "AEMINE")
    ae = read_sdtm(write_study(tmp_path, {"ae.csv": text}))["AE"]
    assert ae["AETERM"][0] == "loose stool"
    assert ae["AEMINE"].to_list() == ["Y", "Y", "Y"]


def test_dot_and_na_are_missing_in_numbers_and_dates_only(tmp_path: Path) -> None:
    text = "STUDYID,USUBJID,CMSEQ,CMTRT,CMDOSE,CMSTDTC\nS,S-001,1,NA,NA,NA\nS,S-001,2,.,.,.\n"
    sdtm = read_sdtm(write_study(tmp_path, {"cm.csv": text}))
    assert sdtm["CM"].select("CMTRT", "CMDOSE", "CMSTDTC").rows() == [
        ("NA", None, None),
        (".", None, None),
    ]
    assert not [rule for rule in sdtm.queries["rule"] if rule.startswith("CM")]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "=HYPERLINK(1)",
        r"\begin{document} 50 % & $x_1^2$",
        "x" * 1_000_000,
        "nul\0byte",
        "\u202eright to left \u05d0",
        "\U0001f9ec emoji",
        'two\nlines, a comma and a " mark',
        "'; DROP TABLE AE; --",
    ],
    ids=["html", "formula", "latex", "long", "nul", "rtl", "emoji", "quoted", "sql"],
)
def test_hostile_text_passes_through_as_text(tmp_path: Path, text: str) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    rows = f"STUDYID,USUBJID,MHSEQ,MHTERM,MHSTDTC\nS,S-001,1,{cell},{cell}\n"
    sdtm = read_sdtm(write_study(tmp_path, {"mh.csv": rows}))
    assert sdtm["MH"]["MHTERM"].to_list() == [text]
    query = one_query(sdtm, "MH.MHSTDTC.date")
    assert len(str(query["found"])) < 300  # a long value is cut in the message, not in the data
    write_queries(sdtm.queries, tmp_path / "queries.csv")
    assert pl.read_csv(tmp_path / "queries.csv").height == sdtm.queries.height


def test_split_domain_is_put_together(tmp_path: Path) -> None:
    header, first, second, _ = CLEAN["lb.csv"].split("\n", 3)
    files = {"lb.csv": "", "lbhe.csv": f"{header}\n{first}\n", "lb_2.csv": f"{header}\n{second}\n"}
    sdtm = read_sdtm(write_study(tmp_path, files))
    assert sdtm["LB"]["LBSEQ"].to_list() == [1, 2]
    assert [file.domains for file in sdtm.files if file.path.startswith("lb")] == [("LB",)] * 2


def test_file_of_several_domains_is_parted_by_its_codes(tmp_path: Path) -> None:
    header, row = CLEAN["suppae.csv"].splitlines()
    other = row.replace("AE,S-001,AESEQ", "EX,S-001,EXSEQ").replace("AEACNX", "EXACN")
    text = "\n".join([header, row, other, row.replace("AE,", "XX,", 1)])
    sdtm = read_sdtm(write_study(tmp_path, {"suppae.csv": "", "suppqual.csv": text}))
    assert (sdtm["SUPPAE"].height, sdtm["SUPPEX"].height) == (1, 1)
    query = one_query(sdtm, "file.domain")  # XX is no domain
    assert (query["file"], query["consequence"]) == ("suppqual.csv", "file not read")


def test_order_of_rows_and_files_does_not_matter(tmp_path: Path) -> None:
    plain = read_sdtm(write_study(tmp_path / "plain"))
    turned: dict[str, str] = {}
    for name, text in CLEAN.items():
        header, *rows = text.splitlines()
        turned[f"z/{name}" if name < "l" else name] = "\n".join([header, *reversed(rows)])
    write_study(tmp_path / "turned", {name: "" for name in CLEAN} | turned)
    other = read_sdtm(tmp_path / "turned")
    for name, frame in plain.domains.items():
        assert frame.equals(other[name]), name


def test_two_readings_are_the_same(tmp_path: Path) -> None:
    write_study(tmp_path, {"ae.csv": AE.replace("S-001", "S-9"), "x.bin": b"1"})
    one, two = read_sdtm(tmp_path), read_sdtm(tmp_path)
    assert one.files == two.files
    assert one.queries.equals(two.queries)


def test_files_are_known_by_their_hash(tmp_path: Path) -> None:
    sdtm = read_sdtm(write_study(tmp_path, {"cm.csv": b""}))
    files = {file.path: file for file in sdtm.files}
    # sha256 of nothing, FIPS 180-4 examples
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert files["cm.csv"].sha256 == nothing
    assert (files["ae.csv"].rows, files["ae.csv"].format, files["ae.csv"].domains) == (
        3,
        "CSV",
        ("AE",),
    )


def test_hidden_and_lock_files_are_passed_over(tmp_path: Path) -> None:
    write_study(tmp_path, {".DS_Store": b"1", "~$dm.xlsx": b"1", ".git/config": b"1"})
    assert len(read_sdtm(tmp_path).files) == len(CLEAN)


def test_frames_in_memory_pass_the_same_gate() -> None:
    dm = pl.DataFrame({"STUDYID": ["S"], "USUBJID": ["S-1"], "SUBJID": ["1"], "SITEID": [7.0]})
    ae = pl.DataFrame({"STUDYID": ["S"], "USUBJID": ["S-2"], "AESEQ": [1.0], "AETERM": ["a"]})
    sdtm = sdtm_from_frames({"DM": dm, "AE": ae})
    assert sdtm["DM"].select("DOMAIN", "SITEID").row(0) == ("DM", "7")
    assert one_query(sdtm, "AE.USUBJID.unknown")["consequence"] == "row set aside"
    assert dm.columns == ["STUDYID", "USUBJID", "SUBJID", "SITEID"]  # the caller's own is untouched
