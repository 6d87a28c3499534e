"""Dates keep their orders, whatever is moved."""

import datetime as dt

import numpy as np
import pytest

from topline.errors import DataError
from topline.reconstruct.courses.dates import COUNT, PLACES, Rules, settle, span
from topline.reconstruct.published import Attribute, Courses, DateRule, Enrollment, Published

YES = {"ILL": np.array([True]), "DEAD": np.array([False])}


def rules(*orders: str, when: str | None = None) -> Rules:
    present = {"PROGRESSION": "ILL", "LAST_SCAN": "ILL", "END_OF_TREATMENT": "ILL", "DEATH": "DEAD"}
    return Rules(
        Published(
            topline=1,
            patients="all",
            enrollment=Enrollment(first=dt.date(2020, 1, 1), last=dt.date(2020, 12, 31)),
            data_cut=dt.date(2021, 12, 31),
            attributes={"ILL": Attribute(), "DEAD": Attribute()},
            courses=Courses.model_validate(
                {
                    "present": present,
                    "rules": tuple(DateRule(holds=each, when=when) for each in orders),
                }
            ),
        )
    )


def bounds_of(*orders: str, when: str | None = None) -> tuple[tuple[bool, ...], list[list[int]]]:
    return next(iter(rules(*orders, when=when).patterns(YES, [0])))


def test_the_cut_is_as_far_away_as_enrollment_says() -> None:
    _, bounds = bounds_of()
    assert span(bounds, PLACES["DATA_CUT"]) == (366, 731)


def test_orders_pass_on_from_date_to_date() -> None:
    _, bounds = bounds_of("PROGRESSION >= 100", "END_OF_TREATMENT >= PROGRESSION + 10")
    assert span(bounds, PLACES["END_OF_TREATMENT"])[0] == 110
    assert span(bounds, PLACES["LAST_SEEN"])[0] == 110
    assert span(bounds, PLACES["PROGRESSION"])[1] == 731 - 10


def test_dates_that_a_patient_has_not_bind_nothing() -> None:
    present, bounds = bounds_of("RESPONSE >= 300", "DEATH >= 700")
    assert not present[PLACES["RESPONSE"]]
    assert span(bounds, PLACES["LAST_SEEN"])[0] < 300


@pytest.mark.parametrize("seed", range(20))
def test_settled_dates_keep_every_order(seed: int) -> None:
    orders = (
        "PROGRESSION >= 60", "PROGRESSION = LAST_SCAN", "END_OF_TREATMENT >= PROGRESSION",
        "END_OF_TREATMENT <= PROGRESSION + 14", "LAST_SEEN >= END_OF_TREATMENT + 30",
    )  # fmt: skip
    _, bounds = bounds_of(*orders)
    draw = np.random.default_rng(seed)
    for first in range(1, COUNT):
        d = settle([0, *draw.integers(-100, 2000, COUNT - 1).tolist()], bounds, first=first)
        cut, end, progression, scan, seen = d[1], d[2], d[4], d[5], d[6]
        assert 366 <= cut <= 731
        assert 60 <= progression == scan <= end <= progression + 14
        assert end + 30 <= seen <= cut


def test_orders_that_no_dates_keep_are_told() -> None:
    with pytest.raises(DataError, match="no dates keep all of these orders: PROGRESSION >= 900"):
        bounds_of("PROGRESSION >= 900")
    bounds_of("PROGRESSION >= 900", when="not ILL")
