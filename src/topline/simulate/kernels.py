r"""Kaplan-Meier medians of many trials at once, and trials to try them on.

The median and the lower limit of each row of an array (trials, patients), with the conventions of
`topline.stats.survival.kaplan_meier`: at risk on a day are those with a time of at least that day;
the median is the first day with $S$ at or below 0.5, or the middle of a stretch level with it that
falls later; the lower limit is read in the same way from the lower limits of $S$ (Brookmeyer and
Crowley 1982, Biometrics 38: 29-41).

What makes it fast:

- Events are sorted before the censorings of their day. Then one at a time will do: over $d$ tied
  events $\prod (1 - 1/n_j) = 1 - d/n$ and $\sum 1/(n_j (n_j - 1)) = d/(n(n - d))$. Only at the last
  subject of a day is the curve read.
- Limits are computed only at days with events, and only as far as the median: the lower limit of
  $S$ lies below $S$, so that it has reached 0.5 there or has no value.
- Rows are taken a few thousand at a time, which stay in the processor's cache.

Random numbers are Philox's, a function of a counter and a key (Salmon et al. 2011, Parallel random
numbers: as easy as 1, 2, 3. SC11). The key is the seed and the stream, the counter begins at the
trial's own place: a trial has the same numbers in whatever batch it is drawn.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from topline.stats.survival.kaplan_meier import LONGEST_DAYS, compute_kaplan_meier
from topline.stats.survival.survival_limits import Transform, compute_limits

Days = NDArray[np.integer]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_HALF: Final = 0.5
_LEVEL_WITHIN: Final = float(np.sqrt(np.finfo(np.float64).eps))  # as in kaplan_meier
_CELLS: Final = 100_000
_WORDS: Final = 4  # Philox gives four numbers for each value of its counter


@dataclass(frozen=True, slots=True, eq=False)
class Medians:
    """Days by which half of the subjects have had the event; NaN where it was not reached."""

    estimate: Floats
    """Shape (trials,). Half a day where the curve is level between two days."""
    lower: Floats
    """Shape (trials,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Whole days to event or censoring, one row a trial."""

    time_days: NDArray[np.int32]
    """Shape (trials, patients), at least 1."""
    event: Flags
    """Shape (trials, patients). True where the event was seen."""


def compute_medians(
    time_days: Days, event: Flags, *, transform: Transform = "log-log", level: float = 0.95
) -> Medians:
    """Find the median of each row and its lower limit.

    Parameters
    ----------
    time_days
        Shape (trials, patients). Whole days to event or censoring, 0 to `LONGEST_DAYS`.
    event
        Shape (trials, patients). True where the event was seen.
    transform
        Scale on which the limits of the curve are symmetric.
    level
        Coverage of the two-sided limits; 0.9 gives a one-sided lower limit of 0.95.

    Raises
    ------
    ValueError
        Arrays of different shapes, times that are not whole days or out of range, a level outside
        0 to 1, or a transform that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> found = compute_medians(
    ...     np.array([[10, 20, 20, 30, 40], [5, 6, 7, 8, 9]]),
    ...     np.array([[True, True, False, True, False], [False] * 5]),
    ... )
    >>> found.estimate, found.lower
    (array([30., nan]), array([10., nan]))
    """
    _refuse(time_days, event)
    compute_limits(np.ones(1), np.zeros(1), transform, level)  # raises, whatever the data
    trials, patients = len(time_days), int(time_days.shape[1])
    found = Medians(np.full(trials, np.nan), np.full(trials, np.nan))
    if not patients:
        return found
    for rows in _blocks(trials, patients):
        curves = _Curves.of(time_days[rows], event[rows])
        found.estimate[rows] = curves.medians()
        found.lower[rows], unsure = curves.lower_limits(transform, level)
        for row in unsure + rows.start:
            curve = compute_kaplan_meier(
                time_days[row], event[row], transform=transform, level=level
            )
            found.lower[row] = curve.median().lower
    return found


def compute_exponential_times(  # noqa: PLR0913 - a trial has as many numbers
    start: int,
    stop: int,
    *,
    seed: int,
    patients: int,
    median_days: float,
    accrual_days: float,
    follow_up_days: float,
) -> Times:
    """Draw the one-arm trials from `start` up to, without, `stop`.

    Patients enter at a constant rate over the accrual. Their times are exponential; the only
    censoring is the end of the trial, which comes a minimum of follow-up after the last entry.

    Parameters
    ----------
    start, stop
        Numbers of the trials.
    seed
        0 up to 2**64 - 1.
    patients
        Patients of each trial. Another number gives other trials.
    median_days
        Median time to the event, above 0.
    accrual_days, follow_up_days
        At least 0.

    Examples
    --------
    >>> asked = dict(seed=1, patients=37, median_days=180, accrual_days=700, follow_up_days=365)
    >>> many, one = (
    ...     compute_exponential_times(*each, **asked).time_days for each in ((0, 9), (8, 9))
    ... )
    >>> many.shape, bool((many[8:] == one).all())
    ((9, 37), True)
    """
    times = Times(
        np.empty((stop - start, patients), np.int32), np.empty((stop - start, patients), np.bool_)
    )
    blocks = -(-2 * patients // _WORDS)
    bits = np.random.Philox(key=np.array([seed, 0], np.uint64), counter=start * blocks)
    numbers = np.random.Generator(bits)
    for rows in _blocks(stop - start, patients):
        drawn = numbers.random((rows.stop - rows.start, blocks * _WORDS))
        until_event = np.log1p(-drawn[:, :patients]) * (-median_days / np.log(2))
        followed = drawn[:, patients : 2 * patients] * accrual_days + follow_up_days
        np.less_equal(until_event, followed, out=times.event[rows])
        days = np.minimum(until_event, followed, out=followed)
        np.copyto(times.time_days[rows], np.maximum(np.ceil(days), 1), casting="unsafe")
    return times


@dataclass(frozen=True, slots=True, eq=False)
class _Curves:
    """The curves of some trials; every array is of shape (trials, patients)."""

    ordered: Days
    """Twice the day, one more for a censoring; each row ascends."""
    survival: Floats
    variance_log: Floats
    """Greenwood's, of log S."""
    end: Flags
    """True at the last event of a day: there the curve is read."""

    @classmethod
    def of(cls, time_days: Days, event: Flags) -> "_Curves":
        ordered = 2 * time_days.astype(np.int32) + ~event
        ordered.sort(axis=1)
        is_event = ordered & 1 == 0
        at_risk = np.arange(time_days.shape[1], 0, -1, dtype=np.float64)
        with np.errstate(divide="ignore"):
            added = 1 / (at_risk * (at_risk - 1))
        survival = np.where(is_event, 1 - 1 / at_risk, 1.0)
        variance_log = np.where(is_event, added, 0.0)
        end = is_event
        end[:, :-1] &= ordered[:, 1:] != ordered[:, :-1]
        return cls(
            ordered,
            np.cumprod(survival, axis=1, out=survival),
            np.cumsum(variance_log, axis=1, out=variance_log),
            end,
        )

    def medians(self) -> Floats:
        """First day with S at or below 0.5, or the middle of a level stretch."""
        reached = self.end & (self.survival < _HALF + _LEVEL_WITHIN)
        rows, first = np.flatnonzero(reached.any(axis=1)), reached.argmax(axis=1)
        days = np.full(len(first), np.nan)
        days[rows] = self.ordered[rows, first[rows]] // 2
        height = self.survival[rows, first[rows]]
        level = np.abs(height - _HALF) < _LEVEL_WITHIN
        rows, height = rows[level], height[level]
        below = self.end[rows] & (self.survival[rows] < height[:, None])
        falls = below.any(axis=1)
        rows, second = rows[falls], below.argmax(axis=1)[falls]
        days[rows] = (days[rows] + self.ordered[rows, second] // 2) / 2
        return days

    def lower_limits(self, transform: Transform, level: float) -> tuple[Floats, NDArray[np.intp]]:
        """First days with the lower limit of S at or below 0.5; and the rows level with it."""
        asked = np.flatnonzero(self.end & self._until_median())
        lower, _ = compute_limits(
            self.survival.ravel()[asked],
            np.sqrt(self.variance_log.ravel()[asked]),
            transform,
            level,
        )
        reached = lower < _HALF + _LEVEL_WITHIN
        at, lower = asked[reached], lower[reached]
        rows = at // self.end.shape[1]
        first = np.flatnonzero(np.diff(rows, prepend=-1))
        days = np.full(len(self.end), np.nan)
        days[rows[first]] = self.ordered.ravel()[at[first]] // 2
        unsure = np.abs(lower[first] - _HALF) < _LEVEL_WITHIN
        return days, rows[first][unsure]

    def _until_median(self) -> Flags:
        """Tell where S was above 0.5 before the day."""
        before = np.ones_like(self.end)
        reached = self.end & (self.survival < _HALF + _LEVEL_WITHIN)
        before[:, 1:] = ~np.logical_or.accumulate(reached, axis=1)[:, :-1]
        return before


def _blocks(trials: int, patients: int) -> Generator[slice]:
    """Cut rows into blocks of about as many cells as the cache holds."""
    size = max(1, _CELLS // max(1, patients))
    for start in range(0, trials, size):
        yield slice(start, min(start + size, trials))


def _refuse(time_days: Days, event: Flags) -> None:
    if time_days.ndim != 2 or time_days.shape != event.shape:
        msg = (
            f"time_days has shape {time_days.shape} and event {event.shape}; "
            "expected (trials, patients) twice"
        )
        raise ValueError(msg)
    if not np.issubdtype(time_days.dtype, np.integer) or event.dtype != np.bool_:
        msg = (
            f"time_days is {time_days.dtype} and event {event.dtype}; expected whole days as "
            "integers and bool, so that equal days are equal numbers"
        )
        raise ValueError(msg)
    if time_days.size and not 0 <= time_days.min() <= time_days.max() <= LONGEST_DAYS:
        msg = (
            f"times lie between {time_days.min()} and {time_days.max()} days; "
            f"expected 0 to {LONGEST_DAYS}"
        )
        raise ValueError(msg)
