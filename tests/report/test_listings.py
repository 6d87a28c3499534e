"""What the page can list."""

import base64
import json
import zlib
from typing import Any

import polars as pl
import pytest

from tests.displays import example
from tests.report.reports import bundled, carried, decoded, whole
from topline.report.listings import Listing, name_variables, pack_listings

ADSL = pl.DataFrame({"USUBJID": ["S-1", "S-2"], "SUBJID": ["1", "2"], "AGE": [40, 50]})
VISITS = pl.DataFrame({"USUBJID": ["S-2"], "number": [1], "status": ["ON TIME"]})


def listed() -> dict[str, Listing]:
    packed = pack_listings({"ADSL": ADSL}, {"visits": VISITS}, example.queries())
    return {each.name: each for each in packed}


def unpacked(listing: Listing) -> dict[str, Any]:
    return json.loads(zlib.decompress(base64.b64decode(listing.packed)))


def test_listings_of_the_run_come_first_then_datasets_then_queries() -> None:
    assert [(name, each.dataset) for name, each in listed().items()] == [
        ("visits", False), ("ADSL", True), ("queries", False),
    ]  # fmt: skip


def test_each_has_a_title_a_place_and_its_rows() -> None:
    visits = listed()["visits"]
    assert visits.title == "Tumor assessments against the plan"
    assert (visits.slug, visits.rows) == ("listing-visits", 1)
    assert unpacked(visits)["columns"] == ["USUBJID", "number", "status"]


def test_the_worst_queries_come_first() -> None:
    stored = decoded(unpacked(listed()["queries"]))
    assert stored["severity"] == ["error", "error", "warning", "warning"]


def test_an_unknown_dataset_shows_its_own_variables_first() -> None:
    wide = pl.DataFrame({"STUDYID": ["S"], **{f"V{i}": [i] for i in range(20)}, "SRCDOM": ["XX"]})
    (found, *_) = pack_listings({"ADXX": wide, "ADSL": ADSL}, {}, example.queries())
    assert found.title == "ADXX"
    assert found.columns == (*(f"V{i}" for i in range(12)), "SRCDOM")


def test_the_protocol_names_its_variables() -> None:
    protocol, adam, _ = example.cabotem()
    labels = name_variables(protocol, adam, {"visits": VISITS})
    assert labels["ECOGBL"] == "ECOG performance status"
    assert labels["FASFL"] == protocol.analysis_sets["ENROLLED"].label
    assert labels["AEDECOD"] == "Term"
    assert "LBTEST" not in labels


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ADSL", "ADTR", "ADRS", "ADTTE", "ADAE", "ADEX", "ADLB", "ADQS"])
def test_the_page_carries_every_row_as_it_is(name: str) -> None:
    trial, _ = bundled()
    frame, adsl = trial.adam[name], trial.adam["ADSL"]
    stored = decoded(carried(whole())[f"listing-{name.lower()}"], adsl)
    for column in frame.iter_columns():
        expected = column if column.dtype.is_numeric() else column.cast(pl.String)
        found = stored[column.name]
        if column.name in adsl.columns and column.dtype.is_numeric():
            assert [*map(str, found)] == [*map(str, expected.to_list())]
            continue
        assert found == expected.to_list(), column.name
