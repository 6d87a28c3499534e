from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.stats.agreement.kappa import (
    FleissKappa,
    Kappa,
    KappaWeights,
    compute_fleiss_kappa,
    compute_kappa,
)

WEIGHTS: tuple[KappaWeights, ...] = get_args(KappaWeights)
square = st.integers(2, 4).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k
    ).filter(lambda rows: sum(map(sum, rows)) > 0)
)
ratings = st.integers(2, 4).flatmap(
    lambda m: st.lists(
        st.lists(st.sampled_from("ABC"), min_size=m, max_size=m), min_size=2, max_size=12
    )
)


def kappa_of(rows: list[list[int]], weights: KappaWeights = "none") -> Kappa:
    return compute_kappa(np.array(rows, np.int64), weights=weights)


def fleiss_of(*rows: str) -> FleissKappa:
    return compute_fleiss_kappa(np.array([list(row) for row in rows]))


@given(square)
def test_definition_of_kappa(rows: list[list[int]]) -> None:
    n, k = sum(map(sum, rows)), len(rows)
    row = [Fraction(sum(r), n) for r in rows]
    column = [Fraction(sum(r[j] for r in rows), n) for j in range(k)]
    observed = Fraction(sum(rows[i][i] for i in range(k)), n)
    expected = sum(a * b for a, b in zip(row, column, strict=True))
    got = kappa_of(rows)
    if expected == 1:
        assert np.isnan(got.estimate)
    else:
        kappa = (observed - expected) / (1 - expected)
        assert got.estimate == pytest.approx(float(kappa), rel=1e-10, abs=1e-12)
        assert got.estimate <= got.maximum + 1e-12 <= 1 + 2e-12
        assert -1 <= got.lower <= got.estimate <= got.upper <= 1


@given(square, st.sampled_from(WEIGHTS))
def test_which_rater_is_first_changes_nothing(rows: list[list[int]], weights: KappaWeights) -> None:
    one, other = kappa_of(rows, weights), kappa_of(np.transpose(rows).tolist(), weights)
    for name in ("estimate", "std_error", "std_error_null", "maximum"):
        assert getattr(one, name) == pytest.approx(
            getattr(other, name), rel=1e-8, abs=1e-8, nan_ok=True
        )


def test_two_categories_have_no_weights() -> None:
    plain, linear = kappa_of([[20, 5], [10, 15]]), kappa_of([[20, 5], [10, 15]], "linear")
    assert linear.estimate == pytest.approx(plain.estimate, rel=1e-14)
    assert linear.std_error == pytest.approx(plain.std_error, rel=1e-12)


def test_weights_by_hand() -> None:
    # observed 1, 1/2 and 0 for none, one and two steps apart; quadratic 1, 3/4 and 0
    rows = [[2, 1, 0], [0, 2, 1], [1, 0, 2]]
    assert kappa_of(rows, "linear").observed_agreement == pytest.approx(7 / 9)
    assert kappa_of(rows, "quadratic").observed_agreement == pytest.approx((6 + 1.5) / 9)
    assert kappa_of(rows, "quadratic").expected_agreement == pytest.approx((3 + 4 * 0.75) / 9)


def test_largest_weighted_kappa_by_hand() -> None:
    # rows 2, 1, 1 and columns 1, 1, 2 of 4: at best 1 on place, then 1 apart, 0 and 1 apart
    got = kappa_of([[0, 1, 1], [0, 0, 1], [1, 0, 0]], "linear")
    most = (1 + 0.5 + 0.5 + 1) / 4
    assert got.maximum == pytest.approx(
        (most - got.expected_agreement) / (1 - got.expected_agreement), rel=1e-12
    )


def test_full_agreement_has_limits_without_width() -> None:
    got = kappa_of([[5, 0], [0, 5]])
    assert (got.estimate, got.lower, got.upper, got.std_error) == (1, 1, 1, 0)
    assert got.p_value < 0.01
    assert got.warnings == (
        "limits have no width: no subject differs from the others in agreement",
    )


def test_rater_who_never_varies() -> None:
    got = kappa_of([[7, 3], [0, 0]])
    assert (got.estimate, got.std_error_null) == (0, 0)
    assert np.isnan([got.z, got.p_value]).all()
    assert got.warnings == (
        "no p-value, limits have no width: a rater put everybody into one category",
    )


@pytest.mark.parametrize(
    ("rows", "why", "agreement"),
    [
        ([[0, 0], [0, 0]], "no subjects", float("nan")),
        ([[9, 0], [0, 0]], "every rater put every subject into one category", 1.0),
        ([[9]], "every rater put every subject into one category", 1.0),
    ],
)
def test_no_kappa_says_why(rows: list[list[int]], why: str, agreement: float) -> None:
    got = kappa_of(rows)
    assert np.isnan([got.estimate, got.lower, got.p_value, got.maximum]).all()
    np.testing.assert_array_equal(got.observed_agreement, agreement)
    assert got.warnings == (f"not estimable: {why}",)


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ([[1, 2, 3]], {}, r"the table has shape \(1, 3\); expected \(k, k\)"),
        ([[1.0, 2.0], [3.0, 4.0]], {}, "the table is float64"),
        ([[1, -2], [3, 4]], {}, "a least of -2; expected counts"),
        ([[1, 2], [3, 4]], {"weights": "cubic"}, "no weights 'cubic'; choose one of none, linear"),
        ([[1, 2], [3, 4]], {"level": 95}, "level is 95"),
    ],
)
def test_tables_that_cannot_be_are_refused(
    table: list[Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compute_kappa(np.array(table), **options)


def test_fleiss_by_hand() -> None:
    # agreement 1, 1/3 and 1; A has 5 of 9 ratings: 1 - (7/9 and chance 41/81) -> (22/81)/(40/81)
    got = fleiss_of("AAA", "AAB", "BBB")
    assert got.observed_agreement == pytest.approx(7 / 9, rel=1e-14)
    assert got.expected_agreement == pytest.approx(41 / 81, rel=1e-14)
    assert got.estimate == pytest.approx(22 / 40, rel=1e-13)
    assert [(c.label, c.share) for c in got.categories] == [
        ("A", pytest.approx(5 / 9)),
        ("B", pytest.approx(4 / 9)),
    ]
    assert (got.n, got.raters) == (3, 3)


@given(ratings)
def test_fleiss_is_the_mean_of_its_categories(rows: list[list[str]]) -> None:
    got = compute_fleiss_kappa(np.array(rows))
    spread = [c.share * (1 - c.share) for c in got.categories]
    if spread:
        each = sum(s * c.estimate for s, c in zip(spread, got.categories, strict=True))
        assert got.estimate == pytest.approx(each / sum(spread), rel=1e-9, abs=1e-9)


@given(ratings, st.randoms(use_true_random=False))
def test_order_of_raters_changes_nothing(rows: list[list[str]], random: Any) -> None:
    shuffled = [random.sample(row, len(row)) for row in rows]
    one, other = compute_fleiss_kappa(np.array(rows)), compute_fleiss_kappa(np.array(shuffled))
    assert one.estimate == pytest.approx(other.estimate, nan_ok=True)
    assert one.std_error == pytest.approx(other.std_error, nan_ok=True)


def test_fleiss_of_two_raters_pools_their_shares() -> None:
    # Scott's pi: 3 of 4 agree; A has 5 of 8 ratings, chance 25/64 + 9/64
    got = fleiss_of("AA", "AA", "AB", "BB")
    assert got.estimate == pytest.approx((3 / 4 - 34 / 64) / (30 / 64), rel=1e-13)


def test_fleiss_with_full_agreement() -> None:
    got = fleiss_of("AAA", "BBB", "AAA")
    assert (got.estimate, got.lower, got.upper) == (1, 1, 1)
    assert "limits have no width" in got.warnings[0]


def test_fleiss_of_one_subject_has_no_limits() -> None:
    got = fleiss_of("AAB")
    assert got.estimate == pytest.approx(-0.5, rel=1e-13)
    assert np.isnan([got.std_error, got.lower, got.upper]).all()
    assert got.warnings == ("no limits: one subject",)


def test_fleiss_with_one_category_alone() -> None:
    got = fleiss_of("AA", "AA")
    assert np.isnan(got.estimate)
    assert got.warnings == ("not estimable: every rater put every subject into one category",)


def test_fleiss_of_nobody() -> None:
    got = compute_fleiss_kappa(np.zeros((0, 3), str))
    assert np.isnan([got.estimate, got.observed_agreement]).all()
    assert got.warnings == ("not estimable: no subjects",)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (np.array(["A", "B"]), r"ratings have shape \(2,\)"),
        (np.array([["A"], ["B"]]), "two raters or more"),
        (np.array([["A", None]]), "1 of 2 ratings are missing"),
    ],
)
def test_ratings_that_cannot_be_are_refused(given_: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_fleiss_kappa(given_)
