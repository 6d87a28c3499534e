r"""Patients' times and events from a digitised Kaplan-Meier curve, by Guyot's algorithm [1]_.

Between two printed numbers at risk the events at each reading are those that take the estimate so
far down to the curve, $d = \mathrm{round}(n (1 - S / \hat S))$; a number of censorings is looked
for, evenly spread, that leaves the next printed number. After the last one they go on at the mean
rate so far, or are chosen so that the total of events is met.

Numbers are printed exactly, readings are not. So where the readings show more events than the next
number at risk or the total leaves room for, the last of them wait or are left out, and the last
patient at risk is not censored while the curve is still to fall. The published code lowers the
number at risk, lets events exceed the total or divides by nobody, and where the curve ends at a
printed time it moves the censorings of the gap before to that end; apart from this the results are
the same.

References
----------
.. [1] Guyot P, Ades AE, Ouwens MJNM, Welton NJ (2012). Enhanced secondary analysis of survival
   data: reconstructing the data from published Kaplan-Meier survival curves. BMC Medical Research
   Methodology 12: 9.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Readings from one number at risk to the next."""

    survival: list[float]
    ends: Floats
    """Times of the readings, and the end of the last gap where one follows."""
    at_risk: int
    curve: float
    """The estimate so far."""


class _Left(NamedTuple):
    """What a stretch leaves."""

    events: Counts
    """At each reading."""
    censored: Counts
    """After each reading and before the next."""
    at_risk: int
    curve: float


def compute_times_of_curve(
    time: Floats,
    survival: Floats,
    at_risk_time: Floats,
    at_risk: NDArray[np.integer],
    *,
    events: int | None = None,
) -> tuple[Floats, Flags]:
    """Find times and events of patients that give a digitised curve and its numbers at risk.

    Parameters
    ----------
    time
        Shape (m,), m at least 2. Times of the readings in any unit, in order, at least 0. Both
        ends of a step may be given; the lower one counts.
    survival
        Shape (m,). Readings, 0 to 1, nowhere rising. The curve starts at 1 at time 0.
    at_risk_time
        Shape (k,), k at least 1. Times of the printed numbers at risk, rising from 0.
    at_risk
        Shape (k,). Patients with a time of that or later, nowhere rising; first all patients.
    events
        The printed total of events. It is met by choosing how many leave after the last number at
        risk; where the readings show fewer all the same, so does the result, and where they show
        more, the last are left out.

    Returns
    -------
    time : array of shape (n,)
        In order, in the unit of the readings. Events are at readings, censorings midway between
        two or at the last.
    event : array of shape (n,)
        True where the event was seen, first among equal times.

    Raises
    ------
    ValueError
        Readings that rise or lie outside 0 to 1, numbers at risk that rise, times out of order or
        below 0, fewer than 2 readings, a total that is no number of the patients.

    References
    ----------
    Guyot et al (2012), additional file: the algorithm and its code in R.

    Examples
    --------
    Six patients, three of them at risk at 4, and three events: one patient leaves on either side
    of the first, which so takes 1 of 5, and both others come at 5.

    >>> import numpy as np
    >>> readings = np.array([2.0, 5.0]), np.array([0.8, 0.267])
    >>> printed = np.array([0.0, 4.0]), np.array([6, 3])
    >>> time, event = compute_times_of_curve(*readings, *printed, events=3)
    >>> time.tolist()
    [1.0, 2.0, 3.0, 5.0, 5.0, 5.0]
    >>> event.tolist()
    [False, True, False, True, True, False]
    """
    _refuse(time, survival, at_risk_time, at_risk, events)
    days, heights = _readings(time, survival, at_risk_time)
    fell, left = _count(days, heights, at_risk_time, at_risk.astype(np.int64), events)
    midway = np.append((days[:-1] + days[1:]) / 2, days[-1])
    left[-1] = int(at_risk[0]) - fell.sum() - left[:-1].sum()
    times = np.concatenate([np.repeat(days, fell), np.repeat(midway, left)])
    seen = np.arange(times.size) < fell.sum()
    order = np.lexsort((~seen, times))
    return times[order], seen[order]


def _readings(time: Floats, survival: Floats, at_risk_time: Floats) -> tuple[Floats, Floats]:
    """Read the curve at each time once, with 0 and the times of the numbers at risk among them."""
    days = np.unique(np.concatenate([time, at_risk_time]).astype(np.float64))
    place = np.searchsorted(time, days, side="right")
    return days, np.concatenate([[1.0], survival])[place]


def _count(
    days: Floats, heights: Floats, at_risk_time: Floats, at_risk: Counts, events: int | None
) -> tuple[Counts, Counts]:
    """Count events at each reading and censorings after it."""
    first = np.searchsorted(days, at_risk_time).tolist()
    numbers = at_risk.tolist()
    found: list[_Left] = []
    curve, censored = 1.0, 0
    allowed = numbers[0] if events is None else events
    for k, end in enumerate(first[1:]):
        start = first[k]
        stretch = _Stretch(heights[start:end].tolist(), days[start : end + 1], numbers[k], curve)
        found.append(_between(stretch, float(heights[end]), numbers[k + 1], allowed))
        curve = found[-1].curve
        allowed -= int(found[-1].events.sum())
        censored += int(found[-1].censored.sum())
    last = _Stretch(heights[first[-1] :].tolist(), days[first[-1] :], numbers[-1], curve)
    rate = censored / float(days[first[-1] - 1] or days[first[-1]]) if found else 0.0
    found.append(_after(last, rate, None if events is None else allowed))
    return (
        np.concatenate([each.events for each in found]),
        np.concatenate([each.censored for each in found]),
    )


def _between(stretch: _Stretch, end: float, at_risk: int, events: int) -> _Left:
    """Follow a stretch to the next number at risk, where the curve is at `end`."""
    n, start = stretch.at_risk, stretch.survival[0]
    guess = round(n * end / start - at_risk) if start else 0
    censored = _search(
        guess, n, lambda count: _follow(stretch, _spread(stretch, count)).at_risk - at_risk
    )
    left = _follow(stretch, _spread(stretch, censored), fewest=at_risk, most=events)
    left.censored[-1] += left.at_risk - at_risk
    return left


def _after(stretch: _Stretch, rate: float, events: int | None) -> _Left:
    """Follow the curve from the last number at risk to its end."""
    n, ends = stretch.at_risk, stretch.ends
    censored = min(n, round(rate * float(ends[-1] - ends[0])))
    if events is None:
        return _follow(stretch, _spread(stretch, censored))
    if events:
        censored = _search(
            censored,
            n,
            lambda count: int(_follow(stretch, _spread(stretch, count)).events.sum()) - events,
        )
    return _follow(stretch, _spread(stretch, censored if events else 0), most=events)


def _search(guess: int, n: int, surplus: Callable[[int], int]) -> int:
    """Find how many of n are censored so that nobody, or else the fewest, are left over.

    More censorings lower the surplus. 0 where no number tried leaves enough.
    """
    tried: dict[int, int] = {}
    count = min(max(guess, 0), n)
    while count not in tried:
        tried[count] = surplus(count)
        count = min(max(count + tried[count], 0), n)
    return min((over, count) for count, over in [(0, n + 1), *tried.items()] if over >= 0)[1]


def _spread(stretch: _Stretch, count: int) -> list[int]:
    """Count those in the gap after each reading when some are censored evenly over a stretch."""
    start, end = float(stretch.ends[0]), float(stretch.ends[-1])
    if end == start:
        return [0] * len(stretch.survival)
    even = np.linspace(start, end, count + 2)[1:-1]
    # a float's error after a reading is at the reading, and so in the gap before it
    gaps = np.searchsorted(stretch.ends, even - 1e-9 * (end - start)) - 1
    return np.bincount(gaps, minlength=len(stretch.survival)).tolist()


def _follow(
    stretch: _Stretch, censored: list[int], *, fewest: int = 0, most: int | None = None
) -> _Left:
    """Take events at each reading down to the curve, and censorings after it.

    As long as more than the fewest stay; the last one does while the curve is still to fall. Of
    events at most the most.
    """
    n, curve = stretch.at_risk, stretch.curve
    allowed = n if most is None else most
    events = np.zeros(len(stretch.survival), np.int64)
    leaving = np.zeros_like(events)
    for k, height in enumerate(stretch.survival):
        if n <= fewest:
            break
        shown = round(n * (1 - height / curve)) if curve > 0 else 0
        fell = max(0, min(shown, n - fewest, allowed))
        curve *= 1 - fell / n
        allowed -= fell
        stay = max(fewest, int(stretch.survival[-1] < height))
        gone = max(0, min(censored[k], n - fell - stay))
        events[k], leaving[k] = fell, gone
        n -= fell + gone
    return _Left(events, leaving, n, curve)


def _refuse(
    time: Floats,
    survival: Floats,
    at_risk_time: Floats,
    at_risk: NDArray[np.integer],
    events: int | None,
) -> None:
    shapes = [each.shape for each in (time, survival, at_risk_time, at_risk)]
    if time.ndim != 1 or shapes[0] != shapes[1] or at_risk.ndim != 1 or shapes[2] != shapes[3]:
        msg = (
            f"time has shape {shapes[0]}, survival {shapes[1]}, at_risk_time {shapes[2]}, at_risk "
            f"{shapes[3]}; expected (m,) twice and (k,) twice"
        )
        raise ValueError(msg)
    faults = [*_faults_of_curve(time, survival), *_faults_at_risk(at_risk_time, at_risk)]
    if not faults and events is not None and not 0 <= events <= int(at_risk[0]):
        faults.append(f"events is {events}; expected 0 to the {at_risk[0]} patients")
    if faults:
        raise ValueError("; ".join(faults))


def _faults_of_curve(time: Floats, survival: Floats) -> list[str]:
    if time.size < 2:
        return [f"{time.size} readings of the curve; expected at least 2"]
    faults: list[str] = []
    if not (np.isfinite(time).all() and time[0] >= 0 and (np.diff(time) >= 0).all()):
        faults.append("time is not in order; expected numbers that do not fall, at least 0")
    outside = ~((survival >= 0) & (survival <= 1))
    if outside.any():
        value = float(survival[outside][0])
        faults.append(f"survival has {value:g}; expected 0 to 1 (divide percent by 100)")
    elif (rises := np.flatnonzero(np.diff(survival) > 0)).size:
        k = int(rises[0])
        faults.append(
            f"survival rises from {float(survival[k]):g} at {float(time[k]):g} to "
            f"{float(survival[k + 1]):g} at {float(time[k + 1]):g}; expected none that rises"
        )
    return faults


def _faults_at_risk(at_risk_time: Floats, at_risk: NDArray[np.integer]) -> list[str]:
    if not at_risk.size:
        return ["no numbers at risk; expected that of all patients at time 0 at least"]
    faults: list[str] = []
    if at_risk_time[0] != 0 or not (
        np.isfinite(at_risk_time).all() and (np.diff(at_risk_time) > 0).all()
    ):
        faults.append("at_risk_time does not rise from 0; expected 0 first, then later times")
    if at_risk.dtype.kind not in "iu":
        faults.append(f"at_risk is of type {at_risk.dtype}; expected whole numbers")
    elif at_risk[0] < 1 or at_risk[-1] < 0 or (at_risk[1:] > at_risk[:-1]).any():
        faults.append(
            f"at_risk is {at_risk.tolist()}; expected all patients, at least 1, then numbers of "
            "at least 0 that do not rise"
        )
    return faults
