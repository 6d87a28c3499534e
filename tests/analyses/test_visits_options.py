"""Options of the analysis over visits: differences from the first visit, a test by ranks."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import kruskal

from tests.analyses.study import adam, adtr, protocol
from topline.analyses.analyse import analyse

PLAN: dict[str, object] = {
    "kind": "repeated-measures",
    "analysis_set": "FULL",
    "dataset": "ADTR",
    "parameter": "SUMDIAM",
    "visit": "ASSESSN",
}


def rows(**options: object) -> pl.DataFrame:
    plan = protocol({"V": PLAN | options}, arms=("Active",))
    return analyse(plan, adam()).rows


def differences(found: pl.DataFrame) -> list[str]:
    told = found.filter(pl.col("level").str.contains(" - "))
    return told["level"].unique(maintain_order=True).to_list()


def test_visits_are_compared_with_each_other_or_with_the_first() -> None:
    assert differences(rows()) == ["0 - 1", "0 - 2", "1 - 2"]
    assert differences(rows(visits_against="the first")) == ["1 - 0", "2 - 0"]


def test_difference_from_the_first_is_the_other_way_round() -> None:
    def estimate(found: pl.DataFrame, level: str) -> float:
        one = found.filter(pl.col("level") == level, pl.col("statistic") == "estimate")
        return one["value"].item()

    both, first = rows(), rows(visits_against="the first")
    assert estimate(first, "1 - 0") == pytest.approx(-estimate(both, "0 - 1"), rel=1e-9)


def test_rank_test_is_kruskal_and_wallis_and_says_what_it_takes_for_granted() -> None:
    tested = rows(rank_test="kruskal-wallis").filter(pl.col("level") == "kruskal-wallis")
    sums = adtr().filter(pl.col("PARAMCD") == "SUMDIAM", pl.col("AVAL").is_not_null())
    samples = [np.asarray(g["AVAL"]) for _, g in sums.group_by("ASSESSN", maintain_order=True)]
    h = tested.filter(pl.col("statistic") == "statistic")
    assert h["value"].item() == pytest.approx(kruskal(*samples).statistic, rel=1e-9)
    assert h["warning"].item() == "values of a subject taken as independent"
    assert rows().filter(pl.col("level") == "kruskal-wallis").is_empty()
