import numpy as np
import pytest

from topline.stats.mixed.factor_terms import Layout, Term, coding_matrix, factor_of, terms_of


def layout(coding: str = "treatment") -> Layout:
    """Two arms at three visits, a row each, and an age."""
    arm = factor_of("arm", np.repeat(["A", "B"], 3))
    visit = factor_of("visit", np.tile(["C1", "C2", "C3"], 2))
    terms = terms_of(("arm", "visit"), ("age",), [("arm", "visit"), ("age", "arm")])
    return Layout(6, (arm, visit), {"age": np.arange(50.0, 56.0)}, terms, coding)


def test_columns_are_named_and_ordered_as_in_r() -> None:
    assert layout().names == [
        "(intercept)",
        "arm[B]",
        "visit[C2]",
        "visit[C3]",
        "age",
        "arm[B]:visit[C2]",
        "arm[B]:visit[C3]",
        "arm[B]:age",
    ]
    # an interaction's first member varies fastest, as in model.matrix()
    three = factor_of("dose", np.array(["1", "2", "3"]))
    visit = factor_of("visit", np.array(["C1", "C2", "C3"]))
    terms = terms_of(("dose", "visit"), (), [("dose", "visit")])
    assert Layout(3, (three, visit), {}, terms, "treatment").names[5:] == [
        "dose[2]:visit[C2]",
        "dose[3]:visit[C2]",
        "dose[2]:visit[C3]",
        "dose[3]:visit[C3]",
    ]


def test_design_is_zero_and_one_against_the_first_levels() -> None:
    # A at C1, C2, C3, then B
    assert layout().design().tolist() == [
        [1, 0, 0, 0, 50, 0, 0, 0],
        [1, 0, 1, 0, 51, 0, 0, 0],
        [1, 0, 0, 1, 52, 0, 0, 0],
        [1, 1, 0, 0, 53, 0, 0, 53],
        [1, 1, 1, 0, 54, 1, 0, 54],
        [1, 1, 0, 1, 55, 0, 1, 55],
    ]


def test_sum_coding_takes_the_last_level_away() -> None:
    assert coding_matrix(3, "sum").tolist() == [[1, 0], [0, 1], [-1, -1]]
    assert layout("sum").names[:4] == ["(intercept)", "arm[A]", "visit[C1]", "visit[C2]"]
    assert layout("sum").design()[5].tolist() == [1, -1, -1, -1, 55, 1, 1, -55]


def test_effect_is_averaged_over_the_levels_of_other_factors() -> None:
    # B less A at each visit: the arm's coefficient and a third of each interaction
    arm = next(term for term in layout().terms if term.name == "arm")
    np.testing.assert_allclose(layout().effect(arm), [[0, 1, 0, 0, 0, 1 / 3, 1 / 3, 0]])
    both = next(term for term in layout().terms if term.name == "arm:visit")
    np.testing.assert_allclose(layout().effect(both), np.eye(8)[5:7])


def test_effect_of_a_slope_is_averaged_over_arms() -> None:
    age = next(term for term in layout().terms if term.name == "age")
    np.testing.assert_allclose(layout().effect(age), [[0, 0, 0, 0, 1, 0, 0, 0.5]])


def test_sum_coding_says_each_effect_in_its_own_columns() -> None:
    for term in layout("sum").terms[1:]:
        rows = layout("sum").effect(term)
        outside = np.delete(rows, np.r_[layout("sum").columns_of(term)], axis=1)
        np.testing.assert_allclose(outside, 0, atol=1e-15)
        assert np.linalg.matrix_rank(rows) == len(rows)


def test_interaction_with_a_factor_contains_its_margins() -> None:
    arm, slope = Term(("arm",), ()), Term((), ("age",))
    assert Term(("arm", "visit"), ()).contains(arm)
    assert Term(("arm",), ("age",)).contains(slope)
    assert not Term(("arm",), ("age",)).contains(arm)
    assert not arm.contains(arm)


def test_effect_beyond_others_of_balanced_rows_is_the_averaged_one() -> None:
    given = layout()
    for name in ("arm", "visit"):
        terms = terms_of(("arm", "visit"), (), [("arm", "visit")])
        plain = Layout(6, given.factors, {}, terms, "treatment")
        term = next(each for each in plain.terms if each.name == name)
        type_three, type_two = plain.effect(term), plain.effect_beyond(term)
        together = np.vstack([type_three, type_two])
        assert np.linalg.matrix_rank(together, tol=1e-9) == len(type_three) == len(type_two)


def test_levels_are_sorted_or_as_ordered() -> None:
    labels = np.array(["C10", "C2", "C10"])
    assert factor_of("visit", labels).levels == ("C10", "C2")
    ordered = factor_of("visit", labels, ["C1", "C2", "C10"])
    assert (ordered.levels, ordered.code.tolist()) == (("C2", "C10"), [1, 0, 1])
    assert factor_of("visit", np.array([3, 1])).levels == ("1", "3")
    with pytest.raises(ValueError, match=r"visit has levels C2 that its order does not name"):
        factor_of("visit", labels, ["C10"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((("a",), ("a",), []), "a is both a factor and a covariate"),
        ((("a", "b"), (), [("a", "c")]), r"interaction a:c; expected two or more different names"),
        ((("a", "b"), (), [("a",)]), "interaction a; expected two or more"),
        ((("a", "b"), (), [("a", "a")]), "interaction a:a; expected two or more"),
        ((("a", "b", "c"), (), [("a", "b", "c")]), "a:b:c without a:b; add that interaction too"),
    ],
)
def test_interactions_that_cannot_be_are_refused(
    names: tuple[tuple[str, ...], tuple[str, ...], list[tuple[str, ...]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        terms_of(*names)


def test_interaction_named_twice_is_one_term() -> None:
    terms = terms_of(("a", "b"), (), [("a", "b"), ("b", "a")])
    assert [term.name for term in terms] == ["(intercept)", "a", "b", "a:b"]
