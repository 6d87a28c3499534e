from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.cox_examples import data_of
from topline.stats.cox.data import at_risk_on_event_days, complete_cases
from topline.stats.cox.maximum import climb, determined_part
from topline.stats.cox.monotone_likelihood import find_monotone


def test_the_largest_of_all_at_risk_each_time_is_monotone() -> None:
    found = find_monotone(data_of("1 2 3 4+", [5, 3, 3, 1]))
    assert found is not None
    assert (found.unbounded.tolist(), found.sign.tolist()) == ([True], [1])
    assert found.level.tolist() == [2, 1, 1, 0]


def test_one_exception_bounds_the_likelihood() -> None:
    assert find_monotone(data_of("1 2 3 4+", [5, 3, 3.001, 1])) is None


def test_unlike_covariates_of_one_day_bound_the_likelihood() -> None:
    assert find_monotone(data_of("1 1 2+", [5, 4, 3])) is None
    assert find_monotone(data_of("1 1 2+", [5, 5, 3])) is not None


def test_strata_are_separated_each_by_itself_in_one_direction() -> None:
    assert find_monotone(data_of("1 2+ 1 2+", [1, 0, 1, 0], stratum="AABB")) is not None
    assert find_monotone(data_of("1 2+ 1 2+", [1, 0, 0, 1], stratum="AABB")) is None


def test_a_combination_can_be_monotone_where_no_covariate_is() -> None:
    # x1 + x2 falls with time: 3, 2, 1, 0
    found = find_monotone(data_of("1 2 3 4+", [0, 2, -1, 1], [3, 0, 2, -1]))
    assert found is not None
    assert (found.unbounded.tolist(), found.sign.tolist()) == ([True, True], [1, 1])


def test_categories_beside_one_without_events_go_off_together() -> None:
    # The reference category never has the event; B and C against each other are bounded
    b = [1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0]
    c = [0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1, 0]
    found = find_monotone(data_of("3 4 4+ 6 9 9+ 12 13 15+ 17 20+ 22+", b, c))
    assert found is not None
    assert found.sign.tolist() == [1, 1]
    assert len(np.unique(found.level)) == 2


def test_either_way_has_no_sign() -> None:
    # x1 alone separates; x2 may grow or fall along with it
    found = find_monotone(data_of("1 2 3+", [2, 1, 0], [0, 0.5, 0]))
    assert found is not None
    assert (found.unbounded.tolist(), found.sign.tolist()) == ([True, True], [1, 0])


def test_a_direction_can_open_only_after_another() -> None:
    # By x1 the first two events are unlike the rest; within each half x2 decides
    found = find_monotone(data_of("1 2 3+ 4 5+", [1, 1, 1, 0, 0], [3, 2, 1, 9, 8]))
    assert found is not None
    assert found.unbounded.tolist() == [True, True]
    assert found.level.tolist() == [4, 3, 2, 1, 0]


def test_many_patients_are_solved_by_and_by() -> None:
    rng = np.random.default_rng(7)
    n = 8000
    rare = np.arange(n) < 40  # forty patients who never have the event
    age = rng.normal(60, 8, n)
    event = (rng.random(n) < 0.5) & ~rare
    time = rng.integers(1, 900, n)
    for covariates, expected in (
        (np.column_stack([rare, age]), [True, False]),
        (np.column_stack([age, age**2]), None),
    ):
        data = complete_cases(time, event, covariates.astype(np.float64), ["X", "Y"])
        found = find_monotone(at_risk_on_event_days(data))
        assert (found.unbounded.tolist() if found else None) == expected


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.booleans(), st.integers(-2, 2), st.integers(0, 2)),
        min_size=2,
        max_size=9,
    )
)
def test_monotone_exactly_if_steps_along_some_direction_never_lower_the_likelihood(
    rows: list[Any],
) -> None:
    time, event, *x = (np.array(column) for column in zip(*rows, strict=True))
    if not event.any():
        return
    data = complete_cases(time, event, np.column_stack(x).astype(np.float64), ["X", "Y"])
    kept, _ = determined_part(data, "efron")
    if not kept.names:
        return
    # Small whole numbers: if there is a direction, there is one among these
    grid = [np.array(d) for d in np.ndindex(*[17] * len(kept.names))]
    directions = [d - 8.0 for d in grid if (d != 8).any()]
    assert (find_monotone(kept) is not None) == any(_separates(kept, d) for d in directions)


def _separates(data: Any, direction: Any) -> bool:
    along = data.covariates @ direction
    return all(
        along[i] >= along[data.time_days >= data.time_days[i]].max()
        for i in np.flatnonzero(data.event)
    )


def test_the_bound_is_what_the_likelihood_tends_to() -> None:
    data = data_of("1 2 3 4 5+ 6+", [1, 1, 1, 0, 0, 0], [2, 5, 3, 1, 4, 2])
    found = find_monotone(data)
    assert found is not None
    bound = climb(at_risk_on_event_days(found.limit), "efron")
    far = climb(data, "efron", iterations=0, start=np.array([40.0, bound.coefficients[1]]))
    assert far.log_likelihood == pytest.approx(bound.log_likelihood, rel=1e-12)
