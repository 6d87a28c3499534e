import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.arrays import subjects
from tests.stats.cox_examples import AGE, EXPOSED, FIRST, OTHER, SEPARATED, TWELVE, columns
from topline.stats.cox.regression import Cox, compare, compute_cox
from topline.stats.survival.logrank import compute_logrank

rows_of_patients = st.lists(
    st.tuples(
        st.integers(1, 6), st.booleans(), st.sampled_from([0.0, 1, 2]), st.sampled_from("ABB")
    ),
    min_size=4,
    max_size=20,
)


def cox_of(rows: list[Any], **choices: Any) -> Cox:
    time, event, x, _ = (np.array(column) for column in zip(*rows, strict=True))
    return compute_cox(time, event, x[:, None], ["X"], **choices)


def test_three_patients_by_hand() -> None:
    # Likelihood w / (2w + 1) * 1 / (w + 1) in the hazard ratio w: its slope is 0 at 2w² = 1
    cox = compute_cox(*subjects("1 2 3"), columns([1, 0, 1]), ["X"])
    w = 1 / math.sqrt(2)
    assert cox.terms[0].hazard_ratio == pytest.approx(w, rel=1e-13)
    information = 2 * w / (2 * w + 1) ** 2 + w / (w + 1) ** 2
    assert cox.terms[0].std_error == pytest.approx(information**-0.5, rel=1e-13)
    assert cox.covariance[0, 0] == pytest.approx(1 / information, rel=1e-13)
    assert cox.null_log_likelihood == pytest.approx(-math.log(6), rel=1e-14)
    assert (cox.n, cox.events, cox.df, cox.warnings) == (3, 3, 1, ())


def test_equal_days_are_ties() -> None:
    # Efron: w / ((2w + 1) (2w + 1 - (w + 1) / 2)), largest at 6w² = 1. Breslow: w / (2w + 1)²
    days, x = subjects("1 1 2+"), columns([1, 0, 1])
    efron, breslow = compute_cox(*days, x, ["X"]), compute_cox(*days, x, ["X"], ties="breslow")
    assert efron.terms[0].hazard_ratio == pytest.approx(6**-0.5, rel=1e-13)
    assert breslow.terms[0].hazard_ratio == pytest.approx(1 / 2, rel=1e-13)
    assert dict(efron.method.options)["ties"] == "efron"
    assert dict(breslow.method.options)["ties"] == "breslow"


def test_efron_is_nearer_the_average_over_orders_than_breslow() -> None:
    # What ties stand for: one of the orders in which the events came, each as likely
    rows = [(1, True, 1.0, ""), (1, True, 0.0, ""), (1, True, 1.0, ""), (2, True, 0.0, "")]
    rows += [(3, False, 1.0, ""), (4, True, 0.0, ""), (5, False, 0.0, "")]
    exact = np.mean(
        [
            math.exp(cox_of([*((10 + i, *r[1:]) for i, r in enumerate(order)),
                             *((20 + t, *r) for t, *r in rows[3:])]).null_log_likelihood)
            for order in permutations(rows[:3])
        ]
    )  # fmt: skip
    efron, breslow = cox_of(rows), cox_of(rows, ties="breslow")
    assert math.exp(efron.null_log_likelihood) == pytest.approx(exact, rel=1e-12)
    assert math.exp(breslow.null_log_likelihood) < exact


def test_score_test_is_the_log_rank_test_without_ties() -> None:
    time, event = subjects("1 2 3+ 4 5 6 7+ 8 9 10")
    group = np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0])
    score = compute_cox(time, event, columns(group), ["GROUP"]).score
    logrank = compute_logrank(time, event, group)
    assert score.statistic == pytest.approx(logrank.chi_square, rel=1e-12)
    assert score.p_value == pytest.approx(logrank.p_value, rel=1e-12)


@given(rows_of_patients, st.randoms(use_true_random=False))
def test_order_of_patients_changes_nothing(rows: list[Any], random: Any) -> None:
    if not any(row[1] for row in rows):
        return
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert_same(cox_of(rows), cox_of(shuffled))


@given(rows_of_patients)
def test_only_the_order_of_days_counts(rows: list[Any]) -> None:
    assert_same(cox_of(rows), cox_of([(2**t + 5, *rest) for t, *rest in rows]))


@given(rows_of_patients)
def test_units_and_origin_of_a_covariate_do_not_matter(rows: list[Any]) -> None:
    one = cox_of(rows)
    other = cox_of([(t, e, 0.001 * x + 7, s) for t, e, x, s in rows])
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9, abs=1e-12)
    if np.isfinite(one.terms[0].coefficient):
        assert other.terms[0].coefficient == pytest.approx(
            1000 * one.terms[0].coefficient, rel=1e-8, abs=1e-6
        )
    assert other.terms[0].infinite == one.terms[0].infinite


@given(rows_of_patients)
def test_one_stratum_is_no_stratum(rows: list[Any]) -> None:
    assert_same(cox_of(rows), cox_of(rows, stratum=np.full(len(rows), "A")))


@given(rows_of_patients)
def test_a_stratum_without_events_adds_nothing(rows: list[Any]) -> None:
    more = [*rows, *((day, False, x, "") for day, x in ((1, 5.0), (9, 0.0)))]
    alone, beside = cox_of(rows), cox_of(more, stratum=np.array([1] * len(rows) + [2, 2]))
    assert_same(alone, beside)
    assert beside.n == alone.n + 2


def assert_same(one: Cox, other: Cox) -> None:
    for a, b in zip(one.terms, other.terms, strict=True):
        assert b.coefficient == pytest.approx(a.coefficient, rel=1e-9, abs=1e-9, nan_ok=True)
        assert b.std_error == pytest.approx(a.std_error, rel=1e-9, abs=1e-9, nan_ok=True)
        assert b.infinite == a.infinite
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-10, abs=1e-12)
    assert other.concordance == pytest.approx(one.concordance, abs=1e-12, nan_ok=True)
    assert other.df == one.df


def test_limits_and_test_follow_from_the_standard_error() -> None:
    cox = compute_cox(*TWELVE, columns(EXPOSED, AGE), ["EXPOSED", "AGE"], level=0.9)
    for term in cox.terms:
        z = term.coefficient / term.std_error
        half = 1.6448536269514722 * term.std_error
        assert term.z == z
        assert math.log(term.lower) == pytest.approx(term.coefficient - half, rel=1e-12)
        assert math.log(term.upper) == pytest.approx(term.coefficient + half, rel=1e-12)
        assert term.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-12)
    assert cox.aic == 2 * 2 - 2 * cox.log_likelihood


def test_missing_covariates_leave_the_patient_out_and_are_counted() -> None:
    age = np.where(AGE > 69, np.nan, AGE)
    cox = compute_cox(*TWELVE, columns(EXPOSED, age), ["EXPOSED", "AGE"])
    known = AGE <= 69
    alone = compute_cox(
        TWELVE[0][known], TWELVE[1][known], columns(EXPOSED, AGE)[known], ["EXPOSED", "AGE"]
    )
    assert_same(cox, alone)
    assert (cox.n, cox.n_missing) == (10, 2)
    told = "2 of 12 subjects lack a covariate and are left out: 10 complete cases"
    assert cox.warnings == (told,)


def test_a_covariate_the_others_determine_has_no_coefficient() -> None:
    x = columns(EXPOSED, np.full(12, 0.1), 1 - EXPOSED, AGE)
    cox = compute_cox(*TWELVE, x, ["EXPOSED", "SAME", "SPARED", "AGE"])
    without = compute_cox(*TWELVE, columns(EXPOSED, AGE), ["EXPOSED", "AGE"])
    assert np.isnan([term.coefficient for term in cox.terms]).tolist() == [0, 1, 1, 0]
    assert cox.terms[0].coefficient == pytest.approx(without.terms[0].coefficient, rel=1e-12)
    assert cox.terms[3].p_value == pytest.approx(without.terms[1].p_value, rel=1e-10)
    assert (cox.df, cox.aic) == (2, pytest.approx(without.aic))
    assert cox.wald.statistic == pytest.approx(without.wald.statistic, rel=1e-10)
    told = "no coefficient: SAME, SPARED do not vary apart from the other covariates"
    assert cox.warnings == (told,)
    assert not any(term.infinite for term in cox.terms)


def test_constant_within_strata_is_constant() -> None:
    stratum = np.array([0.1, 0.3] * 6)
    cox = compute_cox(*TWELVE, columns(stratum), ["SITE"], stratum=stratum)
    assert np.isnan(cox.terms[0].coefficient)
    assert cox.df == 0


def test_a_value_seen_only_before_the_first_event_tells_nothing() -> None:
    cox = compute_cox(*subjects("1+ 2+ 3 4 5+"), columns([1, 0.3, 0, 0, 0]), ["X"])
    assert np.isnan(cox.terms[0].coefficient)
    assert (cox.n, cox.events) == (5, 2)


def test_separation_is_told_and_the_rest_is_the_limit() -> None:
    cox = compute_cox(*SEPARATED, columns(FIRST, OTHER), ["FIRST", "OTHER"])
    first, other = cox.terms
    assert (first.coefficient, first.hazard_ratio, first.std_error) == (math.inf,) * 3
    assert np.isnan([first.lower, first.upper, first.z, first.p_value]).all()
    assert (first.infinite, other.infinite) == (True, False)
    # In the limit, who is FIRST is compared only with others who are
    limit = compute_cox(*SEPARATED, columns(OTHER), ["OTHER"], stratum=FIRST)
    assert other.coefficient == pytest.approx(limit.terms[0].coefficient, rel=1e-11)
    assert other.std_error == pytest.approx(limit.terms[0].std_error, rel=1e-11)
    assert cox.log_likelihood == pytest.approx(limit.log_likelihood, rel=1e-13)
    assert np.isnan(cox.wald.p_value)
    assert cox.likelihood_ratio.df == 2
    assert cox.warnings == (
        "infinite coefficient: the likelihood has no maximum in FIRST; firth=True gives a finite "
        "estimate, limits='profile' the limit that there is",
    )


def test_an_infinite_hazard_ratio_of_zero() -> None:
    cox = compute_cox(*SEPARATED, columns(-FIRST), ["LATE"])
    assert (cox.terms[0].coefficient, cox.terms[0].hazard_ratio) == (-math.inf, 0)


def test_profile_gives_an_infinite_coefficient_one_limit() -> None:
    # Three pairs, the exposed has the event in each: -3 log(1 + 1/w), half of 3.8415 below 0
    time, event = subjects("1 2+ 1 2+ 1 2+")
    cox = compute_cox(
        time, event, columns([1, 0] * 3), ["X"], stratum=np.repeat([1, 2, 3], 2), limits="profile"
    )
    term = cox.terms[0]
    assert term.lower == pytest.approx(1 / math.expm1(3.841458820694124 / 6), rel=1e-9)
    assert term.upper == math.inf
    assert term.p_value == pytest.approx(math.erfc(math.sqrt(3 * math.log(2))), rel=1e-12)
    mirrored = compute_cox(
        time, event, columns([0, 1] * 3), ["X"], stratum=np.repeat([1, 2, 3], 2), limits="profile"
    ).terms[0]
    assert (mirrored.lower, mirrored.hazard_ratio) == (0, 0)
    assert mirrored.upper == pytest.approx(1 / term.lower, rel=1e-9)


def test_profile_p_value_is_the_likelihood_ratio_test() -> None:
    both = compute_cox(*TWELVE, columns(EXPOSED, AGE), ["EXPOSED", "AGE"], limits="profile")
    for place, term in enumerate(both.terms):
        rest = compute_cox(*TWELVE, columns([AGE, EXPOSED][place]), [both.terms[1 - place].name])
        test = compare(rest, both)
        assert term.p_value == pytest.approx(test.p_value, rel=1e-9)
        assert term.z**2 == pytest.approx(test.statistic, rel=1e-9)
        assert math.copysign(1, term.z) == math.copysign(1, term.coefficient)
        assert term.lower < term.hazard_ratio < term.upper


def test_a_coefficient_that_may_go_either_way_is_nan() -> None:
    # X alone tells who is next; Y may grow or fall along with it
    days, x = subjects("1 2 3+"), columns([2, 1, 0], [0, 0.5, 0])
    for limits, known in (("wald", math.nan), ("profile", 1.0)):
        x_term, y_term = compute_cox(*days, x, ["X", "Y"], limits=limits).terms
        assert (x_term.coefficient, x_term.infinite, y_term.infinite) == (math.inf, True, True)
        assert np.isnan([y_term.coefficient, y_term.hazard_ratio]).all()
        assert y_term.p_value == pytest.approx(known, nan_ok=True)
    assert (y_term.lower, y_term.upper) == (0, math.inf)
    warnings = compute_cox(*days, x, ["X", "Y"]).warnings
    assert warnings[-1] == "the coefficient may be infinite either way: Y"


def test_firth_keeps_separated_coefficients_finite() -> None:
    cox = compute_cox(*SEPARATED, columns(FIRST, OTHER), ["FIRST", "OTHER"], firth=True)
    assert not cox.terms[0].infinite
    assert 1 < cox.terms[0].lower < cox.terms[0].hazard_ratio < cox.terms[0].upper < math.inf
    assert cox.warnings == ()
    assert np.isnan([cox.aic, cox.score.p_value]).all()
    assert cox.method.name == "Cox regression with Firth's penalty"
    assert dict(cox.method.options)["limits"] == "profile"


def test_firth_leaves_out_what_others_determine() -> None:
    x = columns(np.ones(14), FIRST, 2 * FIRST)
    cox = compute_cox(*SEPARATED, x, ["ONE", "FIRST", "TWICE"], firth=True)
    alone = compute_cox(*SEPARATED, columns(FIRST), ["FIRST"], firth=True)
    assert np.isnan([term.coefficient for term in cox.terms]).tolist() == [True, False, True]
    assert cox.terms[1].upper == pytest.approx(alone.terms[0].upper, rel=1e-9)
    assert cox.df == 1
    nothing = compute_cox(*SEPARATED, np.ones((14, 1)), ["ONE"], firth=True)
    assert np.isnan(nothing.terms[0].coefficient)


def test_robust_errors_of_each_patient_as_a_cluster_are_those_without_clusters() -> None:
    x = columns(EXPOSED, AGE)
    robust = compute_cox(*TWELVE, x, ["EXPOSED", "AGE"], robust=True)
    each = compute_cox(*TWELVE, x, ["EXPOSED", "AGE"], cluster=np.arange(12))
    plain = compute_cox(*TWELVE, x, ["EXPOSED", "AGE"])
    np.testing.assert_allclose(robust.covariance, each.covariance, rtol=1e-12)
    assert robust.terms[0].std_error != pytest.approx(plain.terms[0].std_error, rel=1e-3)
    assert robust.terms[0].coefficient == plain.terms[0].coefficient
    assert dict(robust.method.options)["robust"] == "infinitesimal jackknife over subjects"
    assert dict(each.method.options)["robust"] == "infinitesimal jackknife over clusters"


def test_robust_errors_beside_an_infinite_coefficient_are_those_of_the_limit() -> None:
    x = columns(FIRST, OTHER)
    cox = compute_cox(*SEPARATED, x, ["FIRST", "OTHER"], robust=True)
    limit = compute_cox(*SEPARATED, columns(OTHER), ["OTHER"], stratum=FIRST, robust=True)
    assert cox.terms[1].std_error == pytest.approx(limit.terms[0].std_error, rel=1e-10)
    assert cox.terms[0].std_error == math.inf


def test_concordance_counts_pairs_whose_order_is_known() -> None:
    # 1 before 2, 3, 4; 3 before 4; x says so of three of these four pairs
    cox = compute_cox(*subjects("1 2+ 3 4"), columns([3, 4, 2, 1]), ["X"])
    assert cox.concordance == pytest.approx(3 / 4)
    assert np.isnan(
        compute_cox(*subjects("1 2"), columns([0, 1]), ["X"], concordance=False).concordance
    )


def test_predictions_equal_but_for_rounding_are_equal() -> None:
    # All events on the first day, one of each value, as at risk: the coefficient is 0 but for
    # rounding, so that nobody is predicted to come first
    x = columns([0.7, 0.1, 0.4, 0.2, 0.7, 0.1, 0.4, 0.2])
    cox = compute_cox(*subjects("4 4 4 4 4+ 4+ 5+ 5+"), x, ["X"])
    assert abs(cox.terms[0].coefficient) < 1e-12
    assert (cox.concordance, cox.concordance_std_error) == (0.5, 0)


@pytest.mark.parametrize("firth", [False, True])
def test_without_events_nothing_is_estimated(firth: bool) -> None:
    cox = compute_cox(*subjects("1+ 2+ 3+"), columns([1, 0, 1]), ["X"], firth=firth)
    assert cox.warnings == ("not estimable: no events",)
    assert np.isnan([cox.terms[0].hazard_ratio, cox.concordance, cox.wald.p_value]).all()
    assert (cox.n, cox.events, cox.df) == (3, 0, 0)


@pytest.mark.parametrize("firth", [False, True])
@pytest.mark.parametrize("text", ["", "5", "5+"])
def test_one_patient_or_none_gives_no_coefficient(text: str, firth: bool) -> None:
    days = subjects(text)
    cox = compute_cox(*days, np.ones((len(days[0]), 1)), ["X"], firth=firth)
    assert np.isnan([cox.terms[0].coefficient, cox.concordance, cox.likelihood_ratio.p_value]).all()
    assert cox.warnings


def test_more_covariates_than_events_are_told() -> None:
    cox = compute_cox(*subjects("1 2+ 3+ 4+"), columns([1, 0, 1, 1], [2, 4, 3, 1]), ["X", "Y"])
    assert cox.warnings[0] == "2 covariates for 1 events"


def test_no_covariates_give_the_null_model() -> None:
    cox = compute_cox(*subjects("1 2 3+"), np.empty((3, 0)), [])
    assert cox.log_likelihood == pytest.approx(-math.log(6), rel=1e-14)
    assert (cox.terms, cox.df, cox.aic) == ((), 0, pytest.approx(2 * math.log(6)))


def test_huge_and_tiny_effects_do_not_overflow() -> None:
    time, event = subjects("1 2 3 4 5 6+")
    for unit in (1e-9, 1e9):
        cox = compute_cox(time, event, columns([1, 3, 2, 5, 1, 2]) * unit, ["X"])
        assert np.isfinite(cox.terms[0].coefficient)
    small = compute_cox(time, event, columns([1, 3, 2, 5, 1, 2]) * 1e-9, ["X"])
    assert small.terms[0].upper in {0.0, math.inf} or np.isfinite(small.terms[0].upper)


def test_hazards_too_far_apart_to_compute_with_are_told() -> None:
    # The covariate is the time left, but for a day here and there: one day, a factor of 2.7
    left = [101, 100, 158, 305, 365, 375, 378, 381, 384, 474, 501, 588, 667, 680, 845, 903, 938]
    days = [101, 101, 159, 306, 365, 375, 379, 382, 385, 474, 501, 588, 668, 680, 846, 903, 939]
    event, x = np.ones(17, bool), -columns(left)
    robust = compute_cox(np.array(days), event, x, ["X"], robust=True)
    assert np.isfinite(robust.terms[0].hazard_ratio)
    assert np.isnan([robust.terms[0].p_value, robust.wald.p_value]).all()
    assert robust.warnings == ("no standard error: hazards lie too far apart to compute with: X",)
    profile = compute_cox(np.array(days), event, x, ["X"], limits="profile")
    assert np.isnan(profile.terms[0].upper)
    assert profile.warnings == ("a limit or test was not found: X; choose limits='wald'",)


def test_what_a_model_has_more_is_tested_by_likelihood_ratio() -> None:
    small = compute_cox(*TWELVE, columns(EXPOSED), ["EXPOSED"])
    large = compute_cox(*TWELVE, columns(EXPOSED, AGE, 2 * AGE), ["EXPOSED", "AGE", "TWICE"])
    test = compare(small, large)
    assert test.df == 1
    assert test.statistic == 2 * (large.log_likelihood - small.log_likelihood)
    assert np.isnan(compare(large, large).p_value)


def test_models_that_are_not_nested_do_not_compare() -> None:
    small = compute_cox(*TWELVE, columns(EXPOSED), ["EXPOSED"])
    age = compute_cox(*TWELVE, columns(AGE), ["AGE"])
    with pytest.raises(ValueError, match="the larger model lacks EXPOSED"):
        compare(small, age)
    fewer = compute_cox(TWELVE[0][:9], TWELVE[1][:9], columns(EXPOSED)[:9], ["EXPOSED"])
    with pytest.raises(ValueError, match="12 and 9 subjects"):
        compare(small, fewer)
    breslow = compute_cox(*TWELVE, columns(EXPOSED), ["EXPOSED"], ties="breslow")
    with pytest.raises(ValueError, match="same subjects, strata and ties"):
        compare(small, breslow)
    firth = compute_cox(*SEPARATED, columns(FIRST), ["FIRST"], firth=True)
    with pytest.raises(ValueError, match="penalised likelihoods"):
        compare(firth, firth)


def test_what_cannot_be_fitted_is_refused() -> None:
    days: Any = subjects("1 2 3+")
    x: Any = columns([1, 0, 1])
    unknown: Any = "exact"
    with pytest.raises(ValueError, match=r"covariates have shape \(3, 1\); expected \(3, 2\)"):
        compute_cox(*days, x, ["X", "Y"])
    with pytest.raises(ValueError, match="there are no ties 'exact'; choose one of efron, breslow"):
        compute_cox(*days, x, ["X"], ties=unknown)
    with pytest.raises(ValueError, match="there are no limits 'exact'"):
        compute_cox(*days, x, ["X"], limits=unknown)
    with pytest.raises(ValueError, match="level is 95"):
        compute_cox(*days, x, ["X"], level=95)
    with pytest.raises(ValueError, match="no part in Firth's penalty"):
        compute_cox(*days, x, ["X"], firth=True, robust=True)
    with pytest.raises(ValueError, match="no part in profile limits"):
        compute_cox(*days, x, ["X"], limits="profile", cluster=np.arange(3))
