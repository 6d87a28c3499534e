"""Earlier lines of treatment, and records given row by row."""

from collections.abc import Mapping

import polars as pl
import pytest
from pydantic import ValidationError

from tests.reconstruct.records import meadow
from topline.reconstruct.records.records import write_records
from topline.reconstruct.records.row_specification import Rows
from topline.reconstruct.records.specification import Records


def _lines(domains: Mapping[str, pl.DataFrame], subject: str) -> list[tuple[str, str]]:
    prior = domains["CM"].filter(USUBJID=subject, CMCAT="PRIOR ANTICANCER THERAPY")
    supp = domains["SUPPCM"].filter(USUBJID=subject).select(
        CMSEQ=pl.col("IDVARVAL").cast(int), line="QVAL"
    )  # fmt: skip
    return prior.join(supp, on="CMSEQ").sort("CMSEQ").select("line", "CMDECOD").rows()


def test_each_class_is_a_line_in_its_order(domains: Mapping[str, pl.DataFrame]) -> None:
    assert _lines(domains, "MEADOW-002") == [
        ("1", "CARBOPLATIN"),
        ("2", "PACLITAXEL"),
        ("2", "BEVACIZUMAB"),
    ]


def test_more_lines_than_classes_repeat_the_class_that_may_be_given_again(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    assert _lines(domains, "MEADOW-003")[-1] == ("3", "CARBOPLATIN")


def test_fewer_lines_than_classes_are_given_together(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    assert {line for line, _ in _lines(domains, "MEADOW-004")} == {"1"}


def test_lines_lie_between_diagnosis_and_the_first_dose(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    prior = domains["CM"].filter(CMCAT="PRIOR ANTICANCER THERAPY")
    diagnosis = domains["MH"].filter(MHCAT="PRIMARY DIAGNOSIS").select("USUBJID", "MHSTDTC")
    both = prior.join(diagnosis, on="USUBJID")
    assert both.height == prior.height
    assert (both["CMSTDTC"] > both["MHSTDTC"]).all()
    assert (both["CMSTDTC"] <= both["CMENDTC"]).all()
    assert (both["CMENDTC"] < "2021-01-04").all()


def test_a_date_known_to_the_month_is_written_so(domains: Mapping[str, pl.DataFrame]) -> None:
    dates = domains["MH"].filter(MHCAT="PRIMARY DIAGNOSIS")["MHSTDTC"]
    assert dates.str.contains(r"^\d{4}-\d{2}$").all()
    assert dates.is_between(pl.lit("2018-07"), pl.lit("2019-12")).all()  # 400 to 900 days before


def test_each_case_gives_a_record_where_it_holds(domains: Mapping[str, pl.DataFrame]) -> None:
    sites = domains["MH"].filter(MHCAT="METASTATIC SITE").select("USUBJID", "MHTERM", "MHDECOD")
    assert sites.filter(USUBJID="MEADOW-003").rows() == [
        ("MEADOW-003", "Metastasis, lung", "LUNG"),
        ("MEADOW-003", "Metastasis, lymph node", "LYMPH NODE"),
    ]
    assert set(sites["USUBJID"]) == {f"MEADOW-00{n}" for n in (1, 2, 3, 5, 6)}


def test_a_record_may_follow_from_another_record(domains: Mapping[str, pl.DataFrame]) -> None:
    rash = domains["AE"].filter(AEDECOD="Rash").select("USUBJID", pl.col("AEENDTC"), "AESTDY")
    drug = domains["CM"].filter(CMDECOD="OINTMENT")
    assert drug.height == rash.height
    assert sorted(drug["CMENDTC"].drop_nulls()) == sorted(rash["AEENDTC"].drop_nulls())


def test_qualifiers_of_the_subject_stand_beside_dm(domains: Mapping[str, pl.DataFrame]) -> None:
    supp = domains["SUPPDM"]
    assert supp["QVAL"].to_list() == ["IV", "III", "IV", "III", "IV", "III"]  # above 60 years: IV
    assert supp["QLABEL"].unique().to_list() == ["Stage at Entry"]
    assert supp["IDVAR"].null_count() == 6


def test_a_share_of_the_records_is_kept() -> None:
    row = {"domain": "PR", "share": 0.3, "each": {str(n): None for n in range(200)}}
    spec = Records.model_validate({"rows": [row | {"values": {"PRTRT": "{each}"}}]})
    written = write_records(meadow.protocol(), spec, meadow.cohort())["PR"]
    assert written.height / (6 * 200) == pytest.approx(0.3, abs=0.04)


def test_an_expression_that_cannot_be_read_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValidationError, match=r"values\.MHTERM"):
        Rows.model_validate({"domain": "MH", "values": {"MHTERM": "=AGE +"}})
