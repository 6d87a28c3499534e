"""Osoba 1998: 5 to 10 points a little, 10 to 20 moderate, more than 20 very much."""

import polars as pl
import pytest
from pydantic import ValidationError

from topline.clinical.questionnaires.change import ImportantChange, compute_change_class

BANDS = [
    (0.0, "NO CHANGE"),
    (4.9, "NO CHANGE"),
    (5.0, "SMALL"),
    (5.1, "SMALL"),
    (9.9, "SMALL"),
    (10.0, "MODERATE"),
    (10.1, "MODERATE"),
    (19.9, "MODERATE"),
    (20.0, "MODERATE"),
    (20.1, "LARGE"),
    (100.0, "LARGE"),
]


@pytest.mark.parametrize(("change", "extent"), BANDS)
def test_bands_of_change_in_both_directions(change: float, extent: str) -> None:
    rows = pl.DataFrame({"up": [change], "down": [-change]})
    found = rows.select(
        a=compute_change_class("up", True),
        b=compute_change_class("up", False),
        c=compute_change_class("down", True),
        d=compute_change_class("down", False),
    ).row(0)
    better, worse = f"{extent} BETTER", f"{extent} WORSE"
    none = extent == "NO CHANGE"
    assert found == ((extent,) * 4 if none else (better, worse, worse, better))


def test_direction_by_row() -> None:
    rows = pl.DataFrame({"change": [12.0, 12.0, 12.0, None], "good": [True, False, None, True]})
    found = rows.select(compute_change_class("change", pl.col("good"))).to_series().to_list()
    assert found == ["MODERATE BETTER", "MODERATE WORSE", None, None]


def test_a_third_of_a_scale_less_binary_rounding() -> None:
    rows = pl.DataFrame({"change": [100 / 3 - 70 / 3]})  # 10 but for the last digits
    assert rows.select(compute_change_class("change", True)).item() == "MODERATE BETTER"


def test_other_thresholds() -> None:
    bounds = ImportantChange(small_from=3, moderate_from=8, moderate_to=8)
    rows = pl.DataFrame({"change": [2.9, 3.0, 8.0, 8.1]})
    found = rows.select(compute_change_class("change", True, bounds)).to_series().to_list()
    assert found == ["NO CHANGE", "SMALL BETTER", "MODERATE BETTER", "LARGE BETTER"]


def test_thresholds_rise() -> None:
    with pytest.raises(ValidationError, match="must rise, not 5, 3, 20"):
        ImportantChange(moderate_from=3)
    assert ImportantChange(small_from=10).moderate_from == 10
