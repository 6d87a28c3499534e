"""Measured numbers as columns of a cohort, and in its report."""

import json

import polars as pl
import pytest

from tests.reconstruct.measurements.marker import MEASUREMENTS, write_marker
from tests.reconstruct.tiny import PROTOCOL
from topline.reconstruct.read import read_published
from topline.reconstruct.reconstruct import Reconstruction, Reconstructor
from topline.reconstruct.report import open_rows, report_json, report_lines, used_claims

IMPOSSIBLE = MEASUREMENTS.replace("{claim: first, of: FIRST}", "{claim: later, of: FIRST}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reconstructor, Reconstruction]:
    folder = tmp_path_factory.mktemp("cohort")
    path = write_marker(folder, IMPOSSIBLE.replace("30000", "3000"))
    (folder / "protocol.yaml").write_text(PROTOCOL)
    reconstructor = Reconstructor(read_published(path))
    return reconstructor, reconstructor.make(4)


def test_numbers_become_columns_behind_the_attributes(
    made: tuple[Reconstructor, Reconstruction],
) -> None:
    patients = made[1].cohort.patients
    assert patients.columns[-3:] == ["FIRST", "LATER", "LAST"]
    known = patients.filter(pl.col("KNOWN"))
    assert known.height == 20
    assert known["FIRST"].null_count() == 0
    assert patients.filter(~pl.col("KNOWN"))["FIRST"].is_null().all()
    assert (
        known.filter(pl.col("BASE") == "HIGH")["FIRST"].min()
        == known.filter(pl.col("FIRST") >= 100)["FIRST"].min()
    )


def test_what_is_not_given_is_reported(made: tuple[Reconstructor, Reconstruction]) -> None:
    reconstructor, cohort = made
    lines = list(report_lines(reconstructor, [cohort]))
    start = lines.index("Not given of 9 figures of measured numbers:")
    assert lines[start + 1].startswith("- later: FIRST: median: ")
    assert lines[start + 1].endswith("(printed \u201c71 ng/mL\u201d)")
    assert not used_claims(reconstructor, cohort)["later"]
    measured = json.loads(report_json(reconstructor, [cohort]))["measured"]
    assert measured[0]["given"] is False
    assert len(measured) == 9


def test_their_range_over_cohorts_stands_beside_that_of_times(
    made: tuple[Reconstructor, Reconstruction],
) -> None:
    rows = {row["number"]: row for row in open_rows([made[1], made[1]])}
    assert rows["FIRST: median"]["given in"] == "0 of 2"
