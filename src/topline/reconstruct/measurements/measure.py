"""How far measured numbers are from what is printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.reconstruct.conditions import Column
from topline.reconstruct.measurements.aims import ValueAim, What, distance
from topline.reconstruct.measurements.panel import Panel
from topline.reconstruct.measurements.statistics import (
    compute_kruskal_wallis_p,
    compute_mann_whitney_p,
    compute_middle,
    compute_repeated_f,
    compute_signed_rank_p,
)
from topline.reconstruct.strata import Strata
from topline.stats.estimates.means import compute_mean
from topline.stats.estimates.median import compute_median
from topline.stats.ranks.kruskal_wallis import compute_kruskal_wallis

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Samples = list[Floats]
_UNIT = 0.25
"""Spreads of a number that count as half of a location lost."""


@dataclass(frozen=True, slots=True)
class _Sought:
    """An aim with where its samples stand among the numbers."""

    aim: ValueAim
    samples: tuple[tuple[Places, int], ...]
    """Patients and column of each."""
    scale: float

    def value(self, numbers: Floats, figures: "_Figures") -> float:
        samples = [numbers[rows, column] for rows, column in self.samples]
        if not all(sample.size for sample in samples):
            return np.nan
        return figures[self.aim.what](samples, self.aim.level)


class Measure:
    """The distance of numbers from all aims of a measurement.

    Parameters
    ----------
    panel
        Patients and names of their numbers.
    aims
        Figures that statements should give.
    strata, columns
        All patients with their attributes.
    """

    def __init__(
        self, panel: Panel, aims: Sequence[ValueAim], strata: Strata, columns: dict[str, Column]
    ) -> None:
        self.aims = tuple(aims)
        self._sought = [_sought(panel, aim, strata, columns) for aim in aims]
        count = len(panel.usual)
        rests = [
            {place for _, place in each.terms} if each else {own}
            for own, each in enumerate([*([None] * count), *panel.differences])
        ]
        self.touched = [
            [self._that_use(patient, column, rests) for column in range(count)]
            for patient in range(len(panel.who))
        ]
        """Places of the aims that rest on a patient's number, by patient and column."""

    def _that_use(self, patient: int, column: int, rests: list[set[int]]) -> list[int]:
        return [
            k
            for k, sought in enumerate(self._sought)
            if any(column in rests[own] and patient in rows for rows, own in sought.samples)
        ]

    def values(self, numbers: Floats) -> Floats:
        """Compute every aim's figure from numbers, shape (patients, columns and differences)."""
        return np.array([each.value(numbers, _ANALYSED) for each in self._sought], np.float64)

    def cost(self, place: int, numbers: Floats) -> float:
        """Compute the weighted distance of one aim."""
        sought = self._sought[place]
        value = sought.value(numbers, _QUICK)
        return sought.aim.weight * distance(sought.aim, value, sought.scale)


def _sought(panel: Panel, aim: ValueAim, strata: Strata, columns: dict[str, Column]) -> _Sought:
    own = [panel.names.index(name) for name in aim.of]
    inside = strata.members(aim.among).mask(columns)[panel.who]
    if aim.by is None:
        rows = np.flatnonzero(inside)
        samples = tuple((rows, column) for column in own)
    else:
        groups = [group[panel.who] & inside for group in divide(strata, columns, aim.by)]
        samples = tuple((np.flatnonzero(group), own[0]) for group in groups)
    return _Sought(aim, samples, _UNIT * _width(panel, own[0]))


def divide(strata: Strata, columns: dict[str, Column], by: str) -> list[NDArray[np.bool_]]:
    """Divide patients by the levels of an attribute, or into those of whom a condition holds."""
    attribute = strata.published.attributes.get(by)
    if attribute is not None and attribute.levels is not None:
        return [columns[by] == level for level in attribute.levels]
    inside = strata.members(by).mask(columns)
    return [inside, ~inside]


def _width(panel: Panel, own: int) -> float:
    """Return how far numbers of a column usually are from each other, in their unit."""
    places = [own]
    if own >= len(panel.usual):
        places = [place for _, place in panel.differences[own - len(panel.usual)].terms]
    widths: list[float] = []
    for place in places:
        usual = panel.usual[place]
        ends = usual.number(usual.steps_at(-0.5)), usual.number(usual.steps_at(0.5))
        widths.append(max(usual.step, ends[1] - ends[0]))
    return max(widths)


def _compare_ranks(samples: Samples, _: float) -> float:
    codes = np.repeat(np.arange(len(samples)), [sample.size for sample in samples])
    return compute_kruskal_wallis(np.concatenate(samples), codes).p_value


_Figures = dict[What, Callable[[Samples, float], float]]
_QUICK: _Figures = {
    "median": lambda samples, _: compute_middle(samples[0]),
    "mean": lambda samples, _: float(samples[0].mean()),
    "least": lambda samples, _: float(samples[0].min()),
    "most": lambda samples, _: float(samples[0].max()),
    "median lower": lambda samples, level: compute_median(samples[0], level=level).lower,
    "median upper": lambda samples, level: compute_median(samples[0], level=level).upper,
    "mean lower": lambda samples, level: compute_mean(samples[0], level=level).lower,
    "mean upper": lambda samples, level: compute_mean(samples[0], level=level).upper,
    "mann-whitney": lambda samples, _: compute_mann_whitney_p(samples[0], samples[1]),
    "kruskal-wallis": lambda samples, _: compute_kruskal_wallis_p(samples),
    "signed-rank": lambda samples, _: compute_signed_rank_p(samples[1] - samples[0]),
    "repeated-measures": lambda samples, _: compute_repeated_f(samples)[1],
    "F": lambda samples, _: compute_repeated_f(samples)[0],
}
_ANALYSED: _Figures = {**_QUICK, "kruskal-wallis": _compare_ranks}
"""As the analyses give them at the end, whatever is tied."""
