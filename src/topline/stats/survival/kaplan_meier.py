r"""Kaplan-Meier curve of times in whole days, with its median, landmark rates and numbers at risk.

At each day $t$ with $d$ events among the $n$ subjects at risk the curve is multiplied by
$1 - d / n$ [1]_. Greenwood's variance of $\log S$ adds $d / (n (n - d))$ [2]_. The conventions are
those of R's ``survival::survfit``:

- A subject is at risk on day $t$ when its time is at least $t$: on a day with events and
  censorings the censored are still at risk.
- The median is the first day with $S$ at or below 0.5. Where $S$ is 0.5 exactly and falls later, it
  is the midpoint of that level stretch; where $S$ never falls again, the first day of it, as in
  ``summary(fit)$table`` (R's ``quantile(fit)`` goes halfway to the last censoring instead). Other
  quantiles likewise.
- Limits of a quantile are the days read in the same way from the limits of $S$ (Brookmeyer and
  Crowley [3]_, under the curve's own transform).
- Where $S$ is 0, no limits; where $S$ is 1, none under log-log, logit and arcsine [4]_.
- After the last observation $S$ stays 0 if it has reached 0 and is not estimable otherwise [1]_.

The whole calculation is counting by day, so that time grows with subjects and not with a sort;
this is why it stands on numpy alone. A median of follow-up is that of the reverse curve, on which
a censoring is the event [5]_.

References
----------
.. [1] Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. Journal of
   the American Statistical Association 53(282): 457-481.
.. [2] Greenwood M (1926). The natural duration of cancer. Reports on Public Health and Medical
   Subjects 33. London: HMSO.
.. [3] Brookmeyer R, Crowley J (1982). A confidence interval for the median survival time.
   Biometrics 38(1): 29-41.
.. [4] Borgan O, Liestol K (1990). A note on confidence intervals and bands for the survival
   function based on transformations. Scandinavian Journal of Statistics 17(1): 35-41.
.. [5] Schemper M, Smith TL (1996). A note on quantifying follow-up in studies of failure time.
   Controlled Clinical Trials 17(4): 343-346.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.stats.method import Method, library_version
from topline.stats.survival.survival_limits import Transform, compute_limits

Days = NDArray[np.integer]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

LONGEST_DAYS = 1_000_000
_LEVEL_WITHIN = float(np.sqrt(np.finfo(np.float64).eps))  # R's tolerance for S meeting a quantile


@dataclass(frozen=True, slots=True)
class SurvivalQuantile:
    """Day by which a share of the subjects has had the event; NaN where it was not reached."""

    share: float
    """Share with the event, 0.5 for the median."""
    estimate: float
    """Days; half a day where the curve is level between two days."""
    lower: float
    upper: float
    level: float
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivalRate:
    """Share of the subjects free of the event on a day, 0 to 1; NaN where not estimable."""

    day: float
    estimate: float
    std_error: float
    """Greenwood's standard error of the rate itself, whatever the transform."""
    lower: float
    upper: float
    level: float
    number_at_risk: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """A curve with one entry for each day on which anyone had the event or was censored."""

    time_days: Counts
    """Shape (m,), ascending."""
    number_at_risk: Counts
    """Shape (m,). Subjects with a time of that day or later."""
    event_counts: Counts
    """Shape (m,)."""
    censored_counts: Counts
    """Shape (m,)."""
    survival: Floats
    """Shape (m,). From that day until the day before the next."""
    std_error: Floats
    """Shape (m,). Greenwood; NaN where the curve is 0."""
    lower: Floats
    """Shape (m,). NaN where the transform has no limit."""
    upper: Floats
    """Shape (m,)."""
    n: int
    """Subjects."""
    events: int
    """Subjects with the event."""
    transform: Transform
    level: float
    method: Method
    warnings: tuple[str, ...] = ()

    def median(self) -> SurvivalQuantile:
        """Find the day by which half of the subjects have had the event."""
        return self.quantile(0.5)

    def quantile(self, share: float) -> SurvivalQuantile:
        """Find the day by which a share of the subjects, between 0 and 1, has had the event."""
        if not 0 < share < 1:
            msg = f"share is {share}; expected a number between 0 and 1, such as 0.5"
            raise ValueError(msg)
        estimate, lower, upper = (
            _first_day_at(self.time_days, curve, 1 - share)
            for curve in (self.survival, self.lower, self.upper)
        )
        warnings = (f"not reached: S stays above {1 - share:g}",) if np.isnan(estimate) else ()
        method = Method(
            "Brookmeyer-Crowley limits",
            (("share", share), *self.method.options),
            self.method.library,
        )
        return SurvivalQuantile(
            share, estimate, lower, upper, self.level, method, self.warnings or warnings
        )

    def rate_at(self, day: float) -> SurvivalRate:
        """Read the curve on a day of at least 0, such as 365.25 for 12 months."""
        if not day >= 0:
            msg = f"day is {day}; expected a number of days, at least 0"
            raise ValueError(msg)
        estimate, std_error, lower, upper = self._read(day)
        warnings = self.warnings
        if self.n and np.isnan(estimate):
            last = int(self.time_days[-1])
            warnings = (f"not estimable: day {day:g} is after the last observation, day {last}",)
        elif self.n and np.isnan(lower):
            warnings = (f"no {self.transform} limits where the rate is {estimate:.0%}",)
        return SurvivalRate(
            day=day,
            estimate=estimate,
            std_error=std_error,
            lower=lower,
            upper=upper,
            level=self.level,
            number_at_risk=int(self.at_risk(np.array([day]))[0]),
            method=self.method,
            warnings=warnings,
        )

    def _read(self, day: float) -> tuple[float, float, float, float]:
        """Rate, standard error and limits on a day; NaN where not estimable."""
        row = int(np.searchsorted(self.time_days, day, side="right")) - 1
        if not self.n or (day > self.time_days[-1] and self.survival[-1] > 0):
            nan = float("nan")
            return nan, nan, nan, nan
        if row < 0:
            lower, upper = compute_limits(np.ones(1), np.zeros(1), self.transform, self.level)
            return 1.0, 0.0, float(lower[0]), float(upper[0])
        curves = self.survival[row], self.std_error[row], self.lower[row], self.upper[row]
        return float(curves[0]), float(curves[1]), float(curves[2]), float(curves[3])

    def at_risk(self, days: NDArray[np.integer] | Floats) -> Counts:
        """Count the subjects with a time of at least each of `days`; any shape, same shape out."""
        after = np.searchsorted(self.time_days, days, side="left")
        return np.append(self.number_at_risk, 0)[after]


def compute_kaplan_meier(
    time_days: Days, event: Flags, *, transform: Transform = "log-log", level: float = 0.95
) -> KaplanMeier:
    """Estimate the share of subjects still free of the event on each day.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, 0 to `LONGEST_DAYS`. Equal days are ties.
    event
        Shape (n,). True where the event was seen, False where the subject was censored.
    transform
        Scale on which limits are symmetric. "log-log" is SAS's default, "log" is R's.
    level
        Coverage of the two-sided limits on any one day.

    Returns
    -------
    KaplanMeier
        Without subjects, an empty curve with a warning.

    Raises
    ------
    ValueError
        Arrays of different lengths, times that are not whole days or out of range, a level outside
        0 to 1, or a transform that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> curve = compute_kaplan_meier(
    ...     time_days=np.array([10, 20, 20, 30, 40]),
    ...     event=np.array([True, True, False, True, False]),
    ... )
    >>> curve.survival.round(3)
    array([0.8, 0.6, 0.3, 0.3])
    >>> curve.median().estimate, curve.at_risk(np.array([0, 20])).tolist()
    (30.0, [5, 4])
    """
    times = whole_days(time_days, event)
    counts = np.bincount(times)
    days = np.flatnonzero(counts)
    leaving = counts[days]
    events = np.bincount(times[event], minlength=len(counts))[days]
    at_risk = len(times) - np.cumsum(leaving) + leaving
    survival = np.cumprod(1 - events / at_risk, dtype=np.float64)
    std_error_log = _std_error_log(events, at_risk)
    lower, upper = compute_limits(survival, std_error_log, transform, level)
    with np.errstate(invalid="ignore"):
        std_error = survival * std_error_log
    return KaplanMeier(
        time_days=days,
        number_at_risk=at_risk,
        event_counts=events,
        censored_counts=leaving - events,
        survival=survival,
        std_error=std_error,
        lower=lower,
        upper=upper,
        n=len(times),
        events=int(events.sum()),
        transform=transform,
        level=level,
        method=Method(
            "Kaplan-Meier", (("transform", transform), ("level", level)), library_version("numpy")
        ),
        warnings=() if len(days) else ("not estimable: no subjects",),
    )


def compute_follow_up(
    time_days: Days, event: Flags, *, transform: Transform = "log-log", level: float = 0.95
) -> KaplanMeier:
    """Estimate how long subjects were followed, by the reverse curve: a censoring is the event.

    Parameters and errors are those of `compute_kaplan_meier`, and `event` means the same there.

    Examples
    --------
    >>> import numpy as np
    >>> compute_follow_up(np.array([10, 20, 30]), np.array([True, False, False])).median().estimate
    25.0
    """
    return compute_kaplan_meier(time_days, ~event, transform=transform, level=level)


def whole_days(time_days: Days, event: Flags) -> Counts:
    """Return the days as 64-bit integers; raise ValueError unless they are whole and in range."""
    if time_days.ndim != 1 or time_days.shape != event.shape:
        msg = f"time_days has shape {time_days.shape} and event {event.shape}; expected (n,) twice"
        raise ValueError(msg)
    if not np.issubdtype(time_days.dtype, np.integer) or event.dtype != np.bool_:
        msg = (
            f"time_days is {time_days.dtype} and event {event.dtype}; expected whole days as "
            "integers and bool, so that equal days are equal numbers"
        )
        raise ValueError(msg)
    wrong = np.flatnonzero((time_days < 0) | (time_days > LONGEST_DAYS))
    if len(wrong):
        first = int(wrong[0])
        msg = (
            f"{len(wrong)} of {len(time_days)} times lie outside 0 to {LONGEST_DAYS} days, "
            f"the first at position {first}: {time_days[first]}"
        )
        raise ValueError(msg)
    return time_days.astype(np.int64, copy=False)


def _std_error_log(events: Counts, at_risk: Counts) -> Floats:
    """Greenwood's standard error of log S; infinite once everyone left has had the event."""
    with np.errstate(divide="ignore"):
        return np.sqrt(np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64))))


def _first_day_at(days: Counts, curve: Floats, height: float) -> float:
    """First day with the curve at or below a height, or the middle of a stretch level with it."""
    reached = np.flatnonzero(curve < height + _LEVEL_WITHIN)
    if not len(reached):
        return float("nan")
    first = reached[0]
    below = reached[curve[reached] < curve[first]]
    if abs(curve[first] - height) < _LEVEL_WITHIN and len(below):
        return float(days[first] + days[below[0]]) / 2
    return float(days[first])
