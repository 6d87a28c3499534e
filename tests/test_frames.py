"""The one gate for derived frames."""

import dataframely as dy
import polars as pl
import pytest

from topline.errors import DataError
from topline.frames import conform


class Visit(dy.Schema):
    """A small dataset."""

    USUBJID = dy.String(primary_key=True)
    AVAL = dy.Float64(min=0)


def test_rows_that_keep_the_rules_pass_without_other_columns() -> None:
    rows = pl.DataFrame({"USUBJID": ["01"], "AVAL": [1.0], "OTHER": ["x"]})
    assert conform(rows, Visit).columns == ["USUBJID", "AVAL"]


def test_rows_that_break_a_rule_are_named() -> None:
    rows = pl.DataFrame({"USUBJID": ["01", "02", "02"], "AVAL": [-1.0, 1.0, 2.0]})
    with pytest.raises(DataError, match=r"Visit: 3 of 3 rows break a rule\n") as error:
        conform(rows, Visit)
    assert "AVAL|min: 1 (01)" in str(error.value)
    assert "primary_key: 2 (02, 02)" in str(error.value)


def test_every_column_that_is_missing_or_of_another_type_is_named() -> None:
    with pytest.raises(DataError) as error:
        conform(pl.DataFrame({"AVAL": ["1"]}), Visit)
    assert str(error.value).splitlines() == [
        "Visit: columns are not as they should be",
        "  USUBJID: found no such column, expected String",
        "  AVAL: found String, expected Float64",
    ]
