"""Operating characteristics against whole numbers and hand calculation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.design.one_arm_binary.boundaries import (
    Boundaries,
    compute_curve,
    compute_operating,
    one_look,
)
from topline.design.one_arm_binary.rational import compute_exact_success
from topline.errors import UsageError


def test_two_looks_by_hand() -> None:
    # 2 subjects, end with 0 responders; 1 more, success with 2 of 3. p = 1/2:
    # ends early 1/4; success: (1, then 1) 1/2 * 1/2 + (2, any) 1/4 = 1/2
    found = compute_operating(Boundaries((2, 3), (0, 1), (3, 2)), 0.5)
    assert found.stop_futility == pytest.approx((0.25, 0.25))
    assert found.success == pytest.approx(0.5)
    assert found.expected == pytest.approx(2 * 0.25 + 3 * 0.75)
    assert found.early == pytest.approx(0.25)


@st.composite
def boundaries(draw: st.DrawFn) -> Boundaries:
    looks = draw(st.lists(st.integers(1, 14), min_size=1, max_size=4, unique=True).map(sorted))
    low, high = [], []
    for n in looks[:-1]:
        low.append(draw(st.integers(-1, n)))
        high.append(draw(st.integers(low[-1] + 1, n + 1)))
    low.append(draw(st.integers(-1, looks[-1])))
    return Boundaries(tuple(looks), tuple(low), (*high, low[-1] + 1))


@given(boundaries(), st.sampled_from([0.05, 0.3, 0.5, 0.8]))
def test_success_is_that_of_whole_numbers(look: Boundaries, rate: float) -> None:
    found = compute_operating(look, rate)
    assert found.success == pytest.approx(float(compute_exact_success(look, rate)), abs=1e-13)
    ended = sum(found.stop_futility) + sum(found.stop_success)
    assert ended == pytest.approx(1)
    assert look.looks[0] - 1e-9 <= found.expected <= look.n + 1e-9


def test_success_rises_with_the_rate() -> None:
    curve = compute_curve(Boundaries((10, 29), (1, 5), (11, 6)), [0.0, 0.1, 0.3, 0.6, 1.0])
    assert [c.success for c in curve] == sorted(c.success for c in curve)
    assert (curve[0].success, curve[-1].success) == pytest.approx((0, 1))


@pytest.mark.parametrize(
    ("looks", "futility", "success", "words"),
    [
        ((10, 10), (1, 5), (11, 6), "rising numbers"),
        ((10,), (5,), (7,), "must decide"),
        ((10, 20), (11, 5), (12, 6), "take -1 to 10"),
        ((), (), (), "two boundaries"),
    ],
)
def test_boundaries_that_do_not_decide_are_refused(
    looks: tuple[int, ...], futility: tuple[int, ...], success: tuple[int, ...], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        Boundaries(looks, futility, success)


def test_a_rate_beyond_one_is_refused() -> None:
    with pytest.raises(UsageError, match="take 0 to 1"):
        compute_operating(one_look(3, 2), 1.5)
