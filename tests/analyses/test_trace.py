import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.analyses.trace import among, equals, none_has, row_numbers, rows_behind, where_in

HOSTILE = ["O'Brien", "''", "' OR '1'='1", "a\\'b", "</script>", "{{x}}", "%", "\n", "é ≥ 3", ""]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_quoted_text_selects_itself_and_nothing_else(text: str) -> None:
    data = pl.DataFrame({"T": [*HOSTILE, None]})
    assert rows_behind("D", equals("T", text), {"D": data})["T"].to_list() == [text]
    assert rows_behind("D", among("T", [text, "x"]), {"D": data})["T"].to_list() == [text]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_any_text_can_be_quoted(text: str) -> None:
    data = pl.DataFrame({"T": [text, text + "x"]})
    assert data.filter(pl.sql_expr(equals("T", text))).height == 1


@pytest.mark.parametrize("value", [0.0, 1, -2, 2.5, 1e-7, 1e21, 0.1 + 0.2])
def test_a_number_selects_itself(value: float) -> None:
    data = pl.DataFrame({"X": [value, value + max(1, abs(value)), None]})
    assert data.filter(pl.sql_expr(equals("X", value))).height == 1


def test_missing_values_and_none_are_told_apart() -> None:
    data = pl.DataFrame({"T": ["a", None]})
    assert data.filter(pl.sql_expr(equals("T", None))).height == 1
    assert data.filter(pl.sql_expr(none_has("T"))).height == 0
    assert data.filter(pl.sql_expr(among("T", []))).height == 0


def test_subjects_are_named_only_where_the_dataset_lacks_a_column() -> None:
    members = pl.Series(["02", "01", "02"])
    conditions = ["SAFFL = 'Y'", "REGION = 'EU'", None]
    assert where_in({"SAFFL", "REGION"}, conditions, members) == "SAFFL = 'Y' AND REGION = 'EU'"
    assert where_in({"SAFFL"}, conditions, members) == "SAFFL = 'Y' AND USUBJID IN ('01', '02')"


def test_many_traces_at_once_give_the_rows_of_each() -> None:
    adam = {
        "A": pl.DataFrame({"X": [1, 2, 3, 2]}),
        "B": pl.DataFrame({"X": [2, 2]}),
    }
    traces = pl.DataFrame(
        {
            "trace_dataset": ["A", "B", "A", "A", ""],
            "trace_where": ["X = 2", "X = 2", "X = 2", "X > 9", ""],
        }
    )
    assert row_numbers(traces, adam).rows() == [
        ("A", "X = 2", [1, 3]),
        ("A", "X > 9", []),
        ("B", "X = 2", [0, 1]),
    ]
    assert row_numbers(traces.clear(), adam).height == 0


def test_a_result_without_a_trace_has_no_rows() -> None:
    assert rows_behind("", "", {}).height == 0
