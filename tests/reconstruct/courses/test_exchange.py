"""Attributes are exchanged only where no rule and no count minds."""

from pathlib import Path

import numpy as np

from tests.reconstruct.tiny import write_tiny
from topline.reconstruct.attributes.solve import Attributes
from topline.reconstruct.attributes.targets import gather_targets
from topline.reconstruct.conditions import Column
from topline.reconstruct.courses.exchange import Exchange, find_exchanges, used_attributes
from topline.reconstruct.read import read_published

GROUP = np.repeat(["responders", "others"], [3, 5])
COLUMNS: dict[str, Column] = {
    "GROUP": GROUP,
    "SEX": np.array(["F", "M", "M", "F", "F", "F", "F", "M"]),
    "AGE": np.array([66.0, 70, 75, 45, 50, 55, 60, 60]),
    "OLD": np.array([True, True, True, False, False, False, False, False]),
    "END_REASON": np.array(["TOXICITY"] * 3 + ["PROGRESSION"] * 4 + ["ONGOING"]),
    "DEAD": np.array([True, False, False, True, True, True, False, False]),
}


def exchanges(tmp_path: Path) -> dict[tuple[str, ...], Exchange]:
    strata = read_published(write_tiny(tmp_path)).strata()
    parts = (("SEX", "AGE", "OLD"), ("END_REASON", "DEAD"))
    attributes = Attributes(COLUMNS, parts, gather_targets(strata))
    found = find_exchanges(strata, attributes, used_attributes(strata))
    return {each.names: each for each in found}


def test_only_what_dates_rest_on_is_exchanged(tmp_path: Path) -> None:
    assert set(exchanges(tmp_path)) == {("END_REASON", "DEAD"), ("END_REASON",), ("DEAD",)}


def test_a_rule_forbids_an_exchange(tmp_path: Path) -> None:
    dead = exchanges(tmp_path)["DEAD",]
    assert dead.allowed(COLUMNS, 0, 1)
    assert not dead.allowed(COLUMNS, 3, 7), "whose treatment goes on is alive"
    ended = exchanges(tmp_path)["END_REASON",]
    assert ended.allowed(COLUMNS, 6, 7)
    assert not ended.allowed(COLUMNS, 3, 7)


def test_attributes_alone_may_cross_groups_and_whole_parts_may_not(tmp_path: Path) -> None:
    found = exchanges(tmp_path)
    assert found["DEAD",].allowed(COLUMNS, 1, 3), "the dead are counted over all alone"
    assert not found["END_REASON", "DEAD"].allowed(COLUMNS, 1, 3)
