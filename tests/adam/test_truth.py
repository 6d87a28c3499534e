from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.adam.truth import compute_truth

T, F, U = True, False, None
NUMBERS, SEXES = (1.0, 2.0, 3.0), ("M", "F", "X")


def truth(condition: str, **values: object) -> object:
    types = {"A": pl.Float64, "B": pl.Float64, "S": pl.String, "L": pl.String}
    row = pl.DataFrame([{name: values.get(name) for name in types}], schema=types)
    return row.with_columns(compute_truth(condition).alias("X"))["X"].item()


# Kleene 1952, section 64: the tables of AND, OR and NOT
@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T), (T, F, F, T), (T, U, U, T),
        (F, T, F, T), (F, F, F, F), (F, U, F, U),
        (U, T, U, T), (U, F, F, U), (U, U, U, U),
    ],
)  # fmt: skip
def test_and_and_or_are_those_of_kleene(
    a: bool | None, b: bool | None, both: bool | None, either: bool | None
) -> None:
    number = {T: 2.0, F: 0.0, U: None}
    values = {"A": number[a], "B": number[b]}
    assert truth("A > 1 AND B > 1", **values) is both
    assert truth("A > 1 OR B > 1", **values) is either


@pytest.mark.parametrize(("a", "expected"), [(2.0, F), (0.0, T), (None, U)])
def test_not_leaves_the_unknown_unknown(a: float | None, expected: bool | None) -> None:
    assert truth("NOT A > 1", A=a) is expected


@pytest.mark.parametrize(
    ("condition", "a", "expected"),
    [
        ("A > CASE WHEN S = 'M' THEN 1 ELSE 2 END", 3, T),  # either way
        ("A > CASE WHEN S = 'M' THEN 1 ELSE 2 END", 2, U),
        ("A > CASE WHEN S = 'M' THEN 1 ELSE 2 END", 1, F),
        ("A > CASE S WHEN 'M' THEN 1 ELSE 2 END", 2, U),
        ("A > CASE WHEN S = 'M' THEN 1 WHEN S = 'F' THEN 2 END", 3, U),  # without a limit
        ("CASE WHEN S = 'M' THEN A > 1 ELSE A > 2 END", 3, T),
        ("CASE WHEN S = 'M' THEN A > 1 ELSE A > 2 END", 2, U),
        ("A * CASE WHEN S = 'F' THEN 0.85 ELSE 1 END >= 2", 2, U),
        ("A * CASE WHEN S = 'F' THEN 0.85 ELSE 1 END >= 2", 3, T),
        ("A <= CASE WHEN L = 'Y' THEN CASE WHEN S = 'M' THEN 5 ELSE 4 END ELSE 2.5 END", 2, T),
        ("A <= CASE WHEN L = 'Y' THEN CASE WHEN S = 'M' THEN 5 ELSE 4 END ELSE 2.5 END", 3, U),
        ("A <= CASE WHEN L = 'Y' THEN CASE WHEN S = 'M' THEN 5 ELSE 4 END ELSE 2.5 END", 6, F),
        ("A > 1 AND 'CASE' = CASE WHEN S = 'the END' THEN 'CASE' ELSE 'CASE' END", 2, T),
        ("CASE WHEN TRUE THEN A > 1 END", 2, T),
        ("GREATEST(A, B) > 1", 2, U),  # B could be anything, and SQL would pass over it
        ("IF(S = 'M', 1, 2) < A", 3, U),
        ("COALESCE(B, 0) < A", 3, T),  # says itself what the unknown means
        ("B IS NULL OR B < A", 3, T),
        ("TRUE", 1, T),
        ("A > 1", None, U),
    ],
)
def test_what_is_unknown_decides_only_where_it_matters(
    condition: str, a: float | None, expected: bool | None
) -> None:
    assert truth(condition, A=a) is expected


def test_known_values_give_what_sql_gives() -> None:
    rows = pl.DataFrame(
        list(product(NUMBERS, NUMBERS, SEXES)), schema=["A", "B", "S"], orient="row"
    )
    for condition in (
        "A > CASE WHEN S = 'M' THEN 1 WHEN S = 'F' THEN 2 END",
        "CASE WHEN A > B THEN S = 'M' ELSE B > 2 END",
        "A + CASE S WHEN 'M' THEN B ELSE 0 END >= 3 AND NOT S = 'X'",
    ):
        ours = rows.with_columns(compute_truth(condition).alias("X"))["X"]
        assert ours.to_list() == rows.with_columns(pl.sql_expr(condition).alias("X"))["X"].to_list()


_VALUES = st.sampled_from(
    ["A", "B", "1", "2", "(A + B)", "CASE WHEN S = 'M' THEN A ELSE 2 END",
     "CASE WHEN A > 1 THEN 1 WHEN S = 'F' THEN B ELSE 3 END"]
)  # fmt: skip
_SIMPLE = st.one_of(
    st.builds("{} {} {}".format, _VALUES, st.sampled_from(["<", "<=", ">", ">=", "="]), _VALUES),
    st.builds("S = '{}'".format, st.sampled_from(SEXES)),
)
_CONDITIONS = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("({}) OR ({})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
        st.builds("CASE WHEN {} THEN {} ELSE {} END".format, inner, inner, inner),
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(
    _CONDITIONS,
    st.sampled_from([None, *NUMBERS]),
    st.sampled_from([None, *NUMBERS]),
    st.sampled_from([None, *SEXES]),
)
def test_an_answer_holds_whatever_the_unknown_turns_out_to_be(
    condition: str, a: float | None, b: float | None, s: str | None
) -> None:
    answer = truth(condition, A=a, B=b, S=s)
    possible = [
        [known] if known is not None else whole
        for known, whole in ((a, NUMBERS), (b, NUMBERS), (s, SEXES))
    ]
    rows = pl.DataFrame(list(product(*possible)), schema=["A", "B", "S"], orient="row")
    answers = set(rows.select(pl.sql_expr(condition).alias("X"))["X"].to_list())
    assert answer is None or answers == {answer}
