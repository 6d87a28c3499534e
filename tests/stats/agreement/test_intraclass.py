from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.agreement.intraclass import IntraclassCorrelation, IntraclassForm, compute_icc

FORMS: tuple[IntraclassForm, ...] = get_args(IntraclassForm)
ratings = st.integers(2, 4).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(0, 9).map(float), min_size=k, max_size=k), min_size=2, max_size=9
    )
)


def icc_of(rows: list[list[float]], form: IntraclassForm) -> IntraclassCorrelation:
    return compute_icc(np.array(rows, np.float64), form=form)


def test_mean_squares_by_hand() -> None:
    # subjects' means 2, 4, 6 of two raters, 1 and 2 apart: B = 8, J = 8/3 ... by the table below
    rows = [[1.0, 3.0], [4.0, 4.0], [5.0, 7.0]]
    # between: 2 (4 + 0 + 4) / 2 = 8; raters' means 10/3 and 14/3: 3 (4/9 + 4/9) / 1 = 8/3
    # within: (2 + 0 + 2) / 3 = 4/3; rest: (4 - 8/3) / 2 = 2/3
    b, j, w, e = 8, 8 / 3, 4 / 3, 2 / 3
    expected = {
        "ICC(1,1)": (b - w) / (b + w),
        "ICC(2,1)": (b - e) / (b + e + 2 * (j - e) / 3),
        "ICC(3,1)": (b - e) / (b + e),
        "ICC(1,k)": (b - w) / b,
        "ICC(2,k)": (b - e) / (b + (j - e) / 3),
        "ICC(3,k)": (b - e) / b,
    }
    for form in FORMS:
        got = icc_of(rows, form)
        assert got.estimate == pytest.approx(expected[form], rel=1e-13), form
        assert got.f == pytest.approx(b / (w if form[4] == "1" else e), rel=1e-13)
        assert (got.df1, got.df2) == (2, 3 if form[4] == "1" else 2)


@given(ratings, st.sampled_from(FORMS))
def test_unit_and_zero_of_the_scale_change_nothing(
    rows: list[list[float]], form: IntraclassForm
) -> None:
    one, other = icc_of(rows, form), icc_of([[7 + 4 * x for x in row] for row in rows], form)
    for name in ("estimate", "lower", "upper", "p_value"):
        assert getattr(one, name) == pytest.approx(
            getattr(other, name), rel=1e-7, abs=1e-9, nan_ok=True
        )


@given(ratings, st.sampled_from(FORMS))
def test_limits_hold_the_estimate_and_do_not_pass_1(
    rows: list[list[float]], form: IntraclassForm
) -> None:
    got = icc_of(rows, form)
    if not np.isnan(got.estimate) and np.isfinite(got.estimate):
        assert got.estimate <= 1 + 1e-12
        assert got.upper <= 1 + 1e-12
        if form[4] != "2":  # Satterthwaite's limits need not hold a negative estimate
            assert got.lower <= got.estimate + 1e-9
            assert got.estimate <= got.upper + 1e-9


@pytest.mark.parametrize("form", FORMS)
def test_full_agreement(form: IntraclassForm) -> None:
    got = icc_of([[1, 1], [5, 5], [3, 3]], form)
    assert (got.estimate, got.lower, got.upper, got.p_value) == (1, 1, 1, 0)
    assert np.isinf(got.f)
    assert got.warnings == ("limits have no width: no error in any rating",)


def test_rater_above_the_other_by_a_constant() -> None:
    rows = [[1.0, 2.0], [5.0, 6.0], [3.0, 4.0]]
    assert icc_of(rows, "ICC(3,1)").estimate == 1
    got = icc_of(rows, "ICC(2,1)")
    # B = 8, J = 3/2, E = 0: 8 / (8 + 2 (3/2) / 3)
    assert got.estimate == pytest.approx(8 / 9, rel=1e-13)
    assert 0 < got.lower < got.estimate < got.upper < 1


@pytest.mark.parametrize("form", FORMS)
def test_all_ratings_the_same(form: IntraclassForm) -> None:
    got = icc_of([[0.1, 0.1, 0.1]] * 4, form)
    assert np.isnan([got.estimate, got.f, got.p_value]).all()
    assert got.warnings == (
        "not estimable: all ratings are the same, but for raters apart by a constant",
    )


def test_subjects_with_the_same_mean() -> None:
    rows = [[1.0, 3.0], [3.0, 1.0], [2.0, 2.0]]
    got = icc_of(rows, "ICC(1,1)")
    assert (got.estimate, got.f, got.p_value) == (-1, 0, 1)
    assert got.warnings == ("limits have no width: the subjects' means are all the same",)
    assert icc_of(rows, "ICC(1,k)").estimate == -np.inf


@pytest.mark.parametrize(("rows", "why"), [(1, "one subject"), (0, "no subjects")])
def test_too_few_subjects(rows: int, why: str) -> None:
    got = compute_icc(np.ones((rows, 3)) * np.arange(3))
    assert np.isnan([got.estimate, got.lower, got.p_value]).all()
    assert got.warnings == (f"not estimable: {why}",)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1.0, 2.0], {}, r"ratings have shape \(2,\)"),
        ([[1.0], [2.0]], {}, "two raters or more"),
        ([[1.0, np.nan], [2.0, 3.0]], {}, "1 of 2 subjects have a rating that is missing"),
        ([[1.0, 2.0]], {"form": "ICC(4,1)"}, r"no form 'ICC\(4,1\)'; choose one of ICC\(1,1\)"),
        ([[1.0, 2.0]], {"level": 1.0}, r"level is 1\.0"),
    ],
)
def test_ratings_that_cannot_be_are_refused(
    values: list[Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compute_icc(np.array(values), **options)
