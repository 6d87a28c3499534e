"""Gels read by hand: 80 bp methylated, 93 bp unmethylated, 5 bp either way."""

import polars as pl
import pytest

from topline.clinical.assays.methylation_pcr import MethylationAssay, derive_methylation_calls

ASSAY = MethylationAssay(methylated_bp=80, unmethylated_bp=93)
SCHEMA = {
    "sample_id": pl.String,
    "methylated_band": pl.Boolean,
    "methylated_bp": pl.Float64,
    "unmethylated_band": pl.Boolean,
    "unmethylated_bp": pl.Float64,
    "methylated_control": pl.Boolean,
    "unmethylated_control": pl.Boolean,
    "blank_band": pl.Boolean,
}
WORKED = {"methylated_control": True, "unmethylated_control": True, "blank_band": False}
M, U, NO = "METHYLATED", "UNMETHYLATED", "INDETERMINATE"


def call(assay: MethylationAssay = ASSAY, **cells: bool | float | None) -> tuple[str, str]:
    row = {"sample_id": "1", **dict.fromkeys(list(SCHEMA)[1:]), **WORKED, **cells}
    found = derive_methylation_calls(pl.DataFrame([row], schema=SCHEMA), assay)
    assert found["methylated"].item() == {M: True, U: False, NO: None}[found["call"].item()]
    return found.select("call", "reason").row(0)


GELS = [
    # methylated reaction, unmethylated reaction; call
    pytest.param(80, 93, M, id="both bands: normal cells are there too"),
    pytest.param(80, None, M, id="methylated band only"),
    pytest.param(None, 93, U, id="unmethylated band only"),
    pytest.param(None, None, NO, id="no band at all"),
    pytest.param(75, None, M, id="5 bp short"),
    pytest.param(74.9, 93, NO, id="5.1 bp short"),
    pytest.param(85, None, M, id="5 bp long"),
    pytest.param(85.1, 93, NO, id="5.1 bp long"),
    pytest.param(None, 88, U, id="unmethylated band 5 bp short"),
    pytest.param(None, 87.9, NO, id="unmethylated band 5.1 bp short"),
]


@pytest.mark.parametrize(("methylated", "unmethylated", "expected"), GELS)
def test_bands_make_the_call(
    methylated: float | None, unmethylated: float | None, expected: str
) -> None:
    found, _ = call(
        methylated_band=methylated is not None,
        methylated_bp=methylated,
        unmethylated_band=unmethylated is not None,
        unmethylated_bp=unmethylated,
    )
    assert found == expected


def test_a_band_that_was_not_measured_is_of_the_right_size() -> None:
    assert call(methylated_band=True, unmethylated_band=False) == (M, "methylated band")
    assert call(methylated_band=False, unmethylated_band=True) == (U, "unmethylated band only")


def test_a_band_of_the_wrong_size_is_named() -> None:
    found = call(methylated_band=True, methylated_bp=120.0, unmethylated_band=True)
    assert found == (NO, "band of 120 bp in the methylated reaction, expected 80 +- 5 bp")


def test_any_unmethylated_band_will_do_if_its_size_is_not_given() -> None:
    assay = MethylationAssay(methylated_bp=80)
    found, _ = call(assay, methylated_band=False, unmethylated_band=True, unmethylated_bp=300.0)
    assert found == U


CONTROLS = [
    pytest.param({"methylated_control": False}, True, M, id="a band needs no positive control"),
    pytest.param({"methylated_control": False}, False, NO, id="no band proves nothing"),
    pytest.param({"blank_band": True}, True, NO, id="contamination"),
    pytest.param({"blank_band": True}, False, NO, id="contamination, no band"),
    pytest.param({"unmethylated_control": False}, False, U, id="its band is there all the same"),
]


@pytest.mark.parametrize(("control", "band", "expected"), CONTROLS)
def test_controls_can_forbid_a_call(control: dict[str, bool], band: bool, expected: str) -> None:
    found, _ = call(methylated_band=band, unmethylated_band=True, **control)
    assert found == expected


def test_controls_that_were_not_recorded() -> None:
    lacking = dict.fromkeys(WORKED)
    gel = {"methylated_band": False, "unmethylated_band": True, **lacking}
    assert call(**gel)[0] == U
    strict = MethylationAssay(methylated_bp=80, controls_required=True)
    assert call(strict, **gel) == (NO, "band without template, or no such control")
    blank = {**gel, "blank_band": False}
    assert call(strict, **blank) == (NO, "no methylated band, but its control failed")


UNREAD = [
    (None, True, "methylated reaction not read"),
    (False, None, "unmethylated reaction not read"),
    (False, False, "no band of the right size in either reaction"),
]


@pytest.mark.parametrize(("methylated", "unmethylated", "reason"), UNREAD)
def test_a_reaction_that_was_not_read(
    methylated: bool | None, unmethylated: bool | None, reason: str
) -> None:
    found = call(methylated_band=methylated, unmethylated_band=unmethylated)
    assert found == (NO, reason)


def test_no_band_and_a_failed_control() -> None:
    found = call(methylated_band=False, unmethylated_band=False, unmethylated_control=False)
    assert found == (NO, "no band, and the unmethylated control failed")
