"""Broken data, the whole way through the command line.

Each gives a clear message or a report with the finding listed; never a traceback, nothing lost,
nothing executed, nothing unescaped.
"""

import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from topline.cli.app import run_app


class Break(NamedTuple):
    """What is done to one file of the study's data."""

    file: str
    edit: Callable[[Path], None]
    one_row: bool = False
    """Whether the other rows stay as they were."""


class Case(NamedTuple):
    """Broken data, and what queries.csv says of them; without words, that nothing stops."""

    what: str
    broken: Break
    words: list[str]


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "closing": "</script></style></textarea>--><!--",
    "formula": '=HYPERLINK("http://x","y")+cmd|\' /C calc\'!A0',
    "latex": r"\input{/etc/passwd}$\write18{id}$ _ { } \ < & %",
    "template": "{{ 7*7 }} ${7*7} {% raw %}",
    "sql": "x'; DROP TABLE ae; -- \" OR ''=''",
    "unicode": "\u202eevil\u202c \u0000 \ufffd \U0001f600 \u00dcn\u00efc\u00f6d\u00e9 \u4e2d\u6587",
    "long": "very long " * 20_000,
    "lines": "one\ntwo\r\nthree\ttab",
}


def rows_of(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or []), rows


def save(path: Path, names: list[str], rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def cell(file: str, column: str, value: str, row: int = 0) -> Break:
    """Put a value into one cell."""

    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        rows[row][column] = value
        save(data / file, names, rows)

    return Break(file, edit, one_row=True)


def column(file: str, name: str, value: str) -> Break:
    """Put one value into a whole column."""

    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        save(data / file, names, [row | {name: value} for row in rows])

    return Break(file, edit)


def without_column(file: str, name: str) -> Break:
    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        kept = [n for n in names if n != name]
        save(data / file, kept, [{n: row[n] for n in kept} for row in rows])

    return Break(file, edit)


def again(file: str, row: int = 0) -> Break:
    """Write a row twice."""

    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        save(data / file, names, [*rows, rows[row]])

    return Break(file, edit, one_row=True)


def stranger(file: str) -> Break:
    """Add a record of a subject whom DM does not have."""

    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        save(data / file, names, [*rows, rows[0] | {"USUBJID": "CABOTEM-99-999"}])

    return Break(file, edit, one_row=True)


def only_header(file: str) -> Break:
    def edit(data: Path) -> None:
        save(data / file, rows_of(data / file)[0], [])

    return Break(file, edit)


def content(file: str, replaced: bytes) -> Break:
    def edit(data: Path) -> None:
        (data / file).write_bytes(replaced)

    return Break(file, edit)


def altered(file: str, change: Callable[[bytes], bytes]) -> Break:
    def edit(data: Path) -> None:
        (data / file).write_bytes(change((data / file).read_bytes()))

    return Break(file, edit)


def gone(file: str) -> Break:
    def edit(data: Path) -> None:
        (data / file).unlink()

    return Break(file, edit)


def hostile(file: str, column: str) -> Break:
    """Put every hostile text into a column, each in a row of its own."""

    def edit(data: Path) -> None:
        names, rows = rows_of(data / file)
        for row, text in zip(rows, HOSTILE.values(), strict=False):
            row[column] = text
        save(data / file, names, rows)

    return Break(file, edit)


ANALYSED: list[Case] = [  # the report is made; the finding is in queries.csv under these words
    Case("age that is text", cell("dm.csv", "AGE", "fifty", 1), ["DM.AGE", "fifty"]),
    Case("age 214", cell("dm.csv", "AGE", "214", 3), ["DM.age", "214"]),
    Case("unknown sex", cell("dm.csv", "SEX", "X", 5), ["DM.SEX", "SEX = X"]),
    Case("subject twice in DM", again("dm.csv", 7), ["DM.", "row set aside", "twice"]),
    Case("blank subject", cell("ae.csv", "USUBJID", "", 1), ["AE.USUBJID", "row set aside"]),
    Case("subject in TR but not in DM", stranger("tr.csv"), ["TR.", "CABOTEM-99-999"]),
    Case("subject in AE but not in DM", stranger("ae.csv"), ["AE.", "CABOTEM-99-999"]),
    Case("subject in EX but not in DM", stranger("ex.csv"), ["EX.", "CABOTEM-99-999"]),
    Case("another study's record", cell("ae.csv", "STUDYID", "OTHER", 3), ["STUDYID", "OTHER"]),
    Case("record twice", again("ae.csv", 5), ["AE.", "row set aside", "twice"]),
    Case("30 February", cell("ae.csv", "AESTDTC", "2022-02-30", 7), ["AE.AESTDTC", "2022-02-30"]),
    Case("month 13", cell("ex.csv", "EXSTDTC", "2022-13-01", 1), ["EX.EXSTDTC", "2022-13-01"]),
    Case("American date", cell("tr.csv", "TRDTC", "12/31/2022", 1), ["TR.TRDTC", "12/31/2022"]),
    Case(
        "date of words", cell("ds.csv", "DSSTDTC", "last spring", 1), ["DS.DSSTDTC", "last spring"]
    ),
    Case("dose that is text", cell("ex.csv", "EXDOSE", "forty", 3), ["EX.EXDOSE", "forty"]),
    Case("negative dose", cell("ex.csv", "EXDOSE", "-40", 5), ["EX.EXDOSE", "-40"]),
    Case("dose without unit", cell("ex.csv", "EXDOSU", "", 7), ["EX.dose_has_unit"]),
    Case("grade 7", cell("ae.csv", "AETOXGR", "7", 9), ["AE.AETOXGR", "7"]),
    Case("grade in words", cell("ae.csv", "AETOXGR", "severe", 11), ["AE.AETOXGR", "severe"]),
    Case(
        "event ends before it starts",
        cell("ae.csv", "AEENDTC", "1999-01-01", 13),
        ["AE.", "1999-01-01"],
    ),
    Case(
        "laboratory value of text", cell("lb.csv", "LBSTRESN", "high", 1), ["LB.LBSTRESN", "high"]
    ),
    Case("limits upside down", cell("lb.csv", "LBSTNRLO", "1e9", 3), ["LB.", "LBSTNRLO"]),
    Case("diameter of text", cell("tr.csv", "TRSTRESN", "big", 3), ["TR.TRSTRESN", "big"]),
    Case("negative diameter", cell("tr.csv", "TRSTRESN", "-5", 6), ["TR.", "-5"]),
    Case("diameter in cm", cell("tr.csv", "TRSTRESU", "cm", 7), ["TR.diameter_in_mm", "cm"]),
    Case("lesion nobody identified", cell("tr.csv", "TRLNKID", "T99", 9), ["TR.", "T99"]),
    Case("response nobody knows", cell("rs.csv", "RSSTRESC", "BETTER", 1), ["RS.", "BETTER"]),
    Case("qualifier without parent", cell("suppae.csv", "IDVARVAL", "9999", 1), ["SUPPAE", "9999"]),
    Case(
        "dead before birth of trial",
        cell("dm.csv", "DTHDTC", "1999-01-01", 9),
        ["DM.", "1999-01-01"],
    ),
    Case(
        "consent after treatment",
        cell("dm.csv", "RFICDTC", "2024-01-01", 11),
        ["RFICDTC", "2024-01-01"],
    ),
    Case("no adverse events file", gone("ae.csv"), []),
    Case("no laboratory file", gone("lb.csv"), []),
    Case("no survival status file", gone("ss.csv"), []),
    Case("adverse events without rows", only_header("ae.csv"), []),
    Case("exposure without rows", only_header("ex.csv"), []),
    Case("lesions without rows", only_header("tr.csv"), []),
    Case("disposition without rows", only_header("ds.csv"), []),
    Case("medication without rows", only_header("cm.csv"), []),
    Case("0-byte file", content("ae.csv", b""), ["ae.csv"]),
    Case("binary rubbish", content("vs.csv", bytes(range(256)) * 9), ["vs.csv"]),
    Case(
        "not UTF-8", altered("ae.csv", lambda b: b.replace(b"Fatigue", b"Fatigu\xe9")), ["ae.csv"]
    ),
    Case("UTF-16", altered("vs.csv", lambda b: b.decode().encode("utf-16")), ["vs.csv"]),
    Case("truncated Parquet", altered("qs.parquet", lambda b: b[: len(b) // 2]), ["qs.parquet"]),
    Case("cut in the middle of a quote", altered("cm.csv", lambda b: b[:3000] + b'"x'), ["cm.csv"]),
    Case(
        "column twice", altered("vs.csv", lambda b: b.replace(b"VISITNUM", b"VSSEQ", 1)), ["VSSEQ"]
    ),
    Case("no sequence", without_column("ae.csv", "AESEQ"), ["AE.AESEQ"]),
    Case("no term", without_column("ae.csv", "AETERM"), ["AE.AETERM"]),
    Case("no dates", without_column("tr.csv", "TRDTC"), ["TR.TRDTC"]),
    Case("a file of no domain", content("notes.csv", b"a,b\n1,2\n"), ["notes.csv"]),
    Case("corrupt workbook", content("pe.xlsx", b"PK\x03\x04 not really"), ["pe.xlsx"]),
    Case("corrupt transport file", content("sv.xpt", b"HEADER RECORD*******"), ["sv.xpt"]),
    Case("corrupt JSON", content("sc.json", b'{"columns": [{"name":'), ["sc.json"]),
    Case("hostile terms", hostile("ae.csv", "AETERM"), []),
    Case("hostile coded terms", hostile("ae.csv", "AEDECOD"), []),
    Case("hostile subject", cell("ae.csv", "USUBJID", "x' OR '1'='1", 15), ["AE.", "OR '1'='1"]),
    Case("hostile site", column("dm.csv", "SITEID", HOSTILE["html"]), []),
    Case("hostile reason", cell("ds.csv", "DSDECOD", HOSTILE["html"], 5), []),
]

REFUSED = [  # nothing can be analysed: a sentence, exit code 1 or 2
    ("no demographics", gone("dm.csv"), "DM"),
    ("demographics without rows", only_header("dm.csv"), "DM"),
    ("0-byte demographics", content("dm.csv", b""), "dm.csv"),
    ("no subject column", without_column("dm.csv", "USUBJID"), "USUBJID"),
    ("all subjects blank", column("dm.csv", "USUBJID", ""), "DM"),
    ("a variable of the protocol not collected", gone("suppdm.csv"), "FUNCTION"),
    ("nobody in an arm", column("dm.csv", "ARMCD", "OTHER"), "OTHER"),
]


def topline(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    sys.argv = ["topline", *arguments]
    code = run_app()
    told = capsys.readouterr()
    return code, told.err + told.out


def together(cases: list[Case]) -> list[list[Case]]:
    """Deal the cases to studies: all broken rows to the first, then one broken file a domain."""
    studies: list[dict[str, Case]] = []
    for case in cases:
        domain = case.broken.file.removeprefix("supp")
        study = next((each for each in studies if domain not in each), None)
        if case.broken.one_row:
            continue
        if study is None:
            studies.append(study := {})
        study[domain] = case
    rows = [case for case in cases if case.broken.one_row]
    return [rows, *(list(study.values()) for study in studies)]


@pytest.mark.slow
@pytest.mark.parametrize("cases", together(ANALYSED), ids=lambda cases: cases[0].what)
def test_broken_data_are_listed_and_the_rest_is_analysed(
    cases: list[Case], slim: Callable[[], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    study = slim()
    for case in cases:
        case.broken.edit(study / "data")
    out = study.parent / "out"
    code, told = topline(capsys, "run", str(study), "--out", str(out))
    assert code == 0, told
    assert "Traceback" not in told
    queries = (out / "queries.csv").read_text(encoding="utf-8-sig").splitlines()
    unsaid = [c for c in cases if not any(all(w in line for w in c.words) for line in queries)]
    assert [case.what for case in unsaid] == []
    assert "<script>alert(1)" not in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("what", "broken", "word"), REFUSED, ids=[r[0] for r in REFUSED])
def test_where_nothing_can_be_analysed_a_sentence_says_why(
    what: str,
    broken: Break,
    word: str,
    copied: Callable[[], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    study = copied()
    broken.edit(study / "data")
    code, told = topline(capsys, "run", str(study), "--out", str(study.parent / "out"))
    assert code in {1, 2}, what
    assert told.startswith("topline: ")
    assert word in told
    assert "Traceback" not in told
    assert "fault of Topline" not in told
    assert not (study.parent / "out").exists()


def test_a_term_keeps_every_character(copied: Callable[[], Path]) -> None:
    from topline.trial import run

    study = copied()
    text = HOSTILE["html"] + HOSTILE["latex"]
    cell("ae.csv", "AETERM", text).edit(study / "data")
    run(study, study.parent / "out")
    adae = pl.read_parquet(study.parent / "out" / "adam" / "adae.parquet")
    assert text in adae["AETERM"].to_list()
