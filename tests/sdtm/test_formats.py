import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pyreadstat
import pytest

from tests.sdtm.study import CLEAN, write_study
from topline.sdtm.read import read_sdtm

_NUMBERS = {"AGE", "LBSTRESN", "LBSTNRLO", "LBSTNRHI", "EXDOSE", "TRSTRESN", "VISITNUM"}


def _table(name: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = list(csv.reader(io.StringIO(CLEAN[name])))
    return header, rows


def _is_number(name: str) -> bool:
    return name in _NUMBERS or name.endswith("SEQ")


def _typed(name: str) -> pl.DataFrame:
    header, rows = _table(name)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    numbers = [c for c in header if _is_number(c)]
    return frame.with_columns(pl.col(numbers).cast(pl.Float64, strict=False))


def _write_delimited(folder: Path, separator: str, encoding: str) -> None:
    for name in CLEAN:
        header, rows = _table(name)
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator="\r\n").writerows([header, *rows])
        (folder / name).write_bytes(text.getvalue().encode(encoding))


def _write_parquet(folder: Path) -> None:
    for name in CLEAN:
        _typed(name).write_parquet(folder / name.replace(".csv", ".parquet"))


def _write_workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_sheet("empty")
    for name in CLEAN:
        header, rows = _table(name)
        sheet = book.create_sheet(name.removesuffix(".csv").upper())
        for row in [header, *rows]:
            sheet.append([cell or None for cell in row])
    book.save(folder / "all.xlsx")


def _write_workbooks(folder: Path) -> None:
    for name in CLEAN:
        header, rows = _table(name)
        book = openpyxl.Workbook()
        book.active.append(header)
        for row in rows:
            book.active.append(
                [
                    None if not c else float(c) if _is_number(h) else c
                    for h, c in zip(header, row, strict=True)
                ]
            )
        book.save(folder / name.replace(".csv", ".xlsx"))


def _write_xpt(folder: Path, version: int) -> None:
    for name in CLEAN:
        path = folder / name.replace(".csv", ".xpt")
        pyreadstat.write_xport(_typed(name), path, file_format_version=version)


def _dataset(name: str) -> dict[str, object]:
    frame = _typed(name).with_columns(pl.col(pl.String).replace("", None))
    kinds = {pl.Float64: "double", pl.String: "string"}
    return {
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name}",
        "name": name.removesuffix(".csv").upper(),
        "records": frame.height,
        "columns": [
            {"itemOID": c, "name": c, "label": c, "dataType": kinds[frame.schema[c]]}
            for c in frame.columns
        ],
        "rows": [list(row) for row in frame.rows()],
    }


def _write_json(folder: Path) -> None:
    for name in CLEAN:
        (folder / name.replace(".csv", ".json")).write_text(json.dumps(_dataset(name)))


def _write_ndjson(folder: Path) -> None:
    for name in CLEAN:
        content = _dataset(name)
        lines = [{k: v for k, v in content.items() if k != "rows"}, *content["rows"]]
        text = "\n".join(json.dumps(line) for line in lines)
        (folder / name.replace(".csv", ".ndjson")).write_text(text)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda folder: _write_delimited(folder, ";", "utf-8"), id="semicolon"),
        pytest.param(lambda folder: _write_delimited(folder, "\t", "utf-8-sig"), id="tab-bom"),
        pytest.param(lambda folder: _write_delimited(folder, "|", "utf-8"), id="bar"),
        pytest.param(_write_parquet, id="parquet"),
        pytest.param(_write_workbook, id="workbook"),
        pytest.param(_write_workbooks, id="workbooks"),
        pytest.param(lambda folder: _write_xpt(folder, 5), id="xpt5"),
        pytest.param(lambda folder: _write_xpt(folder, 8), id="xpt8"),
        pytest.param(_write_json, id="dataset-json"),
        pytest.param(_write_ndjson, id="dataset-ndjson"),
    ],
)
def test_each_format_gives_the_same_domains(tmp_path: Path, write: Callable[[Path], None]) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    plain = read_sdtm(write_study(tmp_path / "plain"))
    write(tmp_path / "other")
    other = read_sdtm(tmp_path / "other")
    for name, frame in plain.domains.items():
        assert frame.equals(other[name]), name
    assert other.queries["rule"].to_list() == plain.queries["rule"].to_list()


def test_utf_16_is_read_and_said(tmp_path: Path) -> None:
    _write_delimited(tmp_path, ",", "utf-16")
    sdtm = read_sdtm(tmp_path)
    assert sdtm["AE"].height == 3
    assert sdtm.queries.filter(rule="file.encoding").height == len(CLEAN)


def test_sas_dates_become_iso_text_and_codes_lose_their_point_zero(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "STUDYID": ["S", "S"],
            "USUBJID": ["S-1", "S-2"],
            "SUBJID": [1.0, 2.5],
            "SITEID": [701.0, None],
            "RFSTDTC": [date(2021, 2, 1), None],
            "RFENDTC": [datetime(2021, 2, 1, 11, 45), datetime(2021, 3, 1)],  # noqa: DTZ001
            "AGE": [61.0, None],
        }
    )
    pyreadstat.write_xport(frame, tmp_path / "dm.xpt", file_format_version=5)
    dm = read_sdtm(tmp_path)["DM"]
    assert dm.select("SUBJID", "SITEID", "RFSTDTC", "RFENDTC", "AGE").rows() == [
        ("1", "701", "2021-02-01", "2021-02-01T11:45:00", 61.0),
        ("2.5", None, None, "2021-03-01", None),
    ]


def test_excel_dates_become_iso_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["STUDYID", "USUBJID", "SUBJID", "SITEID", "RFSTDTC", "BRTHDTC", "AGE"])
    book.active.append(["S", "S-1", "001", 7, date(2021, 2, 1), "1950", 61])
    moment = datetime(2021, 2, 1, 11, 45)  # noqa: DTZ001
    book.active.append(["S", "S-2", "002", 7, moment, date(1950, 2, 1), None])
    book.save(tmp_path / "dm.xlsx")
    dm = read_sdtm(tmp_path)["DM"]
    assert dm.select("SUBJID", "SITEID", "RFSTDTC", "BRTHDTC", "AGE").rows() == [
        ("001", "7", "2021-02-01", "1950", 61.0),
        ("002", "7", "2021-02-01T11:45:00", "1950-02-01", None),
    ]


def test_parquet_types_that_no_table_has_become_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "STUDYID": ["S"],
            "USUBJID": pl.Series(["S-1"], dtype=pl.Categorical),
            "SUBJID": [b"001"],
            "SITEID": pl.Series(["1.50"], dtype=pl.String).cast(pl.Decimal(10, 2)),
            "DTHFL": [True],
            "DTHDTC": [datetime(2021, 2, 1, 8)],  # noqa: DTZ001
            "ARM": [["A", "B"]],
            "AGE": pl.Series([61], dtype=pl.UInt8),
            "COUNTRY": [None],
        }
    )
    frame.write_parquet(tmp_path / "dm.parquet")
    dm = read_sdtm(tmp_path)["DM"]
    row = dm.select("USUBJID", "SUBJID", "SITEID", "DTHFL", "DTHDTC", "ARM", "AGE", "COUNTRY")
    assert row.row(0) == (
        "S-1", "001", "1.5", "Y", "2021-02-01T08:00:00", "['A', 'B']", 61.0, None
    )  # fmt: skip


def test_sas7bdat_written_by_haven_is_read(tmp_path: Path) -> None:
    content = (Path(__file__).parent / "files" / "dm.sas7bdat").read_bytes()
    (tmp_path / "dm.sas7bdat").write_bytes(content)
    dm = read_sdtm(tmp_path)["DM"]
    assert dm.select("USUBJID", "SUBJID", "SITEID", "RFSTDTC", "AGE", "SEX").rows() == [
        ("S-001", "001", "701", "2021-02-01", 61.0, "F"),
        ("S-002", "002", "702", None, None, "M"),
    ]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(
    ("suffix", "write"),
    [
        ("parquet", _write_parquet),
        ("xlsx", _write_workbooks),
        ("xpt", lambda folder: _write_xpt(folder, 8)),
        ("json", _write_json),
        ("ndjson", _write_ndjson),
    ],
)
def test_file_cut_off_is_listed_and_never_a_traceback(
    tmp_path: Path, suffix: str, write: Callable[[Path], None], share: float
) -> None:
    write(tmp_path)
    whole = (tmp_path / f"ae.{suffix}").read_bytes()
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "dm.csv").write_text(CLEAN["dm.csv"])
    (tmp_path / f"ae.{suffix}").write_bytes(whole[: int(len(whole) * share)])
    sdtm = read_sdtm(tmp_path)
    named = sdtm.queries.filter(pl.col("file") == f"ae.{suffix}", pl.col("severity") == "error")
    assert named.height >= 1
    assert set(named["rule"]) <= {"file.corrupt", "file.records"}


def test_text_without_quotes_reads_as_with_them(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "quoted").mkdir()
    plain = read_sdtm(write_study(tmp_path / "plain"))
    for name in CLEAN:
        header, rows = _table(name)
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows([header, *rows])
        (tmp_path / "quoted" / name).write_text(text.getvalue())
    quoted = read_sdtm(tmp_path / "quoted")
    for name, frame in plain.domains.items():
        assert frame.equals(quoted[name]), name
