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
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topline.stats.table_test import Counts, Floats

Exact = NDArray[np.longdouble]

_TIE = 1e-7  # logarithms this close are of equal probabilities
_SUBTRACTED = 1e-5  # a larger p-value is 1 less the rest
_SMALL = 3_000  # so many steps cost less than a look at which lead nowhere
_CHUNK = 1 << 16  # steps at a time
_MOST_STATES, _MOST_PATHS, _MOST_STEPS = 3_000_000, 4_000_000, 50_000_000
_BITS, _UNIT = 40, 2.0**30  # a sort key: the place of a state, then a logarithm in units of 2^-30


class TooManyTablesError(Exception):
    """Counting would take many seconds and gigabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The ways to fill one line, likeliest first."""

    used: Counts
    """Shape (ways, columns - 1)."""
    log_chance: Floats
    """Multinomial, with the shares of the column totals."""
    chance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Paths:
    """Parts of tables in the order of their states, within a state likeliest first."""

    state: Counts
    log_chance: Floats
    """Of a single table."""
    mass: Floats
    """Of all tables with this state and probability."""


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Ways for whole states: each is open to the first `count` paths from `first` on."""

    first: Counts
    count: Counts
    way: Counts
    state: Counts
    """Where the way leads to, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """A line to be filled, and what comes after it."""

    line: _Line
    ahead: Counts
    """Totals of the lines that remain to be filled."""
    best: float
    """Largest probability of these lines if each could take what it likes."""
    limit: float


@dataclass(frozen=True, slots=True, eq=False)
class _Network:
    totals: Counts
    """Of the lines."""
    columns: Counts
    """Totals; the largest is last and what it has used follows from the others."""
    log_factorial: Exact
    log_share: Exact
    """Of the columns in all subjects."""
    radix: Counts
    states: int
    alike: tuple[Counts, ...]
    """Columns but the last with equal totals."""

    def used(self, state: Counts) -> Counts:
        """Read from a state what each column but the last has used."""
        return state[:, None] // self.radix % (self.columns[:-1] + 1)

    def state(self, used: Counts) -> Counts:
        """Name the states, one for all orders of columns that are alike."""
        for group in self.alike:
            used[:, group] = np.sort(used[:, group], axis=1)
        return used @ self.radix

    def log_chance(self, lines: Counts) -> Exact:
        """Multinomial probability of each line."""
        ways = self.log_factorial[lines.sum(axis=1)] - self.log_factorial[lines].sum(axis=1)
        return ways + (lines * self.log_share).sum(axis=1)


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


def _network(table: Counts) -> _Network:
    columns = table.sum(axis=0)
    n, free = int(columns.sum()), columns[:-1]
    states = math.prod(int(column) + 1 for column in free)
    if states > _MOST_STATES:
        raise TooManyTablesError
    log_factorial = np.zeros(n + 1, np.longdouble)
    np.cumsum(np.log(np.arange(1, n + 1, dtype=np.longdouble)), out=log_factorial[1:])
    equal = [np.flatnonzero(free == column) for column in sorted(set(free.tolist()))]
    return _Network(
        table.sum(axis=1),
        columns,
        log_factorial,
        np.log(columns.astype(np.longdouble) / n),
        np.cumprod(np.concatenate([[1], free[:-1] + 1])),
        states,
        tuple(group for group in equal if len(group) > 1),
    )


def _lines(network: _Network) -> list[_Line]:
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
        if int(count.sum()) > _MOST_PATHS:
            raise TooManyTablesError
        at = np.repeat(np.arange(len(left)), count)
        value = _places(count) + lowest[at]
        ways, left, line = np.column_stack([ways[at], value]), left[at] - value, line[at]
    exact = network.log_chance(np.column_stack([ways, left]))
    log_chance = exact.astype(np.float64)
    order = np.argsort(_keys(line, -log_chance))
    ways, log_chance = ways[order], log_chance[order]
    chance = np.exp(exact[order]).astype(np.float64)
    ends = np.cumsum(np.bincount(line))
    parts = [slice(int(a), int(b)) for a, b in pairwise([0, *ends])]
    known = {
        total: _Line(ways[part], log_chance[part], chance[part])
        for total, part in zip(totals, parts, strict=True)
    }
    return [known[total] for total in network.totals.tolist()]


def _halves(network: _Network, lines: list[_Line], limit: float) -> tuple[_Paths, _Paths]:
    """Build both halves; only paths that can lead to a table likelier than the limit."""
    halves: tuple[list[int], list[int]] = ([], [])
    cost = [0.0, 0.0]
    ways = [len(line.chance) for line in lines]
    for line in sorted(range(len(ways)), key=lambda i: (-ways[i], int(network.totals[i]))):
        smaller = int(cost[1] < cost[0])
        halves[smaller].append(line)
        cost[smaller] += math.log(ways[line])
    one, other = halves
    return _build(network, lines, one, limit), _build(network, lines, other, limit)


def _build(network: _Network, lines: list[_Line], half: list[int], limit: float) -> _Paths:
    """Fill the lines of one half."""
    if math.prod(len(lines[i].chance) for i in half) <= _SMALL:
        return _all_paths(network, [lines[i] for i in half], int(network.totals[half].sum()))
    paths = _Paths(np.zeros(1, np.int64), np.zeros(1), np.ones(1))
    ahead = set(range(len(lines)))
    for i in half:
        ahead.remove(i)
        best = sum(float(lines[other].log_chance[0]) for other in ahead)
        stage = _Stage(lines[i], network.totals[sorted(ahead)], best, limit)
        paths = _walk(paths, lines[i], _steps(network, paths, stage))
    return paths


def _all_paths(network: _Network, lines: list[_Line], subjects: int) -> _Paths:
    """Fill few lines in every way."""
    free = network.columns[:-1]
    used, log_chance, mass = np.zeros((1, len(free)), np.int64), np.zeros(1), np.ones(1)
    for line in lines:
        used = (used[:, None] + line.used).reshape(-1, len(free))
        log_chance = np.add.outer(log_chance, line.log_chance).ravel()
        mass = np.multiply.outer(mass, line.chance).ravel()
    fits = (used <= free).all(axis=1) & (subjects - used.sum(axis=1) <= network.columns[-1])
    state = network.state(used[fits])
    order = np.argsort(state)
    return _merged(state[order], log_chance[fits][order], mass[fits][order])


def _steps(network: _Network, paths: _Paths, stage: _Stage) -> _Steps:
    """Decide for whole states which ways to fill the line are open, and to how many paths."""
    starts = np.flatnonzero(np.diff(paths.state, prepend=-1))
    likeliest = paths.log_chance[starts]
    ways = np.searchsorted(-stage.line.log_chance, likeliest + stage.best - stage.limit)
    if int(ways.sum()) > _MOST_STEPS:
        raise TooManyTablesError
    bounds = np.full(network.states, np.nan)
    pieces: list[_Steps] = []
    cuts = np.flatnonzero(np.diff(np.cumsum(ways) // _CHUNK)) + 1
    for nodes in np.split(np.arange(len(starts)), cuts):
        node, way = np.repeat(nodes, ways[nodes]), _places(ways[nodes])
        first = starts[node]
        state, fits = _arrivals(network, paths.state[first], stage, way)
        node, first, way = node[fits], first[fits], way[fits]
        if stage.limit == -math.inf:
            count = np.diff(starts, append=len(paths.state))[node]
        else:
            bound = _bounds(network, state, stage.ahead, bounds)
            need = stage.limit - bound - stage.line.log_chance[way]
            hopeful = likeliest[node] > need
            first, way, state = first[hopeful], way[hopeful], state[hopeful]
            count = _count_above(paths, starts, node[hopeful], need[hopeful])
        pieces.append(_Steps(first, count, way, state))
    state = np.concatenate([piece.state for piece in pieces])
    order = np.argsort(state)
    return _Steps(
        np.concatenate([piece.first for piece in pieces])[order],
        np.concatenate([piece.count for piece in pieces])[order],
        np.concatenate([piece.way for piece in pieces])[order],
        state[order],
    )


def _arrivals(
    network: _Network, state: Counts, stage: _Stage, way: Counts
) -> tuple[Counts, NDArray[np.bool_]]:
    """Follow ways from states: where those that fit lead to, and which do fit."""
    used = network.used(state) + stage.line.used[way]
    done = int(network.columns.sum() - stage.ahead.sum())
    fits = (used <= network.columns[:-1]).all(axis=1)
    fits &= done - used.sum(axis=1) <= network.columns[-1]
    return network.state(used[fits]), fits


def _bounds(network: _Network, state: Counts, ahead: Counts, known: Floats) -> Floats:
    """Probability that the lines ahead, given by their totals, cannot exceed in each state."""
    mark = np.zeros(network.states, np.bool_)
    mark[state] = True
    there = np.flatnonzero(mark & np.isnan(known))
    n = int(ahead.sum())
    free = network.columns[:-1] - network.used(there)
    left = np.column_stack([free, n - free.sum(axis=1)])
    log_left = np.log(np.maximum(left, 1))
    log_factorial = network.log_factorial.astype(np.float64)
    bound = (left * (network.log_share.astype(np.float64) - log_left)).sum(axis=1)
    for total, times in zip(*np.unique(ahead, return_counts=True), strict=True):
        mode, log_rate = total * left // n, math.log(total / n)
        modes = mode * (log_left + log_rate) - log_factorial[mode]
        bound += times * (modes.sum(axis=1) + log_factorial[total] - total * log_rate)
    known[there] = bound
    return known[state]


def _count_above(paths: _Paths, starts: Counts, node: Counts, need: Floats) -> Counts:
    """Count the paths of a node that are likelier than needed."""
    if len(starts) == len(paths.state):
        return np.ones(len(node), np.int64)
    top = float(paths.log_chance.max(initial=0.0))
    sizes = np.diff(starts, append=len(paths.state))
    key = _keys(np.repeat(np.arange(len(starts)), sizes), top - paths.log_chance)
    return np.searchsorted(key, _keys(node, top - need), side="right") - starts[node]


def _walk(paths: _Paths, line: _Line, steps: _Steps) -> _Paths:
    """Take each step on each path that it is open to."""
    ends = np.cumsum(steps.count)
    if len(ends) and int(ends[-1]) > _MOST_STEPS:
        raise TooManyTablesError
    pieces = [_Paths(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))]
    last = np.flatnonzero(np.diff(steps.state, append=-1))
    begin = kept = 0
    for group in np.split(last, np.flatnonzero(np.diff(ends[last] // _CHUNK)) + 1):
        end = int(group[-1]) + 1 if len(group) else 0
        count, way = steps.count[begin:end], steps.way[begin:end]
        at = np.repeat(np.arange(end - begin), count)
        path, way = _places(count) + steps.first[begin:end][at], way[at]
        log_chance = paths.log_chance[path] + line.log_chance[way]
        mass = paths.mass[path] * line.chance[way]
        pieces.append(_merged(steps.state[begin:end][at], log_chance, mass))
        begin, kept = end, kept + len(pieces[-1].state)
        if kept > _MOST_PATHS:
            raise TooManyTablesError
    return _Paths(
        np.concatenate([piece.state for piece in pieces]),
        np.concatenate([piece.log_chance for piece in pieces]),
        np.concatenate([piece.mass for piece in pieces]),
    )


def _merged(state: Counts, log_chance: Floats, mass: Floats) -> _Paths:
    """Make one of the paths with equal state and probability; states come in order."""
    rank = np.cumsum(np.diff(state, prepend=state[:1]) != 0)
    key = _keys(rank, log_chance.max(initial=-math.inf) - log_chance)
    order = np.argsort(key)
    kept = np.flatnonzero(np.diff(key[order], prepend=-2) > 1)
    first = order[kept]
    return _Paths(state[first], log_chance[first], np.add.reduceat(mass[order], kept))


def _mass_of_pairs(
    network: _Network, halves: tuple[_Paths, _Paths], cut: float, side: Literal["above", "below"]
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
    key = _keys(rank[meets[met]], depth - lowest)
    order = np.argsort(key)
    key, mass = key[order], other.mass[met][order]
    starts = np.flatnonzero(np.diff(key >> _BITS, prepend=-1))
    sums = np.zeros(len(key) + 1)  # each state by itself, the smallest first: no digits are lost
    for begin, stop in pairwise([*starts.tolist(), len(key)]):
        np.cumsum(mass[begin:stop], out=sums[begin + 1 : stop + 1])
    place = rank[one.state]
    first = np.searchsorted(key, place << _BITS)
    end = np.searchsorted(key, _keys(place, sign * (cut - one.log_chance) - lowest), side="right")
    partners = np.where(end > first, sums[end], 0.0)
    return float((one.mass * partners / _orders(network, one.state)).sum())


def _orders(network: _Network, state: Counts) -> Floats:
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


def _keys(rank: Counts, depth: Floats) -> Counts:
    """Make numbers that sort by rank and then by depth."""
    units = np.minimum(np.maximum(depth * _UNIT, -1), 2.0**_BITS - 1)
    return (rank << _BITS) + units.astype(np.int64)


def _places(counts: Counts) -> Counts:
    """Count from 0 within each group, given the sizes of the groups."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
