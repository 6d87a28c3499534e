r"""Cumulative incidence of events of several causes, of which each subject has one at most.

With $S$ the Kaplan-Meier curve of any event, cause $c$ adds on each day $S(t-)\,d_c / n$ to $F_c$,
the share of the subjects that has had it (Aalen and Johansen [1]_). One minus the Kaplan-Meier
curve of one cause, the others censored, is larger and no share of anybody.

Standard errors, both as ties ask for:

greenwood
    Delta method on each day's multinomial counts [2]_, which is the infinitesimal jackknife of R's
    ``survival::survfit``. Closer to the truth in small samples [3]_, so the default; with one cause
    it is Greenwood's.
aalen
    Of the counting processes [4]_, as ``cmprsk::cuminc``.

Limits are those of survival curves with $F$ in place of $S$; under log-log,
$F^{\exp(\pm z \sigma / (F \log F))}$ [5]_. Before the first event of a cause $F$ is 0 and has none.
After a last observation that is a censoring $F$ is not estimable; after a last event it stays. The
day by which a share has had the event is read from $1 - F$ as a median is from $S$.

References
----------
.. [1] Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov chains
   based on censored observations. Scandinavian Journal of Statistics 5(3): 141-150.
.. [2] Gaynor JJ, Feuer EJ, Tan CC, et al (1993). On the use of cause-specific failure and
   conditional failure probabilities: examples from clinical oncology data. Journal of the American
   Statistical Association 88(422): 400-409.
.. [3] Allignol A, Schumacher M, Beyersmann J (2010). A note on variance estimation of the
   Aalen-Johansen estimator of the cumulative incidence function in competing risks, with a view
   towards left-truncated data. Biometrical Journal 52(1): 126-137.
.. [4] Aalen OO (1978). Nonparametric estimation of partial transition probabilities in multiple
   decrement models. Annals of Statistics 6(3): 534-545.
.. [5] Choudhury JB (2002). Non-parametric confidence interval estimation for competing risks
   analysis: application to contraceptive data. Statistics in Medicine 21(8): 1129-1144.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from topline.stats.method import Method, library_version
from topline.stats.survival.kaplan_meier import (
    Counts,
    Days,
    Floats,
    KaplanMeier,
    SurvivalQuantile,
    whole_days,
)
from topline.stats.survival.survival_limits import Transform, compute_limits

Variance = Literal["greenwood", "aalen"]

_ROUNDING = 1e-12  # what is left of a sum that should be 0 or 1


@dataclass(frozen=True, slots=True)
class Incidence:
    """Share of the subjects that has had an event by a day, 0 to 1; NaN where not estimable."""

    cause: int
    day: float
    estimate: float
    std_error: float
    """Of the share itself, whatever the transform."""
    lower: float
    upper: float
    level: float
    number_at_risk: int
    n: int
    method: Method
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class IncidenceCurve:
    """Curve of one cause, with one entry for each day on which anyone's follow-up ended."""

    cause: int
    time_days: Counts
    """Shape (m,), ascending."""
    number_at_risk: Counts
    """Shape (m,). Subjects free of any event with a time of that day or later."""
    event_counts: Counts
    """Shape (m,). Of this cause."""
    incidence: Floats
    """Shape (m,). From that day until the day before the next."""
    std_error: Floats
    """Shape (m,)."""
    lower: Floats
    """Shape (m,). NaN where the transform has no limit."""
    upper: Floats
    """Shape (m,)."""
    n: int
    """Subjects."""
    events: int
    """Subjects with an event of this cause."""
    ends_free: bool
    """Whether somebody was free of any event to the last day: nothing is known after it."""
    transform: Transform
    level: float
    method: Method
    warnings: tuple[str, ...] = ()

    def at(self, day: float) -> Incidence:
        """Read the curve on a day of at least 0, such as 365.25 for 12 months."""
        if not day >= 0:
            msg = f"day is {day}; expected a number of days, at least 0"
            raise ValueError(msg)
        row = int(np.searchsorted(self.time_days, day, side="right")) - 1
        nan, warnings = float("nan"), self.warnings
        values = nan, nan, nan, nan
        if self.n and self.ends_free and day > self.time_days[-1]:
            last = int(self.time_days[-1])
            warnings = (f"not estimable: day {day:g} is after the last observation, day {last}",)
        elif self.n:
            values = (0.0, 0.0, nan, nan) if row < 0 else self._row(row)
            if np.isnan(values[2]):
                warnings = (f"no {self.transform} limits where the incidence is {values[0]:.0%}",)
        left = int(np.searchsorted(self.time_days, day, side="left"))
        at_risk = int(self.number_at_risk[left]) if left < len(self.time_days) else 0
        return Incidence(
            self.cause, day, *values, self.level, at_risk, self.n, self.method, warnings
        )

    def _row(self, row: int) -> tuple[float, float, float, float]:
        curves = self.incidence, self.std_error, self.lower, self.upper
        estimate, std_error, lower, upper = (float(curve[row]) for curve in curves)
        return estimate, std_error, lower, upper

    def quantile(self, share: float) -> SurvivalQuantile:
        """Find the day by which a share of the subjects, between 0 and 1, has had the event."""
        free = KaplanMeier(
            time_days=self.time_days,
            number_at_risk=self.number_at_risk,
            event_counts=self.event_counts,
            censored_counts=np.zeros_like(self.event_counts),
            survival=1 - self.incidence,
            std_error=self.std_error,
            lower=1 - self.upper,
            upper=1 - self.lower,
            n=self.n,
            events=self.events,
            transform=self.transform,
            level=self.level,
            method=self.method,
            warnings=self.warnings,
        ).quantile(share)
        if not self.n or not np.isnan(free.estimate):
            return free
        return replace(free, warnings=(f"not reached: the incidence stays below {share:g}",))


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """The curves of all causes; with the share free of any event they add up to 1."""

    time_days: Counts
    """Shape (m,), ascending."""
    number_at_risk: Counts
    """Shape (m,)."""
    censored_counts: Counts
    """Shape (m,)."""
    event_free: Floats
    """Shape (m,). Share free of any event."""
    curves: tuple[IncidenceCurve, ...]
    """Of cause 1, 2 and so on."""
    n: int
    events: int
    """Subjects with an event of any cause."""
    method: Method
    warnings: tuple[str, ...] = ()

    def of(self, cause: int) -> IncidenceCurve:
        """Pick the curve of one cause."""
        if not 1 <= cause <= len(self.curves):
            msg = (
                f"there is no curve of cause {cause}; there are those of 1 to {len(self.curves)} "
                "(`causes` asks for more, whether or not anybody had them)"
            )
            raise ValueError(msg)
        return self.curves[cause - 1]


def compute_cumulative_incidence(  # noqa: PLR0913 - the data and one option a choice
    time_days: Days,
    cause: Days,
    *,
    causes: int | None = None,
    variance: Variance = "greenwood",
    transform: Transform = "log-log",
    level: float = 0.95,
) -> CumulativeIncidence:
    """Estimate the share of subjects that has had an event of each cause by each day.

    Parameters
    ----------
    time_days
        Shape (n,). Whole days to event or censoring, at least 0. Equal days are ties.
    cause
        Shape (n,). Whole numbers: 0 where the subject was censored, else the cause, from 1 on.
    causes
        How many causes to give curves of; None for the largest in `cause`.
    variance
        Kind of standard error; the module says what each is.
    transform
        Scale on which limits are symmetric.
    level
        Coverage of the two-sided limits on any one day.

    Returns
    -------
    CumulativeIncidence
        Without subjects, empty curves with a warning.

    Raises
    ------
    ValueError
        Arrays of different lengths, times or causes that are not whole numbers or are negative,
        fewer `causes` than there are, a level outside 0 to 1, or an option that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> found = compute_cumulative_incidence(
    ...     time_days=np.array([10, 20, 30, 40]), cause=np.array([1, 2, 0, 1])
    ... )
    >>> found.of(1).incidence, found.of(2).incidence
    (array([0.25, 0.25, 0.25, 0.75]), array([0.  , 0.25, 0.25, 0.25]))
    >>> found.of(1).at(20).estimate, found.of(1).quantile(0.25).estimate
    (0.25, 25.0)
    """
    times = whole_days(time_days, cause > 0)
    causes = _refuse(cause, causes, variance)
    counts = np.bincount(times)
    days = np.flatnonzero(counts)
    leaving = counts[days]
    events = [
        np.bincount(times[cause == c + 1], minlength=len(counts))[days] for c in range(causes)
    ]
    day = _Days.of(days, len(times) - np.cumsum(leaving) + leaving, np.sum(events, axis=0))
    method = Method(
        "Aalen-Johansen",
        (("variance", variance), ("transform", transform), ("level", level)),
        library_version("numpy"),
    )
    choice = _Choice(variance, transform, level, method)
    return CumulativeIncidence(
        time_days=days,
        number_at_risk=day.at_risk.astype(np.int64),
        censored_counts=leaving - day.events,
        event_free=day.after,
        curves=tuple(_curve(c + 1, day, events[c], choice) for c in range(causes)),
        n=len(times),
        events=int(day.events.sum()),
        method=method,
        warnings=_warnings(day),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    variance: Variance
    transform: Transform
    level: float
    method: Method


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """What happens on each distinct day, whatever the cause."""

    time_days: Counts
    at_risk: Floats
    events: Counts
    before: Floats
    """Share free of any event just before the day."""
    after: Floats
    """And at its end."""

    @classmethod
    def of(cls, time_days: Counts, at_risk: Counts, events: Counts) -> "_Days":
        n = at_risk.astype(np.float64)
        after = np.cumprod(1 - events / n, dtype=np.float64)
        return cls(time_days, n, events, np.append(1.0, after[:-1])[: len(n)], after)


def _warnings(day: _Days) -> tuple[str, ...]:
    return () if len(day.time_days) else ("not estimable: no subjects",)


def _curve(cause: int, day: _Days, events: Counts, choice: _Choice) -> IncidenceCurve:
    step = day.before * events / day.at_risk
    incidence = np.cumsum(step, dtype=np.float64)
    incidence = np.where(incidence > 1 - _ROUNDING, 1.0, incidence)
    std_error = np.sqrt(_VARIANCES[choice.variance](day, events, step))
    with np.errstate(invalid="ignore"):
        relative = std_error / incidence
    lower, upper = compute_limits(incidence, relative, choice.transform, choice.level)
    return IncidenceCurve(
        cause=cause,
        time_days=day.time_days,
        number_at_risk=day.at_risk.astype(np.int64),
        event_counts=events,
        incidence=incidence,
        std_error=std_error,
        lower=lower,
        upper=upper,
        n=int(day.at_risk.max(initial=0)),
        events=int(events.sum()),
        ends_free=bool((day.after[-1:] > 0).any()),
        transform=choice.transform,
        level=choice.level,
        method=choice.method,
        warnings=_warnings(day),
    )


def _greenwood(day: _Days, events: Counts, step: Floats) -> Floats:
    n, left = day.at_risk, day.at_risk - day.events
    spread = np.where(left > 0, day.events / (n * np.maximum(left, 1)), 0)
    return _add_up(step, spread, step / n, step**2 * (n - events) / (n * np.maximum(events, 1)))


def _aalen(day: _Days, events: Counts, step: Floats) -> Floats:
    own, other = _tied(day, events), _tied(day, day.events - events)
    after = np.where(day.after > 0, day.after, np.inf)
    return _add_up(step, (own + other) / after**2, own / after, own)


def _tied(day: _Days, events: Counts) -> Floats:
    """Variance of the events of a day times the share at risk; fewer once they are tied."""
    n = day.at_risk
    free = np.where(events > 1, (n - events) / np.maximum(n - 1, 1), 1)
    return day.before**2 * free * events / n**2


def _add_up(step: Floats, spread: Floats, shared: Floats, own: Floats) -> Floats:
    """Add up the variance of F, the sum of its steps, day by day.

    What happens on a day moves F on that day (`own`) and all later steps, by way of the share still
    free of any event: `spread` is the variance it puts on that share, `shared` the covariance with
    F. So no difference of large numbers is taken.
    """
    risk = np.append(0.0, np.cumsum(spread)[:-1])[: len(step)]
    moved = np.append(0.0, np.cumsum(step * risk - shared)[:-1])[: len(step)]
    parts = 2 * step * moved, step**2 * risk, own
    total = np.cumsum(parts[0] + parts[1] + parts[2], dtype=np.float64)
    size = np.cumsum(np.abs(parts[0]) + parts[1] + parts[2], dtype=np.float64)
    return np.where(total > _ROUNDING * size, total, 0.0)


_VARIANCES = {"greenwood": _greenwood, "aalen": _aalen}


def _refuse(cause: Days, causes: int | None, variance: Variance) -> int:
    """Return the number of causes to give curves of."""
    if not np.issubdtype(cause.dtype, np.integer) or (cause < 0).any():
        msg = f"cause is {cause.dtype}; expected whole numbers of at least 0, 0 for a censoring"
        raise ValueError(msg)
    if variance not in get_args(Variance):
        msg = f"there is no variance {variance!r}; choose one of {', '.join(get_args(Variance))}"
        raise ValueError(msg)
    largest = int(cause.max(initial=1))
    if causes is not None and causes < largest:
        msg = f"causes is {causes}; expected at least {largest}, the largest in cause"
        raise ValueError(msg)
    return largest if causes is None else causes
