"""Immunoassay plates give the concentrations of LB back."""

from collections.abc import Mapping

import polars as pl
import pytest
from pydantic import ValidationError

from topline.adam.adam import Adam
from topline.reconstruct.records.specification import Plates


def test_the_pipeline_reads_the_concentrations_of_lb(
    domains: Mapping[str, pl.DataFrame], adam: Adam
) -> None:
    reported = domains["LB"].filter(LBTESTCD="GROWTHF").select("USUBJID", "LBSTRESN")
    assert (reported["LBSTRESN"] > 1000).any()  # above the highest standard: diluted
    read = adam["ADBM"].filter(PARAMCD="GROWTHF").select("USUBJID", "AVAL")
    both = reported.join(read, on="USUBJID")
    assert both.height == 6
    assert both["AVAL"].to_list() == pytest.approx(both["LBSTRESN"].to_list(), abs=1e-6)


def test_standards_controls_and_samples_are_in_duplicate(
    domains: Mapping[str, pl.DataFrame],
) -> None:
    kinds = dict(domains["PLATES"].group_by("KIND").len().iter_rows())
    assert kinds == {"STANDARD": 16, "BLANK": 2, "CONTROL": 2, "SAMPLE": 12}
    assert domains["PLATES"]["WELL"].n_unique() == 32
    assert domains["PLATES"].filter(KIND="SAMPLE")["DILUTION"].drop_nulls().unique().to_list() == [
        4
    ]


def test_more_samples_than_wells_are_refused() -> None:
    with pytest.raises(ValidationError, match="at most 96 wells, not 112"):
        Plates(standards=(0, 1, 2, 4, 8), samples=50)
