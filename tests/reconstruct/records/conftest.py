"""The invented trial's records, written once, and what the pipeline makes of them."""

from collections.abc import Mapping

import polars as pl
import pytest

from tests.reconstruct.records import meadow
from topline.adam.adam import Adam, derive_adam
from topline.reconstruct.records.records import write_records
from topline.sdtm.read import sdtm_from_frames


@pytest.fixture(scope="package")
def domains() -> Mapping[str, pl.DataFrame]:
    """SDTM of the six patients."""
    return write_records(meadow.protocol(), meadow.records(), meadow.cohort())


@pytest.fixture(scope="package")
def adam(domains: Mapping[str, pl.DataFrame]) -> Adam:
    """Analysis datasets of the six patients."""
    return derive_adam(meadow.protocol(), sdtm_from_frames(domains))
