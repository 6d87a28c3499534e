from fractions import Fraction
from itertools import product
from math import factorial, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.small_tables import table
from topline.stats.tables import table_network, table_paths
from topline.stats.tables.fisher import compute_fisher
from topline.stats.tables.table_network import compute_unlikely_mass
from topline.stats.tables.table_paths import Line, Network, Paths, TooManyTablesError

Rows = list[list[int]]


def ways(rows: list[int], columns: list[int]) -> list[Rows]:
    """Every table with these margins, found without any of the network's ideas."""
    if len(rows) == 1:
        return [[columns]]
    first = [
        row
        for row in product(*(range(min(rows[0], column) + 1) for column in columns))
        if sum(row) == rows[0]
    ]
    return [
        [list(row), *others]
        for row in first
        for others in ways(rows[1:], [c - x for c, x in zip(columns, row, strict=True)])
    ]


def by_whole_numbers(counts: Rows, ties: Fraction = Fraction(1)) -> float:
    """Probabilities as fractions: no ties are missed and none are invented."""

    def weight(rows: Rows) -> Fraction:
        return Fraction(1, prod(factorial(x) for row in rows for x in row))

    margins = [sum(row) for row in counts], [sum(column) for column in zip(*counts, strict=True)]
    weights = [weight(rows) for rows in ways(*margins)]
    own = weight(counts)
    less = sum(one for one in weights if one < own)
    return float((less + ties * sum(one for one in weights if one == own)) / sum(weights))


@st.composite
def small_tables(draw: st.DrawFn) -> Rows:
    rows, columns = draw(st.sampled_from([(2, 3), (3, 3), (4, 2), (2, 4), (5, 2)]))
    cell = st.integers(0, 3)
    counts = draw(st.lists(st.lists(cell, min_size=columns, max_size=columns),
                           min_size=rows, max_size=rows))  # fmt: skip
    for i in range(max(rows, columns)):
        counts[i % rows][i % columns] += 1  # no row or column stays empty
    return counts


@given(small_tables())
def test_the_mass_is_that_of_every_table_counted(counts: Rows) -> None:
    p_value, known = compute_unlikely_mass(np.array(counts))
    assert known
    assert p_value == pytest.approx(by_whole_numbers(counts), rel=1e-12)


@given(small_tables())
def test_pruned_and_merged_paths_have_the_same_mass(counts: Rows) -> None:
    whole = compute_unlikely_mass(np.array(counts))[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_paths, "_SMALL", 0)  # look at every step
        patch.setattr(table_paths, "_CHUNK", 3)  # and at few at a time
        assert compute_unlikely_mass(np.array(counts))[0] == pytest.approx(whole, rel=1e-12)


@given(small_tables())
def test_tables_as_likely_count_by_half_in_a_mid_p_value(counts: Rows) -> None:
    p_value, _ = compute_unlikely_mass(np.array(counts), ties=0.5)
    assert p_value == pytest.approx(by_whole_numbers(counts, Fraction(1, 2)), rel=1e-12)


@given(small_tables(), st.permutations(range(6)))
def test_order_of_rows_and_columns_does_not_matter(counts: Rows, order: list[int]) -> None:
    one = np.array(counts)
    shuffled = one[[row for row in order if row < len(one)]][:, ::-1].T
    p_value = compute_unlikely_mass(one)[0]
    assert compute_unlikely_mass(shuffled)[0] == pytest.approx(p_value, rel=1e-12)


def test_the_likeliest_table_has_p_1() -> None:
    assert compute_unlikely_mass(table("2 2 2 / 2 2 2 / 2 2 2"))[0] == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("ties", [1.0, 0.5])
def test_a_tiny_p_value_keeps_its_digits(ties: float) -> None:
    # Nobody off the diagonal: of 30! / 10!^3 orders 1 gives this table, as likely as 5 others
    diagonal = table("10 0 0 / 0 10 0 / 0 0 10")
    orders = factorial(30) // factorial(10) ** 3
    assert compute_unlikely_mass(diagonal, ties=ties)[0] == pytest.approx(
        6 * ties / orders, rel=1e-12
    )


def test_columns_of_equal_totals_are_one_state() -> None:
    # 8 on the diagonal, 1 elsewhere, counted with whole numbers
    counts = np.full((4, 4), 1) + np.diag([7] * 4)
    assert compute_unlikely_mass(counts)[0] == pytest.approx(1.8316956358596095e-07, rel=1e-12)


def test_many_groups_where_r_is_wrong() -> None:
    # By whole numbers 0.5150427275427782; 400,000 random tables in R: 0.5149; fisher.test: 0.4710
    counts = table(
        "7 1 / 4 2 / 5 4 / 4 5 / 2 5 / 3 2 / 3 6 / 3 2 / 2 3 / 5 2 / 6 3 /"
        "4 6 / 4 4 / 3 4 / 5 2 / 3 1 / 2 2 / 6 1 / 5 0 / 4 2 / 5 4"
    )
    assert compute_unlikely_mass(counts)[0] == pytest.approx(0.5150427275427782, rel=1e-12)


@pytest.mark.parametrize("counts", [np.full((8, 8), 20), np.full((6, 6), 6)])
def test_too_many_tables_are_refused_at_once(counts: np.ndarray) -> None:
    with pytest.raises(TooManyTablesError):
        compute_unlikely_mass(counts)


def test_without_room_for_a_small_p_value_its_last_digits_are_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = table("9 1 1 / 1 9 1 / 1 1 9")
    exact, known = compute_unlikely_mass(counts)
    assert known
    build = table_network.build_paths

    def too_large(network: Network, lines: list[Line], half: list[int], limit: float) -> Paths:
        if limit == -np.inf:
            raise TooManyTablesError
        return build(network, lines, half, limit)

    monkeypatch.setattr(table_network, "build_paths", too_large)
    p_value, known = compute_unlikely_mass(counts)
    assert not known
    assert p_value == pytest.approx(exact, abs=1e-13)
    assert compute_fisher(counts).warnings == ("the p-value is known to 1e-13 only",)
