"""Parts of tables with fixed margins, built line by line; `table_network` says how and why."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.stats.tables.table_test import Counts, Floats

Exact = NDArray[np.longdouble]

BITS = 40  # of a sort key that hold a logarithm in units of 2^-30; the place of a state is above
MOST_STATES, MOST_PATHS, MOST_STEPS = 3_000_000, 4_000_000, 50_000_000

_SMALL = 3_000  # so many steps cost less than a look at which lead nowhere
_CHUNK = 1 << 16  # steps at a time


class TooManyTablesError(Exception):
    """Counting would take many seconds and gigabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The ways to fill one line, likeliest first."""

    used: Counts
    """Shape (ways, columns - 1)."""
    log_chance: Floats
    """Multinomial, with the shares of the column totals."""
    chance: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Parts of tables in the order of their states, within a state likeliest first."""

    state: Counts
    log_chance: Floats
    """Of a single table."""
    mass: Floats
    """Of all tables with this state and probability."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Ways for whole states: each is open to the first `count` paths from `first` on."""

    first: Counts
    count: Counts
    way: Counts
    state: Counts
    """Where the way leads to, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A line to be filled, and what comes after it."""

    line: Line
    ahead: Counts
    """Totals of the lines that remain to be filled."""
    best: float
    """Largest probability of these lines if each could take what it likes."""
    limit: float


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The margins, and how a state of the columns is written as one number."""

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


def build_paths(network: Network, lines: list[Line], half: list[int], limit: float) -> Paths:
    """Fill the lines of one half."""
    if math.prod(len(lines[i].chance) for i in half) <= _SMALL:
        return _all_paths(network, [lines[i] for i in half], int(network.totals[half].sum()))
    paths = Paths(np.zeros(1, np.int64), np.zeros(1), np.ones(1))
    ahead = set(range(len(lines)))
    for i in half:
        ahead.remove(i)
        best = sum(float(lines[other].log_chance[0]) for other in ahead)
        stage = Stage(lines[i], network.totals[sorted(ahead)], best, limit)
        paths = _walk(paths, lines[i], _steps(network, paths, stage))
    return paths


def _all_paths(network: Network, lines: list[Line], subjects: int) -> Paths:
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


def _steps(network: Network, paths: Paths, stage: Stage) -> Steps:
    """Decide for whole states which ways to fill the line are open, and to how many paths."""
    starts = np.flatnonzero(np.diff(paths.state, prepend=-1))
    likeliest = paths.log_chance[starts]
    ways = np.searchsorted(-stage.line.log_chance, likeliest + stage.best - stage.limit)
    if int(ways.sum()) > MOST_STEPS:
        raise TooManyTablesError
    bounds = np.full(network.states, np.nan)
    pieces: list[Steps] = []
    cuts = np.flatnonzero(np.diff(np.cumsum(ways) // _CHUNK)) + 1
    for nodes in np.split(np.arange(len(starts)), cuts):
        node, way = np.repeat(nodes, ways[nodes]), places(ways[nodes])
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
        pieces.append(Steps(first, count, way, state))
    state = np.concatenate([piece.state for piece in pieces])
    order = np.argsort(state)
    return Steps(
        np.concatenate([piece.first for piece in pieces])[order],
        np.concatenate([piece.count for piece in pieces])[order],
        np.concatenate([piece.way for piece in pieces])[order],
        state[order],
    )


def _arrivals(
    network: Network, state: Counts, stage: Stage, way: Counts
) -> tuple[Counts, NDArray[np.bool_]]:
    """Follow ways from states: where those that fit lead to, and which do fit."""
    used = network.used(state) + stage.line.used[way]
    done = int(network.columns.sum() - stage.ahead.sum())
    fits = (used <= network.columns[:-1]).all(axis=1)
    fits &= done - used.sum(axis=1) <= network.columns[-1]
    return network.state(used[fits]), fits


def _bounds(network: Network, state: Counts, ahead: Counts, known: Floats) -> Floats:
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


def _count_above(paths: Paths, starts: Counts, node: Counts, need: Floats) -> Counts:
    """Count the paths of a node that are likelier than needed."""
    if len(starts) == len(paths.state):
        return np.ones(len(node), np.int64)
    top = float(paths.log_chance.max(initial=0.0))
    sizes = np.diff(starts, append=len(paths.state))
    key = sort_keys(np.repeat(np.arange(len(starts)), sizes), top - paths.log_chance)
    return np.searchsorted(key, sort_keys(node, top - need), side="right") - starts[node]


def _walk(paths: Paths, line: Line, steps: Steps) -> Paths:
    """Take each step on each path that it is open to."""
    ends = np.cumsum(steps.count)
    if len(ends) and int(ends[-1]) > MOST_STEPS:
        raise TooManyTablesError
    pieces = [Paths(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))]
    last = np.flatnonzero(np.diff(steps.state, append=-1))
    begin = kept = 0
    for group in np.split(last, np.flatnonzero(np.diff(ends[last] // _CHUNK)) + 1):
        end = int(group[-1]) + 1 if len(group) else 0
        count, way = steps.count[begin:end], steps.way[begin:end]
        at = np.repeat(np.arange(end - begin), count)
        path, way = places(count) + steps.first[begin:end][at], way[at]
        log_chance = paths.log_chance[path] + line.log_chance[way]
        mass = paths.mass[path] * line.chance[way]
        pieces.append(_merged(steps.state[begin:end][at], log_chance, mass))
        begin, kept = end, kept + len(pieces[-1].state)
        if kept > MOST_PATHS:
            raise TooManyTablesError
    return Paths(
        np.concatenate([piece.state for piece in pieces]),
        np.concatenate([piece.log_chance for piece in pieces]),
        np.concatenate([piece.mass for piece in pieces]),
    )


def _merged(state: Counts, log_chance: Floats, mass: Floats) -> Paths:
    """Make one of the paths with equal state and probability; states come in order."""
    rank = np.cumsum(np.diff(state, prepend=state[:1]) != 0)
    key = sort_keys(rank, log_chance.max(initial=-math.inf) - log_chance)
    order = np.argsort(key)
    kept = np.flatnonzero(np.diff(key[order], prepend=-2) > 1)
    first = order[kept]
    return Paths(state[first], log_chance[first], np.add.reduceat(mass[order], kept))


def sort_keys(rank: Counts, depth: Floats) -> Counts:
    """Make numbers that sort by rank and then by depth."""
    units = np.minimum(np.maximum(depth * 2.0**30, -1), 2.0**BITS - 1)
    return (rank << BITS) + units.astype(np.int64)


def places(counts: Counts) -> Counts:
    """Count from 0 within each group, given the sizes of the groups."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
