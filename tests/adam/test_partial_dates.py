import datetime as dt

import polars as pl
import pytest

from topline.adam.partial_dates import date_flag, not_after, not_before


@pytest.mark.parametrize(
    ("text", "bound", "first", "last", "flag"),
    [
        ("2014-03-05", "2014-03-09", "2014-03-05", "2014-03-05", None),
        ("2014-03", "2014-03-09", "2014-03-09", "2014-03-09", "D"),
        ("2014-03", "2014-02-09", "2014-03-01", "2014-03-31", "D"),
        ("2014-03", "2014-04-09", "2014-03-01", "2014-03-31", "D"),
        ("2014", "2014-03-09", "2014-03-09", "2014-03-09", "M"),
        ("2014---05", "2013-03-09", "2014-01-05", "2014-12-05", "M"),
        (None, "2014-03-09", None, None, None),
        ("---03-05", "2014-03-09", None, None, None),
    ],
)
def test_imputed_dates_stay_within_what_is_known(
    text: str | None, bound: str, first: str | None, last: str | None, flag: str | None
) -> None:
    row = pl.DataFrame(
        {"D": [text], "B": [dt.date.fromisoformat(bound)]}, schema_overrides={"D": pl.String}
    )
    found = row.select(
        first=not_before("D", pl.col("B")), last=not_after("D", pl.col("B")), flag=date_flag("D")
    ).row(0)
    days = [None if d is None else dt.date.fromisoformat(d) for d in (first, last)]
    # a bound before the earliest day bounds nothing
    assert found == (*days, flag)
