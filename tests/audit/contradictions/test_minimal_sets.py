"""All smallest impossible sets, against every subset of a few."""

from collections.abc import Iterable
from itertools import combinations

import pytest

from topline.audit.contradictions.minimal_sets import find_minimal_sets


def every_minimal(count: int, known: list[set[int]]) -> set[frozenset[int]]:
    """Minimal impossible sets by trying every subset."""
    found: list[frozenset[int]] = []
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            bad = any(each <= set(chosen) for each in known)
            if bad and not any(each <= set(chosen) for each in found):
                found.append(frozenset(chosen))
    return set(found)


@pytest.mark.parametrize(
    "known",
    [
        [{0, 1}],
        [{0, 1}, {1, 2}, {3}],
        [{0, 1, 2}, {2, 3, 4}, {0, 4}],
        [{0, 1, 2, 3, 4, 5}],
        [],
    ],
)
def test_all_are_found_and_all_are_minimal(known: list[set[int]]) -> None:
    def impossible(kept: Iterable[int]) -> set[int] | None:
        members = set(kept)
        return members if any(each <= members for each in known) else None

    found = find_minimal_sets(6, impossible, seconds=30)
    assert found.complete
    assert set(found.impossible) == every_minimal(6, known)
    # Giving up a set to give up leaves nothing impossible, and no part of it does
    for gone in found.to_give_up:
        left = set(range(6)) - gone
        assert not any(each <= left for each in known)
        for spared in gone:
            assert any(each <= left | {spared} for each in known)


def test_no_time_gives_what_was_found_so_far() -> None:
    found = find_minimal_sets(3, set, seconds=0)
    assert (found.impossible, found.complete) == ((), False)
