"""Results asked for by id, by the beginning of ids, and in arithmetic."""

from fractions import Fraction

import polars as pl
import pytest

from topline.audit.run_results import Arithmetic, Found, RunResults, read_arithmetic


def results(**values: float | None) -> RunResults:
    rows = [
        {"result_id": name.replace("__", "."), "value": value, "display": "x", "unit": "", "n": 37}
        for name, value in values.items()
    ]
    return RunResults(pl.DataFrame(rows, schema_overrides={"value": pl.Float64}))


def worked_out(run: RunResults, text: str) -> Found | None:
    read = read_arithmetic(text)
    assert isinstance(read, Arithmetic)
    return run.work_out(read)


def test_arithmetic_is_exact() -> None:
    run = results(A__n=1, B__n=3)
    third = worked_out(run, "[A.n] / [B.n]")
    assert third is not None
    assert third.value == Fraction(1, 3)
    assert third.results == ("A.n", "B.n")
    both = worked_out(run, "100 * ([A.n] + [B.n] - 0.1) / 2")
    assert both is not None
    assert both.value == Fraction(195)


def test_ids_with_signs_and_spaces_stay_ids() -> None:
    run = RunResults(
        pl.DataFrame(
            {"result_id": ["A.X - Y.n", "A.>=3.n"], "value": [2.0, 5.0], "display": ["2", "5"],
             "unit": ["", ""], "n": [9, 9]}
        )
    )  # fmt: skip
    found = worked_out(run, "[A.>=3.n] - [A.X - Y.n]")
    assert found is not None
    assert found.value == 3


def test_nothing_comes_of_no_value_no_result_and_a_division_by_nothing() -> None:
    run = results(A__n=1, B__n=0, C__median=None)
    for text in ("[A.n] / [B.n]", "[C.median] + 1"):
        found = worked_out(run, text)
        assert found is not None
        assert found.value is None
    assert worked_out(run, "[A.n] + [D.n]") is None


@pytest.mark.parametrize(
    "text",
    ["[A.n] ** 2", "[A.n] + x", "open('f')", "[A.n] +", "1 + 2", "[A.n] if 1 else 2",
     "[A.n] + True", "[A.n].real", "(" * 500 + "[A.n]" + ")" * 500],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    assert isinstance(read_arithmetic(text), str)


def test_the_beginning_of_ids_ends_at_a_point() -> None:
    run = results(ORR__ORR__estimate=15.2)
    assert run.begins("ORR")
    assert run.begins("ORR.ORR")
    assert not run.begins("ORR.OR")
    assert not run.begins("ORR.ORR.estimate")


def test_a_mistyped_id_brings_the_nearest() -> None:
    run = results(ORR__ORR__estimate=15.2, ORR__ORR__lower=5.1, PFS__PFS__median=28.5)
    assert run.nearest("ORR.ORR.estimat") == "ORR.ORR.estimate"
    assert run.nearest("ORR.OR") == "ORR.ORR"
    assert run.nearest("PSF.PFS.median") == "PFS"
