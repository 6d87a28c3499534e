"""How far dates and attributes are from what is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan, log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topline.reconstruct.conditions import Column
from topline.reconstruct.courses.aims import Aim
from topline.reconstruct.courses.curves import (
    Curves,
    compute_curves,
    compute_excess,
    compute_p,
    count_at_risk,
    read_limits,
    read_medians,
    read_rates,
)
from topline.reconstruct.courses.dates import PLACES
from topline.reconstruct.published import Endpoint
from topline.reconstruct.strata import Members, Strata
from topline.stats.survival.survival_limits import Transform

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
_OF_CURVE = {
    "median", "median lower", "median upper", "rate", "error", "rate lower", "rate upper", "p",
    "at risk",
}  # fmt: skip


@dataclass
class Times:
    """An endpoint with the aims that rest on it."""

    name: str
    spec: Endpoint
    who: Members
    unless: Members | None
    aims: list[tuple[int, Aim]] = field(default_factory=list[tuple[int, Aim]])
    """Each with its place among all aims."""
    groups: list[Members] = field(default_factory=list[Members])
    """Those that aims are about."""
    rows: dict[str | None, int] = field(default_factory=dict[str | None, int])
    """Place among `groups` by the words of an aim's `among`."""

    @property
    def places(self) -> set[int]:
        """Dates that the endpoint rests on."""
        return {PLACES[n] for n in (self.spec.start, self.spec.censored, *self.spec.events)}


@dataclass(frozen=True, slots=True)
class State:
    """Dates and attributes of all patients at a moment of the search."""

    days: NDArray[np.int64]
    """Shape (patients, dates)."""
    present: Flags
    """Whether a patient has a date; the last column is that of death."""
    columns: dict[str, Column]


_Levels = dict[tuple[str, str | None], tuple[int, Flags]]


class _Among(NamedTuple):
    """Who is meant by the aims of an endpoint."""

    columns: dict[str, Column]
    """Attributes on which it rests."""
    who: NDArray[np.intp]
    """Who has the endpoint."""
    members: Flags
    """Of them, those of each group."""
    levels: _Levels
    rows: Flags
    """Groups, then levels that tests compare."""


class Measure:
    """The distance of a state from all aims."""

    def __init__(self, strata: Strata, aims: Sequence[Aim]) -> None:
        self.aims = tuple(aims)
        courses = strata.published.courses
        self.limits: Transform = courses.limits
        self.levels: dict[str, tuple[str, ...]] = {
            name: attribute.levels or () for name, attribute in strata.published.attributes.items()
        }
        self.endpoints = [
            Times(name, spec, strata.members(spec.among),
                  strata.members(spec.unless) if spec.unless else None)
            for name, spec in courses.endpoints.items()
        ]  # fmt: skip
        self._known: dict[str, _Among] = {}
        by_name = {times.name: times for times in self.endpoints}
        for place, aim in enumerate(self.aims):
            times = by_name[aim.endpoint]
            times.aims.append((place, aim))
            if aim.among not in times.rows:
                times.rows[aim.among] = len(times.groups)
                times.groups.append(strata.members(aim.among))

    def values(self, state: State) -> Floats:
        """Compute every aim's number."""
        found = np.full(len(self.aims), np.nan)
        for times in self.endpoints:
            for place, value in self.of_endpoint(times, state):
                found[place] = value
        return found

    def costs(self, times: Times, state: State) -> list[tuple[int, float]]:
        """Compute the weighted distance of each aim of an endpoint."""
        return [
            (place, self.aims[place].weight * distance(self.aims[place], value))
            for place, value in self.of_endpoint(times, state)
        ]

    def _among(self, times: Times, columns: dict[str, Column]) -> "_Among":
        """Say who is meant; the same as long as no attribute changes."""
        known = self._known.get(times.name)
        if known is None or known.columns is not columns:
            who = np.flatnonzero(times.who.mask(columns))
            members = np.stack([group.mask(columns)[who] for group in times.groups])
            levels = _levels_by(times, self.levels, columns, who, members)
            rows = np.concatenate([members, *(each for _, each in levels.values())])
            known = self._known[times.name] = _Among(columns, who, members, levels, rows)
        return known

    def test_of(self, place: int, state: State) -> tuple[float, bool]:
        """Compute the p-value of an aim, and whether those meant by `longer` are better off."""
        aim = self.aims[place]
        times = next(each for each in self.endpoints if each.name == aim.endpoint)
        among = self._among(times, state.columns)
        days, events = measure_times(times, state)
        curves = compute_curves(days[among.who], events[among.who], among.rows)
        first, masks = among.levels[aim.by or "", aim.among]
        rows = np.arange(first, first + len(masks))
        levels = self.levels[aim.by or ""] or ("no", "yes")
        meant = levels.index(aim.longer or levels[0])
        return compute_p(curves, rows), bool(compute_excess(curves, rows)[meant] < 0)

    def of_endpoint(self, times: Times, state: State) -> list[tuple[int, float]]:
        """Compute the numbers that rest on one endpoint."""
        if not times.aims:
            return []
        among = self._among(times, state.columns)
        who, members, levels, rows = among.who, among.members, among.levels, among.rows
        days, events = measure_times(times, state)
        days, events = days[who], events[who]
        curves = medians = None
        if any(aim.what in _OF_CURVE for _, aim in times.aims) and who.size:
            curves = compute_curves(days, events, rows)
            medians = read_medians(curves, self.limits)
        found: list[tuple[int, float]] = []
        for place, aim in times.aims:
            row = times.rows[aim.among]
            if aim.what not in _OF_CURVE:
                found.append((place, _plain(aim, days[members[row]])))
            elif curves is None or medians is None:
                found.append((place, np.nan))
            elif aim.what == "p":
                found.append((place, _p(curves, aim, levels)))
            else:
                found.append((place, _of_curve(curves, medians, aim, row, self.limits)))
        return found


def measure_times(times: Times, state: State) -> tuple[Floats, Flags]:
    """Compute time and event of every patient, for those who have the endpoint.

    An endpoint begins on day 1; a patient without a date of censoring is censored on day 1.
    """
    spec, days, present = times.spec, state.days, state.present
    start = days[:, PLACES[spec.start]] if spec.start != "FIRST_DOSE" else np.ones(len(days))
    event_day = np.full(len(days), np.inf)
    dead = present[:, -1]
    for name in spec.events:
        has = dead if name == "DEATH" else present[:, PLACES[name]]
        event_day = np.where(has, np.minimum(event_day, days[:, PLACES[name]]), event_day)
    at = PLACES[spec.censored]
    last = np.where(present[:, at], days[:, at], start)
    if times.unless is not None:
        not_counted = times.unless.mask(state.columns) & (event_day > last)
        event_day = np.where(not_counted, np.inf, event_day)
    event = np.isfinite(event_day)
    end = np.where(event, event_day, last)
    return np.maximum(end - start + 1, 1.0), event


def distance(aim: Aim, value: float) -> float:
    """Return how far a number is from print, 0 to 1; 0 where it rounds to it.

    It grows ever less, so that a number that cannot be reached pulls on nothing else.
    """
    if aim.holds(value):
        return 0.0
    if isnan(value):
        return 1.0
    if inf in (aim.low, value):
        return 0.9
    if aim.what == "p":
        floor = 1e-6
        value, low, high = (log10(max(v, floor)) for v in (value, aim.low, aim.high))
    else:
        low, high = aim.low, aim.high
    off = low - value if value < low else value - high
    return 0.15 + 0.85 * off / (off + aim.scale)


def _plain(aim: Aim, days: Floats) -> float:
    if not days.size:
        return np.nan
    if aim.every:
        days = np.floor(days / aim.every) * aim.every
        days = days / aim.every
        scale = float(aim.every)
    else:
        scale = 1.0
    if aim.what == "middle":
        return float(np.median(days)) * scale
    if aim.what == "beyond":
        return float((days > aim.at).sum())
    return float(days.min() if aim.what == "least" else days.max()) * scale


def _of_curve(curves: Curves, medians: Floats, aim: Aim, row: int, limits: Transform) -> float:
    names = {"median": 0, "median lower": 1, "median upper": 2}
    if aim.what in names:
        return float(medians[row, names[aim.what]])
    if aim.what == "at risk":
        return float(count_at_risk(curves, aim.at)[row])
    if aim.what in {"rate", "error"}:
        survival, error = read_rates(curves, aim.at)
        return float(survival[row] if aim.what == "rate" else error[row])
    lower, upper = read_limits(curves, aim.at, limits)
    return float(lower[row] if aim.what == "rate lower" else upper[row])


def _levels_by(
    times: Times,
    levels: Mapping[str, tuple[str, ...]],
    columns: Mapping[str, Column],
    who: NDArray[np.intp],
    members: Flags,
) -> _Levels:
    """Stack the groups that log-rank tests compare, with the place of the first of each."""
    found: _Levels = {}
    at = len(times.groups)
    for _, aim in times.aims:
        if aim.by is not None and (aim.by, aim.among) not in found:
            column, of = columns[aim.by][who], levels[aim.by]
            masks = [column == level for level in of] if of else [~column.astype(bool), column]
            among = members[times.rows[aim.among]]
            found[aim.by, aim.among] = at, np.stack(masks).astype(np.bool_) & among
            at += len(masks)
    return found


def _p(curves: Curves, aim: Aim, levels: _Levels) -> float:
    first, masks = levels[aim.by or "", aim.among]
    return compute_p(curves, np.arange(first, first + len(masks)))
