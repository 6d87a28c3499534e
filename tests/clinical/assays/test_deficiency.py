"""Kleene's tables, written out."""

import polars as pl
import pytest

from topline.clinical.assays.deficiency import compute_concordance, compute_deficiency

TABLE = [
    # low expression, methylated; deficient, deficient if unknown is negative, concordant
    (True, True, True, True, True),
    (True, False, True, True, False),
    (True, None, True, True, None),
    (False, True, True, True, False),
    (False, False, False, False, True),
    (False, None, None, False, None),
    (None, True, True, True, None),
    (None, False, None, False, None),
    (None, None, None, None, None),
]


@pytest.mark.parametrize(("low", "methylated", "kleene", "negative", "concordant"), TABLE)
def test_either_assay_shows_deficiency_and_unknown_stays_unknown(
    low: bool | None,
    methylated: bool | None,
    kleene: bool | None,
    negative: bool | None,
    concordant: bool | None,
) -> None:
    schema = {"low": pl.Boolean, "methylated": pl.Boolean}
    row = pl.DataFrame([(low, methylated)], schema=schema, orient="row")
    strict = compute_deficiency("low", "methylated")
    lax = compute_deficiency("low", "methylated", unknown_counts_as="not deficient")
    agree = compute_concordance("low", "methylated")
    assert row.select(a=strict, b=lax, c=agree).row(0) == (kleene, negative, concordant)
