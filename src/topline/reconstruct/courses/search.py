"""A search for dates that give all statements on times at once, by simulated annealing.

Each step moves one date of one patient, or lets two patients of one group exchange their dates or
some attributes; all orders of dates hold at every step. What makes the whole closer to print is
kept, what makes it worse with a probability that falls to none [1]_. Steps are counted, not timed,
so that a seed gives the same dates on every machine.

References
----------
.. [1] Kirkpatrick S, Gelatt CD, Vecchi MP (1983). Optimization by simulated annealing. Science
   220(4598): 671-680.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import exp
from multiprocessing import get_context
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from topline.reconstruct.attributes.solve import Attributes
from topline.reconstruct.conditions import Column
from topline.reconstruct.courses.aims import Aim
from topline.reconstruct.courses.dates import COUNT, Bounds, Rules, settle, span
from topline.reconstruct.courses.direction import turn_groups
from topline.reconstruct.courses.exchange import (
    Exchange,
    exchanged,
    find_exchanges,
    used_attributes,
)
from topline.reconstruct.courses.measure import Measure, State
from topline.reconstruct.strata import Strata

_HOT, _COLD = 1.0, 0.01
_DATES, _SWAPS = 0.7, 0.1
"""Shares of moves of a date and of exchanges of dates; the rest exchange attributes."""
_NEAR = 0.5
"""Share of moves of a date that stay near it."""
_STEPS_WORTH_A_PROCESS = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Dates and attributes at the end of a search."""

    state: State
    values: NDArray[np.float64]
    """Of each aim."""
    cost: float


def find_courses(strata: Strata, attributes: Attributes, aims: tuple[Aim, ...], seed: int) -> Found:
    """Search for dates, and for who has which attributes, that give all aims.

    Parameters
    ----------
    strata, attributes
        Patients with the attributes that are theirs so far.
    aims
        Numbers that statements should give.
    seed
        Of the search.
    """
    spec = strata.published.courses.search
    chain = partial(_chain, strata, attributes, aims, seed)
    workers = min(spec.chains, cpu_count() or 1)
    if workers == 1 or spec.steps < _STEPS_WORTH_A_PROCESS:
        found = [chain(number) for number in range(spec.chains)]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            found = list(pool.map(chain, range(spec.chains)))
    best = min(found, key=lambda each: each.cost)
    measure, draw = Measure(strata, aims), np.random.default_rng([seed, spec.chains])
    exchanges = find_exchanges(strata, attributes, used_attributes(strata))
    state = turn_groups(best.state, measure, Rules(strata.published), exchanges, draw)
    return Found(state, measure.values(state), best.cost)


def _chain(
    strata: Strata, attributes: Attributes, aims: tuple[Aim, ...], seed: int, number: int
) -> Found:
    """Search from one of the beginnings."""
    exchanges = find_exchanges(strata, attributes, used_attributes(strata))
    search = _Search(
        strata,
        Rules(strata.published),
        Measure(strata, aims),
        exchanges,
        np.random.default_rng([seed, number]),
    )
    return search.run(dict(attributes.columns), strata.published.courses.search.steps)


class _Search:
    def __init__(
        self,
        strata: Strata,
        rules: Rules,
        measure: Measure,
        exchanges: tuple[Exchange, ...],
        draw: np.random.Generator,
    ) -> None:
        self.size, self.rules, self.measure, self.draw = strata.size, rules, measure, draw
        self.exchanges = exchanges
        self.groups = strata.groups
        self.costs = np.zeros(len(measure.aims))

    def run(self, columns: dict[str, Column], steps: int) -> Found:
        """Go from a random beginning to the end, and return the best state on the way."""
        self._begin(columns)
        best, best_cost = self._copy(), float(self.costs.sum())
        cooling = (_COLD / _HOT) ** (1 / max(1, steps))
        heat = _HOT
        for _ in range(steps):
            if best_cost == 0:
                break
            heat *= cooling
            if not self._step(heat):
                continue
            cost = float(self.costs.sum())
            if cost < best_cost - 1e-12:
                best, best_cost = self._copy(), cost
        return Found(best, self.measure.values(best), best_cost)

    def _begin(self, columns: dict[str, Column]) -> None:
        patterns = list(self.rules.patterns(columns, range(self.size)))
        self.bounds: list[Bounds] = [bounds for _, bounds in patterns]
        present = np.array([present for present, _ in patterns], dtype=np.bool_)
        days = np.zeros((self.size, COUNT), dtype=np.int64)
        for i, bounds in enumerate(self.bounds):
            drawn = [0] * COUNT
            for place in range(1, COUNT):
                low, high = span(bounds, place)
                drawn[place] = int(self.draw.integers(low, high + 1))
            days[i] = settle(drawn, bounds, first=1)
        self.state = State(days, present, columns)
        for times in self.measure.endpoints:
            for place, cost in self.measure.costs(times, self.state):
                self.costs[place] = cost

    def _copy(self) -> State:
        return State(self.state.days.copy(), self.state.present.copy(), dict(self.state.columns))

    def _step(self, heat: float) -> bool:
        """Try one move; say whether it was taken."""
        kind = self.draw.random()
        if kind < _DATES or self.size < 2:
            return self._move_date(heat)
        i, j = (int(each) for each in self.draw.choice(self.size, 2, replace=False))
        if kind < _DATES + _SWAPS or not self.exchanges:
            return self.groups[i] == self.groups[j] and self._exchange_dates(i, j, heat)
        exchange = self.exchanges[int(self.draw.integers(len(self.exchanges)))]
        return self._exchange(exchange, i, j, heat)

    def _move_date(self, heat: float) -> bool:
        i = int(self.draw.integers(self.size))
        places = [k for k in range(1, COUNT) if self.state.present[i, k]]
        place = places[int(self.draw.integers(len(places)))]
        bounds = self.bounds[i]
        low, high = span(bounds, place)
        old = self.state.days[i].copy()
        if self.draw.random() < _NEAR:
            width = max(2.0, (high - low) * min(1.0, heat))
            day = round(float(self.draw.normal(int(old[place]), width)))
        else:
            day = int(self.draw.integers(low, high + 1))
        moved = old.tolist()
        moved[place] = min(max(day, low), high)
        self.state.days[i] = settle(moved, bounds, first=place)
        changed = {int(k) for k in np.flatnonzero(self.state.days[i] != old)}
        if not changed:
            return False
        if self._accept(changed, heat):
            return True
        self.state.days[i] = old
        return False

    def _exchange_dates(self, i: int, j: int, heat: float) -> bool:
        """Let two patients exchange their dates, as far as their orders allow."""
        old = self.state.days[[i, j]].copy()
        self.state.days[i] = settle(old[1].tolist(), self.bounds[i], first=6)
        self.state.days[j] = settle(old[0].tolist(), self.bounds[j], first=6)
        if self._accept(set(range(COUNT)), heat):
            return True
        self.state.days[[i, j]] = old
        return False

    def _exchange(self, exchange: Exchange, i: int, j: int, heat: float) -> bool:
        columns = self.state.columns
        if all(columns[name][i] == columns[name][j] for name in exchange.names):
            return False
        if not exchange.allowed(columns, i, j):
            return False
        before, bounds = self._copy(), (self.bounds[i], self.bounds[j])
        changed = exchanged(columns, exchange.names, i, j)
        days, present = self.state.days, self.state.present
        for k, (has, own) in zip((i, j), self.rules.patterns(changed, (i, j)), strict=True):
            self.bounds[k] = own
            present[k] = has
            days[k] = settle(days[k].tolist(), own, first=6)
        self.state = State(days, present, changed)
        if self._accept(set(range(COUNT)), heat):
            return True
        self.state = before
        self.bounds[i], self.bounds[j] = bounds
        return False

    def _accept(self, changed: set[int], heat: float) -> bool:
        costs = self.costs.copy()
        for times in self.measure.endpoints:
            if times.aims and times.places & changed:
                for place, cost in self.measure.costs(times, self.state):
                    costs[place] = cost
        worse = float(costs.sum() - self.costs.sum())
        if worse > 0 and self.draw.random() >= exp(-worse / heat):
            return False
        self.costs = costs
        return True
