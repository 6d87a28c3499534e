r"""How likely the tables are that are no more likely than the one observed, by counting them all.

Given its margins a table $x$ of $r \times c$ has probability $\prod r_i! \prod c_j! / (n! \prod
x_{ij}!)$. Tables are built up line by line; the state of a part is what its lines have used of
the column totals, and parts of equal state and probability are one path with their common mass,
as in the network of Mehta and Patel [1]_. Three things keep the paths few:

- The lines are dealt into two halves that are built up apart. A path of one half meets all paths of
  the other that use the rest of the column totals, sorted by probability, in one search.
- A path that cannot be completed to a table likelier than the observed one is dropped at once; the
  test is 1 less the mass of the likelier tables. A product of Poisson modes bounds the completions:
  with $\lambda_{ij} = r_i c_j / n$ every table has $\prod \lambda_{ij}^{x_{ij}} / x_{ij}! \le \prod
  \max_m \lambda_{ij}^m / m!$, and the powers of $\lambda$ depend on the margins alone.
- Columns of equal totals are alike: states that differ in their order only are one.

Only where little is left of 1 (less than 1e-5) all paths are built and the unlikely tables added
up, so that small p-values keep their digits.

References
----------
.. [1] Mehta CR, Patel NR (1983). A network algorithm for performing Fisher's exact test in r x c
   contingency tables. Journal of the American Statistical Association 78(382): 427-434.
"""

import math
from itertools import pairwise
from typing import Literal

import numpy as np

from topline.stats.tables.table_paths import (
    BITS,
    MOST_PATHS,
    MOST_STATES,
    Line,
    Network,
    Paths,
    TooManyTablesError,
    build_paths,
    places,
    sort_keys,
)
from topline.stats.tables.table_test import Counts, Floats

_TIE = 1e-7  # logarithms this close are of equal probabilities
_SUBTRACTED = 1e-5  # a larger p-value is 1 less the rest


def compute_unlikely_mass(table: Counts, *, ties: float = 1.0) -> tuple[float, bool]:
    """Add up the probabilities of the tables no likelier than the one given.

    Parameters
    ----------
    table
        Shape (rows, columns), both at least 2, no row or column without a subject.
    ties
        Share of the tables as likely as the one given that counts: 1, or 1/2 for a mid-p-value.

    Returns
    -------
    tuple
        The sum, and whether all its digits are known; otherwise it is known to 1e-13.

    Raises
    ------
    TooManyTablesError
        The table is too large.
    """
    if len(table) < len(table.T):
        table = table.T
    table = table[:, np.argsort(table.sum(axis=0), kind="stable")]
    network = _network(table)
    observed = float(network.log_chance(table).sum())
    cuts = ((observed + _TIE, ties), (observed - _TIE, 1 - ties))[: 1 if ties == 1 else 2]
    total = float(np.exp(network.log_chance(network.columns[None])[0]))

    lines = _lines(network)
    halves = _halves(network, lines, cuts[-1][0])
    likelier = sum(share * _mass_of_pairs(network, halves, cut, "above") for cut, share in cuts)
    p_value = 1 - likelier / total
    if p_value > _SUBTRACTED:
        return p_value, True
    try:
        halves = _halves(network, lines, -math.inf)
    except TooManyTablesError:
        return max(p_value, 0.0), False
    unlikely = sum(share * _mass_of_pairs(network, halves, cut, "below") for cut, share in cuts)
    return unlikely / total, True


def _network(table: Counts) -> Network:
    columns = table.sum(axis=0)
    n, free = int(columns.sum()), columns[:-1]
    states = math.prod(int(column) + 1 for column in free)
    if states > MOST_STATES:
        raise TooManyTablesError
    log_factorial = np.zeros(n + 1, np.longdouble)
    np.cumsum(np.log(np.arange(1, n + 1, dtype=np.longdouble)), out=log_factorial[1:])
    equal = [np.flatnonzero(free == column) for column in sorted(set(free.tolist()))]
    return Network(
        table.sum(axis=1),
        columns,
        log_factorial,
        np.log(columns.astype(np.longdouble) / n),
        np.cumprod(np.concatenate([[1], free[:-1] + 1])),
        states,
        tuple(group for group in equal if len(group) > 1),
    )


def _lines(network: Network) -> list[Line]:
    """Deal the lines' totals to the columns in every way."""
    totals = sorted(set(network.totals.tolist()))
    ways, left, line = (
        np.zeros((len(totals), 0), np.int64),
        np.array(totals),
        np.arange(len(totals)),
    )
    beyond = int(network.columns.sum())
    for column in network.columns[:-1].tolist():
        beyond -= column
        lowest = np.maximum(left - beyond, 0)
        count = np.minimum(left, column) - lowest + 1
        if int(count.sum()) > MOST_PATHS:
            raise TooManyTablesError
        at = np.repeat(np.arange(len(left)), count)
        value = places(count) + lowest[at]
        ways, left, line = np.column_stack([ways[at], value]), left[at] - value, line[at]
    exact = network.log_chance(np.column_stack([ways, left]))
    log_chance = exact.astype(np.float64)
    order = np.argsort(sort_keys(line, -log_chance))
    ways, log_chance = ways[order], log_chance[order]
    chance = np.exp(exact[order]).astype(np.float64)
    ends = np.cumsum(np.bincount(line))
    parts = [slice(int(a), int(b)) for a, b in pairwise([0, *ends])]
    known = {
        total: Line(ways[part], log_chance[part], chance[part])
        for total, part in zip(totals, parts, strict=True)
    }
    return [known[total] for total in network.totals.tolist()]


def _halves(network: Network, lines: list[Line], limit: float) -> tuple[Paths, Paths]:
    """Build both halves; only paths that can lead to a table likelier than the limit."""
    halves: tuple[list[int], list[int]] = ([], [])
    cost = [0.0, 0.0]
    ways = [len(line.chance) for line in lines]
    for line in sorted(range(len(ways)), key=lambda i: (-ways[i], int(network.totals[i]))):
        smaller = int(cost[1] < cost[0])
        halves[smaller].append(line)
        cost[smaller] += math.log(ways[line])
    one, other = halves
    return build_paths(network, lines, one, limit), build_paths(network, lines, other, limit)


def _mass_of_pairs(
    network: Network, halves: tuple[Paths, Paths], cut: float, side: Literal["above", "below"]
) -> float:
    """Add up the pairs of paths that make a whole table above or below the cut."""
    one, other = halves
    mark = np.zeros(network.states, np.bool_)
    mark[one.state] = True
    meets = network.state(network.columns[:-1] - network.used(other.state))
    met = mark[meets]
    if not met.any():
        return 0.0
    rank = np.cumsum(mark) - 1
    sign = 1 if side == "below" else -1
    depth = sign * other.log_chance[met]
    lowest = float(depth.min())
    key = sort_keys(rank[meets[met]], depth - lowest)
    order = np.argsort(key)
    key, mass = key[order], other.mass[met][order]
    starts = np.flatnonzero(np.diff(key >> BITS, prepend=-1))
    sums = np.zeros(len(key) + 1)  # each state by itself, the smallest first: no digits are lost
    for begin, stop in pairwise([*starts.tolist(), len(key)]):
        np.cumsum(mass[begin:stop], out=sums[begin + 1 : stop + 1])
    place = rank[one.state]
    first = np.searchsorted(key, place << BITS)
    end = np.searchsorted(
        key, sort_keys(place, sign * (cut - one.log_chance) - lowest), side="right"
    )
    partners = np.where(end > first, sums[end], 0.0)
    return float((one.mass * partners / _orders(network, one.state)).sum())


def _orders(network: Network, state: Counts) -> Floats:
    """Count the orders of columns that are alike, of which a state stands for all."""
    orders = np.ones(len(state))
    if not network.alike:
        return orders
    used = network.used(state)
    for group in network.alike:
        run = np.ones(len(state))
        for size, (before, column) in enumerate(pairwise(group.tolist()), start=2):
            run = np.where(used[:, before] == used[:, column], run + 1, 1)
            orders *= size / run
    return orders
