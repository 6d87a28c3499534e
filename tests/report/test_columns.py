"""Frames coded column by column."""

import datetime as dt
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.reports import decoded
from topline.report.columns import frame_text

DATES = st.one_of(st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
NUMBERS = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
WHOLE = st.one_of(st.none(), st.integers(-(2**52), 2**52))
TEXTS = st.one_of(st.none(), st.text(max_size=5), st.sampled_from(["", "</script>", "é\u2028😀"]))
ROWS = st.lists(st.tuples(DATES, NUMBERS, WHOLE, TEXTS), max_size=12)


@given(ROWS)
def test_every_column_comes_back_as_it_was(
    rows: list[tuple[dt.date | None, float | None, int | None, str | None]],
) -> None:
    schema = {"DATE": pl.Date(), "NUMBER": pl.Float64(), "WHOLE": pl.Int64(), "TEXT": pl.String()}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    back = decoded(json.loads(frame_text(frame)))
    assert back["DATE"] == frame["DATE"].cast(pl.String).to_list()
    assert back["NUMBER"] == frame["NUMBER"].to_list()
    assert back["WHOLE"] == frame["WHOLE"].to_list()
    assert back["TEXT"] == frame["TEXT"].to_list()


@pytest.mark.parametrize(
    ("column", "stored"),
    [
        (pl.Series("C", ["Y", "Y"]), {"k": "Y"}),  # the same in every row: told once
        (pl.Series("C", [None, None], dtype=pl.String), {"k": None}),
        (pl.Series("C", [2.5, 2.5]), {"k": 2.5}),
        (pl.Series("C", [True, None]), {"w": ["true"], "i": [0, -1]}),
        (pl.Series("C", [1.5, float("nan")]), {"v": [1.5, None]}),  # JSON has no NaN
        (pl.Series("C", [1.5, float("inf")]), {"v": [1.5, None]}),
        (pl.Series("C", [3, None, 1], dtype=pl.UInt8), {"s": [3, None, -2]}),
        # 1970-01-02, then a week on; the one without a date in between changes nothing
        (
            pl.Series("C", [dt.date(1970, 1, 2), None, dt.date(1970, 1, 9)]),
            {"s": [1, None, 7], "date": 1},
        ),
    ],
)
def test_a_column_is_coded_by_what_it_holds(column: pl.Series, stored: object) -> None:
    assert json.loads(frame_text(column.to_frame()))["values"] == [stored]


def test_what_repeats_adsl_is_not_told_again() -> None:
    adsl = pl.DataFrame({"USUBJID": ["1", "2"], "SEX": ["F", "M"], "AGE": [40, 50]})
    rows = pl.DataFrame({"USUBJID": ["2", "1", "2"], "SEX": ["M", "F", "M"], "AGE": [50, 40, 51]})
    _, sex, age = json.loads(frame_text(rows, adsl))["values"]
    assert sex == {"a": 1}
    assert age == {"s": [50, -10, 11]}, "one row says otherwise: all are told"


def test_a_variable_of_another_type_is_told() -> None:
    adsl = pl.DataFrame({"USUBJID": ["1"], "AGE": [40]})
    rows = pl.DataFrame({"USUBJID": ["1", "1"], "AGE": ["40", "41"]})
    assert json.loads(frame_text(rows, adsl))["values"][1] == {"w": ["40", "41"], "i": [0, 1]}


def test_rows_of_somebody_unknown_are_told() -> None:
    adsl = pl.DataFrame({"USUBJID": ["1"], "SEX": ["F"]})
    rows = pl.DataFrame({"USUBJID": ["1", "9"], "SEX": ["F", "M"]})
    assert json.loads(frame_text(rows, adsl))["values"][1] == {"w": ["F", "M"], "i": [0, 1]}
