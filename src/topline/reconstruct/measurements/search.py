"""A search for measured numbers that give all statements on them, by simulated annealing.

Each step changes one number of a patient, or lets two patients exchange numbers; every rule holds
at every step. What makes the whole closer to print is kept, what makes it worse with a probability
that falls to none. What print leaves open stays usual, because steps are weighed by how usual the
numbers are, too (Metropolis). Steps are counted, not timed, so that a seed gives the same numbers
on every machine.
"""

from dataclasses import dataclass
from math import exp
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from topline.reconstruct.conditions import Column, condition_of, holds
from topline.reconstruct.measurements.aims import ValueAim, ValueReading, aims_of
from topline.reconstruct.measurements.measure import Measure
from topline.reconstruct.measurements.panel import Panel
from topline.reconstruct.measurements.specification import Measurement
from topline.reconstruct.strata import Strata

Floats = NDArray[np.float64]

_HOT, _COLD = 0.3, 0.001
_EXCHANGES = 0.2
"""Share of moves in which two patients exchange numbers."""
_STEPWISE = 0.2
"""Share of the other moves that change a number by a few steps."""
_FEW = 5
_WIDTHS = (1.0, 0.3, 0.1, 0.02)
"""Of the other moves, in spreads."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured numbers of all patients, and how they stand to print."""

    columns: dict[str, Floats]
    """By name; NaN in whom it was not measured."""
    readings: tuple[ValueReading, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    numbers: Floats
    cost: float


def find_measured(strata: Strata, columns: dict[str, Column], seed: int) -> Measured:
    """Search for the numbers of every measurement that `published.yaml` tells of.

    Parameters
    ----------
    strata, columns
        Patients with the attributes that are theirs for good.
    seed
        Of the search.

    Raises
    ------
    DataError
        No numbers keep the rules of a measurement.
    """
    found: dict[str, Floats] = {}
    readings: list[ValueReading] = []
    for name, spec in strata.published.measurements.items():
        each = find_numbers(name, spec, strata, columns, seed)
        found |= each.columns
        readings += each.readings
    return Measured(found, tuple(readings))


def find_numbers(
    name: str, spec: Measurement, strata: Strata, columns: dict[str, Column], seed: int
) -> Measured:
    """Search for the numbers of one measurement."""
    known = np.ones(strata.size, dtype=np.bool_)
    if spec.known is not None:
        known = holds(condition_of(spec.known), columns, strata.size)
    who = np.flatnonzero(known)
    panel = Panel(name, spec, columns, who)
    measure = Measure(panel, gather_aims(spec, strata), strata, columns)
    best: _Found | None = None
    for chain in range(spec.chains):
        draw = np.random.default_rng([seed, crc32(name.encode()), chain])
        found = _Search(panel, measure, draw).run(spec.steps)
        if best is None or found.cost < best.cost:
            best = found
        if best.cost == 0:
            break
    numbers = best.numbers if best is not None else np.empty((0, 0))
    filled: dict[str, Floats] = {}
    for place, column in enumerate(spec.columns):
        filled[column] = np.full(strata.size, np.nan)
        filled[column][who] = numbers[:, place]
    values = measure.values(numbers).tolist()
    readings = [ValueReading(aim, value) for aim, value in zip(measure.aims, values, strict=True)]
    return Measured(filled, tuple(readings))


def gather_aims(spec: Measurement, strata: Strata) -> tuple[ValueAim, ...]:
    """List what statements on a measurement say, figure by figure."""
    items = {item.name: item for item in strata.book.items}
    return tuple(
        aim for statement in spec.statements for aim in aims_of(statement, items[statement.claim])
    )


class _Search:
    def __init__(self, panel: Panel, measure: Measure, draw: np.random.Generator) -> None:
        self.panel, self.measure, self.draw = panel, measure, draw
        self.size, self.count = len(panel.who), len(panel.usual)

    def run(self, steps: int) -> _Found:
        """Go from a random beginning to the end, and return the best numbers on the way."""
        self.numbers = self.panel.draw(self.draw)
        self.costs = [
            self.measure.cost(place, self.numbers) for place in range(len(self.measure.aims))
        ]
        best = _Found(self.numbers.copy(), sum(self.costs))
        heat, cooling = _HOT, (_COLD / _HOT) ** (1 / steps)
        for _ in range(steps if self.size else 0):
            if best.cost == 0:
                break
            heat *= cooling
            if self._step(heat) and sum(self.costs) < best.cost - 1e-12:
                best = _Found(self.numbers.copy(), sum(self.costs))
        return best

    def _step(self, heat: float) -> bool:
        """Try one move; say whether it was taken."""
        i, column = int(self.draw.integers(self.size)), int(self.draw.integers(self.count))
        if self.size > 1 and self.draw.random() < _EXCHANGES:
            j = (i + int(self.draw.integers(1, self.size))) % self.size
            whole = self.draw.random() < 0.5
            chosen = range(self.count) if whole else (column,)
            return self._exchange(i, j, list(chosen), heat)
        return self._change(i, column, heat)

    def _change(self, i: int, column: int, heat: float) -> bool:
        usual, row = self.panel.usual[column], self.numbers[i].tolist()
        if self.draw.random() < _STEPWISE:
            steps = usual.steps(row[column]) + int(self.draw.integers(-_FEW, _FEW + 1))
        else:
            width = _WIDTHS[int(self.draw.integers(len(_WIDTHS)))]
            moved = usual.deviate(row[column]) + width * float(self.draw.standard_normal())
            steps = usual.steps_at(moved)
        if not usual.least <= steps <= usual.most or usual.number(steps) == row[column]:
            return False
        row[column] = usual.number(steps)
        return self._try({i: self.panel.completed(row[: self.count])}, [column], heat)

    def _exchange(self, i: int, j: int, columns: list[int], heat: float) -> bool:
        """Let two patients exchange numbers."""
        one, other = self.numbers[i].tolist(), self.numbers[j].tolist()
        for column in columns:
            one[column], other[column] = other[column], one[column]
        rows = {k: self.panel.completed(row[: self.count]) for k, row in ((i, one), (j, other))}
        return self._try(rows, columns, heat)

    def _try(self, rows: dict[int, list[float]], columns: list[int], heat: float) -> bool:
        """Set patients' numbers, if the rules and chance allow."""
        if not all(self.panel.keeps(i, row) for i, row in rows.items()):
            return False
        places = list(rows)
        before = self.numbers[places]
        usual = sum(
            self._usual(row) - self._usual(self.numbers[i].tolist()) for i, row in rows.items()
        )
        self.numbers[places] = list(rows.values())
        changed = {
            place for i in rows for column in columns for place in self.measure.touched[i][column]
        }
        costs = {place: self.measure.cost(place, self.numbers) for place in sorted(changed)}
        worse = sum(cost - self.costs[place] for place, cost in costs.items())
        gain = usual - worse / heat
        if gain < 0 and self.draw.random() >= exp(gain):
            self.numbers[places] = before
            return False
        for place, cost in costs.items():
            self.costs[place] = cost
        return True

    def _usual(self, row: list[float]) -> float:
        """Logarithm of how usual a patient's numbers are: normal deviates, all as correlated."""
        deviates = [usual.deviate(row[k]) for k, usual in enumerate(self.panel.usual)]
        near, total = self.panel.spec.near, sum(deviates)
        shared = near / (1 + (self.count - 1) * near) * total * total
        return -0.5 * (sum(each * each for each in deviates) - shared) / (1 - near)
