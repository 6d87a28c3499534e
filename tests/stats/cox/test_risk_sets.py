import numpy as np

from tests.stats.cox_examples import data_of
from topline.stats.cox.risk_sets import risk_sets, sums_at_risk


def test_groups_leave_from_one_event_day_to_the_next() -> None:
    sets = risk_sets(data_of("3 3+ 4+ 5 5 7+ 2 8+", [1, 2, 3, 4, 5, 6, 7, 8], stratum="AAAAAABB"))
    assert sets.order.tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert sets.group.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert (sets.starts.tolist(), sets.events.tolist()) == ([0, 3, 6], [0, 3, 4, 6])
    assert sets.strata == (slice(0, 2), slice(2, 3))
    assert sets.links().tolist() == [False, True, False]


def test_events_come_before_censorings_of_their_day() -> None:
    assert risk_sets(data_of("5+ 5 2", [1, 2, 3])).order.tolist() == [2, 1, 0]


def test_sums_are_over_all_at_risk_in_the_stratum() -> None:
    sets = risk_sets(data_of("3 3+ 4+ 5 5 7+ 2 8+", [1, 2, 3, 4, 5, 6, 7, 8], stratum="AAAAAABB"))
    assert sums_at_risk(sets, sets.covariates)[:, 0].tolist() == [21, 15, 15]
    assert sums_at_risk(sets, np.ones((8, 1)))[:, 0].tolist() == [6, 3, 2]
